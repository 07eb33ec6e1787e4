//! Accounts: signing in by a link, staying signed in, and who may ask for what.

mod access;
mod address;
mod notifications;
mod own_data;
mod passkeys;
mod password;
mod provider_peculiarities;
mod providers;
pub mod second_factor;

use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use soundpost::mail::Kind;

use crate::support::form::PROMOTER;
use crate::support::member::{Member, cookie_set, joining};
use crate::support::providers::Browser;
use crate::support::{Site, link_in};

const JONAS: &str = "jonas@speicher7.example";
const SAME_ORIGIN: (&str, &str) = ("sec-fetch-site", "same-origin");

on_both! {
    async fn an_account_is_made_by_the_button_behind_a_link(site: Site) {
        let (link, mark) = Member::ask_to_join(&site, JONAS, "Jonas").await;
        // Scanners of mail open links; nothing comes of it.
        for _ in 0..3 {
            let page = site.get(&link).await;
            assert_eq!(page.status, 200);
            // Whoever asked may not be who owns the address: here it stands what was entered.
            for words in ["j…@speicher7.example", "Jonas", "Germany", "18 or older", "version 5"] {
                assert!(page.text.contains(words), "{words}: {}", page.text);
            }
            assert!(page.headers["cache-control"].to_str().unwrap().contains("no-store"));
        }
        assert!(site.mails_of(Kind::SecurityNotice).await.is_empty());
        let member = Member::use_link(&site, &link, &mark).await;
        let account = member.get("/account").await;
        assert!(account.text.contains(JONAS) && account.text.contains("Jonas"));
        assert_eq!(site.mails_of(Kind::SecurityNotice).await.len(), 1);
        // Once.
        assert_eq!(site.get(&link).await.status, 404);
        assert_eq!(site.post(&link, &[]).await.status, 404);
    }

    async fn a_link_lives_ten_minutes_and_a_newer_sign_in_ends_the_older_links(site: Site) {
        Member::join(&site, JONAS, "Jonas").await;
        site.clock.advance(SignedDuration::from_mins(40));
        site.post("/sign-in", &[("email", JONAS)]).await;
        let first = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
        site.clock.advance(SignedDuration::from_mins(9));
        assert_eq!(site.get(&first).await.status, 200);
        site.post("/sign-in", &[("email", JONAS)]).await;
        let second = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
        Member::use_link(&site, &second, "").await;
        assert_eq!(site.post(&first, &[]).await.status, 404);
        site.post("/sign-in", &[("email", JONAS)]).await;
        let third = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
        site.clock.advance(SignedDuration::from_mins(11));
        assert_eq!(site.post(&third, &[]).await.status, 404);
        assert_eq!(site.post("/sign-in/unknown", &[]).await.status, 404);
    }

    async fn a_known_and_an_unknown_address_are_answered_alike(site: Site) {
        Member::join(&site, JONAS, "Jonas").await;
        site.clock.advance(SignedDuration::from_mins(40));
        let before = site.mails().await.len();
        let headers = [SAME_ORIGIN, ("cookie", "browser=mark")];
        let known = site.post_with("/sign-in", &[("email", JONAS)], &headers).await;
        let unknown = site.post_with("/sign-in", &[("email", "no@body.example")], &headers).await;
        let without = |answer: &crate::support::Answer| {
            let mut headers = answer.headers.clone();
            headers.remove("x-request-id");
            headers.remove("date");
            (answer.status, headers, answer.text.clone())
        };
        assert_eq!(without(&known), without(&unknown));
        assert_eq!(site.mails().await.len(), before + 1);

        // Making an account for an address that has one mails a link that signs in, and says nothing.
        let new = site.post_with("/join", &joining("new@body.example", "N"), &headers).await;
        let old = site.post_with("/join", &joining(JONAS, "Somebody"), &headers).await;
        assert_eq!(without(&new), without(&old));
        assert_eq!(site.mails_of(Kind::JoinLink).await.len(), 2);
        assert_eq!(site.mails_of(Kind::SignInLink).await.len(), 2);
    }

    async fn an_address_is_sent_five_links_in_half_an_hour_and_no_more(site: Site) {
        Member::join(&site, JONAS, "Jonas").await;
        site.clock.advance(SignedDuration::from_mins(40));
        // A thousand, from as many hands at once as the server takes.
        for _ in 0..20 {
            let plus = joining("jonas+x@speicher7.example", "Jonas");
            let sign_in = [("email", JONAS)];
            let signing_in = (0..25).map(|_| site.post("/sign-in", &sign_in));
            let joining = (0..25).map(|_| site.post("/join", &plus));
            let (signing_in, joining) = join(join_all(signing_in), join_all(joining)).await;
            assert!(signing_in.iter().chain(&joining).all(|answer| answer.status == 303));
        }
        let mails = site.mails_of(Kind::SignInLink).await.len()
            + site.mails_of(Kind::JoinLink).await.len();
        assert_eq!(mails, 1 + 5);
    }

    async fn a_no_stores_nothing_and_is_remembered_by_the_browser_alone(site: Site) {
        let mut form = joining(JONAS, "Jonas");
        form[2] = ("age", "no");
        let no = site.post("/join", &form).await;
        assert_eq!(no.status, 200);
        assert!(no.text.contains("Not this time"));
        let mark = cookie_set(&no, "too-young").unwrap();
        let cookie = format!("too-young={mark}");
        // Back, and another answer.
        let headers = [SAME_ORIGIN, ("cookie", cookie.as_str())];
        let again = site.post_with("/join", &joining(JONAS, "Jonas"), &headers).await;
        assert!(again.text.contains("Not this time"), "{}", again.text);
        assert!(site.get_with("/join", &headers).await.text.contains("Not this time"));
        form[2] = ("age", "adult");
        form[4] = ("privacy", "no");
        let no = site.post("/join", &form).await;
        assert!(no.text.contains("leave it at that") && cookie_set(&no, "too-young").is_none());
        assert!(site.mails().await.is_empty());
    }

    async fn what_is_wrong_with_a_form_is_said_and_what_was_typed_is_kept(site: Site) {
        let long = "x".repeat(81);
        let mut form = joining("jonas@localhost", &long);
        form[3] = ("your_country", "");
        let page = site.post("/join", &form).await;
        assert_eq!(page.status, 422);
        for words in ["3 things", "Shorten the name", "jonas@localhost", "Choose the country"] {
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
        assert!(page.text.contains(&format!("value=\"{long}\"")));
        // Nobody becomes more than a member by typing it.
        let mut form = joining(JONAS, "Jonas");
        form.push(("role", "admin"));
        assert_eq!(site.post("/join", &form).await.status, 303);
    }

    async fn a_session_is_never_adopted_and_ends_when_it_is_told_to(site: Site) {
        let (link, _) = Member::ask_to_join(&site, JONAS, "Jonas").await;
        let planted = "a".repeat(52);
        let cookie = format!("session={planted}");
        let used = site.post_with(&link, &[], &[SAME_ORIGIN, ("cookie", &cookie)]).await;
        let given = cookie_set(&used, "session").unwrap();
        assert_ne!(given, planted);
        assert_eq!(site.get_with("/account", &[("cookie", &cookie)]).await.status, 303);
        let header = used.headers.get_all("set-cookie").iter().map(|h| h.to_str().unwrap());
        let header = header.filter(|h| h.starts_with("session=")).collect::<Vec<_>>().join("");
        assert!(header.contains("HttpOnly") && header.contains("SameSite=Lax"), "{header}");
        assert!(header.contains("Path=/") && !header.contains("Domain"), "{header}");

        // A new sign-in in the same browser ends what it had.
        let first = format!("session={given}");
        site.post("/sign-in", &[("email", JONAS)]).await;
        let link = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
        site.post_with(&link, &[], &[SAME_ORIGIN, ("cookie", &first)]).await;
        let gone = site.get_with("/account", &[("cookie", &first)]).await;
        assert_eq!(gone.location(), "/sign-in?next=%2Faccount");

        // Signing out ends it here; a copy of the cookie is worth nothing.
        let member = Member::sign_in(&site, JONAS).await;
        assert_eq!(member.post("/sign-out", &[]).await.location(), "/");
        assert_eq!(member.get("/account").await.status, 303);
    }

    async fn sessions_are_listed_and_ended_one_by_one_or_all_at_once(site: Site) {
        let one = Member::join(&site, JONAS, "Jonas").await;
        let two = Member::sign_in(&site, JONAS).await;
        let three = Member::sign_in(&site, JONAS).await;
        let other = Member::join(&site, "anna@elsewhere.example", "Anna").await;
        let page = one.get("/account").await.text;
        let ends: Vec<&str> = page
            .split("action=\"/account/sessions/").skip(1)
            .filter_map(|rest| rest.split_once("/end\"")).map(|(id, _)| id)
            .filter(|id| id.chars().all(|c| c.is_ascii_digit()))
            .collect();
        assert_eq!(ends.len(), 2, "{page}");
        // Another's is not there for her.
        let path = format!("/account/sessions/{}/end", ends[0]);
        assert_eq!(other.post(&path, &[]).await.status, 404);
        assert_eq!(one.post(&path, &[]).await.status, 303);
        let still = [two.get("/account").await.status, three.get("/account").await.status];
        assert_eq!(still.iter().filter(|status| **status == 200).count(), 1);
        assert_eq!(one.post("/account/sessions/end-others", &[]).await.status, 303);
        assert_eq!(two.get("/account").await.status, 303);
        assert_eq!(three.get("/account").await.status, 303);
        assert_eq!(one.get("/account").await.status, 200);
        assert_eq!(other.get("/account").await.status, 200);
    }

    async fn a_session_ends_after_thirty_days(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        site.clock.advance(SignedDuration::from_hours(29 * 24));
        assert_eq!(member.get("/account").await.status, 200);
        site.clock.advance(SignedDuration::from_hours(25));
        assert_eq!(member.get("/account").await.status, 303);
    }

    async fn a_form_needs_the_token_of_its_own_sign_in(site: Site) {
        let one = Member::join(&site, JONAS, "Jonas").await;
        let other = Member::join(&site, "anna@elsewhere.example", "Anna").await;
        for fields in [
            vec![("name", "Mallory")],
            vec![("name", "Mallory"), ("form_token", "")],
            vec![("name", "Mallory"), ("form_token", other.form_token())],
        ] {
            assert_eq!(one.post_plainly("/account/name", &fields).await.status, 403);
        }
        // From another site, with everything right.
        let cookie = one.header();
        let fields = [("name", "Mallory"), ("form_token", one.form_token())];
        for headers in [
            vec![("sec-fetch-site", "cross-site"), ("cookie", cookie.as_str())],
            vec![("origin", "https://evil.example"), ("cookie", cookie.as_str())],
            vec![("cookie", cookie.as_str())],
        ] {
            assert_eq!(site.post_with("/account/name", &fields, &headers).await.status, 403);
        }
        assert!(!one.get("/account").await.text.contains("Mallory"));
        assert_eq!(one.post("/account/name", &[("name", "Jonas K.")]).await.status, 303);
        assert!(one.get("/account").await.text.contains("Jonas K."));
    }

    async fn one_is_led_on_within_this_site_only(site: Site) {
        Member::join(&site, JONAS, "Jonas").await;
        for (next, leads) in [
            ("/account", "/account"),
            ("//evil.example", "/requests"),
            ("/\\evil.example", "/requests"),
            ("https://evil.example/", "/requests"),
            ("/%0d%0aset-cookie:a=b", "/%0d%0aset-cookie:a=b"),
            ("/\r\nset-cookie:a=b", "/requests"),
        ] {
            site.clock.advance(SignedDuration::from_mins(40));
            site.post("/sign-in", &[("email", JONAS), ("next", next)]).await;
            let link = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
            assert_eq!(site.post(&link, &[]).await.location(), leads, "{next:?}");
        }
        let evil = [SAME_ORIGIN, ("host", "evil.example")];
        site.clock.advance(SignedDuration::from_mins(40));
        site.post_with("/sign-in", &[("email", JONAS)], &evil).await;
        for mail in site.mails().await {
            assert!(!mail.letter.unwrap().text.contains("evil.example"));
        }
    }

    async fn a_link_used_in_another_browser_says_so_first(site: Site) {
        let (link, mark) = Member::ask_to_join(&site, JONAS, "Jonas").await;
        let notice = "another browser than the one";
        let same = site.get_with(&link, &[("cookie", &format!("browser={mark}"))]).await.text;
        assert!(!same.contains(notice));
        assert!(site.get(&link).await.text.contains(notice));
        Member::use_link(&site, &link, "").await;
    }

    async fn requests_from_before_the_account_belong_to_it_on_both_sides(site: Site) {
        site.list_night_ferry().await;
        let (promoter_link, _) = site.sent_request().await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let act = Member::join(&site, "booking@night-ferry.example", "Mari").await;
        let anna = Member::join(&site, "anna@elsewhere.example", "Anna").await;

        let asked = jonas.get("/requests").await.text;
        assert!(asked.contains("Night Ferry") && asked.contains("Hamburg"), "{asked}");
        assert!(!asked.contains("Requests to your acts"));
        let received = act.get("/requests").await.text;
        assert!(received.contains("Requests to your acts") && received.contains("Hamburg"));
        assert!(!anna.get("/requests").await.text.contains("Hamburg"));

        let at = asked.find("href=\"/requests/").unwrap() + 6;
        let thread = asked[at..].split('"').next().unwrap().to_owned();
        let seen = jonas.get(&thread).await;
        assert!(seen.text.contains("Withdraw the request") && seen.text.contains("Harbour Night"));
        let seen = act.get(&thread).await;
        assert!(seen.text.contains("Accept in principle"));
        // For another it is not there; and the old link still opens it.
        assert_eq!(anna.get(&thread).await.status, 404);
        assert_eq!(anna.post(&format!("{thread}/reply"), &[("key", "k"), ("message", "Hi")]).await.status, 404);
        assert_eq!(site.get(&promoter_link).await.status, 200);

        // Both write and decide in their accounts.
        let reply = [("key", "k1"), ("message", "What time is the sound check?")];
        assert_eq!(act.post(&format!("{thread}/reply"), &reply).await.status, 303);
        assert!(jonas.get(&thread).await.text.contains("sound check"));
        assert_eq!(jonas.post(&format!("{thread}/accept"), &[]).await.status, 409, "his own offer");
        let no = [("reason", "busy"), ("note", "Another time.")];
        assert_eq!(act.post(&format!("{thread}/decline"), &no).await.status, 303);
        assert!(jonas.get(&thread).await.text.contains("Declined"));
        assert_eq!(jonas.get(&format!("{thread}/receipt")).await.status, 200);
        let file = jonas.get(&format!("{thread}/receipt.json")).await;
        assert!(file.status == 200 && file.text.contains("signature"));
        // The act accepted nothing, so it has no receipt.
        assert_eq!(act.get(&format!("{thread}/receipt")).await.status, 404);
    }
}

/// The median of some times.
fn median(mut times: Vec<std::time::Duration>) -> std::time::Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

on_both! {
    async fn a_known_and_an_unknown_address_take_the_same_time(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let password = [("password", "a fog horn in the fog")];
        assert_eq!(member.post("/account/password", &password).await.status, 303);
        for path in ["/sign-in", "/join", "/sign-in/password"] {
            let (mut known, mut unknown) = (Vec::new(), Vec::new());
            for round in 0..9 {
                site.clock.advance(SignedDuration::from_mins(40));
                let stranger = format!("nobody{round}@body.example");
                for (email, times) in [(JONAS, &mut known), (stranger.as_str(), &mut unknown)] {
                    let mut form = joining(email, "Jonas");
                    form.push(("password", "another fog horn"));
                    let started = std::time::Instant::now();
                    site.post(path, &form).await;
                    times.push(started.elapsed());
                }
            }
            let (known, unknown) = (median(known), median(unknown));
            let apart = known.abs_diff(unknown).as_millis();
            assert!(apart < 10, "{path}: {known:?} against {unknown:?}");
        }
    }

    async fn on_https_a_session_goes_to_this_site_alone_and_no_script_reads_it(site: Site) {
        let site = site.with(|config| config.url = "https://book.example".parse().unwrap());
        let browser = Browser::new(&site);
        assert_eq!(browser.sends("/join", &joining(JONAS, "Jonas")).await.location(), "/join/sent");
        let link = link_in(&site.mail_of(Kind::JoinLink).await, "/sign-in/");
        let signed_in = browser.sends(&link, &[]).await;
        assert_eq!(signed_in.status, 303, "{}", signed_in.text);
        let cookies = signed_in.headers.get_all("set-cookie");
        let mut cookies = cookies.into_iter().map(|cookie| cookie.to_str().unwrap());
        let session = cookies.find(|cookie| cookie.starts_with("__Host-session=")).unwrap();
        for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(session.contains(part), "{part}: {session}");
        }
        assert!(!session.contains("Domain"), "{session}");
    }
}
