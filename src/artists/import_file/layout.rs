//! How a file is laid out: its encoding, its delimiter, its header.

use super::columns::Columns;
use super::errors::FileError;
use super::fields::{Field, MapRule};
use super::records::{Line, first_record, is_conflict_marker};
use crate::artists::import_values::trimmed;

/// How many lines are looked at. A header stands on the first, or after a few that say who
/// exported the file and when.
pub(super) const SAMPLE_LINES: usize = 32;

/// The most lines that one record of the sample takes, for headers with a line break in a cell.
const MAX_RECORD_LINES: usize = 4;

/// The longest header cell that is kept, in characters.
const MAX_HEADER_CELL: usize = 60;

/// Delimiters, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What separates the fields and what they are.
#[derive(Debug)]
pub(super) struct Layout {
    pub delimiter: u8,
    pub columns: Columns,
    /// The line of the header; everything before it belongs to no artist.
    pub header_line: Option<u64>,
    /// The line of a `sep=;`, by which spreadsheets tell themselves the delimiter.
    pub separator_line: Option<u64>,
}

/// Refuses what is no text in UTF-8, by the first bytes of the file.
pub(super) fn refuse_other_formats(head: &[u8]) -> Result<(), FileError> {
    let zeros = head.iter().filter(|&&b| b == 0).count();
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"\xff\xfe")
        || starts(b"\xfe\xff")
        || starts(b"\0\0\xfe\xff")
        || zeros * 4 > head.len()
    {
        Err(FileError::Utf16)
    } else if starts(b"PK\x03\x04") || starts(b"\xd0\xcf\x11\xe0") {
        Err(FileError::OtherFormat("a spreadsheet or an archive"))
    } else if starts(b"\x1f\x8b") || starts(b"\x28\xb5\x2f\xfd") || starts(b"BZh") {
        Err(FileError::OtherFormat("compressed"))
    } else {
        Ok(())
    }
}

impl Layout {
    /// Finds the layout from the first lines of the file.
    pub(super) fn detect(lines: &[Line], rules: &[MapRule]) -> Result<Self, FileError> {
        let told = lines.first().and_then(|line| told_delimiter(&line.bytes));
        let separator_line = told.and_then(|_| lines.first()).map(|line| line.number);
        let lines = if told.is_some() { &lines[1..] } else { lines };
        let delimiters: Vec<u8> = told.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);

        if let Some(Header { delimiter, line, cells }) = find_header(lines, &delimiters, rules) {
            let width = cells.len();
            let columns = Columns::new(cells, width, rules)?;
            return Ok(Layout { delimiter, columns, header_line: Some(line), separator_line });
        }
        let (delimiter, width) = usual_width(lines, &delimiters).ok_or(FileError::Empty)?;
        let named = rules.iter().find(|rule| rule.position().is_none());
        let positions_suffice =
            named.is_none() && rules.iter().any(|rule| rule.field == Field::Name);
        if positions_suffice {
            let columns = Columns::new(Vec::new(), width, rules)?;
            return Ok(Layout { delimiter, columns, header_line: None, separator_line });
        }
        let found = starts(lines).find_map(|start| first_record(start, delimiter));
        let found = found.iter().flatten().map(|cell| cell_text(cell)).collect();
        Err(match named {
            Some(rule) => FileError::NoSuchColumn { column: rule.column.clone(), found },
            None => FileError::NoNameColumn { found },
        })
    }
}

/// The delimiter that a first line such as `sep=;` announces.
fn told_delimiter(line: &[u8]) -> Option<u8> {
    match trimmed(std::str::from_utf8(line).ok()?).to_ascii_lowercase().strip_prefix("sep=")? {
        "" | "\\t" => Some(b'\t'),
        told => told.bytes().next().filter(|b| told.len() == 1 && DELIMITERS.contains(b)),
    }
}

struct Header {
    delimiter: u8,
    line: u64,
    cells: Vec<String>,
}

/// The header with most known columns.
fn find_header(lines: &[Line], delimiters: &[u8], rules: &[MapRule]) -> Option<Header> {
    let mut most = 0;
    let mut best = None;
    for (place, start) in starts(lines).enumerate() {
        for &delimiter in delimiters {
            let Some(record) = first_record(start, delimiter) else {
                continue;
            };
            let mut cells: Vec<String> = record.iter().map(|cell| cell_text(cell)).collect();
            // Empty cells behind the last column are a spreadsheet's.
            while cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            let known = known_columns(&cells, rules, place == 0);
            if known > most {
                most = known;
                best = Some(Header { delimiter, line: start[0].number, cells });
            }
        }
    }
    best
}

/// How many columns of a header are known, 0 if the cells are none.
fn known_columns(cells: &[String], rules: &[MapRule], is_first: bool) -> usize {
    let by_position = |index| rules.iter().find(|rule| rule.position() == Some(index));
    let mut has_name = false;
    let mut known = 0;
    for (index, cell) in cells.iter().enumerate() {
        let named = rules.iter().find(|rule| rule.names(cell));
        let usual = Field::by_column_name(cell);
        // An artist called "Genre" stands in the name column that a rule has pointed to: a cell that
        // contradicts its rule says nothing about this line.
        let field = match (named, by_position(index)) {
            (Some(rule), _) => Some(&rule.field),
            (None, Some(rule)) => usual.as_ref().filter(|&usual| *usual == rule.field),
            (None, None) => usual.as_ref(),
        };
        known += usize::from(field.is_some());
        has_name |= field == Some(&Field::Name);
    }
    let name_by_position =
        rules.iter().any(|rule| rule.field == Field::Name && rule.position().is_some());
    // "country" is a genre too, so without a name column that word proves nothing; and below the
    // first line, an artist called "Band" must not pass for a header.
    let needed = match (has_name, is_first) {
        (true, true) => 1,
        (false, true) if name_by_position => 1 + usize::from(cells.iter().any(|c| c == "country")),
        (true, false) => cells.len().clamp(2, 3),
        (false, _) => return 0,
    };
    if known >= needed { known } else { 0 }
}

/// The delimiter and number of columns that most lines agree on.
fn usual_width(lines: &[Line], delimiters: &[u8]) -> Option<(u8, usize)> {
    let mut best: Option<(usize, u8, usize)> = None;
    for &delimiter in delimiters {
        let widths: Vec<usize> =
            starts(lines).filter_map(|start| Some(first_record(start, delimiter)?.len())).collect();
        for &width in &widths {
            let lines_agree = widths.iter().filter(|&&other| other == width).count();
            // One column is what every wrong delimiter finds.
            let votes = if width > 1 { lines_agree } else { 0 };
            if best.is_none_or(|(most, _, _)| votes > most) {
                best = Some((votes, delimiter, width));
            }
        }
    }
    best.map(|(_, delimiter, width)| (delimiter, width))
}

/// From each line that may begin a record, that line and a few more.
fn starts(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    let few = |start: usize| &lines[start..lines.len().min(start + MAX_RECORD_LINES)];
    (0..lines.len()).map(few).filter(|rest| {
        let line = &rest[0].bytes;
        !line.iter().all(u8::is_ascii_whitespace) && !is_conflict_marker(line, 0)
    })
}

/// The text of a header cell, fit to be quoted in a report.
fn cell_text(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let line = trimmed(&text).split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(MAX_HEADER_CELL).collect()
}
