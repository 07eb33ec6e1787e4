//! A member's passkeys, on a page.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::passkey::{Brought, RelyingParty};
use super::passkey_store::{self, Kept};
use super::passkey_views::{PasskeyRow, PasskeysPage};
use super::passkeys::{self, Added, MOST, PasskeyName};
use super::second_factor_pages::sign_in_by;
use super::session::{self, Who};
use super::sign_in_pages::came;
use super::views::RecoveryCodesPage;
use super::{account_store, ceremony_store, factors, recovery_store};
use crate::app::App;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::ids::{PasskeyId, Token};
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

const PAGE: &str = "/account/passkeys";
const REFUSED: &str = "This passkey was not accepted. Press the button once more";
const STALE: &str =
    "You have been signed in here for a while. Sign in again before you add or remove a passkey.";

/// This site, as passkeys know it. Where they cannot be, there is nothing to ask for.
pub(super) fn party(app: &App) -> Result<Arc<RelyingParty>> {
    app.passkeys.clone().ok_or(Error::NotFound)
}

/// What a browser asks its device for, and the cookie by which it is known again.
pub(super) fn challenge(app: &App, options: &Value, token: &Token) -> HttpResponse {
    let seconds = ceremony_store::LIFE.as_secs();
    let mut answer = HttpResponse::Ok().json(options);
    cookies::set(&mut answer, &cookies::lasting(app, Named::Passkey, token.reveal(), seconds));
    answer
}

/// What a browser brings when its device has answered.
pub(super) fn brought(app: &App, http: &HttpRequest, posted: &Posted) -> Brought {
    Brought {
        ceremony: cookies::read(app, http, Named::Passkey).unwrap_or_default(),
        answer: posted.fields.value("credential").to_owned(),
    }
}

/// GET `/account/passkeys`
pub async fn passkeys_form(
    app: web::Data<App>,
    http: HttpRequest,
    who: Who,
) -> Result<HttpResponse> {
    let device = session::device(cookies::header(&http, "user-agent"));
    let form = FormState::with(&[("name", &device)]);
    passkeys_page(&app, &who, StatusCode::OK, form).await
}

async fn passkeys_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    mut form: FormState,
) -> Result<HttpResponse> {
    let id = who.account;
    let (account, kept, factors, codes_left) = app
        .db
        .read(move |reader| {
            let account = account_store::get_account(reader, id)?;
            let kept = passkey_store::list_of_account(reader, &account)?;
            let factors = factors::of(reader, id)?;
            Ok((account, kept, factors, recovery_store::count_codes(reader, id)?))
        })
        .await?;
    let rows: Vec<PasskeyRow> = kept.iter().map(row).collect();
    for row in &rows {
        if form.value(&row.field).is_empty() {
            form.set(&row.field, row.name.as_str());
        }
    }
    private(
        status,
        &PasskeysPage {
            page: Page::member(app, who, "Passkeys"),
            form,
            is_full: rows.len() >= MOST,
            passkeys: rows,
            codes_left,
            address: account.contact.address.as_str().to_owned(),
            works_here: app.passkeys.is_some(),
            is_fresh: who.is_fresh(app.db.now()),
            is_frozen: who.frozen,
            is_needed: who.role.is_staff() && factors.is_last(),
        },
    )
}

fn field(id: PasskeyId) -> String {
    format!("name-{id}")
}

fn row(kept: &Kept) -> PasskeyRow {
    PasskeyRow {
        name: kept.name.as_str().to_owned(),
        since: kept.created_at.display_date(),
        last_used: kept.last_used_at.map(Instant::display).unwrap_or_default(),
        field: field(kept.id),
        rename_url: format!("{PAGE}/{}/rename", kept.id),
        remove_url: format!("{PAGE}/{}/remove", kept.id),
    }
}

/// The form as it was posted, without what the device wrote into it.
fn again(posted: &Posted, field: &str, why: String) -> FormState {
    let mut form = FormState::again(&posted.fields, vec![(field.to_owned(), why)]);
    form.forget("credential");
    form
}

/// POST `/account/passkeys/begin`: answers a script of ours, not a person.
pub async fn begin(app: web::Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse> {
    let party = party(&app)?;
    if !who.is_fresh(app.db.now()) {
        return Err(Error::Forbidden(STALE.into()));
    }
    let (options, token) = app.db.write(move |tx| passkeys::begin(tx, &party, who.account)).await?;
    Ok(challenge(&app, &options, &token))
}

/// POST `/account/passkeys`: the device has made one.
pub async fn add(
    app: web::Data<App>,
    http: HttpRequest,
    who: Who,
    posted: Posted,
) -> Result<HttpResponse> {
    let party = party(&app)?;
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other(PAGE));
    }
    let came = came(&app, &http);
    let typed = posted.fields.value("name");
    let name = if typed.trim().is_empty() { came.device.as_str() } else { typed };
    let name = match PasskeyName::parse(name) {
        Ok(name) => name,
        Err(why) => {
            let form = again(&posted, "name", why);
            return passkeys_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
    };
    let (site, owner, brought) = (app.site.clone(), who.clone(), brought(&app, &http, &posted));
    let before = cookies::read(&app, &http, Named::Session).unwrap_or_default();
    let added = app
        .db
        .write(move |tx| {
            passkeys::add(tx, &site, &party, &owner, &brought, &name, (&came, before.as_str()))
        })
        .await?;
    let mut answer = match &added {
        Some(Added { codes, .. }) if codes.is_empty() => see_other(PAGE),
        Some(Added { codes, token }) => {
            // The page's forms would belong to the sign-in that may just have ended.
            let page = Page::private(&app, "Your recovery codes");
            let (codes, signed_out) = (codes.clone(), token.is_some());
            private(StatusCode::OK, &RecoveryCodesPage { page, codes, signed_out })?
        }
        None => {
            let form = again(&posted, "", REFUSED.to_owned());
            passkeys_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await?
        }
    };
    if let Some(Added { token: Some(token), .. }) = &added {
        sign_in_by(&app, &mut answer, token.reveal());
    }
    cookies::set(&mut answer, &cookies::gone(&app, Named::Passkey));
    app.bell.ring();
    Ok(answer)
}

/// POST `/account/passkeys/{id}/rename`
pub async fn rename(
    app: web::Data<App>,
    who: Who,
    passkey: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (id, passkey) = (who.account, PasskeyId(passkey.into_inner()));
    let field = field(passkey);
    let name = match PasskeyName::parse(posted.fields.value(&field)) {
        Ok(name) => name,
        Err(why) => {
            let form = again(&posted, &field, why);
            return passkeys_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
    };
    app.db.write(move |tx| passkeys::rename(tx, id, passkey, &name)).await?;
    Ok(see_other(PAGE))
}

/// POST `/account/passkeys/{id}/remove`
pub async fn remove(
    app: web::Data<App>,
    who: Who,
    passkey: web::Path<i64>,
    _posted: Posted,
) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other(PAGE));
    }
    let (site, passkey) = (app.site.clone(), PasskeyId(passkey.into_inner()));
    app.db.write(move |tx| passkeys::remove(tx, &site, &who, passkey)).await?;
    app.bell.ring();
    Ok(see_other(PAGE))
}
