//! The table of what people do not want to be mailed.

use diesel::prelude::*;

use super::notifications::Notice;
use crate::db::schema::notification_switches;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::AccountId;

/// Whether an account has this switched off.
pub fn is_off(reader: &mut Reader<'_>, account: AccountId, notice: Notice) -> Result<bool> {
    let count: i64 =
        notification_switches::table.find((account.0, notice)).count().get_result(reader.conn)?;
    Ok(count > 0)
}

/// What an account has switched off.
pub fn list_off(reader: &mut Reader<'_>, account: AccountId) -> Result<Vec<Notice>> {
    Ok(notification_switches::table
        .filter(notification_switches::account.eq(account.0))
        .order(notification_switches::notice)
        .select(notification_switches::notice)
        .load(reader.conn)?)
}

/// Switches it off. What is off already stays so, since when it was.
pub fn switch_off(tx: &mut Tx<'_>, account: AccountId, notice: Notice) -> Result<()> {
    if is_off(tx, account, notice)? {
        return Ok(());
    }
    diesel::insert_into(notification_switches::table)
        .values((
            notification_switches::account.eq(account.0),
            notification_switches::notice.eq(notice),
            notification_switches::switched_off_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Switches it on again.
pub fn switch_on(tx: &mut Tx<'_>, account: AccountId, notice: Notice) -> Result<()> {
    diesel::delete(notification_switches::table.find((account.0, notice))).execute(tx.conn)?;
    Ok(())
}
