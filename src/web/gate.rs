//! What every request passes before a page sees it and every answer before it leaves: host, origin
//! gate, limits, request id, security headers, designed error pages.

use std::cell::RefCell;
use std::time::{Duration, Instant as Stopwatch};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError, web};

use super::{access, auth, error_page, limits};
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::{base32, random_bytes};

/// The policy of every page: nothing from anywhere but what this site serves, nothing inline.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

const PERMISSIONS: &str = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), payment=(), usb=(), browsing-topics=()";

/// The way of a request that is not answered with what is [at hand](super::at_hand).
pub async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no app"));
    };
    let reference = draw_reference();
    let (started, method) = (Stopwatch::now(), request.method().clone());
    let row = request.match_pattern().and_then(|pattern| access::row(&pattern));
    let checked = match check(&app, request.head()) {
        Ok(None) => auth::admit(&app, &request, row).await,
        refused_or_moved => refused_or_moved,
    };
    let outcome = match checked {
        Ok(None) => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        Ok(Some(instead)) => Ok(request.into_response(instead)),
        Err(refused) => Err(refused.into()),
    };
    let answer = match outcome {
        Ok(answer) => Ok(with_a_page(&app, answer, &reference)),
        Err(error) => Err((page_for(&app, &error, &reference), error)),
    };
    let status = match &answer {
        Ok(answer) => answer.status(),
        Err((page, _)) => page.status(),
    };
    // The pattern, not the path: a path may carry a link's secret.
    let route = row.map_or("(none)", |row| row.pattern);
    note(&app, &reference, (&method, route, status), started.elapsed());
    match answer {
        Ok(mut answer) => {
            finish(&app, answer.headers_mut(), &reference);
            Ok(answer)
        }
        Err((mut page, error)) => {
            finish(&app, page.headers_mut(), &reference);
            Err(InternalError::from_response(error, page).into())
        }
    }
}

/// A reference under which an answer is found in the log. It is no secret, so that randomness is asked
/// of the machine for many at once.
pub(super) fn draw_reference() -> String {
    const DRAWN: usize = 64;
    thread_local! {
        static LEFT: RefCell<Vec<[u8; 5]>> = const { RefCell::new(Vec::new()) };
    }
    LEFT.with_borrow_mut(|left| {
        if left.is_empty() {
            left.extend_from_slice(random_bytes::<{ DRAWN * 5 }>().as_chunks::<5>().0);
        }
        base32(&left.pop().unwrap_or_default())
    })
}

/// Counts an answer and writes a line about it. That a page was read is worth one only to who looks
/// closely.
pub(super) fn note(
    app: &App,
    reference: &str,
    (method, route, status): (&Method, &'static str, StatusCode),
    took: Duration,
) {
    app.metrics.note(route, method, status.as_u16(), took);
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                request = reference,
                method = method.as_str(),
                route,
                status = status.as_u16(),
                micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                "answered"
            )
        };
    }
    let was_read = method.is_safe() && !status.is_client_error() && !status.is_server_error();
    if was_read { line!(debug) } else { line!(info) }
}

/// Gives an error that a handler or the server itself answered its designed page.
fn with_a_page(
    app: &App,
    answer: ServiceResponse<BoxBody>,
    reference: &str,
) -> ServiceResponse<BoxBody> {
    let failed = answer.status().is_client_error() || answer.status().is_server_error();
    let is_bare = matches!(answer.response().body().size(), BodySize::None | BodySize::Sized(0))
        && !answer.headers().contains_key(header::CONTENT_TYPE);
    let mut page = match answer.response().error() {
        Some(error) => page_for(app, error, reference),
        None if failed && is_bare => error_page::for_status(app, answer.status(), reference),
        None => return answer,
    };
    if let Some(allow) = answer.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer.into_response(page)
}

