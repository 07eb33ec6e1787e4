//! Databases with the schema in them. The migrations run once for all stories of a build; a story gets a
//! copy, which costs a tenth of that.

use std::fs;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use soundpost::db::{DbUrl, migrate};

use super::postgres;

/// The lock under which one of several processes makes PostgreSQL's template.
const LOCK: i64 = 0x0050_6F73;
const TEMPLATE: &str = "soundpost_template";

/// Which build this is: another may have other migrations.
fn build() -> String {
    let program = fs::metadata(std::env::current_exe().unwrap()).unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{}-{}", built.as_nanos(), program.len())
}

/// Makes an SQLite database with the schema at a path.
pub fn copy_sqlite(to: &std::path::Path) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let template = folder.join(format!("template-{}.sqlite", build()));
    if !template.exists() {
        // Several processes may do so at once: whichever comes last leaves the same.
        let own = tempfile::tempdir_in(&folder).unwrap();
        let fresh = own.path().join("template.sqlite");
        migrated(&DbUrl::Sqlite(fresh.clone()));
        for old in fs::read_dir(&folder).unwrap().flatten() {
            let is_template = old.file_name().to_string_lossy().starts_with("template-");
            if is_template && old.path() != template {
                drop(fs::remove_file(old.path()));
            }
        }
        fs::rename(fresh, &template).unwrap();
    }
    fs::copy(template, to).unwrap();
}

fn migrated(url: &DbUrl) {
    let mut conn = migrate::connect(url).unwrap();
    migrate::migrate(&mut conn).unwrap();
    if matches!(url, DbUrl::Sqlite(_)) {
        // All of it in the one file that is copied.
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// The URL of a PostgreSQL database with the schema.
pub fn copy_postgres() -> String {
    let mut conn = postgres::connect();
    let mark = build();
    conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).unwrap();
    let known = diesel::sql_query(format!(
        "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}' AND \
         shobj_description(oid, 'pg_database') = '{mark}') AS found"
    ))
    .get_result::<Found>(&mut conn)
    .unwrap();
    if !known.found {
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {TEMPLATE}")).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {TEMPLATE}")).unwrap();
        migrated(&DbUrl::Postgres(postgres::url_of(TEMPLATE)));
        conn.batch_execute(&format!("COMMENT ON DATABASE {TEMPLATE} IS '{mark}'")).unwrap();
    }
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})")).unwrap();
    postgres::copy_of(&mut conn, TEMPLATE)
}
