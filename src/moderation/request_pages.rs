//! Booking requests as those who decide see them: held back, released, taken down, each with a reason
//! that both sides read. Nothing of what the two sides wrote is shown here.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::decide::reason;
use super::staff_views::{HappenedLine, HeldLine, HeldPage, StaffRequestPage};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::store::{get_artist, list_names};
use crate::booking_requests::outline_store::{self, Outline};
use crate::booking_requests::parts::StateView;
use crate::booking_requests::situation::decisions_in;
use crate::booking_requests::{Move, State, respond};
use crate::error::{Error, Result};
use crate::ids::{RequestId, parse_reference, reference};
use crate::web::form_state::{Choice, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Lines of a page.
const A_PAGE: i64 = 50;

/// What a moderator can do to a request.
const DECISIONS: [(Move, &str); 3] = [
    (Move::Quarantine, "Hold it back"),
    (Move::Release, "Let it go on"),
    (Move::Remove, "Take it down"),
];

/// Which request, or which part of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    number: String,
    after: i64,
}

/// GET `/staff/requests?number=&after=`: what is held back; a number leads to that request.
pub async fn held(
    app: web::Data<App>,
    who: Who,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse> {
    let mut form = FormState::with(&[("number", &wanted.number)]);
    let mut status = StatusCode::OK;
    if !wanted.number.trim().is_empty() {
        if let Ok(id) = parse_reference(&wanted.number) {
            let known =
                app.db.read(move |reader| outline_store::get_outline(reader, RequestId(id)));
            match known.await {
                Ok(outline) => return Ok(see_other(&format!("/staff/requests/{}", outline.id))),
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        status = StatusCode::NOT_FOUND;
        form.refuse("number", "There is no request with this number");
    }
    let after = RequestId(wanted.after);
    let (mut held, names) = app
        .db
        .read(move |reader| {
            let held = outline_store::list_held(reader, after, A_PAGE + 1)?;
            let artists: Vec<_> = held.iter().map(|request| request.artist).collect();
            Ok((held, list_names(reader, &artists)?))
        })
        .await?;
    let has_more = held.len() as i64 > A_PAGE;
    held.truncate(A_PAGE as usize);
    let next_url = match held.last() {
        Some(last) if has_more => format!("/staff/requests?after={}", last.id),
        _ => String::new(),
    };
    let line = |request: &Outline| HeldLine {
        url: format!("/staff/requests/{}", request.id),
        number: reference(request.id.0),
        artist_name: names.get(&request.artist).cloned().unwrap_or_default(),
        since: request.created_at.display(),
    };
    private(
        status,
        &HeldPage {
            page: Page::staff(&app, &who, "Requests"),
            form,
            held: held.iter().map(line).collect(),
            next_url,
        },
    )
}

/// GET `/staff/requests/{id}`
pub async fn request(app: web::Data<App>, who: Who, id: web::Path<i64>) -> Result<HttpResponse> {
    request_page(&app, &who, RequestId(*id), StatusCode::OK, FormState::default()).await
}

async fn request_page(
    app: &App,
    who: &Who,
    id: RequestId,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let (outline, artist, happened) = app
        .db
        .read(move |reader| {
            let outline = outline_store::get_outline(reader, id)?;
            let artist = get_artist(reader, outline.artist)?;
            Ok((outline, artist, outline_store::list_happened(reader, id)?))
        })
        .await?;
    let number = reference(id.0);
    let happened = happened.iter().map(|event| HappenedLine {
        what: event.step.label(),
        who: event.actor.label(),
        when: event.at.display(),
    });
    private(
        status,
        &StaffRequestPage {
            page: Page::staff(app, who, &format!("Request {number}")),
            form,
            number,
            state: state_view(outline.state),
            artist_name: artist.facts.name,
            came_in: outline.created_at.display(),
            sent: outline.sent_at.map(|at| at.display()).unwrap_or_default(),
            happened: happened.collect(),
            choices: choices(&outline),
            elevated: who.elevated,
            elevate_url: format!("/staff/elevate?next=/staff/requests/{id}"),
            action_url: format!("/staff/requests/{id}"),
        },
    )
}

fn state_view(state: State) -> StateView {
    StateView {
        class: state.class().to_owned(),
        label: state.label().to_owned(),
        explanation: state.meaning().to_owned(),
    }
}

/// What can be done to a request where it is now.
fn choices(outline: &Outline) -> Vec<Choice> {
    let possible = decisions_in(outline.state);
    DECISIONS
        .iter()
        .filter(|(step, _)| possible.contains(step))
        .map(|(step, label)| Choice { value: step.as_str().to_owned(), label: (*label).to_owned() })
        .collect()
}

/// POST `/staff/requests/{id}`
pub async fn decide(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = RequestId(*id);
    let step = Move::parse(posted.fields.value("decision"))
        .filter(|step| DECISIONS.iter().any(|(known, _)| known == step));
    let decided = match (step, reason(posted.fields.value("reason"))) {
        (Some(step), Ok(reason)) => {
            let site = app.site.clone();
            app.db.write(move |tx| respond::moderate(tx, &site, id, step, &reason)).await.map(drop)
        }
        (Some(_), Err(error)) => Err(error),
        (None, _) => Err(Error::field("decision", "Choose what you decide")),
    };
    match decided {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other(&format!("/staff/requests/{id}")))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            request_page(&app, &who, id, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}
