//! Files that come to the pages of an act: its photo, its papers, its calendar.

use actix_web::{HttpRequest, web};
use tokio::sync::OwnedSemaphorePermit;

use super::edit::get_managed;
use crate::accounts::session::Who;
use crate::app::App;
use crate::error::Result;
use crate::web::uploaded::Uploaded;

/// Refuses whoever does not manage the page, before anything that they send is looked at.
pub async fn require_manager(app: &App, who: &Who, slug: &str) -> Result<()> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    app.db.read(move |reader| get_managed(reader, &slug, contact)).await?;
    Ok(())
}

/// The form with a file that somebody posts who manages the page; nobody's file is taken in, let alone
/// opened, for a page that is not theirs. The place is held for as long as the file is dealt with.
pub async fn take_from_manager(
    app: &App,
    who: &Who,
    slug: &str,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<(OwnedSemaphorePermit, Uploaded), actix_web::Error> {
    require_manager(app, who, slug).await?;
    let place = app.darkroom.admit()?;
    Ok((place, Uploaded::read(app, request, payload).await?))
}
