//! The gate: what every request passes before a page sees it, and what every answer carries.

mod configuration;
mod files;
mod provider_configuration;

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::HeaderMap;
use soundpost::artists::listing;
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;
use soundpost::web::access;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Answer, Site, link_in};

/// What a browser says of a form on a page of ours.
const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Every page that anybody can ask for, in one form of its address at least.
const PAGES: [&str; 38] = [
    "/",
    "/artists",
    "/artists?q=night",
    "/artists/new.atom",
    "/artists/night-ferry",
    "/artists/night-ferry/request",
    "/artists/night-ferry/report",
    "/artists/night-ferry/report/sent?reference=7",
    "/genres/ambient",
    "/leaving?to=https%3A%2F%2Frecords.example%2F",
    "/sitemap.xml",
    "/links/again",
    "/links/again/sent",
    "/sign-in",
    "/sign-in/sent",
    "/sign-in/password",
    "/sign-in/passkey",
    "/sign-in/code/passkey",
    "/join",
    "/join/sent",
    "/account/deleted",
    "/sign-in?next=%2Faccount",
    "/how-it-works",
    "/legal/privacy",
    "/legal/terms",
    "/legal/cookies",
    "/legal/disclaimer",
    "/legal/disclaimer/1",
    "/contact",
    "/contact/sent?reference=7",
    "/security",
    "/.well-known/security.txt",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/favicon.ico",
    "/dev/mailbox",
    "/dev/mailbox.json",
];

