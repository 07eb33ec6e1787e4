//! Comparing a request with the artist's floor and calendar, kindly and point by point.

use std::cmp::Ordering;

use super::terms::{Deal, Terms};
use super::{dashboard_store, dates, list_store};
use crate::artists::busy_store;
use crate::artists::floor::Floor;
use crate::clock::Instant;
use crate::db::Reader;
use crate::error::Result;
use crate::ids::ArtistId;
use crate::numbers::grouped;

/// Every point at which a request is below what the artist asks: (field, what is asked and what
/// can be done). A fee in another currency is not compared.
pub fn shortfalls(floor: &Floor, terms: &Terms, now: Instant) -> Result<Vec<(String, String)>> {
    let mut points = Vec::new();
    let mut point = |field: &str, text: String| points.push((field.to_owned(), text));
    let zone = terms.zone()?;
    let today = dates::date_at(now, &zone);
    if let Some(days) = floor.notice_days {
        for (at, night) in terms.event.nights.iter().enumerate() {
            let notice = i64::from((night.night - today).get_days());
            if notice < days {
                point(
                    &format!("night{}", at + 1),
                    format!(
                        "The act asks for {days} days’ notice, and this night is {notice} {} away. \
                         Choose a later date",
                        if notice == 1 { "day" } else { "days" }
                    ),
                );
            }
        }
    }
    if let Some(least) = floor.fee {
        let best = terms.offer.amount;
        let below = best.and_then(|offer| offer.compare(least)) == Some(Ordering::Less);
        if below {
            point(
                "amount",
                format!(
                    "The act plays for fees from {least}. Raise the offer, or look for an act without \
                 a lowest fee"
                ),
            );
        } else if best.is_none() && terms.offer.deal != Deal::Quote {
            point(
                "amount",
                format!(
                    "The act plays for fees from {least}. Name an amount, or choose “please quote”"
                ),
            );
        }
    }
    if let Some(people) = floor.min_capacity {
        match terms.venue.capacity {
            Some(capacity) if capacity >= people => {}
            Some(_) => point(
                "capacity",
                format!("The act asks for rooms for {} people or more", grouped(people)),
            ),
            None => point(
                "capacity",
                format!(
                    "The act asks for rooms for {} people or more: say how many yours holds",
                    grouped(people)
                ),
            ),
        }
    }
    if !floor.countries.is_empty() && !floor.countries.contains(&terms.venue.country) {
        point(
            "venue_country",
            format!("The act does not take requests for {}", terms.venue.country.name()),
        );
    }
    if !floor.kinds.is_empty() && !floor.kinds.contains(&terms.event.kind) {
        point(
            "event_kind",
            format!(
                "The act does not take requests of the kind “{}”",
                terms.event.kind.label().to_lowercase()
            ),
        );
    }
    Ok(points)
}

/// What a floor would have done to the newest requests that reached an artist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// How many requests were looked at.
    pub of: usize,
    /// How many would not have been sent.
    pub stopped: usize,
}

impl Stopped {
    /// "This would have stopped 3 of the last 20 requests."; empty when there was none.
    pub fn sentence(self) -> String {
        let Self { of, stopped } = self;
        match (of, stopped) {
            (0, _) => String::new(),
            (1, 0) => "This would have let the one request through that reached you.".to_owned(),
            (1, _) => "This would have stopped the one request that reached you.".to_owned(),
            (of, 0) => format!("This would have stopped none of the last {of} requests."),
            (of, stopped) => {
                format!("This would have stopped {stopped} of the last {of} requests.")
            }
        }
    }
}

/// Holds a floor against the newest requests that reached an artist, each as it was when it was sent.
pub fn stopped_of_last(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    floor: &Floor,
) -> Result<Stopped> {
    const NEWEST: i64 = 20;
    let requests = list_store::list_sent(reader, artist, NEWEST)?;
    let ids: Vec<_> = requests.iter().map(|(id, _)| *id).collect();
    let terms = dashboard_store::list_first_terms(reader, &ids)?;
    let mut found = Stopped { of: 0, stopped: 0 };
    for (id, sent_at) in requests {
        let Some(terms) = terms.get(&id) else { continue };
        found.of += 1;
        found.stopped += usize::from(!shortfalls(floor, terms, sent_at)?.is_empty());
    }
    Ok(found)
}

/// Every night of a request on which the act takes none: (field, what can be done).
pub fn not_free(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    terms: &Terms,
) -> Result<Vec<(String, String)>> {
    let nights: Vec<_> = terms.event.nights.iter().map(|night| night.night).collect();
    let busy = busy_store::list_busy(reader, artist, &nights)?;
    let points = nights.iter().enumerate().filter(|(_, night)| busy.contains(*night));
    Ok(points
        .map(|(at, night)| {
            let night = dates::evening(*night);
            (
                format!("night{}", at + 1),
                format!("The act takes no request for {night}. Choose another date"),
            )
        })
        .collect())
}
