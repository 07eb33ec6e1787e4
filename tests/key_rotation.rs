//! A new master key: people, links and receipts are the same before and after it, wherever the
//! change is interrupted; and nobody goes on with the old key alone.

use diesel::connection::SimpleConnection;
use futures_util::future::join;
use soundpost::db::installation::{self, Kind as Database};
use soundpost::db::rotation::{self, START, Survey, Tally};
use soundpost::db::{Db, key_store, migrate};
use soundpost::disclaimer::receipt::{Receipt, parse_key, verify};
use soundpost::error::Error;
use soundpost::ids::KeyId;
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;
use soundpost::people::store::{Contact, ensure_contact, find_contact};
use soundpost::privacy::erase::erase;
use soundpost::sealed::{Keyring, MasterKey};

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::{Site, link_in};

fn address(n: usize) -> EmailAddress {
    EmailAddress::parse(&format!("p{n}@venue.example")).unwrap()
}

/// So many people, each with a key of their own.
async fn with_people(site: &Site, count: usize) {
    let add = move |tx: &mut soundpost::db::Tx<'_>| {
        (0..count).try_for_each(|n| ensure_contact(tx, &address(n)).map(drop))
    };
    site.db.write(add).await.unwrap();
}

async fn find(db: &Db, address: EmailAddress) -> Option<Contact> {
    db.read(move |reader| find_contact(reader, &address)).await.unwrap()
}

/// Which of these keys open what.
fn survey(site: &Site, keyring: &Keyring) -> Survey {
    rotation::survey(&mut migrate::connect(&site.url).unwrap(), keyring).unwrap()
}

/// A key as it is stored.
async fn wrapped(site: &Site, id: KeyId) -> Vec<u8> {
    let keys =
        site.db.read(|reader| key_store::list_wrapped(reader.conn, START, 100)).await.unwrap();
    keys.into_iter().find(|(known, _)| *known == id).unwrap().1
}

/// A new key that wraps, beside the old one that still opens.
fn swapped(site: &Site) -> (MasterKey, Keyring) {
    let new = MasterKey::generate();
    (new.clone(), Keyring::new(new, vec![site.master.clone()]))
}

fn tally(by_master: i64, by_another: i64, by_none: &[&str]) -> Tally {
    let by_none = by_none.iter().map(|name| (*name).to_owned()).collect();
    Tally { by_master, by_another, by_none }
}

async fn receipt(site: &Site, path: &str) -> Receipt {
    serde_json::from_str(&site.get(path).await.text).unwrap()
}

