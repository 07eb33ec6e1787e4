//! The pages on which artists are found, and the one on the way to other sites.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use serde::Deserialize;

use super::counts::Remembered;
use super::genres::Genre;
use super::list_words::{describe_list, describe_title};
use super::paging::{self, Count, Page as Rows};
use super::panels;
use super::present;
use super::query::{Edge, Filter, ListQuery, Sort};
use super::search;
use super::views::{GenrePage, HomePage, LeavingPage, Link, ListPage};
use super::{genres, suggest_store};
use crate::app::App;
use crate::calendar::filling;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::places::Country;
use crate::web::form_state::Fields;
use crate::web::page::{Page, Text, private};
use crate::web::page_cache::Instead;

/// GET `/`
pub async fn home(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    app.pages.answer(&app.db, &request, "/".to_owned(), home_page(&app)).await
}

async fn home_page(app: &App) -> Result<Text, Instead> {
    let (line_up, newest) = app
        .db
        .read(|reader| {
            let popular = ListQuery::of(Filter::None);
            let newest = ListQuery { sort: Sort::Newest, ..popular.clone() };
            Ok((search::list_from(reader, &popular, 8)?, search::list_from(reader, &newest, 6)?))
        })
        .await?;
    const FIRST: [&str; 12] = [
        "techno",
        "house",
        "ambient",
        "jazz",
        "disco",
        "drum-and-bass",
        "indie-rock",
        "hip-hop",
        "folk",
        "dub",
        "afrobeats",
        "cumbia",
    ];
    let mut shown: Vec<Link> = present::genre_links(
        &FIRST
            .iter()
            .filter(|slug| genres::find(slug).is_some())
            .map(|s| (*s).to_owned())
            .collect::<Vec<_>>(),
    );
    shown.push(Link { url: "/artists".into(), label: "all acts".into() });
    let title = app.config.site_name.clone();
    let page = HomePage {
        page: Page::public(app, &title, "/").described(
            "Find an act, see honest figures, and send a complete booking request. No agency, no \
             fee, no account needed.",
        ),
        genres: shown,
        line_up: line_up
            .into_iter()
            .filter(|card| card.popularity >= 0)
            .map(present::row)
            .collect(),
        newest: newest.into_iter().map(present::row).collect(),
    };
    Ok(Text::page(&page)?)
}

fn query_of(app: &App, request: &HttpRequest) -> ListQuery {
    let query = match Fields::parse(request.query_string().as_bytes()) {
        Ok(fields) => ListQuery::read(fields.iter()),
        Err(_) => ListQuery::of(Filter::None),
    };
    // Nobody can ask for other days, so that nothing is known of who is free on them.
    let (from, to) = filling::window(app.db.now());
    match query.free.parse::<Date>() {
        Ok(day) if day < from || day > to => query.with_free(""),
        _ => query,
    }
}

struct Found {
    rows: Rows,
    suggestions: Vec<(ListQuery, String)>,
}

fn find(reader: &mut Reader<'_>, query: &ListQuery, remembered: &Remembered) -> Result<Found> {
    let rows = remembered.list_page(reader, query)?;
    let mut suggestions = Vec::new();
    if rows.cards.is_empty() {
        suggestions = suggest(reader, query, rows.count)?;
    }
    Ok(Found { rows, suggestions })
}

/// What leads on from an empty list: another spelling, a genre or a place of that name, or the
/// list with one filter fewer, the widest first.
fn suggest(
    reader: &mut Reader<'_>,
    query: &ListQuery,
    counted: Count,
) -> Result<Vec<(ListQuery, String)>> {
    if query.edge != Edge::Start {
        let beginning = ListQuery { edge: Edge::Start, ..query.clone() };
        return Ok(vec![(beginning, "This list from its beginning".to_owned())]);
    }
    let Filter::Search(text) = &query.filter else {
        let mut wider = Vec::new();
        for query in wider_lists(query) {
            match search::count(reader, &query)? {
                Count::Exactly(0) => {}
                Count::Exactly(count) => wider.push((count, query)),
                Count::AtLeast(_) => wider.push((usize::MAX, query)),
            }
        }
        wider.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let described = wider.into_iter().map(|(_, query)| {
            let label = describe_list(&query);
            (query, label)
        });
        return Ok(described.collect());
    };
    let mut found = Vec::new();
    let any_night = query.with_free("");
    if !query.free.is_empty() && paging::has_any(reader, &any_night)? {
        found.push(any_night);
    } else if counted == Count::Exactly(0) {
        found.extend(meant(reader, query, text)?);
    }
    found.push(query.with_filter(Filter::None));
    let described = found.into_iter().map(|query| {
        let label = describe_list(&query);
        (query, label)
    });
    Ok(described.collect())
}

