//! A page that nobody has claimed is removed because its act does not want it, and stays removed.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::SignedDuration;
use jiff::civil::date;
use soundpost::artists::floor::Floor;
use soundpost::artists::import::{self, Options, Report, summary};
use soundpost::artists::removal_store::Act;
use soundpost::artists::{Facts, Listing, edit_store, handover, removal, removal_store, store};
use soundpost::booking_requests::submit::purge_unconfirmed;
use soundpost::db::migrate;
use soundpost::error::{Error, Result};
use soundpost::ids::RequestId;
use soundpost::mail::Kind;
use soundpost::moderation::tickets;
use soundpost::people::EmailAddress;
use soundpost::places::Country;

use crate::support::form::facts;
use crate::support::member::Member;
use crate::support::visitor::between;
use crate::support::{Site, link_in};

/// Everything that is kept of an act in rows of its own.
const TABLES: [&str; 11] = [
    "artists",
    "artist_external_ids",
    "stat_points",
    "artist_cards",
    "artist_genres",
    "artist_terms",
    "artist_facets",
    "artist_contacts",
    "artist_old_slugs",
    "artist_changes",
    "token_deletes",
];

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

/// Two namesakes, and an act that shares a word with them.
const FILE: &str = "spotify_id,name,genres,country,city,monthly_listeners\n\
    0000000000000000000001,Kajakas Mets,ambient;techno,EE,Tartu,48210\n\
    0000000000000000000002,Kajakas Orkester,ambient,DE,Berlin,300\n";

async fn run(site: &Site, text: &str, dry_run: bool) -> Report {
    let source = "acts.csv".to_owned();
    let observed_on = date(2026, 11, 21);
    let options = Options { source, observed_on, dry_run, map: Vec::new() };
    import::import(&site.db, text.as_bytes(), &options, &mut |_| {}).await.unwrap()
}

async fn remove(site: &Site, slug: &'static str) -> Result<()> {
    site.db
        .write(move |tx| {
            let artist = store::find_by_slug(tx, slug)?.ok_or(Error::NotFound)?;
            removal::remove_unanswered(tx, artist.id)
        })
        .await
}

#[track_caller]
fn refused_for(outcome: &Result<()>, why: &str) {
    match outcome {
        Err(Error::Conflict(told)) => assert!(told.contains(why), "{told}"),
        other => panic!("{other:?}"),
    }
}

async fn is_suppressed(site: &Site, name: &'static str, country: &'static str) -> bool {
    let act =
        Facts { country: Country::from_code(country), ..facts("act", name, Floor::default()) };
    let asked = site
        .db
        .read(move |reader| removal_store::is_suppressed(reader, Act { facts: &act, ids: &[] }));
    asked.await.unwrap()
}

