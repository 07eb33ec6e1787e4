//! What the pages show that say how the site works and what holds on it, and the two text files
//! for programs.

use askama::Template;

use super::form_state::FormState;
use super::page::Page;
use crate::accounts::providers::views::Offer;

/// A state of a request, as a line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRow {
    /// Its word ("sent"); part of an element's id.
    pub name: &'static str,
    /// The badge's colour.
    pub class: &'static str,
    /// "Accepted in principle"
    pub label: &'static str,
    /// What it means, in sentences.
    pub meaning: &'static str,
}

/// A move from one state to the next, as a line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveRow {
    /// "Accepted in principle"
    pub what: &'static str,
    /// "Waiting for confirmation, Sent"
    pub from: String,
    /// "Held for review"
    pub to: &'static str,
    /// "moderator"
    pub who: String,
    /// Under which conditions, in sentences.
    pub guard: &'static str,
}

/// A country and the age from which its people may send a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeRow {
    /// "Denmark"
    pub country: String,
    /// In years.
    pub minimum: u8,
}

/// `/how-it-works`
#[derive(Debug, Template)]
#[template(path = "how_it_works.html")]
pub struct HowItWorksPage {
    /// What every page says.
    pub page: Page,
    /// Every state there is.
    pub states: Vec<StateRow>,
    /// Every move there is.
    pub moves: Vec<MoveRow>,
    /// The minimum ages by country; the last line is for everywhere else.
    pub ages: Vec<AgeRow>,
}

/// A company that processes data for the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processor {
    /// The machine it runs ("mail.relay.example").
    pub name: String,
    /// "Passes our mails on"
    pub purpose: &'static str,
    /// Where it does so.
    pub place: &'static str,
}

/// `/legal/privacy`
#[derive(Debug, Template)]
#[template(path = "legal/privacy.html")]
pub struct PrivacyPage {
    /// What every page says.
    pub page: Page,
    /// The policy's number.
    pub version: i64,
    /// "21 November 2026"
    pub updated: String,
    /// "2026-11-21"
    pub updated_iso: String,
    /// Who runs the site.
    pub operator_name: String,
    /// Their postal address.
    pub operator_address: String,
    /// Where the data is processed.
    pub operator_country: String,
    /// Where people write to them.
    pub contact_url: String,
    /// Who else has to do with the data.
    pub processors: Vec<Processor>,
    /// Who else signs people in: name and privacy policy.
    pub providers: Vec<Offer>,
}

/// `/legal/terms`
#[derive(Debug, Template)]
#[template(path = "legal/terms.html")]
pub struct TermsPage {
    /// What every page says.
    pub page: Page,
    /// The terms' number.
    pub version: i64,
    /// "21 November 2026"
    pub updated: String,
    /// "2026-11-21"
    pub updated_iso: String,
    /// Who runs the site.
    pub operator_name: String,
    /// Their postal address.
    pub operator_address: String,
    /// Where people write to them.
    pub contact_url: String,
}

/// A cookie of the table at `/legal/cookies`.
#[derive(Debug)]
pub struct CookieRow {
    /// Its name.
    pub name: String,
    /// When it is set.
    pub occasion: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// How long the browser keeps it.
    pub lifetime: &'static str,
}

/// `/legal/cookies`
#[derive(Debug, Template)]
#[template(path = "legal/cookies.html")]
pub struct CookiesPage {
    /// What every page says.
    pub page: Page,
    /// Every cookie there is.
    pub cookies: Vec<CookieRow>,
    /// The policy's number.
    pub version: i64,
    /// "21 November 2026"
    pub updated: String,
    /// "2026-11-21"
    pub updated_iso: String,
}

/// A version of the disclaimer in the list of those before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderVersion {
    /// Its page.
    pub url: String,
    /// Its number.
    pub number: i64,
    /// In force from ("2 November 2026").
    pub effective: String,
}

/// `/legal/disclaimer`, `/legal/disclaimer/{number}`
#[derive(Debug, Template)]
#[template(path = "legal/disclaimer.html")]
pub struct DisclaimerPage {
    /// What every page says.
    pub page: Page,
    /// Its number, and what there is to know of one that is not in force ("1, no longer in
    /// force").
    pub version: String,
    /// In force from ("21 November 2026").
    pub updated: String,
    /// "2026-11-21"
    pub updated_iso: String,
    /// The text, nothing left out.
    pub paragraphs: Vec<String>,
    /// Its fingerprint, hexadecimal.
    pub sha256: String,
    /// The key under which receipts verify, hexadecimal.
    pub public_key: String,
    /// The versions before it, newest first.
    pub older: Vec<OlderVersion>,
}

/// `/security`
#[derive(Debug, Template)]
#[template(path = "security.html")]
pub struct SecurityPage {
    /// What every page says.
    pub page: Page,
    /// The address for reports of a weakness.
    pub security_contact: String,
    /// The form for the same.
    pub contact_url: String,
}

/// `/.well-known/security.txt` (RFC 9116)
#[derive(Debug, Template)]
#[template(path = "security.txt")]
pub struct SecurityTxt {
    /// The address for reports of a weakness.
    pub security_contact: String,
    /// The site, without a slash at the end.
    pub base_url: String,
    /// Until when the file can be relied on (RFC 3339).
    pub expires: String,
}

/// `/robots.txt`
#[derive(Debug, Template)]
#[template(path = "robots.txt")]
pub struct RobotsTxt {
    /// The site, without a slash at the end.
    pub base_url: String,
}

/// `/links/again`
#[derive(Debug, Template)]
#[template(path = "link_again.html")]
pub struct LinkAgainPage {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look.
    pub form: FormState,
}

/// `/links/again/sent`: the same for every address.
#[derive(Debug, Template)]
#[template(path = "link_again_sent.html")]
pub struct LinkAgainSentPage {
    /// What every page says.
    pub page: Page,
}
