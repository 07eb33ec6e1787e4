//! Somebody adds an act that is not here yet: what is here is offered first, and what comes from
//! somebody whom nobody knows is looked at by a person.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use futures_util::future::join;
use jiff::SignedDuration;
use jiff::civil::date;
use soundpost::accounts::freeze;
use soundpost::artists::import::{self, Options};
use soundpost::artists::import_file::LineError;
use soundpost::artists::{
    Artist, Facts, Listing, OutsideLink, contact_store, double_store, edit_store, removal, store,
};
use soundpost::db::migrate;
use soundpost::error::Error;
use soundpost::ids::ArtistId;
use soundpost::mail::Kind;
use soundpost::moderation::{TicketKind, new_artist, tickets};
use soundpost::people::EmailAddress;
use soundpost::people::store::ensure_contact;

use crate::support::Site;
use crate::support::form::facts;
use crate::support::member::Member;
use crate::support::visitor::hidden;

const ADD: &str = "/artists/add";
const SENT: &str = "/artists/add/sent";
const FAN: &str = "fan@listener.example";
const SPOTIFY: &str = "0aBcDeFgHiJkLmNoPqRsT9";

/// The form filled in, with some values changed.
fn act<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("name", "Harbour Choir"),
        ("genre1", "ambient"),
        ("country", "EE"),
        ("city", "Tallinn"),
        ("links", "https://choir.example/"),
        ("source", "https://festival.example/2026"),
        ("public_facts", "yes"),
    ];
    for &(name, value) in changes {
        match form.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => form.push((name, value)),
        }
    }
    form
}

/// Another act, without links.
fn named(name: &str) -> Vec<(&str, &str)> {
    act(&[("name", name), ("links", "")])
}

async fn find(site: &Site, slug: &str) -> Option<Artist> {
    let slug = slug.to_owned();
    site.db.read(move |reader| store::find_by_slug(reader, &slug)).await.unwrap()
}

async fn id_of(site: &Site, slug: &str) -> ArtistId {
    find(site, slug).await.unwrap_or_else(|| panic!("no {slug}")).id
}

async fn list(site: &Site, id: ArtistId) -> Result<String, Error> {
    let mail_site = site.site.clone();
    site.db.write(move |tx| new_artist::list_new(tx, &mail_site, id)).await
}

async fn refuse(site: &Site, id: ArtistId) -> Result<(), Error> {
    site.db.write(move |tx| new_artist::refuse_new(tx, id)).await
}

async fn insert(site: &Site, facts: Facts) -> ArtistId {
    site.db.write(move |tx| store::insert_artist(tx, &facts, &[])).await.unwrap()
}

fn linked(slug: &str, name: &str, listing: Listing, links: &[&str]) -> Facts {
    let link = |url: &&str| OutsideLink { label: "a page".into(), url: (*url).to_owned() };
    Facts {
        listing,
        links: links.iter().map(link).collect(),
        ..facts(slug, name, Default::default())
    }
}

/// Somebody with an account of a week, of whom staff have let an act into the lists.
async fn known(site: &Site) -> Member {
    let fan = Member::join(site, FAN, "Fanny").await;
    trust(site, &fan, "The First", "the-first").await;
    fan
}

