//! The commands as they are typed, against the binary: here what they refuse, beside it the demo,
//! the operator's way, the first admin and the exchange of a master key.

mod admin;
mod demo;
mod key_rotation;
mod operator;

use std::fs;

use diesel::connection::SimpleConnection;
use soundpost::db::migrate;
use soundpost::sealed::MasterKey;

use crate::support::Backend;
use crate::support::server::{Installation, database_url, program, run};

const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

fn tell(story: impl Future<Output = ()>) {
    actix_web::rt::System::new().block_on(story);
}

#[test]
fn a_generated_key_is_a_line_that_the_configuration_takes_and_never_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let [one, other] = [(); 2].map(|()| {
        let ran = run(program(directory.path()).args(["keys", "generate"]));
        assert!(ran.stderr.contains("keys.master"), "{ran:?}");
        ran.printed()
    });
    assert_eq!(one.lines().count(), 1);
    assert!(MasterKey::parse(&one).is_ok() && one != other);
}

#[test]
fn config_check_says_everything_that_is_wrong_at_once_and_does_nothing() {
    let installation = Installation::configured(Backend::Sqlite);
    assert!(installation.run(&["config", "check"]).printed().contains("complete"));
    let wrong = "site.url = 'http://book.example'\n\
        operator.email = 'desk'\n\
        http.listen = 'everywhere'\n\
        http.wokers = 4\n\
        database.url = '/var/lib/soundpost.db'\n\
        keys.master = 'secret'\n\
        mail.url = 'imap://mail.example'\n";
    fs::write(installation.path("soundpost.toml"), wrong).unwrap();
    let check = &mut installation.command(&["config", "check"]);
    let complaint = run(check.env("SOUNDPOST_HTTP_PORT", "80")).complaint();
    for problem in [
        "11 problem(s)",
        "site.url: must begin with https://",
        "operator.name: is missing",
        "operator.email: “desk” is not an e-mail address",
        "operator.address: is missing",
        "operator.hosting_country: is missing",
        "http.listen: is no address",
        "http.wokers: is not a key this program knows",
        "database.url: must begin with sqlite: or postgres://",
        "keys.master: is not base64; make one with: soundpost keys generate",
        "mail.url: must look like smtp://",
        "SOUNDPOST_HTTP_PORT: is not a variable this program knows",
    ] {
        assert!(complaint.contains(problem), "{problem:?} is not in {complaint}");
    }
    assert_eq!(installation.files(), ["soundpost.toml"]);
}

#[test]
fn a_file_that_cannot_be_read_is_the_only_problem_named() {
    let installation = Installation::configured(Backend::Sqlite);
    let broken = format!("[http\n{}", installation.configuration());
    fs::write(installation.path("soundpost.toml"), broken).unwrap();
    for (file, says) in [("soundpost.toml", "is no TOML"), ("none.toml", "cannot be read")] {
        let directory = installation.path("");
        let check = ["config", "check", "--config", file];
        let complaint = run(program(&directory).args(check)).complaint();
        assert!(complaint.contains("1 problem") && complaint.contains(says), "{complaint}");
    }
}

#[test]
fn no_tables_are_laid_beside_those_of_another_program() {
    for backend in BACKENDS {
        let installation = Installation::configured(backend);
        let mut conn = migrate::connect(&installation.database).unwrap();
        conn.batch_execute("CREATE TABLE guests (name TEXT)").unwrap();
        let complaint = installation.run(&["migrate"]).complaint();
        assert!(complaint.contains("tables of another program"), "{complaint}");
        assert!(!migrate::has_table(&mut conn, "installation").unwrap());
    }
}

#[test]
fn without_a_master_key_nothing_is_served() {
    let installation = Installation::configured(Backend::Sqlite);
    let configuration = installation.configuration().replace("keys.master", "# keys.master");
    fs::write(installation.path("soundpost.toml"), configuration).unwrap();
    let complaint = installation.run(&["serve"]).complaint();
    assert!(complaint.contains("keys.master: is missing"), "{complaint}");
    assert_eq!(installation.files(), ["soundpost.toml"]);
}

#[test]
fn a_database_that_was_not_migrated_is_not_served() {
    for backend in BACKENDS {
        let complaint = Installation::configured(backend).run(&["serve"]).complaint();
        assert!(complaint.contains("run: soundpost migrate"), "{complaint}");
    }
}

#[test]
fn a_server_that_cannot_be_reached_never_becomes_a_file() {
    let installation = Installation::configured(Backend::Sqlite);
    let known = database_url(&installation.database);
    let away = installation.configuration().replace(&known, "postgres://nobody@127.0.0.1:1/none");
    fs::write(installation.path("soundpost.toml"), away).unwrap();
    for command in [
        &["serve"][..],
        &["migrate"],
        &["artists", "hide", "night-ferry", "--reason", "It is somebody else."],
    ] {
        let complaint = installation.run(command).complaint();
        assert!(complaint.contains("PostgreSQL cannot be reached"), "{complaint}");
    }
    assert_eq!(installation.files(), ["soundpost.toml"]);
}
