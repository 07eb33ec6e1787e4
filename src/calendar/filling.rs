//! Writing out the days on which an artist takes no request: from what is blocked, what is confirmed,
//! and, where the artist wants it so, what is asked already.

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;

use super::{AHEAD, store};
use crate::artists::busy_store;
use crate::booking_requests::night_store;
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::ArtistId;

/// Days between two fillings of a calendar.
const FILLED_AGAIN_AFTER: i32 = 31;

/// The first and the last day that are written out. It is still yesterday somewhere.
pub fn window(now: Instant) -> (Date, Date) {
    let today = now.date_utc();
    let from = today.yesterday().unwrap_or(today);
    (from, today.checked_add(Span::new().days(AHEAD)).unwrap_or(today))
}

/// The days of an artist on which it takes no request.
pub fn busy_days(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    from: Date,
    to: Date,
) -> Result<BTreeSet<Date>> {
    let settings = store::get_settings(reader, artist)?;
    let mut days = night_store::list_confirmed(reader, artist, from, to)?;
    if settings.pending_blocks {
        days.extend(night_store::list_asked(reader, artist, from, to)?);
    }
    for block in store::list_blocks(reader, artist)? {
        days.extend(block.days(from, to));
    }
    Ok(days)
}

/// Writes out all days of an artist anew. Its calendar is locked first.
pub fn fill(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    store::lock_calendar(tx, artist)?;
    let (from, to) = window(tx.now);
    let days = busy_days(tx, artist, from, to)?;
    busy_store::replace(tx, artist, &days)?;
    store::mark_filled(tx, artist, to)
}

/// Forgets what a team said about its days, when nobody of it answers for the artist any more: when
/// somebody is away is theirs. What is confirmed stays.
pub fn forget_team(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    store::lock_calendar(tx, artist)?;
    store::delete_blocks(tx, artist)?;
    let travel_minutes = store::TRAVEL_MINUTES;
    store::set_settings(tx, artist, store::Settings { travel_minutes, pending_blocks: false })?;
    fill(tx, artist)
}

/// Artists whose days have to be written out further.
pub fn list_due(reader: &mut Reader<'_>, now: Instant) -> Result<Vec<ArtistId>> {
    let (_, to) = window(now);
    let due = to.checked_sub(Span::new().days(FILLED_AGAIN_AFTER)).unwrap_or(to);
    store::list_to_fill(reader, due)
}
