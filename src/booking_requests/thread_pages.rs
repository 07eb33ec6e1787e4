//! The pages of a thread, for whoever holds a link to one of its two sides, or is signed in as one of
//! its people: the way in, reading and writing. The moves have pages of their own.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use serde::Deserialize;

use super::beside::{Beside, look_beside};
use super::marks::Mark;
use super::pages::link_expired;
use super::party::{Door, Party, enter};
use super::respond::{self, LONGEST_MESSAGE, check_words};
use super::thread::{Look, look};
use super::views::{KeptAnswer, Thread};
use super::writing::{self, Written};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::paper_store;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{Token, reference};
use crate::mail::Site;
use crate::moderation::screening::contact_data::find_contact_data;
use crate::people::links::{Purpose, Side};
use crate::text::tidy;
use crate::web::form_state::{Fields, FormState, Warning};
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

/// What the box in which one writes begins with, and what the page says above it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    /// The number of a message that is quoted.
    quote: String,
    /// The number of an answer that the act keeps.
    answer: String,
    /// What was just done.
    done: String,
}

/// GET `/t/{token}`, `/requests/{id}`
pub async fn thread(
    app: web::Data<App>,
    entrance: Entrance,
    begun: web::Query<Begun>,
) -> Result<HttpResponse> {
    let form = FormState::with(&[("key", Token::draw().reveal())]);
    thread_page(&app, &entrance, StatusCode::OK, form, &begun, String::new()).await
}

/// The words with which an answer begins: what was kept for later or those of a kept answer, after
/// those quoted.
fn begin(reader: &mut Reader<'_>, look: &Look, beside: &Beside, begun: &Begun) -> Result<String> {
    let answer = beside.answers.iter().find(|(id, _)| id.to_string() == begun.answer);
    let words = match answer {
        Some((id, _)) => {
            let kept = paper_store::get_body(reader, look.artist.id, *id)?;
            String::from_utf8_lossy(&kept).into_owned()
        }
        None => beside.draft.clone(),
    };
    let quoted = look.messages.iter().find(|message| message.id.to_string() == begun.quote);
    let Some(message) = quoted.filter(|_| !look.is_held_from_reader()) else { return Ok(words) };
    let lines: Vec<String> =
        message.text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    Ok(format!("{}\n\n{words}", lines.join("\n")))
}

/// What the page says of what was just done for its reader alone.
fn said(done: &str) -> Vec<String> {
    let said = match done {
        KEPT => Some("What you wrote is kept for you. Nobody else sees it before you send it."),
        mark => Mark::parse(mark).map(Mark::done),
    };
    said.into_iter().map(ToOwned::to_owned).collect()
}

