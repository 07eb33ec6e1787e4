//! What the pages show that ask before a move is made. Every one carries the disclaimer.

use askama::Template;

use super::differences::TermChange;
use super::form_choices::FormChoices;
use super::parts::{DisclaimerView, TermGroup};
use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// A move, on the page that asks before it is done.
#[derive(Debug, Clone)]
pub enum Act {
    /// Agreement in principle to one revision, on one night.
    Accept {
        /// The hash of the revision shown.
        revision: String,
        /// The nights the request proposes; one is chosen.
        nights: Vec<Choice>,
        /// What the act can send along; mostly nothing.
        papers: Vec<Choice>,
        /// What the artist has promised others on these nights, in sentences; for the artist's side.
        notes: Vec<String>,
        /// Whether the reader's side accepts the disclaimer with it: once per request.
        consent: bool,
    },
    /// The artist keeps a night.
    Hold {
        /// The nights the request proposes.
        nights: Vec<Choice>,
        /// What stands on those nights already ("Sat 13 Mar 2027: 1 hold before this one").
        before: Vec<String>,
        /// The last day until which it can be kept (`2027-01-10`).
        last: String,
        /// Whether one is kept already, so that this changes it.
        again: bool,
    },
    /// A hold is let go.
    LetGo {
        /// "Sat 13 Mar 2027"
        night: String,
    },
    /// The promoter asks the hold before to confirm or to go.
    Challenge {
        /// "Sat 13 Mar 2027"
        night: String,
    },
    /// The promoter of a challenged hold is ready.
    Stand {
        /// "Sat 13 Mar 2027"
        night: String,
        /// Until when an answer is due.
        until: String,
    },
    /// The side's own word that the agreement is made.
    Confirm {
        /// "Sat 13 Mar 2027"
        night: String,
        /// What else the artist has confirmed at that time.
        overlaps: Vec<String>,
        /// Whether the other side has confirmed already.
        second: bool,
    },
    /// An agreed night is called off.
    Cancel {
        /// "Sat 13 Mar 2027"
        night: String,
        /// Reasons to choose from; one is required.
        reasons: Vec<Choice>,
    },
    /// The night has been.
    Complete {
        /// "Sat 13 Mar 2027"
        night: String,
    },
    /// The other side is reminded.
    Nudge,
    /// The artist says no.
    Decline {
        /// Reasons to choose from, none required.
        reasons: Vec<Choice>,
    },
    /// The promoter takes the request back.
    Withdraw,
}

/// `…/accept`, `…/decline` and the other moves of a thread.
#[derive(Debug, Template)]
#[template(path = "booking_requests/act.html")]
pub struct ActPage {
    /// What every page says.
    pub page: Page,
    /// What was entered, and what needs another look.
    pub form: FormState,
    /// The thread this belongs to (`/t/{token}`).
    pub base: String,
    /// Where the button posts.
    pub action_url: String,
    /// Who is on the other side.
    pub counterpart: String,
    /// "Harbour Night"
    pub event_name: String,
    /// Which move.
    pub act: Act,
    /// All terms.
    pub terms: Vec<TermGroup>,
    /// The version in force.
    pub disclaimer: DisclaimerView,
}

/// `…/counter`: the current terms as a form, to be changed and proposed.
#[derive(Debug, Template)]
#[template(path = "booking_requests/counter.html")]
pub struct CounterPage<'a> {
    /// What every page says.
    pub page: Page,
    /// The terms, or what was typed, and what needs another look. Holds `revision`.
    pub form: FormState,
    /// The thread this belongs to (`/t/{token}`).
    pub base: String,
    /// Who is on the other side.
    pub counterpart: String,
    /// "Harbour Night"
    pub event_name: String,
    /// "Europe/Berlin"
    pub zone: String,
    /// What the selects offer.
    pub choices: &'a FormChoices,
    /// The nights in which a clock time comes twice; mostly none.
    pub ask_fold: Vec<super::views::FoldQuestion>,
    /// What the proposal changes so far, when it was looked at.
    pub changes: Vec<TermChange>,
    /// Whether the reader's side accepts the disclaimer with it: once per request.
    pub consent: bool,
    /// The version in force.
    pub disclaimer: DisclaimerView,
}

impl CounterPage<'_> {
    /// Whether the second and third date stand open.
    pub fn more_dates_in_use(&self) -> bool {
        super::views::more_dates_in_use(&self.form)
    }
}
