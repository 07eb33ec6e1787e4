//! Deleting an artist, and the table of those that are not to come back. It holds keyed hashes of name
//! and country, identifiers and links: whether an act is in it can be asked, which acts are cannot.

use std::collections::HashSet;

use diesel::prelude::*;

use super::busy_store;
use super::doubles::{external_ids, link_keys};
use super::names::name_key;
use super::{Artist, Facts, double_store, index, store, word_index_store};
use crate::db::schema::{artists, removed_artists};
use crate::db::versions::Source;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::RemovalId;
use crate::places::Country;
use crate::sealed::{Vault, blind_index};

/// Values that one statement compares with; SQLite takes 32,766 parameters.
const AT_ONCE: usize = 20_000;

/// In the place of a country: what is known without one matches.
const OF_NO_COUNTRY: &str = "?";
/// In the place of a country: whatever is known matches.
const OF_ANY_COUNTRY: &str = "*";

fn name_index(vault: &Vault, name: &str, place: &str) -> Vec<u8> {
    blind_index::of_secret(vault, "removed artist", &format!("{}\n{place}", name_key(name)))
}

/// The names under which a removed act is noted. Where a country is missing, on either side, the name
/// alone decides: rather a namesake is asked to write to us than an act comes back against its wish.
fn noted_names(vault: &Vault, name: &str, country: Option<&Country>) -> Vec<Vec<u8>> {
    match country {
        Some(country) => {
            vec![name_index(vault, name, country.code()), name_index(vault, name, OF_NO_COUNTRY)]
        }
        None => vec![name_index(vault, name, OF_ANY_COUNTRY)],
    }
}

/// The names that are looked for when an act is about to be added.
fn sought_names(vault: &Vault, name: &str, country: Option<&Country>) -> [Vec<u8>; 2] {
    let place = country.map_or(OF_NO_COUNTRY, Country::code);
    [name_index(vault, name, place), name_index(vault, name, OF_ANY_COUNTRY)]
}

/// An act as it is removed, or as it is about to be added.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// What is said about it.
    pub facts: &'a Facts,
    /// Under which identifiers catalogues know it, beside those that stand in its links.
    pub ids: &'a [(String, String)],
}

impl Act<'_> {
    /// By what it is known whatever it is called: its identifiers and its links.
    fn own_marks(&self, vault: &Vault) -> Vec<Vec<u8>> {
        let mut ids = external_ids(&self.facts.links);
        ids.extend_from_slice(self.ids);
        ids.sort_unstable();
        ids.dedup();
        let id = |(scheme, value): &(String, String)| {
            blind_index::of_secret(vault, "removed artist's id", &format!("{scheme}\n{value}"))
        };
        let link = |key: &String| blind_index::of_secret(vault, "removed artist's link", key);
        ids.iter().map(id).chain(link_keys(&self.facts.links).iter().map(link)).collect()
    }

    fn noted(&self, vault: &Vault) -> Vec<Vec<u8>> {
        let mut marks = noted_names(vault, &self.facts.name, self.facts.country.as_ref());
        marks.extend(self.own_marks(vault));
        marks
    }

    fn sought(&self, vault: &Vault) -> Vec<Vec<u8>> {
        let names = sought_names(vault, &self.facts.name, self.facts.country.as_ref());
        names.into_iter().chain(self.own_marks(vault)).collect()
    }
}

