//! When each side answered the other, and what became of it.

use diesel::prelude::*;

use super::{Actor, Move, State};
use crate::clock::Instant;
use crate::db::schema::{booking_requests, request_events};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, RequestId};

/// Requests that are counted, the newest.
const MOST: i64 = 200;

/// What became of a request.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Where it is now.
    pub state: State,
    /// When it was sent.
    pub sent_at: Instant,
    /// When the artist's side first did something.
    pub answered_at: Option<Instant>,
    /// When the promoter first did something after that.
    pub replied_at: Option<Instant>,
    /// Whether the promoter called the agreed night off.
    pub cancelled_by_promoter: bool,
}

/// Notes that the artist's side did something. Whether it was the first time.
pub fn mark_answered(tx: &mut Tx<'_>, id: RequestId) -> Result<bool> {
    let first = booking_requests::table.find(id.0).filter(booking_requests::answered_at.is_null());
    let changed = diesel::update(first)
        .set(booking_requests::answered_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Notes that the promoter did something, if the artist's side has before.
pub fn mark_replied(tx: &mut Tx<'_>, id: RequestId) -> Result<()> {
    diesel::update(
        booking_requests::table
            .find(id.0)
            .filter(booking_requests::answered_at.is_not_null())
            .filter(booking_requests::replied_at.is_null()),
    )
    .set(booking_requests::replied_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = booking_requests)]
struct Row {
    id: i64,
    state: State,
    sent_at: Option<i64>,
    answered_at: Option<i64>,
    replied_at: Option<i64>,
}

impl Row {
    fn outcome(self, cancelled: &[i64]) -> Outcome {
        Outcome {
            state: self.state,
            sent_at: Instant::from_micros(self.sent_at.unwrap_or_default()),
            answered_at: self.answered_at.map(Instant::from_micros),
            replied_at: self.replied_at.map(Instant::from_micros),
            cancelled_by_promoter: cancelled.contains(&self.id),
        }
    }
}

/// The newest requests to an artist that were sent since then and that no moderator stopped.
pub fn list_of_artist(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    since: Instant,
) -> Result<Vec<Outcome>> {
    let rows: Vec<Row> = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .filter(booking_requests::sent_at.ge(since.micros()))
        .filter(booking_requests::state.ne_all([State::Quarantined, State::Removed]))
        .order(booking_requests::id.desc())
        .select(Row::as_select())
        .limit(MOST)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|row| row.outcome(&[])).collect())
}

/// The same of those that a promoter sent.
pub fn list_of_promoter(
    reader: &mut Reader<'_>,
    promoter: ContactId,
    since: Instant,
) -> Result<Vec<Outcome>> {
    let rows: Vec<Row> = booking_requests::table
        .filter(booking_requests::contact.eq(promoter.0))
        .filter(booking_requests::sent_at.ge(since.micros()))
        .filter(booking_requests::state.ne_all([State::Quarantined, State::Removed]))
        .order(booking_requests::id.desc())
        .select(Row::as_select())
        .limit(MOST)
        .load(reader.conn)?;
    let ids: Vec<i64> =
        rows.iter().filter(|row| row.state == State::Cancelled).map(|row| row.id).collect();
    let cancelled: Vec<i64> = request_events::table
        .filter(request_events::request.eq_any(ids))
        .filter(request_events::made_move.eq(Move::Cancel))
        .filter(request_events::actor.eq(Actor::Promoter))
        .select(request_events::request)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|row| row.outcome(&cancelled)).collect())
}
