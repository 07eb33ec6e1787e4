//! The table of signed-in browsers.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::address_store;
use super::session::{Came, Strength};
use crate::clock::Instant;
use crate::db::schema::sessions;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, SessionId, Token};
use crate::sealed::blind_index;

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct Session {
    /// The row.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Which family of browser.
    pub device: String,
    /// From where, anonymised.
    pub network: String,
    /// Whether a second factor was shown.
    pub strong: bool,
    /// Since when.
    pub created_at: Instant,
    /// When a page was last asked for, to five minutes.
    pub seen_at: Instant,
    /// Until when it may decide about others.
    pub elevated_until: Option<Instant>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Row {
    id: i64,
    account: i64,
    device: String,
    network: String,
    strong: i64,
    created_at: i64,
    seen_at: i64,
    elevated_until: Option<i64>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: SessionId(row.id),
            account: AccountId(row.account),
            device: row.device,
            network: row.network,
            strong: row.strong != 0,
            created_at: Instant::from_micros(row.created_at),
            seen_at: Instant::from_micros(row.seen_at),
            elevated_until: row.elevated_until.map(Instant::from_micros),
        }
    }
}

fn index(reader: &Reader<'_>, token: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "session", token)
}

/// Notes that a browser is signed in.
pub fn insert_session(
    tx: &mut Tx<'_>,
    token: &Token,
    account: AccountId,
    came: &Came,
    life: SignedDuration,
    strength: Strength,
) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(tx.ids.next::<SessionId>().0),
            sessions::token_index.eq(index(tx, token.reveal())),
            sessions::account.eq(account.0),
            sessions::device.eq(&came.device),
            sessions::network.eq(&came.network),
            sessions::strong.eq(i64::from(strength != Strength::Mailbox)),
            sessions::created_at.eq(tx.now.micros()),
            sessions::seen_at.eq(tx.now.micros()),
            sessions::expires_at.eq(tx.now.plus(life).micros()),
            sessions::elevated_until
                .eq(strength.decides_for().map(|span| tx.now.plus(span).micros())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The signed-in browser with this token, while it is one.
pub fn find_by_token(
    reader: &mut Reader<'_>,
    token: &str,
    now: Instant,
) -> Result<Option<Session>> {
    let index = index(reader, token);
    let row: Option<Row> = sessions::table
        .filter(sessions::token_index.eq(index))
        .filter(sessions::expires_at.gt(now.micros()))
        .select(Row::as_select())
        .first(reader.conn)
        .optional()?;
    Ok(row.map(Session::from))
}

/// Whose sign-in this is, while it is one.
pub fn find_owner(
    reader: &mut Reader<'_>,
    id: SessionId,
    now: Instant,
) -> Result<Option<AccountId>> {
    let account: Option<i64> = sessions::table
        .find(id.0)
        .filter(sessions::expires_at.gt(now.micros()))
        .select(sessions::account)
        .first(reader.conn)
        .optional()?;
    Ok(account.map(AccountId))
}

/// The signed-in browsers of an account, the newest first.
pub fn list_of_account(
    reader: &mut Reader<'_>,
    account: AccountId,
    now: Instant,
) -> Result<Vec<Session>> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::account.eq(account.0))
        .filter(sessions::expires_at.gt(now.micros()))
        .order(sessions::id.desc())
        .select(Row::as_select())
        .limit(100)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Notes that a browser was seen just now.
pub fn mark_seen(tx: &mut Tx<'_>, id: SessionId) -> Result<()> {
    diesel::update(sessions::table.find(id.0))
        .set(sessions::seen_at.eq(tx.now.micros()))
        .execute(tx.conn)?;
    Ok(())
}

/// Signs one browser of an account out; another's is not found. Whoever was signed in there may have
/// asked to move the account: such a move is void, here and wherever a sign-in is ended.
pub fn end_session(tx: &mut Tx<'_>, account: AccountId, id: SessionId) -> Result<()> {
    address_store::delete_asked(tx, account)?;
    let ended = diesel::delete(sessions::table.find(id.0).filter(sessions::account.eq(account.0)))
        .execute(tx.conn)?;
    if ended == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Signs every browser of an account out but this one.
pub fn end_others(tx: &mut Tx<'_>, account: AccountId, but: SessionId) -> Result<()> {
    address_store::delete_asked(tx, account)?;
    diesel::delete(
        sessions::table.filter(sessions::account.eq(account.0)).filter(sessions::id.ne(but.0)),
    )
    .execute(tx.conn)?;
    Ok(())
}

/// Signs every browser of an account out.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    address_store::delete_asked(tx, account)?;
    diesel::delete(sessions::table.filter(sessions::account.eq(account.0))).execute(tx.conn)?;
    Ok(())
}

/// Signs the browser with this token out, if it is signed in.
pub fn end_by_token(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    let index = index(tx, token);
    diesel::delete(sessions::table.filter(sessions::token_index.eq(index))).execute(tx.conn)?;
    Ok(())
}

/// Deletes what is no longer signed in.
pub fn purge(tx: &mut Tx<'_>) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}
