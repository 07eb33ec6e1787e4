//! Signing in with a password, and having one. Whether an address is known shows neither in the words
//! of the answer nor in its time: a hash is worked out either way.

use super::account_store;
use super::factors;
use super::mails::{self, News};
use super::password::Hash;
use super::password_store::{self as store, Kept};
use super::session::{self, Came, Strength, Who};
use super::session_store;
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, Token};
use crate::mail::Site;
use crate::people::EmailAddress;
use crate::people::store::find_contact;

/// What a typed password is held against.
#[derive(Debug, Clone)]
pub struct Door {
    /// The hash.
    pub hash: Hash,
    /// Whose it is, and since when; nobody's when the address has no password.
    owner: Option<(AccountId, Instant)>,
    /// Whether the right password opens it.
    is_open: bool,
}

/// The door behind an address. There always is one.
pub fn find_door(reader: &mut Reader<'_>, address: &EmailAddress, now: Instant) -> Result<Door> {
    let nobody = Door { hash: Hash::of_nobody(), owner: None, is_open: false };
    let Some(contact) = find_contact(reader, address)? else { return Ok(nobody) };
    let Some(id) = account_store::find_of_contact(reader, contact.id)? else { return Ok(nobody) };
    let account = account_store::get_account(reader, id)?;
    Ok(match store::find_password(reader, &account)? {
        None => nobody,
        Some(kept) => {
            Door { is_open: !kept.is_locked(now), owner: Some((id, kept.since)), hash: kept.hash }
        }
    })
}

/// Goes through a door, or notes that somebody could not. A wrong password is no error: the count of
/// them has to be committed.
pub fn sign_in(
    tx: &mut Tx<'_>,
    site: &Site,
    door: &Door,
    is_right: bool,
    came: &Came,
    before: Option<&str>,
) -> Result<Option<Token>> {
    let Some((id, since)) = door.owner else { return Ok(None) };
    let account = account_store::lock_account(tx, id)?;
    // The password may have been changed since the door was looked at.
    let Some(kept) = store::find_password(tx, &account)?.filter(|kept: &Kept| kept.since == since)
    else {
        return Ok(None);
    };
    if !is_right || !door.is_open || kept.is_locked(tx.now) {
        if store::note_failure(tx, id, &kept)? {
            mails::tell(tx, site, &account.contact, id, News::PasswordLocked, "")?;
        }
        return Ok(None);
    }
    store::forget_failures(tx, id)?;
    session::start(tx, &account, came, before, Strength::Mailbox).map(Some)
}

/// Gives an account a password. Every other sign-in ends, and this one goes on under a new token.
pub fn set(
    tx: &mut Tx<'_>,
    site: &Site,
    who: &Who,
    (hash, is_short): (&Hash, bool),
    (came, before): (&Came, &str),
) -> Result<Token> {
    let account = session::lock_own(tx, who)?;
    if is_short && !factors::of(tx, account.id)?.any() {
        return Err(Error::field(
            "password",
            "Without a second factor it needs 15 characters: yours was taken away meanwhile",
        ));
    }
    store::set_password(tx, &account, hash, is_short)?;
    session_store::end_all(tx, account.id)?;
    let strength = if who.strong { Strength::Strong } else { Strength::Mailbox };
    mails::tell(tx, site, &account.contact, account.id, News::PasswordSet, "")?;
    session::start(tx, &account, came, Some(before), strength)
}

/// Takes the password of an account away, and ends every sign-in but this one: somebody may have come
/// in by it.
pub fn remove(tx: &mut Tx<'_>, site: &Site, who: &Who) -> Result<()> {
    let (account, id) = (session::lock_own(tx, who)?, who.account);
    session_store::end_others(tx, id, who.session)?;
    if !store::delete_password(tx, id)? {
        return Err(Error::Conflict("This account has no password.".into()));
    }
    mails::tell(tx, site, &account.contact, id, News::PasswordRemoved, "")
}
