//! Those who decide: the queue, what they decide in it, whom they look up, and who reads of it.

use jiff::SignedDuration;
use jiff::civil::date;
use soundpost::accounts::Role;
use soundpost::artists::floor::Floor;
use soundpost::artists::import::{self, Options};
use soundpost::artists::{Facts, Listing, contact_store, store};
use soundpost::mail::Kind;

use crate::accounts::second_factor::{Device, give, half_a_minute, with_factor};
use crate::support::form::{ARTIST, facts};
use crate::support::member::Member;
use crate::support::visitor::between;
use crate::support::{Answer, Site, link_in};

const MONA: &str = "mona@site.example";
const REPORTER: &str = "ines@elsewhere.example";
const WHY: &str = "The figures were those of another act; we asked both.";

/// A moderator who may decide, and the device that says so.
async fn moderator(site: &Site) -> (Member, Device) {
    moderator_at(site, MONA).await
}

/// A moderator who may decide, and where the first ticket that waits is decided.
pub async fn with_a_case(site: &Site, email: &str) -> (Member, String) {
    let (staff, _) = moderator_at(site, email).await;
    let queue = staff.get("/staff").await.text;
    (staff, format!("/staff/tickets/{}", between(&queue, "href=\"/staff/tickets/", "\"")))
}

/// The same at an address.
pub async fn moderator_at(site: &Site, email: &str) -> (Member, Device) {
    staff_at(site, email, Role::Moderator).await
}

/// Somebody with a role who may decide.
pub async fn staff_at(site: &Site, email: &str, role: Role) -> (Member, Device) {
    let member = Member::join(site, email, "Mona").await;
    let (_, device, _) = with_factor(site, &member).await;
    give(site, email, role).await.unwrap();
    half_a_minute(site);
    let half = Member::half_way(site, email).await;
    let staff = half.shows(&device.code(site)).await.ok().unwrap();
    half_a_minute(site);
    (staff.elevates(&device.code(site)).await, device)
}

