//! What a side can take away of a request: the offer sheet, the calendar file, the dossier.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::document_views::Sheet;
use super::documents::{dossier, file_stem};
use super::letters::display_name;
use super::thread_pages::Entrance;
use crate::app::App;
use crate::error::{Error, Result};
use crate::people::links::Side;
use crate::web::files::download;
use crate::web::page::private;

/// GET `…/sheet`: the terms as they stand, to be printed, with the disclaimer.
pub async fn sheet(app: web::Data<App>, entrance: Entrance) -> Result<HttpResponse> {
    let Some(look) = entrance.look(&app).await? else { return entrance.nothing_here(&app) };
    if look.is_held_from_reader() {
        return Err(Error::NotFound);
    }
    let name = |side: Side| display_name(&look.artist, &look.request, side);
    let revision = &look.request.revision;
    private(
        StatusCode::OK,
        &Sheet {
            page: entrance.page(&app, &format!("Offer sheet: {}", look.event_name())),
            base: entrance.base(),
            event_name: look.event_name(),
            terms_title: format!("Revision {}", revision.n),
            author: name(revision.by),
            when: revision.created_at.display(),
            promoter: name(Side::Promoter),
            artist: name(Side::Artist),
            state: look.state(),
            night: look.request.night_shown(),
            sha256: revision.sha256.clone(),
            terms: look.terms,
            disclaimer: look.accepted,
        },
    )
}

/// GET `…/night.ics`
pub async fn night(app: web::Data<App>, entrance: Entrance) -> Result<HttpResponse> {
    let site = app.site.clone();
    let read = entrance.read(&app, move |reader, look| {
        let text = look.night_file(reader, &site)?.ok_or(Error::NotFound)?;
        Ok((file_stem(&look.event_name()), text))
    });
    match read.await {
        Ok((stem, text)) => {
            Ok(download(&format!("{stem}.ics"), "text/calendar; charset=utf-8", text))
        }
        Err(Error::NotFound) => entrance.nothing_here(&app),
        Err(error) => Err(error),
    }
}

/// GET `…/dossier.zip`
pub async fn whole(app: web::Data<App>, entrance: Entrance) -> Result<HttpResponse> {
    let site = app.site.clone();
    match entrance.read(&app, move |reader, look| dossier(reader, &site, &look)).await {
        Ok(dossier) => Ok(download(&dossier.name, "application/zip", dossier.bytes)),
        Err(Error::NotFound) => entrance.nothing_here(&app),
        Err(error) => Err(error),
    }
}
