//! Looking up an account for somebody who decides: each look is noted, and its owner sees it.

use jiff::SignedDuration;

use super::account_store::{self, Account};
use super::look_store;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::people::EmailAddress;
use crate::people::store::find_contact;

/// Accounts of one name that are shown at once.
const MOST: i64 = 20;
/// After a look the account's page stays open for so long.
const OPEN: SignedDuration = SignedDuration::from_hours(1);

/// The accounts with this address or this name, for `staff`.
pub fn look_up(tx: &mut Tx<'_>, staff: AccountId, wanted: &str) -> Result<Vec<Account>> {
    let ids = match EmailAddress::parse(wanted) {
        Ok(address) => match find_contact(tx, &address)? {
            Some(contact) => account_store::find_of_contact(tx, contact.id)?.into_iter().collect(),
            None => Vec::new(),
        },
        Err(_) => account_store::list_by_name(tx, wanted, MOST)?,
    };
    let mut found = Vec::new();
    for id in ids {
        look_store::insert_look(tx, id, staff)?;
        found.push(account_store::get_account(tx, id)?);
    }
    Ok(found)
}

/// An account that `staff` looked up within the last hour.
///
/// # Errors
/// [`Error::NotFound`] when they did not, or there is none.
pub fn get_looked_up(
    reader: &mut Reader<'_>,
    staff: AccountId,
    id: AccountId,
    now: crate::clock::Instant,
) -> Result<Account> {
    if look_store::has_looked_since(reader, id, staff, now.minus(OPEN))? {
        return account_store::get_account(reader, id);
    }
    Err(Error::NotFound)
}
