//! The page on which an artist's team objects to its page's passing to who claims it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::handover::{self, Moment};
use super::handover_views::ObjectionPage;
use crate::app::App;
use crate::booking_requests::pages::link_expired;
use crate::error::{Error, Result};
use crate::moderation::forms::read_words;
use crate::people::link_store::open;
use crate::people::links::Purpose;
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/objection/{token}`: nothing happens by opening it.
pub async fn objection_form(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    objection_page(&app, &token, StatusCode::OK, FormState::default()).await
}

async fn objection_page(
    app: &App,
    token: &str,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let (now, opened) = (app.db.now(), token.to_owned());
    let read = app
        .db
        .read(move |reader| {
            let link = open(reader, &opened, Purpose::ObjectHandover, now)?;
            handover::moment(reader, &link, now)
        })
        .await;
    let (artist, moment) = match read {
        Ok(read) => read,
        Err(Error::NotFound) => return link_expired(app),
        Err(error) => return Err(error),
    };
    let until = match moment {
        Moment::Open(handover) => Some(handover.due_at.display()),
        Moment::Noted | Moment::Over => None,
    };
    private(
        status,
        &ObjectionPage {
            page: Page::private(app, &format!("Does {} stay with you?", artist.facts.name)),
            form,
            artist_name: artist.facts.name,
            post_url: format!("/objection/{token}"),
            until,
            is_noted: moment == Moment::Noted,
        },
    )
}

/// POST `/objection/{token}`
pub async fn object(
    app: web::Data<App>,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let words = match read_words("words", posted.fields.value("words")) {
        Ok(words) => words,
        Err(Error::Invalid(problems)) => {
            let form = FormState::again(&posted.fields, problems);
            return objection_page(&app, &token, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
        Err(error) => return Err(error),
    };
    let (site, opened) = (app.site.clone(), token.clone());
    let objected = app
        .db
        .write(move |tx| {
            let now = tx.now;
            let link = open(tx, &opened, Purpose::ObjectHandover, now)?;
            handover::object(tx, &site, &link, &words)
        })
        .await;
    match objected {
        Ok(()) => {
            app.bell.ring();
            // It says what came of it, also to who was late.
            Ok(see_other(&format!("/objection/{token}")))
        }
        Err(Error::NotFound) => link_expired(&app),
        Err(error) => Err(error),
    }
}
