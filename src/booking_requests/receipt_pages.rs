//! The receipt of one side, as a page and as the file that `soundpost receipts verify` proves.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::letters::disclaimer_view;
use super::pages::link_expired;
use super::party::Door;
use super::receipts::{acceptance_of, receipt_view};
use super::thread::{Look, look};
use super::views::Receipt;
use crate::accounts::session::Who;
use crate::app::App;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{AcceptanceId, RequestId};
use crate::people::links::{Purpose, Side};
use crate::web::page::{Page, private};

/// The query of a receipt's page: the link by which its holder came.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Holder {
    link: String,
}

/// What the door leads to, and the acceptance by which its side is bound.
async fn held(app: &App, door: &Door) -> Result<(Look, AcceptanceId)> {
    let (now, door) = (app.db.now(), door.clone());
    let look = app.db.read(move |reader| look(reader, &door, Purpose::Thread, now)).await?;
    let own = acceptance_of(&look.request, look.side());
    match own.filter(|_| look.request.sent_at.is_some()) {
        Some(own) => Ok((look, own)),
        None => Err(Error::NotFound),
    }
}

/// The same by a link, for the receipt that the address names.
async fn held_by_link(app: &App, id: i64, holder: Holder) -> Result<(Door, Look, AcceptanceId)> {
    let door = Door::Link(holder.link);
    let (look, own) = held(app, &door).await?;
    if own.0 == id { Ok((door, look, own)) } else { Err(Error::NotFound) }
}

/// GET `/receipts/{id}`
pub async fn by_link(
    app: web::Data<App>,
    id: web::Path<i64>,
    holder: web::Query<Holder>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    match held_by_link(&app, id, holder.into_inner()).await {
        Ok((door, look, own)) => {
            let Door::Link(token) = &door else { return Err(Error::NotFound) };
            let download = format!("/receipts/{id}.json?link={token}");
            let page = Page::private(&app, &format!("Receipt {own}"));
            receipt_page(&app, page, &door, look, own, download).await
        }
        Err(Error::NotFound) => link_expired(&app),
        Err(error) => Err(error),
    }
}

/// GET `/requests/{id}/receipt`
pub async fn by_member(app: web::Data<App>, who: Who, id: web::Path<i64>) -> Result<HttpResponse> {
    let door = Door::Account(who.contact, RequestId(id.into_inner()));
    let (look, own) = held(&app, &door).await?;
    let download = format!("{}/receipt.json", door.base());
    let page = Page::member(&app, &who, &format!("Receipt {own}")).in_section("requests");
    receipt_page(&app, page, &door, look, own, download).await
}

async fn receipt_page(
    app: &App,
    page: Page,
    door: &Door,
    look: Look,
    own: AcceptanceId,
    download_url: String,
) -> Result<HttpResponse> {
    let (site, side) = (app.site.clone(), look.side());
    let (artist, request) = (look.artist, look.request);
    let (receipt, version, public_key) = app
        .db
        .read(move |reader| {
            let view = receipt_view(reader, &site, &artist, &request, side)?;
            let version = disclaimer::store::get_accepted_version(reader, own)?;
            let signed = disclaimer::store::get_receipt(reader, &site.base_url, own)?;
            Ok((view, version, signed.public_key))
        })
        .await?;
    private(
        StatusCode::OK,
        &Receipt {
            page,
            receipt,
            download_url,
            file_name: format!("receipt-{own}.json"),
            public_key,
            thread_url: door.base(),
            disclaimer: match side {
                Side::Promoter => look.accepted,
                Side::Artist => disclaimer_view(&version),
            },
        },
    )
}

/// GET `/receipts/{id}.json`
pub async fn file_by_link(
    app: web::Data<App>,
    id: web::Path<i64>,
    holder: web::Query<Holder>,
) -> Result<HttpResponse> {
    let (_, _, own) = held_by_link(&app, id.into_inner(), holder.into_inner()).await?;
    receipt_file(&app, own).await
}

/// GET `/requests/{id}/receipt.json`
pub async fn file_by_member(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
) -> Result<HttpResponse> {
    let door = Door::Account(who.contact, RequestId(id.into_inner()));
    let (_, own) = held(&app, &door).await?;
    receipt_file(&app, own).await
}

async fn receipt_file(app: &App, id: AcceptanceId) -> Result<HttpResponse> {
    let site = app.site.clone();
    let receipt = app
        .db
        .read(move |reader| disclaimer::store::get_receipt(reader, &site.base_url, id))
        .await?;
    let file = serde_json::to_string_pretty(&receipt).map_err(anyhow::Error::from)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"receipt-{id}.json\"")))
        .content_type("application/json")
        .body(file))
}
