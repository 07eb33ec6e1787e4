//! The demo and a real installation never open each other's database, and nobody but this machine
//! sees the demo.

use std::fs;
use std::path::Path;
use std::process::Command;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use soundpost::db::{DbUrl, migrate};
use soundpost::disclaimer::sha256_hex;

use super::{BACKENDS, tell};
use crate::support::postgres;
use crate::support::server::{Installation, Server, database_url, free_port, names, program, run};

/// `soundpost demo` with its data in that directory.
fn demo(directory: &Path, port: u16, options: &[&str]) -> Command {
    let mut command = program(directory);
    command.args(["demo", "--data", "demo", "--listen", &format!("127.0.0.1:{port}")]);
    command.args(options);
    command
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(database: &DbUrl, query: &str) -> Vec<String> {
    let mut conn = migrate::connect(database).unwrap();
    let found = diesel::sql_query(query).load::<Line>(&mut conn).unwrap();
    found.into_iter().map(|found| found.line).collect()
}

fn tables(database: &DbUrl) -> Vec<String> {
    let query = match database {
        DbUrl::Sqlite(_) => "SELECT name AS line FROM sqlite_master ORDER BY name",
        DbUrl::Postgres(_) => {
            "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        }
    };
    lines(database, query)
}

/// A fingerprint of everything in a database: of its file, or of each table.
fn contents(database: &DbUrl) -> Vec<String> {
    if let DbUrl::Sqlite(path) = database {
        let mut conn = migrate::connect(database).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        return vec![sha256_hex(&fs::read(path).unwrap())];
    }
    let fingerprint = |table: String| {
        let rows = format!(
            "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS line \
             FROM {table} t"
        );
        format!("{table} {}", lines(database, &rows).concat())
    };
    tables(database).into_iter().map(fingerprint).collect()
}

#[test]
fn a_real_database_is_never_opened_by_the_demo() {
    for backend in BACKENDS {
        let installation = Installation::configured(backend);
        installation.run(&["migrate"]).printed();
        let before = contents(&installation.database);
        let url = database_url(&installation.database);
        let database = url.as_str();
        for options in [&["--database", database][..], &["--fresh", "--database", database]] {
            let refused = run(&mut demo(&installation.path("."), free_port(), options));
            assert!(refused.complaint().contains("not the demo's own"));
        }
        assert_eq!(contents(&installation.database), before);
    }
}

#[test]
fn a_database_of_another_program_is_never_opened_by_the_demo() {
    let directory = tempfile::tempdir().unwrap();
    let sqlite = DbUrl::Sqlite(directory.path().join("theirs.db"));
    for database in [sqlite, DbUrl::Postgres(postgres::fresh_database())] {
        let mut conn = migrate::connect(&database).unwrap();
        conn.batch_execute("CREATE TABLE guests (name TEXT)").unwrap();
        let before = tables(&database);
        let theirs = database_url(&database);
        let command = &mut demo(directory.path(), free_port(), &["--database", &theirs]);
        let complaint = run(command).complaint();
        assert!(complaint.contains("Nothing was changed"), "{complaint}");
        assert_eq!(tables(&database), before);
    }
}

#[test]
fn no_command_of_an_operator_works_on_the_demos_database() {
    tell(async {
        for backend in BACKENDS {
            let installation = Installation::configured(backend);
            let (port, database) = (free_port(), database_url(&installation.database));
            let command = &mut demo(&installation.path("."), port, &["--database", &database]);
            assert_eq!(Server::start(command, port).await.terminate().0, Some(0));
            let before = contents(&installation.database);
            let hide = ["artists", "hide", "night-ferry", "--reason", "It is not ours to hide."];
            for command in [&["serve"][..], &["migrate"], &hide] {
                let complaint = installation.run(command).complaint();
                assert!(complaint.contains("this is a demo database"), "{command:?}: {complaint}");
            }
            assert_eq!(contents(&installation.database), before);
        }
    });
}

#[test]
fn the_demo_listens_on_this_machine_only() {
    let directory = tempfile::tempdir().unwrap();
    for address in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080"] {
        let refused = run(program(directory.path()).args(["demo", "--listen", address]));
        assert!(refused.complaint().contains("listens on this machine only"));
    }
    assert!(names(directory.path()).is_empty());
}

#[test]
fn the_demo_looks_at_no_real_configuration() {
    tell(async {
        let (directory, port) = (tempfile::tempdir().unwrap(), free_port());
        fs::write(directory.path().join("soundpost.toml"), "[this is no TOML").unwrap();
        let command = &mut demo(directory.path(), port, &[]);
        let mail = format!("file:{}", directory.path().join("mail").display());
        let server = Server::start(
            command
                .env("SOUNDPOST_SITE_NAME", "The real one")
                .env("SOUNDPOST_DATABASE_URL", "sqlite:real.db")
                .env("SOUNDPOST_MAIL_URL", mail)
                .env("SOUNDPOST_HTTP_LISTEN", "127.0.0.1:1"),
            port,
        )
        .await;
        let page = server.visitor.get("/artists/night-ferry").await;
        assert!(page.text.contains("Night Ferry") && !page.text.contains("The real one"));
        assert_eq!(server.terminate().0, Some(0));
        assert_eq!(names(directory.path()), ["demo", "soundpost.toml"]);
    });
}

#[test]
fn the_demo_answers_to_names_of_this_machine_only_and_never_behind_a_proxy() {
    tell(async {
        let (directory, port) = (tempfile::tempdir().unwrap(), free_port());
        let server = Server::start(&mut demo(directory.path(), port, &[]), port).await;
        for header in [
            ("host", "evil.example"),
            ("host", "localhost.evil.example"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-host", "localhost"),
            ("forwarded", "for=192.0.2.1;host=localhost"),
        ] {
            let answer = server.visitor.get_with("/dev/mailbox.json", header).await;
            assert_eq!(answer.status, 400, "{header:?}");
        }
        let by_number = format!("http://127.0.0.1:{port}/artists?sort=newest");
        let moved = server.visitor.get(&by_number).await;
        let place = format!("http://localhost:{port}/artists?sort=newest");
        assert_eq!((moved.status, moved.headers["location"].to_str().unwrap()), (308, &*place));
        assert_eq!(server.visitor.get("/dev/mailbox.json").await.text, "[]");
    });
}
