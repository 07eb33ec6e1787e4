//! What the configuration is held to, and what it changes about the gate.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use actix_web::dev::ServerHandle;
use diesel::connection::SimpleConnection;
use jiff::SignedDuration;
use reqwest::Method;
use soundpost::app::App;
use soundpost::clock::Clock;
use soundpost::config::{Config, KEYS, Problems};
use soundpost::db::{Db, DbUrl, migrate};
use soundpost::mail::worker::Bell;
use soundpost::sealed::MasterKey;
use soundpost::web::serve;

use super::{FORM, OURS, Raw, ask, header};
use crate::support::Site;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("soundpost.example.toml")
}

/// `database.url` is `SOUNDPOST_DATABASE_URL`.
fn variable(key: &str) -> String {
    format!("SOUNDPOST_{}", key.replace('.', "_").to_uppercase())
}

/// The keys of the example, each with the comment above it.
fn explained() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(example()).unwrap();
    let (mut section, mut comment, mut keys) = ("", String::new(), BTreeMap::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some(words) = line.strip_prefix('#') {
            comment.push_str(words.trim());
            comment.push('\n');
        } else if let Some((key, _)) = line.split_once(" = ") {
            keys.insert(format!("{section}.{key}"), std::mem::take(&mut comment));
        } else {
            comment.clear();
        }
    }
    keys
}

fn load(file: &Path, environment: &[(String, String)]) -> Result<Config, Problems> {
    Config::load(Some(file), environment.iter().cloned())
}

fn keys_of(problems: &Problems) -> BTreeSet<String> {
    problems.0.iter().map(|(key, _)| key.clone()).collect()
}

