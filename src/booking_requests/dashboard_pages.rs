//! The requests of somebody who is signed in: what they asked, and what their acts were asked.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use jiff::civil::Date;
use serde::Deserialize;

use super::State;
use super::dashboard_store::{self, A_PAGE, Line};
use super::parts::StateView;
use super::views::{Dashboard, DashboardRow, OwnAct};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::{self, Artist};
use crate::db::Reader;
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, RequestId};
use crate::web::page::{Page, private};

/// Which part of the lists.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Of what was asked, those older than this.
    asked: Option<i64>,
    /// Of what the acts were asked, those older than this.
    received: Option<i64>,
}

/// Both lists, and the acts' names.
struct Lists {
    asked: Vec<Line>,
    received: Vec<Line>,
    names: HashMap<ArtistId, String>,
    events: HashMap<RequestId, String>,
    acts: Vec<Artist>,
}

fn read(reader: &mut Reader<'_>, contact: ContactId, part: &Part) -> Result<Lists> {
    let before = |id: Option<i64>| RequestId(id.unwrap_or(i64::MAX));
    let joined = artists::contact_store::list_joined(reader, contact)?;
    let asked = dashboard_store::list_asked(reader, contact, before(part.asked))?;
    let received = dashboard_store::list_asked_of(reader, &joined, before(part.received))?;
    let mut named: Vec<ArtistId> = asked.iter().chain(&received).map(|line| line.artist).collect();
    named.sort_unstable();
    named.dedup();
    let names = artists::store::list_names(reader, &named)?;
    let ids: Vec<RequestId> = asked.iter().chain(&received).map(|line| line.id).collect();
    let events = dashboard_store::list_event_names(reader, &ids)?;
    let acts = joined.into_iter().map(|(act, _)| artists::store::get_artist(reader, act));
    let acts = acts.collect::<Result<Vec<_>>>()?;
    Ok(Lists { asked, received, names, events, acts })
}

/// GET `/requests`
pub async fn dashboard(
    app: web::Data<App>,
    who: Who,
    part: web::Query<Part>,
) -> Result<HttpResponse> {
    let (contact, part) = (who.contact, part.into_inner());
    let lists = app.db.read(move |reader| read(reader, contact, &part)).await?;
    let older = |lines: &[Line], name: &str| match lines.get(A_PAGE as usize - 1) {
        Some(last) if lines.len() as i64 > A_PAGE => format!("/requests?{name}={}", last.id),
        _ => String::new(),
    };
    let rows =
        |lines: &[Line]| lines.iter().take(A_PAGE as usize).map(|line| row(line, &lists)).collect();
    private(
        StatusCode::OK,
        &Dashboard {
            page: Page::member(&app, &who, "Your requests").in_section("requests"),
            asked: rows(&lists.asked),
            asked_older: older(&lists.asked, "asked"),
            received: rows(&lists.received),
            received_older: older(&lists.received, "received"),
            acts: lists
                .acts
                .iter()
                .map(|act| OwnAct {
                    name: act.facts.name.clone(),
                    url: format!("/artists/{}", act.facts.slug),
                    look_url: act.facts.url_for_team(),
                })
                .collect(),
        },
    )
}

fn row(line: &Line, lists: &Lists) -> DashboardRow {
    let night = line.first_night.parse::<Date>();
    let night = night.map(|night| night.strftime("%a %-d %b %Y").to_string());
    DashboardRow {
        url: format!("/requests/{}", line.id),
        artist_name: lists.names.get(&line.artist).cloned().unwrap_or_default(),
        event_name: lists.events.get(&line.id).cloned().unwrap_or_default(),
        night: night.unwrap_or_default(),
        city: line.city.clone(),
        state: StateView {
            class: line.state.class().to_owned(),
            label: line.state.label().to_owned(),
            explanation: match line.state {
                State::Sent => format!("closes on {}", line.expires_at.display()),
                _ => String::new(),
            },
        },
        sent: line.sent_at.display_date(),
    }
}
