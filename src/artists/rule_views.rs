//! What the page shows on which an artist's team says whom it takes no requests from.

use askama::Template;

use super::views::Fact;
use crate::web::form_state::FormState;
use crate::web::page::Page;

/// Somebody who is blocked.
#[derive(Debug)]
pub struct BlockedRow {
    /// "Jonas Brandt, Speicher 7", "everybody at venue.example"
    pub whom: String,
    /// The request from which the team knows them; may be empty.
    pub request_url: String,
    /// "21 November 2026"
    pub since: String,
    /// Where the block is taken away.
    pub remove_url: String,
}

/// `/artists/{slug}/rules`
#[derive(Debug, Template)]
#[template(path = "artists/rules.html")]
pub struct RulesPage {
    /// What every page says.
    pub page: Page,
    /// What was typed.
    pub form: FormState,
    /// The act's name.
    pub name: String,
    /// The profile (`/artists/{slug}`).
    pub url: String,
    /// Where the team looks at it.
    pub look_url: String,
    /// What was just done; may be empty.
    pub done: &'static str,
    /// What the act asks of every request.
    pub asks: Vec<Fact>,
    /// "It would have stopped 3 of the last 20 requests."; empty when there was none.
    pub stopped: String,
    /// Everybody who is blocked.
    pub blocked: Vec<BlockedRow>,
}
