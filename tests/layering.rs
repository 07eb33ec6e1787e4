//! Who may know whom: the rules that `src/lib.rs` states, held against the text of the sources.
//!
//! Where a rule has exceptions, they are named here, and an exception that nobody needs any more
//! fails like a breach: the lists can only become shorter.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The product's nouns, and what speaks for them in mails.
const FEATURES: [&str; 9] = [
    "accounts",
    "artists",
    "booking_requests",
    "calendar",
    "disclaimer",
    "mail",
    "moderation",
    "people",
    "privacy",
];

/// They know one another and nobody else.
const LEAVES: [&str; 9] =
    ["clock", "config", "error", "ids", "money", "numbers", "places", "sealed", "text"];

/// What a leaf knows beyond that.
const LEAF_EXCEPTIONS: [(&str, &str); 5] = [
    ("clock.rs", "db::types::as_big_int"),
    ("config.rs", "people::EmailAddress::parse"),
    ("config.rs", "db::DbUrl"),
    ("config.rs", "mail::transport::MailUrl"),
    ("ids.rs", "db::types::as_big_int"),
];

/// Types that are columns, and the errors of a query: diesel's names without a query.
const STORED_TYPES: [&str; 4] = ["clock.rs", "error.rs", "ids.rs", "sealed/mod.rs"];

/// The longest file, in lines.
const LONGEST: usize = 400;

/// Files that are longer: a list with an entry for each table.
const LONG_FILES: [&str; 1] = ["db/schema.rs"];

/// Whose tables are whose.
const TABLES: [(&str, &[&str]); 9] = [
    (
        "accounts",
        &[
            "accounts",
            "address_changes",
            "notification_switches",
            "passwords",
            "passkey_ceremonies",
            "passkeys",
            "identities",
            "provider_sign_ins",
            "recovery_codes",
            "second_factors",
            "sessions",
            "sign_ins",
            "staff_looks",
        ],
    ),
    (
        "artists",
        &[
            "artist_blocks",
            "artist_busy_days",
            "artist_cards",
            "artist_changes",
            "artist_contacts",
            "artist_external_ids",
            "artist_facets",
            "artist_genres",
            "artist_links",
            "artist_old_slugs",
            "artist_papers",
            "artist_photos",
            "artist_terms",
            "artist_unseen_names",
            "artist_words_due",
            "artists",
            "handovers",
            "removed_artists",
            "shortlisted",
            "stat_points",
            "successions",
            "token_deletes",
        ],
    ),
    (
        "booking_requests",
        &[
            "answer_counts",
            "attachments",
            "booking_requests",
            "holds",
            "message_drafts",
            "messages",
            "request_events",
            "request_marks",
            "request_news",
            "request_nights",
            "request_templates",
            "revisions",
            "saved_views",
            "submissions",
        ],
    ),
    ("calendar", &["calendar_blocks", "calendar_feeds", "calendars"]),
    ("db", &["data_keys", "installation", "page_versions"]),
    ("disclaimer", &["acceptances", "disclaimer_versions", "receipt_chain", "receipt_head"]),
    ("mail", &["mail_allowances", "outbox"]),
    ("moderation", &["tickets"]),
    ("people", &["contacts", "links"]),
];

/// A file of `src/`.
struct Source {
    /// "artists/store.rs"
    path: String,
    /// Its text without comments and without unit tests.
    code: String,
    /// Lines of the whole file.
    lines: usize,
}

impl Source {
    /// "artists"; for a file that is a room by itself, its name without the ending.
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    fn is_feature(&self) -> bool {
        FEATURES.contains(&self.room())
    }

    /// Whether SQL may stand here.
    fn is_store(&self) -> bool {
        let name = self.name();
        self.room() == "db"
            || name.ends_with("_store.rs")
            || ["store.rs", "outbox.rs", "search.rs"].contains(&name)
    }

