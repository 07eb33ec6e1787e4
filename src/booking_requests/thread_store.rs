//! The tables of messages and events: what a thread is made of.

use diesel::prelude::*;

use super::party::{Hand, Mover};
use super::store::Request;
use super::{Actor, Move, State, attachment_store};
use crate::artists::team::TeamRole;
use crate::clock::Instant;
use crate::db::schema::{messages, request_events};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ContactId, EventId, MessageId, RequestId};
use crate::people::links::Side;
use crate::sealed::{DataKey, Place, Sealed};

const fn place(table: &'static str, column: &'static str, row: i64) -> Place {
    Place { table, column, row }
}

/// Whose hand something was: the person, unless they were erased, and as what they acted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Written {
    /// Who.
    pub contact: Option<ContactId>,
    /// As what.
    pub role: Option<TeamRole>,
}

impl From<(Option<i64>, Option<TeamRole>)> for Written {
    fn from((contact, role): (Option<i64>, Option<TeamRole>)) -> Self {
        Self { contact: contact.map(ContactId), role }
    }
}

/// A message of a thread.
#[derive(Debug, Clone)]
pub struct Message {
    /// The row.
    pub id: MessageId,
    /// Which side wrote it.
    pub side: Side,
    /// Of the artist's side: who, and as what.
    pub hand: Written,
    /// Plain text.
    pub text: String,
    /// When.
    pub created_at: Instant,
}

/// Adds a message.
pub fn insert_message(
    tx: &mut Tx<'_>,
    request: RequestId,
    key: &DataKey,
    side: Side,
    hand: Option<Hand>,
    text: &str,
) -> Result<MessageId> {
    let id: MessageId = tx.ids.next();
    diesel::insert_into(messages::table)
        .values((
            messages::id.eq(id.0),
            messages::request.eq(request.0),
            messages::side.eq(side),
            messages::body.eq(Sealed::seal(
                key,
                place("messages", "body", id.0),
                &text.to_owned(),
            )?),
            messages::created_at.eq(tx.now.micros()),
            messages::contact.eq(hand.map(|hand| hand.contact.0)),
            messages::role.eq(hand.map(|hand| hand.role)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// How many messages one side has written since an instant.
pub fn count_messages(
    reader: &mut Reader<'_>,
    request: RequestId,
    side: Side,
    since: Instant,
) -> Result<i64> {
    Ok(messages::table
        .filter(messages::request.eq(request.0))
        .filter(messages::side.eq(side))
        .filter(messages::created_at.gt(since.micros()))
        .count()
        .get_result(reader.conn)?)
}

/// How many moves one side has made since an instant.
pub fn count_moves(
    reader: &mut Reader<'_>,
    request: RequestId,
    side: Side,
    since: Instant,
) -> Result<i64> {
    Ok(request_events::table
        .filter(request_events::request.eq(request.0))
        .filter(request_events::actor.eq(Actor::from(side)))
        .filter(request_events::created_at.gt(since.micros()))
        .count()
        .get_result(reader.conn)?)
}

/// Every message of a thread, oldest first.
pub fn list_messages(reader: &mut Reader<'_>, request: &Request) -> Result<Vec<Message>> {
    type Row = (i64, Side, Sealed<String>, i64, Option<i64>, Option<TeamRole>);
    let rows: Vec<Row> = messages::table
        .filter(messages::request.eq(request.id.0))
        .order(messages::id)
        .select((
            messages::id,
            messages::side,
            messages::body,
            messages::created_at,
            messages::contact,
            messages::role,
        ))
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, side, body, created_at, contact, role)| {
            let text = body.open(&request.key, place("messages", "body", id))?;
            let hand = Written::from((contact, role));
            let id = MessageId(id);
            Ok(Message { id, side, hand, text, created_at: Instant::from_micros(created_at) })
        })
        .collect()
}

/// One event of the timeline.
#[derive(Debug, Clone)]
pub struct Event {
    /// The move.
    pub step: Move,
    /// Where it led.
    pub state: State,
    /// Who made it.
    pub actor: Actor,
    /// Of the artist's side: whose hand it was, and as what.
    pub hand: Written,
    /// A reason or a note; empty when there is none.
    pub note: String,
    /// When.
    pub created_at: Instant,
}

/// Every event of a request, oldest first.
pub fn list_events(reader: &mut Reader<'_>, request: &Request) -> Result<Vec<Event>> {
    type Row =
        (i64, Move, State, Actor, Option<Sealed<String>>, i64, Option<i64>, Option<TeamRole>);
    let rows: Vec<Row> = request_events::table
        .filter(request_events::request.eq(request.id.0))
        .order(request_events::id)
        .select((
            request_events::id,
            request_events::made_move,
            request_events::state,
            request_events::actor,
            request_events::note,
            request_events::created_at,
            request_events::contact,
            request_events::role,
        ))
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, step, state, actor, note, created_at, contact, role)| {
            let note = match note {
                Some(note) => note.open(&request.key, place("request_events", "note", id))?,
                None => String::new(),
            };
            let created_at = Instant::from_micros(created_at);
            let hand = Written::from((contact, role));
            Ok(Event { step, state, actor, hand, note, created_at })
        })
        .collect()
}

/// Records an event of the timeline.
pub fn insert_event(
    tx: &mut Tx<'_>,
    request: RequestId,
    key: &DataKey,
    step: Move,
    state: State,
    by: Mover,
    note: Option<&str>,
) -> Result<()> {
    let id: EventId = tx.ids.next();
    let note = note
        .filter(|note| !note.is_empty())
        .map(|note| Sealed::seal(key, place("request_events", "note", id.0), &note.to_owned()));
    diesel::insert_into(request_events::table)
        .values((
            request_events::id.eq(id.0),
            request_events::request.eq(request.0),
            request_events::made_move.eq(step),
            request_events::state.eq(state),
            request_events::actor.eq(by.actor),
            request_events::note.eq(note.transpose()?),
            request_events::created_at.eq(tx.now.micros()),
            request_events::contact.eq(by.hand.map(|hand| hand.contact.0)),
            request_events::role.eq(by.hand.map(|hand| hand.role)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What stands in the place of a message whose writer was erased.
const ERASED: &str = "[Erased, at the wish of who wrote it.]";

/// Takes the words of one side out of a thread: messages, and the notes of its moves.
pub fn erase_words(tx: &mut Tx<'_>, request: &Request, side: Side) -> Result<()> {
    let ids: Vec<i64> = messages::table
        .filter(messages::request.eq(request.id.0))
        .filter(messages::side.eq(side))
        .select(messages::id)
        .load(tx.conn)?;
    for id in ids {
        let body = Sealed::seal(&request.key, place("messages", "body", id), &ERASED.to_owned())?;
        diesel::update(messages::table.find(id)).set(messages::body.eq(body)).execute(tx.conn)?;
    }
    attachment_store::erase_of(tx, request.id, side)?;
    diesel::update(
        request_events::table
            .filter(request_events::request.eq(request.id.0))
            .filter(request_events::actor.eq(Actor::from(side))),
    )
    .set(request_events::note.eq(None::<Sealed<String>>))
    .execute(tx.conn)?;
    Ok(())
}
