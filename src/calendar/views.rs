//! What the pages of a calendar show, ready to print. Askama escapes all of it.

use askama::Template;

use super::month::Month;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// A night of the list under the month.
#[derive(Debug)]
pub struct NightRow {
    /// "Sat 13 Mar 2027"
    pub night: String,
    /// "Harbour Night"
    pub label: String,
    /// "Hamburg"
    pub place: String,
    /// "1st hold"
    pub what: String,
    /// The colour of its state.
    pub class: &'static str,
    /// The thread.
    pub url: String,
}

/// A block of days that can be taken away.
#[derive(Debug)]
pub struct BlockRow {
    /// "Sat 13 Mar 2027 to Mon 15 Mar 2027, every week"
    pub text: String,
    /// Where taking it away is posted.
    pub remove_url: String,
}

/// A secret link of the reader.
#[derive(Debug)]
pub struct FeedRow {
    /// "21 November 2026"
    pub made: String,
    /// Where ending it is posted.
    pub end_url: String,
}

/// `/artists/{slug}/calendar`
#[derive(Debug, Template)]
#[template(path = "calendar/calendar.html")]
pub struct CalendarPage {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look.
    pub form: FormState,
    /// The act.
    pub name: String,
    /// Its page (`/artists/{slug}`).
    pub url: String,
    /// What was just done; may be empty.
    pub done: String,
    /// The month.
    pub month: Month,
    /// What stands on its nights, in order.
    pub nights: Vec<NightRow>,
    /// The blocked days of the month, one stretch after the other ("Sat 13 Mar 2027 to Mon 15 Mar 2027").
    pub not_free: Vec<String>,
    /// Where the requests are that have no room here; empty when all have.
    pub more_url: String,
    /// How often a block comes again.
    pub repeats: Vec<Choice>,
    /// What is blocked by hand.
    pub blocks: Vec<BlockRow>,
    /// How many pieces came from calendar files.
    pub imported: usize,
    /// Whether the reader changes it.
    pub manages: bool,
    /// The reader's secret links.
    pub feeds: Vec<FeedRow>,
}

/// After a secret link was made: shown once.
#[derive(Debug, Template)]
#[template(path = "calendar/feed.html")]
pub struct FeedPage {
    /// What every page says.
    pub page: Page,
    /// The act.
    pub name: String,
    /// Its page.
    pub url: String,
    /// The link, whole.
    pub link: String,
}
