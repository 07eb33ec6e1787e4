//! Signing in and making an account, both by a link in a mail: asked for with an address, answered
//! alike whether or not the address is known, used once by a button.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::account_store::{self, Account};
use super::session::{self, Came, Strength};
use super::sign_in_store::{self, Asked};
use super::{PersonName, Role, mails};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{AccountId, Token};
use crate::mail::{Site, outbox};
use crate::people::EmailAddress;
use crate::people::store::{Contact, ensure_contact, find_contact, mark_verified};
use crate::places::Country;
use crate::privacy::age::Age;

/// How long a link that signs in works.
pub const SIGN_IN_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How long a link that makes an account works.
pub const SIGN_UP_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What a new account is made of: everything that is asked for, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    /// The person's name.
    pub name: PersonName,
    /// The country they live in, which decides the minimum age.
    pub country: Country,
    /// What they attested.
    pub age: Age,
    /// The version of the privacy policy that they accepted.
    pub policy_version: i64,
}

/// What a browser brings along that asks for a link.
#[derive(Debug, Clone)]
pub struct Asking {
    /// A random mark in a cookie: the same browser is recognised by it when the link is used.
    pub mark: String,
    /// Where to go afterwards: a path of this site.
    pub next: String,
}

/// Mails a link that signs in, if there is an account for the address. Who asked too often gets no
/// mail either, and is told nothing.
pub fn ask(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress, asking: &Asking) -> Result<()> {
    let Some(contact) = find_contact(tx, address)? else { return Ok(()) };
    if account_store::find_of_contact(tx, contact.id)?.is_none() || !is_allowed(tx, &contact)? {
        return Ok(());
    }
    let Asking { mark, next } = asking;
    let link = sign_in_store::insert_asked(tx, &contact, mark, next, None, SIGN_IN_LIFE)?;
    mails::send_sign_in_link(tx, site, &contact, &link)
}

/// Mails a link that makes an account. Who has one already is mailed a link that signs in.
pub fn ask_to_join(
    tx: &mut Tx<'_>,
    site: &Site,
    address: &EmailAddress,
    new: &NewAccount,
    asking: &Asking,
) -> Result<()> {
    let contact = ensure_contact(tx, address)?;
    if account_store::find_of_contact(tx, contact.id)?.is_some() {
        return ask(tx, site, address, asking);
    }
    if !is_allowed(tx, &contact)? {
        return Ok(());
    }
    let Asking { mark, next } = asking;
    let link = sign_in_store::insert_asked(tx, &contact, mark, next, Some(new), SIGN_UP_LIFE)?;
    mails::send_join_link(tx, site, &contact, &link)
}

fn is_allowed(tx: &mut Tx<'_>, contact: &Contact) -> Result<bool> {
    let recipient = contact.index(tx);
    outbox::allows_quietly(tx, &recipient)
}

/// What the button behind a link led to.
pub struct SignedIn {
    /// The cookie's value.
    pub token: Token,
    /// Where to go.
    pub next: String,
}

/// Signs in by a link, and makes the account first where that is what the link is for. `before` is
/// the session that the browser had.
pub fn use_link(
    tx: &mut Tx<'_>,
    site: &Site,
    token: &str,
    came: &Came,
    before: Option<&str>,
) -> Result<SignedIn> {
    let now = tx.now;
    let asked = sign_in_store::get_asked(tx, token, "", now)?;
    sign_in_store::mark_used(tx, asked.id)?;
    sign_in_store::void_others(tx, asked.contact.id)?;
    mark_verified(tx, asked.contact.id)?;
    let account = account_of(tx, site, &asked)?;
    let token = session::start(tx, &account, came, before, Strength::Mailbox)?;
    Ok(SignedIn { token, next: asked.next })
}

fn account_of(tx: &mut Tx<'_>, site: &Site, asked: &Asked) -> Result<Account> {
    let known = account_store::find_of_contact(tx, asked.contact.id)?;
    let id: AccountId = match (known, &asked.new) {
        (Some(id), _) => id,
        (None, Some(new)) => {
            let id = account_store::insert_account(tx, &asked.contact, new, Role::Member)?;
            mails::welcome(tx, site, &asked.contact, id)?;
            id
        }
        // The account was deleted since the link was mailed.
        (None, None) => return Err(Error::NotFound),
    };
    account_store::get_account(tx, id)
}

/// A path of this site to go on to; anything that a browser could take for another site's address
/// becomes `/requests`.
pub fn safe_next(text: &str) -> String {
    const HOME: &str = "/requests";
    let is_path = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 300
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let base = url::Url::parse("https://site.example/");
    let stays =
        base.is_ok_and(|base| base.join(text).is_ok_and(|joined| joined.origin() == base.origin()));
    if is_path && stays { text.to_owned() } else { HOME.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for good in ["/account", "/requests/17", "/artists?q=night%20ferry"] {
            assert_eq!(safe_next(good), good);
        }
        for bad in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "/\\/evil.example",
            "/\t/evil.example",
            "/%0d%0aSet-Cookie:a=b\r\n",
            "https://evil.example/",
            "javascript:alert(1)",
            "/a b",
        ] {
            assert_eq!(safe_next(bad), "/requests", "{bad:?}");
        }
    }
}