#[test]
fn the_example_explains_every_key_and_no_other() {
    let explained = explained();
    let known: BTreeSet<&str> = KEYS.iter().map(|(key, _)| *key).collect();
    assert_eq!(explained.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
    for (key, is_needed) in KEYS {
        let comment = &explained[*key];
        assert_eq!(comment.starts_with("Needed."), *is_needed, "{key}: {comment}");
        assert_eq!(comment.contains("Default: "), !is_needed, "{key}: {comment}");
        assert!(comment.contains(&format!("Variable: {}", variable(key))), "{key}: {comment}");
    }
}

#[test]
fn the_example_lacks_what_only_you_know_and_then_it_is_a_configuration() {
    let filled = [
        ("site.url", "https://book.example".to_owned()),
        ("operator.name", "Harbour Arts".to_owned()),
        ("operator.email", "site@book.example".to_owned()),
        ("operator.address", "Quay 4, 18055 Rostock, Germany".to_owned()),
        ("operator.hosting_country", "DE".to_owned()),
        ("keys.master", MasterKey::generate().reveal().as_str().to_owned()),
        ("mail.url", "smtp://localhost".to_owned()),
    ];
    let lacking = load(&example(), &[]).unwrap_err();
    let names: BTreeSet<String> = filled.iter().map(|(key, _)| (*key).to_owned()).collect();
    assert_eq!(keys_of(&lacking), names);
    for (key, reason) in &lacking.0 {
        assert!(reason.contains(&variable(key)), "{key}: {reason}");
    }

    let mut environment: Vec<(String, String)> =
        filled.into_iter().map(|(key, value)| (variable(key), value)).collect();
    environment.push(("PATH".into(), "/bin".into()));
    let config = load(&example(), &environment).unwrap();
    assert_eq!(config.url.as_str(), "https://book.example/");
    assert!(config.is_https() && !config.demo);
    assert_eq!(
        (config.site_name.as_str(), config.mail_domain.as_str()),
        ("Soundpost", "book.example")
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((config.posts_per_minute.get(), config.connections), (30, 16));
    assert!(config.trusted_proxies.is_empty() && config.workers >= 1);
    assert_eq!(config.database, DbUrl::Sqlite("/var/lib/soundpost/soundpost.db".into()));
    assert_eq!(config.log_level, "info");
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_no_secret_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("soundpost.toml");
    let text = "site.url = 'https://book.example'\n\
        site.colour = 'blue'\n\
        operator.name = ' '\n\
        operator.email = 'operator@localhost'\n\
        http.listen = 'everywhere'\n\
        http.workers = 0\n\
        http.trusted_proxies = ['127.0.0.1', 'proxy']\n\
        database.url = 'postgres://soundpost:hunter2@db.rack.example/soundpost'\n\
        mail.url = 'mailbox:'\n\
        keys.master = 'hunter2-hunter2'\n";
    std::fs::write(&file, text).unwrap();
    let environment = [("SOUNDPOST_HTTP_LISTNE", "x"), ("SOUNDPOST_LOG_LEVEL", "soundpost=loud")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let problems = load(&file, &environment).unwrap_err();
    let told: BTreeMap<&str, &str> =
        problems.0.iter().map(|(key, reason)| (key.as_str(), reason.as_str())).collect();
    for (key, says) in [
        ("SOUNDPOST_HTTP_LISTNE", "not a variable this program knows"),
        ("site.colour", "not a key this program knows"),
        ("operator.name", "missing"),
        ("operator.email", "not an e-mail address"),
        ("operator.address", "SOUNDPOST_OPERATOR_ADDRESS"),
        ("operator.hosting_country", "missing"),
        ("http.listen", "127.0.0.1:8080"),
        ("http.workers", "from 1 to 1024"),
        ("http.trusted_proxies", "proxy"),
        ("database.url", "database.allow_unencrypted"),
        ("mail.url", "mailbox:"),
        ("keys.master", "soundpost keys generate"),
        ("log.level", ""),
    ] {
        let reason = told.get(key).unwrap_or_else(|| panic!("nothing about {key}: {told:?}"));
        assert!(reason.contains(says), "{key}: {reason}");
    }
    assert_eq!(told.len(), 13, "{told:?}");
    let shown = problems.to_string();
    assert!(shown.starts_with("the configuration has 13 problem(s):"), "{shown}");
    assert_eq!(shown.lines().count(), 14);
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_word_that_means_nothing_is_refused_and_not_taken_for_something() {
    let with = |key: &str, value: &str| {
        let (section, name) = key.split_once('.').unwrap();
        Config::from_toml(&format!(
            "site.url = 'https://book.example'\noperator.name = 'x'\noperator.address = 'x'\n\
             operator.email = 'desk@book.example'\noperator.hosting_country = 'DE'\n\
             database.url = 'sqlite:x.db'\nmail.url = 'smtp://localhost'\nkeys.master = '{}'\n\
             [{section}]\n{name} = '{value}'\n",
            MasterKey::generate().reveal().as_str()
        ))
    };
    for (key, value) in [
        ("log.level", "debug"),
        ("log.level", "warn,soundpost=info"),
        ("photos.directory", "/var/lib/soundpost/photos"),
        ("photos.directory", " "),
    ] {
        assert!(with(key, value).is_ok(), "{value}");
    }
    for (key, value) in [
        ("log.level", "lots"),
        ("log.level", "soundpost=lots"),
        ("photos.directory", "photos"),
        ("photos.directory", "../photos"),
    ] {
        assert_eq!(keys_of(&with(key, value).unwrap_err()), BTreeSet::from([key.to_owned()]));
    }
    let domain = |value: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), std::fs::read_to_string(example()).unwrap()).unwrap();
        let environment = [
            ("SOUNDPOST_SITE_URL", "https://book.example"),
            ("SOUNDPOST_OPERATOR_NAME", "x"),
            ("SOUNDPOST_OPERATOR_EMAIL", "desk@book.example"),
            ("SOUNDPOST_OPERATOR_ADDRESS", "x"),
            ("SOUNDPOST_OPERATOR_HOSTING_COUNTRY", "DE"),
            ("SOUNDPOST_MAIL_URL", "smtp://localhost"),
            ("SOUNDPOST_MAIL_DOMAIN", value),
            ("SOUNDPOST_KEYS_MASTER", MasterKey::generate().reveal().as_str()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        load(file.path(), &environment)
    };
    assert_eq!(domain("Mail.Book.example").unwrap().mail_domain, "mail.book.example");
    for wrong in ["no_domain at all", "@book.example", "book..example"] {
        assert_eq!(
            keys_of(&domain(wrong).unwrap_err()),
            BTreeSet::from(["mail.domain".to_owned()])
        );
    }
}

fn with_database(url: &str, consent: &str) -> Result<Config, Problems> {
    Config::from_toml(&format!(
        "site.url = 'https://book.example'\noperator.name = 'Harbour Arts'\n\
         operator.email = 'site@book.example'\noperator.address = 'Quay 4'\n\
         operator.hosting_country = 'DE'\nmail.url = 'smtp://localhost'\n\
         keys.master = '{}'\ndatabase.url = '{url}'\n{consent}",
        MasterKey::generate().reveal().as_str()
    ))
}

#[test]
fn further_master_keys_come_from_a_list_or_a_variable_and_are_refused_with_a_reason() {
    let [master, one, two] = [(); 3].map(|()| MasterKey::generate());
    let [main, first, second] = [&master, &one, &two].map(|key| key.reveal().as_str().to_owned());
    let listed = with_database("sqlite:x.db", &format!("keys.also = ['{first}', '{second}']"));
    assert_eq!(listed.unwrap().also, [one.clone(), two.clone()]);
    assert!(with_database("sqlite:x.db", "keys.also = []").unwrap().also.is_empty());

    let by_variable = |also: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "site.url = 'https://book.example'\noperator.name = 'x'\n\
            operator.address = 'x'\noperator.email = 'desk@book.example'\n\
            operator.hosting_country = 'DE'\ndatabase.url = 'sqlite:x.db'\n\
            mail.url = 'smtp://localhost'\n";
        std::fs::write(file.path(), text).unwrap();
        let environment = [("SOUNDPOST_KEYS_MASTER", main.as_str()), ("SOUNDPOST_KEYS_ALSO", also)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        load(file.path(), &environment)
    };
    assert_eq!(by_variable(&format!("{first},{second}")).unwrap().also, [one, two]);
    for (also, reason) in [
        (format!("{first},hunter2"), "key 2 is not base64"),
        (format!("{first},{main}"), "key 2 is keys.master itself"),
        ("AAAA".to_owned(), "key 1 is not 32 bytes long in base64"),
    ] {
        let problems = by_variable(&also).unwrap_err();
        let [(key, told)] = problems.0.as_slice() else { panic!("{problems}") };
        assert!(key == "keys.also" && told.starts_with(reason), "{key}: {told}");
        assert!(!told.contains("hunter2") && !told.contains(&main), "{told}");
    }
}

#[test]
fn a_database_on_another_machine_needs_consent_to_be_spoken_to_unencrypted() {
    for elsewhere in [
        "postgres://soundpost@db.rack.example/soundpost",
        "postgresql://192.0.2.7/soundpost",
        "postgres://[2001:db8::1]/soundpost",
        "postgres:///soundpost?host=db.rack.example",
        "postgres:///soundpost?hostaddr=192.0.2.7",
        "postgres://localhost/soundpost?host=db.rack.example",
        "postgres://localhost,db.rack.example/soundpost",
        "postgres:///soundpost?host=/run/postgresql,db.rack.example",
    ] {
        for consent in ["", "database.allow_unencrypted = false"] {
            let refused = with_database(elsewhere, consent).expect_err(elsewhere);
            let keys: Vec<String> = keys_of(&refused).into_iter().collect();
            assert_eq!(keys, ["database.url"], "{elsewhere}");
        }
        with_database(elsewhere, "database.allow_unencrypted = true").expect(elsewhere);
    }
}

#[test]
fn a_database_on_this_machine_needs_no_consent() {
    for here in [
        "sqlite:soundpost.db",
        "postgres://soundpost@localhost/soundpost",
        "postgres:///soundpost",
        "postgres:///soundpost?host=/run/postgresql",
        "postgres://%2Frun%2Fpostgresql/soundpost",
        "postgres://[::1]/soundpost",
        "postgres://soundpost:secret@127.0.0.1:5432/soundpost",
    ] {
        with_database(here, "").expect(here);
    }
}

#[test]
fn the_scheme_alone_chooses_the_database() {
    for wrong in [
        "",
        "soundpost.db",
        "/var/lib/soundpost/soundpost.db",
        "file:soundpost.db",
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "mysql://localhost/soundpost",
        "postgre://localhost/soundpost",
        "postgressql://localhost/soundpost",
        "host=localhost dbname=soundpost",
    ] {
        let told = DbUrl::parse(wrong).expect_err(wrong);
        assert!(told.contains("sqlite:"), "{wrong}: {told}");
    }
    for (text, path) in [("sqlite:a.db", "a.db"), ("sqlite:///srv/a.db", "/srv/a.db")] {
        assert_eq!(DbUrl::parse(text).unwrap(), DbUrl::Sqlite(path.into()));
    }
    let server = DbUrl::parse("postgres://soundpost:hunter2@localhost/soundpost").unwrap();
    assert!(matches!(server, DbUrl::Postgres(_)));
    for shown in [format!("{server}"), format!("{server:?}")] {
        assert!(shown.contains("localhost/soundpost") && !shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_server_that_is_not_there_never_becomes_a_file() {
    let files = || -> BTreeSet<String> {
        let names = std::fs::read_dir(".").unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| name.to_string_lossy().into_owned());
        names.filter(|name| name.contains("postgres") || name.contains('=')).collect()
    };
    let before = files();
    let server = DbUrl::parse("postgres://nobody@127.0.0.1:1/nothing").unwrap();
    // The second is no URL to PostgreSQL's own library; refused earlier, it would be as good.
    let odd = DbUrl::parse("postgres:host=nowhere.example").ok();
    for url in [Some(server), odd].into_iter().flatten() {
        assert!(migrate::connect(&url).is_err(), "{url}");
        let keyring = MasterKey::generate().into();
        assert!(Db::open(url, keyring, Clock::system(), 1).is_err());
        assert_eq!(files(), before);
    }
}

/// Starts the program a second time, on the same database, under another configuration.
fn start(site: &Site, change: impl FnOnce(&mut Config)) -> (String, ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut config = with_database("sqlite:unused", "http.workers = 1").unwrap();
    config.url = format!("http://localhost:{port}").parse().unwrap();
    config.mail = soundpost::mail::transport::MailUrl::Mailbox;
    change(&mut config);
    let app = App::new(config, site.db.clone(), Bell::default()).unwrap();
    let running = serve::start(app, listener, Vec::new()).unwrap();
    let handle = running.handle.clone();
    actix_web::rt::spawn(running.server);
    (format!("http://127.0.0.1:{port}"), handle)
}

async fn get(base: &str, path: &str, headers: &[(&str, &str)]) -> Raw {
    ask(base, Method::GET, path, headers, String::new()).await
}

on_both! {
    async fn an_https_site_says_so_and_believes_only_its_own_address(site: Site) {
        let (base, handle) = start(&site, |config| {
            config.url = "https://book.example".parse().unwrap();
        });
        let home = get(&base, "/", &[]).await;
        assert_eq!(home.status, 200);
        assert_eq!(header(&home.headers, "strict-transport-security"), "max-age=31536000");
        assert!(home.text().contains("<link rel=\"canonical\" href=\"https://book.example/\">"));
        assert_eq!(get(&base, "/dev/mailbox", &[]).await.status, 404, "mails are private");
        for (origin, status) in [("https://book.example", 303), (base.as_str(), 403)] {
            let body = "email=nobody%40venue.example".to_owned();
            let headers = [("origin", origin), FORM];
            let sent = ask(&base, Method::POST, "/links/again", &headers, body).await;
            assert_eq!(sent.status, status, "{origin}");
        }
        handle.stop(false).await;
    }

    async fn an_open_mailbox_answers_to_no_name_that_was_made_to_point_here(site: Site) {
        let (base, handle) = start(&site, |_| {});
        let port = base.rsplit(':').next().unwrap();
        for (host, status) in [
            ("localhost", 200), ("127.0.0.1", 200), ("rebound.example", 400),
            ("localhost.rebound.example", 400), ("192.0.2.1", 400),
        ] {
            let host = format!("{host}:{port}");
            for path in ["/dev/mailbox", "/artists"] {
                let seen = get(&base, path, &[("host", &host)]).await;
                assert_eq!(seen.status, status, "{host}{path}");
            }
        }
        handle.stop(false).await;
    }

    async fn the_demo_answers_on_this_machine_only(site: Site) {
        let (base, handle) = start(&site, |config| config.demo = true);
        let port = base.rsplit(':').next().unwrap();
        let here = format!("localhost:{port}");
        assert_eq!(get(&base, "/artists", &[("host", &here)]).await.status, 200);
        let moved = get(&base, "/artists?q=x", &[]).await;
        assert_eq!(moved.status, 308, "127.0.0.1 is not its address");
        assert_eq!(header(&moved.headers, "location"), format!("http://{here}/artists?q=x"));
        for host in ["book.example", "localhost.book.example", "192.0.2.1"] {
            let host = format!("{host}:{port}");
            assert_eq!(get(&base, "/artists", &[("host", &host)]).await.status, 400, "{host}");
        }
        for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"] {
            let refused = get(&base, "/artists", &[("host", &here), (name, "localhost")]).await;
            assert_eq!(refused.status, 400, "{name}");
            assert!(refused.text().contains("cannot be put behind a proxy"), "{name}");
        }
        handle.stop(false).await;
    }

    async fn forms_are_limited_by_address_and_only_a_known_proxy_names_another(site: Site) {
        for is_known in [false, true] {
            let (base, handle) = start(&site, |config| {
                config.posts_per_minute = NonZeroU32::new(2).unwrap();
                if is_known {
                    config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
                }
            });
            let send = |client: &'static str| {
                let base = base.clone();
                async move {
                    let body = "email=nobody%40venue.example".to_owned();
                    let headers = [OURS, FORM, ("x-forwarded-for", client)];
                    ask(&base, Method::POST, "/links/again", &headers, body).await
                }
            };
            for _ in 0..4 {
                assert_eq!(send("192.0.2.1").await.status, 303, "twice as many at once");
            }
            let fifth = send("192.0.2.1").await;
            assert_eq!(fifth.status, 429);
            let wait: u64 = header(&fifth.headers, "retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
            assert!(fifth.text().contains("Try again in 1 minute."), "{}", fifth.text());
            let another = if is_known { 303 } else { 429 };
            assert_eq!(send("192.0.2.2").await.status, another, "{is_known}");
            assert_eq!(get(&base, "/artists", &[]).await.status, 200, "reading is another matter");
            handle.stop(false).await;
        }
    }

    async fn the_watchdog_learns_of_a_growing_outbox_and_of_another_schema(site: Site) {
        assert_eq!(site.get("/healthz").await.text, "ok\n");
        let ready = site.get("/readyz").await;
        assert_eq!((ready.status, ready.text.as_str()), (200, "ready\n"));
        site.list_night_ferry().await;
        site.submit(&site.filled_form().await).await;
        site.clock.advance(SignedDuration::from_mins(14));
        assert_eq!(site.get("/readyz").await.text, "ready\n");
        site.clock.advance(SignedDuration::from_mins(2));
        let waiting = site.get("/readyz").await;
        assert_eq!(waiting.status, 200, "a mail server that is down does not take the site down");
        assert!(waiting.text.contains("due for 16 minutes"), "{}", waiting.text);
        site.send_mails().await;
        assert_eq!(site.get("/readyz").await.text, "ready\n");

        let mut conn = migrate::connect(&site.url).unwrap();
        conn.batch_execute(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')",
        ).unwrap();
        let other = site.get("/readyz").await;
        assert_eq!(other.status, 503);
        assert!(other.text.starts_with("not ready"), "{}", other.text);
        assert_eq!(site.get("/healthz").await.status, 200, "the process is there");
    }
}
