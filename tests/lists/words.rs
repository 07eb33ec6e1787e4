//! The words of new acts of an import are written a while after the acts, many at once; meanwhile nothing
//! is wrong.

use std::collections::BTreeSet;
use std::io::{Error as ReadError, Read};
use std::thread::sleep;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::SignedDuration;
use soundpost::artists::import::{self, Options};
use soundpost::artists::word_index_store::settle;
use soundpost::artists::{busy_store, edit_store, removal};
use soundpost::db::{Db, migrate};
use soundpost::error::Result;

use super::*;

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    #[diesel(sql_type = Text)]
    term: String,
    #[diesel(sql_type = BigInt)]
    popularity: i64,
    #[diesel(sql_type = BigInt)]
    artist: i64,
}

fn terms(site: &Site) -> Vec<Term> {
    let mut conn = migrate::connect(&site.url).unwrap();
    let query = "SELECT term, popularity, artist FROM artist_terms";
    let mut terms: Vec<Term> = diesel::sql_query(query).load(&mut conn).unwrap();
    terms.sort();
    terms
}

/// As an import leaves new acts that was interrupted: in lists, and their words not written.
fn interrupt(site: &Site, acts: &str) {
    let since = site.clock.now().micros();
    let taken = format!(
        "INSERT INTO artist_words_due (artist, since)
             SELECT artist, {since} FROM artist_cards WHERE slug LIKE '{acts}';
         DELETE FROM artist_terms WHERE artist IN (SELECT artist FROM artist_words_due);"
    );
    migrate::connect(&site.url).unwrap().batch_execute(&taken).unwrap();
}

/// Writes what is due, and takes its time before it is kept.
async fn settle_slowly(db: &Db) -> Result<usize> {
    let slowly = |settled| {
        sleep(Duration::from_millis(300));
        settled
    };
    db.write(move |tx| settle(tx, tx.now, 9).map(slowly)).await
}

/// Something that happens while others are at it.
async fn meanwhile<T>(happens: impl Future<Output = T>) -> T {
    tokio::time::sleep(Duration::from_millis(100)).await;
    happens.await
}

async fn finds(site: &Site, words: &str, slug: &str) -> bool {
    site.get(&format!("/artists?q={words}")).await.text.contains(&format!("/artists/{slug}\""))
}

async fn call(db: &Db, slug: &'static str, name: &'static str) -> Result<()> {
    db.write(move |tx| {
        let act = store::find_by_slug(tx, slug)?.unwrap();
        let facts = Facts { name: name.to_owned(), ..act.facts.clone() };
        edit_store::update_facts(tx, &act, &facts)
    })
    .await
}

/// A file that cannot be read to its end.
struct Torn<'a>(&'a [u8]);

impl Read for Torn<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(into) {
            Ok(0) => Err(ReadError::other("the disk was taken away")),
            read => read,
        }
    }
}

async fn import(site: &Site, input: impl Read + Send) -> Result<import::Report> {
    let source = "acts.csv".to_owned();
    let observed_on = date(2026, 11, 21);
    let options = Options { source, observed_on, dry_run: false, map: Vec::new() };
    import::import(&site.db, input, &options, &mut |refused| panic!("{refused}")).await
}

