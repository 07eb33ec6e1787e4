//! What the pages show on which somebody reports a profile, and an artist answers whether to be
//! listed.

use askama::Template;

use super::views::Fact;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// Why somebody reports a profile, in the order in which the form offers it.
pub const REPORT_REASONS: [(&str, &str); 7] = [
    ("wrong", "Something on the page is wrong"),
    ("unwanted", "It is about me, and I do not want it here"),
    ("impersonation", "Somebody pretends to be this act"),
    ("rights", "It uses something that belongs to me"),
    ("minor", "Somebody too young to be here runs it"),
    ("illegal", "It is against the law"),
    ("other", "Something else"),
];

/// `/artists/{slug}/report`
#[derive(Debug, Template)]
#[template(path = "artists/report.html")]
pub struct ReportPage {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look. Holds `key`.
    pub form: FormState,
    /// The act's name.
    pub artist_name: String,
    /// The profile (`/artists/{slug}`); the form posts to `…/report`.
    pub artist_url: String,
    /// [`REPORT_REASONS`].
    pub reasons: Vec<Choice>,
}

/// A report has come in.
#[derive(Debug, Template)]
#[template(path = "artists/report_sent.html")]
pub struct ReportSentPage {
    /// What every page says.
    pub page: Page,
    /// The act's name.
    pub artist_name: String,
    /// The profile.
    pub artist_url: String,
    /// The report's number.
    pub number: String,
    /// Whether an address was given, to which the number was sent.
    pub mailed: bool,
}

/// What the link in the mail to an artist's team opens: the listing, and the question.
#[derive(Debug, Template)]
#[template(path = "artists/confirm_listing.html")]
pub struct ConfirmListingPage {
    /// What every page says.
    pub page: Page,
    /// The act's name.
    pub artist_name: String,
    /// What would be public.
    pub facts: Vec<Fact>,
    /// Where the answer is posted, as `answer`: `yes` or `no`.
    pub answer_url: String,
}

/// The answer is recorded.
#[derive(Debug, Template)]
#[template(path = "artists/listing_confirmed.html")]
pub struct ListingConfirmedPage {
    /// What every page says.
    pub page: Page,
    /// The act's name.
    pub artist_name: String,
    /// The profile; read only when listed.
    pub artist_url: String,
    /// Whether the answer was yes.
    pub listed: bool,
}
