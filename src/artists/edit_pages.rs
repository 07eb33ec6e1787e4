//! The pages on which an artist's team edits its profile.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::added_store::{ADDED, AGREED};
use super::contact_store::list_confirmed_contacts;
use super::correcting::CORRECTED;
use super::edit::{self, get_managed};
use super::edit_store::{self, Change, HIDDEN, SHOWN, UNPICTURED};
use super::edit_views::{Box, ChangeRow, EditPage};
use super::floor::EventKind;
use super::forms::{self, filled, genre_choices, genre_fields};
use super::{Artist, Listing, Performance, contact_forms, profile_pages};
use crate::accounts::account_store;
use crate::accounts::session::Who;
use crate::app::App;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ChangeId, ContactId};
use crate::web::form_state::{Choice, FormState};
use crate::web::page::{Page, private, see_other};
use crate::web::posted::Posted;

/// Changes shown on the page.
const CHANGES: i64 = 10;

/// Whether the page comes after saving, and which changes it shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct After {
    saved: Option<String>,
    /// Those older than this one.
    changes_before: Option<i64>,
}

impl After {
    /// Whether it does.
    pub const fn is_saved(&self) -> bool {
        self.saved.is_some()
    }
}

/// GET `/artists/{slug}/edit`
pub async fn edit_form(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse> {
    edit_page(&app, &who, &slug, StatusCode::OK, None, &after).await
}

/// The page, with the profile as it stands or as it was typed.
async fn edit_page(
    app: &App,
    who: &Who,
    slug: &str,
    status: StatusCode,
    typed: Option<FormState>,
    after: &After,
) -> Result<HttpResponse> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    let before = ChangeId(after.changes_before.unwrap_or(i64::MAX));
    let (artist, history, hidden_reason): (Artist, _, _) = app
        .db
        .read(move |reader| {
            let artist = get_managed(reader, &slug, contact)?;
            let history = read_history(reader, artist.id, contact, before)?;
            let hidden_reason = edit_store::find_hidden_reason(reader, artist.id)?;
            Ok((artist, history, hidden_reason))
        })
        .await?;
    let facts = &artist.facts;
    let mut form =
        typed.unwrap_or_else(|| contact_forms::answered(filled(facts, artist.updated_at)));
    // Who has been told that it changed saves over what is there now; nobody else does.
    if !form.error("").is_empty() {
        form.set("seen", artist.updated_at.micros().to_string());
    }
    contact_forms::warn(&mut form, contact_forms::OWN);
    private(
        status,
        &EditPage {
            page: Page::member(app, who, &format!("Edit {}", facts.name)),
            form,
            name: facts.name.clone(),
            url: format!("/artists/{}", facts.slug),
            look_url: facts.url_for_team(),
            genre_fields: genre_fields().collect(),
            genres: genre_choices(),
            countries: &app.choices.countries,
            currencies: &app.choices.currencies,
            plays: boxes("plays", Performance::ALL, |plays| (plays.as_str(), plays.label())),
            kinds: boxes("kind", EventKind::ALL, |kind| (kind.as_str(), kind.label())),
            listing: FormState::with(&[("listing", facts.listing.as_str())]),
            listings: listings(),
            hidden: facts.listing == Listing::Hidden,
            hidden_reason: hidden_reason.unwrap_or_default(),
            saved: after.is_saved(),
            older_url: match history.older {
                Some(before) => {
                    format!("/artists/{}/edit?changes_before={before}#changes", facts.slug)
                }
                None => String::new(),
            },
            changes: history.rows,
        },
    )
}

/// What was changed, as far as the page shows it.
struct History {
    rows: Vec<ChangeRow>,
    /// The last of them, when there are older ones.
    older: Option<ChangeId>,
}

fn read_history(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    own: ContactId,
    before: ChangeId,
) -> Result<History> {
    let mut changes = edit_store::list_changes_before(reader, artist, before, CHANGES + 1)?;
    let has_older = changes.len() as i64 > CHANGES;
    changes.truncate(CHANGES as usize);
    let older = changes.last().filter(|_| has_older).map(|change| change.id);
    let team = list_confirmed_contacts(reader, artist)?;
    let mut rows = Vec::new();
    for change in changes {
        let (name, who) = who_changed(reader, &team, own, &change)?;
        rows.push(ChangeRow { name, who, what: change.what, when: change.created_at.display() });
    }
    Ok(History { rows, older })
}

