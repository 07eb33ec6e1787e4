//! A signed-in browser: how long it stays so, and whose it is.

use jiff::SignedDuration;

use super::Role;
use super::account_store::{self, Account};
use super::factors;
use super::session_store::{self, Session};
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, ContactId, SessionId, Token};

/// A member stays signed in for so long.
const MEMBERS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Staff only so long ...
const STAFF: SignedDuration = SignedDuration::from_hours(24);
/// ... and no longer than this after the last page.
const STAFF_IDLE: SignedDuration = SignedDuration::from_hours(1);
/// Who has yet to show a second factor has so long for it.
const HALF_WAY: SignedDuration = SignedDuration::from_mins(15);
/// Who decides for others shows the second factor once more, and may then decide for so long.
const ELEVATED: SignedDuration = SignedDuration::from_hours(1);
/// How exactly it is noted when a browser was last seen.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// From where somebody came, in the form in which it is kept.
#[derive(Debug, Clone)]
pub struct Came {
    /// "Firefox on Linux".
    pub device: String,
    /// The anonymised network address.
    pub network: String,
}

/// Who asks: the owner of a signed-in browser.
#[derive(Debug, Clone)]
pub struct Who {
    /// The browser.
    pub session: SessionId,
    /// The account.
    pub account: AccountId,
    /// The person.
    pub contact: ContactId,
    /// The person's name.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// Whether the account may only look.
    pub frozen: bool,
    /// Whether a second factor was shown at sign-in.
    pub strong: bool,
    /// Whether the account asks for a second factor that was not shown yet: until then nobody is
    /// signed in.
    pub half_way: bool,
    /// Whether the factor was shown again lately, for what is decided about others.
    pub elevated: bool,
    /// When this sign-in was.
    pub signed_in_at: Instant,
}

/// What cannot be undone needs a sign-in that is no older than this.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

impl Who {
    /// Whether this sign-in is fresh enough for what cannot be undone.
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.signed_in_at.plus(FRESH) >= now
    }
}

/// How somebody has shown who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// By the mailbox alone.
    Mailbox,
    /// By the mailbox and a second factor; or by a passkey, which is two: the device, and what unlocks
    /// it.
    Strong,
    /// By the second factor once more, while signed in.
    Elevated,
}

impl Strength {
    /// How long the browser may decide about others.
    pub const fn decides_for(self) -> Option<SignedDuration> {
        match self {
            Self::Mailbox | Self::Strong => None,
            Self::Elevated => Some(ELEVATED),
        }
    }
}

/// Signs a browser in. It always gets a token of its own, whatever it had before: one that was
/// planted there is never adopted, and the one it had ends.
pub fn start(
    tx: &mut Tx<'_>,
    account: &Account,
    came: &Came,
    before: Option<&str>,
    strength: Strength,
) -> Result<Token> {
    if let Some(before) = before {
        session_store::end_by_token(tx, before)?;
    }
    let token = Token::draw();
    let life = match account.role.is_staff() {
        _ if strength == Strength::Mailbox && factors::of(tx, account.id)?.any() => HALF_WAY,
        true => STAFF,
        false => MEMBERS,
    };
    session_store::insert_session(tx, &token, account.id, came, life, strength)?;
    Ok(token)
}

/// The account of who asks, locked for a change of how it is signed in to. The sign-in may have ended
/// since the request came: by the owner, elsewhere.
pub fn lock_own(tx: &mut Tx<'_>, who: &Who) -> Result<Account> {
    let account = account_store::lock_account(tx, who.account)?;
    let now = tx.now;
    if session_store::find_owner(tx, who.session, now)? == Some(account.id) {
        return Ok(account);
    }
    Err(Error::Conflict("This sign-in has ended meanwhile. Sign in again.".into()))
}

/// How long the browser may keep the cookie, in seconds. The session itself may end sooner.
pub const fn cookie_seconds() -> i64 {
    MEMBERS.as_secs()
}

/// Whose browser this is, and whether it should be noted that it was seen.
pub fn find(reader: &mut Reader<'_>, token: &str, now: Instant) -> Result<Option<(Who, bool)>> {
    let Some(session) = session_store::find_by_token(reader, token, now)? else { return Ok(None) };
    let account = match account_store::get_account(reader, session.account) {
        Ok(account) => account,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    if account.role.is_staff() && session.seen_at.plus(STAFF_IDLE) < now {
        return Ok(None);
    }
    let is_due = session.seen_at.plus(SEEN_EVERY) < now;
    let asks = !session.strong && factors::of(reader, account.id)?.any();
    let elevated = session.elevated_until.is_some_and(|until| until > now);
    Ok(Some((Who { half_way: asks, elevated, ..who(&session, &account) }, is_due)))
}

fn who(session: &Session, account: &Account) -> Who {
    Who {
        session: session.id,
        account: account.id,
        contact: account.contact.id,
        name: account.name.as_str().to_owned(),
        role: account.role,
        frozen: account.frozen.is_some(),
        strong: session.strong,
        half_way: false,
        elevated: false,
        signed_in_at: session.created_at,
    }
}

/// "Firefox on Linux": the family of a browser and of its system, and no more of what it says.
pub fn device(user_agent: &str) -> String {
    // The order matters: each of them also names those below it.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (first(&browsers), first(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_browser_only_its_family_is_kept() {
        for (said, kept) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:148.0) Gecko/20100101 Firefox/148.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("", "A browser"),
        ] {
            assert_eq!(device(said), kept);
        }
    }
}
