//! The commands as they are typed, against the binary: what they refuse, and the operator's way by
//! docs/operating.md.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use soundpost::db::{DbUrl, migrate};
use soundpost::disclaimer::sha256_hex;
use soundpost::sealed::MasterKey;

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::server::{Installation, Server, database_url, free_port, names, program, run};
use crate::support::visitor::{Visitor, between, booking_request, encoded, hidden};
use crate::support::{Backend, postgres};

const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];
const FORM: &str = "/artists/night-ferry/request";

fn tell(story: impl Future<Output = ()>) {
    actix_web::rt::System::new().block_on(story);
}

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
    let found: Vec<Line> = diesel::sql_query(query).load(&mut conn).unwrap();
    found.into_iter().map(|found| found.line).collect()
}

fn tables(database: &DbUrl) -> Vec<String> {
    lines(
        database,
        match database {
            DbUrl::Sqlite(_) => "SELECT name AS line FROM sqlite_master ORDER BY name",
            DbUrl::Postgres(_) => {
                "SELECT table_name::text AS line FROM information_schema.tables \
             WHERE table_schema = 'public' ORDER BY 1"
            }
        },
    )
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
            "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS line \
             FROM {table} t"
        );
        format!("{table} {}", lines(database, &rows).concat())
    };
    tables(database).into_iter().map(fingerprint).collect()
}

/// A request that was confirmed by its link.
struct Delivered {
    id: String,
    /// The two sides of its thread.
    promoter: String,
    artist: String,
    receipt: String,
}

async fn deliver_request(installation: &Installation, visitor: &Visitor) -> Delivered {
    let page = visitor.get(FORM).await.text;
    let form = booking_request(hidden(&page, "key"), hidden(&page, "disclaimer_hash"), PROMOTER);
    let check_mail = visitor.post(FORM, &form).await.location();
    let confirm = installation.mail(PROMOTER, "Confirm your booking request").await;
    let confirm = confirm.link("/confirm/");
    assert!(visitor.get(&confirm).await.text.contains("Harbour Night"));
    assert_eq!(visitor.post(&confirm, "").await.status, 303);
    let to_promoter = installation.mail(PROMOTER, "Sent: Harbour Night").await;
    let to_artist = installation.mail(ARTIST, "Booking request: Harbour Night").await;
    Delivered {
        id: between(&check_mail, "/requests/", "/").to_owned(),
        promoter: to_promoter.link("/t/"),
        artist: to_artist.link("/t/"),
        receipt: to_promoter.link("/receipts/"),
    }
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
    for command in [&["serve"][..], &["migrate"], &["artists", "show", "night-ferry"]] {
        let complaint = installation.run(command).complaint();
        assert!(complaint.contains("PostgreSQL cannot be reached"), "{complaint}");
    }
    assert_eq!(installation.files(), ["soundpost.toml"]);
}

#[test]
fn a_real_database_is_never_opened_by_the_demo() {
    for backend in BACKENDS {
        let installation = Installation::configured(backend);
        installation.run(&["migrate"]).printed();
        let before = contents(&installation.database);
        let database = database_url(&installation.database);
        for options in [&["--database", &database][..], &["--fresh", "--database", &database]] {
            let complaint = run(&mut demo(&installation.path("."), free_port(), options));
            assert!(complaint.complaint().contains("not the demo's own"));
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
        let options = ["--database", &database_url(&database)];
        let complaint = run(&mut demo(directory.path(), free_port(), &options)).complaint();
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
        let complaint = run(program(directory.path()).args(["demo", "--listen", address]));
        assert!(complaint.complaint().contains("listens on this machine only"));
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
        let page = server.visitor.get("/artists").await;
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

async fn from_nothing_to_the_first_answer(backend: Backend) {
    let installation = Installation::configured(backend);
    installation.run(&["config", "check"]).printed();
    assert!(installation.run(&["migrate"]).printed().contains("Applied"));
    assert!(installation.run(&["migrate"]).printed().contains("up to date"));
    let server = installation.serve().await;
    let visitor = server.visitor.clone();

    let acts = "name;genres;country;city;monthly listeners;links\n\
        Night Ferry;ambient, electro;EE;Tallinn;31740;https://night-ferry.example/\n\
        Kaja Mets;techno;DE;Berlin;48210;\n";
    fs::write(installation.path("acts.csv"), acts).unwrap();
    let tried = installation.run(&["artists", "import", "acts.csv", "--dry-run"]).printed();
    assert!(tried.contains("nothing is stored"), "{tried}");
    assert_eq!(visitor.get("/artists/night-ferry").await.status, 404);
    let whence = ["--source", "the list of the festival", "--observed-on", "2026-11-01"];
    let import = [&["artists", "import", "acts.csv"][..], &whence].concat();
    let imported = installation.run(&import).printed();
    assert!(imported.contains("New artists: 2") && imported.contains("refused: 0"), "{imported}");
    let profile = visitor.get("/artists/night-ferry").await;
    assert!(profile.status == 200 && profile.text.contains("the list of the festival"));
    assert_eq!(visitor.get(FORM).await.status, 409, "nobody of the act has said yes");

    installation.run(&["artists", "list", "night-ferry", "--notify", ARTIST]).printed();
    let asked = installation.mail(ARTIST, "May Night Ferry be listed").await.link("/listing/");
    assert_eq!(visitor.get(&asked).await.status, 200);
    assert_eq!(visitor.get(FORM).await.status, 409, "opening the link says nothing");
    assert_eq!(visitor.post(&asked, "answer=yes").await.status, 200);

    let request = deliver_request(&installation, &visitor).await;
    assert!(visitor.get(&request.artist).await.text.contains("old warehouse"));
    let words = encoded(&[("key", "reply-1"), ("message", "Gladly. Who opens?")]);
    let reply = visitor.post(&format!("{}/reply", request.artist), &words).await;
    assert_eq!(reply.status, 303);
    let told = installation.mail(PROMOTER, "Night Ferry wrote about Harbour Night").await;
    assert!(told.text.contains("Gladly. Who opens?"));
    assert!(visitor.get(&request.promoter).await.text.contains("Gladly. Who opens?"));
}

#[test]
fn an_operator_comes_from_nothing_to_the_first_answer_on_sqlite() {
    tell(from_nothing_to_the_first_answer(Backend::Sqlite));
}

#[test]
fn an_operator_comes_from_nothing_to_the_first_answer_on_postgres() {
    tell(from_nothing_to_the_first_answer(Backend::Postgres));
}

#[test]
fn a_hidden_act_is_gone_until_it_is_shown_again() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let reason = "Somebody says that they never agreed.";
        installation.run(&["artists", "hide", "night-ferry", "--reason", reason]).printed();
        for page in ["/artists/night-ferry", FORM] {
            assert_eq!(server.visitor.get(page).await.status, 404);
        }
        assert!(!server.visitor.get("/artists").await.text.contains("Night Ferry"));
        let shown = installation.run(&["artists", "show", "night-ferry"]).printed();
        assert!(shown.contains("is listed again"), "{shown}");
        assert!(server.visitor.get("/artists").await.text.contains("Night Ferry"));
        assert_eq!(server.visitor.get(FORM).await.status, 200);
    });
}

