//! Nights as entries of other calendars: one UID for each request and night, whatever becomes of it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::day_forms::in_pieces;
use super::ical_write::{self, AllDay, Event, Status};
use super::store;
use crate::booking_requests::dates::Night;
use crate::booking_requests::hold_store::rank_words;
use crate::booking_requests::letters::{event_name, is_held_from};
use crate::booking_requests::night_store::{self, Standing};
use crate::booking_requests::store::Request;
use crate::booking_requests::terms::Terms;
use crate::booking_requests::{State, dashboard_store};
use crate::clock::Instant;
use crate::db::Reader;
use crate::error::Result;
use crate::ids::{ArtistId, RequestId};
use crate::mail::Site;
use crate::people::links::Side;

/// How certain a night is that stands in this state.
pub const fn status(state: State) -> Status {
    match state {
        State::Confirmed | State::Completed => Status::Confirmed,
        State::Cancelled
        | State::Declined
        | State::Withdrawn
        | State::Expired
        | State::Lapsed
        | State::Removed => Status::Cancelled,
        _ => Status::Tentative,
    }
}

/// What is said of a night to a calendar.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The request.
    pub request: RequestId,
    /// The night.
    pub night: Date,
    /// How certain it is.
    pub status: Status,
    /// "1st hold", "confirmed"
    pub as_what: &'a str,
    /// With whom, for the side that reads; may be empty.
    pub with: &'a str,
    /// How many moves the request has seen.
    pub moves: i64,
}

/// The entry of a night, from the terms that name it; none where they do not.
pub fn event(site: &Site, entry: &Entry<'_>, terms: &Terms, now: Instant) -> Option<Event> {
    let night: &Night = terms.event.nights.iter().find(|night| night.night == entry.night)?;
    let with = if entry.with.is_empty() { String::new() } else { format!(", {}", entry.with) };
    let place = [terms.venue.name.as_str(), &terms.venue.city, &terms.venue.country.name()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    Some(Event {
        uid: format!("{}-{}@{}", entry.request, entry.night, site.mail_domain),
        sequence: entry.moves,
        status: entry.status,
        stamp: now,
        starts: night.starts(),
        ends: night.ends(),
        zone: terms.event.zone.clone(),
        summary: format!("{} ({}{with})", terms.event.name, entry.as_what),
        location: place,
        description: format!(
            "{} passes requests on and is no party to what the two sides agree.",
            site.name
        ),
        url: site.absolute(&format!("/requests/{}", entry.request)),
    })
}

/// A night of a request as a calendar file, for the side that reads and deals with `with`; none where
/// its terms do not name the night. Of a request whose words are kept from that side it says no more than
/// that it is off.
pub fn file_of(
    reader: &mut Reader<'_>,
    site: &Site,
    request: &Request,
    (night, status): (Date, Status),
    (side, with): (Side, &str),
    now: Instant,
) -> Result<Option<String>> {
    let moves = night_store::count_moves(reader, &[request.id])?;
    let as_what = match (status, &request.hold) {
        (Status::Confirmed, _) => "confirmed".to_owned(),
        (Status::Cancelled, _) => "off".to_owned(),
        (Status::Tentative, Some(hold)) if request.night.is_none() => hold.rank_shown(),
        (Status::Tentative, _) => "accepted in principle".to_owned(),
    };
    let entry = Entry {
        request: request.id,
        night,
        status,
        as_what: &as_what,
        with,
        moves: moves.get(&request.id).copied().unwrap_or_default(),
    };
    let Some(mut event) = event(site, &entry, &request.revision.terms, now) else {
        return Ok(None);
    };
    if is_held_from(side, request.state) {
        event.summary = format!("{} ({as_what})", event_name(request, side));
        event.location = String::new();
    }
    Ok(Some(ical_write::single(&event)))
}

/// "2nd hold", "accepted in principle", "confirmed".
pub fn as_what(standing: &Standing) -> String {
    match standing.rank {
        Some(rank) => rank_words(rank),
        None => standing.state.label().to_lowercase(),
    }
}

/// Everything on an artist's calendar between two days, for a program that reads it: what is held and
/// agreed on as entries with their times, what is blocked as whole days.
pub fn list(
    reader: &mut Reader<'_>,
    site: &Site,
    artist: ArtistId,
    joined: Instant,
    (from, to): (Date, Date),
    now: Instant,
) -> Result<(Vec<Event>, Vec<AllDay>)> {
    let kept = night_store::list_standing(reader, artist, joined, (from, to), 0)?;
    let ids: Vec<RequestId> = kept.iter().map(|one| one.request).collect();
    let terms = dashboard_store::list_terms(reader, &ids)?;
    let moves = night_store::count_moves(reader, &ids)?;
    let events = kept
        .iter()
        .filter_map(|one| {
            let entry = Entry {
                request: one.request,
                night: one.night,
                status: status(one.state),
                as_what: &as_what(one),
                with: "",
                moves: moves.get(&one.request).copied().unwrap_or_default(),
            };
            event(site, &entry, terms.get(&one.request)?, now)
        })
        .collect();
    let mut blocked = BTreeSet::new();
    for block in store::list_blocks(reader, artist)? {
        blocked.extend(block.days(from, to));
    }
    let days = in_pieces(blocked).into_iter().map(|piece| AllDay {
        uid: format!("not-free-{}-{artist}@{}", piece.first, site.mail_domain),
        stamp: now,
        first: piece.first,
        last: piece.last,
        summary: "Not free".to_owned(),
    });
    let days = days.collect();
    Ok((events, days))
}
