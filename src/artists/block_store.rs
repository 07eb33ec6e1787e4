//! Whom an artist takes no requests from.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::artist_blocks;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, RequestId, SenderBlockId};
use crate::people::store::Contact;

/// Whom a block keeps away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// A promoter, as the artist knows them: from a request, as long as there is one.
    Promoter(Option<RequestId>),
    /// Everybody with an address at a domain.
    Domain(String),
}

/// A block that an artist's team made.
#[derive(Debug, Clone)]
pub struct SenderBlock {
    /// The row.
    pub id: SenderBlockId,
    /// Whom it keeps away.
    pub whom: Blocked,
    /// Since when.
    pub created_at: Instant,
}

/// Every block of an artist, oldest first.
pub fn list_blocks(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Vec<SenderBlock>> {
    type Row = (i64, Option<i64>, Option<String>, i64);
    let rows: Vec<Row> = artist_blocks::table
        .filter(artist_blocks::artist.eq(artist.0))
        .order(artist_blocks::id)
        .select((
            artist_blocks::id,
            artist_blocks::request,
            artist_blocks::domain,
            artist_blocks::created_at,
        ))
        .load(reader.conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, request, domain, created_at)| SenderBlock {
            id: SenderBlockId(id),
            whom: match domain {
                Some(domain) => Blocked::Domain(domain),
                None => Blocked::Promoter(request.map(RequestId)),
            },
            created_at: Instant::from_micros(created_at),
        })
        .collect())
}

/// Whether an artist takes no requests from somebody: they are blocked, or the domain of their address
/// is, or one above it.
pub fn is_blocked(reader: &mut Reader<'_>, artist: ArtistId, person: &Contact) -> Result<bool> {
    let domain = person.address.domain().to_ascii_lowercase();
    let mut domains = vec![domain.as_str()];
    while let Some((_, above)) = domains.last().and_then(|domain| domain.split_once('.')) {
        domains.push(above);
    }
    let found: i64 =
        artist_blocks::table
            .filter(artist_blocks::artist.eq(artist.0))
            .filter(artist_blocks::contact.eq(person.id.0).or(
                artist_blocks::domain.eq_any(domains.iter().map(|domain| (*domain).to_owned())),
            ))
            .count()
            .get_result(reader.conn)?;
    Ok(found > 0)
}

/// Whether an artist's team has blocked this very person. What it has blocked besides says nothing of
/// their address, and is not looked at.
pub fn is_named(reader: &mut Reader<'_>, artist: ArtistId, person: ContactId) -> Result<bool> {
    let found: i64 = artist_blocks::table
        .filter(artist_blocks::artist.eq(artist.0))
        .filter(artist_blocks::contact.eq(person.0))
        .count()
        .get_result(reader.conn)?;
    Ok(found > 0)
}

/// Blocks the promoter of a request. Again changes nothing.
pub fn block_promoter(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    promoter: ContactId,
    request: RequestId,
) -> Result<()> {
    if is_named(tx, artist, promoter)? {
        return Ok(());
    }
    diesel::insert_into(artist_blocks::table)
        .values((
            artist_blocks::id.eq(tx.ids.next::<SenderBlockId>().0),
            artist_blocks::artist.eq(artist.0),
            artist_blocks::contact.eq(Some(promoter.0)),
            artist_blocks::request.eq(Some(request.0)),
            artist_blocks::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Blocks everybody with an address at a domain. Again changes nothing.
pub fn block_domain(tx: &mut Tx<'_>, artist: ArtistId, domain: &str) -> Result<()> {
    let known: i64 = artist_blocks::table
        .filter(artist_blocks::artist.eq(artist.0))
        .filter(artist_blocks::domain.eq(domain))
        .count()
        .get_result(tx.conn)?;
    if known > 0 {
        return Ok(());
    }
    diesel::insert_into(artist_blocks::table)
        .values((
            artist_blocks::id.eq(tx.ids.next::<SenderBlockId>().0),
            artist_blocks::artist.eq(artist.0),
            artist_blocks::domain.eq(Some(domain)),
            artist_blocks::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes a block away; another artist's is not found.
pub fn delete_block(tx: &mut Tx<'_>, artist: ArtistId, id: SenderBlockId) -> Result<()> {
    let gone =
        diesel::delete(artist_blocks::table.find(id.0).filter(artist_blocks::artist.eq(artist.0)))
            .execute(tx.conn)?;
    if gone == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Forgets them all: nobody is left who made them.
pub fn delete_all(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::delete(artist_blocks::table.filter(artist_blocks::artist.eq(artist.0)))
        .execute(tx.conn)?;
    Ok(())
}
