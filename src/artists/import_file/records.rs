//! Physical lines, and the records they make: how much one damaged quote can swallow is bounded.
//!
//! The `csv` crate takes a quote that never closes for a field that goes on to the end of the file,
//! and text behind a closing quote for more of the field. Here both are damage to be reported at
//! its line, so lines are read and split by hand: a quoted field may go on for a few lines, and when
//! it turns out not to be one, the lines after its first are given back and read on their own.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// The most bytes of a line, and of a record. Real records have a few hundred.
const MAX_BYTES: usize = 64 * 1024;

/// The most lines of a record, for biographies with paragraphs in columns that are not read.
const MAX_LINES: usize = 64;

/// One line of the file, without its end.
pub(super) struct Line {
    /// Counted from 1. LF, CRLF and a lone CR each end a line, as in most editors.
    pub number: u64,
    pub bytes: Vec<u8>,
    /// The line is longer than [`MAX_BYTES`]; the rest was skipped.
    cut: bool,
}

/// One record, or what kept one from being read.
pub(super) struct Record {
    /// The first line of the record.
    pub line: u64,
    pub fields: Result<Vec<Vec<u8>>, Broken>,
}

/// Why a line is no record; columns count from 0.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    TooLong,
    ConflictMarker,
    UnclosedQuote { column: usize },
    TextAfterQuote { column: usize },
}

impl Broken {
    /// The column that is at fault, where one is, and the reason.
    pub(super) fn explain(&self) -> (Option<usize>, &'static str) {
        match self {
            Broken::TooLong => (None, "the line is longer than 64 KiB"),
            Broken::ConflictMarker => {
                (None, "a conflict marker of Git: the lines around it may be two versions of one")
            }
            Broken::UnclosedQuote { column } => {
                (Some(*column), "a quote opens here and is not closed on this line")
            }
            Broken::TextAfterQuote { column } => {
                (Some(*column), "text after a closing quote; a quote within quotes is doubled")
            }
        }
    }
}

/// The records of a file, in constant memory.
pub(super) struct Records<R> {
    source: BufReader<R>,
    /// How many lines have been read from the source.
    read: u64,
    /// The last line ended with CR: an LF right after it belongs to that end.
    after_cr: bool,
    /// Lines that were read and not yet used, or given back.
    ahead: VecDeque<Line>,
    /// The lines of the record that was returned last.
    taken: Vec<Line>,
    delimiter: u8,
}

impl<R: Read> Records<R> {
    pub(super) fn new(source: R) -> Self {
        Records {
            source: BufReader::new(source),
            read: 0,
            after_cr: false,
            ahead: VecDeque::new(),
            taken: Vec::new(),
            delimiter: b',',
        }
    }

    /// Separates fields by `delimiter` from the next record on.
    pub(super) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// The next lines, up to `count`, without using them up.
    pub(super) fn look_ahead(&mut self, count: usize) -> io::Result<&[Line]> {
        while self.ahead.len() < count {
            match self.read_line()? {
                Some(line) => self.ahead.push_back(line),
                None => break,
            }
        }
        Ok(self.ahead.make_contiguous())
    }

    /// The next record; blank lines are none.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        self.taken.clear();
        let first = loop {
            match self.next_line()? {
                None => return Ok(None),
                Some(line) if line.bytes.iter().all(u8::is_ascii_whitespace) && !line.cut => {}
                Some(line) => break line,
            }
        };
        let line = first.number;
        let fields = self.fields_from(first)?;
        Ok(Some(Record { line, fields }))
    }

    /// The lines of the record that was returned last.
    pub(super) fn lines_of_last(&self) -> &[Line] {
        &self.taken
    }

    /// Takes only the first line of the last record as used; the others will be read again.
    pub(super) fn give_back_all_but_first(&mut self) {
        for line in self.taken.drain(1.min(self.taken.len())..).rev() {
            self.ahead.push_front(line);
        }
    }

    /// Splits a record that begins with `first`, with as many further lines as its quotes need.
    fn fields_from(&mut self, first: Line) -> io::Result<Result<Vec<Vec<u8>>, Broken>> {
        if first.cut {
            return Ok(Err(Broken::TooLong));
        }
        if is_conflict_marker(&first.bytes, self.delimiter) {
            return Ok(Err(Broken::ConflictMarker));
        }
        let mut splitter = Splitter::new(self.delimiter);
        let mut end = splitter.feed(&first.bytes);
        let mut bytes = first.bytes.len();
        let opened = splitter.fields.len();
        self.taken.push(first);
        loop {
            match end {
                LineEnd::OfRecord => return Ok(Ok(splitter.fields)),
                LineEnd::AfterDamage if self.taken.len() == 1 => {
                    return Ok(Err(Broken::TextAfterQuote { column: opened }));
                }
                LineEnd::AfterDamage => break,
                LineEnd::InQuotes => {}
            }
            match self.next_line()? {
                Some(line) => {
                    bytes += line.bytes.len();
                    let too_much = line.cut || bytes > MAX_BYTES || self.taken.len() == MAX_LINES;
                    end = splitter.feed(&line.bytes);
                    self.taken.push(line);
                    if too_much {
                        break;
                    }
                }
                None => break,
            }
        }
        self.give_back_all_but_first();
        Ok(Err(Broken::UnclosedQuote { column: opened }))
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        match self.ahead.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.read_line(),
        }
    }

    /// Reads a line from the source; of one that is too long, only the beginning is kept.
    fn read_line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line { number: self.read + 1, bytes: Vec::new(), cut: false };
        let mut begun = false;
        loop {
            let chunk = match self.source.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            let Some(&next) = chunk.first() else {
                if begun {
                    break;
                }
                return Ok(None);
            };
            if std::mem::take(&mut self.after_cr) && next == b'\n' {
                self.source.consume(1);
                continue;
            }
            begun = true;
            let end = chunk.iter().position(|b| matches!(b, b'\n' | b'\r'));
            let content = &chunk[..end.unwrap_or(chunk.len())];
            let room = MAX_BYTES - line.bytes.len();
            line.cut |= content.len() > room;
            line.bytes.extend_from_slice(&content[..content.len().min(room)]);
            let used = content.len() + usize::from(end.is_some());
            self.after_cr = end.is_some_and(|end| chunk[end] == b'\r');
            self.source.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.read += 1;
        // Where files were joined, the mark stands in the middle; before a quote it would hide it.
        if line.bytes.starts_with(b"\xef\xbb\xbf") {
            line.bytes.drain(..3);
        }
        Ok(Some(line))
    }
}

