//! A second factor beside the mailbox: one-time codes from a device (TOTP, RFC 6238), and codes on
//! paper for who has lost the device.

use anyhow::anyhow;
use jiff::SignedDuration;
use totp_rs::{Builder, Totp};

use super::account_store::{self, Account};
use super::mails::{self, News};
use super::second_factor_store::{self as store, Factor};
use super::session::{self, Came, Strength, Who};
use super::{factors, recovery_store, session_store};
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, Token, base32, random_bytes};
use crate::mail::Site;

/// Bytes of a seed: as many as HMAC-SHA-1 gives (RFC 4226, section 4).
const SEED: usize = 20;
/// Wrong codes in a row after which one has to wait ...
const MOST_FAILURES: i64 = 5;
/// ... for so long.
const LOCKED: SignedDuration = SignedDuration::from_mins(15);

fn totp(seed: &[u8], issuer: &str, name: &str) -> Result<Totp> {
    let no_colon = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(seed.to_vec())
        .with_account_name(no_colon(name))
        .with_issuer(Some(no_colon(issuer)))
        .build()
        .map_err(|error| anyhow!("one-time codes: {error:?}").into())
}

/// What a device needs to be told.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The address in the square to be scanned (`otpauth://totp/…`).
    pub url: String,
    /// The same to be typed, in groups of four.
    pub typed: String,
}

/// Where an account stands.
#[derive(Debug)]
pub enum Standing {
    /// It asks for none.
    None,
    /// A device is being set up.
    SettingUp(SetUp),
    /// Since when it asks for one.
    Set(Instant),
}

/// Where an account stands.
pub fn standing(reader: &mut Reader<'_>, site: &Site, id: AccountId) -> Result<Standing> {
    let account = account_store::get_account(reader, id)?;
    match store::find_factor(reader, &account)? {
        None => Ok(Standing::None),
        Some(Factor { confirmed_at: Some(since), .. }) => Ok(Standing::Set(since)),
        Some(factor) => {
            let totp = totp(&factor.seed, &site.name, account.contact.address.as_str())?;
            let typed = base32(&factor.seed).to_ascii_uppercase();
            let groups: Vec<String> =
                typed.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into()).collect();
            let url = totp.to_url().map_err(|error| anyhow!("one-time codes: {error:?}"))?;
            Ok(Standing::SettingUp(SetUp { url, typed: groups.join(" ") }))
        }
    }
}

/// Begins to set up a device: draws a seed. One that is asked for already stays.
pub fn begin(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let account = account_store::lock_account(tx, id)?;
    if store::is_set(tx, id)? {
        return Ok(());
    }
    store::insert_unconfirmed(tx, &account, &random_bytes::<SEED>())
}

/// What came of a code.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It was right.
    Right(T),
    /// It was wrong, or used before.
    Wrong,
    /// Too many were wrong; wait.
    Locked,
}

fn is_locked(factor: &Factor, now: Instant) -> bool {
    let is_recent = factor.failed_at.is_some_and(|at| at.plus(LOCKED) > now);
    factor.failures >= MOST_FAILURES && is_recent
}

/// Looks at a code that was typed. A wrong one is counted, and that is why this is no error: the
/// count has to be committed.
fn check(tx: &mut Tx<'_>, account: &Account, factor: &Factor, code: &str) -> Result<Outcome<()>> {
    if is_locked(factor, tx.now) {
        return Ok(Outcome::Locked);
    }
    let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let seconds = u64::try_from(tx.now.seconds()).unwrap_or_default();
    let step = totp(&factor.seed, "", "account")?.check(&code, seconds);
    let step = step.and_then(|step| i64::try_from(step).ok());
    if let Some(step) = step
        && step > factor.last_step
    {
        store::use_step(tx, account.id, step)?;
        return Ok(Outcome::Right(()));
    }
    store::note_failure(tx, account.id, factor.failures.min(MOST_FAILURES) + 1)?;
    Ok(Outcome::Wrong)
}

