//! The account as its owner sees it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::PersonName;
use super::account_store::{self, Account};
use super::look_store;
use super::notification_store;
use super::passkey_store;
use super::password_store;
use super::providers::identity_store::{self, Identity};
use super::second_factor_store;
use super::session::Who;
use super::session_store::{self, Session};
use super::views::{AccountPage, SessionRow};
use crate::app::App;
use crate::clock::Instant;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::ids::{AccountId, SessionId};
use crate::web::form_state::FormState;
use crate::web::page::{After, Page, private, see_other};
use crate::web::posted::Posted;

/// Looks of the staff that the page lists.
const LOOKS: i64 = 50;

/// GET `/account`
pub async fn account(
    app: web::Data<App>,
    who: Who,
    after: web::Query<After>,
) -> Result<HttpResponse> {
    let form = FormState::with(&[("name", &who.name)]);
    account_page(&app, &who, StatusCode::OK, form, done(&after)).await
}

/// What was done right before the page; empty when it comes after nothing.
fn done(after: &After) -> &'static str {
    match after.done.as_str() {
        "name" => "Your name is saved.",
        "mails" => "We mail you what you ticked, and nothing else that can be switched off.",
        "password" => "Your password is set. Everywhere else you were signed out.",
        "password-removed" => "You have no password any more. A link by mail signs you in.",
        "factor-removed" => "Signing in asks for no code of a device any more.",
        "ended" => "Nobody is signed in there any more.",
        _ => "",
    }
}

async fn account_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: FormState,
    done: &'static str,
) -> Result<HttpResponse> {
    let (now, id) = (app.db.now(), who.account);
    let own = app.db.read(move |reader| Own::read(reader, id, now)).await?;
    private(
        status,
        &AccountPage {
            page: Page::member(app, who, "Account"),
            form,
            done,
            address: own.account.contact.address.as_str().to_owned(),
            since: own.account.created_at.display_date(),
            policy_version: own.account.policy_version,
            frozen: own.account.frozen.unwrap_or_default(),
            factor_since: own.factor_since.map(Instant::display_date).unwrap_or_default(),
            password_since: own.password_since.map(Instant::display_date).unwrap_or_default(),
            passkeys: own.passkeys,
            has_providers: !own.identities.is_empty() || !app.providers.is_empty(),
            identities: own.identities.iter().map(|known| identity(app, known)).collect(),
            switched_off: own.switched_off,
            looks: own.looks.into_iter().map(Instant::display).collect(),
            sessions: own.sessions.into_iter().map(|session| session_row(session, who)).collect(),
        },
    )
}

/// What the page shows of an account.
struct Own {
    account: Account,
    factor_since: Option<Instant>,
    password_since: Option<Instant>,
    passkeys: i64,
    sessions: Vec<Session>,
    looks: Vec<Instant>,
    switched_off: usize,
    identities: Vec<Identity>,
}

impl Own {
    fn read(reader: &mut Reader<'_>, id: AccountId, now: Instant) -> Result<Self> {
        let account = account_store::get_account(reader, id)?;
        let factor = second_factor_store::find_factor(reader, &account)?;
        let password = password_store::find_password(reader, &account)?;
        Ok(Self {
            identities: identity_store::list_of_account(reader, &account)?,
            account,
            factor_since: factor.and_then(|factor| factor.confirmed_at),
            password_since: password.map(|password| password.since),
            passkeys: passkey_store::count_of_account(reader, id)?,
            sessions: session_store::list_of_account(reader, id, now)?,
            looks: look_store::list_of_account(reader, id, LOOKS)?,
            switched_off: notification_store::list_chosen(reader, id)?.len(),
        })
    }
}

fn identity(app: &App, identity: &Identity) -> String {
    let (name, who) = (app.providers.name_of(&identity.provider), identity.profile.display());
    if who.is_empty() { name } else { format!("{name} ({who})") }
}

fn session_row(session: Session, who: &Who) -> SessionRow {
    SessionRow {
        since: session.created_at.display(),
        seen: session.seen_at.display(),
        this_one: session.id == who.session,
        end_url: format!("/account/sessions/{}/end", session.id),
        device: session.device,
        network: session.network,
    }
}

/// POST `/account/name`
pub async fn rename(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    let name = match PersonName::parse(posted.fields.value("name")) {
        Ok(name) => name,
        Err(why) => {
            let form = FormState::again(&posted.fields, vec![("name".to_owned(), why)]);
            return account_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form, "").await;
        }
    };
    let id = who.account;
    app.db
        .write(move |tx| {
            let account = account_store::get_account(tx, id)?;
            account_store::rename(tx, &account, &name)
        })
        .await?;
    Ok(see_other("/account?done=name"))
}

/// POST `/account/sessions/{id}/end`
pub async fn end_session(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = SessionId(id.into_inner());
    if id == who.session {
        return Err(Error::Conflict(
            "This is the browser you are using. To end it, choose “Sign out”.".into(),
        ));
    }
    app.db.write(move |tx| session_store::end_session(tx, who.account, id)).await?;
    Ok(see_other("/account?done=ended#browsers"))
}

/// POST `/account/sessions/end-others`
pub async fn end_other_sessions(
    app: web::Data<App>,
    who: Who,
    _posted: Posted,
) -> Result<HttpResponse> {
    app.db.write(move |tx| session_store::end_others(tx, who.account, who.session)).await?;
    Ok(see_other("/account?done=ended#browsers"))
}
