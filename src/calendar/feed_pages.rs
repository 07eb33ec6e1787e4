//! The secret links by which a member's own calendar program reads an artist's calendar.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use jiff::Span;

use super::views::FeedPage;
use super::{events, feed_store, filling, ical_write};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::edit::{get_own, lock_own};
use crate::artists::{contact_store, store as artists};
use crate::error::{Error, Result};
use crate::ids::FeedId;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Links that one member may have to one calendar: one for each device.
const MOST: usize = 10;

/// How far back a feed reaches, in days.
const BACK: i64 = 90;

/// POST `/artists/{slug}/calendar/feeds`: makes a link and shows it, once.
pub async fn make(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let (wanted, contact) = (slug.clone(), who.contact);
    let made = app.db.write(move |tx| {
        let artist = lock_own(tx, &wanted, contact)?;
        if feed_store::list_feeds(tx, artist.id, contact)?.len() >= MOST {
            return Err(Error::Conflict(format!(
                "You have {MOST} links to this calendar already. End one of them first."
            )));
        }
        let token = feed_store::insert_feed(tx, artist.id, contact)?;
        Ok((artist.facts.name, token.reveal().to_owned()))
    });
    let (name, token) = made.await?;
    private(
        StatusCode::OK,
        &FeedPage {
            page: Page::member(&app, &who, &format!("A link to the calendar of {name}")),
            name,
            url: format!("/artists/{slug}"),
            link: app.site.absolute(&format!("/calendars/{token}.ics")),
        },
    )
}

/// POST `/artists/{slug}/calendar/feeds/{id}/end`
pub async fn end(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let (wanted, contact) = (slug.clone(), who.contact);
    app.db
        .write(move |tx| {
            get_own(tx, &wanted, contact)?;
            feed_store::delete_feed(tx, contact, FeedId(id))
        })
        .await?;
    Ok(see_other(&format!("/artists/{slug}/calendar?done=ended")))
}

/// GET `/calendars/{token}.ics`: what its owner may see of the calendar now. Whoever left the team has
/// a link to nothing.
pub async fn read(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    let (site, now) = (app.site.clone(), app.db.now());
    let text = app
        .db
        .read(move |reader| {
            let found = feed_store::find_feed(reader, &token)?;
            let (_, artist, contact) = found.ok_or(Error::NotFound)?;
            let joined = contact_store::find_joined(reader, artist, contact)?;
            let joined = joined.ok_or(Error::NotFound)?;
            let (today, to) = filling::window(now);
            let from = today.checked_sub(Span::new().days(BACK)).unwrap_or(today);
            let name = artists::get_artist(reader, artist)?.facts.name;
            let (events, days) = events::list(reader, &site, artist, joined, (from, to), now)?;
            Ok(ical_write::calendar(&name, &events, &days))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"calendar.ics\""))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(("referrer-policy", "no-referrer"))
        .body(text))
}
