//! Which mails are due: a look at the outbox, without taking any.

use diesel::prelude::*;

use super::outbox::State;
use crate::clock::Instant;
use crate::db::Reader;
use crate::db::schema::outbox;
use crate::error::Result;
use crate::ids::MailId;

/// The due mails, oldest first.
pub fn list_due(reader: &mut Reader<'_>, now: Instant, limit: i64) -> Result<Vec<MailId>> {
    let due = |state: State| {
        outbox::table
            .filter(outbox::state.eq(state))
            .filter(outbox::due_at.le(now.micros()))
            .order((outbox::due_at, outbox::id))
            .select(outbox::id)
            .limit(limit)
    };
    let mut ids: Vec<i64> = due(State::Queued).load(reader.conn)?;
    if (ids.len() as i64) < limit {
        ids.extend(due(State::Retry).load::<i64>(reader.conn)?);
    }
    ids.truncate(limit as usize);
    Ok(ids.into_iter().map(MailId).collect())
}

/// When the oldest mail that should have left was due.
pub fn find_oldest_due(reader: &mut Reader<'_>, now: Instant) -> Result<Option<Instant>> {
    let oldest = |state: State| {
        outbox::table
            .filter(outbox::state.eq(state))
            .filter(outbox::due_at.le(now.micros()))
            .order(outbox::due_at)
            .select(outbox::due_at)
    };
    let queued: Option<i64> = oldest(State::Queued).first(reader.conn).optional()?;
    let retry: Option<i64> = oldest(State::Retry).first(reader.conn).optional()?;
    Ok(queued.into_iter().chain(retry).min().map(Instant::from_micros))
}

/// How many mails should have left.
pub fn count_due(reader: &mut Reader<'_>, now: Instant) -> Result<i64> {
    let due = |state: State| {
        let of_state = outbox::table.filter(outbox::state.eq(state));
        of_state.filter(outbox::due_at.le(now.micros())).count()
    };
    let queued: i64 = due(State::Queued).get_result(reader.conn)?;
    let retry: i64 = due(State::Retry).get_result(reader.conn)?;
    Ok(queued + retry)
}
