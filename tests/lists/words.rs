//! The words of many acts are written at once, a while after the acts; meanwhile nothing is wrong.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::SignedDuration;
use soundpost::artists::word_index_store::settle;
use soundpost::db::migrate;
use soundpost::ids::ArtistId;

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

/// As an import leaves acts that was interrupted: in lists, and their words not written.
fn interrupt(site: &Site) {
    let since = site.clock.now().micros();
    let taken = format!(
        "INSERT INTO artist_words_due (artist, since) SELECT artist, {since} FROM artist_cards;
         DELETE FROM artist_terms; DELETE FROM token_deletes;"
    );
    migrate::connect(&site.url).unwrap().batch_execute(&taken).unwrap();
}

async fn salt_harbour(site: &Site) -> ArtistId {
    let read = site.db.read(|reader| store::find_by_slug(reader, "salt-harbour"));
    read.await.unwrap().unwrap().id
}

on_both! {
    async fn acts_of_an_import_that_was_interrupted_are_found_a_few_minutes_later(site: Site) {
        site.list_act(facts("salt-harbour", "Salt Harbour", Floor::default())).await;
        site.list_act(facts("amber-quay", "Amber Quay", Floor::default())).await;
        let whole = terms(&site);
        interrupt(&site);
        assert!(site.get("/artists").await.text.contains("salt-harbour"));
        let unfound = site.get("/artists?q=harbour").await;
        assert!(!unfound.text.contains("salt-harbour"));
        site.tick().await;
        assert_eq!(terms(&site), [], "the import may come back to them itself");
        site.clock.advance(SignedDuration::from_mins(5));
        site.tick().await;
        assert_eq!(terms(&site), whole);
        assert!(site.get("/artists?q=harbour").await.text.contains("salt-harbour"));
        let near = site.get("/artists?q=harbuor").await;
        assert!(near.text.contains("q=harbour"), "and their spellings are known");
        let left = site.db.write(|tx| settle(tx, tx.now, 9)).await.unwrap();
        assert_eq!(left, 0);
    }

    async fn an_act_that_changes_before_its_words_are_written_is_found_as_it_is(site: Site) {
        site.list_act(facts("salt-harbour", "Salt Harbour", Floor::default())).await;
        interrupt(&site);
        let id = salt_harbour(&site).await;
        let hidden = site.db.write(move |tx| {
            store::hide(tx, id, "The name belongs to somebody else.")
        });
        hidden.await.unwrap();
        let left = site.db.write(|tx| settle(tx, tx.now, 9)).await.unwrap();
        assert_eq!((left, terms(&site)), (0, Vec::new()), "nothing is due of what no list shows");
        site.db.write(move |tx| store::show(tx, id)).await.unwrap();
        assert!(site.get("/artists?q=salt").await.text.contains("salt-harbour"));
    }

    async fn of_a_change_and_its_words_at_once_both_stand(site: Site) {
        site.list_act(facts("salt-harbour", "Salt Harbour", Floor::default())).await;
        let whole = terms(&site);
        let id = salt_harbour(&site).await;
        let node = site.another_node();
        for round in 0..20 {
            interrupt(&site);
            let (settled, hidden) = tokio::join!(
                node.write(|tx| settle(tx, tx.now, 9)),
                site.db.write(move |tx| store::hide(tx, id, "The name is somebody else's.")),
            );
            settled.unwrap();
            hidden.unwrap();
            assert_eq!(terms(&site), [], "round {round}");
            site.db.write(move |tx| store::show(tx, id)).await.unwrap();
            assert_eq!(terms(&site), whole, "round {round}");
        }
        node.close();
    }

    async fn a_word_that_is_too_long_to_be_corrected_is_found_by_its_beginning(site: Site) {
        let name = "Donaudampfschifffahrtsgesellschaft Trio";
        site.list_act(facts("donau", name, Floor::default())).await;
        for found in ["donaudampf", "donaudampfschifffahrtsgesellschaft", "trio+donaudampfs"] {
            let page = site.get(&format!("/artists?q={found}")).await;
            assert!(page.text.contains("/artists/donau"), "{found}");
        }
        let unfound = site.get("/artists?q=donaudumpf").await;
        assert!(!unfound.text.contains("/artists/donau"), "a word that nothing begins with");
    }
}
