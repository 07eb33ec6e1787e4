//! The same request to several acts, shortlists, kept forms, and asking again.

use jiff::SignedDuration;
use soundpost::artists::floor::Floor;
use soundpost::booking_requests::{State, list_store, store};
use soundpost::ids::RequestId;
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;
use soundpost::people::store::find_contact;

use crate::support::form::{PROMOTER, facts};
use crate::support::member::Member;
use crate::support::visitor::{between, hidden};
use crate::support::{Answer, Site, link_in};

const ACTS: [(&str, &str); 3] =
    [("night-ferry", "Night Ferry"), ("salt-harbour", "Salt Harbour"), ("tin-moon", "Tin Moon")];

async fn list_acts(site: &Site) {
    for (slug, name) in ACTS {
        site.list_act(facts(slug, name, Floor::default())).await;
    }
}

/// The form for these acts, filled in, with the fields of an account left out.
async fn asks(
    site: &Site,
    member: &Member,
    acts: &[&str],
    key: &str,
    more: &[(&str, &str)],
) -> Answer {
    let form = site.filled_form().await.set("key", key);
    let form = ["email", "age", "your_country", "privacy"]
        .iter()
        .fold(form, |form, name| form.without(name));
    let form = more.iter().fold(form, |form, (name, value)| form.set(name, value));
    let names: Vec<String> = acts.iter().map(|act| format!("act_{act}")).collect();
    let mut pairs = form.pairs();
    pairs.extend(names.iter().map(|name| (name.as_str(), "yes")));
    member.post("/requests/new", &pairs).await
}

/// Every request of the promoter, oldest first: its number, its state, to how many it went.
async fn all(site: &Site) -> Vec<(RequestId, State, i64)> {
    let promoter = EmailAddress::parse(PROMOTER).unwrap();
    let read = site.db.read(move |reader| {
        let contact = find_contact(reader, &promoter)?.unwrap();
        let mut all = Vec::new();
        for id in list_store::list_all_of_promoter(reader, contact.id)? {
            let request = store::get_request(reader, id)?;
            all.push((id, request.state, request.asked));
        }
        Ok(all)
    });
    read.await.unwrap()
}

