//! What those who decide may see of a request: where it is and what happened to it, and not a word of
//! what its two sides wrote.

use diesel::prelude::*;

use super::{Actor, Move, State};
use crate::clock::Instant;
use crate::db::Reader;
use crate::db::schema::{booking_requests, request_events};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, RequestId};

/// A request from outside.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The row.
    pub id: RequestId,
    /// Who is asked.
    pub artist: ArtistId,
    /// Where it is in its life.
    pub state: State,
    /// Where it was before it was held back.
    pub quarantined_from: Option<State>,
    /// When the form came in.
    pub created_at: Instant,
    /// When it was sent.
    pub sent_at: Option<Instant>,
}

/// Something that happened to it, without the note that belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct Happened {
    /// What.
    pub step: Move,
    /// Who did it.
    pub actor: Actor,
    /// When.
    pub at: Instant,
}

type Row = (i64, i64, State, Option<State>, i64, Option<i64>);

fn outline((id, artist, state, quarantined_from, created_at, sent_at): Row) -> Outline {
    Outline {
        id: RequestId(id),
        artist: ArtistId(artist),
        state,
        quarantined_from,
        created_at: Instant::from_micros(created_at),
        sent_at: sent_at.map(Instant::from_micros),
    }
}

/// The request with this number, from outside.
pub fn get_outline(reader: &mut Reader<'_>, id: RequestId) -> Result<Outline> {
    let row: Option<Row> = booking_requests::table
        .find(id.0)
        .select((
            booking_requests::id,
            booking_requests::artist,
            booking_requests::state,
            booking_requests::quarantined_from,
            booking_requests::created_at,
            booking_requests::sent_at,
        ))
        .first(reader.conn)
        .optional()?;
    row.map(outline).ok_or(Error::NotFound)
}

/// Requests that are held back, oldest first, after one.
pub fn list_held(reader: &mut Reader<'_>, after: RequestId, most: i64) -> Result<Vec<Outline>> {
    let rows: Vec<Row> = booking_requests::table
        .filter(booking_requests::state.eq(State::Quarantined))
        .filter(booking_requests::id.gt(after.0))
        .order(booking_requests::id)
        .select((
            booking_requests::id,
            booking_requests::artist,
            booking_requests::state,
            booking_requests::quarantined_from,
            booking_requests::created_at,
            booking_requests::sent_at,
        ))
        .limit(most)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(outline).collect())
}

/// What happened to a request, oldest first.
pub fn list_happened(reader: &mut Reader<'_>, id: RequestId) -> Result<Vec<Happened>> {
    let rows: Vec<(Move, Actor, i64)> = request_events::table
        .filter(request_events::request.eq(id.0))
        .order(request_events::id)
        .select((request_events::made_move, request_events::actor, request_events::created_at))
        .load(reader.conn)?;
    let happened = rows.into_iter().map(|(step, actor, at)| Happened {
        step,
        actor,
        at: Instant::from_micros(at),
    });
    Ok(happened.collect())
}
