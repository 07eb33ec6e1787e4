//! Importing files of artists: what is stored, what stays as it is, and what is refused.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use futures_util::future::join;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use soundpost::artists::card_store::Card;
use soundpost::artists::floor::Floor;
use soundpost::artists::import::{self, Options, Report};
use soundpost::artists::import_file::LineError;
use soundpost::artists::paging;
use soundpost::artists::query::{Filter, ListQuery};
use soundpost::artists::stats::{Metric, StatPoint};
use soundpost::artists::{Artist, Facts, Listing, figure_store, store};
use soundpost::db::{Db, migrate};
use soundpost::ids::ArtistId;

use crate::support::Site;
use crate::support::damaged_file::damaged_artist_file;

const EARLIER: Date = date(2026, 11, 1);
const TODAY: Date = date(2026, 11, 21);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows in every table that an import writes to.
fn everything(site: &Site) -> Vec<i64> {
    let tables = [
        "artists",
        "artist_external_ids",
        "stat_points",
        "artist_cards",
        "artist_genres",
        "artist_terms",
        "artist_facets",
        "artist_links",
        "artist_words_due",
    ];
    tables.iter().map(|table| rows(site, table)).collect()
}

fn rows(site: &Site, table: &str) -> i64 {
    let mut conn = migrate::connect(&site.url).unwrap();
    let query = format!("SELECT count(*) AS n FROM {table}");
    diesel::sql_query(query).get_result::<Count>(&mut conn).unwrap().n
}

fn options(source: &str, observed_on: Date) -> Options {
    Options { source: source.to_owned(), observed_on, dry_run: false, map: Vec::new() }
}

async fn run(db: &Db, bytes: &[u8], options: &Options) -> (Report, Vec<LineError>) {
    let mut errors = Vec::new();
    let mut on_refused = |error: &LineError| errors.push(error.clone());
    let report = import::import(db, bytes, options, &mut on_refused).await.unwrap();
    let (added, updated, unchanged, refused) = counts(&report);
    assert_eq!(report.lines, added + updated + unchanged + report.unwanted + refused);
    (report, errors)
}

/// Imports these records and returns added, updated, unchanged, refused.
async fn import_rows(
    site: &Site,
    rows: &[&str],
    source: &str,
    observed_on: Date,
) -> (u64, u64, u64, u64) {
    let text = file(rows);
    counts(&run(&site.db, text.as_bytes(), &options(source, observed_on)).await.0)
}

/// `1` at the beginning of a record stands for an id of Spotify's form.
fn file(rows: &[&str]) -> String {
    let mut text = "spotify_id,slug,name,genres,country,city,monthly_listeners\n".to_owned();
    for row in rows {
        let (id, rest) = row.split_once(',').unwrap();
        let id = if id.is_empty() { String::new() } else { format!("{id:0>22}") };
        text.push_str(&format!("{id},{rest}\n"));
    }
    text
}

fn counts(report: &Report) -> (u64, u64, u64, u64) {
    (report.added, report.updated, report.unchanged, report.refused)
}

async fn artist(site: &Site, slug: &str) -> Artist {
    let slug = slug.to_owned();
    site.db.read(move |reader| store::find_by_slug(reader, &slug)).await.unwrap().unwrap()
}

async fn figures(site: &Site, artist: ArtistId) -> Vec<StatPoint> {
    site.db.read(move |reader| figure_store::list_stats(reader, artist)).await.unwrap()
}

async fn listed(site: &Site, filter: Filter) -> Vec<Card> {
    let query = ListQuery::of(filter);
    site.db.read(move |reader| paging::list_page(reader, &query)).await.unwrap().cards
}

fn own_facts(slug: &str, listing: Listing) -> Facts {
    Facts {
        slug: slug.to_owned(),
        name: "Own Name".to_owned(),
        listing,
        genres: vec!["techno".to_owned()],
        country: None,
        city: "Narva".to_owned(),
        bio: "Own words.".to_owned(),
        plays: Vec::new(),
        links: Vec::new(),
        floor: Floor { notice_days: Some(14), ..Floor::default() },
        source: "entered by the artist".to_owned(),
    }
}

