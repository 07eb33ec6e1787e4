//! The lists of requests: by whose turn it is, by words and nights; and the one reminder.

use jiff::SignedDuration;

use crate::support::Site;
use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;

/// The events that a list shows, in order.
fn events(page: &str) -> Vec<String> {
    page.split("<h3><a href=\"/requests/")
        .skip(1)
        .map(|row| row.split_once('>').unwrap().1.split('<').next().unwrap().to_owned())
        .collect()
}

on_both! {
    async fn the_lists_say_whose_turn_it_is(site: Site) {
        site.list_night_ferry().await;
        let (_, first) = site.sent_request().await;
        let (_, second) = site.sent_request_by("freda").await;
        let (third_promoter, third) = site.sent_request_by("gustav").await;
        let (_, fourth) = site.sent_request_by("hanna").await;
        site.counter(&second, &[("amount", "1200")]).await;
        site.accept(&third).await;
        site.post(&format!("{fourth}/decline"), &[("reason", "busy")]).await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        for (show, expected) in [
            ("all", vec!["Night of hanna", "Night of gustav", "Night of freda", "Harbour Night"]),
            ("turn", vec!["Harbour Night"]),
            ("waiting", vec!["Night of freda"]),
            ("agreed", vec!["Night of gustav"]),
            ("ended", vec!["Night of hanna"]),
            ("nonsense", vec!["Night of hanna", "Night of gustav", "Night of freda", "Harbour Night"]),
        ] {
            let page = mari.get(&format!("/requests?show={show}")).await.text;
            assert_eq!(events(&page), expected, "{show}");
            assert!(page.contains("Your turn (1)"), "{page}");
        }
        for (state, expected) in [
            ("declined", vec!["Night of hanna"]),
            ("countered", vec!["Night of freda"]),
            ("sent", vec!["Harbour Night"]),
            ("completed", vec![]),
            ("draft", vec!["Night of hanna", "Night of gustav", "Night of freda", "Harbour Night"]),
        ] {
            let page = mari.get(&format!("/requests?state={state}")).await.text;
            assert_eq!(events(&page), expected, "{state}");
        }
        let freda = Member::join(&site, "freda@freda.example", "Freda").await;
        assert!(events(&freda.get("/requests?state=declined").await.text).is_empty());
        let page = freda.get("/requests?show=turn").await.text;
        assert_eq!(events(&page), ["Night of freda"]);
        // When one side has answered, it lies on the other's desk.
        assert_eq!(site.post(&format!("{first}/counter"), &[]).await.status, 422);
        site.counter(&first, &[("amount", "950")]).await;
        assert!(events(&mari.get("/requests?show=turn").await.text).is_empty());
        site.confirm_night(&third_promoter).await;
        assert_eq!(events(&mari.get("/requests?show=turn").await.text), ["Night of gustav"], "hers to confirm");
        site.confirm_night(&third).await;
        assert_eq!(events(&mari.get("/requests?show=agreed").await.text), ["Night of gustav"]);
    }

    async fn words_and_nights_find_requests_though_everything_is_sealed(site: Site) {
        site.list_night_ferry().await;
        site.sent_request().await;
        site.sent_request_by("freda").await;
        let form = site.filled_form().await.set("key", "key-of-another-city-0123");
        let form = form.set("venue_city", "Łódź").set("event_name", "Fabryka").set("night1", "2027-05-08");
        let form = form.set("night2", "2027-05-15").set("start2", "23:00").set("end2", "01:00");
        site.sent_request_of(&form).await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        for (query, expected) in [
            ("q=lodz", vec!["Fabryka"]),
            ("q=FREDA", vec!["Night of freda"]),
            ("q=night+ferry", vec!["Fabryka", "Night of freda", "Harbour Night"]),
            ("q=hamburg+harbour", vec!["Harbour Night"]),
            ("from=2027-05-01", vec!["Fabryka"]),
            ("from=2027-05-09", vec!["Fabryka"]),
            ("from=2027-05-09&to=2027-05-14", vec![]),
            ("from=2027-05-15&to=2027-05-15", vec!["Fabryka"]),
            ("from=2027-05-16", vec![]),
            ("to=2027-05-08", vec!["Fabryka", "Night of freda", "Harbour Night"]),
            ("to=2027-05-01", vec!["Night of freda", "Harbour Night"]),
            ("from=2027-02-30", vec!["Fabryka", "Night of freda", "Harbour Night"]),
            ("q=nothing+of+this", vec![]),
            ("q=%25", vec![]),
        ] {
            let page = mari.get(&format!("/requests?{query}")).await;
            assert_eq!(page.status, 200);
            assert_eq!(events(&page.text), expected, "{query}");
        }
    }

    async fn a_long_list_comes_in_parts_that_leave_nothing_out(site: Site) {
        site.list_night_ferry().await;
        for number in 0..28 {
            site.sent_request_by(&format!("n{number:02}")).await;
        }
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let all: Vec<String> = (0..28).rev().map(|number| format!("Night of n{number:02}")).collect();
        for query in ["", "?state=sent", "?show=new", "?q=night+of", "?q=ferry&from=2027-01-01"] {
            let (mut shown, mut path) = (Vec::new(), format!("/requests{query}"));
            for part in [25, 3] {
                let page = mari.get(&path).await.text;
                let events = events(&page);
                assert_eq!(events.len(), part, "{path}");
                shown.extend(events);
                path = match page.contains("Older requests to your acts") {
                    true => {
                        let (before, _) = page.split_once("\">Older requests to your acts").unwrap();
                        before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&")
                    }
                    false => String::new(),
                };
            }
            assert_eq!((shown, path.as_str()), (all.clone(), ""), "{query}");
        }
        // Few of many: the words of all are compared.
        let few = events(&mari.get("/requests?q=n0").await.text);
        assert_eq!(few.len(), 10, "{few:?}");
    }

    async fn who_waits_for_five_days_may_remind_the_other_side_once(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        assert_eq!(site.make(&promoter, "nudge").await.status, 409, "too early");
        site.clock.advance(SignedDuration::from_hours(5 * 24));
        assert_eq!(site.make(&artist, "nudge").await.status, 409, "it is their turn");
        assert!(site.get(&promoter).await.text.contains("Remind them once"));
        assert_eq!(site.make(&promoter, "nudge").await.status, 303);
        assert_eq!(site.make(&promoter, "nudge").await.status, 409, "once");
        assert_eq!(site.told_since(0).await, [(ARTIST.to_owned(), "Waiting for your answer".to_owned())]);
        // A new offer can be reminded of anew, by who made it.
        assert_eq!(site.counter(&artist, &[("amount", "1200")]).await.status, 303);
        let before = site.told().await;
        site.clock.advance(SignedDuration::from_hours(5 * 24));
        assert_eq!(site.make(&promoter, "nudge").await.status, 409);
        assert_eq!(site.make(&artist, "nudge").await.status, 303);
        assert_eq!(site.told_since(before).await, [(PROMOTER.to_owned(), "Waiting for your answer".to_owned())]);
    }
}
