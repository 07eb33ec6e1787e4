//! Signing in, making an account, signing out.

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::forms::{JoinForm, No, SignInForm};
use super::providers::pages::offers;
use super::session::{self, Came};
use super::sign_in::{self, Asking, safe_next};
use super::sign_in_store;
use super::views::{
    JoinPage, LinkDeadPage, LinkSentPage, NewAccountView, NotJoinedPage, SignInPage, UseLinkPage,
};
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::Token;
use crate::people::EmailAddress;
use crate::privacy::policies::PRIVACY;
use crate::web::auth::Visitor;
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::limits::anonymous_address;
use crate::web::neutral::Evenly;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    pub(super) next: String,
}

/// GET `/sign-in`
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

/// The page with every way in.
pub(super) fn sign_in_page(app: &App, status: StatusCode, form: FormState) -> Result<HttpResponse> {
    let (page, passkeys) = (Page::private(app, "Sign in"), app.passkeys.is_some());
    let offers = offers(&app.providers, form.value("next"));
    private(status, &SignInPage { page, form, passkeys, offers })
}

/// POST `/sign-in`: whatever the address, the answer is the same, and takes the same time.
pub async fn sign_in(
    app: web::Data<App>,
    http: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse> {
    let evenly = Evenly::begin();
    let form: SignInForm = posted.fields.read()?;
    let address = match EmailAddress::parse(&form.email) {
        Ok(address) => address,
        Err(why) => {
            let form = FormState::again(&posted.fields, vec![("email".to_owned(), why)]);
            return sign_in_page(&app, StatusCode::UNPROCESSABLE_ENTITY, form);
        }
    };
    let (asking, cookie) = asking(&app, &http, &form.next);
    let site = app.site.clone();
    let asked = app.db.write(move |tx| sign_in::ask(tx, &site, &address, &asking)).await;
    app.bell.ring();
    evenly.answer(asked, with_cookie("/sign-in/sent", cookie)).await
}

/// The mark by which the browser is known again when the link is used.
fn asking(app: &App, http: &HttpRequest, next: &str) -> (Asking, Option<Cookie<'static>>) {
    let next = safe_next(next);
    if let Some(mark) = cookies::read(app, http, Named::Browser) {
        return (Asking { mark, next }, None);
    }
    let mark = Token::draw().reveal().to_owned();
    let cookie = cookies::until_closed(app, Named::Browser, &mark);
    (Asking { mark, next }, Some(cookie))
}

fn with_cookie(path: &str, cookie: Option<Cookie<'static>>) -> HttpResponse {
    let mut answer = see_other(path);
    if let Some(cookie) = cookie {
        cookies::set(&mut answer, &cookie);
    }
    answer
}

/// GET `/sign-in/sent`
pub async fn sign_in_sent(app: web::Data<App>) -> Result<HttpResponse> {
    let page = Page::private(&app, "Please look into your mailbox");
    private(StatusCode::OK, &LinkSentPage { page, joins: false })
}

/// GET `/join`
pub async fn join_form(
    app: web::Data<App>,
    http: HttpRequest,
    visitor: Visitor,
    next: web::Query<Next>,
) -> Result<HttpResponse> {
    if visitor.is_signed_in() {
        return Ok(see_other("/account"));
    }
    if cookies::read(&app, &http, Named::TooYoung).is_some() {
        return not_joined(&app, No::Age);
    }
    let next = safe_next(&next.next);
    join_page(&app, StatusCode::OK, FormState::with(&[("next", &next)]))
}

fn join_page(app: &App, status: StatusCode, form: FormState) -> Result<HttpResponse> {
    private(
        status,
        &JoinPage {
            page: Page::private(app, "Make an account"),
            form,
            ages: &app.choices.ages,
            countries: &app.choices.countries,
            privacy_answers: &app.choices.privacy_answers,
            privacy_version: PRIVACY.version,
        },
    )
}

/// Ends kindly. The age is remembered until the browser is closed, so that nobody is led to answer
/// the same question anew.
fn not_joined(app: &App, no: No) -> Result<HttpResponse> {
    let page = Page::private(app, "No account was made");
    let mut answer = private(StatusCode::OK, &NotJoinedPage { page, by_age: no == No::Age })?;
    if no == No::Age {
        cookies::set(&mut answer, &cookies::until_closed(app, Named::TooYoung, "yes"));
    }
    Ok(answer)
}

/// POST `/join`: whatever the address, the answer is the same, and takes the same time.
pub async fn join(app: web::Data<App>, http: HttpRequest, posted: Posted) -> Result<HttpResponse> {
    let evenly = Evenly::begin();
    let form: JoinForm = posted.fields.read()?;
    if cookies::read(&app, &http, Named::TooYoung).is_some() {
        return not_joined(&app, No::Age);
    }
    if let Some(no) = form.no() {
        return not_joined(&app, no);
    }
    let (address, new) = match form.parse() {
        Ok(parsed) => parsed,
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            return join_page(&app, StatusCode::UNPROCESSABLE_ENTITY, form);
        }
        Err(error) => return Err(error),
    };
    let (asking, cookie) = asking(&app, &http, &form.next);
    let site = app.site.clone();
    let asked =
        app.db.write(move |tx| sign_in::ask_to_join(tx, &site, &address, &new, &asking)).await;
    app.bell.ring();
    evenly.answer(asked, with_cookie("/join/sent", cookie)).await
}

