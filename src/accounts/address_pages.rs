//! Moving an account to another address.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::session::Who;
use super::views::{AddressMovedPage, AddressPage, AddressSentPage, MoveAddressPage, MoveDeadPage};
use super::{account_store, address, address_store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::moderation::CARD_REFUSED;
use crate::moderation::screening::find_payment_data;
use crate::people::EmailAddress;
use crate::web::form_state::FormState;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/account/address`
pub async fn address_form(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    address_page(&app, &who, StatusCode::OK, FormState::default()).await
}

async fn address_page(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: FormState,
) -> Result<HttpResponse> {
    let id = who.account;
    let account = app.db.read(move |reader| account_store::get_account(reader, id)).await?;
    private(
        status,
        &AddressPage {
            page: Page::member(app, who, "Another address"),
            form,
            address: account.contact.address.as_str().to_owned(),
            is_fresh: who.is_fresh(app.db.now()),
        },
    )
}

/// POST `/account/address`
pub async fn ask(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    if !who.is_fresh(app.db.now()) {
        return Ok(see_other("/account/address"));
    }
    let typed = posted.fields.value("email");
    let asked = match EmailAddress::parse(typed) {
        Ok(_) if find_payment_data(typed).refuses() => Err(Error::field("email", CARD_REFUSED)),
        Ok(new) => {
            let (site, id) = (app.site.clone(), who.account);
            app.db.write(move |tx| address::ask(tx, &site, id, &new)).await
        }
        Err(why) => Err(Error::field("email", why)),
    };
    match asked {
        Ok(()) => {
            app.bell.ring();
            Ok(see_other("/account/address/sent"))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            address_page(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}

/// GET `/account/address/sent`
pub async fn sent(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let page = Page::member(&app, &who, "Please look into your new mailbox");
    private(StatusCode::OK, &AddressSentPage { page })
}

/// GET `/account/address/{token}`: shows a button; nothing happens by opening the link.
pub async fn confirm_form(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    let (now, opened) = (app.db.now(), token.clone());
    let read = app.db.read(move |reader| address_store::get_asked(reader, &opened, now)).await;
    let change = match read {
        Err(Error::NotFound) => return dead(&app),
        read => read?,
    };
    private(
        StatusCode::OK,
        &MoveAddressPage {
            page: Page::private(&app, "Move your account"),
            to: change.addresses.new.as_str().to_owned(),
            from: change.addresses.old.masked(),
            is_undo: false,
            action_url: format!("/account/address/{token}"),
        },
    )
}

/// POST `/account/address/{token}`
pub async fn confirm(
    app: web::Data<App>,
    token: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let (site, token) = (app.site.clone(), token.into_inner());
    match app.db.write(move |tx| address::confirm(tx, &site, &token)).await {
        Err(Error::NotFound) => return dead(&app),
        done => done?,
    }
    app.bell.ring();
    moved_page(&app, false)
}

/// GET `/account/address/undo/{token}`: shows a button; nothing happens by opening the link.
pub async fn undo_form(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    let (now, opened) = (app.db.now(), token.clone());
    let read = app.db.read(move |reader| address_store::get_undoable(reader, &opened, now)).await;
    let change = match read {
        Err(Error::NotFound) => return dead(&app),
        read => read?,
    };
    private(
        StatusCode::OK,
        &MoveAddressPage {
            page: Page::private(&app, "Take it back"),
            to: change.addresses.old.as_str().to_owned(),
            from: change.account.contact.address.masked(),
            is_undo: true,
            action_url: format!("/account/address/undo/{token}"),
        },
    )
}

/// POST `/account/address/undo/{token}`
pub async fn undo(
    app: web::Data<App>,
    token: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let (site, token) = (app.site.clone(), token.into_inner());
    match app.db.write(move |tx| address::undo(tx, &site, &token)).await {
        Err(Error::NotFound) => return dead(&app),
        done => done?,
    }
    app.bell.ring();
    moved_page(&app, true)
}

fn dead(app: &App) -> Result<HttpResponse> {
    let page = Page::private(app, "This link no longer works");
    private(StatusCode::NOT_FOUND, &MoveDeadPage { page })
}

fn moved_page(app: &App, is_undo: bool) -> Result<HttpResponse> {
    let title = if is_undo { "Your account is back" } else { "Your account has moved" };
    let page = Page::private(app, title);
    private(StatusCode::OK, &AddressMovedPage { page, is_undo })
}
