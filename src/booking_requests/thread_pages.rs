//! The pages of a thread, for whoever holds a link to one of its two sides, or is signed in as one of
//! its people: the way in, reading and writing. The moves have pages of their own.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};

use super::pages::link_expired;
use super::party::{Door, Party, enter};
use super::respond;
use super::thread::{Look, look};
use super::views::Thread;
use crate::accounts::session::Who;
use crate::app::App;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::Token;
use crate::mail::Site;
use crate::people::links::Purpose;
use crate::web::form_state::FormState;
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
    /// What the addresses of the thread begin with.
    pub(super) fn base(&self) -> String {
        self.door.base()
    }

    /// The thread; none where the way in leads nowhere.
    pub(super) async fn look(&self, app: &App) -> Result<Option<Look>> {
        match self.read(app, |_, look| Ok(look)).await {
            Ok(look) => Ok(Some(look)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The thread, and what else belongs to it, in the same look at the database.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        app: &App,
        more: impl Fn(&mut Reader<'_>, Look) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (now, door) = (app.db.now(), self.door.clone());
        app.db
            .read(move |reader| {
                let look = look(reader, &door, Purpose::Thread, now)?;
                more(reader, look)
            })
            .await
    }

    pub(super) fn page(&self, app: &App, title: &str) -> Page {
        match &self.who {
            Some(who) => Page::member(app, who, title).in_section("requests"),
            None => Page::private(app, title),
        }
    }

    /// A link that opens nothing says how to get another; a member is told that nothing is here.
    pub(super) fn nothing_here(&self, app: &App) -> Result<HttpResponse> {
        match self.door {
            Door::Link(_) => link_expired(app),
            Door::Account(..) => Err(Error::NotFound),
        }
    }
}

/// Acts for one side.
pub(super) async fn act_by(
    app: &App,
    entrance: &Entrance,
    act: impl Fn(&mut Tx<'_>, &Site, &Party) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (site, door) = (app.site.clone(), entrance.door.clone());
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
    let Some(look) = entrance.look(app).await? else { return entrance.nothing_here(app) };
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
            marks: look.mark_views(&base),
            is_new: look.marks.is_new,
            block_url: look.block_url(&base),
            reliability: look.reliability.clone(),
            hold: look.hold(),
            offers: if is_held { Vec::new() } else { look.offer_views()? },
            terms_title: format!("Terms, revision {}", look.request.revision.n),
            timeline: look.event_views(),
            receipt_url: look.receipt_url(&base),
            has_night: !look.request.night_shown().is_empty(),
            is_held,
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
            act_by(&app, &entrance, move |tx, site, party| {
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
