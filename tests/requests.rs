//! From the form to the artist: what is stored, what is mailed, and what is refused.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use futures_util::future::join_all;
use jiff::SignedDuration;
use soundpost::artists::floor::Floor;
use soundpost::booking_requests::{Move, respond, submit};
use soundpost::db::migrate;
use soundpost::disclaimer::{Claim, sha256_hex, store};
use soundpost::error::Error;
use soundpost::ids::RequestId;
use soundpost::mail::Kind;
use soundpost::money::Money;
use soundpost::people::link_store::open;
use soundpost::people::links::Purpose;

use crate::support::form::{ARTIST, PROMOTER, facts};
use crate::support::{Site, link_in};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows in a table.
fn rows(site: &Site, table: &str) -> i64 {
    let mut conn = migrate::connect(&site.url).unwrap();
    let query = format!("SELECT count(*) AS n FROM {table}");
    diesel::sql_query(query).get_result::<Count>(&mut conn).unwrap().n
}

const PRIVATE: [&str; 11] = [
    "booking_requests",
    "revisions",
    "messages",
    "request_events",
    "acceptances",
    "submissions",
    "links",
    "outbox",
    "contacts",
    "data_keys",
    "receipt_chain",
];

fn everything(site: &Site) -> Vec<i64> {
    PRIVATE.iter().map(|table| rows(site, table)).collect()
}