on_both! {
    async fn a_removed_act_is_gone_and_no_import_brings_it_back(site: Site) {
        assert_eq!(run(&site, FILE, false).await.added, 2);
        assert_eq!(site.get("/artists/kajakas-mets").await.status, 200);
        remove(&site, "kajakas-mets").await.unwrap();
        for gone in ["/artists/kajakas-mets", "/artists/kajakas-mets/claim"] {
            assert_eq!(site.get(gone).await.status, 404);
        }
        assert!(!site.get("/artists?q=mets").await.text.contains("kajakas-mets"));
        assert!(!site.get("/genres/techno").await.text.contains("kajakas-mets"));
        // The other's first word is still spelled right, the removed one's second is forgotten.
        assert!(site.get("/artists?q=kajkas").await.text.contains("Acts called “kajakas”"));
        assert!(!site.get("/artists?q=metz").await.text.contains("Acts called “mets”"));

        let again = run(&site, FILE, true).await;
        assert_eq!((again.added, again.unwanted, again.unchanged), (0, 1, 1));
        let again = run(&site, FILE, false).await;
        assert_eq!((again.added, again.unwanted, again.unchanged, again.refused), (0, 1, 1, 0));
        assert!(summary(&again).contains("Removed at the act’s own wish, and so not added: 1."));
        assert_eq!(site.get("/artists/kajakas-mets").await.status, 404);
        // However another file writes it, and whatever it calls it.
        let other = "slug,name,genres,country\nforest,KAJAKAS METS,techno,\nwood,Kajakas-Mets,,Estonia\n";
        assert_eq!(run(&site, other, false).await.unwanted, 2);
        assert!(is_suppressed(&site, "kajakas mets", "EE").await);
        assert!(is_suppressed(&site, "kajakas mets", "").await);
        assert!(!is_suppressed(&site, "kajakas mets", "FI").await);
        assert!(!is_suppressed(&site, "Kajakas Orkester", "DE").await);
        // A namesake from elsewhere is another act.
        let namesake = "name,genres,country\nKajakas Mets,techno,FI\n";
        assert_eq!(run(&site, namesake, false).await.added, 1);
    }

    async fn nothing_of_it_stays_in_any_table(site: Site) {
        let before: Vec<i64> = TABLES.iter().map(|table| rows(&site, table)).collect();
        let text = FILE.lines().take(2).collect::<Vec<_>>().join("\n");
        assert_eq!(run(&site, &text, false).await.added, 1);
        site.clock.advance(SignedDuration::from_hours(24));
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            // An address that was asked and has not answered, an old address of the page, a change.
            let act = store::find_by_slug(tx, "kajakas-mets")?.unwrap();
            let asked = EmailAddress::parse("hello@kajakas.example").unwrap();
            soundpost::artists::listing::ask_to_list(tx, &mail_site, "kajakas-mets", &asked)?;
            let moved = soundpost::artists::Facts { slug: "kajakas".into(), ..act.facts.clone() };
            edit_store::update_facts(tx, &act, &moved)?;
            let contact = soundpost::people::store::ensure_contact(tx, &asked)?;
            edit_store::insert_change(tx, act.id, contact.id, "address of the page")
        }).await.unwrap();
        for (table, before) in TABLES.iter().zip(&before) {
            assert!(rows(&site, table) > *before, "{table}");
        }
        let link = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
        remove(&site, "kajakas").await.unwrap();
        for (table, before) in TABLES.iter().zip(&before) {
            assert_eq!(rows(&site, table), *before, "{table}");
        }
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 404);
        assert_eq!(site.get("/artists/kajakas-mets").await.status, 404);
        assert_eq!(rows(&site, "removed_artists"), 3, "its name twice, its identifier");
    }

    async fn the_ticket_that_asks_for_it_survives_the_act(site: Site) {
        run(&site, FILE, false).await;
        let form = site.get("/artists/kajakas-mets/report?about=unwanted").await.text;
        let chosen = between(&form, "value=\"unwanted\"", ">");
        assert!(chosen.contains("checked"), "{chosen}");
        let report = [("reason", "unwanted"), ("details", "We never wanted to be here."),
            ("email", "hello@kajakas.example")];
        let sent = site.post("/artists/kajakas-mets/report", &report).await;
        assert_eq!(sent.status, 303);
        remove(&site, "kajakas-mets").await.unwrap();
        let found = site.db.read(|reader| tickets::list_tickets(reader, 10)).await.unwrap();
        let [(ticket, artist)] = &found[..] else { panic!("{}", found.len()) };
        assert_eq!(ticket.body.message, "We never wanted to be here.");
        assert!(ticket.artist.is_none() && artist.is_none());
    }

    async fn a_page_that_is_somebody_s_is_not_removed(site: Site) {
        site.list_night_ferry().await;
        refused_for(&remove(&site, "night-ferry").await, "Somebody answers for Night Ferry");
        assert_eq!(site.get("/artists/night-ferry").await.status, 200);
        assert!(matches!(remove(&site, "no-such-act").await, Err(Error::NotFound)));

        // Nor is one to which somebody has written, even when its people have left.
        let check_mail = site.submit(&site.filled_form().await).await.location();
        site.db.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            let team = soundpost::artists::contact_store::list_confirmed_contacts(tx, act.id)?;
            soundpost::artists::contact_store::remove_contact(tx, act.id, team[0])
        }).await.unwrap();
        refused_for(&remove(&site, "night-ferry").await, "There are booking requests");
        let id: i64 = between(&check_mail, "/requests/", "/").parse().unwrap();
        site.db.write(move |tx| purge_unconfirmed(tx, RequestId(id))).await.unwrap();
        remove(&site, "night-ferry").await.unwrap();
    }

    async fn a_page_that_is_being_claimed_from_who_has_left_is_not_removed(site: Site) {
        site.list_night_ferry().await;
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            let claimant = EmailAddress::parse("tove@label.example").unwrap();
            handover::accept_claim(tx, &mail_site, act.id, &claimant)?;
            let team = soundpost::artists::contact_store::list_confirmed_contacts(tx, act.id)?;
            soundpost::artists::contact_store::remove_contact(tx, act.id, team[0])
        }).await.unwrap();
        refused_for(&remove(&site, "night-ferry").await, "under way");
    }

    async fn a_removed_act_does_not_come_back_under_its_own_identifiers(site: Site) {
        let file = "spotify_id,name,country,website\n\
            0000000000000000000001,Kajakas Mets,EE,https://www.kajakas.example/\n";
        assert_eq!(run(&site, file, false).await.added, 1);
        remove(&site, "kajakas-mets").await.unwrap();
        for (row, unwanted) in [
            ("0000000000000000000001,The Forest,FI,", 1),
            ("0000000000000000000002,The Forest,FI,http://kajakas.example", 1),
            ("0000000000000000000002,The Forest,FI,https://kajakas.example/other", 0),
        ] {
            let text = format!("spotify_id,name,country,website\n{row}\n");
            let report = run(&site, &text, false).await;
            assert_eq!((report.unwanted, report.added), (unwanted, 1 - unwanted), "{row}");
        }
        // Whoever adds it by hand is not told, and a person decides.
        let fan = Member::join(&site, "fan@listener.example", "Fanny").await;
        let act = [("name", "Quite Another"), ("source", "their poster"), ("public_facts", "yes"),
            ("links", "https://open.spotify.com/artist/0000000000000000000001")];
        assert_eq!(fan.post("/artists/add", &act).await.location(), "/artists/add/sent");
        let told = site.mail_of(Kind::TicketArrived).await.letter.unwrap().text;
        assert!(told.contains("Careful: an act of this name, or with one of these links"), "{told}");

        let readmitted = site.db.write(|tx| {
            removal_store::readmit(tx, "Kajakas Mets", Country::from_code("EE").as_ref())
        });
        assert!(readmitted.await.unwrap());
        assert_eq!(rows(&site, "removed_artists"), 0);
    }

    async fn one_who_comes_back_leaves_a_removed_namesake_where_it_is(site: Site) {
        let file = "name,slug,country\nKajakas,one,EE\nKajakas,two,FI\n";
        assert_eq!(run(&site, file, false).await.added, 2);
        remove(&site, "one").await.unwrap();
        remove(&site, "two").await.unwrap();
        let readmitted = site.db.write(|tx| {
            removal_store::readmit(tx, "Kajakas", Country::from_code("EE").as_ref())
        });
        assert!(readmitted.await.unwrap());
        assert!(!is_suppressed(&site, "Kajakas", "EE").await);
        assert!(is_suppressed(&site, "Kajakas", "FI").await);
        assert!(is_suppressed(&site, "Kajakas", "").await, "it may be the other");
    }

    async fn who_wants_to_come_back_is_readmitted(site: Site) {
        let mut unclaimed = facts("sable-quartet", "Sable Quartet", Default::default());
        unclaimed.listing = Listing::Unclaimed;
        site.db.write(move |tx| store::insert_artist(tx, &unclaimed, &[])).await.unwrap();
        remove(&site, "sable-quartet").await.unwrap();
        let readmit = async |country: &'static str| {
            let job = site.db.write(move |tx| {
                removal_store::readmit(tx, "Sable Quartet", Country::from_code(country).as_ref())
            });
            job.await.unwrap()
        };
        assert!(!readmit("FI").await, "a namesake's country");
        assert!(is_suppressed(&site, "Sable Quartet", "EE").await);
        assert!(is_suppressed(&site, "Sable Quartet", "").await);
        assert!(readmit("EE").await);
        assert!(!is_suppressed(&site, "Sable Quartet", "EE").await);
        assert!(!is_suppressed(&site, "Sable Quartet", "").await);
        assert_eq!(rows(&site, "removed_artists"), 0);
    }
}
