//! Why a record, or a whole file, cannot be read: texts for the person who made the file.

use std::{fmt, io};

use super::fields::Field;

/// Why a record was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The line on which the record begins, counted from 1.
    pub line: u64,
    /// The column by its header, or `column 3`; empty if the whole line is at fault.
    pub column: String,
    /// The reason, without a full stop.
    pub reason: String,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column.as_str() {
            "" => write!(f, "line {}: {}", self.line, self.reason),
            column => write!(f, "line {}, {column}: {}", self.line, self.reason),
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The source failed.
    #[error("the file cannot be read: {0}")]
    Read(#[from] io::Error),
    /// No line holds anything.
    #[error("the file is empty")]
    Empty,
    /// Two or four bytes for each character.
    #[error("the file is in UTF-16 or UTF-32; save it as UTF-8")]
    Utf16,
    /// Not text.
    #[error("the file is {0}; save the list of artists as CSV in UTF-8")]
    OtherFormat(&'static str),
    /// No column is known to hold names.
    #[error(
        "no column for the name of the artist. The first line has: {}. \
         Say which one it is with --map COLUMN=name, or with --map 2=name for the second column \
         of a file without a header",
        found.join(", ")
    )]
    NoNameColumn {
        /// The cells of the first line.
        found: Vec<String>,
    },
    /// A rule is about a column that is not there.
    #[error("the file has no column {column:?}; it has: {}", found.join(", "))]
    NoSuchColumn {
        /// The column as the rule calls it.
        column: String,
        /// The columns of the file.
        found: Vec<String>,
    },
    /// Two columns could hold what an artist has once.
    #[error(
        "the columns {:?} and {:?} could both be {field}; choose with --map COLUMN={field} and \
         --map COLUMN=ignore",
        columns[0], columns[1]
    )]
    TwoColumns {
        /// What both could be.
        field: Field,
        /// How both are called.
        columns: [String; 2],
    },
}
