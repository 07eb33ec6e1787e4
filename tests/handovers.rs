//! A page that is somebody's, claimed by somebody else: told, objected to, decided, passed on.

use jiff::SignedDuration;
use soundpost::accounts::freeze;
use soundpost::artists::handover::{self, Accepted};
use soundpost::artists::{Artist, Listing, contact_store, handover_store, listing, store};
use soundpost::booking_requests::timer;
use soundpost::error::{Error, Result};
use soundpost::ids::TicketId;
use soundpost::mail::Kind;
use soundpost::mail::mailbox_store::Stored;
use soundpost::mail::outbox::State;
use soundpost::moderation::{self, TicketKind, tickets};
use soundpost::people::EmailAddress;
use soundpost::people::store::{ensure_contact, find_contact};
use soundpost::privacy::erase::erase;

use crate::support::form::{ARTIST, facts};
use crate::support::member::Member;
use crate::support::visitor::between;
use crate::support::{Site, link_in};

/// Who claims the page.
const CLAIMANT: &str = "tove@harbour-label.example";
/// A second person of the team.
const SECOND: &str = "siim@night-ferry.example";

const CLAIM: &str = "/artists/night-ferry/claim";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

async fn night_ferry(site: &Site) -> Artist {
    let found = site.db.read(|reader| store::find_by_slug(reader, "night-ferry")).await;
    found.unwrap().unwrap()
}

/// People accept the claim of somebody at this address.
async fn accept(site: &Site, claimant: &str) -> Result<Accepted> {
    let (mail_site, claimant) = (site.site.clone(), address(claimant));
    let act = night_ferry(site).await.id;
    site.db.write(move |tx| handover::accept_claim(tx, &mail_site, act, &claimant)).await
}

/// The texts of the mails of a kind to an address, oldest first.
async fn told(site: &Site, kind: Kind, to: &str) -> Vec<String> {
    let letters = site.mails_of(kind).await.into_iter().filter_map(|mail| mail.letter);
    let letters = letters.filter(|letter| letter.to == to);
    letters.map(|letter| format!("{}\n{}\n{}", letter.subject, letter.text, letter.html)).collect()
}

/// The newest of them.
async fn newest(site: &Site, kind: Kind, to: &str) -> String {
    told(site, kind, to).await.pop().unwrap_or_else(|| panic!("no {kind:?} to {to}"))
}

/// The link to object that was mailed to an address last.
async fn objection_of(site: &Site, to: &str) -> String {
    let mut mails = site.mails_of(Kind::ClaimContested).await.into_iter();
    let of = |mail: &Stored| mail.letter.as_ref().is_some_and(|letter| letter.to == to);
    link_in(&mails.rfind(of).unwrap(), "/objection/")
}

async fn objects(site: &Site, link: &str) {
    let words = [("words", "We have played under this name since 2009.")];
    assert_eq!(site.post(link, &words).await.location(), link);
}

/// The newest ticket.
async fn ticket(site: &Site) -> moderation::store::Ticket {
    let mut found = site.db.read(|reader| moderation::store::list_newest(reader, 1)).await.unwrap();
    found.pop().unwrap()
}

async fn days(site: &Site, days: i64) {
    site.clock.advance(SignedDuration::from_hours(days * 24));
    site.tick().await;
}

async fn team(site: &Site) -> usize {
    let act = night_ferry(site).await.id;
    let team = site.db.read(move |reader| contact_store::list_confirmed_contacts(reader, act));
    team.await.unwrap().len()
}

async fn is_open(site: &Site) -> bool {
    let act = night_ferry(site).await.id;
    site.db.read(move |reader| handover_store::find_open(reader, act)).await.unwrap().is_some()
}

async fn join_team(site: &Site, email: &str) {
    let (act, email) = (night_ferry(site).await.id, address(email));
    site.db
        .write(move |tx| {
            let contact = ensure_contact(tx, &email)?;
            contact_store::add_contact(tx, act, contact.id)?;
            contact_store::confirm_contact(tx, act, contact.id)
        })
        .await
        .unwrap();
}

