//! An act as lists show it, as it stands in `artist_cards`.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};

use super::index::read_spark;
use super::query::{Cursor, Key, Sort};
use crate::db::AnyBackend;
use crate::ids::ArtistId;

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
    /// Slugs of genres, as [`split_genres`](super::store::split_genres) reads them.
    pub genres: String,
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
    /// The name of its smallest photo; empty without one.
    pub photo: String,
}

/// A card as it is read.
pub(super) type Row =
    (i64, String, String, String, String, String, String, i64, String, i64, i64, String);

/// The columns of a card, as they stand in a statement. A list's is put together for each page, and
/// diesel would write and quote a dozen names each time.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct Columns;

impl Expression for Columns {
    type SqlType = (BigInt, Text, Text, Text, Text, Text, Text, BigInt, Text, BigInt, BigInt, Text);
}

impl ValidGrouping<()> for Columns {
    type IsAggregate = is_aggregate::No;
}

impl<Source> AppearsOnTable<Source> for Columns {}

impl<Source> SelectableExpression<Source> for Columns {}

impl QueryFragment<AnyBackend> for Columns {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        out.push_sql(
            "artist_cards.artist, artist_cards.slug, artist_cards.name, artist_cards.name_key, \
             artist_cards.genres, artist_cards.country, artist_cards.city, \
             artist_cards.popularity, artist_cards.spark, artist_cards.bookable, \
             artist_cards.created_at, artist_cards.photo",
        );
        Ok(())
    }
}

impl From<Row> for Card {
    fn from(row: Row) -> Self {
        let (artist, slug, name, name_key, genres, country, city, popularity, spark, ..) = row;
        Self {
            artist: ArtistId(artist),
            slug,
            name,
            name_key,
            genres,
            country,
            city,
            popularity,
            spark: read_spark(&spark),
            bookable: row.9 != 0,
            created_at: row.10,
            photo: row.11,
        }
    }
}

impl Card {
    /// Where a list goes on behind it.
    pub(super) fn cursor(&self, sort: Sort) -> Cursor {
        let key = match sort {
            Sort::Popular => Key::Number(self.popularity),
            Sort::Newest => Key::Number(self.created_at),
            Sort::Name => Key::Text(self.name_key.clone()),
        };
        Cursor { key, artist: self.artist }
    }
}
