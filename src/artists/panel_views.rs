//! The filters above a list, as markup. They are the same whatever acts the list has, and make more than a
//! third of a page: of the lists that are asked for most they are kept.

use std::sync::Arc;

use askama::Template;
use quick_cache::sync::Cache;

use super::panels;
use super::query::{Edge, ListQuery, ListUrl};
use crate::error::{Error, Result};

/// Lists whose filters are kept; some twenty to forty kilobytes each.
const MOST: usize = 64;

/// One of several links of which some are in force: a filter, an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// The list with this choice made; for one that is in force, the list without it.
    pub url: ListUrl<'a>,
    /// What is chosen ("techno", "most listeners").
    pub label: &'a str,
    /// Whether the list shown has it.
    pub active: bool,
}

/// A group of filters that opens from a button above the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel<'a> {
    /// Tells the panels of a page apart ("genre"); part of an element's id.
    pub name: &'static str,
    /// What the button says ("Genre").
    pub label: &'static str,
    /// The filters.
    pub choices: Vec<Choice<'a>>,
    /// A sentence under them, such as which filters cannot be combined and why; may be empty.
    pub note: &'static str,
}

#[derive(Template)]
#[template(path = "artists/list_panels.html")]
struct Panels<'a> {
    panels: Vec<Panel<'a>>,
}

/// The filters that are kept, each by the address of its list's first page.
#[derive(Debug)]
pub struct KeptPanels(Cache<String, Arc<str>>);

impl Default for KeptPanels {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl KeptPanels {
    /// The filters of a list.
    pub fn of(&self, query: &ListQuery) -> Result<Arc<str>> {
        let make = || {
            let markup = Panels { panels: panels::panels(query) }.render();
            markup.map(Arc::from).map_err(Error::unexpected)
        };
        // As with whole pages, nothing is kept of what people type.
        if query.filter.offer().is_none() {
            return make();
        }
        let list = ListQuery { edge: Edge::Start, ..query.clone() }.url();
        self.0.get_or_insert_with(&list, make)
    }
}