/// What somebody may have meant who searched for a name that no act has. A spelling is offered when it
/// finds an act.
fn meant(reader: &mut Reader<'_>, query: &ListQuery, text: &str) -> Result<Vec<ListQuery>> {
    let mut spelled = None;
    for spelling in suggest_store::list_spellings(reader, text)? {
        let is_one_word = !spelling.contains(' ');
        let search = Filter::Search(spelling);
        // One word is an act's. Of several it has to be looked up whether an act has all of them.
        if is_one_word || paging::has_any(reader, &query.with_filter(search.clone()))? {
            spelled = Some(search);
            break;
        }
    }
    let genre = genres::resolve(text).map(|genre| Filter::Genre(genre.slug.clone()));
    let country = Country::resolve(text).map(Filter::Country);
    let city = suggest_store::find_city(reader, text)?
        .map(|(city, country)| Filter::City(super::names::name_key(&city), city, country));
    let filters = [spelled, genre, country, city].into_iter().flatten();
    Ok(filters.map(|filter| query.with_filter(filter)).collect())
}

fn wider_filters(filter: &Filter) -> Vec<Filter> {
    match filter {
        Filter::Genres(one, other) => {
            vec![Filter::Genre(one.clone()), Filter::Genre(other.clone()), Filter::None]
        }
        Filter::GenreInCountry(genre, country) => {
            vec![Filter::Genre(genre.clone()), Filter::Country(country.clone()), Filter::None]
        }
        Filter::City(_, _, country) => vec![Filter::Country(country.clone()), Filter::None],
        _ => vec![Filter::None],
    }
}

/// The lists with one filter fewer, the day among them.
fn wider_lists(query: &ListQuery) -> Vec<ListQuery> {
    let mut lists: Vec<ListQuery> =
        wider_filters(&query.filter).into_iter().map(|filter| query.with_filter(filter)).collect();
    if !query.free.is_empty() {
        lists.push(query.with_free(""));
    }
    lists
}

/// Bytes of a list's page beside its filters; 24 acts with covers make most of them.
const BESIDE_PANELS: usize = 40 * 1024;

/// GET `/artists`
pub async fn list(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let query = query_of(&app, &request);
    // What people type (a search, a city) is as various as they are, and would push out what everybody
    // reads.
    if query.filter.offer().is_none() {
        return app.pages.answer_anew(&request, list_page(&app, query)).await;
    }
    app.pages.answer(&app.db, &request, query.url(), list_page(&app, query)).await
}

async fn list_page(app: &App, query: ListQuery) -> Result<Text, Instead> {
    let remembered = app.counts.look(&app.db, &query);
    let (asked, known) = (query.clone(), remembered.clone());
    let found = app.db.read(move |reader| find(reader, &asked, &known)).await?;
    app.counts.keep(remembered, found.rows.count);
    let active = panels::active(&query);
    let everything = ListQuery::of(Filter::None).url();
    let first_page = ListQuery { edge: Edge::Start, ..query.clone() };
    let title = match query.free.is_empty() {
        true => describe_title(&query.filter),
        false => describe_list(&query),
    };
    let mut page = Page::public(app, &title, &first_page.url())
        .in_section("artists")
        .described("Acts by genre, place and size of audience, with figures that have a source.");
    page.index = matches!(query.filter, Filter::None | Filter::Genre(_) | Filter::Country(_))
        && query.edge == Edge::Start
        && query.free.is_empty();
    let page = ListPage {
        page,
        query: match &query.filter {
            Filter::Search(text) => text.clone(),
            _ => String::new(),
        },
        clear_url: if active.len() > 1 { everything } else { String::new() },
        active,
        panels: app.panels.of(&query)?,
        free: query.free.clone(),
        kept: query.fields(),
        sorts: panels::sorts(&query),
        count: present::count_words(found.rows.count, &query),
        empty_reason: empty_reason(&query, &found),
        rows: found.rows.cards.into_iter().map(present::row).collect(),
        add_url: add_url(&query),
        suggestions: found
            .suggestions
            .into_iter()
            .map(|(query, label)| Link { url: query.url(), label })
            .collect(),
        previous_url: found.rows.previous.map(|query| query.url()).unwrap_or_default(),
        next_url: found.rows.next.map(|query| query.url()).unwrap_or_default(),
    };
    Ok(Text::page_of(page.panels.len() + BESIDE_PANELS, &page)?)
}

