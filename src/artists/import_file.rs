//! Reads a file of artists that somebody else has made: finds out how it is laid out, then turns
//! each record into an artist, or into the reasons why it is none.
//!
//! Such files are damaged somewhere, and what is stored from them is shown to the public. So:
//!
//! - A record is taken whole or refused whole, with line, column and reason. Nothing is guessed.
//! - Damage stays where it is: a broken line costs itself, never the lines after it.
//! - Memory is constant; a file may be larger than it.
//!
//! What concerns more than one record (duplicates) or the database is not decided here.

mod columns;
mod errors;
mod fields;
mod layout;
mod records;

use std::collections::VecDeque;
use std::io::{self, Chain, Cursor, Read};

pub use errors::{FileError, LineError};
pub use fields::{Field, MapRule};

use super::import_values as values;
use columns::Columns;
use layout::{Layout, SAMPLE_LINES};
use records::{Broken, Line, Records};

/// How many bytes tell text from other formats.
const HEAD_BYTES: u64 = 1024;

/// An artist as one record of the file has it. Texts are clean; genres are labels as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedArtist {
    /// The name, 1 to 200 characters.
    pub name: String,
    /// The slug, if the file brings one.
    pub slug: Option<String>,
    /// Genre labels, without repetition.
    pub genres: Vec<String>,
    /// The home country, as the resolver gave it.
    pub country: Option<String>,
    /// The home city.
    pub city: Option<String>,
    /// People who follow the artist.
    pub followers: Option<i64>,
    /// People who listened within a month.
    pub monthly_listeners: Option<i64>,
    /// A score from 0 to 100.
    pub popularity: Option<i64>,
    /// (scheme, value), without repetition, at most one value for each scheme.
    pub external_ids: Vec<(String, String)>,
    /// Public http and https addresses, without repetition.
    pub links: Vec<String>,
}

/// One record of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line on which the record begins, counted from 1.
    pub line: u64,
    /// The artist, or every reason why there is none (at least one).
    pub outcome: Result<ParsedArtist, Vec<LineError>>,
}

/// The records of a file, one by one.
pub struct Rows<'a, R> {
    records: Records<Chain<Cursor<Vec<u8>>, R>>,
    columns: Columns,
    delimiter: u8,
    resolve_country: &'a dyn Fn(&str) -> Option<String>,
    /// Refused lines before the header; fewer than the sample has lines.
    before_header: VecDeque<Row>,
    ended: bool,
}

/// What is wrong with a record, by index of the column.
struct Fault {
    column: Option<usize>,
    reason: String,
}

impl Fault {
    fn of_line(reason: impl Into<String>) -> Self {
        Fault { column: None, reason: reason.into() }
    }
}

impl<'a, R: Read> Rows<'a, R> {
    /// Finds delimiter, header and columns of a file; `rules` override what its columns are called.
    ///
    /// # Errors
    /// Why nothing in this file can be read.
    pub fn open(
        mut source: R,
        rules: &[MapRule],
        resolve_country: &'a dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, FileError> {
        let mut head = Vec::new();
        source.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
        layout::refuse_other_formats(&head)?;
        let mut records = Records::new(Cursor::new(head).chain(source));
        let layout = Layout::detect(records.look_ahead(SAMPLE_LINES)?, rules)?;
        records.set_delimiter(layout.delimiter);
        let mut rows = Rows {
            records,
            columns: layout.columns,
            delimiter: layout.delimiter,
            resolve_country,
            before_header: VecDeque::new(),
            ended: false,
        };
        rows.skip_to_records(layout.separator_line, layout.header_line)?;
        Ok(rows)
    }

    /// The character between two fields.
    #[must_use]
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// Every column with what it is read as, for the report.
    #[must_use]
    pub fn columns(&self) -> Vec<(String, Field)> {
        let fields = self.columns.fields.iter().cloned().enumerate();
        fields.map(|(index, field)| (self.columns.name(index), field)).collect()
    }

