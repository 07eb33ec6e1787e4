//! The pages on which people write to the operator: about a profile, or about anything else.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::forms::{ContactForm, ReportForm};
use super::tickets::{NewTicket, open_ticket, reference};
use super::views::{ContactPage, ContactSentPage, ReportPage, ReportSentPage};
use super::{ContactTopic, ReportTopic};
use crate::app::App;
use crate::artists::{self, Artist};
use crate::booking_requests::form_choices::headed;
use crate::error::{Error, Result};
use crate::ids::TicketId;
use crate::web::form_state::{Choice, Fields, FormState};
use crate::web::page::{Page, private, public, see_other};
use crate::web::posted::Posted;

/// GET `/contact`; `?topic=` makes the choice in advance, `?about=` names a request by its number.
pub async fn contact_form(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let topic = ContactTopic::parse(&parameter(&request, "topic"));
    let topic = topic.map_or("", ContactTopic::as_str);
    let about = parameter(&request, "about");
    let is_number = about.len() < 40 && about.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let message = match about.as_str() {
        number if is_number && !number.is_empty() => format!("About the request {number}: "),
        _ => String::new(),
    };
    let form = FormState::with(&[("topic", topic), ("message", &message)]);
    public(&request, &contact_page(&app, form))
}

/// POST `/contact`
pub async fn contact(app: web::Data<App>, posted: Posted) -> Result<HttpResponse> {
    match ContactForm::read(&posted.fields)?.parse() {
        Ok(ticket) => {
            let id = take_in(&app, ticket).await?;
            Ok(see_other(&format!("/contact/sent?reference={id}")))
        }
        Err(Error::Invalid(problems)) => {
            let form = FormState::again(&posted.fields, problems);
            private(StatusCode::UNPROCESSABLE_ENTITY, &contact_page(&app, form))
        }
        Err(error) => Err(error),
    }
}

fn contact_page(app: &App, form: FormState) -> ContactPage {
    let topics = ContactTopic::ALL.iter().map(|topic| choice(topic.as_str(), topic.label()));
    ContactPage {
        page: Page::public(app, "Contact", "/contact")
            .described(format!("Write to the people who run {}.", app.config.site_name)),
        form,
        topics: headed("Please choose", topics),
    }
}

/// GET `/contact/sent?reference={number}`: repeats the number, and knows nothing else.
pub async fn contact_sent(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let reference = read_reference(&request)?;
    let page = Page::private(&app, "Your message has arrived");
    private(StatusCode::OK, &ContactSentPage { page, reference })
}

/// GET `/artists/{slug}/report`; `?about=correction` or `unwanted` makes the choice in advance.
pub async fn report_form(
    app: web::Data<App>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let artist = visible(&app, slug.into_inner()).await?;
    let reason = match parameter(&request, "about").as_str() {
        "correction" => ReportTopic::WrongFacts.as_str(),
        "unwanted" => ReportTopic::Unwanted.as_str(),
        _ => "",
    };
    let form = FormState::with(&[("reason", reason)]);
    private(StatusCode::OK, &report_page(&app, &artist, form))
}

/// POST `/artists/{slug}/report`
pub async fn report(
    app: web::Data<App>,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    match ReportForm::read(&posted.fields)?.parse(&slug) {
        Ok(ticket) => {
            let answer = if ticket.address.is_some() { "&answer=mail" } else { "" };
            let id = take_in(&app, ticket).await?;
            Ok(see_other(&format!("/artists/{slug}/report/sent?reference={id}{answer}")))
        }
        Err(Error::Invalid(problems)) => {
            let artist = visible(&app, slug).await?;
            let form = FormState::again(&posted.fields, problems);
            private(StatusCode::UNPROCESSABLE_ENTITY, &report_page(&app, &artist, form))
        }
        Err(error) => Err(error),
    }
}

fn report_page(app: &App, artist: &Artist, form: FormState) -> ReportPage {
    let reasons = ReportTopic::ALL.iter().map(|topic| choice(topic.as_str(), topic.label()));
    ReportPage {
        page: Page::private(app, "Report this page").in_section("artists"),
        form,
        artist_name: artist.facts.name.clone(),
        artist_url: format!("/artists/{}", artist.facts.slug),
        reasons: reasons.collect(),
    }
}

/// GET `/artists/{slug}/report/sent?reference={number}`: repeats the number.
pub async fn report_sent(
    app: web::Data<App>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let number = read_reference(&request)?;
    let artist = visible(&app, slug.into_inner()).await?;
    private(
        StatusCode::OK,
        &ReportSentPage {
            page: Page::private(&app, "Thank you, we have it").in_section("artists"),
            artist_url: format!("/artists/{}", artist.facts.slug),
            artist_name: artist.facts.name,
            number,
            mailed: parameter(&request, "answer") == "mail",
        },
    )
}

/// Takes a ticket in; its mails leave at once.
pub async fn take_in(app: &App, ticket: NewTicket) -> Result<TicketId> {
    let site = app.site.clone();
    let id = app.db.write(move |tx| open_ticket(tx, &site, &ticket)).await?;
    app.bell.ring();
    Ok(id)
}

async fn visible(app: &App, slug: String) -> Result<Artist> {
    app.db.read(move |reader| artists::store::get_visible(reader, &slug)).await
}

/// A parameter of the address; empty when it is not there or not to be read.
fn parameter(request: &HttpRequest, name: &str) -> String {
    let read = Fields::parse(request.query_string().as_bytes());
    read.map_or_else(|_| String::new(), |fields| fields.value(name).to_owned())
}

/// The ticket's number as the page shows it. Digits and nothing else, so that no link can put
/// words of a stranger into a page of ours.
pub fn read_reference(request: &HttpRequest) -> Result<String> {
    let digits = parameter(request, "reference");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::NotFound);
    }
    let id: TicketId = digits.parse().map_err(|_| Error::NotFound)?;
    Ok(reference(id))
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}
