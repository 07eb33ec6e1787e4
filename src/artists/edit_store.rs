//! What an artist's team changes: facts, addresses, figures; and who did it.

use anyhow::Context;
use diesel::prelude::*;
use jiff::SignedDuration;

use super::stats::{Metric, SourceKind, StatPoint, StoredStat};
use super::store::{self, to_json};
use super::{Artist, Facts, double_store};
use crate::clock::Instant;
use crate::db::schema::{artist_changes, artist_old_slugs, artists, stat_points};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ChangeId, ContactId, StatId};
use crate::places::Country;

/// An address is kept so long before another is taken, and an older one is left behind.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Addresses that lead to an act beside its own.
const OLD_SLUGS: usize = 3;

/// Sets the facts of an artist, and keeps its old address when it gets another.
pub fn update_facts(tx: &mut Tx<'_>, before: &Artist, facts: &Facts) -> Result<()> {
    store::change(tx, before.id, |tx| {
        if before.facts.slug != facts.slug {
            take_slug(tx, before, &facts.slug)?;
        }
        diesel::update(artists::table.find(before.id.0))
            .set((
                artists::slug.eq(&facts.slug),
                artists::name.eq(&facts.name),
                artists::genres.eq(facts.genres.join("+")),
                artists::country.eq(facts.country.as_ref().map(Country::code)),
                artists::city.eq(&facts.city),
                artists::bio.eq(&facts.bio),
                artists::plays.eq(to_json(&facts.plays)?),
                artists::links.eq(to_json(&facts.links)?),
                artists::floor.eq(to_json(&facts.floor)?),
                artists::source.eq(&facts.source),
            ))
            .execute(tx.conn)?;
        double_store::set_links(tx, before.id, &facts.links)
    })
}

/// Refuses an address that is or was another's: links to that one would lead to this. So that nobody
/// collects addresses, a new one is taken once a day.
pub fn require_free_slug(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    slug: &str,
    now: Instant,
) -> Result<()> {
    let since = find_slug_since(reader, artist)?;
    if let Some(again) = since.map(|since| since.plus(A_DAY)).filter(|again| *again > now) {
        return Err(Error::field(
            "slug",
            format!("The address can be changed once a day, again from {}", again.display()),
        ));
    }
    let is_anothers = match store::find_by_slug(reader, slug)? {
        Some(other) => other.id != artist,
        None => find_by_old_slug(reader, slug)?.is_some_and(|owner| owner != artist),
    };
    if is_anothers {
        return Err(Error::field("slug", "This address is, or was, that of another act"));
    }
    Ok(())
}

