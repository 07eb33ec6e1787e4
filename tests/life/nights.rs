//! From the yes in principle to the night and after: confirmed by both, not twice at one time, called
//! off, completed.

use futures_util::future::join;
use jiff::SignedDuration;
use soundpost::booking_requests::{State, hold_store};
use soundpost::calendar::store::{self, Settings};

use crate::support::Site;
use crate::support::form::{ARTIST, PROMOTER};

async fn accepted(site: &Site, name: &str) -> (String, String) {
    let (promoter, artist) = site.sent_request_by(name).await;
    assert_eq!(site.accept(&artist).await.status, 303);
    (promoter, artist)
}

on_both! {
    async fn both_sides_confirm_and_the_night_is_completed(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        assert_eq!(site.confirm_night(&artist).await.status, 409, "nothing is agreed yet");
        assert_eq!(site.accept(&artist).await.status, 303);
        let before = site.told().await;
        let unsaid = site.make(&promoter, "confirm").await;
        assert!(unsaid.status == 422 && unsaid.text.contains("own agreement"), "{}", unsaid.text);
        assert_eq!(site.confirm_night(&promoter).await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::HalfConfirmed);
        assert_eq!(site.confirm_night(&promoter).await.status, 409, "each side once");
        assert!(site.get(&artist).await.text.contains("your side has still to do so"));
        assert_eq!(site.confirm_night(&artist).await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::Confirmed);
        assert_eq!(site.told_since(before).await, [
            (ARTIST.to_owned(), "Confirmed by the other side".to_owned()),
            (PROMOTER.to_owned(), "Confirmed by both".to_owned()),
        ]);
        assert_eq!(site.make(&artist, "complete").await.status, 409, "the night is still to come");
        let reply = [("key", "k"), ("message", "See you there.")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &reply).await.status, 303);

        // The set ends on 14 March 2027 at 01:00 CET.
        site.clock.advance(SignedDuration::from_hours(112 * 24 + 10));
        site.tick().await;
        assert_eq!(site.state_at(&promoter).await, State::Confirmed);
        let (before, fresh) = (site.told().await, site.newest_link_to(ARTIST).await);
        site.clock.advance(SignedDuration::from_hours(24));
        site.tick().await;
        site.tick().await;
        assert_eq!(site.state_at(&promoter).await, State::Completed);
        assert_eq!(site.told_since(before).await.len(), 2);
        assert_eq!(site.make(&fresh, "cancel").await.status, 409, "it is over");
    }

    async fn a_side_marks_the_night_as_completed_when_it_is_over(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        site.accept(&artist).await;
        site.confirm_night(&artist).await;
        site.confirm_night(&promoter).await;
        site.clock.advance(SignedDuration::from_hours(112 * 24 + 10));
        let before = site.told().await;
        assert_eq!(site.make(&artist, "complete").await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::Completed);
        assert_eq!(site.told_since(before).await, [(PROMOTER.to_owned(), "Completed".to_owned())]);
    }

    async fn what_is_not_confirmed_by_both_lapses_with_the_night(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        site.accept(&artist).await;
        site.confirm_night(&promoter).await;
        site.clock.advance(SignedDuration::from_hours(112 * 24 + 11));
        site.tick().await;
        assert_eq!(site.state_at(&promoter).await, State::Lapsed);
    }

    async fn calling_a_night_off_needs_a_reason_that_the_other_side_reads(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        assert_eq!(site.make(&promoter, "cancel").await.status, 409, "an open one is withdrawn");
        site.accept(&artist).await;
        site.confirm_night(&promoter).await;
        site.confirm_night(&artist).await;
        let url = format!("{artist}/cancel");
        assert_eq!(site.post(&url, &[]).await.status, 422);
        assert_eq!(site.post(&url, &[("reason", "other")]).await.status, 422, "in own words");
        let before = site.told().await;
        let ill = [("reason", "illness"), ("note", "Both drummers.")];
        assert_eq!(site.post(&url, &ill).await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::Cancelled);
        assert_eq!(site.told_since(before).await, [(PROMOTER.to_owned(), "Cancelled".to_owned())]);
        let page = site.get(&promoter).await.text;
        assert!(page.contains("Illness. Both drummers."), "{page}");
        assert_eq!(site.post(&url, &ill).await.status, 409, "once");
    }

    async fn a_confirmed_night_is_not_confirmed_for_another_unless_the_act_plays_both(site: Site) {
        site.list_night_ferry().await;
        let (one_promoter, one) = accepted(&site, "freda").await;
        let (other_promoter, other) = accepted(&site, "gustav").await;
        assert_eq!(site.confirm_night(&one).await.status, 303);
        assert_eq!(site.confirm_night(&other_promoter).await.status, 303, "the promoter cannot know");
        let page = site.get(&format!("{other}/confirm")).await.text;
        assert!(page.contains("Night of freda") && page.contains("23:00–01:00 CET"), "{page}");
        let refused = site.confirm_night(&other).await;
        assert!(refused.status == 422 && refused.text.contains("overlaps"), "{}", refused.text);
        assert_eq!(site.state_at(&other).await, State::HalfConfirmed);
        let both = [("agreed_elsewhere", "yes"), ("plays_both", "yes")];
        assert_eq!(site.post(&format!("{other}/confirm"), &both).await.status, 303);
        assert_eq!(site.state_at(&other).await, State::Confirmed);
        // What the act plays besides is nothing that a promoter learns.
        assert!(!site.get(&other_promoter).await.text.contains("another night"));
        assert_eq!(site.confirm_night(&one_promoter).await.status, 303);
        assert_eq!(site.state_at(&one).await, State::Confirmed);
    }

    async fn the_way_between_two_sets_counts(site: Site) {
        site.list_night_ferry().await;
        let early = site.filled_form().await.set("key", "key-of-the-early-one-012").set("event_name", "Early");
        let early = early.set("start1", "18:00").set("end1", "20:30");
        let (_, early) = site.sent_request_of(&early).await;
        assert_eq!(site.accept(&early).await.status, 303);
        let (_, late) = accepted(&site, "freda").await;
        assert_eq!(site.confirm_night(&early).await.status, 303);
        // From 20:30 to 23:00 there are 150 minutes; two hours are enough until the act says more.
        let page = site.get(&format!("{late}/confirm")).await.text;
        assert!(!page.contains("Early"), "{page}");
        site.db.write(|tx| {
            let act = soundpost::artists::store::find_by_slug(tx, "night-ferry")?.unwrap();
            let settings = Settings { travel_minutes: 151, pending_blocks: false };
            store::lock_calendar(tx, act.id)?;
            store::set_settings(tx, act.id, settings)
        }).await.unwrap();
        let page = site.get(&format!("{late}/confirm")).await.text;
        assert!(page.contains("Early"), "{page}");
        assert_eq!(site.confirm_night(&late).await.status, 422);
    }

    async fn of_two_confirmations_at_two_nodes_at_once_for_one_time_one_is_refused(site: Site) {
        site.list_night_ferry().await;
        let (_, one) = accepted(&site, "freda").await;
        let (_, other) = accepted(&site, "gustav").await;
        let node = site.serving_node(&site.master, &[]);
        let (first, second) = join(site.confirm_night(&one), node.confirm_night(&other)).await;
        let (won, lost) = match first.status {
            303 => (first, second),
            _ => (second, first),
        };
        assert_eq!((won.status, lost.status), (303, 422));
        assert!(lost.text.contains("Another confirmed night overlaps with this one"), "{}", lost.text);
        node.stop().await;
    }

    async fn a_confirmed_night_ends_the_holds_of_others(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let (_, other) = site.sent_request_by("freda").await;
        let (_, agreed) = site.sent_request_by("gustav").await;
        for thread in [&artist, &other, &agreed] {
            site.hold(thread, "2026-12-20").await;
        }
        assert_eq!(site.accept(&agreed).await.status, 303);
        assert_eq!(site.accept(&artist).await.status, 303);
        assert_eq!(site.rank_at(&artist).await, 1, "an agreed night keeps its place");
        site.confirm_night(&artist).await;
        site.confirm_night(&promoter).await;
        let before = site.told().await;
        site.tick().await;
        // The hold of an agreed night stays with it, and is not looked at again each minute.
        assert_eq!(site.rank_at(&agreed).await, 1);
        let now = site.db.now();
        let due = site.db.read(move |reader| hold_store::list_due(reader, now)).await.unwrap();
        assert!(due.is_empty(), "{due:?}");
        assert_eq!(site.rank_at(&other).await, 0);
        assert_eq!(site.state_at(&other).await, State::Sent);
        assert!(site.get(&other).await.text.contains("was confirmed for another request"));
        assert_eq!(site.told_since(before).await.len(), 2);
        let again = site.hold(&other, "2026-12-20").await;
        assert!(again.status == 422 && again.text.contains("is confirmed for that time"));
    }
}
