//! An artist as those who decide see it: found by the address of its page, taken from view, shown
//! again.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::decide::reason;
use super::hiding::{hide, show};
use super::staff_views::{ArtistFacts, FindArtistPage, StaffArtistPage};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::mails::public_facts;
use crate::artists::{Artist, Listing, contact_store, edit_store, photo_store, store};
use crate::error::{Error, Result};
use crate::web::form_state::FormState;
use crate::web::page::{After, Page, private, see_other};
use crate::web::posted::Posted;

/// Which artist.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    page: String,
}

/// GET `/staff/artists?page=`: leads to the artist whose page that is.
pub async fn find(
    app: web::Data<App>,
    who: Who,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse> {
    let slug = wanted.page.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let mut form = FormState::with(&[("page", &wanted.page)]);
    let mut status = StatusCode::OK;
    if !slug.is_empty() {
        let slug = slug.to_owned();
        let found = app.db.read(move |reader| store::find_by_slug(reader, &slug)).await?;
        if let Some(artist) = found {
            return Ok(see_other(&format!("/staff/artists/{}", artist.facts.slug)));
        }
        status = StatusCode::NOT_FOUND;
        form.refuse("page", "There is no artist at this address");
    }
    private(status, &FindArtistPage { page: Page::staff(&app, &who, "Artists"), form })
}

/// GET `/staff/artists/{slug}`
pub async fn artist(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse> {
    artist_page(&app, &who, &slug, StatusCode::OK, FormState::default(), done(&after)).await
}

async fn artist_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    form: FormState,
    done: &'static str,
) -> Result<HttpResponse> {
    let wanted = slug.to_owned();
    let (artist, hidden_reason, team, photo) = app
        .db
        .read(move |reader| {
            let artist = store::find_by_slug(reader, &wanted)?.ok_or(Error::NotFound)?;
            let reason = edit_store::find_hidden_reason(reader, artist.id)?;
            let team = contact_store::list_confirmed_contacts(reader, artist.id)?.len();
            let photo = photo_store::find_photo(reader, artist.id)?;
            Ok((artist, reason, team, photo))
        })
        .await?;
    let url = format!("/staff/artists/{slug}");
    private(
        status,
        &StaffArtistPage {
            page: Page::staff(app, who, &artist.facts.name),
            form,
            done,
            facts: facts(&artist, team),
            is_nobodys: team == 0,
            has_photo: photo.is_some(),
            hidden_reason: hidden_reason.unwrap_or_default(),
            is_hidden: artist.facts.listing == Listing::Hidden,
            elevated: who.elevated,
            elevate_url: format!("/staff/elevate?next={url}"),
            url,
        },
    )
}

/// What was done right before the page; empty when it comes after nothing.
fn done(after: &After) -> &'static str {
    match after.done.as_str() {
        "corrected" => "The page says what you wrote.",
        "unpictured" => "The photo is gone, and the team was told why.",
        _ => "",
    }
}

/// What staff see of an artist: what everybody would, and whether somebody answers for it.
pub(super) fn facts(artist: &Artist, team: usize) -> ArtistFacts {
    ArtistFacts {
        name: artist.facts.name.clone(),
        url: if artist.facts.listing.is_visible() {
            format!("/artists/{}", artist.facts.slug)
        } else {
            String::new()
        },
        staff_url: format!("/staff/artists/{}", artist.facts.slug),
        listing: artist.facts.listing.label(),
        team: match team {
            0 => "nobody answers for it".to_owned(),
            1 => "one person answers for it".to_owned(),
            people => format!("{people} people answer for it"),
        },
        facts: public_facts(artist),
    }
}

/// POST `/staff/artists/{slug}/{hide|show}`
pub async fn decide(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (slug, step) = path.into_inner();
    let (site, wanted, hides) = (app.site.clone(), slug.clone(), step == "hide");
    let decided = match reason(posted.fields.value("reason")) {
        Ok(reason) => {
            app.db
                .write(move |tx| {
                    let artist = store::find_by_slug(tx, &wanted)?.ok_or(Error::NotFound)?;
                    match hides {
                        true => hide(tx, &site, &artist, &reason),
                        false => show(tx, &site, &artist, &reason).map(drop),
                    }
                })
                .await
        }
        Err(error) => Err(error),
    };
    match decided {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other(&format!("/staff/artists/{slug}")))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            artist_page(&app, &who, &slug, StatusCode::UNPROCESSABLE_ENTITY, form, "").await
        }
        Err(error) => Err(error),
    }
}
