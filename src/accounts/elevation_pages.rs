//! The step before one decides about others: the second factor once more, good for an hour.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::factors;
use super::passkey_pages::{brought, party};
use super::passkey_sign_in;
use super::passkey_sign_in_pages::{accepted, refusal, signed_in_by};
use super::second_factor::{self as factor, Outcome};
use super::second_factor_pages::{LOCKED, WRONG, again, sign_in_by};
use super::session::{Strength, Who};
use super::sign_in::safe_next;
use super::sign_in_pages::{Next, came};
use super::views::ElevatePage;
use crate::app::App;
use crate::error::Result;
use crate::web::auth::form_token;
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/staff/elevate`
pub async fn elevate_form(
    app: web::Data<App>,
    who: Who,
    next: web::Query<Next>,
) -> Result<HttpResponse> {
    let next = staff_page(&next.next);
    if who.elevated {
        return Ok(see_other(&next));
    }
    elevate_page(&app, &who, StatusCode::OK, FormState::with(&[("next", &next)])).await
}

async fn elevate_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let id = who.account;
    let factors = app.db.read(move |reader| factors::of(reader, id)).await?;
    private(
        status,
        &ElevatePage {
            page: Page::staff(app, who, "Before you decide"),
            form,
            form_token: form_token(&app.db, who),
            device: factors.device,
            passkeys: factors.passkeys > 0 && app.passkeys.is_some(),
        },
    )
}

/// A staff page to go on to.
fn staff_page(next: &str) -> String {
    let next = safe_next(next);
    if next.starts_with("/staff") { next } else { "/staff".to_owned() }
}

/// POST `/staff/elevate`
pub async fn elevate(
    app: web::Data<App>,
    http: HttpRequest,
    who: Who,
    posted: Posted,
) -> Result<HttpResponse> {
    let next = staff_page(posted.fields.value("next"));
    let before = cookies::read(&app, &http, Named::Session).unwrap_or_default();
    let (site, id, came) = (app.site.clone(), who.account, came(&app, &http));
    let code = posted.fields.value("code").to_owned();
    let shown = app
        .db
        .write(move |tx| {
            factor::sign_in(tx, &site, id, &code, (&came, &before), Strength::Elevated)
        })
        .await?;
    let why = match shown {
        Outcome::Right(token) => {
            app.bell.ring();
            let mut answer = see_other(&next);
            sign_in_by(&app, &mut answer, token.reveal());
            return Ok(answer);
        }
        Outcome::Wrong => WRONG,
        Outcome::Locked => LOCKED,
    };
    elevate_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, again(&posted, why)).await
}

/// GET `/staff/elevate/passkey`, for who asks anew for the page that a form led to.
pub async fn elevate_again() -> HttpResponse {
    see_other("/staff/elevate")
}

/// POST `/staff/elevate/passkey`
pub async fn elevate_by_passkey(
    app: web::Data<App>,
    http: HttpRequest,
    who: Who,
    posted: Posted,
) -> Result<HttpResponse> {
    let next = staff_page(posted.fields.value("next"));
    let before = cookies::read(&app, &http, Named::Session).unwrap_or_default();
    let (party, site, came) = (party(&app)?, app.site.clone(), came(&app, &http));
    let (id, brought) = (who.account, brought(&app, &http, &posted));
    let shown = app
        .db
        .write(move |tx| {
            let how = (&came, before.as_str(), Strength::Elevated);
            passkey_sign_in::second_step(tx, &site, &party, id, &brought, how)
        })
        .await;
    app.bell.ring();
    match accepted(shown)? {
        Some(token) => Ok(signed_in_by(&app, &next, &token)),
        None => elevate_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, refusal(&next)).await,
    }
}
