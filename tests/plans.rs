//! What the databases do for the queries of public pages, with a hundred thousand acts: they walk an
//! index and stop. On few rows they rightly read everything, so that this takes many.

use std::sync::{Mutex, PoisonError};

use diesel::connection::{InstrumentationEvent, SimpleConnection, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use soundpost::artists::floor::Floor;
use soundpost::db::{DbUrl, Reader, migrate};

use crate::support::form::facts;
use crate::support::{Backend, Site, tell};

/// The queries that were asked since somebody looked last, with what they were given.
static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Takes note of every query of every connection that is opened from now on.
fn listen() {
    fn note(event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let query = query.to_string();
            if !query.starts_with("SELECT") || query.contains("page_versions") {
                return;
            }
            if query != "SELECT 1" {
                ASKED.lock().unwrap_or_else(PoisonError::into_inner).push(query);
            }
        }
    }
    set_default_instrumentation(|| Some(Box::new(note))).unwrap();
}

fn asked() -> Vec<String> {
    std::mem::take(&mut *ASKED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A hundred thousand acts of two genres each, in twenty countries and cities, as the index has them.
const FILL: &str = "
CREATE TABLE told AS
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000),
genres(g, slug) AS (VALUES (0, 'ambient'), (1, 'disco'), (2, 'dub'), (3, 'folk'), (4, 'funk'),
    (5, 'house'), (6, 'jazz'), (7, 'techno')),
countries(c, code) AS (VALUES (0, 'EE'), (1, 'DE'), (2, 'FR'), (3, 'SE'), (4, 'US'))
SELECT numbers.n AS n, 'act-' || numbers.n AS slug, 'Act ' || numbers.n AS name,
    'act ' || numbers.n AS name_key, one.slug AS one, other.slug AS other, code AS country,
    'Port ' || (numbers.n % 20) AS city, 'port ' || (numbers.n % 20) AS city_key,
    100000000 / numbers.n AS popularity, numbers.n % 6 AS band, 1700000000000000 + numbers.n AS at
FROM numbers JOIN genres AS one ON one.g = numbers.n % 7
    JOIN genres AS other ON other.g = 1 + numbers.n % 7 JOIN countries ON c = numbers.n % 5;
INSERT INTO artists (id, slug, name, listing, genres, country, city, bio, plays, links, floor, source,
    created_at, updated_at)
SELECT n, slug, name, 'unclaimed', one || '+' || other, country, city, '', '[]', '[]',
    (SELECT floor FROM artists WHERE slug = 'night-ferry'), 'a story', at, at FROM told;
INSERT INTO artist_cards (artist, slug, name, name_key, genres, country, city, city_key, popularity,
    band, spark, bookable, created_at, updated_at, photo)
SELECT n, slug, name, name_key, one || '+' || other, country, city, city_key, popularity, band, '', 0,
    at, at, '' FROM told;
INSERT INTO artist_genres (genre, country, popularity, artist, created_at, name_key)
SELECT one, country, popularity, n, at, name_key FROM told
UNION ALL SELECT other, country, popularity, n, at, name_key FROM told;
INSERT INTO artist_facets (facet, popularity, artist)
SELECT one || '+' || other, popularity, n FROM told;
INSERT INTO artist_terms (term, popularity, artist)
WITH RECURSIVE prefixes(long) AS (SELECT 1 UNION ALL SELECT long + 1 FROM prefixes WHERE long < 6)
SELECT DISTINCT substr(CAST(n AS TEXT), 1, long), popularity, n FROM told CROSS JOIN prefixes
UNION SELECT substr('act', 1, long), popularity, n FROM told CROSS JOIN prefixes;
INSERT INTO stat_points (id, artist, metric, value, source_kind, source, observed_on)
SELECT n, n, 'monthly_listeners', popularity, 'csv', 'a story', '2026-10-01' FROM told;
INSERT INTO token_deletes (variant, token)
SELECT DISTINCT substr(CAST(n AS TEXT), 2), CAST(n AS TEXT) FROM told WHERE n > 9;
INSERT INTO artist_busy_days (artist, day)
SELECT n, '2027-03-' || (10 + n % 20) FROM told WHERE n % 3 = 0;
DROP TABLE told;
";

/// A query as it was noted: its words, and what stands in their places, as SQL has it.
fn split(noted: &str) -> (&str, Vec<String>) {
    let (query, binds) = noted.split_once(" -- binds: ").unwrap();
    let inner = binds.strip_prefix('[').and_then(|binds| binds.strip_suffix(']')).unwrap();
    (query, list(inner).into_iter().map(|bind| literal(&bind)).collect())
}

/// The parts of a list, which may be lists or have commas in quotes.
fn list(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quoted) = (vec![String::new()], 0, false);
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(letter);
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A number, a text, a list of them, or one of our own words for a column, by its name in the code.
fn literal(bind: &str) -> String {
    if let Some(inner) = bind.strip_prefix('[').and_then(|bind| bind.strip_suffix(']')) {
        let parts: Vec<String> = list(inner).iter().map(|part| literal(part)).collect();
        return format!("ARRAY[{}]", parts.join(", "));
    }
    if bind.parse::<i64>().is_ok() {
        return bind.to_owned();
    }
    if let Some(text) = bind.strip_prefix('"').and_then(|bind| bind.strip_suffix('"')) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut word = String::new();
    for letter in bind.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    format!("'{word}'")
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text, column_name = "detail")]
    detail: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// How SQLite goes about it, line by line.
