//! What the lists of requests of one person show.

use askama::Template;

use super::parts::StateView;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// A request on the dashboard.
#[derive(Debug, Clone)]
pub struct DashboardRow {
    /// The thread.
    pub url: String,
    /// Who is asked.
    pub artist_name: String,
    /// "Harbour Night"
    pub event_name: String,
    /// "Sat 13 Mar 2027", the first of the nights.
    pub night: String,
    /// Where the event is.
    pub city: String,
    /// Where it stands.
    pub state: StateView,
    /// Whether the reader's side has to answer.
    pub is_own_turn: bool,
    /// Whether something is new for the reader.
    pub is_new: bool,
    /// "21 November 2026"
    pub sent: String,
}

/// A search that the reader keeps.
#[derive(Debug, Clone)]
pub struct SavedViewRow {
    /// How the reader calls it.
    pub name: String,
    /// Where it leads.
    pub url: String,
    /// Where it is taken away.
    pub remove_url: String,
}

/// A part of the lists, by where requests stand.
#[derive(Debug, Clone)]
pub struct DashboardTab {
    /// Where it is.
    pub url: String,
    /// "Your turn (3)"
    pub label: String,
    /// Whether it is shown.
    pub active: bool,
}

/// `/requests`
#[derive(Debug, Template)]
#[template(path = "booking_requests/dashboard.html")]
pub struct Dashboard {
    /// What every page says.
    pub page: Page,
    /// What is looked for.
    pub form: FormState,
    /// What was just done; may be empty.
    pub done: &'static str,
    /// Whether the lists leave anything out.
    pub is_narrowed: bool,
    /// The parts of the lists.
    pub tabs: Vec<DashboardTab>,
    /// The states that can be asked for.
    pub states: Vec<Choice>,
    /// Whether anything is new.
    pub has_news: bool,
    /// The searches that the reader keeps.
    pub views: Vec<SavedViewRow>,
    /// How the reader answers acts, as those read that they write to; nothing where there is little.
    pub figures: Vec<String>,
    /// What the reader asked, the newest first.
    pub asked: Vec<DashboardRow>,
    /// The next part of it; may be empty.
    pub asked_older: String,
    /// What the reader's acts were asked, the newest first.
    pub received: Vec<DashboardRow>,
    /// The next part of it; may be empty.
    pub received_older: String,
    /// The acts for which the reader answers.
    pub acts: Vec<OwnAct>,
}

impl Dashboard {
    /// Whether the search stands open, as something was looked for.
    fn is_searched(&self) -> bool {
        ["q", "state", "from", "to"].iter().any(|name| !self.form.value(name).is_empty())
    }
}

/// An act for which somebody answers.
#[derive(Debug, Clone)]
pub struct OwnAct {
    /// Its name.
    pub name: String,
    /// Its page (`/artists/{slug}`).
    pub url: String,
    /// Where its team looks at it.
    pub look_url: String,
    /// How it answers, as everybody reads it; empty where there is little to say.
    pub answers: String,
    /// Whether the reader edits it.
    pub manages: bool,
}
