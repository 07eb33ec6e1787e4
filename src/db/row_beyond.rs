//! Rows that come after another in the order of an index.

use std::marker::PhantomData;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType};

use super::AnyBackend;

/// `(key, id) < ($key, $id)`: rows compared whole, which both databases answer by a seek. diesel has no
/// such comparison, and its `sql` would have the statement prepared anew each time.
#[derive(Debug, Clone)]
pub struct RowBeyond<Type, Key> {
    words: &'static str,
    key: Key,
    id: i64,
    typed: PhantomData<fn() -> Type>,
}

impl<Type, Key> RowBeyond<Type, Key> {
    /// `words` are all that stands before the values: `(artist_cards.popularity, artist_cards.artist) < `.
    pub fn new(words: &'static str, key: Key, id: i64) -> Self {
        Self { words, key, id, typed: PhantomData }
    }
}

/// Its words are no part of its type.
impl<Type, Key> QueryId for RowBeyond<Type, Key> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Type, Key> Expression for RowBeyond<Type, Key> {
    type SqlType = Bool;
}

impl<Type, Key> ValidGrouping<()> for RowBeyond<Type, Key> {
    type IsAggregate = is_aggregate::No;
}

impl<Type, Key, Source> AppearsOnTable<Source> for RowBeyond<Type, Key> {}

impl<Type, Key, Source> SelectableExpression<Source> for RowBeyond<Type, Key> {}

impl<Type, Key> QueryFragment<AnyBackend> for RowBeyond<Type, Key>
where
    AnyBackend: HasSqlType<Type>,
    Key: ToSql<Type, AnyBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        out.push_sql(self.words);
        out.push_sql("(");
        out.push_bind_param::<Type, _>(&self.key)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.id)?;
        out.push_sql(")");
        Ok(())
    }
}
