//! Accounts as those who decide see them: looked up by address or name, frozen, given back. Each look
//! is noted, and the owner sees it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::decide::{look_up_writer, reason};
use super::staff_views::{AccountLine, LookUpPage, StaffAccountPage};
use crate::accounts::Role;
use crate::accounts::account_store::Account;
use crate::accounts::freeze::{freeze_account, unfreeze_account};
use crate::accounts::look_up;
use crate::accounts::role::give_account;
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::{contact_store, store};
use crate::error::{Error, Result};
use crate::ids::{AccountId, TicketId};
use crate::web::form_state::{Choice, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/staff/accounts`
pub async fn look_up_form(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    look_up_page(&app, &who, StatusCode::OK, FormState::default(), Vec::new())
}

fn look_up_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: FormState,
    found: Vec<AccountLine>,
) -> Result<HttpResponse> {
    private(status, &LookUpPage { page: Page::staff(app, who, "Accounts"), form, found })
}

/// POST `/staff/accounts`, by address or name, or by the ticket that somebody sent: a POST, because the look is noted, and because addresses do not belong
/// into addresses of pages.
pub async fn look_up(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    let wanted = posted.fields.value("wanted").trim().to_owned();
    let staff = who.account;
    let found = match posted.fields.value("ticket").parse() {
        Ok(id) => app.db.write(move |tx| look_up_writer(tx, staff, TicketId(id))).await?,
        Err(_) if wanted.is_empty() => Vec::new(),
        Err(_) => app.db.write(move |tx| look_up::look_up(tx, staff, &wanted)).await?,
    };
    match found.as_slice() {
        [] => {
            let why = "No account has this address or this name".to_owned();
            let form = FormState::again(&posted.fields, vec![("wanted".to_owned(), why)]);
            look_up_page(&app, &who, StatusCode::NOT_FOUND, form, Vec::new())
        }
        [account] => Ok(see_other(&format!("/staff/accounts/{}", account.id))),
        several => {
            let form = FormState::again(&posted.fields, Vec::new());
            let lines = several.iter().map(line).collect();
            look_up_page(&app, &who, StatusCode::OK, form, lines)
        }
    }
}

fn line(account: &Account) -> AccountLine {
    AccountLine {
        url: format!("/staff/accounts/{}", account.id),
        name: account.name.as_str().to_owned(),
        address: account.contact.address.masked(),
        since: account.created_at.display_date(),
    }
}

/// GET `/staff/accounts/{id}`, within an hour of having looked it up.
pub async fn account(app: web::Data<App>, who: Who, id: web::Path<i64>) -> Result<HttpResponse> {
    account_page(&app, &who, AccountId(*id), StatusCode::OK, FormState::default()).await
}

async fn account_page(
    app: &App,
    who: &Who,
    id: AccountId,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let (staff, now) = (who.account, app.db.now());
    let read = app
        .db
        .read(move |reader| {
            let account = look_up::get_looked_up(reader, staff, id, now)?;
            let acts = contact_store::list_artists_of_contact(reader, account.contact.id)?;
            Ok((account, store::list_names(reader, &acts)?))
        })
        .await;
    let (account, acts) = match read {
        Err(Error::NotFound) => return Ok(see_other("/staff/accounts")),
        read => read?,
    };
    let mut acts: Vec<String> = acts.into_values().collect();
    acts.sort_unstable();
    private(
        status,
        &StaffAccountPage {
            page: Page::staff(app, who, account.name.as_str()),
            form,
            name: account.name.as_str().to_owned(),
            address: account.contact.address.as_str().to_owned(),
            since: account.created_at.display_date(),
            role: account.role.label(),
            is_staff: account.role.is_staff(),
            roles: roles(who, account.role),
            acts,
            frozen: account.frozen.unwrap_or_default(),
            elevated: who.elevated,
            elevate_url: format!("/staff/elevate?next=/staff/accounts/{id}"),
            url: format!("/staff/accounts/{id}"),
        },
    )
}

/// The roles that an admin can give; nobody else is offered any.
fn roles(who: &Who, now: Role) -> Vec<Choice> {
    let offered = Role::ALL.iter().filter(|role| who.role == Role::Admin && **role != now);
    offered
        .map(|role| Choice { value: role.as_str().to_owned(), label: role.label().to_owned() })
        .collect()
}

/// POST `/staff/accounts/{id}/role`
pub async fn give_role(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (id, staff, site) = (AccountId(*id), who.account, app.site.clone());
    let Some(role) = Role::parse(posted.fields.value("role")) else {
        let errors = vec![("role".to_owned(), "Choose a role".to_owned())];
        let form = FormState::again(&posted.fields, errors);
        return account_page(&app, &who, id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    app.db
        .write(move |tx| {
            let now = tx.now;
            let account = look_up::get_looked_up(tx, staff, id, now)?;
            give_account(tx, &site, account.id, role)
        })
        .await?;
    app.bell.ring();
    Ok(see_other(&format!("/staff/accounts/{id}")))
}

/// POST `/staff/accounts/{id}/{freeze|unfreeze}`
pub async fn decide(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(i64, String)>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (id, step) = path.into_inner();
    let (id, staff, site) = (AccountId(id), who.account, app.site.clone());
    let decided = match (step.as_str(), reason(posted.fields.value("reason"))) {
        (_, Err(error)) => Err(error),
        ("freeze", Ok(reason)) => {
            app.db
                .write(move |tx| {
                    let now = tx.now;
                    let account = look_up::get_looked_up(tx, staff, id, now)?;
                    freeze_account(tx, &site, &account, &reason)
                })
                .await
        }
        (_, Ok(reason)) => {
            app.db
                .write(move |tx| {
                    let now = tx.now;
                    let account = look_up::get_looked_up(tx, staff, id, now)?;
                    unfreeze_account(tx, &site, &account, &reason)
                })
                .await
        }
    };
    match decided {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other(&format!("/staff/accounts/{id}")))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            account_page(&app, &who, id, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}
