//! The days of another calendar are blocked: of its file, or of the text of it. Nothing is fetched.

use actix_web::{HttpRequest, HttpResponse, web};

use super::day_forms::in_pieces;
use super::pages::{back, change};
use super::{filling, ical_read, store};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::upload_pages::{require_manager, take_from_manager};
use crate::error::{Error, Result};
use crate::web::posted::Posted;
use crate::web::uploaded::{File, Uploaded};

/// POST `/artists/{slug}/calendar/import`: the text was pasted, or what came from calendars is freed
/// (`clear` is "yes").
pub async fn paste(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let fields = &posted.fields;
    let done = match fields.value("clear") {
        "yes" => change(&app, &who, &slug, |tx, artist| store::delete_imported(tx, artist.id))
            .await
            .map(|()| "cleared"),
        _ => {
            require_manager(&app, &who, &slug).await?;
            let _place = app.darkroom.admit()?;
            block(&app, &who, &slug, "calendar", fields.value("calendar").to_owned()).await
        }
    };
    back(&app, &who, &slug, fields, done).await
}

/// POST `/artists/{slug}/calendar/import/file`
pub async fn upload(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let slug = slug.into_inner();
    let (_place, form) = take_from_manager(&app, &who, &slug, &request, payload).await?;
    let Uploaded { fields, file } = form;
    let done = match text_of(file) {
        Ok(text) => block(&app, &who, &slug, "file", text).await,
        Err(what) => Err(Error::field("file", what)),
    };
    Ok(back(&app, &who, &slug, &fields, done).await?)
}

fn text_of(file: File) -> Result<String, &'static str> {
    match file {
        File::Missing => Err("Choose a calendar file"),
        File::TooLarge => Err("This file is too large for a calendar. Export only what lies ahead"),
        File::Bytes(bytes) => String::from_utf8(bytes)
            .map_err(|_| "This is no calendar file: its name ends in .ics, and it is text"),
    }
}

/// Blocks the days of a calendar, in the place of those of the one before; none of its words is kept.
/// Returns what was done.
///
/// # Errors
/// At this field, what is wrong with the calendar.
async fn block(
    app: &App,
    who: &Who,
    slug: &str,
    field: &'static str,
    text: String,
) -> Result<&'static str> {
    let (from, to) = filling::window(app.db.now());
    // A large one with many repetitions takes a while to read: meanwhile others are answered.
    let read = tokio::task::spawn_blocking(move || ical_read::read(&text, from, to)).await;
    let busy = read
        .map_err(Error::unexpected)?
        .map_err(|problem| Error::field(field, problem.message()))?;
    if busy.days.is_empty() {
        return Err(Error::field(
            field,
            "No event of this calendar lies ahead, so there is nothing to block",
        ));
    }
    let done = if busy.skipped > 0 { "imported-in-part" } else { "imported" };
    let pieces = in_pieces(busy.days);
    change(app, who, slug, move |tx, artist| {
        store::delete_imported(tx, artist.id)?;
        pieces.iter().try_for_each(|piece| store::insert_block(tx, artist.id, piece))
    })
    .await?;
    Ok(done)
}
