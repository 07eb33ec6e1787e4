//! The page on which an artist's team sees what its rules stop, and whom it takes no requests from.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::block_store::{self, Blocked, SenderBlock};
use super::edit::get_managed;
use super::rule_views::{BlockedRow, RulesPage};
use super::{present, rules};
use crate::accounts::session::Who;
use crate::app::App;
use crate::booking_requests::party::{Door, enter};
use crate::booking_requests::{floor, store as requests};
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ContactId, SenderBlockId};
use crate::people::links::Purpose;
use crate::web::form_state::FormState;
use crate::web::page::{After, Page, private, see_other};
use crate::web::posted::Posted;

/// GET `/artists/{slug}/rules`
pub async fn rules(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse> {
    let done = match after.done.as_str() {
        "blocked" => "They are blocked from now on. Requests that are open stay as they are.",
        "unblocked" => "The block is gone.",
        _ => "",
    };
    rules_page(&app, &who, &slug, StatusCode::OK, FormState::default(), done).await
}

async fn rules_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    form: FormState,
    done: &'static str,
) -> Result<HttpResponse> {
    let (slug, contact, now) = (slug.to_owned(), who.contact, app.db.now());
    let read = app.db.read(move |reader| {
        let artist = get_managed(reader, &slug, contact)?;
        let stopped = floor::stopped_of_last(reader, artist.id, &artist.facts.floor)?;
        let url = format!("/artists/{}", artist.facts.slug);
        let mut blocked = Vec::new();
        for block in block_store::list_blocks(reader, artist.id)? {
            blocked.push(row(reader, block, &url, (contact, now))?);
        }
        Ok((artist, stopped, blocked, url))
    });
    let (artist, stopped, blocked, url) = read.await?;
    private(
        status,
        &RulesPage {
            page: Page::member(app, who, &format!("Rules of {}", artist.facts.name)),
            form,
            url,
            look_url: artist.facts.url_for_team(),
            done,
            asks: present::asks(&artist),
            stopped: stopped.sentence(),
            blocked,
            name: artist.facts.name,
        },
    )
}

fn row(
    reader: &mut Reader<'_>,
    block: SenderBlock,
    url: &str,
    (own, now): (ContactId, Instant),
) -> Result<BlockedRow> {
    let (whom, request_url) = match block.whom {
        Blocked::Domain(domain) => {
            (format!("Everybody with an address at {domain}"), String::new())
        }
        Blocked::Promoter(None) => ("A promoter".to_owned(), String::new()),
        Blocked::Promoter(Some(id)) => {
            // What had ended before the reader joined the team is not theirs to read.
            let door = Door::Account(own, id);
            match enter(reader, &door, Purpose::Thread, now) {
                Ok(_) => {
                    let request = requests::get_request(reader, id)?;
                    (request.requester.signature(), format!("/requests/{id}"))
                }
                Err(Error::NotFound) => ("A promoter".to_owned(), String::new()),
                Err(error) => return Err(error),
            }
        }
    };
    Ok(BlockedRow {
        whom,
        request_url,
        since: block.created_at.display_date(),
        remove_url: format!("{url}/rules/blocks/{}/remove", block.id),
    })
}

async fn change(
    app: &App,
    who: &Who,
    slug: &str,
    posted: &Posted,
    done: &str,
    change: impl Fn(&mut Tx<'_>, &str, ContactId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let (wanted, contact) = (slug.to_owned(), who.contact);
    match app.db.write(move |tx| change(tx, &wanted, contact)).await {
        Ok(()) => Ok(see_other(&format!("/artists/{slug}/rules?done={done}"))),
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(&posted.fields, errors);
            rules_page(app, who, slug, StatusCode::UNPROCESSABLE_ENTITY, form, "").await
        }
        Err(error) => Err(error),
    }
}

/// POST `/artists/{slug}/rules`: blocks everybody at a domain.
pub async fn block_domain(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let domain = posted.fields.value("domain").to_owned();
    change(&app, &who, &slug, &posted, "blocked", move |tx, slug, by| {
        rules::block_domain(tx, slug, by, &domain)
    })
    .await
}

/// POST `/artists/{slug}/rules/blocks/{id}/remove`
pub async fn unblock(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    change(&app, &who, &slug, &posted, "unblocked", move |tx, slug, by| {
        rules::unblock(tx, slug, by, SenderBlockId(id))
    })
    .await
}