/// Notes that an act is not to come back.
pub(super) fn suppress(tx: &mut Tx<'_>, act: Act<'_>) -> Result<()> {
    let removal: RemovalId = tx.ids.next();
    for mark in act.noted(tx.vault) {
        diesel::insert_into(removed_artists::table)
            .values((
                removed_artists::mark.eq(mark),
                removed_artists::removal.eq(removal.0),
                removed_artists::removed_at.eq(tx.now.micros()),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Lets an act come back that wanted to be removed, under whatever it is known by; `false` when none of
/// that country did.
pub fn readmit(tx: &mut Tx<'_>, name: &str, country: Option<&Country>) -> Result<bool> {
    let place = country.map_or(OF_ANY_COUNTRY, Country::code);
    let removals: Vec<i64> = removed_artists::table
        .filter(removed_artists::mark.eq(name_index(tx.vault, name, place)))
        .select(removed_artists::removal)
        .load(tx.conn)?;
    for removal in &removals {
        diesel::delete(removed_artists::table.filter(removed_artists::removal.eq(*removal)))
            .execute(tx.conn)?;
    }
    Ok(!removals.is_empty())
}

/// Whether an act wanted to be removed, and so is not to be added.
pub fn is_suppressed(reader: &mut Reader<'_>, act: Act<'_>) -> Result<bool> {
    Ok(list_suppressed(reader, &[act])?.contains(&true))
}

/// The same for many at once, in their order.
pub fn list_suppressed(reader: &mut Reader<'_>, acts: &[Act<'_>]) -> Result<Vec<bool>> {
    let any: Option<i64> =
        removed_artists::table.select(removed_artists::removed_at).first(reader.conn).optional()?;
    if any.is_none() {
        return Ok(vec![false; acts.len()]);
    }
    let vault = reader.vault;
    let asked: Vec<Vec<Vec<u8>>> = acts.iter().map(|act| act.sought(vault)).collect();
    let all: Vec<Vec<u8>> = asked.iter().flatten().cloned().collect();
    let mut found: HashSet<Vec<u8>> = HashSet::new();
    for some in all.chunks(AT_ONCE) {
        let rows: Vec<Vec<u8>> = removed_artists::table
            .filter(removed_artists::mark.eq_any(some.to_vec()))
            .select(removed_artists::mark)
            .load(reader.conn)?;
        found.extend(rows);
    }
    Ok(asked.iter().map(|sought| sought.iter().any(|mark| found.contains(mark))).collect())
}

/// Deletes an artist: what lists and search are made of, the words of its name that no other act
/// bears, and with the row whatever belongs to it.
pub fn delete_artist(tx: &mut Tx<'_>, artist: &Artist) -> Result<()> {
    let now = tx.now;
    if let Some(entry) = store::indexed_entry(tx, artist.id, now)? {
        index::remove(tx, &[entry])?;
    }
    tx.touch(Source::profile(&artist.facts.slug));
    double_store::delete_links(tx, artist.id)?;
    double_store::delete_unseen_names(tx, artist.id)?;
    busy_store::delete_all(tx, artist.id)?;
    diesel::delete(artists::table.find(artist.id.0)).execute(tx.conn)?;
    word_index_store::forget(tx, &artist.facts.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artists::floor::Floor;
    use crate::artists::{Listing, OutsideLink};
    use crate::sealed::{IndexSecrets, MasterKey};

    fn facts(name: &str, country: &str, link: &str) -> Facts {
        let links = (!link.is_empty())
            .then(|| OutsideLink { label: "a page".to_owned(), url: link.to_owned() });
        Facts {
            slug: "act".to_owned(),
            name: name.to_owned(),
            listing: Listing::Unclaimed,
            genres: Vec::new(),
            country: Country::from_code(country),
            city: String::new(),
            bio: String::new(),
            plays: Vec::new(),
            links: links.into_iter().collect(),
            floor: Floor::default(),
            source: String::new(),
        }
    }

    /// A removed act and one that is added, each with an identifier of the same catalogue.
    fn meet(removed: (&Facts, &str), added: (&Facts, &str)) -> bool {
        let vault = Vault::new(MasterKey::generate().into(), IndexSecrets::draw());
        let ids = |value: &str| [("discogs".to_owned(), value.to_owned())];
        let (removed_ids, added_ids) = (ids(removed.1), ids(added.1));
        let noted = Act { facts: removed.0, ids: &removed_ids }.noted(&vault);
        let sought = Act { facts: added.0, ids: &added_ids }.sought(&vault);
        sought.iter().any(|mark| noted.contains(mark))
    }

    fn names_meet(removed: (&str, &str), added: (&str, &str)) -> bool {
        let (removed, added) = (facts(removed.0, removed.1, ""), facts(added.0, added.1, ""));
        meet((&removed, "1"), (&added, "2"))
    }

    #[test]
    fn an_act_is_known_again_however_it_is_written_and_a_namesake_elsewhere_is_another() {
        assert!(names_meet(("Björn & Söner", "SE"), ("BJORN AND SONER", "SE")));
        assert!(names_meet(("Kaja", "EE"), ("Kaja", "")));
        assert!(names_meet(("Kaja", ""), ("Kaja", "DE")));
        assert!(names_meet(("Kaja", ""), ("Kaja", "")));
        assert!(!names_meet(("Kaja", "EE"), ("Kaja", "DE")));
        assert!(!names_meet(("Kaja", ""), ("Kaja Mets", "")));
    }

    #[test]
    fn an_act_is_known_again_by_its_identifiers_and_links_whatever_it_is_called() {
        let kaja = facts("Kaja", "EE", "https://www.kaja.example/");
        assert!(meet((&kaja, "1"), (&facts("Another", "DE", ""), "1")));
        assert!(meet((&kaja, "1"), (&facts("Another", "DE", "http://kaja.example"), "2")));
        assert!(!meet((&kaja, "1"), (&facts("Another", "DE", "https://kaja.example/x"), "2")));
        // One that a link says is one all the same.
        let page = facts("Another", "DE", "https://www.discogs.com/artist/1-Kaja");
        assert!(meet((&kaja, "1"), (&page, "2")));
    }
}
