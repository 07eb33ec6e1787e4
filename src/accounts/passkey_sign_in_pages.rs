//! Signing in with a passkey, on pages: a script of ours asks the device, and the form carries its
//! answer.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::passkey_pages::{brought, challenge, party};
use super::passkey_sign_in as passkey;
use super::second_factor_pages::{second_step_page, sign_in_by};
use super::session::Strength;
use super::sign_in::safe_next;
use super::sign_in_pages::{came, sign_in_page};
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::Token;
use crate::web::auth::Visitor;
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::page::see_other;
use crate::web::posted::Posted;

/// Whatever is wrong with a passkey, this is what is said.
const REFUSED: &str = "This passkey was not accepted. Try another, or sign in by a link";

/// POST `/sign-in/passkey/begin`: answers a script of ours, not a person.
pub async fn begin(app: web::Data<App>, _posted: Posted) -> Result<HttpResponse> {
    let party = party(&app)?;
    let (options, token) = app.db.write(move |tx| passkey::begin(tx, &party)).await?;
    Ok(challenge(&app, &options, &token))
}

/// GET `/sign-in/passkey`, for who asks anew for the page that a form led to.
pub async fn sign_in_again() -> HttpResponse {
    see_other("/sign-in")
}

/// GET `/sign-in/code/passkey`, for who asks anew for the page that a form led to.
pub async fn second_step_again() -> HttpResponse {
    see_other("/sign-in/code")
}

/// POST `/sign-in/passkey`: signs in whoever's passkey it is.
pub async fn sign_in(
    app: web::Data<App>,
    http: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse> {
    let next = safe_next(posted.fields.value("next"));
    let before = cookies::read(&app, &http, Named::Session);
    let (party, site, came) = (party(&app)?, app.site.clone(), came(&app, &http));
    let brought = brought(&app, &http, &posted);
    let signed_in = app
        .db
        .write(move |tx| passkey::sign_in(tx, &site, &party, &brought, &came, before.as_deref()))
        .await;
    app.bell.ring();
    match accepted(signed_in)? {
        Some(token) => Ok(signed_in_by(&app, &next, &token)),
        None => sign_in_page(&app, StatusCode::UNPROCESSABLE_ENTITY, refusal(&next)),
    }
}

/// POST `/sign-in/code/passkey`: the second step after a link.
pub async fn second_step(
    app: web::Data<App>,
    http: HttpRequest,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse> {
    let next = safe_next(posted.fields.value("next"));
    let Some(who) = visitor.half_way() else { return Ok(see_other(&next)) };
    let before = cookies::read(&app, &http, Named::Session).unwrap_or_default();
    let (party, site, came) = (party(&app)?, app.site.clone(), came(&app, &http));
    let (id, brought) = (who.account, brought(&app, &http, &posted));
    let signed_in = app
        .db
        .write(move |tx| {
            let how = (&came, before.as_str(), Strength::Strong);
            passkey::second_step(tx, &site, &party, id, &brought, how)
        })
        .await;
    app.bell.ring();
    match accepted(signed_in)? {
        Some(token) => Ok(signed_in_by(&app, &next, &token)),
        None => second_step_page(&app, who, StatusCode::UNPROCESSABLE_ENTITY, refusal(&next)).await,
    }
}

/// What was removed while it was being shown is refused like what never was there.
pub(super) fn accepted(signed_in: Result<Option<Token>>) -> Result<Option<Token>> {
    match signed_in {
        Err(Error::NotFound) => Ok(None),
        other => other,
    }
}

pub(super) fn signed_in_by(app: &App, next: &str, token: &Token) -> HttpResponse {
    let mut answer = see_other(next);
    sign_in_by(app, &mut answer, token.reveal());
    cookies::set(&mut answer, &cookies::gone(app, Named::Passkey));
    answer
}

pub(super) fn refusal(next: &str) -> FormState {
    FormState::refused(REFUSED, &[("next", next)])
}
