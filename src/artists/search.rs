//! Lists and search, by index and by key: never an offset, never a count beyond a thousand.

use std::cmp::Reverse;

use diesel::prelude::*;

use super::index::{LONGEST_PREFIX, read_spark};
use super::names::{name_key, tokens};
use super::query::{Cursor, Edge, Filter, Key, ListQuery, Sort};
use super::store::split_genres;
use crate::db::Reader;
use crate::db::counted::Counted;
use crate::db::schema::{artist_cards, artist_facets, artist_genres, artist_terms};
use crate::error::Result;
use crate::ids::ArtistId;
use crate::places::Country;

type Backend = <crate::db::Conn as diesel::Connection>::Backend;

/// Rows of a page.
pub const PAGE: usize = 24;
/// A list says "1,000+" beyond this.
pub const MOST_COUNTED: usize = 1_000;
/// Candidates read at once, and at most, when a search has several words.
const SEARCHED_AT_ONCE: i64 = 200;
const SEARCHED: usize = 4_000;

/// A row of a list.
#[derive(Debug, Clone)]
pub struct Card {
    /// The row.
    pub artist: ArtistId,
    /// The last part of the profile's address.
    pub slug: String,
    /// As the act writes it.
    pub name: String,
    /// The name's key.
    pub name_key: String,
    /// Slugs of genres.
    pub genres: Vec<String>,
    /// Code of the home country; empty when unknown.
    pub country: String,
    /// Home city; empty when unknown.
    pub city: String,
    /// Listeners in three digits; -1 without a figure.
    pub popularity: i64,
    /// The last twelve months.
    pub spark: Vec<Option<i64>>,
    /// Whether a request can be sent.
    pub bookable: bool,
    /// When it was added, in microseconds.
    pub created_at: i64,
    /// When it was last changed, in microseconds.
    pub updated_at: i64,
    /// The name of its smallest photo; empty without one.
    pub photo: String,
}

/// A card as it is read.
pub(super) type Row =
    (i64, String, String, String, String, String, String, i64, String, i64, i64, i64, String);

/// The columns of a card.
pub(super) type Columns = (
    artist_cards::artist,
    artist_cards::slug,
    artist_cards::name,
    artist_cards::name_key,
    artist_cards::genres,
    artist_cards::country,
    artist_cards::city,
    artist_cards::popularity,
    artist_cards::spark,
    artist_cards::bookable,
    artist_cards::created_at,
    artist_cards::updated_at,
    artist_cards::photo,
);

/// The same as values.
pub(super) const COLUMNS: Columns = (
    artist_cards::artist,
    artist_cards::slug,
    artist_cards::name,
    artist_cards::name_key,
    artist_cards::genres,
    artist_cards::country,
    artist_cards::city,
    artist_cards::popularity,
    artist_cards::spark,
    artist_cards::bookable,
    artist_cards::created_at,
    artist_cards::updated_at,
    artist_cards::photo,
);

impl From<Row> for Card {
    fn from(row: Row) -> Self {
        let (artist, slug, name, name_key, genres, country, city, popularity, spark, ..) = row;
        Self {
            artist: ArtistId(artist),
            slug,
            name,
            name_key,
            genres: split_genres(&genres),
            country,
            city,
            popularity,
            spark: read_spark(&spark),
            bookable: row.9 != 0,
            created_at: row.10,
            updated_at: row.11,
            photo: row.12,
        }
    }
}

