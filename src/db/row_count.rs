//! How many rows a query has, counted by the database: one number comes over, whatever the query reads.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

use super::{AnyBackend, Conn};

/// `SELECT count(*) FROM (…)`. A query with a limit is counted up to there, and no further row is read.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct RowCount<Q>(pub Q);

impl<Q: QueryFragment<AnyBackend>> QueryFragment<AnyBackend> for RowCount<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> Query for RowCount<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<Conn> for RowCount<Q> {}
