//! Passwords: chosen, used, guessed, changed, and never a way around the second factor.

use jiff::SignedDuration;
use soundpost::mail::Kind;

use super::second_factor::{half_a_minute, with_factor};
use crate::support::member::{Member, cookie_set};
use crate::support::{Answer, Site};

const JONAS: &str = "jonas@speicher7.example";
const GOOD: &str = "Möwen kreisen über dem Kai";
const PAGE: &str = "/account/password";

async fn try_password(site: &Site, email: &str, password: &str) -> Answer {
    site.post("/sign-in/password", &[("email", email), ("password", password)]).await
}

/// Signs in with a password; who comes in by it.
async fn with_password(site: &Site, password: &str) -> Option<Member> {
    let answer = try_password(site, JONAS, password).await;
    match cookie_set(&answer, "session") {
        Some(cookie) => Some(Member::known_at(site, cookie, "/account").await),
        None => {
            assert_eq!(answer.status, 422, "{}", answer.text);
            None
        }
    }
}

/// Sets a password; the member under the new token.
async fn sets(site: &Site, member: &Member, password: &str) -> Member {
    let set = member.post(PAGE, &[("password", password)]).await;
    assert_eq!(set.location(), "/account?done=password", "{}", set.text);
    Member::known_at(site, cookie_set(&set, "session").unwrap(), "/account").await
}

on_both! {
    async fn a_password_signs_in_and_a_changed_one_ends_every_other_sign_in(site: Site) {
        let first = Member::join(&site, JONAS, "Jonas").await;
        assert!(with_password(&site, GOOD).await.is_none());
        let now = sets(&site, &first, GOOD).await;
        assert_eq!(first.get("/account").await.status, 303, "the old token is worth nothing");
        assert!(now.get("/account").await.text.contains("You have a password"));
        assert!(site.mail_of(Kind::SecurityNotice).await.letter.unwrap().text.contains("password was set"));
        let elsewhere = with_password(&site, GOOD).await.unwrap();
        for wrong in [GOOD.to_lowercase(), format!("{GOOD} "), String::new()] {
            assert!(with_password(&site, &wrong).await.is_none(), "{wrong}");
        }
        let another = "Ein Nebelhorn im November";
        sets(&site, &now, another).await;
        assert_eq!(elsewhere.get("/account").await.status, 303);
        assert!(with_password(&site, GOOD).await.is_none());
        let member = with_password(&site, another).await.unwrap();
        let stolen = with_password(&site, another).await.unwrap();
        let removed = member.post(&format!("{PAGE}/remove"), &[]).await;
        assert_eq!(removed.location(), "/account?done=password-removed");
        assert!(member.get(&removed.location()).await.text.contains("You have no password any more"));
        assert!(with_password(&site, another).await.is_none());
        assert_eq!(stolen.get("/account").await.status, 303, "who came in by it is out");
        // The link works all the while.
        Member::sign_in(&site, JONAS).await;
    }

    async fn a_bad_one_is_refused_with_its_reason_and_never_shown_again(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let long = "ö1".repeat(64) + "x";
        for (password, why) in [
            ("fog horn 7", "15 characters or more"),
            (long.as_str(), "128 characters at most; this has 129"),
            ("jonas@speicher7.example", "made of your name"),
            ("aaaaaaaaaaaaaaaaaaaa", "easily guessed"),
        ] {
            let answer = member.post(PAGE, &[("password", password)]).await;
            assert_eq!(answer.status, 422);
            assert!(answer.text.contains(why), "{why}: {}", answer.text);
            assert!(answer.text.contains("type=\"password\" value=\"\""), "{}", answer.text);
        }
        let wrong = try_password(&site, JONAS, "my other secret").await;
        assert!(!wrong.text.contains("my other secret"));
    }

    async fn an_unknown_address_is_answered_like_a_wrong_password(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        sets(&site, &member, GOOD).await;
        Member::join(&site, "without@speicher7.example", "Wim").await;
        let neutral = |answer: Answer, email: &str| {
            assert_eq!(answer.status, 422);
            answer.text.replace(email, "(the address)")
        };
        let known = neutral(try_password(&site, JONAS, "wrong wrong wrong").await, JONAS);
        for email in ["nobody@speicher7.example", "without@speicher7.example"] {
            let unknown = neutral(try_password(&site, email, "wrong wrong wrong").await, email);
            assert_eq!(unknown, known, "{email}");
        }
    }

    async fn who_guesses_has_to_wait_and_the_owner_has_the_link(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        sets(&site, &member, GOOD).await;
        for guess in 0..10 {
            assert!(with_password(&site, &format!("guess {guess} guess")).await.is_none());
        }
        assert!(with_password(&site, GOOD).await.is_none(), "locked");
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.to == JONAS && told.text.contains("ten wrong passwords"), "{}", told.text);
        Member::sign_in(&site, JONAS).await;
        site.clock.advance(SignedDuration::from_mins(16));
        assert!(with_password(&site, GOOD).await.is_some());
    }

    async fn a_password_is_no_way_around_the_second_factor(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, device, _) = with_factor(&site, &member).await;
        // Beside a factor eight characters are enough.
        sets(&site, &member, "fog h0rn").await;
        let answer = try_password(&site, JONAS, "fog h0rn").await;
        let half = Member::known_at(&site, cookie_set(&answer, "session").unwrap(), "/sign-in/code").await;
        assert_eq!(half.get(PAGE).await.location(), "/sign-in/code?next=%2Faccount%2Fpassword");
        assert_eq!(half.post(PAGE, &[("password", GOOD)]).await.status, 303);
        // Nor is a new one by a link.
        let reset = Member::half_way(&site, JONAS).await;
        reset.post(PAGE, &[("password", GOOD)]).await;
        assert_eq!(try_password(&site, JONAS, GOOD).await.status, 422);
        half_a_minute(&site);
        let strong = half.shows(&device.code(&site)).await.ok().unwrap();
        // Without the factor it is too short, and goes with it.
        half_a_minute(&site);
        let code = device.code(&site);
        assert_eq!(strong.post("/account/second-factor/remove", &[("code", &code)]).await.status, 303);
        assert!(with_password(&site, "fog h0rn").await.is_none());
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.text.contains("too short to stand alone"), "{}", told.text);
    }

    async fn a_password_is_set_by_who_has_just_signed_in(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        site.clock.advance(SignedDuration::from_mins(16));
        assert!(member.get(PAGE).await.text.contains("First sign in again"));
        assert_eq!(member.post(PAGE, &[("password", GOOD)]).await.location(), PAGE);
        assert!(with_password(&site, GOOD).await.is_none());
        assert_eq!(member.post_plainly(PAGE, &[("password", GOOD)]).await.status, 403);
    }
}
