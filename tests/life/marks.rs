//! What people do with requests for themselves: read, put away, silence, keep a search; and how the
//! two sides answer, counted.

use jiff::SignedDuration;
use soundpost::mail::Kind;

use crate::support::Site;
use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::visitor::between;

/// The events of a list, as its headings name them.
async fn shown(member: &Member, query: &str) -> Vec<String> {
    let page = member.get(&format!("/requests{query}")).await.text;
    page.split("<h3><a href=\"/requests/")
        .skip(1)
        .map(|row| row.split_once('>').unwrap().1.split('<').next().unwrap().to_owned())
        .collect()
}

async fn newest(member: &Member) -> String {
    let list = member.get("/requests").await.text;
    format!("/requests/{}", between(&list, "href=\"/requests/", "\""))
}

async fn writes(site: &Site, thread: &str, key: &str) -> u16 {
    let message = [("key", key), ("message", "Is the night still free?")];
    site.post(&format!("{thread}/reply"), &message).await.status
}

on_both! {
    async fn what_is_new_stays_new_until_somebody_says_that_they_have_read_it(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let thread = newest(&mari).await;
        assert!(mari.get("/requests").await.text.contains("New (1)"));
        // Opening it, by whatever door, changes nothing.
        assert!(mari.get(&thread).await.text.contains("<b class=\"new\">new</b>"));
        site.get(&artist).await;
        assert_eq!(shown(&mari, "?show=new").await, ["Harbour Night"]);
        assert!(shown(&jonas, "?show=new").await.is_empty(), "what he did himself is no news");
        let marked = mari.post(&format!("{thread}/mark/read"), &[]).await;
        assert!(mari.get(&marked.location()).await.text.contains("It is marked as read."), "{}", marked.location());
        assert!(shown(&mari, "?show=new").await.is_empty());
        assert_eq!(mari.post(&format!("{thread}/mark/unread"), &[]).await.status, 303);
        assert_eq!(shown(&mari, "?show=new").await, ["Harbour Night"]);

        // Who answers has read.
        assert_eq!(writes(&site, &artist, "key-0123456789abcdef").await, 303);
        assert!(shown(&mari, "?show=new").await.is_empty());
        assert_eq!(shown(&jonas, "?show=new").await, ["Harbour Night"]);
        assert_eq!(jonas.post("/requests/read-all", &[]).await.status, 303);
        assert!(shown(&jonas, "?show=new").await.is_empty());
        // What the clock does is news for both.
        site.clock.advance(SignedDuration::from_hours(365 * 24));
        site.tick().await;
        let jonas = Member::sign_in(&site, PROMOTER).await;
        let mari = Member::sign_in(&site, ARTIST).await;
        assert_eq!(shown(&jonas, "?show=new").await, ["Harbour Night"]);
        assert_eq!(shown(&mari, "?show=new").await, ["Harbour Night"]);
        drop(promoter);
    }

    async fn what_was_put_away_comes_back_with_an_answer_unless_it_is_silenced(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let thread = newest(&mari).await;
        assert_eq!(mari.post(&format!("{thread}/mark/archive"), &[]).await.status, 303);
        assert!(shown(&mari, "").await.is_empty() && shown(&mari, "?show=new").await.is_empty());
        assert_eq!(shown(&mari, "?show=archived").await, ["Harbour Night"]);
        assert!(!mari.get("/requests").await.text.contains("Your turn (1)"), "nor is it counted");
        assert_eq!(writes(&site, &promoter, "key-0123456789abcdef").await, 303);
        assert_eq!(shown(&mari, "").await, ["Harbour Night"]);
        assert_eq!(site.mails_of(Kind::NewMessage).await.len(), 1);

        assert_eq!(mari.post(&format!("{thread}/mark/archive"), &[]).await.status, 303);
        // By a link one is the same person.
        assert_eq!(site.post(&format!("{artist}/mark/mute"), &[]).await.status, 303);
        assert_eq!(writes(&site, &promoter, "key-1123456789abcdef").await, 303);
        assert_eq!(site.mails_of(Kind::NewMessage).await.len(), 1, "silenced");
        assert!(shown(&mari, "").await.is_empty());
        assert_eq!(site.post(&format!("{promoter}/withdraw"), &[]).await.status, 303);
        assert_eq!(site.told().await, 0, "moves, too");
        assert_eq!(mari.post(&format!("{thread}/mark/unmute"), &[]).await.status, 303);
        assert_eq!(mari.post(&format!("{thread}/mark/unarchive"), &[]).await.status, 303);
        assert_eq!(shown(&mari, "").await, ["Harbour Night"]);
        // Another's request is nobody's to mark.
        let stranger = Member::join(&site, "x@elsewhere.example", "X").await;
        assert_eq!(stranger.post(&format!("{thread}/mark/archive"), &[]).await.status, 404);
        assert_eq!(mari.post(&format!("{thread}/mark/burn"), &[]).await.status, 404);
    }

    async fn a_search_is_kept_by_a_name(site: Site) {
        site.list_night_ferry().await;
        site.sent_request().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let kept = [("show", "turn"), ("q", "harbour & more"), ("from", ""), ("name", "My <turn>")];
        let back = mari.post("/requests/views", &kept).await.location();
        assert_eq!(back, "/requests?show=turn&q=harbour+%26+more");
        let page = mari.get("/requests").await.text;
        assert!(page.contains("My &#60;turn&#62;</a>"), "{page}");
        assert!(page.contains("href=\"/requests?show=turn&#38;q=harbour+%26+more\""), "{page}");
        assert!(mari.get("/account/data.json").await.text.contains("harbour+%26+more"));
        let remove = format!("/requests/views/{}/remove", between(&page, "/requests/views/", "/remove"));
        let stranger = Member::join(&site, "x@elsewhere.example", "X").await;
        assert_eq!(stranger.post(&remove, &[]).await.status, 303);
        assert!(mari.get("/requests").await.text.contains("My &#60;turn"), "another's is not touched");
        assert_eq!(mari.post(&remove, &[]).await.status, 303);
        assert!(!mari.get("/requests").await.text.contains("My &#60;turn"));
        for number in 0..20 {
            let name = format!("search {number}");
            assert_eq!(mari.post("/requests/views", &[("name", name.as_str())]).await.status, 303);
        }
        assert_eq!(mari.post("/requests/views", &[("name", "one more")]).await.status, 409);
    }

    async fn how_an_act_answers_stands_on_its_profile_from_five_requests_on(site: Site) {
        site.list_night_ferry().await;
        let mut threads = Vec::new();
        for name in ["anna", "bela", "cleo", "dora", "emil", "finn"] {
            site.clock.advance(SignedDuration::from_mins(31));
            threads.push(site.sent_request_by(name).await);
        }
        site.clock.advance(SignedDuration::from_hours(3));
        for (at, (_, artist)) in threads.iter().take(4).enumerate() {
            assert_eq!(writes(&site, artist, &format!("key-{at}-0123456789abc")).await, 303);
        }
        assert!(!site.get("/artists/night-ferry").await.text.contains("half of them"), "four are few");
        // Taken back unanswered: it does not count.
        assert_eq!(site.post(&format!("{}/withdraw", threads[4].0), &[]).await.status, 303);
        site.clock.advance(SignedDuration::from_hours(150 * 24));
        site.tick().await;
        site.tick().await;
        let page = site.get("/artists/night-ferry").await.text;
        assert!(page.contains("4 of 5 requests in 12 months, half of them within 6 hours"), "{page}");
        // What is older than a year counts no more, though nothing new happens.
        site.clock.advance(SignedDuration::from_hours(300 * 24));
        site.tick().await;
        assert!(!site.get("/artists/night-ferry").await.text.contains("half of them"));
    }

    async fn how_a_promoter_answers_is_told_to_those_they_write_to(site: Site) {
        site.list_night_ferry().await;
        for number in 0..6 {
            let form = site.filled_form().await.set("key", &format!("key-{number}-0123456789ab"));
            let form = match number {
                5 => form.set("night1", "2027-06-12").set("respond_by", ""),
                _ => form,
            };
            site.clock.advance(SignedDuration::from_mins(31));
            let (promoter, artist) = site.sent_request_of(&form).await;
            if number == 5 {
                let page = site.get(&artist).await.text;
                assert!(page.contains("Wrote back in 4 of 5 requests in which it was their turn."), "{page}");
                assert!(!site.get(&promoter).await.text.contains("Wrote back"), "for the act alone");
                break;
            }
            let hello = format!("key-{number}-a-0123456789");
            match number {
                4 => assert_eq!(site.counter(&artist, &[("amount", "1200"), ("respond_by", "")]).await.status, 303),
                _ => assert_eq!(writes(&site, &artist, &hello).await, 303),
            }
            let page = site.get(&artist).await.text;
            assert!(!page.contains("Wrote back"), "{number}: too few");
            match number {
                4 => {
                    site.clock.advance(SignedDuration::from_hours(115 * 24));
                    site.tick().await;
                }
                _ => {
                    let reply = format!("key-{number}-b-0123456789");
                    assert_eq!(writes(&site, &promoter, &reply).await, 303);
                }
            }
        }
    }
}
