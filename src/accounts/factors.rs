//! What an account asks for beside its mailbox: a code of a device or a passkey, whichever it has; and
//! codes on paper that stand in for all of them.

use super::account_store::Account;
use super::mails::{self, News};
use super::session::{self, Who};
use super::{passkey_store, password_store, recovery_store, second_factor_store};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, base32, random_bytes};
use crate::mail::Site;

/// Recovery codes that one gets at once.
const RECOVERY_CODES: usize = 10;

/// What an account can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    /// Whether a device of its owner shows one-time codes.
    pub device: bool,
    /// How many passkeys it has.
    pub passkeys: i64,
}

impl Factors {
    /// Whether signing in by a link asks for one of them as well.
    pub const fn any(self) -> bool {
        self.device || self.passkeys > 0
    }

    /// Whether there is one alone, and none when it is taken away.
    pub const fn is_last(self) -> bool {
        self.device as i64 + self.passkeys <= 1
    }
}

/// What an account can be asked for.
pub fn of(reader: &mut Reader<'_>, account: AccountId) -> Result<Factors> {
    Ok(Factors {
        device: second_factor_store::is_set(reader, account)?,
        passkeys: passkey_store::count_of_account(reader, account)?,
    })
}

/// Draws recovery codes, to be shown once, for an account that has none left; else none are returned.
pub fn draw_codes_if_none(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<String>> {
    if recovery_store::count_codes(tx, account)? > 0 {
        return Ok(Vec::new());
    }
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let plain: Vec<String> = codes.iter().map(|code| code.replace('-', "")).collect();
    recovery_store::replace_codes(tx, account, &plain)?;
    Ok(codes)
}

/// Draws new recovery codes in the place of all before, to be shown once.
pub fn renew_codes(tx: &mut Tx<'_>, site: &Site, who: &Who) -> Result<Vec<String>> {
    let account = session::lock_own(tx, who)?;
    if !of(tx, account.id)?.any() {
        return Err(Error::Conflict(
            "Your account has no second factor, so there is nothing for codes to stand in for."
                .into(),
        ));
    }
    recovery_store::delete_codes(tx, account.id)?;
    mails::tell(tx, site, &account.contact, account.id, News::CodesRenewed, "")?;
    draw_codes_if_none(tx, account.id)
}

/// "k3vq-7mpa-2xwd": 60 random bits, without letters that are taken for digits.
fn recovery_code() -> String {
    let code = base32(&random_bytes::<8>());
    format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..12])
}

/// Refuses to take a factor away from staff who would be without one.
pub fn require_another(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    if account.role.is_staff() && of(tx, account.id)?.is_last() {
        return Err(Error::Conflict(
            "Who decides for others signs in with a second factor, and this is your last one; it \
             cannot be taken away."
                .into(),
        ));
    }
    Ok(())
}

/// After a factor was taken away: with the last of them go the codes that stand in for it, and a
/// password that is too short to stand alone. Returns what the owner is told of that.
pub fn settle(tx: &mut Tx<'_>, account: AccountId) -> Result<&'static str> {
    if of(tx, account)?.any() {
        return Ok("");
    }
    recovery_store::delete_codes(tx, account)?;
    let is_gone = password_store::delete_short(tx, account)?;
    Ok(if is_gone {
        "Your password was too short to stand alone, and was taken away with it."
    } else {
        ""
    })
}
