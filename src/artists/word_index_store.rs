//! What search looks up: the first letters of the words of names, with how well known their acts are, and
//! the spellings near each word.
//!
//! The rows of one act lie all over their tables, so that writing them act by act writes a page of the
//! file for each; those of thousands of acts, in the order of their keys, share pages. An import
//! therefore only notes that the words of an act are due, and [`settle`] writes those of many at once.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::names::tokens;
use super::suggest_store;
use crate::clock::Instant;
use crate::db::dialect::{self, Column, Row, delete_many, insert_many};
use crate::db::schema::{artist_cards, artist_terms, artist_words_due};
use crate::db::versions::Source;
use crate::db::{Reader, Tx};
use crate::error::Result;

/// Prefixes are this long at most.
pub const LONGEST_PREFIX: usize = 6;
/// Words shorter than this are not corrected: almost any three letters are one edit from others.
const SHORTEST_SPELLED: usize = 4;
/// Words longer than this are not corrected either, only noted: their variants would fill the table.
const LONGEST_SPELLED: usize = 24;
/// Of a longer word only the beginning is noted: as much as a search can ask for, and PostgreSQL's index
/// takes (2,704 bytes of both columns).
const LONGEST_NOTED: usize = 100;
/// Rows that are put together at once.
const ROWS_AT_ONCE: usize = 10_000;

const TERM: &[Column] = &[Column::Text("term"), Column::Int("popularity"), Column::Int("artist")];
const SPELLING: &[Column] = &[Column::Text("variant"), Column::Text("token")];
const DUE: &[Column] = &[Column::Int("artist"), Column::Int("since")];

/// An act by what is written of it here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub artist: i64,
    /// As its card has it.
    pub popularity: i64,
    pub name: &'a str,
}

