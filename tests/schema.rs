//! The schema: alike on both databases, taken back and made again, and strict where a promise
//! hangs on it.

mod life_of_a_request;
mod words_later;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant as Stopwatch};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use soundpost::booking_requests::State;
use soundpost::db::migrate::{self, Schema};
use soundpost::db::{Conn, DbUrl};
use soundpost::sealed::MasterKey;

use crate::support::{Backend, postgres};

const BOTH: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// A database without a table, of its own.
struct Database {
    url: DbUrl,
    directory: tempfile::TempDir,
}

impl Database {
    fn empty(backend: Backend) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = match backend {
            Backend::Sqlite => DbUrl::Sqlite(directory.path().join("soundpost.sqlite")),
            Backend::Postgres => DbUrl::Postgres(postgres::fresh_database()),
        };
        Self { url, directory }
    }

    /// With every migration applied.
    fn migrated(backend: Backend) -> (Self, Conn) {
        let database = Self::empty(backend);
        let mut conn = database.connect();
        migrate::migrate(&mut conn).unwrap();
        (database, conn)
    }

    fn connect(&self) -> Conn {
        migrate::connect(&self.url).unwrap()
    }
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    required: i64,
}

/// (table, column) to its type as `schema.rs` writes it.
type Columns = BTreeMap<(String, String), String>;

fn columns(conn: &mut Conn) -> Columns {
    let query = match conn {
        Conn::Sqlite(_) => {
            "SELECT t.name AS table_name, c.name AS column_name, lower(c.type) AS kind, \
             CAST(c.\"notnull\" AS BIGINT) AS required \
             FROM sqlite_master t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name <> '__diesel_schema_migrations'"
        }
        Conn::Postgres(_) => {
            "SELECT table_name::text AS table_name, column_name::text AS column_name, \
             data_type::text AS kind, \
             CASE is_nullable WHEN 'NO' THEN 1::bigint ELSE 0::bigint END AS required \
             FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations'"
        }
    };
    let found: Vec<Column> = diesel::sql_query(query).load(conn).unwrap();
    let described = found.into_iter().map(|column| {
        let kind = match column.kind.as_str() {
            "bigint" => "BigInt",
            "text" => "Text",
            "blob" | "bytea" => "Binary",
            other => other,
        };
        let kind = if column.required == 1 { kind.into() } else { format!("Nullable<{kind}>") };
        ((column.table_name, column.column_name), kind)
    });
    described.collect()
}

/// The same as the program believes it, from the text of `schema.rs`.
fn declared() -> Columns {
    let mut columns = Columns::new();
    for block in include_str!("../src/db/schema.rs").split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let table = lines.next().unwrap().split(' ').next().unwrap();
        let mut sql_name = None;
        for line in lines.take_while(|line| *line != "}") {
            if let Some(name) = line.strip_prefix("#[sql_name = \"") {
                sql_name = name.strip_suffix("\"]");
                continue;
            }
            let (name, kind) = line.trim_end_matches(',').split_once(" -> ").unwrap();
            let name = sql_name.take().unwrap_or(name);
            columns.insert((table.to_owned(), name.to_owned()), kind.to_owned());
        }
    }
    columns
}

#[derive(QueryableByName, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Index {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    index_name: String,
    #[diesel(sql_type = BigInt)]
    is_unique: i64,
    /// "(country, popularity DESC, artist DESC)"
    #[diesel(sql_type = Text)]
    columns: String,
}

fn indexes(conn: &mut Conn) -> BTreeSet<Index> {
    let query = match conn {
        Conn::Sqlite(_) => {
            "SELECT t.name AS table_name, i.name AS index_name, \
             CAST(i.\"unique\" AS BIGINT) AS is_unique, substr(m.sql, instr(m.sql, '(')) AS columns \
             FROM sqlite_master t JOIN pragma_index_list(t.name) i \
             JOIN sqlite_master m ON m.type = 'index' AND m.name = i.name \
             WHERE t.type = 'table' AND i.origin = 'c'"
        }
        Conn::Postgres(_) => {
            "SELECT t.relname::text AS table_name, i.relname::text AS index_name, \
             CASE WHEN x.indisunique THEN 1::bigint ELSE 0::bigint END AS is_unique, \
             substring(pg_get_indexdef(x.indexrelid) FROM '[(].*') AS columns \
             FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid \
             JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
             WHERE n.nspname = current_schema() AND NOT x.indisprimary"
        }
    };
    let found: Vec<Index> = diesel::sql_query(query).load(conn).unwrap();
    found.into_iter().collect()
}

