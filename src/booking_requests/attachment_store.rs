//! Files that go with messages, and answers that are kept for later; sealed under the thread's key.

use data_encoding::BASE64;
use diesel::prelude::*;

use super::store::Request;
use crate::artists::papers::{FileKind, Passed};
use crate::db::schema::{attachments, booking_requests, message_drafts};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, AttachmentId, ContactId, DraftId, MessageId, RequestId};
use crate::people::links::Side;
use crate::sealed::{Place, Sealed};

const fn place(column: &'static str, id: AttachmentId) -> Place {
    Place { table: "attachments", column, row: id.0 }
}

/// A file of a thread, without what is in it.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The row.
    pub id: AttachmentId,
    /// The message with which it went.
    pub message: MessageId,
    /// What it is.
    pub kind: FileKind,
    /// How its sender called it.
    pub label: String,
    /// In bytes.
    pub size: i64,
}

/// Every file of a thread, oldest first.
pub fn list_attachments(reader: &mut Reader<'_>, request: &Request) -> Result<Vec<Attachment>> {
    let rows: Vec<(i64, i64, FileKind, Sealed<String>, i64)> = attachments::table
        .filter(attachments::request.eq(request.id.0))
        .order(attachments::id)
        .select((
            attachments::id,
            attachments::message,
            attachments::kind,
            attachments::label,
            attachments::size,
        ))
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, message, kind, label, size)| {
            let id = AttachmentId(id);
            let label = label.open(&request.key, place("label", id))?;
            Ok(Attachment { id, message: MessageId(message), kind, label, size })
        })
        .collect()
}

/// The sizes of the files that a thread has, in bytes.
pub fn list_sizes(reader: &mut Reader<'_>, request: RequestId) -> Result<Vec<i64>> {
    Ok(attachments::table
        .filter(attachments::request.eq(request.0))
        .select(attachments::size)
        .load(reader.conn)?)
}

/// What is in a file; another thread's is not found.
pub fn get_body(reader: &mut Reader<'_>, request: &Request, id: AttachmentId) -> Result<Vec<u8>> {
    let body: Option<Sealed<String>> = attachments::table
        .find(id.0)
        .filter(attachments::request.eq(request.id.0))
        .select(attachments::body)
        .first(reader.conn)
        .optional()?;
    let text = body.ok_or(Error::NotFound)?.open(&request.key, place("body", id))?;
    BASE64.decode(text.as_bytes()).map_err(Error::unexpected)
}

/// Adds a file to a message.
pub fn insert_attachment(
    tx: &mut Tx<'_>,
    request: &Request,
    message: MessageId,
    side: Side,
    label: &str,
    file: &Passed,
) -> Result<()> {
    let (id, key): (AttachmentId, _) = (tx.ids.next(), &request.key);
    let body = Sealed::seal(key, place("body", id), &BASE64.encode(&file.bytes))?;
    diesel::insert_into(attachments::table)
        .values((
            attachments::id.eq(id.0),
            attachments::request.eq(request.id.0),
            attachments::message.eq(message.0),
            attachments::side.eq(side),
            attachments::kind.eq(file.kind),
            attachments::label.eq(Sealed::seal(key, place("label", id), &label.to_owned())?),
            attachments::size.eq(file.bytes.len() as i64),
            attachments::body.eq(body),
            attachments::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes the files that one side sent.
pub fn erase_of(tx: &mut Tx<'_>, request: RequestId, side: Side) -> Result<()> {
    diesel::delete(
        attachments::table
            .filter(attachments::request.eq(request.0))
            .filter(attachments::side.eq(side)),
    )
    .execute(tx.conn)?;
    Ok(())
}

const fn draft_place(id: DraftId) -> Place {
    Place { table: "message_drafts", column: "body", row: id.0 }
}

/// What somebody began to write; empty when nothing.
pub fn get_draft(reader: &mut Reader<'_>, contact: ContactId, request: &Request) -> Result<String> {
    let row: Option<(i64, Sealed<String>)> = message_drafts::table
        .filter(message_drafts::contact.eq(contact.0))
        .filter(message_drafts::request.eq(request.id.0))
        .select((message_drafts::id, message_drafts::body))
        .first(reader.conn)
        .optional()?;
    match row {
        Some((id, body)) => body.open(&request.key, draft_place(DraftId(id))),
        None => Ok(String::new()),
    }
}

/// Keeps what somebody began to write, in the place of what was kept; nothing, when it is empty.
pub fn keep_draft(
    tx: &mut Tx<'_>,
    contact: ContactId,
    request: &Request,
    text: &str,
) -> Result<()> {
    forget_draft(tx, contact, request.id)?;
    if text.is_empty() {
        return Ok(());
    }
    let id: DraftId = tx.ids.next();
    diesel::insert_into(message_drafts::table)
        .values((
            message_drafts::id.eq(id.0),
            message_drafts::contact.eq(contact.0),
            message_drafts::request.eq(request.id.0),
            message_drafts::body.eq(Sealed::seal(&request.key, draft_place(id), &text.to_owned())?),
            message_drafts::updated_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets what somebody who no longer acts for an artist began to write to those who asked it.
pub fn forget_drafts_of_artist(
    tx: &mut Tx<'_>,
    contact: ContactId,
    artist: ArtistId,
) -> Result<()> {
    let of_it = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .select(booking_requests::id);
    diesel::delete(message_drafts::table.filter(message_drafts::contact.eq(contact.0)))
        .filter(message_drafts::request.eq_any(of_it))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets it: it was sent, or is not wanted.
pub fn forget_draft(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    diesel::delete(
        message_drafts::table
            .filter(message_drafts::contact.eq(contact.0))
            .filter(message_drafts::request.eq(request.0)),
    )
    .execute(tx.conn)?;
    Ok(())
}
