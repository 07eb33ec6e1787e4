//! The tables of calendars and of what is blocked in them.

use diesel::prelude::*;
use jiff::SignedDuration;
use jiff::civil::Date;

use super::{Block, Repeats};
use crate::db::dialect::{self, Column};
use crate::db::schema::{calendar_blocks, calendars};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, BlockId};

/// How long the way between two sets takes as long as the artist has not said it, in minutes.
pub const TRAVEL_MINUTES: i64 = 120;

/// The longest that an artist may say it takes, in minutes: two days.
pub const MOST_TRAVEL_MINUTES: i64 = 2 * 24 * 60;

/// Blocks of one artist that were typed: all of them are written out day by day at each change.
pub const MOST_BLOCKS: usize = 300;

/// What an artist says about its calendar as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How long the way between two sets takes, in minutes.
    pub travel_minutes: i64,
    /// Whether a night that an open request names can be named by no other.
    pub pending_blocks: bool,
}

impl Settings {
    /// How long the way between two sets takes.
    pub const fn travel(self) -> SignedDuration {
        SignedDuration::from_mins(self.travel_minutes)
    }
}

/// Locks the calendar of an artist: of two who change its nights at once, one comes second and sees
/// what the first did. Whoever also locks a request locks that first, and the head of the receipts'
/// chain last.
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

/// What an artist says about its calendar.
pub fn get_settings(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Settings> {
    let found: Option<(i64, i64)> = calendars::table
        .find(artist.0)
        .select((calendars::travel_minutes, calendars::pending_blocks))
        .first(reader.conn)
        .optional()?;
    let (travel_minutes, pending) = found.unwrap_or((TRAVEL_MINUTES, 0));
    Ok(Settings { travel_minutes, pending_blocks: pending != 0 })
}

/// Says something else about it. The calendar is locked.
pub fn set_settings(tx: &mut Tx<'_>, artist: ArtistId, settings: Settings) -> Result<()> {
    diesel::update(calendars::table.find(artist.0))
        .set((
            calendars::travel_minutes.eq(settings.travel_minutes),
            calendars::pending_blocks.eq(i64::from(settings.pending_blocks)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes until when the days of an artist are written out. The calendar is locked.
pub fn mark_filled(tx: &mut Tx<'_>, artist: ArtistId, until: Date) -> Result<()> {
    diesel::update(calendars::table.find(artist.0))
        .set(calendars::filled_until.eq(until.to_string()))
        .execute(tx.conn)?;
    Ok(())
}

/// Artists whose days are not written out as far as `until`.
pub fn list_to_fill(reader: &mut Reader<'_>, until: Date) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = calendars::table
        .filter(calendars::filled_until.lt(until.to_string()))
        .filter(calendars::filled_until.ne(""))
        .order(calendars::filled_until)
        .select(calendars::artist)
        .limit(200)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
}

/// A block to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewBlock {
    /// The first day.
    pub first: Date,
    /// The last one.
    pub last: Date,
    /// How often it comes again.
    pub repeats: Repeats,
    /// The last day on which it may begin again.
    pub until: Option<Date>,
    /// Whether it came from a calendar file.
    pub imported: bool,
}

/// Blocks days. The calendar is locked.
pub fn insert_block(tx: &mut Tx<'_>, artist: ArtistId, block: &NewBlock) -> Result<()> {
    let id: BlockId = tx.ids.next();
    diesel::insert_into(calendar_blocks::table)
        .values((
            calendar_blocks::id.eq(id.0),
            calendar_blocks::artist.eq(artist.0),
            calendar_blocks::first_day.eq(block.first.to_string()),
            calendar_blocks::last_day.eq(block.last.to_string()),
            calendar_blocks::repeats.eq(block.repeats),
            calendar_blocks::repeats_until.eq(block.until.map(|day| day.to_string())),
            calendar_blocks::imported.eq(i64::from(block.imported)),
            calendar_blocks::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = calendar_blocks)]
struct Row {
    id: i64,
    first_day: String,
    last_day: String,
    repeats: Repeats,
    repeats_until: Option<String>,
    imported: i64,
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::unexpected("a block of no day"))
}

/// Every block of an artist, by its first day.
pub fn list_blocks(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Vec<Block>> {
    let rows: Vec<Row> = calendar_blocks::table
        .filter(calendar_blocks::artist.eq(artist.0))
        .order((calendar_blocks::first_day, calendar_blocks::id))
        .select(Row::as_select())
        .load(reader.conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(Block {
                id: BlockId(row.id),
                first: day(&row.first_day)?,
                last: day(&row.last_day)?,
                repeats: row.repeats,
                until: row.repeats_until.as_deref().map(day).transpose()?,
                imported: row.imported != 0,
            })
        })
        .collect()
}

/// Takes a block away. One of another artist is not there. The calendar is locked.
pub fn delete_block(tx: &mut Tx<'_>, artist: ArtistId, id: BlockId) -> Result<()> {
    let found = diesel::delete(
        calendar_blocks::table.find(id.0).filter(calendar_blocks::artist.eq(artist.0)),
    )
    .execute(tx.conn)?;
    if found == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Takes every block away. The calendar is locked.
pub fn delete_blocks(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let all = calendar_blocks::table.filter(calendar_blocks::artist.eq(artist.0));
    diesel::delete(all).execute(tx.conn)?;
    Ok(())
}

/// Takes away what came from calendar files. The calendar is locked.
pub fn delete_imported(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::delete(
        calendar_blocks::table
            .filter(calendar_blocks::artist.eq(artist.0))
            .filter(calendar_blocks::imported.eq(1)),
    )
    .execute(tx.conn)?;
    Ok(())
}
