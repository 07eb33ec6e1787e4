//! The pages of a thread, for whoever holds a link to one of its two sides: reading, writing, the
//! moves, the receipt.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::pages::link_expired;
use super::receipts::{acceptance_of, receipt_view};
use super::respond::{self, Agreement};
use super::thread::{Look, look};
use super::views::{Act, ActPage, Receipt, Thread};
use super::{Actor, DeclineReason, Move, moves_of};
use crate::accounts::links::{Link, Purpose, open};
use crate::app::App;
use crate::db::Tx;
use crate::disclaimer::{self, Claim};
use crate::error::{Error, Result};
use crate::ids::{AcceptanceId, Token};
use crate::mail::Site;
use crate::web::form_state::{Choice, FormState};
use crate::web::limits::{anonymised, client};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

async fn read_thread(app: &App, token: &str) -> Result<Look> {
    let (now, token) = (app.db.now(), token.to_owned());
    app.db.read(move |reader| look(reader, &token, Purpose::Thread, now)).await
}

/// Acts by a link, and shows the thread again.
async fn act_by(
    app: &App,
    token: &str,
    act: impl Fn(&mut Tx<'_>, &Site, &Link) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (site, token) = (app.site.clone(), token.to_owned());
    app.db
        .write(move |tx| {
            let now = tx.now;
            let link = open(tx, &token, Purpose::Thread, now)?;
            act(tx, &site, &link)
        })
        .await?;
    app.bell.ring();
    Ok(())
}

/// GET `/t/{token}`
pub async fn thread(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    let form = FormState::with(&[("key", Token::draw().reveal())]);
    thread_page(&app, &token, StatusCode::OK, form).await
}

async fn thread_page(
    app: &App,
    token: &str,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let look = match read_thread(app, token).await {
        Ok(look) => look,
        Err(Error::NotFound) => return link_expired(app),
        Err(error) => return Err(error),
    };
    let base = format!("/t/{token}");
    let is_held = look.is_held_from_reader();
    private(
        status,
        &Thread {
            page: Page::private(app, &look.event_name()),
            form,
            side_label: look.own_name(),
            counterpart: look.counterpart(),
            event_name: look.event_name(),
            state: look.state(),
            turn: look.turn(),
            notices: Vec::new(),
            messages: if is_held { Vec::new() } else { look.message_views() },
            closed: look.closed(),
            moves: look.move_views(&base),
            terms_title: format!("Terms, revision {}", look.request.revision.n),
            timeline: look.event_views(),
            receipt_url: look.receipt_url(&base),
            base,
            terms: if is_held { Vec::new() } else { look.terms },
            disclaimer: look.accepted,
        },
    )
}

/// POST `/t/{token}/reply`
pub async fn reply(
    app: web::Data<App>,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let key = posted.fields.value("key").to_owned();
    let written = match respond::read_message("message", posted.fields.value("message")) {
        Ok(text) => {
            act_by(&app, &token, move |tx, site, link| respond::reply(tx, site, link, &key, &text))
                .await
        }
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(see_other(&format!("/t/{token}#messages"))),
        Err(Error::Invalid(errors)) => {
            let mut form = FormState::again(&posted.fields, errors);
            form.set("key", Token::draw().reveal());
            thread_page(&app, &token, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(Error::NotFound) => link_expired(&app),
        Err(error) => Err(error),
    }
}

fn page_of(look: &Look, step: Move) -> Option<Act> {
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into() };
    match step {
        Move::Accept => {
            let zone = look.request.revision.terms.zone().ok()?;
            let nights = look.request.revision.terms.event.nights.iter();
            Some(Act::Accept {
                revision: look.request.revision.sha256.clone(),
                nights: nights
                    .map(|night| choice(&night.night.to_string(), &night.display(&zone)))
                    .collect(),
                consent: look.request.artist_acceptance.is_none(),
            })
        }
        Move::Decline => Some(Act::Decline {
            reasons: DeclineReason::ALL
                .iter()
                .map(|reason| choice(reason.as_str(), reason.label()))
                .collect(),
        }),
        Move::Withdraw => Some(Act::Withdraw),
        _ => None,
    }
}

/// GET `/t/{token}/{move}`: asks before anything is done.
pub async fn act_form(
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (token, step) = path.into_inner();
    let step = Move::parse(&step).ok_or(Error::NotFound)?;
    act_page(&app, &token, step, StatusCode::OK, FormState::default()).await
}

async fn act_page(
    app: &App,
    token: &str,
    step: Move,
    status: StatusCode,
    mut form: FormState,
) -> Result<HttpResponse> {
    let look = match read_thread(app, token).await {
        Ok(look) => look,
        Err(Error::NotFound) => return link_expired(app),
        Err(error) => return Err(error),
    };
    let actor = Actor::from(look.side());
    let act = page_of(&look, step).filter(|_| super::rule(step).who.contains(&actor));
    let act = act.ok_or(Error::NotFound)?;
    if !moves_of(actor, look.request.state).contains(&step) {
        return Err(Error::Conflict(format!(
            "This is not possible any more: the request is {} now.",
            look.request.state.label().to_lowercase()
        )));
    }
    if let Act::Accept { nights, .. } = &act
        && let [only] = nights.as_slice()
    {
        form.set("night", only.value.clone());
    }
    let base = format!("/t/{token}");
    private(
        status,
        &ActPage {
            page: Page::private(app, &look.event_name()),
            form,
            action_url: format!("{base}/{}", step.as_str()),
            base,
            counterpart: look.counterpart(),
            event_name: look.event_name(),
            act,
            terms: look.terms,
            disclaimer: look.current,
        },
    )
}

/// POST `/t/{token}/{move}`
pub async fn act(
    app: web::Data<App>,
    http: HttpRequest,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (token, step) = path.into_inner();
    let step = Move::parse(&step).ok_or(Error::NotFound)?;
    let value = |name: &str| posted.fields.value(name).to_owned();
    let done = match step {
        Move::Accept => {
            let agreement = Agreement {
                revision: value("revision"),
                night: value("night"),
                claim: Claim {
                    shown_sha256: value("disclaimer_hash"),
                    ticked: value("disclaimer_accepted") == "yes",
                },
                anonymous_address: anonymised(client(&http, &app.config)),
            };
            act_by(&app, &token, move |tx, site, link| respond::accept(tx, site, link, &agreement))
                .await
        }
        Move::Decline => {
            let reason = DeclineReason::parse(&value("reason"));
            let note = super::form_values::tidy(&value("note"));
            act_by(&app, &token, move |tx, site, link| {
                respond::decline(tx, site, link, reason, &note)
            })
            .await
        }
        Move::Withdraw => act_by(&app, &token, respond::withdraw).await,
        _ => return Err(Error::NotFound),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/t/{token}"))),
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            act_page(&app, &token, step, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(Error::NotFound) => link_expired(&app),
        Err(error) => Err(error),
    }
}

/// The query of a receipt's page: the link by which its holder came.
#[derive(Deserialize)]
pub struct Holder {
    link: String,
}

async fn held(app: &App, id: AcceptanceId, holder: &Holder) -> Result<Look> {
    let look = read_thread(app, &holder.link).await?;
    match acceptance_of(&look.request, look.side()) {
        Some(own) if own == id && look.request.sent_at.is_some() => Ok(look),
        _ => Err(Error::NotFound),
    }
}

/// GET `/receipts/{id}`
pub async fn receipt(
    app: web::Data<App>,
    id: web::Path<i64>,
    holder: web::Query<Holder>,
) -> Result<HttpResponse> {
    let id = AcceptanceId(id.into_inner());
    let look = match held(&app, id, &holder).await {
        Err(Error::NotFound) => return link_expired(&app),
        other => other?,
    };
    let site = app.site.clone();
    let token = holder.link.clone();
    let now = app.db.now();
    let (receipt, version, public_key) = app
        .db
        .read(move |reader| {
            let look = super::thread::look(reader, &token, Purpose::Thread, now)?;
            let view = receipt_view(reader, &site, &look.artist, &look.request, look.side())?;
            let version = disclaimer::store::get_accepted_version(reader, id)?;
            let signed = disclaimer::store::get_receipt(reader, &site.base_url, id)?;
            Ok((view, version, signed.public_key))
        })
        .await?;
    private(
        StatusCode::OK,
        &Receipt {
            page: Page::private(&app, &format!("Receipt {id}")),
            receipt,
            download_url: format!("/receipts/{id}.json?link={}", holder.link),
            file_name: format!("receipt-{id}.json"),
            public_key,
            thread_url: format!("/t/{}", holder.link),
            disclaimer: match look.side() {
                crate::accounts::links::Side::Promoter => look.accepted,
                crate::accounts::links::Side::Artist => super::letters::disclaimer_view(&version),
            },
        },
    )
}

/// GET `/receipts/{id}.json`: the file that `soundpost receipts verify` proves.
pub async fn receipt_file(
    app: web::Data<App>,
    id: web::Path<i64>,
    holder: web::Query<Holder>,
) -> Result<HttpResponse> {
    let id = AcceptanceId(id.into_inner());
    held(&app, id, &holder).await?;
    let site = app.site.clone();
    let receipt = app
        .db
        .read(move |reader| disclaimer::store::get_receipt(reader, &site.base_url, id))
        .await?;
    let file = serde_json::to_string_pretty(&receipt).map_err(anyhow::Error::from)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"receipt-{id}.json\"")))
        .content_type("application/json")
        .body(file))
}