    /// Whether it answers requests.
    fn is_pages(&self) -> bool {
        let name = self.name();
        name.ends_with("_pages.rs") || ["pages.rs", "feeds.rs"].contains(&name)
    }

    /// Whether it reads forms or fills templates.
    fn is_seen_by_pages(&self) -> bool {
        let name = self.name();
        name.ends_with("_views.rs")
            || name.ends_with("_forms.rs")
            || ["views.rs", "forms.rs", "form_choices.rs"].contains(&name)
    }

    fn names(&self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().copied().find(|word| self.code.contains(word))
    }

    /// Everything that it reaches by a path from the crate's root ("db::types::choices").
    fn reaches(&self) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for (at, _) in self.code.match_indices("crate::") {
            let before = self.code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_') {
                expand("", &self.code[at + "crate::".len()..], &mut paths);
            }
        }
        paths
    }
}

/// Writes out the path at the start of `text`, with each branch of its braces.
fn expand(prefix: &str, text: &str, into: &mut BTreeSet<String>) {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let end = text.find(|c| !is_path(c)).unwrap_or(text.len());
    let path = format!("{prefix}{}", &text[..end]);
    let rest = &text[end..];
    if (path.is_empty() || path.ends_with("::")) && rest.starts_with('{') {
        for branch in branches(rest) {
            expand(&path, branch.trim(), into);
        }
    } else {
        let path = path.trim_end_matches("::self").trim_end_matches("::");
        if !path.is_empty() {
            into.insert(path.to_owned());
        }
    }
}

/// What stands between the brace at the start of `text` and its counterpart, at each comma.
fn branches(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 1, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            found.push(&text[from..at]);
            from = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    found
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// The text without comments and without the module of unit tests.
fn code(text: &str) -> String {
    let start = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let end = text[start..].find("\n}").map_or(text.len(), |end| start + end + "\n}".len());
    let lines = text[..start].lines().chain(text[end..].lines());
    lines.filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn walk(directory: &Path, prefix: &str, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), &format!("{path}/"), into);
        } else if path.ends_with(".rs") {
            into.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// Every file of `src/`, those of unit tests left out.
fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut files);
    files.sort();
    assert!(files.len() > 100, "only {} files were found", files.len());
    let read = |(path, text): (String, String)| Source {
        code: code(&text),
        lines: text.lines().count(),
        path,
    };
    files.into_iter().filter(|(path, _)| !is_test(path)).map(read).collect()
}

/// Fails with every breach at once, and with every exception that is none any more.
fn hold(rule: &str, breaches: &[String], exceptions: &[&str]) {
    let unexpected: Vec<&String> =
        breaches.iter().filter(|breach| !exceptions.contains(&breach.as_str())).collect();
    assert!(unexpected.is_empty(), "{rule}:\n{unexpected:#?}");
    let stale: Vec<&&str> = exceptions
        .iter()
        .filter(|exception| !breaches.iter().any(|breach| breach == *exception))
        .collect();
    assert!(stale.is_empty(), "{rule}: take these out of the exceptions:\n{stale:#?}");
}