/// Reports the page of an act; the path at which that is decided.
async fn reported(site: &Site, staff: &Member, topic: &str) -> String {
    let fields = [
        ("reason", topic),
        ("details", "These figures are mine, not theirs."),
        ("email", REPORTER),
    ];
    let sent = site.post("/artists/night-ferry/report", &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let queue = staff.get("/staff").await.text;
    format!("/staff/tickets/{}", between(&queue, "href=\"/staff/tickets/", "\""))
}

async fn listing(site: &Site, slug: &'static str) -> Listing {
    let found = site.db.read(move |reader| store::find_by_slug(reader, slug)).await.unwrap();
    found.unwrap().facts.listing
}

on_both! {
    async fn what_is_reported_waits_until_somebody_decides_and_says_why(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        assert!(staff.get("/staff").await.text.contains("Nothing waits here"));
        let case = reported(&site, &staff, "wrong").await;
        let queue = staff.get("/staff?kind=correction").await.text;
        assert!(queue.contains("Night Ferry") && queue.contains("0 min"), "{queue}");
        assert!(staff.get("/staff?kind=report").await.text.contains("Nothing waits here"));
        let page = staff.get(&case).await.text;
        assert!(page.contains("These figures are mine") && page.contains("i…@elsewhere.example"));
        assert!(!page.contains(REPORTER));

        for (decision, why) in [("", WHY), ("done", "No."), ("listed", WHY)] {
            let wrong = staff.post(&case, &[("decision", decision), ("reason", why)]).await;
            assert_eq!(wrong.status, 422, "{decision} {}", wrong.text);
            assert!(wrong.text.contains(why), "what was typed is kept: {}", wrong.text);
        }
        let decided = staff.post(&case, &[("decision", "refused"), ("reason", WHY)]).await;
        assert_eq!(decided.location(), case);
        assert!(staff.get(&case).await.text.contains("another act; we asked both"));
        assert!(staff.get("/staff").await.text.contains("Nothing waits here"));
        let told = site.mail_of(Kind::Decided).await.letter.unwrap();
        assert_eq!(told.to, REPORTER);
        for words in ["Nothing is changed", WHY, "topic=decision"] {
            assert!(told.text.contains(words), "{words}: {}", told.text);
        }
        let again = staff.post(&case, &[("decision", "done"), ("reason", WHY)]).await;
        assert_eq!(again.status, 409);
        assert_eq!(site.mails_of(Kind::Decided).await.len(), 1);
    }

    async fn a_case_leads_to_what_else_came_in_about_the_page_and_from_the_address(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        let first = reported(&site, &staff, "wrong").await;
        let page = staff.get(&first).await.text;
        assert!(page.contains("one person answers for it") && !page.contains("beside it"), "{page}");
        staff.post(&first, &[("decision", "refused"), ("reason", WHY)]).await;
        let second = reported(&site, &staff, "scam").await;
        let page = staff.get(&second).await.text;
        for heading in ["About the same page", "From the same address"] {
            let list = between(&page, heading, "</ul>");
            assert!(list.contains(&format!("href=\"{first}\"")) && list.contains("Not done"), "{list}");
            assert!(!list.contains(&second) && !list.contains("These figures"), "{list}");
        }
        assert!(staff.get(&first).await.text.contains(&format!("href=\"{second}\"")));
    }

    async fn nobody_decides_about_what_they_wrote(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        for own in [MONA, "MONA@site.example", "mona+rival@site.example"] {
            let own = [("reason", "scam"), ("details", "A rival of mine."), ("email", own)];
            assert_eq!(site.post("/artists/night-ferry/report", &own).await.status, 303);
        }
        let queue = staff.get("/staff").await.text;
        let cases: Vec<&str> = queue.split("href=\"/staff/tickets/").skip(1).collect();
        assert_eq!(cases.len(), 3);
        for case in cases {
            let case = format!("/staff/tickets/{}", case.split('"').next().unwrap());
            let decided = staff.post(&case, &[("decision", "hidden"), ("reason", WHY)]).await;
            assert_eq!(decided.status, 409, "{case}");
        }
        assert_eq!(listing(&site, "night-ferry").await, Listing::Listed);
    }

    async fn a_page_is_taken_from_view_by_a_decision_and_shown_again(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        let case = reported(&site, &staff, "impersonation").await;
        let decided = staff.post(&case, &[("decision", "hidden"), ("reason", WHY)]).await;
        assert_eq!(decided.status, 303, "{}", decided.text);
        assert_eq!(listing(&site, "night-ferry").await, Listing::Hidden);
        assert_eq!(site.get("/artists/night-ferry").await.status, 404);
        let mut told: Vec<String> =
            site.mails_of(Kind::Decided).await.into_iter().map(|mail| mail.letter.unwrap().to).collect();
        told.sort();
        assert_eq!(told, [ARTIST, REPORTER]);

        let page = staff.get("/staff/artists?page=https://site.example/artists/night-ferry").await;
        assert_eq!(page.location(), "/staff/artists/night-ferry");
        assert!(staff.get("/staff/artists/night-ferry").await.text.contains("we asked both"));
        let unexplained = staff.post("/staff/artists/night-ferry/show", &[("reason", "Oh.")]).await;
        assert!(unexplained.status == 422 && unexplained.text.contains("Give the reason"));
        assert_eq!(listing(&site, "night-ferry").await, Listing::Hidden);
        let mistaken = [("reason", "The report was a mistake; we are sorry.")];
        let shown = staff.post("/staff/artists/night-ferry/show", &mistaken).await;
        assert_eq!(shown.status, 303, "{}", shown.text);
        assert_eq!(listing(&site, "night-ferry").await, Listing::Listed);
        let told = site.mail_of(Kind::Decided).await.letter.unwrap();
        assert!(told.to == ARTIST && told.text.contains("can be seen again"), "{}", told.text);
        assert!(told.text.contains("The report was a mistake; we are sorry."), "{}", told.text);
        let hidden = staff.post("/staff/artists/night-ferry/hide", &[("reason", "No.")]).await;
        assert_eq!(hidden.status, 422);
        assert_eq!(staff.get("/staff/artists?page=nobody").await.status, 404);
    }

    async fn a_request_is_held_back_and_let_go_without_a_word_of_it_being_shown(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        let (promoter, _) = site.sent_request().await;
        let thread = site.get(&promoter).await.text;
        let number = between(&thread, "<dt>Number</dt><dd>", "</dd>").to_owned();
        let page = staff.get(&format!("/staff/requests?number={number}")).await.location();
        let shown = staff.get(&page).await.text;
        assert!(shown.contains("Night Ferry") && shown.contains("Address confirmed, sent"), "{shown}");
        for word in ["Harbour", "Jonas", "Speicher", "warehouse", "EUR"] {
            assert!(!shown.contains(word), "{word} is theirs: {shown}");
        }
        assert!(!shown.contains("Let it go on"));
        let held = staff.post(&page, &[("decision", "quarantine"), ("reason", WHY)]).await;
        assert_eq!(held.status, 303, "{}", held.text);
        assert!(staff.get("/staff/requests").await.text.contains(&number));
        let accept = staff.post(&page, &[("decision", "accept"), ("reason", WHY)]).await;
        assert_eq!(accept.status, 422, "nobody answers for an act");
        let released = staff.post(&page, &[("decision", "release"), ("reason", WHY)]).await;
        assert_eq!(released.status, 303, "{}", released.text);
        let removed = staff.post(&page, &[("decision", "remove"), ("reason", WHY)]).await;
        assert_eq!(removed.status, 303, "{}", removed.text);
        assert!(staff.get(&page).await.text.contains("Nothing can be decided"));
        let told = site.mails_of(Kind::RequestMoved).await;
        assert_eq!(told.len(), 6, "both sides, three times");
        assert!(told.iter().all(|mail| mail.letter.as_ref().unwrap().text.contains("we asked both")));
    }

    async fn who_looks_an_account_up_is_noted_and_its_owner_reads_when(site: Site) {
        const JONAS: &str = "jonas@speicher7.example";
        let (staff, _) = moderator(&site).await;
        let jonas = Member::join(&site, JONAS, "Jonas Krüger").await;
        assert!(jonas.get("/account").await.text.contains("Nobody has looked your account up"));
        assert_eq!(staff.post("/staff/accounts", &[("wanted", "Joana")]).await.status, 404);
        let page = staff.post("/staff/accounts", &[("wanted", "jonas kruger ")]).await.location();
        assert_eq!(staff.post("/staff/accounts", &[("wanted", JONAS)]).await.location(), page);
        assert!(staff.get(&page).await.text.contains(JONAS));
        let own = jonas.get("/account").await.text;
        assert!(own.contains("Somebody who decides here looked your account up"), "{own}");
        let data = jonas.get("/account/data.json").await.text;
        assert!(data.contains("\"staff_looks\": [\n    \"2026-11-21T14:0"), "{data}");

        Member::join(&site, "other@elsewhere.example", "JONAS KRÜGER").await;
        let both = staff.post("/staff/accounts", &[("wanted", "Jonas Krüger")]).await;
        assert!(both.status == 200 && both.text.contains("2 accounts have this name"));
        // Who has not looked it up sees it no more than anybody.
        site.clock.advance(SignedDuration::from_mins(59));
        staff.get("/staff").await;
        site.clock.advance(SignedDuration::from_mins(59));
        assert_eq!(staff.get(&page).await.location(), "/staff/accounts");
    }

    async fn who_objects_is_looked_up_by_what_they_wrote_and_is_answered_not_judged(site: Site) {
        const KAJA: &str = "kaja@elsewhere.example";
        let (staff, _) = moderator(&site).await;
        Member::join(&site, KAJA, "Kaja").await;
        let words = "Look at it again: it was somebody else who wrote that.";
        let appeal = [("topic", "decision"), ("message", words), ("email", KAJA)];
        assert_eq!(site.post("/contact", &appeal).await.status, 303);
        let queue = staff.get("/staff").await.text;
        let case = format!("/staff/tickets/{}", between(&queue, "href=\"/staff/tickets/", "\""));
        let shown = staff.get(&case).await.text;
        assert!(!shown.contains(KAJA), "{shown}");
        let number = between(&shown, "name=\"ticket\" value=\"", "\"").to_owned();
        let found = staff.post("/staff/accounts", &[("ticket", &number)]).await;
        let account = staff.get(&found.location()).await;
        assert!(account.status == 200 && account.text.contains(KAJA), "{}", account.text);
        let answer = [("decision", "done"), ("reason", WHY)];
        assert_eq!(staff.post(&case, &answer).await.location(), case);
        let told = site.mail_of(Kind::Decided).await.letter.unwrap();
        assert!(told.text.contains("A person wrote this"), "{}", told.text);
        assert!(!told.text.contains("decided") && !told.text.contains("object"), "{}", told.text);
    }

    async fn an_account_is_frozen_and_given_back_with_a_reason(site: Site) {
        const JONAS: &str = "jonas@speicher7.example";
        let (staff, device) = moderator(&site).await;
        let jonas = Member::join(&site, JONAS, "Jonas").await;
        let page = staff.post("/staff/accounts", &[("wanted", JONAS)]).await.location();
        let frozen = staff.post(&format!("{page}/freeze"), &[("reason", "No.")]).await;
        assert_eq!(frozen.status, 422);
        let frozen = staff.post(&format!("{page}/freeze"), &[("reason", WHY)]).await;
        assert_eq!(frozen.location(), page);
        assert_eq!(jonas.get("/account").await.status, 303);
        assert!(site.mail_of(Kind::SecurityNotice).await.letter.unwrap().text.contains(WHY));
        // An hour after the factor was shown, one looks and does not decide.
        site.clock.advance(SignedDuration::from_mins(40));
        staff.get("/staff").await;
        site.clock.advance(SignedDuration::from_mins(21));
        let late = staff.post(&format!("{page}/unfreeze"), &[("reason", WHY)]).await;
        let account: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
        assert_eq!(late.location(), format!("/staff/elevate?next={account}"));
        let wrong = staff.post("/staff/elevate", &[("code", "000000")]).await;
        assert_eq!(wrong.status, 422);
        let staff = staff.elevates(&device.code(&site)).await;
        let page = staff.post("/staff/accounts", &[("wanted", JONAS)]).await.location();
        assert_eq!(staff.post(&format!("{page}/unfreeze"), &[]).await.status, 422);
        let back = staff.post(&format!("{page}/unfreeze"), &[("reason", WHY)]).await;
        assert_eq!(back.location(), page);
        assert!(site.mail_of(Kind::SecurityNotice).await.letter.unwrap().text.contains(WHY));
        assert!(staff.get(&page).await.text.contains("Freeze this account"));

        let own = staff.post("/staff/accounts", &[("wanted", MONA)]).await.location();
        let frozen = staff.post(&format!("{own}/freeze"), &[("reason", WHY)]).await;
        assert_eq!(frozen.status, 409, "who decides is not frozen here");
    }

    async fn an_act_whose_only_person_is_frozen_takes_no_requests_until_they_are_back(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        Member::join(&site, ARTIST, "Mari").await;
        assert_eq!(site.get("/artists/night-ferry/request").await.status, 200);
        let page = staff.post("/staff/accounts", &[("wanted", ARTIST)]).await.location();
        assert_eq!(staff.post(&format!("{page}/freeze"), &[("reason", WHY)]).await.status, 303);
        assert_eq!(site.get("/artists/night-ferry/request").await.status, 409);
        assert!(!site.get("/artists/night-ferry").await.text.contains("Send a booking request"));
        assert!(site.get("/artists").await.text.contains("not bookable"));
        assert_eq!(staff.post(&format!("{page}/unfreeze"), &[("reason", WHY)]).await.status, 303);
        assert_eq!(site.get("/artists/night-ferry/request").await.status, 200);
        assert!(!site.get("/artists").await.text.contains("not bookable"));
    }

    async fn a_case_of_a_new_act_says_what_it_may_be(site: Site) {
        let (staff, _) = moderator(&site).await;
        for (person, name) in [(REPORTER, "Zed & the Zeros"), ("otto@elsewhere.example", "zed and the zeros")] {
            let fan = Member::join(&site, person, "Ines").await;
            let act = [("name", name), ("source", "their poster"), ("public_facts", "yes"),
                ("links", "https://zed.example/")];
            assert_eq!(fan.post("/artists/add", &act).await.location(), "/artists/add/sent");
        }
        let queue = staff.get("/staff?kind=new_artist").await.text;
        let cases: Vec<String> = queue.split("href=\"/staff/tickets/").skip(1)
            .map(|rest| format!("/staff/tickets/{}", rest.split('"').next().unwrap())).collect();
        assert!(!staff.get(&cases[0]).await.text.contains("It may be here already"));
        let listed = staff.post(&cases[0], &[("decision", "listed"), ("reason", WHY)]).await;
        assert_eq!(listed.status, 303, "{}", listed.text);
        let page = staff.get(&cases[1]).await.text;
        let doubles = between(&page, "It may be here already", "</ul>");
        assert!(doubles.contains("/staff/artists/zed-and-the-zeros\"") && doubles.contains("zed.example"), "{page}");
    }

    async fn who_decides_is_signed_in_for_a_day_however_much_they_do(site: Site) {
        let (staff, _) = moderator(&site).await;
        for _ in 0..28 {
            assert_eq!(staff.get("/staff").await.status, 200);
            site.clock.advance(SignedDuration::from_mins(50));
        }
        assert_eq!(staff.get("/staff").await.status, 200, "23 hours and 20 minutes");
        site.clock.advance(SignedDuration::from_mins(41));
        assert_eq!(staff.get("/staff").await.status, 303);
    }

    async fn an_added_artist_is_shown_or_not_by_a_decision(site: Site) {
        let (staff, _) = moderator(&site).await;
        let fan = Member::join(&site, REPORTER, "Ines").await;
        for (name, decision) in [("Harbour Choir", "listed"), ("Fog Band", "refused")] {
            let act = [("name", name), ("genre1", "ambient"), ("source", "their poster"),
                ("public_facts", "yes")];
            assert_eq!(fan.post("/artists/add", &act).await.location(), "/artists/add/sent");
            let queue = staff.get("/staff?kind=new_artist").await.text;
            assert!(queue.contains(name), "{queue}");
            let case = format!("/staff/tickets/{}", between(&queue, "href=\"/staff/tickets/", "\""));
            let page = staff.get(&case).await.text;
            assert!(page.contains("their poster") && page.contains("not to be seen"), "{page}");
            let decided = staff.post(&case, &[("decision", decision), ("reason", WHY)]).await;
            assert_eq!(decided.status, 303, "{}", decided.text);
            let told = site.mail_of(Kind::Decided).await.letter.unwrap();
            assert!(told.to == REPORTER && told.text.contains(WHY), "{}", told.text);
            assert_eq!(staff.get(&case).await.status, 200);
        }
        assert_eq!(site.get("/artists/harbour-choir").await.status, 200);
        assert_eq!(staff.get("/staff/artists/fog-band").await.status, 404);
        // What was decided and why is a part of one's own data.
        let data = fan.get("/account/data.json").await.text;
        for words in ["\"decision\": \"Agreed to\"", "\"decision\": \"Not done\"", WHY] {
            assert!(data.contains(words), "{words}: {data}");
        }
        assert!(fan.get("/account/data").await.text.contains("Decided: Agreed to"));
    }

    async fn an_added_artist_that_is_in_the_lists_by_now_only_needs_its_ticket_closed(site: Site) {
        let (staff, _) = moderator(&site).await;
        let fan = Member::join(&site, REPORTER, "Ines").await;
        let act = [("name", "Fog Band"), ("source", "their poster"), ("public_facts", "yes")];
        assert_eq!(fan.post("/artists/add", &act).await.location(), "/artists/add/sent");
        let options = Options { source: "a.csv".into(), observed_on: date(2026, 11, 21), dry_run: false, map: Vec::new() };
        import::import(&site.db, "name,country\nFog Band,EE\n".as_bytes(), &options, &mut |_| {}).await.unwrap();
        assert_eq!(listing(&site, "fog-band").await, Listing::Unclaimed);
        let queue = staff.get("/staff?kind=new_artist").await.text;
        let case = format!("/staff/tickets/{}", between(&queue, "href=\"/staff/tickets/", "\""));
        assert!(staff.get(&case).await.text.contains("Close it: it is in the lists already"));
        let refused = staff.post(&case, &[("decision", "refused"), ("reason", WHY)]).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let closed = staff.post(&case, &[("decision", "done"), ("reason", WHY)]).await;
        assert_eq!(closed.status, 303, "{}", closed.text);
        assert_eq!(site.get("/artists/fog-band").await.status, 200);
    }

    async fn a_claim_is_decided_and_so_is_the_objection_to_it(site: Site) {
        const CLAIMANT: &str = "tove@harbour-label.example";
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        let claim = [("reach", CLAIMANT), ("proof", "The code stands on our page now.")];
        let asked = site.post("/artists/night-ferry/claim/ask", &claim).await;
        assert_eq!(asked.status, 303, "{}", asked.text);
        let case = |queue: &str| {
            format!("/staff/tickets/{}", between(queue, "href=\"/staff/tickets/", "\""))
        };
        let first = case(&staff.get("/staff?kind=claim").await.text);
        let page = staff.get(&first).await.text;
        assert!(page.contains(CLAIMANT), "a claim is checked by its address: {page}");
        let shown = site.post("/artists/night-ferry/claim/code", &[("reach", CLAIMANT)]).await.text;
        let code = between(&shown, "<code>", "</code>");
        assert!(page.contains(&format!("has to show: <code>{code}</code>")), "{code}: {page}");
        let decided = staff.post(&first, &[("decision", "listed"), ("reason", WHY)]).await;
        assert_eq!(decided.status, 303, "{}", decided.text);
        let object = link_in(&site.mail_of(Kind::ClaimContested).await, "/objection/");
        let words = [("words", "We have played under this name since 2009.")];
        assert_eq!(site.post(&object, &words).await.status, 303);
        let queue = staff.get("/staff?kind=claim").await.text;
        assert!(queue.contains("An objection"), "{queue}");
        let second = case(&queue);
        let page = staff.get(&second).await.text;
        assert!(page.contains("since 2009") && !page.contains("has to show"), "{page}");
        let decided = staff.post(&second, &[("decision", "done"), ("reason", WHY)]).await;
        assert_eq!(decided.status, 303, "{}", decided.text);
        let told = site.mail_of(Kind::Decided).await.letter.unwrap();
        assert!(told.to == ARTIST && told.text.contains("The page stays with you"), "{}", told.text);
        assert_eq!(listing(&site, "night-ferry").await, Listing::Listed);
    }

    async fn a_page_that_nobody_wants_is_deleted_by_a_decision(site: Site) {
        let facts = Facts { listing: Listing::Unclaimed, ..facts("night-ferry", "Night Ferry", Floor::default()) };
        site.db.write(move |tx| store::insert_artist(tx, &facts, &[])).await.unwrap();
        let (staff, _) = moderator(&site).await;
        let case = reported(&site, &staff, "unwanted").await;
        let decided = staff.post(&case, &[("decision", "removed"), ("reason", WHY)]).await;
        assert_eq!(decided.status, 303, "{}", decided.text);
        assert_eq!(site.get("/artists/night-ferry").await.status, 404);
        let page = staff.get(&case).await.text;
        assert!(page.contains("Deleted") && page.contains("These figures are mine"), "{page}");
        let told = site.mail_of(Kind::Decided).await.letter.unwrap();
        assert!(told.text.contains("No file brings it back"), "{}", told.text);
    }

    async fn a_page_that_its_people_left_is_deleted_by_a_decision_also_when_it_is_hidden(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator(&site).await;
        let case = reported(&site, &staff, "unwanted").await;
        let removed = staff.post(&case, &[("decision", "removed"), ("reason", WHY)]).await;
        assert_eq!(removed.status, 422, "somebody answers for it");
        site.db.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            let team = contact_store::list_confirmed_contacts(tx, act.id)?;
            contact_store::remove_contact(tx, act.id, team[0])?;
            store::hide(tx, act.id, "Nobody answers for it any more.")
        }).await.unwrap();
        assert!(staff.get(&case).await.text.contains("Delete the page"));
        let removed = staff.post(&case, &[("decision", "removed"), ("reason", WHY)]).await;
        assert_eq!(removed.status, 303, "{}", removed.text);
        let left = site.db.read(|reader| store::find_by_slug(reader, "night-ferry")).await.unwrap();
        assert!(left.is_none());
    }

    async fn an_admin_gives_roles_and_the_last_one_stays(site: Site) {
        const JONAS: &str = "jonas@speicher7.example";
        let (admin, _) = staff_at(&site, "ada@site.example", Role::Admin).await;
        let (moderator, _) = moderator(&site).await;
        let jonas = Member::join(&site, JONAS, "Jonas").await;
        let look = |member: &Member| {
            let member = member.clone();
            async move { member.post("/staff/accounts", &[("wanted", JONAS)]).await.location() }
        };
        let page = look(&moderator).await;
        assert!(!moderator.get(&page).await.text.contains("Another role"));
        let role = [("role", "moderator")];
        assert_eq!(moderator.post(&format!("{page}/role"), &role).await.status, 404);
        let page = look(&admin).await;
        assert_eq!(admin.post(&format!("{page}/role"), &[("role", "king")]).await.status, 422);
        let bare = admin.post(&format!("{page}/role"), &role).await;
        assert!(bare.status == 409 && bare.text.contains("no second factor yet"), "{}", bare.text);
        let (jonas, _, _) = with_factor(&site, &jonas).await;
        assert_eq!(admin.post(&format!("{page}/role"), &role).await.location(), page);
        assert_eq!(jonas.get("/account").await.status, 303, "the sign-ins from before ended");
        let own = admin.post("/staff/accounts", &[("wanted", "ada@site.example")]).await.location();
        let down = admin.post(&format!("{own}/role"), &[("role", "member")]).await;
        assert!(down.status == 409 && down.text.contains("the last admin"), "{}", down.text);
        let gone = admin.post("/account/delete", &[("sure", "yes")]).await;
        assert!(gone.status == 409 && gone.text.contains("the last admin"), "{}", gone.text);
    }

    async fn a_form_makes_nobody_a_moderator(site: Site) {
        let jonas = Member::join(&site, "jonas@speicher7.example", "Jonas").await;
        let forged = [("name", "Jonas"), ("role", "admin"), ("strong", "1"), ("is_staff", "true")];
        assert_eq!(jonas.post("/account/name", &forged).await.status, 303);
        let missing = jonas.get("/staff").await;
        let nowhere = jonas.get("/staffroom").await;
        assert_eq!((missing.status, nowhere.status), (404, 404));
        let page = |answer: &Answer| {
            let reference = answer.headers["x-request-id"].to_str().unwrap();
            answer.text.replace(reference, "(reference)")
        };
        assert_eq!(page(&missing), page(&nowhere), "as if it were not there");
    }
}
