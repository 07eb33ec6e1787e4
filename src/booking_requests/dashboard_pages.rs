//! The requests of somebody who is signed in: what they asked, and what their acts were asked.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use jiff::civil::Date;
use serde::Deserialize;

use super::State;
use super::dashboard::{List, Lists, Show, Wanted, read};
use super::dashboard_store::Line;
use super::dashboard_views::{Dashboard, DashboardRow, DashboardTab, OwnAct, SavedViewRow};
use super::letters::is_held_from;
use super::parts::StateView;
use super::situation::Desk;
use crate::accounts::session::Who;
use crate::app::App;
use crate::error::Result;
use crate::ids::{RequestId, reference};
use crate::people::links::Side;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::{Page, private};

/// Which part of the lists, as an address says it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    asked: Option<i64>,
    received: Option<i64>,
    show: String,
    q: String,
    state: String,
    from: String,
    to: String,
    /// What was just done.
    done: String,
}

/// The states that requests on the lists can be in: those after it was sent.
fn shown() -> impl Iterator<Item = State> {
    let is_shown = |state: &State| !matches!(state, State::Draft | State::Unverified);
    State::ALL.iter().copied().filter(is_shown)
}

fn states() -> Vec<Choice> {
    let any = Choice { value: String::new(), label: "Any".to_owned() };
    let each = shown()
        .map(|state| Choice { value: state.as_str().to_owned(), label: state.label().to_owned() });
    std::iter::once(any).chain(each).collect()
}

/// A day as an address has it; empty for anything that is none.
fn day(text: &str) -> String {
    text.trim().parse::<Date>().map(|day| day.to_string()).unwrap_or_default()
}

impl Part {
    fn wanted(&self) -> Wanted {
        Wanted {
            asked_before: RequestId(self.asked.unwrap_or(i64::MAX)),
            received_before: RequestId(self.received.unwrap_or(i64::MAX)),
            show: Show::parse(&self.show).unwrap_or(Show::All),
            words: self.q.trim().chars().take(100).collect(),
            state: shown().find(|state| state.as_str() == self.state),
            from: day(&self.from),
            to: day(&self.to),
        }
    }
}

/// The address of the lists as they are wanted, with one thing more.
fn url(wanted: &Wanted, show: Show, more: Option<(&str, String)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if show != Show::All {
        query.append_pair("show", show.as_str());
    }
    let state = wanted.state.map(State::as_str).unwrap_or_default();
    let narrowing =
        [("q", &*wanted.words), ("state", state), ("from", &*wanted.from), ("to", &*wanted.to)];
    query.extend_pairs(narrowing.into_iter().filter(|(_, value)| !value.is_empty()));
    if let Some((name, value)) = more {
        query.append_pair(name, &value);
    }
    match query.finish() {
        query if query.is_empty() => "/requests".to_owned(),
        query => format!("/requests?{query}"),
    }
}

/// GET `/requests`
pub async fn dashboard(
    app: web::Data<App>,
    who: Who,
    part: web::Query<Part>,
) -> Result<HttpResponse> {
    let (contact, wanted) = (who.contact, part.wanted());
    let asked = wanted.clone();
    let now = app.db.now();
    let lists = app.db.read(move |reader| read(reader, contact, &asked, now)).await?;
    let older = |list: &List, name: &str| match list.older {
        Some(id) => url(&wanted, wanted.show, Some((name, id.to_string()))),
        None => String::new(),
    };
    let rows = |list: &List, side: Side| {
        list.lines.iter().map(|line| row(line, side, &lists)).collect::<Vec<_>>()
    };
    private(
        StatusCode::OK,
        &Dashboard {
            page: Page::member(&app, &who, "Your requests").in_section("requests"),
            form: FormState::with(&[
                ("q", &wanted.words),
                ("state", wanted.state.map(State::as_str).unwrap_or_default()),
                ("from", &wanted.from),
                ("to", &wanted.to),
                ("show", if wanted.show == Show::All { "" } else { wanted.show.as_str() }),
            ]),
            done: match part.done.as_str() {
                "sent" => "Sent. Each act has been mailed, and each receipt is in your mailbox.",
                _ => "",
            },
            states: states(),
            is_narrowed: wanted.is_narrowed(),
            tabs: Show::ALL.iter().map(|show| tab(*show, &wanted, &lists)).collect(),
            has_news: lists.new > 0,
            views: lists
                .views
                .iter()
                .map(|(id, view)| SavedViewRow {
                    name: view.name.clone(),
                    url: format!("/requests?{}", view.query),
                    remove_url: format!("/requests/views/{id}/remove"),
                })
                .collect(),
            figures: lists.figures.sentences(),
            asked: rows(&lists.asked, Side::Promoter),
            asked_older: older(&lists.asked, "asked"),
            received: rows(&lists.received, Side::Artist),
            received_older: older(&lists.received, "received"),
            acts: lists
                .acts
                .iter()
                .map(|act| OwnAct {
                    name: act.artist.facts.name.clone(),
                    url: format!("/artists/{}", act.artist.facts.slug),
                    look_url: act.artist.facts.url_for_team(),
                    manages: act.manages,
                    answers: act.artist.answers.sentence(),
                })
                .collect(),
        },
    )
}

fn tab(show: Show, wanted: &Wanted, lists: &Lists) -> DashboardTab {
    let count = match show {
        Show::Turn => lists.waiting,
        Show::New => lists.new as i64,
        _ => 0,
    };
    let label = match count {
        1..=99 => format!("{} ({count})", show.label()),
        100.. => format!("{} (99+)", show.label()),
        _ => show.label().to_owned(),
    };
    DashboardTab { url: url(wanted, show, None), label, active: show == wanted.show }
}

fn row(line: &Line, side: Side, lists: &Lists) -> DashboardRow {
    let night = line.first_night.parse::<Date>();
    let night = night.map(|night| night.strftime("%a %-d %b %Y").to_string());
    let is_challenged = side == Side::Promoter && lists.challenged.contains(&line.id);
    let is_own_turn = is_challenged || line.desk == Desk::from(side);
    DashboardRow {
        url: format!("/requests/{}", line.id),
        artist_name: lists.names.get(&line.artist).cloned().unwrap_or_default(),
        event_name: match is_held_from(side, line.state) {
            // The words of it are kept from the artist, its name among them.
            true => format!("Request {}", reference(line.id.0)),
            false => lists.events.get(&line.id).cloned().unwrap_or_default(),
        },
        night: night.unwrap_or_default(),
        city: match is_held_from(side, line.state) {
            true => String::new(),
            false => line.city.clone(),
        },
        state: StateView {
            class: line.state.class().to_owned(),
            label: line.state.label().to_owned(),
            explanation: match line.state {
                _ if is_challenged => "your turn: the hold is challenged".to_owned(),
                State::Sent | State::Countered | State::OnHold => {
                    let turn = if is_own_turn { "your turn, " } else { "" };
                    format!("{turn}closes on {}", line.expires_at.display())
                }
                State::Accepted => "to be confirmed by both".to_owned(),
                State::HalfConfirmed if is_own_turn => "your turn to confirm".to_owned(),
                _ => String::new(),
            },
        },
        is_own_turn,
        is_new: lists.news.contains(&line.id),
        sent: line.sent_at.display_date(),
    }
}
