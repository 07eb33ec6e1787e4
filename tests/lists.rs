//! Lists and search: every act exactly once and in order, forwards and backwards; found by what
//! people type; and an empty list leads on.

mod seen;
mod words;

use std::cmp::Reverse;

use jiff::civil::date;
use soundpost::artists::floor::Floor;
use soundpost::artists::names::name_key;
use soundpost::artists::paging::{self, Count, PAGE, Page};
use soundpost::artists::query::{Edge, Filter, ListQuery, Sort};
use soundpost::artists::stats::{Metric, SourceKind, StatPoint, band, popularity};
use soundpost::artists::{Facts, Listing, store};
use soundpost::clock::Instant;
use soundpost::places::Country;

use crate::support::form::facts;
use crate::support::{Answer, NOON, Site};

/// An act of the crowd.
struct Act {
    facts: Facts,
    listeners: Option<i64>,
    /// In microseconds.
    added_at: i64,
}

/// 120 acts, with ties in everything that lists are sorted by.
fn crowd() -> Vec<Act> {
    let act = |n: usize| {
        let first = ["Night", "Night", "Salt", "Amber"][n % 4];
        let second = ["Ferry", "Fern", "Feral", "Quay", "Tide"][n % 5];
        let genres = [
            "ambient+electro",
            "techno+ambient",
            "dub+techno",
            "ambient+techno",
            "techno+ambient+dub",
            "",
        ][n % 6];
        let (country, city) = [
            ("EE", "Tallinn"),
            ("DE", "Berlin"),
            ("", ""),
            ("FR", ""),
            ("DE", "Hamburg"),
            ("DE", "Berlin"),
            ("EE", ""),
        ][n % 7];
        let listeners = [
            None,
            Some(120),
            Some(950),
            Some(12_340),
            Some(12_349),
            Some(48_210),
            Some(250_000),
            Some(48_250),
        ][n % 8];
        Act {
            facts: Facts {
                listing: if n % 9 == 8 { Listing::Unclaimed } else { Listing::Listed },
                genres: store::split_genres(genres).map(ToOwned::to_owned).collect(),
                country: Country::from_code(country),
                city: city.into(),
                ..facts(&format!("act-{n}"), &format!("{first} {second}"), Floor::default())
            },
            listeners,
            added_at: NOON - (n as i64 % 13) * 3_600_000_000,
        }
    };
    (0..120).map(act).collect()
}

/// The monthly listeners of 3 November, if there are any.
fn figures(listeners: Option<i64>) -> Vec<StatPoint> {
    let point = listeners.map(|value| StatPoint {
        metric: Metric::MonthlyListeners,
        value,
        source_kind: SourceKind::Manual,
        source: "the artist".into(),
        observed_on: date(2026, 11, 3),
        expires_on: None,
    });
    point.into_iter().collect()
}

