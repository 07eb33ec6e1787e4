//! Signing in with a password; choosing one, changing it, taking it away.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::account_store;
use super::factors;
use super::password::{Known, Password, hash, is_right};
use super::password_sign_in as door;
use super::password_store;
use super::second_factor_pages::sign_in_by;
use super::session::Who;
use super::sign_in::safe_next;
use super::sign_in_pages::{Next, came};
use super::views::{PasswordPage, PasswordSignInPage};
use crate::app::App;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::web::auth::Visitor;
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::neutral::Evenly;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Said whatever was wrong: that an address is known is nobody's business.
const WRONG: &str = "The address or the password is wrong, or this account has no password. After \
     ten wrong ones nobody gets in by a password for a quarter of an hour; a link by mail works all \
     the time";

/// GET `/sign-in/password`
pub async fn sign_in_form(
    app: web::Data<App>,
    visitor: Visitor,
    next: web::Query<Next>,
) -> Result<HttpResponse> {
    let next = safe_next(&next.next);
    if visitor.is_signed_in() {
        return Ok(see_other(&next));
    }
    sign_in_page(&app, StatusCode::OK, FormState::with(&[("next", &next)]))
}

fn sign_in_page(app: &App, status: StatusCode, mut form: FormState) -> Result<HttpResponse> {
    form.forget("password");
    let page = Page::private(app, "Sign in with your password");
    private(status, &PasswordSignInPage { page, form })
}

/// POST `/sign-in/password`
pub async fn sign_in(
    app: web::Data<App>,
    http: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse> {
    let evenly = Evenly::begin();
    let address = match EmailAddress::parse(posted.fields.value("email")) {
        Ok(address) => address,
        Err(why) => {
            let form = FormState::again(&posted.fields, vec![("email".to_owned(), why)]);
            return sign_in_page(&app, StatusCode::UNPROCESSABLE_ENTITY, form);
        }
    };
    let now = app.db.now();
    let door = app.db.read(move |reader| door::find_door(reader, &address, now)).await?;
    let typed = Password::typed(posted.fields.value("password"));
    let is_right = is_right(door.hash.clone(), typed).await?;
    let (came, before) = (came(&app, &http), cookies::read(&app, &http, Named::Session));
    let site = app.site.clone();
    let signed_in = app
        .db
        .write(move |tx| door::sign_in(tx, &site, &door, is_right, &came, before.as_deref()))
        .await?;
    app.bell.ring();
    if let Some(token) = signed_in {
        let mut answer = see_other(&safe_next(posted.fields.value("next")));
        sign_in_by(&app, &mut answer, token.reveal());
        return Ok(answer);
    }
    let form = FormState::again(&posted.fields, vec![("password".to_owned(), WRONG.to_owned())]);
    let page = sign_in_page(&app, StatusCode::UNPROCESSABLE_ENTITY, form)?;
    evenly.answer(Ok(()), page).await
}

/// GET `/account/password`
pub async fn password_form(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    password_page(&app, &who, StatusCode::OK, FormState::default()).await
}

async fn password_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    mut form: FormState,
) -> Result<HttpResponse> {
    form.forget("password");
    let id = who.account;
    let (address, since, has_factor) = app
        .db
        .read(move |reader| {
            let account = account_store::get_account(reader, id)?;
            let password = password_store::find_password(reader, &account)?;
            let has_factor = factors::of(reader, id)?.any();
            let address = account.contact.address.as_str().to_owned();
            Ok((address, password.map(|password| password.since), has_factor))
        })
        .await?;
    private(
        status,
        &PasswordPage {
            page: Page::member(app, who, "Password"),
            form,
            address,
            since: since.map(Instant::display_date).unwrap_or_default(),
            has_factor,
            is_fresh: who.is_fresh(app.db.now()),
        },
    )
}

/// POST `/account/password`
pub async fn set(
    app: web::Data<App>,
    http: HttpRequest,
    who: Who,
    posted: Posted,
) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other("/account/password"));
    }
    let id = who.account;
    let (account, has_factor) = app
        .db
        .read(move |reader| {
            let account = account_store::get_account(reader, id)?;
            Ok((account, factors::of(reader, id)?.any()))
        })
        .await?;
    let known = Known {
        address: account.contact.address.as_str(),
        name: account.name.as_str(),
        site: &app.config.site_name,
    };
    let password = match Password::choose(posted.fields.value("password"), has_factor, known) {
        Ok(password) => password,
        Err(why) => {
            let form = FormState::again(&posted.fields, vec![("password".to_owned(), why)]);
            return password_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
    };
    let is_short = password.is_short();
    let hash = hash(password).await?;
    let (came, site) = (came(&app, &http), app.site.clone());
    let before = cookies::read(&app, &http, Named::Session).unwrap_or_default();
    let owner = who.clone();
    let set = app
        .db
        .write(move |tx| door::set(tx, &site, &owner, (&hash, is_short), (&came, &before)))
        .await;
    let token = match set {
        Ok(token) => token,
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            return password_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
        Err(error) => return Err(error),
    };
    app.bell.ring();
    let mut answer = see_other("/account?done=password");
    sign_in_by(&app, &mut answer, token.reveal());
    Ok(answer)
}

/// POST `/account/password/remove`
pub async fn remove(app: web::Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other("/account/password"));
    }
    let site = app.site.clone();
    match app.db.write(move |tx| door::remove(tx, &site, &who)).await {
        // Pressed twice: it is done.
        Ok(()) | Err(Error::Conflict(_)) => {}
        Err(error) => return Err(error),
    }
    app.bell.ring();
    Ok(see_other("/account?done=password-removed"))
}
