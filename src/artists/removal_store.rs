//! Deleting an artist, and the table of those that are not to come back. It holds keyed hashes of
//! name and country: whether an act is in it can be asked, which acts are cannot.

use std::collections::HashSet;

use diesel::prelude::*;

use super::names::name_key;
use super::{Artist, Facts, double_store, index, store};
use crate::db::schema::{artists, removed_artists};
use crate::db::{Reader, Tx};
use crate::error::Result;
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

/// What is noted of a removed act. Where a country is missing, on either side, the name alone decides:
/// rather a namesake is asked to write to us than an act comes back against its wish.
fn noted(vault: &Vault, name: &str, country: Option<&Country>) -> Vec<Vec<u8>> {
    match country {
        Some(country) => {
            vec![name_index(vault, name, country.code()), name_index(vault, name, OF_NO_COUNTRY)]
        }
        None => vec![name_index(vault, name, OF_ANY_COUNTRY)],
    }
}

/// What is looked for when an act is about to be added.
fn sought(vault: &Vault, name: &str, country: Option<&Country>) -> [Vec<u8>; 2] {
    let place = country.map_or(OF_NO_COUNTRY, Country::code);
    [name_index(vault, name, place), name_index(vault, name, OF_ANY_COUNTRY)]
}

/// Notes that an act is not to come back.
pub(super) fn suppress(tx: &mut Tx<'_>, name: &str, country: Option<&Country>) -> Result<()> {
    for index in noted(tx.vault, name, country) {
        let known: i64 =
            removed_artists::table.find(index.as_slice()).count().get_result(tx.conn)?;
        if known == 0 {
            diesel::insert_into(removed_artists::table)
                .values((
                    removed_artists::name_index.eq(index),
                    removed_artists::removed_at.eq(tx.now.micros()),
                ))
                .execute(tx.conn)?;
        }
    }
    Ok(())
}

/// Lets an act come back that wanted to be removed; `false` when none of that country did.
pub fn readmit(tx: &mut Tx<'_>, name: &str, country: Option<&Country>) -> Result<bool> {
    for (at, index) in noted(tx.vault, name, country).into_iter().enumerate() {
        let forgotten =
            diesel::delete(removed_artists::table.find(index.as_slice())).execute(tx.conn)?;
        if at == 0 && forgotten == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether an act of this name and country wanted to be removed, and so is not to be added.
pub fn is_suppressed(
    reader: &mut Reader<'_>,
    name: &str,
    country: Option<&Country>,
) -> Result<bool> {
    let sought = sought(reader.vault, name, country).to_vec();
    let found: i64 = removed_artists::table
        .filter(removed_artists::name_index.eq_any(sought))
        .count()
        .get_result(reader.conn)?;
    Ok(found > 0)
}

/// The same for many at once, in their order.
pub fn list_suppressed(reader: &mut Reader<'_>, acts: &[&Facts]) -> Result<Vec<bool>> {
    let any: Option<i64> =
        removed_artists::table.select(removed_artists::removed_at).first(reader.conn).optional()?;
    if any.is_none() {
        return Ok(vec![false; acts.len()]);
    }
    let vault = reader.vault;
    let asked: Vec<[Vec<u8>; 2]> =
        acts.iter().map(|facts| sought(vault, &facts.name, facts.country.as_ref())).collect();
    let all: Vec<Vec<u8>> = asked.iter().flatten().cloned().collect();
    let mut found: HashSet<Vec<u8>> = HashSet::new();
    for some in all.chunks(AT_ONCE) {
        let rows: Vec<Vec<u8>> = removed_artists::table
            .filter(removed_artists::name_index.eq_any(some.to_vec()))
            .select(removed_artists::name_index)
            .load(reader.conn)?;
        found.extend(rows);
    }
    Ok(asked.iter().map(|sought| sought.iter().any(|index| found.contains(index))).collect())
}

/// Deletes an artist: what lists and search are made of, the words of its name that no other act
/// bears, and with the row whatever belongs to it.
pub fn delete_artist(tx: &mut Tx<'_>, artist: &Artist) -> Result<()> {
    let now = tx.now;
    if let Some(entry) = store::indexed_entry(tx, artist.id, now)? {
        index::remove(tx, &[entry])?;
    }
    double_store::delete_links(tx, artist.id)?;
    diesel::delete(artists::table.find(artist.id.0)).execute(tx.conn)?;
    index::forget_words(tx, &artist.facts.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::{IndexSecrets, MasterKey};

    fn meets(removed: (&str, &str), added: (&str, &str)) -> bool {
        let vault = Vault::new(MasterKey::generate().into(), IndexSecrets::draw());
        let country = Country::from_code;
        let noted = noted(&vault, removed.0, country(removed.1).as_ref());
        let sought = sought(&vault, added.0, country(added.1).as_ref());
        sought.iter().any(|index| noted.contains(index))
    }

    #[test]
    fn an_act_is_known_again_however_it_is_written_and_a_namesake_elsewhere_is_another() {
        assert!(meets(("Björn & Söner", "SE"), ("BJORN AND SONER", "SE")));
        assert!(meets(("Kaja", "EE"), ("Kaja", "")));
        assert!(meets(("Kaja", ""), ("Kaja", "DE")));
        assert!(meets(("Kaja", ""), ("Kaja", "")));
        assert!(!meets(("Kaja", "EE"), ("Kaja", "DE")));
        assert!(!meets(("Kaja", ""), ("Kaja Mets", "")));
    }
}
