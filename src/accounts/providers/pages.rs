//! The way to a provider and back, and what an account is linked with.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};

use super::flow::{self, Browser, Leaving, Outcome};
use super::identity_store::{self, Identity};
use super::peer::{Answer, Peer};
use super::pending_store::{LIFE, Purpose};
use super::views::{
    IdentityRow, NotBackPage, NotLinkedPage, Offer, ProviderAwayPage, ProvidersPage, WayOutPage,
};
use super::{Failure, Providers};
use crate::accounts::account_store;
use crate::accounts::session::{self, Who};
use crate::accounts::sign_in::safe_next;
use crate::accounts::sign_in_pages::{Next, came};
use crate::app::App;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::ids::IdentityId;
use crate::web::auth::Visitor;
use crate::web::cookies::{self, Named};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

const PROVIDERS: &str = "/account/providers";

/// The providers by which people can sign in, for the page on which they do.
pub(in crate::accounts) fn offers(providers: &Providers, next: &str) -> Vec<Offer> {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let offer = |peer: &Peer| Offer {
        name: peer.provider.name.clone(),
        url: format!("/sign-in/with/{}?next={next}", peer.provider.id),
    };
    providers.iter().map(offer).collect()
}

fn find<'a>(app: &'a App, id: &str) -> Result<&'a Peer> {
    app.providers.find(id).ok_or(Error::NotFound)
}

/// GET `/sign-in/with/{provider}`: what will be received, and a button; nothing happens by opening it.
pub async fn way_out_form(
    app: web::Data<App>,
    visitor: Visitor,
    provider: web::Path<String>,
    next: web::Query<Next>,
) -> Result<HttpResponse> {
    let peer = find(&app, &provider)?;
    if visitor.is_signed_in() {
        return Ok(see_other(PROVIDERS));
    }
    private(StatusCode::OK, &way_out(&app, peer, safe_next(&next.next)))
}

fn way_out(app: &App, peer: &Peer, next: String) -> WayOutPage {
    let name = peer.provider.name.clone();
    WayOutPage {
        page: Page::private(app, &format!("Continue with {name}")),
        name,
        host: peer.host(),
        receives: peer.receives(),
        privacy_url: peer.provider.privacy_url.clone(),
        links: false,
        next,
        action_url: format!("/sign-in/with/{}", peer.provider.id),
        leave_url: String::new(),
        back_url: "/sign-in",
    }
}

/// POST `/sign-in/with/{provider}`: opens the way.
pub async fn leave(
    app: web::Data<App>,
    provider: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let peer = find(&app, &provider)?;
    let next = safe_next(posted.fields.value("next"));
    let begun = flow::begin(&app.db, &app.site, peer, Purpose::SignIn(next.clone())).await;
    match begun {
        Ok(leaving) => opened(&app, peer, way_out(&app, peer, next), leaving),
        Err(failure) => failed(&app, peer, failure),
    }
}

/// Shows the way, and marks the browser that may come back by it.
fn opened(app: &App, peer: &Peer, page: WayOutPage, leaving: Leaving) -> Result<HttpResponse> {
    let mut answer = private(StatusCode::OK, &WayOutPage { leave_url: leaving.url, ..page })?;
    say_nothing_of_it(&mut answer);
    let (mark, life) = (leaving.mark.reveal(), LIFE.as_secs());
    let cookie = match peer.provider.posts_its_answers() {
        true => cookies::across_sites(app, Named::Provider, mark, life),
        false => cookies::lasting(app, Named::Provider, mark, life),
    };
    cookies::set(&mut answer, &cookie);
    Ok(answer)
}

