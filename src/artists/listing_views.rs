//! What the pages show on which an artist's people claim a page, and answer whether to be listed.

use askama::Template;

use super::views::Fact;
use crate::web::form_state::FormState;
use crate::web::page::Page;

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
    /// Whether the act is listed now: the answer was yes, or somebody else said so before.
    pub listed: bool,
    /// Whether the answer was no.
    pub refused: bool,
}

/// `/artists/{slug}/claim`
#[derive(Debug, Template)]
#[template(path = "artists/claim.html")]
pub struct ClaimPage {
    /// What every page says.
    pub page: Page,
    /// The address that was typed.
    pub form: FormState,
    /// The act's name.
    pub artist_name: String,
    /// The profile.
    pub artist_url: String,
    /// The domains of the act's own websites; may be empty.
    pub domains: Vec<String>,
    /// The pages to which the profile links; may be empty.
    pub links: Vec<String>,
    /// The code to put on one of them.
    pub code: String,
}

/// `/artists/{slug}/claim/sent`
#[derive(Debug, Template)]
#[template(path = "artists/claim_sent.html")]
pub struct ClaimSentPage {
    /// What every page says.
    pub page: Page,
    /// The profile.
    pub artist_url: String,
}
