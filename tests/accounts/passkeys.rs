//! Passkeys: added, shown alone and as the second step, refused, renamed, removed.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::SignedDuration;
use soundpost::accounts::{Role, freeze};
use soundpost::db::migrate;
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;

use super::second_factor::{give, with_factor};
use crate::support::authenticator::{Challenge, Device, PAGE, signs_in, with_passkey};
use crate::support::member::{Member, cookie_set};
use crate::support::visitor::between;
use crate::support::{Answer, Site};

const JONAS: &str = "jonas@speicher7.example";
const ANNA: &str = "anna@elsewhere.example";

/// The subject and the words of the newest mail about the safety of an account.
async fn told(site: &Site) -> String {
    let letter = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
    format!("{}\n{}", letter.subject, letter.text)
}

/// The number of the oldest passkey of a member.
async fn oldest(member: &Member) -> String {
    let page = member.get(PAGE).await.text;
    between(&page, "action=\"/account/passkeys/", "/").to_owned()
}

async fn remove(member: &Member, id: &str) -> Answer {
    member.post(&format!("{PAGE}/{id}/remove"), &[]).await
}

/// Whether an answer refuses a passkey, without a word on why.
#[track_caller]
fn is_refusal(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 422, "{what}: {}", answer.text);
    assert!(answer.text.contains("This passkey was not accepted"), "{what}: {}", answer.text);
    assert!(cookie_set(answer, "session").is_none(), "{what}");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many rows a table has.
fn rows(site: &Site, table: &str) -> i64 {
    let mut conn = migrate::connect(&site.url).unwrap();
    let counted: Count = diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"))
        .get_result(&mut conn)
        .unwrap();
    counted.count
}

async fn freeze_account(site: &Site, email: &str) {
    let (mail_site, address) = (site.site.clone(), EmailAddress::parse(email).unwrap());
    site.db
        .write(move |tx| freeze::freeze(tx, &mail_site, &address, "Three reports of fraud."))
        .await
        .unwrap();
}

/// What is wrong with a device.
type Bend = fn(&mut Device);