on_both! {
    async fn people_links_and_receipts_are_the_same_before_and_after(site: Site) {
        site.list_night_ferry().await;
        let member = Member::join(&site, "mika@quay.example", "Mika").await;
        let (_, artist) = site.sent_request().await;
        let file = link_in(&site.mail_of(Kind::RequestSent).await, "/receipts/");
        let file = file.replacen('?', ".json?", 1);
        let key = parse_key(&receipt(&site, &file).await.public_key).unwrap();

        let (old, new) = (site.master.clone(), MasterKey::generate());
        let not_swapped = site.serving_node(&old, std::slice::from_ref(&new));
        let swapped = site.serving_node(&new, std::slice::from_ref(&old));
        let done = rotation::rotate(&swapped.db, 2).await.unwrap();
        assert!(done.secrets && done.keys >= 4 && done.now.needs_no_other(), "{done:?}");
        for node in [&not_swapped, &swapped] {
            assert!(node.get(&artist).await.text.contains("old warehouse"), "it runs on");
            node.stop().await;
        }

        let after = site.serving_node(&new, &[]);
        assert!(after.get(&artist).await.text.contains("old warehouse"));
        let there = Member::known_at(&after, member.cookie().to_owned(), "/account").await;
        assert_eq!(there.form_token(), member.form_token());
        for known in [ARTIST, PROMOTER, "mika@quay.example"] {
            let known = EmailAddress::parse(known).unwrap();
            assert!(find(&after.db, known.clone()).await.is_some(), "{known:?}");
        }
        verify(&receipt(&after, &file).await, &key).unwrap();
        after.stop().await;
    }

    async fn a_rotation_that_was_stopped_is_finished_by_the_next(site: Site) {
        with_people(&site, 5).await;
        let (_, keyring) = swapped(&site);
        let node = site.open(keyring.clone()).unwrap();
        let batch = rotation::rotate_batch(&node, START, 2).await.unwrap().unwrap();
        assert_eq!(batch.keys, 2);
        assert_eq!(survey(&site, &keyring).keys, tally(2, 3, &[]));
        for n in 0..5 {
            let known = find(&node, address(n)).await.unwrap();
            assert_eq!(known.address, address(n), "both keys open");
        }
        let done = rotation::rotate(&node, 2).await.unwrap();
        assert_eq!((done.keys, done.secrets), (3, true));
        assert_eq!((done.now.keys, done.now.secrets), (tally(5, 0, &[]), tally(3, 0, &[])));
        let again = rotation::rotate(&node, 2).await.unwrap();
        assert_eq!((again.keys, again.secrets), (0, false));
        node.close();
    }

    async fn two_rotations_at_once_wrap_each_key_once(site: Site) {
        with_people(&site, 9).await;
        let (new, keyring) = swapped(&site);
        let nodes = [(); 2].map(|()| site.open(keyring.clone()).unwrap());
        let (one, other) =
            join(rotation::rotate(&nodes[0], 2), rotation::rotate(&nodes[1], 2)).await;
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.keys + other.keys, 9);
        assert!(one.secrets != other.secrets, "one of them was first");
        assert_eq!(survey(&site, &new.into()).keys, tally(9, 0, &[]));
        for node in &nodes {
            node.close();
        }
    }

    async fn nobody_goes_on_with_the_old_key_alone(site: Site) {
        with_people(&site, 1).await;
        let (new, keyring) = swapped(&site);
        let node = site.open(keyring).unwrap();
        rotation::rotate(&node, 2).await.unwrap();
        node.close();
        let told = site.open(site.master.clone()).err().unwrap().to_string();
        assert!(told.contains("no master key in the configuration opens this database"), "{told}");
        assert!(told.contains("keys.master has to be the new one"), "{told}");
        site.open(new).unwrap().close();
    }

    async fn what_is_erased_meanwhile_stays_erased(site: Site) {
        with_people(&site, 2).await;
        let (_, keyring) = swapped(&site);
        let node = site.open(keyring.clone()).unwrap();
        // A rotation has read and wrapped the key of somebody who is erased in this very moment.
        let id = KeyId(find(&node, address(0)).await.unwrap().key.id());
        let old = wrapped(&site, id).await;
        let again = keyring.wrap(&keyring.unwrap(id.0, &old).unwrap().0).unwrap();
        let mail_site = site.site.clone();
        let erased = site.db.write(move |tx| {
            let person = find_contact(tx, &address(0))?.unwrap();
            erase(tx, &mail_site, &person)
        });
        erased.await.unwrap();
        let late =
            node.write(move |tx| key_store::replace_wrapped(tx.conn, id, &old, &again)).await;
        assert!(!late.unwrap());
        assert!(rotation::rotate(&node, 2).await.unwrap().now.needs_no_other());
        let key = node.read(move |reader| key_store::get_key(reader, id)).await;
        assert!(matches!(key, Err(Error::NotFound)));
        assert!(find(&node, address(1)).await.is_some());
        node.close();
    }

    async fn what_no_key_opens_is_counted_by_name_and_left_as_it_is(site: Site) {
        with_people(&site, 3).await;
        let (new, keyring) = swapped(&site);
        let person = find(&site.db, address(1)).await.unwrap();
        let id = KeyId(person.key.id());
        let old = wrapped(&site, id).await;
        let theirs = Keyring::from(MasterKey::generate()).wrap(&person.key).unwrap();
        let strange = theirs.clone();
        let put = site.db.write(move |tx| {
            key_store::replace_wrapped(tx.conn, id, &old, &strange)
        });
        assert!(put.await.unwrap());

        let (lost, secrets) = (id.to_string(), ["receipt_secret", "index_secret", "proof_secret"]);
        let alone = survey(&site, &new.into());
        assert_eq!((alone.keys.by_none.len(), alone.secrets), (3, tally(0, 0, &secrets)));
        let both = survey(&site, &keyring);
        assert_eq!((both.keys, both.secrets), (tally(0, 2, &[&lost]), tally(0, 3, &[])));

        let node = site.open(keyring).unwrap();
        let done = rotation::rotate(&node, 1).await.unwrap();
        assert_eq!((done.keys, &done.now.keys), (2, &tally(2, 0, &[&lost])));
        assert!(!done.now.needs_no_other());
        assert_eq!(wrapped(&site, id).await, theirs);
        node.close();
    }

    async fn a_database_from_before_keeps_what_its_people_are_found_by(site: Site) {
        let mut conn = migrate::connect(&site.url).unwrap();
        let as_before = "UPDATE installation SET index_secret = NULL, proof_secret = NULL";
        conn.batch_execute(as_before).unwrap();
        let told = site.open(site.master.clone()).err().unwrap().to_string();
        assert!(told.contains("Run: soundpost migrate"), "{told}");

        let (kind, now) = (Database::Production, site.clock.now());
        installation::mark(&mut conn, &site.master.clone().into(), kind, now).unwrap();
        let node = site.open(site.master.clone()).unwrap();
        let proof = node.vault().prove("claim", "42");
        assert_ne!(proof, site.db.vault().prove("claim", "42"), "a new one draws its own");
        node.write(|tx| ensure_contact(tx, &address(0)).map(drop)).await.unwrap();
        node.close();

        // The same, had it been migrated only after its master key was swapped.
        conn.batch_execute(as_before).unwrap();
        let (_, keyring) = swapped(&site);
        installation::mark(&mut conn, &keyring, kind, now).unwrap();
        let node = site.open(keyring).unwrap();
        assert_eq!(node.vault().prove("claim", "42"), proof);
        assert!(find(&node, address(0)).await.is_some());
        node.close();
    }
}
