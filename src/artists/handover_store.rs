//! The table of handovers: pages that may pass from their team to who claims them.

use diesel::prelude::*;
use jiff::SignedDuration;

use crate::clock::Instant;
use crate::db::schema::handovers;
use crate::db::types::choices;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, HandoverId, TicketId};

choices! {
    /// Where a handover stands.
    State {
        /// The team was told, and can object.
        Waiting = "waiting", "announced to who answers for the act";
        /// Somebody of the team objected; people decide.
        Objected = "objected", "objected to";
        /// The claimant has a link, and can say yes.
        Offered = "offered", "offered to you";
        /// The page passed on.
        Done = "done", "done";
        /// The page stayed where it was.
        Kept = "kept", "closed";
    }
}

/// How long a handover that was settled is still noted.
const KEPT_SETTLED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Handovers that one round looks at; the next takes the rest.
const A_ROUND: i64 = 200;

/// A page that may pass to who claims it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handover {
    /// The row.
    pub id: HandoverId,
    /// Whose page.
    pub artist: ArtistId,
    /// Who claims it.
    pub claimant: ContactId,
    /// Where it stands.
    pub state: State,
    /// When something happens by itself, if it is not settled.
    pub due_at: Instant,
    /// Who of the team objected.
    pub objector: Option<ContactId>,
    /// When it began.
    pub created_at: Instant,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = handovers)]
struct Row {
    id: i64,
    artist: i64,
    claimant: i64,
    state: State,
    due_at: i64,
    objector: Option<i64>,
    created_at: i64,
}

impl From<Row> for Handover {
    fn from(row: Row) -> Self {
        Self {
            id: HandoverId(row.id),
            artist: ArtistId(row.artist),
            claimant: ContactId(row.claimant),
            state: row.state,
            due_at: Instant::from_micros(row.due_at),
            objector: row.objector.map(ContactId),
            created_at: Instant::from_micros(row.created_at),
        }
    }
}

/// Notes a handover to which the team can object until then.
pub fn insert_handover(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    claimant: ContactId,
    until: Instant,
) -> Result<Handover> {
    let id: HandoverId = tx.ids.next();
    diesel::insert_into(handovers::table)
        .values((
            handovers::id.eq(id.0),
            handovers::artist.eq(artist.0),
            handovers::claimant.eq(claimant.0),
            handovers::state.eq(State::Waiting),
            handovers::due_at.eq(until.micros()),
            handovers::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    get_handover(tx, id)
}

/// The handover with this id.
pub fn get_handover(reader: &mut Reader<'_>, id: HandoverId) -> Result<Handover> {
    let row: Option<Row> =
        handovers::table.find(id.0).select(Row::as_select()).first(reader.conn).optional()?;
    row.map(Handover::from).ok_or(Error::NotFound)
}

/// The handover of an artist that is not settled. There is one at most: it is made under the lock
/// of the artist, by who finds none.
pub fn find_open(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Option<Handover>> {
    let row: Option<Row> = handovers::table
        .filter(handovers::artist.eq(artist.0))
        .filter(handovers::settled_at.is_null())
        .order(handovers::id.desc())
        .select(Row::as_select())
        .first(reader.conn)
        .optional()?;
    Ok(row.map(Handover::from))
}

/// The handover against which this ticket objects.
pub fn find_of_objection(reader: &mut Reader<'_>, objection: TicketId) -> Result<Option<Handover>> {
    let row: Option<Row> = handovers::table
        .filter(handovers::objection.eq(objection.0))
        .select(Row::as_select())
        .first(reader.conn)
        .optional()?;
    Ok(row.map(Handover::from))
}

/// Handovers whose time has come.
pub fn list_due(reader: &mut Reader<'_>, now: Instant) -> Result<Vec<HandoverId>> {
    let ids: Vec<i64> = handovers::table
        .filter(handovers::settled_at.is_null())
        .filter(handovers::due_at.le(now.micros()))
        .order(handovers::due_at)
        .select(handovers::id)
        .limit(A_ROUND)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(HandoverId).collect())
}

/// What a person claims or claimed, oldest first.
pub fn list_of_claimant(reader: &mut Reader<'_>, claimant: ContactId) -> Result<Vec<Handover>> {
    let rows: Vec<Row> = handovers::table
        .filter(handovers::claimant.eq(claimant.0))
        .order(handovers::id)
        .select(Row::as_select())
        .load(reader.conn)?;
    Ok(rows.into_iter().map(Handover::from).collect())
}

/// Whether anything that a person claims is not settled.
pub fn is_claiming(reader: &mut Reader<'_>, claimant: ContactId) -> Result<bool> {
    let open: i64 = handovers::table
        .filter(handovers::claimant.eq(claimant.0))
        .filter(handovers::settled_at.is_null())
        .count()
        .get_result(reader.conn)?;
    Ok(open > 0)
}

/// Lets the team object (again) until then.
pub fn mark_waiting(tx: &mut Tx<'_>, id: HandoverId, until: Instant) -> Result<()> {
    diesel::update(handovers::table.find(id.0))
        .set((
            handovers::state.eq(State::Waiting),
            handovers::due_at.eq(until.micros()),
            handovers::objection.eq(None::<i64>),
            handovers::objector.eq(None::<i64>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stops it for an objection, about which people decide until then.
pub fn mark_objected(
    tx: &mut Tx<'_>,
    id: HandoverId,
    objection: TicketId,
    objector: ContactId,
    until: Instant,
) -> Result<()> {
    diesel::update(handovers::table.find(id.0))
        .set((
            handovers::state.eq(State::Objected),
            handovers::due_at.eq(until.micros()),
            handovers::objection.eq(Some(objection.0)),
            handovers::objector.eq(Some(objector.0)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Lets the claimant say yes until then.
pub fn mark_offered(tx: &mut Tx<'_>, id: HandoverId, until: Instant) -> Result<()> {
    diesel::update(handovers::table.find(id.0))
        .set((handovers::state.eq(State::Offered), handovers::due_at.eq(until.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// The page passed on.
pub fn mark_done(tx: &mut Tx<'_>, id: HandoverId) -> Result<()> {
    settle(tx, id, State::Done)
}

/// The page stayed where it was.
pub fn mark_kept(tx: &mut Tx<'_>, id: HandoverId) -> Result<()> {
    settle(tx, id, State::Kept)
}

fn settle(tx: &mut Tx<'_>, id: HandoverId, state: State) -> Result<()> {
    diesel::update(handovers::table.find(id.0))
        .set((handovers::state.eq(state), handovers::settled_at.eq(Some(tx.now.micros()))))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets what a person claims or claimed, and that they objected.
pub fn forget_person(tx: &mut Tx<'_>, person: ContactId) -> Result<()> {
    diesel::delete(handovers::table.filter(handovers::claimant.eq(person.0))).execute(tx.conn)?;
    diesel::update(handovers::table.filter(handovers::objector.eq(person.0)))
        .set(handovers::objector.eq(None::<i64>))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets handovers that were settled long ago.
pub fn purge(tx: &mut Tx<'_>) -> Result<()> {
    let limit = tx.now.minus(KEPT_SETTLED).micros();
    diesel::delete(handovers::table.filter(handovers::settled_at.lt(limit))).execute(tx.conn)?;
    Ok(())
}
