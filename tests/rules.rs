//! What an artist asks of requests, tried on those that came, and whom it takes none from.

use soundpost::booking_requests::State;

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::visitor::{between, hidden};
use crate::support::{Site, link_in};

const RULES: &str = "/artists/night-ferry/rules";

/// What the button behind the newest mail to confirm answers.
async fn confirms(site: &Site, key: &str, email: &str) -> crate::support::Answer {
    let form = site.filled_form().await.set("key", key).set("email", email);
    let sent = site.submit(&form).await;
    assert_eq!(sent.status, 303, "the form itself says nothing: {}", sent.text);
    let mail = site.mail_of(soundpost::mail::Kind::ConfirmRequest).await;
    site.post(&link_in(&mail, "/confirm/"), &[]).await
}

on_both! {
    async fn who_is_blocked_is_told_so_when_the_address_is_confirmed_and_nobody_else_is(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        // The other side blocks nobody.
        assert_eq!(site.post(&format!("{promoter}/block"), &[]).await.status, 404);
        assert_eq!(site.post(&format!("{artist}/block"), &[]).await.status, 303);
        assert_eq!(site.post(&format!("{artist}/block"), &[]).await.status, 303);
        assert_eq!(site.state_at(&artist).await, State::Sent, "the request stays as it is");

        let refused = confirms(&site, "key-of-the-blocked-one-01", PROMOTER).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("takes no requests and no messages from you"), "{}", refused.text);
        let words = [("key", "key-0123456789abcdef"), ("message", "Please?")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &words).await.status, 409);
        assert_eq!(site.counter(&artist, &[("amount", "1200")]).await.status, 303);
        assert_eq!(site.counter(&promoter, &[("amount", "1000")]).await.status, 409);
        // To leave is always possible.
        assert_eq!(site.post(&format!("{promoter}/withdraw"), &[]).await.status, 303);

        let mari = Member::join(&site, ARTIST, "Mari").await;
        let page = mari.get(RULES).await.text;
        assert!(!page.contains(PROMOTER), "no address");
        assert_eq!(page.matches("since 21 November 2026").count(), 1, "{page}");
        let remove = format!("{RULES}/blocks/{}/remove", between(&page, "/rules/blocks/", "/remove"));
        let stranger = Member::join(&site, "x@elsewhere.example", "X").await;
        assert_eq!(stranger.get(RULES).await.status, 404);
        assert_eq!(stranger.post(&remove, &[]).await.status, 404);
        assert_eq!(mari.post(&remove, &[]).await.status, 303);
        assert_eq!(confirms(&site, "key-of-the-welcome-one-01", PROMOTER).await.status, 303);
    }

    async fn a_domain_is_blocked_with_everything_below_it(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        for typed in ["", "no domain", "localhost", "a@b@c"] {
            assert_eq!(mari.post(RULES, &[("domain", typed)]).await.status, 422, "{typed}");
        }
        assert_eq!(mari.post(RULES, &[("domain", " @Spam.Example ")]).await.status, 303);
        assert!(mari.get(RULES).await.text.contains("Everybody with an address at spam.example"));
        for (at, (email, status)) in [
            ("a@spam.example", 409), ("b@mail.SPAM.example", 409), ("c@nospam.example", 303),
        ].into_iter().enumerate() {
            let key = format!("key-{at}-of-a-domain-0123");
            assert_eq!(confirms(&site, &key, email).await.status, status, "{email}");
        }
        // Nobody learns by it where a promoter's address is: their page stays as it was.
        let (promoter, _) = site.sent_request_of(&site.filled_form().await.set("key", "key-of-a-promoter-0123")).await;
        let thread = format!("/requests/{}", site.request_at(&promoter).await);
        let domain = PROMOTER.split_once('@').unwrap().1;
        assert_eq!(mari.post(RULES, &[("domain", domain)]).await.status, 303);
        let page = mari.get(&thread).await.text;
        assert!(page.contains(&format!("action=\"{thread}/block\"")) && !page.contains("takes no more"), "{page}");
        let changes = mari.get("/artists/night-ferry/edit").await.text;
        assert!(changes.contains("blocked a domain, by you"), "{changes}");
    }

    async fn what_an_act_asks_is_tried_on_the_last_twenty_requests(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        assert!(!mari.get(RULES).await.text.contains("would have"), "nothing came yet");
        for (at, amount) in ["900", "1500", "2500"].iter().enumerate() {
            let form = site.filled_form().await.set("key", &format!("key-{at}-0123456789abc"));
            site.sent_request_of(&form.set("amount", amount)).await;
        }
        let page = mari.get("/artists/night-ferry/edit").await.text;
        let fields: Vec<(&str, &str)> = vec![
            ("seen", hidden(&page, "seen")), ("name", "Night Ferry"), ("slug", "night-ferry"),
            ("genre1", "techno"), ("fee", "1600"), ("currency", "EUR"), ("preview", "yes"),
        ];
        let preview = mari.post("/artists/night-ferry/edit", &fields).await.text;
        assert!(preview.contains("What you ask would have stopped 2 of the last 3 requests."), "{preview}");
        let mut saved = fields.clone();
        saved.pop();
        assert_eq!(mari.post("/artists/night-ferry/edit", &saved).await.status, 303);
        assert!(mari.get(RULES).await.text.contains("This would have stopped 2 of the last 3 requests."));
    }
}
