//! The days on which acts take no request, as lists and forms look them up. They are derived from an
//! act's calendar (`calendar/filling.rs`).

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::civil::Date;

use super::store::get_artist;
use crate::db::dialect::{self, Column};
use crate::db::schema::artist_busy_days;
use crate::db::versions::Source;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::ArtistId;

/// Those of some days on which an act takes no request.
pub fn list_busy(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    days: &[Date],
) -> Result<BTreeSet<Date>> {
    let wanted: Vec<String> = days.iter().map(ToString::to_string).collect();
    let busy = artist_busy_days::table
        .filter(artist_busy_days::artist.eq(artist.0))
        .select(artist_busy_days::day);
    // The statement for one day is prepared once, that for several each time.
    let found: Vec<String> = match wanted.as_slice() {
        [day] => busy.filter(artist_busy_days::day.eq(day)).load(reader.conn)?,
        _ => busy.filter(artist_busy_days::day.eq_any(wanted)).load(reader.conn)?,
    };
    Ok(found.iter().filter_map(|day| day.parse().ok()).collect())
}

/// Replaces the days of an act by these: only what differs is written.
pub fn replace(tx: &mut Tx<'_>, artist: ArtistId, days: &BTreeSet<Date>) -> Result<()> {
    let known: Vec<String> = artist_busy_days::table
        .filter(artist_busy_days::artist.eq(artist.0))
        .select(artist_busy_days::day)
        .load(tx.conn)?;
    let known: BTreeSet<String> = known.into_iter().collect();
    let wanted: BTreeSet<String> = days.iter().map(ToString::to_string).collect();
    if known == wanted {
        return Ok(());
    }
    let gone: Vec<&String> = known.difference(&wanted).collect();
    for some in gone.chunks(500) {
        let row = artist_busy_days::table
            .filter(artist_busy_days::artist.eq(artist.0))
            .filter(artist_busy_days::day.eq_any(some.iter().map(|day| day.as_str())));
        diesel::delete(row).execute(tx.conn)?;
    }
    let new: Vec<dialect::Row<'_>> =
        wanted.difference(&known).map(|day| vec![artist.0.into(), day.into()]).collect();
    let columns = [Column::Int("artist"), Column::Text("day")];
    dialect::insert_many(tx.conn, "artist_busy_days", &columns, &new)?;
    // Lists that are narrowed to a day, and the act's own page, are made from it.
    let slug = get_artist(tx, artist)?.facts.slug;
    tx.touch(Source::LISTS);
    tx.touch(Source::profile(&slug));
    Ok(())
}

/// Forgets the days of an act that is deleted.
pub fn delete_all(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let days = artist_busy_days::table.filter(artist_busy_days::artist.eq(artist.0));
    diesel::delete(days).execute(tx.conn)?;
    Ok(())
}
