//! What a program counts, as it is read on its own listener.

use futures_util::future::join_all;
use jiff::SignedDuration;
use soundpost::db::DbUrl;
use soundpost::db::versions::Source;

use crate::support::{Answer, Site};

/// What the listener says now.
async fn read(site: &Site) -> String {
    let address = site.metrics.unwrap();
    let answer = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert_eq!(
        answer.headers()["content-type"].to_str().unwrap().split(';').next().unwrap(),
        "application/openmetrics-text"
    );
    answer.text().await.unwrap()
}

/// The value of a sample, by its name and labels as they stand there.
fn value(text: &str, sample: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {sample} in:\n{text}")).trim().parse().unwrap()
}

fn counted(site: &Site) -> Site {
    site.with(|config| config.metrics_listen = Some(([127, 0, 0, 1], 0).into()))
}

on_both! {
    async fn what_is_asked_kept_written_and_due_is_counted_and_nobody_is_named(site: Site) {
        site.list_night_ferry().await;
        site.send_mails().await;
        let site = counted(&site);
        for _ in 0..3 {
            site.get("/artists").await;
        }
        site.get("/artists/night-ferry").await;
        site.get("/artists/an-unknown-act").await;
        site.get("/t/asecretthatisnolink").await;
        site.get("/no-such-page").await;
        let before = read(&site).await;
        let requests = |route: &str, status: u16| {
            format!(
                "soundpost_request_seconds_count{{route=\"{route}\",method=\"GET\",status=\"{status}\"}}"
            )
        };
        assert_eq!(value(&before, &requests("/artists", 200)), 3.0);
        assert_eq!(value(&before, &requests("/artists/{slug}", 200)), 1.0);
        assert_eq!(value(&before, &requests("/artists/{slug}", 404)), 1.0);
        assert_eq!(value(&before, &requests("(none)", 404)), 1.0);
        assert_eq!(value(&before, "soundpost_page_hits_total"), 2.0);
        assert_eq!(value(&before, "soundpost_outbox_mails"), 0.0);
        assert_eq!(value(&before, "soundpost_outbox_oldest_seconds"), 0.0);
        assert!(value(&before, "soundpost_resident_memory_bytes") > 1_000_000.0);
        let connections = before.contains("soundpost_database_connections ");
        assert_eq!(connections, matches!(site.url, DbUrl::Postgres(_)));
        for named in ["night-ferry", "an-unknown-act", "asecret", "no-such-page", "127.0.0.1"] {
            assert!(!before.contains(named), "{named} in:\n{before}");
        }

        site.sent_request().await;
        site.clock.advance(SignedDuration::from_secs(90));
        let after = read(&site).await;
        let grown = |sample: &str| value(&after, sample) - value(&before, sample);
        assert!(grown("soundpost_write_commit_seconds_count") >= 2.0);
        assert!(grown("soundpost_write_jobs_sum") >= 2.0);
        assert!(value(&after, "soundpost_outbox_mails") >= 1.0);
        assert!(value(&after, "soundpost_outbox_oldest_seconds") >= 90.0);
        assert!(after.ends_with("# EOF\n"));
    }

    async fn an_address_however_it_is_written_is_one_kept_page_and_what_people_type_is_none(site: Site) {
        site.list_night_ferry().await;
        let site = counted(&site);
        let made = async |path: &str| {
            let before = value(&read(&site).await, "soundpost_page_makes_total");
            assert_eq!(site.get(path).await.status, 200, "{path}");
            value(&read(&site).await, "soundpost_page_makes_total") - before
        };
        assert_eq!(made("/artists?genre=ambient&sort=name").await, 1.0);
        for path in [
            "/artists?genre=ambient&sort=name",
            "/artists?sort=name&genre=ambient",
            "/artists?genre=AMBIENT&sort=Name",
            "/artists?genre=ambient&sort=name&utm=1&listeners=",
            "/artists?genre=ambient&genre=ambient&sort=name",
        ] {
            assert_eq!(made(path).await, 0.0, "{path}");
        }
        for path in ["/artists?q=night", "/artists?q=NIGHT", "/artists?country=EE&city=tallinn"] {
            assert_eq!(made(path).await, 1.0, "{path}");
            assert_eq!(made(path).await, 1.0, "{path}: nothing of it is kept");
        }
    }

    async fn a_page_at_hand_is_headed_counted_and_limited_like_one_on_its_way(site: Site) {
        site.list_night_ferry().await;
        let site = counted(&site);
        let without_its_own = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            assert!(headers.remove("date").is_some());
            (headers.remove("x-request-id").unwrap(), headers)
        };
        for (path, route) in [
            ("/", "/"),
            ("/artists", "/artists"),
            ("/artists?genre=ambient&sort=name", "/artists"),
            ("/genres/ambient", "/genres/{slug}"),
            ("/artists/night-ferry", "/artists/{slug}"),
            ("/artists/new.atom", "/artists/new.atom"),
            ("/sitemap.xml", "/sitemap.xml"),
        ] {
            // Words that no page knows lead to the same page, past what is at hand.
            let around = format!("{path}{}utm=1", if path.contains('?') { "&" } else { "?" });
            let before = read(&site).await;
            let (made, page) = site.bytes(path, &[]).await;
            let (at_hand, same) = site.bytes(path, &[]).await;
            let (on_its_way, too) = site.bytes(&around, &[]).await;
            assert_eq!((&page, &page), (&same, &too), "{path}");
            let [made, at_hand, on_its_way] = [&made, &at_hand, &on_its_way].map(without_its_own);
            assert_eq!((&made.1, &made.1), (&at_hand.1, &on_its_way.1), "{path}");
            assert!(made.0 != at_hand.0 && at_hand.0 != on_its_way.0, "{path}: a reference each");
            let tag = made.1["etag"].to_str().unwrap();
            assert_eq!(site.bytes(path, &[("if-none-match", tag)]).await.0.status, 304, "{path}");
            assert_eq!(site.head(path).await, 200);
            assert_eq!(site.post(path, &[]).await.status, 405, "{path}");

            let after = read(&site).await;
            let answered = |method: &str, status: u16| {
                let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
                let sample = format!("soundpost_request_seconds_count{{{labels}}}");
                let so_far = before.contains(&sample).then(|| value(&before, &sample));
                value(&after, &sample) - so_far.unwrap_or_default()
            };
            let counts = [answered("GET", 200), answered("GET", 304), answered("HEAD", 200)];
            assert_eq!(counts, [3.0, 1.0, 1.0], "{path}");
            assert_eq!(answered("POST", 405), 1.0, "{path}");
            let grown = |sample: &str| value(&after, sample) - value(&before, sample);
            assert_eq!(grown("soundpost_page_makes_total"), 1.0, "{path}");
            assert_eq!(grown("soundpost_page_hits_total"), 4.0, "{path}");
        }
        for _ in 0..40 {
            let pages = join_all((0..30).map(|_| site.bytes("/artists", &[]))).await;
            if let Some((answer, page)) = pages.iter().find(|(answer, _)| answer.status != 200) {
                assert_eq!(answer.status, 429);
                let why = "Too many requests came from your network";
                assert!(String::from_utf8_lossy(page).contains(why));
                return;
            }
        }
        panic!("1,200 pages at once, and four hundred are the most");
    }

    async fn a_page_that_many_want_at_once_is_made_once(site: Site) {
        site.list_night_ferry().await;
        let site = counted(&site);
        for encoding in ["identity", "br"] {
            site.db.write(|tx| { tx.touch(Source::LISTS); Ok(()) }).await.unwrap();
            let made = value(&read(&site).await, "soundpost_page_makes_total");
            let headers = [("accept-encoding", encoding)];
            let pages = join_all((0..30).map(|_| site.bytes("/artists", &headers))).await;
            assert!(pages.iter().all(|(answer, bytes)| answer.status == 200 && *bytes == pages[0].1));
            assert_eq!(value(&read(&site).await, "soundpost_page_makes_total"), made + 1.0);
        }
    }
}
