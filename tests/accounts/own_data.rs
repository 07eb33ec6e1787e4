//! A person's own data: seen, taken along, erased.

use soundpost::artists::{contact_store, store};
use soundpost::booking_requests::{Move, list_store, respond};
use soundpost::db::DbUrl;
use soundpost::disclaimer;
use soundpost::mail::Kind;
use soundpost::mail::mailbox_store::Stored;
use soundpost::people::EmailAddress;
use soundpost::people::store::ensure_contact;

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::visitor::hidden;
use crate::support::{Site, link_in};

/// The path of the first request on somebody's dashboard.
async fn first_thread(member: &Member) -> String {
    let page = member.get("/requests").await.text;
    let at = page.find("href=\"/requests/").expect("a request") + 6;
    page[at..].split('"').next().unwrap().to_owned()
}

fn to(mails: Vec<Stored>, address: &str) -> Vec<Stored> {
    mails
        .into_iter()
        .filter(|mail| mail.letter.as_ref().is_some_and(|letter| letter.to == address))
        .collect()
}

/// Ticks the box and presses the button.
async fn delete(member: &Member) {
    let deleted = member.post("/account/delete", &[("sure", "yes")]).await;
    assert_eq!(deleted.location(), "/account/deleted");
}

/// A request that was sent, and both of its people signed in: (promoter, artist, thread).
async fn both_sides(site: &Site) -> (Member, Member, String) {
    site.list_night_ferry().await;
    site.sent_request().await;
    let promoter = Member::join(site, PROMOTER, "Jonas").await;
    let artist = Member::join(site, ARTIST, "Mari").await;
    let thread = first_thread(&promoter).await;
    (promoter, artist, thread)
}

async fn accept(artist: &Member, thread: &str) {
    let page = artist.get(&format!("{thread}/accept")).await.text;
    let agreed = [
        ("revision", hidden(&page, "revision")),
        ("night", "2027-03-13"),
        ("disclaimer_hash", hidden(&page, "disclaimer_hash")),
        ("disclaimer_accepted", "yes"),
    ];
    assert_eq!(artist.post(&format!("{thread}/accept"), &agreed).await.status, 303);
}

