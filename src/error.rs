//! Errors by audience: what the reader of a page is told, what the calling code can act on, and
//! what the operator finds in the log are three different texts.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use jiff::SignedDuration;

/// What every use case returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it is another's: both answer alike.
    #[error("not found")]
    NotFound,
    /// The reader may not do this. The text is shown.
    #[error("{0}")]
    Forbidden(String),
    /// What was sent makes no sense as a whole. The text is shown.
    #[error("{0}")]
    BadRequest(String),
    /// Fields need another look: (name of the field, what is wrong and what to do).
    #[error("invalid input in {} field(s)", .0.len())]
    Invalid(Vec<(String, String)>),
    /// Somebody was faster, or the moment has passed. The text is shown.
    #[error("{0}")]
    Conflict(String),
    /// Too often. The text is shown, with the time after which to try again.
    #[error("too many: {what}")]
    TooMany {
        /// What there was too much of, as a sentence.
        what: String,
        /// How long to wait.
        retry_after: SignedDuration,
    },
    /// Not now: a full queue, a database that is away. Nothing was stored.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours. The page shows a reference; the log shows this.
    #[error("{0:#}")]
    Unexpected(#[from] anyhow::Error),
}

impl Error {
    /// A fault described by a sentence for the log.
    pub fn unexpected(what: impl std::fmt::Display) -> Self {
        Self::Unexpected(anyhow::anyhow!("{what}"))
    }

    /// What people are told of it, in sentences, where it is theirs to know.
    pub fn told(&self) -> String {
        match self {
            Self::TooMany { what, retry_after } => {
                let minutes = retry_after.as_secs().div_euclid(60) + 1;
                let minutes = format!("{minutes} minute{}", if minutes == 1 { "" } else { "s" });
                format!("{what} Try again in {minutes}.")
            }
            // Not for a log: a point may repeat what was typed.
            Self::Invalid(points) => {
                points.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(". ")
            }
            error => error.to_string(),
        }
    }

    /// One field that needs another look.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![(name.to_owned(), message.into())])
    }

    /// Whether running the same write job again may succeed: the database gave way to another
    /// transaction (PostgreSQL 40001, 40P01), or another wrote the same unique key, or took away the
    /// row that a new one belongs to, a moment before.
    pub fn is_worth_another_run(&self) -> bool {
        let Self::Unexpected(cause) = self else { return false };
        match cause.downcast_ref::<DieselError>() {
            Some(DieselError::DatabaseError(kind, info)) => match kind {
                DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::UniqueViolation
                | DatabaseErrorKind::ForeignKeyViolation => true,
                _ => info.message().contains("deadlock detected"),
            },
            _ => false,
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        // PostgreSQL 55P03: the transaction waited for another's rows for as long as it may.
        if let DieselError::DatabaseError(_, info) = &error
            && info.message().contains("due to lock timeout")
        {
            return Self::Unavailable("a write waited for too long for another".into());
        }
        Self::Unexpected(error.into())
    }
}