#[test]
fn the_reader_of_paths_sees_through_braces_comments_and_tests() {
    let text = "//! use crate::web::page;\nuse crate::db::{Reader, types::{choices, as_text}};\n\
        use crate::{demo, disclaimer::{self, Claim}};\nfn f() { crate::ids::random_bytes(); }\n\
        use mycrate::web;\n#[cfg(test)]\nmod tests {\n    use crate::web::page::Page;\n}\nuse crate::money;\n";
    let source = Source { path: "artists/x.rs".into(), code: code(text), lines: 1 };
    let expected = [
        "db::Reader",
        "db::types::as_text",
        "db::types::choices",
        "demo",
        "disclaimer",
        "disclaimer::Claim",
        "ids::random_bytes",
        "money",
    ];
    assert_eq!(source.reaches().into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn whoever_leaves_a_room_says_where_to_from_the_root() {
    let breaches: Vec<String> = sources()
        .into_iter()
        .filter(|source| {
            let depth = source.path.matches('/').count();
            let at_the_door = depth == 0 || (depth == 1 && source.name() == "mod.rs");
            let leaves_by = ["use super::", "pub use super::", "pub(crate) use super::"];
            let leaves = |line: &str| leaves_by.iter().any(|words| line.starts_with(words));
            source.code.contains("super::super") || (at_the_door && source.code.lines().any(leaves))
        })
        .map(|source| source.path)
        .collect();
    hold(
        "a path across rooms begins with crate::, or the rules here do not see it",
        &breaches,
        &[],
    );
}

#[test]
fn the_nouns_of_a_feature_know_neither_web_nor_database_nor_templates() {
    let mut breaches = Vec::new();
    for source in sources() {
        if !source.is_feature() || source.name() != "mod.rs" || source.path.matches('/').count() > 1
        {
            continue;
        }
        if let Some(word) = source.names(&["actix_web", "diesel", "askama"]) {
            breaches.push(format!("{}: {word}", source.path));
        }
        let forbidden = |path: &String| {
            let path = path.as_str();
            (path.starts_with("db::") && path != "db::types::choices") || path.starts_with("web")
        };
        for path in source.reaches().iter().filter(|path| forbidden(path)) {
            breaches.push(format!("{}: {path}", source.path));
        }
    }
    hold("a feature's mod.rs is about the feature", &breaches, &[]);
}

#[test]
fn sql_stands_in_stores_only() {
    const SQL: [&str; 8] = [
        "diesel::prelude",
        "diesel::insert_into",
        "diesel::update",
        "diesel::delete",
        "diesel::dsl",
        "sql_query",
        "batch_execute",
        "RunQueryDsl",
    ];
    let breaches: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.is_store() && source.names(&SQL).is_some())
        .map(|source| source.path)
        .collect();
    hold("SQL belongs into a store", &breaches, &[]);
}

#[test]
fn diesel_is_known_to_stores_and_to_the_types_of_columns() {
    let breaches: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.is_store() && source.code.contains("diesel"))
        .map(|source| source.path)
        .collect();
    hold("a file without SQL needs no diesel", &breaches, &STORED_TYPES);
}

#[test]
fn a_feature_touches_its_own_tables_only() {
    let owners: BTreeMap<&str, &str> = TABLES
        .iter()
        .flat_map(|(room, tables)| tables.iter().map(|table| (*table, *room)))
        .collect();
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources() {
        let room = source.room();
        // In db/ the schema is a neighbour.
        let own = "use super::schema::";
        let mut paths = source.reaches();
        if let (true, Some(at)) = (room == "db", source.code.find(own)) {
            expand("db::schema::", &source.code[at + own.len()..], &mut paths);
        }
        for path in &paths {
            let Some(table) = path.strip_prefix("db::schema::") else { continue };
            used.insert(table.to_owned());
            if owners.get(table) != Some(&room) {
                breaches.push(format!("{}: {table}", source.path));
            }
        }
    }
    hold("another's table is another's", &breaches, &[]);
    let all: BTreeSet<String> = owners.keys().map(|table| (*table).to_owned()).collect();
    assert_eq!(used, all, "the tables of the list are those in use");
}

#[test]
fn only_the_seam_asks_which_database_it_is() {
    const SEAM: [&str; 4] = ["db/dialect.rs", "db/migrate.rs", "db/pool.rs", "db/writer.rs"];
    let breaches: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.names(&["Conn::Sqlite", "Conn::Postgres"]).is_some())
        .map(|source| source.path)
        .collect();
    hold("what differs between the databases belongs into db/dialect.rs", &breaches, &SEAM);
    let connections: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.room() != "db")
        .filter(|source| source.names(&["SqliteConnection", "PgConnection"]).is_some())
        .map(|source| source.path)
        .collect();
    hold("a connection is a Conn outside db/", &connections, &[]);
}