/// The address of the next page tells nobody where one comes from: state and code may stand in it.
fn say_nothing_of_it(answer: &mut HttpResponse) {
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

fn failed(app: &App, peer: &Peer, failure: Failure) -> Result<HttpResponse> {
    let (id, name) = (peer.provider.id, peer.provider.name.clone());
    match failure {
        Failure::Refused(why) => {
            tracing::info!(provider = id, why, "nobody was let in who came from a provider");
            let page = Page::private(app, "That did not work");
            private(StatusCode::BAD_REQUEST, &NotBackPage { page, name })
        }
        Failure::Unreachable(error) => {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(provider = id, error, "a provider cannot be reached");
            let page = Page::private(app, &format!("{name} does not answer"));
            private(StatusCode::SERVICE_UNAVAILABLE, &ProviderAwayPage { page, name })
        }
        Failure::Ours(error) => Err(error),
    }
}

/// GET `/sign-in/with/{provider}/callback`: who comes back.
pub async fn back(
    app: web::Data<App>,
    http: HttpRequest,
    provider: web::Path<String>,
    answer: web::Query<Answer>,
) -> Result<HttpResponse> {
    let peer = find(&app, &provider)?;
    if peer.provider.posts_its_answers() {
        return Err(Error::NotFound);
    }
    arrived(&app, &http, peer, &answer).await
}

/// POST `/sign-in/with/{provider}/callback`: who comes back from a provider that posts its answers.
/// The form was made by another site, so what proves it is the state and the browser's mark alone.
pub async fn back_by_form(
    app: web::Data<App>,
    http: HttpRequest,
    provider: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let peer = find(&app, &provider)?;
    if !peer.provider.posts_its_answers() {
        return Err(Error::NotFound);
    }
    arrived(&app, &http, peer, &posted.fields.read()?).await
}

async fn arrived(
    app: &App,
    http: &HttpRequest,
    peer: &Peer,
    answer: &Answer,
) -> Result<HttpResponse> {
    let browser = Browser {
        mark: cookies::read(app, http, Named::Provider).unwrap_or_default(),
        came: came(app, http),
        before: cookies::read(app, http, Named::Session),
    };
    let mut answer = match flow::finish(&app.db, &app.site, peer, answer, browser).await {
        Ok(outcome) => {
            let mut answer = welcome(app, peer, outcome)?;
            cookies::set(&mut answer, &cookies::gone(app, Named::Provider));
            answer
        }
        // The mark stays: it may belong to another way, which is still open.
        Err(failure) => failed(app, peer, failure)?,
    };
    say_nothing_of_it(&mut answer);
    Ok(answer)
}

fn welcome(app: &App, peer: &Peer, outcome: Outcome) -> Result<HttpResponse> {
    let not_linked = |title: &str, status, is_taken| {
        let (page, name) = (Page::private(app, title), peer.provider.name.clone());
        private(status, &NotLinkedPage { page, name, is_taken })
    };
    match outcome {
        Outcome::SignedIn(token, next) => {
            let mut answer = see_other(&next);
            let seconds = session::cookie_seconds();
            let cookie = cookies::lasting(app, Named::Session, token.reveal(), seconds);
            cookies::set(&mut answer, &cookie);
            Ok(answer)
        }
        Outcome::Linked => {
            app.bell.ring();
            Ok(see_other(PROVIDERS))
        }
        Outcome::Unknown => not_linked("No account is linked yet", StatusCode::OK, false),
        Outcome::Taken => not_linked("Linked with another account", StatusCode::CONFLICT, true),
    }
}

/// GET `/account/providers`
pub async fn providers(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let id = who.account;
    let (account, identities) = app
        .db
        .read(move |reader| {
            let account = account_store::get_account(reader, id)?;
            let identities = identity_store::list_of_account(reader, &account)?;
            Ok((account, identities))
        })
        .await?;
    let offer = |peer: &Peer| Offer {
        name: peer.provider.name.clone(),
        url: format!("{PROVIDERS}/{}/link", peer.provider.id),
    };
    private(
        StatusCode::OK,
        &ProvidersPage {
            page: Page::member(&app, &who, "Signing in by another service"),
            identities: identities.into_iter().map(|known| row(&app, known)).collect(),
            offers: app.providers.iter().map(offer).collect(),
            address: account.contact.address.as_str().to_owned(),
            is_fresh: who.is_fresh(app.db.now()),
        },
    )
}

fn row(app: &App, identity: Identity) -> IdentityRow {
    IdentityRow {
        provider: app.providers.name_of(&identity.provider),
        who: identity.profile.display(),
        since: identity.linked_at.display_date(),
        used: identity.used_at.map(Instant::display).unwrap_or_default(),
        unlink_url: format!("{PROVIDERS}/{}/unlink", identity.id),
    }
}

/// POST `/account/providers/{provider}/link`: opens the way to be linked.
pub async fn link(
    app: web::Data<App>,
    who: Who,
    provider: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let peer = find(&app, &provider)?;
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other(PROVIDERS));
    }
    let begun = flow::begin(&app.db, &app.site, peer, Purpose::Link(who.session)).await;
    match begun {
        Ok(leaving) => {
            let page = WayOutPage {
                page: Page::member(&app, &who, &format!("Link {}", peer.provider.name)),
                links: true,
                back_url: PROVIDERS,
                ..way_out(&app, peer, String::new())
            };
            opened(&app, peer, page, leaving)
        }
        Err(failure) => failed(&app, peer, failure),
    }
}

/// POST `/account/providers/{id}/unlink`
pub async fn unlink(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
    _posted: Posted,
) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other(PROVIDERS));
    }
    let (shared, id) = (app.clone(), IdentityId(id.into_inner()));
    app.db.write(move |tx| flow::unlink(tx, &shared.site, &shared.providers, &who, id)).await?;
    app.bell.ring();
    Ok(see_other(PROVIDERS))
}
