//! The table of tickets. What a person wrote is sealed under a key of its own, so that deleting a
//! ticket erases it in every copy.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Subject, TicketKind};
use crate::clock::Instant;
use crate::db::key_store::{KeyKind, delete_key, get_key, insert_key};
use crate::db::schema::tickets;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, KeyId, TicketId};
use crate::people::EmailAddress;
use crate::sealed::{Place, Sealed, blind_index};

/// The topic of a claim, as against that of an objection to one.
const CLAIM: &str = TicketKind::Claim.as_str();

/// What a ticket says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The topic in the words that the form offered at that time.
    pub topic: String,
    /// The name given; may be empty.
    pub name: String,
    /// Where the writer can be answered.
    pub address: Option<EmailAddress>,
    /// The words.
    pub message: String,
}

/// A ticket, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The row.
    pub id: TicketId,
    /// What came in.
    pub kind: TicketKind,
    /// Whose profile it is about.
    pub artist: Option<ArtistId>,
    /// What it says.
    pub body: Body,
    /// When it came in.
    pub created_at: Instant,
}

pub(super) const fn body_place(id: TicketId) -> Place {
    Place { table: "tickets", column: "body", row: id.0 }
}

/// Stores a ticket; `artist` is the one that its subject names.
pub fn insert_ticket(
    tx: &mut Tx<'_>,
    id: TicketId,
    subject: &Subject,
    artist: Option<ArtistId>,
    body: &Body,
) -> Result<()> {
    let key = insert_key(tx, KeyKind::Person)?;
    diesel::insert_into(tickets::table)
        .values((
            tickets::id.eq(id.0),
            tickets::kind.eq(subject.kind()),
            tickets::topic.eq(subject.topic()),
            tickets::artist.eq(artist.map(|artist| artist.0)),
            tickets::key_id.eq(key.id()),
            tickets::body.eq(Sealed::seal(&key, body_place(id), body)?),
            tickets::created_at.eq(tx.now.micros()),
            tickets::address_index.eq(body
                .address
                .as_ref()
                .map(|address| blind_index::of_address(tx.vault, address.as_str()))),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type Row = (i64, TicketKind, Option<i64>, i64, Sealed<Body>, i64);

/// The newest tickets, newest first.
pub fn list_newest(reader: &mut Reader<'_>, limit: i64) -> Result<Vec<Ticket>> {
    let rows: Vec<Row> = tickets::table
        .order(tickets::id.desc())
        .select((
            tickets::id,
            tickets::kind,
            tickets::artist,
            tickets::key_id,
            tickets::body,
            tickets::created_at,
        ))
        .limit(limit)
        .load(reader.conn)?;
    rows.into_iter().map(|row| open(reader, row)).collect()
}

/// What was written from an address, oldest first.
pub fn list_of_address(reader: &mut Reader<'_>, address: &EmailAddress) -> Result<Vec<Ticket>> {
    let index = blind_index::of_address(reader.vault, address.as_str());
    let rows: Vec<Row> = tickets::table
        .filter(tickets::address_index.eq(index))
        .order(tickets::id)
        .select((
            tickets::id,
            tickets::kind,
            tickets::artist,
            tickets::key_id,
            tickets::body,
            tickets::created_at,
        ))
        .load(reader.conn)?;
    rows.into_iter().map(|row| open(reader, row)).collect()
}

/// The claim to an artist's page from this address that nobody has decided.
pub fn find_waiting_claim(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    address: &EmailAddress,
) -> Result<Option<TicketId>> {
    let index = blind_index::of_address(reader.vault, address.as_str());
    let id: Option<i64> = tickets::table
        .filter(tickets::artist.eq(artist.0))
        .filter(tickets::kind.eq(TicketKind::Claim))
        .filter(tickets::topic.eq(CLAIM))
        .filter(tickets::decided_at.is_null())
        .filter(tickets::address_index.eq(index))
        .order(tickets::id)
        .select(tickets::id)
        .first(reader.conn)
        .optional()?;
    Ok(id.map(TicketId))
}

/// How many claims to an artist's page nobody has decided. An objection is none.
pub fn count_waiting_claims(reader: &mut Reader<'_>, artist: ArtistId) -> Result<i64> {
    Ok(tickets::table
        .filter(tickets::artist.eq(artist.0))
        .filter(tickets::kind.eq(TicketKind::Claim))
        .filter(tickets::topic.eq(CLAIM))
        .filter(tickets::decided_at.is_null())
        .count()
        .get_result(reader.conn)?)
}

/// What was written from one address goes along to another of the same person: answers and decisions
/// reach them there.
pub fn readdress(tx: &mut Tx<'_>, old: &EmailAddress, new: &EmailAddress) -> Result<()> {
    let index = blind_index::of_address(tx.vault, new.as_str());
    for ticket in list_of_address(tx, old)? {
        let key: i64 = tickets::table.find(ticket.id.0).select(tickets::key_id).first(tx.conn)?;
        let key = get_key(tx, KeyId(key))?;
        let body = Body { address: Some(new.clone()), ..ticket.body };
        diesel::update(tickets::table.find(ticket.id.0))
            .set((
                tickets::address_index.eq(Some(index.clone())),
                tickets::body.eq(Sealed::seal(&key, body_place(ticket.id), &body)?),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Tickets about an artist that is about to be deleted stay, and are about none from then on.
pub fn forget_artist(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::update(tickets::table.filter(tickets::artist.eq(artist.0)))
        .set(tickets::artist.eq(None::<i64>))
        .execute(tx.conn)?;
    Ok(())
}

fn open(reader: &mut Reader<'_>, row: Row) -> Result<Ticket> {
    let (id, kind, artist, key_id, body, created_at) = row;
    let id = TicketId(id);
    let key = get_key(reader, KeyId(key_id))?;
    Ok(Ticket {
        id,
        kind,
        artist: artist.map(ArtistId),
        body: body.open(&key, body_place(id))?,
        created_at: Instant::from_micros(created_at),
    })
}

/// At most `most` tickets that came in before `limit`, oldest first.
pub fn list_before(reader: &mut Reader<'_>, limit: Instant, most: i64) -> Result<Vec<TicketId>> {
    let ids: Vec<i64> = tickets::table
        .filter(tickets::created_at.lt(limit.micros()))
        .order(tickets::created_at)
        .select(tickets::id)
        .limit(most)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(TicketId).collect())
}

/// Deletes a ticket, then the key that nothing else is sealed under.
pub fn delete_ticket(tx: &mut Tx<'_>, id: TicketId) -> Result<()> {
    let key: Option<i64> =
        tickets::table.find(id.0).select(tickets::key_id).first(tx.conn).optional()?;
    let key = key.ok_or(Error::NotFound)?;
    diesel::delete(tickets::table.find(id.0)).execute(tx.conn)?;
    delete_key(tx, KeyId(key))
}
