//! The moves of a thread: a page that asks before each, and what its button does.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::act_views::{Act, ActPage};
use super::answer::{self, Agreement, Consent};
use super::confirming::{self, Statement};
use super::dates::{date_at, evening};
use super::hold_store::{self, Hold};
use super::reasons::{CancelReason, DeclineReason};
use super::respond::require;
use super::thread::Look;
use super::thread_pages::{Entrance, act_by, refused};
use super::{Actor, Move, holding, night_store};
use crate::app::App;
use crate::artists::paper_store;
use crate::artists::papers::described;
use crate::calendar::store::get_settings;
use crate::db::Reader;
use crate::disclaimer::Claim;
use crate::error::{Error, Result};
use crate::people::links::Side;
use crate::text::tidy;
use crate::web::form_state::{Choice, FormState};
use crate::web::limits::anonymous_address;
use crate::web::page::{private, see_other};
use crate::web::posted::Posted;

fn step_of(request: &HttpRequest) -> Result<Move> {
    request.match_info().get("move").and_then(Move::parse).ok_or(Error::NotFound)
}

/// GET `…/{move}`
pub async fn act_form(
    app: web::Data<App>,
    http: HttpRequest,
    entrance: Entrance,
) -> Result<HttpResponse> {
    act_page(&app, &entrance, step_of(&http)?, StatusCode::OK, FormState::default()).await
}

