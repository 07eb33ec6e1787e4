//! When each side answered the other, and what became of it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Actor, Move, State};
use crate::clock::Instant;
use crate::db::schema::{answer_counts, booking_requests, request_events, revisions};
use crate::db::{AnyBackend, Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, RequestId};
use crate::people::links::Side;

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
    /// Whether the offer that stood last was the artist's, so that the promoter had to answer.
    pub waited_for_promoter: bool,
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

/// Has an artist's answers counted anew soon.
pub fn count_soon(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let now = tx.now;
    set_due(tx, artist, now)
}

/// Has them counted anew then.
pub fn set_due(tx: &mut Tx<'_>, artist: ArtistId, at: Instant) -> Result<()> {
    let known = diesel::update(answer_counts::table.find(artist.0))
        .set(answer_counts::due_at.eq(at.micros()))
        .execute(tx.conn)?;
    if known == 0 {
        diesel::insert_into(answer_counts::table)
            .values((answer_counts::artist.eq(artist.0), answer_counts::due_at.eq(at.micros())))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// There is nothing to count of an artist any more.
pub fn forget_due(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::delete(answer_counts::table.find(artist.0)).execute(tx.conn)?;
    Ok(())
}

/// The artists whose answers are to be counted by now.
pub fn list_due(reader: &mut Reader<'_>, now: Instant) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = answer_counts::table
        .filter(answer_counts::due_at.le(now.micros()))
        .order((answer_counts::due_at, answer_counts::artist))
        .select(answer_counts::artist)
        .limit(200)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
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
    fn outcome(self, cancelled: &[i64], waiting: &[i64]) -> Outcome {
        Outcome {
            state: self.state,
            sent_at: Instant::from_micros(self.sent_at.unwrap_or_default()),
            answered_at: self.answered_at.map(Instant::from_micros),
            replied_at: self.replied_at.map(Instant::from_micros),
            cancelled_by_promoter: cancelled.contains(&self.id),
            waited_for_promoter: waiting.contains(&self.id),
        }
    }
}

/// The newest requests that were sent since then and that no moderator stopped.
fn newest_since(since: Instant) -> booking_requests::BoxedQuery<'static, AnyBackend> {
    booking_requests::table
        .filter(booking_requests::sent_at.ge(since.micros()))
        .filter(booking_requests::state.ne_all([State::Quarantined, State::Removed]))
        .order(booking_requests::id.desc())
        .limit(MOST)
        .into_boxed()
}

/// Those to an artist.
pub fn list_of_artist(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    since: Instant,
) -> Result<Vec<Outcome>> {
    let rows: Vec<Row> = newest_since(since)
        .filter(booking_requests::artist.eq(artist.0))
        .select(Row::as_select())
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|row| row.outcome(&[], &[])).collect())
}

/// Those that a promoter sent.
pub fn list_of_promoter(
    reader: &mut Reader<'_>,
    promoter: ContactId,
    since: Instant,
) -> Result<Vec<Outcome>> {
    let rows: Vec<Row> = newest_since(since)
        .filter(booking_requests::contact.eq(promoter.0))
        .select(Row::as_select())
        .load(reader.conn)?;
    let ids: Vec<i64> =
        rows.iter().filter(|row| row.state == State::Cancelled).map(|row| row.id).collect();
    let cancelled: Vec<i64> = request_events::table
        .filter(request_events::request.eq_any(ids))
        .filter(request_events::made_move.eq(Move::Cancel))
        .filter(request_events::actor.eq(Actor::Promoter))
        .select(request_events::request)
        .load(reader.conn)?;
    let expired = rows.iter().filter(|row| row.state == State::Expired && row.replied_at.is_none());
    let expired: Vec<i64> = expired.map(|row| row.id).collect();
    let offers: Vec<(i64, Side)> = revisions::table
        .filter(revisions::request.eq_any(expired))
        .order((revisions::request, revisions::n))
        .select((revisions::request, revisions::side))
        .load(reader.conn)?;
    // Of several offers the last one stays.
    let last: HashMap<i64, Side> = offers.into_iter().collect();
    let waiting: Vec<i64> =
        last.into_iter().filter(|(_, side)| *side == Side::Artist).map(|(id, _)| id).collect();
    Ok(rows.into_iter().map(|row| row.outcome(&cancelled, &waiting)).collect())
}
