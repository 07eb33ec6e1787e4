//! Setting up a second factor, and showing it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::account_store;
use super::factors;
use super::recovery_store;
use super::second_factor::{self as factor, Outcome, Standing};
use super::session::{self, Strength, Who};
use super::sign_in::safe_next;
use super::sign_in_pages::{Next, came};
use super::views::{FactorPage, RecoveryCodesPage, SecondStepPage};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::auth::Visitor;
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

pub(super) const WRONG: &str = "This code is wrong, or was used before. Take the next one";
pub(super) const LOCKED: &str = "Too many wrong codes. Wait a quarter of an hour, then try again";

/// GET `/account/second-factor`
pub async fn factor_form(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    factor_page(&app, &who, StatusCode::OK, FormState::default()).await
}

async fn factor_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let (site, id) = (app.site.clone(), who.account);
    let (standing, factors, codes_left, address) = app
        .db
        .read(move |reader| {
            let standing = factor::standing(reader, &site, id)?;
            let account = account_store::get_account(reader, id)?;
            let codes_left = recovery_store::count_codes(reader, id)?;
            let address = account.contact.address.as_str().to_owned();
            Ok((standing, factors::of(reader, id)?, codes_left, address))
        })
        .await?;
    let page = Page::member(app, who, "Second factor");
    let mut view = FactorPage {
        page,
        form,
        square: String::new(),
        typed: String::new(),
        since: String::new(),
        codes_left,
        has_codes: factors.any(),
        is_fresh: who.is_fresh(app.db.now()),
        address,
        is_removable: !who.role.is_staff() || !factors.is_last(),
        is_missing: who.role.is_staff() && !factors.any(),
    };
    match standing {
        Standing::None => {}
        Standing::SettingUp(set_up) => {
            view.square = square(&set_up.url)?;
            view.typed = set_up.typed;
        }
        Standing::Set(since) => view.since = since.display_date(),
    }
    private(status, &view)
}

/// The square that a device scans, as a drawing of one path.
fn square(url: &str) -> Result<String> {
    use qrcode::{Color, QrCode};
    let code = QrCode::new(url.as_bytes()).map_err(anyhow::Error::from)?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            // A margin of four modules all around, as the standard asks (ISO/IEC 18004).
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4));
        }
    }
    let side = width + 8;
    Ok(format!(
        "<svg class=\"square\" viewBox=\"0 0 {side} {side}\" role=\"img\" \
         aria-label=\"A square to be scanned; the same as letters stands below\">\
         <path d=\"{path}\"/></svg>"
    ))
}

/// POST `/account/second-factor`: begins to set one up.
pub async fn begin(app: web::Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other("/account/second-factor"));
    }
    app.db.write(move |tx| factor::begin(tx, who.account)).await?;
    Ok(see_other("/account/second-factor"))
}

pub(super) fn again(posted: &Posted, why: &str) -> FormState {
    let mut form = FormState::again(&posted.fields, vec![("code".to_owned(), why.to_owned())]);
    form.forget("code");
    form
}

/// POST `/account/second-factor/confirm`: the device gives its first code.
pub async fn confirm(
    app: web::Data<App>,
    http: HttpRequest,
    who: Who,
    posted: Posted,
) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other("/account/second-factor"));
    }
    let before = cookies::read(&app, &http, Named::Session).unwrap_or_default();
    let (site, owner, came) = (app.site.clone(), who.clone(), came(&app, &http));
    let code = posted.fields.value("code").to_owned();
    let confirmed =
        app.db.write(move |tx| factor::confirm(tx, &site, &owner, &code, &came, &before)).await?;
    match confirmed {
        Outcome::Right((codes, token)) => {
            app.bell.ring();
            let mut answer = if codes.is_empty() {
                see_other("/account/second-factor")
            } else {
                // The page's forms would belong to the sign-in that has just ended.
                let page = Page::private(&app, "Your recovery codes");
                private(StatusCode::OK, &RecoveryCodesPage { page, codes, signed_out: true })?
            };
            sign_in_by(&app, &mut answer, token.reveal());
            Ok(answer)
        }
        Outcome::Wrong => {
            let form = again(&posted, WRONG);
            factor_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Outcome::Locked => {
            let form = again(&posted, LOCKED);
            factor_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
    }
}

/// Sends the session's cookie along.
pub(super) fn sign_in_by(app: &App, answer: &mut HttpResponse, token: &str) {
    let cookie = cookies::lasting(app, Named::Session, token, session::cookie_seconds());
    cookies::set(answer, &cookie);
}

/// POST `/account/recovery-codes`: new ones, in the place of all before.
pub async fn renew_codes(app: web::Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other("/account/second-factor"));
    }
    let site = app.site.clone();
    let page = Page::member(&app, &who, "Your recovery codes");
    let codes = app.db.write(move |tx| factors::renew_codes(tx, &site, &who)).await?;
    app.bell.ring();
    private(StatusCode::OK, &RecoveryCodesPage { page, codes, signed_out: false })
}

/// POST `/account/second-factor/remove`
pub async fn remove(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    let (site, id) = (app.site.clone(), who.account);
    let code = posted.fields.value("code").to_owned();
    let removed = app.db.write(move |tx| factor::remove(tx, &site, id, &code)).await?;
    let why = match removed {
        Outcome::Right(()) => {
            app.bell.ring();
            return Ok(see_other("/account?done=factor-removed"));
        }
        Outcome::Wrong => WRONG,
        Outcome::Locked => LOCKED,
    };
    factor_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, again(&posted, why)).await
}

/// GET `/sign-in/code`: the second step of signing in.
pub async fn second_step_form(
    app: web::Data<App>,
    visitor: Visitor,
    next: web::Query<Next>,
) -> Result<HttpResponse> {
    let next = safe_next(&next.next);
    match visitor.half_way() {
        Some(who) => {
            let form = FormState::with(&[("next", &next)]);
            second_step_page(&app, who, StatusCode::OK, form).await
        }
        None => Ok(see_other(&next)),
    }
}

/// The page on which one shows what the account has.
pub(super) async fn second_step_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let id = who.account;
    let factors = app.db.read(move |reader| factors::of(reader, id)).await?;
    private(
        status,
        &SecondStepPage {
            page: Page::private(app, "One more step"),
            form,
            form_token: crate::web::auth::form_token(&app.db, who),
            device: factors.device,
            passkeys: factors.passkeys > 0 && app.passkeys.is_some(),
        },
    )
}

/// POST `/sign-in/code`
pub async fn second_step(
    app: web::Data<App>,
    http: HttpRequest,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse> {
    let next = safe_next(posted.fields.value("next"));
    let Some(who) = visitor.half_way() else { return Ok(see_other(&next)) };
    let before = cookies::read(&app, &http, Named::Session).unwrap_or_default();
    let (site, id, came) = (app.site.clone(), who.account, came(&app, &http));
    let code = posted.fields.value("code").to_owned();
    let shown = app
        .db
        .write(move |tx| factor::sign_in(tx, &site, id, &code, (&came, &before), Strength::Strong))
        .await;
    let why = match shown {
        Ok(Outcome::Right(token)) => {
            app.bell.ring();
            let mut answer = see_other(&next);
            sign_in_by(&app, &mut answer, token.reveal());
            return Ok(answer);
        }
        Ok(Outcome::Wrong) => WRONG,
        Ok(Outcome::Locked) => LOCKED,
        // Two brought one code at once, and the other was first.
        Err(Error::NotFound) => WRONG,
        Err(error) => return Err(error),
    };
    second_step_page(&app, who, StatusCode::UNPROCESSABLE_ENTITY, again(&posted, why)).await
}
