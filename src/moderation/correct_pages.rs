//! What those who decide change on the page of an artist: facts for which nobody answers are put right,
//! and a photo that must not stand there is taken away.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::decide::reason;
use super::hiding::take_photo;
use super::staff_views::{CorrectPage, StaffPhotoPage};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::add_forms::read_correction;
use crate::artists::edit::Edited;
use crate::artists::forms::{filled, genre_choices, genre_fields};
use crate::artists::{Artist, contact_forms, correcting, photo_store, present, store};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

fn find(reader: &mut Reader<'_>, slug: &str) -> Result<Artist> {
    store::find_by_slug(reader, slug)?.ok_or(Error::NotFound)
}

/// GET `/staff/artists/{slug}/correct`
pub async fn correct_form(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    correct_page(&app, &who, &slug, StatusCode::OK, None).await
}

/// The page, with the facts as they stand or as they were typed.
async fn correct_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    typed: Option<FormState>,
) -> Result<HttpResponse> {
    let wanted = slug.to_owned();
    let artist = app
        .db
        .read(move |reader| {
            let artist = find(reader, &wanted)?;
            correcting::require_nobodys(reader, artist.id)?;
            Ok(artist)
        })
        .await?;
    let facts = &artist.facts;
    let mut form =
        typed.unwrap_or_else(|| contact_forms::answered(filled(facts, artist.updated_at)));
    // Who has been told that it changed saves over what is there now; nobody else does.
    if !form.error("").is_empty() {
        form.set("seen", artist.updated_at.micros().to_string());
    }
    contact_forms::warn(&mut form, contact_forms::ANOTHERS);
    private(
        status,
        &CorrectPage {
            page: Page::staff(app, who, &format!("Put right: {}", facts.name)),
            form,
            name: facts.name.clone(),
            source: facts.source.clone(),
            genre_fields: genre_fields().collect(),
            genres: genre_choices(),
            countries: &app.choices.countries,
            staff_url: format!("/staff/artists/{slug}"),
        },
    )
}

/// POST `/staff/artists/{slug}/correct`
pub async fn correct(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let fields = &posted.fields;
    let (status, errors) = match read_correction(fields) {
        Ok(_) if contact_forms::is_unanswered(fields) => (StatusCode::OK, Vec::new()),
        Ok(edited) => match put_right(&app, &slug, edited).await {
            Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
            done => {
                return done.map(|()| see_other(&format!("/staff/artists/{slug}?done=corrected")));
            }
        },
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(error) => return Err(error),
    };
    correct_page(&app, &who, &slug, status, Some(FormState::again(fields, errors))).await
}

async fn put_right(app: &App, slug: &str, edited: Edited) -> Result<()> {
    let slug = slug.to_owned();
    app.db
        .write(move |tx| {
            let artist = find(tx, &slug)?;
            correcting::put_right(tx, artist.id, &edited)
        })
        .await
}

/// GET `/staff/artists/{slug}/photo`
pub async fn photo_form(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    photo_page(&app, &who, &slug, StatusCode::OK, FormState::default()).await
}

async fn photo_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let wanted = slug.to_owned();
    let (artist, photo) = app
        .db
        .read(move |reader| {
            let artist = find(reader, &wanted)?;
            let photo = photo_store::find_photo(reader, artist.id)?;
            Ok((artist, photo.ok_or(Error::NotFound)?))
        })
        .await?;
    let name = artist.facts.name;
    private(
        status,
        &StaffPhotoPage {
            page: Page::staff(app, who, &format!("The photo of {name}")),
            form,
            photo: present::photo(&photo, &name).ok_or(Error::NotFound)?,
            is_seen: artist.facts.listing.is_visible(),
            name,
            staff_url: format!("/staff/artists/{slug}"),
        },
    )
}

/// POST `/staff/artists/{slug}/photo`: takes it away.
pub async fn remove_photo(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let reason = match reason(posted.fields.value("reason")) {
        Ok(reason) => reason,
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            return photo_page(&app, &who, &slug, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
        Err(error) => return Err(error),
    };
    let (site, wanted) = (app.site.clone(), slug.clone());
    app.db
        .write(move |tx| {
            let artist = find(tx, &wanted)?;
            take_photo(tx, &site, &artist, &reason)
        })
        .await?;
    app.bell.ring();
    Ok(see_other(&format!("/staff/artists/{slug}?done=unpictured")))
}
