//! Which mails somebody wants: what is switched off is not mailed, and what has to be told is.

use soundpost::booking_requests::{Move, list_store, respond};
use soundpost::mail::Kind;

use crate::support::Site;
use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;

const PAGE: &str = "/account/notifications";

on_both! {
    async fn what_is_switched_off_is_not_mailed_and_stands_on_the_pages(site: Site) {
        site.list_night_ferry().await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        assert!(jonas.get(PAGE).await.text.contains("name=\"new_message\" value=\"at_once\" checked"));
        assert_eq!(jonas.post(PAGE, &[("moved", "at_once"), ("zone", "UTC")]).await.location(), "/account?done=mails");
        assert_eq!(mari.post(PAGE, &[("moved", "at_once"), ("new_message", "at_once"), ("zone", "UTC")]).await.status, 303);
        assert!(jonas.get("/account").await.text.contains("Some mails come once a day, or not at all"));
        assert!(jonas.get("/account/data").await.text.contains("Messages from the other side"));

        let form = site.filled_form().await;
        assert_eq!(site.submit(&form).await.status, 303);
        let confirm = crate::support::link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        assert_eq!(site.post(&confirm, &[]).await.status, 303);
        assert!(site.mails_of(Kind::NewRequest).await.is_empty(), "Mari did not want it");
        assert_eq!(site.mails_of(Kind::RequestSent).await.len(), 1, "the receipt always goes out");
        let list = mari.get("/requests").await.text;
        let thread = crate::support::visitor::between(&list, "href=\"/requests/", "\"").to_owned();
        let thread = format!("/requests/{thread}");
        let reply = |key: &'static str| [("key", key), ("message", "Who opens?")];
        assert_eq!(mari.post(&format!("{thread}/reply"), &reply("k1")).await.status, 303);
        assert!(site.mails_of(Kind::NewMessage).await.is_empty(), "Jonas did not want it");
        assert!(jonas.get(&thread).await.text.contains("Who opens?"));
        assert_eq!(jonas.post(&format!("{thread}/reply"), &reply("k2")).await.status, 303);
        assert_eq!(site.mail_of(Kind::NewMessage).await.letter.unwrap().to, ARTIST);

        // What a moderator decides is told whatever one wants.
        assert_eq!(mari.post(PAGE, &[("zone", "UTC")]).await.status, 303);
        let id = site.db.read(|reader| {
            let act = soundpost::artists::store::find_by_slug(reader, "night-ferry")?.unwrap();
            list_store::list_of_artist(reader, act.id, 1)
        }).await.unwrap()[0];
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            respond::moderate(tx, &mail_site, id, Move::Quarantine, "Somebody has to look at it.")
        }).await.unwrap();
        assert_eq!(site.mails_of(Kind::RequestMoved).await.len(), 2);
        let all = [("new_request", "at_once"), ("new_message", "at_once"), ("moved", "at_once"), ("zone", "UTC")];
        assert_eq!(mari.post(PAGE, &all).await.status, 303);
        assert!(mari.get("/account").await.text.contains("whenever somebody waits for you"));
    }

    async fn what_is_new_comes_once_a_day_in_the_morning_of_who_reads_it(site: Site) {
        site.list_night_ferry().await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        assert_eq!(mari.post(PAGE, &[("zone", "Mars/Base")]).await.status, 422);
        let daily = [("new_request", "digest"), ("new_message", "digest"), ("moved", "at_once"),
            ("zone", "Europe/Tallinn")];
        assert_eq!(mari.post(PAGE, &daily).await.status, 303);
        assert!(mari.get(PAGE).await.text.contains("<option value=\"Europe/Tallinn\" selected>"));
        let (promoter, _) = {
            let form = site.filled_form().await;
            assert_eq!(site.submit(&form).await.status, 303);
            let confirm = crate::support::link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
            assert_eq!(site.post(&confirm, &[]).await.status, 303);
            (crate::support::link_in(&site.mail_of(Kind::RequestSent).await, "/t/"), ())
        };
        let reply = [("key", "k-0123456789abcdef"), ("message", "Who opens? qzxv-words")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &reply).await.status, 303);
        assert!(site.mails_of(Kind::NewRequest).await.is_empty() && site.mails_of(Kind::NewMessage).await.is_empty());
        site.tick().await;
        assert!(site.mails_of(Kind::Digest).await.is_empty(), "it is not morning yet");
        site.clock.advance(jiff::SignedDuration::from_hours(24));
        site.tick().await;
        site.tick().await;
        let mails = site.mails_of(Kind::Digest).await;
        assert_eq!(mails.len(), 1);
        let letter = mails[0].letter.as_ref().unwrap();
        assert_eq!(letter.to, ARTIST);
        assert!(letter.text.contains("Harbour Night, with Jonas, Speicher 7: Sent"), "{}", letter.text);
        assert!(!letter.text.contains("qzxv-words"), "what is written is read on the site");
        assert!(!letter.text.contains("/t/"), "no link that acts for somebody");

        // Read on the site meanwhile, or silenced: no mail.
        let reply = [("key", "k-1123456789abcdef"), ("message", "Hello?")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &reply).await.status, 303);
        assert_eq!(mari.post("/requests/read-all", &[]).await.status, 303);
        site.clock.advance(jiff::SignedDuration::from_hours(24));
        site.tick().await;
        assert_eq!(site.mails_of(Kind::Digest).await.len(), 1);
        assert!(site.mails_of(Kind::Digest).await.iter().all(|mail| mail.letter.as_ref().unwrap().to != PROMOTER));
        // A server that was away in the morning sends it when it is back, with all that it would have had.
        let reply = [("key", "k-2123456789abcdef"), ("message", "Still there?")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &reply).await.status, 303);
        site.clock.advance(jiff::SignedDuration::from_hours(60));
        site.tick().await;
        assert_eq!(site.mails_of(Kind::Digest).await.len(), 2);
        drop(jonas);
    }
}
