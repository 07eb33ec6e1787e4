//! What a side takes away: the offer sheet and the dossier.

use std::io::Read;

use serde_json::Value;
use soundpost::booking_requests::{Move, respond};
use soundpost::mail::Kind;
use soundpost::mail::mailbox_store::Stored;
use soundpost::mail::outbox::State as MailState;

use crate::support::Site;
use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::visitor::between;

/// The files of a zip: (name, text).
fn unzip(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

on_both! {
    async fn a_dossier_has_everything_in_formats_that_others_read(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let from = [("key", "k1"), ("message", "From here on:\n\nFrom Tallinn we come by boat – gladly.")];
        site.post(&format!("{artist}/reply"), &from).await;
        site.counter(&artist, &[("amount", "1200")]).await;
        site.hold(&artist, "2026-12-01").await;
        let url = format!("{promoter}/dossier.zip");
        let (head, bytes) = site.bytes(&url, &[]).await;
        assert_eq!((head.status, head.headers["content-type"].to_str().unwrap()), (200, "application/zip"));
        assert!(head.headers["content-disposition"].to_str().unwrap().contains("harbour-night-dossier.zip"));
        let files = unzip(bytes);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["request.json", "thread.mbox", "request.html", "receipt.json", "night.ics"]);
        let data: Value = serde_json::from_str(&files[0].1).unwrap();
        assert_eq!(data["offers"].as_array().unwrap().len(), 2);
        assert_eq!(data["messages"].as_array().unwrap().len(), 2);
        assert_eq!(data["state"], "On hold");
        // The hash is that of the terms as they stand there.
        let terms: soundpost::booking_requests::terms::Terms =
            serde_json::from_value(data["offers"][1]["terms"].clone()).unwrap();
        assert_eq!(terms.sha256().unwrap(), data["offers"][1]["sha256"].as_str().unwrap());
        let mbox = &files[1].1;
        assert_eq!(mbox.lines().filter(|line| line.starts_with("From ")).count(), 2, "{mbox}");
        assert!(files[2].1.contains("EUR 1,200") && files[2].1.contains("disclaimer"));
        for (name, text) in &files {
            assert!(!text.contains(PROMOTER) && !text.contains(ARTIST), "{name}");
        }
        // The artist's side has its own: with its receipt, since it made a counter-offer.
        let theirs = unzip(site.bytes(&format!("{artist}/dossier.zip"), &[]).await.1);
        let own: Value = serde_json::from_str(&theirs[0].1).unwrap();
        assert_eq!((own["you_are"].as_str(), data["you_are"].as_str()), (Some("artist"), Some("promoter")));
        assert_ne!(own["receipt"]["receipt"]["n"], data["receipt"]["receipt"]["n"]);
    }

    async fn a_dossier_by_a_link_says_that_its_files_are_left_out(site: Site) {
        site.list_night_ferry().await;
        let (promoter, _) = site.sent_request().await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        assert!(!site.get(&promoter).await.text.contains("when you are signed in"), "there are none yet");
        let list = jonas.get("/requests").await.text;
        let thread = format!("/requests/{}", between(&list, "href=\"/requests/", "\""));
        let fields = [("key", "k-0123456789abcdef"), ("label", "Plan of the stage")];
        let sent = jonas.upload(&format!("{thread}/attach"), &fields, b"%PDF-1.7 the stage").await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        assert!(site.get(&promoter).await.text.contains("its files are in it when you are signed in"));
        assert!(!jonas.get(&thread).await.text.contains("when you are signed in"));
        let without = unzip(site.bytes(&format!("{promoter}/dossier.zip"), &[]).await.1);
        let with = unzip(jonas.bytes(&format!("{thread}/dossier.zip")).await.1);
        for (files, is_in) in [(&without, false), (&with, true)] {
            let data: Value = serde_json::from_str(&files[0].1).unwrap();
            assert_eq!(data["files"][0]["label"], "Plan of the stage");
            let name = data["files"][0]["name"].as_str();
            assert_eq!(name.is_some(), is_in);
            assert_eq!(files.iter().any(|(file, _)| Some(file.as_str()) == name), is_in);
            assert_eq!(files[2].1.contains("are left out"), !is_in, "{}", files[2].1);
            assert!(files[2].1.contains("Plan of the stage"));
        }
        assert_eq!(with.last().unwrap().1, "%PDF-1.7 the stage");
    }

    async fn the_offer_sheet_is_the_newest_offer_and_says_what_it_is_not(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        site.counter(&artist, &[("amount", "1200")]).await;
        for side in [&promoter, &artist] {
            let sheet = site.get(&format!("{side}/sheet")).await;
            assert_eq!(sheet.status, 200);
            for part in ["EUR 1,200", "Revision 2", "This is no contract", "Booking disclaimer"] {
                assert!(sheet.text.contains(part), "{part}: {}", sheet.text);
            }
        }
    }

    async fn what_a_moderator_holds_back_is_in_no_document_of_the_artist(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let id = site.request_at(&promoter).await;
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            respond::moderate(tx, &mail_site, id, Move::Remove, "Reported by several people.")
        }).await.unwrap();
        assert_eq!(site.get(&format!("{artist}/sheet")).await.status, 404);
        assert_eq!(site.get(&format!("{artist}/dossier.zip")).await.status, 409);
        assert_eq!(site.get(&format!("{promoter}/dossier.zip")).await.status, 200);
    }

    async fn mails_with_words_that_wait_for_the_act_are_not_sent_once_it_is_held_back(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        site.send_mails().await;
        for (thread, key) in [(&promoter, "k-0123456789abcdef"), (&artist, "k-1123456789abcdef")] {
            let words = [("key", key), ("message", "Under the crane at nine.")];
            assert_eq!(site.post(&format!("{thread}/reply"), &words).await.status, 303);
        }
        let id = site.request_at(&promoter).await;
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            respond::moderate(tx, &mail_site, id, Move::Quarantine, "Reported by several people.")
        }).await.unwrap();
        let waiting = site.mails_of(Kind::NewMessage).await;
        let state = |address: &str| {
            let to = |mail: &&Stored| mail.letter.as_ref().is_some_and(|letter| letter.to == address);
            waiting.iter().find(to).unwrap().state
        };
        assert_eq!((state(ARTIST), state(PROMOTER)), (MailState::Cancelled, MailState::Queued));
        let told = site.mails_of(Kind::RequestMoved).await;
        assert!(told.len() == 2 && told.iter().all(|mail| mail.state == MailState::Queued), "{told:?}");
    }

    async fn an_agreed_night_that_is_taken_down_is_off_and_says_nothing_to_the_artist(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        site.accept(&artist).await;
        assert_eq!(site.get(&format!("{artist}/night.ics")).await.status, 200);
        let id = site.request_at(&promoter).await;
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            respond::moderate(tx, &mail_site, id, Move::Remove, "Reported by several people.")
        }).await.unwrap();
        assert_eq!(site.get(&format!("{artist}/night.ics")).await.status, 404);
        assert!(!site.get(&artist).await.text.contains("Harbour Night"));
        let own = site.get(&format!("{promoter}/night.ics")).await.text;
        assert!(own.contains("STATUS:CANCELLED"), "{own}");

        // By no other way either: mail, calendar file, receipt, links sent again.
        let thread = site.get(&artist).await.text;
        let receipt = between(&thread, "href=\"/receipts/", "\"").replace("&#38;", "&");
        assert!(!site.get(&format!("/receipts/{receipt}")).await.text.contains("Harbour Night"));
        assert_eq!(site.post("/links/again", &[("email", ARTIST)]).await.status, 303);
        let letters = site.mails_of(Kind::RequestMoved).await.into_iter().filter_map(|mail| mail.letter);
        let to_artist: Vec<_> = letters.filter(|letter| letter.to == ARTIST).collect();
        let told = to_artist.iter().find(|letter| letter.subject.starts_with("Removed: ")).unwrap();
        let off = &told.attachments[0].text;
        assert!(off.contains("STATUS:CANCELLED") && off.contains("SUMMARY:Request "), "{off}");
        assert!(!off.contains("Speicher") && !off.contains("Harbour"), "{off}");
        let again = &site.mail_of(Kind::LinkAgain).await.letter.unwrap();
        assert!(again.text.contains("Request "), "{}", again.text);
        for letter in [told, again] {
            assert!(!letter.subject.contains("Harbour Night"), "{}", letter.subject);
            assert!(!letter.text.contains("Harbour Night") && !letter.html.contains("Harbour Night"), "{}", letter.text);
        }
    }
}
