//! What every page says, and how a page becomes an answer.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, EntityTag, HeaderValue, IfNoneMatch, LOCATION,
    VARY,
};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::auth;
use super::compress::{self, Encoding};
use crate::accounts::session::Who;
use crate::app::App;
use crate::error::{Error, Result};

/// The head, the masthead and the foot.
#[derive(Debug, Clone)]
pub struct Page {
    /// The public name of the installation.
    pub site_name: String,
    /// The title.
    pub title: String,
    /// For search engines and previews; may be empty.
    pub description: String,
    /// The one address of this page; may be empty.
    pub canonical: String,
    /// Which entry of the masthead is this page's: "artists", "how", "requests", "account", "staff"
    /// or nothing.
    pub section: &'static str,
    /// Whether search engines may keep it.
    pub index: bool,
    /// The style sheet.
    pub css: String,
    /// The script.
    pub js: String,
    /// The icon.
    pub icon: String,
    /// The text face, for preloading.
    pub font_text: String,
    /// The display face.
    pub font_display: String,
    /// The address of the installation.
    pub base_url: String,
    /// Who is signed in, on a page that is for members.
    pub member: Option<Member>,
}

/// Who reads a page for members.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person's name.
    pub name: String,
    /// What every form of the page carries.
    pub form_token: String,
    /// Whether the account may only look.
    pub frozen: bool,
    /// Whether the person decides about others.
    pub staff: bool,
}

/// What was done right before a page, as its address says: `?done=`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct After {
    /// In a word.
    pub done: String,
}

impl Page {
    /// A page that search engines leave alone.
    pub fn private(app: &App, title: &str) -> Self {
        Self {
            site_name: app.config.site_name.clone(),
            title: title.to_owned(),
            description: String::new(),
            canonical: String::new(),
            section: "",
            index: false,
            css: app.assets.url("app.css"),
            js: app.assets.url("app.js"),
            icon: app.assets.url("icons/icon.svg"),
            font_text: app.assets.url("fonts/sofia-sans-latin.woff2"),
            font_display: app.assets.url("fonts/sofia-sans-extra-condensed-latin.woff2"),
            base_url: app.site.base_url.clone(),
            member: None,
        }
    }

    /// A page for somebody who is signed in.
    pub fn member(app: &App, who: &Who, title: &str) -> Self {
        let member = Member {
            name: who.name.clone(),
            form_token: auth::form_token(&app.db, who),
            frozen: who.frozen,
            staff: who.role.is_staff(),
        };
        Self { member: Some(member), section: "account", ..Self::private(app, title) }
    }

    /// A page for somebody who decides about others.
    pub fn staff(app: &App, who: &Who, title: &str) -> Self {
        Self { section: "staff", ..Self::member(app, who, title) }
    }

    /// A page for everybody, at its one address.
    pub fn public(app: &App, title: &str, path: &str) -> Self {
        let canonical = app.config.absolute(path);
        Self { canonical, index: true, ..Self::private(app, title) }
    }

    /// The same with a description.
    #[must_use]
    pub fn described(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    /// The same under an entry of the masthead.
    #[must_use]
    pub fn in_section(self, section: &'static str) -> Self {
        Self { section, ..self }
    }
}

/// Renders a template; a failure is ours.
pub fn render(template: &impl Template) -> Result<String> {
    template.render().map_err(|error| Error::Unexpected(error.into()))
}

/// What is answered to everybody alike.
#[derive(Debug)]
pub struct Text {
    /// As `Content-Type` says it.
    pub content_type: &'static str,
    /// The words.
    pub body: String,
}

impl Text {
    /// A page.
    pub fn page<T: Template>(template: &T) -> Result<Self> {
        Self::page_of(T::SIZE_HINT, template)
    }

    /// The same of a page that is expected to take so many bytes: it does not move while it grows.
    pub fn page_of(bytes: usize, template: &impl Template) -> Result<Self> {
        let mut body = String::with_capacity(bytes);
        template.render_into(&mut body).map_err(|error| Error::Unexpected(error.into()))?;
        Ok(Self { content_type: "text/html; charset=utf-8", body })
    }
}

/// A page for everybody: compressed as the browser likes, to be asked for again each time.
pub fn public(request: &HttpRequest, template: &impl Template) -> Result<HttpResponse> {
    public_text(request, Text::page(template)?)
}

/// The same for a text of another type.
pub fn public_text(request: &HttpRequest, text: Text) -> Result<HttpResponse> {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, "no-cache"));
    answer.insert_header((CONTENT_TYPE, text.content_type));
    answer.insert_header((VARY, "accept-encoding"));
    let encoding = Encoding::wanted(request);
    if let Some(name) = encoding.name() {
        answer.insert_header((CONTENT_ENCODING, HeaderValue::from_static(name)));
    }
    Ok(answer.body(compress::now(encoding, text.body.into_bytes())?))
}

/// A page with a person or a secret in it: kept by nobody.
pub fn private(status: StatusCode, template: &impl Template) -> Result<HttpResponse> {
    Ok(HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(render(template)?))
}

/// What is asked for is at another address for good.
pub fn moved(path: &str) -> HttpResponse {
    HttpResponse::MovedPermanently()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((LOCATION, path.to_owned()))
        .finish()
}

/// After a POST: go there, by GET.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((LOCATION, path.to_owned()))
        .finish()
}

/// Whether who asks has what this tag stands for.
pub fn has_kept(request: &impl HttpMessage, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(kept)) => kept.iter().any(|kept| kept.weak_eq(tag)),
        None => false,
    }
}
