//! Signing in by another provider: linked by the owner of an account, believed only as far as it is
//! proved, and kept nowhere beyond that. The provider here says whatever it is told to.

use jiff::SignedDuration;
use serde_json::json;
use soundpost::accounts::{Role, role};
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;

use super::second_factor::with_factor;
use crate::sealed::{keeps, stolen};
use crate::support::imitations::Imitation;
use crate::support::member::Member;
use crate::support::providers::{Browser, Forger, there, way};
use crate::support::{Answer, Site};

const JONAS: &str = "jonas@speicher7.example";
const PAGE: &str = "/account/providers";

fn with_openid(site: &Site, forger: &Forger) -> Site {
    let provider = forger.configured_as("openid");
    site.with(|config| config.providers = vec![provider])
}

/// The one page for everybody who is not let in.
#[track_caller]
fn is_not_let_in(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.text.contains("Nobody was signed in and nothing was linked"), "{}", answer.text);
    assert!(answer.headers.get("set-cookie").is_none());
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    answer.text.clone()
}

#[track_caller]
fn is_unknown(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("No account here is linked with this sign-in"), "{}", answer.text);
}

on_both! {
    async fn without_a_provider_nothing_is_offered(site: Site) {
        assert!(!site.get("/sign-in").await.text.contains("Continue with"));
        assert_eq!(site.get("/sign-in/with/openid").await.status, 404);
        assert_eq!(site.post("/sign-in/with/google", &[]).await.status, 404);
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        assert!(!jonas.get("/account").await.text.contains("another service"));
        assert!(jonas.get(PAGE).await.text.contains("Nothing yet."));
        assert!(site.get("/legal/privacy").await.text.contains("There is no newsletter"));
    }

    async fn who_one_is_elsewhere_is_linked_by_oneself_and_then_signs_in(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims":
            { "sub": "subject-7", "name": "Jonas K.", "email": "jk@elsewhere.example" } }));
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        assert!(jonas.get(PAGE).await.text.contains("Link Harbour ID"));
        let opened = jonas.presses(&format!("{PAGE}/openid/link")).await;
        assert_eq!(opened.headers["referrer-policy"], "no-referrer");
        assert!(opened.text.contains("rel=\"noopener nofollow\">Go to Harbour ID"));
        assert!(opened.text.contains("https://id.harbour.example/privacy"));
        let url = url::Url::parse(&way(&opened)).unwrap();
        let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(query["scope"], "openid email profile");
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["redirect_uri"], format!("{}/sign-in/with/openid/callback", site.base));
        assert!(query["state"].len() == 52 && query["nonce"].len() == 52);
        assert_eq!(jonas.get(&there(&opened).await).await.location(), PAGE);
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.to == JONAS && told.text.contains("The service: Harbour ID"), "{}", told.text);
        // By this much its owner recognises it.
        assert!(jonas.get(PAGE).await.text.contains("Jonas K., j…@elsewhere.example"));
        assert!(jonas.get("/account").await.text.contains("Jonas K., j…@elsewhere.example"));
        assert!(jonas.get("/legal/privacy").await.text.contains("privacy policy of Harbour ID"));
        let data: serde_json::Value =
            serde_json::from_str(&jonas.get("/account/data.json").await.text).unwrap();
        assert_eq!(data["identities"][0]["subject"], "subject-7");
        assert_eq!(data["identities"][0]["email"], "jk@elsewhere.example");
        assert!(jonas.get("/account/data").await.text.contains("subject-7"));
        // Linking it once more changes nothing and tells nobody.
        let mails = site.mails_of(Kind::SecurityNotice).await.len();
        jonas.links("openid").await;
        assert_eq!(site.mails_of(Kind::SecurityNotice).await.len(), mails);

        let elsewhere = Browser::new(&site);
        let door = elsewhere.get("/sign-in?next=/account/data").await;
        let link = "href=\"/sign-in/with/openid?next=%2Faccount%2Fdata\">Continue with Harbour ID";
        assert!(door.text.contains(link), "{}", door.text);
        let words = elsewhere.get("/sign-in/with/openid?next=%2Faccount%2Fdata").await;
        assert!(words.text.contains("your e-mail address") && words.text.contains("localhost"));
        assert!(words.headers.get("set-cookie").is_none(), "opening a page sets nothing");
        let back = there(&elsewhere.opens_the_way("openid", "/account/data").await).await;
        let came = elsewhere.get(&back).await;
        assert_eq!(came.location(), "/account/data");
        assert_eq!(came.headers["referrer-policy"], "no-referrer");
        assert!(elsewhere.is_signed_in().await && elsewhere.cookie("provider").is_none());
        // Who is signed in has no use for another sign-in.
        assert_eq!(elsewhere.get("/sign-in/with/openid").await.location(), PAGE);

        let unlink = jonas.get(PAGE).await.text;
        let at = unlink.find("action=\"/account/providers/").unwrap() + "action=\"".len();
        let unlink = unlink[at..].split('"').next().unwrap();
        let nora = Browser::joined(&site, "nora@venue.example", "Nora").await;
        assert_eq!(nora.presses(unlink).await.status, 404, "another's is not there");
        assert_eq!(jonas.presses(unlink).await.location(), PAGE);
        assert!(jonas.get(PAGE).await.text.contains("Nothing yet."));
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.subject.contains("no longer signs you in") && told.to == JONAS);
        is_unknown(&Browser::new(&site).signs_in_by("openid").await);
        site.stop_serving().await;
    }

    async fn nobody_is_found_by_the_address_that_a_provider_gives(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        for verified in [json!(false), json!(true), json!("true"), json!(null)] {
            forger.order(&site, json!({ "claims":
                { "sub": "mallory", "email": JONAS, "email_verified": verified } }));
            let mallory = Browser::new(&site);
            is_unknown(&mallory.signs_in_by("openid").await);
            assert!(!mallory.is_signed_in().await);
        }
        assert!(jonas.get(PAGE).await.text.contains("Nothing yet."));
        // Whoever links it has it: the owner of an account with another address.
        let nora = Browser::joined(&site, "nora@venue.example", "Nora").await;
        nora.links("openid").await;
        let again = Browser::new(&site);
        assert_eq!(again.signs_in_by("openid").await.location(), "/account");
        let page = again.get("/account").await.text;
        assert!(page.contains("nora@venue.example") && !page.contains(JONAS));
        // And nobody else can have it as well.
        let back = jonas.goes_to_link("openid").await;
        let taken = jonas.get(&back).await;
        assert!(taken.status == 409 && taken.text.contains("Linked with another account"));
        assert!(jonas.get(PAGE).await.text.contains("Nothing yet."));
        site.stop_serving().await;
    }

    async fn an_answer_counts_once_in_time_and_in_the_browser_that_set_out(site: Site) {
        let mut forger = Forger::start();
        let (one, two) = (forger.configured_as("openid"), forger.configured_as("google"));
        let site = site.with(|config| config.providers = vec![one, two]);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        jonas.links("openid").await;
        let mut pages = Vec::new();

        // Another's answer, carried into this browser: with a way of its own open, and without.
        let mallory = Browser::new(&site);
        let mallorys = mallory.goes_to("openid").await;
        let victim = Browser::new(&site);
        pages.push(is_not_let_in(&victim.get(&mallorys).await));
        let own = victim.goes_to("openid").await;
        pages.push(is_not_let_in(&victim.get(&mallorys).await));
        // Its own still counts, once.
        assert_eq!(victim.get(&own).await.location(), "/account");
        pages.push(is_not_let_in(&victim.get(&own).await));
        // A state of one's own with the code of another.
        let half = |path: &str, name: &str| {
            let (_, query) = path.split_once('?').unwrap();
            let mut pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
            pairs.find(|(known, _)| known == name).unwrap().1
        };
        let third = Browser::new(&site);
        let thirds = third.goes_to("openid").await;
        let mixed = format!("/sign-in/with/openid/callback?state={}&code={}",
            half(&thirds, "state"), half(&mallorys, "code"));
        pages.push(is_not_let_in(&third.get(&mixed).await));
        // From another provider than it was for.
        let fourth = Browser::new(&site);
        let fourths = fourth.goes_to("openid").await;
        let swapped = fourths.replace("/openid/", "/google/");
        pages.push(is_not_let_in(&fourth.get(&swapped).await));
        // Too late.
        let late = Browser::new(&site);
        let lates = late.goes_to("openid").await;
        site.clock.advance(SignedDuration::from_secs(601));
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        pages.push(is_not_let_in(&late.get(&lates).await));
        // Without a state, and with one that nobody gave out; a change of mind.
        for odd in ["", "?code=x", "?code=x&state=", "?code=x&state=nobodys"] {
            pages.push(is_not_let_in(&late.get(&format!("/sign-in/with/openid/callback{odd}")).await));
        }
        let fifth = Browser::new(&site);
        let fifths = fifth.goes_to("openid").await;
        let no = format!("/sign-in/with/openid/callback?error=access_denied&state={}",
            half(&fifths, "state"));
        pages.push(is_not_let_in(&fifth.get(&no).await));
        pages.push(is_not_let_in(&fifth.get(&fifths).await));
        // A code without the answer's own issuer is one thing, with another's it is another.
        let sixth = Browser::new(&site);
        let sixths = sixth.goes_to("openid").await;
        let other = format!("{sixths}&iss=https%3A%2F%2Fid.evil.example");
        pages.push(is_not_let_in(&sixth.get(&other).await));
        assert!(pages.iter().all(|page| *page == pages[0]), "one page for all of them");
        // Of two who bring the same answer at once one is let in.
        let seventh = Browser::new(&site);
        let path = seventh.goes_to("openid").await;
        let (first, second) = tokio::join!(seventh.get(&path), seventh.get(&path));
        let mut seen = [first.status, second.status];
        seen.sort_unstable();
        assert_eq!(seen, [303, 400]);
        site.tick().await;
        site.stop_serving().await;
    }

    async fn nobody_is_led_to_another_site_afterwards(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        Browser::joined(&site, JONAS, "Jonas").await.links("openid").await;
        for evil in ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1"] {
            let page = Browser::new(&site);
            let address: String = form_urlencoded::byte_serialize(evil.as_bytes()).collect();
            let words = page.get(&format!("/sign-in/with/openid?next={address}")).await;
            assert!(!words.text.contains("evil.example"));
            let back = there(&page.opens_the_way("openid", evil).await).await;
            assert_eq!(page.get(&back).await.location(), "/requests");
        }
        site.stop_serving().await;
    }

    async fn a_token_is_believed_only_if_all_of_it_is_right(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        Browser::joined(&site, JONAS, "Jonas").await.links("openid").await;
        let now = site.clock.now().seconds();
        for (why, claims) in [
            ("made out to another", json!({ "aud": "another" })),
            ("made out to others as well, without saying for whom", json!({ "aud": ["soundpost", "another"] })),
            ("for another of those", json!({ "aud": ["soundpost", "another"], "azp": "another" })),
            ("for another", json!({ "azp": "another" })),
            ("made out to nobody", json!({ "aud": null })),
            ("an answer to another question", json!({ "nonce": "another" })),
            ("an answer to no question", json!({ "nonce": null })),
            ("from another issuer", json!({ "iss": "https://accounts.google.com" })),
            ("from nobody", json!({ "iss": null })),
            ("over", json!({ "exp": now - 60 })),
            ("without an end", json!({ "exp": null })),
            ("from the future", json!({ "iat": now + 61 })),
            ("about nobody", json!({ "sub": null })),
            ("about an empty name", json!({ "sub": "" })),
            ("about a name of two lines", json!({ "sub": "7\n8" })),
            ("about a very long name", json!({ "sub": "7".repeat(256) })),
        ] {
            let mut all = json!({ "sub": "7" });
            for (name, value) in claims.as_object().unwrap() {
                all[name.as_str()] = value.clone();
            }
            forger.order(&site, json!({ "claims": all }));
            let browser = Browser::new(&site);
            let answer = browser.signs_in_by("openid").await;
            assert_eq!(answer.status, 400, "{why}: {}", answer.text);
            is_not_let_in(&answer);
            assert!(!browser.is_signed_in().await, "{why}");
        }
        for forgery in [
            "no signature", "no signature, but one stands there", "another key under the same name",
            "a key that nobody knows", "signed with the client's secret", "changed afterwards",
            "no token at all",
        ] {
            forger.order(&site, json!({ "claims": { "sub": "7" }, "forgery": forgery }));
            let browser = Browser::new(&site);
            let answer = browser.signs_in_by("openid").await;
            assert_eq!(answer.status, 400, "{forgery}: {}", answer.text);
            assert!(!browser.is_signed_in().await, "{forgery}");
        }
        // It would have been believed, were it not for that; clocks may differ by a minute.
        for claims in [
            json!({ "sub": "7" }),
            json!({ "sub": "7", "exp": now - 59 }),
            json!({ "sub": "7", "iat": now + 60 }),
            json!({ "sub": "7", "aud": ["soundpost", "another"], "azp": "soundpost" }),
        ] {
            forger.order(&site, json!({ "claims": claims }));
            assert_eq!(Browser::new(&site).signs_in_by("openid").await.location(), "/account");
        }
        site.stop_serving().await;
    }

    async fn a_new_key_of_the_provider_is_looked_for(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        Browser::joined(&site, JONAS, "Jonas").await.links("openid").await;
        forger.order(&site, json!({ "claims": { "sub": "7" }, "rotate": true }));
        // It was asked just now, and is not asked at every turn.
        is_not_let_in(&Browser::new(&site).signs_in_by("openid").await);
        site.clock.advance(SignedDuration::from_mins(2));
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        assert_eq!(Browser::new(&site).signs_in_by("openid").await.location(), "/account");
        site.stop_serving().await;
    }

    async fn a_provider_that_cannot_be_asked_leaves_the_mail(site: Site) {
        let nobody = Imitation::of_nobody();
        for what in ["/large", "/moved", "/broken", "/another", "/elsewhere", "/html", ""] {
            let provider = nobody.as_openid_at(what);
            let site = site.with(|config| config.providers = vec![provider]);
            let away = site.post("/sign-in/with/openid", &[]).await;
            assert_eq!(away.status, 503, "{what}: {}", away.text);
            assert!(away.text.contains("Harbour ID does not answer"), "{what}");
            assert!(away.text.contains("A link in a mail signs you in all the same"));
            assert!(away.headers.get("set-cookie").is_none());
            site.stop_serving().await;
        }
        // And one that went away while somebody was on the way.
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        let browser = Browser::new(&site);
        let back = browser.goes_to("openid").await;
        drop(forger);
        assert_eq!(browser.get(&back).await.status, 503);
        assert!(!browser.is_signed_in().await);
        site.stop_serving().await;
        nobody.stop().await;
    }

    async fn what_is_not_needed_is_kept_nowhere_and_what_is_needed_is_sealed(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        let name = "<script>qzxv-name</script> \u{202e}\u{200b}\u{0}K";
        let tokens = json!({
            "access_token": "qzxv-access", "refresh_token": "qzxv-refresh", "extra": "qzxv-token",
        });
        forger.order(&site, json!({ "tokens": tokens, "claims": {
            "sub": "qzxv-subject", "name": name, "email": "qzxv-mail@elsewhere.example",
            "picture": "https://qzxv-picture.example/", "birthdate": "1999-12-31",
            "phone_number": "qzxv-phone", "canary": { "deep": "qzxv-canary" },
        } }));
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        let back = jonas.goes_to_link("openid").await;
        let mark = jonas.cookie("provider").unwrap();
        let waiting = stolen(&site);
        assert_eq!(jonas.get(&back).await.location(), PAGE);
        let given = forger.order(&site, json!({ "claims": { "sub": "qzxv-subject" } }));
        assert!(given.len() > 300, "the token is known");

        let page = jonas.get(PAGE).await.text;
        assert!(page.contains("&#60;script&#62;qzxv-name&#60;/script&#62; K, q…@"), "{page}");
        for never in ["<script>qzxv", "\u{202e}", "\u{200b}", "\u{0}"] {
            assert!(!page.contains(never), "{never:?}");
        }
        let data = jonas.get("/account/data.json").await.text;
        assert!(data.contains("qzxv-subject") && data.contains("qzxv-mail@elsewhere.example"));
        for never in ["qzxv-access", "qzxv-refresh", "qzxv-picture", "1999-12-31", "qzxv-phone", "qzxv-canary"] {
            assert!(!data.contains(never), "{never}");
        }
        assert_eq!(Browser::new(&site).signs_in_by("openid").await.location(), "/account");
        let (_, query) = back.split_once('?').unwrap();
        let parts: Vec<String> =
            form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value.into_owned()).collect();
        assert_eq!(parts.len(), 2, "code and state");
        for database in [waiting, stolen(&site)] {
            assert!(database.contains("identities"), "this is the database");
            keeps("the database", &database, "qzxv-");
            keeps("the database", &database, "1999-12-31");
            keeps("the database", &database, &mark);
            for part in &parts {
                keeps("the database", &database, part);
            }
            for part in given.split('.') {
                keeps("the database", &database, part);
            }
        }
        site.stop_serving().await;
    }

    async fn name_and_address_are_asked_for_where_the_token_has_none(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        let about = json!({ "sub": "another", "name": "Mallory" });
        forger.order(&site, json!({ "claims": { "sub": "7" }, "userinfo": about }));
        let back = jonas.goes_to_link("openid").await;
        is_not_let_in(&jonas.get(&back).await);
        let about = json!({ "sub": "7", "name": "Jonas K.", "email": "jk@elsewhere.example" });
        forger.order(&site, json!({ "claims": { "sub": "7" }, "userinfo": about }));
        jonas.links("openid").await;
        assert!(jonas.get(PAGE).await.text.contains("Jonas K., j…@elsewhere.example"));
        site.stop_serving().await;
    }

    async fn only_who_has_just_signed_in_links_and_unlinks(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        let link = format!("{PAGE}/openid/link");
        // Not without the sign-in's own token, nor without a sign-in.
        assert_eq!(jonas.sends(&link, &[]).await.status, 403);
        assert_eq!(Browser::new(&site).sends(&link, &[]).await.location(), "/sign-in?next=%2Frequests");
        // Who signs out on the way has nothing to link it with.
        let back = jonas.goes_to_link("openid").await;
        assert_eq!(jonas.presses("/sign-out").await.location(), "/");
        is_not_let_in(&jonas.get(&back).await);

        let session = Member::sign_in(&site, JONAS).await.cookie().to_owned();
        let jonas = Browser::signed_in(&site, &session);
        jonas.links("openid").await;
        let page = jonas.get(PAGE).await.text;
        let at = page.find("action=\"/account/providers/").unwrap() + "action=\"".len();
        let unlink = page[at..].split('"').next().unwrap().to_owned();
        site.clock.advance(SignedDuration::from_mins(16));
        let stale = jonas.get(PAGE).await.text;
        assert!(stale.contains("To change this, sign in again") && !stale.contains("/unlink\""));
        assert_eq!(jonas.presses(&link).await.location(), PAGE);
        assert_eq!(jonas.presses(&unlink).await.location(), PAGE);
        assert!(!jonas.get(PAGE).await.text.contains("Nothing yet."));
        site.stop_serving().await;
    }

    async fn it_is_one_factor_and_staff_needs_two(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        let member = Member::join(&site, JONAS, "Jonas").await;
        Browser::signed_in(&site, member.cookie()).links("openid").await;
        let (member, device, _) = with_factor(&site, &member).await;
        let (mail_site, address) = (site.site.clone(), EmailAddress::parse(JONAS).unwrap());
        let given = site.db.write(move |tx| role::give(tx, &mail_site, &address, Role::Moderator));
        given.await.unwrap();
        assert_eq!(member.get("/account").await.status, 303, "a new role ends every sign-in");
        let browser = Browser::new(&site);
        assert_eq!(browser.signs_in_by("openid").await.location(), "/account");
        assert_eq!(browser.get("/account").await.location(), "/sign-in/code?next=%2Faccount");
        let half = Member::known_at(&site, browser.cookie("session").unwrap(), "/sign-in/code").await;
        site.clock.advance(SignedDuration::from_secs(30));
        assert!(half.shows("000000").await.is_err());
        assert!(half.shows(&device.code(&site)).await.is_ok());
        site.stop_serving().await;
    }

    async fn who_deletes_the_account_is_forgotten_here_too(site: Site) {
        let mut forger = Forger::start();
        let site = with_openid(&site, &forger);
        forger.order(&site, json!({ "claims": { "sub": "7" } }));
        let jonas = Browser::joined(&site, JONAS, "Jonas").await;
        jonas.links("openid").await;
        let token = crate::support::visitor::hidden(&jonas.get("/account").await.text, "form_token")
            .to_owned();
        let gone = jonas.sends("/account/delete", &[("sure", "yes"), ("form_token", &token)]).await;
        assert_eq!(gone.location(), "/account/deleted");
        is_unknown(&Browser::new(&site).signs_in_by("openid").await);
        site.stop_serving().await;
    }
}
