//! What tells whether an act is here already: its links in one spelling each, the identifiers of
//! catalogues, names. `artist_links` is derived from the artists' own table, like the lists.

use diesel::prelude::*;

use super::doubles::link_keys;
use super::{Listing, OutsideLink};
use crate::db::dialect::{Column, Row, insert_many};
use crate::db::schema::{artist_cards, artist_external_ids, artist_links, artists};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::ArtistId;

/// The columns of `artist_links`.
pub(super) const LINK: &[Column] = &[Column::Text("link"), Column::Int("artist")];
/// More acts than this with one link or one name are not looked at.
const MOST: i64 = 20;
/// Stands for no act.
const NOBODY: i64 = 0;

/// Notes the links of an artist, in place of those that were noted before.
pub fn set_links(tx: &mut Tx<'_>, artist: ArtistId, links: &[OutsideLink]) -> Result<()> {
    delete_links(tx, artist)?;
    let keys = link_keys(links);
    let rows: Vec<Row<'_>> = keys.iter().map(|key| vec![key.into(), artist.0.into()]).collect();
    insert_many(tx.conn, "artist_links", LINK, &rows)?;
    Ok(())
}

/// Forgets the links of an artist.
pub fn delete_links(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::delete(artist_links::table.filter(artist_links::artist.eq(artist.0)))
        .execute(tx.conn)?;
    Ok(())
}

/// Makes one of two who add the same link at once come second. On PostgreSQL an insertion of the
/// same key waits for the end of the transaction that made the other, also where that one has taken
/// its row back. The keys come in order, or two could wait for each other.
pub fn lock_links(tx: &mut Tx<'_>, keys: &[String]) -> Result<()> {
    let rows: Vec<Row<'_>> = keys.iter().map(|key| vec![key.into(), NOBODY.into()]).collect();
    insert_many(tx.conn, "artist_links", LINK, &rows)?;
    diesel::delete(
        artist_links::table
            .filter(artist_links::link.eq_any(keys.iter().map(String::as_str)))
            .filter(artist_links::artist.eq(NOBODY)),
    )
    .execute(tx.conn)?;
    Ok(())
}

/// The artists that have one of these links, in whatever listing.
pub fn list_by_link(reader: &mut Reader<'_>, keys: &[String]) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = artist_links::table
        .filter(artist_links::link.eq_any(keys.iter().map(String::as_str)))
        .order((artist_links::link, artist_links::artist))
        .select(artist_links::artist)
        .limit(MOST)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
}

/// The artist that a catalogue knows under this identifier.
pub fn find_by_external_id(
    reader: &mut Reader<'_>,
    scheme: &str,
    value: &str,
) -> Result<Option<ArtistId>> {
    let id: Option<i64> = artist_external_ids::table
        .filter(artist_external_ids::scheme.eq(scheme))
        .filter(artist_external_ids::value.eq(value))
        .select(artist_external_ids::artist)
        .first(reader.conn)
        .optional()?;
    Ok(id.map(ArtistId))
}

/// Notes under which identifier a catalogue knows an artist, unless it knows another under it.
pub fn add_external_id(tx: &mut Tx<'_>, artist: ArtistId, scheme: &str, value: &str) -> Result<()> {
    if find_by_external_id(tx, scheme, value)?.is_some() {
        return Ok(());
    }
    diesel::insert_into(artist_external_ids::table)
        .values((
            artist_external_ids::scheme.eq(scheme),
            artist_external_ids::value.eq(value),
            artist_external_ids::artist.eq(artist.0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The artists of the lists that are called so; these are keys of names.
pub fn list_by_name(reader: &mut Reader<'_>, keys: &[String]) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = artist_cards::table
        .filter(artist_cards::name_key.eq_any(keys.iter().map(String::as_str)))
        .order((artist_cards::popularity.desc(), artist_cards::artist.desc()))
        .select(artist_cards::artist)
        .limit(MOST)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
}

/// The names of the artists that no list shows. They are few beside the others, so that their names
/// need no index of their own.
pub fn list_unseen_names(reader: &mut Reader<'_>) -> Result<Vec<String>> {
    let unseen = Listing::ALL.iter().filter(|listing| !listing.is_public());
    Ok(artists::table
        .filter(artists::listing.eq_any(unseen.map(|listing| listing.as_str())))
        .select(artists::name)
        .load(reader.conn)?)
}
