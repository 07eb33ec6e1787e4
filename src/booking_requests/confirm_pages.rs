//! The pages behind the link in the first mail: what will be sent, the button that sends it, and
//! what happens next.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::pages::{artist_ref, link_expired};
use super::party::Door;
use super::submit;
use super::thread::{Look, look};
use super::views::{Confirm, Confirmed};
use super::words::words;
use crate::app::App;
use crate::disclaimer::Claim;
use crate::error::{Error, Result};
use crate::people::link_store::open;
use crate::people::links::Purpose;
use crate::web::form_state::FormState;
use crate::web::limits::anonymous_address;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/confirm/{token}`: shows what will be sent; nothing happens by opening it.
pub async fn confirm_form(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    confirm_page(&app, token.into_inner(), StatusCode::OK, FormState::default()).await
}

async fn confirm_page(
    app: &App,
    token: String,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let now = app.db.now();
    let door = Door::Link(token.clone());
    let read =
        move |reader: &mut crate::db::Reader<'_>| look(reader, &door, Purpose::ConfirmRequest, now);
    let look: Look = match app.db.read(read).await {
        Ok(look) => look,
        Err(Error::NotFound) => return link_expired(app),
        Err(error) => return Err(error),
    };
    let message = look.messages.first().map(|message| words(&message.text)).unwrap_or_default();
    let reaccept = (look.current.hash != look.accepted.hash).then(|| look.current.clone());
    private(
        status,
        &Confirm {
            page: Page::private(app, "Send your request"),
            is_sent: look.request.sent_at.is_some(),
            form,
            artist: artist_ref(&look.artist),
            event_name: look.event_name(),
            terms: look.terms,
            message,
            send_url: format!("/confirm/{token}"),
            accepted: look.accepted,
            reaccept,
        },
    )
}

/// POST `/confirm/{token}`: sends the request.
pub async fn confirm(
    app: web::Data<App>,
    http: HttpRequest,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let claim = Claim {
        shown_sha256: posted.fields.value("disclaimer_hash").to_owned(),
        ticked: posted.fields.value("disclaimer_accepted") == "yes",
    };
    let from = anonymous_address(&http, &app.config);
    let (site, opened) = (app.site.clone(), token.clone());
    let sent = app
        .db
        .write(move |tx| {
            let now = tx.now;
            let link = open(tx, &opened, Purpose::ConfirmRequest, now)?;
            submit::confirm(tx, &site, &link, &claim, &from)
        })
        .await;
    match sent {
        Ok(confirmed) => {
            app.bell.ring();
            Ok(see_other(&format!("/t/{}/sent", confirmed.thread_token)))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            confirm_page(&app, token, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(Error::NotFound) => link_expired(&app),
        Err(error) => Err(error),
    }
}

/// GET `/t/{token}/sent`: it is on its way.
pub async fn sent(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    let (now, door) = (app.db.now(), Door::Link(token.clone()));
    let read = move |reader: &mut crate::db::Reader<'_>| look(reader, &door, Purpose::Thread, now);
    let look = match app.db.read(read).await {
        Ok(look) => look,
        Err(Error::NotFound) => return link_expired(&app),
        Err(error) => return Err(error),
    };
    let base = format!("/t/{token}");
    private(
        StatusCode::OK,
        &Confirmed {
            page: Page::private(&app, "Your request is sent"),
            artist: artist_ref(&look.artist),
            event_name: look.event_name(),
            receipt_url: look.receipt_url(&base),
            thread_url: base,
            closes: look.request.expires_at.display(),
            disclaimer: look.accepted,
        },
    )
}
