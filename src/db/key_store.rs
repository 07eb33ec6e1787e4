//! The table of data keys: made with the person or thread they belong to, destroyed with them.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::data_keys;
use super::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::KeyId;
use crate::sealed::DataKey;

/// Whose fields a key seals.
#[derive(Debug, Clone, Copy)]
pub enum KeyKind {
    /// A person's own.
    Person,
    /// The terms and messages of one thread.
    Thread,
}

/// Makes a key and keeps it wrapped.
pub fn insert_key(tx: &mut Tx<'_>, kind: KeyKind) -> Result<DataKey> {
    let id: KeyId = tx.ids.next();
    let key = DataKey::draw(id.0);
    let wrapped = tx.vault.wrap(&key)?;
    diesel::insert_into(data_keys::table)
        .values((
            data_keys::id.eq(id.0),
            data_keys::kind.eq(match kind {
                KeyKind::Person => "person",
                KeyKind::Thread => "thread",
            }),
            data_keys::wrapped.eq(Some(wrapped)),
            data_keys::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(key)
}

/// The key with this id; [`Error::NotFound`] when it was destroyed.
pub fn get_key(reader: &mut Reader<'_>, id: KeyId) -> Result<DataKey> {
    let wrapped: Option<Option<Vec<u8>>> =
        data_keys::table.find(id.0).select(data_keys::wrapped).first(reader.conn).optional()?;
    match wrapped {
        Some(Some(wrapped)) => Ok(reader.vault.unwrap(id.0, &wrapped)?),
        Some(None) => Err(Error::NotFound),
        None => Err(Error::unexpected(format!("data key {id} is missing"))),
    }
}

/// The keys with these ids; one that was destroyed is left out.
pub fn list_keys(reader: &mut Reader<'_>, ids: &[KeyId]) -> Result<HashMap<KeyId, DataKey>> {
    let rows: Vec<(i64, Option<Vec<u8>>)> = data_keys::table
        .filter(data_keys::id.eq_any(ids.iter().map(|id| id.0)))
        .select((data_keys::id, data_keys::wrapped))
        .load(reader.conn)?;
    let opened = rows.into_iter().filter_map(|(id, wrapped)| {
        let wrapped = wrapped?;
        Some(reader.vault.unwrap(id, &wrapped).map(|key| (KeyId(id), key)))
    });
    Ok(opened.collect::<anyhow::Result<_>>()?)
}

/// Destroys a key: what it sealed can be read nowhere any more. The row stays, so that nobody takes
/// the loss for a fault.
pub fn destroy_key(tx: &mut Tx<'_>, id: KeyId) -> Result<()> {
    diesel::update(data_keys::table.find(id.0))
        .set((
            data_keys::wrapped.eq(None::<Vec<u8>>),
            data_keys::destroyed_at.eq(Some(tx.now.micros())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes the row of a key whose rows are all gone.
pub fn delete_key(tx: &mut Tx<'_>, id: KeyId) -> Result<()> {
    diesel::delete(data_keys::table.find(id.0)).execute(tx.conn)?;
    Ok(())
}
