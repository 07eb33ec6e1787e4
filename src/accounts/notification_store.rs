//! The table of what people do not want to be mailed at once, and when the mail of a day is due.

use diesel::prelude::*;

use super::notifications::{How, Notice};
use crate::clock::Instant;
use crate::db::schema::{accounts, notification_switches};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::AccountId;

/// When an account wants this.
pub fn get_how(reader: &mut Reader<'_>, account: AccountId, notice: Notice) -> Result<How> {
    let how: Option<How> = notification_switches::table
        .find((account.0, notice))
        .select(notification_switches::how)
        .first(reader.conn)
        .optional()?;
    Ok(how.unwrap_or(How::AtOnce))
}

/// What an account does not want at once, and how instead.
pub fn list_chosen(reader: &mut Reader<'_>, account: AccountId) -> Result<Vec<(Notice, How)>> {
    Ok(notification_switches::table
        .filter(notification_switches::account.eq(account.0))
        .order(notification_switches::notice)
        .select((notification_switches::notice, notification_switches::how))
        .load(reader.conn)?)
}

/// Notes when an account wants this. What stays as it was stays so, since when it was.
pub fn set_how(tx: &mut Tx<'_>, account: AccountId, notice: Notice, how: How) -> Result<()> {
    if get_how(tx, account, notice)? == how {
        return Ok(());
    }
    diesel::delete(notification_switches::table.find((account.0, notice))).execute(tx.conn)?;
    if how == How::AtOnce {
        return Ok(());
    }
    diesel::insert_into(notification_switches::table)
        .values((
            notification_switches::account.eq(account.0),
            notification_switches::notice.eq(notice),
            notification_switches::how.eq(how),
            notification_switches::switched_off_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// By which clock the owner of an account lives ("Europe/Berlin").
pub fn get_zone(reader: &mut Reader<'_>, account: AccountId) -> Result<String> {
    Ok(accounts::table.find(account.0).select(accounts::zone).first(reader.conn)?)
}

/// Notes by which.
pub fn set_zone(tx: &mut Tx<'_>, account: AccountId, zone: &str) -> Result<()> {
    diesel::update(accounts::table.find(account.0))
        .set(accounts::zone.eq(zone))
        .execute(tx.conn)?;
    Ok(())
}

/// A mail of the day is due then, unless one is due already.
pub fn schedule(tx: &mut Tx<'_>, account: AccountId, due: Instant) -> Result<()> {
    diesel::update(accounts::table.find(account.0).filter(accounts::digest_due_at.is_null()))
        .set(accounts::digest_due_at.eq(Some(due.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes the mail of a day on, if it is due by now: since when. Of two who do, one does.
pub fn take_due(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Instant>> {
    let due: Option<i64> =
        accounts::table.find(account.0).select(accounts::digest_due_at).first(tx.conn)?;
    let Some(due) = due.filter(|due| *due <= tx.now.micros()) else { return Ok(None) };
    let taken =
        diesel::update(accounts::table.find(account.0).filter(accounts::digest_due_at.eq(due)))
            .set(accounts::digest_due_at.eq(None::<i64>))
            .execute(tx.conn)?;
    Ok((taken == 1).then_some(Instant::from_micros(due)))
}

/// The accounts whose mail of the day is due.
pub fn list_due(reader: &mut Reader<'_>, now: Instant) -> Result<Vec<AccountId>> {
    let ids: Vec<i64> = accounts::table
        .filter(accounts::digest_due_at.le(now.micros()))
        .order((accounts::digest_due_at, accounts::id))
        .select(accounts::id)
        .limit(200)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(AccountId).collect())
}
