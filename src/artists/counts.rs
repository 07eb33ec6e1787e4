//! How many acts a list has, remembered until lists change: every page of a list says it, in whatever
//! order, and counting takes longer than reading a page.

use quick_cache::sync::Cache;

use super::paging::{self, Count, Page};
use super::query::{Edge, Filter, ListQuery, Sort};
use crate::db::versions::Source;
use crate::db::{Db, Reader};
use crate::error::Result;

/// Lists whose counts are remembered; some hundred bytes each.
const MOST: usize = 4_096;

/// A list by its first page's address, and the version of lists.
type Key = (String, i64);

/// What is remembered.
#[derive(Debug)]
pub struct Counts(Cache<Key, Count>);

/// What is remembered of one list.
#[derive(Debug, Clone)]
pub struct Remembered {
    key: Option<Key>,
    count: Option<Count>,
}

impl Remembered {
    /// A page of the list, counted where that is not remembered.
    pub fn list_page(&self, reader: &mut Reader<'_>, query: &ListQuery) -> Result<Page> {
        match self.count {
            Some(count) => paging::list_page_of(reader, query, count),
            None => paging::list_page(reader, query),
        }
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Counts {
    /// What is known of a list now. A search counts what it compares, each time.
    pub fn look(&self, db: &Db, query: &ListQuery) -> Remembered {
        let version = match query.filter {
            Filter::Search(_) => None,
            _ => db.version(Source::LISTS),
        };
        let key = version.map(|version| {
            let list = ListQuery { edge: Edge::Start, sort: Sort::Popular, ..query.clone() };
            (list.url(), version)
        });
        let count = key.as_ref().and_then(|key| self.0.get(key));
        Remembered { key, count }
    }

    /// Remembers what was counted after [`Self::look`], unless lists changed meanwhile: it is then
    /// remembered under a version that nobody asks for any more.
    pub fn keep(&self, looked: Remembered, counted: Count) {
        if let (Some(key), None) = (looked.key, looked.count) {
            self.0.insert(key, counted);
        }
    }
}
