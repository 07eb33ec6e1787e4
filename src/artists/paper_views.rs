//! What the page shows on which an act keeps what it sends often.

use askama::Template;

use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// Something that is kept.
#[derive(Debug)]
pub struct PaperRow {
    /// How the act calls it.
    pub name: String,
    /// "Technical rider, PDF, 120 KB"; of words, their beginning.
    pub what: String,
    /// Where the file is read; empty of words.
    pub file_url: String,
    /// Where it is taken away.
    pub remove_url: String,
}

/// `/artists/{slug}/papers`
#[derive(Debug, Template)]
#[template(path = "artists/papers.html")]
pub struct PapersPage {
    /// What every page says.
    pub page: Page,
    /// What was typed for an answer.
    pub form: FormState,
    /// What was typed for a file.
    pub file_form: FormState,
    /// The act's name.
    pub name: String,
    /// The profile (`/artists/{slug}`).
    pub url: String,
    /// Where the team looks at it.
    pub look_url: String,
    /// What is kept.
    pub papers: Vec<PaperRow>,
    /// What a file can be.
    pub purposes: Vec<Choice>,
}
