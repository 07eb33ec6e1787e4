//! The page on which an artist's team puts up its photo, and the photos themselves.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETag, EntityTag};
use actix_web::{HttpRequest, HttpResponse, web};

use super::edit::get_managed;
use super::edit_pages::After;
use super::photo_views::PhotoPage;
use super::upload_pages::take_from_manager;
use super::{Artist, forms, photo, photo_store, present};
use crate::accounts::session::Who;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::auth::Visitor;
use crate::web::form_state::{Fields, FormState};
use crate::web::page::{Page, has_kept, private, see_other};
use crate::web::posted::Posted;
use crate::web::uploaded::{File, Uploaded};

/// GET `/artists/{slug}/photo`
pub async fn photo_form(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse> {
    let form = FormState::default();
    photo_page(&app, &who, &slug, StatusCode::OK, form, after.is_saved()).await
}

async fn photo_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    form: FormState,
    saved: bool,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    let (artist, photo): (Artist, _) = app
        .db
        .read(move |reader| {
            let artist = get_managed(reader, &slug, contact)?;
            let photo = photo_store::find_photo(reader, artist.id)?;
            Ok((artist, photo))
        })
        .await?;
    let facts = artist.facts;
    private(
        status,
        &PhotoPage {
            page: Page::member(app, who, &format!("Photo of {}", facts.name)),
            form,
            photo: photo.and_then(|photo| present::photo(&photo, &facts.name)),
            url: format!("/artists/{}", facts.slug),
            look_url: facts.url_for_team(),
            name: facts.name,
            saved,
        },
    )
}

/// POST `/artists/{slug}/photo`
pub async fn put_photo(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let slug = slug.into_inner();
    let (_place, form) = take_from_manager(&app, &who, &slug, &request, payload).await?;
    let Uploaded { fields, file } = form;
    match save(&app, &who, &slug, &fields, file).await {
        Ok(()) => Ok(see_other(&format!("/artists/{slug}/photo?saved=yes"))),
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&fields, errors);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(photo_page(&app, &who, &slug, status, form, false).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn save(app: &App, who: &Who, slug: &str, fields: &Fields, file: File) -> Result<()> {
    let (original, alt) = forms::read_photo(fields, file)?;
    let (contact, now) = (who.contact, app.db.now());
    app.db.read(move |reader| photo::require_turn(reader, contact, now)).await?;
    let prints = app.darkroom.develop(original).await?;
    let prints = app.darkroom.keep(prints).await?;
    let slug = slug.to_owned();
    app.db.write(move |tx| photo::put(tx, &slug, contact, &alt, &prints)).await
}

/// POST `/artists/{slug}/photo/remove`
pub async fn remove_photo(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let (wanted, contact) = (slug.clone(), who.contact);
    app.db.write(move |tx| photo::remove(tx, &wanted, contact)).await?;
    Ok(see_other(&format!("/artists/{slug}/photo?saved=yes")))
}

/// GET `/photos/{hash}.webp`
pub async fn serve(
    app: web::Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    hash: web::Path<String>,
) -> Result<HttpResponse> {
    let hash = hash.into_inner();
    if !photo::is_name(&hash) {
        return Err(Error::NotFound);
    }
    let (wanted, contact) = (hash.clone(), visitor.contact());
    let seen = app.db.read(move |reader| photo_store::get_seen(reader, &wanted, contact)).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "image/webp"));
    if seen.is_public {
        // What is under a name never changes; whether it may be seen does. So whoever kept it asks
        // again after five minutes: what is hidden or taken away is gone from caches by then.
        let tag = EntityTag::new_strong(hash.clone());
        let is_kept = has_kept(&request, &tag);
        answer.insert_header((CACHE_CONTROL, "public, max-age=300")).insert_header(ETag(tag));
        if is_kept {
            return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
        }
    } else {
        // What its own people alone may see, no cache on the way keeps.
        answer.insert_header((CACHE_CONTROL, "private, no-store"));
    }
    let bytes = match seen.bytes {
        Some(bytes) => bytes,
        None => app.darkroom.fetch(hash).await?,
    };
    Ok(answer.body(bytes))
}
