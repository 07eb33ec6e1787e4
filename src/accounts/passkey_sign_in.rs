//! Signing in with a passkey: by itself, or as the step after a link. The device asks its owner for a
//! finger, a face or a number first, so a passkey stands for two factors.

use serde_json::Value;
use webauthn_rs::prelude::DiscoverableAuthentication;

use super::account_store::{self, Account};
use super::ceremony_store::{self, Purpose};
use super::mails::{self, News};
use super::passkey::{Brought, Checked, RelyingParty, Shown};
use super::passkey_store;
use super::session::{self, Came, Strength};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{AccountId, Token};
use crate::mail::Site;

/// Draws the challenge that a passkey answers: what the browser asks its device for, and the secret by
/// which the browser is known again. Whose passkey it will be is not known yet, also to a stranger who
/// has come half the way in with somebody's mail: no account's passkeys are named to anybody.
pub fn begin(tx: &mut Tx<'_>, party: &RelyingParty) -> Result<(Value, Token)> {
    let (options, state) = party.ask_to_show()?;
    let token = ceremony_store::insert_ceremony(tx, Purpose::SigningIn, &state)?;
    Ok((options, token))
}

/// Signs in whoever's passkey it is; none when it is refused. `before` is the session that the browser
/// had.
pub fn sign_in(
    tx: &mut Tx<'_>,
    site: &Site,
    party: &RelyingParty,
    brought: &Brought,
    came: &Came,
    before: Option<&str>,
) -> Result<Option<Token>> {
    let Some(account) = owner(tx, site, party, brought)? else { return Ok(None) };
    Ok(Some(session::start(tx, &account, came, before, Strength::Strong)?))
}

/// The second step of signing in to an account, or the step before its owner decides about others; none
/// when it is refused.
pub fn second_step(
    tx: &mut Tx<'_>,
    site: &Site,
    party: &RelyingParty,
    id: AccountId,
    brought: &Brought,
    (came, before, strength): (&Came, &str, Strength),
) -> Result<Option<Token>> {
    match owner(tx, site, party, brought)? {
        Some(account) if account.id == id => {
            Ok(Some(session::start(tx, &account, came, Some(before), strength)?))
        }
        _ => Ok(None),
    }
}

/// The account whose passkey a browser shows; none when it is refused, for whatever reason. A refusal
/// is no error: what it has used up has to be committed, and the mail to the owner sent.
fn owner(
    tx: &mut Tx<'_>,
    site: &Site,
    party: &RelyingParty,
    brought: &Brought,
) -> Result<Option<Account>> {
    let state: Option<DiscoverableAuthentication> =
        ceremony_store::use_up(tx, Purpose::SigningIn, &brought.ceremony)?;
    let Some(state) = state else { return Ok(None) };
    let Some(shown) = Shown::read(&brought.answer) else { return Ok(None) };
    let Some((passkey, id)) = passkey_store::find_owner(tx, shown.credential())? else {
        return Ok(None);
    };
    // Under the account's lock, so that of two answers with one counter the second is seen as such.
    let account = account_store::lock_account(tx, id)?;
    let mut kept = passkey_store::get_passkey(tx, &account, passkey)?;
    match party.check(&shown, state, kept.body.handle, &mut kept.body.key) {
        Checked::Good => {
            passkey_store::mark_used(tx, &account, &kept)?;
            Ok(Some(account))
        }
        Checked::Copied => {
            let words = format!("the counter of “{}” did not go up.", kept.name.as_str());
            mails::tell(tx, site, &account.contact, id, News::PasskeyCopied, &words)?;
            Ok(None)
        }
        Checked::Refused => Ok(None),
    }
}
