//! What a move changes in the row of its request, and the event that it leaves.

use diesel::prelude::*;

use super::party::Mover;
use super::store::{AgreedNight, Request};
use super::terms::Terms;
use super::{Actor, Move, State, answer_store, news_store, thread_store};
use crate::clock::Instant;
use crate::db::Tx;
use crate::db::schema::booking_requests;
use crate::error::Result;
use crate::ids::{AcceptanceId, RequestId};
use crate::people::links::Side;

/// Records a move: the new state, on whose desk it lies there, and the event with who made it and when.
/// `request` is as it is now but for its state.
pub fn record_move(
    tx: &mut Tx<'_>,
    request: &Request,
    step: Move,
    to: State,
    by: Mover,
    note: Option<&str>,
) -> Result<()> {
    let before_hold = match request.state {
        // What is held back comes back without its hold.
        State::OnHold => request.situation(tx.now).without_hold(),
        state => state,
    };
    let from = (to == State::Quarantined).then_some(before_hold);
    let closed = to.is_ended().then_some(tx.now.micros());
    let mut there = request.situation(tx.now);
    there.state = to;
    diesel::update(booking_requests::table.find(request.id.0))
        .set((
            booking_requests::state.eq(to),
            booking_requests::quarantined_from.eq(from.map(State::as_str)),
            booking_requests::closed_at.eq(closed),
            booking_requests::desk.eq(there.desk()),
        ))
        .execute(tx.conn)?;
    thread_store::insert_event(tx, request.id, &request.key, step, to, by, note)?;
    let is_sent = step == Move::Send || request.sent_at.is_some();
    news_store::note(tx, request, by.actor, is_sent)?;
    note_answer(tx, request, by.actor, to)
}

/// Notes that a side answered the other, or that nobody did in time; the clock counts anew what the
/// artist's profile says of it.
pub fn note_answer(tx: &mut Tx<'_>, request: &Request, by: Actor, to: State) -> Result<()> {
    let counts_anew = match by {
        Actor::Artist => answer_store::mark_answered(tx, request.id)?,
        Actor::System => to == State::Expired && request.state != State::Expired,
        Actor::Promoter => {
            answer_store::mark_replied(tx, request.id)?;
            false
        }
        Actor::Moderator => true,
    };
    if counts_anew { answer_store::count_soon(tx, request.artist) } else { Ok(()) }
}

/// Notes that a request was sent, and when.
pub fn mark_sent(tx: &mut Tx<'_>, id: RequestId) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::sent_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes what other terms mean for the row: where, when, and until when it is open.
pub fn mark_terms(tx: &mut Tx<'_>, id: RequestId, terms: &Terms) -> Result<()> {
    let first = terms.event.nights.iter().map(|night| night.night).min();
    diesel::update(booking_requests::table.find(id.0))
        .set((
            booking_requests::first_night.eq(first.map(|day| day.to_string()).unwrap_or_default()),
            booking_requests::last_start_at.eq(terms.last_start()?.micros()),
            booking_requests::expires_at.eq(terms.expires_at()?.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes the artist's own acceptance of the disclaimer.
pub fn mark_artist_acceptance(
    tx: &mut Tx<'_>,
    id: RequestId,
    acceptance: AcceptanceId,
) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::artist_acceptance.eq(Some(acceptance.0)))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes which night and which terms were accepted. The clock watches for the end of that night.
pub fn mark_accepted(
    tx: &mut Tx<'_>,
    id: RequestId,
    night: &AgreedNight,
    terms_sha256: &str,
) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set((
            booking_requests::night.eq(Some(night.date.to_string())),
            booking_requests::night_starts_at.eq(Some(night.starts_at.micros())),
            booking_requests::night_ends_at.eq(Some(night.ends_at.micros())),
            booking_requests::accepted_sha256.eq(Some(terms_sha256)),
            booking_requests::expires_at.eq(night.ends_at.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes which side confirmed first.
pub fn mark_half_confirmed(tx: &mut Tx<'_>, id: RequestId, by: Side) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::half_confirmed_by.eq(Some(by.as_str())))
        .execute(tx.conn)?;
    Ok(())
}

/// From now on the clock watches for this instant.
pub fn set_closing(tx: &mut Tx<'_>, id: RequestId, at: Instant) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::expires_at.eq(at.micros()))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes of which offer the other side was reminded.
pub fn mark_nudged(tx: &mut Tx<'_>, id: RequestId, revision: i64) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::nudged_revision.eq(Some(revision)))
        .execute(tx.conn)?;
    Ok(())
}
