//! The queue of those who decide: what came in, what was written, and the decision.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::artist_pages::facts;
use super::decide::{self, Case, Offer, get_case, offered};
use super::decision_store::{self, Related, Waiting};
use super::new_artist::{self, Notes};
use super::staff_views::{CasePage, KindTab, QueueEntry, QueuePage, RelatedLine};
use super::tickets::reference;
use super::{ContactTopic, Decision, ReportTopic, TicketKind};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists;
use crate::booking_requests::words::words;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::ids::TicketId;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Lines of a page of the queue.
const A_PAGE: i64 = 50;
/// Other tickets that a case shows.
const MOST_RELATED: i64 = 10;

/// Which part of the queue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    kind: String,
    after: i64,
}

/// GET `/staff?kind=&after=`
pub async fn queue(app: web::Data<App>, who: Who, part: web::Query<Part>) -> Result<HttpResponse> {
    let (kind, after) = (TicketKind::parse(&part.kind), TicketId(part.after));
    let kinds = kind.map_or_else(|| TicketKind::ALL.to_vec(), |kind| vec![kind]);
    let (mut waiting, counts, names) = app
        .db
        .read(move |reader| {
            let waiting = decision_store::list_waiting(reader, &kinds, after, A_PAGE + 1)?;
            let counts = decision_store::count_waiting(reader)?;
            let about: Vec<_> = waiting.iter().filter_map(|waiting| waiting.artist).collect();
            let names = artists::store::list_names(reader, &about)?;
            Ok((waiting, counts, names))
        })
        .await?;
    let has_more = waiting.len() as i64 > A_PAGE;
    waiting.truncate(A_PAGE as usize);
    let next_url = match waiting.last() {
        Some(last) if has_more => {
            format!("/staff?kind={}&after={}", kind.map_or("", TicketKind::as_str), last.id)
        }
        _ => String::new(),
    };
    let now = app.db.now();
    let entry = |waiting: &Waiting| QueueEntry {
        url: format!("/staff/tickets/{}", waiting.id),
        kind: waiting.kind.label(),
        topic: topic_label(waiting.kind, &waiting.topic),
        about: waiting.artist.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        since: waiting.since.display(),
        age: age(waiting.since, now),
    };
    private(
        StatusCode::OK,
        &QueuePage {
            page: Page::staff(&app, &who, "Queue"),
            tabs: tabs(kind, &counts),
            entries: waiting.iter().map(entry).collect(),
            next_url,
        },
    )
}

fn tabs(chosen: Option<TicketKind>, counts: &BTreeMap<&'static str, i64>) -> Vec<KindTab> {
    let all = KindTab {
        label: "Everything",
        count: counts.values().sum(),
        url: "/staff".into(),
        is_chosen: chosen.is_none(),
    };
    let each = TicketKind::ALL.iter().map(|kind| KindTab {
        label: kind.plural(),
        count: counts.get(kind.as_str()).copied().unwrap_or_default(),
        url: format!("/staff?kind={}", kind.as_str()),
        is_chosen: chosen == Some(*kind),
    });
    std::iter::once(all).chain(each).collect()
}

fn topic_label(kind: TicketKind, topic: &str) -> &'static str {
    match kind {
        TicketKind::Report | TicketKind::Correction => {
            ReportTopic::parse(topic).map_or("", ReportTopic::label)
        }
        TicketKind::Contact => ContactTopic::parse(topic).map_or("", ContactTopic::label),
        TicketKind::Claim if topic == "objection" => "An objection",
        TicketKind::Claim | TicketKind::NewArtist => "",
    }
}

