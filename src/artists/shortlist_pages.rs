//! Acts that somebody who is signed in keeps in sight. Without an account nothing is kept.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::shortlist_store::{self, MOST};
use super::shortlist_views::{KeepPage, KeptAct, ShortlistPage};
use super::store;
use crate::accounts::session::Who;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/shortlist`
pub async fn shortlist(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let contact = who.contact;
    let kept = app.db.read(move |reader| {
        let kept = shortlist_store::list_kept(reader, contact)?;
        let mut acts = store::list_artists(reader, &kept)?;
        // What is not to be seen any more is kept, in case it is again, and not shown.
        acts.retain(|artist| artist.facts.listing.is_visible());
        Ok(acts)
    });
    let acts = kept.await?.into_iter().map(|artist| KeptAct {
        url: format!("/artists/{}", artist.facts.slug),
        place: artist.facts.place(),
        answers: artist.answers.sentence(),
        bookable: artist.bookable,
        slug: artist.facts.slug,
        name: artist.facts.name,
    });
    let page = Page::member(&app, &who, "Your shortlist").in_section("requests");
    private(StatusCode::OK, &ShortlistPage { page, acts: acts.collect() })
}

/// GET `/artists/{slug}/shortlist`: asks; the profile itself is the same for everybody.
pub async fn keep_form(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.into_inner(), who.contact);
    let (artist, is_kept) = app
        .db
        .read(move |reader| {
            let artist = store::get_visible(reader, &slug)?;
            let is_kept = shortlist_store::list_kept(reader, contact)?.contains(&artist.id);
            Ok((artist, is_kept))
        })
        .await?;
    private(
        StatusCode::OK,
        &KeepPage {
            page: Page::member(&app, &who, &artist.facts.name).in_section("requests"),
            url: format!("/artists/{}", artist.facts.slug),
            name: artist.facts.name,
            is_kept,
        },
    )
}

/// POST `/artists/{slug}/shortlist`: keeps it (`keep` is "yes"), or keeps it no longer.
pub async fn keep(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.into_inner(), who.contact);
    let is_wanted = posted.fields.value("keep") == "yes";
    app.db
        .write(move |tx| {
            let artist = store::find_by_slug(tx, &slug)?.ok_or(Error::NotFound)?;
            if !is_wanted {
                return shortlist_store::forget(tx, contact, artist.id);
            }
            if !artist.facts.listing.is_visible() {
                return Err(Error::NotFound);
            }
            if shortlist_store::list_kept(tx, contact)?.len() >= MOST {
                return Err(Error::Conflict(format!(
                    "A shortlist has {MOST} acts at most. Take some of them off first."
                )));
            }
            shortlist_store::keep(tx, contact, artist.id)
        })
        .await?;
    Ok(see_other("/shortlist"))
}
