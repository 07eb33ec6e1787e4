//! The thread of a request: what its two sides, a moderator and the clock do with it.

use futures_util::future::join;
use jiff::SignedDuration;
use soundpost::booking_requests::{Move, State, list_store, respond, store};
use soundpost::ids::RequestId;
use soundpost::mail::Kind;
use soundpost::people::links::Side;

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::visitor::{between, hidden};
use crate::support::{Site, link_in};

async fn only_request(site: &Site) -> RequestId {
    let found = site
        .db
        .read(|reader| {
            let act = soundpost::artists::store::find_by_slug(reader, "night-ferry")?.unwrap();
            list_store::list_of_artist(reader, act.id, 10)
        })
        .await;
    found.unwrap()[0]
}

async fn state(site: &Site) -> State {
    let id = only_request(site).await;
    site.db.read(move |reader| store::get_request(reader, id)).await.unwrap().state
}

on_both! {
    async fn somebody_elses_request_is_not_there_whatever_is_tried(site: Site) {
        site.list_night_ferry().await;
        site.sent_request().await;
        let id = only_request(&site).await;
        let stranger = Member::join(&site, "x@elsewhere.example", "X").await;
        let thread = format!("/requests/{id}");
        for page in ["", "/sheet", "/night.ics", "/dossier.zip", "/receipt", "/receipt.json", "/attach", "/others"] {
            assert_eq!(stranger.get(&format!("{thread}{page}")).await.status, 404, "{page}");
        }
        let fields = [("key", "k-0123456789abcdef"), ("message", "Hello?"), ("night", "2027-03-13"),
            ("until", "2026-12-01"), ("agreed_elsewhere", "yes"), ("reason", "other")];
        for step in ["reply", "accept", "counter", "hold", "let_go", "challenge", "stand", "confirm", "cancel",
            "complete", "decline", "withdraw", "nudge", "block", "mark/archive", "others"]
        {
            let tried = stranger.post(&format!("{thread}/{step}"), &fields).await;
            assert_eq!(tried.status, 404, "{step}");
        }
        assert_eq!(state(&site).await, State::Sent);
    }

    async fn the_two_sides_write_to_each_other_without_seeing_an_address(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let text = "What is the sound system, and who opens?";
        let reply = [("key", "reply-1"), ("message", text)];
        assert_eq!(site.post(&format!("{artist}/reply"), &reply).await.status, 303);
        assert_eq!(site.post(&format!("{artist}/reply"), &reply).await.status, 303, "pressed twice");
        let mails = site.mails_of(Kind::NewMessage).await;
        assert_eq!(mails.len(), 1);
        let letter = mails[0].letter.clone().unwrap();
        assert_eq!((letter.to.as_str(), letter.from_name.as_str()),
            (PROMOTER, "Night Ferry (via Testpost)"));
        assert!(letter.text.contains(text));
        assert!(letter.text.lines().next().unwrap().contains("not read"), "{}", letter.text);
        assert!(site.get(&promoter).await.text.contains(text));

        let answer = [("key", "reply-2"), ("message", "Two stacks.\n\nhttps://speicher7.example")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &answer).await.status, 303);
        let page = site.get(&artist).await.text;
        assert!(page.contains("/leaving?to=https%3A%2F%2Fspeicher7.example"));
        assert!(!page.contains(PROMOTER) && !site.get(&promoter).await.text.contains(ARTIST));

        let card = [("key", "reply-3"), ("message", "my card: 4111111111111111")];
        let refused = site.post(&format!("{promoter}/reply"), &card).await;
        assert_eq!(refused.status, 422);
        let empty = [("key", "reply-4"), ("message", "   ")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &empty).await.status, 422);
        assert_eq!(site.mails_of(Kind::NewMessage).await.len(), 2);
    }

    async fn accepting_names_terms_and_night_and_needs_the_disclaimer(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let page = site.get(&format!("{artist}/accept")).await.text;
        let (revision, hash) = (hidden(&page, "revision"), hidden(&page, "disclaimer_hash"));
        let url = format!("{artist}/accept");
        let all = [
            ("revision", revision), ("night", "2027-03-13"),
            ("disclaimer_hash", hash), ("disclaimer_accepted", "yes"),
        ];
        assert_eq!(site.post(&url, &all[..3]).await.status, 422, "not ticked");
        assert_eq!(site.post(&url, &[all[0], ("night", "2027-03-14"), all[2], all[3]]).await.status, 422);
        assert_eq!(site.post(&url, &[("revision", "0"), all[1], all[2], all[3]]).await.status, 422);
        assert_eq!(state(&site).await, State::Sent);
        assert_eq!(site.post(&format!("{promoter}/accept"), &all).await.status, 409, "one's own offer");
        assert_eq!(site.post(&url, &all).await.status, 303);
        assert_eq!(state(&site).await, State::Accepted);
        let told = site.mails_of(Kind::RequestMoved).await;
        assert_eq!(told.len(), 2, "the promoter is told, the artist gets a receipt");
        let seen = site.get(&promoter).await.text;
        assert!(seen.contains("Accepted in principle") && seen.contains("not a contract"));
        assert_eq!(site.post(&url, &all).await.status, 409, "once");

        // Each side has its own receipt, and not the other's.
        let own = link_in(&told[1], "/receipts/");
        let page = site.get(&own).await;
        assert_eq!(page.status, 200);
        let promoters = link_in(&site.mail_of(Kind::RequestSent).await, "/receipts/");
        assert_eq!(site.get(&promoters).await.status, 200);
        let id = between(&promoters, "/receipts/", "?");
        let token = own.split("link=").nth(1).unwrap();
        assert_eq!(site.get(&format!("/receipts/{id}?link={token}")).await.status, 404);
    }

    async fn declining_and_withdrawing_tell_the_other_side_once(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        assert_eq!(site.get(&format!("{artist}/withdraw")).await.status, 404, "not the artist's move");
        let no = [("reason", "busy"), ("note", "Next year gladly.")];
        assert_eq!(site.post(&format!("{artist}/decline"), &no).await.status, 303);
        let mail = site.mail_of(Kind::RequestMoved).await.letter.unwrap();
        assert_eq!(mail.to, PROMOTER);
        assert!(mail.text.contains("Not free that night") && mail.text.contains("Next year gladly."));
        assert_eq!(site.post(&format!("{promoter}/withdraw"), &[]).await.status, 409, "it is over");
        let late = site.post(&format!("{promoter}/reply"), &[("key", "k"), ("message", "but there is a piano")]).await;
        assert_eq!(late.status, 409);
        for words in ["Nothing was done.", "but there is a piano", "Harbour Night", "said no on"] {
            assert!(late.text.contains(words), "{words}: {}", late.text);
        }
        assert_eq!(site.mails_of(Kind::RequestMoved).await.len(), 1);

        let second = site.filled_form().await.set("key", "key-of-the-second-one");
        let (promoter, _) = site.sent_request_of(&second).await;
        assert_eq!(site.post(&format!("{promoter}/withdraw"), &[]).await.status, 303);
        assert_eq!(site.mail_of(Kind::RequestMoved).await.letter.unwrap().to, ARTIST);
    }

    async fn of_two_who_act_at_two_nodes_at_once_one_wins_and_the_other_is_told(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let (decline, withdraw) = (format!("{artist}/decline"), format!("{promoter}/withdraw"));
        let node = site.serving_node(&site.master, &[]);
        let (declined, withdrawn) = join(
            site.post(&decline, &[("reason", "busy")]),
            node.post(&withdraw, &[]),
        ).await;
        let (lost, became) = match declined.status {
            303 => (withdrawn, "declined"),
            _ => (declined, "withdrawn"),
        };
        assert_eq!(lost.status, 409);
        let told = format!("This is not possible now: the request is “{became}”.");
        assert!(lost.text.contains(&told), "{}", lost.text);
        assert_eq!(site.mails_of(Kind::RequestMoved).await.len(), 1);
        node.stop().await;
    }

    async fn a_request_expires_a_day_before_the_night_and_both_are_told_once(site: Site) {
        site.list_night_ferry().await;
        let (promoter, _) = site.sent_request().await;
        // The set starts on 13 March 2027 at 23:00 CET, 112 days and 8 hours from now.
        site.clock.advance(SignedDuration::from_hours(111 * 24 + 7));
        site.tick().await;
        assert_eq!(state(&site).await, State::Sent);
        site.clock.advance(SignedDuration::from_hours(1));
        site.tick().await;
        site.tick().await;
        assert_eq!(state(&site).await, State::Expired);
        let told: Vec<String> = site.mails_of(Kind::RequestMoved).await.into_iter()
            .map(|mail| mail.letter.unwrap().to).collect();
        assert_eq!(told.len(), 2);
        assert!(told.contains(&PROMOTER.to_owned()) && told.contains(&ARTIST.to_owned()));
        assert!(site.get(&promoter).await.text.contains("Expired"));
    }

    async fn respond_by_closes_at_the_end_of_its_day_at_the_venue(site: Site) {
        site.list_night_ferry().await;
        let form = site.filled_form().await.set("respond_by", "2026-11-23");
        site.sent_request_of(&form).await;
        // The 23rd ends in Berlin at 23:00 UTC, 57 hours from now.
        site.clock.advance(SignedDuration::from_hours(56));
        site.tick().await;
        assert_eq!(state(&site).await, State::Sent);
        site.clock.advance(SignedDuration::from_hours(1));
        site.tick().await;
        assert_eq!(state(&site).await, State::Expired);
    }

    async fn an_accepted_night_that_has_passed_lapses(site: Site) {
        site.list_night_ferry().await;
        let (_, artist) = site.sent_request().await;
        assert_eq!(site.accept(&artist).await.status, 303);
        site.clock.advance(SignedDuration::from_hours(112 * 24));
        site.tick().await;
        assert_eq!(state(&site).await, State::Accepted);
        site.clock.advance(SignedDuration::from_hours(24));
        site.tick().await;
        assert_eq!(state(&site).await, State::Lapsed);
    }

    async fn a_moderator_holds_releases_and_removes_with_a_reason_that_is_told(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let id = only_request(&site).await;
        let moderate = |step: Move, reason: &'static str| {
            let mail_site = site.site.clone();
            site.db.write(move |tx| respond::moderate(tx, &mail_site, id, step, reason))
        };
        assert!(moderate(Move::Quarantine, "no").await.is_err(), "a reason is a sentence");
        assert!(moderate(Move::Release, "There is nothing to release.").await.is_err());
        moderate(Move::Quarantine, "The same text went to eleven acts within an hour.").await.unwrap();
        assert_eq!(state(&site).await, State::Quarantined);
        assert_eq!(site.post(&format!("{artist}/reply"), &[("key", "k"), ("message", "hello")]).await.status, 409);
        for page in [&promoter, &artist] {
            assert!(site.get(page).await.text.contains("eleven acts"));
        }
        let told = site.mails_of(Kind::RequestMoved).await;
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|mail| mail.letter.as_ref().unwrap().text.contains("eleven acts")));
        moderate(Move::Release, "We looked at it: these were eleven real nights.").await.unwrap();
        assert_eq!(state(&site).await, State::Sent);
        moderate(Move::Remove, "The venue says that it knows nothing of this.").await.unwrap();
        assert_eq!(state(&site).await, State::Removed);
        assert!(site.get(&promoter).await.text.contains("knows nothing of this"));
    }

    async fn releasing_an_unconfirmed_request_never_skips_its_confirmation(site: Site) {
        site.list_night_ferry().await;
        let place = site.submit(&site.filled_form().await).await.location();
        let id: i64 = between(&place, "/requests/", "/").parse().unwrap();
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        for (step, reason) in [
            (Move::Quarantine, "Somebody has to look at this first."),
            (Move::Release, "Somebody has looked at this now."),
        ] {
            if step == Move::Release {
                assert_eq!(site.post(&confirm, &[]).await.status, 409, "held back");
            }
            let mail_site = site.site.clone();
            site.db.write(move |tx| respond::moderate(tx, &mail_site, RequestId(id), step, reason))
                .await.unwrap();
        }
        assert!(site.mails_of(Kind::NewRequest).await.is_empty(), "released, and still unconfirmed");
        assert_eq!(site.post(&confirm, &[]).await.status, 303);
        assert_eq!(site.mails_of(Kind::NewRequest).await.len(), 1);
    }

    async fn a_lost_link_is_sent_again_and_nobody_learns_who_is_known(site: Site) {
        site.list_night_ferry().await;
        site.sent_request().await;
        let known = site.post("/links/again", &[("email", PROMOTER)]).await;
        let unknown = site.post("/links/again", &[("email", "nobody@else.example")]).await;
        assert_eq!((known.status, known.headers.get("location")), (unknown.status, unknown.headers.get("location")));
        let mails = site.mails_of(Kind::LinkAgain).await;
        assert_eq!(mails.len(), 1);
        let fresh = link_in(&mails[0], "/t/");
        assert!(site.get(&fresh).await.text.contains("Harbour Night"));
        let again = site.post("/links/again", &[("email", ARTIST)]).await;
        assert_eq!(again.status, known.status);
        assert_eq!(site.mail_of(Kind::LinkAgain).await.letter.unwrap().to, ARTIST);
    }

    async fn an_expired_link_opens_nothing(site: Site) {
        site.list_night_ferry().await;
        let (promoter, _) = site.sent_request().await;
        site.clock.advance(SignedDuration::from_hours(181 * 24));
        let page = site.get(&promoter).await;
        assert_eq!(page.status, 404);
        let unknown = site.get("/t/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").await;
        assert_eq!(page.text, unknown.text, "another's and a dead link look alike");
    }

    async fn a_flood_of_messages_is_slowed_down(site: Site) {
        site.list_night_ferry().await;
        let (promoter, _) = site.sent_request().await;
        for n in 0..8 {
            let key = format!("flood-{n}");
            let reply = [("key", key.as_str()), ("message", "Well?")];
            let status = site.post(&format!("{promoter}/reply"), &reply).await.status;
            // The request's own message was the first of this minute.
            assert_eq!(status, if n < 5 { 303 } else { 429 }, "{n}");
        }
        assert_eq!(site.mails_of(Kind::NewMessage).await.len(), 5);
    }

    async fn ended_links_open_nothing_and_a_fresh_one_does(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let id = only_request(&site).await;
        site.db.write(move |tx| respond::end_links(tx, id, Side::Promoter)).await.unwrap();
        assert_eq!(site.get(&promoter).await.status, 404);
        assert_eq!(site.get(&artist).await.status, 200);
        site.post("/links/again", &[("email", PROMOTER)]).await;
        let fresh = link_in(&site.mail_of(Kind::LinkAgain).await, "/t/");
        assert_eq!(site.get(&fresh).await.status, 200);
    }

    async fn the_artist_does_not_read_what_a_moderator_holds_back(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let id = only_request(&site).await;
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            let reason = "Reported by several people.";
            respond::moderate(tx, &mail_site, id, Move::Remove, reason)
        }).await.unwrap();
        assert!(!site.get(&artist).await.text.contains("old warehouse"));
        assert!(site.get(&promoter).await.text.contains("old warehouse"), "their own words");
    }

    async fn bank_details_are_warned_of_wherever_they_are_written(site: Site) {
        const IBAN: &str = "DE89 3704 0044 0532 0130 00";
        let careful = |text: &str| text.contains("Careful.");
        site.list_night_ferry().await;
        for field in ["line_up", "past_events", "message", "links"] {
            let value = match field {
                "links" => "https://pay.example/bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq".to_owned(),
                _ => format!("We always pay to {IBAN} on the day."),
            };
            let form = site.filled_form().await.set("key", &format!("key-for-{field}-0123456789"));
            let form = form.set(field, &value);
            let preview = site.submit(&form.clone().set("action", "preview")).await;
            assert!(preview.status == 200 && careful(&preview.text), "{field}: {}", preview.text);
            assert_eq!(site.submit(&form).await.status, 303);
            let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
            assert!(careful(&site.get(&confirm).await.text), "{field}");
            assert_eq!(site.post(&confirm, &[]).await.status, 303);
            let letter = site.mail_of(Kind::NewRequest).await;
            let text = letter.letter.as_ref().unwrap().text.clone();
            assert!(careful(&text), "{field}: {text}");
            let artist = link_in(&letter, "/t/");
            let promoter = link_in(&site.mail_of(Kind::RequestSent).await, "/t/");
            for side in [&artist, &promoter] {
                assert!(careful(&site.get(side).await.text), "{field}: {side}");
            }
            site.clock.advance(jiff::SignedDuration::from_mins(31));
        }
        let plain = site.filled_form().await.set("key", "key-for-nothing-0123456789");
        let (promoter, artist) = site.sent_request_of(&plain).await;
        assert!(!careful(&site.get(&promoter).await.text));
        let no = [("reason", "busy"), ("note", &format!("Pay the deposit to {IBAN} next time."))];
        assert_eq!(site.post(&format!("{artist}/decline"), &no).await.status, 303);
        assert!(careful(&site.get(&promoter).await.text));
        let letter = site.mail_of(Kind::RequestMoved).await.letter.unwrap();
        assert!(careful(&letter.text) && careful(&letter.html), "{}", letter.text);
    }
}
