//! The SQL of an import. What a chunk asks and adds takes a few statements, however long it is; a
//! known artist costs a few of its own.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::intake::ExternalId;
use crate::artists::double_store::{self, LINK};
use crate::artists::doubles::link_keys;
use crate::artists::stats::StatPoint;
use crate::artists::{Artist, Facts};
use crate::db::dialect::{Column, Row, insert_many};
use crate::db::schema::{artist_external_ids, artists, stat_points};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, StatId};
use crate::places::Country;

/// Values that one statement compares with; SQLite takes 32,766 parameters.
const AT_ONCE: usize = 5_000;

const ARTIST: &[Column] = &[
    Column::Int("id"),
    Column::Text("slug"),
    Column::Text("name"),
    Column::Text("listing"),
    Column::Text("genres"),
    Column::Text("country"),
    Column::Text("city"),
    Column::Text("bio"),
    Column::Text("plays"),
    Column::Text("links"),
    Column::Text("floor"),
    Column::Text("source"),
    Column::Int("created_at"),
    Column::Int("updated_at"),
];
const EXTERNAL_ID: &[Column] =
    &[Column::Text("scheme"), Column::Text("value"), Column::Int("artist")];
const FIGURE: &[Column] = &[
    Column::Int("id"),
    Column::Int("artist"),
    Column::Text("metric"),
    Column::Int("value"),
    Column::Text("source_kind"),
    Column::Text("source"),
    Column::Text("observed_on"),
    Column::Text("expires_on"),
];

/// The artists that have these slugs, in whatever listing.
pub(super) fn list_by_slug(
    reader: &mut Reader<'_>,
    slugs: &[&str],
) -> Result<HashMap<String, ArtistId>> {
    let mut found = HashMap::new();
    for some in slugs.chunks(AT_ONCE) {
        let rows: Vec<(String, i64)> = artists::table
            .filter(artists::slug.eq_any(some.iter().copied()))
            .select((artists::slug, artists::id))
            .load(reader.conn)?;
        found.extend(rows.into_iter().map(|(slug, id)| (slug, ArtistId(id))));
    }
    Ok(found)
}

/// The artists that have these identifiers.
pub(super) fn list_by_external_id(
    reader: &mut Reader<'_>,
    ids: &[&ExternalId],
) -> Result<HashMap<ExternalId, ArtistId>> {
    let mut by_scheme: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (scheme, value) in ids {
        by_scheme.entry(scheme).or_default().push(value);
    }
    let mut found = HashMap::new();
    for (scheme, values) in by_scheme {
        for some in values.chunks(AT_ONCE) {
            let rows: Vec<(String, i64)> = artist_external_ids::table
                .filter(artist_external_ids::scheme.eq(scheme))
                .filter(artist_external_ids::value.eq_any(some.iter().copied()))
                .select((artist_external_ids::value, artist_external_ids::artist))
                .load(reader.conn)?;
            let owned = |(value, id)| ((scheme.to_owned(), value), ArtistId(id));
            found.extend(rows.into_iter().map(owned));
        }
    }
    Ok(found)
}

/// Every identifier of these artists.
pub(super) fn list_external_ids(
    reader: &mut Reader<'_>,
    artists: &[ArtistId],
) -> Result<HashMap<ArtistId, Vec<ExternalId>>> {
    let mut found: HashMap<ArtistId, Vec<ExternalId>> = HashMap::new();
    for some in artists.chunks(AT_ONCE) {
        let rows: Vec<(i64, String, String)> = artist_external_ids::table
            .filter(artist_external_ids::artist.eq_any(some.iter().map(|artist| artist.0)))
            .select((
                artist_external_ids::artist,
                artist_external_ids::scheme,
                artist_external_ids::value,
            ))
            .load(reader.conn)?;
        for (artist, scheme, value) in rows {
            found.entry(ArtistId(artist)).or_default().push((scheme, value));
        }
    }
    Ok(found)
}

/// Adds artists. Their entries in the index are the caller's to make.
pub(super) fn insert_artists(tx: &mut Tx<'_>, new: &[(ArtistId, &Facts)]) -> Result<()> {
    let now = tx.now.micros();
    let mut rows = Vec::with_capacity(new.len());
    for (id, facts) in new {
        rows.push(vec![
            id.0.into(),
            (&facts.slug).into(),
            (&facts.name).into(),
            facts.listing.as_str().into(),
            facts.genres.join("+").into(),
            facts.country.as_ref().map(Country::code).into(),
            (&facts.city).into(),
            (&facts.bio).into(),
            to_json(&facts.plays)?.into(),
            to_json(&facts.links)?.into(),
            to_json(&facts.floor)?.into(),
            (&facts.source).into(),
            now.into(),
            now.into(),
        ]);
    }
    insert_all(tx, "artists", ARTIST, &rows)
}

