//! The pages of a request on its way to the artist: form, preview, check your mail, confirm.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::correction;
use super::floor::{not_free, shortfalls};
use super::form_values::Answer;
use super::forms::RequestForm;
use super::letters::disclaimer_view;
use super::parts::{ArtistRef, DisclaimerView};
use super::submit::{self, Envelope};
use super::views::{
    Carried, CheckMail, EndedKindly, Ending, FoldQuestion, FormPage, LinkExpired, RequestPreview,
};
use super::words::words;
use crate::app::App;
use crate::artists::{self, Artist};
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{RequestId, Token};
use crate::moderation::CARD_REFUSED;
use crate::moderation::screening::find_payment_data;
use crate::people::EmailAddress;
use crate::privacy::policies;
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::limits::anonymous_address;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Who is asked, as the pages name it.
pub fn artist_ref(artist: &Artist) -> ArtistRef {
    let url = format!("/artists/{}", artist.facts.slug);
    ArtistRef { name: artist.facts.name.clone(), url }
}

/// The artist and the disclaimer in force.
async fn asked(app: &App, slug: String) -> Result<(Artist, DisclaimerView)> {
    let now = app.db.now();
    app.db
        .read(move |reader| {
            let artist = artists::store::get_visible(reader, &slug)?;
            let current = disclaimer::store::get_current(reader, now)?;
            Ok((artist, disclaimer_view(&current)))
        })
        .await
}

fn form_page(
    app: &App,
    status: StatusCode,
    form: FormState,
    artist: &Artist,
    disclaimer: DisclaimerView,
    below_floor: bool,
) -> Result<HttpResponse> {
    let ask_fold = FoldQuestion::of(&form);
    let title = format!("Booking request to {}", artist.facts.name);
    let lines = artist.facts.floor.lines();
    private(
        status,
        &FormPage {
            page: Page::private(app, &title).in_section("artists"),
            form,
            artist: artist_ref(artist),
            asks: lines.into_iter().map(|(about, what)| format!("{about}: {what}")).collect(),
            below_floor,
            choices: &app.choices,
            ask_fold,
            privacy_version: policies::PRIVACY.version,
            disclaimer,
        },
    )
}

/// GET `/artists/{slug}/request`
pub async fn request_form(
    app: web::Data<App>,
    http: actix_web::HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let (artist, disclaimer) = asked(&app, slug.into_inner()).await?;
    if !artist.bookable {
        return Err(not_bookable(&artist));
    }
    if cookies::read(&app, &http, Named::TooYoung).is_some() {
        return ended_kindly(&app, &artist, Ending::Age);
    }
    let key = Token::draw();
    let play = artist.facts.plays.first().map_or("", |play| play.as_str());
    let form =
        FormState::with(&[("key", key.reveal()), ("visibility", "public"), ("performance", play)]);
    form_page(&app, StatusCode::OK, form, &artist, disclaimer, false)
}

fn not_bookable(artist: &Artist) -> Error {
    Error::Conflict(format!(
        "{} cannot be asked here: nobody of the act takes requests on this site.",
        artist.facts.name
    ))
}

/// POST `/artists/{slug}/request`
pub async fn request(
    app: web::Data<App>,
    http: actix_web::HttpRequest,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let form = RequestForm::read(&posted.fields)?;
    if form.action == "send" {
        // Sent before: the same answer, whatever has changed since.
        let (key, body) = (form.key.clone(), posted.body.clone());
        let answered = app.db.read(move |reader| submit::find_answer(reader, &key, &body)).await?;
        if let Some(id) = answered {
            return Ok(see_other(&check_mail_url(&app, id)));
        }
    }
    let (artist, disclaimer) = asked(&app, slug.clone()).await?;
    if cookies::read(&app, &http, Named::TooYoung).is_some() {
        return ended_kindly(&app, &artist, Ending::Age);
    }
    match form.answer() {
        Answer::AgeNo => return ended_kindly(&app, &artist, Ending::Age),
        Answer::PrivacyNo => return ended_kindly(&app, &artist, Ending::Privacy),
        Answer::Yes => {}
    }
    let again = |errors: Vec<(String, String)>, below_floor| {
        let state = FormState::again(&posted.fields, errors);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        form_page(&app, status, state, &artist, disclaimer.clone(), below_floor)
    };
    if form.action == "edit" {
        let state = FormState::again(&posted.fields, Vec::new());
        return form_page(&app, StatusCode::OK, state, &artist, disclaimer.clone(), false);
    }
    let draft = match form.parse(app.db.now()) {
        Ok(draft) => draft,
        Err(Error::Invalid(errors)) => return again(errors, false),
        Err(error) => return Err(error),
    };
    let mut points = shortfalls(&artist.facts.floor, &draft.terms, app.db.now())?;
    let is_below = !points.is_empty();
    let (act, terms) = (artist.id, draft.terms.clone());
    points.extend(app.db.read(move |reader| not_free(reader, act, &terms)).await?);
    if !points.is_empty() {
        return again(points, is_below);
    }
    if form.action == "preview" {
        return preview(&app, &posted, &draft, &artist, disclaimer);
    }
    if form.key.len() < 16 {
        return again(vec![(String::new(), "Open the form anew and send it again".into())], false);
    }
    let envelope = Envelope {
        key: form.key.clone(),
        body: posted.body.to_vec(),
        claim: form.claim(),
        policy_version: policies::PRIVACY.version,
        anonymous_address: anonymous_address(&http, &app.config),
    };
    let site = app.site.clone();
    let sent = app.db.write(move |tx| submit::submit(tx, &site, &slug, &draft, &envelope)).await;
    match sent {
        Ok(id) => {
            app.bell.ring();
            Ok(see_other(&check_mail_url(&app, id)))
        }
        Err(Error::Invalid(errors)) => again(errors, false),
        Err(error) => Err(error),
    }
}

