//! What lists and search read: cards, genres, pairs of genres and the words of names, all derived from an
//! artist's facts and figures. Only public artists stand in them.

use std::collections::BTreeSet;

use super::names::name_key;
use super::photo_store;
use super::stats::{band, popularity};
use super::word_index_store::{self, Named};
use super::{Artist, Facts};
use crate::clock::Instant;
use crate::db::Tx;
use crate::db::dialect::{Column, Row, delete_many, insert_many};
use crate::db::versions::Source;
use crate::error::Result;
use crate::ids::ArtistId;
use crate::places::Country;

/// Everything the index keeps for one artist.
#[derive(Debug, Clone)]
pub struct Entry {
    artist: ArtistId,
    slug: String,
    name: String,
    popularity: i64,
    card: Row<'static>,
    genres: Vec<Row<'static>>,
    facets: BTreeSet<String>,
}

/// When an act can be found by the words of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// At once.
    Now,
    /// Once [`word_index_store::settle`] has come to it, with thousands of others.
    Later,
}

/// Months that a card shows.
pub const SPARK_MONTHS: i32 = 12;

/// The newest listeners and the last [`SPARK_MONTHS`], as the card shows them.
#[derive(Debug, Clone, Default)]
pub struct CardFigures {
    /// The newest figure that has not expired.
    pub listeners: Option<i64>,
    /// Oldest first; `None` is a gap.
    pub spark: Vec<Option<i64>>,
}

impl Entry {
    /// What the index keeps for an artist; `None` for one that no list shows.
    pub fn of(artist: &Artist, figures: &CardFigures) -> Option<Self> {
        let facts = &artist.facts;
        if !facts.listing.is_public() {
            return None;
        }
        Some(Self::new(
            artist.id,
            facts,
            figures,
            artist.bookable,
            artist.created_at,
            artist.updated_at,
        ))
    }

    /// This entry as it was put in under another popularity: what is looked up for removal stands
    /// under the figure of that day.
    #[must_use]
    pub fn under(self, popularity: i64) -> Self {
        Self { popularity, ..self }
    }

    /// The same from parts, for imports.
    pub fn new(
        artist: ArtistId,
        facts: &Facts,
        figures: &CardFigures,
        bookable: bool,
        created_at: Instant,
        updated_at: Instant,
    ) -> Self {
        let popularity = popularity(figures.listeners);
        let country = facts.country.as_ref().map_or("", Country::code);
        let key = name_key(&facts.name);
        let city_key = name_key(&facts.city);
        let card = vec![
            artist.0.into(),
            facts.slug.clone().into(),
            facts.name.clone().into(),
            key.clone().into(),
            facts.genres.join("+").into(),
            country.to_owned().into(),
            facts.city.clone().into(),
            city_key.into(),
            popularity.into(),
            band(popularity).into(),
            spark_text(&figures.spark).into(),
            i64::from(bookable).into(),
            created_at.micros().into(),
            updated_at.micros().into(),
        ];
        let genres = facts
            .genres
            .iter()
            .map(|genre| {
                vec![
                    genre.clone().into(),
                    country.to_owned().into(),
                    popularity.into(),
                    artist.0.into(),
                    created_at.micros().into(),
                    key.clone().into(),
                ]
            })
            .collect();
        let mut sorted = facts.genres.clone();
        sorted.sort_unstable();
        let facets = sorted
            .iter()
            .enumerate()
            .flat_map(|(at, first)| {
                sorted.iter().skip(at + 1).map(move |second| pair(first, second))
            })
            .collect();
        let (slug, name) = (facts.slug.clone(), facts.name.clone());
        Self { artist, slug, name, popularity, card, genres, facets }
    }

    fn named(&self) -> Named<'_> {
        Named { artist: self.artist.0, popularity: self.popularity, name: &self.name }
    }
}

/// How a pair of genres is written: in alphabetical order.
pub fn pair(one: &str, other: &str) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    format!("{first}+{second}")
}

fn spark_text(spark: &[Option<i64>]) -> String {
    let months = spark.iter().map(|value| value.map(|n| n.to_string()).unwrap_or_default());
    months.collect::<Vec<_>>().join(",")
}

