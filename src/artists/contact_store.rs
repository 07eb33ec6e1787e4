//! The people who are asked for an artist: the contacts of its team.

use diesel::prelude::*;

use super::{store, team_store};
use crate::clock::Instant;
use crate::db::schema::artist_contacts;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId};

/// Notes an address to which requests to an artist may go, once confirmed.
pub fn add_contact(tx: &mut Tx<'_>, artist: ArtistId, contact: ContactId) -> Result<()> {
    let known: i64 =
        artist_contacts::table.find((artist.0, contact.0)).count().get_result(tx.conn)?;
    if known == 0 {
        diesel::insert_into(artist_contacts::table)
            .values((artist_contacts::artist.eq(artist.0), artist_contacts::contact.eq(contact.0)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Notes that an address was confirmed by who reads it. Once more changes nothing: they joined the
/// first time. The first of a team owns the page.
pub fn confirm_contact(tx: &mut Tx<'_>, artist: ArtistId, contact: ContactId) -> Result<()> {
    store::change(tx, artist, |tx| {
        let unconfirmed = artist_contacts::table
            .find((artist.0, contact.0))
            .filter(artist_contacts::confirmed_at.is_null());
        diesel::update(unconfirmed)
            .set(artist_contacts::confirmed_at.eq(Some(tx.now.micros())))
            .execute(tx.conn)?;
        match team_store::find_owner(tx, artist)? {
            Some(_) => Ok(()),
            None => team_store::make_owner(tx, artist, contact),
        }
    })
}

/// Forgets an address whose owner did not agree.
pub fn remove_unconfirmed_contact(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    contact: ContactId,
) -> Result<()> {
    diesel::delete(
        artist_contacts::table
            .find((artist.0, contact.0))
            .filter(artist_contacts::confirmed_at.is_null()),
    )
    .execute(tx.conn)?;
    Ok(())
}

/// Takes a person out of an artist's team. An artist without any contact can no longer be asked.
pub fn remove_contact(tx: &mut Tx<'_>, artist: ArtistId, contact: ContactId) -> Result<()> {
    store::change(tx, artist, |tx| {
        diesel::delete(artist_contacts::table.find((artist.0, contact.0))).execute(tx.conn)?;
        Ok(())
    })
}

/// Brings the pages of a person's artists up to date when it has changed whether they can answer.
pub fn show_reachable(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    for artist in list_artists_of_contact(tx, contact)? {
        store::change(tx, artist, |_| Ok(()))?;
    }
    Ok(())
}

/// Forgets for which artists a person was asked to answer and did not say yes.
pub fn forget_unconfirmed(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    diesel::delete(
        artist_contacts::table
            .filter(artist_contacts::contact.eq(contact.0))
            .filter(artist_contacts::confirmed_at.is_null()),
    )
    .execute(tx.conn)?;
    Ok(())
}

/// Every artist for which a person is noted, confirmed or not.
pub fn list_noted(reader: &mut Reader<'_>, contact: ContactId) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = artist_contacts::table
        .filter(artist_contacts::contact.eq(contact.0))
        .order(artist_contacts::artist)
        .select(artist_contacts::artist)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
}

/// The confirmed contacts of an artist's team.
pub fn list_confirmed_contacts(
    reader: &mut Reader<'_>,
    artist: ArtistId,
) -> Result<Vec<ContactId>> {
    let ids: Vec<i64> = artist_contacts::table
        .filter(artist_contacts::artist.eq(artist.0))
        .filter(artist_contacts::confirmed_at.is_not_null())
        .order(artist_contacts::contact)
        .select(artist_contacts::contact)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ContactId).collect())
}

/// The confirmed contacts of the teams of several artists.
pub fn list_confirmed_of(
    reader: &mut Reader<'_>,
    artists: &[ArtistId],
) -> Result<Vec<(ArtistId, ContactId)>> {
    // One is what most pages ask for: its statement is prepared once, that of a list each time.
    if let [artist] = artists {
        let team = list_confirmed_contacts(reader, *artist)?;
        return Ok(team.into_iter().map(|contact| (*artist, contact)).collect());
    }
    let rows: Vec<(i64, i64)> = artist_contacts::table
        .filter(artist_contacts::artist.eq_any(artists.iter().map(|artist| artist.0)))
        .filter(artist_contacts::confirmed_at.is_not_null())
        .select((artist_contacts::artist, artist_contacts::contact))
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|(artist, contact)| (ArtistId(artist), ContactId(contact))).collect())
}

/// When a person joined an artist's team; none when they are not in it.
pub fn find_joined(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    contact: ContactId,
) -> Result<Option<Instant>> {
    let joined: Option<Option<i64>> = artist_contacts::table
        .find((artist.0, contact.0))
        .select(artist_contacts::confirmed_at)
        .first(reader.conn)
        .optional()?;
    Ok(joined.flatten().map(Instant::from_micros))
}

/// The artists for which an address is a confirmed contact.
pub fn list_artists_of_contact(
    reader: &mut Reader<'_>,
    contact: ContactId,
) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = artist_contacts::table
        .filter(artist_contacts::contact.eq(contact.0))
        .filter(artist_contacts::confirmed_at.is_not_null())
        .order(artist_contacts::artist)
        .select(artist_contacts::artist)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
}

/// The same, each with when they joined its team.
pub fn list_joined(
    reader: &mut Reader<'_>,
    contact: ContactId,
) -> Result<Vec<(ArtistId, Instant)>> {
    let rows: Vec<(i64, Option<i64>)> = artist_contacts::table
        .filter(artist_contacts::contact.eq(contact.0))
        .filter(artist_contacts::confirmed_at.is_not_null())
        .order(artist_contacts::artist)
        .select((artist_contacts::artist, artist_contacts::confirmed_at))
        .load(reader.conn)?;
    Ok(rows
        .into_iter()
        .map(|(artist, at)| (ArtistId(artist), Instant::from_micros(at.unwrap_or_default())))
        .collect())
}

/// Whether a person is noted as contact of any artist, confirmed or not.
pub fn is_contact(reader: &mut Reader<'_>, contact: ContactId) -> Result<bool> {
    let count: i64 = artist_contacts::table
        .filter(artist_contacts::contact.eq(contact.0))
        .count()
        .get_result(reader.conn)?;
    Ok(count > 0)
}
