//! What the pages of a shortlist show.

use askama::Template;

use crate::web::page::Page;

/// An act that is kept.
#[derive(Debug)]
pub struct KeptAct {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// "Tallinn, EE"
    pub place: String,
    /// How it answers; empty where there is little to say.
    pub answers: String,
    /// Whether it takes requests now.
    pub bookable: bool,
}

/// `/shortlist`
#[derive(Debug, Template)]
#[template(path = "artists/shortlist.html")]
pub struct ShortlistPage {
    /// What every page says.
    pub page: Page,
    /// What is kept.
    pub acts: Vec<KeptAct>,
}

/// `/artists/{slug}/shortlist`
#[derive(Debug, Template)]
#[template(path = "artists/keep.html")]
pub struct KeepPage {
    /// What every page says.
    pub page: Page,
    /// The act's name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// Whether it is kept already.
    pub is_kept: bool,
}