on_both! {
    async fn a_passkey_is_added_and_signs_in_by_itself(site: Site) {
        let first = Member::join(&site, JONAS, "Jonas").await;
        let elsewhere = Member::sign_in(&site, JONAS).await;
        site.clock.advance(SignedDuration::from_secs(30));
        let (now, mut device, codes) = with_passkey(&site, &first, "Jonas’ phone").await;
        assert_eq!(codes.len(), 10);
        assert!(told(&site).await.contains("A passkey was added"));
        // Where it was not shown one is signed out, and the old token is worth nothing.
        for gone in [&first, &elsewhere] {
            assert_eq!(gone.get("/account").await.status, 303);
        }
        let page = now.get(PAGE).await.text;
        assert!(page.contains("Jonas’ phone") && page.contains("not used yet"), "{page}");
        assert!(page.contains("10 left"), "{page}");

        for _ in 0..2 {
            let again = signs_in(&site, &mut device).await.unwrap();
            assert_ne!(again.cookie(), now.cookie());
            let page = again.get("/account").await.text;
            assert!(page.contains(JONAS) && page.contains("with a passkey alone"), "{page}");
        }
        assert!(now.get(PAGE).await.text.contains("last used Sat 21 Nov 2026"));
        // A second one brings no new codes and ends nothing.
        let (same, mut key, codes) = with_passkey(&site, &now, "").await;
        assert!(codes.is_empty() && same.cookie() == now.cookie());
        assert_eq!(key.handle, device.handle);
        assert!(now.get(PAGE).await.text.contains("<b dir=\"auto\">A browser</b>"));
        assert!(signs_in(&site, &mut key).await.is_ok());
        assert!(signs_in(&site, &mut device).await.is_ok());
    }

    async fn a_sign_in_ends_the_one_that_the_browser_had_and_leads_on_within_this_site(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, mut device, _) = with_passkey(&site, &member, "Phone").await;
        for (next, leads) in [("/account/data", "/account/data"), ("//evil.example", "/requests")] {
            let had = signs_in(&site, &mut device).await.unwrap();
            let challenge = Challenge::to_sign_in(&site).await;
            let answer = device.shows(&challenge.options);
            let cookies = format!("{}; passkey={}", had.header(), challenge.cookie);
            let headers = [("sec-fetch-site", "same-origin"), ("cookie", cookies.as_str())];
            let fields = [("credential", answer.as_str()), ("next", next)];
            let shown = site.post_with("/sign-in/passkey", &fields, &headers).await;
            assert_eq!(shown.location(), leads);
            assert_eq!(cookie_set(&shown, "passkey").unwrap(), "");
            assert_eq!(had.get("/account").await.status, 303);
        }
        assert_eq!(member.get("/account").await.status, 200);
        // Not from another site.
        let cross = [("sec-fetch-site", "cross-site")];
        for path in ["/sign-in/passkey/begin", "/sign-in/passkey"] {
            assert_eq!(site.post_with(path, &[], &cross).await.status, 403);
            assert_eq!(site.post_with(path, &[], &[]).await.status, 403);
        }
    }

    async fn after_a_link_a_passkey_or_a_code_on_paper_is_the_second_step(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, mut device, codes) = with_passkey(&site, &member, "Phone").await;
        let other = Member::join(&site, ANNA, "Anna").await;
        let (_, mut others, _) = with_passkey(&site, &other, "Key").await;

        let half = Member::half_way(&site, JONAS).await;
        assert_eq!(half.get("/account").await.location(), "/sign-in/code?next=%2Faccount");
        let page = half.get("/sign-in/code").await.text;
        assert!(page.contains("Show a passkey") && !page.contains("code of your device"), "{page}");
        // Another's passkey is one, and not for this account.
        let shown = |challenge: Challenge, answer: String| {
            let half = half.clone();
            async move {
                let fields = [("credential", answer.as_str()), ("next", "/account")];
                let cookie = ("passkey", challenge.cookie.as_str());
                half.post_with_cookie("/sign-in/code/passkey", &fields, cookie).await
            }
        };
        let challenge = Challenge::to_sign_in(&site).await;
        let answer = others.shows(&challenge.options);
        is_refusal(&shown(challenge, answer).await, "another's");
        let challenge = Challenge::to_sign_in(&site).await;
        let answer = device.shows(&challenge.options);
        let signed_in = shown(challenge, answer).await;
        assert_eq!(signed_in.location(), "/account");
        let cookie = cookie_set(&signed_in, "session").unwrap();
        Member::known_at(&site, cookie, "/account").await;
        assert_eq!(half.get("/account").await.status, 303);

        // Without its form's token it is not looked at.
        let half = Member::half_way(&site, JONAS).await;
        assert_eq!(half.post_plainly("/sign-in/code/passkey", &[]).await.status, 403);
        // Who has lost the device has the codes, each once.
        assert_eq!(half.shows("000000").await.err().unwrap().status, 422);
        assert!(half.shows(&codes[0]).await.is_ok());
        let half = Member::half_way(&site, JONAS).await;
        assert_eq!(half.shows(&codes[0]).await.err().unwrap().status, 422);
        assert!(half.shows(&codes[1]).await.is_ok());
    }

    async fn an_account_with_both_factors_takes_either_and_has_one_set_of_codes(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, mut key, codes) = with_passkey(&site, &member, "Phone").await;
        let (member, device, none) = with_factor(&site, &member).await;
        assert!(none.is_empty());
        let page = Member::half_way(&site, JONAS).await.get("/sign-in/code").await.text;
        assert!(page.contains("Show a passkey") && page.contains("a code of your device"), "{page}");
        assert!(signs_in(&site, &mut key).await.is_ok());
        site.clock.advance(SignedDuration::from_secs(30));
        let half = Member::half_way(&site, JONAS).await;
        assert!(half.shows(&device.code(&site)).await.is_ok());
        // With the passkey gone the codes stay; with the device they go as well.
        assert_eq!(remove(&member, &oldest(&member).await).await.location(), PAGE);
        assert!(Member::half_way(&site, JONAS).await.shows(&codes[2]).await.is_ok());
        site.clock.advance(SignedDuration::from_secs(30));
        let code = device.code(&site);
        let removed = member.post("/account/second-factor/remove", &[("code", &code)]).await;
        assert_eq!(removed.location(), "/account?done=factor-removed");
        assert_eq!(rows(&site, "recovery_codes"), 0);
        assert_eq!(Member::sign_in(&site, JONAS).await.get("/account").await.status, 200);
    }

    async fn what_is_not_the_devices_own_answer_to_this_challenge_is_refused_alike(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, mut good, _) = with_passkey(&site, &member, "Phone").await;
        let stranger = Device::new(&site);
        let bent: [(&str, Bend); 6] = [
            ("another origin", |device| device.origin = "https://evil.example".into()),
            ("another port", |device| device.origin = "http://localhost:1".into()),
            ("another site's passkey", |device| device.host = "evil.example".into()),
            ("not unlocked", |device| device.unlocked = false),
            ("another account", |device| device.handle = "AAAAAAAAAAAAAAAAAAAAAA".into()),
            ("no account", |device| device.handle = String::new()),
        ];
        for (what, bend) in bent {
            let mut device = good.clone();
            device.counter += 100;
            bend(&mut device);
            is_refusal(&signs_in(&site, &mut device).await.err().unwrap(), what);
        }
        // An unknown passkey, and the id of a known one with another key.
        let mut unknown = stranger.clone();
        unknown.handle = good.handle.clone();
        is_refusal(&signs_in(&site, &mut unknown).await.err().unwrap(), "unknown");
        unknown.id = good.id.clone();
        unknown.counter = 100;
        is_refusal(&signs_in(&site, &mut unknown).await.err().unwrap(), "another key");

        // An answer to another challenge.
        let (one, two) = (Challenge::to_sign_in(&site).await, Challenge::to_sign_in(&site).await);
        let answer = good.shows(&one.options);
        is_refusal(&two.signs_in(&site, &answer).await, "another browser's challenge");
        // A good answer from a browser that was given none.
        let nobody = Challenge { cookie: "a".repeat(52), ..Challenge::to_sign_in(&site).await };
        is_refusal(&nobody.signs_in(&site, &answer).await, "no challenge");
        // In its own browser it is good, once.
        assert_eq!(one.signs_in(&site, &answer).await.location(), "/account");
        is_refusal(&one.signs_in(&site, &answer).await, "a second time");
        // What was refused has used the challenge up.
        let answer = good.shows(&two.options);
        is_refusal(&two.signs_in(&site, &answer).await, "a second try");

        let late = Challenge::to_sign_in(&site).await;
        let answer = good.shows(&late.options);
        site.clock.advance(SignedDuration::from_mins(6));
        is_refusal(&late.signs_in(&site, &answer).await, "too late");
        assert!(rows(&site, "passkey_ceremonies") > 0);
        site.tick().await;
        assert_eq!(rows(&site, "passkey_ceremonies"), 0);
        assert!(signs_in(&site, &mut good).await.is_ok());
        assert_eq!(site.mails_of(Kind::SecurityNotice).await.len(), 2, "made, and added");
    }

    async fn what_makes_no_sense_is_refused_and_breaks_nothing(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, mut device, _) = with_passkey(&site, &member, "Phone").await;
        let whole = device.shows(&Challenge::to_sign_in(&site).await.options);
        let made = Device::new(&site).makes(&Challenge::to_add(&member).await.options);
        let mut nonsense = vec![
            String::new(), "x".into(), "{}".into(), "[]".into(), "null".into(), "{\"id\":7}".into(),
            "[".repeat(50_000), whole.replace("signature", "signatures"),
            whole.replace("public-key", "x"),
        ];
        // Each answer with one of its parts cut short, emptied, or filled with anything.
        for text in [&whole, &made] {
            for part in ["clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject", "rawId"] {
                let mut answer: serde_json::Value = serde_json::from_str(text).unwrap();
                for bad in ["", "AA", "!!", "/////////////////////w", "oWNmbXRkbm9uZQ"] {
                    let place = if part == "rawId" { &mut answer } else { &mut answer["response"] };
                    place[part] = bad.into();
                    nonsense.push(answer.to_string());
                }
            }
        }
        for answer in &nonsense {
            let challenge = Challenge::to_sign_in(&site).await;
            let what: String = answer.chars().take(200).collect();
            is_refusal(&challenge.signs_in(&site, answer).await, &what);
            let challenge = Challenge::to_add(&member).await;
            is_refusal(&challenge.adds(&member, "Key", answer).await, &what);
        }
        assert_eq!(rows(&site, "passkeys"), 1);
    }

    async fn a_new_passkey_is_the_answer_to_its_accounts_own_challenge(site: Site) {
        let jonas = Member::join(&site, JONAS, "Jonas").await;
        let anna = Member::join(&site, ANNA, "Anna").await;
        let bent: [(&str, Bend); 3] = [
            ("another origin", |device| device.origin = "https://evil.example".into()),
            ("another site's passkey", |device| device.host = "evil.example".into()),
            ("not unlocked", |device| device.unlocked = false),
        ];
        for (what, bend) in bent {
            let (mut device, challenge) = (Device::new(&site), Challenge::to_add(&jonas).await);
            bend(&mut device);
            let answer = device.makes(&challenge.options);
            is_refusal(&challenge.adds(&jonas, "Phone", &answer).await, what);
        }
        let mut device = Device::new(&site);
        let (one, two) = (Challenge::to_add(&jonas).await, Challenge::to_add(&jonas).await);
        let answer = device.makes(&one.options);
        is_refusal(&two.adds(&jonas, "Phone", &answer).await, "another challenge");
        is_refusal(&one.adds(&anna, "Phone", &answer).await, "another account's challenge");
        // One that signs in adds nothing, and the other way round.
        let sign_in = Challenge::to_sign_in(&site).await;
        let mut options = sign_in.options.clone();
        options["user"]["id"] = one.options["user"]["id"].clone();
        let answer = device.makes(&options);
        is_refusal(&sign_in.adds(&jonas, "Phone", &answer).await, "to sign in");
        let late = Challenge::to_add(&jonas).await;
        let answer = device.makes(&late.options);
        site.clock.advance(SignedDuration::from_mins(6));
        is_refusal(&late.adds(&jonas, "Phone", &answer).await, "too late");
        assert_eq!(rows(&site, "passkeys"), 0);

        let challenge = Challenge::to_add(&jonas).await;
        let answer = device.makes(&challenge.options);
        let added = challenge.adds(&jonas, "Phone", &answer).await;
        assert_eq!(added.status, 200, "{}", added.text);
        let cookie = cookie_set(&added, "session").unwrap();
        let jonas = Member::known_at(&site, cookie, "/account").await;
        is_refusal(&challenge.adds(&jonas, "Phone", &answer).await, "a second time");
        // The device is told which it has, and cannot add it again, here or to another account.
        let challenge = Challenge::to_add(&jonas).await;
        let known = challenge.options["excludeCredentials"].as_array().unwrap();
        assert_eq!(known.len(), 1);
        let answer = device.makes(&challenge.options);
        is_refusal(&challenge.adds(&jonas, "Phone", &answer).await, "there already");
        let challenge = Challenge::to_add(&anna).await;
        assert!(challenge.options["excludeCredentials"].as_array().unwrap().is_empty());
        let answer = device.makes(&challenge.options);
        is_refusal(&challenge.adds(&anna, "Phone", &answer).await, "another's");
        assert_eq!(rows(&site, "passkeys"), 1);
    }

    async fn a_counter_that_does_not_go_up_is_refused_and_its_owner_is_told(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, mut device, _) = with_passkey(&site, &member, "Jonas’ phone").await;
        let mut copy = device.clone();
        for _ in 0..3 {
            assert!(signs_in(&site, &mut device).await.is_ok());
        }
        site.clock.advance(SignedDuration::from_secs(30));
        is_refusal(&signs_in(&site, &mut copy).await.err().unwrap(), "a copy");
        let mail = told(&site).await;
        assert!(mail.contains("there may be a copy") && mail.contains("“Jonas’ phone”"), "{mail}");
        // The one that counts on is still good.
        assert!(signs_in(&site, &mut device).await.is_ok());
    }

    async fn a_passkey_is_renamed_and_removed_by_its_owner_alone(site: Site) {
        let jonas = Member::join(&site, JONAS, "Jonas").await;
        let (jonas, mut phone, codes) = with_passkey(&site, &jonas, "Phone").await;
        let (jonas, mut key, _) = with_passkey(&site, &jonas, "Key").await;
        let anna = Member::join(&site, ANNA, "Anna").await;
        let id = oldest(&jonas).await;
        let (field, rename) = (format!("name-{id}"), format!("{PAGE}/{id}/rename"));
        for other in [id.as_str(), "7"] {
            let field = format!("name-{other}");
            let path = format!("{PAGE}/{other}/rename");
            assert_eq!(anna.post(&path, &[(&field, "Mine")]).await.status, 404);
            assert_eq!(remove(&anna, other).await.status, 404);
        }
        let empty = jonas.post(&rename, &[(&field, " ")]).await;
        assert!(empty.status == 422 && empty.text.contains("Enter a name by which"), "{}", empty.text);
        let long = "x".repeat(61);
        let long = jonas.post(&rename, &[(&field, &long)]).await;
        assert!(long.status == 422 && long.text.contains("Shorten the name to 60"), "{}", long.text);
        assert_eq!(jonas.post(&rename, &[(&field, "Work phone")]).await.location(), PAGE);
        assert!(jonas.get(PAGE).await.text.contains("Work phone"));

        site.clock.advance(SignedDuration::from_secs(30));
        assert_eq!(remove(&jonas, &id).await.location(), PAGE);
        assert!(told(&site).await.contains("A passkey was removed"));
        assert_eq!(remove(&jonas, &id).await.status, 404);
        is_refusal(&signs_in(&site, &mut phone).await.err().unwrap(), "removed");
        assert!(signs_in(&site, &mut key).await.is_ok());
        let half = Member::half_way(&site, JONAS).await;
        // With the last one go the codes, and a link is enough again.
        assert_eq!(remove(&jonas, &oldest(&jonas).await).await.location(), PAGE);
        assert_eq!(half.shows(&codes[0]).await.err().unwrap().status, 303);
        assert_eq!(rows(&site, "recovery_codes"), 0);
        assert_eq!(Member::sign_in(&site, JONAS).await.get("/account").await.status, 200);
    }

    async fn for_staff_a_passkey_is_a_factor_and_the_last_one_stays(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, mut phone, _) = with_passkey(&site, &member, "Phone").await;
        give(&site, JONAS, Role::Moderator).await.unwrap();
        let half = Member::half_way(&site, JONAS).await;
        assert_eq!(half.get("/account").await.location(), "/sign-in/code?next=%2Faccount");
        let staff = signs_in(&site, &mut phone).await.unwrap();
        let id = oldest(&staff).await;
        let page = staff.get(PAGE).await.text;
        assert!(page.contains("your only second factor") && !page.contains("/remove\""), "{page}");
        assert_eq!(remove(&staff, &id).await.status, 409);
        let page = staff.get("/account/second-factor").await.text;
        assert!(!page.contains("stay closed"), "{page}");
        let (staff, _, _) = with_passkey(&site, &staff, "Key").await;
        assert_eq!(remove(&staff, &id).await.location(), PAGE);
        assert_eq!(remove(&staff, &oldest(&staff).await).await.status, 409);
        assert_eq!(rows(&site, "passkeys"), 1);
    }

    async fn adding_and_removing_needs_a_fresh_sign_in(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, mut device, _) = with_passkey(&site, &member, "Phone").await;
        let (id, challenge) = (oldest(&member).await, Challenge::to_add(&member).await);
        site.clock.advance(SignedDuration::from_mins(16));
        let page = member.get(PAGE).await.text;
        assert!(page.contains("First sign in again") && !page.contains("/remove\""), "{page}");
        assert_eq!(member.post(&format!("{PAGE}/begin"), &[]).await.status, 403);
        let answer = Device::new(&site).makes(&challenge.options);
        assert_eq!(challenge.adds(&member, "Key", &answer).await.location(), PAGE);
        assert_eq!(remove(&member, &id).await.location(), PAGE);
        assert_eq!(rows(&site, "passkeys"), 1);
        let fresh = signs_in(&site, &mut device).await.unwrap();
        assert_eq!(remove(&fresh, &id).await.location(), PAGE);
        assert_eq!(rows(&site, "passkeys"), 0);
    }

    async fn an_account_has_twenty_at_most(site: Site) {
        let mut member = Member::join(&site, JONAS, "Jonas").await;
        for number in 1..=19 {
            member = with_passkey(&site, &member, &format!("Key {number}")).await.0;
        }
        let waiting = Challenge::to_add(&member).await;
        with_passkey(&site, &member, "Key 20").await;
        assert_eq!(member.post(&format!("{PAGE}/begin"), &[]).await.status, 409);
        let answer = Device::new(&site).makes(&waiting.options);
        assert_eq!(waiting.adds(&member, "Key 21", &answer).await.status, 409);
        assert!(member.get(PAGE).await.text.contains("as many passkeys as we keep"));
        assert_eq!(rows(&site, "passkeys"), 20);
    }

    async fn a_frozen_account_signs_in_and_changes_nothing(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, mut device, _) = with_passkey(&site, &member, "Phone").await;
        let id = oldest(&member).await;
        freeze_account(&site, JONAS).await;
        assert_eq!(member.get(PAGE).await.status, 303);
        let frozen = signs_in(&site, &mut device).await.unwrap();
        let page = frozen.get(PAGE).await;
        assert!(page.status == 200 && page.text.contains("While your account is frozen"));
        for path in [format!("{PAGE}/begin"), PAGE.into(), format!("{PAGE}/{id}/rename"),
            format!("{PAGE}/{id}/remove")] {
            assert_eq!(frozen.post(&path, &[]).await.status, 403, "{path}");
        }
    }

    async fn they_are_in_the_export_and_go_with_the_account(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, mut device, _) = with_passkey(&site, &member, "Jonas’ phone").await;
        let file = member.get("/account/data.json").await.text;
        let data: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(data["passkeys"][0]["name"], "Jonas’ phone");
        assert_eq!(data["passkeys"][0]["since"], "2026-11-21T14:00:00Z");
        assert!(data["passkeys"][0]["last_used"].is_null());
        assert!(member.get("/account/data").await.text.contains("Jonas’ phone"));
        let waiting = Challenge::to_add(&member).await;
        assert_eq!(member.post("/account/delete", &[("sure", "yes")]).await.status, 303);
        for table in ["passkeys", "recovery_codes"] {
            assert_eq!(rows(&site, table), 0, "{table}");
        }
        is_refusal(&signs_in(&site, &mut device).await.err().unwrap(), "erased");
        // Somebody new at the same address is not whom the device knows.
        let again = Member::join(&site, JONAS, "Jonas").await;
        is_refusal(&signs_in(&site, &mut device).await.err().unwrap(), "of the one before");
        let answer = Device::new(&site).makes(&waiting.options);
        is_refusal(&waiting.adds(&again, "Phone", &answer).await, "a challenge of the one before");
    }
}
