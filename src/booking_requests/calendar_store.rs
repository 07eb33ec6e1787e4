//! The calendar of an artist: the row that is locked before its nights change, and what is agreed
//! on them.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::State;
use crate::clock::Instant;
use crate::db::dialect::{self, Column};
use crate::db::schema::{booking_requests, calendars};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, RequestId};
use crate::people::links::Side;

/// How long the way between two sets takes as long as the artist has not said it, in minutes.
pub const TRAVEL_MINUTES: i64 = 120;

/// The longest that an artist may say it takes, in minutes: two days.
pub const MOST_TRAVEL_MINUTES: i64 = 2 * 24 * 60;

/// Locks the calendar of an artist: of two who change its nights at once, one comes second and sees
/// what the first did. Whoever also locks a request locks that first.
pub fn lock_calendar(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let lock = || {
        diesel::update(calendars::table.find(artist.0))
            .set(calendars::version.eq(calendars::version + 1))
    };
    if lock().execute(tx.conn)? == 0 {
        let columns =
            [Column::Int("artist"), Column::Int("travel_minutes"), Column::Int("version")];
        let row = vec![artist.0.into(), TRAVEL_MINUTES.into(), 0.into()];
        dialect::insert_many(tx.conn, "calendars", &columns, &[row])?;
        lock().execute(tx.conn)?;
    }
    Ok(())
}

/// How long the way between two sets takes.
pub fn get_travel(reader: &mut Reader<'_>, artist: ArtistId) -> Result<SignedDuration> {
    let minutes: Option<i64> = calendars::table
        .find(artist.0)
        .select(calendars::travel_minutes)
        .first(reader.conn)
        .optional()?;
    Ok(SignedDuration::from_mins(minutes.unwrap_or(TRAVEL_MINUTES)))
}

/// Says how long the way between two sets takes, in minutes.
pub fn set_travel(tx: &mut Tx<'_>, artist: ArtistId, minutes: i64) -> Result<()> {
    lock_calendar(tx, artist)?;
    diesel::update(calendars::table.find(artist.0))
        .set(calendars::travel_minutes.eq(minutes))
        .execute(tx.conn)?;
    Ok(())
}

/// The other requests that the artist has confirmed, alone or with the promoter, for a time that
/// overlaps with this one when `travel` lies between the two.
pub fn list_overlapping(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    except: RequestId,
    (starts_at, ends_at): (Instant, Instant),
    travel: SignedDuration,
) -> Result<Vec<RequestId>> {
    // No set is longer than twelve hours (dates.rs).
    let earliest = starts_at.minus(travel).minus(SignedDuration::from_hours(24));
    let said = booking_requests::state.eq(State::Confirmed).or(booking_requests::state
        .eq(State::HalfConfirmed)
        .and(booking_requests::half_confirmed_by.eq(Some(Side::Artist.as_str()))));
    let ids: Vec<i64> = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .filter(booking_requests::night_starts_at.gt(earliest.micros()))
        .filter(booking_requests::night_starts_at.lt(ends_at.plus(travel).micros()))
        .filter(booking_requests::night_ends_at.gt(starts_at.minus(travel).micros()))
        .filter(booking_requests::id.ne(except.0))
        .filter(said)
        .order(booking_requests::night_starts_at)
        .select(booking_requests::id)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}
