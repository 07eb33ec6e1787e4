//! What lists and search read: cards, genres, prefixes, pairs of genres and spelling variants, all
//! derived from an artist's facts and figures. Only public artists stand in them.

use std::collections::BTreeSet;

use super::names::{name_key, tokens};
use super::photo_store;
use super::stats::{band, popularity};
use super::suggest_store;
use super::{Artist, Facts};
use crate::clock::Instant;
use crate::db::Tx;
use crate::db::dialect::{Column, Row, delete_many, insert_many};
use crate::db::versions::Source;
use crate::error::Result;
use crate::ids::ArtistId;
use crate::places::Country;

/// Prefixes are this long at most.
pub const LONGEST_PREFIX: usize = 6;
/// Words shorter than this are not corrected: almost any three letters are one edit from others.
const SHORTEST_SPELLED: usize = 4;
/// Words longer than this are not corrected either; they would fill the table.
const LONGEST_SPELLED: usize = 24;

/// Everything the index keeps for one artist.
#[derive(Debug, Clone)]
pub struct Entry {
    artist: ArtistId,
    slug: String,
    popularity: i64,
    card: Row<'static>,
    genres: Vec<Row<'static>>,
    terms: BTreeSet<String>,
    facets: BTreeSet<String>,
    spelled: BTreeSet<String>,
}

/// The newest listeners and the last twelve months, as the card shows them.
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
        let words = tokens(&facts.name);
        let terms = words.iter().flat_map(|word| prefixes(word)).collect();
        let mut sorted = facts.genres.clone();
        sorted.sort_unstable();
        let facets = sorted
            .iter()
            .enumerate()
            .flat_map(|(at, first)| {
                sorted.iter().skip(at + 1).map(move |second| pair(first, second))
            })
            .collect();
        let spelled = words.into_iter().filter(|word| is_spelled(word)).collect();
        let slug = facts.slug.clone();
        Self { artist, slug, popularity, card, genres, terms, facets, spelled }
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
    text.split(',').map(|value| value.parse().ok()).collect()
}

/// The first 1 to 6 characters of a word.
fn prefixes(word: &str) -> Vec<String> {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).take(LONGEST_PREFIX);
    ends.map(|end| word[..end].to_owned()).collect()
}

/// Whether a word is corrected.
fn is_spelled(word: &str) -> bool {
    (SHORTEST_SPELLED..=LONGEST_SPELLED).contains(&word.chars().count())
}

/// A word and every form of it with one letter left out: two words are one edit apart only if
/// these meet.
pub fn spelling_variants(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let shorter = (0..letters.len()).map(|left_out| {
        let kept = letters.iter().enumerate().filter(|(at, _)| *at != left_out);
        kept.map(|(_, letter)| *letter).collect()
    });
    let variants: BTreeSet<String> = shorter.chain([word.to_owned()]).collect();
    variants.into_iter().collect()
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
const TERM: &[Column] = &[Column::Text("term"), Column::Int("popularity"), Column::Int("artist")];
const FACET: &[Column] = &[Column::Text("facet"), Column::Int("popularity"), Column::Int("artist")];
const SPELLING: &[Column] = &[Column::Text("variant"), Column::Text("token")];

/// Rows of terms or facets in the order of their key: thousands of them at once then touch each
/// page of the index once.
fn rows(entries: &[Entry], texts: fn(&Entry) -> &BTreeSet<String>) -> Vec<Row<'_>> {
    let mut keys: Vec<(&str, i64, i64)> = entries
        .iter()
        .flat_map(|entry| {
            texts(entry).iter().map(|text| (text.as_str(), entry.popularity, entry.artist.0))
        })
        .collect();
    keys.sort_unstable();
    keys.into_iter()
        .map(|(text, popularity, artist)| vec![text.into(), popularity.into(), artist.into()])
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
pub fn insert(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<()> {
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
    insert_many(tx.conn, "artist_terms", TERM, &rows(entries, |entry| &entry.terms))?;
    insert_many(tx.conn, "artist_facets", FACET, &rows(entries, |entry| &entry.facets))?;
    let words: BTreeSet<&str> =
        entries.iter().flat_map(|entry| &entry.spelled).map(String::as_str).collect();
    // Most words of an act's name are those of other acts, too.
    let known = suggest_store::list_known(tx, &words)?;
    let words = words.into_iter().filter(|word| !known.contains(*word));
    let mut variants: Vec<(String, &str)> = words
        .flat_map(|word| spelling_variants(word).into_iter().map(move |variant| (variant, word)))
        .collect();
    variants.sort_unstable();
    let variants: Vec<Row<'_>> =
        variants.into_iter().map(|(variant, word)| vec![variant.into(), word.into()]).collect();
    insert_many(tx.conn, "token_deletes", SPELLING, &variants)?;
    Ok(())
}

/// Takes artists out of the index, by the entries that were put in. (Spelling variants stay: a
/// word that no act bears any more suggests nothing, because nothing is found by it.)
pub fn remove(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<()> {
    touch(tx, entries);
    let ids: Vec<Row<'_>> = entries.iter().map(|entry| vec![entry.artist.0.into()]).collect();
    delete_many(tx.conn, "artist_terms", TERM, &rows(entries, |entry| &entry.terms))?;
    delete_many(tx.conn, "artist_facets", FACET, &rows(entries, |entry| &entry.facets))?;
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

/// Forgets the spelling of those words of a name that no act bears any more: of an act that wants to
/// leave nothing here, its name included.
pub fn forget_words(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    for word in tokens(name).iter().filter(|word| is_spelled(word)) {
        if suggest_store::is_borne(tx, word)? {
            continue;
        }
        let variants: Vec<Row<'_>> = spelling_variants(word)
            .into_iter()
            .map(|variant| vec![variant.into(), word.into()])
            .collect();
        delete_many(tx.conn, "token_deletes", SPELLING, &variants)?;
    }
    Ok(())
}
