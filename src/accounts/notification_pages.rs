//! Choosing which mails one wants.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::notification_store;
use super::notifications::{self, Notice};
use super::session::Who;
use super::views::{NotificationsPage, Switch};
use crate::app::App;
use crate::error::Result;
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/account/notifications`
pub async fn form(app: web::Data<App>, who: Who) -> Result<HttpResponse> {
    let id = who.account;
    let off = app.db.read(move |reader| notification_store::list_off(reader, id)).await?;
    let switches = Notice::ALL.iter().map(|notice| Switch {
        name: notice.as_str(),
        label: notice.label(),
        is_on: !off.contains(notice),
    });
    private(
        StatusCode::OK,
        &NotificationsPage {
            page: Page::member(&app, &who, "Which mails you want"),
            switches: switches.collect(),
        },
    )
}

/// POST `/account/notifications`
pub async fn choose(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    let is_ticked = |notice: &&Notice| posted.fields.value(notice.as_str()) == "yes";
    let wanted: Vec<Notice> = Notice::ALL.iter().filter(is_ticked).copied().collect();
    app.db.write(move |tx| notifications::choose(tx, who.account, &wanted)).await?;
    Ok(see_other("/account?done=mails"))
}
