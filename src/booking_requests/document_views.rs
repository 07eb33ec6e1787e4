//! What the documents show that a side takes away.

use askama::Template;

use super::parts::{DisclaimerView, EventView, MessageView, Piece, StateView, TermGroup};
use super::views::OfferView;
use crate::error::{Error, Result};
use crate::web::page::Page;

/// `…/sheet`: the terms of a request, to be printed.
#[derive(Debug, Template)]
#[template(path = "booking_requests/sheet.html")]
pub struct Sheet {
    /// What every page says.
    pub page: Page,
    /// The thread.
    pub base: String,
    /// "Harbour Night"
    pub event_name: String,
    /// "Revision 2"
    pub terms_title: String,
    /// Who proposed them.
    pub author: String,
    /// When.
    pub when: String,
    /// Who asks.
    pub promoter: String,
    /// Who is asked.
    pub artist: String,
    /// Where the request stands.
    pub state: StateView,
    /// The night held or agreed on; may be empty.
    pub night: String,
    /// The hash of the terms.
    pub sha256: String,
    /// All terms.
    pub terms: Vec<TermGroup>,
    /// The version that was accepted.
    pub disclaimer: DisclaimerView,
}

/// The request as a page that needs nothing else.
#[derive(Debug, Template)]
#[template(path = "booking_requests/dossier.html")]
pub struct DossierPage<'a> {
    /// The site that made it.
    pub site_name: &'a str,
    /// When ("Sat 21 Nov 2026, 14:02 UTC").
    pub made: String,
    /// "Harbour Night"
    pub event_name: String,
    /// Whose copy it is.
    pub own_name: String,
    /// Who is on the other side.
    pub counterpart: String,
    /// Where the request stands.
    pub state: String,
    /// "Terms, revision 2"
    pub terms_title: String,
    /// All terms.
    pub terms: &'a [TermGroup],
    /// The counter-offers, newest first.
    pub offers: Vec<OfferView>,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Newest first.
    pub timeline: Vec<EventView>,
    /// Whether the files of the thread are left out.
    pub lacks_files: bool,
    /// The version that was accepted.
    pub disclaimer: &'a DisclaimerView,
}

impl DossierPage<'_> {
    /// The page as a file.
    pub fn text(&self) -> Result<String> {
        self.render().map_err(|error| Error::Unexpected(error.into()))
    }
}
