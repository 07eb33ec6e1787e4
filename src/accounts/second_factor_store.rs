//! The table of devices that show one-time codes.

use diesel::prelude::*;

use super::account_store::Account;
use crate::clock::Instant;
use crate::db::schema::second_factors;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::sealed::{Place, Sealed};

/// A second factor, opened.
#[derive(Debug)]
pub struct Factor {
    /// What codes are made from.
    pub seed: Vec<u8>,
    /// The time step of the last code that was used.
    pub last_step: i64,
    /// Wrong codes in a row.
    pub failures: i64,
    /// When the last of them came.
    pub failed_at: Option<Instant>,
    /// Since when it is asked for; none while it is being set up.
    pub confirmed_at: Option<Instant>,
}

const fn seed_place(account: AccountId) -> Place {
    Place { table: "second_factors", column: "seed", row: account.0 }
}

/// Whether an account asks for the code of a device.
pub fn is_set(reader: &mut Reader<'_>, account: AccountId) -> Result<bool> {
    let count: i64 = second_factors::table
        .find(account.0)
        .filter(second_factors::confirmed_at.is_not_null())
        .count()
        .get_result(reader.conn)?;
    Ok(count == 1)
}

/// The second factor of an account, set up or being so.
pub fn find_factor(reader: &mut Reader<'_>, account: &Account) -> Result<Option<Factor>> {
    type Row = (Sealed<Vec<u8>>, i64, i64, Option<i64>, Option<i64>);
    let row: Option<Row> = second_factors::table
        .find(account.id.0)
        .select((
            second_factors::seed,
            second_factors::last_step,
            second_factors::failures,
            second_factors::failed_at,
            second_factors::confirmed_at,
        ))
        .first(reader.conn)
        .optional()?;
    row.map(|(seed, last_step, failures, failed_at, confirmed_at)| {
        Ok(Factor {
            seed: seed.open(&account.contact.key, seed_place(account.id))?,
            last_step,
            failures,
            failed_at: failed_at.map(Instant::from_micros),
            confirmed_at: confirmed_at.map(Instant::from_micros),
        })
    })
    .transpose()
}

/// Keeps a seed that is yet to be confirmed, in the place of one that never was.
pub fn insert_unconfirmed(tx: &mut Tx<'_>, account: &Account, seed: &[u8]) -> Result<()> {
    diesel::delete(
        second_factors::table.find(account.id.0).filter(second_factors::confirmed_at.is_null()),
    )
    .execute(tx.conn)?;
    let sealed = Sealed::seal(&account.contact.key, seed_place(account.id), &seed.to_vec())?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::account.eq(account.id.0),
            second_factors::seed.eq(sealed),
            second_factors::last_step.eq(0),
            second_factors::failures.eq(0),
            second_factors::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Uses up the code of a time step. Of two who bring the same code one finds it used.
pub fn use_step(tx: &mut Tx<'_>, account: AccountId, step: i64) -> Result<()> {
    let used = diesel::update(
        second_factors::table.find(account.0).filter(second_factors::last_step.lt(step)),
    )
    .set((second_factors::last_step.eq(step), second_factors::failures.eq(0)))
    .execute(tx.conn)?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// From now on the factor is asked for.
pub fn mark_confirmed(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::update(second_factors::table.find(account.0))
        .set(second_factors::confirmed_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Counts a wrong code.
pub fn note_failure(tx: &mut Tx<'_>, account: AccountId, failures: i64) -> Result<()> {
    diesel::update(second_factors::table.find(account.0))
        .set((
            second_factors::failures.eq(failures),
            second_factors::failed_at.eq(Some(tx.now.micros())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes a factor away that was set up since an instant; tells whether there was one.
pub fn delete_set_since(tx: &mut Tx<'_>, account: AccountId, since: Instant) -> Result<bool> {
    let set =
        second_factors::table.find(account.0).filter(second_factors::created_at.ge(since.micros()));
    Ok(diesel::delete(set).execute(tx.conn)? == 1)
}

/// Takes the factor away.
pub fn delete_factor(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::delete(second_factors::table.find(account.0)).execute(tx.conn)?;
    Ok(())
}
