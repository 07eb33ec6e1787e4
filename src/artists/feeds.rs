//! For programs: the site map and the feed of new artists.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::feed_store;
use crate::app::App;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::ids::ArtistId;
use crate::web::page::{Text, render};
use crate::web::page_cache::Instead;

/// Addresses in one part of the site map (sitemaps.org allows 50,000).
const PART: i64 = 50_000;
const XML: &str = "application/xml; charset=utf-8";

/// One address of the site map.
struct Entry {
    url: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "artists/sitemap.xml")]
struct SiteMap {
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "artists/sitemap_index.xml")]
struct SiteMapIndex {
    parts: Vec<String>,
}

/// GET `/sitemap.xml`: the map, or where its parts are.
pub async fn site_map(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    app.pages.answer(&app.db, &request, "/sitemap.xml".to_owned(), whole(&app)).await
}

async fn whole(app: &App) -> Result<Text, Instead> {
    let starts = app.db.read(|reader| feed_store::list_site_map_parts(reader, PART)).await?;
    if starts.len() == 1 {
        return part(app, ArtistId(0)).await;
    }
    let parts =
        starts.iter().map(|start| app.config.absolute(&format!("/sitemap-{start}.xml"))).collect();
    Ok(Text { content_type: XML, body: render(&SiteMapIndex { parts })? })
}

/// GET `/sitemap-{after}.xml`
pub async fn site_map_part(
    app: web::Data<App>,
    request: HttpRequest,
    after: web::Path<i64>,
) -> Result<HttpResponse> {
    let after = after.into_inner();
    let url = format!("/sitemap-{after}.xml");
    app.pages.answer(&app.db, &request, url, part(&app, ArtistId(after))).await
}

async fn part(app: &App, after: ArtistId) -> Result<Text, Instead> {
    let rows =
        app.db.read(move |reader| feed_store::list_for_site_map(reader, after, PART)).await?;
    if rows.is_empty() && after.0 != 0 {
        return Err(Error::NotFound.into());
    }
    let artists = rows.into_iter().map(|(_, slug, changed)| Entry {
        url: app.config.absolute(&format!("/artists/{slug}")),
        changed: Instant::from_micros(changed).rfc3339(),
    });
    let fixed = ["/", "/artists", "/how-it-works", "/legal/disclaimer"];
    let fixed = fixed
        .iter()
        .filter(|_| after.0 == 0)
        .map(|path| Entry { url: app.config.absolute(path), changed: String::new() });
    let genres = super::genres::all().iter().filter(|_| after.0 == 0).map(|genre| Entry {
        url: app.config.absolute(&format!("/genres/{}", genre.slug)),
        changed: String::new(),
    });
    let entries = fixed.chain(genres).chain(artists).collect();
    Ok(Text { content_type: XML, body: render(&SiteMap { entries })? })
}

/// One entry of the feed.
struct FeedEntry {
    id: String,
    url: String,
    name: String,
    summary: String,
    added: String,
}

#[derive(Template)]
#[template(path = "artists/feed.xml")]
struct Feed {
    site_name: String,
    base_url: String,
    feed_url: String,
    updated: String,
    entries: Vec<FeedEntry>,
}

/// GET `/artists/new.atom`
pub async fn feed(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    app.pages.answer(&app.db, &request, "/artists/new.atom".to_owned(), newest(&app)).await
}

async fn newest(app: &App) -> Result<Text, Instead> {
    let newest = app.db.read(|reader| feed_store::list_newest_bios(reader, 40)).await?;
    let updated = newest.iter().map(|(card, _)| card.created_at).max().unwrap_or(0);
    let entries = newest
        .into_iter()
        .map(|(card, bio)| FeedEntry {
            id: format!("{}/artists/id/{}", app.site.base_url, card.artist),
            url: app.config.absolute(&format!("/artists/{}", card.slug)),
            name: card.name,
            summary: bio.split("\n\n").next().unwrap_or_default().to_owned(),
            added: Instant::from_micros(card.created_at).rfc3339(),
        })
        .collect();
    let feed = Feed {
        site_name: app.config.site_name.clone(),
        base_url: app.site.base_url.clone(),
        feed_url: app.config.absolute("/artists/new.atom"),
        updated: Instant::from_micros(updated).rfc3339(),
        entries,
    };
    Ok(Text { content_type: "application/atom+xml; charset=utf-8", body: render(&feed)? })
}