on_both! {
    async fn one_form_becomes_a_request_to_each_act_and_each_reads_how_many_were_asked(site: Site) {
        list_acts(&site).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let page = jonas.get("/requests/new?act=night-ferry&act=salt-harbour&act=nobody").await;
        assert!(page.text.contains("that 2 were asked") && page.text.contains("for each of these requests"), "{}", page.text);
        // Without the disclaimer nothing leaves.
        let unticked = asks(&site, &jonas, &["night-ferry", "tin-moon"], "key-0-0123456789abc", &[("disclaimer_accepted", "")]).await;
        assert_eq!(unticked.status, 422);
        assert!(all(&site).await.is_empty());

        let acts = ["night-ferry", "salt-harbour", "tin-moon"];
        let sent = asks(&site, &jonas, &acts, "key-1-0123456789abc", &[]).await;
        assert_eq!(sent.location(), "/requests?done=sent", "{}", sent.text);
        assert!(jonas.get(&sent.location()).await.text.contains("Each act has been mailed"));
        // Sent twice, it is the same.
        assert_eq!(asks(&site, &jonas, &acts, "key-1-0123456789abc", &[]).await.status, 303);
        let requests = all(&site).await;
        assert_eq!(requests.iter().map(|(_, state, asked)| (*state, *asked)).collect::<Vec<_>>(), [(State::Sent, 3); 3]);
        let told = site.mails_of(Kind::NewRequest).await;
        assert_eq!(told.len(), 3);
        for mail in &told {
            let text = mail.letter.as_ref().unwrap().text.replace('\n', " ");
            assert!(text.contains("They sent it to 3 acts at once."), "{text}");
            let page = site.get(&link_in(mail, "/t/")).await.text;
            assert!(page.contains("Sent to 3 acts at once."), "{page}");
        }
        // Each with its own acceptance and receipt, and no mail to confirm an address that is known.
        assert_eq!(site.mails_of(Kind::RequestSent).await.len(), 3);
        assert!(site.mails_of(Kind::ConfirmRequest).await.is_empty());
        let receipts: std::collections::BTreeSet<_> =
            site.mails_of(Kind::RequestSent).await.iter().map(|mail| link_in(mail, "/receipts/")).collect();
        assert_eq!(receipts.len(), 3);
    }

    async fn what_one_act_would_refuse_keeps_all_back_and_is_told_with_its_name(site: Site) {
        list_acts(&site).await;
        let floor = Floor { min_capacity: Some(1_000), ..Floor::default() };
        site.list_act(facts("big-room", "Big Room", floor)).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let refused = asks(&site, &jonas, &["night-ferry", "big-room"], "key-1-0123456789abc", &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("Big Room: The act asks for rooms for 1,000 people"), "{}", refused.text);
        assert!(all(&site).await.is_empty());
        assert!(refused.text.contains("value=\"Harbour Night\""), "what was typed stays");
        let gone = asks(&site, &jonas, &["night-ferry", "gone-act"], "key-5-0123456789abc", &[]).await;
        assert!(gone.status == 422 && gone.text.contains("“gone-act” is not listed here"), "{}", gone.text);
        assert!(gone.text.contains("value=\"Harbour Night\""), "what was typed stays");
        assert_eq!(asks(&site, &jonas, &[], "key-2-0123456789abc", &[]).await.status, 422);
        let eleven: Vec<String> = (0..11).map(|number| format!("act-{number}")).collect();
        let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
        let many = asks(&site, &jonas, &eleven, "key-3-0123456789abc", &[]).await;
        assert!(many.status == 422 && many.text.contains("Choose 10 acts at most"), "{}", many.text);
        // Twice the same act is one request, and one act is no brief.
        assert_eq!(asks(&site, &jonas, &["night-ferry"; 2], "key-4-0123456789abc", &[]).await.status, 303);
        assert_eq!(all(&site).await.iter().map(|(_, _, asked)| *asked).collect::<Vec<_>>(), [1]);
        let page = site.get(&link_in(&site.mail_of(Kind::NewRequest).await, "/t/")).await.text;
        assert!(!page.contains("acts at once"));
        // Who is blocked by one of them sends nothing, and is told by whom.
        let thread = link_in(&site.mail_of(Kind::NewRequest).await, "/t/");
        assert_eq!(site.post(&format!("{thread}/block"), &[]).await.status, 303);
        let refused = asks(&site, &jonas, &["night-ferry", "tin-moon"], "key-5-0123456789abc", &[]).await;
        assert!(refused.status == 422 && refused.text.contains("Night Ferry takes no requests"), "{}", refused.text);
        assert_eq!(all(&site).await.len(), 1);
    }

    async fn a_yes_takes_nothing_back_by_itself_and_offers_to(site: Site) {
        list_acts(&site).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let acts = ["night-ferry", "salt-harbour", "tin-moon"];
        assert_eq!(asks(&site, &jonas, &acts, "key-1-0123456789abc", &[]).await.status, 303);
        let threads: Vec<String> = site.mails_of(Kind::NewRequest).await.iter().map(|mail| link_in(mail, "/t/")).collect();
        let page = site.get(&format!("{}/accept", threads[0])).await.text;
        let yes = [("revision", hidden(&page, "revision")), ("night", "2027-03-13"),
            ("disclaimer_hash", hidden(&page, "disclaimer_hash")), ("disclaimer_accepted", "yes")];
        assert_eq!(site.post(&format!("{}/accept", threads[0]), &yes).await.status, 303);
        let requests = all(&site).await;
        let states: Vec<State> = requests.iter().map(|(_, state, _)| *state).collect();
        assert_eq!(states.iter().filter(|state| **state == State::Sent).count(), 2);
        let accepted = requests.iter().find(|(_, state, _)| *state == State::Accepted).unwrap().0;
        let open: Vec<RequestId> = requests.iter().filter(|(_, state, _)| *state == State::Sent).map(|(id, _, _)| *id).collect();
        let thread = jonas.get(&format!("/requests/{accepted}")).await.text;
        assert!(thread.contains("2 other acts that you asked"), "{thread}");
        // The act reads nothing of the others, and takes nothing back.
        // Nor does a link of the promoter: it opens its own request and no other.
        let link = site.newest_link_to(PROMOTER).await;
        for door in [&threads[0], &link] {
            assert!(!site.get(door).await.text.contains("other acts that you asked"));
            assert_eq!(site.post(&format!("{door}/others"), &[(&format!("other_{}", open[0]), "yes")]).await.status, 404);
        }

        let others = jonas.get(&format!("/requests/{accepted}/others")).await.text;
        assert_eq!(others.matches("name=\"other_").count(), 2, "{others}");
        let foreign = format!("other_{accepted}");
        let ticked = format!("other_{}", open[0]);
        let fields = [(ticked.as_str(), "yes"), (foreign.as_str(), "yes"), ("note", "We found somebody, thank you.")];
        assert_eq!(jonas.post(&format!("/requests/{accepted}/others"), &fields).await.status, 303);
        let states: Vec<State> = all(&site).await.iter().map(|(_, state, _)| *state).collect();
        assert_eq!(states.iter().filter(|state| **state == State::Withdrawn).count(), 1);
        assert_eq!(states.iter().filter(|state| **state == State::Accepted).count(), 1);
        let told = site.mail_of(Kind::RequestMoved).await.letter.unwrap();
        assert!(told.text.contains("We found somebody"), "{}", told.text);
        assert!(jonas.get(&format!("/requests/{accepted}")).await.text.contains("Another act that you asked"));
    }

    async fn many_requests_in_a_day_are_too_many(site: Site) {
        list_acts(&site).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        for number in 0..13 {
            site.clock.advance(SignedDuration::from_mins(10));
            let key = format!("key-{number}-0123456789abc");
            let sent = asks(&site, &jonas, &["night-ferry", "salt-harbour", "tin-moon"], &key, &[]).await;
            assert_eq!(sent.status, 303);
        }
        let sent = asks(&site, &jonas, &["night-ferry", "salt-harbour"], "key-x-0123456789abc", &[]).await;
        assert_eq!(sent.status, 429);
        assert!(sent.text.contains("Many requests were sent") && sent.text.contains("value=\"Harbour Night\""), "{}", sent.text);
        site.clock.advance(SignedDuration::from_hours(24));
        let jonas = Member::sign_in(&site, PROMOTER).await;
        assert_eq!(asks(&site, &jonas, &["night-ferry"], "key-y-0123456789abc", &[]).await.status, 303);
    }

    async fn a_shortlist_is_for_its_owner_alone(site: Site) {
        list_acts(&site).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        assert!(site.get("/artists/tin-moon").await.text.contains("/artists/tin-moon/shortlist"));
        let asked = site.get("/artists/tin-moon/shortlist").await;
        assert!(asked.location().starts_with("/sign-in?next="), "without an account nothing is kept");
        for (slug, _) in ACTS {
            let kept = jonas.post(&format!("/artists/{slug}/shortlist"), &[("keep", "yes")]).await;
            assert_eq!(kept.location(), "/shortlist");
        }
        assert_eq!(jonas.post("/artists/tin-moon/shortlist", &[("keep", "yes")]).await.status, 303);
        assert_eq!(jonas.post("/artists/nobody/shortlist", &[("keep", "yes")]).await.status, 404);
        let list = jonas.get("/shortlist").await.text;
        assert_eq!(list.matches("name=\"act_").count(), 3, "{list}");
        assert!(jonas.get("/account/data.json").await.text.contains("Tin Moon"));
        let other = Member::join(&site, "freda@freda.example", "Freda").await;
        assert!(!other.get("/shortlist").await.text.contains("Tin Moon"));
        assert_eq!(jonas.post("/artists/tin-moon/shortlist", &[]).await.status, 303);
        assert!(!jonas.get("/shortlist").await.text.contains("Tin Moon"));
    }

    async fn a_form_is_kept_and_a_request_is_asked_again(site: Site) {
        list_acts(&site).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let keep = [("action", "keep"), ("template_name", "Saturdays"), ("message", "")];
        let kept = asks(&site, &jonas, &["tin-moon"], "key-1-0123456789abc", &keep).await;
        let back = kept.location();
        assert!(back.starts_with("/requests/new?act=tin-moon&template=") && back.ends_with("&done=kept"), "{back}");
        assert!(jonas.get(&back).await.text.contains("value=\"Speicher 7\""), "and goes on with it");
        let card = [("action", "keep"), ("message", "4111 1111 1111 1111")];
        let refused = asks(&site, &jonas, &["tin-moon"], "key-0-0123456789abc", &card).await;
        assert_eq!(refused.status, 422);
        assert!(all(&site).await.is_empty(), "nothing was sent");
        let page = jonas.get("/requests/new?act=night-ferry").await.text;
        let begun = between(&page, "<a href=\"/requests/new?act=night-ferry&#38;template=", "\"").to_owned();
        let page = jonas.get(&format!("/requests/new?act=night-ferry&template={begun}")).await.text;
        assert!(page.contains("value=\"Speicher 7\"") && page.contains("value=\"2027-03-13\""), "{page}");
        assert!(!page.contains("disclaimer_accepted\" value=\"yes\" checked"));
        let other = Member::join(&site, "freda@freda.example", "Freda").await;
        assert_eq!(other.get(&format!("/requests/new?template={begun}")).await.status, 404);
        assert_eq!(other.post(&format!("/requests/templates/{begun}/remove"), &[]).await.status, 303);
        assert!(jonas.get("/requests/new").await.text.contains("Saturdays"), "another's is not touched");
        assert_eq!(jonas.post(&format!("/requests/templates/{begun}/remove"), &[]).await.status, 303);
        assert!(!jonas.get("/requests/new").await.text.contains("Saturdays"));

        assert_eq!(asks(&site, &jonas, &["tin-moon"], "key-2-0123456789abc", &[]).await.status, 303);
        let id = all(&site).await[0].0;
        let thread = jonas.get(&format!("/requests/{id}")).await.text;
        assert!(thread.contains(&format!("/requests/new?act=tin-moon&#38;like={id}")), "{thread}");
        let again = format!("/requests/new?act=tin-moon&like={id}");
        let page = jonas.get(&again).await.text;
        assert!(page.contains("We run a Saturday for three hundred people"), "{page}");
        assert_eq!(other.get(&again).await.status, 404);
        // Nights that have passed are asked anew.
        site.clock.advance(SignedDuration::from_hours(150 * 24));
        let jonas = Member::sign_in(&site, PROMOTER).await;
        let page = jonas.get(&again).await.text;
        assert!(!page.contains("value=\"2027-03-13\"") && page.contains("value=\"23:00\""), "{page}");
    }
}
