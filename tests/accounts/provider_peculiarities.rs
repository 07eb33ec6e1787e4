//! What Apple and Spotify do in a way of their own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use soundpost::clock::Instant;

use crate::support::Site;
use crate::support::imitations::Imitation;
use crate::support::providers::{Browser, way};

const JONAS: &str = "jonas@speicher7.example";
const PAGE: &str = "/account/providers";
const APPLE: &str = "https://appleid.apple.com";
const CALLBACK: &str = "/sign-in/with/apple/callback";

fn query(url: &str) -> BTreeMap<String, String> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

fn form(text: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// A site that people reach by https, as far as it can tell.
fn with_apple(site: &Site, apple: &Imitation) -> Site {
    let provider = apple.as_apple();
    site.with(|config| {
        config.url = "https://book.example".parse().unwrap();
        config.providers = vec![provider];
    })
}

/// What Apple says about somebody who asked with this nonce.
fn claims(apple: &Imitation, now: Instant, nonce: &str, verified: Value) -> Value {
    json!({
        "iss": apple.origin, "aud": "example.book", "sub": "000123.abc", "nonce": nonce,
        "iat": now.seconds(), "exp": now.seconds() + 600,
        "email": "qx7@privaterelay.example", "email_verified": verified,
        "is_private_email": "true", "nonce_supported": true, "real_user_status": 2,
    })
}

const USER: &str =
    r#"{"name":{"firstName":"Jonas","lastName":"Krüger"},"email":"jonas@evil.example"}"#;

on_both! {
    async fn apples_answer_is_a_form_that_only_the_browser_that_set_out_can_bring(site: Site) {
        let apple = Imitation::of_apple();
        let site = with_apple(&site, &apple);
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        let opened = jonas.presses(&format!("{PAGE}/apple/link")).await;
        let asked = query(&way(&opened));
        assert_eq!(asked["response_mode"], "form_post");
        assert_eq!(asked["scope"], "openid email name");
        assert_eq!(asked["redirect_uri"], format!("https://book.example{CALLBACK}"));
        let cookie = opened.headers["set-cookie"].to_str().unwrap();
        for part in ["__Host-provider=", "Secure", "HttpOnly", "SameSite=None", "Max-Age=600"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        apple.says(claims(&apple, site.clock.now(), &asked["nonce"], json!("true")));
        let state = asked["state"].as_str();
        let fields = [("state", state), ("code", "c-1"), ("user", USER), ("id_token", "ignored")];
        // In another browser, and in one that has another way open.
        let mallory = Browser::new(&site);
        assert_eq!(mallory.sends_from(APPLE, CALLBACK, &fields).await.status, 400);
        mallory.opens_the_way("apple", "/account").await;
        assert_eq!(mallory.sends_from(APPLE, CALLBACK, &fields).await.status, 400);
        // Nobody brings it in an address.
        let address = format!("{CALLBACK}?state={state}&code=c-1");
        assert_eq!(jonas.get(&address).await.status, 404);
        assert!(apple.heard().is_empty(), "no code was exchanged");

        let linked = jonas.sends_from(APPLE, CALLBACK, &fields).await;
        assert_eq!(linked.location(), PAGE);
        let exchanged = form(&apple.heard()[0]);
        assert_eq!(exchanged["client_id"], "example.book");
        assert_eq!(exchanged["client_secret"].split('.').count(), 3);
        assert_eq!(exchanged["code"], "c-1");
        assert_eq!(exchanged["redirect_uri"], format!("https://book.example{CALLBACK}"));
        assert!(exchanged["code_verifier"].len() == 52);
        let page = jonas.get(PAGE).await.text;
        assert!(page.contains("Jonas Krüger, q…@privaterelay.example"), "{page}");
        // Once.
        assert_eq!(jonas.sends_from(APPLE, CALLBACK, &fields).await.status, 400);

        // Later it tells no name, and the address as it likes; it signs in all the same.
        for verified in [json!(true), json!("false"), json!(false)] {
            let browser = Browser::new(&site);
            let asked = query(&way(&browser.opens_the_way("apple", "/account").await));
            apple.says(claims(&apple, site.clock.now(), &asked["nonce"], verified));
            let fields = [("state", asked["state"].as_str()), ("code", "c-2")];
            let back = browser.sends_from(APPLE, CALLBACK, &fields).await;
            assert_eq!(back.location(), "/account");
            assert!(browser.is_signed_in().await);
        }
        assert!(jonas.get(PAGE).await.text.contains("Jonas Krüger"), "the name stays");
        // A change of mind comes as a form too.
        let browser = Browser::new(&site);
        let asked = query(&way(&browser.opens_the_way("apple", "/account").await));
        let no = [("state", asked["state"].as_str()), ("error", "user_cancelled_authorize")];
        let back = browser.sends_from(APPLE, CALLBACK, &no).await;
        assert!(back.status == 400 && back.text.contains("Perhaps you changed your mind"));
        // An answer to another question.
        let browser = Browser::new(&site);
        let asked = query(&way(&browser.opens_the_way("apple", "/account").await));
        apple.says(claims(&apple, site.clock.now(), "another", json!(true)));
        let fields = [("state", asked["state"].as_str()), ("code", "c-3")];
        assert_eq!(browser.sends_from(APPLE, CALLBACK, &fields).await.status, 400);
        assert!(!browser.is_signed_in().await);
        site.stop_serving().await;
        apple.stop().await;
    }

    async fn no_other_form_of_another_site_is_looked_at(site: Site) {
        let apple = Imitation::of_apple();
        let without = site.clone();
        let site = with_apple(&site, &apple);
        let browser = Browser::new(&site);
        for path in [
            "/sign-in", "/join", "/sign-out", "/sign-in/with/apple", "/sign-in/with/google/callback",
            "/sign-in/with/apple/callback/more", "/sign-in/with/callback", "/sign-in/with//callback",
            "/account/providers/apple/link", "/contact",
        ] {
            let refused = browser.sends_from(APPLE, path, &[("state", "x")]).await;
            assert_eq!(refused.status, 403, "{path}");
        }
        assert_eq!(browser.sends_from(APPLE, CALLBACK, &[("state", "x")]).await.status, 400);
        // Where Apple is not configured, there is no exemption.
        let refused = Browser::new(&without).sends_from(APPLE, CALLBACK, &[("state", "x")]).await;
        assert_eq!(refused.status, 403);
        site.stop_serving().await;
        apple.stop().await;
    }

    async fn spotify_is_asked_by_the_token_that_it_gave_for_our_own_code(site: Site) {
        let spotify = Imitation::of_spotify();
        let provider = spotify.as_spotify();
        let site = site.with(|config| config.providers = vec![provider]);
        spotify.says(json!({
            "id": "jonas-k", "display_name": "Jonas \u{202e}K.", "email": JONAS,
            "country": "canary-country", "images": [{ "url": "canary-image" }],
        }));
        // Its address is nobody's proof.
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        let stranger = Browser::new(&site);
        let comes_back = |page: &crate::support::Answer| {
            let state = query(&way(page))["state"].clone();
            format!("/sign-in/with/spotify/callback?code=c-1&state={state}")
        };
        let opened = stranger.opens_the_way("spotify", "/account").await;
        let asked = query(&way(&opened));
        assert_eq!(asked["scope"], "user-read-email");
        assert!(!asked.contains_key("nonce") && asked["code_challenge_method"] == "S256");
        let unknown = stranger.get(&comes_back(&opened)).await;
        assert!(unknown.text.contains("No account here is linked"), "{}", unknown.text);
        let heard = spotify.heard();
        let (head, sent) = heard[0].rsplit_once(' ').unwrap();
        assert!(head.starts_with("Basic "), "{head}");
        let sent = form(sent);
        assert!(sent["code"] == "c-1" && sent["code_verifier"].len() == 52);
        assert!(!sent.contains_key("client_secret"));
        assert_eq!(heard[1], "Bearer canary-spotify-access");

        let opened = jonas.presses(&format!("{PAGE}/spotify/link")).await;
        assert_eq!(jonas.get(&comes_back(&opened)).await.location(), PAGE);
        assert!(jonas.get(PAGE).await.text.contains("Jonas K., j…@speicher7.example"));
        let data = jonas.get("/account/data.json").await.text;
        assert!(data.contains("jonas-k") && !data.contains("canary"));
        let again = Browser::new(&site);
        let opened = again.opens_the_way("spotify", "/account").await;
        assert_eq!(again.get(&comes_back(&opened)).await.location(), "/account");
        assert!(again.is_signed_in().await);
        // Who has no id is nobody.
        spotify.says(json!({ "id": "", "email": JONAS }));
        let nobody = Browser::new(&site);
        let opened = nobody.opens_the_way("spotify", "/account").await;
        assert_eq!(nobody.get(&comes_back(&opened)).await.status, 400);
        site.stop_serving().await;
        spotify.stop().await;
    }
}
