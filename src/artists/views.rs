//! What the pages about artists show, ready to print.
//!
//! Everything here is text that a person reads or an address that a link leads to; numbers are
//! already written out, dates already in words, empty means "leave it out". Askama escapes all of
//! it, except the fields that say they are markup: those are drawn by [`super::cover`] and
//! [`super::chart`] and hold nothing a stranger wrote.

use std::sync::Arc;

use askama::Template;

use super::panel_views::Choice;
use crate::booking_requests::parts::{Piece, Words};
use crate::booking_requests::views::Carried;
use crate::web::page::Page;

/// A link and the words it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, as it stands in `href`.
    pub url: String,
    /// What it says.
    pub label: String,
}

/// An act as one line of a list, on a poster or on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// The last part of the profile's address.
    pub slug: String,
    /// The act's name as the act writes it.
    pub name: String,
    /// Markup: the cover; empty with a photo.
    pub cover_svg: Arc<str>,
    /// The address of the smallest photo; empty without one.
    pub photo: String,
    /// "techno · dub"; may be empty.
    pub genres: String,
    /// Monthly listeners, rounded as the order of the list has them ("48.2k"); empty when nobody
    /// entered a figure or the last one has expired.
    pub listeners: String,
    /// Markup: the last twelve months; empty when there is too little to draw.
    pub spark_svg: String,
    /// "Berlin, DE"; may be empty.
    pub place: String,
    /// What to know before opening it: "answers in about 9 h", "unclaimed, not bookable"; may be
    /// empty.
    pub note: String,
}

/// A photo in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoView {
    /// The address of the largest.
    pub url: String,
    /// Every width with its address, as `srcset` has them.
    pub srcset: String,
    /// The width of the largest, in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// What is to be seen on it.
    pub alt: String,
}

/// A term of what an act asks for, and what it says ("Asks for", "40 days' notice").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub term: String,
    /// What holds.
    pub detail: String,
}

/// A number on a profile, never without where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// "48,210"
    pub value: String,
    /// "monthly listeners"
    pub label: String,
    /// "entered by the artist, 3 Nov 2026"
    pub provenance: String,
}

/// A month of the chart, as a line of the table that says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartRow {
    /// "October 2026"
    pub month: String,
    /// "48,210", or "no figure".
    pub value: String,
    /// "entered by the artist"; empty for a gap.
    pub source: String,
}

/// A link to another site. It leads to [`LeavingPage`] first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutLink {
    /// Our own page that says where the link goes (`/leaving?to=…`).
    pub url: String,
    /// What it says ("Label page").
    pub label: String,
    /// The site it goes to in the end ("records.example").
    pub host: String,
}

/// `/`
#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What every page says.
    pub page: Page,
    /// The genres to start from; the last may lead to all of them.
    pub genres: Vec<Link>,
    /// At most eight acts, most monthly listeners first, none without a figure.
    pub line_up: Vec<ListRow>,
    /// The acts listed last, newest first.
    pub newest: Vec<ListRow>,
}

/// `/artists`
#[derive(Template)]
#[template(path = "artists/list.html")]
pub struct ListPage<'a> {
    /// What every page says.
    pub page: Page,
    /// What was searched for, as typed; may be empty.
    pub query: String,
    /// The filters in force; each leads to the list without it.
    pub active: Vec<Link>,
    /// The list without any filter; empty with fewer than two in force.
    pub clear_url: String,
    /// The filters on offer, as markup.
    pub panels: Arc<str>,
    /// The day on which the acts are free (`2027-03-13`); empty when any will do.
    pub free: String,
    /// What else narrows the list, as fields of the form that asks for a day.
    pub kept: Vec<(&'static str, String)>,
    /// The orders on offer; empty when there is only one.
    pub sorts: Vec<Choice<'a>>,
    /// "500+ acts", "No act found". Read aloud when the list changes in place.
    pub count: String,
    /// The acts of this page.
    pub rows: Vec<ListRow>,
    /// Why there are none, and what would change that; read only without rows.
    pub empty_reason: String,
    /// Where an act that is missing is added.
    pub add_url: String,
    /// Lists that do have acts: one filter fewer, another spelling. Read only without rows.
    pub suggestions: Vec<Link>,
    /// The page before this one; may be empty.
    pub previous_url: String,
    /// The page after this one; may be empty.
    pub next_url: String,
}

