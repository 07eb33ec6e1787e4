//! The table of accounts.

use std::collections::HashSet;

use diesel::prelude::*;

use super::sign_in::NewAccount;
use super::{PersonName, Role, folded};
use crate::clock::Instant;
use crate::db::schema::accounts;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, ContactId};
use crate::people::store::{Contact, get_contact};
use crate::privacy::age::Age;
use crate::sealed::{Place, Sealed, blind_index};

/// An account, opened.
#[derive(Debug)]
pub struct Account {
    /// The row.
    pub id: AccountId,
    /// The person, with the address and the key.
    pub contact: Contact,
    /// Under which name.
    pub name: PersonName,
    /// What it may do.
    pub role: Role,
    /// Since when.
    pub created_at: Instant,
    /// The version of the privacy policy that was accepted.
    pub policy_version: i64,
    /// Why it is frozen, if it is.
    pub frozen: Option<String>,
}

const fn place(column: &'static str, id: AccountId) -> Place {
    Place { table: "accounts", column, row: id.0 }
}

fn name_index(reader: &Reader<'_>, name: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "account name", &folded(name))
}

/// Stores a new account of a person who has none.
pub fn insert_account(
    tx: &mut Tx<'_>,
    contact: &Contact,
    new: &NewAccount,
    role: Role,
) -> Result<AccountId> {
    let id: AccountId = tx.ids.next();
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id.0),
            accounts::contact.eq(contact.id.0),
            accounts::name.eq(Sealed::seal(&contact.key, place("name", id), &new.name)?),
            accounts::name_index.eq(Some(name_index(tx, new.name.as_str()))),
            accounts::role.eq(role),
            accounts::country.eq(new.country.code()),
            accounts::age_attested.eq(new.age),
            accounts::policy_version.eq(new.policy_version),
            accounts::created_at.eq(tx.now.micros()),
            accounts::version.eq(1),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The account of a person, if there is one.
pub fn find_of_contact(reader: &mut Reader<'_>, contact: ContactId) -> Result<Option<AccountId>> {
    let id: Option<i64> = accounts::table
        .filter(accounts::contact.eq(contact.0))
        .select(accounts::id)
        .first(reader.conn)
        .optional()?;
    Ok(id.map(AccountId))
}

/// Those of some people whose accounts are frozen.
pub fn list_frozen(reader: &mut Reader<'_>, people: &[ContactId]) -> Result<HashSet<ContactId>> {
    let frozen =
        accounts::table.filter(accounts::frozen_at.is_not_null()).select(accounts::contact);
    // The statement for one person is prepared once, that for several each time.
    let frozen: Vec<i64> = match people {
        [] => Vec::new(),
        [person] => frozen.filter(accounts::contact.eq(person.0)).load(reader.conn)?,
        _ => frozen
            .filter(accounts::contact.eq_any(people.iter().map(|person| person.0)))
            .load(reader.conn)?,
    };
    Ok(frozen.into_iter().map(ContactId).collect())
}

/// Refuses somebody whose account is frozen, by whatever door they come.
pub fn require_not_frozen(reader: &mut Reader<'_>, contact: ContactId) -> Result<()> {
    match list_frozen(reader, &[contact])?.is_empty() {
        true => Ok(()),
        false => Err(frozen_account()),
    }
}

/// What somebody is told who acts with a frozen account.
pub fn frozen_account() -> Error {
    Error::Forbidden(
        "This account is frozen: you can read, and take your data with you, but not act. The \
         reason is on your account’s page; to object, write to us."
            .into(),
    )
}

/// The account with this id.
pub fn get_account(reader: &mut Reader<'_>, id: AccountId) -> Result<Account> {
    type Row = (i64, Sealed<PersonName>, Role, i64, i64, Option<Sealed<String>>);
    let row: Option<Row> = accounts::table
        .find(id.0)
        .select((
            accounts::contact,
            accounts::name,
            accounts::role,
            accounts::created_at,
            accounts::policy_version,
            accounts::frozen_reason,
        ))
        .first(reader.conn)
        .optional()?;
    let (contact, name, role, created_at, policy_version, frozen) = row.ok_or(Error::NotFound)?;
    let contact = get_contact(reader, ContactId(contact))?;
    let frozen =
        frozen.map(|reason| reason.open(&contact.key, place("frozen_reason", id))).transpose()?;
    Ok(Account {
        id,
        name: name.open(&contact.key, place("name", id))?,
        contact,
        role,
        created_at: Instant::from_micros(created_at),
        policy_version,
        frozen,
    })
}

