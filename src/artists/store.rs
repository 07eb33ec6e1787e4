//! The tables of artists, their figures and their contacts.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use diesel::prelude::*;
use jiff::civil::Date;
use serde::{Serialize, de::DeserializeOwned};

use super::contact_store::list_confirmed_of;
use super::double_store;
use super::edit_store;
use super::figure_store;
use super::index::{self, CardFigures, Entry, SPARK_MONTHS, Words};
use super::stats::{Metric, StatPoint};
use super::{Answers, Artist, Facts, Listing, chart::MonthFigure};
use crate::accounts::account_store;
use crate::clock::Instant;
use crate::db::schema::{artist_cards, artists, stat_points};
use crate::db::versions::Source;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, StatId};
use crate::places::Country;

#[derive(Queryable, Selectable)]
#[diesel(table_name = artists)]
struct Row {
    id: i64,
    slug: String,
    name: String,
    listing: Listing,
    genres: String,
    country: Option<String>,
    city: Option<String>,
    bio: String,
    plays: String,
    links: String,
    floor: String,
    source: String,
    created_at: i64,
    updated_at: i64,
    asked_count: i64,
    answered_count: i64,
    answer_minutes: i64,
}

fn json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T> {
    Ok(serde_json::from_str(text).with_context(|| format!("an artist's {what}"))?)
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    Ok(serde_json::to_string(value).map_err(anyhow::Error::from)?)
}

/// Genres as one column: slugs joined by `+`.
pub fn split_genres(text: &str) -> impl Iterator<Item = &str> {
    text.split('+').filter(|slug| !slug.is_empty())
}

impl Row {
    fn artist(self, reachable: bool) -> Result<Artist> {
        Ok(Artist {
            id: ArtistId(self.id),
            created_at: Instant::from_micros(self.created_at),
            updated_at: Instant::from_micros(self.updated_at),
            bookable: reachable && self.listing.takes_requests(),
            answers: Answers {
                asked: self.asked_count,
                answered: self.answered_count,
                median_minutes: self.answer_minutes,
            },
            facts: Facts {
                slug: self.slug,
                name: self.name,
                listing: self.listing,
                genres: split_genres(&self.genres).map(ToOwned::to_owned).collect(),
                country: self.country.as_deref().and_then(Country::from_code),
                city: self.city.unwrap_or_default(),
                bio: self.bio,
                plays: json(&self.plays, "plays")?,
                links: json(&self.links, "links")?,
                floor: json(&self.floor, "floor")?,
                source: self.source,
            },
        })
    }
}

/// With what other tables say of them: whether somebody answers for an artist who can, as the account
/// of who has one is not frozen.
fn complete(reader: &mut Reader<'_>, rows: Vec<Row>) -> Result<Vec<Artist>> {
    let ids: Vec<ArtistId> = rows.iter().map(|row| ArtistId(row.id)).collect();
    let teams = list_confirmed_of(reader, &ids)?;
    let people: Vec<ContactId> = teams.iter().map(|(_, person)| *person).collect();
    let frozen = account_store::list_frozen(reader, &people)?;
    let able = teams.into_iter().filter(|(_, person)| !frozen.contains(person));
    let reachable: HashSet<ArtistId> = able.map(|(artist, _)| artist).collect();
    rows.into_iter()
        .map(|row| {
            let is_reachable = reachable.contains(&ArtistId(row.id));
            row.artist(is_reachable)
        })
        .collect()
}

/// The artist with this id, in whatever listing.
pub fn get_artist(reader: &mut Reader<'_>, id: ArtistId) -> Result<Artist> {
    let rows: Vec<Row> = artists::table.find(id.0).select(Row::as_select()).load(reader.conn)?;
    complete(reader, rows)?.pop().ok_or(Error::NotFound)
}

/// These artists, in whatever listing, in this order; without those that are gone.
pub fn list_artists(reader: &mut Reader<'_>, ids: &[ArtistId]) -> Result<Vec<Artist>> {
    let rows: Vec<Row> = artists::table
        .filter(artists::id.eq_any(ids.iter().map(|id| id.0)))
        .select(Row::as_select())
        .load(reader.conn)?;
    let mut found = complete(reader, rows)?;
    found.sort_by_key(|artist| ids.iter().position(|id| *id == artist.id));
    Ok(found)
}

/// The artist with this slug, in whatever listing: for commands.
pub fn find_by_slug(reader: &mut Reader<'_>, slug: &str) -> Result<Option<Artist>> {
    let rows: Vec<Row> =
        artists::table.filter(artists::slug.eq(slug)).select(Row::as_select()).load(reader.conn)?;
    Ok(complete(reader, rows)?.pop())
}

/// The artist with this slug if visitors may see it: for pages.
pub fn get_visible(reader: &mut Reader<'_>, slug: &str) -> Result<Artist> {
    find_by_slug(reader, slug)?
        .filter(|artist| artist.facts.listing.is_visible())
        .ok_or(Error::NotFound)
}

