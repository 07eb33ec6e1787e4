//! What the pages show on which people write to the operator.

use askama::Template;

use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// `/contact`
#[derive(Debug, Template)]
#[template(path = "contact.html")]
pub struct ContactPage {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look.
    pub form: FormState,
    /// What it can be about.
    pub topics: Vec<Choice>,
}

/// `/contact/sent`
#[derive(Debug, Template)]
#[template(path = "contact_sent.html")]
pub struct ContactSentPage {
    /// What every page says.
    pub page: Page,
    /// The ticket's number ("382041-234567-890123").
    pub reference: String,
}

/// `/artists/{slug}/report`
#[derive(Debug, Template)]
#[template(path = "artists/report.html")]
pub struct ReportPage {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look.
    pub form: FormState,
    /// The act's name.
    pub artist_name: String,
    /// The profile (`/artists/{slug}`); the form posts to `…/report`.
    pub artist_url: String,
    /// What can be wrong with it.
    pub reasons: Vec<Choice>,
}

/// `/artists/{slug}/report/sent`
#[derive(Debug, Template)]
#[template(path = "artists/report_sent.html")]
pub struct ReportSentPage {
    /// What every page says.
    pub page: Page,
    /// The act's name.
    pub artist_name: String,
    /// The profile.
    pub artist_url: String,
    /// The ticket's number ("382041-234567-890123").
    pub number: String,
    /// Whether an address was given, to which the number is sent.
    pub mailed: bool,
}
