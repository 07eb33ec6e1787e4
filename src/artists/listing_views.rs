//! What the pages show on which an artist answers whether to be listed.

use askama::Template;

use super::views::Fact;
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
    /// Whether the answer was yes.
    pub listed: bool,
}