/// What is read for the page of a move: the thread, what the move asks for, and what its fields hold
/// before anything is typed.
struct Asked {
    look: Look,
    act: Act,
    filled: Vec<(&'static str, String)>,
}

async fn act_page(
    app: &App,
    entrance: &Entrance,
    step: Move,
    status: StatusCode,
    mut form: FormState,
) -> Result<HttpResponse> {
    let asked = match entrance.read(app, move |reader, look| ask(reader, look, step)).await {
        Ok(asked) => asked,
        Err(error) => return refused(app, entrance, error, form.value("note")).await,
    };
    for (name, value) in asked.filled {
        if form.value(name).is_empty() {
            form.set(name, value);
        }
    }
    let (base, look) = (entrance.base(), asked.look);
    private(
        status,
        &ActPage {
            page: entrance.page(app, &look.event_name()),
            form,
            action_url: format!("{base}/{}", step.as_str()),
            base,
            counterpart: look.counterpart(),
            event_name: look.event_name(),
            act: asked.act,
            terms: look.terms,
            disclaimer: look.current,
        },
    )
}

fn ask(reader: &mut Reader<'_>, look: Look, step: Move) -> Result<Asked> {
    let (request, now) = (&look.request, look.situation.now);
    require(request, step, Actor::from(look.side()), now)?;
    look.party.require(step)?;
    let night = request.night_shown();
    let mut filled = Vec::new();
    let act = match step {
        Move::Accept => {
            let held = request.hold.map(|hold| hold.night.to_string());
            let nights = nights_of(&look)?;
            filled.extend(only_or(&nights, held).map(|night| ("night", night)));
            Act::Accept {
                revision: request.revision.sha256.clone(),
                nights,
                papers: papers_of(reader, &look)?,
                notes: match look.side() {
                    Side::Artist => others_of_nights(reader, &look)?,
                    Side::Promoter => Vec::new(),
                },
                consent: look.side() == Side::Artist && request.artist_acceptance.is_none(),
            }
        }
        Move::Hold => {
            let (before, rank) = holds_before(reader, &look)?;
            let held = request.hold.map(|hold| hold.night.to_string());
            let nights = nights_of(&look)?;
            filled.extend(only_or(&nights, held).map(|night| ("night", night)));
            filled.push(("until", holding::proposed_day(request, rank, now)?.to_string()));
            let zone = request.revision.terms.zone()?;
            let last = date_at(request.expires_at, &zone).to_string();
            Act::Hold { nights, before, last, again: request.hold.is_some() }
        }
        Move::LetGo => Act::LetGo { night },
        Move::Challenge => Act::Challenge { night },
        Move::Stand => Act::Stand {
            night,
            until: request.hold.map(|hold| hold.expires_at.display()).unwrap_or_default(),
        },
        Move::Confirm => Act::Confirm {
            night,
            overlaps: match look.side() {
                Side::Artist => confirming::list_overlaps(reader, request)?,
                Side::Promoter => Vec::new(),
            },
            second: request.half_confirmed_by.is_some(),
        },
        Move::Cancel => Act::Cancel {
            night,
            reasons: std::iter::once(choice("", "Please choose"))
                .chain(
                    CancelReason::ALL.iter().map(|reason| choice(reason.as_str(), reason.label())),
                )
                .collect(),
        },
        Move::Complete => Act::Complete { night },
        Move::Decline => Act::Decline {
            reasons: DeclineReason::ALL
                .iter()
                .map(|reason| choice(reason.as_str(), reason.label()))
                .collect(),
        },
        Move::Nudge => Act::Nudge,
        Move::Withdraw => Act::Withdraw,
        _ => return Err(Error::NotFound),
    };
    Ok(Asked { look, act, filled })
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

/// The nights that the current terms propose and that are still to come.
fn nights_of(look: &Look) -> Result<Vec<Choice>> {
    let terms = &look.request.revision.terms;
    let zone = terms.zone()?;
    let ahead = terms.event.nights.iter().filter(|n| n.starts_at(&zone) > look.situation.now);
    Ok(ahead.map(|night| choice(&night.night.to_string(), &night.display(&zone))).collect())
}

/// What a choice of nights has chosen in advance: the held one, or the only one.
fn only_or(nights: &[Choice], held: Option<String>) -> Option<String> {
    match nights {
        [only] => Some(only.value.clone()),
        _ => held,
    }
}

/// What the act can send along with its yes.
fn papers_of(reader: &mut Reader<'_>, look: &Look) -> Result<Vec<Choice>> {
    if look.side() == Side::Promoter {
        return Ok(Vec::new());
    }
    let papers = paper_store::list_papers(reader, look.artist.id)?;
    let files = papers.into_iter().filter_map(|paper| {
        let what = described(paper.kind?, paper.size);
        Some(choice(&format!("paper_{}", paper.id), &format!("{} ({what})", paper.name)))
    });
    Ok(files.collect())
}

/// What stands on the nights of a request already, and the rank that a hold of the first would get.
fn holds_before(reader: &mut Reader<'_>, look: &Look) -> Result<(Vec<String>, i64)> {
    let (mut lines, mut first_rank) = (Vec::new(), 1);
    for (at, night) in look.request.revision.terms.event.nights.iter().enumerate() {
        let others = hold_store::list_of_night(reader, look.artist.id, night.night)?;
        let is_other = |hold: &&Hold| hold.request != look.request.id;
        let others = others.iter().filter(is_other).count();
        if at == 0 {
            first_rank = others as i64 + 1;
        }
        if others > 0 {
            let holds = if others == 1 { "one hold".to_owned() } else { format!("{others} holds") };
            lines.push(format!("You have {holds} on {} for other requests.", evening(night.night)));
        }
    }
    Ok((lines, first_rank))
}

/// What the artist has promised others on the nights that a yes could be for.
fn others_of_nights(reader: &mut Reader<'_>, look: &Look) -> Result<Vec<String>> {
    let (mut lines, _) = holds_before(reader, look)?;
    let terms = &look.request.revision.terms;
    let (zone, travel) = (terms.zone()?, get_settings(reader, look.artist.id)?.travel());
    for night in &terms.event.nights {
        let span = (night.starts_at(&zone), night.ends_at(&zone));
        let (artist, own) = (look.artist.id, look.request.id);
        if !night_store::list_overlapping(reader, artist, own, span, travel)?.is_empty() {
            let evening = evening(night.night);
            lines.push(format!("You have confirmed another request for the time of {evening}."));
        }
    }
    Ok(lines)
}

/// POST `…/{move}`
pub async fn act(
    app: web::Data<App>,
    http: HttpRequest,
    entrance: Entrance,
    posted: Posted,
) -> Result<HttpResponse> {
    let step = step_of(&http)?;
    let value = |name: &str| posted.fields.value(name).to_owned();
    let note = tidy(&value("note"));
    let done = match step {
        Move::Accept => {
            let agreement = Agreement {
                revision: value("revision"),
                night: value("night"),
                papers: posted
                    .fields
                    .iter()
                    .filter(|(_, value)| *value == "yes")
                    .filter_map(|(name, _)| name.strip_prefix("paper_")?.parse().ok())
                    .collect(),
                consent: Consent {
                    claim: Claim {
                        shown_sha256: value("disclaimer_hash"),
                        ticked: value("disclaimer_accepted") == "yes",
                    },
                    anonymous_address: anonymous_address(&http, &app.config),
                },
            };
            act_by(&app, &entrance, move |tx, site, party| {
                answer::accept(tx, site, party, &agreement)
            })
            .await
        }
        Move::Hold => {
            let (night, until) = (value("night"), value("until"));
            act_by(&app, &entrance, move |tx, site, party| {
                holding::hold(tx, site, party, &night, &until)
            })
            .await
        }
        Move::LetGo => act_by(&app, &entrance, holding::let_go).await,
        Move::Challenge => act_by(&app, &entrance, holding::challenge).await,
        Move::Stand => act_by(&app, &entrance, holding::stand).await,
        Move::Confirm => {
            let said = Statement {
                agreed_elsewhere: value("agreed_elsewhere") == "yes",
                plays_both: value("plays_both") == "yes",
            };
            act_by(&app, &entrance, move |tx, site, party| {
                confirming::confirm(tx, site, party, said)
            })
            .await
        }
        Move::Cancel => {
            let reason = CancelReason::parse(&value("reason"));
            act_by(&app, &entrance, move |tx, site, party| {
                confirming::cancel(tx, site, party, reason, &note)
            })
            .await
        }
        Move::Complete => act_by(&app, &entrance, confirming::complete).await,
        Move::Nudge => act_by(&app, &entrance, answer::nudge).await,
        Move::Decline => {
            let reason = DeclineReason::parse(&value("reason"));
            act_by(&app, &entrance, move |tx, site, party| {
                answer::decline(tx, site, party, reason, &note)
            })
            .await
        }
        Move::Withdraw => {
            act_by(&app, &entrance, move |tx, site, party| answer::withdraw(tx, site, party, &note))
                .await
        }
        _ => return Err(Error::NotFound),
    };
    match done {
        Ok(()) => Ok(see_other(&entrance.base())),
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            act_page(&app, &entrance, step, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => refused(&app, &entrance, error, &value("note")).await,
    }
}
