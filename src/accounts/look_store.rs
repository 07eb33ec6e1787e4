//! The table of what staff looked at.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::staff_looks;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{AccountId, LookId};

/// Notes that somebody of the staff looked at an account.
pub fn insert_look(tx: &mut Tx<'_>, account: AccountId, staff: AccountId) -> Result<()> {
    diesel::insert_into(staff_looks::table)
        .values((
            staff_looks::id.eq(tx.ids.next::<LookId>().0),
            staff_looks::account.eq(account.0),
            staff_looks::staff.eq(Some(staff.0)),
            staff_looks::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether somebody of the staff looked at an account since then.
pub fn has_looked_since(
    reader: &mut Reader<'_>,
    account: AccountId,
    staff: AccountId,
    since: Instant,
) -> Result<bool> {
    let count: i64 = staff_looks::table
        .filter(staff_looks::account.eq(account.0))
        .filter(staff_looks::staff.eq(Some(staff.0)))
        .filter(staff_looks::created_at.ge(since.micros()))
        .count()
        .get_result(reader.conn)?;
    Ok(count > 0)
}

/// When staff looked at an account, the newest first.
pub fn list_of_account(
    reader: &mut Reader<'_>,
    account: AccountId,
    most: i64,
) -> Result<Vec<Instant>> {
    let looks: Vec<i64> = staff_looks::table
        .filter(staff_looks::account.eq(account.0))
        .order(staff_looks::id.desc())
        .select(staff_looks::created_at)
        .limit(most)
        .load(reader.conn)?;
    Ok(looks.into_iter().map(Instant::from_micros).collect())
}
