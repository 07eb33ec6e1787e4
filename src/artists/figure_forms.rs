//! Figures that an act's team enters: one by one, or pasted from a table. What is wrong is said at its
//! field or its line, all at once.

use jiff::civil::Date;

use super::forms::{fault_of, whole_number};
use super::import_file::{Split, split_records};
use super::import_values::excerpt;
use super::stats::{ARTIST, Metric, SourceKind, StatPoint};
use crate::error::{Error, Result};
use crate::text::tidy_name;
use crate::web::form_state::Fields;

/// Rows that are pasted at once.
const MOST_ROWS: usize = 200;
/// The longest text that is pasted, in characters.
const LONGEST_PASTE: usize = 40_000;
const LONGEST_SOURCE: usize = 60;
/// What the columns are, in this order; the last may be left out.
const COLUMNS: [&str; 4] = ["date", "metric", "value", "source"];

/// A figure as it was typed: the metric is known, or a message says what is wrong with it.
struct Typed<'a> {
    metric: Result<Metric, String>,
    value: &'a str,
    day: &'a str,
    source: &'a str,
}

impl Typed<'_> {
    /// The figure, if it was true on or before `today`; else every field that is wrong, and why.
    fn read(
        self,
        source_kind: SourceKind,
        today: Date,
    ) -> Result<StatPoint, Vec<(&'static str, String)>> {
        let mut wrong = Vec::new();
        let metric = self.metric.map_err(|why| wrong.push(("metric", why))).ok();
        let most = if metric == Some(Metric::Popularity) { 100 } else { 10_000_000_000 };
        let value = match whole_number(self.value, most) {
            Ok(None) => {
                wrong.push(("value", "Enter the number".to_owned()));
                None
            }
            Ok(value) => value,
            Err(_) => {
                wrong.push(("value", format!("Enter a whole number from 0 to {most}")));
                None
            }
        };
        let day: Option<Date> = self.day.trim().parse().ok();
        let no_day = match day {
            None => Some("Enter the day on which it was so, such as 2026-11-03"),
            Some(day) if day > today => Some("This day has not come yet"),
            Some(day) if day.year() < 2000 => Some("This is too long ago"),
            Some(_) => None,
        };
        wrong.extend(no_day.map(|why| ("observed_on", why.to_owned())));
        // Kept as the text it is, also where it begins like a formula of a spreadsheet (=, +, -, @):
        // the one export, of a person's own data, is JSON. One in CSV would have to disarm it.
        let place = tidy_name(self.source);
        wrong.extend(fault_of(&place, LONGEST_SOURCE).map(|why| ("source", why)));
        let source = match place.as_str() {
            "" => ARTIST.to_owned(),
            place => format!("{ARTIST}, as {place} shows it"),
        };
        match (metric, value, day) {
            (Some(metric), Some(value), Some(observed_on)) if wrong.is_empty() => {
                Ok(StatPoint { metric, value, source_kind, source, observed_on, expires_on: None })
            }
            _ => Err(wrong),
        }
    }
}

/// Reads a figure that was true on or before `today`.
pub fn read_figure(fields: &Fields, today: Date) -> Result<StatPoint> {
    let metric = Metric::parse(fields.value("metric"));
    let typed = Typed {
        metric: metric.ok_or_else(|| "Choose what is counted".to_owned()),
        value: fields.value("value"),
        day: fields.value("observed_on"),
        source: fields.value("source"),
    };
    typed.read(SourceKind::Manual, today).map_err(|wrong| {
        Error::Invalid(wrong.into_iter().map(|(field, why)| (field.to_owned(), why)).collect())
    })
}

