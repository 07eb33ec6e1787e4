//! A page of a list: its acts, how many the list has, and where the pages beside it begin.

use super::card_store::Card;
use super::query::{Cursor, Edge, Filter, ListQuery};
use super::search;
use super::word_store::{self, Found, Search};
use crate::db::Reader;
use crate::error::Result;

/// Rows of a page.
pub const PAGE: usize = 24;
/// A list says "500+" beyond this.
pub const MOST_COUNTED: usize = 500;

/// How many acts a list has, as far as it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// So many were counted, and there may be more.
    AtLeast(usize),
}

impl Count {
    /// What a query counted that reads one row more than is counted.
    pub(super) fn up_to_most(counted: i64) -> Self {
        match usize::try_from(counted).unwrap_or_default() {
            counted @ 0..=MOST_COUNTED => Self::Exactly(counted),
            _ => Self::AtLeast(MOST_COUNTED),
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows.
    pub cards: Vec<Card>,
    /// How many there are in the whole list.
    pub count: Count,
    /// The page before this one.
    pub previous: Option<ListQuery>,
    /// The page after this one.
    pub next: Option<ListQuery>,
}

/// A page of a list: its rows, the count, and where its neighbours begin.
pub fn list_page(reader: &mut Reader<'_>, query: &ListQuery) -> Result<Page> {
    if let Filter::Search(text) = &query.filter {
        return list_found(reader, query, text);
    }
    let cards = search::list_from(reader, query, PAGE + 1)?;
    let counted = match is_whole(query, &cards) {
        true => Count::Exactly(cards.len()),
        false => search::count(reader, query)?,
    };
    Ok(page(query, cards, counted))
}

/// The same of a list whose count is known; of none that is searched.
pub fn list_page_of(reader: &mut Reader<'_>, query: &ListQuery, counted: Count) -> Result<Page> {
    Ok(page(query, search::list_from(reader, query, PAGE + 1)?, counted))
}

/// Whether a list has an act; of a search, as far as one look at the best known shows it.
pub fn has_any(reader: &mut Reader<'_>, query: &ListQuery) -> Result<bool> {
    match &query.filter {
        Filter::Search(text) => {
            let search = Search::plan(reader, text, &query.free)?;
            word_store::finds(reader, &search)
        }
        _ => Ok(!search::list_from(reader, query, 1)?.is_empty()),
    }
}

fn list_found(reader: &mut Reader<'_>, query: &ListQuery, text: &str) -> Result<Page> {
    let search = Search::plan(reader, text, &query.free)?;
    let Found { cards, gave_up } = word_store::list(reader, &search, &query.edge, PAGE + 1)?;
    let whole = is_whole(query, &cards);
    let counted = match whole && !gave_up {
        true => Count::Exactly(cards.len()),
        false => word_store::count(reader, &search)?,
    };
    let counted = match counted {
        // Of what was compared fewer may fit than were found. What has a page beside it has more than one.
        Count::AtLeast(n) => Count::AtLeast(n.max(if whole { cards.len() } else { PAGE + 1 })),
        exactly => exactly,
    };
    Ok(page(query, cards, counted))
}

/// Whether these are all the rows of a list.
fn is_whole(query: &ListQuery, cards: &[Card]) -> bool {
    query.edge == Edge::Start && cards.len() <= PAGE
}

fn page(query: &ListQuery, mut cards: Vec<Card>, count: Count) -> Page {
    let more = cards.len() > PAGE;
    cards.truncate(PAGE);
    let backwards = matches!(query.edge, Edge::Before(_));
    if backwards {
        cards.reverse();
    }
    let at = |card: Option<&Card>, edge: fn(Cursor) -> Edge| {
        card.map(|card| ListQuery { edge: edge(card.cursor(query.sort)), ..query.clone() })
    };
    let has_previous = if backwards { more } else { query.edge != Edge::Start };
    let has_next = if backwards { true } else { more };
    Page {
        previous: at(cards.first().filter(|_| has_previous), Edge::Before),
        next: at(cards.last().filter(|_| has_next), Edge::After),
        cards,
        count,
    }
}
