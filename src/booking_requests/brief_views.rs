//! What the pages show on which somebody who is signed in asks one act or several.

use askama::Template;

use super::form_choices::FormChoices;
use super::parts::DisclaimerView;
use super::views::{FoldQuestion, more_dates_in_use};
use crate::web::form_state::FormState;
use crate::web::page::Page;

/// An act that can be asked.
#[derive(Debug)]
pub struct AskedAct {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it is to be asked.
    pub is_ticked: bool,
    /// What it asks of a request, in sentences.
    pub asks: Vec<String>,
}

/// A form that is kept.
#[derive(Debug)]
pub struct TemplateRow {
    /// How its owner calls it.
    pub name: String,
    /// The form begun with it, for the same acts.
    pub url: String,
    /// Where it is taken away.
    pub remove_url: String,
}

/// `/requests/new`
#[derive(Debug, Template)]
#[template(path = "booking_requests/brief.html")]
pub struct BriefPage<'a> {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look. Holds `key`.
    pub form: FormState,
    /// Who is asked.
    pub acts: Vec<AskedAct>,
    /// How many of those that were chosen are not among them.
    pub left_out: usize,
    /// What the selects and radio buttons offer.
    pub choices: &'a FormChoices,
    /// The nights in which a clock time comes twice; mostly none.
    pub ask_fold: Vec<FoldQuestion>,
    /// Forms that the reader keeps.
    pub templates: Vec<TemplateRow>,
    /// The reader's address, to which answers go.
    pub address: String,
    /// What was just done; may be empty.
    pub done: &'static str,
    /// The version in force.
    pub disclaimer: DisclaimerView,
}

impl BriefPage<'_> {
    /// Whether the second and third date stand open: something was entered there, or is wrong.
    pub fn more_dates_in_use(&self) -> bool {
        more_dates_in_use(&self.form)
    }

    /// What the button says.
    pub fn button(&self) -> &'static str {
        if self.acts.len() > 1 { "Send the requests" } else { "Send the request" }
    }
}

/// One of the others of a brief.
#[derive(Debug)]
pub struct OtherRow {
    /// The request.
    pub id: String,
    /// Its act.
    pub name: String,
}

/// `…/others`
#[derive(Debug, Template)]
#[template(path = "booking_requests/others.html")]
pub struct OthersPage {
    /// What every page says.
    pub page: Page,
    /// What was typed.
    pub form: FormState,
    /// What the thread's addresses begin with.
    pub base: String,
    /// "Harbour Night"
    pub event_name: String,
    /// Those that are open.
    pub others: Vec<OtherRow>,
    /// The version that was accepted.
    pub disclaimer: DisclaimerView,
}
