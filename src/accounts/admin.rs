//! Making the first admin, by whoever runs the program.

use super::mails;
use super::sign_in::{NewAccount, SIGN_IN_LIFE};
use super::{Role, account_store, role, sign_in_store};
use crate::db::Tx;
use crate::error::Result;
use crate::mail::Site;
use crate::people::EmailAddress;
use crate::people::store::ensure_contact;

/// What came of it, each with the path of a link that signs in once.
pub enum Made {
    /// A new account.
    Created(String),
    /// An account that there was.
    Promoted(String),
}

/// Makes the account of an admin, or gives the one that this address has the role.
pub fn make_admin(
    tx: &mut Tx<'_>,
    site: &Site,
    address: &EmailAddress,
    new: &NewAccount,
) -> Result<Made> {
    let contact = ensure_contact(tx, address)?;
    let known = account_store::find_of_contact(tx, contact.id)?;
    match known {
        Some(_) => role::give(tx, site, address, Role::Admin)?,
        None => {
            let id = account_store::insert_account(tx, &contact, new, Role::Admin)?;
            mails::welcome(tx, site, &contact, id)?;
        }
    }
    let link = sign_in_store::insert_asked(tx, &contact, "", "/staff", None, SIGN_IN_LIFE)?;
    let path = format!("/sign-in/{}", link.1.reveal());
    Ok(if known.is_some() { Made::Promoted(path) } else { Made::Created(path) })
}
