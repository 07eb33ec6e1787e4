//! The table of codes for who has lost every device.

use diesel::prelude::*;

use crate::db::schema::recovery_codes;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::AccountId;
use crate::sealed::blind_index;

fn code_index(reader: &Reader<'_>, account: AccountId, code: &str) -> Vec<u8> {
    blind_index::of_secret(reader.vault, "recovery code", &format!("{account}:{code}"))
}

/// Keeps recovery codes, in the place of those before.
pub fn replace_codes(tx: &mut Tx<'_>, account: AccountId, codes: &[String]) -> Result<()> {
    delete_codes(tx, account)?;
    for code in codes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::account.eq(account.0),
                recovery_codes::code_index.eq(code_index(tx, account, code)),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Uses up a recovery code; `false` when it is none, or was used.
pub fn use_code(tx: &mut Tx<'_>, account: AccountId, code: &str) -> Result<bool> {
    let index = code_index(tx, account, code);
    let used = diesel::update(
        recovery_codes::table.find((account.0, index)).filter(recovery_codes::used_at.is_null()),
    )
    .set(recovery_codes::used_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    Ok(used == 1)
}

/// Recovery codes that are still good.
pub fn count_codes(reader: &mut Reader<'_>, account: AccountId) -> Result<i64> {
    Ok(recovery_codes::table
        .filter(recovery_codes::account.eq(account.0))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(reader.conn)?)
}

/// Deletes every recovery code of an account.
pub fn delete_codes(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account.eq(account.0)))
        .execute(tx.conn)?;
    Ok(())
}