/// `/genres/{slug}`
#[derive(Template)]
#[template(path = "artists/genre.html")]
pub struct GenrePage {
    /// What every page says.
    pub page: Page,
    /// The genre's name ("broken beat").
    pub name: String,
    /// Other genres to look at; may be empty.
    pub related: Vec<Link>,
    /// "412 acts, most listeners first"
    pub count: String,
    /// `/artists` with this genre chosen.
    pub filter_url: String,
    /// The acts of this page.
    pub rows: Vec<ListRow>,
    /// The page before this one; may be empty.
    pub previous_url: String,
    /// The page after this one; may be empty.
    pub next_url: String,
}

/// What stands above a profile that its own team looks at before others do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewView {
    /// "This is a preview. Nothing is saved yet."
    pub words: String,
    /// The editor.
    pub edit_url: String,
    /// What was typed there; empty when all of it is saved.
    pub carried: Vec<Carried>,
}

/// `/artists/{slug}`
#[derive(Template)]
#[template(path = "artists/profile.html")]
pub struct ProfilePage {
    /// What every page says.
    pub page: Page,
    /// For whom it is shown before others see it.
    pub preview: Option<PreviewView>,
    /// Markup: the act as schema.org describes it, every `<` written as `\u003c` so that no name
    /// can close the element; empty for a profile that search engines should leave alone.
    pub json_ld: String,
    /// Where it is kept on a shortlist.
    pub keep_url: String,
    /// Where a request is written; read only when bookable.
    pub request_url: String,
    /// The act's name as the act writes it.
    pub name: String,
    /// Markup: the cover; shown without a photo.
    pub cover_svg: Arc<str>,
    /// The photo.
    pub photo: Option<PhotoView>,
    /// The act's genres.
    pub genres: Vec<Link>,
    /// "Berlin, Germany · DJ set, live · here since 2024"; may be empty.
    pub summary: String,
    /// What the act says of itself, paragraph by paragraph, with links that say where they lead.
    pub bio: Words,
    /// Whether a request can be sent now.
    pub bookable: bool,
    /// Whether nobody of the act has said yes to this page; such a page is never bookable.
    pub unclaimed: bool,
    /// What the act asks of a request, and how it answers; shown only when bookable.
    pub asks: Vec<Fact>,
    /// Why no request can be sent; shown only when not bookable.
    pub closed_reason: String,
    /// The newest figure of each metric.
    pub figures: Vec<Figure>,
    /// Markup: the chart; empty when there is too little to draw.
    pub chart_svg: String,
    /// "Monthly listeners. A gap means nobody entered a figure."
    pub chart_caption: String,
    /// The head of the table's column of numbers ("Monthly listeners").
    pub chart_metric: String,
    /// The figures of the chart, newest first.
    pub chart_rows: Vec<ChartRow>,
    /// The act's places on other sites.
    pub links: Vec<OutLink>,
    /// Where the act takes the page over; read only when unclaimed.
    pub claim_url: String,
    /// Where anybody has something corrected or removed; empty while visitors do not see the page.
    pub correct_url: String,
    /// Where anybody reports the page.
    pub report_url: String,
}

impl ProfilePage {
    /// The class that keeps a name on the first screen: a heading in the largest size holds about
    /// twenty letters a line and half of that on a phone, and breaks inside a longer word.
    pub fn name_size(&self) -> &'static str {
        name_size(&self.name)
    }
}

fn name_size(name: &str) -> &'static str {
    let length = name.chars().count();
    let longest_word = name.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    match (length, longest_word) {
        (0..=32, 0..=14) => "short",
        (0..=80, 0..=24) => "long",
        _ => "very-long",
    }
}

/// `/leaving`: where a link of a profile goes, before it goes there.
#[derive(Template)]
#[template(path = "artists/leaving.html")]
pub struct LeavingPage {
    /// What every page says.
    pub page: Page,
    /// The whole address, `http` or `https`.
    pub url: String,
    /// The site in it ("records.example").
    pub host: String,
    /// The profile the link stands on; its URL is empty when that is not known.
    pub back: Link,
}

#[cfg(test)]
mod tests {
    use super::name_size;

    #[test]
    fn a_name_that_fits_two_lines_is_set_large() {
        assert_eq!(name_size("Kaleidoscope Evenings"), "short");
        assert_eq!(name_size("Йорк Полночь"), "short");
        assert_eq!(name_size(""), "short");
    }

    #[test]
    fn a_long_word_counts_like_a_long_name() {
        assert_eq!(name_size("Donaudampfschifffahrt"), "long");
        assert_eq!(name_size("The Lamplight Committee and Its Friends from the Harbour"), "long");
        assert_eq!(name_size(&"a".repeat(300)), "very-long");
    }
}
