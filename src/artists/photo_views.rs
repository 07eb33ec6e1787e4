//! What the page shows on which an artist's team puts up its photo.

use askama::Template;

use super::views::PhotoView;
use crate::web::form_state::FormState;
use crate::web::page::Page;

/// `/artists/{slug}/photo`
#[derive(Debug, Template)]
#[template(path = "artists/photo.html")]
pub struct PhotoPage {
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
    /// The photo that is there.
    pub photo: Option<PhotoView>,
    /// Whether it was just put there or taken away.
    pub saved: bool,
}
