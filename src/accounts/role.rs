//! Giving an account another role. One admin is always left.

use super::freeze::get_by_address;
use super::mails::{self, News};
use super::{Role, account_store, factors, session_store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::mail::Site;
use crate::people::EmailAddress;

/// Gives the account of an address a role.
pub fn give(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress, role: Role) -> Result<()> {
    let account = get_by_address(tx, address)?;
    give_account(tx, site, account.id, role)
}

/// Gives an account a role, ends every sign-in to it, and tells its owner.
pub fn give_account(tx: &mut Tx<'_>, site: &Site, id: AccountId, role: Role) -> Result<()> {
    let admins = account_store::lock_admins(tx)?;
    let account = account_store::lock_account(tx, id)?;
    if account.role == role {
        return Ok(());
    }
    if admins == [account.id] {
        return Err(Error::Conflict("This is the last admin: make another one first.".into()));
    }
    // Until there is an admin nobody can see to it that one has a second factor.
    if role.is_staff() && !admins.is_empty() && !factors::of(tx, account.id)?.any() {
        return Err(Error::Conflict(
            "This account has no second factor yet, and who decides about others signs in with one. \
             Its owner sets one up first."
                .into(),
        ));
    }
    account_store::set_role(tx, account.id, role)?;
    session_store::end_all(tx, account.id)?;
    let words = format!("Your account is that of: {}.", role.label());
    mails::tell(tx, site, &account.contact, account.id, News::RoleChanged, &words)
}
