//! Offers and counter-offers: whose turn it is, what is shown of them, and which of them is accepted.

use soundpost::booking_requests::{State, revision_store, store};

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::visitor::hidden;
use crate::support::{Site, link_in};

on_both! {
    async fn a_counter_offer_shows_what_it_changes_and_hands_the_turn_over(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let form = site.get(&format!("{artist}/counter")).await.text;
        assert!(form.contains("value=\"900\"") && form.contains("Europe/Berlin"), "{form}");
        let preview = [("amount", "1200"), ("hotel", "provided"), ("action", "preview")];
        let seen = site.counter(&artist, &preview).await;
        assert_eq!(seen.status, 200);
        assert!(seen.text.contains("EUR 900") && seen.text.contains("EUR 1,200"), "{}", seen.text);
        assert_eq!(site.told().await, 0, "looking proposes nothing");

        let terms = [("amount", "1200"), ("hotel", "provided"), ("note", "Two rooms, please.")];
        let done = site.counter(&artist, &terms).await;
        assert_eq!(done.status, 303, "{}", done.text);
        assert_eq!(site.state_at(&promoter).await, State::Countered);
        let mails = site.moves().await;
        assert_eq!(mails.len(), 2, "the promoter is told, the artist gets the receipt");
        let told = mails[0].letter.as_ref().unwrap();
        assert_eq!(told.to, PROMOTER);
        for text in [&told.text, &told.html] {
            for part in ["EUR 900", "EUR 1,200", "Promoter provides it", "Two rooms, please."] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
        let receipt = link_in(&mails[1], "/receipts/");
        assert_eq!(site.get(&receipt).await.status, 200);
        assert!(mails[1].letter.as_ref().unwrap().subject.starts_with("Your counter-offer"));

        let page = site.get(&promoter).await.text;
        assert!(page.contains("It is your turn") && page.contains("Terms, revision 2"), "{page}");
        assert!(page.contains("Two rooms, please.") && page.contains("<del>"), "{page}");
        let theirs = site.get(&artist).await.text;
        assert!(theirs.contains("It is Jonas, Speicher 7’s turn"), "{theirs}");
        assert!(!theirs.contains(&format!("{artist}/accept\"")), "one's own offer is not accepted");
        assert_eq!(site.make(&artist, "accept").await.status, 409);
        assert_eq!(site.get(&format!("{artist}/counter")).await.status, 409);
    }

    async fn the_promoter_accepts_a_counter_offer_and_no_second_disclaimer_is_asked_for(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        assert_eq!(site.counter(&artist, &[("amount", "1200")]).await.status, 303);
        assert_eq!(site.counter(&promoter, &[("amount", "1000")]).await.status, 303);
        assert_eq!(site.counter(&artist, &[("amount", "1100")]).await.status, 303);
        let before = site.told().await;
        let page = site.get(&format!("{promoter}/accept")).await.text;
        assert!(page.contains("EUR 1,100") && !page.contains("name=\"disclaimer_accepted\""));
        assert_eq!(site.accept(&promoter).await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::Accepted);
        let told = site.told_since(before).await;
        assert_eq!(told, [(ARTIST.to_owned(), "Accepted in principle".to_owned())]);

        let id = site.request_at(&promoter).await;
        let (all, request) = site.db.read(move |reader| {
            let request = store::get_request(reader, id)?;
            Ok((revision_store::list_revisions(reader, id, &request.key)?, request))
        }).await.unwrap();
        let amounts: Vec<String> =
            all.iter().map(|offer| offer.terms.offer.amount.unwrap().to_string()).collect();
        assert_eq!(amounts, ["EUR 900", "EUR 1,200", "EUR 1,000", "EUR 1,100"]);
        assert!(request.artist_acceptance.is_some());
        let page = site.get(&artist).await.text;
        assert!(page.contains("Earlier counter-offers") && page.contains("Revision 3"), "{page}");
    }

    async fn an_offer_that_was_replaced_is_not_accepted_and_the_new_one_is_shown(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let old = site.get(&format!("{artist}/accept")).await.text;
        let old = hidden(&old, "revision");
        assert_eq!(site.counter(&artist, &[("amount", "1200")]).await.status, 303);
        assert_eq!(site.counter(&promoter, &[("amount", "1000")]).await.status, 303);
        let page = site.get(&format!("{artist}/accept")).await.text;
        let newest = hidden(&page, "revision");
        assert_ne!(old, newest);
        // The disclaimer was accepted with the counter-offer, once for the request.
        assert!(!page.contains("disclaimer_accepted"), "{page}");
        let stale = [("revision", old), ("night", "2027-03-13")];
        let refused = site.post(&format!("{artist}/accept"), &stale).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("The terms have changed"), "{}", refused.text);
        assert!(refused.text.contains("EUR 1,000"), "the newest is shown");
        assert_eq!(hidden(&refused.text, "revision"), newest, "and is what is accepted next");
        assert_eq!(site.state_at(&artist).await, State::Countered);
    }

    async fn a_counter_offer_says_what_is_wrong_with_it_and_keeps_what_was_typed(site: Site) {
        site.list_night_ferry().await;
        let (_, artist) = site.sent_request().await;
        for (field, value, says) in [
            ("night1", "2027-02-30", "is no day of the calendar"),
            ("night1", "2026-11-20", "has passed"),
            ("end1", "22:30", "more than 12 hours"),
            ("set_length", "24000", "whole number from 5 to 720"),
            ("amount", "-5", "cannot be below zero"),
            ("amount", "NaN", "Enter an amount"),
            ("currency", "XYZ", "Choose the currency"),
            ("attendance", "1000000000", "whole number from 1 to 500,000"),
            ("line_up", "4111 1111 1111 1111", "card"),
            ("respond_by", "2028-01-01", "after the night itself"),
            ("deal", "everything", "Choose the kind of offer"),
        ] {
            let refused = site.counter(&artist, &[(field, value)]).await;
            assert_eq!(refused.status, 422, "{field}={value}");
            assert!(refused.text.contains(says), "{field}={value}: {}", refused.text);
            if !value.starts_with("XYZ") && !value.starts_with("every") {
                assert!(refused.text.contains(value), "{field}={value} is gone");
            }
        }
        let same = site.counter(&artist, &[]).await;
        assert!(same.status == 422 && same.text.contains("Nothing differs"), "{}", same.text);
        let unticked = site.counter(&artist, &[("amount", "950"), ("disclaimer_accepted", "")]).await;
        assert_eq!(unticked.status, 422, "the disclaimer comes with the first counter-offer");
        assert_eq!(site.state_at(&artist).await, State::Sent);
        assert_eq!(site.told().await, 0);
    }

    async fn reading_a_thread_and_its_forms_moves_nothing(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        site.hold(&artist, "2026-11-27").await;
        let told = site.told().await;
        for thread in [&promoter, &artist] {
            for step in ["", "/accept", "/counter", "/hold", "/let_go", "/challenge", "/stand",
                "/confirm", "/cancel", "/complete", "/decline", "/withdraw"] {
                site.get(&format!("{thread}{step}")).await;
            }
        }
        assert_eq!(site.state_at(&artist).await, State::OnHold);
        assert_eq!(site.told().await, told);
    }
}
