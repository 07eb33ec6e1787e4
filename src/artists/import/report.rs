//! What came of an import, for who typed the command.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::artists::import_file::Field;
use crate::numbers::grouped;

/// Unknown genre labels in a report.
const REPORTED_GENRES: usize = 20;
/// Unknown genre labels that are counted: flat memory, and many times what any catalogue uses.
const COUNTED_GENRES: usize = 20_000;

/// What came of an import. `lines` is the sum of the five counts below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Nothing was written: the counts say what would have been.
    pub dry_run: bool,
    /// The columns of the file, and what each was read as.
    pub columns: Vec<(String, Field)>,
    /// Records, sound or not. (A blank line is none; one with line breaks in quotes is one.)
    pub lines: u64,
    /// Artists that were not known.
    pub added: u64,
    /// Artists about whom the file had news.
    pub updated: u64,
    /// Artists about whom it had none.
    pub unchanged: u64,
    /// Artists that were removed at their own wish, and so are not added.
    pub unwanted: u64,
    /// Records that were refused.
    pub refused: u64,
    /// Genre labels that the list does not have, in lower case, with how often they occur: the 20
    /// most frequent, those first. The artists were taken without them.
    pub unknown_genres: Vec<(String, u64)>,
}

/// A report in plain words, some lines of text.
pub fn summary(report: &Report) -> String {
    let number = |n: u64| grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let columns = |wanted: fn(&Field) -> bool, write: fn(&(String, Field)) -> String| {
        let listed = report.columns.iter().filter(|(_, field)| wanted(field)).map(write);
        listed.collect::<Vec<_>>().join(", ")
    };
    let mut lines = Vec::new();
    let read =
        columns(|field| *field != Field::Ignored, |(name, field)| format!("{name} ({field})"));
    lines.push(format!("Columns read: {read}."));
    let ignored = columns(|field| *field == Field::Ignored, |(name, _)| name.clone());
    if !ignored.is_empty() {
        lines.push(format!("Columns not read: {ignored}."));
    }
    if !report.unknown_genres.is_empty() {
        let genres: Vec<String> = report
            .unknown_genres
            .iter()
            .map(|(label, count)| format!("{label} ({})", number(*count)))
            .collect();
        let others = if genres.len() == REPORTED_GENRES { " and perhaps others" } else { "" };
        lines.push(format!(
            "Genres that the list does not have, left out: {}{others}.",
            genres.join(", ")
        ));
    }
    lines.push(format!(
        "Records: {}. New artists: {}, updated: {}, unchanged: {}, refused: {}.",
        number(report.lines),
        number(report.added),
        number(report.updated),
        number(report.unchanged),
        number(report.refused),
    ));
    if report.unwanted > 0 {
        lines.push(format!(
            "Removed at the act’s own wish, and so not added: {}.",
            number(report.unwanted)
        ));
    }
    if report.dry_run {
        lines.push("This was a dry run: nothing is stored.".to_owned());
    }
    lines.join("\n")
}

/// Genre labels that the list does not have.
#[derive(Debug, Default)]
pub(super) struct UnknownGenres(HashMap<String, u64>);

impl UnknownGenres {
    pub(super) fn count(&mut self, label: &str) {
        let label = label.to_lowercase();
        if let Some(count) = self.0.get_mut(&label) {
            *count += 1;
        } else if self.0.len() < COUNTED_GENRES {
            self.0.insert(label, 1);
        }
    }

    pub(super) fn most_frequent(&self) -> Vec<(String, u64)> {
        let mut labels: Vec<(&String, u64)> =
            self.0.iter().map(|(label, count)| (label, *count)).collect();
        labels.sort_unstable_by_key(|(label, count)| (Reverse(*count), *label));
        labels.truncate(REPORTED_GENRES);
        labels.into_iter().map(|(label, count)| (label.clone(), count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_unknown_genres_come_first() {
        let mut unknown = UnknownGenres::default();
        for n in 0..30 {
            unknown.count(&format!("genre {n:02}"));
        }
        unknown.count("Genre 07");
        let reported = unknown.most_frequent();
        assert_eq!(reported.len(), REPORTED_GENRES);
        assert_eq!(reported[0], ("genre 07".to_owned(), 2));
        assert_eq!(reported[1], ("genre 00".to_owned(), 1));
    }

    #[test]
    fn a_summary_says_what_was_read_left_out_and_stored() {
        let mut report = Report {
            columns: vec![("Act".to_owned(), Field::Name), ("Notes".to_owned(), Field::Ignored)],
            lines: 1_206,
            added: 1_200,
            updated: 2,
            unchanged: 3,
            refused: 1,
            unknown_genres: vec![("dust polka".to_owned(), 4)],
            ..Report::default()
        };
        assert_eq!(
            summary(&report),
            "Columns read: Act (name).\n\
             Columns not read: Notes.\n\
             Genres that the list does not have, left out: dust polka (4).\n\
             Records: 1,206. New artists: 1,200, updated: 2, unchanged: 3, refused: 1."
        );
        report.unwanted = 2;
        assert!(summary(&report).ends_with("Removed at the act’s own wish, and so not added: 2."));
        report.dry_run = true;
        assert!(summary(&report).ends_with("This was a dry run: nothing is stored."));
    }
}
