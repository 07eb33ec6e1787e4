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
    /// Whether a yes takes the page from those who answer for it.
    pub takes_over: bool,
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
    /// Whether the act takes requests now: the answer was yes, or somebody else said so before.
    pub listed: bool,
    /// Whether the answer was no.
    pub refused: bool,
    /// Whether it was an invitation to a team.
    pub of_team: bool,
}

/// `/artists/{slug}/claim`
#[derive(Debug, Template)]
#[template(path = "artists/claim.html")]
pub struct ClaimPage {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look.
    pub form: FormState,
    /// The act's name.
    pub artist_name: String,
    /// The profile.
    pub artist_url: String,
    /// Whether somebody answers for the act.
    pub is_held: bool,
    /// Whether those who did have left.
    pub is_left: bool,
    /// The domains of the act's own websites, where a mail to one is enough; may be empty.
    pub domains: Vec<String>,
    /// The pages to which the profile links; may be empty.
    pub links: Vec<String>,
    /// The code to put on one of them, for this address; empty until an address was said.
    pub code: String,
    /// The address from which the act is claimed; may be empty.
    pub address: String,
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

/// `/artists/{slug}/claim/asked`
#[derive(Debug, Template)]
#[template(path = "artists/claim_asked.html")]
pub struct ClaimAskedPage {
    /// What every page says.
    pub page: Page,
    /// The profile.
    pub artist_url: String,
    /// The ticket's number ("382041-234567-890123").
    pub number: String,
}
