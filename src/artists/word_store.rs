//! Acts by the words of their names. Each word of a search begins one of the words of a name; one of them
//! leads: its first letters are looked up, most listeners first, and the others are compared.

use std::cmp::Reverse;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::card_store::{Card, Columns, Row};
use super::names::{is_initial, name_key, tokens};
use super::paging::{Count, MOST_COUNTED};
use super::query::{Cursor, Edge, Key, Sort};
use super::search::{beyond, free_on, walk};
use super::word_index_store::{LONGEST_PREFIX, noted};
use crate::db::row_count::RowCount;
use crate::db::schema::{artist_busy_days, artist_cards, artist_terms, token_deletes};
use crate::db::{AnyBackend, Reader};
use crate::error::Result;

/// Candidates read at once, and at most, where not every one of them fits.
const AT_ONCE: usize = 200;
const AT_MOST: usize = 4_000;

/// A search, and how it is gone about.
pub(super) struct Search {
    /// The first letters of the word that leads.
    lead: String,
    /// Whether every candidate fits: there is no other word, and the lead is the whole word.
    exact: bool,
    /// Whether a word is among them that no name has: whoever searches slipped, in all likelihood.
    hopeless: bool,
    words: Vec<String>,
    /// Only acts that take requests for this day; empty for all.
    free: String,
}

impl Search {
    /// The rarest word leads, so that as few candidates as can be are compared.
    pub(super) fn plan(reader: &mut Reader<'_>, text: &str, free: &str) -> Result<Self> {
        let mut words = words_of(reader, text)?;
        words.sort_by_key(|word| Reverse(word.chars().count()));
        let leads = words.iter().map(|word| word.chars().take(LONGEST_PREFIX).collect::<String>());
        let mut rarest: Option<(i64, String)> = None;
        for lead in leads {
            let candidates = match words.len() {
                1 => 0,
                _ => count_candidates(reader, &lead, "", AT_MOST)?,
            };
            if rarest.as_ref().is_none_or(|(fewest, _)| candidates < *fewest) {
                rarest = Some((candidates, lead));
            }
        }
        let lead = rarest.map(|(_, lead)| lead).unwrap_or_default();
        let exact = words.len() == 1 && words.first() == Some(&lead);
        let mut hopeless = false;
        // Up to the length of a prefix that shows when its candidates are read.
        for word in words.iter().filter(|word| word.chars().count() > LONGEST_PREFIX) {
            hopeless |= !is_begun(reader, word)?;
        }
        Ok(Self { lead, exact, hopeless, words, free: free.to_owned() })
    }

    fn fits(&self, name: &str) -> bool {
        self.exact || {
            let own = tokens(name);
            self.words.iter().all(|word| own.iter().any(|token| token.starts_with(word.as_str())))
        }
    }
}

/// The words of a search. Three initials or more are the one word that an act with such a name has of
/// them, if there is one.
fn words_of(reader: &mut Reader<'_>, text: &str) -> Result<Vec<String>> {
    let key = name_key(text);
    let written: Vec<&str> = key.split(' ').collect();
    let mut words = Vec::new();
    for run in written.chunk_by(|one, other| is_initial(one) && is_initial(other)) {
        let joined = run.concat();
        match run.len() >= 3 && is_begun(reader, &joined)? {
            true => words.push(joined),
            false => words.extend(run.iter().map(|word| (*word).to_owned())),
        }
    }
    Ok(words)
}

/// Whether a word of a name begins like this: the shorter ones are prefixes themselves, the longer all
/// noted.
pub(super) fn is_begun(reader: &mut Reader<'_>, word: &str) -> Result<bool> {
    let word = match noted(word) {
        Some(word) if word.chars().count() > LONGEST_PREFIX => word,
        _ => return Ok(count_candidates(reader, word, "", 1)? > 0),
    };
    let end = format!("{word}{}", char::MAX);
    let known: Option<String> = token_deletes::table
        .filter(token_deletes::variant.ge(word))
        .filter(token_deletes::variant.lt(end))
        .filter(token_deletes::token.eq(token_deletes::variant))
        .select(token_deletes::token)
        .first(reader.conn)
        .optional()?;
    Ok(known.is_some())
}

