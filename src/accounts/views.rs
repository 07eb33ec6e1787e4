//! What the pages about signing in and about an account show.

use askama::Template;

use super::providers::views::Offer;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// `/sign-in`
#[derive(Debug, Template)]
#[template(path = "accounts/sign_in.html")]
pub struct SignInPage {
    /// What every page says.
    pub page: Page,
    /// The address that was typed. Holds `next`.
    pub form: FormState,
    /// Whether this site is at an address at which there can be passkeys.
    pub passkeys: bool,
    /// Other ways to sign in.
    pub offers: Vec<Offer>,
}

/// `/join`
#[derive(Debug, Template)]
#[template(path = "accounts/join.html")]
pub struct JoinPage<'a> {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look. Holds `next`.
    pub form: FormState,
    /// The answers to the question of age.
    pub ages: &'a [Choice],
    /// Countries.
    pub countries: &'a [Choice],
    /// The answers to the question of the privacy policy.
    pub privacy_answers: &'a [Choice],
    /// The number of the privacy policy in force.
    pub privacy_version: i64,
}

impl JoinPage<'_> {
    /// The question the privacy answer belongs to, which names the version.
    pub fn privacy_question(&self) -> String {
        format!("Do you accept version {} of the privacy policy?", self.privacy_version)
    }
}

/// `/sign-in/sent`, `/join/sent`
#[derive(Debug, Template)]
#[template(path = "accounts/link_sent.html")]
pub struct LinkSentPage {
    /// What every page says.
    pub page: Page,
    /// Whether an account was asked for.
    pub joins: bool,
}

/// After a "no": nothing was stored.
#[derive(Debug, Template)]
#[template(path = "accounts/not_joined.html")]
pub struct NotJoinedPage {
    /// What every page says.
    pub page: Page,
    /// Whether it was the age; else it was the privacy policy.
    pub by_age: bool,
}

/// What an account will be made of: typed by whoever asked, so its owner looks at it first.
#[derive(Debug, Clone)]
pub struct NewAccountView {
    /// The name.
    pub name: String,
    /// The country they live in.
    pub country: String,
    /// What they state about their age.
    pub age: &'static str,
    /// The version of the privacy policy that they accept.
    pub policy_version: i64,
}

/// `/sign-in/{token}`
#[derive(Debug, Template)]
#[template(path = "accounts/use_link.html")]
pub struct UseLinkPage {
    /// What every page says.
    pub page: Page,
    /// "j…@speicher7.example"
    pub masked: String,
    /// What the account will be made of, in words; none when the button only signs in.
    pub new: Option<NewAccountView>,
    /// Who is signed in here, whom the button signs out; may be empty.
    pub instead_of: String,
    /// Whether the link was asked for in another browser than this one.
    pub other_browser: bool,
    /// Where the button posts.
    pub action_url: String,
}

/// A link that moves an account or takes it back, after it was used or has expired.
#[derive(Debug, Template)]
#[template(path = "accounts/move_dead.html")]
pub struct MoveDeadPage {
    /// What every page says.
    pub page: Page,
}

/// A link that signs nobody in (any more).
#[derive(Debug, Template)]
#[template(path = "accounts/link_dead.html")]
pub struct LinkDeadPage {
    /// What every page says.
    pub page: Page,
}

/// A signed-in browser, as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// "Firefox on Linux"
    pub device: String,
    /// "192.0.2.0/24"
    pub network: String,
    /// Since when.
    pub since: String,
    /// When it was last seen.
    pub seen: String,
    /// Whether it is the one that asks.
    pub this_one: bool,
    /// Where the button that ends it posts.
    pub end_url: String,
}

/// `/account`
#[derive(Debug, Template)]
#[template(path = "accounts/account.html")]
pub struct AccountPage {
    /// What every page says.
    pub page: Page,
    /// The name that was typed, and what is wrong with it.
    pub form: FormState,
    /// What was done right before; may be empty.
    pub done: &'static str,
    /// The address.
    pub address: String,
    /// Since when there is the account.
    pub since: String,
    /// The version of the privacy policy that was accepted.
    pub policy_version: i64,
    /// Why the account is frozen; empty when it is not.
    pub frozen: String,
    /// Since when a code of a device is asked for; empty when none is.
    pub factor_since: String,
    /// Since when it has its password; empty when it has none.
    pub password_since: String,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// Who the owner is elsewhere: "Google (Jonas, j…@speicher7.example)".
    pub identities: Vec<String>,
    /// Whether there is a provider to be linked with, or one that is.
    pub has_providers: bool,
    /// How many kinds of mail are switched off.
    pub switched_off: usize,
    /// The signed-in browsers, the newest first.
    pub sessions: Vec<SessionRow>,
    /// When somebody of the staff looked the account up, the newest first.
    pub looks: Vec<String>,
}