impl Card {
    fn cursor(&self, sort: Sort) -> Cursor {
        let key = match sort {
            Sort::Popular => Key::Number(self.popularity),
            Sort::Newest => Key::Number(self.created_at),
            Sort::Name => Key::Text(self.name_key.clone()),
        };
        Cursor { key, artist: self.artist }
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows.
    pub cards: Vec<Card>,
    /// How many there are in the whole list; `None` beyond a thousand.
    pub count: Option<usize>,
    /// The page before this one.
    pub previous: Option<ListQuery>,
    /// The page after this one.
    pub next: Option<ListQuery>,
}

/// Walks an index from an edge on: filters by key, orders, limits. `key <= k AND (key < k OR id <
/// i)` is the form of a row comparison that both databases answer by a seek.
macro_rules! walk {
    (descending $query:expr, $key:expr, $id:expr, $edge:expr) => {
        match $edge {
            Edge::Start => $query.order(($key.desc(), $id.desc())),
            Edge::After(Cursor { key: Key::Number(k), artist }) => $query
                .filter($key.le(*k).and($key.lt(*k).or($id.lt(artist.0))))
                .order(($key.desc(), $id.desc())),
            Edge::Before(Cursor { key: Key::Number(k), artist }) => $query
                .filter($key.ge(*k).and($key.gt(*k).or($id.gt(artist.0))))
                .order(($key.asc(), $id.asc())),
            _ => $query.order(($key.desc(), $id.desc())),
        }
    };
    (ascending $query:expr, $key:expr, $id:expr, $edge:expr) => {
        match $edge {
            Edge::After(Cursor { key: Key::Text(k), artist }) => $query
                .filter($key.ge(k.clone()).and($key.gt(k.clone()).or($id.gt(artist.0))))
                .order(($key.asc(), $id.asc())),
            Edge::Before(Cursor { key: Key::Text(k), artist }) => $query
                .filter($key.le(k.clone()).and($key.lt(k.clone()).or($id.lt(artist.0))))
                .order(($key.desc(), $id.desc())),
            _ => $query.order(($key.asc(), $id.asc())),
        }
    };
}

/// The rows that begin at the query's edge, one more than a page, in the order of walking.
fn rows(reader: &mut Reader<'_>, query: &ListQuery, limit: usize) -> Result<Vec<Card>> {
    let limit = limit as i64;
    let rows: Vec<Row> = match &query.filter {
        Filter::Genre(genre) => genre_rows(reader, genre, None, query, limit)?,
        Filter::GenreInCountry(genre, country) => {
            genre_rows(reader, genre, Some(country), query, limit)?
        }
        Filter::Genres(one, other) => {
            let selected = artist_facets::table
                .inner_join(artist_cards::table.on(artist_cards::artist.eq(artist_facets::artist)))
                .filter(artist_facets::facet.eq(super::index::pair(one, other)))
                .select(COLUMNS)
                .limit(limit)
                .into_boxed::<Backend>();
            walk!(descending selected, artist_facets::popularity, artist_facets::artist, &query.edge)
                .load(reader.conn)?
        }
        filter => {
            let selected = artist_cards::table.select(COLUMNS).limit(limit).into_boxed::<Backend>();
            let selected = match filter {
                Filter::Country(country) => {
                    selected.filter(artist_cards::country.eq(country.code().to_owned()))
                }
                Filter::City(key, _, country) => selected
                    .filter(artist_cards::city_key.eq(key.clone()))
                    .filter(artist_cards::country.eq(country.code().to_owned())),
                Filter::Band(band) => selected.filter(artist_cards::band.eq(*band as i64)),
                _ => selected,
            };
            let (edge, id) = (&query.edge, artist_cards::artist);
            match query.sort {
                Sort::Popular => walk!(descending selected, artist_cards::popularity, id, edge),
                Sort::Newest => walk!(descending selected, artist_cards::created_at, id, edge),
                Sort::Name => walk!(ascending selected, artist_cards::name_key, id, edge),
            }
            .load(reader.conn)?
        }
    };
    Ok(rows.into_iter().map(Card::from).collect())
}

fn genre_rows(
    reader: &mut Reader<'_>,
    genre: &str,
    country: Option<&Country>,
    query: &ListQuery,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut selected = artist_genres::table
        .inner_join(artist_cards::table.on(artist_cards::artist.eq(artist_genres::artist)))
        .filter(artist_genres::genre.eq(genre.to_owned()))
        .select(COLUMNS)
        .limit(limit)
        .into_boxed::<Backend>();
    if let Some(country) = country {
        selected = selected.filter(artist_genres::country.eq(country.code().to_owned()));
    }
    let (edge, id) = (&query.edge, artist_genres::artist);
    Ok(match query.sort {
        Sort::Popular => walk!(descending selected, artist_genres::popularity, id, edge),
        Sort::Newest => walk!(descending selected, artist_genres::created_at, id, edge),
        Sort::Name => walk!(ascending selected, artist_genres::name_key, id, edge),
    }
    .load(reader.conn)?)
}

/// How many rows a filter has; `None` beyond a thousand. A search is counted while it is read.
pub fn count(reader: &mut Reader<'_>, filter: &Filter) -> Result<Option<usize>> {
    macro_rules! count {
        ($rows:expr, $id:expr) => {
            Counted($rows.select($id).limit(MOST_COUNTED as i64 + 1)).get_result(reader.conn)?
        };
    }
    let counted: i64 = match filter {
        Filter::Search(text) => {
            return Ok(Some(search(reader, text, &Edge::Start)?.0.len()));
        }
        Filter::Genre(genre) => {
            let rows = artist_genres::table.filter(artist_genres::genre.eq(genre));
            count!(rows, artist_genres::artist)
        }
        Filter::GenreInCountry(genre, country) => {
            let rows = artist_genres::table.filter(artist_genres::genre.eq(genre));
            count!(rows.filter(artist_genres::country.eq(country.code())), artist_genres::artist)
        }
        Filter::Genres(one, other) => {
            let pair = super::index::pair(one, other);
            let rows = artist_facets::table.filter(artist_facets::facet.eq(pair));
            count!(rows, artist_facets::artist)
        }
        Filter::Country(country) => {
            let rows = artist_cards::table.filter(artist_cards::country.eq(country.code()));
            count!(rows, artist_cards::artist)
        }
        Filter::City(key, _, country) => {
            let rows = artist_cards::table.filter(artist_cards::city_key.eq(key));
            count!(rows.filter(artist_cards::country.eq(country.code())), artist_cards::artist)
        }
        Filter::Band(band) => {
            let rows = artist_cards::table.filter(artist_cards::band.eq(*band as i64));
            count!(rows, artist_cards::artist)
        }
        Filter::None => count!(artist_cards::table, artist_cards::artist),
    };
    Ok(usize::try_from(counted).ok().filter(|count| *count <= MOST_COUNTED))
}

/// The first rows of a list, without a count.
pub fn list_top(reader: &mut Reader<'_>, query: &ListQuery, limit: usize) -> Result<Vec<Card>> {
    rows(reader, query, limit)
}

/// A page of a list: its rows, the count, and where its neighbours begin.
pub fn list_page(reader: &mut Reader<'_>, query: &ListQuery) -> Result<Page> {
    if let Filter::Search(text) = &query.filter {
        let (cards, counted) = search(reader, text, &query.edge)?;
        return Ok(page(query, cards, counted));
    }
    let cards = rows(reader, query, PAGE + 1)?;
    let whole = query.edge == Edge::Start && cards.len() <= PAGE;
    let counted = if whole { Some(cards.len()) } else { count(reader, &query.filter)? };
    Ok(page(query, cards, counted))
}

fn page(query: &ListQuery, mut cards: Vec<Card>, count: Option<usize>) -> Page {
    let more = cards.len() > PAGE;
    cards.truncate(PAGE);
    let backwards = matches!(query.edge, Edge::Before(_));
    if backwards {
        cards.reverse();
    }
    let at = |card: Option<&Card>, edge: fn(Cursor) -> Edge| {
        card.map(|card| ListQuery { edge: edge(card.cursor(query.sort)), ..query.clone() })
    };
    let has_previous = if backwards { more } else { query.edge != Edge::Start };
    let has_next = if backwards { true } else { more };
    Page {
        previous: at(cards.first().filter(|_| has_previous), Edge::Before),
        next: at(cards.last().filter(|_| has_next), Edge::After),
        cards,
        count,
    }
}

/// Acts with words that begin like those of `text`, most listeners first. The longest word leads:
/// its prefix is looked up, the others are compared. Returns the rows from the edge on (one more
/// than a page) and the count, as far as a thousand.
fn search(reader: &mut Reader<'_>, text: &str, edge: &Edge) -> Result<(Vec<Card>, Option<usize>)> {
    let key = name_key(text);
    let mut words: Vec<&str> = key.split(' ').collect();
    words.sort_by_key(|word| Reverse(word.chars().count()));
    let lead: String = words.first().map_or("", |word| word).chars().take(LONGEST_PREFIX).collect();
    let exact = words.len() == 1 && key.chars().count() <= LONGEST_PREFIX;
    let fits = |card: &Card| {
        exact || {
            let own = tokens(&card.name);
            words.iter().all(|word| own.iter().any(|token| token.starts_with(word)))
        }
    };
    let from_start = *edge == Edge::Start;
    let mut found = Vec::new();
    let mut edge = edge.clone();
    let mut read = 0;
    while found.len() <= PAGE && read < SEARCHED {
        let selected = artist_terms::table
            .inner_join(artist_cards::table.on(artist_cards::artist.eq(artist_terms::artist)))
            .filter(artist_terms::term.eq(lead.clone()))
            .select(COLUMNS)
            .limit(SEARCHED_AT_ONCE)
            .into_boxed::<Backend>();
        let rows: Vec<Row> =
            walk!(descending selected, artist_terms::popularity, artist_terms::artist, &edge)
                .load(reader.conn)?;
        read += rows.len();
        let last_batch = (rows.len() as i64) < SEARCHED_AT_ONCE;
        let cards: Vec<Card> = rows.into_iter().map(Card::from).collect();
        let Some(last) = cards.last() else { break };
        let from = last.cursor(Sort::Popular);
        edge = match edge {
            Edge::Before(_) => Edge::Before(from),
            _ => Edge::After(from),
        };
        found.extend(cards.into_iter().filter(|card| fits(card)));
        if last_batch {
            break;
        }
    }
    found.truncate(PAGE + 1);
    let counted = match from_start && found.len() <= PAGE {
        true => Some(found.len()),
        false => count_search(reader, &lead, exact, &fits)?,
    };
    Ok((found, counted))
}

fn count_search(
    reader: &mut Reader<'_>,
    lead: &str,
    exact: bool,
    fits: &dyn Fn(&Card) -> bool,
) -> Result<Option<usize>> {
    let limit = MOST_COUNTED as i64 + 1;
    if exact {
        let rows = artist_terms::table.filter(artist_terms::term.eq(lead));
        let counted: i64 =
            Counted(rows.select(artist_terms::artist).limit(limit)).get_result(reader.conn)?;
        return Ok(usize::try_from(counted).ok().filter(|count| *count <= MOST_COUNTED));
    }
    let rows: Vec<Row> = artist_terms::table
        .inner_join(artist_cards::table.on(artist_cards::artist.eq(artist_terms::artist)))
        .filter(artist_terms::term.eq(lead))
        .order((artist_terms::popularity.desc(), artist_terms::artist.desc()))
        .select(COLUMNS)
        .limit(limit)
        .load(reader.conn)?;
    let read = rows.len();
    let found = rows.into_iter().map(Card::from).filter(|card| fits(card)).count();
    Ok((read <= MOST_COUNTED).then_some(found))
}