async fn trust(site: &Site, member: &Member, name: &str, slug: &str) {
    assert_eq!(member.post(ADD, &named(name)).await.location(), SENT);
    list(site, id_of(site, slug).await).await.unwrap();
    site.clock.advance(SignedDuration::from_hours(7 * 24));
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn rows(site: &Site, table: &str) -> i64 {
    let mut conn = migrate::connect(&site.url).unwrap();
    let query = format!("SELECT count(*) AS n FROM {table}");
    diesel::sql_query(query).get_result::<Count>(&mut conn).unwrap().n
}

on_both! {
    async fn what_a_new_account_adds_is_seen_by_a_person_first(site: Site) {
        let fan = Member::join(&site, FAN, "Fanny").await;
        let form = fan.get("/artists/add?name=Harbour+Choir").await;
        assert!(form.status == 200 && form.text.contains("value=\"Harbour Choir\""));
        assert!(!form.text.contains("value=\"yes\" checked"), "the tick is the person's");
        assert_eq!(fan.post(ADD, &act(&[])).await.location(), SENT);
        assert!(fan.get(SENT).await.text.contains("you will be told by mail"));

        let added = find(&site, "harbour-choir").await.unwrap();
        assert_eq!(added.facts.listing, Listing::Draft);
        assert_eq!(added.facts.source, "a member, who names: https://festival.example/2026");
        for path in ["/artists", "/artists?q=harbour", "/artists/new.atom", "/genres/ambient"] {
            assert!(!site.get(path).await.text.contains("Harbour Choir"), "{path}");
        }
        for person in [site.get("/artists/harbour-choir").await, fan.get("/artists/harbour-choir").await] {
            assert_eq!(person.status, 404);
        }
        let told = site.mail_of(Kind::TicketArrived).await.letter.unwrap();
        assert_eq!(told.to, "operator@site.example");
        for words in ["An artist was added", "Name: Harbour Choir", "Home: Tallinn, Estonia",
            "https://choir.example/", "https://festival.example/2026", FAN] {
            assert!(told.text.contains(words), "{words}: {}", told.text);
        }
        assert_eq!(site.mail_of(Kind::TicketReceived).await.letter.unwrap().to, FAN);

        let url = list(&site, added.id).await.unwrap();
        assert_eq!(url, format!("{}/artists/harbour-choir", site.base));
        let page = site.get("/artists/harbour-choir").await.text;
        assert!(page.contains("Nobody has claimed this page") && page.contains("choir.example"));
        // Whoever added it may have named a website of their own.
        assert!(!site.get("/artists/harbour-choir/claim").await.text.contains("name=\"email\""));
        let claim = [("email", "me@choir.example")];
        assert_eq!(site.post("/artists/harbour-choir/claim", &claim).await.status, 409);
        assert!(site.get("/artists?q=harbour").await.text.contains("Harbour Choir"));

        // One act is not enough: the account is young.
        site.clock.advance(SignedDuration::from_hours(7 * 24 - 1));
        assert_eq!(fan.post(ADD, &named("The Second")).await.location(), SENT);
        site.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(fan.post(ADD, &named("The Third")).await.location(), "/artists/the-third");
        // And a week is not enough without an act.
        let other = Member::join(&site, "other@listener.example", "Otto").await;
        site.clock.advance(SignedDuration::from_hours(8 * 24));
        assert_eq!(other.post(ADD, &named("The Fourth")).await.location(), SENT);
    }

    async fn what_a_known_account_adds_everybody_sees_at_once(site: Site) {
        let fan = known(&site).await;
        let tickets = site.mails_of(Kind::TicketArrived).await.len();
        assert_eq!(fan.post(ADD, &act(&[("genre2", "electro")])).await.location(), "/artists/harbour-choir");
        let page = site.get("/artists/harbour-choir").await.text;
        assert!(page.contains("Harbour Choir") && page.contains("electro"));
        assert_eq!(site.get("/artists/harbour-choir/request").await.status, 409, "nobody's yet");
        for path in ["/artists?q=choir", "/genres/electro", "/artists/new.atom"] {
            assert!(site.get(path).await.text.contains("Harbour Choir"), "{path}");
        }
        assert_eq!(site.mails_of(Kind::TicketArrived).await.len(), tickets);
        // Who did it is theirs to see, and nobody else's.
        assert!(fan.get("/account/data").await.text.contains("Harbour Choir</span>, added"));
        assert!(fan.get("/account/data.json").await.text.contains("\"what\": \"added\""));
        assert!(!page.contains("Fanny"));
        // What staff have taken away since speaks for nobody.
        for slug in ["the-first", "harbour-choir"] {
            let id = id_of(&site, slug).await;
            site.db.write(move |tx| store::hide(tx, id, "Invented, as it seems.")).await.unwrap();
        }
        assert_eq!(fan.post(ADD, &named("The Last")).await.location(), SENT);
    }

    async fn an_act_of_the_same_name_is_offered_first(site: Site) {
        site.list_night_ferry().await;
        let fan = Member::join(&site, FAN, "Fanny").await;
        for name in ["Night Ferry", "NIGHT  FERRY", "Níght Férry", "night-ferry", "Nihgt Ferry"] {
            let asked = fan.post(ADD, &act(&[("name", name), ("city", "Tartu")])).await;
            assert_eq!(asked.status, 200, "{name}");
            assert!(asked.text.contains("Is it one of these?"), "{name}: {}", asked.text);
            assert!(asked.text.contains("href=\"/artists/night-ferry\""), "{name}");
            assert_eq!(hidden(&asked.text, "shown"), "night-ferry");
            // What was typed is there, with the tick.
            for kept in [format!("value=\"{name}\"").as_str(), "value=\"Tartu\"", "https://choir.example/",
                "https://festival.example/2026", "value=\"yes\" checked"] {
                assert!(asked.text.contains(kept), "{kept}: {}", asked.text);
            }
        }
        assert_eq!(rows(&site, "artists"), 1);
        assert!(site.mails_of(Kind::TicketArrived).await.is_empty());

        // Another name is another question.
        site.list_act(facts("day-ferry", "Day Ferry", Default::default())).await;
        let again = fan.post(ADD, &act(&[("name", "Day Ferry"), ("shown", "night-ferry")])).await;
        assert!(again.status == 200 && again.text.contains("href=\"/artists/day-ferry\""));
        assert_eq!(hidden(&again.text, "shown"), "day-ferry night-ferry");

        let none = act(&[("name", "Night Ferry"), ("shown", "night-ferry")]);
        assert_eq!(fan.post(ADD, &none).await.location(), SENT);
        assert_eq!(find(&site, "night-ferry-2").await.unwrap().facts.name, "Night Ferry");
        assert_eq!(find(&site, "night-ferry").await.unwrap().facts.listing, Listing::Listed);
    }

    async fn the_same_name_in_another_script_is_offered_as_well(site: Site) {
        insert(&site, facts("noch", "Ночь", Default::default())).await;
        let fan = Member::join(&site, FAN, "Fanny").await;
        let asked = fan.post(ADD, &named("Noch")).await;
        assert!(asked.status == 200 && asked.text.contains("href=\"/artists/noch\""));
    }

    async fn a_link_that_is_here_is_never_added_twice(site: Site) {
        let page = "https://www.sable.example/quartet/";
        let sable = linked("sable-quartet", "Sable Quartet", Listing::Unclaimed, &[page]);
        let id = insert(&site, sable).await;
        site.db.write(move |tx| double_store::add_external_id(tx, id, "spotify", SPOTIFY)).await.unwrap();
        let fan = known(&site).await;
        let spotify = format!("https://open.spotify.com/artist/{SPOTIFY}?si=1");
        for link in ["sable.example/quartet", "http://sable.example/quartet/", "https://www.sable.example/quartet#tour",
            "Our page https://sable.example/quartet\nhttps://new.example/", &spotify] {
            for shown in ["", "sable-quartet"] {
                let refused = fan.post(ADD, &act(&[("links", link), ("shown", shown)])).await;
                assert_eq!(refused.status, 422, "{link}");
                assert!(refused.text.contains("It is here already"), "{link}: {}", refused.text);
                assert!(refused.text.contains("href=\"/artists/sable-quartet\""), "{link}");
                assert!(refused.text.contains("value=\"Harbour Choir\""), "what was typed is kept");
            }
        }
        assert!(find(&site, "harbour-choir").await.is_none());

        // The links of today count, whoever entered them.
        site.db.write(move |tx| {
            let before = store::get_artist(tx, id)?;
            let link = OutsideLink { label: "x".into(), url: "https://moved.example/".into() };
            let facts = Facts { links: vec![link], ..before.facts.clone() };
            edit_store::update_facts(tx, &before, &facts)
        }).await.unwrap();
        assert_eq!(fan.post(ADD, &act(&[("links", "moved.example")])).await.status, 422);
        let file = "name,website\nKaja Mets,https://kaja.example/home\n";
        let options = Options { source: "a.csv".into(), observed_on: date(2026, 11, 21), dry_run: false, map: Vec::new() };
        import::import(&site.db, file.as_bytes(), &options, &mut |_: &LineError| {}).await.unwrap();
        assert_eq!(fan.post(ADD, &act(&[("links", "kaja.example/home/")])).await.status, 422);
        let free = act(&[("links", page)]);
        assert_eq!(fan.post(ADD, &free).await.location(), "/artists/harbour-choir");
        assert_eq!(fan.post(ADD, &act(&[("name", "Another"), ("links", page)])).await.status, 422);
    }

    async fn two_who_add_the_same_link_at_once_add_one_act(site: Site) {
        let fan = known(&site).await;
        let other = Member::join(&site, "other@listener.example", "Otto").await;
        trust(&site, &other, "Yesterday’s News", "yesterdays-news").await;
        let (one, two) = (act(&[("name", "One")]), act(&[("name", "Two")]));
        let (one, two) = join(fan.post(ADD, &one), other.post(ADD, &two)).await;
        let mut answers = [one.status, two.status];
        answers.sort_unstable();
        assert_eq!(answers, [303, 422]);
        assert_eq!(rows(&site, "artist_links"), 1);
    }

    async fn an_act_that_visitors_cannot_see_is_told_to_nobody(site: Site) {
        let fan = known(&site).await;
        for (slug, name, listing) in [
            ("salt-harbour", "Salt Harbour", Listing::Draft),
            ("tin-quay", "Tin Quay", Listing::Unlisted),
            ("amber-tide", "Amber Tide", Listing::Listed),
        ] {
            let link = format!("https://{slug}.example/");
            let id = insert(&site, linked(slug, name, listing, &[&link])).await;
            if listing == Listing::Listed {
                site.db.write(move |tx| store::hide(tx, id, "Not theirs, as it seems.")).await.unwrap();
            }
            let other = format!("Not {name}");
            for form in [named(name), act(&[("name", &other), ("links", &link)])] {
                let answer = fan.post(ADD, &form).await;
                assert_eq!(answer.location(), SENT, "{slug}");
            }
        }
        // Whoever is known adds another act at once, as before.
        assert_eq!(fan.post(ADD, &act(&[])).await.location(), "/artists/harbour-choir");
    }

    async fn what_is_wrong_is_said_and_what_was_typed_is_kept(site: Site) {
        let fan = Member::join(&site, FAN, "Fanny").await;
        let card = "Pay to 4111 1111 1111 1111";
        for (field, value, why) in [
            ("name", " ", "Enter the name of the act"),
            ("name", card, "This looks like a card number"),
            ("bio", card, "This looks like a card number"),
            ("source", card, "This looks like a card number"),
            ("source", "", "Say where this can be checked"),
            ("links", "javascript:alert(1)", "is no web address"),
            ("genre1", "polka-of-dust", "Choose a genre of the list"),
            ("public_facts", "", "Tick this if it is so"),
        ] {
            let refused = fan.post(ADD, &act(&[("city", "Narva"), (field, value)])).await;
            assert_eq!(refused.status, 422, "{field}: {value}");
            for words in [why, "One thing needs another look", "value=\"Narva\""] {
                assert!(refused.text.contains(words), "{field}: {words}: {}", refused.text);
            }
        }
        let nowhere = fan.post(ADD, &act(&[("city", ""), ("country", "XX")])).await;
        assert!(nowhere.status == 422 && nowhere.text.contains("Choose a country of the list"));
        let empty = fan.post(ADD, &[]).await;
        assert!(empty.status == 422 && empty.text.contains("3 things need another look"));
        assert_eq!(rows(&site, "artists"), 0);
    }

    async fn the_eleventh_of_a_day_is_refused_and_told_when(site: Site) {
        let fan = Member::join(&site, FAN, "Fanny").await;
        for n in 1..=10 {
            assert_eq!(fan.post(ADD, &named(&format!("Ferry {n}"))).await.location(), SENT, "{n}");
        }
        let refused = fan.post(ADD, &named("Ferry 11")).await;
        assert_eq!(refused.status, 429);
        assert!(refused.text.contains("Sun 22 Nov 2026, 14:00 UTC"), "{}", refused.text);
        assert!(refused.text.contains("value=\"Ferry 11\""));
        // One that staff refused was one all the same.
        refuse(&site, id_of(&site, "ferry-3").await).await.unwrap();
        assert_eq!(fan.post(ADD, &named("Ferry 11")).await.status, 429);
        let other = Member::join(&site, "other@listener.example", "Otto").await;
        assert_eq!(other.post(ADD, &named("Ferry 11")).await.location(), SENT);
        site.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(fan.post(ADD, &named("Ferry 12")).await.location(), SENT);
    }

    async fn what_staff_refuse_is_gone_and_its_ticket_stays(site: Site) {
        let fan = Member::join(&site, FAN, "Fanny").await;
        assert_eq!(fan.post(ADD, &act(&[("links", &format!("https://open.spotify.com/artist/{SPOTIFY}"))])).await.location(), SENT);
        let id = id_of(&site, "harbour-choir").await;
        assert_eq!((rows(&site, "artist_links"), rows(&site, "artist_external_ids")), (1, 1));
        refuse(&site, id).await.unwrap();
        for table in ["artists", "artist_links", "artist_external_ids", "artist_changes", "artist_cards"] {
            assert_eq!(rows(&site, table), 0, "{table}");
        }
        let found = site.db.read(|reader| tickets::list_tickets(reader, 10)).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0.kind, found[0].0.artist), (TicketKind::NewArtist, None));
        assert!(found[0].0.body.message.contains("Name: Harbour Choir"));
        assert!(matches!(refuse(&site, id).await, Err(Error::NotFound)));
        // It may come again.
        assert_eq!(fan.post(ADD, &act(&[])).await.location(), SENT);
    }

    async fn only_what_waits_is_decided(site: Site) {
        site.list_night_ferry().await;
        let ferry = id_of(&site, "night-ferry").await;
        let fan = Member::join(&site, FAN, "Fanny").await;
        for name in ["One", "Two", "Three"] {
            assert_eq!(fan.post(ADD, &named(name)).await.location(), SENT);
        }
        let (one, two, three) = (id_of(&site, "one").await, id_of(&site, "two").await, id_of(&site, "three").await);
        site.clock.advance(SignedDuration::from_hours(1));
        list(&site, one).await.unwrap();
        site.db.write(move |tx| {
            let team = ensure_contact(tx, &EmailAddress::parse("hello@two.example").unwrap())?;
            contact_store::add_contact(tx, two, team.id)?;
            contact_store::confirm_contact(tx, two, team.id)
        }).await.unwrap();
        site.db.write(move |tx| store::hide(tx, three, "Invented, as it seems.")).await.unwrap();
        for (id, why) in [
            (ferry, "was not added by somebody who waits"),
            (one, "no longer waits: it is unclaimed by now"),
            (two, "Two no longer waits: somebody answers for it"),
        ] {
            let decided = [list(&site, id).await.map(drop), refuse(&site, id).await];
            for outcome in decided {
                match outcome {
                    Err(Error::Conflict(said)) => assert!(said.contains(why), "{said}"),
                    other => panic!("{why}: {other:?}"),
                }
            }
        }
        assert_eq!(find(&site, "two").await.unwrap().facts.listing, Listing::Draft);
        assert_eq!(find(&site, "night-ferry").await.unwrap().facts.listing, Listing::Listed);
        // One that was hidden meanwhile waits all the same.
        list(&site, three).await.unwrap();
        assert_eq!(find(&site, "three").await.unwrap().facts.listing, Listing::Unclaimed);
    }

    async fn what_waits_can_be_decided_and_taken_back_whatever_happened_to_it(site: Site) {
        let fan = Member::join(&site, FAN, "Fanny").await;
        for name in ["One", "Two", "Three", "Four"] {
            assert_eq!(fan.post(ADD, &named(name)).await.location(), SENT);
            let id = id_of(&site, &name.to_lowercase()).await;
            site.clock.advance(SignedDuration::from_mins(1));
            site.db.write(move |tx| store::hide(tx, id, "Invented, as it seems.")).await.unwrap();
            if name != "Four" {
                site.db.write(move |tx| store::show(tx, id).map(drop)).await.unwrap();
            }
        }
        list(&site, id_of(&site, "one").await).await.unwrap();
        refuse(&site, id_of(&site, "two").await).await.unwrap();
        assert!(find(&site, "two").await.is_none());
        assert_eq!(fan.post("/account/delete", &[("sure", "yes")]).await.location(), "/account/deleted");
        for gone in ["three", "four"] {
            assert!(find(&site, gone).await.is_none(), "{gone}");
        }
        assert_eq!(site.get("/artists/one").await.status, 200);
        assert_eq!(rows(&site, "artist_unseen_names"), 0);
    }

    async fn a_file_that_knows_what_waits_puts_it_into_the_lists_in_its_own_words(site: Site) {
        let fan = Member::join(&site, FAN, "Fanny").await;
        let typed = act(&[("name", "Kaja Mets"), ("bio", "Typed by a stranger."), ("genre1", "electro")]);
        assert_eq!(fan.post(ADD, &typed).await.location(), SENT);
        assert_eq!(rows(&site, "artist_unseen_names"), 2);
        let file = "name,genres,country,city,monthly_listeners\nKaja Mets,techno,DE,Berlin,1200\n";
        let options = Options { source: "a.csv".into(), observed_on: date(2026, 11, 21), dry_run: false, map: Vec::new() };
        let report = import::import(&site.db, file.as_bytes(), &options, &mut |_: &LineError| {}).await.unwrap();
        assert_eq!((report.added, report.updated), (0, 1));
        let kaja = find(&site, "kaja-mets").await.unwrap().facts;
        assert_eq!((kaja.listing, kaja.genres.join("+")), (Listing::Unclaimed, "techno".to_owned()));
        assert_eq!((kaja.bio.as_str(), kaja.links.len(), kaja.city.as_str()), ("", 0, "Berlin"));
        assert_eq!((rows(&site, "artist_unseen_names"), rows(&site, "artist_links")), (0, 0));
        assert!(site.get("/artists?q=kaja").await.text.contains("/artists/kaja-mets"));
        assert!(!site.get("/artists/kaja-mets").await.text.contains("Typed by a stranger"));
        // What is seen stays when who added it leaves.
        let again = import::import(&site.db, file.as_bytes(), &options, &mut |_: &LineError| {}).await.unwrap();
        assert_eq!(again.unchanged, 1);
        let fan = Member::sign_in(&site, FAN).await;
        assert_eq!(fan.post("/account/delete", &[("sure", "yes")]).await.location(), "/account/deleted");
        assert_eq!(site.get("/artists/kaja-mets").await.status, 200);
    }

    async fn a_file_does_not_list_what_waits_because_its_act_wants_no_page(site: Site) {
        let id = insert(&site, linked("kaja-mets", "Kaja Mets", Listing::Unclaimed, &[])).await;
        site.db.write(move |tx| removal::remove_unanswered(tx, id)).await.unwrap();
        let fan = Member::join(&site, FAN, "Fanny").await;
        assert_eq!(fan.post(ADD, &named("Kaja Mets")).await.location(), SENT);
        let file = "name,country\nKaja Mets,EE\n";
        let options = Options { source: "a.csv".into(), observed_on: date(2026, 11, 21), dry_run: false, map: Vec::new() };
        let report = import::import(&site.db, file.as_bytes(), &options, &mut |_: &LineError| {}).await.unwrap();
        assert_eq!((report.updated, report.unwanted), (0, 1));
        assert_eq!(find(&site, "kaja-mets").await.unwrap().facts.listing, Listing::Draft);
    }

    async fn what_nobody_decided_in_two_years_goes_with_its_ticket(site: Site) {
        let fan = Member::join(&site, FAN, "Fanny").await;
        for name in ["One", "Two"] {
            assert_eq!(fan.post(ADD, &named(name)).await.location(), SENT);
        }
        list(&site, id_of(&site, "two").await).await.unwrap();
        site.clock.advance(SignedDuration::from_hours(729 * 24));
        site.tick().await;
        assert!(find(&site, "one").await.is_some());
        site.clock.advance(SignedDuration::from_hours(2 * 24));
        site.tick().await;
        assert!(find(&site, "one").await.is_none());
        assert_eq!(site.get("/artists/two").await.status, 200);
        assert_eq!(rows(&site, "tickets"), 0);
    }

    async fn names_from_before_they_were_noted_are_noted_by_and_by(site: Site) {
        let fan = known(&site).await;
        insert(&site, linked("another-address", "Salt Harbour", Listing::Draft, &[])).await;
        let mut conn = migrate::connect(&site.url).unwrap();
        diesel::sql_query("DELETE FROM artist_unseen_names").execute(&mut conn).unwrap();
        drop(conn);
        site.tick().await;
        assert_eq!(rows(&site, "artist_unseen_names"), 2);
        assert_eq!(fan.post(ADD, &named("SALT HARBOUR")).await.location(), SENT);
    }

    async fn an_account_tries_sixty_times_an_hour(site: Site) {
        site.list_night_ferry().await;
        let fan = Member::join(&site, FAN, "Fanny").await;
        for n in 1..=60 {
            assert_eq!(fan.post(ADD, &named("Night Ferry")).await.status, 200, "{n}");
        }
        let refused = fan.post(ADD, &named("Night Ferry")).await;
        assert_eq!(refused.status, 429);
        assert!(refused.text.contains("60 artists within an hour") && refused.text.contains("value=\"Night Ferry\""));
        // They were no additions, and others are not concerned.
        let other = Member::join(&site, "other@listener.example", "Otto").await;
        assert_eq!(other.post(ADD, &act(&[])).await.location(), SENT);
    }

    async fn who_leaves_takes_back_what_waits_and_leaves_what_is_seen(site: Site) {
        let fan = known(&site).await;
        assert_eq!(fan.post(ADD, &act(&[])).await.location(), "/artists/harbour-choir");
        insert(&site, linked("salt-harbour", "Salt Harbour", Listing::Draft, &[])).await;
        assert_eq!(fan.post(ADD, &named("Salt Harbour")).await.location(), SENT);
        assert!(find(&site, "salt-harbour-2").await.is_some());
        let fan = Member::sign_in(&site, FAN).await;
        assert_eq!(fan.post("/account/delete", &[("sure", "yes")]).await.location(), "/account/deleted");
        assert!(find(&site, "salt-harbour-2").await.is_none());
        assert!(find(&site, "salt-harbour").await.is_some(), "another's");
        assert_eq!(site.get("/artists/harbour-choir").await.status, 200);
        assert_eq!(rows(&site, "tickets"), 0);
        assert_eq!(rows(&site, "artist_changes WHERE contact IS NOT NULL"), 0);
    }

    async fn an_act_called_add_has_a_page_of_its_own(site: Site) {
        let fan = known(&site).await;
        assert_eq!(fan.post(ADD, &named("Add")).await.location(), "/artists/artist-add");
        assert_eq!(site.get("/artists/artist-add").await.status, 200);
        assert!(fan.get(ADD).await.text.contains("<h1>Add an artist</h1>"));
        let file = "name,slug\nAdder,add\nAdd,\n";
        let options = Options { source: "a.csv".into(), observed_on: date(2026, 11, 21), dry_run: false, map: Vec::new() };
        let mut errors = Vec::new();
        import::import(&site.db, file.as_bytes(), &options, &mut |error: &LineError| errors.push(error.to_string())).await.unwrap();
        assert_eq!(errors, ["line 2, slug: \"add\" is a page of the site itself"]);
        assert!(find(&site, "add").await.is_none());
    }

    async fn the_form_is_for_who_is_signed_in_and_may_act(site: Site) {
        let lost = site.get("/artists/add?name=Salt").await;
        assert_eq!(lost.location(), "/sign-in?next=%2Fartists%2Fadd%3Fname%3DSalt");
        assert_eq!(site.post(ADD, &act(&[])).await.location(), "/sign-in?next=%2Frequests");
        let fan = Member::join(&site, FAN, "Fanny").await;
        assert_eq!(fan.post_plainly(ADD, &act(&[])).await.status, 403, "without the form's token");
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            freeze::freeze(tx, &mail_site, &EmailAddress::parse(FAN).unwrap(), "Three invented acts.")
        }).await.unwrap();
        let fan = Member::sign_in(&site, FAN).await;
        assert_eq!(fan.get(ADD).await.status, 200);
        let frozen = fan.post(ADD, &act(&[])).await;
        assert!(frozen.status == 403 && frozen.text.contains("This account is frozen"));
        assert_eq!(rows(&site, "artists"), 0);
    }

    async fn lists_and_the_dashboard_lead_there(site: Site) {
        site.list_night_ferry().await;
        assert!(site.get("/artists").await.text.contains("href=\"/artists/add\""));
        let nothing = site.get("/artists?q=salt+%26+straw").await.text;
        assert!(nothing.contains("href=\"/artists/add?name=salt+%26+straw\""), "{nothing}");
        let fan = Member::join(&site, FAN, "Fanny").await;
        assert!(fan.get("/requests").await.text.contains("href=\"/artists/add\""));
        assert!(fan.get("/artists/add?name=salt+%26+straw").await.text.contains("value=\"salt &#38; straw\""));
    }
}
