//! The page on which an artist's team says whether the act may be listed.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::contact_store::list_confirmed_contacts;
use super::listing_views::{ConfirmListingPage, ListingConfirmedPage};
use super::mails::public_facts;
use super::views::Fact;
use super::{Artist, handover, listing, store};
use crate::app::App;
use crate::booking_requests::pages::link_expired;
use crate::error::{Error, Result};
use crate::people::link_store::open;
use crate::people::links::Purpose;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/listing/{token}`: may this act be listed? Nothing happens by opening it.
pub async fn listing_form(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    let (now, opened) = (app.db.now(), token.clone());
    let read = app
        .db
        .read(move |reader| {
            let link = open(reader, &opened, Purpose::ConfirmListing, now)?;
            let artist = store::get_artist(reader, link.artist()?)?;
            let team = list_confirmed_contacts(reader, artist.id)?;
            let takes_over = !team.is_empty()
                && handover::find_offered(reader, artist.id, link.contact)?.is_some();
            let is_theirs = team.contains(&link.contact);
            Ok((artist, takes_over, is_theirs))
        })
        .await;
    let (artist, takes_over) = match read {
        // They said yes before: the page says what came of it.
        Ok((artist, _, true)) => return answered_page(&app, &artist, false),
        Ok((artist, takes_over, false)) => (artist, takes_over),
        Err(Error::NotFound) => return link_expired(&app),
        Err(error) => return Err(error),
    };
    private(
        StatusCode::OK,
        &ConfirmListingPage {
            page: Page::private(&app, &format!("List {}?", artist.facts.name)),
            artist_name: artist.facts.name.clone(),
            facts: public_facts(&artist)
                .into_iter()
                .map(|(term, detail)| Fact { term, detail })
                .collect(),
            answer_url: format!("/listing/{token}"),
            takes_over,
        },
    )
}

/// POST `/listing/{token}`: yes or no.
pub async fn listing_answer(
    app: web::Data<App>,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let yes = match posted.fields.value("answer") {
        "yes" => true,
        "no" => false,
        _ => return Ok(see_other(&format!("/listing/{token}"))),
    };
    let site = app.site.clone();
    let answered = app
        .db
        .write(move |tx| {
            let now = tx.now;
            let link = open(tx, &token, Purpose::ConfirmListing, now)?;
            match yes {
                true => listing::confirm(tx, &site, &link),
                false => listing::refuse(tx, &site, &link),
            }
        })
        .await;
    let artist = match answered {
        Ok(artist) => {
            app.bell.ring();
            artist
        }
        Err(Error::NotFound) => return link_expired(&app),
        Err(error) => return Err(error),
    };
    answered_page(&app, &artist, !yes)
}

fn answered_page(app: &App, artist: &Artist, refused: bool) -> Result<HttpResponse> {
    private(
        StatusCode::OK,
        &ListingConfirmedPage {
            page: Page::private(app, &artist.facts.name),
            artist_name: artist.facts.name.clone(),
            artist_url: format!("/artists/{}", artist.facts.slug),
            listed: artist.bookable,
            refused,
        },
    )
}
