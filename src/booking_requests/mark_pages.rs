//! What somebody does with their requests for themselves alone, and whom an artist's team blocks from
//! the page of a request.

use actix_web::{HttpRequest, HttpResponse, web};

use super::marks::{self, Mark};
use super::news_store;
use super::respond::check_words;
use super::thread_pages::{Entrance, act_by, refused};
use super::view_store::{self, SavedView};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::rules;
use crate::error::{Error, Result};
use crate::ids::ViewId;
use crate::mail::one_line;
use crate::people::store::get_contact;
use crate::web::page::see_other;
use crate::web::posted::Posted;

/// Searches that one person keeps.
const MOST_VIEWS: usize = 20;
/// The longest name of one, in characters.
const LONGEST_NAME: usize = 40;

/// POST `…/mark/{mark}`
pub async fn mark(
    app: web::Data<App>,
    http: HttpRequest,
    entrance: Entrance,
    _posted: Posted,
) -> Result<HttpResponse> {
    let wanted = http.match_info().get("mark").and_then(Mark::parse).ok_or(Error::NotFound)?;
    let done = act_by(&app, &entrance, move |tx, _, party| marks::mark(tx, party, wanted)).await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done={}", entrance.base(), wanted.as_str()))),
        Err(error) => refused(&app, &entrance, error, "").await,
    }
}

/// POST `…/block`: the artist takes no more requests from this promoter.
pub async fn block(
    app: web::Data<App>,
    entrance: Entrance,
    _posted: Posted,
) -> Result<HttpResponse> {
    match act_by(&app, &entrance, |tx, _, party| rules::block_promoter(tx, party)).await {
        Ok(()) => Ok(see_other(&entrance.base())),
        Err(error) => refused(&app, &entrance, error, "").await,
    }
}

/// POST `/requests/read-all`
pub async fn read_all(app: web::Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse> {
    app.db.write(move |tx| news_store::mark_all_read(tx, who.contact)).await?;
    Ok(see_other("/requests"))
}

/// POST `/requests/views`: keeps the search that the lists show.
pub async fn keep_view(app: web::Data<App>, who: Who, posted: Posted) -> Result<HttpResponse> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["show", "q", "state", "from", "to"] {
        let value = posted.fields.value(name);
        if !value.is_empty() {
            query.append_pair(name, &one_line(value, 100));
        }
    }
    let query = query.finish();
    let name = match one_line(posted.fields.value("name"), LONGEST_NAME) {
        name if name.is_empty() => "My search".to_owned(),
        name => name,
    };
    for field in ["name", "q"] {
        check_words(field, posted.fields.value(field), usize::MAX)
            .map_err(|_| Error::BadRequest(crate::moderation::CARD_REFUSED.into()))?;
    }
    let back = format!("/requests?{query}");
    app.db
        .write(move |tx| {
            let person = get_contact(tx, who.contact)?;
            if view_store::list_views(tx, &person)?.len() >= MOST_VIEWS {
                return Err(Error::Conflict(format!(
                    "You keep {MOST_VIEWS} searches already. Take one of them away first."
                )));
            }
            let view = SavedView { name: name.clone(), query: query.clone() };
            view_store::insert_view(tx, &person, &view)
        })
        .await?;
    Ok(see_other(&back))
}

/// POST `/requests/views/{id}/remove`
pub async fn remove_view(
    app: web::Data<App>,
    who: Who,
    id: web::Path<i64>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = ViewId(id.into_inner());
    app.db
        .write(move |tx| {
            let person = get_contact(tx, who.contact)?;
            view_store::delete_view(tx, &person, id)
        })
        .await?;
    Ok(see_other("/requests"))
}
