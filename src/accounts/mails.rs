//! The mails about accounts. They carry no word that somebody typed who may not own the address.

use super::sign_in::{SIGN_IN_LIFE, SIGN_UP_LIFE};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{AccountId, SignInId, Token};
use crate::mail::messages::two_parts;
use crate::mail::{Kind, Site, outbox};
use crate::people::store::Contact;

/// A link that signs in or makes an account.
#[derive(Debug, Clone, Copy)]
pub struct SignInLink<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Whether it makes an account first.
    pub joins: bool,
    /// The page with the button.
    pub url: &'a str,
    /// How long it works ("Sat 28 Nov 2026, 14:02 UTC").
    pub until: &'a str,
}

impl SignInLink<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        if self.joins {
            format!("Your account on {}", self.site.name)
        } else {
            format!("Sign in to {}", self.site.name)
        }
    }
}

two_parts!(SignInLink, "accounts/mail/sign_in_link.txt", "accounts/mail/sign_in_link.html");

/// Something happened to an account that its owner should know of, always: these mails cannot be
/// switched off.
#[derive(Debug, Clone, Copy)]
pub struct SecurityNotice<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// What happened.
    pub news: News,
    /// The reason that somebody gave for it; may be empty.
    pub reason: &'a str,
    /// When ("Sat 21 Nov 2026, 14:02 UTC").
    pub when: &'a str,
}

/// What can happen to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It was made.
    Made,
    /// A moderator froze it.
    Frozen,
    /// A moderator took that back.
    Unfrozen,
    /// From now on signing in asks for a code of a device.
    FactorSet,
    /// It no longer does.
    FactorRemoved,
    /// A recovery code stood in for the second factor.
    RecoveryUsed,
    /// Somebody guessed codes.
    CodesLocked,
    /// Somebody guessed passwords.
    PasswordLocked,
    /// It has other recovery codes.
    CodesRenewed,
    /// It has a password, or another one, from now on.
    PasswordSet,
    /// It no longer has one.
    PasswordRemoved,
    /// It has one more passkey.
    PasskeyAdded,
    /// It has one passkey less.
    PasskeyRemoved,
    /// A passkey was refused whose counter had not gone up.
    PasskeyCopied,
    /// Whoever runs the site gave it another role.
    RoleChanged,
    /// The old address took back that the account was moved.
    AddressRestored,
    /// Somebody at another provider can sign in from now on.
    ProviderLinked,
    /// They no longer can.
    ProviderUnlinked,
}

impl News {
    /// The subject line.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Made => "You have an account now",
            Self::Frozen => "Your account is frozen",
            Self::Unfrozen => "Your account is no longer frozen",
            Self::FactorSet => "Signing in asks for a code now",
            Self::FactorRemoved => "Signing in no longer asks for a code",
            Self::RecoveryUsed => "A recovery code was used",
            Self::CodesLocked => "Somebody enters wrong codes",
            Self::PasswordLocked => "Somebody enters wrong passwords",
            Self::CodesRenewed => "Your account has new recovery codes",
            Self::PasswordSet => "Your account has a new password",
            Self::PasswordRemoved => "Your account no longer has a password",
            Self::PasskeyAdded => "A passkey was added",
            Self::PasskeyRemoved => "A passkey was removed",
            Self::PasskeyCopied => "A passkey was refused: there may be a copy of it",
            Self::RoleChanged => "Your account has another role",
            Self::AddressRestored => "Your account is at this address again",
            Self::ProviderLinked => "You can sign in by another service now",
            Self::ProviderUnlinked => "A service no longer signs you in",
        }
    }

    /// What happened, as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Made => {
                "Your account was made. Requests that you sent from this address stand in it, and so \
                 do those that reach you as a contact of an act."
            }
            Self::Frozen => {
                "A moderator froze your account, and every sign-in to it has ended. You can sign in \
                 again to read, and to take your data with you, but not to act."
            }
            Self::Unfrozen => "A moderator gave you your account back. Everything works as before.",
            Self::FactorSet => {
                "A second factor was set up: from now on signing in asks for a code of your device \
                 as well. Every other sign-in has ended."
            }
            Self::FactorRemoved => {
                "The codes of your device were taken away: signing in no longer asks for them."
            }
            Self::RecoveryUsed => {
                "Somebody signed in to your account with a recovery code in the place of your device."
            }
            Self::PasskeyAdded => {
                "A passkey was added to your account: whoever has the device that keeps it, and can \
                 unlock that device, signs in as you."
            }
            Self::PasskeyRemoved => {
                "A passkey was removed from your account: it signs nobody in any more."
            }
            Self::PasskeyCopied => {
                "Somebody tried to sign in with one of your passkeys, and was refused: passkeys count \
                 how often they are used, and this one had counted no further. That happens when \
                 there are two of it."
            }
            Self::AddressRestored => {
                "The move of your account to another address was taken back, and every sign-in to it \
                 has ended."
            }
            Self::CodesLocked => {
                "Somebody who got past the first step of signing in to your account has entered five \
                 wrong codes. For a quarter of an hour no code is accepted."
            }
            Self::PasswordLocked => {
                "Somebody has entered ten wrong passwords for your account. For a quarter of an hour \
                 no password is accepted; a link by mail works all the time."
            }
            Self::CodesRenewed => {
                "New recovery codes were drawn for your account. Those from before are worth nothing \
                 any more."
            }
            Self::PasswordSet => {
                "A password was set: with your address and this password one can sign in now. Every \
                 other sign-in has ended."
            }
            Self::PasswordRemoved => {
                "The password was taken away: one signs in by a link that we mail again."
            }
            Self::ProviderLinked => {
                "Your account was linked with a sign-in at another service: who signs in there is \
                 signed in here."
            }
            Self::ProviderUnlinked => {
                "The link between your account and a sign-in at another service was taken away, and \
                 what that service had told us about you is deleted."
            }
            Self::RoleChanged => {
                "The people who run the site gave your account another role, and every sign-in to \
                 it has ended."
            }
        }
    }

    /// What to do if it was somebody else.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Made => {
                "Was it not you? Then somebody can read your mail. Sign in, delete the account, and \
                 change the password of your mailbox."
            }
            Self::Frozen => {
                "Do you object? Write to us from the contact page, with what you think is wrong. A \
                 person looks at it again."
            }
            Self::AddressRestored => {
                "Did somebody else move it? Then they could read your mail, or were at your \
                 computer. Change the password of your mailbox, and add a second factor to your \
                 account."
            }
            Self::CodesLocked => {
                "Was it you? Then wait, and try again. If not, somebody reads your mail or knows your \
                 password: change both, and end every other sign-in on your account’s page."
            }
            Self::PasswordLocked => {
                "Was it you? Then wait, or sign in by a link. If not, nothing has happened: as long as \
                 your password is one that nobody guesses, you need do nothing."
            }
            Self::CodesRenewed | Self::PasswordSet | Self::PasswordRemoved => {
                "Was it not you? Then somebody can read your mail, or was at your computer. Sign in, \
                 end every other sign-in, and take the password away."
            }
            Self::Unfrozen | Self::RoleChanged => "You need do nothing.",
            Self::PasskeyAdded | Self::PasskeyRemoved => {
                "Was it not you? Then somebody was signed in as you. Look at the passkeys on your \
                 account’s page, remove those that are not yours, end every other sign-in there, and \
                 change the password of your mailbox."
            }
            Self::PasskeyCopied => {
                "Remove this passkey on your account’s page, and add a new one in its place. Was it \
                 not you who tried? Then write to us as well."
            }
            Self::ProviderLinked => {
                "Was it not you? Then somebody can read your mail, or was at your computer. Unlink \
                 it on your account’s page, end every sign-in there, and change the password of \
                 your mailbox."
            }
            Self::ProviderUnlinked => {
                "You can sign in by a link in a mail as before. Was it not you? Then end every \
                 sign-in on your account’s page, and change the password of your mailbox."
            }
            Self::FactorSet | Self::FactorRemoved | Self::RecoveryUsed => {
                "Was it not you? Then somebody can read your mail and has your device or your \
                 codes. Change the password of your mailbox, end every sign-in on your account’s \
                 page, and write to us."
            }
        }
    }
}