/// "2 h", "3 days": how long something has waited.
fn age(since: Instant, now: Instant) -> String {
    let minutes = (now.seconds() - since.seconds()).max(0) / 60;
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

/// GET `/staff/tickets/{id}`
pub async fn ticket(app: web::Data<App>, who: Who, id: web::Path<i64>) -> Result<HttpResponse> {
    case_page(&app, &who, TicketId(*id), StatusCode::OK, FormState::default()).await
}

async fn case_page(
    app: &App,
    who: &Who,
    id: TicketId,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let (case, about_same, from_same, notes) = app
        .db
        .read(move |reader| {
            let case = get_case(reader, id)?;
            let about = decision_store::list_about_same(reader, &case.ticket, MOST_RELATED)?;
            let from = decision_store::list_from_same(reader, &case.ticket, MOST_RELATED)?;
            let notes = match &case.artist {
                Some(artist) if case.waits => new_artist::notes(reader, artist)?,
                _ => Notes::default(),
            };
            Ok((case, about, from, notes))
        })
        .await?;
    let choices = offered(&case);
    let Case { ticket, artist, objects, decided, team, has_account, .. } = case;
    let code = match (&artist, &ticket.body.address) {
        (Some(artist), Some(address)) if ticket.kind == TicketKind::Claim && !objects => {
            artists::claim::code(app.db.vault(), artist, address)
        }
        _ => String::new(),
    };
    let choice = |offer: &Offer| Choice {
        value: offer.decision.as_str().to_owned(),
        label: offer.label.to_owned(),
    };
    // A claim is checked by its address; for the rest it is enough that the answer arrives.
    let address = ticket.body.address.as_ref().map(|address| match ticket.kind {
        TicketKind::Claim => address.as_str().to_owned(),
        _ => address.masked(),
    });
    let number = reference(id);
    private(
        status,
        &CasePage {
            page: Page::staff(app, who, &format!("{} {number}", ticket.kind.label())),
            form,
            kind: ticket.kind.label(),
            number,
            topic: ticket.body.topic.clone(),
            since: ticket.created_at.display(),
            author: ticket.body.name.clone(),
            address: address.unwrap_or_default(),
            account_of: if has_account { id.to_string() } else { String::new() },
            code,
            message: words(&ticket.body.message),
            artist: artist.as_ref().map(|artist| facts(artist, team)),
            doubles: notes.doubles.iter().map(|act| facts(act, 0)).collect(),
            is_unwanted: notes.is_unwanted,
            about_same: about_same.iter().map(related).collect(),
            from_same: from_same.iter().map(related).collect(),
            choices: choices.iter().map(choice).collect(),
            decided: decided.map(|decided| super::staff_views::DecidedView {
                what: decided.decision.label(),
                class: decided.decision.class(),
                when: decided.at.display(),
                reason: decided.reason,
            }),
            elevated: who.elevated,
            elevate_url: format!("/staff/elevate?next=/staff/tickets/{id}"),
            action_url: format!("/staff/tickets/{id}"),
        },
    )
}

/// Another ticket, as a line that leads to it.
fn related(other: &Related) -> RelatedLine {
    let topic = topic_label(other.kind, &other.topic);
    RelatedLine {
        url: format!("/staff/tickets/{}", other.id),
        what: match topic {
            "" => other.kind.label().to_owned(),
            topic => format!("{}: {topic}", other.kind.label()),
        },
        since: other.since.display_date(),
        decision: other.decision.map_or("waits", Decision::label),
        class: other.decision.map_or("hold", Decision::class),
    }
}

/// POST `/staff/tickets/{id}`
pub async fn decide(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = TicketId(*id);
    let decided = match read(&posted) {
        Ok((decision, reason)) => {
            let site = app.site.clone();
            app.db
                .write(move |tx| decide::decide(tx, &site, who.account, id, decision, &reason))
                .await
        }
        Err(error) => Err(error),
    };
    match decided {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other(&format!("/staff/tickets/{id}")))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            case_page(&app, &who, id, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}

fn read(posted: &Posted) -> Result<(Decision, String)> {
    let decision = Decision::parse(posted.fields.value("decision"));
    let reason = decide::reason(posted.fields.value("reason"));
    match (decision, reason) {
        (Some(decision), Ok(reason)) => Ok((decision, reason)),
        (decision, reason) => {
            let mut wrong = Vec::new();
            if decision.is_none() {
                wrong.push(("decision".to_owned(), "Choose what you decide".to_owned()));
            }
            if let Err(Error::Invalid(errors)) = reason {
                wrong.extend(errors);
            }
            Err(Error::Invalid(wrong))
        }
    }
}
