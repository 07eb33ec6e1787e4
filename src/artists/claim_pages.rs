//! The pages on which an act's people claim its page.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::claim::{self, code, get_claimable, own_domains};
use super::listing_views::{ClaimPage, ClaimSentPage};
use crate::app::App;
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/artists/{slug}/claim`
pub async fn claim_form(app: web::Data<App>, slug: web::Path<String>) -> Result<HttpResponse> {
    claim_page(&app, &slug, StatusCode::OK, FormState::default()).await
}

async fn claim_page(
    app: &App,
    slug: &str,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let wanted = slug.to_owned();
    let artist = app.db.read(move |reader| get_claimable(reader, &wanted)).await?;
    private(
        status,
        &ClaimPage {
            page: Page::private(app, &format!("Claim {}", artist.facts.name)),
            form,
            artist_url: format!("/artists/{}", artist.facts.slug),
            domains: own_domains(&artist.facts),
            links: artist.facts.links.iter().map(|link| link.url.clone()).collect(),
            code: code(app.db.vault(), &artist),
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
            claim_page(&app, &slug, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}

/// GET `/artists/{slug}/claim/sent`
pub async fn claim_sent(app: web::Data<App>, slug: web::Path<String>) -> Result<HttpResponse> {
    let page = Page::private(&app, "Please look into your mailbox");
    private(StatusCode::OK, &ClaimSentPage { page, artist_url: format!("/artists/{slug}") })
}
