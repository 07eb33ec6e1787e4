//! `/dev/mailbox`: the mails of an installation on this machine that sends none. It exists only
//! with the `mailbox:` transport, which in turn works only on a loopback address.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use actix_web::{HttpRequest, HttpResponse, web};
use linkify::{LinkFinder, LinkKind};
use serde_json::json;

use super::mailbox_views::{MailPage, MailRow, MailboxPage};
use super::page::{Page, private};
use crate::app::App;
use crate::booking_requests::parts::{Piece, StateView, TermRow};
use crate::config::is_loopback;
use crate::error::{Error, Result};
use crate::ids::MailId;
use crate::mail::mailbox_store::{self, Stored};
use crate::mail::outbox::State;

/// Mails shown at once.
const NEWEST: i64 = 200;

/// Who may look: a program or browser on this machine, at an installation that is on it alone.
fn allow(app: &App, request: &HttpRequest) -> Result<()> {
    let from_here = request.peer_addr().is_none_or(|peer| peer.ip().to_canonical().is_loopback());
    let through_a_proxy = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    let here = !through_a_proxy
        && app.config.mail.is_mailbox()
        && is_loopback(&app.config.url)
        && from_here;
    if here { Ok(()) } else { Err(Error::NotFound) }
}

async fn newest(app: &App) -> Result<Vec<Stored>> {
    app.db.read(|reader| mailbox_store::list_newest(reader, NEWEST)).await
}

fn state_view(state: State) -> StateView {
    let class = match state {
        State::Sent => "yes",
        State::Queued | State::Sending | State::Retry => "hold",
        State::Failed => "stop",
        State::Cancelled => "ended",
    };
    StateView { class: class.into(), label: state.label().into(), explanation: String::new() }
}

/// GET `/dev/mailbox`
pub async fn list(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    allow(&app, &request)?;
    let mails = newest(&app).await?.into_iter().map(|mail| {
        let (to, subject) = match &mail.letter {
            Some(letter) => (letter.to.clone(), letter.subject.clone()),
            None => (String::new(), "(blanked)".to_owned()),
        };
        MailRow {
            url: format!("/dev/mailbox/{}", mail.id),
            kind: mail.kind.label().to_owned(),
            to,
            subject,
            state: state_view(mail.state),
            when: mail.created_at.display(),
            when_iso: mail.created_at.rfc3339(),
        }
    });
    let mails = mails.collect();
    private(StatusCode::OK, &MailboxPage { page: Page::private(&app, "Mailbox"), mails })
}

/// GET `/dev/mailbox.json`: the same for programs.
pub async fn json_list(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    allow(&app, &request)?;
    let mails: Vec<serde_json::Value> = newest(&app)
        .await?
        .into_iter()
        .map(|mail| {
            let letter = mail.letter.as_ref();
            let headers: serde_json::Map<String, serde_json::Value> =
                header_rows(&mail).into_iter().map(|row| (row.label, row.value.into())).collect();
            json!({
                "id": mail.id.to_string(),
                "kind": mail.kind.as_str(),
                "state": mail.state.as_str(),
                "from": letter.map(|letter| &letter.from),
                "to": letter.map(|letter| &letter.to),
                "subject": letter.map(|letter| &letter.subject),
                "headers": headers,
                "text": letter.map(|letter| &letter.text),
                "html": letter.map(|letter| &letter.html),
                "attachments": letter.map(|letter| &letter.attachments),
            })
        })
        .collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(mails))
}

fn header_rows(mail: &Stored) -> Vec<TermRow> {
    let row = |label: &str, value: String| TermRow { label: label.to_owned(), value };
    let Some(letter) = &mail.letter else { return Vec::new() };
    let mut rows = vec![
        row("From", format!("{} <{}>", letter.from_name, letter.from)),
        row("To", letter.to.clone()),
        row("Subject", letter.subject.clone()),
        row("Message-ID", mail.message_id.clone()),
        row("Date", mail.created_at.display()),
    ];
    rows.extend(letter.headers.iter().map(|(name, value)| row(name, value.clone())));
    rows
}

async fn get(app: &App, id: i64) -> Result<Stored> {
    app.db.read(move |reader| mailbox_store::get_stored(reader, MailId(id))).await
}

/// GET `/dev/mailbox/{id}`
pub async fn mail(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse> {
    allow(&app, &request)?;
    let mail = get(&app, *id).await?;
    let letter = mail.letter.as_ref();
    let subject = letter.map_or_else(|| "(blanked)".to_owned(), |letter| letter.subject.clone());
    private(
        StatusCode::OK,
        &MailPage {
            page: Page::private(&app, &subject),
            subject,
            state: state_view(mail.state),
            headers: header_rows(&mail),
            text: letter.map(|letter| pieces(&letter.text)).unwrap_or_default(),
            attachments: letter.map(|letter| letter.attachments.clone()).unwrap_or_default(),
            html_url: letter.map(|_| format!("/dev/mailbox/{}/html", mail.id)).unwrap_or_default(),
        },
    )
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    // Links of this site have "localhost" for a host, which is no public name.
    finder.url_must_have_scheme(true);
    finder
        .spans(text)
        .map(|span| {
            let shown = span.as_str().to_owned();
            match span.kind() {
                Some(_) => Piece::Link { url: shown.clone(), shown },
                None => Piece::Text(shown),
            }
        })
        .collect()
}

/// GET `/dev/mailbox/{id}/html`: the HTML part as a document of its own, which may do nothing.
pub async fn html(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse> {
    allow(&app, &request)?;
    let mail = get(&app, *id).await?;
    let letter = mail.letter.ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_FRAME_OPTIONS, "SAMEORIGIN"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; \
             sandbox allow-popups allow-top-navigation-by-user-activation",
        ))
        .content_type("text/html; charset=utf-8")
        // Its links open in the window, not in the frame that may show nothing else.
        .body(letter.html.replacen("<head>", "<head>\n<base target=\"_top\">", 1)))
}
