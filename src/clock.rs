//! Time as a parameter: the only file that asks the machine what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::BigInt;
use jiff::{SignedDuration, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// An instant, in whole microseconds since 1970-01-01T00:00:00Z: the only form in which time is
/// stored (one BIGINT on both databases).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    FromSqlRow,
    AsExpression,
)]
#[diesel(sql_type = BigInt)]
#[serde(transparent)]
pub struct Instant(i64);

crate::db::types::as_big_int!(Instant);

impl Instant {
    /// The instant that many microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This instant and `span` later; stops at the ends of what can be written.
    #[must_use]
    pub fn plus(self, span: SignedDuration) -> Self {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// This instant, `span` earlier.
    #[must_use]
    pub fn minus(self, span: SignedDuration) -> Self {
        self.plus(-span)
    }

    /// The same as jiff's timestamp. An instant outside jiff's range becomes the epoch's nearest end.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// The calendar date in UTC.
    pub fn date_utc(self) -> jiff::civil::Date {
        self.timestamp().to_zoned(TimeZone::UTC).date()
    }

    /// "2026-11-21T14:02:03Z": for feeds, `datetime` attributes and receipts.
    pub fn rfc3339(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// "Sat 21 Nov 2026, 14:02 UTC": what a page shows.
    pub fn display(self) -> String {
        self.timestamp().strftime("%a %-d %b %Y, %H:%M UTC").to_string()
    }

    /// "21 November 2026": a date in a page's prose.
    pub fn display_date(self) -> String {
        self.timestamp().strftime("%-d %B %Y").to_string()
    }
}

impl From<jiff::Timestamp> for Instant {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

/// Where the program gets the time from: the machine, or a hand that a test moves.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until it is moved.
    pub fn manual(now: Instant) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(now.micros()))))
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
            Source::System => jiff::Timestamp::now().into(),
            Source::Manual(micros) => Instant(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward; the machine's clock is left alone.
    pub fn advance(&self, span: SignedDuration) {
        if let Source::Manual(micros) = &self.0 {
            let moved = Instant(micros.load(Ordering::SeqCst)).plus(span);
            micros.store(moved.micros(), Ordering::SeqCst);
        }
    }
}
