//! An act's own people paste their figures from a table.

use jiff::ToSpan;
use jiff::civil::date;
use soundpost::artists::stats::{Metric, SourceKind, StatPoint};
use soundpost::artists::{edit_store, figure_store, store};

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::{Answer, Site};

const FIGURES: &str = "/artists/night-ferry/figures";
const ROWS: &str = "/artists/night-ferry/figures/rows";

async fn mari(site: &Site) -> Member {
    site.list_night_ferry().await;
    Member::join(site, ARTIST, "Mari").await
}

async fn look(mari: &Member, rows: &str) -> Answer {
    mari.post(ROWS, &[("rows", rows)]).await
}

async fn enter(mari: &Member, rows: &str) -> Answer {
    mari.post(ROWS, &[("rows", rows), ("enter", "yes")]).await
}

async fn stored(site: &Site) -> Vec<StatPoint> {
    site.db
        .read(|reader| {
            let act = store::find_by_slug(reader, "night-ferry")?.unwrap();
            figure_store::list_stats(reader, act.id)
        })
        .await
        .unwrap()
}

on_both! {
    async fn a_table_is_looked_at_and_then_entered(site: Site) {
        let mari = mari(&site).await;
        let typed = [("metric", "monthly_listeners"), ("value", "48,210"),
            ("observed_on", "2026-11-03"), ("source", "Example Radio")];
        assert_eq!(mari.post(FIGURES, &typed).await.location(), FIGURES);

        let rows = "date;metric;value;source\r\n2026-11-03;monthly_listeners;51,300;Example Radio\r\n\
            2026-10-03;followers;17;=HYPERLINK(\"x\")\r\n";
        let looked = look(&mari, rows).await;
        assert_eq!(looked.status, 200);
        for words in ["2 figures will be entered, one replaces an earlier one.", "Nothing is entered yet",
            "51,300", "3 Oct 2026", "=HYPERLINK(&#34;x&#34;)"] {
            assert!(looked.text.contains(words), "{words}: {}", looked.text);
        }
        assert_eq!(stored(&site).await.len(), 1);
        assert!(!site.get("/artists/night-ferry").await.text.contains("51,300"));
        let changed = mari.post(ROWS, &[("rows", rows), ("change", "yes")]).await;
        assert!(changed.status == 200 && changed.text.contains("2026-10-03;followers;17"));
        assert_eq!(stored(&site).await.len(), 1);

        assert_eq!(enter(&mari, rows).await.location(), format!("{FIGURES}?entered=2"));
        assert!(mari.get(&format!("{FIGURES}?entered=2")).await.text.contains("2 figures are entered."));
        let page = site.get("/artists/night-ferry").await.text;
        for words in ["51,300", "from a list by the artist, as Example Radio shows it, 3 Nov 2026",
            "=HYPERLINK(&#34;x&#34;)"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("48,210"));
        assert!(site.get("/artists").await.text.contains("51.3k"), "lists follow");
        assert_eq!(stored(&site).await.len(), 2);
        // The same again replaces, and each time is one change.
        assert!(look(&mari, rows).await.text.contains("2 replace earlier ones."));
        assert_eq!(enter(&mari, rows).await.status, 303);
        assert_eq!(stored(&site).await.len(), 2);
        let changes = site.db.read(|reader| {
            let act = store::find_by_slug(reader, "night-ferry")?.unwrap();
            edit_store::list_changes(reader, act.id, 10)
        }).await.unwrap();
        assert_eq!(changes.iter().filter(|change| change.what == "figures").count(), 3);
    }

    async fn one_wrong_row_keeps_all_of_them_out(site: Site) {
        let mari = mari(&site).await;
        let rows = "2026-11-03,followers,17\n2026-02-30,followers,1\n2026-11-22,followers,1\n\
            2026-11-03,followers,-1\n2026-11-03,followers,NaN\n2026-11-03,plays,1\n2026-11-03,shows,\"1\n\
            2026-11-03,followers,18";
        for answer in [look(&mari, rows).await, enter(&mari, rows).await] {
            assert_eq!(answer.status, 422);
            for words in ["7 things need another look", "Line 2: date: Enter the day",
                "Line 3: date: This day has not come yet", "Line 4: value: Enter a whole number from 0",
                "Line 5: value: Enter a whole number", "Line 6: metric: &#34;plays&#34; is none of",
                "Line 7: a quote opens here and is not closed on this line",
                "Line 8: line 1 has the same metric, day and source already",
                "2026-02-30,followers,1"] {
                assert!(answer.text.contains(words), "{words}: {}", answer.text);
            }
        }
        let card = enter(&mari, "2026-11-03,followers,17,4111 1111 1111 1111").await;
        assert!(card.status == 422 && card.text.contains("Line 1: source: This looks like a card number"));
        assert!(stored(&site).await.is_empty());
    }

    async fn two_hundred_rows_are_entered_and_not_one_more(site: Site) {
        let mari = mari(&site).await;
        let table = |rows: usize| {
            let row = |n: usize| format!("2026-{:02}-{:02},shows,{n}\n", 1 + n / 28, 1 + n % 28);
            format!("\u{feff}date,metric,value\n{}", (0..rows).map(row).collect::<String>())
        };
        let many = enter(&mari, &table(201)).await;
        assert_eq!(many.status, 422);
        assert!(many.text.contains("200 rows can be entered at once; these are 201"), "{}", many.text);
        assert!(stored(&site).await.is_empty());
        assert!(look(&mari, &table(200)).await.text.contains("200 figures will be entered."));
        assert_eq!(enter(&mari, &table(200)).await.location(), format!("{FIGURES}?entered=200"));
        assert_eq!(stored(&site).await.len(), 200);
        let nothing = enter(&mari, "date,metric,value\r\n\r\n").await;
        assert!(nothing.status == 422 && nothing.text.contains("Paste at least one row"));
    }

    async fn five_thousand_figures_are_enough_and_the_page_reads_the_newest(site: Site) {
        let mari = mari(&site).await;
        let figures: Vec<StatPoint> = (0..5_000).map(|n| StatPoint {
            metric: if n % 2 == 0 { Metric::MonthlyListeners } else { Metric::Followers },
            value: n,
            source_kind: SourceKind::Manual,
            source: "the artist".into(),
            observed_on: date(2013, 1, 1).checked_add(n.days()).unwrap(),
            expires_on: None,
        }).collect();
        let act = site.db.write(move |tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            edit_store::enter_figures(tx, act.id, &figures)?;
            Ok(act.id)
        }).await.unwrap();
        let one_more = [("metric", "shows"), ("value", "3"), ("observed_on", "2026-11-03")];
        for refused in [mari.post(FIGURES, &one_more).await, enter(&mari, "2026-11-03,shows,3").await] {
            assert_eq!(refused.status, 422);
            assert!(refused.text.contains("An act can have 5,000 figures"), "{}", refused.text);
        }
        assert_eq!(stored(&site).await.len(), 5_000);
        // One that replaces an earlier one is no more than before.
        let same = [("metric", "followers"), ("value", "7"), ("observed_on", "2013-01-02")];
        assert_eq!(mari.post(FIGURES, &same).await.status, 303);
        // The last is of 9 September 2026; listeners are of every second day.
        let shown = site.db.read(move |reader| {
            figure_store::list_shown(reader, act, date(2026, 11, 21))
        }).await.unwrap();
        let of = |metric| shown.iter().filter(move |point| point.metric == metric);
        assert_eq!(of(Metric::Followers).map(|point| point.value).collect::<Vec<_>>(), [4_999]);
        assert_eq!(of(Metric::MonthlyListeners).next_back().unwrap().value, 4_998);
        assert!(of(Metric::MonthlyListeners).all(|point| point.observed_on >= date(2024, 12, 1)));
        // When nothing is new, the newest of long ago is still one.
        let later = site.db.read(move |reader| {
            figure_store::list_shown(reader, act, date(2030, 1, 1))
        }).await.unwrap();
        let values: Vec<i64> = later.iter().map(|point| point.value).collect();
        assert_eq!(values, [4_998, 4_999]);
    }

    async fn nobody_else_can(site: Site) {
        let mari = mari(&site).await;
        let rows = "2026-11-03,followers,17";
        let other = Member::join(&site, PROMOTER, "Jonas").await;
        for answer in [look(&other, rows).await, enter(&other, rows).await, enter(&other, "x").await] {
            assert_eq!(answer.status, 404);
        }
        assert_eq!(site.post(ROWS, &[("rows", rows)]).await.location(), "/sign-in?next=%2Frequests");
        let form = [("rows", rows), ("enter", "yes")];
        assert_eq!(mari.post_plainly(ROWS, &form).await.status, 403);
        assert!(stored(&site).await.is_empty());
    }
}