on_both! {
    async fn new_artists_are_unclaimed_and_their_figures_say_where_they_come_from(site: Site) {
        let text = "spotify_id,name,genres,country,city,followers,monthly_listeners,popularity\n\
            0000000000000000000001,Kaja Mets,\"['deep house', 'techno']\",Estonia,Tartu,\
            16000,48.21K,57\n";
        let (report, errors) = run(&site.db, text.as_bytes(), &options("acts.csv", TODAY)).await;
        assert_eq!((counts(&report), errors.len()), ((1, 0, 0, 0), 0));

        let artist = artist(&site, "kaja-mets").await;
        assert_eq!(artist.facts.listing, Listing::Unclaimed);
        assert_eq!(artist.facts.genres, ["deep-house", "techno"]);
        assert_eq!(artist.facts.place(), "Tartu, EE");
        assert_eq!(artist.facts.source, "from a file: acts.csv");
        assert!(!artist.bookable);
        let said: Vec<(Metric, i64, String)> = figures(&site, artist.id)
            .await
            .iter()
            .map(|point| (point.metric, point.value, point.provenance()))
            .collect();
        let from = "from a file: acts.csv, 21 Nov 2026".to_owned();
        assert_eq!(said, [
            (Metric::Followers, 16_000, from.clone()),
            (Metric::MonthlyListeners, 48_210, from.clone()),
            (Metric::Popularity, 57, from),
        ]);
        let found = listed(&site, Filter::Search("kaja".into())).await;
        assert_eq!((found.len(), found[0].popularity, found[0].bookable), (1, 48_200, false));
        assert_eq!(listed(&site, Filter::Genre("techno".into())).await.len(), 1);
        assert_eq!(site.get("/artists/kaja-mets").await.status, 200);
    }

    async fn the_same_file_again_changes_nothing(site: Site) {
        let rows = ["1,,Kaja,techno,EE,Tartu,1200", ",,Mets,ambient;techno,,,", "2,,Öö,,EE,,5"];
        assert_eq!(import_rows(&site, &rows, "acts.csv", TODAY).await, (3, 0, 0, 0));
        let (before, stored) = (artist(&site, "kaja").await, everything(&site));
        site.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(import_rows(&site, &rows, "acts.csv", TODAY).await, (0, 0, 3, 0));
        assert_eq!(artist(&site, "kaja").await.updated_at, before.updated_at);
        assert_eq!(everything(&site), stored);
    }

    async fn a_later_file_has_news_about_an_unclaimed_artist(site: Site) {
        import_rows(&site, &["1,,Kaja,techno,EE,Tartu,1200"], "old.csv", EARLIER).await;
        site.clock.advance(SignedDuration::from_hours(1));
        let news = ["1,,Kaja Mets,ambient,,,2000"];
        assert_eq!(import_rows(&site, &news, "new.csv", TODAY).await, (0, 1, 0, 0));

        let artist = artist(&site, "kaja").await;
        assert_eq!((artist.facts.name.as_str(), artist.facts.place().as_str()),
            ("Kaja Mets", "Tartu, EE"));
        assert_eq!((artist.facts.genres[0].as_str(), artist.facts.source.as_str()),
            ("ambient", "from a file: new.csv"));
        let values: Vec<i64> =
            figures(&site, artist.id).await.iter().map(|point| point.value).collect();
        assert_eq!(values, [1_200, 2_000]);
        assert!(listed(&site, Filter::Genre("techno".into())).await.is_empty());
        let found = listed(&site, Filter::Search("mets".into())).await;
        assert_eq!((found.len(), found[0].slug.as_str(), found[0].popularity), (1, "kaja", 2_000));

        // The same source may correct itself; the old figure does not stay in the lists.
        let corrected = ["1,,Kaja Mets,ambient,,,30"];
        assert_eq!(import_rows(&site, &corrected, "new.csv", TODAY).await, (0, 1, 0, 0));
        assert_eq!(figures(&site, artist.id).await[1].value, 30);
        let found = listed(&site, Filter::Search("mets".into())).await;
        assert_eq!((found.len(), found[0].popularity), (1, 30));
        assert_eq!(rows(&site, "artist_cards"), 1);
    }

    async fn what_an_act_says_about_itself_stays_and_what_is_hidden_stays_hidden(site: Site) {
        for (n, listing) in
            [Listing::Draft, Listing::Listed, Listing::Unlisted, Listing::Hidden].iter().enumerate()
        {
            let slug = format!("act-{n}");
            let is_hidden = *listing == Listing::Hidden;
            let first = if is_hidden { Listing::Listed } else { *listing };
            let facts = own_facts(&slug, first);
            site.db
                .write(move |tx| {
                    let id = store::insert_artist(tx, &facts, &[])?;
                    if is_hidden { store::hide(tx, id, "The act asked for it by mail.") } else { Ok(()) }
                })
                .await
                .unwrap();
            let before = artist(&site, &slug).await;
            let row = format!("{},{slug},File's Name,ambient,DE,Berlin,700", n + 1);
            let imported = import_rows(&site, &[&row], "acts.csv", TODAY).await;
            assert_eq!(imported, (0, 1, 0, 0), "{listing:?}");
            let after = artist(&site, &slug).await;
            assert_eq!(after.facts, before.facts, "{listing:?}");
            assert_eq!(figures(&site, after.id).await[0].value, 700);
            // From now on the artist is known by the id as well.
            let row = format!("{},,Third Name,,,,700", n + 1);
            let imported = import_rows(&site, &[&row], "acts.csv", TODAY).await;
            assert_eq!(imported, (0, 0, 1, 0), "{listing:?}");
        }
        assert!(listed(&site, Filter::Search("file".into())).await.is_empty());
        let shown = listed(&site, Filter::Genre("techno".into())).await;
        assert_eq!((shown.len(), shown[0].slug.as_str(), shown[0].popularity), (1, "act-1", 700));
        assert_eq!(site.get("/artists/act-3").await.status, 404);
    }

    async fn a_record_that_repeats_another_is_refused_with_the_line_of_the_first(site: Site) {
        let rows = ["1,,Kaja,,,,", "1,,Other,,,,", "2,,KAJA,,,,", "3,,Mets,,,,", ",mets,Teine,,,,"];
        let (report, errors) =
            run(&site.db, file(&rows).as_bytes(), &options("acts.csv", TODAY)).await;
        assert_eq!(counts(&report), (2, 0, 0, 3));
        let refused: Vec<(u64, &str)> = errors
            .iter()
            .map(|error| (error.line, error.reason.split(':').next().unwrap()))
            .collect();
        assert_eq!(refused, [
            (3, "repeats line 2"),
            (4, "repeats line 2"),
            (6, "repeats line 5"),
        ]);
        assert_eq!(artist(&site, "kaja").await.facts.name, "Kaja");
    }

    async fn acts_of_one_name_that_a_catalogue_tells_apart_get_numbered_addresses(site: Site) {
        for (id, slug) in [("1", "kaja"), ("2", "kaja-2"), ("3", "kaja-3")] {
            let row = format!("{id},,Kaja,,,,{id}00");
            assert_eq!(import_rows(&site, &[&row], "acts.csv", TODAY).await, (1, 0, 0, 0));
            assert_eq!(import_rows(&site, &[&row], "acts.csv", TODAY).await, (0, 0, 1, 0));
            let artist = artist(&site, slug).await;
            assert_eq!(figures(&site, artist.id).await[0].value, id.parse::<i64>().unwrap() * 100);
        }
        // Without an id the name is all there is to go by.
        assert_eq!(import_rows(&site, &[",,Kaja,,,,"], "acts.csv", TODAY).await, (0, 0, 1, 0));
    }

    async fn what_could_be_two_artists_is_refused(site: Site) {
        let text = "spotify_id,discogs_id,name\n0000000000000000000001,,Kaja\n,12,Mets\n";
        let (report, _) = run(&site.db, text.as_bytes(), &options("a.csv", TODAY)).await;
        assert_eq!(counts(&report), (2, 0, 0, 0));
        let text = "spotify_id,discogs_id,name\n\
            0000000000000000000001,12,Both\n0000000000000000000001,,Kaja Renamed\n,,Kaja\n";
        let (report, errors) = run(&site.db, text.as_bytes(), &options("b.csv", TODAY)).await;
        assert_eq!(counts(&report), (0, 0, 1, 2));
        let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(reasons[0], "line 2: its ids are those of different artists");
        assert!(reasons[1].starts_with("line 3: repeats line 2: the same id"), "{}", reasons[1]);
        let text = "spotify_id,name\n0000000000000000000001,Kaja Renamed\n,Kaja\n";
        let (report, errors) = run(&site.db, text.as_bytes(), &options("c.csv", TODAY)).await;
        assert_eq!(counts(&report), (0, 1, 0, 1));
        assert_eq!(errors[0].to_string(), "line 3: repeats line 2: the same artist");
    }

    async fn the_numbers_of_one_file_mean_nothing_in_another(site: Site) {
        for (text, source, expected) in [
            ("id,name\n17,Kaja\n", "a.csv", (1, 0, 0, 0)),
            ("id,name\n17,Mets\n", "b.csv", (1, 0, 0, 0)),
            ("id,name\n17,Kaja Renamed\n", "a.csv", (0, 1, 0, 0)),
        ] {
            let (report, _) = run(&site.db, text.as_bytes(), &options(source, TODAY)).await;
            assert_eq!(counts(&report), expected, "{text}");
        }
        assert_eq!(artist(&site, "kaja").await.facts.name, "Kaja Renamed");
    }

    async fn a_genre_that_the_list_does_not_have_is_counted_and_left_out(site: Site) {
        let rows = ["1,,Kaja,Techno;dust polka,,,", "2,,Mets,Dust Polka|moth song,,,", "3,,Öö,,,,"];
        let (report, _) = run(&site.db, file(&rows).as_bytes(), &options("acts.csv", TODAY)).await;
        assert_eq!(counts(&report), (3, 0, 0, 0));
        let unknown = [("dust polka".to_owned(), 2_u64), ("moth song".to_owned(), 1)];
        assert_eq!(report.unknown_genres, unknown);
        assert_eq!(artist(&site, "kaja").await.facts.genres, ["techno"]);
        assert!(artist(&site, "mets").await.facts.genres.is_empty());
    }

    async fn a_dry_run_says_what_would_happen_and_stores_nothing(site: Site) {
        import_rows(&site, &["1,,Kaja,techno,EE,,1200", "2,,Mets,,,,"], "a.csv", EARLIER).await;
        let stored = everything(&site);
        let text = file(&["1,,Kaja,,,,1300", "2,,Mets,,,,", "3,,Teine,,,,7", "4,,,,,,"]);
        let dry = Options { dry_run: true, ..options("b.csv", TODAY) };
        let (would, errors) = run(&site.db, text.as_bytes(), &dry).await;
        assert_eq!((counts(&would), errors.len()), ((1, 1, 1, 1), 1));
        assert!(import::summary(&would).contains("nothing is stored"));
        assert_eq!(everything(&site), stored);
        let (done, _) = run(&site.db, text.as_bytes(), &options("b.csv", TODAY)).await;
        assert_eq!(counts(&done), counts(&would));
        assert_ne!(everything(&site), stored);
    }

    async fn a_file_that_is_none_is_refused_as_a_whole(site: Site) {
        let options = options("acts.csv.gz", TODAY);
        let imported =
            import::import(&site.db, &b"\x1f\x8b"[..], &options, &mut |_: &LineError| {}).await;
        let error = imported.unwrap_err().to_string();
        assert!(error.starts_with("the file is compressed"), "{error}");
        assert_eq!(rows(&site, "artists"), 0);
    }

    async fn two_imports_at_once_add_every_artist_once(site: Site) {
        let rows: Vec<String> =
            (1..=300).map(|n| format!("{n},,Act {n},techno;ambient,EE,Tartu,{n}")).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let text = file(&rows);
        let node = site.another_node();
        let options = options("acts.csv", TODAY);
        let ((one, _), (other, _)) = join(
            run(&site.db, text.as_bytes(), &options),
            run(&node, text.as_bytes(), &options),
        )
        .await;
        node.close();
        assert_eq!((one.added + other.added, one.unchanged + other.unchanged), (300, 300));
        assert_eq!(everything(&site)[..4], [300; 4]);
    }

    async fn a_badly_damaged_file_gives_every_sound_artist_and_no_other(site: Site) {
        let file = damaged_artist_file(20_000, 7);
        let (report, errors) = run(&site.db, &file.bytes, &options("acts.csv", TODAY)).await;
        let missed: Vec<&(u64, &str)> = file
            .bad_lines
            .iter()
            .filter(|(line, _)| !errors.iter().any(|error| error.line == *line))
            .collect();
        assert!(missed.is_empty(), "taken though damaged: {missed:?}");
        let unjust: Vec<&LineError> = errors
            .iter()
            .filter(|error| !file.bad_lines.iter().any(|(line, _)| *line == error.line))
            .collect();
        assert!(unjust.is_empty(), "refused though sound: {unjust:?}");
        assert!(errors.is_sorted_by_key(|error| error.line));
        let (good, bad) = (file.good_artists as u64, file.bad_lines.len() as u64);
        assert_eq!(counts(&report), (good, 0, 0, bad));
        assert_eq!(rows(&site, "artists"), good as i64);
        assert_eq!(rows(&site, "artist_cards"), good as i64);
        assert!(report.unknown_genres.iter().any(|(label, _)| label == "estonian pop"));
    }

    async fn a_damaged_file_again_changes_nothing_either(site: Site) {
        let file = damaged_artist_file(2_000, 11);
        let options = options("acts.csv", TODAY);
        let (first, errors) = run(&site.db, &file.bytes, &options).await;
        let stored = everything(&site);
        let (second, again) = run(&site.db, &file.bytes, &options).await;
        assert_eq!(counts(&second), (0, 0, first.added, first.refused));
        assert_eq!(errors, again);
        assert_eq!(everything(&site), stored);
    }
}