/// Puts the words of these acts' names into the index.
pub(super) fn insert(tx: &mut Tx<'_>, acts: &[Named<'_>]) -> Result<()> {
    let words: Vec<(Named<'_>, Vec<String>)> =
        acts.iter().map(|act| (*act, tokens(act.name))).collect();
    let terms = terms(&words);
    for some in terms.chunks(ROWS_AT_ONCE) {
        insert_many(tx.conn, "artist_terms", TERM, &term_rows(some))?;
    }
    let words: BTreeSet<&str> =
        words.iter().flat_map(|(_, words)| words).filter_map(|word| noted(word)).collect();
    // Most words of an act's name are those of other acts, too. None of them is forgotten meanwhile.
    dialect::lock_words_shared(tx.conn)?;
    let known = suggest_store::list_known(tx, &words)?;
    let words = words.into_iter().filter(|word| !known.contains(*word));
    let mut spellings: Vec<(String, &str)> = words
        .flat_map(|word| spellings(word).into_iter().map(move |variant| (variant, word)))
        .collect();
    spellings.sort_unstable();
    for some in spellings.chunks(ROWS_AT_ONCE) {
        insert_many(tx.conn, "token_deletes", SPELLING, &spelling_rows(some))?;
    }
    Ok(())
}

/// Takes the words of these acts' names out again. (Spellings stay: a word that no act bears any more
/// suggests nothing, because nothing is found by it.)
pub(super) fn remove(tx: &mut Tx<'_>, acts: &[Named<'_>]) -> Result<()> {
    // First of all: where they are being settled right now, this waits until that is done.
    let due: Vec<Row<'_>> = acts.iter().map(|act| vec![act.artist.into()]).collect();
    delete_many(tx.conn, "artist_words_due", &DUE[..1], &due)?;
    let words: Vec<(Named<'_>, Vec<String>)> =
        acts.iter().map(|act| (*act, tokens(act.name))).collect();
    delete_many(tx.conn, "artist_terms", TERM, &term_rows(&terms(&words)))?;
    Ok(())
}

/// Notes that the words of these acts are to be written by [`settle`].
pub(super) fn postpone(tx: &mut Tx<'_>, artists: &[i64]) -> Result<()> {
    let since = tx.now.micros();
    let due: Vec<Row<'_>> =
        artists.iter().map(|artist| vec![(*artist).into(), since.into()]).collect();
    insert_many(tx.conn, "artist_words_due", DUE, &due)?;
    Ok(())
}

/// Writes the words of so many acts at most that have been due since then or longer; says how many there
/// were, so that none means that nothing is due.
///
/// Whoever changes what stands in lists of such an act takes its mark first, here as there, so that of
/// two at once one finds what the other wrote.
pub fn settle(tx: &mut Tx<'_>, since: Instant, most: usize) -> Result<usize> {
    let due = artist_words_due::table.filter(artist_words_due::since.le(since.micros()));
    let first = due.select(artist_words_due::artist).order(artist_words_due::artist);
    let found: Vec<i64> = first.limit(most as i64).load(tx.conn)?;
    let Some(last) = found.last() else { return Ok(0) };
    // Another may be at it: this waits for it, and takes what it left.
    let taken: Vec<i64> = diesel::delete(due.filter(artist_words_due::artist.le(last)))
        .returning(artist_words_due::artist)
        .get_results(tx.conn)?;
    let mut acts: Vec<(i64, i64, String)> = Vec::with_capacity(taken.len());
    for some in taken.chunks(ROWS_AT_ONCE) {
        let cards: Vec<(i64, i64, String)> = artist_cards::table
            .filter(artist_cards::artist.eq_any(some.iter().copied()))
            .select((artist_cards::artist, artist_cards::popularity, artist_cards::name))
            .load(tx.conn)?;
        acts.extend(cards);
    }
    let named: Vec<Named<'_>> = acts
        .iter()
        .map(|(artist, popularity, name)| Named { artist: *artist, popularity: *popularity, name })
        .collect();
    insert(tx, &named)?;
    tx.touch(Source::LISTS);
    Ok(found.len())
}

/// Forgets the spellings of those words of a name that no act bears any more: of an act that wants to
/// leave nothing here, its name included.
pub(super) fn forget(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    // Nobody writes words meanwhile, who would take for known what is forgotten here.
    dialect::lock_words_alone(tx.conn)?;
    for word in tokens(name).iter().filter_map(|word| noted(word)) {
        if is_borne(tx, word)? {
            continue;
        }
        let spellings: Vec<(String, &str)> =
            spellings(word).into_iter().map(|variant| (variant, word)).collect();
        delete_many(tx.conn, "token_deletes", SPELLING, &spelling_rows(&spellings))?;
    }
    Ok(())
}

/// Whether a public act bears a word in its name.
fn is_borne(reader: &mut Reader<'_>, word: &str) -> Result<bool> {
    let term: String = word.chars().take(LONGEST_PREFIX).collect();
    let alike: Vec<i64> = artist_terms::table
        .filter(artist_terms::term.eq(term))
        .select(artist_terms::artist)
        .load(reader.conn)?;
    for some in alike.chunks(ROWS_AT_ONCE) {
        let names: Vec<String> = artist_cards::table
            .filter(artist_cards::artist.eq_any(some.iter().copied()))
            .select(artist_cards::name)
            .load(reader.conn)?;
        if names.iter().any(|name| tokens(name).iter().any(|own| noted(own) == Some(word))) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A word and every form of it with one letter left out: two words are one edit apart only if
/// these meet.
pub(super) fn spelling_variants(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let shorter = (0..letters.len()).map(|left_out| {
        let kept = letters.iter().enumerate().filter(|(at, _)| *at != left_out);
        kept.map(|(_, letter)| *letter).collect()
    });
    let variants: BTreeSet<String> = shorter.chain([word.to_owned()]).collect();
    variants.into_iter().collect()
}

/// What is noted of a word.
fn spellings(word: &str) -> Vec<String> {
    match word.chars().count() {
        ..=LONGEST_SPELLED => spelling_variants(word),
        _ => vec![word.to_owned()],
    }
}

/// What of a word is noted, if anything.
pub(super) fn noted(word: &str) -> Option<&str> {
    word.chars().nth(SHORTEST_SPELLED - 1)?;
    let end = word.char_indices().nth(LONGEST_NOTED).map_or(word.len(), |(end, _)| end);
    word.get(..end)
}

/// The first 1 to 6 characters of a word.
fn prefixes(word: &str) -> impl Iterator<Item = &str> {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).take(LONGEST_PREFIX);
    ends.map(|end| &word[..end])
}

/// First letters, popularity, act.
type Term<'a> = (&'a str, i64, i64);

/// In the order of their key.
fn terms<'a>(acts: &'a [(Named<'_>, Vec<String>)]) -> Vec<Term<'a>> {
    let mut terms: Vec<Term<'a>> = acts
        .iter()
        .flat_map(|(act, words)| {
            let prefixes = words.iter().flat_map(|word| prefixes(word));
            prefixes.map(|prefix| (prefix, act.popularity, act.artist))
        })
        .collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn term_rows<'a>(terms: &[Term<'a>]) -> Vec<Row<'a>> {
    let row = |(term, popularity, artist): &Term<'a>| {
        vec![(*term).into(), (*popularity).into(), (*artist).into()]
    };
    terms.iter().map(row).collect()
}

fn spelling_rows<'a>(spellings: &'a [(String, &'a str)]) -> Vec<Row<'a>> {
    spellings.iter().map(|(variant, word)| vec![variant.into(), (*word).into()]).collect()
}
