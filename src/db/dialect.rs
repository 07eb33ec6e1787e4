//! The only place that asks which database it is. Everything else is portable.

use std::borrow::Cow;

use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::sqlite::Sqlite;

use super::Conn;
use crate::error::Result;

/// The type of a column that [`insert_many`] fills.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// BIGINT.
    Int(&'static str),
    /// TEXT.
    Text(&'static str),
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::Int(name) | Self::Text(name) => name,
        }
    }
}

/// What stands in one column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(Cow<'a, str>),
    /// NULL.
    Nothing,
}

impl Cell<'_> {
    fn as_int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    fn as_text(&self) -> Option<&str> {
        if let Self::Text(value) = self { Some(value) } else { None }
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(value: &'a String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<String> for Cell<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a, T> From<Option<T>> for Cell<'a>
where
    Self: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Self::from)
    }
}

/// A row, in the order of the columns.
pub type Row<'a> = Vec<Cell<'a>>;

/// Inserts many rows; rows that are there already stay as they are. Returns how many were not.
pub fn insert_many(
    conn: &mut Conn,
    table: &str,
    columns: &[Column],
    rows: &[Row<'_>],
) -> Result<usize> {
    let names = names(columns);
    for_each_statement(
        conn,
        columns,
        rows,
        &Around {
            sqlite: (format!("INSERT OR IGNORE INTO {table} ({names}) VALUES "), ""),
            postgres: (
                format!("INSERT INTO {table} ({names}) SELECT * FROM "),
                " ON CONFLICT DO NOTHING",
            ),
        },
    )
}

/// Deletes the rows whose `columns` equal one of `keys`.
pub fn delete_many(
    conn: &mut Conn,
    table: &str,
    columns: &[Column],
    keys: &[Row<'_>],
) -> Result<usize> {
    let names = names(columns);
    for_each_statement(
        conn,
        columns,
        keys,
        &Around {
            sqlite: (format!("DELETE FROM {table} WHERE ({names}) IN (VALUES "), ")"),
            postgres: (format!("DELETE FROM {table} WHERE ({names}) IN (SELECT * FROM "), ")"),
        },
    )
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
}

/// What stands before and after the rows in a statement.
struct Around {
    sqlite: (String, &'static str),
    postgres: (String, &'static str),
}

/// Values of one statement on SQLite. It takes 32,766, but a thousand make the statement's own cost
/// small against its rows', and such a statement is prepared once and kept.
const VALUES_AT_ONCE: usize = 1_024;

/// Neither database takes the other's form of a statement with many rows: SQLite gets them as
/// VALUES, PostgreSQL as one array for each column.
fn for_each_statement(
    conn: &mut Conn,
    columns: &[Column],
    rows: &[Row<'_>],
    around: &Around,
) -> Result<usize> {
    if rows.is_empty() {
        return Ok(0);
    }
    let mut changed = 0;
    match conn {
        Conn::Sqlite(conn) => {
            let (before, after) = &around.sqlite;
            let at_once = VALUES_AT_ONCE / columns.len().max(1);
            for rows in rows.chunks(at_once) {
                let is_usual = rows.len() == at_once || rows.len() == 1;
                changed += ValuesOf { before, rows, after, is_usual }.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let (before, after) = &around.postgres;
            let arrays: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(at, column)| match column {
                    Column::Int(_) => format!("${}::bigint[]", at + 1),
                    Column::Text(_) => format!("${}::text[]", at + 1),
                })
                .collect();
            let sql = format!("{before} unnest({}) {after}", arrays.join(", "));
            let mut query = sql_query(sql).into_boxed::<Pg>();
            for (at, column) in columns.iter().enumerate() {
                query = match column {
                    Column::Int(_) => query.bind::<Array<Nullable<BigInt>>, _>(
                        rows.iter().map(|row| row[at].as_int()).collect::<Vec<_>>(),
                    ),
                    Column::Text(_) => query.bind::<Array<Nullable<Text>>, _>(
                        rows.iter().map(|row| row[at].as_text()).collect::<Vec<_>>(),
                    ),
                };
            }
            changed = query.execute(conn)?;
        }
    }
    Ok(changed)
}

/// A statement with rows as VALUES. Unlike `sql_query` it can be prepared once and kept, which is
/// worth it where the next one has the same number of rows: as many as it takes, or a single one.
struct ValuesOf<'a> {
    before: &'a str,
    rows: &'a [Row<'a>],
    after: &'a str,
    is_usual: bool,
}

const NOTHING: Option<i64> = None;

impl QueryFragment<Sqlite> for ValuesOf<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        if !self.is_usual {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(self.before);
        for (number, row) in self.rows.iter().enumerate() {
            out.push_sql(if number == 0 { "(" } else { "),(" });
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    out.push_sql(",");
                }
                match cell {
                    Cell::Int(value) => out.push_bind_param::<BigInt, _>(value)?,
                    Cell::Text(value) => out.push_bind_param::<Text, str>(value)?,
                    Cell::Nothing => out.push_bind_param::<Nullable<BigInt>, _>(&NOTHING)?,
                }
            }
        }
        out.push_sql(")");
        out.push_sql(self.after);
        Ok(())
    }
}

