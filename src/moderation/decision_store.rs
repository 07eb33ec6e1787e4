//! The queue: tickets that wait for a decision, and the decision that ends the waiting.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::store::{Body, Ticket, body_place};
use super::{Decision, TicketKind};
use crate::clock::Instant;
use crate::db::key_store::get_key;
use crate::db::schema::tickets;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, ArtistId, KeyId, TicketId};
use crate::sealed::{Place, Sealed, blind_index};

/// What was decided about a ticket.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What.
    pub decision: Decision,
    /// Why, as the person concerned read it.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// A line of the queue: nothing of what was written.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The row.
    pub id: TicketId,
    /// What came in.
    pub kind: TicketKind,
    /// The topic's word.
    pub topic: String,
    /// Whose profile it is about.
    pub artist: Option<ArtistId>,
    /// Since when.
    pub since: Instant,
}

/// Another ticket that has to do with one: nothing of what was written.
#[derive(Debug, Clone)]
pub struct Related {
    /// The row.
    pub id: TicketId,
    /// What came in.
    pub kind: TicketKind,
    /// The topic's word.
    pub topic: String,
    /// When.
    pub since: Instant,
    /// What was decided; none while it waits.
    pub decision: Option<Decision>,
}

type RelatedColumns =
    (tickets::id, tickets::kind, tickets::topic, tickets::created_at, tickets::decision);
type RelatedRow = (i64, TicketKind, String, i64, Option<Decision>);

const RELATED: RelatedColumns =
    (tickets::id, tickets::kind, tickets::topic, tickets::created_at, tickets::decision);

impl From<RelatedRow> for Related {
    fn from((id, kind, topic, since, decision): RelatedRow) -> Self {
        Self { id: TicketId(id), kind, topic, since: Instant::from_micros(since), decision }
    }
}

/// The newest other tickets about the artist that a ticket is about.
pub fn list_about_same(
    reader: &mut Reader<'_>,
    ticket: &Ticket,
    most: i64,
) -> Result<Vec<Related>> {
    let Some(artist) = ticket.artist else { return Ok(Vec::new()) };
    let rows: Vec<RelatedRow> = tickets::table
        .filter(tickets::artist.eq(artist.0))
        .filter(tickets::id.ne(ticket.id.0))
        .order(tickets::id.desc())
        .select(RELATED)
        .limit(most)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(Related::from).collect())
}

/// The newest other tickets from the address that a ticket came from.
pub fn list_from_same(reader: &mut Reader<'_>, ticket: &Ticket, most: i64) -> Result<Vec<Related>> {
    let Some(address) = &ticket.body.address else { return Ok(Vec::new()) };
    let index = blind_index::of_address(reader.vault, address.as_str());
    let rows: Vec<RelatedRow> = tickets::table
        .filter(tickets::address_index.eq(index))
        .filter(tickets::id.ne(ticket.id.0))
        .order(tickets::id.desc())
        .select(RELATED)
        .limit(most)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(Related::from).collect())
}

const fn reason_place(id: TicketId) -> Place {
    Place { table: "tickets", column: "reason", row: id.0 }
}

/// What waits, the oldest first, after a ticket; of one kind or of all.
pub fn list_waiting(
    reader: &mut Reader<'_>,
    kinds: &[TicketKind],
    after: TicketId,
    most: i64,
) -> Result<Vec<Waiting>> {
    type Row = (i64, TicketKind, String, Option<i64>, i64);
    let rows: Vec<Row> = tickets::table
        .filter(tickets::decided_at.is_null())
        .filter(tickets::kind.eq_any(kinds.iter().map(|kind| kind.as_str())))
        .filter(tickets::id.gt(after.0))
        .order(tickets::id)
        .select((tickets::id, tickets::kind, tickets::topic, tickets::artist, tickets::created_at))
        .limit(most)
        .load(reader.conn)?;
    let waiting = rows.into_iter().map(|(id, kind, topic, artist, since)| Waiting {
        id: TicketId(id),
        kind,
        topic,
        artist: artist.map(ArtistId),
        since: Instant::from_micros(since),
    });
    Ok(waiting.collect())
}

/// How many of each kind wait.
pub fn count_waiting(reader: &mut Reader<'_>) -> Result<BTreeMap<&'static str, i64>> {
    let rows: Vec<(TicketKind, i64)> = tickets::table
        .filter(tickets::decided_at.is_null())
        .group_by(tickets::kind)
        .select((tickets::kind, count_star()))
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|(kind, count)| (kind.as_str(), count)).collect())
}

/// A ticket, and what was decided about it.
pub fn get_ticket(reader: &mut Reader<'_>, id: TicketId) -> Result<(Ticket, Option<Decided>)> {
    type Row = (
        TicketKind,
        Option<i64>,
        i64,
        Sealed<Body>,
        i64,
        Option<Decision>,
        Option<i64>,
        Option<Sealed<String>>,
    );
    let row: Option<Row> = tickets::table
        .find(id.0)
        .select((
            tickets::kind,
            tickets::artist,
            tickets::key_id,
            tickets::body,
            tickets::created_at,
            tickets::decision,
            tickets::decided_at,
            tickets::reason,
        ))
        .first(reader.conn)
        .optional()?;
    let (kind, artist, key_id, body, created_at, decision, decided_at, reason) =
        row.ok_or(Error::NotFound)?;
    let key = get_key(reader, KeyId(key_id))?;
    let reason = reason.map(|reason| reason.open(&key, reason_place(id))).transpose()?;
    let decided = decision.zip(decided_at).map(|(decision, at)| Decided {
        decision,
        reason: reason.unwrap_or_default(),
        at: Instant::from_micros(at),
    });
    let ticket = Ticket {
        id,
        kind,
        artist: artist.map(ArtistId),
        body: body.open(&key, body_place(id))?,
        created_at: Instant::from_micros(created_at),
    };
    Ok((ticket, decided))
}

/// Decides a ticket that waits. Of two who decide at once one finds it decided.
pub fn mark_decided(
    tx: &mut Tx<'_>,
    id: TicketId,
    by: AccountId,
    decision: Decision,
    reason: &str,
) -> Result<()> {
    let key: Option<i64> =
        tickets::table.find(id.0).select(tickets::key_id).first(tx.conn).optional()?;
    let key = get_key(tx, KeyId(key.ok_or(Error::NotFound)?))?;
    let sealed = Sealed::seal(&key, reason_place(id), &reason.to_owned())?;
    let marked = diesel::update(tickets::table.find(id.0).filter(tickets::decided_at.is_null()))
        .set((
            tickets::decision.eq(Some(decision)),
            tickets::decided_at.eq(Some(tx.now.micros())),
            tickets::decided_by.eq(Some(by.0)),
            tickets::reason.eq(Some(sealed)),
        ))
        .execute(tx.conn)?;
    if marked == 1 {
        return Ok(());
    }
    Err(Error::Conflict("Somebody has decided this already. Look at what they wrote.".into()))
}
