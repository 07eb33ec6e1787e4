//! Files of a thread: sent and read by who is signed in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::attach_views::AttachPage;
use super::attachment_store;
use super::respond::{LONGEST_MESSAGE, check_words};
use super::thread_pages::{Entrance, act_by, is_unanswered, refused, warn_of_contact_data};
use super::writing::{self, Written};
use crate::app::App;
use crate::artists::paper_pages::take_in;
use crate::artists::team::Capability;
use crate::error::{Error, Result};
use crate::ids::{AttachmentId, Token};
use crate::text::{tidy, tidy_name};
use crate::web::files;
use crate::web::form_state::FormState;
use crate::web::page::{private, see_other};
use crate::web::uploaded::Uploaded;

/// The longest name of a file, in characters.
const LONGEST_LABEL: usize = 60;

/// GET `/requests/{id}/attach`
pub async fn attach_form(app: web::Data<App>, entrance: Entrance) -> Result<HttpResponse> {
    let form = FormState::with(&[("key", Token::draw().reveal())]);
    attach_page(&app, &entrance, StatusCode::OK, form).await
}

async fn attach_page(
    app: &App,
    entrance: &Entrance,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let Some(look) = entrance.look(app).await? else { return entrance.nothing_here(app) };
    look.party.require(Capability::Message)?;
    if !look.closed().is_empty() {
        return Err(Error::Conflict(look.closed()));
    }
    private(
        status,
        &AttachPage {
            page: entrance.page(app, &look.event_name()),
            form,
            base: entrance.base(),
            event_name: look.event_name(),
            counterpart: look.counterpart(),
            disclaimer: look.accepted,
        },
    )
}

/// POST `/requests/{id}/attach`
pub async fn attach(
    app: web::Data<App>,
    entrance: Entrance,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    // Nobody's file is taken in, let alone opened, for a thread that is not theirs to write in.
    let Some(look) = entrance.look(&app).await? else { return Ok(entrance.nothing_here(&app)?) };
    look.party.require(Capability::Message)?;
    let _place = app.darkroom.admit()?;
    let Uploaded { fields, file } = Uploaded::read(&app, &request, payload).await?;
    let label = tidy_name(fields.value("label"));
    let text = tidy(fields.value("message"));
    let checked = check_words("label", &label, LONGEST_LABEL)
        .and_then(|()| check_words("message", &text, LONGEST_MESSAGE));
    let warned = format!("{label}\n{text}");
    if checked.is_ok() && is_unanswered(&fields, &warned) {
        let mut form = FormState::again(&fields, Vec::new());
        form.set("key", Token::draw().reveal());
        warn_of_contact_data(&mut form, &warned);
        return Ok(attach_page(&app, &entrance, StatusCode::OK, form).await?);
    }
    let sent = match (checked, take_in(&app, file).await) {
        (Ok(()), Ok(file)) => {
            let label = if label.is_empty() { file.kind.label().to_owned() } else { label };
            let written = Written {
                key: fields.value("key").to_owned(),
                text: if text.is_empty() { format!("A file: {label}") } else { text },
                file: Some((label, file)),
            };
            act_by(&app, &entrance, move |tx, site, party| {
                writing::reply(tx, site, party, &written)
            })
            .await
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match sent {
        Ok(()) => Ok(see_other(&format!("{}#messages", entrance.base()))),
        Err(Error::Invalid(errors)) => {
            let mut form = FormState::again(&fields, errors);
            form.set("key", Token::draw().reveal());
            Ok(attach_page(&app, &entrance, StatusCode::UNPROCESSABLE_ENTITY, form).await?)
        }
        Err(error) => Ok(refused(&app, &entrance, error, fields.value("message")).await?),
    }
}

/// GET `/requests/{id}/files/{file}`
pub async fn read(
    app: web::Data<App>,
    entrance: Entrance,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let named = request.match_info().get("file").and_then(|id| id.parse().ok());
    let id = AttachmentId(named.ok_or(Error::NotFound)?);
    let read = entrance.read(&app, move |reader, look| {
        if look.is_held_from_reader() {
            return Err(Error::NotFound);
        }
        let files = attachment_store::list_attachments(reader, &look.request)?;
        let known = files.iter().find(|file| file.id == id).ok_or(Error::NotFound)?;
        Ok((known.kind, attachment_store::get_body(reader, &look.request, id)?))
    });
    let (kind, bytes) = read.await?;
    Ok(files::download(&format!("file-{id}.{}", kind.ending()), kind.media_type(), bytes))
}