/// Whether the note of a change says itself that a moderator made it.
fn is_of_a_moderator(what: &str) -> bool {
    [HIDDEN, SHOWN, UNPICTURED].contains(&what) || what.starts_with(CORRECTED)
}

/// Who made a change, for somebody of the team: by name, or in other words. Those who have left it
/// have no name here any more.
fn who_changed(
    reader: &mut Reader<'_>,
    team: &[ContactId],
    own: ContactId,
    change: &Change,
) -> Result<(String, &'static str)> {
    let who = match (change.contact, change.what.as_str()) {
        (Some(contact), _) if contact == own => "you",
        (_, ADDED) => "a member of this site",
        (_, AGREED) => "the people who run this site",
        (None, what) if is_of_a_moderator(what) => "",
        (Some(contact), _) if team.contains(&contact) => {
            if let Some(account) = account_store::find_of_contact(reader, contact)? {
                let account = account_store::get_account(reader, account)?;
                return Ok((account.name.as_str().to_owned(), ""));
            }
            "somebody of the team who has no account"
        }
        _ => "somebody who left",
    };
    Ok((String::new(), who))
}

fn boxes<T: Copy>(
    prefix: &str,
    all: &[T],
    named: fn(T) -> (&'static str, &'static str),
) -> Vec<Box> {
    all.iter()
        .map(|value| named(*value))
        .map(|(word, label)| Box { name: format!("{prefix}_{word}"), label })
        .collect()
}

fn listings() -> Vec<Choice> {
    [
        (Listing::Listed, "Everybody: it stands in lists and takes requests"),
        (Listing::Unlisted, "Who has its address: in no list, and takes requests"),
        (Listing::Draft, "Nobody: it takes no requests either"),
    ]
    .into_iter()
    .map(|(listing, label)| Choice { value: listing.as_str().into(), label: label.into() })
    .collect()
}

/// POST `/artists/{slug}/edit`: saves, shows a preview (`preview`), or goes back to the form from
/// there (`change`).
pub async fn edit(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (slug, fields) = (slug.into_inner(), &posted.fields);
    let is_asked_for = |button: &str| fields.value(button) == "yes";
    let nothing_saved = After::default();
    let again = |status: StatusCode, errors: Vec<(String, String)>| {
        let form = Some(FormState::again(fields, errors));
        edit_page(&app, &who, &slug, status, form, &nothing_saved)
    };
    if is_asked_for("change") {
        return again(StatusCode::OK, Vec::new()).await;
    }
    let outcome = match forms::read_profile(fields) {
        Ok(_) if contact_forms::is_unanswered(fields) => {
            return again(StatusCode::OK, Vec::new()).await;
        }
        Ok(edited) if is_asked_for("preview") => {
            profile_pages::preview_typed(&app, &who, &slug, edited, fields).await
        }
        Ok(edited) => save(&app, &who, &slug, edited).await,
        Err(error) => Err(error),
    };
    match outcome {
        Err(Error::Invalid(errors)) => again(StatusCode::UNPROCESSABLE_ENTITY, errors).await,
        outcome => outcome,
    }
}

async fn save(app: &App, who: &Who, slug: &str, edited: edit::Edited) -> Result<HttpResponse> {
    let (slug, contact) = (slug.to_owned(), who.contact);
    let slug = app.db.write(move |tx| edit::save(tx, &slug, contact, &edited)).await?;
    Ok(see_other(&format!("/artists/{slug}/edit?saved=yes")))
}

/// POST `/artists/{slug}/listing`
pub async fn set_listing(
    app: web::Data<App>,
    who: Who,
    slug: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let listing = Listing::parse(posted.fields.value("listing")).unwrap_or(Listing::Hidden);
    let (wanted, contact) = (slug.clone(), who.contact);
    app.db.write(move |tx| edit::set_listing(tx, &wanted, contact, listing)).await?;
    Ok(see_other(&format!("/artists/{slug}/edit?saved=yes")))
}