async fn erased(site: &Site, email: &str) {
    let (mail_site, email) = (site.site.clone(), address(email));
    site.db
        .write(move |tx| {
            let person = find_contact(tx, &email)?.unwrap();
            erase(tx, &mail_site, &person)
        })
        .await
        .unwrap();
}

async fn decide(site: &Site, objection: TicketId, passes: bool) -> Result<()> {
    let mail_site = site.site.clone();
    site.db
        .write(move |tx| match passes {
            true => handover::accept_in_spite(tx, &mail_site, objection),
            false => handover::uphold(tx, &mail_site, objection),
        })
        .await
}

/// The list of a person's requests, and the newest on it.
async fn newest_request(member: &Member) -> (String, String) {
    let list = member.get("/requests").await.text;
    let id = between(&list, "href=\"/requests/", "\"").to_owned();
    (list, format!("/requests/{id}"))
}

async fn frozen(site: &Site, email: &str) {
    let (mail_site, email) = (site.site.clone(), address(email));
    site.db
        .write(move |tx| freeze::freeze(tx, &mail_site, &email, "Three reports of fraud."))
        .await
        .unwrap();
}

/// The claimant's link, once it was mailed.
async fn offered(site: &Site) -> String {
    let mail = site.mail_of(Kind::ConfirmListing).await;
    assert_eq!(mail.letter.as_ref().unwrap().to, CLAIMANT);
    link_in(&mail, "/listing/")
}

