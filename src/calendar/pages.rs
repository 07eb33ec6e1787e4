//! The calendar of an artist, for its team: what stands on its nights, and what is blocked.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::day_forms::{in_pieces, read_block, read_settings};
use super::month::{Entry, first_of, lay_out, span_of};
use super::views::{BlockRow, CalendarPage, FeedRow, NightRow};
use super::{Block, Repeats, events, feed_store, filling, store};
use crate::accounts::session::Who;
use crate::app::App;
use crate::artists::edit::{get_own, lock_managed};
use crate::artists::team::Capability;
use crate::artists::{Artist, team_store};
use crate::booking_requests::dashboard_store;
use crate::booking_requests::dates::evening;
use crate::booking_requests::night_store::{Standing, list_standing};
use crate::booking_requests::terms::Terms;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{BlockId, ContactId, RequestId};
use crate::web::form_state::{Choice, Fields, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Proposals that a month shows beside what is held and agreed on.
const PROPOSED: i64 = 50;

/// Which month, and what was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    month: String,
    done: String,
}

/// GET `/artists/{slug}/calendar`
pub async fn calendar(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    shown: web::Query<Shown>,
) -> Result<HttpResponse> {
    calendar_page(&app, &who, &slug, &shown, StatusCode::OK, FormState::default()).await
}

/// What the page is made from.
struct Look {
    artist: Artist,
    standing: Vec<Standing>,
    /// Whether more requests propose nights of that time.
    has_more: bool,
    terms: std::collections::HashMap<RequestId, Terms>,
    blocks: Vec<Block>,
    feeds: Vec<feed_store::Feed>,
    settings: store::Settings,
    manages: bool,
}

fn look(
    reader: &mut Reader<'_>,
    slug: &str,
    contact: ContactId,
    span: (jiff::civil::Date, jiff::civil::Date),
) -> Result<Look> {
    let artist = get_own(reader, slug, contact)?;
    let member = team_store::find_member(reader, artist.id, contact)?.ok_or(Error::NotFound)?;
    let joined = member.joined.ok_or(Error::NotFound)?;
    let mut standing = list_standing(reader, artist.id, joined, span, PROPOSED + 1)?;
    let proposed = standing.iter().filter(|one| !one.is_kept);
    let has_more = proposed.count() as i64 > PROPOSED;
    if has_more && let Some(last) = standing.iter().rposition(|one| !one.is_kept) {
        standing.remove(last);
    }
    let ids: Vec<RequestId> = standing.iter().map(|one| one.request).collect();
    Ok(Look {
        terms: dashboard_store::list_terms(reader, &ids)?,
        blocks: store::list_blocks(reader, artist.id)?,
        feeds: feed_store::list_feeds(reader, artist.id, contact)?,
        settings: store::get_settings(reader, artist.id)?,
        manages: member.may(Capability::Manage),
        standing,
        has_more,
        artist,
    })
}

async fn calendar_page(
    app: &App,
    who: &Who,
    slug: &str,
    shown: &Shown,
    status: StatusCode,
    mut form: FormState,
) -> Result<HttpResponse> {
    let today = app.db.now().date_utc();
    let first = first_of(&shown.month, today);
    let span = span_of(first);
    let (slug, contact) = (slug.to_owned(), who.contact);
    let look = app.db.read(move |reader| look(reader, &slug, contact, span)).await?;
    if form.value("travel_minutes").is_empty() {
        form.set("travel_minutes", look.settings.travel_minutes.to_string());
        form.set("pending_blocks", if look.settings.pending_blocks { "yes" } else { "" });
    }
    let url = format!("/artists/{}", look.artist.facts.slug);
    let nights = look.standing.iter().filter_map(|one| night_row(one, &look.terms)).collect();
    let (entries, blocked) = (entries(&look), blocked(&look.blocks, span));
    let by_hand = look.blocks.iter().filter(|block| !block.imported);
    private(
        status,
        &CalendarPage {
            page: Page::member(app, who, &format!("Calendar of {}", look.artist.facts.name)),
            form,
            done: done(&shown.done).to_owned(),
            not_free: in_pieces(blocked.iter().copied().filter(|day| day.month() == first.month()))
                .iter()
                .map(|piece| match piece.first == piece.last {
                    true => evening(piece.first),
                    false => format!("{} to {}", evening(piece.first), evening(piece.last)),
                })
                .collect(),
            month: lay_out(first, today, &blocked, entries),
            nights,
            more_url: match look.has_more {
                true => format!("/requests?from={}&to={}", span.0, span.1),
                false => String::new(),
            },
            repeats: Repeats::ALL
                .iter()
                .map(|r| Choice { value: r.as_str().into(), label: r.label().into() })
                .collect(),
            blocks: by_hand
                .map(|block| BlockRow {
                    text: block.display(),
                    remove_url: format!("{url}/calendar/blocks/{}/remove", block.id),
                })
                .collect(),
            imported: look.blocks.iter().filter(|block| block.imported).count(),
            feeds: look
                .feeds
                .iter()
                .map(|feed| FeedRow {
                    made: feed.created_at.display_date(),
                    end_url: format!("{url}/calendar/feeds/{}/end", feed.id),
                })
                .collect(),
            manages: look.manages,
            name: look.artist.facts.name,
            url,
        },
    )
}