/// The fields of the record that begins the lines, `None` if it does not end within them.
pub(super) fn first_record(lines: &[Line], delimiter: u8) -> Option<Vec<Vec<u8>>> {
    let mut splitter = Splitter::new(delimiter);
    for line in lines {
        match splitter.feed(&line.bytes) {
            LineEnd::OfRecord => return Some(splitter.fields),
            LineEnd::InQuotes => {}
            LineEnd::AfterDamage => return None,
        }
    }
    None
}

/// A line that Git leaves around the two versions of a conflict.
pub(super) fn is_conflict_marker(line: &[u8], delimiter: u8) -> bool {
    [b'<', b'=', b'>', b'|'].into_iter().any(|sign| {
        let is_seven = line.len() >= 7 && line[..7].iter().all(|&b| b == sign);
        is_seven && sign != delimiter && matches!(line.get(7), None | Some(b' '))
    })
}

/// Splits lines at the delimiter, strictly: quotes count at the beginning of a field only, and a
/// closing quote is followed by a delimiter or the end of the record.
struct Splitter {
    delimiter: u8,
    at: At,
    field: Vec<u8>,
    fields: Vec<Vec<u8>>,
}

#[derive(Clone, Copy)]
enum At {
    FieldStart,
    PlainField,
    QuotedField,
    /// A quote within quotes: the first half of a doubled one, or the closing one.
    SecondQuote,
    ClosedField,
}

/// Where the end of a line finds the splitter.
enum LineEnd {
    OfRecord,
    InQuotes,
    /// Something other than a delimiter follows a closing quote.
    AfterDamage,
}

impl Splitter {
    fn new(delimiter: u8) -> Self {
        Splitter { delimiter, at: At::FieldStart, field: Vec::new(), fields: Vec::new() }
    }

    fn feed(&mut self, line: &[u8]) -> LineEnd {
        for &byte in line {
            let in_quotes = matches!(self.at, At::QuotedField);
            if byte == self.delimiter && !in_quotes {
                self.fields.push(std::mem::take(&mut self.field));
                self.at = At::FieldStart;
                continue;
            }
            self.at = match (self.at, byte) {
                // Spaces around a quoted field are layout; around a plain one they are trimmed later.
                (At::FieldStart, b' ') => At::FieldStart,
                (At::FieldStart, b'"') => At::QuotedField,
                (At::QuotedField, b'"') => At::SecondQuote,
                (At::SecondQuote | At::ClosedField, b' ' | b'\t') => At::ClosedField,
                (At::ClosedField, _) => return LineEnd::AfterDamage,
                (At::SecondQuote, b'"') => {
                    self.field.push(b'"');
                    At::QuotedField
                }
                (At::SecondQuote, _) => return LineEnd::AfterDamage,
                (At::FieldStart | At::PlainField, _) => {
                    self.field.push(byte);
                    At::PlainField
                }
                (At::QuotedField, _) => {
                    self.field.push(byte);
                    At::QuotedField
                }
            };
        }
        if matches!(self.at, At::QuotedField) {
            self.field.push(b'\n');
            return LineEnd::InQuotes;
        }
        self.fields.push(std::mem::take(&mut self.field));
        LineEnd::OfRecord
    }
}

#[cfg(test)]
mod tests;