#[test]
fn what_a_moderator_decides_reaches_both_sides_with_its_reason() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let request = deliver_request(&installation, &server.visitor).await;
        let mut number = request.id.clone();
        for (decision, subject, reason) in [
            ("quarantine", "Held for review: ", "The same text went to eleven acts."),
            ("release", "Released after review: ", "They were eleven real nights."),
            ("remove", "Removed: ", "The venue knows nothing of this."),
        ] {
            installation.run(&["requests", decision, &number, "--reason", reason]).printed();
            for side in [PROMOTER, ARTIST] {
                let told = installation.mail(side, subject).await;
                assert!(told.words().contains(reason), "{}", told.text);
                if decision == "quarantine" {
                    // From now on by the number that people read, with its dashes.
                    number = between(&told.words(), "Name the number ", ". ").to_owned();
                }
            }
            for side in [&request.promoter, &request.artist] {
                assert!(server.visitor.get(side).await.text.contains(reason));
            }
        }
        let again = ["requests", "remove", &number, "--reason", "Removed twice is once."];
        assert!(installation.run(&again).complaint().contains("not possible any more"));
    });
}

#[test]
fn a_form_with_an_older_disclaimer_comes_back_with_the_new_one() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let old = server.visitor.get(FORM).await.text;
        let (key, old) = (hidden(&old, "key"), hidden(&old, "disclaimer_hash"));
        let text = "Whoever reads this reads the second version of the disclaimer. ".repeat(4);
        fs::write(installation.path("second.txt"), text).unwrap();
        let published = installation.run(&["disclaimer", "publish", "second.txt"]).printed();
        assert!(published.contains("Published version 2"), "{published}");

        let form = booking_request(key, old, PROMOTER);
        let back = server.visitor.post(FORM, &form).await;
        assert_eq!(back.status, 422);
        assert!(back.text.contains("reads the second version"));
        let new = hidden(&back.text, "disclaimer_hash");
        assert!(published.contains(new), "its hash was printed when it was published");
        let form = booking_request(key, new, PROMOTER);
        assert_eq!(server.visitor.post(FORM, &form).await.status, 303);
    });
}

#[test]
fn a_receipt_is_proved_without_the_site_and_an_altered_one_is_not() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let request = deliver_request(&installation, &server.visitor).await;
        let file = request.receipt.replacen('?', ".json?", 1);
        let receipt = server.visitor.get(&file).await.text;
        let page = server.visitor.get("/legal/disclaimer").await.text;
        let key = between(&page, "Public key of this site", "</code>").rsplit('>').next().unwrap();
        assert_eq!(server.terminate().0, Some(0));

        let elsewhere = tempfile::tempdir().unwrap();
        let verify = |receipt: &str| {
            fs::write(elsewhere.path().join("receipt.json"), receipt).unwrap();
            run(program(elsewhere.path()).args([
                "receipts",
                "verify",
                "receipt.json",
                "--key",
                key,
            ]))
        };
        let proved = verify(&receipt).printed();
        assert!(proved.starts_with("Valid.") && proved.contains(&request.id), "{proved}");
        let altered = receipt.replace("\"disclaimer_version\": 1", "\"disclaimer_version\": 2");
        assert_ne!(altered, receipt);
        assert!(verify(&altered).complaint().contains("NOT VALID"));
        let whole = installation.run(&["receipts", "verify-chain"]).printed();
        assert!(whole.contains("1 link(s), 1 compared"), "{whole}");
    });
}

#[test]
fn sigterm_ends_the_server_in_order_even_while_a_form_never_arrives() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let site = installation.configuration();
        let mut slow = TcpStream::connect(between(&site, "http.listen = '", "'")).unwrap();
        let head = "POST /contact HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n\
            Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nname=";
        slow.write_all(head.as_bytes()).unwrap();
        assert_eq!(server.visitor.get("/").await.status, 200);
        let (code, took) = server.terminate();
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(10), "it took {took:?}");
        assert!(
            !installation.files().contains(&"soundpost.db-wal".to_owned()),
            "the log is merged"
        );
    });
}
