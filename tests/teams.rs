//! Who acts for an artist: invited, given rights, taken out, and the page handed on.

use jiff::SignedDuration;
use soundpost::artists::{contact_store, handover, store, team_store};
use soundpost::booking_requests::State;
use soundpost::ids::ContactId;
use soundpost::mail::Kind;
use soundpost::mail::outbox::State as MailState;
use soundpost::people::EmailAddress;
use soundpost::people::store::find_contact;
use soundpost::privacy::erase::erase;

use crate::support::form::ARTIST;
use crate::support::member::Member;
use crate::support::visitor::{between, hidden};
use crate::support::{Answer, Site, link_in};

const TEAM: &str = "/artists/night-ferry/team";
/// Who manages the act.
const MANAGER: &str = "siim@night-ferry.example";
const ASSISTANT: &str = "liis@night-ferry.example";

async fn contact(site: &Site, address: &str) -> ContactId {
    let address = EmailAddress::parse(address).unwrap();
    let found = site.db.read(move |reader| find_contact(reader, &address)).await.unwrap();
    found.unwrap().id
}

/// Posts the form by which somebody is invited, with these rights.
async fn invites(by: &Member, address: &str, role: &str, rights: &[&str]) -> Answer {
    let named: Vec<String> = rights.iter().map(|right| format!("may_{right}")).collect();
    let mut fields = vec![("address", address), ("role", role)];
    fields.extend(named.iter().map(|name| (name.as_str(), "yes")));
    by.post(TEAM, &fields).await
}

async fn says(site: &Site, answer: &str) -> Answer {
    let link = link_in(&site.mail_of(Kind::TeamInvitation).await, "/listing/");
    site.post(&link, &[("answer", answer)]).await
}

/// Somebody of the team with these rights, who has an account.
async fn joins(site: &Site, by: &Member, address: &str, name: &str, rights: &[&str]) -> Member {
    assert_eq!(invites(by, address, "manager", rights).await.status, 303);
    assert_eq!(says(site, "yes").await.status, 200);
    Member::join(site, address, name).await
}

async fn gives(by: &Member, who: ContactId, rights: &[&str]) -> Answer {
    let named: Vec<String> = rights.iter().map(|right| format!("may_{right}")).collect();
    let mut fields = vec![("role", "manager")];
    fields.extend(named.iter().map(|name| (name.as_str(), "yes")));
    by.post(&format!("{TEAM}/{who}"), &fields).await
}

async fn owner(site: &Site) -> Option<ContactId> {
    let found = site.db.read(|reader| {
        let act = store::find_by_slug(reader, "night-ferry")?.unwrap();
        team_store::find_owner(reader, act.id)
    });
    found.await.unwrap()
}

/// The subjects of the news of a team to an address, oldest first.
async fn news(site: &Site, to: &str) -> Vec<String> {
    let letters = site.mails_of(Kind::TeamNews).await.into_iter().filter_map(|mail| mail.letter);
    letters.filter(|letter| letter.to == to).map(|letter| letter.subject).collect()
}

/// The newest request, as a member finds it.
async fn newest(member: &Member) -> String {
    let list = member.get("/requests").await.text;
    format!("/requests/{}", between(&list, "href=\"/requests/", "\""))
}

async fn accepts(member: &Member, thread: &str) -> Answer {
    let url = format!("{thread}/accept");
    let page = member.get(&url).await;
    let fields = [
        ("revision", hidden(&page.text, "revision")),
        ("night", "2027-03-13"),
        ("disclaimer_hash", hidden(&page.text, "disclaimer_hash")),
        ("disclaimer_accepted", "yes"),
    ];
    member.post(&url, &fields).await
}

