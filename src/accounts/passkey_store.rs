//! The table of passkeys.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{Passkey, Uuid};

use super::account_store::Account;
use super::passkeys::PasskeyName;
use crate::clock::Instant;
use crate::db::schema::passkeys;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, PasskeyId};
use crate::sealed::{Place, Sealed, blind_index};

/// What is known of a passkey.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Body {
    /// The random handle under which the device keeps the account.
    pub handle: Uuid,
    /// The public key, its id and its counter.
    pub key: Passkey,
}

/// A passkey, opened.
#[derive(Debug)]
pub struct Kept {
    /// The row.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: PasskeyName,
    /// What is known of it.
    pub body: Body,
    /// Since when.
    pub created_at: Instant,
    /// When it last signed its owner in.
    pub last_used_at: Option<Instant>,
}

type Row = (i64, Sealed<PasskeyName>, Sealed<Body>, i64, Option<i64>);

const fn place(column: &'static str, id: PasskeyId) -> Place {
    Place { table: "passkeys", column, row: id.0 }
}

fn index(reader: &Reader<'_>, credential: &[u8]) -> Vec<u8> {
    let text = data_encoding::BASE64URL_NOPAD.encode(credential);
    blind_index::of_secret(reader.vault, "passkey", &text)
}

fn open(account: &Account, (id, name, body, created_at, last_used_at): Row) -> Result<Kept> {
    let (id, key) = (PasskeyId(id), &account.contact.key);
    Ok(Kept {
        id,
        name: name.open(key, place("name", id))?,
        body: body.open(key, place("body", id))?,
        created_at: Instant::from_micros(created_at),
        last_used_at: last_used_at.map(Instant::from_micros),
    })
}

/// The passkeys of an account, the oldest first.
pub fn list_of_account(reader: &mut Reader<'_>, account: &Account) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = passkeys::table
        .filter(passkeys::account.eq(account.id.0))
        .order(passkeys::id)
        .select((
            passkeys::id,
            passkeys::name,
            passkeys::body,
            passkeys::created_at,
            passkeys::last_used_at,
        ))
        .load(reader.conn)?;
    rows.into_iter().map(|row| open(account, row)).collect()
}

/// How many passkeys an account has.
pub fn count_of_account(reader: &mut Reader<'_>, account: AccountId) -> Result<i64> {
    Ok(passkeys::table.filter(passkeys::account.eq(account.0)).count().get_result(reader.conn)?)
}

/// The row of the passkey with this credential's id, and whose it is.
pub fn find_owner(
    reader: &mut Reader<'_>,
    credential: &[u8],
) -> Result<Option<(PasskeyId, AccountId)>> {
    let index = index(reader, credential);
    let row: Option<(i64, i64)> = passkeys::table
        .filter(passkeys::credential_index.eq(index))
        .select((passkeys::id, passkeys::account))
        .first(reader.conn)
        .optional()?;
    Ok(row.map(|(id, account)| (PasskeyId(id), AccountId(account))))
}

/// A passkey of an account; another's is not found.
pub fn get_passkey(reader: &mut Reader<'_>, account: &Account, id: PasskeyId) -> Result<Kept> {
    let row: Option<Row> = passkeys::table
        .find(id.0)
        .filter(passkeys::account.eq(account.id.0))
        .select((
            passkeys::id,
            passkeys::name,
            passkeys::body,
            passkeys::created_at,
            passkeys::last_used_at,
        ))
        .first(reader.conn)
        .optional()?;
    open(account, row.ok_or(Error::NotFound)?)
}

/// Keeps a new passkey of an account.
pub fn insert_passkey(
    tx: &mut Tx<'_>,
    account: &Account,
    name: &PasskeyName,
    body: &Body,
) -> Result<()> {
    let (id, key): (PasskeyId, _) = (tx.ids.next(), &account.contact.key);
    let index = index(tx, body.key.cred_id());
    diesel::insert_into(passkeys::table)
        .values((
            passkeys::id.eq(id.0),
            passkeys::account.eq(account.id.0),
            passkeys::credential_index.eq(index),
            passkeys::body.eq(Sealed::seal(key, place("body", id), body)?),
            passkeys::name.eq(Sealed::seal(key, place("name", id), name)?),
            passkeys::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes that a passkey has just signed its owner in, with the counter as it stands now.
pub fn mark_used(tx: &mut Tx<'_>, account: &Account, kept: &Kept) -> Result<()> {
    let body = Sealed::seal(&account.contact.key, place("body", kept.id), &kept.body)?;
    diesel::update(passkeys::table.find(kept.id.0))
        .set((passkeys::body.eq(body), passkeys::last_used_at.eq(Some(tx.now.micros()))))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives a passkey of an account another name; another's is not found.
pub fn rename(tx: &mut Tx<'_>, account: &Account, id: PasskeyId, name: &PasskeyName) -> Result<()> {
    let sealed = Sealed::seal(&account.contact.key, place("name", id), name)?;
    let renamed =
        diesel::update(passkeys::table.find(id.0).filter(passkeys::account.eq(account.id.0)))
            .set(passkeys::name.eq(sealed))
            .execute(tx.conn)?;
    if renamed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Deletes a passkey of an account; another's is not found.
pub fn delete_passkey(tx: &mut Tx<'_>, account: AccountId, id: PasskeyId) -> Result<()> {
    let deleted =
        diesel::delete(passkeys::table.find(id.0).filter(passkeys::account.eq(account.0)))
            .execute(tx.conn)?;
    if deleted == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Deletes the passkeys that were added since an instant; tells whether there were any.
pub fn delete_added_since(tx: &mut Tx<'_>, account: AccountId, since: Instant) -> Result<bool> {
    let added = passkeys::table
        .filter(passkeys::account.eq(account.0))
        .filter(passkeys::created_at.ge(since.micros()));
    Ok(diesel::delete(added).execute(tx.conn)? > 0)
}