/// GET `/join/sent`
pub async fn join_sent(app: web::Data<App>) -> Result<HttpResponse> {
    let page = Page::private(&app, "Please look into your mailbox");
    private(StatusCode::OK, &LinkSentPage { page, joins: true })
}

/// GET `/sign-in/{token}`: shows a button; nothing happens by opening the link.
pub async fn link_form(
    app: web::Data<App>,
    http: HttpRequest,
    visitor: Visitor,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let mark = cookies::read(&app, &http, Named::Browser).unwrap_or_default();
    let (now, opened) = (app.db.now(), token.clone());
    let asked =
        app.db.read(move |reader| sign_in_store::get_asked(reader, &opened, &mark, now)).await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(Error::NotFound) => return link_dead(&app),
        Err(error) => return Err(error),
    };
    let title = if asked.new.is_some() { "Make your account" } else { "Sign in" };
    private(
        StatusCode::OK,
        &UseLinkPage {
            page: Page::private(&app, title),
            masked: asked.contact.address.masked(),
            new: asked.new.map(|new| NewAccountView {
                name: new.name.as_str().to_owned(),
                country: new.country.name(),
                age: new.age.label(),
                policy_version: new.policy_version,
            }),
            instead_of: visitor.name().to_owned(),
            other_browser: !asked.same_browser,
            action_url: format!("/sign-in/{token}"),
        },
    )
}

fn link_dead(app: &App) -> Result<HttpResponse> {
    let page = Page::private(app, "This link no longer works");
    private(StatusCode::NOT_FOUND, &LinkDeadPage { page })
}

/// From where somebody came, as it is kept.
pub(super) fn came(app: &App, http: &HttpRequest) -> Came {
    Came {
        device: session::device(cookies::header(http, "user-agent")),
        network: anonymous_address(http, &app.config),
    }
}

/// POST `/sign-in/{token}`: signs in.
pub async fn use_link(
    app: web::Data<App>,
    http: HttpRequest,
    token: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let came = came(&app, &http);
    let before = cookies::read(&app, &http, Named::Session);
    let site = app.site.clone();
    let signed_in = app
        .db
        .write(move |tx| sign_in::use_link(tx, &site, &token, &came, before.as_deref()))
        .await;
    match signed_in {
        Ok(signed_in) => {
            app.bell.ring();
            let mut answer = see_other(&signed_in.next);
            let seconds = session::cookie_seconds();
            let token = signed_in.token.reveal();
            cookies::set(&mut answer, &cookies::lasting(&app, Named::Session, token, seconds));
            cookies::set(&mut answer, &cookies::gone(&app, Named::Browser));
            Ok(answer)
        }
        Err(Error::NotFound) => link_dead(&app),
        Err(error) => Err(error),
    }
}

/// POST `/sign-out`
pub async fn sign_out(
    app: web::Data<App>,
    http: HttpRequest,
    _posted: Posted,
) -> Result<HttpResponse> {
    if let Some(token) = cookies::read(&app, &http, Named::Session) {
        app.db.write(move |tx| super::session_store::end_by_token(tx, &token)).await?;
    }
    let mut answer = see_other("/");
    cookies::set(&mut answer, &cookies::gone(&app, Named::Session));
    Ok(answer)
}