    /// Uses up the header, and keeps the lines before it to be reported.
    fn skip_to_records(&mut self, separator: Option<u64>, header: Option<u64>) -> io::Result<()> {
        let last = header.or(separator).unwrap_or(0);
        while self.records.look_ahead(1)?.first().is_some_and(|line| line.number <= last) {
            let Some(record) = self.records.next()? else {
                break;
            };
            if header == Some(record.line) || separator == Some(record.line) {
                continue;
            }
            // A quote that opens up here must not take the header with it.
            self.records.give_back_all_but_first();
            let fault = match record.fields {
                Err(broken) => self.fault(&broken),
                Ok(_) => Fault::of_line("a stray line before the header"),
            };
            self.before_header.push_back(self.refused(record.line, vec![fault]));
        }
        Ok(())
    }

    /// The next record, if it has anything in it.
    fn read(&mut self, line: u64, fields: Result<Vec<Vec<u8>>, Broken>) -> Option<Row> {
        let fields = match fields {
            Err(broken) => return Some(self.refused(line, vec![self.fault(&broken)])),
            Ok(fields) => fields,
        };
        if fields.iter().all(|field| field.trim_ascii().is_empty()) {
            return None;
        }
        let outcome = self.artist(&fields);
        if let Some(column) = self.swallowed_lines(&fields, &outcome) {
            self.records.give_back_all_but_first();
            let fault = self.fault(&Broken::UnclosedQuote { column });
            return Some(self.refused(line, vec![fault]));
        }
        Some(match outcome {
            Ok(artist) => Row { line, outcome: Ok(artist) },
            Err(faults) => self.refused(line, faults),
        })
    }

    /// The column whose quotes hold lines that are records of their own, if there is one.
    ///
    /// A stray quote can meet another one so that the result is well-formed. Then the number of
    /// columns is wrong, or the column with the line breaks makes no sense, or every line has the
    /// number of columns that a record has, which paragraphs of prose do not.
    fn swallowed_lines(
        &self,
        fields: &[Vec<u8>],
        outcome: &Result<ParsedArtist, Vec<Fault>>,
    ) -> Option<usize> {
        const TELLING_WIDTH: usize = 4;
        let first = fields.iter().position(|field| field.contains(&b'\n'))?;
        let width = self.columns.fields.len();
        let delimiter = self.delimiter;
        let is_row = |line: &Line| line.bytes.split(|&byte| byte == delimiter).count() == width;
        let senseless = outcome.as_ref().err().into_iter().flatten().any(|fault| {
            fault.column.is_none_or(|index| fields.get(index).is_some_and(|f| f.contains(&b'\n')))
        });
        let all_rows = width >= TELLING_WIDTH && self.records.lines_of_last().iter().all(is_row);
        (senseless || all_rows).then_some(first)
    }

    /// Reads every mapped column of a record.
    fn artist(&self, fields: &[Vec<u8>]) -> Result<ParsedArtist, Vec<Fault>> {
        let width = self.columns.fields.len();
        let surplus = fields.get(width..).unwrap_or_default();
        // Spreadsheets write empty cells behind the last column.
        if fields.len() < width || surplus.iter().any(|field| !field.trim_ascii().is_empty()) {
            let plural = if fields.len() == 1 { "" } else { "s" };
            let reason = format!("{} column{plural} instead of {width}", fields.len());
            return Err(vec![Fault::of_line(reason)]);
        }
        let texts = fields[..width].iter().enumerate().map(|(index, field)| {
            std::str::from_utf8(field).map_err(|error| {
                let byte = field.get(error.valid_up_to()).copied().unwrap_or_default();
                let reason = format!("is not UTF-8: byte 0x{byte:02X}");
                Fault { column: Some(index), reason }
            })
        });
        let (texts, faults): (Vec<_>, Vec<_>) = texts.partition(Result::is_ok);
        if !faults.is_empty() {
            return Err(faults.into_iter().filter_map(Result::err).collect());
        }
        let texts: Vec<&str> = texts.into_iter().flatten().collect();
        if self.columns.is_header(&texts) {
            return Err(vec![Fault::of_line("the header once more")]);
        }
        let mut artist = ParsedArtist::default();
        let mut faults = Vec::new();
        for (index, (field, text)) in self.columns.fields.iter().zip(texts).enumerate() {
            if let Err(reason) = self.set(&mut artist, field, text) {
                faults.push(Fault { column: Some(index), reason });
            }
        }
        if faults.is_empty() { Ok(artist) } else { Err(faults) }
    }

