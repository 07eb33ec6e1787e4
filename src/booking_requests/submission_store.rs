//! The keys that forms carried, and what was sent under them.

use diesel::prelude::*;
use jiff::SignedDuration;

use crate::db::schema::submissions;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::RequestId;

/// What was submitted under a form's key.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The fingerprint of what was sent.
    pub body_index: Vec<u8>,
    /// The request it became (or the request it was written to).
    pub request: RequestId,
}

/// What was submitted under this key, if anything was.
pub fn find_submission(reader: &mut Reader<'_>, key_index: &[u8]) -> Result<Option<Submitted>> {
    let row: Option<(Vec<u8>, i64)> = submissions::table
        .find(key_index)
        .select((submissions::body_index, submissions::request))
        .first(reader.conn)
        .optional()?;
    Ok(row.map(|(body_index, request)| Submitted { body_index, request: RequestId(request) }))
}

/// Notes what was submitted under a key.
pub fn insert_submission(tx: &mut Tx<'_>, key_index: &[u8], submitted: &Submitted) -> Result<()> {
    diesel::insert_into(submissions::table)
        .values((
            submissions::key_index.eq(key_index),
            submissions::body_index.eq(&submitted.body_index),
            submissions::request.eq(submitted.request.0),
            submissions::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets form keys that no browser will send again.
pub fn purge_submissions(tx: &mut Tx<'_>) -> Result<()> {
    let limit = tx.now.minus(SignedDuration::from_hours(30 * 24)).micros();
    diesel::delete(submissions::table.filter(submissions::created_at.lt(limit)))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets what was submitted for a request.
pub fn delete_submissions(tx: &mut Tx<'_>, request: RequestId) -> Result<()> {
    diesel::delete(submissions::table.filter(submissions::request.eq(request.0)))
        .execute(tx.conn)?;
    Ok(())
}
