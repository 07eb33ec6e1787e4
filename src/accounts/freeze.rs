//! Freezing an account: its owner can read, take everything along and object, and not act.

use super::account_store::{self, Account};
use super::mails::{self, News};
use super::session_store;
use crate::artists::contact_store;
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

/// Freezes the account of an address.
pub fn freeze(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress, reason: &str) -> Result<()> {
    let account = get_by_address(tx, address)?;
    freeze_account(tx, site, &account, reason)
}

/// Freezes an account, ends every sign-in, and tells the owner why. Who decides about others is not
/// frozen: the role is taken away first, by an admin.
pub fn freeze_account(tx: &mut Tx<'_>, site: &Site, account: &Account, reason: &str) -> Result<()> {
    if reason.trim().chars().count() < 10 {
        return Err(Error::field("reason", "Say the reason in a sentence: its owner will read it"));
    }
    let account = &account_store::lock_account(tx, account.id)?;
    if account.role.is_staff() {
        return Err(Error::Conflict(
            "This is the account of somebody who decides here. Take the role away first.".into(),
        ));
    }
    account_store::set_frozen(tx, account, Some(reason.trim()))?;
    // An act for which nobody else can answer takes no requests.
    contact_store::show_reachable(tx, account.contact.id)?;
    session_store::end_all(tx, account.id)?;
    mails::tell(tx, site, &account.contact, account.id, News::Frozen, reason.trim())
}

/// Takes it back for the account of an address.
pub fn unfreeze(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress, reason: &str) -> Result<()> {
    let account = get_by_address(tx, address)?;
    unfreeze_account(tx, site, &account, reason)
}

/// Takes it back, and tells the owner why.
pub fn unfreeze_account(
    tx: &mut Tx<'_>,
    site: &Site,
    account: &Account,
    reason: &str,
) -> Result<()> {
    let account = &account_store::lock_account(tx, account.id)?;
    if account.frozen.is_none() {
        return Err(Error::Conflict("This account is not frozen.".into()));
    }
    account_store::set_frozen(tx, account, None)?;
    contact_store::show_reachable(tx, account.contact.id)?;
    mails::tell(tx, site, &account.contact, account.id, News::Unfrozen, reason.trim())
}