#[test]
fn leaves_know_one_another_and_nobody_else() {
    let mut breaches = Vec::new();
    for source in sources() {
        if !LEAVES.contains(&source.room()) {
            continue;
        }
        for path in source.reaches() {
            if !LEAVES.contains(&path.split("::").next().unwrap()) {
                breaches.push(format!("{}: {path}", source.path));
            }
        }
        if let Some(word) = source.names(&["actix_web", "askama"]) {
            breaches.push(format!("{}: {word}", source.path));
        }
    }
    let exceptions: Vec<String> =
        LEAF_EXCEPTIONS.iter().map(|(file, path)| format!("{file}: {path}")).collect();
    let exceptions: Vec<&str> = exceptions.iter().map(String::as_str).collect();
    hold("a leaf stands alone", &breaches, &exceptions);
}

#[test]
fn database_people_and_mail_know_only_what_lies_below_them() {
    const BELOW: [(&str, &[&str]); 3] =
        [("db", &["db"]), ("people", &["people", "db"]), ("mail", &["people", "db", "mail"])];
    let mut breaches = Vec::new();
    for source in sources() {
        let Some((_, below)) = BELOW.iter().find(|(room, _)| *room == source.room()) else {
            continue;
        };
        for path in source.reaches() {
            let room = path.split("::").next().unwrap();
            if !below.contains(&room) && !LEAVES.contains(&room) {
                breaches.push(format!("{}: {path}", source.path));
            }
        }
    }
    hold("web → features → mail → people → db, never upwards", &breaches, &[]);
}

#[test]
fn use_cases_and_stores_know_nothing_of_the_web() {
    let mut breaches = Vec::new();
    for source in sources() {
        let below_the_web = source.is_feature() || ["db", "demo"].contains(&source.room());
        if !below_the_web || source.is_pages() {
            continue;
        }
        if source.code.contains("actix_web") {
            breaches.push(format!("{}: actix_web", source.path));
        }
        let seen = source.is_seen_by_pages();
        let reaches = source.reaches();
        let web = |path: &&String| path.as_str() == "web" || path.starts_with("web::");
        breaches.extend(
            reaches.iter().filter(web).filter(|_| !seen).map(|p| format!("{}: {p}", source.path)),
        );
        breaches.extend(
            reaches.iter().filter(|p| *p == "app::App").map(|p| format!("{}: {p}", source.path)),
        );
    }
    hold("only pages, views and forms know the web", &breaches, &[]);
}

#[test]
fn templates_are_filled_in_views_and_mails_only() {
    let breaches: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.is_feature() && source.code.contains("askama"))
        .filter(|source| !source.name().ends_with("views.rs"))
        .map(|source| source.path)
        .collect();
    hold("a template has its view", &breaches, &["artists/feeds.rs", "mail/messages.rs"]);
}

#[test]
fn every_url_stands_in_one_file() {
    const ROUTES: [&str; 6] =
        ["web::resource(", "web::scope(", "#[get(", "#[post(", "#[route(", ".service("];
    let files: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.names(&ROUTES).is_some())
        .map(|source| source.path)
        .collect();
    assert_eq!(files, ["web/routes.rs"]);
}

#[test]
fn time_and_chance_come_from_one_file_each() {
    for (words, home) in [
        (&["Timestamp::now", "Zoned::now", "SystemTime::now", "Utc::now"][..], "clock.rs"),
        (&["getrandom::", "rand::", "OsRng"][..], "ids.rs"),
    ] {
        let files: Vec<String> = sources()
            .into_iter()
            .filter(|source| source.names(words).is_some())
            .map(|source| source.path)
            .collect();
        assert_eq!(files, [home], "{words:?}");
    }
}

#[test]
fn a_file_tells_one_story() {
    let breaches: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.lines > LONGEST)
        .map(|source| source.path)
        .collect();
    hold("a file of more than 400 lines is two files", &breaches, &LONG_FILES);
}
