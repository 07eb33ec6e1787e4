//! Moving an account to another address: confirmed at the new one, told to the old one, and for seven
//! days undone from there.

use jiff::SignedDuration;

use super::address_store::{self, Addresses};
use super::mails::{self, News};
use super::providers::identity_store;
use super::{
    account_store, address_mails, passkey_store, password_store, recovery_store,
    second_factor_store, session_store, sign_in_store,
};
use crate::booking_requests::list_store;
use crate::booking_requests::submit::purge_unconfirmed;
use crate::clock::Instant;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::mail::{Site, outbox};
use crate::moderation;
use crate::people::EmailAddress;
use crate::people::store::{self, Contact};

/// How long the link to the new address works.
const CONFIRM: SignedDuration = SignedDuration::from_hours(24);
/// How long the old address can undo it.
const UNDO: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The same person, to be mailed at another address.
fn at(tx: &mut Tx<'_>, person: &Contact, address: &EmailAddress) -> Result<Contact> {
    Ok(Contact { address: address.clone(), ..store::get_contact(tx, person.id)? })
}

/// Mails a link to the new address. Whoever reads there may be a stranger, so a limit is not told.
pub fn ask(tx: &mut Tx<'_>, site: &Site, id: AccountId, new: &EmailAddress) -> Result<()> {
    let account = account_store::lock_account(tx, id)?;
    if account.contact.address == *new {
        return Err(Error::field("email", "This is the address of your account already"));
    }
    let to = at(tx, &account.contact, new)?;
    let recipient = to.index(tx);
    if !outbox::allows_quietly(tx, &recipient)? {
        return Ok(());
    }
    let addresses = Addresses { old: account.contact.address.clone(), new: new.clone() };
    // The last one asked for is the one that is meant.
    address_store::delete_asked(tx, id)?;
    let (change, token) = address_store::insert_change(tx, &account, &addresses, CONFIRM)?;
    let until = tx.now.plus(CONFIRM);
    address_mails::confirm_address(tx, site, &to, change, &token, until)
}

/// Moves the account, by the button behind the link at the new address.
pub fn confirm(tx: &mut Tx<'_>, site: &Site, token: &str) -> Result<()> {
    let now = tx.now;
    let asked = address_store::get_asked(tx, token, now)?;
    let account = account_store::lock_account(tx, asked.account.id)?;
    account_store::require_not_frozen(tx, account.contact.id)?;
    let Addresses { old, new } = &asked.addresses;
    if account.contact.address != *old {
        return Err(Error::NotFound);
    }
    if !is_free(tx, &account.contact, new)? {
        return Err(Error::Conflict(
            "This address is known here already, with requests or an account of its own, so your \
             account cannot move there by itself. Write to us, and a person looks at it."
                .into(),
        ));
    }
    let undo = address_store::mark_changed(tx, asked.id, UNDO)?;
    move_to(tx, &account.contact, new)?;
    // A link that was mailed to the old address signs nobody in any more.
    sign_in_store::void_others(tx, account.contact.id)?;
    let to = at(tx, &account.contact, old)?;
    address_mails::address_changed(tx, site, &to, asked.id, new, (&undo, now.plus(UNDO)))
}

/// Whether an account can move to an address. Who is known by it and never proved that they read it
/// makes way, with the requests that were never confirmed: anybody can type anybody's address, and
/// could otherwise keep its owner from taking an account back.
fn is_free(tx: &mut Tx<'_>, owner: &Contact, address: &EmailAddress) -> Result<bool> {
    let Some(stranger) = store::find_contact(tx, address)? else { return Ok(true) };
    if stranger.id == owner.id {
        // The same address in other capitals.
        return Ok(true);
    }
    let has_account = account_store::find_of_contact(tx, stranger.id)?.is_some();
    if stranger.verified || has_account {
        return Ok(false);
    }
    for request in list_store::list_all_of_promoter(tx, stranger.id)? {
        purge_unconfirmed(tx, request)?;
    }
    store::give_up_address(tx, &stranger)?;
    Ok(true)
}

fn move_to(tx: &mut Tx<'_>, person: &Contact, address: &EmailAddress) -> Result<()> {
    moderation::store::readdress(tx, &person.address, address)?;
    store::readdress(tx, person, address)
}

/// Refuses what cannot be undone while the old address can still take the account back: whoever moved
/// it may not be its owner.
pub fn require_settled(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let now = tx.now;
    match address_store::find_undoable_until(tx, id, now)? {
        None => Ok(()),
        Some(until) => Err(Error::Conflict(format!(
            "Your account has moved to this address lately, and until {} the address before can take \
             it back. Delete it after that; or take it back there, and delete it at once.",
            until.display()
        ))),
    }
}

/// Takes it back, by the button behind the link at the old address: whoever moved the account is
/// signed out, and every other change of it is void.
pub fn undo(tx: &mut Tx<'_>, site: &Site, token: &str) -> Result<()> {
    let now = tx.now;
    let change = address_store::get_undoable(tx, token, now)?;
    let id = change.account.id;
    let account = account_store::lock_account(tx, id)?;
    let old = &change.addresses.old;
    if !is_free(tx, &account.contact, old)? {
        return Err(Error::Conflict(
            "Somebody else uses this address here by now. Write to us, and a person looks at it."
                .into(),
        ));
    }
    let moved_at = address_store::get_changed_at(tx, change.id)?;
    move_to(tx, &account.contact, old)?;
    address_store::delete_of(tx, id)?;
    session_store::end_all(tx, id)?;
    sign_in_store::void_others(tx, account.contact.id)?;
    let words = if forget_ways_in_since(tx, id, moved_at)? {
        "What was set up since the move, to sign in with, was taken away: a password, passkeys, a \
         device, other services."
    } else {
        ""
    };
    let to = at(tx, &account.contact, old)?;
    mails::tell(tx, site, &to, id, News::AddressRestored, words)
}

/// Takes away every way to sign in that was set up since an instant, by whoever had the account then.
fn forget_ways_in_since(tx: &mut Tx<'_>, id: AccountId, since: Instant) -> Result<bool> {
    let device = second_factor_store::delete_set_since(tx, id, since)?;
    let passkeys = passkey_store::delete_added_since(tx, id, since)?;
    let identities = identity_store::delete_linked_since(tx, id, since)?;
    let password = password_store::delete_set_since(tx, id, since)?;
    if device || passkeys {
        // Codes on paper may have been drawn with them, and are nobody else's.
        recovery_store::delete_codes(tx, id)?;
    }
    Ok(device || passkeys || identities || password)
}