fn page_for(app: &App, error: &actix_web::Error, reference: &str) -> HttpResponse {
    match error.as_error::<Error>() {
        Some(error) => error_page::for_error(app, error, reference),
        None => {
            let status = error.as_response_error().status_code();
            error_page::for_status(app, status, reference)
        }
    }
}

/// Refuses what should not be answered; `Some` is what is answered instead.
pub(super) fn check(app: &App, request: &RequestHead) -> Result<Option<HttpResponse>> {
    let config = &app.config;
    // A mailbox that anybody on this machine may read must not be read through the browser by a
    // page from elsewhere whose name was made to point here (DNS rebinding).
    if config.mail.is_mailbox() && !is_host_of_this_machine(request) {
        return Err(Error::BadRequest("This site answers on this machine only.".into()));
    }
    if config.demo {
        let forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
        if forwarded.iter().any(|name| request.headers().contains_key(*name)) {
            return Err(Error::BadRequest(
                "The demo cannot be put behind a proxy: its mailbox is open to everybody.".into(),
            ));
        }
        // Passkeys and the origin gate know the site by one name.
        let is_canonical = host_name(request) == config.url.host_str().unwrap_or_default();
        if !is_canonical && request.method == Method::GET {
            let asked = request.uri.path_and_query().map_or("/", |asked| asked.as_str());
            let canonical = config.absolute(asked);
            let mut moved = HttpResponse::PermanentRedirect();
            return Ok(Some(moved.insert_header((header::LOCATION, canonical)).finish()));
        }
    }
    // No path of ours needs a percent sign. One with it would be looked up as it is written and led to
    // where it reads, past the table that says for whom that is.
    if request.uri.path().contains('%') {
        return Err(Error::NotFound);
    }
    // PostgreSQL knows no NUL, and no query of ours has one.
    if request.uri.query().is_some_and(|query| query.contains("%00")) {
        return Err(Error::NotFound);
    }
    let is_post = !request.method.is_safe();
    if !request.uri.path().starts_with("/static/") {
        app.limits.check(limits::client(request, config), is_post)?;
    }
    if is_post && !is_answer_of_a_provider(request, app) {
        came_from_here(request, app)?;
    }
    Ok(None)
}

/// The name in the Host header, without its port.
fn host_name(request: &RequestHead) -> &str {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default();
    match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_host_of_this_machine(request: &RequestHead) -> bool {
    matches!(host_name(request), "localhost" | "127.0.0.1" | "[::1]")
}

/// Whether this is the one form that a page of another site may post here: the answer of a provider
/// that is configured and posts its answers. It proves itself by its state and the browser's mark.
fn is_answer_of_a_provider(request: &RequestHead, app: &App) -> bool {
    let path = request.uri.path().strip_prefix("/sign-in/with/");
    let id = path.and_then(|path| path.strip_suffix("/callback")).unwrap_or_default();
    let posts = app.providers.find(id).is_some_and(|peer| peer.provider.posts_its_answers());
    request.method == Method::POST && posts
}

/// The origin gate: a form of ours comes from a page of ours. `Sec-Fetch-Site` decides where the
/// browser sends it, else `Origin`; a POST with neither is refused.
fn came_from_here(request: &RequestHead, app: &App) -> Result<()> {
    let value = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let ours = match (value("sec-fetch-site"), value("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == app.site.base_url,
        (None, None) => false,
    };
    if ours {
        return Ok(());
    }
    Err(Error::Forbidden(
        "This form was not sent from a page of this site, so it was not looked at. Open the page \
         here and send it again."
            .into(),
    ))
}

pub(super) fn finish(app: &App, headers: &mut HeaderMap, reference: &str) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CROSS_ORIGIN_OPENER_POLICY, "same-origin");
    set(header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    set(header::PERMISSIONS_POLICY, PERMISSIONS);
    set(header::CACHE_CONTROL, "no-store");
    if app.config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(reference) = HeaderValue::from_str(reference) {
        headers.insert(HeaderName::from_static("x-request-id"), reference);
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
