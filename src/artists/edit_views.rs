//! What the pages show on which an artist's team edits its profile.

use askama::Template;

use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// A box to tick.
#[derive(Debug, Clone)]
pub struct Box {
    /// The field's name.
    pub name: String,
    /// What it says.
    pub label: &'static str,
}

/// A change that somebody made.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// The name of who made it, as it stands on their account; empty where the next says who.
    pub name: String,
    /// "you", "somebody who left"; empty where a name or the words say it.
    pub who: &'static str,
    /// "about, links"
    pub what: String,
    /// When.
    pub when: String,
}

/// `/artists/{slug}/edit`
#[derive(Debug, Template)]
#[template(path = "artists/edit.html")]
pub struct EditPage<'a> {
    /// What every page says.
    pub page: Page,
    /// What stands there, or was typed. Holds `seen`.
    pub form: FormState,
    /// The act's name as it is.
    pub name: String,
    /// The profile (`/artists/{slug}`).
    pub url: String,
    /// Where the team looks at it.
    pub look_url: String,
    /// The names of the fields of genres.
    pub genre_fields: Vec<String>,
    /// The list of genres.
    pub genres: Vec<Choice>,
    /// Countries.
    pub countries: &'a [Choice],
    /// Currencies.
    pub currencies: &'a [Choice],
    /// What can be played.
    pub plays: Vec<Box>,
    /// Kinds of event.
    pub kinds: Vec<Box>,
    /// Where it can be seen: the word.
    pub listing: FormState,
    /// Where it could be seen.
    pub listings: Vec<Choice>,
    /// Whether a moderator took it from view.
    pub hidden: bool,
    /// Why; empty when nobody did.
    pub hidden_reason: String,
    /// Whether it was just saved.
    pub saved: bool,
    /// The newest changes, or older ones.
    pub changes: Vec<ChangeRow>,
    /// Where still older ones stand; empty when there are none.
    pub older_url: String,
}

/// A figure that was entered.
#[derive(Debug, Clone)]
pub struct FigureRow {
    /// "monthly listeners"
    pub metric: &'static str,
    /// "48,210"
    pub value: String,
    /// "entered by the artist, 3 Nov 2026"
    pub provenance: String,
    /// Where the button that takes it away posts.
    pub remove_url: String,
}

/// `/artists/{slug}/figures`
#[derive(Debug, Template)]
#[template(path = "artists/figures.html")]
pub struct FiguresPage {
    /// What every page says.
    pub page: Page,
    /// What was typed.
    pub form: FormState,
    /// The act's name.
    pub name: String,
    /// The profile.
    pub url: String,
    /// Where the team looks at it.
    pub look_url: String,
    /// "12 figures are entered."; empty when the page does not come after that.
    pub entered: String,
    /// What can be counted.
    pub metrics: Vec<Choice>,
    /// The newest figures.
    pub figures: Vec<FigureRow>,
}

/// A figure that would be entered.
#[derive(Debug, Clone)]
pub struct PreviewRow {
    /// "3 Nov 2026"
    pub day: String,
    /// "monthly listeners"
    pub metric: &'static str,
    /// "48,210"
    pub value: String,
    /// "the artist, as Example Radio shows it"
    pub source: String,
    /// Whether the same was said before, perhaps with another value.
    pub replaces: bool,
}

/// What POST `/artists/{slug}/figures/rows` shows before anything is entered.
#[derive(Debug, Template)]
#[template(path = "artists/figures_preview.html")]
pub struct FiguresPreviewPage {
    /// What every page says.
    pub page: Page,
    /// The act's name.
    pub name: String,
    /// The profile.
    pub url: String,
    /// What was pasted.
    pub rows: String,
    /// "12 figures will be entered, 2 replace earlier ones."
    pub summary: String,
    /// The figures, in the order of the rows.
    pub figures: Vec<PreviewRow>,
}
