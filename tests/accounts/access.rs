//! Every route, asked for as every kind of person, held against the one table that says whom it is
//! for.

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::http::Method;
use soundpost::accounts::freeze;
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;
use soundpost::web::access::{self, For, TABLE, Verdict};

use soundpost::accounts::Role;

use super::second_factor::{give, give_bare, half_a_minute, with_factor};
use crate::staff::{moderator_at, staff_at};
use crate::support::form::PROMOTER;
use crate::support::member::Member;
use crate::support::{Answer, Site, link_in};

#[test]
fn every_route_has_its_row_and_every_row_its_route() {
    let routes = include_str!("../../src/web/routes.rs");
    let mut listed = BTreeSet::new();
    for piece in routes.split("web::resource(\"").skip(1) {
        let (pattern, rest) = piece.split_once("\")").unwrap();
        let rest = rest.split("web::resource").next().unwrap();
        let pattern = pattern.replace("\\\\", "\\");
        listed.insert((pattern, rest.contains("get()"), rest.contains("post()")));
    }
    let rows: BTreeSet<(String, bool, bool)> = TABLE
        .iter()
        .map(|row| (row.pattern.to_owned(), row.get.is_some(), row.post.is_some()))
        .collect();
    assert!(listed.len() > 50, "the list of URLs could not be read");
    assert_eq!(listed, rows);
}

/// Who can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Visitor,
    Member,
    HalfWay,
    Frozen,
    /// A moderator who has no second factor yet.
    BareStaff,
    /// A moderator.
    Staff,
    /// A moderator who has shown the factor once more.
    Decider,
    /// An admin who has.
    Admin,
}

impl Asker {
    const ALL: [Self; 8] = [
        Self::Visitor,
        Self::Member,
        Self::HalfWay,
        Self::Frozen,
        Self::BareStaff,
        Self::Staff,
        Self::Decider,
        Self::Admin,
    ];

    fn is_staff(self) -> bool {
        matches!(self, Self::BareStaff | Self::Staff | Self::Decider | Self::Admin)
    }
}

/// An address that fits a pattern and leads to nobody's thing.
fn address(pattern: &str) -> String {
    let mut address = String::new();
    let mut rest = pattern;
    while let Some((before, from)) = rest.split_once('{') {
        let (name, after) = from.split_once('}').unwrap();
        address.push_str(before);
        let (name, rule) = name.split_once(':').unwrap_or((name, ""));
        address.push_str(match (name, rule) {
            ("move" | "mark", choices) => choices.split('|').next().unwrap(),
            (_, "\\d+") => "7",
            _ => "nobodys",
        });
        rest = after;
    }
    address + rest
}

/// What an answer says about who asked, as one sees it from outside.
fn verdict(path: &str, answer: &Answer) -> Verdict {
    let location = answer.headers.get("location").map_or("", |value| value.to_str().unwrap());
    match answer.status {
        303 if location.starts_with("/sign-in?next=") => Verdict::SignIn,
        303 if location.starts_with("/sign-in/code?next=") => Verdict::SecondStep,
        303 if path.starts_with("/staff") && location == "/account/second-factor" => {
            Verdict::AddFactor
        }
        303 if location.starts_with("/staff/elevate?next=") => Verdict::Elevate,
        403 if answer.text.contains("This account is frozen") => Verdict::Frozen,
        _ => Verdict::Pass,
    }
}

fn expected(audience: For, asker: Asker) -> Verdict {
    match (audience, asker) {
        (For::Everybody | For::Anybody, _) => Verdict::Pass,
        (_, Asker::Visitor) => Verdict::SignIn,
        (_, Asker::HalfWay) => Verdict::SecondStep,
        (For::ActiveMember, Asker::Frozen) => Verdict::Frozen,
        (For::Staff | For::Decider | For::Admin, asker) if !asker.is_staff() => Verdict::Missing,
        (For::Admin, asker) if asker != Asker::Admin => Verdict::Missing,
        (For::Staff | For::Decider, Asker::BareStaff) => Verdict::AddFactor,
        (For::Decider, Asker::Staff) => Verdict::Elevate,
        _ => Verdict::Pass,
    }
}

/// A moderator who signed in with a second factor.
async fn staff(site: &Site, email: &str) -> Member {
    let member = Member::join(site, email, "Mona").await;
    let (_, device, _) = with_factor(site, &member).await;
    give(site, email, Role::Moderator).await.unwrap();
    half_a_minute(site);
    Member::half_way(site, email).await.shows(&device.code(site)).await.ok().unwrap()
}

const FROZEN: &str = "frozen@venue.example";

/// Somebody whose account was frozen, who has signed in since.
async fn frozen_member(site: &Site) -> Member {
    let before = Member::join(site, FROZEN, "Frida").await;
    freeze_account(site, FROZEN).await;
    // Wherever they were signed in, they no longer are.
    assert_eq!(before.get("/account").await.status, 303);
    let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
    assert!(told.to == FROZEN && told.text.contains("Three reports of fraud."), "{}", told.text);
    Member::sign_in(site, FROZEN).await
}

pub async fn freeze_account(site: &Site, email: &str) {
    let (mail_site, address) = (site.site.clone(), EmailAddress::parse(email).unwrap());
    site.db
        .write(move |tx| freeze::freeze(tx, &mail_site, &address, "Three reports of fraud."))
        .await
        .unwrap();
}

