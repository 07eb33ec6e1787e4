//! The page of a counter-offer: the current terms as a form, what is changed in them, and the offer.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::act_views::CounterPage;
use super::answer::{self, Consent, Proposal};
use super::counter_form::fields_of;
use super::differences::{self, TermChange};
use super::forms::RequestForm;
use super::respond::require;
use super::thread::Look;
use super::thread_pages::{Entrance, act_by, refused};
use super::views::FoldQuestion;
use super::{Actor, Move};
use crate::app::App;
use crate::disclaimer::Claim;
use crate::error::{Error, Result};
use crate::people::links::Side;
use crate::text::tidy;
use crate::web::form_state::FormState;
use crate::web::limits::anonymous_address;
use crate::web::page::{private, see_other};
use crate::web::posted::Posted;

/// GET `…/counter`
pub async fn counter_form(app: web::Data<App>, entrance: Entrance) -> Result<HttpResponse> {
    let Some(look) = entrance.look(&app).await? else { return entrance.nothing_here(&app) };
    let terms = &look.request.revision.terms;
    let mut form = FormState::default();
    for (name, value) in fields_of(terms) {
        form.set(&name, value);
    }
    form.set("revision", look.request.revision.sha256.clone());
    counter_page(&app, &entrance, &look, StatusCode::OK, form, Vec::new()).await
}

async fn counter_page(
    app: &App,
    entrance: &Entrance,
    look: &Look,
    status: StatusCode,
    form: FormState,
    changes: Vec<TermChange>,
) -> Result<HttpResponse> {
    let actor = Actor::from(look.side());
    let may = require(&look.request, Move::Counter, actor, app.db.now())
        .and_then(|_| look.party.require(Move::Counter));
    if let Err(error) = may {
        return refused(app, entrance, error, form.value("note")).await;
    }
    private(
        status,
        &CounterPage {
            page: entrance.page(app, &look.event_name()),
            ask_fold: FoldQuestion::of(&form),
            form,
            base: entrance.base(),
            counterpart: look.counterpart(),
            event_name: look.event_name(),
            zone: look.request.revision.terms.event.zone.clone(),
            choices: &app.choices,
            changes,
            consent: look.side() == Side::Artist && look.request.artist_acceptance.is_none(),
            disclaimer: look.current.clone(),
        },
    )
}

/// POST `…/counter`: shows what would change, or proposes it.
pub async fn counter(
    app: web::Data<App>,
    http: HttpRequest,
    entrance: Entrance,
    posted: Posted,
) -> Result<HttpResponse> {
    let Some(look) = entrance.look(&app).await? else { return entrance.nothing_here(&app) };
    let current = &look.request.revision.terms;
    let value = |name: &str| posted.fields.value(name).to_owned();
    let again = |errors| FormState::again(&posted.fields, errors);
    let terms = match RequestForm::read(&posted.fields)?.propose(current, app.db.now()) {
        Ok(terms) => terms,
        Err(Error::Invalid(errors)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return counter_page(&app, &entrance, &look, status, again(errors), Vec::new()).await;
        }
        Err(error) => return Err(error),
    };
    if value("action") == "preview" {
        let changes = differences::between(current, &terms)?;
        let form = again(Vec::new());
        return counter_page(&app, &entrance, &look, StatusCode::OK, form, changes).await;
    }
    let proposal = Proposal {
        revision: value("revision"),
        terms,
        note: tidy(&value("note")),
        consent: Consent {
            claim: Claim {
                shown_sha256: value("disclaimer_hash"),
                ticked: value("disclaimer_accepted") == "yes",
            },
            anonymous_address: anonymous_address(&http, &app.config),
        },
    };
    let done =
        act_by(&app, &entrance, move |tx, site, party| answer::counter(tx, site, party, &proposal));
    match done.await {
        Ok(()) => Ok(see_other(&entrance.base())),
        Err(Error::Invalid(errors)) => {
            let Some(look) = entrance.look(&app).await? else { return entrance.nothing_here(&app) };
            let newest = &look.request.revision;
            let mut form = again(errors);
            // What was typed stays, unless it answers an offer that was replaced: then the new one
            // stands there to be read, under its own hash.
            if form.value("revision") != newest.sha256 {
                for (name, value) in fields_of(&newest.terms) {
                    form.set(&name, value);
                }
                form.set("revision", newest.sha256.clone());
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            counter_page(&app, &entrance, &look, status, form, Vec::new()).await
        }
        Err(error) => refused(&app, &entrance, error, &value("note")).await,
    }
}