fn done(word: &str) -> &'static str {
    match word {
        "blocked" => "The days are blocked. Requests for them are no longer taken.",
        "removed" => "The days are free again.",
        "settings" => "That is noted.",
        "imported" => "The days of the calendar file are blocked.",
        "imported-in-part" => {
            "The days of the calendar file are blocked. Some of its events were left out or read only in \
             part: those called off, marked as free, not ahead, or repeating in a way that is not \
             understood here. Look through the months."
        }
        "cleared" => "What came from calendar files is free again.",
        "ended" => "The link opens nothing any more.",
        _ => "",
    }
}

fn night_row(
    one: &Standing,
    terms: &std::collections::HashMap<RequestId, Terms>,
) -> Option<NightRow> {
    let terms = terms.get(&one.request)?;
    Some(NightRow {
        night: evening(one.night),
        label: terms.event.name.clone(),
        place: terms.venue.city.clone(),
        what: events::as_what(one),
        class: if one.rank.is_some() { "hold" } else { one.state.class() },
        url: format!("/requests/{}", one.request),
    })
}

fn entries(look: &Look) -> BTreeMap<jiff::civil::Date, Vec<Entry>> {
    let mut entries: BTreeMap<_, Vec<Entry>> = BTreeMap::new();
    for one in &look.standing {
        let Some(row) = night_row(one, &look.terms) else { continue };
        entries.entry(one.night).or_default().push(Entry {
            label: row.label,
            what: row.what,
            url: row.url,
            class: row.class,
        });
    }
    entries
}

fn blocked(
    blocks: &[Block],
    (from, to): (jiff::civil::Date, jiff::civil::Date),
) -> BTreeSet<jiff::civil::Date> {
    blocks.iter().flat_map(|block| block.days(from, to)).collect()
}

/// Changes a calendar as a member of the artist's team, under its lock, and writes its days out anew.
pub(super) async fn change(
    app: &App,
    who: &Who,
    slug: &str,
    change: impl Fn(&mut Tx<'_>, &Artist) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    app.db
        .write(move |tx| {
            let artist = lock_managed(tx, &slug, contact)?;
            store::lock_calendar(tx, artist.id)?;
            change(tx, &artist)?;
            filling::fill(tx, artist.id)
        })
        .await
}

/// Back to the page after a change, or the form again with what is wrong.
pub(super) async fn back(
    app: &App,
    who: &Who,
    slug: &str,
    fields: &Fields,
    done: Result<&str>,
) -> Result<HttpResponse> {
    let month = fields.value("month").to_owned();
    match done {
        Ok(done) => {
            let month = first_of(&month, app.db.now().date_utc()).strftime("%Y-%m").to_string();
            Ok(see_other(&format!("/artists/{slug}/calendar?month={month}&done={done}")))
        }
        Err(Error::Invalid(errors)) => {
            let form = FormState::again(fields, errors);
            let shown = Shown { month, done: String::new() };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            calendar_page(app, who, slug, &shown, status, form).await
        }
        Err(error) => Err(error),
    }
}

/// POST `/artists/{slug}/calendar/blocks`
pub async fn block(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let changed = match read_block(&posted.fields, app.db.now().date_utc()) {
        Ok(block) => {
            change(&app, &who, &slug, move |tx, artist| {
                let blocks = store::list_blocks(tx, artist.id)?;
                let typed = blocks.iter().filter(|block| !block.imported).count();
                if typed >= store::MOST_BLOCKS {
                    return Err(Error::field(
                        "first",
                        "There are very many blocks already: take some away first",
                    ));
                }
                store::insert_block(tx, artist.id, &block)
            })
            .await
        }
        Err(error) => Err(error),
    };
    back(&app, &who, &slug, &posted.fields, changed.map(|()| "blocked")).await
}

/// POST `/artists/{slug}/calendar/blocks/{id}/remove`
pub async fn remove(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(String, i64)>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let id = BlockId(id);
    let changed =
        change(&app, &who, &slug, move |tx, artist| store::delete_block(tx, artist.id, id)).await;
    back(&app, &who, &slug, &posted.fields, changed.map(|()| "removed")).await
}

/// POST `/artists/{slug}/calendar/settings`
pub async fn settings(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let changed = match read_settings(&posted.fields) {
        Ok(settings) => {
            change(&app, &who, &slug, move |tx, artist| {
                store::set_settings(tx, artist.id, settings)
            })
            .await
        }
        Err(error) => Err(error),
    };
    back(&app, &who, &slug, &posted.fields, changed.map(|()| "settings")).await
}
