//! What an act keeps ready to send, each under a key of its own.

use data_encoding::BASE64;
use diesel::prelude::*;

use super::papers::{FileKind, Paper, Purpose};
use crate::db::key_store::{KeyKind, delete_key, get_key, insert_key, list_keys};
use crate::db::schema::artist_papers;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, KeyId, PaperId};
use crate::sealed::{Place, Sealed};

const fn place(column: &'static str, id: PaperId) -> Place {
    Place { table: "artist_papers", column, row: id.0 }
}

/// Everything that an act keeps, oldest first, without what is in it.
pub fn list_papers(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Vec<Paper>> {
    type Row = (i64, Purpose, Option<FileKind>, i64, Sealed<String>, i64);
    let rows: Vec<Row> = artist_papers::table
        .filter(artist_papers::artist.eq(artist.0))
        .order(artist_papers::id)
        .select((
            artist_papers::id,
            artist_papers::purpose,
            artist_papers::kind,
            artist_papers::key_id,
            artist_papers::name,
            artist_papers::size,
        ))
        .load(reader.conn)?;
    let keys: Vec<KeyId> = rows.iter().map(|(_, _, _, key, ..)| KeyId(*key)).collect();
    let keys = list_keys(reader, &keys)?;
    let mut papers = Vec::new();
    for (id, purpose, kind, key, name, size) in rows {
        let (id, key) = (PaperId(id), keys.get(&KeyId(key)).ok_or(Error::NotFound)?);
        papers.push(Paper { id, purpose, kind, name: name.open(key, place("name", id))?, size });
    }
    Ok(papers)
}

/// What is in one of them; another act's is not found.
pub fn get_body(reader: &mut Reader<'_>, artist: ArtistId, id: PaperId) -> Result<Vec<u8>> {
    let row: Option<(i64, Sealed<String>)> = artist_papers::table
        .find(id.0)
        .filter(artist_papers::artist.eq(artist.0))
        .select((artist_papers::key_id, artist_papers::body))
        .first(reader.conn)
        .optional()?;
    let (key, body) = row.ok_or(Error::NotFound)?;
    let key = get_key(reader, KeyId(key))?;
    let text = body.open(&key, place("body", id))?;
    BASE64.decode(text.as_bytes()).map_err(Error::unexpected)
}

/// Keeps something.
pub fn insert_paper(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    purpose: Purpose,
    kind: Option<FileKind>,
    name: &str,
    body: &[u8],
) -> Result<()> {
    let id: PaperId = tx.ids.next();
    let key = insert_key(tx, KeyKind::Thread)?;
    diesel::insert_into(artist_papers::table)
        .values((
            artist_papers::id.eq(id.0),
            artist_papers::artist.eq(artist.0),
            artist_papers::purpose.eq(purpose),
            artist_papers::kind.eq(kind),
            artist_papers::key_id.eq(key.id()),
            artist_papers::name.eq(Sealed::seal(&key, place("name", id), &name.to_owned())?),
            artist_papers::size.eq(body.len() as i64),
            artist_papers::body.eq(Sealed::seal(&key, place("body", id), &BASE64.encode(body))?),
            artist_papers::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Keeps it no longer; another act's is not found.
pub fn delete_paper(tx: &mut Tx<'_>, artist: ArtistId, id: PaperId) -> Result<()> {
    let key: Option<i64> = artist_papers::table
        .find(id.0)
        .filter(artist_papers::artist.eq(artist.0))
        .select(artist_papers::key_id)
        .first(tx.conn)
        .optional()?;
    let key = key.ok_or(Error::NotFound)?;
    diesel::delete(artist_papers::table.find(id.0)).execute(tx.conn)?;
    delete_key(tx, KeyId(key))
}

/// Forgets them all: nobody is left whose they are.
pub fn delete_all(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    for paper in list_papers(tx, artist)? {
        delete_paper(tx, artist, paper.id)?;
    }
    Ok(())
}