fn plan_of_sqlite(reader: &mut Reader<'_>, noted: &str) -> Vec<String> {
    let (query, _) = split(noted);
    let steps: Vec<Step> =
        sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(reader.conn).unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}

/// How PostgreSQL goes about it, line by line, with the values that it was given.
fn plan_of_postgres(reader: &mut Reader<'_>, noted: &str) -> Vec<String> {
    let (query, values) = split(noted);
    let given = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
    reader.conn.batch_execute(&format!("PREPARE told AS {query}")).unwrap();
    let lines: Vec<Line> =
        sql_query(format!("EXPLAIN EXECUTE told{given}")).load(reader.conn).unwrap();
    reader.conn.batch_execute("DEALLOCATE told").unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

/// Tables that grow with the number of acts, and are large here.
const LARGE: [&str; 7] = [
    "artists",
    "artist_cards",
    "artist_genres",
    "artist_facets",
    "artist_terms",
    "token_deletes",
    "stat_points",
];

/// What a plan must not do with a large table: read all of it, sort what it read, or gather all that fits
/// before it stops at its limit.
fn faults<'a>(query: &str, plan: &'a [String]) -> Vec<&'a String> {
    let reads = |line: &str, table: &str| line.split([' ', '"', '`']).any(|word| word == table);
    let is_large = |line: &str| LARGE.iter().any(|table| reads(line, table));
    if !is_large(query) {
        return Vec::new();
    }
    // The few figures of one act may be sorted.
    let may_sort = !reads(query, "artist_cards") && reads(query, "stat_points");
    let is_fault = |line: &&String| {
        let scans = line.contains("Seq Scan") && is_large(line);
        // An index that is walked from its beginning is walked to its end, unless there is a limit.
        let walks = line.starts_with("SCAN ") && is_large(line);
        let to_its_end = walks && !(line.contains("USING") && query.contains("LIMIT"));
        let gathers = ["TEMP B-TREE", "Sort  (", "Bitmap Heap", "Materialize", "Hash"];
        let gathers = gathers.iter().any(|word| line.contains(word)) && !gathers_few(line);
        scans || to_its_end || (gathers && !may_sort)
    };
    plan.iter().filter(is_fault).collect()
}

/// Whether a query that begins behind a row goes there at once, and not through all that have its key.
fn seeks(query: &str, plan: &[String]) -> bool {
    let by_row = |line: &String| {
        let on_sqlite = line.starts_with("SEARCH ") && line.contains(",artist)");
        on_sqlite || (line.contains("Index Cond: ") && line.contains("ROW("))
    };
    !query.contains(".artist) ") || plan.iter().any(by_row)
}

/// Whether PostgreSQL expects a page or two of rows there: then it may gather them as it likes.
fn gathers_few(line: &str) -> bool {
    let (_, after) = line.split_once(" rows=").unwrap_or_default();
    let rows = after.split(' ').next().unwrap_or_default();
    rows.parse::<u32>().is_ok_and(|rows| rows <= 500)
}

/// More names have one of these words than are compared, and none has both.
const TOO_MANY: &str = "/artists?q=1+2";