    /// Sets what one column says about an artist.
    fn set(&self, artist: &mut ParsedArtist, field: &Field, text: &str) -> Result<(), String> {
        match field {
            Field::Name => artist.name = values::name(text)?,
            Field::Slug => artist.slug = values::slug(text)?,
            Field::Genres => artist.genres = values::genres(text)?,
            Field::City => artist.city = values::label(text)?,
            Field::Country => artist.country = values::country(text, self.resolve_country)?,
            Field::Followers => artist.followers = values::count(text)?,
            Field::MonthlyListeners => artist.monthly_listeners = values::count(text)?,
            Field::Popularity => artist.popularity = values::score(text)?,
            Field::Links => {
                for link in values::links(text)? {
                    if !artist.links.contains(&link) {
                        artist.links.push(link);
                    }
                }
            }
            Field::Id => add_id(artist, values::external_id(None, text)?)?,
            Field::IdOf(scheme) => add_id(artist, values::external_id(Some(scheme), text)?)?,
            Field::Ignored => {}
        }
        Ok(())
    }

    fn fault(&self, broken: &Broken) -> Fault {
        let (column, reason) = broken.explain();
        Fault { column, reason: reason.to_owned() }
    }

    fn refused(&self, line: u64, faults: Vec<Fault>) -> Row {
        let errors = faults.into_iter().map(|Fault { column, reason }| LineError {
            line,
            column: column.map(|index| self.columns.name(index)).unwrap_or_default(),
            reason,
        });
        Row { line, outcome: Err(errors.collect()) }
    }
}

/// A record of a text whose columns are the caller's to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The line on which it stands, counted from 1.
    pub line: u64,
    /// Its fields, or why there are none.
    pub fields: Result<Vec<String>, String>,
}

/// The records of a text, split as strictly as those of a file. No field goes on to another line.
pub fn split_records(text: &str, delimiter: u8) -> io::Result<Vec<Split>> {
    let mut records = Records::new(text.as_bytes());
    records.set_delimiter(delimiter);
    let mut all = Vec::new();
    while let Some(record) = records.next()? {
        let fields = record.fields.and_then(|fields| {
            match fields.iter().position(|field| field.contains(&b'\n')) {
                Some(column) => Err(Broken::UnclosedQuote { column }),
                None => Ok(fields),
            }
        });
        if fields.is_err() {
            records.give_back_all_but_first();
        }
        let fields = fields
            .map(|fields| fields.iter().map(|field| text_of(field)).collect())
            .map_err(|broken| broken.explain().1.to_owned());
        all.push(Split { line: record.line, fields });
    }
    Ok(all)
}

fn text_of(field: &[u8]) -> String {
    String::from_utf8_lossy(field).into_owned()
}

/// Adds an identifier; one catalogue knows an artist under one.
fn add_id(artist: &mut ParsedArtist, id: Option<(String, String)>) -> Result<(), String> {
    let Some((scheme, value)) = id else {
        return Ok(());
    };
    match artist.external_ids.iter().find(|(known, _)| *known == scheme) {
        Some((_, other)) if *other != value => {
            let (value, other) = (values::excerpt(&value), values::excerpt(other));
            return Err(format!("{value} contradicts the other id of {scheme}, {other}"));
        }
        Some(_) => {}
        None => artist.external_ids.push((scheme, value)),
    }
    Ok(())
}

impl<R: Read> Iterator for Rows<'_, R> {
    /// An error means that the source failed before the end of the file; nothing follows it.
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.before_header.pop_front() {
            return Some(Ok(row));
        }
        while !self.ended {
            match self.records.next() {
                Ok(Some(record)) => {
                    if let Some(row) = self.read(record.line, record.fields) {
                        return Some(Ok(row));
                    }
                }
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