async fn unfreeze(site: &Site) {
    let mail_site = site.site.clone();
    site.db
        .write(move |tx| {
            freeze::unfreeze(
                tx,
                &mail_site,
                &EmailAddress::parse(FROZEN).unwrap(),
                "It was another.",
            )
        })
        .await
        .unwrap();
}

on_both! {
    async fn every_route_is_for_whom_the_table_says(site: Site) {
        let member = Member::join(&site, "member@venue.example", "Mia").await;
        let frozen = frozen_member(&site).await;
        let careful = Member::join(&site, "careful@venue.example", "Cara").await;
        with_factor(&site, &careful).await;
        let half_way = Member::half_way(&site, "careful@venue.example").await;
        let staff = staff(&site, "mona@site.example").await;
        let (decider, _) = moderator_at(&site, "milo@site.example").await;
        let (admin, _) = staff_at(&site, "ada@site.example", Role::Admin).await;
        Member::join(&site, "bare@site.example", "Bo").await;
        give_bare(&site, "bare@site.example", Role::Moderator).await;
        let bare = Member::sign_in(&site, "bare@site.example").await;
        for row in TABLE {
            for (method, audience) in [(Method::GET, row.get), (Method::POST, row.post)] {
                let path = address(row.pattern);
                let Some(audience) = audience else {
                    assert_eq!(access::row(row.pattern).unwrap().audience(&method), None);
                    continue;
                };
                for asker in Asker::ALL {
                    let known = match asker {
                        Asker::Visitor => None,
                        Asker::Member => Some(&member),
                        Asker::HalfWay => Some(&half_way),
                        Asker::Frozen => Some(&frozen),
                        Asker::BareStaff => Some(&bare),
                        Asker::Staff => Some(&staff),
                        Asker::Decider => Some(&decider),
                        Asker::Admin => Some(&admin),
                    };
                    let member = match (asker, row.pattern) {
                        // It ends the sign-in that asks for it.
                        (Asker::Member, "/sign-out") => {
                            Some(Member::sign_in(&site, "member@venue.example").await)
                        }
                        (Asker::Visitor, "/sign-out") => None,
                        (_, "/sign-out") => continue,
                        _ => known.cloned(),
                    };
                    // Slower than the limit on how often one network may ask.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    let answer = match (&member, &method) {
                        (None, &Method::GET) => site.get(&path).await,
                        (None, _) => site.post(&path, &[]).await,
                        (Some(member), &Method::GET) => member.get(&path).await,
                        (Some(member), _) => member.post(&path, &[]).await,
                    };
                    let missing = expected(audience, asker) == Verdict::Missing;
                    let seen = match verdict(&path, &answer) {
                        Verdict::Pass if missing && answer.status == 404 => Verdict::Missing,
                        seen => seen,
                    };
                    let what = format!("{method} {path} as {asker:?}: {}", answer.status);
                    assert_eq!(seen, expected(audience, asker), "{what}");
                    assert!(answer.status < 500, "{what}");
                }
            }
        }
    }

    async fn an_address_written_otherwise_leads_nowhere(site: Site) {
        let member = Member::join(&site, "member@venue.example", "Mia").await;
        for row in TABLE {
            let path = address(row.pattern);
            // The last letter that stands for itself, as a percent sign and its number.
            let fixed = row.pattern.split('{').next().unwrap();
            let Some(at) = fixed.rfind(|c: char| c.is_ascii_lowercase()) else { continue };
            let odd = format!("{}%{:02x}{}", &path[..at], path.as_bytes()[at], &path[at + 1..]);
            for answer in [member.get(&odd).await, member.post_plainly(&odd, &[]).await] {
                assert_eq!(answer.status, 404, "{odd}");
            }
        }
        assert_eq!(member.get("/account").await.status, 200);
    }

    async fn a_frozen_account_does_not_act_by_its_links_either(site: Site) {
        site.list_night_ferry().await;
        let (promoter, _) = site.sent_request().await;
        Member::join(&site, PROMOTER, "Jonas").await;
        let waiting = site.filled_form().await.set("key", "key-of-the-second-one");
        assert_eq!(site.submit(&waiting).await.status, 303);
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        freeze_account(&site, PROMOTER).await;
        assert_eq!(site.get(&promoter).await.status, 200);
        let reply = [("key", "k"), ("message", "Hello?")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &reply).await.status, 403);
        assert_eq!(site.post(&format!("{promoter}/withdraw"), &[]).await.status, 403);
        assert_eq!(site.post(&confirm, &[]).await.status, 403);
    }

    async fn a_frozen_account_reads_and_does_not_act(site: Site) {
        let member = frozen_member(&site).await;
        let page = member.get("/account").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Three reports of fraud."), "{}", page.text);
        assert_eq!(member.get("/requests").await.status, 200);
        assert_eq!(member.post("/account/name", &[("name", "Fred")]).await.status, 403);
        assert_eq!(member.post("/sign-out", &[]).await.status, 303);
        unfreeze(&site).await;
        let member = Member::sign_in(&site, FROZEN).await;
        assert_eq!(member.post("/account/name", &[("name", "Fred")]).await.status, 303);
    }
}
