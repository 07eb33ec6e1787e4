//! The pages on which an act's people claim its page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::claim::{self, Holder, code, get_claimed, proving_domains};
use super::listing_views::{ClaimAskedPage, ClaimPage, ClaimSentPage};
use crate::app::App;
use crate::error::{Error, Result};
use crate::moderation::forms::ClaimForm;
use crate::moderation::pages::{read_reference, take_in};
use crate::people::EmailAddress;
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/artists/{slug}/claim`
pub async fn claim_form(app: web::Data<App>, slug: web::Path<String>) -> Result<HttpResponse> {
    claim_page(&app, &slug, StatusCode::OK, FormState::default(), None).await
}

/// The page; with the code of who has said for which address it is to be.
async fn claim_page(
    app: &App,
    slug: &str,
    status: StatusCode,
    form: FormState,
    address: Option<&EmailAddress>,
) -> Result<HttpResponse> {
    let wanted = slug.to_owned();
    let (artist, holder, domains) = app
        .db
        .read(move |reader| {
            let (artist, holder) = get_claimed(reader, &wanted)?;
            let domains = proving_domains(reader, &artist, holder)?;
            Ok((artist, holder, domains))
        })
        .await?;
    private(
        status,
        &ClaimPage {
            page: Page::private(app, &format!("Claim {}", artist.facts.name)),
            form,
            artist_url: format!("/artists/{}", artist.facts.slug),
            is_held: holder == Holder::Team,
            is_left: holder == Holder::Gone,
            domains,
            links: artist.facts.links.iter().map(|link| link.url.clone()).collect(),
            code: address.map(|address| code(app.db.vault(), &artist, address)).unwrap_or_default(),
            address: address.map(|address| address.as_str().to_owned()).unwrap_or_default(),
            artist_name: artist.facts.name,
        },
    )
}

/// POST `/artists/{slug}/claim`
pub async fn claim(
    app: web::Data<App>,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let claimed = match EmailAddress::parse(posted.fields.value("email")) {
        Ok(address) => {
            let (site, slug) = (app.site.clone(), slug.clone());
            app.db.write(move |tx| claim::claim(tx, &site, &slug, &address)).await
        }
        Err(why) => Err(Error::field("email", why)),
    };
    match claimed {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other(&format!("/artists/{slug}/claim/sent")))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            claim_page(&app, &slug, StatusCode::UNPROCESSABLE_ENTITY, form, None).await
        }
        Err(error) => Err(error),
    }
}

/// GET `/artists/{slug}/claim/sent`
pub async fn claim_sent(app: web::Data<App>, slug: web::Path<String>) -> Result<HttpResponse> {
    let page = Page::private(&app, "Please look into your mailbox");
    private(StatusCode::OK, &ClaimSentPage { page, artist_url: format!("/artists/{slug}") })
}

/// GET `/artists/{slug}/claim/ask` and `/claim/code`, for who asks anew for the page that a form led to.
pub async fn ask_again(slug: web::Path<String>) -> HttpResponse {
    see_other(&format!("/artists/{slug}/claim"))
}

/// POST `/artists/{slug}/claim/code`: the page with the code for the address that was typed. Nothing
/// is stored.
pub async fn show_code(
    app: web::Data<App>,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    match ClaimForm::read(&posted.fields)?.address() {
        Ok(address) => {
            let form = FormState::again(&posted.fields, Vec::new());
            claim_page(&app, &slug, StatusCode::OK, form, Some(&address)).await
        }
        Err(Error::Invalid(problems)) => {
            let form = FormState::again(&posted.fields, problems);
            claim_page(&app, &slug, StatusCode::UNPROCESSABLE_ENTITY, form, None).await
        }
        Err(error) => Err(error),
    }
}

/// POST `/artists/{slug}/claim/ask`: a person looks at it.
pub async fn ask(
    app: web::Data<App>,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let typed = ClaimForm::read(&posted.fields)?;
    match typed.parse(&slug) {
        Ok(ticket) => {
            let id = take_in(&app, ticket).await?;
            Ok(see_other(&format!("/artists/{slug}/claim/asked?reference={id}")))
        }
        Err(Error::Invalid(mut problems)) => {
            let address = typed.address().ok();
            if address.is_none() {
                // The page asks for the address first; the rest is said when its turn has come.
                problems.retain(|(field, _)| field == "reach");
            }
            let form = FormState::again(&posted.fields, problems);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            claim_page(&app, &slug, status, form, address.as_ref()).await
        }
        Err(error) => Err(error),
    }
}

/// GET `/artists/{slug}/claim/asked?reference={number}`: repeats the number, and knows nothing else.
pub async fn asked(
    app: web::Data<App>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let number = read_reference(&request)?;
    let page = Page::private(&app, "Thank you, we have it");
    private(
        StatusCode::OK,
        &ClaimAskedPage { page, artist_url: format!("/artists/{slug}"), number },
    )
}
