//! The table of challenges that browsers were given for a passkey. Each is good for one answer, which
//! uses it up whether or not the answer is right.
//!
//! The browser keeps the secret of its challenge in a cookie that no script reads, and the form does not
//! carry it: whoever gets hold of an answer alone has nothing to bring it with from another browser.

use diesel::prelude::*;
use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::schema::passkey_ceremonies;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{AccountId, CeremonyId, Token};
use crate::sealed::blind_index;

/// How long a challenge can be answered.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// What a challenge was drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To add a passkey to this account.
    Adding(AccountId),
    /// To sign somebody in, who is not known before the answer.
    SigningIn,
}

impl Purpose {
    const fn account(self) -> Option<i64> {
        match self {
            Self::Adding(account) => Some(account.0),
            Self::SigningIn => None,
        }
    }
}

fn index(reader: &Reader<'_>, token: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "passkey ceremony", token)
}

/// Under which name the state of a challenge is wrapped: it opens in its own row only. A challenge
/// that signs somebody in belongs to no person yet, so no person's key could seal it.
fn secret_name(id: CeremonyId) -> String {
    format!("passkey ceremony {id}")
}

/// Keeps a challenge. The token goes to the browser in a cookie, and is nowhere else.
pub fn insert_ceremony<S: Serialize>(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    state: &S,
) -> Result<Token> {
    let (id, token): (CeremonyId, Token) = (tx.ids.next(), Token::draw());
    let plain = serde_json::to_vec(state).map_err(anyhow::Error::from)?;
    let wrapped = tx.vault.keyring().wrap_secret(&secret_name(id), &plain)?;
    let index = index(tx, token.reveal());
    diesel::insert_into(passkey_ceremonies::table)
        .values((
            passkey_ceremonies::id.eq(id.0),
            passkey_ceremonies::token_index.eq(index),
            passkey_ceremonies::account.eq(purpose.account()),
            passkey_ceremonies::state.eq(wrapped),
            passkey_ceremonies::created_at.eq(tx.now.micros()),
            passkey_ceremonies::expires_at.eq(tx.now.plus(LIFE).micros()),
        ))
        .execute(tx.conn)?;
    Ok(token)
}

/// Uses a challenge up, and returns what has to be known of it; none when there is none with this token
/// any more, or it was drawn for something else.
pub fn use_up<S: DeserializeOwned>(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    token: &str,
) -> Result<Option<S>> {
    let index = index(tx, token);
    let row: Option<(i64, Option<i64>, Vec<u8>)> = passkey_ceremonies::table
        .filter(passkey_ceremonies::token_index.eq(index))
        .filter(passkey_ceremonies::used_at.is_null())
        .filter(passkey_ceremonies::expires_at.gt(tx.now.micros()))
        .select((passkey_ceremonies::id, passkey_ceremonies::account, passkey_ceremonies::state))
        .first(tx.conn)
        .optional()?;
    let Some((id, account, wrapped)) = row else { return Ok(None) };
    // Of two who bring the same one, one finds it used.
    let used = diesel::update(
        passkey_ceremonies::table.find(id).filter(passkey_ceremonies::used_at.is_null()),
    )
    .set(passkey_ceremonies::used_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    if used != 1 || account != purpose.account() {
        return Ok(None);
    }
    // One from before a change of the master key is as good as none.
    let opened = tx.vault.keyring().unwrap_secret(&secret_name(CeremonyId(id)), &wrapped);
    let Ok((plain, _)) = opened else { return Ok(None) };
    Ok(Some(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?))
}

/// Deletes challenges that can no longer be answered.
pub fn purge(tx: &mut Tx<'_>) -> Result<()> {
    diesel::delete(
        passkey_ceremonies::table.filter(passkey_ceremonies::expires_at.lt(tx.now.micros())),
    )
    .execute(tx.conn)?;
    Ok(())
}
