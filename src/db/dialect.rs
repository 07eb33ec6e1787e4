//! The only place that asks which database it is. Everything else is portable.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use serde_json::Value;

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

/// Inserts many rows by one statement; rows that are there already stay as they are. Each row is
/// a JSON array in the order of `columns`. (Neither database takes the other's form of a many-row
/// insert through one prepared statement; both read JSON, and at the speed of their own.)
pub fn insert_many(
    conn: &mut Conn,
    table: &str,
    columns: &[Column],
    rows: &[Value],
) -> Result<usize> {
    if rows.is_empty() {
        return Ok(0);
    }
    let json = serde_json::to_string(rows).map_err(anyhow::Error::from)?;
    let names = columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ");
    let read = |int: fn(usize) -> String, text: fn(usize) -> String| {
        let read = |(at, column): (usize, &Column)| match column {
            Column::Int(_) => int(at),
            Column::Text(_) => text(at),
        };
        columns.iter().enumerate().map(read).collect::<Vec<_>>().join(", ")
    };
    let inserted = match conn {
        Conn::Sqlite(conn) => {
            let values = read(
                |at| format!("json_extract(value, '$[{at}]')"),
                |at| format!("json_extract(value, '$[{at}]')"),
            );
            sql_query(format!(
                "INSERT OR IGNORE INTO {table} ({names}) SELECT {values} FROM json_each(?)"
            ))
            .bind::<Text, _>(json)
            .execute(conn)?
        }
        Conn::Postgres(conn) => {
            let values =
                read(|at| format!("(value ->> {at})::bigint"), |at| format!("value ->> {at}"));
            sql_query(format!(
                "INSERT INTO {table} ({names}) SELECT {values} \
                 FROM json_array_elements($1::json) ON CONFLICT DO NOTHING"
            ))
            .bind::<Text, _>(json)
            .execute(conn)?
        }
    };
    Ok(inserted)
}

/// Deletes the rows whose `columns` equal one of `keys`, each a JSON array in that order.
pub fn delete_many(
    conn: &mut Conn,
    table: &str,
    columns: &[Column],
    keys: &[Value],
) -> Result<usize> {
    if keys.is_empty() {
        return Ok(0);
    }
    let json = serde_json::to_string(keys).map_err(anyhow::Error::from)?;
    let names = columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ");
    let deleted = match conn {
        Conn::Sqlite(conn) => {
            let values: Vec<String> =
                (0..columns.len()).map(|at| format!("json_extract(value, '$[{at}]')")).collect();
            sql_query(format!(
                "DELETE FROM {table} WHERE ({names}) IN (SELECT {} FROM json_each(?))",
                values.join(", ")
            ))
            .bind::<Text, _>(json)
            .execute(conn)?
        }
        Conn::Postgres(conn) => {
            let values: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(at, column)| match column {
                    Column::Int(_) => format!("(value ->> {at})::bigint"),
                    Column::Text(_) => format!("value ->> {at}"),
                })
                .collect();
            sql_query(format!(
                "DELETE FROM {table} WHERE ({names}) IN \
                 (SELECT {} FROM json_array_elements($1::json))",
                values.join(", ")
            ))
            .bind::<Text, _>(json)
            .execute(conn)?
        }
    };
    Ok(deleted)
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
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
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
