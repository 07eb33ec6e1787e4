//! The table of links. A token is in a mail and nowhere else; here is its keyed hash.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::links::{Link, Purpose, Side, Target};
use crate::clock::Instant;
use crate::db::schema::links;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, LinkId, RequestId, Token};
use crate::sealed::blind_index;

/// Makes a fresh link. The token goes into a mail and is nowhere else.
pub fn issue(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    side: Side,
    target: Target,
    contact: ContactId,
) -> Result<Token> {
    let token = Token::draw();
    let (request, artist) = match target {
        Target::Request(id) => (Some(id.0), None),
        Target::Artist(id) => (None, Some(id.0)),
    };
    diesel::insert_into(links::table)
        .values((
            links::id.eq(tx.ids.next::<LinkId>().0),
            links::token_index.eq(index(tx, token.reveal())),
            links::purpose.eq(purpose),
            links::side.eq(side),
            links::request.eq(request),
            links::artist.eq(artist),
            links::contact.eq(contact.0),
            links::created_at.eq(tx.now.micros()),
            links::expires_at.eq(tx.now.plus(purpose.lifetime()).micros()),
        ))
        .execute(tx.conn)?;
    Ok(token)
}

fn index(reader: &Reader<'_>, token: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "link", token)
}

/// The living link with this token and purpose. Expired, revoked, unknown and meant for something
/// else are all the same: not found.
pub fn open(reader: &mut Reader<'_>, token: &str, purpose: Purpose, now: Instant) -> Result<Link> {
    type Row = (i64, Side, Option<i64>, Option<i64>, i64, Option<i64>, i64);
    let index = index(reader, token);
    let row: Option<Row> = links::table
        .filter(links::token_index.eq(index))
        .filter(links::purpose.eq(purpose))
        .filter(links::expires_at.gt(now.micros()))
        .filter(links::revoked_at.is_null())
        .select((
            links::id,
            links::side,
            links::request,
            links::artist,
            links::contact,
            links::used_at,
            links::invites,
        ))
        .first(reader.conn)
        .optional()?;
    let (id, side, request, artist, contact, used_at, invites) = row.ok_or(Error::NotFound)?;
    let target = match (request, artist) {
        (Some(id), _) => Target::Request(RequestId(id)),
        (None, Some(id)) => Target::Artist(ArtistId(id)),
        (None, None) => return Err(Error::unexpected(format!("link {id} opens nothing"))),
    };
    Ok(Link {
        id: LinkId(id),
        purpose,
        side,
        target,
        contact: ContactId(contact),
        used: used_at.is_some(),
        invites: invites != 0,
    })
}

/// Marks a link as an invitation to a team, whoever is in it.
pub fn mark_invitation(tx: &mut Tx<'_>, token: &Token) -> Result<()> {
    let index = index(tx, token.reveal());
    diesel::update(links::table.filter(links::token_index.eq(index)))
        .set(links::invites.eq(1))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether somebody else holds a link by which an artist's page becomes theirs, and has not used it.
pub fn has_claim_of_another(tx: &mut Tx<'_>, artist: ArtistId, contact: ContactId) -> Result<bool> {
    let alive: i64 = links::table
        .filter(links::artist.eq(artist.0))
        .filter(links::purpose.eq(Purpose::ConfirmListing))
        .filter(links::invites.eq(0))
        .filter(links::contact.ne(contact.0))
        .filter(links::used_at.is_null())
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(tx.now.micros()))
        .count()
        .get_result(tx.conn)?;
    Ok(alive > 0)
}

/// Revokes what everybody else holds by which an artist's page would become theirs, but for
/// invitations.
pub fn revoke_claims_of_others(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    contact: ContactId,
) -> Result<()> {
    diesel::update(
        links::table
            .filter(links::artist.eq(artist.0))
            .filter(links::purpose.eq(Purpose::ConfirmListing))
            .filter(links::invites.eq(0))
            .filter(links::contact.ne(contact.0))
            .filter(links::revoked_at.is_null()),
    )
    .set(links::revoked_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    Ok(())
}

/// Refuses a link that was revoked since it was opened. To be asked under the lock of what the
/// link opens: only then is the answer still true at the commit.
pub fn require_alive(tx: &mut Tx<'_>, link: &Link) -> Result<()> {
    let alive: i64 = links::table
        .find(link.id.0)
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(tx.now.micros()))
        .count()
        .get_result(tx.conn)?;
    if alive == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Notes that a link's holder acted by it.
pub fn mark_used(tx: &mut Tx<'_>, link: &Link) -> Result<()> {
    diesel::update(links::table.find(link.id.0).filter(links::used_at.is_null()))
        .set(links::used_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Revokes every link that one side holds for one purpose of a request.
pub fn revoke(tx: &mut Tx<'_>, request: RequestId, side: Side, purpose: Purpose) -> Result<()> {
    diesel::update(
        links::table
            .filter(links::request.eq(request.0))
            .filter(links::side.eq(side))
            .filter(links::purpose.eq(purpose))
            .filter(links::revoked_at.is_null()),
    )
    .set(links::revoked_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    Ok(())
}

/// Revokes every link that a person holds for one purpose of an artist.
pub fn revoke_for_artist(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    contact: ContactId,
    purpose: Purpose,
) -> Result<()> {
    diesel::update(
        links::table
            .filter(links::artist.eq(artist.0))
            .filter(links::contact.eq(contact.0))
            .filter(links::purpose.eq(purpose))
            .filter(links::revoked_at.is_null()),
    )
    .set(links::revoked_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    Ok(())
}

/// Revokes this very link.
pub fn revoke_one(tx: &mut Tx<'_>, link: &Link) -> Result<()> {
    diesel::update(links::table.find(link.id.0))
        .set(links::revoked_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether any link belongs to a person.
pub fn has_links(reader: &mut Reader<'_>, contact: ContactId) -> Result<bool> {
    let count: i64 =
        links::table.filter(links::contact.eq(contact.0)).count().get_result(reader.conn)?;
    Ok(count > 0)
}

/// Deletes every link of a person.
pub fn delete_of(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    diesel::delete(links::table.filter(links::contact.eq(contact.0))).execute(tx.conn)?;
    Ok(())
}

/// Deletes links that have been dead for a month.
pub fn purge(tx: &mut Tx<'_>) -> Result<usize> {
    let limit = tx.now.minus(SignedDuration::from_hours(30 * 24)).micros();
    Ok(diesel::delete(links::table.filter(links::expires_at.lt(limit))).execute(tx.conn)?)
}
