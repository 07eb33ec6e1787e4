//! What tells whether an act is here already: its links in one spelling each, the identifiers of
//! catalogues, names. `artist_links` and `artist_unseen_names` are derived from the artists' own table,
//! like the lists.

use diesel::prelude::*;

use super::doubles::{link_keys, unseen_keys};
use super::{Facts, Listing, OutsideLink};
use crate::db::dialect::{Column, Row, insert_many};
use crate::db::schema::{
    artist_cards, artist_external_ids, artist_links, artist_unseen_names, artists,
};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::ArtistId;

/// The columns of `artist_links`.
pub(super) const LINK: &[Column] = &[Column::Text("link"), Column::Int("artist")];
/// The columns of `artist_unseen_names`.
const NAME: &[Column] = &[Column::Text("name"), Column::Int("artist")];
/// Names noted in one round; the next takes the rest.
const A_ROUND: i64 = 1_000;
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

/// Under which identifiers catalogues know an artist.
pub fn list_external_ids(
    reader: &mut Reader<'_>,
    artist: ArtistId,
) -> Result<Vec<(String, String)>> {
    Ok(artist_external_ids::table
        .filter(artist_external_ids::artist.eq(artist.0))
        .select((artist_external_ids::scheme, artist_external_ids::value))
        .load(reader.conn)?)
}

/// Forgets that a catalogue knows an artist under this identifier.
pub fn remove_external_id(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    scheme: &str,
    value: &str,
) -> Result<()> {
    diesel::delete(
        artist_external_ids::table
            .filter(artist_external_ids::artist.eq(artist.0))
            .filter(artist_external_ids::scheme.eq(scheme))
            .filter(artist_external_ids::value.eq(value)),
    )
    .execute(tx.conn)?;
    Ok(())
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

/// Notes what an artist that no list shows is called, in place of what was noted before; nothing for
/// one that lists show, which is found by its card.
pub fn set_unseen_names(tx: &mut Tx<'_>, artist: ArtistId, facts: &Facts) -> Result<()> {
    delete_unseen_names(tx, artist)?;
    if facts.listing.is_public() {
        return Ok(());
    }
    let keys = unseen_keys(&facts.name);
    let rows: Vec<Row<'_>> = keys.iter().map(|key| vec![key.into(), artist.0.into()]).collect();
    insert_many(tx.conn, "artist_unseen_names", NAME, &rows)?;
    Ok(())
}

/// Forgets what an artist was called that no list showed.
pub fn delete_unseen_names(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::delete(artist_unseen_names::table.filter(artist_unseen_names::artist.eq(artist.0)))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether an artist that no list shows has one of these names; see [`unseen_keys`].
pub fn has_unseen_name(reader: &mut Reader<'_>, keys: &[String]) -> Result<bool> {
    let unseen = Listing::ALL.iter().filter(|listing| !listing.is_public());
    let found: Option<i64> = artist_unseen_names::table
        .inner_join(artists::table.on(artists::id.eq(artist_unseen_names::artist)))
        .filter(artist_unseen_names::name.eq_any(keys.iter().map(String::as_str)))
        .filter(artists::listing.eq_any(unseen.map(|listing| listing.as_str())))
        .select(artist_unseen_names::artist)
        .first(reader.conn)
        .optional()?;
    Ok(found.is_some())
}

/// Notes the names of artists that were here before their names were noted, some in each round.
pub fn note_unseen_names(tx: &mut Tx<'_>) -> Result<()> {
    let unseen = Listing::ALL.iter().filter(|listing| !listing.is_public());
    let missing: Vec<(i64, String)> = artists::table
        .filter(artists::listing.eq_any(unseen.map(|listing| listing.as_str())))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            artist_unseen_names::table.filter(artist_unseen_names::artist.eq(artists::id)),
        )))
        .order(artists::id)
        .select((artists::id, artists::name))
        .limit(A_ROUND)
        .load(tx.conn)?;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (artist, name) in missing {
        rows.extend(unseen_keys(&name).map(|key| vec![key.into(), artist.into()]));
    }
    insert_many(tx.conn, "artist_unseen_names", NAME, &rows)?;
    Ok(())
}
