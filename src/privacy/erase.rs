//! Erasing a person: everything that is theirs goes, in every copy, and cannot be brought back.
//!
//! What they asked and answered for ends and the other sides are told; their words, acceptances,
//! mails, tickets, artists that wait for a look, links, sign-ins and address go; the key that sealed them is destroyed. What stays
//! is the other side's: its own words, the terms, a placeholder; and the commitments in the chain of
//! receipts, from which nothing can be worked out.

use super::letters::confirm_erasure;
use crate::accounts::{account_store, sign_in_store};
use crate::artists;
use crate::booking_requests::leave::leave;
use crate::db::Tx;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::KeyId;
use crate::mail::{Site, kept_store};
use crate::moderation;
use crate::people::link_store;
use crate::people::store::{self, Contact};

/// Erases a person, with or without an account. The last mail tells them that it was done.
pub fn erase(tx: &mut Tx<'_>, site: &Site, person: &Contact) -> Result<()> {
    store::lock_contact(tx, person.id)?;
    let key = KeyId(person.key.id());
    leave(tx, site, person)?;
    moderation::new_artist::take_back(tx, &person.address)?;
    for ticket in moderation::store::list_of_address(tx, &person.address)? {
        moderation::tickets::erase(tx, ticket.id)?;
    }
    disclaimer::store::erase_of(tx, key)?;
    let mailbox = person.index(tx);
    kept_store::erase_of(tx, key, &mailbox)?;
    if let Some(account) = account_store::find_of_contact(tx, person.id)? {
        if account_store::lock_admins(tx)? == [account] {
            return Err(Error::Conflict(
                "This is the account of the last admin. Make somebody else an admin first.".into(),
            ));
        }
        account_store::delete_account(tx, account)?;
    }
    sign_in_store::delete_of(tx, person.id)?;
    link_store::delete_of(tx, person.id)?;
    artists::edit_store::forget_who(tx, person.id)?;
    store::erase_contact(tx, person)?;
    let last = store::last_contact(tx, &person.address)?;
    confirm_erasure(tx, site, &last)
}
