//! The disclaimer: on every page and mail of a request, in the receipt, and along the chain.

use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use soundpost::db::migrate;
use soundpost::disclaimer::receipt::{Receipt, parse_key, verify};
use soundpost::disclaimer::{FIRST_VERSION, store};
use soundpost::mail::Kind;

use crate::support::{Site, link_in};

/// A sentence of the text, as it stands in HTML and in wrapped plain text.
fn has_the_text(document: &str) -> bool {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let document = squeeze(document);
    FIRST_VERSION.split("\n\n").all(|paragraph| {
        let paragraph = squeeze(paragraph);
        let escaped = paragraph.replace('\'', "&#39;").replace('"', "&#34;");
        document.contains(&paragraph) || document.contains(&escaped)
    })
}

on_both! {
    async fn every_page_and_every_mail_of_a_request_carries_the_whole_text(site: Site) {
        site.list_night_ferry().await;
        let form = site.get("/artists/night-ferry/request").await.text;
        assert!(has_the_text(&form));
        let preview = site.submit(&site.filled_form().await.set("action", "preview")).await.text;
        assert!(has_the_text(&preview));
        let wrong = site.submit(&site.filled_form().await.set("night1", "")).await;
        assert!(wrong.status == 422 && has_the_text(&wrong.text));
        let check_mail = site.submit(&site.filled_form().await).await.location();
        assert!(has_the_text(&site.get(&check_mail).await.text));
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        assert!(has_the_text(&site.get(&confirm).await.text));
        let sent = site.post(&confirm, &[]).await.location();
        assert!(has_the_text(&site.get(&sent).await.text));
        let artist = link_in(&site.mail_of(Kind::NewRequest).await, "/t/");
        let promoter = link_in(&site.mail_of(Kind::RequestSent).await, "/t/");
        let receipt = link_in(&site.mail_of(Kind::RequestSent).await, "/receipts/");
        for page in [
            artist.clone(), promoter.clone(), receipt, format!("{artist}/accept"),
            format!("{artist}/decline"), format!("{promoter}/withdraw"),
        ] {
            let shown = site.get(&page).await;
            assert!(shown.status == 200 && has_the_text(&shown.text), "{page}");
        }
        site.post(&format!("{artist}/reply"), &[("key", "k1"), ("message", "Hello")]).await;
        site.post(&format!("{artist}/decline"), &[("reason", "fee")]).await;
        site.post("/links/again", &[("email", "jonas@speicher7.example")]).await;
        let mails = site.mails().await;
        let kinds: Vec<Kind> = mails.iter().map(|mail| mail.kind).collect();
        for kind in [Kind::ConfirmRequest, Kind::NewRequest, Kind::RequestSent, Kind::NewMessage,
            Kind::RequestMoved, Kind::LinkAgain] {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
        for mail in mails {
            let letter = mail.letter.unwrap();
            assert!(has_the_text(&letter.text), "{:?}, text:\n{}", mail.kind, letter.text);
            assert!(has_the_text(&letter.html), "{:?}, HTML", mail.kind);
        }
    }

    async fn a_receipt_proves_itself_and_an_altered_one_does_not(site: Site) {
        site.list_night_ferry().await;
        site.sent_request().await;
        let page = link_in(&site.mail_of(Kind::RequestSent).await, "/receipts/");
        let file = site.get(&page.replacen('?', ".json?", 1)).await;
        assert_eq!(file.headers["content-type"], "application/json");
        let receipt: Receipt = serde_json::from_str(&file.text).unwrap();
        let published = site.get("/legal/disclaimer").await.text;
        assert!(published.contains(&receipt.public_key), "the key is published");
        let key = parse_key(&receipt.public_key).unwrap();
        verify(&receipt, &key).unwrap();
        let mut altered = receipt.clone();
        altered.receipt.acceptance.disclaimer_version = 2;
        assert!(verify(&altered, &key).is_err());
        assert_eq!(site.get(&page.replace("link=", "link=x")).await.status, 404);
    }

    async fn two_nodes_append_to_one_chain_without_a_fork(site: Site) {
        site.list_night_ferry().await;
        let mut confirmations = Vec::new();
        for n in 0..12 {
            let form = site.filled_form().await
                .set("key", &format!("key-{n:016}"))
                .set("email", &format!("p{n}@venue.example"));
            assert_eq!(site.submit(&form).await.status, 303);
            confirmations.push(link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/"));
        }
        let other = site.another_node();
        let confirm = |n: usize, link: String| {
            let (site, other) = (site.clone(), other.clone());
            async move {
                if n.is_multiple_of(2) {
                    return assert_eq!(site.post(&link, &[]).await.status, 303);
                }
                let token = link.trim_start_matches("/confirm/").to_owned();
                let mail_site = site.site.clone();
                let claim = soundpost::disclaimer::Claim {
                    shown_sha256: String::new(), ticked: false,
                };
                other.write(move |tx| {
                    use soundpost::people::link_store::open;
                    use soundpost::people::links::Purpose;
                    let now = tx.now;
                    let link = open(tx, &token, Purpose::ConfirmRequest, now)?;
                    soundpost::booking_requests::submit::confirm(tx, &mail_site, &link, &claim, "")
                        .map(drop)
                }).await.unwrap();
            }
        };
        join_all(confirmations.into_iter().enumerate().map(|(n, link)| confirm(n, link))).await;
        let walk = site.db.read(store::verify_chain).await.unwrap();
        assert_eq!((walk.links, walk.compared), (12, 12));
        other.close();

        // Tampering is found, wherever it is done.
        let mut conn = migrate::connect(&site.url).unwrap();
        conn.batch_execute("UPDATE receipt_chain SET commitment = link WHERE n = 7").unwrap();
        assert!(site.db.read(store::verify_chain).await.is_err());
    }
}