/// The same by an address that the artist has or had.
pub fn get_visible_by_any(reader: &mut Reader<'_>, slug: &str) -> Result<Artist> {
    match get_visible(reader, slug) {
        Err(Error::NotFound) => {
            let id = edit_store::find_by_old_slug(reader, slug)?.ok_or(Error::NotFound)?;
            Some(get_artist(reader, id)?)
                .filter(|artist| artist.facts.listing.is_visible())
                .ok_or(Error::NotFound)
        }
        found => found,
    }
}

/// Adds an artist with its figures.
pub fn insert_artist(tx: &mut Tx<'_>, facts: &Facts, figures: &[StatPoint]) -> Result<ArtistId> {
    let now = tx.now;
    insert_artist_added_at(tx, facts, figures, now)
}

/// The same for an artist that was added at another time (the demo's).
pub fn insert_artist_added_at(
    tx: &mut Tx<'_>,
    facts: &Facts,
    figures: &[StatPoint],
    added_at: Instant,
) -> Result<ArtistId> {
    let id: ArtistId = tx.ids.next();
    diesel::insert_into(artists::table)
        .values((
            artists::id.eq(id.0),
            artists::slug.eq(&facts.slug),
            artists::name.eq(&facts.name),
            artists::listing.eq(facts.listing),
            artists::genres.eq(facts.genres.join("+")),
            artists::country.eq(facts.country.as_ref().map(Country::code)),
            artists::city.eq(&facts.city),
            artists::bio.eq(&facts.bio),
            artists::plays.eq(to_json(&facts.plays)?),
            artists::links.eq(to_json(&facts.links)?),
            artists::floor.eq(to_json(&facts.floor)?),
            artists::source.eq(&facts.source),
            artists::created_at.eq(added_at.micros()),
            artists::updated_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    for point in figures {
        insert_stat(tx, id, point)?;
    }
    double_store::set_links(tx, id, &facts.links)?;
    reindex(tx, id, None)?;
    Ok(id)
}

pub(super) fn insert_stat(tx: &mut Tx<'_>, artist: ArtistId, point: &StatPoint) -> Result<()> {
    diesel::insert_into(stat_points::table)
        .values((
            stat_points::id.eq(tx.ids.next::<StatId>().0),
            stat_points::artist.eq(artist.0),
            stat_points::metric.eq(point.metric),
            stat_points::value.eq(point.value),
            stat_points::source_kind.eq(point.source_kind),
            stat_points::source.eq(&point.source),
            stat_points::observed_on.eq(point.observed_on.to_string()),
            stat_points::expires_on.eq(point.expires_on.map(|day| day.to_string())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The monthly listeners of the `months` months that end with `today`'s, oldest first; the last
/// figure of a month stands for it.
pub fn monthly_listeners(stats: &[StatPoint], today: Date, months: i32) -> Vec<MonthFigure> {
    let newest = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    (newest - months + 1..=newest)
        .map(|number| {
            let (year, month) = (number.div_euclid(12) as i16, number.rem_euclid(12) as i8 + 1);
            let value = stats
                .iter()
                .filter(|point| point.metric == Metric::MonthlyListeners)
                .rfind(|point| {
                    (point.observed_on.year(), point.observed_on.month()) == (year, month)
                })
                .map(|point| point.value);
            MonthFigure { year, month, value }
        })
        .collect()
}

/// What a card shows of an artist's figures on `today`.
pub fn card_figures(stats: &[StatPoint], today: Date) -> CardFigures {
    let listeners = stats
        .iter()
        .rfind(|point| point.metric == Metric::MonthlyListeners && point.is_current(today))
        .map(|point| point.value);
    let spark = monthly_listeners(stats, today, SPARK_MONTHS)
        .into_iter()
        .map(|month| month.value)
        .collect();
    CardFigures { listeners, spark }
}

/// The entry that the index keeps for an artist now.
pub fn entry(reader: &mut Reader<'_>, id: ArtistId, now: Instant) -> Result<Option<Entry>> {
    let (artist, today) = (get_artist(reader, id)?, now.date_utc());
    let stats = figure_store::list_shown(reader, id, today)?;
    Ok(Entry::of(&artist, &card_figures(&stats, today)))
}

/// The entry that stands in the index: made from the facts as they are, under the popularity that
/// its card has. (A figure that has expired since would give another.)
pub fn indexed_entry(reader: &mut Reader<'_>, id: ArtistId, now: Instant) -> Result<Option<Entry>> {
    let popularity: Option<i64> = artist_cards::table
        .find(id.0)
        .select(artist_cards::popularity)
        .first(reader.conn)
        .optional()?;
    let Some(popularity) = popularity else { return Ok(None) };
    Ok(entry(reader, id, now)?.map(|entry| entry.under(popularity)))
}

/// Brings the index up to date with an artist; `before` is the entry that it had.
pub fn reindex(tx: &mut Tx<'_>, id: ArtistId, before: Option<Entry>) -> Result<()> {
    if let Some(before) = before {
        index::remove(tx, &[before])?;
    }
    let artist = get_artist(tx, id)?;
    tx.touch(Source::profile(&artist.facts.slug));
    double_store::set_unseen_names(tx, id, &artist.facts)?;
    let now = tx.now;
    if let Some(after) = entry(tx, id, now)? {
        index::insert(tx, &[after], Words::Now)?;
    }
    Ok(())
}

/// Changes where an artist can be seen.
pub fn set_listing(tx: &mut Tx<'_>, id: ArtistId, listing: Listing) -> Result<()> {
    change(tx, id, |tx| {
        diesel::update(artists::table.find(id.0))
            .set((
                artists::listing.eq(listing),
                artists::hidden_from.eq(None::<String>),
                artists::hidden_reason.eq(None::<String>),
            ))
            .execute(tx.conn)?;
        Ok(())
    })
}

/// Takes an artist from view, and remembers where it could be seen.
pub fn hide(tx: &mut Tx<'_>, id: ArtistId, reason: &str) -> Result<()> {
    let artist = lock_artist(tx, id)?;
    if artist.facts.listing == Listing::Hidden {
        return Err(Error::Conflict("this artist is hidden already".into()));
    }
    change(tx, id, |tx| {
        diesel::update(artists::table.find(id.0))
            .set((
                artists::listing.eq(Listing::Hidden),
                artists::hidden_from.eq(Some(artist.facts.listing.as_str())),
                artists::hidden_reason.eq(Some(reason)),
            ))
            .execute(tx.conn)?;
        Ok(())
    })
}

/// Shows a hidden artist again where it was.
pub fn show(tx: &mut Tx<'_>, id: ArtistId) -> Result<Listing> {
    lock_artist(tx, id)?;
    let before: Option<String> =
        artists::table.find(id.0).select(artists::hidden_from).first(tx.conn)?;
    let before = before
        .as_deref()
        .and_then(Listing::parse)
        .ok_or_else(|| Error::Conflict("this artist is not hidden".into()))?;
    set_listing(tx, id, before)?;
    Ok(before)
}

/// An artist for a change: its row is updated first, which is the lock under which one of two who
/// act at once comes second and sees what the first did. That alone changes nothing of it.
pub fn lock_artist(tx: &mut Tx<'_>, id: ArtistId) -> Result<Artist> {
    let found = diesel::update(artists::table.find(id.0))
        .set(artists::updated_at.eq(artists::updated_at))
        .execute(tx.conn)?;
    if found == 0 {
        return Err(Error::NotFound);
    }
    get_artist(tx, id)
}

/// Changes an artist and keeps the index right. Who read it before finds `updated_at` moved.
pub(super) fn change(
    tx: &mut Tx<'_>,
    id: ArtistId,
    change: impl FnOnce(&mut Tx<'_>) -> Result<()>,
) -> Result<()> {
    let now = tx.now;
    let found = diesel::update(artists::table.find(id.0))
        .set(artists::updated_at.eq(now.micros()))
        .execute(tx.conn)?;
    if found == 0 {
        return Err(Error::NotFound);
    }
    // It may get another address: then nothing is at this one any more.
    let slug: String = artists::table.find(id.0).select(artists::slug).first(tx.conn)?;
    tx.touch(Source::profile(&slug));
    let before = indexed_entry(tx, id, now)?;
    change(tx)?;
    reindex(tx, id, before)
}

/// Notes how an artist answers requests, and shows it. The profile is no other for its team.
pub fn set_answers(tx: &mut Tx<'_>, id: ArtistId, answers: Answers) -> Result<()> {
    let slug: String = diesel::update(artists::table.find(id.0))
        .set((
            artists::asked_count.eq(answers.asked),
            artists::answered_count.eq(answers.answered),
            artists::answer_minutes.eq(answers.median_minutes),
        ))
        .returning(artists::slug)
        .get_result(tx.conn)?;
    tx.touch(Source::profile(&slug));
    Ok(())
}

/// The names of these artists, whatever their listing.
pub fn list_names(reader: &mut Reader<'_>, ids: &[ArtistId]) -> Result<HashMap<ArtistId, String>> {
    let rows: Vec<(i64, String)> = artists::table
        .filter(artists::id.eq_any(ids.iter().map(|id| id.0)))
        .select((artists::id, artists::name))
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|(id, name)| (ArtistId(id), name)).collect())
}

/// How many artists there are, up to `limit`.
pub fn count_artists(reader: &mut Reader<'_>, limit: i64) -> Result<i64> {
    let ids: Vec<i64> = artists::table.select(artists::id).limit(limit).load(reader.conn)?;
    Ok(ids.len() as i64)
}
