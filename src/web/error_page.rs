//! Errors as pages: fixed words, a way on, and a reference under which the log has the cause.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use super::page::Page;
use crate::app::App;
use crate::artists::views::Link;
use crate::error::Error;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    heading: String,
    message: String,
    reference: String,
    way_on: Vec<Link>,
}

/// The page for an error of ours; the cause goes to the log.
pub fn for_error(app: &App, error: &Error, reference: &str) -> HttpResponse {
    let status = error.status_code();
    let message = match error {
        Error::Forbidden(text) | Error::BadRequest(text) | Error::Conflict(text) => text.clone(),
        Error::TooMany { .. } => error.told(),
        Error::Invalid(fields) => {
            fields.iter().map(|(_, text)| format!("{text}.")).collect::<Vec<_>>().join(" ")
        }
        _ => fixed_words(status).1.to_owned(),
    };
    if matches!(error, Error::Unexpected(_) | Error::Unavailable(_)) {
        tracing::error!(request = reference, error = format!("{error:#}"), "not answered");
    }
    let mut answer = page(app, status, message, reference);
    let wait = match error {
        Error::TooMany { retry_after, .. } => retry_after.as_secs().max(1),
        // The page says so as well.
        Error::Unavailable(_) => 60,
        _ => return answer,
    };
    answer.headers_mut().insert(RETRY_AFTER, wait.into());
    answer
}

/// The page for an error that the server itself answered.
pub fn for_status(app: &App, status: StatusCode, reference: &str) -> HttpResponse {
    page(app, status, fixed_words(status).1.to_owned(), reference)
}

fn fixed_words(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("This could not be understood", "What was sent makes no sense to this site."),
        403 => ("Not allowed", "You may not do this."),
        404 => (
            "Nothing is here",
            "The page does not exist, has moved, or its link has expired. Check the address, or \
             go on from here.",
        ),
        405 => ("Not that way", "This address cannot be asked for in this way."),
        408 => ("Too slow", "The form did not arrive in time. Send it again."),
        409 => ("This is not possible now", "Somebody was faster. Look at the page again."),
        413 => ("Too large", "What was sent is larger than anything this site takes."),
        415 => ("Not a form", "Only forms of this site are read here."),
        422 => ("Some things need another look", "Go back and look at the form again."),
        429 => ("Too many requests", "Wait a little and try again."),
        503 => (
            "Not just now",
            "The site is very busy or being looked after. Nothing of what you sent was kept; try \
             again in a minute.",
        ),
        _ => (
            "A fault of ours",
            "Something went wrong here, and nothing of what you sent was kept. It has been \
             noted; try again, or write to us.",
        ),
    }
}

fn page(app: &App, status: StatusCode, message: String, reference: &str) -> HttpResponse {
    let link = |url: &str, label: &str| Link { url: url.into(), label: label.into() };
    let mut way_on = vec![link("/artists", "Find an act"), link("/contact", "Write to us")];
    if status == StatusCode::NOT_FOUND {
        way_on.insert(1, link("/links/again", "Have a link to your request sent again"));
    }
    let heading = fixed_words(status).0.to_owned();
    let page = Page::private(app, &heading);
    let reference = reference.to_owned();
    let template = ErrorPage { page, status: status.as_u16(), heading, message, reference, way_on };
    let body = template.render().unwrap_or_else(|_| fixed_words(status).1.to_owned());
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(body)
}