/// Ends setting up: the device gave a right code. Returns the recovery codes, which are shown once (none
/// when the account has some already), and the session's new token.
pub fn confirm(
    tx: &mut Tx<'_>,
    site: &Site,
    who: &Who,
    code: &str,
    came: &Came,
    before: &str,
) -> Result<Outcome<(Vec<String>, Token)>> {
    let (account, id) = (session::lock_own(tx, who)?, who.account);
    let factor = store::find_factor(tx, &account)?
        .filter(|factor| factor.confirmed_at.is_none())
        .ok_or(Error::NotFound)?;
    match check(tx, &account, &factor, code)? {
        Outcome::Right(()) => {}
        Outcome::Wrong => return Ok(Outcome::Wrong),
        Outcome::Locked => return Ok(Outcome::Locked),
    }
    store::mark_confirmed(tx, id)?;
    let codes = factors::draw_codes_if_none(tx, id)?;
    // Whoever is signed in elsewhere has not shown the factor.
    session_store::end_all(tx, id)?;
    let token = session::start(tx, &account, came, Some(before), Strength::Strong)?;
    mails::tell(tx, site, &account.contact, id, News::FactorSet, "")?;
    Ok(Outcome::Right((codes, token)))
}

/// The second step of signing in, or the step before one decides about others: a code of the device,
/// or one on paper.
pub fn sign_in(
    tx: &mut Tx<'_>,
    site: &Site,
    id: AccountId,
    code: &str,
    (came, before): (&Came, &str),
    strength: Strength,
) -> Result<Outcome<Token>> {
    let account = account_store::lock_account(tx, id)?;
    if !factors::of(tx, id)?.any() {
        return Err(Error::NotFound);
    }
    let device = store::find_factor(tx, &account)?.filter(|factor| factor.confirmed_at.is_some());
    match show(tx, site, &account, device.as_ref(), code)? {
        Outcome::Right(()) => {
            Ok(Outcome::Right(session::start(tx, &account, came, Some(before), strength)?))
        }
        Outcome::Wrong => Ok(Outcome::Wrong),
        Outcome::Locked => Ok(Outcome::Locked),
    }
}

/// Looks at a code of either kind. Who has passkeys alone has no device, and can only have it on paper.
fn show(
    tx: &mut Tx<'_>,
    site: &Site,
    account: &Account,
    device: Option<&Factor>,
    code: &str,
) -> Result<Outcome<()>> {
    let now = tx.now;
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let is_paper = plain.len() == 12 && !device.is_some_and(|device| is_locked(device, now));
    if is_paper && recovery_store::use_code(tx, account.id, &plain)? {
        let left = recovery_store::count_codes(tx, account.id)?;
        let words = format!("{left} of these codes are left.");
        mails::tell(tx, site, &account.contact, account.id, News::RecoveryUsed, &words)?;
        return Ok(Outcome::Right(()));
    }
    match device {
        Some(device) => {
            let checked = check(tx, account, device, code)?;
            let is_last = device.failures + 1 == MOST_FAILURES;
            if is_last && matches!(checked, Outcome::Wrong) {
                mails::tell(tx, site, &account.contact, account.id, News::CodesLocked, "")?;
            }
            Ok(checked)
        }
        // Wrong ones on paper are not counted: of 60 random bits nobody guesses any.
        None => Ok(Outcome::Wrong),
    }
}

/// Takes the device away, for who shows its code once more. Staff cannot be without any factor.
pub fn remove(tx: &mut Tx<'_>, site: &Site, id: AccountId, code: &str) -> Result<Outcome<()>> {
    let account = account_store::lock_account(tx, id)?;
    factors::require_another(tx, &account)?;
    let factor = store::find_factor(tx, &account)?
        .filter(|factor| factor.confirmed_at.is_some())
        .ok_or(Error::NotFound)?;
    let shown = show(tx, site, &account, Some(&factor), code)?;
    if let Outcome::Right(()) = shown {
        store::delete_factor(tx, id)?;
        let words = factors::settle(tx, id)?;
        mails::tell(tx, site, &account.contact, id, News::FactorRemoved, words)?;
    }
    Ok(shown)
}