/// Notes under which identifiers catalogues know artists.
pub(super) fn insert_external_ids(tx: &mut Tx<'_>, ids: &[(ArtistId, &ExternalId)]) -> Result<()> {
    let rows: Vec<Row<'_>> = ids
        .iter()
        .map(|(artist, (scheme, value))| vec![scheme.into(), value.into(), artist.0.into()])
        .collect();
    insert_all(tx, "artist_external_ids", EXTERNAL_ID, &rows)
}

/// Notes the links of new artists, by which one that is added again is recognised.
pub(super) fn insert_links(tx: &mut Tx<'_>, new: &[(ArtistId, &Facts)]) -> Result<()> {
    let mut keys: Vec<(String, ArtistId)> = new
        .iter()
        .flat_map(|(id, facts)| link_keys(&facts.links).into_iter().map(move |key| (key, *id)))
        .collect();
    keys.sort_unstable();
    let rows: Vec<Row<'_>> =
        keys.iter().map(|(key, artist)| vec![key.into(), artist.0.into()]).collect();
    insert_all(tx, "artist_links", LINK, &rows)
}

/// Adds figures. The caller knows that none of them is there.
pub(super) fn insert_figures(tx: &mut Tx<'_>, figures: &[(ArtistId, &StatPoint)]) -> Result<()> {
    let rows: Vec<Row<'_>> = figures
        .iter()
        .map(|(artist, point)| {
            vec![
                tx.ids.next::<StatId>().0.into(),
                artist.0.into(),
                point.metric.as_str().into(),
                point.value.into(),
                point.source_kind.as_str().into(),
                (&point.source).into(),
                point.observed_on.to_string().into(),
                point.expires_on.map(|day| day.to_string()).into(),
            ]
        })
        .collect();
    insert_all(tx, "stat_points", FIGURE, &rows)
}

/// Sets what a file may change about an artist, unless somebody else changed it since `before` was
/// read: every change of an artist moves `updated_at`.
pub(super) fn update_artist(tx: &mut Tx<'_>, before: &Artist, facts: &Facts) -> Result<()> {
    let read = artists::table
        .filter(artists::id.eq(before.id.0))
        .filter(artists::updated_at.eq(before.updated_at.micros()));
    let updated = diesel::update(read)
        .set((
            artists::name.eq(&facts.name),
            artists::listing.eq(facts.listing),
            artists::genres.eq(facts.genres.join("+")),
            artists::country.eq(facts.country.as_ref().map(Country::code)),
            artists::city.eq(&facts.city),
            artists::bio.eq(&facts.bio),
            artists::links.eq(to_json(&facts.links)?),
            artists::source.eq(&facts.source),
            artists::updated_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    if updated != 1 {
        return Err(outrun("artists"));
    }
    if before.facts.links != facts.links {
        double_store::set_links(tx, before.id, &facts.links)?;
    }
    if before.facts.listing != facts.listing {
        double_store::set_unseen_names(tx, before.id, facts)?;
    }
    Ok(())
}

/// Corrects the figure that says the same about the same day by the same source.
pub(super) fn correct_figure(tx: &mut Tx<'_>, artist: ArtistId, point: &StatPoint) -> Result<()> {
    let same = stat_points::table
        .filter(stat_points::artist.eq(artist.0))
        .filter(stat_points::metric.eq(point.metric))
        .filter(stat_points::observed_on.eq(point.observed_on.to_string()))
        .filter(stat_points::source.eq(&point.source));
    diesel::update(same)
        .set((stat_points::value.eq(point.value), stat_points::source_kind.eq(point.source_kind)))
        .execute(tx.conn)?;
    Ok(())
}

/// Inserts every row or none. [`insert_many`] passes over a row that is there already. Within this
/// transaction none is, for the job has looked; but on PostgreSQL another may have added it since.
/// Then the job must look again, hence the count.
fn insert_all(tx: &mut Tx<'_>, table: &str, columns: &[Column], rows: &[Row<'_>]) -> Result<()> {
    let inserted = insert_many(tx.conn, table, columns, rows)?;
    if inserted == rows.len() { Ok(()) } else { Err(outrun(table)) }
}

/// What PostgreSQL itself says in such a case at a stricter level of isolation: run the job again.
fn outrun(table: &str) -> Error {
    let what = format!("another transaction wrote to {table} at the same time");
    DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(what)).into()
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    Ok(serde_json::to_string(value).map_err(anyhow::Error::from)?)
}
