//! The table of artists' photos: what there is of each, and the bytes where the database keeps them.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::photo::{Photo, Print, Size};
use super::{Listing, contact_store, store};
use crate::clock::Instant;
use crate::db::schema::{artist_photos, artists};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId};

/// The photo of an artist.
pub fn find_photo(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Option<Photo>> {
    let rows: Vec<(i64, i64, String, String, i64)> = artist_photos::table
        .filter(artist_photos::artist.eq(artist.0))
        .order(artist_photos::width)
        .select((
            artist_photos::width,
            artist_photos::height,
            artist_photos::sha256,
            artist_photos::alt,
            artist_photos::created_at,
        ))
        .load(reader.conn)?;
    let mut photo = None;
    for (width, height, sha256, alt, created_at) in rows {
        let created_at = Instant::from_micros(created_at);
        let photo = photo.get_or_insert_with(|| Photo { alt, created_at, sizes: Vec::new() });
        photo.sizes.push(Size { width: pixels(width)?, height: pixels(height)?, sha256 });
    }
    Ok(photo)
}

fn pixels(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| Error::unexpected(format!("a photo of {number} pixels")))
}

/// Puts a photo in the place of the one that an artist has.
pub fn replace_photo(tx: &mut Tx<'_>, artist: ArtistId, alt: &str, prints: &[Print]) -> Result<()> {
    store::change(tx, artist, |tx| {
        delete_rows(tx, artist)?;
        for Print { size, bytes } in prints {
            diesel::insert_into(artist_photos::table)
                .values((
                    artist_photos::artist.eq(artist.0),
                    artist_photos::width.eq(i64::from(size.width)),
                    artist_photos::height.eq(i64::from(size.height)),
                    artist_photos::sha256.eq(&size.sha256),
                    artist_photos::bytes.eq(bytes.clone()),
                    artist_photos::alt.eq(alt),
                    artist_photos::created_at.eq(tx.now.micros()),
                ))
                .execute(tx.conn)?;
        }
        Ok(())
    })
}

/// Deletes the photo of an artist.
pub fn delete_photo(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    store::change(tx, artist, |tx| delete_rows(tx, artist))
}

fn delete_rows(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::delete(artist_photos::table.filter(artist_photos::artist.eq(artist.0)))
        .execute(tx.conn)?;
    Ok(())
}

/// A photo that somebody asks for.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its bytes; none where they are in a file.
    pub bytes: Option<Vec<u8>>,
    /// Whether everybody may see it, and not its own people alone.
    pub is_public: bool,
}

/// The photo of this name, for who may see it: everybody, where the page can be opened on which it
/// stands; else the artist's own people.
pub fn get_seen(reader: &mut Reader<'_>, sha256: &str, contact: Option<ContactId>) -> Result<Seen> {
    // Two acts may have the same picture.
    let owners: Vec<(i64, Listing)> = artist_photos::table
        .inner_join(artists::table.on(artists::id.eq(artist_photos::artist)))
        .filter(artist_photos::sha256.eq(sha256))
        .select((artists::id, artists::listing))
        .load(reader.conn)?;
    let is_public = owners.iter().any(|(_, listing)| listing.is_visible());
    if !is_public && !is_of_team(reader, &owners, contact)? {
        return Err(Error::NotFound);
    }
    let bytes: Option<Option<Vec<u8>>> = artist_photos::table
        .filter(artist_photos::sha256.eq(sha256))
        .select(artist_photos::bytes)
        .first(reader.conn)
        .optional()?;
    Ok(Seen { bytes: bytes.ok_or(Error::NotFound)?, is_public })
}

fn is_of_team(
    reader: &mut Reader<'_>,
    owners: &[(i64, Listing)],
    contact: Option<ContactId>,
) -> Result<bool> {
    let Some(contact) = contact else { return Ok(false) };
    for (artist, _) in owners {
        let team = contact_store::list_confirmed_contacts(reader, ArtistId(*artist))?;
        if team.contains(&contact) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// SQLite takes 32,766 parameters.
const AT_ONCE: usize = 5_000;

/// The names of the smallest photos of these artists, as far as they have one.
pub fn list_smallest(reader: &mut Reader<'_>, artists: &[i64]) -> Result<HashMap<i64, String>> {
    let mut smallest = HashMap::new();
    for some in artists.chunks(AT_ONCE) {
        let rows: Vec<(i64, String)> = artist_photos::table
            .filter(artist_photos::artist.eq_any(some.iter().copied()))
            .order((artist_photos::artist, artist_photos::width.desc()))
            .select((artist_photos::artist, artist_photos::sha256))
            .load(reader.conn)?;
        // Of each artist the last row stays.
        smallest.extend(rows);
    }
    Ok(smallest)
}

/// Which of these names a row still bears.
pub fn list_named(reader: &mut Reader<'_>, names: &[String]) -> Result<HashSet<String>> {
    let mut named = HashSet::new();
    for some in names.chunks(AT_ONCE) {
        let rows: Vec<String> = artist_photos::table
            .filter(artist_photos::sha256.eq_any(some.iter().map(String::as_str)))
            .select(artist_photos::sha256)
            .load(reader.conn)?;
        named.extend(rows);
    }
    Ok(named)
}