impl QueryId for ValuesOf<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for ValuesOf<'_> {}

/// For a process that is about to write for minutes: more of the indexes at hand, and fewer
/// returns from SQLite's log to its file. PostgreSQL is its operator's to set up.
pub fn expect_bulk(conn: &mut Conn) -> Result<()> {
    if let Conn::Sqlite(conn) = conn {
        conn.batch_execute("PRAGMA cache_size = -98304; PRAGMA wal_autocheckpoint = 65536;")?;
    }
    Ok(())
}

/// Under which number PostgreSQL knows the lock on the words of names: it has no row.
const WORDS: i64 = 0x776f_7264;

/// Lets others write words of names beside this transaction, but nobody forget any. SQLite has one
/// writer.
pub fn lock_words_shared(conn: &mut Conn) -> Result<()> {
    lock(conn, "SELECT pg_advisory_xact_lock_shared($1)", WORDS)
}

/// Lets nobody write or forget words of names until this transaction has ended.
pub fn lock_words_alone(conn: &mut Conn) -> Result<()> {
    lock(conn, "SELECT pg_advisory_xact_lock($1)", WORDS)
}

fn lock(conn: &mut Conn, query: &str, number: i64) -> Result<()> {
    if let Conn::Postgres(conn) = conn {
        sql_query(query).bind::<BigInt, _>(number).execute(conn)?;
    }
    Ok(())
}

/// Makes sure that a row with this key exists, so that it can be updated as a lock.
pub fn insert_or_ignore_bytes_key(
    conn: &mut Conn,
    table: &str,
    key_column: &str,
    key: &[u8],
) -> Result<()> {
    let insert = |holder: &str, ignore: &str| {
        format!(
            "INSERT INTO {table} ({key_column}, version) VALUES ({holder}, 0) \
             ON CONFLICT ({key_column}) DO {ignore}"
        )
    };
    match conn {
        Conn::Sqlite(conn) => {
            sql_query(insert("?", "NOTHING"))
                .bind::<diesel::sql_types::Binary, _>(key)
                .execute(conn)?;
        }
        Conn::Postgres(conn) => {
            sql_query(insert("$1", "NOTHING"))
                .bind::<diesel::sql_types::Binary, _>(key)
                .execute(conn)?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many rows of SQLite point to a row that is not there.
pub fn count_dangling(conn: &mut SqliteConnection) -> Result<i64> {
    let query = sql_query("SELECT count(*) AS n FROM pragma_foreign_key_check");
    Ok(query.get_result::<Count>(conn)?.n)
}

/// How many tables are called like this (`%`: any at all).
pub fn count_tables(conn: &mut Conn, like: &str) -> Result<i64> {
    let found: Count = match conn {
        Conn::Sqlite(conn) => sql_query(
            "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name LIKE ?",
        )
        .bind::<Text, _>(like)
        .get_result(conn)?,
        Conn::Postgres(conn) => sql_query(
            "SELECT count(*) AS n FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name LIKE $1",
        )
        .bind::<Text, _>(like)
        .get_result(conn)?,
    };
    Ok(found.n)
}
