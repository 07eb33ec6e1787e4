//! What leads on from a search that found nothing: another spelling, a city of that name.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;

use super::names::name_key;
use super::word_index_store::{LONGEST_PREFIX, spelling_variants};
use super::word_store::is_begun;
use crate::db::Reader;
use crate::db::schema::{artist_cards, artist_terms, token_deletes};
use crate::error::Result;
use crate::places::Country;

/// Spellings of a word that are tried, and of a whole search.
const OF_A_WORD: usize = 3;
const OF_A_SEARCH: usize = 8;

/// How a search may be meant: with one word or more spelled as acts spell them, one edit away at most. Those
/// that change fewer words come first, and of one word the best known spelling. Whether an act is called so,
/// all words together, is for who asks to look.
pub fn list_spellings(reader: &mut Reader<'_>, text: &str) -> Result<Vec<String>> {
    let key = name_key(text);
    let mut meant: Vec<(usize, Vec<String>)> = vec![(0, Vec::new())];
    for word in key.split(' ') {
        let mut spellings: Vec<(usize, String)> = Vec::new();
        if is_begun(reader, word)? {
            spellings.push((0, word.to_owned()));
        }
        spellings.extend(nearest(reader, word)?.into_iter().map(|near| (1, near)));
        let longer = meant.iter().flat_map(|(changes, words)| {
            spellings.iter().map(move |(more, word)| {
                (changes + more, [words.as_slice(), std::slice::from_ref(word)].concat())
            })
        });
        meant = longer.collect();
        meant.sort_by_key(|(changes, _)| *changes);
        meant.truncate(OF_A_SEARCH + 1);
    }
    let changed = meant.into_iter().filter(|(changes, _)| *changes > 0);
    Ok(changed.map(|(_, words)| words.join(" ")).take(OF_A_SEARCH).collect())
}

/// Words that come near are compared by how well known their acts are; so many of them.
const COMPARED: usize = 12;

/// The words of acts that are one edit away, the best known first.
fn nearest(reader: &mut Reader<'_>, word: &str) -> Result<Vec<String>> {
    let mut candidates: Vec<String> = token_deletes::table
        .filter(token_deletes::variant.eq_any(spelling_variants(word)))
        .select(token_deletes::token)
        .limit(500)
        .load(reader.conn)?;
    candidates.sort_unstable();
    candidates.dedup();
    candidates.retain(|candidate| strsim::osa_distance(candidate, word) == 1);
    candidates.truncate(COMPARED);
    let mut known: Vec<(Reverse<i64>, String)> = Vec::new();
    for candidate in candidates {
        let term: String = candidate.chars().take(LONGEST_PREFIX).collect();
        let popularity: Option<i64> = artist_terms::table
            .filter(artist_terms::term.eq(term))
            .order((artist_terms::popularity.desc(), artist_terms::artist.desc()))
            .select(artist_terms::popularity)
            .first(reader.conn)
            .optional()?;
        known.extend(popularity.map(|popularity| (Reverse(popularity), candidate)));
    }
    known.sort();
    Ok(known.into_iter().map(|(_, candidate)| candidate).take(OF_A_WORD).collect())
}

/// Which of these words have their variants noted already: a word is put there with all of them, and
/// is one of them itself.
pub fn list_known(reader: &mut Reader<'_>, words: &BTreeSet<&str>) -> Result<HashSet<String>> {
    /// SQLite takes 32,766 parameters.
    const AT_ONCE: usize = 5_000;
    let mut known = HashSet::new();
    let words: Vec<&str> = words.iter().copied().collect();
    for some in words.chunks(AT_ONCE) {
        let found: Vec<String> = token_deletes::table
            .filter(token_deletes::variant.eq_any(some.iter().copied()))
            .filter(token_deletes::token.eq(token_deletes::variant))
            .select(token_deletes::token)
            .load(reader.conn)?;
        known.extend(found);
    }
    Ok(known)
}

/// The city that is called like this, with its country, if an act lives there.
pub fn find_city(reader: &mut Reader<'_>, text: &str) -> Result<Option<(String, Country)>> {
    let found: Option<(String, String)> = artist_cards::table
        .filter(artist_cards::city_key.eq(name_key(text)))
        .filter(artist_cards::country.ne(""))
        .select((artist_cards::city, artist_cards::country))
        .order((artist_cards::country, artist_cards::popularity.desc()))
        .first(reader.conn)
        .optional()?;
    Ok(found.and_then(|(city, code)| Country::from_code(&code).map(|country| (city, country))))
}
