//! The pages of a thread, for whoever holds a link to one of its two sides, or is signed in as one of
//! its people: reading, writing, the moves.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};

use super::pages::link_expired;
use super::party::{Door, Party, enter};
use super::respond::{self, Agreement};
use super::thread::{Look, look};
use super::views::{Act, ActPage, Thread};
use super::{Actor, DeclineReason, Move, moves_of};
use crate::accounts::session::Who;
use crate::app::App;
use crate::db::Tx;
use crate::disclaimer::Claim;
use crate::error::{Error, Result};
use crate::ids::Token;
use crate::mail::Site;
use crate::people::links::Purpose;
use crate::web::form_state::{Choice, FormState};
use crate::web::limits::{anonymised, client};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// How a request for one of these pages comes in: by the link in its address, or as the member who
/// is signed in.
#[derive(Debug)]
pub struct Entrance {
    door: Door,
    who: Option<Who>,
}

impl FromRequest for Entrance {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let named = request.match_info();
        let who = request.extensions().get::<Who>().cloned();
        ready(match (named.get("token"), named.get("id"), who) {
            (Some(token), _, _) => Ok(Self { door: Door::Link(token.to_owned()), who: None }),
            (None, Some(id), Some(who)) => id
                .parse()
                .map(|id| Self { door: Door::Account(who.contact, id), who: Some(who) })
                .map_err(|_| Error::NotFound),
            _ => Err(Error::NotFound),
        })
    }
}

impl Entrance {
    fn page(&self, app: &App, title: &str) -> Page {
        match &self.who {
            Some(who) => Page::member(app, who, title).in_section("requests"),
            None => Page::private(app, title),
        }
    }

    /// A link that opens nothing says how to get another; a member is told that nothing is here.
    fn nothing_here(&self, app: &App) -> Result<HttpResponse> {
        match self.door {
            Door::Link(_) => link_expired(app),
            Door::Account(..) => Err(Error::NotFound),
        }
    }
}

async fn read_thread(app: &App, door: &Door) -> Result<Look> {
    let (now, door) = (app.db.now(), door.clone());
    app.db.read(move |reader| look(reader, &door, Purpose::Thread, now)).await
}

/// Acts for one side, and shows the thread again.
async fn act_by(
    app: &App,
    door: &Door,
    act: impl Fn(&mut Tx<'_>, &Site, &Party) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (site, door) = (app.site.clone(), door.clone());
    app.db
        .write(move |tx| {
            let now = tx.now;
            let party = enter(tx, &door, Purpose::Thread, now)?;
            act(tx, &site, &party)
        })
        .await?;
    app.bell.ring();
    Ok(())
}

/// GET `/t/{token}`, `/requests/{id}`
pub async fn thread(app: web::Data<App>, entrance: Entrance) -> Result<HttpResponse> {
    let form = FormState::with(&[("key", Token::draw().reveal())]);
    thread_page(&app, &entrance, StatusCode::OK, form).await
}

async fn thread_page(
    app: &App,
    entrance: &Entrance,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let look = match read_thread(app, &entrance.door).await {
        Ok(look) => look,
        Err(Error::NotFound) => return entrance.nothing_here(app),
        Err(error) => return Err(error),
    };
    let base = entrance.door.base();
    let is_held = look.is_held_from_reader();
    private(
        status,
        &Thread {
            page: entrance.page(app, &look.event_name()),
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

/// POST `…/reply`
pub async fn reply(
    app: web::Data<App>,
    entrance: Entrance,
    posted: Posted,
) -> Result<HttpResponse> {
    let key = posted.fields.value("key").to_owned();
    let written = match respond::read_message("message", posted.fields.value("message")) {
        Ok(text) => {
            act_by(&app, &entrance.door, move |tx, site, party| {
                respond::reply(tx, site, party, &key, &text)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(see_other(&format!("{}#messages", entrance.door.base()))),
        Err(Error::Invalid(errors)) => {
            let mut form = FormState::again(&posted.fields, errors);
            form.set("key", Token::draw().reveal());
            thread_page(&app, &entrance, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(Error::NotFound) => entrance.nothing_here(&app),
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

fn step_of(request: &HttpRequest) -> Result<Move> {
    request.match_info().get("move").and_then(Move::parse).ok_or(Error::NotFound)
}

/// GET `…/{move}`: asks before anything is done.
pub async fn act_form(
    app: web::Data<App>,
    http: HttpRequest,
    entrance: Entrance,
) -> Result<HttpResponse> {
    let step = step_of(&http)?;
    act_page(&app, &entrance, step, StatusCode::OK, FormState::default()).await
}

async fn act_page(
    app: &App,
    entrance: &Entrance,
    step: Move,
    status: StatusCode,
    mut form: FormState,
) -> Result<HttpResponse> {
    let look = match read_thread(app, &entrance.door).await {
        Ok(look) => look,
        Err(Error::NotFound) => return entrance.nothing_here(app),
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
    let base = entrance.door.base();
    private(
        status,
        &ActPage {
            page: entrance.page(app, &look.event_name()),
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

/// POST `…/{move}`
pub async fn act(
    app: web::Data<App>,
    http: HttpRequest,
    entrance: Entrance,
    posted: Posted,
) -> Result<HttpResponse> {
    let step = step_of(&http)?;
    let door = &entrance.door;
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
            act_by(&app, door, move |tx, site, party| respond::accept(tx, site, party, &agreement))
                .await
        }
        Move::Decline => {
            let reason = DeclineReason::parse(&value("reason"));
            let note = crate::text::tidy(&value("note"));
            act_by(&app, door, move |tx, site, party| {
                respond::decline(tx, site, party, reason, &note)
            })
            .await
        }
        Move::Withdraw => act_by(&app, door, respond::withdraw).await,
        _ => return Err(Error::NotFound),
    };
    match done {
        Ok(()) => Ok(see_other(&door.base())),
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            act_page(&app, &entrance, step, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(Error::NotFound) => entrance.nothing_here(&app),
        Err(error) => Err(error),
    }
}