/// An account for a change: its row is updated first, which is the lock under which one of two who act
/// at once comes second.
pub fn lock_account(tx: &mut Tx<'_>, id: AccountId) -> Result<Account> {
    diesel::update(accounts::table.find(id.0))
        .set(accounts::version.eq(accounts::version + 1))
        .execute(tx.conn)?;
    get_account(tx, id)
}

/// Every admin, locked: the rule that one is left speaks of all of them.
pub fn lock_admins(tx: &mut Tx<'_>) -> Result<Vec<AccountId>> {
    diesel::update(accounts::table.filter(accounts::role.eq(Role::Admin)))
        .set(accounts::version.eq(accounts::version + 1))
        .execute(tx.conn)?;
    let ids: Vec<i64> = accounts::table
        .filter(accounts::role.eq(Role::Admin))
        .select(accounts::id)
        .load(tx.conn)?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Gives an account another role.
pub fn set_role(tx: &mut Tx<'_>, id: AccountId, role: Role) -> Result<()> {
    diesel::update(accounts::table.find(id.0)).set(accounts::role.eq(role)).execute(tx.conn)?;
    Ok(())
}

/// What the owner of an account stated when making it.
#[derive(Debug)]
pub struct Attested {
    /// The country they live in, two letters.
    pub country: String,
    /// Their age.
    pub age: Age,
}

/// What the owner of an account stated when making it.
pub fn get_attested(reader: &mut Reader<'_>, id: AccountId) -> Result<Attested> {
    let row: Option<(String, Age)> = accounts::table
        .find(id.0)
        .select((accounts::country, accounts::age_attested))
        .first(reader.conn)
        .optional()?;
    let (country, age) = row.ok_or(Error::NotFound)?;
    Ok(Attested { country, age })
}

/// Gives an account another name.
pub fn rename(tx: &mut Tx<'_>, account: &Account, name: &PersonName) -> Result<()> {
    diesel::update(accounts::table.find(account.id.0))
        .set((
            accounts::name.eq(Sealed::seal(&account.contact.key, place("name", account.id), name)?),
            accounts::name_index.eq(Some(name_index(tx, name.as_str()))),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The accounts of this name, whatever its case and accents, oldest first.
pub fn list_by_name(reader: &mut Reader<'_>, name: &str, most: i64) -> Result<Vec<AccountId>> {
    let index = name_index(reader, name);
    let ids: Vec<i64> = accounts::table
        .filter(accounts::name_index.eq(Some(index)))
        .order(accounts::id)
        .select(accounts::id)
        .limit(most)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Indexes the names of accounts that are older than the index, some at a time.
pub fn index_names(tx: &mut Tx<'_>) -> Result<()> {
    let ids: Vec<i64> = accounts::table
        .filter(accounts::name_index.is_null())
        .select(accounts::id)
        .limit(200)
        .load(tx.conn)?;
    for id in ids {
        let account = get_account(tx, AccountId(id))?;
        diesel::update(accounts::table.find(id))
            .set(accounts::name_index.eq(Some(name_index(tx, account.name.as_str()))))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Freezes an account for a reason, or takes that back.
pub fn set_frozen(tx: &mut Tx<'_>, account: &Account, reason: Option<&str>) -> Result<()> {
    let place = place("frozen_reason", account.id);
    let sealed = reason
        .map(|reason| Sealed::seal(&account.contact.key, place, &reason.to_owned()))
        .transpose()?;
    diesel::update(accounts::table.find(account.id.0))
        .set((
            accounts::frozen_at.eq(reason.map(|_| tx.now.micros())),
            accounts::frozen_reason.eq(sealed),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes an account; its sign-ins go with it.
pub fn delete_account(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    diesel::delete(accounts::table.find(id.0)).execute(tx.conn)?;
    Ok(())
}