on_both! {
    async fn a_claim_that_waits_for_a_hidden_page_changes_nothing_of_it(site: Site) {
        site.list_night_ferry().await;
        accept(&site, CLAIMANT).await.unwrap();
        site.db.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            store::hide(tx, act.id, "Somebody says that it is not theirs.")
        }).await.unwrap();
        let before = night_ferry(&site).await.updated_at;
        days(&site, 8).await;
        days(&site, 1).await;
        assert_eq!(night_ferry(&site).await.updated_at, before);
    }

    async fn a_claim_to_a_page_that_is_somebody_s_is_put_before_a_person(site: Site) {
        site.list_night_ferry().await;
        assert!(site.get("/artists/night-ferry").await.text.contains(CLAIM));
        let page = site.get(CLAIM).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("answers for") && page.text.contains("7 days"), "{}", page.text);
        assert!(page.text.contains("Show my code") && !page.text.contains("name=\"email\""));
        assert!(!page.text.contains("<code>soundpost-"), "a code is somebody's");
        let shown = site.post(&format!("{CLAIM}/code"), &[("reach", CLAIMANT)]).await;
        assert_eq!(shown.status, 200);
        let code = between(&shown.text, "<code>", "</code>").to_owned();
        assert!(code.starts_with("soundpost-"), "{code}");
        let other = site.post(&format!("{CLAIM}/code"), &[("reach", SECOND)]).await.text;
        assert_ne!(between(&other, "<code>", "</code>"), code, "another's code shows nothing");
        let loud = CLAIMANT.to_uppercase();
        let loud = site.post(&format!("{CLAIM}/code"), &[("reach", loud.as_str())]).await;
        assert_eq!(between(&loud.text, "<code>", "</code>"), code);
        assert_eq!(site.post(&format!("{CLAIM}/code"), &[("reach", "me")]).await.status, 422);
        assert_eq!(site.get(&format!("{CLAIM}/code")).await.location(), CLAIM);
        assert_eq!(site.post(CLAIM, &[("email", "me@night-ferry.example")]).await.status, 409);

        let wrong = site.post(&format!("{CLAIM}/ask"), &[("proof", "It is me."), ("reach", "me")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("It is me.") && wrong.text.contains("is not an e-mail address"));
        assert_eq!(site.post(&format!("{CLAIM}/ask"), &[("reach", CLAIMANT)]).await.status, 422);
        assert!(site.mails().await.is_empty());

        let claim = [("proof", "The code stands on our page."), ("reach", CLAIMANT)];
        let asked = site.post(&format!("{CLAIM}/ask"), &claim).await.location();
        assert!(asked.starts_with(&format!("{CLAIM}/asked?reference=")), "{asked}");
        // Asked once more it is the same claim, and nobody is told twice.
        let louder = [("proof", "Look again."), ("reach", "Tove@harbour-label.example")];
        assert_eq!(site.post(&format!("{CLAIM}/ask"), &louder).await.location(), asked);
        let opened = ticket(&site).await;
        assert!(site.get(&asked).await.text.contains(&tickets::reference(opened.id)));
        assert_eq!((opened.kind, opened.artist), (TicketKind::Claim, Some(night_ferry(&site).await.id)));
        let mails = told(&site, Kind::TicketArrived, "operator@site.example").await;
        assert!(mails.len() == 1, "{mails:?}");
        assert!(mails[0].contains("The code stands on our page.") && mails[0].contains(CLAIMANT));
        assert_eq!(told(&site, Kind::TicketReceived, CLAIMANT).await.len(), 1);
        // Whoever answers for the act hears of it only when people have found it likely.
        assert!(site.mails().await.iter().all(|mail| mail.letter.as_ref().unwrap().to != ARTIST));
    }

    async fn an_unclaimed_page_is_claimed_by_what_a_person_sees(site: Site) {
        let mut unclaimed = facts("night-ferry", "Night Ferry", Default::default());
        unclaimed.listing = Listing::Unclaimed;
        site.db.write(move |tx| store::insert_artist(tx, &unclaimed, &[])).await.unwrap();
        let page = site.get(CLAIM).await.text;
        assert!(page.contains("/artists/night-ferry/report?about=unwanted"), "{page}");
        assert!(!page.contains("7 days"));
        let claim = [("proof", "We play there tonight."), ("reach", CLAIMANT)];
        assert_eq!(site.post(&format!("{CLAIM}/ask"), &claim).await.status, 303);
        assert_eq!(accept(&site, CLAIMANT).await.unwrap(), Accepted::Asked);
        assert!(!is_open(&site).await);
        let link = offered(&site).await;
        assert!(!site.get(&link).await.text.contains("Others answer for this page now"));
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert_eq!(site.get("/artists/night-ferry/request").await.status, 200);
        assert!(told(&site, Kind::HandoverNews, CLAIMANT).await.is_empty());
        let again = accept(&site, CLAIMANT).await;
        assert!(matches!(&again, Err(Error::Conflict(why)) if why.contains("already")), "{again:?}");
    }

    async fn of_two_claims_to_a_page_that_is_nobody_s_one_is_accepted(site: Site) {
        let mut unclaimed = facts("night-ferry", "Night Ferry", Default::default());
        unclaimed.listing = Listing::Unclaimed;
        site.db.write(move |tx| store::insert_artist(tx, &unclaimed, &[])).await.unwrap();
        assert_eq!(accept(&site, CLAIMANT).await.unwrap(), Accepted::Asked);
        let rival = accept(&site, SECOND).await;
        assert!(matches!(&rival, Err(Error::Conflict(why)) if why.contains("30 days")), "{rival:?}");
        // Their no ends it.
        let link = offered(&site).await;
        assert_eq!(site.post(&link, &[("answer", "no")]).await.status, 200);
        assert_eq!(accept(&site, SECOND).await.unwrap(), Accepted::Asked);
    }

    async fn a_link_from_a_claim_joins_no_team(site: Site) {
        let mut unclaimed = facts("night-ferry", "Night Ferry", Default::default());
        unclaimed.listing = Listing::Unclaimed;
        site.db.write(move |tx| store::insert_artist(tx, &unclaimed, &[])).await.unwrap();
        accept(&site, CLAIMANT).await.unwrap();
        let link = offered(&site).await;
        join_team(&site, SECOND).await;
        let late = site.post(&link, &[("answer", "yes")]).await;
        assert!(late.status == 409 && late.text.contains("confirmed this page meanwhile"), "{}", late.text);
        assert_eq!(team(&site).await, 1);
    }

    async fn a_frozen_account_takes_no_page_over_and_objects_to_nothing(site: Site) {
        site.list_night_ferry().await;
        for person in [ARTIST, CLAIMANT] {
            Member::join(&site, person, "Tove").await;
        }
        accept(&site, CLAIMANT).await.unwrap();
        let objection = objection_of(&site, ARTIST).await;
        frozen(&site, ARTIST).await;
        let words = [("words", "It is ours.")];
        assert_eq!(site.post(&objection, &words).await.status, 403);
        days(&site, 7).await;
        let link = offered(&site).await;
        frozen(&site, CLAIMANT).await;
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 403);
        assert_eq!((team(&site).await, is_open(&site).await), (1, true));
    }

    async fn twenty_claims_to_a_page_wait_and_not_one_more(site: Site) {
        site.list_night_ferry().await;
        let claim = |n: u32| {
            let (site, reach) = (site.clone(), format!("person{n}@label.example"));
            async move {
                let claim = [("proof", "It is me."), ("reach", reach.as_str())];
                site.post(&format!("{CLAIM}/ask"), &claim).await
            }
        };
        for n in 0..20 {
            assert_eq!(claim(n).await.status, 303);
        }
        let refused = claim(20).await;
        assert!(refused.status == 429 && refused.text.contains("still looking"), "{}", refused.text);
        assert_eq!(claim(3).await.status, 303, "who waits already is told so");
        assert_eq!(site.mails_of(Kind::TicketArrived).await.len(), 20);
    }

    async fn the_new_holder_reads_what_is_open_and_not_what_had_ended(site: Site) {
        site.list_night_ferry().await;
        let ended = site.filled_form().await.set("event_name", "An Old Night");
        let (_, held) = site.sent_request_of(&ended).await;
        let no = [("reason", "busy")];
        assert_eq!(site.post(&format!("{held}/decline"), &no).await.status, 303);
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let (_, ended_id) = newest_request(&mari).await;
        let open = site.filled_form().await.set("key", "key-of-the-second-one");
        site.sent_request_of(&open).await;
        let (list, open_id) = newest_request(&mari).await;
        assert!(list.contains("An Old Night") && list.contains("Harbour Night"), "{list}");
        assert_ne!(ended_id, open_id);
        assert_eq!(mari.get(&ended_id).await.status, 200);

        accept(&site, CLAIMANT).await.unwrap();
        days(&site, 7).await;
        let link = offered(&site).await;
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        let tove = Member::join(&site, CLAIMANT, "Tove").await;
        let (list, on_top) = newest_request(&tove).await;
        assert!(list.contains("Harbour Night") && !list.contains("An Old Night"), "{list}");
        assert_eq!(on_top, open_id);
        assert_eq!(tove.get(&open_id).await.status, 200);
        assert_eq!(tove.get(&ended_id).await.status, 404);
        let file = tove.get("/account/data.json").await.text;
        assert!(file.contains("Harbour Night") && !file.contains("An Old Night"), "{file}");
        assert_eq!(site.post("/links/again", &[("email", CLAIMANT)]).await.status, 303);
        let sent = newest(&site, Kind::LinkAgain, CLAIMANT).await;
        assert!(sent.contains("Harbour Night") && !sent.contains("An Old Night"), "{sent}");
        let page = tove.get("/artists/night-ferry/edit").await.text;
        assert!(page.contains("passed to who claimed it, by you"), "{page}");
        // What they saw they go on seeing: said twice, a yes is said once, and the end comes later.
        site.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(tove.post(&format!("{open_id}/decline"), &no).await.status, 303);
        site.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert_eq!(tove.get(&open_id).await.status, 200);
    }

    async fn who_objects_stops_it_until_people_have_looked_again(site: Site) {
        site.list_night_ferry().await;
        join_team(&site, SECOND).await;
        let until = site.clock.now().plus(SignedDuration::from_hours(7 * 24));
        assert_eq!(accept(&site, CLAIMANT).await.unwrap(), Accepted::Announced { until });
        // Accepting it again is the same as once, and nobody else's claim overtakes it.
        assert_eq!(accept(&site, CLAIMANT).await.unwrap(), Accepted::Announced { until });
        assert!(matches!(accept(&site, "other@label.example").await, Err(Error::Conflict(_))));
        assert_eq!(site.mails_of(Kind::ClaimContested).await.len(), 2);
        assert!(newest(&site, Kind::HandoverNews, CLAIMANT).await.contains("Sat 28 Nov 2026, 14:00 UTC"));

        let link = objection_of(&site, ARTIST).await;
        let page = site.get(&link).await.text;
        assert!(page.contains("until Sat 28 Nov 2026, 14:00 UTC") && page.contains("name=\"words\""));
        assert!(!page.contains(CLAIMANT));
        assert_eq!(site.post(&link, &[("words", " ")]).await.status, 422);
        assert_eq!(site.post(&link, &[("words", "Pay 4111 1111 1111 1111.")]).await.status, 422);
        assert!(site.mails_of(Kind::TicketArrived).await.is_empty(), "nothing happens by looking");
        objects(&site, &link).await;
        assert!(site.get(&link).await.text.contains("The objection is noted"));
        // Twice is the same as once, and a colleague finds it noted.
        objects(&site, &link).await;
        let colleague = objection_of(&site, SECOND).await;
        objects(&site, &colleague).await;
        assert_eq!(site.mails_of(Kind::TicketArrived).await.len(), 1);

        let objection = ticket(&site).await;
        assert_eq!(objection.kind, TicketKind::Claim);
        assert!(objection.body.topic.contains("object"));
        assert_eq!(objection.body.message, "We have played under this name since 2009.");
        assert!(newest(&site, Kind::HandoverNews, SECOND).await.contains("objection is noted"));
        assert!(newest(&site, Kind::HandoverNews, CLAIMANT).await.contains("objects to your claim"));
        days(&site, 8).await;
        assert!(site.mails_of(Kind::ConfirmListing).await.is_empty(), "it stopped");
        assert!(matches!(accept(&site, CLAIMANT).await, Err(Error::Conflict(_))));

        decide(&site, objection.id, false).await.unwrap();
        for of_the_team in [ARTIST, SECOND] {
            assert!(newest(&site, Kind::HandoverNews, of_the_team).await.contains("stays with you"));
        }
        assert!(newest(&site, Kind::HandoverNews, CLAIMANT).await.contains("stays where it is"));
        assert!(matches!(decide(&site, objection.id, true).await, Err(Error::Conflict(_))));
        assert_eq!((team(&site).await, is_open(&site).await), (2, false));
        // Neither side has learned who the other is, nor the claimant what was said.
        for (to, secrets) in [
            (CLAIMANT, &[ARTIST, SECOND, "since 2009"][..]),
            (ARTIST, &[CLAIMANT, SECOND][..]),
            (SECOND, &[CLAIMANT, ARTIST, "since 2009"][..]),
        ] {
            for mail in site.mails().await.into_iter().filter_map(|mail| mail.letter) {
                let text = format!("{mail:?}");
                assert!(mail.to != to || secrets.iter().all(|secret| !text.contains(secret)), "{text}");
            }
        }
    }

    async fn an_objection_that_does_not_convince_lets_the_page_pass(site: Site) {
        site.list_night_ferry().await;
        accept(&site, CLAIMANT).await.unwrap();
        objects(&site, &objection_of(&site, ARTIST).await).await;
        let objection = ticket(&site).await.id;
        decide(&site, objection, true).await.unwrap();
        assert!(newest(&site, Kind::HandoverNews, ARTIST).await.contains("passes to somebody else"));
        assert_eq!(team(&site).await, 1, "not without the claimant's yes");
        let link = offered(&site).await;
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert!(newest(&site, Kind::HandoverNews, ARTIST).await.contains("no longer answer"));
        let member = Member::join(&site, CLAIMANT, "Tove").await;
        assert_eq!(member.get("/artists/night-ferry/edit").await.status, 200);
        assert!(matches!(decide(&site, TicketId(7), true).await, Err(Error::NotFound)));
    }

    async fn without_an_objection_the_page_passes_with_its_conversations(site: Site) {
        let mut own = facts("night-ferry", "Night Ferry", Default::default());
        own.listing = Listing::Unclaimed;
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            store::insert_artist(tx, &own, &[])?;
            listing::ask_to_list(tx, &mail_site, "night-ferry", &address(ARTIST)).map(drop)
        }).await.unwrap();
        let old_yes = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
        assert_eq!(site.post(&old_yes, &[("answer", "yes")]).await.status, 200);
        let (promoter, held) = site.sent_request().await;
        site.send_mails().await;
        accept(&site, CLAIMANT).await.unwrap();
        let late = objection_of(&site, ARTIST).await;
        days(&site, 7).await;
        let link = offered(&site).await;
        assert!(site.get(&link).await.text.contains("Others answer for this page now"));
        // Until the claimant says yes, nothing has changed.
        assert_eq!(site.get(&held).await.status, 200);
        let mari = Member::join(&site, ARTIST, "Mari").await;
        assert_eq!(mari.get("/artists/night-ferry/edit").await.status, 200);
        // A mail that cannot leave at the moment is not for the former team any more afterwards.
        let reply = [("key", "k1"), ("message", "Does the ferry sail?")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &reply).await.status, 303);
        let waiting = site.mail_of(Kind::NewMessage).await;
        assert_eq!((waiting.state, waiting.letter.unwrap().to.as_str()), (State::Queued, ARTIST));

        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert_eq!(site.mail_of(Kind::NewMessage).await.state, State::Cancelled);
        assert_eq!(site.get(&held).await.status, 404);
        let reply = [("key", "k2"), ("message", "We still play.")];
        assert_eq!(site.post(&format!("{held}/reply"), &reply).await.status, 404);
        assert_eq!(mari.get("/artists/night-ferry/edit").await.status, 404);
        assert!(!mari.get("/requests").await.text.contains("Harbour Night"));
        // What they hold from before is no way back.
        assert_eq!(site.post(&old_yes, &[("answer", "yes")]).await.status, 404);
        assert_eq!(site.get(&late).await.status, 404);
        assert_eq!(team(&site).await, 1);
        assert!(newest(&site, Kind::HandoverNews, ARTIST).await.contains("no longer open"));
        assert!(newest(&site, Kind::HandoverNews, CLAIMANT).await.contains("is yours"));

        // Whoever is the team now gets what comes, and has links to what is open.
        let reply = [("key", "k3"), ("message", "Are you there?")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &reply).await.status, 303);
        let to_the_team = site.mail_of(Kind::NewMessage).await;
        assert_eq!(to_the_team.letter.as_ref().unwrap().to, CLAIMANT);
        let thread = link_in(&to_the_team, "/t/");
        assert!(site.get(&thread).await.text.contains("Does the ferry sail?"));
        assert_eq!(site.post("/links/again", &[("email", CLAIMANT)]).await.status, 303);
        assert!(newest(&site, Kind::LinkAgain, CLAIMANT).await.contains("Harbour Night"));
        let second = site.filled_form().await.set("key", "key-of-the-second-one");
        site.sent_request_of(&second).await;
        assert_eq!(site.mail_of(Kind::NewRequest).await.letter.unwrap().to, CLAIMANT);
        assert_eq!(told(&site, Kind::NewRequest, ARTIST).await.len(), 1);
        // Pressed again it is the same.
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert_eq!(site.get(&thread).await.status, 200);
    }

    async fn an_objection_after_the_deadline_is_answered_without_saying_what_came_of_it(site: Site) {
        site.list_night_ferry().await;
        accept(&site, CLAIMANT).await.unwrap();
        let link = objection_of(&site, ARTIST).await;
        // The timer has not come round yet, and it is too late all the same.
        site.clock.advance(SignedDuration::from_hours(7 * 24));
        objects(&site, &link).await;
        let before = site.get(&link).await.text;
        assert!(before.contains("nothing to object to any more"), "{before}");
        assert!(site.mails_of(Kind::TicketArrived).await.is_empty());
        site.tick().await;
        offered(&site).await;
        assert_eq!(site.get(&link).await.text, before);
    }

    async fn a_stranger_s_link_and_one_that_is_over_open_nothing(site: Site) {
        site.list_night_ferry().await;
        accept(&site, CLAIMANT).await.unwrap();
        let link = objection_of(&site, ARTIST).await;
        let never = format!("/objection/{}", "a".repeat(52));
        let words = [("words", "It is ours.")];
        assert_eq!(site.get(&never).await.status, 404);
        assert_eq!(site.post(&never, &words).await.status, 404);
        assert_eq!(site.get(&link.replace("/objection/", "/listing/")).await.status, 404);
        days(&site, 31).await;
        assert_eq!(site.get(&link).await.status, 404);
        assert_eq!(site.post(&link, &words).await.status, 404);
        assert!(site.mails_of(Kind::TicketArrived).await.is_empty());
    }

    async fn a_claimant_who_never_says_yes_changes_nothing(site: Site) {
        site.list_night_ferry().await;
        let (_, held) = site.sent_request().await;
        accept(&site, CLAIMANT).await.unwrap();
        days(&site, 7).await;
        let link = offered(&site).await;
        days(&site, 30).await;
        assert_eq!(site.get(&link).await.status, 404);
        assert!(newest(&site, Kind::HandoverNews, ARTIST).await.contains("stays with you"));
        assert!(newest(&site, Kind::HandoverNews, CLAIMANT).await.contains("has lapsed"));
        assert_eq!(site.get(&held).await.status, 200);
        assert_eq!((team(&site).await, is_open(&site).await), (1, false));
        // The same claim can be made again, and the old link to object is not for it.
        let old = objection_of(&site, ARTIST).await;
        assert!(matches!(accept(&site, CLAIMANT).await.unwrap(), Accepted::Announced { .. }));
        assert_ne!(objection_of(&site, ARTIST).await, old);
        assert_eq!(site.get(&old).await.status, 404);
        // So can it be given up.
        days(&site, 7).await;
        let link = offered(&site).await;
        assert_eq!(site.post(&link, &[("answer", "no")]).await.status, 200);
        assert_eq!(told(&site, Kind::HandoverNews, ARTIST).await.len(), 2);
        assert_eq!((team(&site).await, is_open(&site).await), (1, false));
    }

    async fn a_hidden_page_passes_to_nobody_until_it_is_shown(site: Site) {
        site.list_night_ferry().await;
        accept(&site, CLAIMANT).await.unwrap();
        let act = night_ferry(&site).await.id;
        site.db.write(move |tx| store::hide(tx, act, "Two sides quarrel about it.")).await.unwrap();
        assert!(matches!(accept(&site, CLAIMANT).await, Err(Error::Conflict(_))));
        days(&site, 9).await;
        assert!(site.mails_of(Kind::ConfirmListing).await.is_empty());
        site.db.write(move |tx| store::show(tx, act)).await.unwrap();
        site.tick().await;
        offered(&site).await;
    }

    async fn of_two_nodes_one_passes_the_page_on(site: Site) {
        site.list_night_ferry().await;
        accept(&site, CLAIMANT).await.unwrap();
        site.clock.advance(SignedDuration::from_hours(7 * 24));
        let node = site.another_node();
        let (one, other) =
            tokio::join!(timer::round(&site.db, &site.site), timer::round(&node, &site.site));
        one.unwrap();
        other.unwrap();
        assert_eq!(site.mails_of(Kind::ConfirmListing).await.len(), 1);
        let link = offered(&site).await;
        let yes = [("answer", "yes")];
        let (one, other) = tokio::join!(site.post(&link, &yes), site.post(&link, &yes));
        assert_eq!((one.status, other.status), (200, 200));
        assert_eq!(told(&site, Kind::HandoverNews, ARTIST).await.len(), 1);
        node.close();
    }

    async fn a_claimant_who_is_erased_claims_nothing_any_more(site: Site) {
        site.list_night_ferry().await;
        accept(&site, CLAIMANT).await.unwrap();
        let link = objection_of(&site, ARTIST).await;
        erased(&site, CLAIMANT).await;
        assert!(!is_open(&site).await);
        assert!(newest(&site, Kind::HandoverNews, ARTIST).await.contains("stays with you"));
        assert!(site.get(&link).await.text.contains("nothing to object to any more"));
        days(&site, 8).await;
        assert!(site.mails_of(Kind::ConfirmListing).await.is_empty());
        // The same when the page was offered already.
        accept(&site, CLAIMANT).await.unwrap();
        days(&site, 7).await;
        let link = offered(&site).await;
        erased(&site, CLAIMANT).await;
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 404);
        assert_eq!((team(&site).await, is_open(&site).await), (1, false));
    }

    async fn an_objection_goes_with_who_is_erased_and_the_others_can_object_anew(site: Site) {
        site.list_night_ferry().await;
        join_team(&site, SECOND).await;
        accept(&site, CLAIMANT).await.unwrap();
        objects(&site, &objection_of(&site, ARTIST).await).await;
        site.clock.advance(SignedDuration::from_secs(5));
        erased(&site, ARTIST).await;
        // Their words went with them; a colleague has a fresh link and another seven days.
        assert!(site.db.read(|reader| moderation::store::list_newest(reader, 1)).await.unwrap().is_empty());
        assert_eq!(told(&site, Kind::ClaimContested, SECOND).await.len(), 2);
        days(&site, 6).await;
        assert!(site.mails_of(Kind::ConfirmListing).await.is_empty());
        let link = objection_of(&site, SECOND).await;
        objects(&site, &link).await;
        assert_eq!(site.mails_of(Kind::TicketArrived).await.len(), 2);
        // When nobody of the team is left, nobody objects.
        erased(&site, SECOND).await;
        site.tick().await;
        let link = offered(&site).await;
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert_eq!(team(&site).await, 1);
    }

    async fn an_account_s_data_say_what_it_claims(site: Site) {
        site.list_night_ferry().await;
        let tove = Member::join(&site, CLAIMANT, "Tove").await;
        accept(&site, CLAIMANT).await.unwrap();
        let file = tove.get("/account/data.json").await.text;
        let data: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(data["claims"][0]["act"], "Night Ferry");
        assert!(tove.get("/account/data").await.text.contains("Acts whose page you claim"));
        days(&site, 7).await;
        let link = offered(&site).await;
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        days(&site, 31).await;
        let again = Member::sign_in(&site, CLAIMANT).await;
        let file = again.get("/account/data.json").await.text;
        let data: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(data["claims"].as_array().unwrap().len(), 0, "it is forgotten in time");
        assert_eq!(data["acts"][0], "Night Ferry");
    }

    async fn a_claimant_who_was_known_for_long_keeps_the_way_in(site: Site) {
        site.list_night_ferry().await;
        // Somebody who wrote to the operator and has never confirmed the address: after 45 days it is
        // forgotten for which acts such people were asked.
        let claim = [("proof", "We have the masters."), ("reach", CLAIMANT)];
        assert_eq!(site.post(&format!("{CLAIM}/ask"), &claim).await.status, 303);
        site.send_mails().await;
        days(&site, 30).await;
        accept(&site, CLAIMANT).await.unwrap();
        days(&site, 7).await;
        let link = offered(&site).await;
        days(&site, 10).await;
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert_eq!(team(&site).await, 1);
        assert!(newest(&site, Kind::HandoverNews, CLAIMANT).await.contains("is yours"));
        assert_eq!(site.get("/artists/night-ferry/request").await.status, 200);
    }
}