/// An answer with its bytes as they came.
struct Raw {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Raw {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// Asks in a way that no page of ours does.
async fn ask(
    base: &str,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Raw {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let url = format!("{}{path}", base.replace("localhost", "127.0.0.1"));
    let mut request = client.request(method, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !body.is_empty() {
        request = request.body(body);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Raw { status, headers, body: answer.bytes().await.unwrap().to_vec() }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// Everything that every answer promises a browser, whatever it answers.
fn carries_the_headers(headers: &HeaderMap, what: &str) {
    let policy = header(headers, "content-security-policy");
    for part in
        ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
    {
        assert!(policy.contains(part), "{what}: {part} in {policy:?}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(header(headers, name), value, "{what}: {name}");
    }
    assert!(header(headers, "permissions-policy").contains("camera=()"), "{what}");
    assert!(!header(headers, "cache-control").is_empty(), "{what}");
    assert!(!headers.contains_key("strict-transport-security"), "{what}: this is http");
    assert!(!headers.contains_key("set-cookie"), "{what}: a cookie");
    assert!(!headers.contains_key("server"), "{what}");
    let reference = header(headers, "x-request-id");
    assert_eq!(reference.len(), 8, "{what}: {reference:?}");
    assert!(reference.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b)));
}

/// A page of ours that says what went wrong, under the reference that its headers carry.
fn is_designed(answer: &Answer, what: &str) {
    carries_the_headers(&answer.headers, what);
    assert_eq!(header(&answer.headers, "content-type"), "text/html; charset=utf-8", "{what}");
    assert_eq!(header(&answer.headers, "cache-control"), "no-store", "{what}");
    let reference = header(&answer.headers, "x-request-id");
    assert!(answer.text.contains(&format!("<code>{reference}</code>")), "{what}: {}", answer.text);
    for part in
        ["<main id=\"main\"", "<h1>", "content=\"noindex\"", "href=\"/artists\"", "Testpost"]
    {
        assert!(answer.text.contains(part), "{what}: {part} in {}", answer.text);
    }
    assert_eq!(answer.text.contains("A fault of ours"), answer.status >= 500, "{what}");
}

fn answer(raw: Raw) -> Answer {
    Answer { status: raw.status, text: raw.text(), headers: raw.headers }
}

fn allowed(headers: &HeaderMap) -> BTreeSet<&str> {
    header(headers, "allow").split(", ").collect()
}

on_both! {
    async fn a_form_from_nowhere_or_from_elsewhere_is_not_looked_at(site: Site) {
        site.list_night_ferry().await;
        let form = [("topic", "question"), ("message", "Is anybody there?")];
        let base = site.base.as_str();
        let secure = base.replace("http:", "https:");
        let elsewhere = ("origin", "https://elsewhere.example");
        for headers in [
            vec![],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", "none")],
            vec![("sec-fetch-site", "cross-site"), ("origin", base)],
            vec![elsewhere],
            vec![("origin", "null")],
            vec![("origin", secure.as_str())],
            vec![("referer", base)],
        ] {
            let answer = site.post_with("/contact", &form, &headers).await;
            assert_eq!(answer.status, 403, "{headers:?}");
            assert!(answer.text.contains("not sent from a page of this site"), "{headers:?}");
            is_designed(&answer, "403");
        }
        for path in [
            "/artists/night-ferry/request", "/artists/night-ferry/report", "/listing/x",
            "/requests/1/check-mail?proof=x", "/confirm/x", "/t/x/reply", "/t/x/accept",
            "/links/again",
        ] {
            assert_eq!(site.post_with(path, &form, &[elsewhere]).await.status, 403, "{path}");
        }
        assert!(site.mails().await.is_empty());

        for headers in [vec![OURS], vec![("origin", base)], vec![OURS, elsewhere]] {
            let answer = site.post_with("/contact", &form, &headers).await;
            assert_eq!(answer.status, 303, "{headers:?}: {}", answer.text);
        }
        assert_eq!(site.mails_of(Kind::TicketArrived).await.len(), 3);
    }

    async fn every_public_page_carries_the_headers_and_sets_no_cookie(site: Site) {
        site.list_night_ferry().await;
        for page in PAGES {
            let seen = site.get(page).await;
            assert!(seen.status < 400, "{page}: {}", seen.status);
            carries_the_headers(&seen.headers, page);
            let head = ask(&site.base, Method::HEAD, page, &[], String::new()).await;
            assert_eq!(head.status, seen.status, "HEAD {page}");
            assert!(head.body.is_empty(), "HEAD {page}");
        }
        let moved = site.post("/links/again", &[("email", "nobody@venue.example")]).await;
        assert_eq!(moved.location(), "/links/again/sent");
        carries_the_headers(&moved.headers, "303");
        assert_eq!(header(&moved.headers, "cache-control"), "no-store");
    }

    async fn what_is_not_there_or_not_to_be_had_that_way_is_said_on_a_page(site: Site) {
        site.list_night_ferry().await;
        for path in ["/nothing/here", "/artists/nobody", "/genres/none", "/legal/disclaimer/99",
            "/legal/disclaimer/99999999999999999999", "/leaving?to=nowhere", "/t/", "/index.php"] {
            let missing = site.get(path).await;
            assert_eq!(missing.status, 404, "{path}");
            assert!(missing.text.contains("Nothing is here"), "{path}");
            is_designed(&missing, path);
        }
        let query = site.get("/leaving").await;
        assert_eq!(query.status, 400, "its query is missing");
        is_designed(&query, "400");
        for (method, path, allow) in [
            (Method::PUT, "/", &["GET", "HEAD"][..]),
            (Method::DELETE, "/contact", &["GET", "HEAD", "POST"][..]),
            (Method::POST, "/artists", &["GET", "HEAD"][..]),
            (Method::GET, "/t/x/reply", &["POST"][..]),
        ] {
            let what = format!("{method} {path}");
            let refused = answer(ask(&site.base, method, path, &[OURS], String::new()).await);
            assert_eq!(refused.status, 405, "{what}");
            let expected: BTreeSet<&str> = allow.iter().copied().collect();
            assert_eq!(allowed(&refused.headers), expected, "{what}");
            is_designed(&refused, &what);
        }
    }

    async fn nothing_is_given_out_that_a_table_program_would_run(site: Site) {
        // Formulas in cells cannot be neutralised better than by having no cells: what can be taken away
        // is JSON, mail, calendar and HTML.
        for row in soundpost::web::access::TABLE {
            for ending in [".csv", ".tsv", ".xls", ".ods"] {
                assert!(!row.pattern.contains(ending), "{}", row.pattern);
            }
        }
        site.list_night_ferry().await;
        let form = site.filled_form().await.set("event_name", "=HYPERLINK(\"http://x.example\")");
        let (promoter, _) = site.sent_request_of(&form).await;
        let (dossier, bytes) = site.bytes(&format!("{promoter}/dossier.zip"), &[]).await;
        assert_eq!(dossier.headers.get("content-type").unwrap(), "application/zip");
        for name in ["request.json", "thread.mbox", "request.html", "receipt.json"] {
            assert!(crate::support::pictures::has(&bytes, name), "{name}");
        }
        assert!(!crate::support::pictures::has(&bytes, ".csv"));
    }

    async fn a_form_that_no_page_of_ours_sends_is_refused_as_a_whole(site: Site) {
        site.list_night_ferry().await;
        let fields = vec!["message=x"; 20_000].join("&");
        let twice = "topic=question&topic=privacy&message=Hello".to_owned();
        let request = "/artists/night-ferry/request";
        for (path, kind, body, status, says) in [
            ("/contact", FORM, format!("message={}", "a".repeat(300_000)), 413, "Too large"),
            (request, FORM, format!("message={}", "a".repeat(300_000)), 413, "Too large"),
            ("/contact", FORM, fields, 400, "more fields than any form here"),
            ("/contact", FORM, twice, 400, "duplicate field"),
            (request, FORM, "key=a&key=b".to_owned(), 400, "duplicate field"),
            ("/contact", FORM, "topic=question&message=a%00b".to_owned(), 400, "no text"),
            ("/contact", ("content-type", "application/json"), "{}".to_owned(), 415, ""),
            ("/contact", ("content-type", "multipart/form-data; boundary=x"), "--x--".to_owned(),
             415, ""),
            ("/contact", ("accept", "*/*"), "topic=question".to_owned(), 415, ""),
        ] {
            let refused =
                answer(ask(&site.base, Method::POST, path, &[OURS, kind], body).await);
            assert_eq!(refused.status, status, "{path} {kind:?} {says}: {}", refused.text);
            assert!(refused.text.contains(says), "{status}: {}", refused.text);
            is_designed(&refused, &format!("{path} {kind:?} {status}"));
        }
        // The largest form is read, and what is wrong with it is said at its field.
        let long = ["topic=question&message=", &"a".repeat(200_000)].concat();
        let read = ask(&site.base, Method::POST, "/contact", &[OURS, FORM], long).await;
        assert_eq!(read.status, 422);
        assert!(read.text().contains("Shorten this to 5000 characters"));
        assert!(site.mails().await.is_empty());
    }

    async fn head_is_answered_without_a_body(site: Site) {
        let port = site.base.trim_start_matches("http://localhost:");
        let address = ("127.0.0.1", port.parse::<u16>().unwrap());
        for (path, status) in [("/", "200 OK"), ("/nothing/here", "404 Not Found")] {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let asked = format!(
                "HEAD {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(asked.as_bytes()).await.unwrap();
            let mut came = String::new();
            stream.read_to_string(&mut came).await.unwrap();
            assert!(came.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{came}");
            let (head, body) = came.split_once("\r\n\r\n").unwrap();
            assert_eq!(body, "", "{path}");
            let length = site.get(path).await.text.len();
            let told = head.to_lowercase();
            assert!(told.contains(&format!("content-length: {length}")), "{length}: {told}");
        }
    }

    async fn a_link_that_never_was_and_one_that_is_over_look_alike(site: Site) {
        site.list_night_ferry().await;
        let (promoter, _) = site.sent_request().await;
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        let receipt = link_in(&site.mail_of(Kind::RequestSent).await, "/receipts/");
        let mail_site = site.site.clone();
        site.db
            .write(move |tx| {
                let address = EmailAddress::parse("team@night-ferry.example").unwrap();
                listing::ask_to_list(tx, &mail_site, "night-ferry", &address).map(drop)
            })
            .await
            .unwrap();
        let listing = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
        for alive in [&promoter, &confirm, &receipt, &listing] {
            assert_eq!(site.get(alive).await.status, 200, "{alive}");
        }
        let thread_token = promoter.trim_start_matches("/t/").to_owned();
        site.clock.advance(jiff::SignedDuration::from_hours(181 * 24));

        let never = "a".repeat(52);
        let seen = |token: &str| {
            let gets = [
                format!("/confirm/{token}"), format!("/listing/{token}"), format!("/t/{token}"),
                format!("/t/{token}/sent"), format!("/t/{token}/accept"),
                format!("/t/{token}/decline"), format!("/t/{token}/withdraw"),
                format!("/receipts/7?link={token}"),
            ];
            let posts = [
                format!("/confirm/{token}"), format!("/listing/{token}"),
                format!("/t/{token}/reply"), format!("/t/{token}/accept"),
                format!("/t/{token}/decline"), format!("/t/{token}/withdraw"),
            ];
            let site = site.clone();
            async move {
                let mut answers = Vec::new();
                for path in gets {
                    let answer = site.get(&path).await;
                    answers.push((path, answer));
                }
                let fields = [("answer", "yes"), ("key", "a-key"), ("message", "Hello?")];
                for path in posts {
                    let answer = site.post(&path, &fields).await;
                    answers.push((format!("POST {path}"), answer));
                }
                answers
            }
        };
        let expected = site.get(&format!("/t/{never}")).await;
        assert_eq!(expected.status, 404);
        assert!(expected.text.contains("This link no longer works"));
        let names = |headers: &HeaderMap| -> BTreeSet<String> {
            headers.keys().map(|name| name.as_str().to_owned()).collect()
        };
        let listing_token = listing.trim_start_matches("/listing/").to_owned();
        let confirm_token = confirm.trim_start_matches("/confirm/").to_owned();
        for token in [&never, &thread_token, &listing_token, &confirm_token, &"x".to_owned()] {
            for (path, answer) in seen(token).await {
                assert_eq!(answer.status, 404, "{path}");
                assert_eq!(answer.text, expected.text, "{path}");
                assert_eq!(names(&answer.headers), names(&expected.headers), "{path}");
                assert_eq!(header(&answer.headers, "cache-control"), "no-store", "{path}");
            }
        }
        assert_eq!(site.get(&receipt).await.text, expected.text);
    }
}

#[test]
fn every_page_in_the_list_of_urls_is_asked_for_above() {
    let routes = include_str!("../src/web/routes.rs");
    let asked: BTreeSet<&str> = PAGES.iter().map(|page| page.split('?').next().unwrap()).collect();
    // Visitors are led on from these, as the walk along the table of access shows.
    let for_members = |path: &str| {
        let audience = access::row(path).and_then(|row| row.get);
        matches!(audience, Some(access::For::Member | access::For::Staff))
            || path == "/sign-in/code"
    };
    let mut listed = 0;
    for piece in routes.split("web::resource(\"").skip(1) {
        let (path, rest) = piece.split_once('"').unwrap();
        if !path.contains('{') && rest.contains("get()") && !for_members(path) {
            listed += 1;
            assert!(asked.contains(path), "{path} is asked for by no test of the gate");
        }
    }
    assert!(listed > 15, "the list of URLs could not be read");
}
