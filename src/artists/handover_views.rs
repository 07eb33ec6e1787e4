//! What the page shows on which an artist's team objects.

use askama::Template;

use crate::web::form_state::FormState;
use crate::web::page::Page;

/// `/objection/{token}`
#[derive(Debug, Template)]
#[template(path = "artists/objection.html")]
pub struct ObjectionPage {
    /// What every page says.
    pub page: Page,
    /// The words that were typed.
    pub form: FormState,
    /// The act's name.
    pub artist_name: String,
    /// Where the form posts to.
    pub post_url: String,
    /// Until when one can object; none when one cannot any more.
    pub until: Option<String>,
    /// Whether an objection is noted already.
    pub is_noted: bool,
}
