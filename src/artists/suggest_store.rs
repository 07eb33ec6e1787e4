//! What leads on from a search that found nothing: another spelling, a city of that name.

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;

use super::names::name_key;
use super::word_index_store::{LONGEST_PREFIX, spelling_variants};
use crate::db::Reader;
use crate::db::schema::{artist_cards, artist_terms, token_deletes};
use crate::error::Result;
use crate::places::Country;

/// The search with its words spelled as acts spell them, one edit away at most; `None` when
/// nothing comes near.
pub fn find_spelling(reader: &mut Reader<'_>, text: &str) -> Result<Option<String>> {
    let key = name_key(text);
    let mut corrected = Vec::new();
    let mut changed = false;
    for word in key.split(' ') {
        let near = nearest(reader, word)?;
        changed |= near.is_some();
        corrected.push(near.unwrap_or_else(|| word.to_owned()));
    }
    Ok(changed.then(|| corrected.join(" ")))
}

/// Words that come near are compared by how well known their acts are; so many of them.
const COMPARED: usize = 12;

fn nearest(reader: &mut Reader<'_>, word: &str) -> Result<Option<String>> {
    let mut candidates: Vec<String> = token_deletes::table
        .filter(token_deletes::variant.eq_any(spelling_variants(word)))
        .select(token_deletes::token)
        .limit(500)
        .load(reader.conn)?;
    candidates.sort_unstable();
    candidates.dedup();
    candidates.retain(|candidate| strsim::osa_distance(candidate, word) == 1);
    candidates.truncate(COMPARED);
    let mut best: Option<(i64, String)> = None;
    for candidate in candidates {
        let term: String = candidate.chars().take(LONGEST_PREFIX).collect();
        let popularity: Option<i64> = artist_terms::table
            .filter(artist_terms::term.eq(term))
            .order((artist_terms::popularity.desc(), artist_terms::artist.desc()))
            .select(artist_terms::popularity)
            .first(reader.conn)
            .optional()?;
        if let Some(popularity) = popularity
            && best.as_ref().is_none_or(|(most, _)| popularity > *most)
        {
            best = Some((popularity, candidate));
        }
    }
    Ok(best.map(|(_, candidate)| candidate))
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
