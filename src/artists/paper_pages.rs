//! The page on which an act keeps what it sends often: answers, its technical rider, its press kit.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::edit::get_managed;
use super::paper_store;
use super::paper_views::{PaperRow, PapersPage};
use super::papers::{self, Body, Passed, Purpose, described};
use super::upload_pages::take_from_manager;
use crate::accounts::session::Who;
use crate::app::App;
use crate::booking_requests::respond::{LONGEST_MESSAGE, check_words};
use crate::error::{Error, Result};
use crate::ids::PaperId;
use crate::text::{tidy, tidy_name};
use crate::web::files;
use crate::web::form_state::{Choice, Fields, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;
use crate::web::uploaded::{File, Uploaded};

/// The longest name, in characters.
const LONGEST_NAME: usize = 60;
/// Characters of an answer that the list shows.
const SHOWN: usize = 120;

/// GET `/artists/{slug}/papers`
pub async fn papers(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let forms = (FormState::default(), FormState::default());
    papers_page(&app, &who, &slug, StatusCode::OK, forms).await
}

async fn papers_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    (form, file_form): (FormState, FormState),
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    let read = app.db.read(move |reader| {
        let artist = get_managed(reader, &slug, contact)?;
        let url = format!("/artists/{}", artist.facts.slug);
        let mut rows = Vec::new();
        for paper in paper_store::list_papers(reader, artist.id)? {
            let page = format!("{url}/papers/{}", paper.id);
            let (what, file_url) = match paper.kind {
                Some(kind) => (
                    format!("{}, {}", paper.purpose.label(), described(kind, paper.size)),
                    format!("{page}/file"),
                ),
                None => {
                    let words = paper_store::get_body(reader, artist.id, paper.id)?;
                    let words = String::from_utf8_lossy(&words).into_owned();
                    (crate::mail::one_line(&words, SHOWN), String::new())
                }
            };
            let remove_url = format!("{page}/remove");
            rows.push(PaperRow { name: paper.name, what, file_url, remove_url });
        }
        Ok((artist, rows))
    });
    let (artist, papers) = read.await?;
    private(
        status,
        &PapersPage {
            page: Page::member(app, who, &format!("Answers and papers of {}", artist.facts.name)),
            form,
            file_form,
            url: format!("/artists/{}", artist.facts.slug),
            look_url: artist.facts.url_for_team(),
            name: artist.facts.name,
            papers,
            purposes: [Purpose::Rider, Purpose::PressKit]
                .iter()
                .map(|p| Choice { value: p.as_str().into(), label: p.label().into() })
                .collect(),
        },
    )
}

fn read_name(fields: &Fields, field: &str) -> Result<String> {
    let name = tidy_name(fields.value(field));
    if name.is_empty() {
        return Err(Error::field(field, "Give it a name"));
    }
    check_words(field, &name, LONGEST_NAME)?;
    Ok(name)
}

/// POST `/artists/{slug}/papers`: keeps an answer.
pub async fn keep_answer(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let words = tidy(posted.fields.value("words"));
    let read = read_name(&posted.fields, "name").and_then(|name| {
        if words.is_empty() {
            return Err(Error::field("words", "Write the answer"));
        }
        check_words("words", &words, LONGEST_MESSAGE)?;
        Ok(name)
    });
    let kept = match read {
        Ok(name) => keep(&app, &who, &slug, Purpose::Answer, name, Body::Words(words)).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(()) => Ok(see_other(&format!("/artists/{slug}/papers"))),
        Err(Error::Invalid(errors)) => {
            let forms = (FormState::again(&posted.fields, errors), FormState::default());
            papers_page(&app, &who, &slug, StatusCode::UNPROCESSABLE_ENTITY, forms).await
        }
        Err(error) => Err(error),
    }
}

async fn keep(
    app: &App,
    who: &Who,
    slug: &str,
    purpose: Purpose,
    name: String,
    body: Body,
) -> Result<()> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    app.db.write(move |tx| papers::keep(tx, &slug, contact, purpose, &name, &body)).await
}

/// POST `/artists/{slug}/papers/files`: keeps a rider or a press kit.
pub async fn keep_file(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let slug = slug.into_inner();
    let (_place, form) = take_from_manager(&app, &who, &slug, &request, payload).await?;
    let Uploaded { fields, file } = form;
    let purpose = match Purpose::parse(fields.value("purpose")) {
        Some(Purpose::PressKit) => Purpose::PressKit,
        _ => Purpose::Rider,
    };
    let kept = match (read_name(&fields, "file-name"), take_in(&app, file).await) {
        (Ok(name), Ok(file)) => keep(&app, &who, &slug, purpose, name, Body::File(file)).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match kept {
        Ok(()) => Ok(see_other(&format!("/artists/{slug}/papers"))),
        Err(Error::Invalid(errors)) => {
            let forms = (FormState::default(), FormState::again(&fields, errors));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(papers_page(&app, &who, &slug, status, forms).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// A file that somebody sent, as it may be passed on: a document as it came, a picture encoded anew.
/// What is wrong with it is said at the field `file`.
pub async fn take_in(app: &App, file: File) -> Result<Passed> {
    let original = match file {
        File::Bytes(bytes) => bytes,
        File::Missing => return Err(Error::field("file", "Choose a file")),
        File::TooLarge => {
            return Err(Error::field(
                "file",
                "This file is larger than 5 MB. Save a smaller copy and choose that one",
            ));
        }
    };
    if let Some(document) = papers::document(&original) {
        return Ok(document);
    }
    match app.darkroom.copy(original).await {
        Ok(copy) => Ok(copy.into()),
        Err(Error::Invalid(errors)) => {
            let at_file = |(_, text): (String, String)| {
                let text = text.replace("JPEG or PNG picture", "JPEG, PNG or PDF file");
                ("file".to_owned(), text)
            };
            Err(Error::Invalid(errors.into_iter().map(at_file).collect()))
        }
        Err(error) => Err(error),
    }
}

/// GET `/artists/{slug}/papers/{id}/file`
pub async fn file(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse> {
    let ((slug, id), contact) = (path.into_inner(), who.contact);
    let read = app.db.read(move |reader| {
        let artist = get_managed(reader, &slug, contact)?;
        let papers = paper_store::list_papers(reader, artist.id)?;
        let paper = papers.into_iter().find(|paper| paper.id == PaperId(id));
        let kind = paper.and_then(|paper| paper.kind).ok_or(Error::NotFound)?;
        Ok((kind, paper_store::get_body(reader, artist.id, PaperId(id))?))
    });
    let (kind, bytes) = read.await?;
    let name = format!("paper-{id}.{}", kind.ending());
    Ok(files::download(&name, kind.media_type(), bytes))
}

/// POST `/artists/{slug}/papers/{id}/remove`
pub async fn remove(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let (wanted, contact) = (slug.clone(), who.contact);
    app.db.write(move |tx| papers::remove(tx, &wanted, contact, PaperId(id))).await?;
    Ok(see_other(&format!("/artists/{slug}/papers")))
}