/// `/account/second-factor`
#[derive(Debug, Template)]
#[template(path = "accounts/second_factor.html")]
pub struct FactorPage {
    /// What every page says.
    pub page: Page,
    /// For the message at the code.
    pub form: FormState,
    /// The drawing that a device scans; empty unless one is being set up.
    pub square: String,
    /// The same as letters.
    pub typed: String,
    /// Since when it is asked for; empty when it is not.
    pub since: String,
    /// Recovery codes that are good.
    pub codes_left: i64,
    /// Whether there is a factor that they stand in for.
    pub has_codes: bool,
    /// Whether the sign-in is fresh enough to change anything; else a new link is offered.
    pub is_fresh: bool,
    /// The address of the account.
    pub address: String,
    /// Whether it can be taken away.
    pub is_removable: bool,
    /// Whether somebody who decides for others has no factor yet.
    pub is_missing: bool,
}

/// After the first factor was added: the codes on paper, this once.
#[derive(Debug, Template)]
#[template(path = "accounts/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// What every page says.
    pub page: Page,
    /// "k3vq-7mpa-2xwd"
    pub codes: Vec<String>,
    /// Whether every other sign-in has ended.
    pub signed_out: bool,
}

/// `/sign-in/code`
#[derive(Debug, Template)]
#[template(path = "accounts/second_step.html")]
pub struct SecondStepPage {
    /// What every page says.
    pub page: Page,
    /// For the message at the code. Holds `next`.
    pub form: FormState,
    /// What the forms carry.
    pub form_token: String,
    /// Whether a code of a device will do.
    pub device: bool,
    /// Whether a passkey will do.
    pub passkeys: bool,
}

/// `/account/address`
#[derive(Debug, Template)]
#[template(path = "accounts/address.html")]
pub struct AddressPage {
    /// What every page says.
    pub page: Page,
    /// The address that was typed.
    pub form: FormState,
    /// The address as it is.
    pub address: String,
    /// Whether the sign-in is fresh enough; else a new link is offered.
    pub is_fresh: bool,
}

/// `/account/address/sent`
#[derive(Debug, Template)]
#[template(path = "accounts/address_sent.html")]
pub struct AddressSentPage {
    /// What every page says.
    pub page: Page,
}

/// `/account/address/{token}`, `/account/address/undo/{token}`
#[derive(Debug, Template)]
#[template(path = "accounts/move_address.html")]
pub struct MoveAddressPage {
    /// What every page says.
    pub page: Page,
    /// Where the account will be ("j…@speicher7.example").
    pub to: String,
    /// Where it is.
    pub from: String,
    /// Whether the button takes a move back.
    pub is_undo: bool,
    /// Where the button posts.
    pub action_url: String,
}

/// It is done.
#[derive(Debug, Template)]
#[template(path = "accounts/address_moved.html")]
pub struct AddressMovedPage {
    /// What every page says.
    pub page: Page,
    /// Whether a move was taken back.
    pub is_undo: bool,
}

/// `/staff/elevate`
#[derive(Debug, Template)]
#[template(path = "accounts/elevate.html")]
pub struct ElevatePage {
    /// What every page says.
    pub page: Page,
    /// For the message at the code. Holds `next`.
    pub form: FormState,
    /// What the forms carry.
    pub form_token: String,
    /// Whether a device of theirs shows codes.
    pub device: bool,
    /// Whether they have a passkey.
    pub passkeys: bool,
}

/// `/sign-in/password`
#[derive(Debug, Template)]
#[template(path = "accounts/password_sign_in.html")]
pub struct PasswordSignInPage {
    /// What every page says.
    pub page: Page,
    /// The address that was typed. Holds `next`.
    pub form: FormState,
}

/// `/account/password`
#[derive(Debug, Template)]
#[template(path = "accounts/password.html")]
pub struct PasswordPage {
    /// What every page says.
    pub page: Page,
    /// For the message at the password.
    pub form: FormState,
    /// The address of the account.
    pub address: String,
    /// Since when it has its password; empty when it has none.
    pub since: String,
    /// Whether a second factor is asked for as well.
    pub has_factor: bool,
    /// Whether the sign-in is fresh enough; else a new link is offered.
    pub is_fresh: bool,
}

/// A kind of mail about which one can choose.
#[derive(Debug, Clone)]
pub struct Switch {
    /// The field's name.
    pub name: &'static str,
    /// "Messages from the other side"
    pub label: &'static str,
}

/// `/account/notifications`
#[derive(Debug, Template)]
#[template(path = "accounts/notifications.html")]
pub struct NotificationsPage {
    /// What every page says.
    pub page: Page,
    /// What is chosen.
    pub form: FormState,
    /// What there is to choose about.
    pub switches: Vec<Switch>,
    /// What can be chosen for each.
    pub hows: Vec<Choice>,
    /// IANA time zones.
    pub zones: Vec<Choice>,
}