/// Reads pasted rows: all of them, or every line that is wrong, and why.
pub fn read_rows(fields: &Fields, today: Date) -> Result<Vec<StatPoint>> {
    let text = fields.value("rows");
    if text.chars().count() > LONGEST_PASTE {
        return Err(Error::field("rows", format!("Paste {LONGEST_PASTE} characters at most")));
    }
    let rows = split(text)?;
    match rows.len() {
        0 => return Err(Error::field("rows", "Paste at least one row")),
        1..=MOST_ROWS => {}
        many => {
            let why = format!("{MOST_ROWS} rows can be entered at once; these are {many}");
            return Err(Error::field("rows", why));
        }
    }
    let mut points: Vec<(u64, StatPoint)> = Vec::new();
    let mut wrong = Vec::new();
    for row in rows {
        let line = row.line;
        match read_row(row, today) {
            Ok(point) => match points.iter().find(|(_, known)| known.is_same_statement(&point)) {
                Some((first, _)) => wrong.push(format!(
                    "Line {line}: line {first} has the same metric, day and source already"
                )),
                None => points.push((line, point)),
            },
            Err(reasons) => wrong.extend(reasons),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(
            wrong.into_iter().map(|why| ("rows".to_owned(), why)).collect(),
        ));
    }
    Ok(points.into_iter().map(|(_, point)| point).collect())
}

/// The rows of a text, without a header and without empty ones.
fn split(text: &str) -> Result<Vec<Split>> {
    // Neither a day nor the name of its column has any of them.
    let delimiter = text.bytes().find(|byte| matches!(byte, b',' | b';' | b'\t')).unwrap_or(b',');
    let mut rows = split_records(text, delimiter).map_err(anyhow::Error::from)?;
    rows.retain(|row| match &row.fields {
        Ok(fields) => fields.iter().any(|field| !field.trim().is_empty()),
        Err(_) => true,
    });
    if rows.first().is_some_and(|row| row.fields.as_ref().is_ok_and(|cells| is_header(cells))) {
        let header = rows.remove(0);
        if !header.fields.is_ok_and(|cells| has_our_columns(&cells)) {
            let columns = COLUMNS.join(", ");
            let why = format!("Line {}: the columns are {columns}, in this order", header.line);
            return Err(Error::field("rows", why));
        }
    }
    Ok(rows)
}

fn is_header(cells: &[String]) -> bool {
    let is_column = |cell: &String| COLUMNS.contains(&cell.trim().to_lowercase().as_str());
    cells.iter().filter(|cell| is_column(cell)).count() >= 2
}

fn has_our_columns(cells: &[String]) -> bool {
    let names: Vec<String> = cells.iter().map(|cell| cell.trim().to_lowercase()).collect();
    let named = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    names[..named] == COLUMNS[..COLUMNS.len().min(named)] && named >= COLUMNS.len() - 1
}

/// One row, or every reason why it is none.
fn read_row(row: Split, today: Date) -> Result<StatPoint, Vec<String>> {
    let line = row.line;
    let said = |why: &str| format!("Line {line}: {why}");
    let mut cells = row.fields.map_err(|why| vec![said(&why)])?;
    // Spreadsheets write empty cells behind the last column.
    while cells.len() > COLUMNS.len() && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    let (day, metric, value, source) = match cells.as_slice() {
        [day, metric, value] => (day, metric, value, ""),
        [day, metric, value, source] => (day, metric, value, source.as_str()),
        other => {
            return Err(vec![said(&format!(
                "a row has {}, this one has {}; a number or a source with the separator in \
                 it stands in quotes",
                COLUMNS.join(", "),
                match other.len() {
                    1 => "1 column".to_owned(),
                    columns => format!("{columns} columns"),
                }
            ))]);
        }
    };
    let typed = Typed { metric: metric_of(metric), value, day, source };
    typed.read(SourceKind::Csv, today).map_err(|wrong| {
        let column = |field: &'static str| if field == "observed_on" { "date" } else { field };
        let words =
            |(field, why): (&'static str, String)| said(&format!("{}: {why}", column(field)));
        wrong.into_iter().map(words).collect()
    })
}

/// The metric that a cell names, by its word or by the words that pages have for it.
fn metric_of(cell: &str) -> Result<Metric, String> {
    let word = cell.trim().to_lowercase().replace([' ', '-'], "_");
    let labelled = |metric: &&Metric| metric.label().replace(' ', "_") == word;
    Metric::parse(&word).or_else(|| Metric::ALL.iter().find(labelled).copied()).ok_or_else(|| {
        let known: Vec<&str> = Metric::ALL.iter().map(|metric| metric.as_str()).collect();
        format!("{} is none of {}", excerpt(cell.trim()), known.join(", "))
    })
}

#[cfg(test)]
mod tests;
