//! What lists read, by index and by key: never an offset, never a count beyond five hundred.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::card_store::{Card, Columns, Row};
use super::paging::{Count, MOST_COUNTED};
use super::query::{Cursor, Edge, Filter, Key, ListQuery, Sort};
use super::word_store::{self, Search};
use crate::db::row_count::RowCount;
use crate::db::schema::{artist_busy_days, artist_cards, artist_facets, artist_genres};
use crate::db::{AnyBackend, Reader};
use crate::error::Result;
use crate::places::Country;

/// Walks an index from an edge on: filters by key, orders, limits. Rows are compared whole, `(key, artist)
/// < (k, i)`: however many acts have the same key, those before the edge are not read.
macro_rules! walk {
    (descending $query:expr, $table:ident, $key:ident, $edge:expr) => {
        match $edge {
            Edge::After(Cursor { key: Key::Number(k), artist }) => $query
                .filter(beyond!($table, $key, "<", BigInt, *k, artist))
                .order(($table::$key.desc(), $table::artist.desc())),
            Edge::Before(Cursor { key: Key::Number(k), artist }) => $query
                .filter(beyond!($table, $key, ">", BigInt, *k, artist))
                .order(($table::$key.asc(), $table::artist.asc())),
            _ => $query.order(($table::$key.desc(), $table::artist.desc())),
        }
    };
    (ascending $query:expr, $table:ident, $key:ident, $edge:expr) => {
        match $edge {
            Edge::After(Cursor { key: Key::Text(k), artist }) => $query
                .filter(beyond!($table, $key, ">", Text, k.clone(), artist))
                .order(($table::$key.asc(), $table::artist.asc())),
            Edge::Before(Cursor { key: Key::Text(k), artist }) => $query
                .filter(beyond!($table, $key, "<", Text, k.clone(), artist))
                .order(($table::$key.desc(), $table::artist.desc())),
            _ => $query.order(($table::$key.asc(), $table::artist.asc())),
        }
    };
}

/// `(table.key, table.artist) < (k, i)`.
macro_rules! beyond {
    ($table:ident, $key:ident, $sign:literal, $type:ty, $k:expr, $artist:expr) => {
        $crate::db::row_beyond::RowBeyond::<$type, _>::new(
            concat!(
                "(",
                stringify!($table),
                ".",
                stringify!($key),
                ", ",
                stringify!($table),
                ".artist) ",
                $sign,
                " "
            ),
            $k,
            $artist.0,
        )
    };
}

/// Only acts that take requests for a day; the key of the busy days answers it act by act. Without the
/// OFFSET, which skips nothing, PostgreSQL would rather gather all acts that are busy on that day.
macro_rules! free_on {
    ($query:expr, $table:ident, $day:expr) => {
        match $day {
            "" => $query,
            day => {
                let busy = artist_busy_days::table
                    .filter(artist_busy_days::artist.eq($table::artist))
                    .filter(artist_busy_days::day.eq(day.to_owned()))
                    .offset(0);
                $query.filter(not(exists(busy)))
            }
        }
    };
}

pub(super) use beyond;
pub(super) use free_on;
pub(super) use walk;

/// So many acts of a list from its edge on, in the order of walking; of none that is searched.
pub fn list_from(reader: &mut Reader<'_>, query: &ListQuery, limit: usize) -> Result<Vec<Card>> {
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
                .select(Columns)
                .limit(limit)
                .into_boxed::<AnyBackend>();
            let selected = free_on!(selected, artist_facets, query.free.as_str());
            walk!(descending selected, artist_facets, popularity, &query.edge).load(reader.conn)?
        }
        filter => {
            let selected =
                artist_cards::table.select(Columns).limit(limit).into_boxed::<AnyBackend>();
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
            let selected = free_on!(selected, artist_cards, query.free.as_str());
            let edge = &query.edge;
            match query.sort {
                Sort::Popular => walk!(descending selected, artist_cards, popularity, edge),
                Sort::Newest => walk!(descending selected, artist_cards, created_at, edge),
                Sort::Name => walk!(ascending selected, artist_cards, name_key, edge),
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
        .select(Columns)
        .limit(limit)
        .into_boxed::<AnyBackend>();
    if let Some(country) = country {
        selected = selected.filter(artist_genres::country.eq(country.code().to_owned()));
    }
    let selected = free_on!(selected, artist_genres, query.free.as_str());
    let edge = &query.edge;
    Ok(match query.sort {
        Sort::Popular => walk!(descending selected, artist_genres, popularity, edge),
        Sort::Newest => walk!(descending selected, artist_genres, created_at, edge),
        Sort::Name => walk!(ascending selected, artist_genres, name_key, edge),
    }
    .load(reader.conn)?)
}

/// How many rows a list has, counted to [`MOST_COUNTED`].
pub fn count(reader: &mut Reader<'_>, query: &ListQuery) -> Result<Count> {
    // In the order of an index: PostgreSQL would rather read the table from its beginning, in the hope
    // that what is counted stands there.
    macro_rules! count {
        ($rows:expr, $of:ident) => {{
            let rows = free_on!($rows.into_boxed::<AnyBackend>(), $of, query.free.as_str());
            let ordered = rows.order(($of::popularity.desc(), $of::artist.desc()));
            RowCount(ordered.select($of::artist).limit(MOST_COUNTED as i64 + 1))
                .get_result(reader.conn)?
        }};
    }
    let counted: i64 = match &query.filter {
        Filter::Search(text) => {
            let search = Search::plan(reader, text, &query.free)?;
            return word_store::count(reader, &search);
        }
        Filter::Genre(genre) => {
            let rows = artist_genres::table.filter(artist_genres::genre.eq(genre));
            count!(rows, artist_genres)
        }
        Filter::GenreInCountry(genre, country) => {
            let rows = artist_genres::table.filter(artist_genres::genre.eq(genre));
            count!(rows.filter(artist_genres::country.eq(country.code())), artist_genres)
        }
        Filter::Genres(one, other) => {
            let pair = super::index::pair(one, other);
            let rows = artist_facets::table.filter(artist_facets::facet.eq(pair));
            count!(rows, artist_facets)
        }
        Filter::Country(country) => {
            let rows = artist_cards::table.filter(artist_cards::country.eq(country.code()));
            count!(rows, artist_cards)
        }
        Filter::City(key, _, country) => {
            let rows = artist_cards::table.filter(artist_cards::city_key.eq(key));
            count!(rows.filter(artist_cards::country.eq(country.code())), artist_cards)
        }
        Filter::Band(band) => {
            let rows = artist_cards::table.filter(artist_cards::band.eq(*band as i64));
            count!(rows, artist_cards)
        }
        Filter::None => count!(artist_cards::table, artist_cards),
    };
    Ok(Count::up_to_most(counted))
}