on_both! {
    async fn a_page_that_nobody_saw_goes_with_the_last_of_its_people(site: Site) {
        site.list_night_ferry().await;
        let artist = Member::join(&site, ARTIST, "Mari").await;
        let draft = artist.post("/artists/night-ferry/listing", &[("listing", "draft")]).await;
        assert_eq!(draft.status, 303);
        delete(&artist).await;
        let left = site.db.read(|reader| store::find_by_slug(reader, "night-ferry")).await.unwrap();
        assert!(left.is_none());
    }

    async fn a_page_that_nobody_sees_stays_while_there_are_requests_to_it(site: Site) {
        let (_, artist, _) = both_sides(&site).await;
        let draft = artist.post("/artists/night-ferry/listing", &[("listing", "draft")]).await;
        assert_eq!(draft.status, 303);
        delete(&artist).await;
        let left = site.db.read(|reader| store::find_by_slug(reader, "night-ferry")).await.unwrap();
        assert!(left.is_some(), "the requests are their senders' as well");
    }

    async fn everything_that_is_stored_about_somebody_is_in_their_export(site: Site) {
        let (promoter, artist, thread) = both_sides(&site).await;
        let reply = [("key", "k1"), ("message", "canary-of-the-promoter")];
        assert_eq!(promoter.post(&format!("{thread}/reply"), &reply).await.status, 303);
        let reply = [("key", "k2"), ("message", "canary-of-the-act")];
        assert_eq!(artist.post(&format!("{thread}/reply"), &reply).await.status, 303);
        let ticket = [("topic", "privacy"), ("message", "canary-of-the-ticket"),
            ("name", "canary-name"), ("email", PROMOTER)];
        assert_eq!(site.post("/contact", &ticket).await.status, 303);

        let password = [("password", "a fog horn in the fog")];
        assert_eq!(promoter.post("/account/password", &password).await.status, 303);
        let promoter = Member::sign_in(&site, PROMOTER).await;
        let moves = [("email", "canary@new-harbour.example")];
        assert_eq!(promoter.post("/account/address", &moves).await.status, 303);

        let file = promoter.get("/account/data.json").await;
        assert_eq!(file.status, 200);
        assert!(file.headers["content-disposition"].to_str().unwrap().contains("my-data.json"));
        let data: serde_json::Value = serde_json::from_str(&file.text).unwrap();
        assert_eq!(data["address"], PROMOTER);
        assert_eq!(data["account"]["name"], "Jonas");
        assert_eq!(data["account"]["age"], "18 or older");
        assert_eq!(data["browsers"].as_array().unwrap().len(), 2);
        assert_eq!(data["moves"][0]["from"], PROMOTER);
        assert_eq!(data["account"]["password_since"], "2026-11-21T14:00:00Z");
        let request = &data["requests"][0];
        assert_eq!(request["side"], "promoter");
        assert_eq!(request["messages"].as_array().unwrap().len(), 3);
        assert!(request["receipt"]["signature"].is_string(), "{request}");
        let page = promoter.get("/account/data").await;
        for words in ["canary-of-the-promoter", "canary-of-the-act", "canary-of-the-ticket",
            "canary-name", "canary@new-harbour.example", "Harbour Night", "Speicher 7", "Berlin", "900", PROMOTER, "Jonas"] {
            assert!(file.text.contains(words), "{words} is not in the file");
            assert!(page.text.contains(words), "{words} is not on the page");
        }

        // The act's person gets the same thread from the other side, and no address of the promoter.
        let file = artist.get("/account/data.json").await.text;
        let data: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(data["acts"][0], "Night Ferry");
        assert_eq!(data["requests"][0]["side"], "artist");
        assert!(data["requests"][0]["receipt"].is_null());
        assert!(file.contains("canary-of-the-promoter") && !file.contains(PROMOTER));
        assert!(!file.contains("canary-of-the-ticket"));
    }

    async fn a_promoter_who_leaves_is_erased_and_the_act_keeps_its_own_words(site: Site) {
        let (promoter, artist, thread) = both_sides(&site).await;
        let (promoter_link, artist_link) = {
            let of = |kind, path: &'static str| {
                let site = site.clone();
                async move { link_in(&site.mail_of(kind).await, path) }
            };
            (of(Kind::RequestSent, "/t/").await, of(Kind::NewRequest, "/t/").await)
        };
        let reply = [("key", "k1"), ("message", "words-of-the-promoter")];
        assert_eq!(promoter.post(&format!("{thread}/reply"), &reply).await.status, 303);
        let reply = [("key", "k2"), ("message", "words-of-the-act")];
        assert_eq!(artist.post(&format!("{thread}/reply"), &reply).await.status, 303);
        let ticket = [("topic", "privacy"), ("message", "words-of-the-ticket"), ("email", PROMOTER)];
        assert_eq!(site.post("/contact", &ticket).await.status, 303);
        site.send_mails().await;

        let page = promoter.get("/account/delete").await.text;
        assert!(page.contains("One open request is closed"), "{page}");
        // Not by chance.
        assert_eq!(promoter.post("/account/delete", &[]).await.status, 422);
        assert_eq!(promoter.get("/account").await.status, 200);
        delete(&promoter).await;

        assert_eq!(promoter.get("/account").await.status, 303);
        assert_eq!(site.get(&promoter_link).await.status, 404);
        let told = to(site.mails_of(Kind::RequestMoved).await, ARTIST);
        assert_eq!(told.len(), 1);
        let last = site.mail_of(Kind::Erased).await.letter.unwrap();
        assert_eq!(last.to, PROMOTER);
        for seen in [artist.get(&thread).await, site.get(&artist_link).await] {
            assert_eq!(seen.status, 200);
            assert!(seen.text.contains("words-of-the-act") && seen.text.contains("Withdrawn"));
            assert!(seen.text.contains("Harbour Night") && seen.text.contains("data was erased"));
            for gone in ["words-of-the-promoter", "Jonas", "old warehouse"] {
                assert!(!seen.text.contains(gone), "{gone}");
            }
        }
        // Nothing of theirs can be opened, and the chain is whole.
        let walk = site.db.read(disclaimer::store::verify_chain).await.unwrap();
        assert_eq!((walk.links, walk.compared), (1, 0));
        site.tick().await;

        // The address is nobody's now; a new account knows nothing of the old one.
        let again = Member::join(&site, PROMOTER, "Jonas").await;
        let file = again.get("/account/data.json").await.text;
        let data: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(data["requests"].as_array().unwrap().len(), 0);
        assert_eq!(data["tickets"].as_array().unwrap().len(), 0);
    }

    async fn when_the_last_of_an_act_leaves_its_open_requests_are_declined(site: Site) {
        let (promoter, artist, thread) = both_sides(&site).await;
        let reply = [("key", "k2"), ("message", "words-of-the-act")];
        assert_eq!(artist.post(&format!("{thread}/reply"), &reply).await.status, 303);
        let page = artist.get("/account/delete").await.text;
        assert!(page.contains("Night Ferry") && page.contains("nobody else answers for it"));
        delete(&artist).await;
        let seen = promoter.get(&thread).await.text;
        assert!(seen.contains("Declined") && seen.contains("old warehouse"));
        assert!(!seen.contains("words-of-the-act"));
        assert_eq!(to(site.mails_of(Kind::RequestMoved).await, PROMOTER).len(), 1);
        // The act can no longer be asked.
        assert_eq!(site.get("/artists/night-ferry/request").await.status, 409);
        assert_eq!(site.get("/artists/night-ferry").await.status, 200);
    }

    async fn what_was_agreed_in_principle_stays_and_the_other_side_is_told(site: Site) {
        let (promoter, artist, thread) = both_sides(&site).await;
        accept(&artist, &thread).await;
        delete(&promoter).await;
        let told = to(site.mails_of(Kind::RequestMoved).await, ARTIST);
        let told = told.last().unwrap().letter.clone().unwrap();
        assert!(told.subject.contains("no longer here"), "{}", told.subject);
        let seen = artist.get(&thread).await.text;
        assert!(seen.contains("Accepted in principle") && seen.contains("data was erased"));
        let reply = [("key", "k9"), ("message", "Are you there?")];
        assert_eq!(artist.post(&format!("{thread}/reply"), &reply).await.status, 409);
        // The act's own receipt is still proof.
        let file = artist.get(&format!("{thread}/receipt.json")).await;
        assert_eq!(file.status, 200);
        let walk = site.db.read(disclaimer::store::verify_chain).await.unwrap();
        assert_eq!((walk.links, walk.compared), (2, 1));
    }

    async fn deleting_needs_a_fresh_sign_in(site: Site) {
        let member = Member::join(&site, "jonas@speicher7.example", "Jonas").await;
        site.clock.advance(jiff::SignedDuration::from_mins(16));
        let page = member.get("/account/delete").await.text;
        assert!(page.contains("First sign in again") && !page.contains("name=\"sure\""));
        let refused = member.post("/account/delete", &[("sure", "yes")]).await;
        assert_eq!(refused.location(), "/account/delete");
        assert_eq!(member.get("/account").await.status, 200);
        let again = Member::sign_in(&site, "jonas@speicher7.example").await;
        delete(&again).await;
        assert_eq!(member.get("/account").await.status, 303);
    }

    async fn what_a_moderator_holds_back_is_held_back_in_the_export_too(site: Site) {
        let (promoter, artist, _) = both_sides(&site).await;
        let id = site.db.read(|reader| {
            let act = store::find_by_slug(reader, "night-ferry")?.unwrap();
            list_store::list_of_artist(reader, act.id, 1)
        }).await.unwrap()[0];
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            respond::moderate(tx, &mail_site, id, Move::Quarantine, "Somebody has to look at it.")
        }).await.unwrap();
        for path in ["/account/data", "/account/data.json"] {
            assert!(promoter.get(path).await.text.contains("old warehouse"));
            assert!(!artist.get(path).await.text.contains("old warehouse"), "{path}");
        }
        // Whoever leaves ends it all the same.
        delete(&promoter).await;
        let mail_site = site.site.clone();
        let released = site.db.write(move |tx| {
            respond::moderate(tx, &mail_site, id, Move::Release, "Somebody has looked at it.")
        }).await;
        assert!(released.is_err());
        assert!(!to(site.mails_of(Kind::RequestMoved).await, ARTIST).is_empty());
    }

    async fn of_several_deletions_at_once_one_is_done_and_all_are_told_so(site: Site) {
        let member = Member::join(&site, "jonas@speicher7.example", "Jonas").await;
        let press = || member.post("/account/delete", &[("sure", "yes")]);
        let (one, two, three) = tokio::join!(press(), press(), press());
        for answer in [one, two, three] {
            // Who comes after the end is no longer signed in.
            assert!(["/account/deleted", "/sign-in?next=%2Frequests"].contains(&answer.location().as_str()));
        }
        assert_eq!(site.mails_of(Kind::Erased).await.len(), 1);
    }

    async fn of_the_last_two_who_leave_at_once_one_ends_what_is_open(site: Site) {
        let (promoter, artist, thread) = both_sides(&site).await;
        let second = Member::join(&site, "second@night-ferry.example", "Siim").await;
        site.db.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            let address = EmailAddress::parse("second@night-ferry.example").unwrap();
            let contact = ensure_contact(tx, &address)?;
            contact_store::add_contact(tx, act.id, contact.id)?;
            contact_store::confirm_contact(tx, act.id, contact.id)
        }).await.unwrap();
        assert!(second.get("/account/delete").await.text.contains("others answer for the act with you"));
        tokio::join!(delete(&artist), delete(&second));
        assert!(promoter.get(&thread).await.text.contains("Declined"));
        assert_eq!(to(site.mails_of(Kind::RequestMoved).await, PROMOTER).len(), 1);
    }

    async fn nothing_of_an_erased_person_is_left_in_the_log_of_the_database(site: Site) {
        let member = Member::join(&site, "jonas@speicher7.example", "Jonas").await;
        let DbUrl::Sqlite(path) = &site.url else { return };
        let log = path.with_extension("sqlite-wal");
        assert!(std::fs::metadata(&log).unwrap().len() > 0);
        delete(&member).await;
        assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
    }

    async fn how_often_a_stranger_may_ask_does_not_tell_who_has_an_account(site: Site) {
        site.list_night_ferry().await;
        Member::join(&site, PROMOTER, "Jonas").await;
        site.clock.advance(jiff::SignedDuration::from_mins(40));
        for _ in 0..6 {
            site.post("/sign-in", &[("email", PROMOTER)]).await;
        }
        assert_eq!(site.submit(&site.filled_form().await).await.status, 303);
    }
}