/// How many acts have a word that begins with these letters, counted so far.
fn count_candidates(reader: &mut Reader<'_>, lead: &str, free: &str, most: usize) -> Result<i64> {
    let candidates =
        artist_terms::table.filter(artist_terms::term.eq(lead)).into_boxed::<AnyBackend>();
    let candidates = free_on!(candidates, artist_terms, free)
        .order((artist_terms::popularity.desc(), artist_terms::artist.desc()))
        .select(artist_terms::artist)
        .limit(most as i64);
    Ok(RowCount(candidates).get_result(reader.conn)?)
}

/// Acts that a search found.
pub(super) struct Found {
    /// In the order of walking.
    pub cards: Vec<Card>,
    /// Whether so many had to be compared that it was given up.
    pub gave_up: bool,
}

/// So many acts from the edge on.
pub(super) fn list(
    reader: &mut Reader<'_>,
    search: &Search,
    edge: &Edge,
    limit: usize,
) -> Result<Found> {
    compare(reader, search, edge, limit, AT_MOST)
}

/// Whether an act fits, as far as one look at the best known shows it.
pub(super) fn finds(reader: &mut Reader<'_>, search: &Search) -> Result<bool> {
    Ok(!compare(reader, search, &Edge::Start, 1, AT_ONCE)?.cards.is_empty())
}

fn compare(
    reader: &mut Reader<'_>,
    search: &Search,
    edge: &Edge,
    limit: usize,
    most: usize,
) -> Result<Found> {
    if search.hopeless {
        return Ok(Found { cards: Vec::new(), gave_up: false });
    }
    let at_once = if search.exact { limit } else { AT_ONCE };
    let (mut found, mut edge, mut read, mut was_last) = (Vec::new(), edge.clone(), 0, false);
    while found.len() < limit && read < most && !was_last {
        let selected = artist_terms::table
            .inner_join(artist_cards::table.on(artist_cards::artist.eq(artist_terms::artist)))
            .filter(artist_terms::term.eq(search.lead.clone()))
            .select(Columns)
            .limit(at_once as i64)
            .into_boxed::<AnyBackend>();
        let selected = free_on!(selected, artist_terms, search.free.as_str());
        let rows: Vec<Row> =
            walk!(descending selected, artist_terms, popularity, &edge).load(reader.conn)?;
        was_last = rows.len() < at_once;
        read += rows.len();
        let cards: Vec<Card> = rows.into_iter().map(Card::from).collect();
        let Some(last) = cards.last() else { continue };
        let from = last.cursor(Sort::Popular);
        edge = match edge {
            Edge::Before(_) => Edge::Before(from),
            _ => Edge::After(from),
        };
        found.extend(cards.into_iter().filter(|card| search.fits(&card.name)));
    }
    let gave_up = found.len() < limit && !was_last;
    found.truncate(limit);
    Ok(Found { cards: found, gave_up })
}

/// How many acts fit. Where candidates have to be compared, so many of them are as are read at once.
pub(super) fn count(reader: &mut Reader<'_>, search: &Search) -> Result<Count> {
    if search.hopeless {
        return Ok(Count::Exactly(0));
    }
    if search.exact {
        let counted = count_candidates(reader, &search.lead, &search.free, MOST_COUNTED + 1)?;
        return Ok(Count::up_to_most(counted));
    }
    let names = artist_terms::table
        .inner_join(artist_cards::table.on(artist_cards::artist.eq(artist_terms::artist)))
        .filter(artist_terms::term.eq(&search.lead))
        .order((artist_terms::popularity.desc(), artist_terms::artist.desc()))
        .select(artist_cards::name)
        .limit(AT_ONCE as i64 + 1)
        .into_boxed::<AnyBackend>();
    let names: Vec<String> =
        free_on!(names, artist_terms, search.free.as_str()).load(reader.conn)?;
    let fit = names.iter().take(AT_ONCE).filter(|name| search.fits(name)).count();
    Ok(if names.len() > AT_ONCE { Count::AtLeast(fit) } else { Count::Exactly(fit) })
}