fn empty_reason(query: &ListQuery, found: &Found) -> String {
    let any_night = query.with_free("");
    let has_some =
        !query.free.is_empty() && found.suggestions.iter().any(|(other, _)| *other == any_night);
    match &query.filter {
        _ if query.edge != Edge::Start => "Nothing comes here: the list has become shorter.".to_owned(),
        Filter::Search(text) if has_some => {
            format!("No act that is called like “{text}” is free on that night.")
        }
        Filter::Search(_) if matches!(found.rows.count, Count::AtLeast(_)) => {
            "Too many acts have words that begin so, and none of the best known has all of them. Write \
             more of each word."
                .to_owned()
        }
        Filter::Search(text) => {
            format!("No act has words in its name that begin like “{text}”.")
        }
        _ if !query.free.is_empty() => "None of these acts is free on that night.".to_owned(),
        Filter::None => "No act is listed yet.".to_owned(),
        _ => "No act fits all of these at once.".to_owned(),
    }
}

/// The page on which an act is added, with the name that was looked for in vain.
fn add_url(query: &ListQuery) -> String {
    match &query.filter {
        Filter::Search(text) => {
            let name: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            format!("/artists/add?name={name}")
        }
        _ => "/artists/add".to_owned(),
    }
}

/// GET `/genres/{slug}`
pub async fn genre(
    app: web::Data<App>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let genre = genres::find(&slug).ok_or(Error::NotFound)?;
    let mut query = query_of(&app, &request);
    query.filter = Filter::Genre(genre.slug.clone());
    query.free.clear();
    let url = format!("/genres/{}{}", genre.slug, query.with_edge_only());
    app.pages.answer(&app.db, &request, url, genre_page(&app, genre, query)).await
}

async fn genre_page(app: &App, genre: &Genre, query: ListQuery) -> Result<Text, Instead> {
    let remembered = app.counts.look(&app.db, &query);
    let (asked, known) = (query.clone(), remembered.clone());
    let found = app.db.read(move |reader| known.list_page(reader, &asked)).await?;
    app.counts.keep(remembered, found.count);
    let path = format!("/genres/{}", genre.slug);
    let here = |query: ListQuery| {
        let url = query.with_edge_only();
        format!("{path}{url}")
    };
    let related = genres::all()
        .iter()
        .filter(|other| other.slug != genre.slug && shares_word(&other.name, &genre.name))
        .take(8)
        .map(|other| other.slug.clone())
        .collect::<Vec<_>>();
    let page = GenrePage {
        page: Page::public(app, &format!("Acts that play {}", genre.name), &path)
            .in_section("artists")
            .described(format!("Acts that play {}, most monthly listeners first.", genre.name)),
        name: genre.name.clone(),
        related: present::genre_links(&related),
        count: present::count_words(found.count, &query),
        filter_url: ListQuery::of(query.filter.clone()).url(),
        rows: found.cards.into_iter().map(present::row).collect(),
        previous_url: found.previous.map(here).unwrap_or_default(),
        next_url: found.next.map(here).unwrap_or_default(),
    };
    Ok(Text::page(&page)?)
}

fn shares_word(one: &str, other: &str) -> bool {
    one.split(' ').any(|word| word.len() > 2 && other.split(' ').any(|known| known == word))
}

/// The query of the leaving page.
#[derive(Deserialize)]
pub struct Leaving {
    to: String,
    #[serde(default)]
    from: String,
}

/// GET `/leaving`: says where a link leads; the reader follows it, or not.
pub async fn leaving(app: web::Data<App>, query: web::Query<Leaving>) -> Result<HttpResponse> {
    let url = url::Url::parse(&query.to)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        .ok_or(Error::NotFound)?;
    let back = match genres::is_slug(&query.from) {
        true => Link { url: format!("/artists/{}", query.from), label: "Back".into() },
        false => Link { url: String::new(), label: String::new() },
    };
    private(
        StatusCode::OK,
        &LeavingPage {
            page: Page::private(&app, "You are leaving this site"),
            host: url.host_str().unwrap_or_default().to_owned(),
            url: url.to_string(),
            back,
        },
    )
}
