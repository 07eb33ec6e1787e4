//! The table of data keys: made with the person or thread they belong to, destroyed with them.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::data_keys;
use super::{Conn, Reader, Tx};
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
    let wrapped = tx.vault.keyring().wrap(&key)?;
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
        Some(Some(wrapped)) => Ok(reader.vault.keyring().unwrap(id.0, &wrapped)?.0),
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
        Some(reader.vault.keyring().unwrap(id, &wrapped).map(|(key, _)| (KeyId(id), key)))
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

/// Keys as they are stored, by id from the one after `after` on; destroyed ones are left out.
pub fn list_wrapped(conn: &mut Conn, after: KeyId, most: i64) -> Result<Vec<(KeyId, Vec<u8>)>> {
    let rows: Vec<(i64, Option<Vec<u8>>)> = data_keys::table
        .filter(data_keys::id.gt(after.0))
        .filter(data_keys::wrapped.is_not_null())
        .order(data_keys::id)
        .select((data_keys::id, data_keys::wrapped))
        .limit(most)
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, wrapped)| Some((KeyId(id), wrapped?))).collect())
}

/// Stores a key wrapped anew, unless it was destroyed or wrapped by somebody else since `old` was
/// read. Returns whether it did.
pub fn replace_wrapped(conn: &mut Conn, id: KeyId, old: &[u8], new: &[u8]) -> Result<bool> {
    let changed = diesel::update(data_keys::table.find(id.0).filter(data_keys::wrapped.eq(old)))
        .set(data_keys::wrapped.eq(new))
        .execute(conn)?;
    Ok(changed == 1)
}
