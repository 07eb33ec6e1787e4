//! A member's passkeys: added, renamed, removed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use webauthn_rs::prelude::{PasskeyRegistration, Uuid};

use super::ceremony_store::{self, Purpose};
use super::mails::{self, News};
use super::passkey::{Brought, Owner, RelyingParty};
use super::passkey_store::{self, Body};
use super::session::{self, Came, Strength, Who};
use super::{account_store, factors, session_store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{AccountId, PasskeyId, Token, random_bytes};
use crate::mail::Site;
use crate::text::tidy_name;

/// So many passkeys an account may have.
pub const MOST: usize = 20;
/// The longest name of a passkey, in characters.
const LONGEST_NAME: usize = 60;

/// What somebody calls a passkey: one line, 1 to 60 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasskeyName(String);

impl PasskeyName {
    /// Reads what a person typed; the message says what is wrong and what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = tidy_name(text);
        match name.chars().count() {
            0 => Err("Enter a name by which you will know this passkey".into()),
            1..=LONGEST_NAME => Ok(Self(name)),
            _ => Err(format!("Shorten the name to {LONGEST_NAME} characters")),
        }
    }

    /// The name as it is read.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What has to be known of a passkey that is being added.
#[derive(Debug, Serialize, Deserialize)]
struct Adding {
    handle: Uuid,
    registration: PasskeyRegistration,
}

fn require_room(passkeys: usize) -> Result<()> {
    if passkeys < MOST {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "Your account has {MOST} passkeys, and more are not kept. Remove one that you no longer use."
    )))
}

/// Draws the challenge for a new passkey: what the browser asks its device for, and the secret by which
/// the browser is known again.
pub fn begin(tx: &mut Tx<'_>, party: &RelyingParty, id: AccountId) -> Result<(Value, Token)> {
    let account = account_store::get_account(tx, id)?;
    let known = passkey_store::list_of_account(tx, &account)?;
    require_room(known.len())?;
    // One handle for all passkeys of an account, or a device would show it as several.
    let handle = match known.first() {
        Some(first) => first.body.handle,
        None => Uuid::from_bytes(random_bytes()),
    };
    let ids = known.iter().map(|kept| kept.body.key.cred_id().clone()).collect();
    let owner =
        Owner { handle, address: account.contact.address.as_str(), name: account.name.as_str() };
    let (options, registration) = party.ask_to_make(&owner, ids)?;
    let state = Adding { handle, registration };
    let token = ceremony_store::insert_ceremony(tx, Purpose::Adding(id), &state)?;
    Ok((options, token))
}

/// What came of a passkey that was added.
pub struct Added {
    /// Recovery codes, to be shown once; none where the account has some already.
    pub codes: Vec<String>,
    /// The token with which this sign-in goes on, where the passkey is the account's first factor.
    pub token: Option<Token>,
}

/// Adds the passkey that a device has made; none when it is refused. `came` and `before` are of the
/// browser that asks.
pub fn add(
    tx: &mut Tx<'_>,
    site: &Site,
    party: &RelyingParty,
    who: &Who,
    brought: &Brought,
    name: &PasskeyName,
    (came, before): (&Came, &str),
) -> Result<Option<Added>> {
    let (account, id) = (session::lock_own(tx, who)?, who.account);
    let adding: Option<Adding> =
        ceremony_store::use_up(tx, Purpose::Adding(id), &brought.ceremony)?;
    let Some(Adding { handle, registration }) = adding else { return Ok(None) };
    let Some(key) = party.made(&brought.answer, &registration) else { return Ok(None) };
    if passkey_store::find_owner(tx, key.cred_id())?.is_some() {
        return Ok(None);
    }
    let factors = factors::of(tx, id)?;
    require_room(usize::try_from(factors.passkeys).unwrap_or(MOST))?;
    passkey_store::insert_passkey(tx, &account, name, &Body { handle, key })?;
    let codes = factors::draw_codes_if_none(tx, id)?;
    let token = if factors.any() {
        None
    } else {
        // Whoever is signed in elsewhere has shown no factor. Here the passkey was just shown.
        session_store::end_all(tx, id)?;
        Some(session::start(tx, &account, came, Some(before), Strength::Strong)?)
    };
    mails::tell(tx, site, &account.contact, id, News::PasskeyAdded, "")?;
    Ok(Some(Added { codes, token }))
}

/// Gives a passkey another name.
pub fn rename(
    tx: &mut Tx<'_>,
    id: AccountId,
    passkey: PasskeyId,
    name: &PasskeyName,
) -> Result<()> {
    let account = account_store::get_account(tx, id)?;
    passkey_store::rename(tx, &account, passkey, name)
}

/// Removes a passkey: it signs nobody in any more, and every sign-in but this one ends. Staff cannot be
/// without any factor.
pub fn remove(tx: &mut Tx<'_>, site: &Site, who: &Who, passkey: PasskeyId) -> Result<()> {
    let (account, id) = (session::lock_own(tx, who)?, who.account);
    session_store::end_others(tx, id, who.session)?;
    let kept = passkey_store::get_passkey(tx, &account, passkey)?;
    factors::require_another(tx, &account)?;
    passkey_store::delete_passkey(tx, id, kept.id)?;
    let words = factors::settle(tx, id)?;
    mails::tell(tx, site, &account.contact, id, News::PasskeyRemoved, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkey_has_a_name_that_fits_on_a_line() {
        assert_eq!(PasskeyName::parse(" Jonas’  phone ").unwrap().as_str(), "Jonas’ phone");
        assert!(PasskeyName::parse(&"x".repeat(60)).is_ok());
        assert!(PasskeyName::parse(&"x".repeat(61)).is_err());
        assert!(PasskeyName::parse(" \u{200b}\n").is_err());
    }
}
