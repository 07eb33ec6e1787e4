//! What the pages show on which an artist is added.

use askama::Template;

use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// An act that is here already.
#[derive(Debug, Clone)]
pub struct KnownAct {
    /// Its page.
    pub url: String,
    /// Its name.
    pub name: String,
    /// "ambient · electro · Tallinn, EE"; may be empty.
    pub about: String,
}

/// `/artists/add`
#[derive(Debug, Template)]
#[template(path = "artists/add.html")]
pub struct AddPage<'a> {
    /// What every page says.
    pub page: Page,
    /// What was typed. Holds `shown` once acts were shown.
    pub form: FormState,
    /// The names of the fields of genres.
    pub genre_fields: Vec<String>,
    /// The list of genres.
    pub genres: Vec<Choice>,
    /// Countries.
    pub countries: &'a [Choice],
    /// Acts that it may be; whoever says that it is none of them goes on.
    pub similar: Vec<KnownAct>,
    /// Acts that have a link of its.
    pub known: Vec<KnownAct>,
}

/// `/artists/add/sent`
#[derive(Debug, Template)]
#[template(path = "artists/add_sent.html")]
pub struct AddSentPage {
    /// What every page says.
    pub page: Page,
}