on_both! {
    async fn new_acts_of_a_torn_import_are_found_later_and_known_ones_all_the_time(site: Site) {
        import(&site, "slug,name,monthly_listeners\nknown,Known Harbour,500\n".as_bytes()).await.unwrap();
        // The first of its chunks is stored before the file tears.
        let mut file = "slug,name,monthly_listeners\nknown,Known Harbour,900\n".to_owned();
        for number in 1..5_000 {
            file.push_str(&format!("new-{number},Newest Harbour {number},{number}\n"));
        }
        assert!(import(&site, Torn(file.as_bytes())).await.is_err());
        assert!(finds(&site, "harbour", "known").await, "it was there before");
        assert!(site.get("/artists/new-4999").await.status == 200);
        assert!(!finds(&site, "newest", "new-4999").await);
        site.tick().await;
        assert!(!finds(&site, "newest", "new-4999").await, "an import may come back to it itself");
        site.clock.advance(SignedDuration::from_mins(5));
        site.tick().await;
        assert!(finds(&site, "newest", "new-4999").await);
        let near = site.get("/artists?q=newset").await;
        assert!(near.text.contains("q=newest"), "and the spellings are known");
        let left = site.db.write(|tx| settle(tx, tx.now, 9)).await.unwrap();
        assert_eq!(left, 0);
    }

    async fn an_act_that_a_moderator_hides_before_its_words_are_written_has_none(site: Site) {
        site.list_act(facts("salt-harbour", "Salt Harbour", Floor::default())).await;
        interrupt(&site, "salt-harbour");
        let hidden = site.db.write(|tx| {
            let id = store::find_by_slug(tx, "salt-harbour")?.unwrap().id;
            store::hide(tx, id, "The name belongs to somebody else.").map(|()| id)
        });
        let id = hidden.await.unwrap();
        let left = site.db.write(|tx| settle(tx, tx.now, 9)).await.unwrap();
        assert_eq!((left, terms(&site)), (0, Vec::new()), "nothing is due of what no list shows");
        site.db.write(move |tx| store::show(tx, id)).await.unwrap();
        assert!(finds(&site, "salt", "salt-harbour").await);
    }

    async fn an_act_that_is_renamed_while_its_words_are_written_has_those_of_its_new_name(site: Site) {
        site.list_act(facts("salt-harbour", "Amber Quay", Floor::default())).await;
        let whole = terms(&site);
        call(&site.db, "salt-harbour", "Salt Harbour").await.unwrap();
        interrupt(&site, "salt-harbour");
        let node = site.another_node();
        let (settled, renamed) = tokio::join!(
            settle_slowly(&node),
            meanwhile(call(&site.db, "salt-harbour", "Amber Quay")),
        );
        assert_eq!(settled.unwrap(), 1);
        renamed.unwrap();
        assert_eq!(terms(&site), whole, "written, and taken out again");

        call(&site.db, "salt-harbour", "Salt Harbour").await.unwrap();
        interrupt(&site, "salt-harbour");
        call(&site.db, "salt-harbour", "Amber Quay").await.unwrap();
        assert_eq!(settle_slowly(&node).await.unwrap(), 0);
        assert_eq!(terms(&site), whole, "nothing is due of the old name");
        node.close();
    }

    async fn of_two_who_write_words_at_once_neither_leaves_any(site: Site) {
        for number in 1..=12 {
            site.list_act(facts(&format!("act-{number}"), &format!("Harbour {number}"), Floor::default())).await;
        }
        let whole = terms(&site);
        interrupt(&site, "act-%");
        let node = site.another_node();
        let (first, second) = tokio::join!(settle_slowly(&node), meanwhile(settle_slowly(&site.db)));
        assert_eq!(first.unwrap(), 9);
        // It waited for the first and took none of what it had found: not the sign that nothing is due.
        assert!(second.unwrap() > 0);
        while settle_slowly(&node).await.unwrap() > 0 {}
        assert_eq!(terms(&site), whole);
        node.close();
    }

    async fn a_word_is_not_forgotten_with_one_act_while_it_is_written_for_another(site: Site) {
        let unclaimed = |slug, name| Facts {
            listing: Listing::Unclaimed,
            ..facts(slug, name, Floor::default())
        };
        let acts = [unclaimed("first", "Tidewaters"), unclaimed("second", "Tidewaters")];
        let added = site.db.write(move |tx| {
            acts.iter().try_for_each(|act| store::insert_artist(tx, act, &[]).map(drop))
        });
        added.await.unwrap();
        interrupt(&site, "second");
        let node = site.another_node();
        let (settled, removed) = tokio::join!(
            settle_slowly(&node),
            meanwhile(site.db.write(|tx| {
                let first = store::find_by_slug(tx, "first")?.unwrap().id;
                removal::remove_unanswered(tx, first)
            })),
        );
        assert_eq!(settled.unwrap(), 1);
        removed.unwrap();
        assert!(finds(&site, "tidewaters", "second").await);
        let near = site.get("/artists?q=tidewatesr").await;
        assert!(near.text.contains("q=tidewaters"));
        node.close();
    }

    async fn the_longest_words_are_found_by_their_beginning(site: Site) {
        // As an import takes them: of each picture its name is one word with those of all the others.
        let pictures = "🎸🥁🎹🎺🎻📯🪗🪕🎷🔔".repeat(20);
        let long = "x".repeat(200);
        let file = format!(
            "slug,name\npictures,{pictures}\nlong,{long}\n\
             donau,Donaudampfschifffahrtsgesellschaft Trio\n"
        );
        import(&site, file.as_bytes()).await.unwrap();
        for (words, slug) in [
            ("guitar", "pictures"), ("guitardrum", "pictures"),
            ("xxxxxxxxxx", "long"), (&long[..100], "long"),
            ("donaudampf", "donau"), ("donaudampfschifffahrtsgesellschaft", "donau"),
            ("trio+donaudampfs", "donau"),
        ] {
            assert!(finds(&site, words, slug).await, "{words}");
        }
        assert!(!finds(&site, "donaudumpf", "donau").await, "a word that nothing begins with");
    }

    async fn an_act_is_found_by_its_whole_name_however_it_is_written(site: Site) {
        let long: Vec<String> = (1..=30).map(|n| format!("word{n}")).collect();
        let long = long.join(" ");
        for (slug, name) in [("long", long.as_str()), ("initials", "A.V.R.H.U."), ("bk", "Blue Kiosk")] {
            site.list_act(facts(slug, name, Floor::default())).await;
        }
        for (words, slug) in [
            (long.replace(' ', "+").as_str(), "long"), ("word29+word30", "long"),
            ("A.V.R.H.U.", "initials"), ("avrhu", "initials"), ("a+v+r", "initials"),
            ("b+k", "bk"),
        ] {
            assert!(finds(&site, words, slug).await, "{words}");
        }
    }

    async fn a_search_says_one_number_on_all_its_pages(site: Site) {
        // More names have one of the words than are counted on, and of those few have the other.
        let added = site.db.write(|tx| {
            for number in 0..800 {
                let name = match number % 20 {
                    0 => "Bell Kiosk",
                    of if of % 2 == 0 => "Bell",
                    _ => "Kiosk",
                };
                let slug = format!("act-{number}");
                store::insert_artist(tx, &facts(&slug, name, Floor::default()), &[])?;
            }
            Ok(())
        });
        added.await.unwrap();
        let mut shown = site.get("/artists?q=be+ki").await;
        let mut found = listed(&shown).len();
        assert!(shown.text.contains(">25+ acts"), "{}", shown.text);
        while let Some(next) = pager(&shown, "next") {
            shown = site.get(&next).await;
            found += listed(&shown).len();
            assert!(shown.text.contains(">25+ acts"), "{}", shown.text);
        }
        assert_eq!(found, 40);
        let beyond = site.get("/artists?q=be+ki&after=-5.1").await.text;
        assert!(beyond.contains("the list has become shorter") && beyond.contains("from its beginning"));
        let beyond = site.get("/artists?after=-5.1").await.text;
        assert!(beyond.contains("the list has become shorter"), "{beyond}");
    }

    async fn a_list_says_how_many_acts_it_has_now(site: Site) {
        for number in 1..=30 {
            site.list_act(facts(&format!("act-{number}"), &format!("Harbour {number}"), Floor::default())).await;
        }
        // Of a page that is not the first, too: it is not seen from its rows.
        let next = pager(&site.get("/artists").await, "next").unwrap();
        let says = async |path: &str, count: &str| {
            for _ in 0..2 {
                let page = site.get(path).await.text;
                assert!(page.contains(count), "{path} does not say {count}");
            }
        };
        says("/artists?free=2027-03-13", "30 acts").await;
        says(&next, "30 acts").await;
        says("/artists?genre=ambient", "30 acts").await;
        site.list_act(facts("one-more", "One More", Floor::default())).await;
        says("/artists?free=2027-03-13", "31 acts").await;
        says(&next, "31 acts").await;
        says("/artists?genre=ambient", "31 acts").await;
        let busy = site.db.write(|tx| {
            let artist = store::find_by_slug(tx, "act-7")?.unwrap().id;
            busy_store::replace(tx, artist, &BTreeSet::from([date(2027, 3, 13)]))
        });
        busy.await.unwrap();
        says("/artists?free=2027-03-13", "30 acts").await;
        says("/artists", "31 acts").await;
    }
}