/// Reads what [`Entry`] wrote into `spark`.
pub fn read_spark(text: &str) -> Vec<Option<i64>> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut months = Vec::with_capacity(SPARK_MONTHS as usize);
    months.extend(text.split(',').map(|value| value.parse::<i64>().ok()));
    months
}

const CARD: &[Column] = &[
    Column::Int("artist"),
    Column::Text("slug"),
    Column::Text("name"),
    Column::Text("name_key"),
    Column::Text("genres"),
    Column::Text("country"),
    Column::Text("city"),
    Column::Text("city_key"),
    Column::Int("popularity"),
    Column::Int("band"),
    Column::Text("spark"),
    Column::Int("bookable"),
    Column::Int("created_at"),
    Column::Int("updated_at"),
    Column::Text("photo"),
];
const GENRE: &[Column] = &[
    Column::Text("genre"),
    Column::Text("country"),
    Column::Int("popularity"),
    Column::Int("artist"),
    Column::Int("created_at"),
    Column::Text("name_key"),
];
const FACET: &[Column] = &[Column::Text("facet"), Column::Int("popularity"), Column::Int("artist")];

/// Rows of pairs in the order of their key: thousands of them at once then touch each page of the
/// index once.
fn facets(entries: &[Entry]) -> Vec<Row<'_>> {
    let mut keys: Vec<(&str, i64, i64)> = entries
        .iter()
        .flat_map(|entry| {
            entry.facets.iter().map(|facet| (facet.as_str(), entry.popularity, entry.artist.0))
        })
        .collect();
    keys.sort_unstable();
    keys.into_iter()
        .map(|(facet, popularity, artist)| vec![facet.into(), popularity.into(), artist.into()])
        .collect()
}

/// Lists show another page from now on, and so do the profiles of these artists.
fn touch(tx: &mut Tx<'_>, entries: &[Entry]) {
    if !entries.is_empty() {
        tx.touch(Source::LISTS);
    }
    for entry in entries {
        tx.touch(Source::profile(&entry.slug));
    }
}

/// Puts artists into the index.
pub fn insert(tx: &mut Tx<'_>, entries: &[Entry], words: Words) -> Result<()> {
    touch(tx, entries);
    // A photo is no fact of an artist, and an import knows nothing of it.
    let artists: Vec<i64> = entries.iter().map(|entry| entry.artist.0).collect();
    let mut photos = photo_store::list_smallest(tx, &artists)?;
    let cards: Vec<Row<'_>> = entries
        .iter()
        .map(|entry| {
            let mut card = entry.card.clone();
            card.push(photos.remove(&entry.artist.0).unwrap_or_default().into());
            card
        })
        .collect();
    let genres: Vec<Row<'_>> =
        entries.iter().flat_map(|entry| entry.genres.iter().cloned()).collect();
    insert_many(tx.conn, "artist_cards", CARD, &cards)?;
    insert_many(tx.conn, "artist_genres", GENRE, &genres)?;
    insert_many(tx.conn, "artist_facets", FACET, &facets(entries))?;
    match words {
        Words::Now => {
            let named: Vec<Named<'_>> = entries.iter().map(Entry::named).collect();
            word_index_store::insert(tx, &named)
        }
        Words::Later => word_index_store::postpone(tx, &artists),
    }
}

/// Takes artists out of the index, by the entries that were put in.
pub fn remove(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<()> {
    touch(tx, entries);
    let ids: Vec<Row<'_>> = entries.iter().map(|entry| vec![entry.artist.0.into()]).collect();
    let named: Vec<Named<'_>> = entries.iter().map(Entry::named).collect();
    word_index_store::remove(tx, &named)?;
    delete_many(tx.conn, "artist_facets", FACET, &facets(entries))?;
    let genres: Vec<Row<'_>> = entries
        .iter()
        .flat_map(|entry| {
            entry.genres.iter().map(|row| vec![row[0].clone(), entry.artist.0.into()])
        })
        .collect();
    let genre_key = [Column::Text("genre"), Column::Int("artist")];
    delete_many(tx.conn, "artist_genres", &genre_key, &genres)?;
    delete_many(tx.conn, "artist_cards", &[Column::Int("artist")], &ids)?;
    Ok(())
}
