//! What one offer changes in another, term by term, as people read terms.

use super::requester::Requester;
use super::terms::Terms;
use super::words;
use crate::error::Result;

/// A term that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermChange {
    /// "Amount"
    pub label: String,
    /// As it was; empty when it was left open. May have several lines.
    pub before: String,
    /// As it is proposed now; empty when it is left open.
    pub after: String,
}

impl TermChange {
    /// As it was, in a line.
    pub fn before_shown(&self) -> String {
        shown(&self.before)
    }

    /// As it is proposed now, in a line.
    pub fn after_shown(&self) -> String {
        shown(&self.after)
    }
}

fn shown(value: &str) -> String {
    if value.is_empty() { "left open".to_owned() } else { value.replace('\n', "; ") }
}

/// What both sides are warned of in what is proposed.
pub fn warnings(changes: &[TermChange]) -> Vec<String> {
    let mut found: Vec<String> =
        changes.iter().flat_map(|change| words::warnings(&change.after)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Every term in which two offers differ, in the order in which terms are read.
pub fn between(before: &Terms, after: &Terms) -> Result<Vec<TermChange>> {
    // Who asks is no term: it is the same in both.
    let nobody = Requester::erased();
    let rows = |terms: &Terms| -> Result<Vec<(String, String)>> {
        let groups = terms.groups(&nobody)?;
        Ok(groups
            .into_iter()
            .flat_map(|group| group.rows)
            .map(|row| (row.label, row.value))
            .collect())
    };
    let (before, after) = (rows(before)?, rows(after)?);
    let value = |rows: &[(String, String)], label: &str| {
        let found = rows.iter().find(|(known, _)| same_term(known, label));
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut changes = Vec::new();
    for (label, new) in &after {
        let old = value(&before, label);
        if old != *new {
            changes.push(TermChange { label: label.clone(), before: old, after: new.clone() });
        }
    }
    for (label, old) in before {
        if value(&after, &label).is_empty() {
            changes.push(TermChange { label, before: old, after: String::new() });
        }
    }
    Ok(changes)
}

/// One night and several nights are the same term under two names.
fn same_term(one: &str, other: &str) -> bool {
    let name = |label: &str| match label {
        "Nights" => "Night of".to_owned(),
        label => label.to_owned(),
    };
    name(one) == name(other)
}