/// Public pages and how many queries each may ask.
fn pages() -> Vec<(String, usize)> {
    let filters = [
        "",
        "genre=techno",
        "country=EE",
        "listeners=50k",
        "genre=folk&genre=funk",
        "genre=dub&country=DE",
        "country=FR&city=Port+2",
    ];
    let mut pages = Vec::new();
    for (number, filter) in filters.iter().enumerate() {
        let sorts: &[&str] = if number < 4 { &["", "newest", "name"] } else { &[""] };
        for sort in sorts {
            pages.push((format!("/artists?{filter}&sort={sort}"), 2));
            pages.push((format!("/artists?{filter}&sort={sort}&free=2027-03-12"), 2));
        }
    }
    for path in [
        "/",
        "/genres/techno",
        "/artists?q=act",
        "/artists?q=act&free=2027-03-12",
        "/artists/new.atom",
    ] {
        pages.push((path.to_owned(), 2));
    }
    // Of a search of several words the candidates are read by the hundred, and few fit.
    for path in [TOO_MANY, "/artists?q=act+99999", "/artists?q=noboty", "/artists?q=99998x"] {
        pages.push((path.to_owned(), 30));
    }
    // A word that no name begins with is known for one: nothing is compared, what was meant is looked for.
    pages.push(("/artists?q=nobodyyy".to_owned(), 4));
    // One for each fifty thousand acts, and one.
    pages.push(("/sitemap.xml".to_owned(), 3));
    pages.push(("/sitemap-0.xml".to_owned(), 2));
    // The newest figure of each metric is looked up by itself, however many figures there are.
    for path in ["/artists/night-ferry", "/artists/act-500"] {
        pages.push((path.to_owned(), 14));
    }
    pages
}

/// Where the link of a list with this parameter leads.
fn linked(page: &str, parameter: &str) -> Option<String> {
    let links = page.split("href=\"").skip(1).filter_map(|link| link.split('"').next());
    let mut lists =
        links.filter(|link| link.starts_with("/artists") || link.starts_with("/genres"));
    let link = lists.find(|link| link.contains(parameter))?;
    Some(link.replace("&#38;", "&").replace("&amp;", "&"))
}

async fn story(site: Site) {
    site.list_act(facts("night-ferry", "Night Ferry", Floor::default())).await;
    site.db.write(|tx| Ok(tx.conn.batch_execute(FILL)?)).await.unwrap();
    // As either database does it by itself after a while.
    let analyse = if matches!(site.url, DbUrl::Sqlite(_)) { "ANALYZE" } else { "VACUUM ANALYZE" };
    migrate::connect(&site.url).unwrap().batch_execute(analyse).unwrap();
    let site = site.with(|config| config.page_cache = 0);
    let mut told = 0;
    let mut wrong = Vec::new();
    for (path, most) in pages() {
        asked();
        let first = site.get(&path).await;
        assert!(first.status == 200, "{path}: {}", first.status);
        assert_eq!(first.text.contains("Too many acts have words"), path == TOO_MANY, "{path}");
        let mut queries = asked();
        assert!(!queries.is_empty() && queries.len() <= most, "{path} asks {queries:#?}");
        // The page after it, and from there the page before.
        let mut page = first;
        for edge in ["after=", "before="] {
            let Some(next) = linked(&page.text, edge) else { break };
            page = site.get(&next).await;
            let more = asked();
            assert!(
                page.status == 200 && !more.is_empty() && more.len() <= most,
                "{next}: {more:#?}"
            );
            queries.extend(more);
        }
        queries.sort();
        queries.dedup();
        told += queries.len();
        let is_sqlite = matches!(site.url, DbUrl::Sqlite(_));
        let plans = site.db.read(move |reader| {
            let plan = if is_sqlite { plan_of_sqlite } else { plan_of_postgres };
            Ok(queries.iter().map(|query| (query.clone(), plan(reader, query))).collect::<Vec<_>>())
        });
        for (query, plan) in plans.await.unwrap() {
            if !faults(&query, &plan).is_empty() || !seeks(&query, &plan) {
                wrong.push(format!("{path}\n{query}\n{}\n", plan.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {told}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(told > 60, "{told} queries are not those of all pages");
}

#[test]
fn every_query_of_a_public_page_walks_an_index_on_sqlite() {
    listen();
    tell(Backend::Sqlite, story);
}

#[test]
fn every_query_of_a_public_page_walks_an_index_on_postgres() {
    listen();
    tell(Backend::Postgres, story);
}
