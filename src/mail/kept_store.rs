//! What is kept of mails once they are queued: about which request, for whom; and how it goes.

use diesel::prelude::*;

use super::outbox::State;
use super::{Kind, Letter};
use crate::clock::Instant;
use crate::db::schema::{mail_allowances, outbox};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{KeyId, RequestId};
use crate::sealed::Sealed;

/// Cancels what waits to be sent about a request.
pub fn cancel_for_request(tx: &mut Tx<'_>, request: RequestId) -> Result<()> {
    diesel::update(
        outbox::table
            .filter(outbox::request.eq(request.0))
            .filter(outbox::state.eq(State::Queued).or(outbox::state.eq(State::Retry))),
    )
    .set((outbox::state.eq(State::Cancelled), outbox::finished_at.eq(Some(tx.now.micros()))))
    .execute(tx.conn)?;
    Ok(())
}

/// Cancels what waits to be sent to one person about some requests: it is no longer theirs to read.
pub fn cancel_to(tx: &mut Tx<'_>, key: KeyId, requests: &[RequestId]) -> Result<()> {
    diesel::update(
        outbox::table
            .filter(outbox::key_id.eq(key.0))
            .filter(outbox::request.eq_any(requests.iter().map(|request| Some(request.0))))
            .filter(outbox::state.eq(State::Queued).or(outbox::state.eq(State::Retry))),
    )
    .set((outbox::state.eq(State::Cancelled), outbox::finished_at.eq(Some(tx.now.micros()))))
    .execute(tx.conn)?;
    Ok(())
}

/// Blanks every mail to a person who is erased; what still waits is not sent.
pub fn erase_of(tx: &mut Tx<'_>, key: KeyId, recipient_index: &[u8]) -> Result<()> {
    diesel::delete(mail_allowances::table.find(recipient_index)).execute(tx.conn)?;
    diesel::update(
        outbox::table.filter(outbox::key_id.eq(key.0)).filter(outbox::finished_at.is_null()),
    )
    .set((outbox::state.eq(State::Cancelled), outbox::finished_at.eq(Some(tx.now.micros()))))
    .execute(tx.conn)?;
    diesel::update(outbox::table.filter(outbox::key_id.eq(key.0)))
        .set((outbox::mail.eq(None::<Sealed<Letter>>), outbox::recipient_index.eq(Vec::new())))
        .execute(tx.conn)?;
    Ok(())
}

/// Blanks the mails about a request that were sent: they name people of the other side. Those with
/// somebody's words that wait are not sent any more.
pub fn blank_for_request(tx: &mut Tx<'_>, request: RequestId) -> Result<()> {
    diesel::update(
        outbox::table
            .filter(outbox::request.eq(request.0))
            .filter(
                outbox::kind.eq_any(
                    [Kind::NewMessage, Kind::NewRequest, Kind::CounterOffer].map(Kind::as_str),
                ),
            )
            .filter(outbox::state.eq(State::Queued).or(outbox::state.eq(State::Retry))),
    )
    .set((outbox::state.eq(State::Cancelled), outbox::finished_at.eq(Some(tx.now.micros()))))
    .execute(tx.conn)?;
    diesel::update(
        outbox::table
            .filter(outbox::request.eq(request.0))
            .filter(outbox::finished_at.is_not_null()),
    )
    .set(outbox::mail.eq(None::<Sealed<Letter>>))
    .execute(tx.conn)?;
    Ok(())
}

/// Blanks one mail, and does not send it if it waits.
pub fn blank(tx: &mut Tx<'_>, dedupe_key: &str) -> Result<()> {
    let mail = outbox::table.filter(outbox::dedupe_key.eq(dedupe_key));
    diesel::update(mail.filter(outbox::finished_at.is_null()))
        .set((outbox::state.eq(State::Cancelled), outbox::finished_at.eq(Some(tx.now.micros()))))
        .execute(tx.conn)?;
    diesel::update(mail).set(outbox::mail.eq(None::<Sealed<Letter>>)).execute(tx.conn)?;
    Ok(())
}

/// A mail as a person's own data lists it.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// What it was about.
    pub kind: Kind,
    /// When it was queued.
    pub queued: Instant,
    /// Where it is on its way.
    pub state: State,
}

/// The mails to a person that are still noted, the newest first.
pub fn list_of(reader: &mut Reader<'_>, key: KeyId) -> Result<Vec<Listed>> {
    let rows: Vec<(Kind, State, i64)> = outbox::table
        .filter(outbox::key_id.eq(key.0))
        .order(outbox::id.desc())
        .select((outbox::kind, outbox::state, outbox::created_at))
        .limit(1_000)
        .load(reader.conn)?;
    Ok(rows
        .into_iter()
        .map(|(kind, state, at)| Listed { kind, queued: Instant::from_micros(at), state })
        .collect())
}

/// Deletes every mail about a request that is purged as if it had never been.
pub fn purge_for_request(tx: &mut Tx<'_>, request: RequestId) -> Result<()> {
    diesel::delete(outbox::table.filter(outbox::request.eq(request.0))).execute(tx.conn)?;
    Ok(())
}

/// Whether any mail is sealed under a person's key.
pub fn has_mail_under(reader: &mut Reader<'_>, key: KeyId) -> Result<bool> {
    let count: i64 =
        outbox::table.filter(outbox::key_id.eq(key.0)).count().get_result(reader.conn)?;
    Ok(count > 0)
}
