//! Recognises who asks, and carries it to the handlers.

use std::future::{Ready, ready};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};

use super::access::{self, For, Row, Verdict};
use super::cookies::{self, Named};
use super::page::see_other;
use crate::accounts::session::{self, Who};
use crate::accounts::{account_store, session_store};
use crate::app::App;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ContactId;

/// What a form of a signed-in page carries in this field, beside coming from this site: the token
/// of its session.
pub const FORM_TOKEN: &str = "form_token";

/// The token of a session's forms.
pub fn form_token(db: &Db, who: &Who) -> String {
    db.vault().prove("form", &who.session.to_string())
}

/// Lets a request pass to its handler, or answers it. Who is recognised travels in the request.
pub async fn admit(
    app: &App,
    request: &ServiceRequest,
    row: Option<&Row>,
) -> Result<Option<HttpResponse>> {
    let row = row.ok_or(Error::NotFound)?;
    // The router says which methods there are.
    let Some(audience) = row.audience(request.method()) else { return Ok(None) };
    let who = match audience {
        For::Everybody => None,
        _ => recognise(app, request.request()).await?,
    };
    let verdict = access::decide(audience, who.as_ref());
    if let Some(who) = who {
        request.extensions_mut().insert(who);
    }
    match verdict {
        Verdict::Pass => Ok(None),
        Verdict::SignIn => Ok(Some(to_sign_in(request.request(), "/sign-in"))),
        Verdict::SecondStep => Ok(Some(to_sign_in(request.request(), "/sign-in/code"))),
        Verdict::Frozen => Err(account_store::frozen_account()),
        Verdict::Missing => Err(Error::NotFound),
        Verdict::AddFactor => Ok(Some(see_other("/account/second-factor"))),
        Verdict::Elevate => Ok(Some(to_sign_in(request.request(), "/staff/elevate"))),
    }
}

async fn recognise(app: &App, request: &HttpRequest) -> Result<Option<Who>> {
    let Some(token) = cookies::read(app, request, Named::Session) else { return Ok(None) };
    let now = app.db.now();
    let found = app.db.read(move |reader| session::find(reader, &token, now)).await?;
    let Some((who, is_due)) = found else { return Ok(None) };
    if is_due {
        let id = who.session;
        let noted = app.db.write(move |tx| session_store::mark_seen(tx, id)).await;
        if let Err(error) = noted {
            // The page does not depend on it.
            tracing::warn!(error = format!("{error:#}"), "a browser's visit was not noted");
        }
    }
    Ok(Some(who))
}

fn to_sign_in(request: &HttpRequest, door: &str) -> HttpResponse {
    // After a form one goes on where a page can be asked for.
    let asked = request.uri().path_and_query().map(|path| path.as_str());
    let pattern = request.match_pattern().unwrap_or_default();
    let is_a_page_too = access::row(&pattern).is_some_and(|row| row.get.is_some());
    let path = request.path();
    let next = match *request.method() {
        Method::GET => asked.unwrap_or("/requests"),
        _ if path.starts_with("/staff/") && is_a_page_too => path,
        // The buttons of a staff page post below it.
        _ if path.starts_with("/staff/") => {
            path.rsplit_once('/').map_or("/staff", |(page, _)| page)
        }
        _ => "/requests",
    };
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    see_other(&format!("{door}?next={next}"))
}

/// Refuses a form of a signed-in page that does not carry its session's token.
pub fn require_form_token(app: &App, request: &HttpRequest, sent: &str) -> Result<()> {
    use subtle::ConstantTimeEq;
    let extensions = request.extensions();
    let Some(who) = extensions.get::<Who>() else { return Ok(()) };
    if form_token(&app.db, who).as_bytes().ct_eq(sent.as_bytes()).into() {
        return Ok(());
    }
    Err(Error::Forbidden(
        "This form belongs to another sign-in, so it was not looked at. Open the page again and \
         send it from there."
            .into(),
    ))
}

/// Who asks, on a route that is for everybody.
#[derive(Debug)]
pub struct Visitor(Option<Who>);

impl Visitor {
    /// Whether a member asks.
    pub fn is_signed_in(&self) -> bool {
        self.0.as_ref().is_some_and(|who| !who.half_way)
    }

    /// The name of who is signed in; empty when nobody is.
    pub fn name(&self) -> &str {
        self.0.as_ref().filter(|who| !who.half_way).map_or("", |who| who.name.as_str())
    }

    /// The person, once signed in.
    pub fn contact(&self) -> Option<ContactId> {
        self.0.as_ref().filter(|who| !who.half_way).map(|who| who.contact)
    }

    /// Who has yet to show a second factor.
    pub fn half_way(&self) -> Option<&Who> {
        self.0.as_ref().filter(|who| who.half_way)
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.extensions().get::<Who>().cloned())))
    }
}

impl FromRequest for Who {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let who = request.extensions().get::<Self>().cloned();
        let path = request.match_pattern().unwrap_or_default();
        ready(who.ok_or_else(|| {
            Error::unexpected(format!("{path} is not for members, and asks who it is"))
        }))
    }
}
