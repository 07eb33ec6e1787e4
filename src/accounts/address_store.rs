//! The table of changes of an account's address.

use diesel::prelude::*;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::account_store::{self, Account};
use crate::clock::Instant;
use crate::db::schema::address_changes;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, AddressChangeId, Token};
use crate::people::EmailAddress;
use crate::sealed::{Place, Sealed, blind_index};

/// From which address to which.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Addresses {
    /// The one before.
    pub old: EmailAddress,
    /// The one after.
    pub new: EmailAddress,
}

/// A change, opened.
#[derive(Debug)]
pub struct Change {
    /// The row.
    pub id: AddressChangeId,
    /// Whose.
    pub account: Account,
    /// From where to where.
    pub addresses: Addresses,
}

const fn place(id: AddressChangeId) -> Place {
    Place { table: "address_changes", column: "body", row: id.0 }
}

fn index(reader: &Reader<'_>, token: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "address change", token)
}

/// Notes a change that is asked for; the token goes to the new address and is nowhere else.
pub fn insert_change(
    tx: &mut Tx<'_>,
    account: &Account,
    addresses: &Addresses,
    life: SignedDuration,
) -> Result<(AddressChangeId, Token)> {
    let (id, token): (AddressChangeId, Token) = (tx.ids.next(), Token::draw());
    diesel::insert_into(address_changes::table)
        .values((
            address_changes::id.eq(id.0),
            address_changes::account.eq(account.id.0),
            address_changes::token_index.eq(index(tx, token.reveal())),
            address_changes::body.eq(Sealed::seal(&account.contact.key, place(id), addresses)?),
            address_changes::created_at.eq(tx.now.micros()),
            address_changes::expires_at.eq(tx.now.plus(life).micros()),
        ))
        .execute(tx.conn)?;
    Ok((id, token))
}

type Row = (i64, i64, Sealed<Addresses>);

fn open(reader: &mut Reader<'_>, row: Option<Row>) -> Result<Change> {
    let (id, account, body) = row.ok_or(Error::NotFound)?;
    let (id, account) =
        (AddressChangeId(id), account_store::get_account(reader, AccountId(account))?);
    let addresses = body.open(&account.contact.key, place(id))?;
    Ok(Change { id, account, addresses })
}

/// The change that waits for its confirmation with this token.
pub fn get_asked(reader: &mut Reader<'_>, token: &str, now: Instant) -> Result<Change> {
    let index = index(reader, token);
    let row = address_changes::table
        .filter(address_changes::token_index.eq(index))
        .filter(address_changes::changed_at.is_null())
        .filter(address_changes::expires_at.gt(now.micros()))
        .select((address_changes::id, address_changes::account, address_changes::body))
        .first(reader.conn)
        .optional()?;
    open(reader, row)
}

/// The change that this token undoes.
pub fn get_undoable(reader: &mut Reader<'_>, token: &str, now: Instant) -> Result<Change> {
    let index = index(reader, token);
    let row = address_changes::table
        .filter(address_changes::undo_index.eq(index))
        .filter(address_changes::expires_at.gt(now.micros()))
        .select((address_changes::id, address_changes::account, address_changes::body))
        .first(reader.conn)
        .optional()?;
    open(reader, row)
}

/// Until when the last move of an account can be undone; none when none can.
pub fn find_undoable_until(
    reader: &mut Reader<'_>,
    account: AccountId,
    now: Instant,
) -> Result<Option<Instant>> {
    let until: Option<i64> = address_changes::table
        .filter(address_changes::account.eq(account.0))
        .filter(address_changes::undo_index.is_not_null())
        .filter(address_changes::expires_at.gt(now.micros()))
        .order(address_changes::expires_at.desc())
        .select(address_changes::expires_at)
        .first(reader.conn)
        .optional()?;
    Ok(until.map(Instant::from_micros))
}

/// A change as its owner's data lists it.
#[derive(Debug)]
pub struct Listed {
    /// From where to where.
    pub addresses: Addresses,
    /// When it was asked for.
    pub created_at: Instant,
    /// When it was made, if it was.
    pub changed_at: Option<Instant>,
}

/// The changes of an account that can still be made or undone, oldest first.
pub fn list_of_account(reader: &mut Reader<'_>, account: &Account) -> Result<Vec<Listed>> {
    let rows: Vec<(i64, Sealed<Addresses>, i64, Option<i64>)> = address_changes::table
        .filter(address_changes::account.eq(account.id.0))
        .order(address_changes::id)
        .select((
            address_changes::id,
            address_changes::body,
            address_changes::created_at,
            address_changes::changed_at,
        ))
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, body, created_at, changed_at)| {
            Ok(Listed {
                addresses: body.open(&account.contact.key, place(AddressChangeId(id)))?,
                created_at: Instant::from_micros(created_at),
                changed_at: changed_at.map(Instant::from_micros),
            })
        })
        .collect()
}

/// Notes that a change was made; the token that undoes it goes to the old address.
pub fn mark_changed(tx: &mut Tx<'_>, id: AddressChangeId, undo: SignedDuration) -> Result<Token> {
    let token = Token::draw();
    let made = diesel::update(
        address_changes::table.find(id.0).filter(address_changes::changed_at.is_null()),
    )
    .set((
        address_changes::changed_at.eq(Some(tx.now.micros())),
        address_changes::undo_index.eq(Some(index(tx, token.reveal()))),
        address_changes::expires_at.eq(tx.now.plus(undo).micros()),
    ))
    .execute(tx.conn)?;
    if made == 1 { Ok(token) } else { Err(Error::NotFound) }
}

/// When a change was made.
pub fn get_changed_at(reader: &mut Reader<'_>, id: AddressChangeId) -> Result<Instant> {
    let at: Option<Option<i64>> = address_changes::table
        .find(id.0)
        .select(address_changes::changed_at)
        .first(reader.conn)
        .optional()?;
    at.flatten().map(Instant::from_micros).ok_or(Error::NotFound)
}

/// Deletes every change of an account: none of them can be made or undone any more.
pub fn delete_of(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::delete(address_changes::table.filter(address_changes::account.eq(account.0)))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes the moves of an account that are asked for and not made.
pub fn delete_asked(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let of_account = address_changes::table.filter(address_changes::account.eq(account.0));
    diesel::delete(of_account.filter(address_changes::changed_at.is_null())).execute(tx.conn)?;
    Ok(())
}

/// Deletes what can no longer be made or undone.
pub fn purge(tx: &mut Tx<'_>) -> Result<()> {
    diesel::delete(address_changes::table.filter(address_changes::expires_at.lt(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}
