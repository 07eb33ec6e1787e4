//! The table of identities: who an account's owner is elsewhere.

use diesel::prelude::*;

use super::Profile;
use crate::accounts::account_store::Account;
use crate::clock::Instant;
use crate::db::schema::identities;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, IdentityId};
use crate::sealed::{Place, Sealed, blind_index};

/// An identity that is linked to an account.
#[derive(Debug)]
pub struct Identity {
    /// The row.
    pub id: IdentityId,
    /// Which provider says so.
    pub provider: String,
    /// What it said when it was linked.
    pub profile: Profile,
    /// Since when it is.
    pub linked_at: Instant,
    /// When somebody last signed in by it.
    pub used_at: Option<Instant>,
}

/// None of the three can hold a line break: an issuer is a URL, a subject was looked at.
fn index(reader: &Reader<'_>, provider: &str, profile: &Profile) -> Vec<u8> {
    let who = format!("{provider}\n{}\n{}", profile.issuer, profile.subject);
    blind_index::of_secret(reader.vault, "identity", &who)
}

const fn body_place(id: IdentityId) -> Place {
    Place { table: "identities", column: "body", row: id.0 }
}

/// The account with which somebody is linked, and the row that says so.
pub fn find_linked(
    reader: &mut Reader<'_>,
    provider: &str,
    profile: &Profile,
) -> Result<Option<(IdentityId, AccountId)>> {
    let index = index(reader, provider, profile);
    let row: Option<(i64, i64)> = identities::table
        .filter(identities::subject_index.eq(index))
        .select((identities::id, identities::account))
        .first(reader.conn)
        .optional()?;
    Ok(row.map(|(id, account)| (IdentityId(id), AccountId(account))))
}

/// Links somebody with an account.
pub fn insert_identity(
    tx: &mut Tx<'_>,
    account: &Account,
    provider: &str,
    profile: &Profile,
) -> Result<()> {
    let id: IdentityId = tx.ids.next();
    diesel::insert_into(identities::table)
        .values((
            identities::id.eq(id.0),
            identities::account.eq(account.id.0),
            identities::provider.eq(provider),
            identities::subject_index.eq(index(tx, provider, profile)),
            identities::body.eq(Sealed::seal(&account.contact.key, body_place(id), profile)?),
            identities::linked_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Who the owner of an account is elsewhere, in the order in which it was linked.
pub fn list_of_account(reader: &mut Reader<'_>, account: &Account) -> Result<Vec<Identity>> {
    type Row = (i64, String, Sealed<Profile>, i64, Option<i64>);
    let rows: Vec<Row> = identities::table
        .filter(identities::account.eq(account.id.0))
        .order(identities::id)
        .select((
            identities::id,
            identities::provider,
            identities::body,
            identities::linked_at,
            identities::used_at,
        ))
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, provider, body, linked_at, used_at)| {
            let id = IdentityId(id);
            Ok(Identity {
                id,
                provider,
                profile: body.open(&account.contact.key, body_place(id))?,
                linked_at: Instant::from_micros(linked_at),
                used_at: used_at.map(Instant::from_micros),
            })
        })
        .collect()
}

/// Notes that somebody signed in by an identity.
pub fn mark_used(tx: &mut Tx<'_>, id: IdentityId) -> Result<()> {
    diesel::update(identities::table.find(id.0))
        .set(identities::used_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets an identity of an account; returns whose word it was. Another's is not found.
pub fn delete_identity(tx: &mut Tx<'_>, account: AccountId, id: IdentityId) -> Result<String> {
    let own = identities::table.find(id.0).filter(identities::account.eq(account.0));
    let provider: Option<String> = own.select(identities::provider).first(tx.conn).optional()?;
    let provider = provider.ok_or(Error::NotFound)?;
    let deleted = diesel::delete(identities::table.find(id.0)).execute(tx.conn)?;
    if deleted == 1 { Ok(provider) } else { Err(Error::NotFound) }
}

/// Deletes the identities that were linked since an instant; tells whether there were any.
pub fn delete_linked_since(tx: &mut Tx<'_>, account: AccountId, since: Instant) -> Result<bool> {
    let linked = identities::table
        .filter(identities::account.eq(account.0))
        .filter(identities::linked_at.ge(since.micros()));
    Ok(diesel::delete(linked).execute(tx.conn)? > 0)
}
