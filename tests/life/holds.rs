//! Holds: ranks, ends, moving up, and challenges between promoters who do not know each other.

use futures_util::future::join;
use jiff::SignedDuration;
use soundpost::booking_requests::{Move, State, respond};

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::visitor::hidden;
use crate::support::{Site, form::Form};

const FREDA: &str = "freda@freda.example";

fn to(address: &str, what: &str) -> (String, String) {
    (address.to_owned(), what.to_owned())
}

async fn two_dates(site: &Site) -> Form {
    let form = site.filled_form().await.set("night2", "2027-03-20");
    form.set("start2", "23:00").set("end2", "01:00")
}

on_both! {
    async fn a_hold_names_a_night_and_always_ends(site: Site) {
        site.list_night_ferry().await;
        let form = two_dates(&site).await.set("respond_by", "2026-12-10");
        let (promoter, artist) = site.sent_request_of(&form).await;
        assert_eq!(site.make(&promoter, "hold").await.status, 404, "not the promoter's");
        let page = site.get(&format!("{artist}/hold")).await.text;
        assert!(page.contains("value=\"2026-11-28\""), "a week for the first: {page}");
        for (night, until, says) in [
            ("2027-03-14", "2026-11-28", "Choose the night"),
            ("", "2026-11-28", "Choose the night"),
            ("2027-03-13", "", "Say until which day"),
            ("2027-03-13", "2026-02-30", "Say until which day"),
            ("2027-03-13", "2026-11-20", "This day has passed"),
            ("2027-03-13", "2026-12-12", "at the latest"),
        ] {
            let fields = [("night", night), ("until", until)];
            let refused = site.post(&format!("{artist}/hold"), &fields).await;
            assert_eq!(refused.status, 422, "{night} {until}");
            assert!(refused.text.contains(says), "{says}: {}", refused.text);
        }
        assert_eq!(site.hold(&artist, "2026-11-28").await.status, 303);
        assert_eq!(site.state_at(&artist).await, State::OnHold);
        assert_eq!(site.told_since(0).await, [to(PROMOTER, "On hold")]);
        let page = site.get(&promoter).await.text;
        assert!(page.contains("keeps Sat 13 Mar 2027 for you") && page.contains("1st hold"), "{page}");
        // The end of the 28th in Hamburg is 23:00 UTC.
        site.clock.advance(SignedDuration::from_hours(7 * 24 + 8));
        site.tick().await;
        assert_eq!(site.state_at(&artist).await, State::OnHold);
        site.clock.advance(SignedDuration::from_hours(1));
        site.tick().await;
        site.tick().await;
        assert_eq!(site.state_at(&artist).await, State::Sent);
        let told = site.told_since(1).await;
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.contains(&to(PROMOTER, "Hold lapsed")) && told.contains(&to(ARTIST, "Hold lapsed")));
        assert_eq!(site.accept(&artist).await.status, 303, "the request itself stayed open");
    }

    async fn holds_are_ranked_and_those_behind_move_up(site: Site) {
        site.list_night_ferry().await;
        let (_, first) = site.sent_request().await;
        let (second_promoter, second) = site.sent_request_by("freda").await;
        let (_, third) = site.sent_request_by("gustav").await;
        for (thread, until) in [(&first, "2026-11-28"), (&second, "2026-11-26"), (&third, "2026-11-30")] {
            assert_eq!(site.hold(thread, until).await.status, 303);
            site.clock.advance(SignedDuration::from_mins(1));
        }
        let ranks = async || {
            [site.rank_at(&first).await, site.rank_at(&second).await, site.rank_at(&third).await]
        };
        assert_eq!(ranks().await, [1, 2, 3]);
        let page = site.get(&format!("{third}/hold")).await.text;
        assert!(page.contains("You have 2 holds on Sat 13 Mar 2027"), "{page}");
        let before = site.told().await;
        assert_eq!(site.make(&first, "let_go").await.status, 303);
        assert_eq!(ranks().await, [0, 1, 2]);
        let told = site.told_since(before).await;
        assert_eq!(told, [
            to(FREDA, "Hold moved up"), to("gustav@gustav.example", "Hold moved up"),
            to(PROMOTER, "Hold let go"),
        ]);
        assert!(site.get(&second_promoter).await.text.contains("Hold moved up"));
        // A longer promise keeps the place; another hold for the same night goes to the end.
        assert_eq!(site.hold(&second, "2026-12-05").await.status, 303);
        assert_eq!(site.hold(&first, "2026-12-05").await.status, 303);
        assert_eq!(ranks().await, [3, 1, 2]);
        site.clock.advance(SignedDuration::from_mins(1));
        let before = site.told().await;
        let no = [("reason", "busy")];
        assert_eq!(site.post(&format!("{second}/decline"), &no).await.status, 303);
        assert_eq!(ranks().await, [2, 0, 1]);
        assert_eq!(site.told_since(before).await.len(), 3, "two move up, one is declined");
    }

    async fn a_hold_stays_through_a_counter_offer_and_goes_when_it_is_let_go(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request_of(&two_dates(&site).await).await;
        assert_eq!(site.hold(&artist, "2026-11-28").await.status, 303);
        let without = [("night1", "2027-03-20"), ("night2", ""), ("start2", ""), ("end2", "")];
        let refused = site.counter(&artist, &without).await;
        assert!(refused.status == 422 && refused.text.contains("is held for this request"));
        assert_eq!(site.counter(&artist, &[("amount", "1200")]).await.status, 303);
        assert_eq!(site.state_at(&artist).await, State::Countered);
        assert_eq!(site.rank_at(&artist).await, 1);
        assert_eq!(site.make(&artist, "let_go").await.status, 303);
        assert_eq!(site.state_at(&artist).await, State::Countered);
        assert_eq!(site.make(&artist, "let_go").await.status, 409, "there is none any more");
        assert_eq!(site.hold(&artist, "2026-11-28").await.status, 303);
        assert_eq!(site.make(&artist, "let_go").await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::Countered, "as before the hold");
    }

    async fn a_challenged_hold_that_does_not_answer_lapses_and_nobody_learns_who_asked(site: Site) {
        site.list_night_ferry().await;
        let (first_promoter, first) = site.sent_request().await;
        let (second_promoter, second) = site.sent_request_by("freda").await;
        site.hold(&first, "2026-12-20").await;
        site.clock.advance(SignedDuration::from_mins(1));
        site.hold(&second, "2026-12-20").await;
        assert_eq!(site.make(&first_promoter, "challenge").await.status, 409, "nobody is before");
        assert_eq!(site.make(&first_promoter, "let_go").await.status, 409, "not challenged");
        assert_eq!(site.make(&second, "challenge").await.status, 404, "not the artist's");
        let before = site.told().await;
        assert_eq!(site.make(&second_promoter, "challenge").await.status, 303);
        assert_eq!(site.make(&second_promoter, "challenge").await.status, 409, "once");
        assert_eq!(site.told_since(before).await, [to(ARTIST, "Hold challenged"), to(PROMOTER, "Hold challenged")]);
        let mails = site.mails().await;
        let letter = mails.last().unwrap().letter.clone().unwrap();
        for text in [&letter.text, &letter.html, &site.get(&first_promoter).await.text] {
            assert!(!text.contains("freda"), "{text}");
        }
        assert!(!site.get(&second_promoter).await.text.contains("Harbour Night"));
        assert_eq!(site.hold(&first, "2026-12-21").await.status, 409, "it waits for an answer");
        site.clock.advance(SignedDuration::from_hours(48));
        site.tick().await;
        assert_eq!((site.rank_at(&first).await, site.rank_at(&second).await), (0, 1));
        assert_eq!(site.state_at(&first).await, State::Sent);
        assert!(site.get(&first_promoter).await.text.contains("was not answered in time"));
    }

    async fn a_challenged_hold_whose_promoter_is_ready_keeps_its_place(site: Site) {
        site.list_night_ferry().await;
        let (first_promoter, first) = site.sent_request().await;
        let (second_promoter, second) = site.sent_request_by("freda").await;
        site.hold(&first, "2026-12-20").await;
        site.clock.advance(SignedDuration::from_mins(1));
        site.hold(&second, "2026-12-20").await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        assert!(!jonas.get("/requests?show=turn").await.text.contains("Harbour Night"));
        site.make(&second_promoter, "challenge").await;
        // Whose offer stands does not matter: the promoter has to answer now.
        let turn = jonas.get("/requests?show=turn").await.text;
        assert!(turn.contains("Harbour Night") && turn.contains("the hold is challenged"), "{turn}");
        assert!(turn.contains("Your turn (1)"), "{turn}");
        assert!(site.get(&first_promoter).await.text.contains("It is your turn: the hold is challenged"));
        let before = site.told().await;
        assert_eq!(site.make(&first_promoter, "stand").await.status, 303);
        // Who asked finds the answer on the page, too, and not who gave it.
        let page = site.get(&second_promoter).await.text;
        assert!(page.contains("Ready to confirm: the promoter of the hold before yours"), "{page}");
        assert!(!page.contains("Jonas"), "{page}");
        assert!(!jonas.get("/requests?show=turn").await.text.contains("Harbour Night"));
        assert_eq!(site.told_since(before).await, [to(ARTIST, "Hold stands"), to(FREDA, "Hold stands")]);
        assert_eq!(site.make(&second_promoter, "challenge").await.status, 409, "it has answered");
        site.clock.advance(SignedDuration::from_hours(49));
        site.tick().await;
        assert_eq!((site.rank_at(&first).await, site.rank_at(&second).await), (1, 2));

        // Promised anew, it can be asked anew; when who asks is gone, it stands as promised.
        assert_eq!(site.hold(&first, "2026-12-21").await.status, 303);
        assert_eq!(site.make(&second_promoter, "challenge").await.status, 303);
        let before = site.told().await;
        assert_eq!(site.post(&format!("{second}/decline"), &[("reason", "busy")]).await.status, 303);
        assert!(site.told_since(before).await.contains(&to(PROMOTER, "Challenge over")));
        site.clock.advance(SignedDuration::from_hours(49));
        site.tick().await;
        assert_eq!(site.rank_at(&first).await, 1);
    }

    async fn two_holds_at_two_nodes_at_once_get_two_ranks(site: Site) {
        site.list_night_ferry().await;
        let (_, first) = site.sent_request().await;
        let (_, second) = site.sent_request_by("freda").await;
        let node = site.serving_node(&site.master, &[]);
        let (one, other) = join(site.hold(&first, "2026-11-28"), node.hold(&second, "2026-11-28")).await;
        node.stop().await;
        assert_eq!((one.status, other.status), (303, 303));
        let mut ranks = [site.rank_at(&first).await, site.rank_at(&second).await];
        ranks.sort_unstable();
        assert_eq!(ranks, [1, 2]);
    }

    async fn a_request_that_is_held_for_review_loses_its_hold(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let id = site.request_at(&promoter).await;
        assert_eq!(site.counter(&artist, &[("amount", "1200")]).await.status, 303);
        site.hold(&artist, "2026-11-28").await;
        for step in [Move::Quarantine, Move::Release] {
            let mail_site = site.site.clone();
            site.db.write(move |tx| {
                respond::moderate(tx, &mail_site, id, step, "Somebody has to look at it.")
            }).await.unwrap();
            assert_eq!(site.rank_at(&promoter).await, 0);
        }
        assert_eq!(site.state_at(&promoter).await, State::Countered);
    }

    async fn a_flood_of_moves_is_slowed_down(site: Site) {
        site.list_night_ferry().await;
        let (_, artist) = site.sent_request().await;
        for n in 0..22 {
            let until = if n % 2 == 0 { "2026-12-01" } else { "2026-12-02" };
            site.clock.advance(SignedDuration::from_secs(1));
            let held = site.hold(&artist, until).await;
            assert_eq!(held.status, if n < 20 { 303 } else { 429 }, "{n}: {}", held.text);
        }
        // To write is no move.
        let words = [("key", "k-0123456789abcdef"), ("message", "One more thing.")];
        assert_eq!(site.post(&format!("{artist}/reply"), &words).await.status, 303);
        site.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(site.make(&artist, "let_go").await.status, 303);
    }

    async fn a_hold_ends_before_its_own_night_begins(site: Site) {
        site.list_night_ferry().await;
        let form = two_dates(&site).await.set("night1", "2026-11-25").set("respond_by", "");
        let (promoter, artist) = site.sent_request_of(&form).await;
        let page = site.get(&format!("{artist}/hold")).await.text;
        assert!(page.contains("value=\"2026-11-25\""), "not after the first of its nights: {page}");
        let late = [("night", "2026-11-25"), ("until", "2026-11-26")];
        assert_eq!(site.post(&format!("{artist}/hold"), &late).await.status, 422);
        let held = [("night", "2026-11-25"), ("until", "2026-11-25")];
        assert_eq!(site.post(&format!("{artist}/hold"), &held).await.status, 303);
        // The set starts at 22:00 UTC on the 25th, four days and eight hours from now.
        site.clock.advance(SignedDuration::from_hours(4 * 24 + 8));
        site.tick().await;
        assert_eq!(site.rank_at(&promoter).await, 0);
        let later = [("night1", "2027-03-20"), ("night2", ""), ("start2", ""), ("end2", "")];
        assert_eq!(site.counter(&artist, &later).await.status, 303, "the other date can be talked of");
    }

    async fn a_challenge_is_over_when_the_night_goes_to_a_third_or_the_challenger_is_chosen(site: Site) {
        site.list_night_ferry().await;
        let (first_promoter, first) = site.sent_request().await;
        let (second_promoter, second) = site.sent_request_by("freda").await;
        let (third_promoter, third) = site.sent_request_by("gustav").await;
        for thread in [&first, &second] {
            assert_eq!(site.hold(thread, "2026-12-20").await.status, 303);
        }
        assert_eq!(site.make(&second_promoter, "challenge").await.status, 303);
        assert!(!site.get(&first).await.text.contains("Change the hold"), "it waits for an answer");
        site.accept(&third).await;
        site.confirm_night(&third).await;
        site.confirm_night(&third_promoter).await;
        assert_eq!(site.make(&first_promoter, "stand").await.status, 409, "there is nothing to answer");
        let before = site.told().await;
        assert_eq!(site.post(&format!("{second}/decline"), &[("reason", "busy")]).await.status, 303);
        let told = site.told_since(before).await;
        assert!(!told.contains(&to(PROMOTER, "Challenge over")), "{told:?}");
        site.tick().await;
        assert_eq!(site.rank_at(&first).await, 0, "it does not come back");

        let other = |name: &'static str| {
            let site = site.clone();
            async move {
                let form = site.filled_form().await.set("night1", "2027-03-20");
                let form = form.set("key", &format!("key-of-{name}-0123456789")).set("event_name", name);
                site.sent_request_of(&form.set("email", &format!("{name}@{name}.example"))).await
            }
        };
        let (hanna_promoter, hanna) = other("hanna").await;
        let (ida_promoter, ida) = other("ida").await;
        let keep = [("night", "2027-03-20"), ("until", "2026-12-20")];
        for thread in [&hanna, &ida] {
            assert_eq!(site.post(&format!("{thread}/hold"), &keep).await.status, 303);
        }
        assert_eq!(site.make(&ida_promoter, "challenge").await.status, 303);
        let page = site.get(&format!("{ida}/accept")).await.text;
        let (revision, hash) = (hidden(&page, "revision"), hidden(&page, "disclaimer_hash"));
        let yes = [
            ("revision", revision), ("night", "2027-03-20"),
            ("disclaimer_hash", hash), ("disclaimer_accepted", "yes"),
        ];
        let before = site.told().await;
        assert_eq!(site.post(&format!("{ida}/accept"), &yes).await.status, 303);
        assert!(site.told_since(before).await.contains(&to("hanna@hanna.example", "Challenge over")));
        site.clock.advance(SignedDuration::from_hours(49));
        site.tick().await;
        assert_eq!(site.rank_at(&hanna_promoter).await, 1, "nobody asks it any more");
    }

    async fn a_hold_is_no_yes_when_other_terms_are_proposed(site: Site) {
        site.list_night_ferry().await;
        let (_, artist) = site.sent_request().await;
        site.hold(&artist, "2026-12-20").await;
        assert_eq!(site.counter(&artist, &[("amount", "1200")]).await.status, 303);
        let moves = site.moves().await;
        let own = moves.last().unwrap().letter.clone().unwrap();
        assert_eq!((own.to.as_str(), own.subject.as_str()), (ARTIST, "Your counter-offer: Harbour Night"));
        assert!(!own.text.contains("you accepted the request"), "{}", own.text);
    }
}