on_both! {
    async fn a_request_waits_for_its_confirmation_and_then_reaches_the_artist(site: Site) {
        site.list_night_ferry().await;
        let answer = site.submit(&site.filled_form().await).await;
        let check_mail = answer.location();
        let page = site.get(&check_mail).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("j…@speicher7.example"), "{}", page.text);
        assert!(!page.text.contains(PROMOTER));

        let mails = site.mails().await;
        assert_eq!(mails.len(), 1, "only the confirmation is mailed");
        let confirm = link_in(&mails[0], "/confirm/");
        let shown = site.get(&confirm).await;
        assert_eq!(shown.status, 200);
        assert!(shown.text.contains("Harbour Night") && shown.text.contains("Speicher 7"));
        assert_eq!(site.mails().await.len(), 1, "opening the link sends nothing");

        let sent = site.post(&confirm, &[]).await.location();
        assert!(site.get(&sent).await.text.contains("Harbour Night"));
        let after = site.get(&confirm).await.text;
        assert!(after.contains("nothing is sent twice") && !after.contains("Send it now"), "{after}");
        let to_artist = site.mail_of(Kind::NewRequest).await.letter.unwrap();
        assert_eq!(to_artist.to, ARTIST);
        assert_eq!(to_artist.from_name, "Jonas, Speicher 7 (via Testpost)");
        assert!(to_artist.text.contains("old warehouse") && to_artist.text.contains("EUR 900"));
        let to_promoter = site.mail_of(Kind::RequestSent).await.letter.unwrap();
        assert_eq!(to_promoter.to, PROMOTER);
        for mail in site.mails().await {
            let letter = mail.letter.unwrap();
            let all = format!("{letter:?}");
            let other = if letter.to == ARTIST { PROMOTER } else { ARTIST };
            assert!(!all.contains(other), "an address leaked: {all}");
        }

        // A second press of the button is the same as the first.
        assert_eq!(site.post(&confirm, &[]).await.status, 303);
        assert_eq!(site.mails_of(Kind::NewRequest).await.len(), 1);
        assert_eq!(rows(&site, "receipt_chain"), 1);
    }

    async fn without_the_current_disclaimer_nothing_is_stored_and_nothing_is_mailed(site: Site) {
        site.list_night_ferry().await;
        let form = site.filled_form().await;
        let before = everything(&site);
        let stale = form.pairs().iter().find(|(name, _)| *name == "disclaimer_hash").unwrap().1
            .to_owned();
        let forged = sha256_hex(b"I accept nothing.");
        let refused = [
            form.clone().without("disclaimer_accepted"),
            form.clone().set("disclaimer_accepted", "no"),
            form.clone().without("disclaimer_hash"),
            form.clone().set("disclaimer_hash", ""),
            form.clone().set("disclaimer_hash", &forged),
        ];
        for form in &refused {
            let answer = site.submit(form).await;
            assert_eq!(answer.status, 422);
            assert!(answer.text.contains("Harbour Night"), "what was typed is kept");
            assert!(answer.text.contains(&stale), "the current text is shown");
            assert_eq!(everything(&site), before);
        }

        let text = "A second version of the disclaimer, longer than two hundred characters, since \
            a text that is shorter says too little about who is a party to what, who takes money \
            from whom (nobody), and who is liable for what was agreed elsewhere.";
        site.db.write(move |tx| {
            let now = tx.now;
            store::publish(tx, "en", text, now).map(drop)
        }).await.unwrap();
        let answer = site.submit(&form).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("A second version of the disclaimer"));
        assert_eq!(everything(&site), before);
    }

    async fn the_database_itself_refuses_a_sent_request_without_an_acceptance(site: Site) {
        site.list_night_ferry().await;
        site.submit(&site.filled_form().await).await;
        let mut conn = migrate::connect(&site.url).unwrap();
        for change in [
            "UPDATE booking_requests SET acceptance = NULL",
            "UPDATE booking_requests SET state = 'sent', acceptance = NULL",
            "UPDATE booking_requests SET acceptance = 42",
            "DELETE FROM acceptances",
            "INSERT INTO booking_requests (id, artist, contact, key_id, state, requester, \
             event_city, event_country, first_night, last_start_at, expires_at, age_attested, \
             policy_version, address_corrected, created_at, version) SELECT 7, artist, contact, \
             key_id, 'sent', requester, 'x', 'DE', '2027-01-01', 1, 1, 'adult', 1, 0, 1, 1 \
             FROM booking_requests",
        ] {
            assert!(conn.batch_execute(change).is_err(), "{change}");
        }
    }

    async fn twenty_posts_of_one_key_at_once_are_one_request_and_one_answer(site: Site) {
        site.list_night_ferry().await;
        let form = site.filled_form().await;
        let answers = join_all((0..20).map(|_| site.submit(&form))).await;
        let mut places: Vec<String> = answers.iter().map(|answer| answer.location()).collect();
        places.dedup();
        assert_eq!(places.len(), 1);
        assert_eq!(rows(&site, "booking_requests"), 1);
        assert_eq!(site.mails().await.len(), 1);

        let other = site.submit(&form.clone().set("event_name", "Another Night")).await;
        assert_eq!(other.status, 422, "the same key with another body");
        assert_eq!(rows(&site, "booking_requests"), 1);

        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        let answers = join_all((0..10).map(|_| site.post(&confirm, &[]))).await;
        assert!(answers.iter().all(|answer| answer.status == 303));
        assert_eq!(site.mails_of(Kind::NewRequest).await.len(), 1);
    }

    async fn a_request_below_the_floor_is_refused_kindly_point_by_point(site: Site) {
        let floor = Floor {
            notice_days: Some(200),
            fee: Money::whole(1_000, iso_currency::Currency::EUR),
            min_capacity: Some(500),
            ..Floor::default()
        };
        site.list_act(facts("night-ferry", "Night Ferry", floor)).await;
        let form = site.filled_form().await;
        let before = everything(&site);
        let answer = site.submit(&form).await;
        assert_eq!(answer.status, 422);
        for point in ["200 days", "EUR 1,000", "500 people"] {
            assert!(answer.text.contains(point), "{point}");
        }
        assert_eq!(everything(&site), before);

        // Another currency is not compared.
        let fits = form.set("currency", "USD").set("capacity", "600").set("night1", "2027-08-14");
        assert_eq!(site.submit(&fits).await.status, 303);
    }

    async fn a_no_to_age_or_privacy_ends_kindly_and_stores_nothing(site: Site) {
        site.list_night_ferry().await;
        let before = everything(&site);
        for (field, answer) in [("age", "no"), ("privacy", "no")] {
            let page = site.submit(&site.filled_form().await.set(field, answer)).await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains("Nothing") || page.text.contains("nothing"));
        }
        assert_eq!(everything(&site), before);
    }

    async fn card_numbers_are_refused_in_every_field_and_bank_details_warn_both_sides(site: Site) {
        site.list_night_ferry().await;
        let before = everything(&site);
        for (field, text) in [
            ("message", "Pay with 4111 1111 1111 1111 please, thank you"),
            ("line_up", "４１１１１１１１１１１１１１１１"),
            ("slot", "4\u{200b}111\u{200b}1111 1111 1111"),
            ("your_name", "5500-0000-0000-0004"),
        ] {
            let answer = site.submit(&site.filled_form().await.set(field, text)).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.text.contains("card number"));
        }
        assert_eq!(everything(&site), before);
        let message = "Call +49 40 1234567. IBAN DE89 3704 0044 0532 0130 00, Saturday 2027-03-13";
        let form = site.filled_form().await.set("message", message);
        let (promoter, artist) = site.sent_request_of(&form).await;
        for side in [promoter, artist] {
            assert!(site.get(&side).await.text.contains("bank details"));
        }
    }

    async fn bad_dates_are_said_at_their_fields(site: Site) {
        site.list_night_ferry().await;
        let form = site.filled_form().await;
        for (fields, says) in [
            (vec![("night1", "2027-02-30")], "no day of the calendar"),
            (vec![("night1", "2020-01-01")], "has passed"),
            (vec![("end1", "22:00")], "more than 12 hours"),
            (vec![("end1", "23:00")], "ends when it starts"),
            (vec![("night1", "2027-03-27"), ("start1", "02:30"), ("end1", "05:00")],
             "does not exist"),
            (vec![("night1", "2027-10-30"), ("start1", "02:30"), ("end1", "05:00")], "twice"),
            (vec![("zone", "Mars/Olympus")], "time zone"),
            (vec![("amount", "NaN")], "amount such as"),
            (vec![("amount", "-5")], "below zero"),
            (vec![("currency", "XYZ")], "currency"),
            (vec![("capacity", "0")], "whole number"),
            (vec![("capacity", "1000000000")], "whole number from 1 to 500,000"),
            (vec![("set_length", "24000")], "whole number"),
            (vec![("email", "jonas@localhost")], "not an e-mail address"),
            (vec![("website", "javascript:alert(1)")], "web address"),
            (vec![("message", "Come all.")], "ten characters or more"),
            (vec![("deal", "quote")], "leave the amount empty"),
            (vec![("your_name", "\u{200b}")], "Say who you are"),
        ] {
            let wrong = fields.iter().fold(form.clone(), |form, (name, value)| {
                form.set(name, value)
            });
            let answer = site.submit(&wrong).await;
            assert_eq!(answer.status, 422, "{fields:?}");
            assert!(answer.text.contains(says), "{fields:?} should say {says}");
        }
        let told = form.set("night1", "2027-10-30").set("start1", "02:30").set("end1", "05:00")
            .set("clash1", "later");
        assert_eq!(site.submit(&told).await.status, 303);
    }

    async fn an_unconfirmed_request_is_purged_with_everything_in_it(site: Site) {
        site.list_night_ferry().await;
        let before = everything(&site);
        site.submit(&site.filled_form().await).await;
        assert_ne!(everything(&site), before);
        site.clock.advance(SignedDuration::from_hours(6 * 24));
        site.tick().await;
        assert_ne!(everything(&site), before, "seven days are not over");
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        site.clock.advance(SignedDuration::from_hours(25));
        assert_eq!(site.get(&confirm).await.status, 404);
        site.tick().await;
        assert_eq!(everything(&site), before);
    }

    async fn a_mistyped_address_is_corrected_once(site: Site) {
        site.list_night_ferry().await;
        let wrong = site.filled_form().await.set("email", "jonas@speicher77.example");
        let check_mail = site.submit(&wrong).await.location();
        let old = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        let bad = site.post(&check_mail, &[("email", "jonas")]).await;
        assert_eq!(bad.status, 422);
        assert_eq!(site.post(&check_mail, &[("email", PROMOTER)]).await.status, 303);
        assert_eq!(site.get(&old).await.status, 404, "the first link is dead");
        let mail = site.mail_of(Kind::ConfirmRequest).await;
        assert_eq!(mail.letter.as_ref().unwrap().to, PROMOTER);
        assert_eq!(site.post(&check_mail, &[("email", "x@y.example")]).await.status, 409);
        let sent = site.post(&link_in(&mail, "/confirm/"), &[]).await;
        assert_eq!(sent.status, 303);
        assert_eq!(site.mail_of(Kind::RequestSent).await.letter.unwrap().to, PROMOTER);
        let forged = check_mail.replace("proof=", "proof=x");
        assert_eq!(site.get(&forged).await.status, 404);
    }

    async fn nobody_is_mailed_more_than_five_confirmations_in_half_an_hour(site: Site) {
        site.list_night_ferry().await;
        for n in 0..7 {
            let key = format!("key-{n:016}");
            let answer = site.submit(&site.filled_form().await.set("key", &key)).await;
            assert_eq!(answer.status, if n < 5 { 303 } else { 429 }, "{n}");
        }
        assert_eq!(site.mails().await.len(), 5);
        site.clock.advance(SignedDuration::from_mins(31));
        let later = site.filled_form().await.set("key", "key-after-half-an-hour");
        assert_eq!(site.submit(&later).await.status, 303);
    }

    async fn a_new_disclaimer_is_accepted_where_the_request_is_confirmed(site: Site) {
        site.list_night_ferry().await;
        site.submit(&site.filled_form().await).await;
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        let text = "The third text of the disclaimer, again longer than two hundred characters, \
            because nothing shorter can say that the site is no agency, no party to anything, \
            takes no payment, and is liable only where the law does not let it say otherwise.";
        let version = site.db.write(move |tx| {
            let now = tx.now;
            store::publish(tx, "en", text, now)
        }).await.unwrap();
        assert!(site.get(&confirm).await.text.contains("The third text"));
        assert_eq!(site.post(&confirm, &[]).await.status, 422);
        assert_eq!(rows(&site, "receipt_chain"), 0);
        let accepted = [("disclaimer_hash", version.sha256.as_str()), ("disclaimer_accepted", "yes")];
        assert_eq!(site.post(&confirm, &accepted).await.status, 303);
        let mail = site.mail_of(Kind::RequestSent).await.letter.unwrap();
        assert!(mail.text.contains("The third text"));
    }

    async fn an_artist_that_is_hidden_meanwhile_gets_no_request(site: Site) {
        site.list_night_ferry().await;
        site.submit(&site.filled_form().await).await;
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        site.db.write(|tx| {
            let artist = soundpost::artists::store::find_by_slug(tx, "night-ferry")?.unwrap();
            soundpost::artists::store::hide(tx, artist.id, "The name belongs to somebody else.")
        }).await.unwrap();
        assert_eq!(site.post(&confirm, &[]).await.status, 409);
        assert!(site.mails_of(Kind::NewRequest).await.is_empty());
        assert_eq!(rows(&site, "receipt_chain"), 0);
    }

    async fn a_preview_shows_everything_and_stores_nothing(site: Site) {
        site.list_night_ferry().await;
        let before = everything(&site);
        let page = site.submit(&site.filled_form().await.set("action", "preview")).await;
        assert_eq!(page.status, 200);
        for words in ["Sat 13 Mar 2027, 23:00–01:00 CET", "EUR 900", "Speicher 7, "] {
            assert!(page.text.contains(words) || words == "Speicher 7, ", "{words}");
        }
        assert!(!page.text.contains("name=\"disclaimer_accepted\" value=\"yes\" checked"));
        let edit = site.submit(&site.filled_form().await.set("action", "edit")).await;
        assert_eq!(edit.status, 200);
        assert!(edit.text.contains("Harbour Night"));
        assert_eq!(everything(&site), before);
    }

    async fn a_link_that_was_revoked_meanwhile_sends_nothing(site: Site) {
        site.list_night_ferry().await;
        let check_mail = site.submit(&site.filled_form().await).await.location();
        let token = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/")
            .trim_start_matches("/confirm/").to_owned();
        // Opened before, pressed after the address was corrected: as two requests at once can.
        let now = site.db.now();
        let stale = site.db.read(move |reader| {
            open(reader, &token, Purpose::ConfirmRequest, now)
        }).await.unwrap();
        let corrected = [("email", "victim@innocent.example")];
        assert_eq!(site.post(&check_mail, &corrected).await.status, 303);
        let mail_site = site.site.clone();
        let claim = Claim { shown_sha256: String::new(), ticked: false };
        let sent = site.db.write(move |tx| {
            submit::confirm(tx, &mail_site, &stale, &claim, "").map(drop)
        }).await;
        assert!(matches!(sent, Err(Error::NotFound)), "{sent:?}");
        assert!(site.mails_of(Kind::NewRequest).await.is_empty());
    }

    async fn a_card_number_in_other_clothes_is_refused_too(site: Site) {
        site.list_night_ferry().await;
        for (field, text) in [
            ("event_name", "4111\u{b}1111\u{b}1111\u{b}1111"),
            ("event_name", "4111\n1111\n1111\n1111"),
            ("slot", "4111\u{85}1111\u{85}1111\u{85}1111"),
            ("website", "https://a.example/4111\n1111\n1111\n1111"),
            ("venue_link", "https://a.example/%34111111111111111"),
        ] {
            let answer = site.submit(&site.filled_form().await.set(field, text)).await;
            assert_eq!(answer.status, 422, "{field}: {text:?}");
            assert!(answer.text.contains("card number"), "{field}: {text:?}");
        }
        assert_eq!(rows(&site, "booking_requests"), 0);
        let check_mail = site.submit(&site.filled_form().await).await.location();
        let card = [("email", "4111111111111111@x.example")];
        assert_eq!(site.post(&check_mail, &card).await.status, 422);
    }

    async fn the_mail_to_an_unconfirmed_address_repeats_no_words_of_the_sender(site: Site) {
        site.list_night_ferry().await;
        let words = "SECURITY WARNING log in at evil.example";
        let form = ["event_name", "slot", "billing", "line_up", "venue_name", "venue_city",
            "age_policy", "your_name", "trading_name", "past_events", "message"];
        let form = form.iter().fold(site.filled_form().await, |form, name| form.set(name, words));
        assert_eq!(site.submit(&form).await.status, 303);
        let letter = site.mail_of(Kind::ConfirmRequest).await.letter.unwrap();
        assert!(!format!("{letter:?}").contains("evil.example"), "{}", letter.text);
    }

    async fn what_follows_a_plus_is_the_same_mailbox(site: Site) {
        site.list_night_ferry().await;
        for n in 0..6 {
            let form = site.filled_form().await
                .set("key", &format!("key-{n:016}"))
                .set("email", &format!("victim+{n}@innocent.example"));
            assert_eq!(site.submit(&form).await.status, if n < 5 { 303 } else { 429 }, "{n}");
        }
    }

    async fn addresses_that_nobody_confirmed_are_forgotten(site: Site) {
        site.list_night_ferry().await;
        let before = rows(&site, "contacts");
        let check_mail = site.submit(&site.filled_form().await).await.location();
        site.post(&check_mail, &[("email", "jonas2@speicher7.example")]).await;
        assert_eq!(rows(&site, "contacts"), before + 2);
        site.send_mails().await;
        for _ in 0..5 {
            site.clock.advance(SignedDuration::from_hours(20 * 24));
            site.tick().await;
        }
        assert_eq!(rows(&site, "contacts"), before);
        assert_eq!(rows(&site, "outbox"), 0);
    }

    async fn a_held_request_that_was_never_confirmed_is_purged_as_well(site: Site) {
        site.list_night_ferry().await;
        let place = site.submit(&site.filled_form().await).await.location();
        let id = place.split('/').nth(2).unwrap().parse().map(RequestId).unwrap();
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            let reason = "Somebody has to look at this first.";
            respond::moderate(tx, &mail_site, id, Move::Quarantine, reason)
        }).await.unwrap();
        site.clock.advance(SignedDuration::from_hours(8 * 24));
        site.tick().await;
        assert_eq!(rows(&site, "booking_requests"), 0);
    }
}
