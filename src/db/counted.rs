//! How many rows a query has, counted by the database: one number comes over, whatever the query reads.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

use super::Conn;

type Backend = <Conn as diesel::Connection>::Backend;

/// `SELECT count(*) FROM (…)`. A query with a limit is counted up to there, and no further row is read.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Counted<Q>(pub Q);

impl<Q: QueryFragment<Backend>> QueryFragment<Backend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<Conn> for Counted<Q> {}
