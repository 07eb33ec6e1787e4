//! Bringing the schema up, and refusing to work on another one.

use anyhow::{Context, anyhow};
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, DbUrl, dialect, pool};
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How a database's schema compares with the one this program was built for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// The same.
    Current,
    /// So many migrations are missing.
    Older(usize),
    /// It has a migration that this program does not know.
    Newer(String),
}

impl Schema {
    /// Refuses anything but the current schema, and says what to type.
    pub fn require_current(&self) -> Result<()> {
        match self {
            Self::Current => Ok(()),
            Self::Older(missing) => Err(Error::unexpected(format!(
                "the database's schema is older than this program ({missing} migration(s) \
                 missing). Make a backup, then run: soundpost migrate"
            ))),
            Self::Newer(version) => Err(Error::unexpected(format!(
                "the database's schema is newer than this program (it has migration {version}). \
                 Run a soundpost of the version that migrated it, or a newer one"
            ))),
        }
    }
}

/// Opens a connection for maintenance, outside pools and writers.
pub fn connect(url: &DbUrl) -> Result<Conn> {
    use diesel::Connection;
    match url {
        DbUrl::Sqlite(path) => Ok(Conn::Sqlite(pool::look_into_sqlite(path)?)),
        DbUrl::Postgres(text) => Ok(Conn::Postgres(
            diesel::PgConnection::establish(text).context("PostgreSQL cannot be reached")?,
        )),
    }
}

/// Applies what is missing and returns the names of what was applied.
pub fn migrate(conn: &mut Conn) -> Result<Vec<String>> {
    if let Schema::Newer(version) = look(conn)? {
        return Schema::Newer(version).require_current().map(|()| Vec::new());
    }
    fn apply<Backend: diesel::backend::Backend>(
        harness: &mut impl MigrationHarness<Backend>,
        source: EmbeddedMigrations,
    ) -> Result<Vec<String>> {
        let applied = harness.run_pending_migrations(source).map_err(|error| anyhow!(error))?;
        Ok(applied.iter().map(ToString::to_string).collect())
    }
    match conn {
        Conn::Sqlite(conn) => without_foreign_keys(conn, |conn| apply(conn, SQLITE)),
        Conn::Postgres(conn) => apply(conn, POSTGRES),
    }
}

/// Changes tables of SQLite as its documentation asks for where a table is made anew
/// (lang_altertable, section 7): while foreign keys act, dropping the old one would delete the rows
/// that point to it. Afterwards all of them must still point to something.
fn without_foreign_keys<T>(
    conn: &mut SqliteConnection,
    change: impl FnOnce(&mut SqliteConnection) -> Result<T>,
) -> Result<T> {
    conn.batch_execute("PRAGMA foreign_keys = OFF")?;
    let changed = change(conn);
    conn.batch_execute("PRAGMA foreign_keys = ON")?;
    let dangling = dialect::count_dangling(conn)?;
    if dangling > 0 {
        return Err(Error::unexpected(format!(
            "after the migration {dangling} row(s) point to nothing: go back to the backup"
        )));
    }
    changed
}

/// Takes everything back; for the test that goes up, down and up.
pub fn revert_all(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => without_foreign_keys(conn, |conn| {
            conn.revert_all_migrations(SQLITE).map(drop).map_err(|error| anyhow!(error).into())
        }),
        Conn::Postgres(conn) => {
            conn.revert_all_migrations(POSTGRES).map(drop).map_err(|error| anyhow!(error).into())
        }
    }
}

/// Compares the database's schema with this program's.
pub fn look(conn: &mut Conn) -> Result<Schema> {
    fn compare<Backend: diesel::backend::Backend>(
        harness: &mut impl MigrationHarness<Backend>,
        source: EmbeddedMigrations,
    ) -> Result<Schema>
    where
        EmbeddedMigrations: MigrationSource<Backend>,
    {
        let applied = harness.applied_migrations().map_err(|error| anyhow!(error))?;
        let known: Vec<Box<dyn Migration<Backend>>> =
            source.migrations().map_err(|error| anyhow!(error))?;
        let known: Vec<MigrationVersion<'_>> =
            known.iter().map(|migration| migration.name().version().as_owned()).collect();
        if let Some(unknown) = applied.iter().find(|version| !known.contains(version)) {
            return Ok(Schema::Newer(unknown.to_string()));
        }
        match known.len() - applied.len() {
            0 => Ok(Schema::Current),
            missing => Ok(Schema::Older(missing)),
        }
    }
    // diesel makes its list where there is none; looking must change nothing.
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(Schema::Older(
            MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)
                .map_err(|error| anyhow!(error))?
                .len(),
        ));
    }
    match conn {
        Conn::Sqlite(conn) => compare(conn, SQLITE),
        Conn::Postgres(conn) => compare(conn, POSTGRES),
    }
}

/// Whether there is a table of this name.
pub fn has_table(conn: &mut Conn, name: &str) -> Result<bool> {
    Ok(dialect::count_tables(conn, name)? > 0)
}

/// Whether there is any table beside the list of migrations, which looking makes.
pub fn has_any_table(conn: &mut Conn) -> Result<bool> {
    let all = dialect::count_tables(conn, "%")?;
    let own = dialect::count_tables(conn, "__diesel_schema_migrations")?
        + dialect::count_tables(conn, "sqlite_%")?;
    Ok(all > own)
}
