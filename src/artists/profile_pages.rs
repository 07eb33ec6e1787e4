//! A profile, as everybody sees it, and as its own team sees it before.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;

use super::edit::{self, Edited, get_own};
use super::floor::Floor;
use super::photo::Photo;
use super::stats::StatPoint;
use super::views::{PreviewView, ProfilePage};
use super::{Artist, Listing, cover, figure_store, photo_store, present, store};
use crate::accounts::session::Who;
use crate::app::App;
use crate::booking_requests::floor::stopped_of_last;
use crate::booking_requests::views::Carried;
use crate::booking_requests::words::words;
use crate::db::Reader;
use crate::error::Result;
use crate::web::auth::FORM_TOKEN;
use crate::web::form_state::Fields;
use crate::web::page::{Page, Text, moved, private, see_other};
use crate::web::page_cache::Instead;

/// The fields of the editor that say what becomes of the others.
const LEFT_OUT: [&str; 3] = [FORM_TOKEN, "preview", "change"];

/// Everything that a profile is made of.
struct Profile {
    artist: Artist,
    stats: Vec<StatPoint>,
    photo: Option<Photo>,
}

impl Profile {
    fn of(reader: &mut Reader<'_>, artist: Artist, today: Date) -> Result<Self> {
        let stats = figure_store::list_shown(reader, artist.id, today)?;
        let photo = photo_store::find_photo(reader, artist.id)?;
        Ok(Self { artist, stats, photo })
    }

    /// The page; its links lead to what is at this slug.
    fn view(&self, app: &App, page: Page, slug: &str) -> ProfilePage {
        let today = app.db.now().date_utc();
        let (artist, facts) = (&self.artist, &self.artist.facts);
        let url = format!("/artists/{slug}");
        // What is not to be seen can be neither reported nor claimed.
        let led_to = |what: &str| match facts.listing.is_visible() {
            true => format!("{url}/{what}"),
            false => String::new(),
        };
        let (chart_svg, chart_rows) = present::chart(&self.stats, today);
        ProfilePage {
            page,
            preview: None,
            json_ld: String::new(),
            request_url: format!("{url}/request"),
            keep_url: format!("{url}/shortlist"),
            name: facts.name.clone(),
            cover_svg: cover::cover_svg(&facts.slug),
            photo: self.photo.as_ref().and_then(|photo| present::photo(photo, &facts.name)),
            genres: present::genre_links(&facts.genres),
            summary: present::summary(artist),
            bio: words(&facts.bio),
            bookable: artist.bookable,
            unclaimed: facts.listing == Listing::Unclaimed,
            asks: present::asks_and_answers(artist),
            closed_reason: present::closed_reason(artist),
            figures: present::figures(&self.stats, today),
            chart_svg,
            chart_caption: "Monthly listeners. A gap means that nobody entered a figure.".into(),
            chart_metric: "Monthly listeners".into(),
            chart_rows,
            links: present::out_links(artist, slug),
            claim_url: led_to("claim"),
            correct_url: led_to("report?about=correction"),
            report_url: led_to("report"),
        }
    }
}

/// GET `/artists/{slug}`
pub async fn profile(
    app: web::Data<App>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let url = format!("/artists/{slug}");
    app.pages.answer(&app.db, &request, url, profile_page(&app, slug)).await
}

async fn profile_page(app: &App, slug: String) -> Result<Text, Instead> {
    let wanted = slug.clone();
    let now = app.db.now();
    let profile = app
        .db
        .read(move |reader| {
            let artist = store::get_visible_by_any(reader, &wanted)?;
            Profile::of(reader, artist, now.date_utc())
        })
        .await?;
    let facts = &profile.artist.facts;
    let path = format!("/artists/{}", facts.slug);
    if facts.slug != slug {
        return Err(Instead::Answer(moved(&path)));
    }
    let mut page = Page::public(app, &facts.name, &path)
        .in_section("artists")
        .described(facts.bio.split("\n\n").next().unwrap_or_default());
    page.index = facts.listing.is_public();
    let mut view = profile.view(app, page, &slug);
    if facts.listing.is_public() {
        let image = view.photo.as_ref().map(|photo| app.config.absolute(&photo.url));
        let url = app.config.absolute(&path);
        view.json_ld = present::json_ld(&profile.artist, &url, image.as_deref());
    }
    Ok(Text::page(&view)?)
}

/// GET `/artists/{slug}/preview`: for the team, as long as nobody else sees the page.
pub async fn preview(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.into_inner(), who.contact);
    let wanted = slug.clone();
    let now = app.db.now();
    let profile = app
        .db
        .read(move |reader| {
            let artist = get_own(reader, &wanted, contact)?;
            Profile::of(reader, artist, now.date_utc())
        })
        .await?;
    let facts = &profile.artist.facts;
    let why = match facts.listing {
        Listing::Draft => "the page is a draft.",
        Listing::Hidden => "the page was taken from view by a moderator.",
        Listing::Listed | Listing::Unlisted | Listing::Unclaimed => {
            return Ok(see_other(&facts.url_for_team()));
        }
    };
    let preview = PreviewView {
        words: format!("Only you and your team see this: {why}"),
        edit_url: format!("/artists/{slug}/edit"),
        carried: Vec::new(),
    };
    preview_page(&app, &who, &profile, &slug, preview)
}

/// What was typed into the editor, as visitors would see it. Nothing is saved.
///
/// # Errors
/// The same as if it were saved.
pub(super) async fn preview_typed(
    app: &App,
    who: &Who,
    slug: &str,
    edited: Edited,
    fields: &Fields,
) -> Result<HttpResponse> {
    let (wanted, contact) = (slug.to_owned(), who.contact);
    let now = app.db.now();
    let profile = app
        .db
        .read(move |reader| {
            let artist = edit::preview(reader, &wanted, contact, &edited, now)?;
            let stopped = stopped_of_last(reader, artist.id, &artist.facts.floor)?;
            Ok((Profile::of(reader, artist, now.date_utc())?, stopped))
        })
        .await?;
    let (profile, stopped) = profile;
    let words = match profile.artist.facts.floor == Floor::default() {
        true => "This is a preview. Nothing is saved yet.".to_owned(),
        false => {
            let stopped = stopped.sentence().replacen("This", "What you ask", 1);
            format!("This is a preview. Nothing is saved yet. {stopped}").trim_end().to_owned()
        }
    };
    let preview = PreviewView {
        words,
        edit_url: format!("/artists/{slug}/edit"),
        carried: fields
            .iter()
            .filter(|(name, value)| !LEFT_OUT.contains(name) && !value.is_empty())
            .map(|(name, value)| Carried { name: name.to_owned(), value: value.to_owned() })
            .collect(),
    };
    preview_page(app, who, &profile, slug, preview)
}

fn preview_page(
    app: &App,
    who: &Who,
    profile: &Profile,
    slug: &str,
    preview: PreviewView,
) -> Result<HttpResponse> {
    let page = Page::member(app, who, &format!("Preview: {}", profile.artist.facts.name));
    let view = profile.view(app, page, slug);
    private(StatusCode::OK, &ProfilePage { preview: Some(preview), ..view })
}