on_both! {
    async fn a_manager_does_what_she_was_given_and_the_timeline_says_who_it_was(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        assert_eq!(invites(&mari, MANAGER, "manager", &["message", "decline"]).await.status, 303);
        // An invitation names the act and no person, and nothing happens by opening it.
        let mail = site.mail_of(Kind::TeamInvitation).await;
        let letter = mail.letter.clone().unwrap();
        assert_eq!(letter.to, MANAGER);
        assert!(letter.text.replace('\n', " ").contains("as the manager") && !letter.text.contains("Mari"), "{}", letter.text);
        let asked = site.get(&link_in(&mail, "/listing/")).await.text;
        assert!(asked.contains("Decline requests") && !asked.contains("Accept requests"), "{asked}");
        assert!(mari.get(TEAM).await.text.contains("invited, has not answered yet"));

        let said = says(&site, "yes").await;
        assert!(said.text.contains("You act for"), "{}", said.text);
        assert_eq!(news(&site, ARTIST).await, ["Night Ferry: somebody joined your team"]);
        let siim = Member::join(&site, MANAGER, "Siim Saar").await;
        let liis = joins(&site, &mari, ASSISTANT, "Liis Laas", &["message"]).await;
        let (promoter, _) = site.sent_request().await;
        for (to, words) in [(MANAGER, "To answer, accept or decline"), (ASSISTANT, "Others of the team accept or decline")] {
            let told = site.mails_of(Kind::NewRequest).await.into_iter().filter_map(|mail| mail.letter);
            let letter = told.rev().find(|letter| letter.to == to).unwrap();
            assert!(letter.text.replace('\n', " ").contains(words), "{}", letter.text);
        }
        assert!(liis.get(&newest(&liis).await).await.text.contains("Others of the team answer"));
        let thread = newest(&siim).await;
        let page = siim.get(&thread).await.text;
        assert!(page.contains(&format!("{thread}/decline")) && !page.contains(&format!("{thread}/accept")), "{page}");
        for step in ["accept", "hold", "counter"] {
            let refused = siim.get(&format!("{thread}/{step}")).await;
            assert_eq!(refused.status, 403, "{step}");
            assert!(refused.text.contains("among what you may do"), "{}", refused.text);
        }
        let refused = siim.post(&format!("{thread}/accept"), &[("night", "2027-03-13")]).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        assert_eq!(site.state_at(&promoter).await, State::Sent);

        // Only the owner gives the right to accept.
        let (mari_is, siim_is) = (contact(&site, ARTIST).await, contact(&site, MANAGER).await);
        assert_eq!(gives(&siim, siim_is, &["accept"]).await.status, 403);
        assert_eq!(gives(&mari, siim_is, &["message", "accept"]).await.status, 303);
        assert_eq!(news(&site, MANAGER).await, ["Night Ferry: what you may do has changed"]);
        assert_eq!(siim.post(&format!("{thread}/reply"), &[("key", "k-0123456789abcdef"), ("message", "Hello from the ferry.")]).await.status, 303);
        assert_eq!(accepts(&siim, &thread).await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::Accepted);

        // The promoter reads as what he acted, the team who he is.
        let seen = site.get(&promoter).await.text;
        assert!(seen.contains("Night Ferry, by the manager") && !seen.contains("Siim"), "{seen}");
        let seen = mari.get(&thread).await.text;
        assert!(seen.contains("Night Ferry, by Siim Saar"), "{seen}");
        assert!(siim.get(&thread).await.text.contains("Night Ferry, by you"));
        // Nobody changes what the owner may do.
        assert_eq!(gives(&siim, mari_is, &[]).await.status, 403);
    }

    async fn what_was_decided_while_a_page_was_open_counts(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        let siim = joins(&site, &mari, MANAGER, "Siim Saar", &["decline", "manage"]).await;
        let (promoter, _) = site.sent_request().await;
        let thread = newest(&siim).await;
        assert_eq!(siim.get(&format!("{thread}/decline")).await.status, 200);
        let siim_is = contact(&site, MANAGER).await;
        assert_eq!(gives(&mari, siim_is, &["manage"]).await.status, 303);
        let refused = siim.post(&format!("{thread}/decline"), &[]).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        assert_eq!(site.state_at(&promoter).await, State::Sent);

        // Who manages the page invites, and gives nothing that is the owner's to give.
        let given = ["message", "hold", "accept", "confirm", "manage"];
        assert_eq!(invites(&siim, ASSISTANT, "assistant", &given).await.status, 303);
        assert_eq!(says(&site, "yes").await.status, 200);
        let liis_is = contact(&site, ASSISTANT).await;
        let liis = site.db.read(move |reader| {
            let act = store::find_by_slug(reader, "night-ferry")?.unwrap();
            team_store::find_member(reader, act.id, liis_is)
        }).await.unwrap().unwrap();
        assert_eq!(liis.capabilities.stored(), "message+hold");

        // Who does not manage it reads the calendar, and edits nothing.
        let liis = Member::join(&site, ASSISTANT, "Liis").await;
        for (path, status) in [("team", 200), ("calendar", 200), ("edit", 403), ("figures", 403), ("photo", 403)] {
            assert_eq!(liis.get(&format!("/artists/night-ferry/{path}")).await.status, status, "{path}");
        }
        let calendar = liis.get("/artists/night-ferry/calendar").await.text;
        assert!(!calendar.contains("Block these days") && calendar.contains("Make a secret link"));
        let blocked = [("first", "2027-03-13"), ("repeats", "once")];
        assert_eq!(liis.post("/artists/night-ferry/calendar/blocks", &blocked).await.status, 403);
        assert_eq!(invites(&liis, "x@night-ferry.example", "member", &[]).await.status, 403);
        assert!(!liis.get(TEAM).await.text.contains(MANAGER), "addresses are for who manages");
        // Whoever the owner trusted, the owner alone takes out; and nobody the owner.
        let (mari_is, siim_is) = (contact(&site, ARTIST).await, contact(&site, MANAGER).await);
        assert_eq!(liis.post(&format!("{TEAM}/{siim_is}/remove"), &[]).await.status, 403);
        assert_eq!(siim.post(&format!("{TEAM}/{mari_is}/remove"), &[]).await.status, 409);
        assert_eq!(siim.post(&format!("{TEAM}/{liis_is}/remove"), &[]).await.status, 303);
        assert_eq!(liis.get(TEAM).await.status, 404);
    }

    async fn who_was_taken_out_finds_every_door_closed(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        let siim = joins(&site, &mari, MANAGER, "Siim Saar", &["message"]).await;
        let (promoter, _) = site.sent_request().await;
        let link = site.newest_link_to(MANAGER).await;
        assert_eq!(site.get(&link).await.status, 200);
        let made = siim.post("/artists/night-ferry/calendar/feeds", &[]).await.text;
        let feed = format!("/calendars/{}.ics", between(&made, "/calendars/", ".ics"));
        assert_eq!(site.get(&feed).await.status, 200);
        let thread = newest(&siim).await;
        site.send_mails().await;
        assert_eq!(site.post(&format!("{promoter}/reply"), &[("key", "k-0123456789abcdef"), ("message", "Are you there?")]).await.status, 303);

        let siim_is = contact(&site, MANAGER).await;
        assert_eq!(mari.post(&format!("{TEAM}/{siim_is}/remove"), &[]).await.status, 303);
        assert_eq!(news(&site, MANAGER).await, ["You no longer act for Night Ferry"]);
        assert_eq!(site.get(&link).await.status, 404);
        assert_eq!(site.get(&feed).await.status, 404);
        assert_eq!(siim.get(&thread).await.status, 404);
        let waiting = site.mails_of(Kind::NewMessage).await;
        let to = |address: &str| waiting.iter().find(|mail| mail.letter.as_ref().is_some_and(|letter| letter.to == address)).unwrap().state;
        assert_eq!((to(MANAGER), to(ARTIST)), (MailState::Cancelled, MailState::Queued));
        // What he did before stays his, without a name for the other side.
        assert_eq!(site.post(&format!("{promoter}/reply"), &[("key", "k-1123456789abcdef"), ("message", "Hello?")]).await.status, 303);
        assert_eq!(site.mails_of(Kind::NewMessage).await.len(), 3);
        // What had ended before he came back is not his to read, by whatever door.
        assert_eq!(site.post(&format!("{promoter}/withdraw"), &[]).await.status, 303);
        site.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(invites(&mari, MANAGER, "manager", &["message"]).await.status, 303);
        assert_eq!(says(&site, "yes").await.status, 200);
        let siim = Member::sign_in(&site, MANAGER).await;
        for door in [&link, &format!("{link}/dossier.zip"), &format!("{link}/sheet")] {
            assert_eq!(site.get(door).await.status, 404, "{door}");
        }
        assert_eq!(siim.get(&thread).await.status, 404);
    }

    async fn an_invitation_is_taken_back_refused_and_sent_again(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        assert_eq!(invites(&mari, "nobody", "manager", &[]).await.status, 422);
        let own = invites(&mari, ARTIST, "manager", &[]).await;
        assert!(own.text.contains("of the team already"), "{}", own.text);
        assert_eq!(invites(&mari, MANAGER, "manager", &["message"]).await.status, 303);
        let first = link_in(&site.mail_of(Kind::TeamInvitation).await, "/listing/");
        site.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(invites(&mari, MANAGER, "agent", &["hold"]).await.status, 303);
        assert_eq!(site.get(&first).await.status, 404, "the newest counts");
        let said = says(&site, "no").await;
        assert!(said.text.contains("You do not act for"), "{}", said.text);
        assert!(!mari.get(TEAM).await.text.contains(MANAGER));

        site.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(invites(&mari, MANAGER, "agent", &["hold"]).await.status, 303);
        let siim_is = contact(&site, MANAGER).await;
        assert_eq!(mari.post(&format!("{TEAM}/{siim_is}/remove"), &[]).await.status, 303);
        assert_eq!(says(&site, "yes").await.status, 404, "taken back");
        assert_eq!(news(&site, MANAGER).await.len(), 0);
        // A stranger is not bombed by invitations.
        for _ in 0..2 {
            site.clock.advance(SignedDuration::from_mins(1));
            assert_eq!(invites(&mari, MANAGER, "agent", &[]).await.status, 303);
        }
        site.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(invites(&mari, MANAGER, "agent", &[]).await.status, 429);
    }

    async fn the_page_passes_on_after_seven_days_unless_one_of_the_team_stops_it(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        let siim = joins(&site, &mari, MANAGER, "Siim Saar", &["message"]).await;
        let (mari_is, siim_is) = (contact(&site, ARTIST).await, contact(&site, MANAGER).await);
        let hands_over = |member: &Member, meant: &'static str| {
            let (member, heir) = (member.clone(), siim_is.to_string());
            async move { member.post(&format!("{TEAM}/hand-over"), &[("heir", &heir), ("meant", meant)]).await.status }
        };
        assert_eq!(hands_over(&siim, "yes").await, 403);
        assert_eq!(hands_over(&mari, "").await, 422);
        assert_eq!(hands_over(&mari, "yes").await, 303);
        assert_eq!(hands_over(&mari, "yes").await, 409);
        for to in [ARTIST, MANAGER] {
            assert!(news(&site, to).await.last().unwrap().contains("gets another owner"), "{to}");
        }
        site.clock.advance(SignedDuration::from_hours(6 * 24));
        site.tick().await;
        assert_eq!(owner(&site).await, Some(mari_is));
        let siim = Member::sign_in(&site, MANAGER).await;
        assert!(siim.get(TEAM).await.text.contains("unless somebody of the team stops it"));
        assert_eq!(siim.post(&format!("{TEAM}/stop"), &[]).await.status, 303);
        assert!(news(&site, ARTIST).await.last().unwrap().contains("keeps its owner"));
        site.clock.advance(SignedDuration::from_hours(2 * 24));
        site.tick().await;
        assert_eq!(owner(&site).await, Some(mari_is));

        let mari = Member::sign_in(&site, ARTIST).await;
        assert_eq!(hands_over(&mari, "yes").await, 303);
        site.clock.advance(SignedDuration::from_hours(7 * 24));
        site.tick().await;
        site.tick().await;
        assert_eq!(owner(&site).await, Some(siim_is));
        let passed = news(&site, ARTIST).await;
        assert_eq!(passed.iter().filter(|subject| subject.ends_with("has another owner")).count(), 1);
        // The old owner is one of the team, with every right.
        let mari = Member::sign_in(&site, ARTIST).await;
        assert!(mari.get(TEAM).await.text.contains("Edit the page, the calendar and the team"));
        assert_eq!(mari.post(&format!("{TEAM}/leave"), &[]).await.status, 422);
        assert_eq!(mari.post(&format!("{TEAM}/leave"), &[("leave", "yes")]).await.location(), "/requests");
        assert_eq!(mari.get(TEAM).await.status, 404);
        assert!(news(&site, MANAGER).await.last().unwrap().contains("somebody left your team"));
    }

    async fn an_owner_leaves_by_handing_over_or_alone_or_for_good(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        joins(&site, &mari, ASSISTANT, "Liis Lill", &["message"]).await;
        let siim = joins(&site, &mari, MANAGER, "Siim Saar", &["manage"]).await;
        assert_eq!(mari.post(&format!("{TEAM}/leave"), &[("leave", "yes")]).await.status, 409);
        // For good: the page is theirs who manages it.
        let (mail_site, address) = (site.site.clone(), EmailAddress::parse(ARTIST).unwrap());
        site.db.write(move |tx| {
            let person = find_contact(tx, &address)?.unwrap();
            erase(tx, &mail_site, &person)
        }).await.unwrap();
        assert_eq!(owner(&site).await, Some(contact(&site, MANAGER).await));
        assert_eq!(news(&site, MANAGER).await, ["Night Ferry: the page is yours now"]);

        let liis_is = contact(&site, ASSISTANT).await;
        assert_eq!(siim.post(&format!("{TEAM}/{liis_is}/remove"), &[]).await.status, 303);
        let (promoter, _) = site.sent_request().await;
        assert!(siim.get(TEAM).await.text.contains("Nobody else answers for"));
        assert_eq!(siim.post(&format!("{TEAM}/leave"), &[("leave", "yes")]).await.status, 303);
        assert_eq!(site.state_at(&promoter).await, State::Declined);
        let team = site.db.read(|reader| {
            let act = store::find_by_slug(reader, "night-ferry")?.unwrap();
            contact_store::list_confirmed_contacts(reader, act.id)
        }).await.unwrap();
        assert!(team.is_empty());
        assert_eq!(owner(&site).await, None);
    }

    async fn an_invitation_of_those_who_lost_a_page_opens_nothing(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        let claimant = EmailAddress::parse("tove@harbour-label.example").unwrap();
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            handover::accept_claim(tx, &mail_site, act.id, &claimant).map(drop)
        }).await.unwrap();
        assert_eq!(invites(&mari, MANAGER, "manager", &["accept", "confirm", "manage"]).await.status, 303);
        let invitation = link_in(&site.mail_of(Kind::TeamInvitation).await, "/listing/");
        site.clock.advance(SignedDuration::from_hours(7 * 24));
        site.tick().await;
        // The claimant has a link now, and the team does not learn who they are, let alone takes them out.
        let mari = Member::sign_in(&site, ARTIST).await;
        let page = mari.get(TEAM).await.text;
        assert!(page.contains(MANAGER) && !page.contains("harbour-label"), "{page}");
        let tove = contact(&site, "tove@harbour-label.example").await;
        for path in [format!("{TEAM}/{tove}"), format!("{TEAM}/{tove}/remove")] {
            assert_eq!(mari.post(&path, &[("role", "agent")]).await.status, 404, "{path}");
        }
        let yes = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
        assert_eq!(site.post(&yes, &[("answer", "yes")]).await.status, 200);
        assert_eq!(owner(&site).await, Some(tove));
        assert_eq!(site.post(&invitation, &[("answer", "yes")]).await.status, 404);
    }

    async fn who_joins_a_team_lists_no_page_and_takes_none_that_was_left(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari Maa").await;
        assert_eq!(mari.post("/artists/night-ferry/listing", &[("listing", "draft")]).await.status, 303);
        joins(&site, &mari, MANAGER, "Siim Saar", &["message"]).await;
        assert_eq!(site.get("/artists/night-ferry").await.status, 404, "it stays a draft");
        let siim_is = contact(&site, MANAGER).await;
        assert_eq!(mari.post(&format!("{TEAM}/{siim_is}/remove"), &[]).await.status, 303);
        assert_eq!(mari.post("/artists/night-ferry/listing", &[("listing", "listed")]).await.status, 303);
        site.clock.advance(SignedDuration::from_mins(31));
        assert_eq!(invites(&mari, ASSISTANT, "assistant", &[]).await.status, 303);
        let invitation = link_in(&site.mail_of(Kind::TeamInvitation).await, "/listing/");
        assert_eq!(mari.post(&format!("{TEAM}/leave"), &[("leave", "yes")]).await.status, 303);
        assert_eq!(site.post(&invitation, &[("answer", "yes")]).await.status, 404);
        assert_eq!(owner(&site).await, None);
    }

    async fn a_team_is_nobody_elses(site: Site) {
        site.list_night_ferry().await;
        Member::join(&site, ARTIST, "Mari Maa").await;
        let stranger = Member::join(&site, "jo@speicher7.example", "Jo").await;
        let mari_is = contact(&site, ARTIST).await;
        assert_eq!(stranger.get(TEAM).await.status, 404);
        assert_eq!(stranger.get(&format!("{TEAM}/{mari_is}")).await.status, 404);
        for (path, fields) in [
            (TEAM.to_owned(), vec![("address", "jo@speicher7.example")]),
            (format!("{TEAM}/{mari_is}"), vec![("role", "manager")]),
            (format!("{TEAM}/{mari_is}/remove"), vec![]),
            (format!("{TEAM}/hand-over"), vec![("heir", "7"), ("meant", "yes")]),
            (format!("{TEAM}/stop"), vec![]),
            (format!("{TEAM}/leave"), vec![("leave", "yes")]),
        ] {
            assert_eq!(stranger.post(&path, &fields).await.status, 404, "{path}");
        }
    }
}
