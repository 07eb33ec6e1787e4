//! For the operator's watchdog.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use jiff::SignedDuration;

use crate::app::App;
use crate::disclaimer;
use crate::error::Result;
use crate::mail::due_store;

/// A mail that is due for longer than this is worth a warning.
const OLD: SignedDuration = SignedDuration::from_mins(15);

/// GET `/healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).body("ok\n")
}

/// GET `/readyz`: the database answers with the schema this program knows. A growing outbox only
/// warns: a mail server that is down must not take the site down.
pub async fn readyz(app: web::Data<App>) -> Result<HttpResponse> {
    let now = app.db.now();
    let oldest = app
        .db
        .read(move |reader| {
            crate::db::migrate::look(reader.conn)?.require_current()?;
            disclaimer::store::get_current(reader, now)?;
            due_store::find_oldest_due(reader, now)
        })
        .await;
    let (status, text) = match oldest {
        Ok(Some(due)) if due.plus(OLD) < now => {
            let minutes = (now.micros() - due.micros()) / 60_000_000;
            (200, format!("ready\nwarning: the oldest mail has been due for {minutes} minutes\n"))
        }
        Ok(_) => (200, "ready\n".to_owned()),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "not ready");
            (503, "not ready: the database does not answer as it should; see the log\n".to_owned())
        }
    };
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    Ok(HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).body(text))
}
