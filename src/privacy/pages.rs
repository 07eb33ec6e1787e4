//! Taking one's data along, and having it erased.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpResponse, web};

use super::erase::erase;
use super::export::export;
use super::own_data::Export;
use super::views::{DataPage, DeletePage, DeletedPage};
use crate::accounts::session::Who;
use crate::accounts::{account_store, address, address_store};
use crate::app::App;
use crate::booking_requests::dashboard_store;
use crate::error::{Error, Result};
use crate::web::cookies::{self, Named};
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

async fn read(app: &App, who: &Who) -> Result<Export> {
    let (now, base, id) = (app.db.now(), app.site.base_url.clone(), who.account);
    app.db.read_at_length(move |reader| export(reader, &base, id, now)).await
}

/// GET `/account/data`
pub async fn data(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let data = read(&app, &who).await?;
    private(StatusCode::OK, &DataPage { page: Page::member(&app, &who, "Your data"), data })
}

/// GET `/account/data.json`
pub async fn data_file(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let data = read(&app, &who).await?;
    let file = serde_json::to_string_pretty(&data).map_err(anyhow::Error::from)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""))
        .content_type("application/json")
        .body(file))
}

/// GET `/account/delete`: says what goes and what stays.
pub async fn delete_form(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    delete_page(&app, &who, StatusCode::OK, FormState::default()).await
}

async fn delete_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let (id, contact) = (who.account, who.contact);
    let now = app.db.now();
    let (address, ending, undoable) = app
        .db
        .read(move |reader| {
            let account = account_store::get_account(reader, id)?;
            let ending = dashboard_store::list_ending_with(reader, contact)?;
            let address = account.contact.address.as_str().to_owned();
            let undoable = address_store::find_undoable_until(reader, id, now)?;
            Ok((address, ending, undoable))
        })
        .await?;
    private(
        status,
        &DeletePage {
            page: Page::member(app, who, "Delete your account"),
            form,
            address,
            is_fresh: who.is_fresh(now),
            waits_until: undoable.map(|until| until.display()).unwrap_or_default(),
            ending,
        },
    )
}

/// POST `/account/delete`
pub async fn delete(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other("/account/delete"));
    }
    if posted.fields.value("sure") != "yes" {
        let errors = vec![("sure".to_owned(), "Tick the box if you are sure".to_owned())];
        let form = FormState::again(&posted.fields, errors);
        return delete_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    }
    let (site, id) = (app.site.clone(), who.account);
    let erased = app
        .db
        .write(move |tx| {
            let account = account_store::get_account(tx, id)?;
            address::require_settled(tx, id)?;
            erase(tx, &site, &account.contact)
        })
        .await;
    match erased {
        // Pressed twice: it is done.
        Ok(()) | Err(Error::NotFound) => {}
        Err(error) => return Err(error),
    }
    app.bell.ring();
    app.db.forget_log().await?;
    let mut answer = see_other("/account/deleted");
    cookies::set(&mut answer, &cookies::gone(&app, Named::Session));
    Ok(answer)
}

/// GET `/account/deleted`
pub async fn deleted(app: web::Data<App>) -> Result<HttpResponse> {
    private(StatusCode::OK, &DeletedPage { page: Page::private(&app, "Your account is deleted") })
}
