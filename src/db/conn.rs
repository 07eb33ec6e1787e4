//! A connection to either database.
#![expect(missing_docs, reason = "what MultiConnection derives has none")]

use diesel::{MultiConnection, PgConnection, SqliteConnection};

#[derive(MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What both speak.
pub type AnyBackend = <Conn as diesel::Connection>::Backend;
