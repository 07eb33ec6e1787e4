//! The table of people who went to a provider and are not back yet.

use anyhow::Context;
use diesel::prelude::*;
use jiff::SignedDuration;

use super::peer::Secrets;
use crate::db::schema::provider_sign_ins;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ProviderSignInId, SessionId};
use crate::sealed::blind_index;

/// One has to be back within this time.
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What somebody went for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in, and to go on to this path.
    SignIn(String),
    /// To link who they are there with the account of this sign-in.
    Link(SessionId),
}

/// A way that begins.
#[derive(Clone)]
pub struct Departure {
    /// To whom.
    pub provider: &'static str,
    /// What has to come back.
    pub state: String,
    /// The mark of the browser that has to bring it.
    pub mark: String,
    /// What nobody else knows about it.
    pub secrets: Secrets,
    /// What for.
    pub purpose: Purpose,
}

fn state_index(reader: &Reader<'_>, state: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "provider state", state)
}

fn browser_index(reader: &Reader<'_>, mark: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "provider browser", mark)
}

fn secrets_place(id: ProviderSignInId) -> String {
    format!("provider_sign_ins|secrets|{id}")
}

/// Notes that somebody goes.
pub fn insert_departure(tx: &mut Tx<'_>, departure: &Departure) -> Result<()> {
    let id: ProviderSignInId = tx.ids.next();
    let secrets = serde_json::to_vec(&departure.secrets).context("secrets of a sign-in")?;
    let (next, session) = match &departure.purpose {
        Purpose::SignIn(next) => (next.as_str(), None),
        Purpose::Link(session) => ("/account/providers", Some(session.0)),
    };
    diesel::insert_into(provider_sign_ins::table)
        .values((
            provider_sign_ins::id.eq(id.0),
            provider_sign_ins::state_index.eq(state_index(tx, &departure.state)),
            provider_sign_ins::browser_index.eq(browser_index(tx, &departure.mark)),
            provider_sign_ins::provider.eq(departure.provider),
            provider_sign_ins::secrets
                .eq(tx.vault.keyring().wrap_secret(&secrets_place(id), &secrets)?),
            provider_sign_ins::next.eq(next),
            provider_sign_ins::session.eq(session),
            provider_sign_ins::created_at.eq(tx.now.micros()),
            provider_sign_ins::expires_at.eq(tx.now.plus(LIFE).micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes in who is back: from this provider, with this state, in the browser with this mark, in time.
/// Each comes back once: of two who try at once one finds nothing.
pub fn take_arrival(
    tx: &mut Tx<'_>,
    provider: &str,
    state: &str,
    mark: &str,
) -> Result<(Secrets, Purpose)> {
    type Row = (i64, Vec<u8>, String, Option<i64>);
    let (state, browser) = (state_index(tx, state), browser_index(tx, mark));
    let row: Option<Row> = provider_sign_ins::table
        .filter(provider_sign_ins::state_index.eq(state))
        .filter(provider_sign_ins::browser_index.eq(browser))
        .filter(provider_sign_ins::provider.eq(provider))
        .filter(provider_sign_ins::expires_at.gt(tx.now.micros()))
        .select((
            provider_sign_ins::id,
            provider_sign_ins::secrets,
            provider_sign_ins::next,
            provider_sign_ins::session,
        ))
        .first(tx.conn)
        .optional()?;
    let (id, secrets, next, session) = row.ok_or(Error::NotFound)?;
    let taken = diesel::delete(provider_sign_ins::table.find(id)).execute(tx.conn)?;
    if taken != 1 {
        return Err(Error::NotFound);
    }
    let place = secrets_place(ProviderSignInId(id));
    // One from before a change of the master key is as good as none.
    let opened = tx.vault.keyring().unwrap_secret(&place, &secrets);
    let (secrets, _) = opened.map_err(|_| Error::NotFound)?;
    let secrets: Secrets = serde_json::from_slice(&secrets).context("secrets of a sign-in")?;
    let purpose = match session {
        Some(session) => Purpose::Link(SessionId(session)),
        None => Purpose::SignIn(next),
    };
    Ok((secrets, purpose))
}

/// Forgets who did not come back.
pub fn purge(tx: &mut Tx<'_>) -> Result<()> {
    diesel::delete(
        provider_sign_ins::table.filter(provider_sign_ins::expires_at.lt(tx.now.micros())),
    )
    .execute(tx.conn)?;
    Ok(())
}