async fn thread_page(
    app: &App,
    entrance: &Entrance,
    status: StatusCode,
    mut form: FormState,
    begun: &Begun,
    refused: String,
) -> Result<HttpResponse> {
    let asked = begun.clone();
    let base = entrance.base();
    let url = base.clone();
    let read = entrance.read(app, move |reader, look| {
        let beside = look_beside(reader, &look, &url)?;
        let words = begin(reader, &look, &beside, &asked)?;
        Ok((look, beside, words))
    });
    let (look, beside, words) = match read.await {
        Ok(read) => read,
        Err(Error::NotFound) => return entrance.nothing_here(app),
        Err(error) => return Err(error),
    };
    if status == StatusCode::OK && form.value("message").is_empty() {
        form.set("message", words);
    }
    let typed = form.value("message").to_owned();
    warn_of_contact_data(&mut form, &typed);
    let is_held = look.is_held_from_reader();
    private(
        status,
        &Thread {
            page: entrance.page(app, &look.event_name()),
            number: reference(look.request.id.0),
            refused,
            form,
            side_label: look.own_name(),
            counterpart: look.counterpart(),
            event_name: look.event_name(),
            state: look.state(),
            turn: look.turn(),
            notices: said(&begun.done),
            messages: match is_held {
                true => Vec::new(),
                false => look.message_views(&base, &beside.files, |file| {
                    format!("/requests/{}/files/{}", look.request.id, file.id)
                }),
            },
            lacks_files: !beside.files.is_empty() && !look.is_signed_in,
            marks: beside.mark_views(&base),
            answers: beside
                .answers
                .into_iter()
                .map(|(id, name)| KeptAnswer { name, url: format!("{base}?answer={id}#reply") })
                .collect(),
            attach_url: match entrance.who {
                Some(_) => format!("{base}/attach"),
                None => String::new(),
            },
            closed: look.closed(),
            moves: look.move_views(&base),
            asked: look.asked(),
            others: beside.others,
            again_url: match (&entrance.who, look.side()) {
                (Some(_), Side::Promoter) => {
                    format!("/requests/new?act={}&like={}", look.artist.facts.slug, look.request.id)
                }
                _ => String::new(),
            },
            is_new: beside.marks.is_new,
            block_url: beside.block_url,
            is_blocked: beside.is_blocked,
            reliability: beside.reliability,
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

/// The field by which contact data in a message goes out all the same.
const CONTACT_TICK: &str = "contact_ok";

/// In an address: what was written is kept for later.
const KEPT: &str = "kept";

/// Warns of an address or a number in what is written: this site passes messages on so that neither
/// side needs the other's.
pub(super) fn warn_of_contact_data(form: &mut FormState, text: &str) {
    let found = find_contact_data(text);
    if found.is_some() {
        form.warn(Warning {
            field: "message",
            tick: CONTACT_TICK,
            message:
                "There is an address or a telephone number in it. The other side reads it as you \
                      write it, and can use it outside this site."
                    .to_owned(),
        });
    }
}

/// Whether there is contact data in a text of which nobody said yet that it goes out.
pub(super) fn is_unanswered(fields: &Fields, text: &str) -> bool {
    find_contact_data(text).is_some() && fields.value(CONTACT_TICK) != "yes"
}

/// POST `…/reply`: sends a message, or keeps it for later (`action` is "keep").
pub async fn reply(
    app: web::Data<App>,
    entrance: Entrance,
    posted: Posted,
) -> Result<HttpResponse> {
    let fields = &posted.fields;
    let again = |status: StatusCode, errors: Vec<(String, String)>| {
        let mut form = FormState::again(fields, errors);
        form.set("key", Token::draw().reveal());
        (status, form)
    };
    let read = respond::read_message("message", fields.value("message"));
    let keeps = fields.value("action") == "keep";
    let done = match read {
        _ if keeps => {
            let text = tidy(fields.value("message"));
            match check_words("message", &text, LONGEST_MESSAGE) {
                Ok(()) => {
                    act_by(&app, &entrance, move |tx, _, party| writing::keep(tx, party, &text))
                        .await
                }
                Err(error) => Err(error),
            }
        }
        Ok(text) if is_unanswered(fields, &text) => {
            let (status, form) = again(StatusCode::OK, Vec::new());
            return thread_page(&app, &entrance, status, form, &Begun::default(), String::new())
                .await;
        }
        Ok(text) => {
            let written = Written { key: fields.value("key").to_owned(), text, file: None };
            act_by(&app, &entrance, move |tx, site, party| {
                writing::reply(tx, site, party, &written)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) if keeps => Ok(see_other(&format!("{}?done={KEPT}", entrance.door.base()))),
        Ok(()) => Ok(see_other(&format!("{}#messages", entrance.door.base()))),
        Err(Error::Invalid(errors)) => {
            let (status, form) = again(StatusCode::UNPROCESSABLE_ENTITY, errors);
            thread_page(&app, &entrance, status, form, &Begun::default(), String::new()).await
        }
        Err(error) => refused(&app, &entrance, error, fields.value("message")).await,
    }
}

/// Nothing was done, as somebody was faster, or may not: the thread as it stands now, with the reason,
/// and with what was typed.
pub(super) async fn refused(
    app: &App,
    entrance: &Entrance,
    error: Error,
    words: &str,
) -> Result<HttpResponse> {
    let why = match &error {
        Error::NotFound => return entrance.nothing_here(app),
        Error::Conflict(why) | Error::Forbidden(why) => why.clone(),
        Error::TooMany { .. } => error.told(),
        _ => return Err(error),
    };
    let form = FormState::with(&[("key", Token::draw().reveal()), ("message", words)]);
    let (status, begun) = (error.status_code(), Begun::default());
    let mut answer = thread_page(app, entrance, status, form, &begun, why).await?;
    if let Error::TooMany { retry_after, .. } = error {
        answer.headers_mut().insert(RETRY_AFTER, retry_after.as_secs().max(1).into());
    }
    Ok(answer)
}