async fn insert_crowd(site: &Site) {
    site.db
        .write(|tx| {
            for act in crowd() {
                let added_at = Instant::from_micros(act.added_at);
                let figures = figures(act.listeners);
                store::insert_artist_added_at(tx, &act.facts, &figures, added_at)?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

fn fits(filter: &Filter, act: &Act) -> bool {
    let plays = |genre: &String| act.facts.genres.contains(genre);
    let from = |country: &Country| act.facts.country.as_ref() == Some(country);
    let name = act.facts.name.to_lowercase();
    match filter {
        Filter::None => true,
        Filter::Genre(genre) => plays(genre),
        Filter::Genres(one, other) => plays(one) && plays(other),
        Filter::Country(country) => from(country),
        Filter::GenreInCountry(genre, country) => plays(genre) && from(country),
        Filter::City(_, city, country) => act.facts.city == *city && from(country),
        Filter::Band(number) => band(popularity(act.listeners)) == *number as i64,
        Filter::Search(text) => {
            text.split(' ').all(|word| name.split(' ').any(|own| own.starts_with(word)))
        }
    }
}

/// What a list must show, in its order; of two acts with the same key the later comes first, by
/// name the earlier.
fn expected(filter: &Filter, sort: Sort) -> Vec<String> {
    let mut acts: Vec<(usize, Act)> =
        crowd().into_iter().enumerate().filter(|(_, act)| fits(filter, act)).collect();
    match sort {
        Sort::Popular => acts.sort_by_key(|(n, act)| Reverse((popularity(act.listeners), *n))),
        Sort::Newest => acts.sort_by_key(|(n, act)| Reverse((act.added_at, *n))),
        Sort::Name => acts.sort_by_key(|(n, act)| (name_key(&act.facts.name), *n)),
    }
    acts.into_iter().map(|(_, act)| act.facts.slug).collect()
}

/// A neighbouring page as a visitor gets to it: by its address.
fn by_address(query: &ListQuery) -> ListQuery {
    let url = query.url();
    let (_, parameters) = url.split_once('?').unwrap();
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(parameters.as_bytes()).into_owned().collect();
    let again = ListQuery::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    assert_eq!(again, *query, "{url}");
    again
}

async fn page(site: &Site, query: &ListQuery) -> Page {
    let query = query.clone();
    site.db.read(move |reader| paging::list_page(reader, &query)).await.unwrap()
}

fn slugs(page: &Page) -> Vec<String> {
    page.cards.iter().map(|card| card.slug.clone()).collect()
}

/// The slugs of the acts that a page lists.
fn listed(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer.text.split("<h3 class=\"act\"><a href=\"/artists/").skip(1);
    rows.map(|row| row.split('"').next().unwrap().to_owned()).collect()
}

fn unescaped(html: &str) -> String {
    let entities =
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    entities.iter().fold(html.to_owned(), |text, (entity, c)| text.replace(entity, c))
}

/// Where the button under a list leads, if it is there.
fn pager(answer: &Answer, rel: &str) -> Option<String> {
    let (_, after) = answer.text.split_once(&format!("rel=\"{rel}\" href=\""))?;
    after.split_once('"').map(|(href, _)| unescaped(href))
}

fn search_for(text: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("/artists?{}", query.append_pair("q", text).finish())
}

/// The lists that an empty one leads on to: (address, label).
fn suggestions(answer: &Answer) -> Vec<(String, String)> {
    let (_, empty) = answer.text.split_once("<div class=\"empty\">").unwrap();
    let (empty, _) = empty.split_once("</div>").unwrap();
    let links = empty.split("<li><a href=\"").skip(1);
    links
        .map(|link| {
            let (url, label) = link.split_once("\">").unwrap();
            (unescaped(url), unescaped(label.split_once("</a>").unwrap().0))
        })
        .collect()
}

fn pair(url: &str, label: &str) -> (String, String) {
    (url.to_owned(), label.to_owned())
}

/// An act with these genres from this country.
fn act(slug: &str, genres: &[&str], country: &str) -> Facts {
    Facts {
        genres: genres.iter().map(|genre| (*genre).to_owned()).collect(),
        country: Country::from_code(country),
        ..facts(slug, slug, Floor::default())
    }
}

on_both! {
    async fn every_list_shows_every_act_once_and_in_order_forwards_and_backwards(site: Site) {
        insert_crowd(&site).await;
        let germany = Country::from_code("DE").unwrap();
        let sortable = [
            Filter::None,
            Filter::Genre("techno".into()),
            Filter::Country(germany.clone()),
            Filter::Band(3),
        ];
        let by_listeners_only = [
            Filter::Genres("ambient".into(), "techno".into()),
            Filter::GenreInCountry("techno".into(), germany.clone()),
            Filter::City("berlin".into(), "Berlin".into(), germany),
            Filter::Search("night".into()),
            Filter::Search("night fe".into()),
            Filter::Search("fe n".into()),
        ];
        assert!(sortable.iter().all(Filter::is_sortable));
        assert!(!by_listeners_only.iter().any(Filter::is_sortable));
        let sorted = sortable.iter().flat_map(|filter| {
            Sort::ALL.iter().map(move |(sort, ..)| (filter.clone(), *sort))
        });
        let fixed = by_listeners_only.iter().map(|filter| (filter.clone(), Sort::Popular));
        for (filter, sort) in sorted.chain(fixed) {
            let what = format!("{filter:?}, {sort:?}");
            let all = expected(&filter, sort);
            assert!(all.len() > PAGE, "{what}: {} acts prove little", all.len());
            let mut query = ListQuery { filter, sort, free: String::new(), edge: Edge::Start };
            let mut forwards = Vec::new();
            let mut shown = page(&site, &query).await;
            loop {
                assert_eq!(shown.count, Count::Exactly(all.len()), "{what}");
                assert_eq!(shown.previous.is_none(), forwards.is_empty(), "{what}");
                forwards.push(slugs(&shown));
                assert!(forwards.len() < 10, "{what}: it does not end");
                let Some(next) = shown.next.take() else { break };
                query = by_address(&next);
                shown = page(&site, &query).await;
            }
            assert_eq!(forwards.concat(), all, "{what}");
            let full = &forwards[..forwards.len() - 1];
            assert!(full.iter().all(|rows| rows.len() == PAGE), "{what}");

            let mut backwards = vec![slugs(&shown)];
            while let Some(previous) = shown.previous.take() {
                shown = page(&site, &by_address(&previous)).await;
                assert!(shown.next.is_some(), "{what}");
                assert_eq!(shown.count, Count::Exactly(all.len()), "{what}");
                backwards.push(slugs(&shown));
                assert!(backwards.len() < 10, "{what}: it does not end backwards");
            }
            backwards.reverse();
            assert_eq!(backwards, forwards, "{what}: backwards");
        }
    }

    async fn the_buttons_under_a_list_lead_through_all_of_it_and_back(site: Site) {
        insert_crowd(&site).await;
        let techno = Filter::Genre("techno".into());
        for (path, filter, sort, count) in [
            ("/artists", Filter::None, Sort::Popular, "120 acts · most listeners first"),
            ("/artists?sort=newest", Filter::None, Sort::Newest, "120 acts · newest first"),
            ("/artists?genre=techno&sort=name", techno.clone(), Sort::Name,
             "80 acts · by name, A to Z"),
            ("/genres/techno", techno, Sort::Popular, "80 acts · most listeners first"),
            ("/artists?q=night+fe", Filter::Search("night fe".into()), Sort::Popular,
             "36 acts · most listeners first"),
        ] {
            let mut shown = site.get(path).await;
            let mut seen = listed(&shown);
            while let Some(next) = pager(&shown, "next") {
                assert!(shown.text.contains(count), "{path}: not {count}");
                shown = site.get(&next).await;
                seen.extend(listed(&shown));
                assert!(seen.len() <= 120, "{path}: it does not end");
            }
            assert_eq!(seen, expected(&filter, sort), "{path}");
            assert!(!shown.text.contains("500+"), "{path}");
            let mut back = listed(&shown);
            while let Some(previous) = pager(&shown, "prev") {
                shown = site.get(&previous).await;
                back = [listed(&shown), back].concat();
                assert!(back.len() <= 120, "{path}: it does not end backwards");
            }
            assert_eq!(back, seen, "{path}: backwards");
        }
    }

    async fn acts_are_found_by_how_their_words_begin_in_any_script(site: Site) {
        for (slug, name) in [
            ("night-ferry", "Night Ferry"), ("rokla", "Røkla"), ("noch", "Ночь"),
            ("beijing", "北京"), ("layl", "لَيْل"), ("tum", "T.U.M."), ("straw", "Salt & Straw"),
            ("kasa", "KA$A"),
        ] {
            site.list_act(facts(slug, name, Floor::default())).await;
        }
        for (typed, found) in [
            ("night", "night-ferry"), ("nig", "night-ferry"), ("ferry", "night-ferry"),
            ("nig fer", "night-ferry"), ("  FERRY,  night ", "night-ferry"), ("ight", ""),
            ("night straw", ""), ("nightly", ""), ("rokla", "rokla"), ("RØK", "rokla"),
            ("ночь", "noch"), ("НОЧ", "noch"), ("noch", "noch"), ("北", "beijing"),
            ("北京", "beijing"), ("beijing", "beijing"), ("ليل", "layl"), ("لَيْل", "layl"),
            ("tum", "tum"), ("t.u.m.", "tum"), ("salt and", "straw"), ("salt & straw", "straw"),
            ("kasa", "kasa"), ("ka$", "kasa"),
        ] {
            let answer = site.get(&search_for(typed)).await;
            let slugs: Vec<&str> = found.split_whitespace().collect();
            assert_eq!(listed(&answer), slugs, "{typed}");
            assert_eq!(answer.text.contains("No act found"), found.is_empty(), "{typed}");
        }
    }

    async fn a_search_that_finds_nothing_suggests_what_was_meant(site: Site) {
        site.list_act(facts("night-ferry", "Night Ferry", Floor::default())).await;
        site.list_act(facts("evenings", "Kaleidoscope Evenings", Floor::default())).await;
        for (typed, url, label) in [
            ("nigth", "/artists?q=night", "Acts called “night”"),
            ("nght", "/artists?q=night", "Acts called “night”"),
            ("nightt", "/artists?q=night", "Acts called “night”"),
            ("Kaleidoskope", "/artists?q=kaleidoscope", "Acts called “kaleidoscope”"),
            ("nihgt fery", "/artists?q=night+ferry", "Acts called “night ferry”"),
            ("tallinn", "/artists?country=EE&city=Tallinn", "Acts from Tallinn, Estonia"),
            ("Estonia", "/artists?country=EE", "Acts from Estonia"),
            ("Ambient", "/artists?genre=ambient", "Acts that play ambient"),
        ] {
            let answer = site.get(&search_for(typed)).await;
            let found = suggestions(&answer);
            assert!(found.contains(&pair(url, label)), "{typed}: {found:?}");
            assert!(!listed(&site.get(url).await).is_empty(), "{url}");
        }
        // A word that is right stays, and only what finds an act is offered.
        site.list_act(facts("polnoch", "Йорк Полночь", Floor::default())).await;
        site.list_act(facts("volna", "Йору Волна", Floor::default())).await;
        for (typed, url) in [
            ("york plnoch", "/artists?q=iork+polnoch"),
            ("iork plnoch", "/artists?q=iork+polnoch"),
            ("iorr polnoch", "/artists?q=iork+polnoch"),
            ("night polnoch", ""),
        ] {
            let found = suggestions(&site.get(&search_for(typed)).await);
            let searches: Vec<&str> =
                found.iter().map(|(url, _)| url.as_str()).filter(|url| url.contains("?q=")).collect();
            let expected: Vec<&str> = Some(url).into_iter().filter(|url| !url.is_empty()).collect();
            assert_eq!(searches, expected, "{typed}");
        }
        let far_off = suggestions(&site.get(&search_for("nxxht")).await);
        assert_eq!(far_off, [pair("/artists", "All acts")], "two letters are not one");
    }

    async fn an_empty_combination_leads_to_the_widest_list_first(site: Site) {
        for slug in ["one", "two", "three"] {
            site.list_act(act(slug, &["ambient"], "EE")).await;
        }
        site.list_act(act("four", &["jazz"], "FR")).await;
        let everything = pair("/artists", "All acts");
        let jazz = pair("/artists?genre=jazz", "Acts that play jazz");
        for (path, leads_to) in [
            ("/artists?genre=jazz&country=EE", vec![
                everything.clone(), pair("/artists?country=EE", "Acts from Estonia"), jazz.clone(),
            ]),
            ("/artists?country=FR&city=Narva", vec![
                everything.clone(), pair("/artists?country=FR", "Acts from France"),
            ]),
            // Nobody plays dub, so that list is not offered.
            ("/artists?genre=dub&genre=jazz", vec![everything.clone(), jazz]),
            ("/artists?listeners=1m", vec![everything]),
        ] {
            let answer = site.get(path).await;
            assert!(listed(&answer).is_empty(), "{path}");
            assert!(answer.text.contains("No act fits all of these at once."), "{path}");
            assert_eq!(suggestions(&answer), leads_to, "{path}");
            for (url, _) in leads_to {
                assert!(!listed(&site.get(&url).await).is_empty(), "{url}");
            }
        }
    }
}