/// The folders of one database's migrations, with the files in each.
fn migration_files(database: &str) -> BTreeMap<String, Vec<String>> {
    let names = |path: &Path| {
        let entries = std::fs::read_dir(path).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        names
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
    let folders = names(&root);
    folders.into_iter().map(|folder| (folder.clone(), names(&root.join(folder)))).collect()
}

#[test]
fn the_migrations_have_the_same_names_on_both_sides_and_each_can_be_taken_back() {
    let sqlite = migration_files("sqlite");
    assert!(!sqlite.is_empty());
    assert!(sqlite.values().all(|files| *files == ["down.sql", "up.sql"]), "{sqlite:?}");
    assert_eq!(sqlite, migration_files("postgres"));
}

#[test]
fn the_schema_goes_up_and_down_and_up_again() {
    for backend in BOTH {
        let database = Database::empty(backend);
        let mut conn = database.connect();
        let applied = migrate::migrate(&mut conn).unwrap();
        assert_eq!(applied.len(), migration_files("sqlite").len(), "{backend:?}");
        let (tables, keys) = (columns(&mut conn), indexes(&mut conn));
        assert!(migrate::migrate(&mut conn).unwrap().is_empty(), "{backend:?}: once is enough");

        migrate::revert_all(&mut conn).unwrap();
        assert!(!migrate::has_any_table(&mut conn).unwrap(), "{backend:?}: something stayed");
        assert_eq!(migrate::look(&mut conn).unwrap(), Schema::Older(applied.len()));

        assert_eq!(migrate::migrate(&mut conn).unwrap(), applied, "{backend:?}");
        assert_eq!((columns(&mut conn), indexes(&mut conn)), (tables, keys), "{backend:?}");
    }
}

#[test]
fn tables_and_columns_are_alike_on_both_databases_and_as_the_program_believes() {
    let declared = declared();
    assert!(declared.len() > 100, "schema.rs could not be read: {declared:?}");
    let (_sqlite, mut sqlite) = Database::migrated(Backend::Sqlite);
    let (_postgres, mut postgres) = Database::migrated(Backend::Postgres);
    assert_eq!(columns(&mut sqlite), declared, "SQLite");
    assert_eq!(columns(&mut postgres), declared, "PostgreSQL");
    assert_eq!(indexes(&mut sqlite), indexes(&mut postgres), "the indexes");
}

#[test]
fn another_schema_is_recognised_and_the_operator_is_told_what_to_type() {
    for backend in BOTH {
        let database = Database::empty(backend);
        let mut conn = database.connect();
        let all = migration_files("sqlite").len();
        assert_eq!(migrate::look(&mut conn).unwrap(), Schema::Older(all));
        migrate::migrate(&mut conn).unwrap();
        assert_eq!(migrate::look(&mut conn).unwrap(), Schema::Current);
        Schema::Current.require_current().unwrap();

        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')";
        conn.batch_execute(newer).unwrap();
        let found = migrate::look(&mut conn).unwrap();
        assert_eq!(found, Schema::Newer("29991231000000".into()), "{backend:?}");
        let told = found.require_current().unwrap_err().to_string();
        assert!(told.contains("newer") && told.contains("29991231000000"), "{told}");
        let refused = migrate::migrate(&mut conn).unwrap_err().to_string();
        assert_eq!(refused, told, "nothing is migrated that is newer");

        let older = "DELETE FROM __diesel_schema_migrations WHERE version = '29991231000000'; \
            DELETE FROM __diesel_schema_migrations WHERE version = \
            (SELECT max(version) FROM __diesel_schema_migrations)";
        conn.batch_execute(older).unwrap();
        let found = migrate::look(&mut conn).unwrap();
        assert_eq!(found, Schema::Older(1), "{backend:?}");
        let told = found.require_current().unwrap_err().to_string();
        assert!(
            told.contains("older") && told.to_lowercase().contains("run: soundpost migrate"),
            "{told}"
        );
        assert!(told.contains("backup"), "{told}");
    }
}

/// Runs `soundpost serve`, which is expected to end by itself, and returns what it complained of.
fn serve_refuses(database: &Database) -> String {
    let url = match &database.url {
        DbUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DbUrl::Postgres(text) => text.clone(),
    };
    let file = database.directory.path().join("soundpost.toml");
    let config = format!(
        "site.url = 'http://localhost:8080'\nhttp.listen = '127.0.0.1:0'\n\
         operator.name = 'Test Operator'\noperator.email = 'operator@site.example'\n\
         operator.address = '1 Test Street'\noperator.hosting_country = 'DE'\n\
         database.url = '{url}'\ndatabase.allow_unencrypted = true\n\
         mail.url = 'mailbox:'\nkeys.master = '{}'\n",
        MasterKey::generate().reveal().as_str()
    );
    std::fs::write(&file, config).unwrap();
    let mut serving = Command::new(env!("CARGO_BIN_EXE_soundpost"))
        .arg("--config")
        .arg(&file)
        .arg("serve")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Stopwatch::now();
    while serving.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let gave_up = serving.try_wait().unwrap().is_some();
    serving.kill().unwrap();
    let ended = serving.wait_with_output().unwrap();
    assert!(gave_up, "it serves another schema");
    assert!(!ended.status.success());
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn serve_does_not_work_on_another_schema() {
    for backend in BOTH {
        let (database, mut conn) = Database::migrated(backend);
        let tables = columns(&mut conn);
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')";
        conn.batch_execute(newer).unwrap();
        let told = serve_refuses(&database);
        assert!(told.contains("newer than this program"), "{backend:?}: {told}");

        let empty = Database::empty(backend);
        let told = serve_refuses(&empty);
        let says = ["older than this program", "there is no database"];
        assert!(says.iter().any(|text| told.contains(text)), "{backend:?}: {told}");
        assert!(told.to_lowercase().contains("run: soundpost migrate"), "{backend:?}: {told}");
        assert!(columns(&mut empty.connect()).is_empty(), "{backend:?}: it migrated by itself");
        assert_eq!(columns(&mut conn), tables, "{backend:?}");
    }
}

const PUBLISHED: &str = "INSERT INTO disclaimer_versions (number, locale, body, sha256, \
    effective_at) VALUES (1, 'en', 'The text.', 'abc', 1)";

#[derive(QueryableByName)]
struct Body {
    #[diesel(sql_type = Text)]
    body: String,
}

fn published(conn: &mut Conn) -> Vec<String> {
    let found: Vec<Body> =
        diesel::sql_query("SELECT body FROM disclaimer_versions").load(conn).unwrap();
    found.into_iter().map(|version| version.body).collect()
}

#[test]
fn a_published_disclaimer_is_neither_edited_nor_deleted_by_sql() {
    for backend in BOTH {
        let (_database, mut conn) = Database::migrated(backend);
        conn.batch_execute(PUBLISHED).unwrap();
        for change in [
            "UPDATE disclaimer_versions SET body = 'Another text.'",
            "UPDATE disclaimer_versions SET effective_at = 2 WHERE number = 1",
            "UPDATE disclaimer_versions SET number = 2",
            "DELETE FROM disclaimer_versions",
            "INSERT INTO disclaimer_versions (number, locale, body, sha256, effective_at) \
             VALUES (1, 'en', 'Another text.', 'abc', 1) \
             ON CONFLICT (number) DO UPDATE SET body = 'Another text.'",
        ] {
            assert!(conn.batch_execute(change).is_err(), "{backend:?}: {change}");
            assert_eq!(published(&mut conn), ["The text."], "{backend:?}: {change}");
        }
        let next = "INSERT INTO disclaimer_versions (number, locale, body, sha256, effective_at) \
            VALUES (2, 'en', 'Another text.', 'def', 2)";
        conn.batch_execute(next).unwrap();
        assert_eq!(published(&mut conn).len(), 2, "{backend:?}: it is superseded");
    }
}

/// The two statements that go past triggers on UPDATE and DELETE: SQLite's REPLACE deletes without
/// telling them, PostgreSQL's TRUNCATE is neither.
#[test]
fn a_published_disclaimer_is_neither_replaced_nor_truncated() {
    for (backend, change) in [
        (
            Backend::Sqlite,
            "INSERT OR REPLACE INTO disclaimer_versions (number, locale, body, sha256, \
             effective_at) VALUES (1, 'en', 'Another text.', 'abc', 1)",
        ),
        (Backend::Postgres, "TRUNCATE disclaimer_versions CASCADE"),
    ] {
        let (_database, mut conn) = Database::migrated(backend);
        conn.batch_execute(PUBLISHED).unwrap();
        assert!(conn.batch_execute(change).is_err(), "{backend:?}: {change}");
        assert_eq!(published(&mut conn), ["The text."], "{backend:?}: {change}");
    }
}

/// What a request refers to: an act, a key, and the acceptances of both sides (1 and 2).
const AROUND_A_REQUEST: &str = "\
    INSERT INTO data_keys (id, kind, created_at) VALUES (1, 'thread', 1); \
    INSERT INTO artists (id, slug, name, listing, genres, bio, plays, links, floor, source, \
        created_at, updated_at) \
        VALUES (1, 'night-ferry', 'Night Ferry', 'listed', '', '', '[]', '[]', '{}', 'x', 1, 1); \
    INSERT INTO acceptances (id, request, side, version, text_sha256, accepted_at, key_id) \
        VALUES (1, 1, 'promoter', 1, 'abc', 1, 1), (2, 1, 'artist', 1, 'abc', 1, 1);";

/// A row of requests: what every row has, and the columns given.
fn insert_request(id: usize, state: &str, more: &[(&str, &str)]) -> String {
    let names: String = more.iter().map(|(name, _)| format!(", {name}")).collect();
    let values: String = more.iter().map(|(_, value)| format!(", {value}")).collect();
    format!(
        "INSERT INTO booking_requests (id, artist, key_id, state, requester, event_city, \
         event_country, first_night, last_start_at, expires_at, age_attested, policy_version, \
         address_corrected, created_at, version{names}) VALUES ({id}, 1, 1, '{state}', '\\x00', \
         'Hamburg', 'DE', '2027-03-13', 1, 1, 'adult', 1, 0, 1, 1{values})"
    )
}

/// The columns that a row in this state must have, and no others.
fn required(state: State) -> Vec<(&'static str, &'static str)> {
    let agreed = [
        ("acceptance", "1"),
        ("artist_acceptance", "2"),
        ("night", "'2027-03-13'"),
        ("night_starts_at", "1"),
        ("night_ends_at", "2"),
    ];
    match state {
        State::Draft => vec![],
        State::Quarantined => vec![("acceptance", "1"), ("quarantined_from", "'sent'")],
        State::Accepted | State::Confirmed | State::Completed => agreed.to_vec(),
        State::HalfConfirmed => [&agreed[..], &[("half_confirmed_by", "'artist'")]].concat(),
        _ => vec![("acceptance", "1")],
    }
}

#[test]
fn a_request_past_its_draft_has_its_acceptances_or_the_database_refuses_it() {
    for backend in BOTH {
        let (_database, mut conn) = Database::migrated(backend);
        conn.batch_execute(PUBLISHED).unwrap();
        conn.batch_execute(AROUND_A_REQUEST).unwrap();
        for (id, state) in State::ALL.iter().enumerate() {
            let needs = required(*state);
            for missing in 0..needs.len() {
                let mut rest = needs.clone();
                let (name, _) = rest.remove(missing);
                let row = insert_request(id, state.as_str(), &rest);
                let refused = conn.batch_execute(&row);
                assert!(refused.is_err(), "{backend:?}: {state:?} without {name}");
            }
            // With everything it is taken, so it was refused for what was missing.
            conn.batch_execute(&insert_request(id, state.as_str(), &needs)).unwrap();
        }
        for change in [
            "UPDATE booking_requests SET acceptance = NULL WHERE state = 'sent'",
            "UPDATE booking_requests SET state = 'sent' WHERE state = 'draft'",
            "UPDATE booking_requests SET state = 'accepted' WHERE state = 'sent'",
            "UPDATE booking_requests SET artist_acceptance = NULL WHERE state = 'accepted'",
            "UPDATE booking_requests SET acceptance = 42 WHERE state = 'sent'",
            "UPDATE booking_requests SET state = 'booked' WHERE state = 'sent'",
            "UPDATE booking_requests SET quarantined_from = 'sent' WHERE state = 'declined'",
            "DELETE FROM acceptances WHERE id = 1",
            "DELETE FROM acceptances WHERE id = 2",
        ] {
            assert!(conn.batch_execute(change).is_err(), "{backend:?}: {change}");
        }
    }
}

#[derive(QueryableByName)]
struct Addresses {
    #[diesel(sql_type = Text)]
    slug: String,
}

/// Acts that were called so before the page on which acts are added got their address.
#[test]
fn an_act_at_the_address_of_the_page_for_adding_moves_to_a_free_one() {
    const ACT: &str = "INSERT INTO artists (id, slug, name, listing, genres, bio, plays, links, \
        floor, source, created_at, updated_at) VALUES ";
    const CARD: &str = "INSERT INTO artist_cards (artist, slug, name, name_key, genres, country, city, \
        city_key, popularity, band, spark, bookable, created_at, updated_at) \
        VALUES (7, 'add', 'Add', 'add', '', '', '', '', -1, -1, '', 0, 1, 1)";
    let act = |id: i64, slug: &str| {
        format!("{ACT}({id}, '{slug}', 'Add', 'unclaimed', '', '', '[]', '[]', '{{}}', 'x', 1, 1);")
    };
    let old = "INSERT INTO artist_old_slugs (slug, artist, created_at) VALUES ";
    for (before, after) in [
        (act(7, "add"), "artist-add"),
        (act(7, "add") + &act(8, "artist-add"), "artist-add-7"),
        (
            act(7, "add") + &act(8, "x") + old + "('artist-add', 8, 1), ('add', 8, 1);",
            "artist-add-7",
        ),
    ] {
        for backend in BOTH {
            let database = Database::empty(backend);
            let mut conn = database.connect();
            let name = match backend {
                Backend::Sqlite => "sqlite",
                Backend::Postgres => "postgres",
            };
            for folder in migration_files(name).into_keys() {
                if folder.starts_with("2026-11-28-000019") {
                    conn.batch_execute(&before).unwrap();
                    conn.batch_execute(CARD).unwrap();
                }
                let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(name);
                let up = std::fs::read_to_string(root.join(folder).join("up.sql")).unwrap();
                conn.batch_execute(&up).unwrap();
            }
            let moved: Addresses = diesel::sql_query("SELECT slug FROM artists WHERE id = 7")
                .get_result(&mut conn)
                .unwrap();
            assert_eq!(moved.slug, after, "{backend:?}");
            let card: Addresses =
                diesel::sql_query("SELECT slug FROM artist_cards").get_result(&mut conn).unwrap();
            assert_eq!(card.slug, after, "{backend:?}");
            let olds: Vec<Addresses> =
                diesel::sql_query("SELECT slug FROM artist_old_slugs WHERE slug = 'add'")
                    .load(&mut conn)
                    .unwrap();
            assert!(olds.is_empty(), "{backend:?}: it is a page of the site");
        }
    }
}
