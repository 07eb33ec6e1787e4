//! Every kind of mail and every kind of page, as a person gets them. What differs from run to run
//! (secrets, numbers, ports, hashes of files) is replaced by its name.

use std::collections::BTreeSet;

use jiff::civil::date;
use soundpost::artists::floor::Floor;
use soundpost::artists::stats::{Metric, SourceKind, StatPoint};
use soundpost::artists::{Listing, handover, listing, store};
use soundpost::booking_requests::{Move, respond};
use soundpost::mail::Kind;
use soundpost::mail::mailbox_store::Stored;
use soundpost::people::EmailAddress;

use crate::support::form::facts;
use crate::support::member::Member;
use crate::support::{Site, link_in};

/// Replaces runs of characters that say nothing to a reader.
fn settled(text: &str, site: &Site) -> String {
    let text = text.replace(&site.base, "http://localhost:PORT");
    let mut out = String::new();
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let digits = run.chars().all(|c| c.is_ascii_digit() || c == '-');
        let hex = run.chars().all(|c| c.is_ascii_hexdigit());
        let base32 = run.chars().all(|c| c.is_ascii_lowercase() || ('2'..='7').contains(&c));
        match run.len() {
            17.. if digits => out.push_str("NUMBER"),
            17.. if run.starts_with("receipt-3") => out.push_str("receipt-NUMBER"),
            128 if hex => out.push_str("SIGNATURE"),
            64 if hex => out.push_str("SHA256"),
            52 if base32 => out.push_str("TOKEN"),
            22 if run.starts_with("soundpost-") => out.push_str("soundpost-CODE"),
            12 if hex && out.ends_with("/static/") => out.push_str("FILES"),
            8 if base32 && out.ends_with("<code>") => out.push_str("REFERENCE"),
            _ => out.push_str(run),
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

fn mail_text(mail: &Stored, site: &Site) -> String {
    let letter = mail.letter.as_ref().unwrap();
    let headers: String =
        letter.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let text = format!(
        "From: {} <{}>\nTo: {}\nSubject: {}\n{headers}\n{}\n=== HTML\n{}",
        letter.from_name, letter.from, letter.to, letter.subject, letter.text, letter.html
    );
    settled(&text, site)
}

async fn page(site: &Site, path: &str) -> String {
    let answer = site.get(path).await;
    format!("{}\n{}", answer.status, settled(&answer.text, site))
}

/// Every mail that a life of requests causes, and the pages on the way.
async fn live(site: &Site) -> Vec<(&'static str, String)> {
    let mut pages = Vec::new();
    site.list_night_ferry().await;
    let mut figures = Vec::new();
    for (month, value) in [(8, 30_100), (9, 31_000), (11, 31_700)] {
        figures.push(StatPoint {
            metric: Metric::MonthlyListeners,
            value,
            source_kind: SourceKind::Csv,
            source: "acts.csv".into(),
            observed_on: date(2026, month, 2),
            expires_on: None,
        });
    }
    let mut unclaimed = facts("sable-quartet", "Sable Quartet", Floor::default());
    unclaimed.listing = Listing::Unclaimed;
    site.db.write(move |tx| store::insert_artist(tx, &unclaimed, &figures)).await.unwrap();

    pages.push(("home", page(site, "/").await));
    pages.push(("list", page(site, "/artists?genre=ambient").await));
    pages.push(("list_empty", page(site, "/artists?q=nihgt").await));
    pages.push(("genre", page(site, "/genres/ambient").await));
    pages.push(("profile", page(site, "/artists/night-ferry").await));
    pages.push(("profile_unclaimed", page(site, "/artists/sable-quartet").await));
    pages.push(("leaving", page(site, "/leaving?to=https://elsewhere.example/").await));
    let preview = site.submit(&site.filled_form().await.set("action", "preview")).await;
    pages.push(("preview", settled(&preview.text, site)));
    let errors = site.submit(&site.filled_form().await.set("end1", "22:00")).await;
    // The lists of countries, currencies and zones are the libraries' own.
    let lines = errors.text.lines().filter(|line| !line.starts_with("<option"));
    pages.push(("form_with_errors", settled(&lines.collect::<Vec<_>>().join("\n"), site)));
    let no = site.submit(&site.filled_form().await.set("age", "no")).await;
    pages.push(("ended_kindly", settled(&no.text, site)));

    let check_mail = site.submit(&site.filled_form().await).await.location();
    pages.push(("check_mail", page(site, &check_mail).await));
    let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
    pages.push(("confirm", page(site, &confirm).await));
    let sent = site.post(&confirm, &[]).await.location();
    pages.push(("sent", page(site, &sent).await));
    let promoter = link_in(&site.mail_of(Kind::RequestSent).await, "/t/");
    let artist = link_in(&site.mail_of(Kind::NewRequest).await, "/t/");
    let receipt = link_in(&site.mail_of(Kind::RequestSent).await, "/receipts/");
    site.post(&format!("{artist}/reply"), &[("key", "k1"), ("message", "Who opens?")]).await;
    pages.push(("thread_promoter", page(site, &promoter).await));
    pages.push(("thread_artist", page(site, &artist).await));
    pages.push(("accept", page(site, &format!("{artist}/accept")).await));
    pages.push(("decline", page(site, &format!("{artist}/decline")).await));
    pages.push(("withdraw", page(site, &format!("{promoter}/withdraw")).await));
    pages.push(("receipt", page(site, &receipt).await));
    pages.push(("link_expired", page(site, "/t/unknown").await));
    pages.push(("not_found", page(site, "/nothing").await));
    for (name, path) in [
        ("how_it_works", "/how-it-works"),
        ("privacy", "/legal/privacy"),
        ("terms", "/legal/terms"),
        ("legal_disclaimer", "/legal/disclaimer"),
        ("cookies", "/legal/cookies"),
        ("security", "/security"),
        ("contact", "/contact"),
        ("report", "/artists/night-ferry/report"),
        ("claim", "/artists/sable-quartet/claim"),
        ("claim_held", "/artists/night-ferry/claim"),
        ("claim_sent", "/artists/sable-quartet/claim/sent"),
        ("link_again", "/links/again"),
        ("security_txt", "/.well-known/security.txt"),
        ("robots_txt", "/robots.txt"),
        ("site_map", "/sitemap.xml"),
        ("feed", "/artists/new.atom"),
    ] {
        pages.push((name, page(site, path).await));
    }

    for (name, path) in
        [("sign_in", "/sign-in"), ("sign_in_sent", "/sign-in/sent"), ("join_sent", "/join/sent")]
    {
        pages.push((name, page(site, path).await));
    }
    let join = site.get("/join").await.text;
    let lines = join.lines().filter(|line| !line.starts_with("<option"));
    pages.push(("join", settled(&lines.collect::<Vec<_>>().join("\n"), site)));
    let (asked, mark) = Member::ask_to_join(site, "jonas@speicher7.example", "Jonas").await;
    pages.push(("use_link", page(site, &asked).await));
    let member = Member::use_link(site, &asked, &mark).await;
    pages.push(("account", settled(&member.get("/account").await.text, site)));
    pages.push(("dashboard", settled(&member.get("/requests").await.text, site)));
    let mari = Member::join(site, "booking@night-ferry.example", "Mari").await;
    let edit = settled(&mari.get("/artists/night-ferry/edit").await.text, site);
    let lines = edit.lines().filter(|line| !line.starts_with("<option"));
    pages.push(("edit", lines.collect::<Vec<_>>().join("\n")));
    let invited = [
        ("address", "siim@night-ferry.example"),
        ("role", "manager"),
        ("may_message", "yes"),
        ("may_confirm", "yes"),
    ];
    assert_eq!(mari.post("/artists/night-ferry/team", &invited).await.status, 303);
    let invitation = link_in(&site.mail_of(Kind::TeamInvitation).await, "/listing/");
    pages.push(("team_invitation", page(site, &invitation).await));
    assert_eq!(site.post(&invitation, &[("answer", "yes")]).await.status, 200);
    let team = mari.get("/artists/night-ferry/team").await.text;
    let change = team.split("href=\"/artists/night-ferry/team/").nth(2).unwrap();
    let change = format!("/artists/night-ferry/team/{}", change.split('"').next().unwrap());
    pages.push(("team", settled(&team, site)));
    pages.push(("team_member", settled(&mari.get(&change).await.text, site)));
    assert_eq!(mari.post(&format!("{change}/remove"), &[]).await.status, 303);
    let begun = mari.post("/account/second-factor", &[]).await;
    assert_eq!(begun.status, 303);
    let moving = [("email", "mari@harbour.example")];
    assert_eq!(mari.post("/account/address", &moving).await.status, 303);
    let move_link = link_in(&site.mail_of(Kind::ConfirmAddress).await, "/account/address/");
    pages.push(("move_address", page(site, &move_link).await));
    pages.push(("address", settled(&mari.get("/account/address").await.text, site)));
    let factor = mari.get("/account/second-factor").await.text;
    assert!(factor.contains("Turn it on"));
    pages.push(("figures", settled(&mari.get("/artists/night-ferry/figures").await.text, site)));
    let rows = "date;metric;value;source\n2026-11-03;monthly_listeners;48,210;Example Radio";
    let looked = mari.post("/artists/night-ferry/figures/rows", &[("rows", rows)]).await.text;
    pages.push(("figures_preview", settled(&looked, site)));
    let add = settled(&member.get("/artists/add?name=Salt+Harbour").await.text, site);
    let lines = add.lines().filter(|line| !line.starts_with("<option"));
    pages.push(("add", lines.collect::<Vec<_>>().join("\n")));
    pages.push(("add_sent", settled(&member.get("/artists/add/sent").await.text, site)));
    pages.push(("own_data", settled(&member.get("/account/data").await.text, site)));
    pages.push(("delete", settled(&member.get("/account/delete").await.text, site)));
    pages.push(("deleted", page(site, "/account/deleted").await));
    pages.push(("link_dead", page(site, &asked).await));
    site.post("/sign-in", &[("email", "jonas@speicher7.example")]).await;

    let accept = site.get(&format!("{artist}/accept")).await.text;
    let hidden = |name: &str| {
        let mark = format!("name=\"{name}\" value=\"");
        let start = accept.find(&mark).unwrap() + mark.len();
        accept[start..].split('"').next().unwrap().to_owned()
    };
    let (revision, hash) = (hidden("revision"), hidden("disclaimer_hash"));
    let yes = [
        ("revision", revision.as_str()),
        ("night", "2027-03-13"),
        ("disclaimer_hash", hash.as_str()),
        ("disclaimer_accepted", "yes"),
    ];
    assert_eq!(site.post(&format!("{artist}/accept"), &yes).await.status, 303);
    site.post("/links/again", &[("email", "jonas@speicher7.example")]).await;
    let report = [
        ("reason", "wrong"),
        ("details", "The act comes from Tartu, not from Tallinn."),
        ("email", "fan@listener.example"),
    ];
    assert_eq!(site.post("/artists/night-ferry/report", &report).await.status, 303);
    let mail_site = site.site.clone();
    let address = EmailAddress::parse("hello@sable.example").unwrap();
    site.db
        .write(move |tx| listing::ask_to_list(tx, &mail_site, "sable-quartet", &address))
        .await
        .unwrap();
    let listing = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
    pages.push(("confirm_listing", page(site, &listing).await));
    let second = site.filled_form().await.set("key", "key-of-the-second-one");
    let (other_promoter, other_artist) = site.sent_request_of(&second).await;
    pages.push(("hold", page(site, &format!("{other_artist}/hold")).await));
    let terms = [("amount", "1200"), ("hotel", "provided"), ("note", "We come by train.")];
    assert_eq!(site.counter(&other_artist, &terms).await.status, 303);
    pages.push(("thread_countered", page(site, &other_promoter).await));
    pages.push(("sheet", page(site, &format!("{other_promoter}/sheet")).await));
    let id = site
        .db
        .read(|reader| {
            let act = store::find_by_slug(reader, "night-ferry")?.unwrap();
            soundpost::booking_requests::list_store::list_of_artist(reader, act.id, 1)
        })
        .await
        .unwrap()[0];
    let mail_site = site.site.clone();
    let reason = "The venue says that it knows nothing of this night.";
    site.db
        .write(move |tx| respond::moderate(tx, &mail_site, id, Move::Remove, reason))
        .await
        .unwrap();
    let daily = [("new_message", "digest"), ("zone", "UTC")];
    assert_eq!(mari.post("/account/notifications", &daily).await.status, 303);
    pages.push((
        "notifications",
        settled(
            &mari
                .get("/account/notifications")
                .await
                .text
                .lines()
                .filter(|line| !line.starts_with("<option"))
                .collect::<Vec<_>>()
                .join("\n"),
            site,
        ),
    ));
    let words = [("key", "k-digest-0123456789"), ("message", "Shall we bring cables?")];
    assert_eq!(site.post(&format!("{promoter}/reply"), &words).await.status, 303);
    digest_of(site).await;
    let (staff, case) = crate::staff::with_a_case(site, "mona@site.example").await;
    pages.push(("queue", settled(&staff.get("/staff").await.text, site)));
    pages.push(("case", settled(&staff.get(&case).await.text, site)));
    let decision =
        [("decision", "done"), ("reason", "You were right: they come from Tartu. It says so now.")];
    assert_eq!(staff.post(&case, &decision).await.status, 303);
    contested(site, &mut pages).await;
    let leaver = Member::join(site, "leaver@venue.example", "Lena").await;
    assert_eq!(leaver.post("/account/delete", &[("sure", "yes")]).await.status, 303);
    pages
}

/// Sends the mail of a day to everybody for whom one is due within a day.
pub async fn digest_of(site: &Site) {
    let mail_site = site.site.clone();
    let now = site.db.now();
    let tomorrow = now.plus(jiff::SignedDuration::from_hours(25));
    site.db
        .write(move |tx| {
            tx.now = tomorrow;
            for account in soundpost::accounts::notification_store::list_due(tx, tomorrow)? {
                soundpost::booking_requests::digest::send(tx, &mail_site, account)?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

/// A claim to a page that is somebody's, with every way in which it can end.
async fn contested(site: &Site, pages: &mut Vec<(&'static str, String)>) {
    const CLAIMANT: &str = "tove@harbour-label.example";
    let asked = [
        ("proof", "The code stands on our page at https://harbour-label.example now."),
        ("reach", CLAIMANT),
    ];
    let asked = site.post("/artists/night-ferry/claim/ask", &asked).await.location();
    pages.push(("claim_asked", page(site, &asked).await));
    // Who answers for the act, who claims it, and whether the objection convinces.
    for (holder, claimant, passes) in
        [("booking@night-ferry.example", CLAIMANT, true), (CLAIMANT, "third@party.example", false)]
    {
        site.clock.advance(jiff::SignedDuration::from_secs(5));
        let (mail_site, address) = (site.site.clone(), EmailAddress::parse(claimant).unwrap());
        site.db
            .write(move |tx| {
                let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
                handover::accept_claim(tx, &mail_site, act.id, &address)
            })
            .await
            .unwrap();
        let contested = site.mail_of(Kind::ClaimContested).await;
        assert_eq!(contested.letter.as_ref().unwrap().to, holder);
        let objection = link_in(&contested, "/objection/");
        if passes {
            pages.push(("objection", page(site, &objection).await));
        }
        let words = [("words", "We have played under this name since 2009.")];
        assert_eq!(site.post(&objection, &words).await.status, 303);
        if passes {
            pages.push(("objection_noted", page(site, &objection).await));
        }
        let mail_site = site.site.clone();
        site.db
            .write(move |tx| {
                let ticket = soundpost::moderation::store::list_newest(tx, 1)?[0].id;
                match passes {
                    true => handover::accept_in_spite(tx, &mail_site, ticket),
                    false => handover::uphold(tx, &mail_site, ticket),
                }
            })
            .await
            .unwrap();
        if !passes {
            pages.push(("objection_over", page(site, &objection).await));
            continue;
        }
        let listing = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
        pages.push(("confirm_handover", page(site, &listing).await));
        assert_eq!(site.post(&listing, &[("answer", "yes")]).await.status, 200);
    }
}

on_both! {
    async fn every_page_and_mail_reads_as_it_should(site: Site) {
        let pages = live(&site).await;
        // Those to somebody who was erased are blank.
        let mails: Vec<Stored> =
            site.mails().await.into_iter().filter(|mail| mail.letter.is_some()).collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            for (name, text) in pages {
                insta::assert_snapshot!(format!("page_{name}"), text);
            }
            let mut seen = BTreeSet::new();
            for mail in &mails {
                let mut name = mail.kind.as_str().to_owned();
                if !seen.insert(name.clone()) {
                    let known = seen.iter().filter(|known| known.starts_with(&name)).count();
                    name = format!("{name}_{known}");
                    seen.insert(name.clone());
                }
                insta::assert_snapshot!(format!("mail_{name}"), mail_text(mail, &site));
            }
            for kind in Kind::ALL {
                assert!(seen.contains(kind.as_str()), "no mail {kind:?}");
            }
        });
    }
}