impl SecurityNotice<'_> {
    /// What the reason is called.
    pub const fn reason_label(&self) -> &'static str {
        match self.news {
            News::ProviderLinked | News::ProviderUnlinked => "The service",
            News::RecoveryUsed => "What is left",
            News::FactorRemoved | News::PasskeyRemoved | News::AddressRestored => {
                "What else changed"
            }
            News::RoleChanged => "Now",
            _ => "The reason",
        }
    }

    /// The subject line.
    pub fn subject(&self) -> String {
        format!("{}: {}", self.site.name, self.news.subject())
    }

    /// Where one looks at it.
    pub fn account_url(&self) -> String {
        self.site.absolute("/account")
    }
}

two_parts!(
    SecurityNotice,
    "accounts/mail/security_notice.txt",
    "accounts/mail/security_notice.html"
);

/// The row of a link, and its secret.
type MailedLink = (SignInId, Token);

/// Mails the link that signs in.
pub fn send_sign_in_link(
    tx: &mut Tx<'_>,
    site: &Site,
    to: &Contact,
    link: &MailedLink,
) -> Result<()> {
    send_link(tx, site, to, link, false)
}

/// Mails the link that makes an account.
pub fn send_join_link(tx: &mut Tx<'_>, site: &Site, to: &Contact, link: &MailedLink) -> Result<()> {
    send_link(tx, site, to, link, true)
}

fn send_link(
    tx: &mut Tx<'_>,
    site: &Site,
    to: &Contact,
    (id, token): &MailedLink,
    joins: bool,
) -> Result<()> {
    let now = tx.now;
    let life = if joins { SIGN_UP_LIFE } else { SIGN_IN_LIFE };
    let url = site.absolute(&format!("/sign-in/{}", token.reveal()));
    let content =
        SignInLink { site, joins, url: &url, until: &now.plus(life).display() }.render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(
            if joins { Kind::JoinLink } else { Kind::SignInLink },
            to,
            content,
            format!("sign_in:{id}"),
        ),
    )
}

/// To somebody whose account was just made.
pub fn welcome(tx: &mut Tx<'_>, site: &Site, to: &Contact, account: AccountId) -> Result<()> {
    tell(tx, site, to, account, News::Made, "")
}

/// Tells the owner of an account what happened to it.
pub fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    to: &Contact,
    account: AccountId,
    news: News,
    reason: &str,
) -> Result<()> {
    let now = tx.now;
    let content = SecurityNotice { site, news, reason, when: &now.display() }.render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(
            Kind::SecurityNotice,
            to,
            content,
            format!("security:{account}:{news:?}:{}", now.micros()),
        ),
    )
}
