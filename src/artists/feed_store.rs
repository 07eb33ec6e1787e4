//! What the site map and the feed read.

use diesel::prelude::*;

use super::card_store::{Card, Columns, Row};
use crate::db::Reader;
use crate::db::schema::{artist_cards, artists};
use crate::error::Result;
use crate::ids::ArtistId;

/// Artists whose pages the site map names, from an id on: (id, slug, when changed).
pub fn list_for_site_map(
    reader: &mut Reader<'_>,
    after: ArtistId,
    limit: i64,
) -> Result<Vec<(i64, String, i64)>> {
    Ok(artist_cards::table
        .filter(artist_cards::artist.gt(after.0))
        .order(artist_cards::artist)
        .select((artist_cards::artist, artist_cards::slug, artist_cards::updated_at))
        .limit(limit)
        .load(reader.conn)?)
}

/// The last id of every full part of the site map, so that each part begins at a key. The database
/// counts its way along the key; only the ends come over.
pub fn list_site_map_parts(reader: &mut Reader<'_>, size: i64) -> Result<Vec<ArtistId>> {
    let mut starts = vec![ArtistId(0)];
    loop {
        let from = starts.last().copied().unwrap_or(ArtistId(0));
        let last: Option<i64> = artist_cards::table
            .filter(artist_cards::artist.gt(from.0))
            .order(artist_cards::artist)
            .select(artist_cards::artist)
            .offset(size - 1)
            .first(reader.conn)
            .optional()?;
        match last {
            Some(last) => starts.push(ArtistId(last)),
            None => return Ok(starts),
        }
    }
}

/// The newest artists with their bios, for the feed.
pub fn list_newest_bios(reader: &mut Reader<'_>, limit: i64) -> Result<Vec<(Card, String)>> {
    let rows: Vec<(Row, String)> = artist_cards::table
        .inner_join(artists::table.on(artists::id.eq(artist_cards::artist)))
        .order((artist_cards::created_at.desc(), artist_cards::artist.desc()))
        .select((Columns, artists::bio))
        .limit(limit)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|(row, bio)| (Card::from(row), bio)).collect())
}
