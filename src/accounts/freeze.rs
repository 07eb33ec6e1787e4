//! Freezing an account: its owner can read, take everything along and object, and not act.

use super::account_store::{self, Account};
use super::mails::{self, News};
use super::session_store;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::mail::Site;
use crate::people::EmailAddress;
use crate::people::store::find_contact;

/// The account of an address; the message is for staff, who may know.
pub(super) fn get_by_address(reader: &mut Reader<'_>, address: &EmailAddress) -> Result<Account> {
    let contact = find_contact(reader, address)?;
    let id = match contact {
        Some(contact) => account_store::find_of_contact(reader, contact.id)?,
        None => None,
    };
    account_store::get_account(reader, id.ok_or(Error::NotFound)?)
}

/// Freezes an account, ends every sign-in, and tells the owner why.
pub fn freeze(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress, reason: &str) -> Result<()> {
    if reason.trim().chars().count() < 10 {
        return Err(Error::BadRequest(
            "say the reason in a sentence: its owner will read it".into(),
        ));
    }
    let account = get_by_address(tx, address)?;
    account_store::set_frozen(tx, &account, Some(reason.trim()))?;
    session_store::end_all(tx, account.id)?;
    mails::tell(tx, site, &account.contact, account.id, News::Frozen, reason.trim())
}

/// Takes it back, and tells the owner.
pub fn unfreeze(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress) -> Result<()> {
    let account = get_by_address(tx, address)?;
    if account.frozen.is_none() {
        return Err(Error::Conflict("this account is not frozen".into()));
    }
    account_store::set_frozen(tx, &account, None)?;
    mails::tell(tx, site, &account.contact, account.id, News::Unfrozen, "")
}
