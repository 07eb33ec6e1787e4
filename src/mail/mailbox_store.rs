//! What the local mailbox reads of the outbox.

use diesel::prelude::*;

use super::outbox::{State, open};
use super::{Kind, Letter};
use crate::clock::Instant;
use crate::db::Reader;
use crate::db::schema::outbox;
use crate::error::{Error, Result};
use crate::ids::{KeyId, MailId};
use crate::sealed::Sealed;

/// A mail as the local mailbox shows it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The row.
    pub id: MailId,
    /// Which of the kinds.
    pub kind: Kind,
    /// Where it is on its way.
    pub state: State,
    /// When it was queued.
    pub created_at: Instant,
    /// The fixed Message-ID.
    pub message_id: String,
    /// The mail, unless it was blanked.
    pub letter: Option<Letter>,
}

/// The newest mails, for the local mailbox.
pub fn list_newest(reader: &mut Reader<'_>, limit: i64) -> Result<Vec<Stored>> {
    let ids: Vec<i64> =
        outbox::table.order(outbox::id.desc()).select(outbox::id).limit(limit).load(reader.conn)?;
    ids.into_iter().map(|id| get_stored(reader, MailId(id))).collect()
}

/// One mail, for the local mailbox.
pub fn get_stored(reader: &mut Reader<'_>, id: MailId) -> Result<Stored> {
    type Row = (Kind, State, i64, String, i64, Option<Sealed<Letter>>);
    let (kind, state, created_at, message_id, key_id, mail): Row = outbox::table
        .find(id.0)
        .select((
            outbox::kind,
            outbox::state,
            outbox::created_at,
            outbox::message_id,
            outbox::key_id,
            outbox::mail,
        ))
        .first(reader.conn)
        .optional()?
        .ok_or(Error::NotFound)?;
    let letter = match mail {
        Some(mail) => open(reader, KeyId(key_id), &mail, id)?,
        None => None,
    };
    let created_at = Instant::from_micros(created_at);
    Ok(Stored { id, kind, state, created_at, message_id, letter })
}