/// Ends kindly. The age is remembered until the browser is closed, by the browser alone, so that
/// nobody is led to answer the same question anew.
fn ended_kindly(app: &App, artist: &Artist, ending: Ending) -> Result<HttpResponse> {
    let page = Page::private(app, "Not sent");
    let ended = EndedKindly { page, ending, artist: artist_ref(artist) };
    let mut answer = private(StatusCode::OK, &ended)?;
    if ending == Ending::Age {
        cookies::set(&mut answer, &cookies::until_closed(app, Named::TooYoung, "yes"));
    }
    Ok(answer)
}

fn preview(
    app: &App,
    posted: &Posted,
    draft: &super::forms::Draft,
    artist: &Artist,
    disclaimer: DisclaimerView,
) -> Result<HttpResponse> {
    const LEFT_OUT: [&str; 3] = ["disclaimer_accepted", "disclaimer_hash", "action"];
    let carried = posted
        .fields
        .iter()
        .filter(|(name, value)| !LEFT_OUT.contains(name) && !value.is_empty())
        .map(|(name, value)| Carried { name: name.to_owned(), value: value.to_owned() })
        .collect();
    private(
        StatusCode::OK,
        &RequestPreview {
            page: Page::private(app, "Read it once more"),
            form: FormState::default(),
            artist: artist_ref(artist),
            event_name: draft.terms.event.name.clone(),
            terms: draft.terms.groups(&draft.requester)?,
            message: words(&draft.message),
            carried,
            disclaimer,
        },
    )
}

const CHECK_MAIL: &str = "check mail";

/// The page after the form, with a proof that its reader sent the form.
fn check_mail_url(app: &App, id: RequestId) -> String {
    let proof = app.db.vault().prove(CHECK_MAIL, &id.to_string());
    format!("/requests/{id}/check-mail?proof={proof}")
}

/// The query of the check-mail page.
#[derive(Deserialize)]
pub struct Proof {
    proof: String,
}

fn proven(app: &App, id: RequestId, proof: &Proof) -> Result<()> {
    if app.db.vault().is_proof(CHECK_MAIL, &id.to_string(), &proof.proof) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// GET `/requests/{id}/check-mail`
pub async fn check_mail(
    app: web::Data<App>,
    id: web::Path<i64>,
    proof: web::Query<Proof>,
) -> Result<HttpResponse> {
    let id = RequestId(id.into_inner());
    proven(&app, id, &proof)?;
    check_mail_page(&app, id, StatusCode::OK, FormState::default()).await
}

async fn check_mail_page(
    app: &App,
    id: RequestId,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let waiting = app.db.read(move |reader| correction::waiting(reader, id)).await?;
    let correct_url = check_mail_url(app, id);
    private(
        status,
        &CheckMail {
            page: Page::private(app, "Check your mail"),
            form,
            artist: artist_ref(&waiting.artist),
            masked: waiting.masked,
            until: waiting.until.display(),
            can_correct: waiting.can_correct,
            correct_url,
            disclaimer: disclaimer_view(&waiting.disclaimer),
        },
    )
}

/// POST `/requests/{id}/check-mail`: corrects a mistyped address, once.
pub async fn correct_address(
    app: web::Data<App>,
    http: actix_web::HttpRequest,
    id: web::Path<i64>,
    proof: web::Query<Proof>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = RequestId(id.into_inner());
    proven(&app, id, &proof)?;
    let typed = posted.fields.value("email");
    let outcome = match EmailAddress::parse(typed) {
        Ok(_) if find_payment_data(typed).refuses() => Err(Error::field("email", CARD_REFUSED)),
        Ok(address) => {
            let site = app.site.clone();
            let from = anonymous_address(&http, &app.config);
            app.db
                .write(move |tx| correction::correct_address(tx, &site, id, &address, &from))
                .await
        }
        Err(message) => Err(Error::field("email", message)),
    };
    match outcome {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other(&check_mail_url(&app, id)))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            check_mail_page(&app, id, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}

/// The page for a link that opens nothing (any more).
pub fn link_expired(app: &App) -> Result<HttpResponse> {
    let page = Page::private(app, "This link no longer works");
    private(StatusCode::NOT_FOUND, &LinkExpired { page })
}
