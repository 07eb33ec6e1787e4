//! To a provider and back: somebody signs in by who they are there, or links it with their account.

use super::peer::{Answer, Peer, Secrets};
use super::pending_store::{self, Departure, Purpose};
use super::{Failure, Profile, Providers, identity_store};
use crate::accounts::account_store;
use crate::accounts::mails::{self, News};
use crate::accounts::session::{self, Came, Strength, Who};
use crate::accounts::session_store;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::ids::{IdentityId, SessionId, Token};
use crate::mail::Site;

/// A way that begins.
pub struct Leaving {
    /// Where one goes.
    pub url: String,
    /// By what the browser is known again: the cookie's value.
    pub mark: Token,
}

/// Where a provider sends people back to.
pub fn redirect_url(site: &Site, peer: &Peer) -> String {
    site.absolute(&format!("/sign-in/with/{}/callback", peer.provider.id))
}

/// Sends somebody off.
pub async fn begin(
    db: &Db,
    site: &Site,
    peer: &Peer,
    purpose: Purpose,
) -> Result<Leaving, Failure> {
    let (state, mark) = (Token::draw(), Token::draw());
    let secrets = Secrets::draw();
    let redirect = redirect_url(site, peer);
    let url = peer.leave_url(&redirect, state.reveal(), &secrets, db.now()).await?;
    let departure = Departure {
        provider: peer.provider.id,
        state: state.reveal().to_owned(),
        mark: mark.reveal().to_owned(),
        secrets,
        purpose,
    };
    db.write(move |tx| pending_store::insert_departure(tx, &departure)).await?;
    Ok(Leaving { url, mark })
}

/// What became of somebody who came back.
pub enum Outcome {
    /// Signed in: the cookie's value, and where to go.
    SignedIn(Token, String),
    /// Linked with the account.
    Linked,
    /// No account is linked with them.
    Unknown,
    /// They are linked with another account already.
    Taken,
}

/// A browser that brings an answer.
#[derive(Debug, Clone)]
pub struct Browser {
    /// By what it is known again.
    pub mark: String,
    /// From where it comes.
    pub came: Came,
    /// The sign-in it had.
    pub before: Option<String>,
}

/// Takes in who comes back.
pub async fn finish(
    db: &Db,
    site: &Site,
    peer: &Peer,
    answer: &Answer,
    browser: Browser,
) -> Result<Outcome, Failure> {
    let id = peer.provider.id;
    let (state, mark) = (answer.state.clone(), browser.mark.clone());
    let arrived = db.write(move |tx| pending_store::take_arrival(tx, id, &state, &mark)).await;
    let (secrets, purpose) = arrived.map_err(|error| match error {
        Error::NotFound => {
            Failure::Refused("the state is unknown, used, over, or another browser's".into())
        }
        error => Failure::Ours(error),
    })?;
    if !answer.error.is_empty() || answer.code.is_empty() {
        let error: String = answer.error.chars().take(60).collect();
        return Err(Failure::Refused(format!("there is no code: {error:?}")));
    }
    let redirect = redirect_url(site, peer);
    let profile = peer.profile(&redirect, answer, &secrets, db.now()).await?;
    match purpose {
        Purpose::SignIn(next) => {
            let signed_in = db.write(move |tx| sign_in(tx, id, &profile, &browser)).await?;
            Ok(signed_in.map_or(Outcome::Unknown, |token| Outcome::SignedIn(token, next)))
        }
        Purpose::Link(session) => {
            let (site, name) = (site.clone(), peer.provider.name.clone());
            let provider = (id, name);
            let linked = db.write(move |tx| link(tx, &site, &provider, session, &profile)).await;
            match linked {
                Err(Error::NotFound) => {
                    Err(Failure::Refused("the sign-in that wanted to link has ended".into()))
                }
                linked => Ok(linked?),
            }
        }
    }
}

/// Signs in the owner of the account that is linked with somebody; none when there is none. It is one
/// factor, as the mailbox is: an account that asks for a second one asks for it here too.
fn sign_in(
    tx: &mut Tx<'_>,
    provider: &str,
    profile: &Profile,
    browser: &Browser,
) -> Result<Option<Token>> {
    let Some((identity, account)) = identity_store::find_linked(tx, provider, profile)? else {
        return Ok(None);
    };
    let account = account_store::get_account(tx, account)?;
    identity_store::mark_used(tx, identity)?;
    let before = browser.before.as_deref();
    session::start(tx, &account, &browser.came, before, Strength::Mailbox).map(Some)
}

/// Links somebody with the account that is signed in. Who was linked before stays with whom they are.
fn link(
    tx: &mut Tx<'_>,
    site: &Site,
    (provider, name): &(&'static str, String),
    session: SessionId,
    profile: &Profile,
) -> Result<Outcome> {
    let now = tx.now;
    let owner = session_store::find_owner(tx, session, now)?.ok_or(Error::NotFound)?;
    let account = account_store::lock_account(tx, owner)?;
    match identity_store::find_linked(tx, provider, profile)? {
        Some((_, linked)) if linked == account.id => Ok(Outcome::Linked),
        Some(_) => Ok(Outcome::Taken),
        None => {
            identity_store::insert_identity(tx, &account, provider, profile)?;
            mails::tell(tx, site, &account.contact, account.id, News::ProviderLinked, name)?;
            Ok(Outcome::Linked)
        }
    }
}

/// Forgets who somebody is elsewhere, and tells them.
pub fn unlink(
    tx: &mut Tx<'_>,
    site: &Site,
    providers: &Providers,
    who: &Who,
    id: IdentityId,
) -> Result<()> {
    let account = session::lock_own(tx, who)?;
    session_store::end_others(tx, account.id, who.session)?;
    let provider = identity_store::delete_identity(tx, account.id, id)?;
    let name = providers.name_of(&provider);
    mails::tell(tx, site, &account.contact, account.id, News::ProviderUnlinked, &name)
}