/// Since when an artist is at its address, where that was changed.
fn find_slug_since(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Option<Instant>> {
    let since: Option<i64> =
        artists::table.find(artist.0).select(artists::slug_since).first(reader.conn)?;
    Ok(since.map(Instant::from_micros))
}

/// Leaves the old address behind for links that lead there, if there was time for any. A few old ones
/// are kept.
fn take_slug(tx: &mut Tx<'_>, before: &Artist, slug: &str) -> Result<()> {
    let now = tx.now;
    require_free_slug(tx, before.id, slug, now)?;
    let since = find_slug_since(tx, before.id)?;
    // Back to one that it had itself.
    diesel::delete(artist_old_slugs::table.find(slug)).execute(tx.conn)?;
    if since.unwrap_or(before.created_at).plus(A_DAY) <= tx.now {
        diesel::insert_into(artist_old_slugs::table)
            .values((
                artist_old_slugs::slug.eq(&before.facts.slug),
                artist_old_slugs::artist.eq(before.id.0),
                artist_old_slugs::created_at.eq(tx.now.micros()),
            ))
            .execute(tx.conn)?;
        free_oldest_slugs(tx, before.id)?;
    }
    diesel::update(artists::table.find(before.id.0))
        .set(artists::slug_since.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Keeps the newest of the old addresses; whoever comes may take the others.
fn free_oldest_slugs(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let newest_first: Vec<String> = artist_old_slugs::table
        .filter(artist_old_slugs::artist.eq(artist.0))
        .order((artist_old_slugs::created_at.desc(), artist_old_slugs::slug))
        .select(artist_old_slugs::slug)
        .load(tx.conn)?;
    for slug in newest_first.iter().skip(OLD_SLUGS) {
        diesel::delete(artist_old_slugs::table.find(slug.as_str())).execute(tx.conn)?;
    }
    Ok(())
}

/// The artist whose address this was.
pub fn find_by_old_slug(reader: &mut Reader<'_>, slug: &str) -> Result<Option<ArtistId>> {
    let id: Option<i64> = artist_old_slugs::table
        .find(slug)
        .select(artist_old_slugs::artist)
        .first(reader.conn)
        .optional()?;
    Ok(id.map(ArtistId))
}

/// Why a moderator took an artist from view; none when nobody did.
pub fn find_hidden_reason(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Option<String>> {
    Ok(artists::table.find(artist.0).select(artists::hidden_reason).first(reader.conn)?)
}

/// Enters figures. The same statement about the same day is replaced.
pub fn enter_figures(tx: &mut Tx<'_>, artist: ArtistId, points: &[StatPoint]) -> Result<()> {
    store::change(tx, artist, |tx| {
        for point in points {
            diesel::delete(
                stat_points::table
                    .filter(stat_points::artist.eq(artist.0))
                    .filter(stat_points::metric.eq(point.metric))
                    .filter(stat_points::observed_on.eq(point.observed_on.to_string()))
                    .filter(stat_points::source.eq(&point.source)),
            )
            .execute(tx.conn)?;
            store::insert_stat(tx, artist, point)?;
        }
        Ok(())
    })
}

/// Takes a figure of an artist away; another's is not found.
pub fn remove_figure(tx: &mut Tx<'_>, artist: ArtistId, id: StatId) -> Result<()> {
    store::change(tx, artist, |tx| {
        let removed =
            diesel::delete(stat_points::table.find(id.0).filter(stat_points::artist.eq(artist.0)))
                .execute(tx.conn)?;
        if removed == 1 { Ok(()) } else { Err(Error::NotFound) }
    })
}

/// The newest figures of an artist, with their rows.
pub fn list_figures(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    most: i64,
) -> Result<Vec<StoredStat>> {
    type Row = (i64, Metric, i64, SourceKind, String, String);
    let rows: Vec<Row> = stat_points::table
        .filter(stat_points::artist.eq(artist.0))
        .order((stat_points::observed_on.desc(), stat_points::id.desc()))
        .select((
            stat_points::id,
            stat_points::metric,
            stat_points::value,
            stat_points::source_kind,
            stat_points::source,
            stat_points::observed_on,
        ))
        .limit(most)
        .load(reader.conn)?;
    rows.into_iter()
        .map(|(id, metric, value, source_kind, source, day)| {
            let observed_on = day.parse().context("a figure's date")?;
            let expires_on = None;
            let point = StatPoint { metric, value, source_kind, source, observed_on, expires_on };
            Ok(StoredStat { id: StatId(id), point })
        })
        .collect()
}

/// What is noted when a moderator takes a page from view.
pub const HIDDEN: &str = "taken from view by a moderator";
/// What is noted when a moderator shows it again.
pub const SHOWN: &str = "shown again by a moderator";
/// What is noted when a moderator takes the photo from a page.
pub const UNPICTURED: &str = "photo taken away by a moderator";

/// A change that somebody of the team made, or a moderator.
#[derive(Debug, Clone)]
pub struct Change {
    /// The row.
    pub id: ChangeId,
    /// Who; none once that person was erased, and for moderators.
    pub contact: Option<ContactId>,
    /// What ("bio, links").
    pub what: String,
    /// When.
    pub created_at: Instant,
}

/// Notes who changed what; nobody by name where a moderator did.
pub fn insert_change(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    contact: impl Into<Option<ContactId>>,
    what: &str,
) -> Result<()> {
    let contact: Option<ContactId> = contact.into();
    diesel::insert_into(artist_changes::table)
        .values((
            artist_changes::id.eq(tx.ids.next::<ChangeId>().0),
            artist_changes::artist.eq(artist.0),
            artist_changes::contact.eq(contact.map(|contact| contact.0)),
            artist_changes::what.eq(what),
            artist_changes::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The newest changes of an artist.
pub fn list_changes(reader: &mut Reader<'_>, artist: ArtistId, most: i64) -> Result<Vec<Change>> {
    list_changes_before(reader, artist, ChangeId(i64::MAX), most)
}

/// The newest changes of an artist that are older than this one.
pub fn list_changes_before(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    before: ChangeId,
    most: i64,
) -> Result<Vec<Change>> {
    let rows: Vec<Row> = artist_changes::table
        .filter(artist_changes::artist.eq(artist.0))
        .filter(artist_changes::id.lt(before.0))
        .order(artist_changes::id.desc())
        .select((
            artist_changes::id,
            artist_changes::contact,
            artist_changes::what,
            artist_changes::created_at,
        ))
        .limit(most)
        .load(reader.conn)?;
    Ok(rows.into_iter().map(change).collect())
}

/// When a person made the oldest of so many newest changes of one kind; none when there are fewer.
pub fn find_nth_newest_change(
    reader: &mut Reader<'_>,
    contact: ContactId,
    what: &str,
    so_many: usize,
) -> Result<Option<Instant>> {
    let most = i64::try_from(so_many).unwrap_or(i64::MAX);
    let newest: Vec<i64> = artist_changes::table
        .filter(artist_changes::contact.eq(contact.0))
        .filter(artist_changes::what.eq(what))
        .order(artist_changes::created_at.desc())
        .select(artist_changes::created_at)
        .limit(most)
        .load(reader.conn)?;
    let oldest = newest.last().filter(|_| newest.len() >= so_many);
    Ok(oldest.map(|at| Instant::from_micros(*at)))
}

/// Everything that a person changed, oldest first.
pub fn list_changes_of(
    reader: &mut Reader<'_>,
    contact: ContactId,
) -> Result<Vec<(ArtistId, Change)>> {
    let rows: Vec<(i64, Row)> = artist_changes::table
        .filter(artist_changes::contact.eq(contact.0))
        .order(artist_changes::id)
        .select((
            artist_changes::artist,
            (
                artist_changes::id,
                artist_changes::contact,
                artist_changes::what,
                artist_changes::created_at,
            ),
        ))
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|(artist, row)| (ArtistId(artist), change(row))).collect())
}

type Row = (i64, Option<i64>, String, i64);

fn change((id, contact, what, at): Row) -> Change {
    Change {
        id: ChangeId(id),
        contact: contact.map(ContactId),
        what,
        created_at: Instant::from_micros(at),
    }
}

/// Forgets who it was, in every change that a person made.
pub fn forget_who(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    diesel::update(artist_changes::table.filter(artist_changes::contact.eq(contact.0)))
        .set(artist_changes::contact.eq(None::<i64>))
        .execute(tx.conn)?;
    Ok(())
}
