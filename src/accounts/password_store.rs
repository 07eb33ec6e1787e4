//! The table of passwords.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::account_store::Account;
use super::password::Hash;
use crate::clock::Instant;
use crate::db::schema::passwords;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::AccountId;
use crate::sealed::{Place, Sealed};

/// Wrong ones in a row after which no password is good ...
const MOST_FAILURES: i64 = 10;
/// ... for so long.
const LOCKED: SignedDuration = SignedDuration::from_mins(15);

/// A password, opened.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The hash.
    pub hash: Hash,
    /// Wrong ones in a row.
    failures: i64,
    /// When the last of them came.
    failed_at: Option<Instant>,
    /// Since when it is the password.
    pub since: Instant,
}

impl Kept {
    /// Whether somebody has guessed too often.
    pub fn is_locked(&self, now: Instant) -> bool {
        let is_recent = self.failed_at.is_some_and(|at| at.plus(LOCKED) > now);
        self.failures >= MOST_FAILURES && is_recent
    }
}

const fn place(account: AccountId) -> Place {
    Place { table: "passwords", column: "hash", row: account.0 }
}

/// The password of an account, if it has one.
pub fn find_password(reader: &mut Reader<'_>, account: &Account) -> Result<Option<Kept>> {
    type Row = (Sealed<Hash>, i64, Option<i64>, i64);
    let row: Option<Row> = passwords::table
        .find(account.id.0)
        .select((passwords::hash, passwords::failures, passwords::failed_at, passwords::created_at))
        .first(reader.conn)
        .optional()?;
    row.map(|(hash, failures, failed_at, since)| {
        Ok(Kept {
            hash: hash.open(&account.contact.key, place(account.id))?,
            failures,
            failed_at: failed_at.map(Instant::from_micros),
            since: Instant::from_micros(since),
        })
    })
    .transpose()
}

/// Sets the password of an account, in the place of one that it had.
pub fn set_password(tx: &mut Tx<'_>, account: &Account, hash: &Hash, is_short: bool) -> Result<()> {
    delete_password(tx, account.id)?;
    diesel::insert_into(passwords::table)
        .values((
            passwords::account.eq(account.id.0),
            passwords::hash.eq(Sealed::seal(&account.contact.key, place(account.id), hash)?),
            passwords::is_short.eq(i64::from(is_short)),
            passwords::failures.eq(0),
            passwords::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes the password of an account away; tells whether there was one.
pub fn delete_password(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    Ok(diesel::delete(passwords::table.find(account.0)).execute(tx.conn)? == 1)
}

/// Takes a password away that was set since an instant; tells whether there was one.
pub fn delete_set_since(tx: &mut Tx<'_>, account: AccountId, since: Instant) -> Result<bool> {
    let set = passwords::table.find(account.0).filter(passwords::created_at.ge(since.micros()));
    Ok(diesel::delete(set).execute(tx.conn)? == 1)
}

/// Takes a password away that is too short to stand without a second factor; tells whether there was
/// one.
pub fn delete_short(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let short = passwords::table.find(account.0).filter(passwords::is_short.eq(1));
    Ok(diesel::delete(short).execute(tx.conn)? == 1)
}

/// Counts a wrong password, and tells whether it is the one after which no password is good for a while.
/// What was wrong longer ago than one has to wait no longer counts.
pub fn note_failure(tx: &mut Tx<'_>, account: AccountId, kept: &Kept) -> Result<bool> {
    let is_recent = kept.failed_at.is_some_and(|at| at.plus(LOCKED) > tx.now);
    if !is_recent {
        forget_failures(tx, account)?;
    }
    diesel::update(passwords::table.find(account.0))
        .set((
            passwords::failures.eq(passwords::failures + 1),
            passwords::failed_at.eq(Some(tx.now.micros())),
        ))
        .execute(tx.conn)?;
    Ok(is_recent && kept.failures + 1 == MOST_FAILURES)
}

/// Forgets the wrong ones.
pub fn forget_failures(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::update(passwords::table.find(account.0))
        .set((passwords::failures.eq(0), passwords::failed_at.eq(None::<i64>)))
        .execute(tx.conn)?;
    Ok(())
}
