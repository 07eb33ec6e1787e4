//! Public pages are kept as they are sent, and never longer than they are true.

use std::io::Read;
use std::time::{Duration, Instant as Stopwatch};

use jiff::SignedDuration;
use jiff::civil::date;
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use soundpost::artists::floor::Floor;
use soundpost::artists::import::{self, Options};
use soundpost::artists::stats::{Metric, SourceKind, StatPoint};
use soundpost::artists::{edit_store, store};
use soundpost::db::{Db, versions};

use crate::support::Site;
use crate::support::form::{ARTIST, facts};
use crate::support::member::Member;

const PAGE: &str = "/artists/night-ferry";

/// Moves the act to a city, in whatever process.
async fn move_to(db: &Db, city: &str) {
    let city = city.to_owned();
    db.write(move |tx| {
        let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
        let facts = soundpost::artists::Facts { city: city.clone(), ..act.facts.clone() };
        edit_store::update_facts(tx, &act, &facts)
    })
    .await
    .unwrap();
}

/// The number of the city that a page shows.
async fn seen(site: &Site, path: &str) -> usize {
    let page = site.get(path).await.text;
    let (_, after) = page.split_once("Nightport ").unwrap();
    after.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
}

on_both! {
    async fn a_page_is_sent_as_each_browser_takes_it_and_not_again_to_who_has_it(site: Site) {
        site.list_night_ferry().await;
        for path in ["/", "/artists", "/genres/ambient", PAGE, "/artists/new.atom", "/sitemap.xml"] {
            let (first, plain) = site.bytes(path, &[]).await;
            assert_eq!(first.status, 200, "{path}");
            let tag = first.headers["etag"].to_str().unwrap().to_owned();
            assert_eq!(first.headers["cache-control"], "no-cache");
            for (wanted, sent) in [("gzip", Some("gzip")), ("br, gzip", Some("br")), ("zstd", None)] {
                for _ in 0..2 {
                    let (answer, bytes) = site.bytes(path, &[("accept-encoding", wanted)]).await;
                    let encoding = answer.headers.get("content-encoding");
                    assert_eq!(encoding.map(|name| name.to_str().unwrap()), sent, "{path}");
                    assert_eq!(answer.headers["vary"], "accept-encoding");
                    assert_eq!(answer.headers["etag"], tag.as_str(), "{path}");
                    assert_eq!(unpacked(sent, &bytes), plain, "{path} {wanted}");
                }
            }
            let (again, nothing) = site.bytes(path, &[("if-none-match", &tag)]).await;
            assert_eq!((again.status, nothing.len()), (304, 0), "{path}");
            let (other, bytes) = site.bytes(path, &[("if-none-match", "W/\"another\"")]).await;
            assert_eq!((other.status, bytes), (200, plain), "{path}");
        }
        move_to(&site.db, "Nightport 1").await;
        let (before, _) = site.bytes(PAGE, &[]).await;
        move_to(&site.db, "Nightport 2").await;
        let tag = before.headers["etag"].to_str().unwrap();
        assert_eq!(site.bytes(PAGE, &[("if-none-match", tag)]).await.0.status, 200);
    }

    async fn who_saves_sees_it_at_once_and_so_does_everybody_else_here(site: Site) {
        site.list_night_ferry().await;
        let team = Member::join(&site, ARTIST, "Mari").await;
        for path in [PAGE, "/artists", "/"] {
            assert!(site.get(path).await.text.contains("Night Ferry"), "{path}");
        }
        let hidden = team.post("/artists/night-ferry/listing", &[("listing", "draft")]).await;
        assert_eq!(hidden.status, 303);
        assert_eq!(site.get(PAGE).await.status, 404);
        for path in ["/artists", "/", "/genres/ambient", "/sitemap.xml", "/artists/new.atom"] {
            let page = site.get(path).await.text;
            assert!(!page.contains("Night Ferry") && !page.contains("night-ferry"), "{path}: {page}");
        }
        team.post("/artists/night-ferry/listing", &[("listing", "unlisted")]).await;
        assert!(site.get(PAGE).await.text.contains("Night Ferry"));
        team.post("/artists/night-ferry/listing", &[("listing", "listed")]).await;
        assert!(site.get("/artists").await.text.contains("Night Ferry"));
    }

    async fn an_act_that_moves_to_another_address_is_at_the_old_one_no_more(site: Site) {
        site.list_night_ferry().await;
        assert_eq!(site.get(PAGE).await.status, 200);
        site.clock.advance(SignedDuration::from_hours(48));
        site.db.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            let facts = soundpost::artists::Facts { slug: "day-ferry".into(), ..act.facts.clone() };
            edit_store::update_facts(tx, &act, &facts)
        }).await.unwrap();
        assert_eq!(site.get(PAGE).await.headers["location"], "/artists/day-ferry");
        assert_eq!(site.get("/artists/day-ferry").await.status, 200);
        // Another takes the old one's place in the lists, and what is not there is not kept either.
        assert_eq!(site.get("/artists/evening-ferry").await.status, 404);
        let facts = facts("evening-ferry", "Evening Ferry", Floor::default());
        site.db.write(move |tx| store::insert_artist(tx, &facts, &[])).await.unwrap();
        assert_eq!(site.get("/artists/evening-ferry").await.status, 200);
        assert!(site.get("/artists").await.text.contains("Evening Ferry"));
    }

    async fn a_figure_that_expires_is_gone_the_next_day(site: Site) {
        let listed = facts("night-ferry", "Night Ferry", Floor::default());
        let figure = StatPoint {
            metric: Metric::MonthlyListeners,
            value: 48_210,
            source_kind: SourceKind::Manual,
            source: "the artist".into(),
            observed_on: date(2026, 11, 1),
            expires_on: Some(date(2026, 11, 22)),
        };
        site.db.write(move |tx| store::insert_artist(tx, &listed, std::slice::from_ref(&figure))).await.unwrap();
        assert!(site.get(PAGE).await.text.contains("48,210"));
        site.clock.advance(SignedDuration::from_hours(48));
        assert!(!site.get(PAGE).await.text.contains("48,210"));
    }

    async fn what_a_command_or_another_node_writes_is_seen_here_within_a_second(site: Site) {
        site.list_night_ferry().await;
        let other = site.another_node();
        move_to(&other, "Nightport 1").await;
        tokio::time::sleep(versions::BOUND).await;
        assert_eq!(seen(&site, PAGE).await, 1);
        assert_eq!(seen(&site, "/artists").await, 1);
        let file = "name,country,city\nKaja,EE,Tartu\n";
        let options = Options { source: "a.csv".into(), observed_on: date(2026, 11, 21), dry_run: false, map: Vec::new() };
        import::import(&other, file.as_bytes(), &options, &mut |_| {}).await.unwrap();
        other.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            store::hide(tx, act.id, "It is somebody else's name.")
        }).await.unwrap();
        tokio::time::sleep(versions::BOUND).await;
        assert!(site.get("/artists").await.text.contains("Kaja"));
        assert_eq!(site.get(PAGE).await.status, 404);
        other.close();
    }

    async fn no_page_is_older_than_the_bound_whoever_writes_and_wherever_one_reads(site: Site) {
        site.list_night_ferry().await;
        let nodes = [site.clone(), site.serving_node(&site.master, &[])];
        let command = site.another_node();
        move_to(&site.db, "Nightport 0").await;
        // When each city was certainly there.
        let mut there = vec![Stopwatch::now()];
        tokio::time::sleep(versions::BOUND).await;
        // What happens, who does it, how long it takes, who reads, and what.
        let steps = vec((0..4, 0..3_usize, 0..300_u64, 0..2_usize, 0..3_usize), 60);
        let steps = steps.new_tree(&mut TestRunner::deterministic()).unwrap().current();
        for (what, who, long, reader, page) in steps {
            match what {
                0 => {
                    let writer = [&nodes[0].db, &nodes[1].db, &command][who];
                    move_to(writer, &format!("Nightport {}", there.len())).await;
                    there.push(Stopwatch::now());
                    if let Some(node) = nodes.iter().position(|node| std::ptr::eq(&node.db, writer)) {
                        // Who wrote it sees it at once.
                        assert_eq!(seen(&nodes[node], PAGE).await, there.len() - 1);
                    }
                }
                1 => tokio::time::sleep(Duration::from_millis(long)).await,
                2 => site.clock.advance(SignedDuration::from_hours(long as i64 / 10)),
                _ => {}
            }
            let node = &nodes[reader];
            let path = [PAGE, "/artists", "/genres/ambient"][page];
            let asked = Stopwatch::now();
            let city = seen(node, path).await;
            if let Some(later) = there.get(city + 1) {
                let age = asked.saturating_duration_since(*later);
                assert!(age <= versions::BOUND, "{path} was {age:?} older than it may be");
            }
        }
        nodes[1].stop().await;
        command.close();
    }
}

fn unpacked(encoding: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        Some("gzip") => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap(),
        Some("br") => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).unwrap(),
        _ => bytes.take(bytes.len() as u64).read_to_end(&mut plain).unwrap(),
    };
    plain
}
