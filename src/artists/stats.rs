//! Figures about artists. No number is shown without its source and date, and no score is
//! invented.

use jiff::civil::Date;

use crate::db::types::choices;
use crate::ids::StatId;

choices! {
    /// What is counted.
    Metric {
        /// People who listened within a month.
        MonthlyListeners = "monthly_listeners", "monthly listeners";
        /// People who follow.
        Followers = "followers", "followers";
        /// A platform's own figure from 0 to 100.
        Popularity = "popularity", "popularity (0 to 100, as the source counts it)";
        /// Concerts within a year.
        Shows = "shows", "shows in a year";
    }
}

choices! {
    /// How a figure came here.
    SourceKind {
        /// Typed by a person.
        Manual = "manual", "entered by";
        /// Read from a file.
        Csv = "csv", "from a file:";
        /// Read from another program.
        Api = "api", "from";
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatPoint {
    /// What is counted.
    pub metric: Metric,
    /// How many; never below zero.
    pub value: i64,
    /// How it came here.
    pub source_kind: SourceKind,
    /// Who says so ("the artist", a file's name).
    pub source: String,
    /// The day it was true.
    pub observed_on: Date,
    /// The day from which it is no longer shown.
    pub expires_on: Option<Date>,
}

/// A figure with its row, as the store reads it.
#[derive(Debug, Clone)]
pub struct StoredStat {
    /// The row.
    pub id: StatId,
    /// The figure.
    pub point: StatPoint,
}

/// The source of a figure that an act's own people entered.
pub const ARTIST: &str = "the artist";

impl StatPoint {
    /// "entered by the artist, 3 Nov 2026".
    pub fn provenance(&self) -> String {
        let how = match self.source_kind {
            SourceKind::Csv if self.source.starts_with(ARTIST) => "from a list by",
            kind => kind.label(),
        };
        format!("{how} {}, {}", self.source, self.observed_on.strftime("%-d %b %Y"))
    }

    /// Whether two figures are one statement of one source about one day, be it with another value.
    pub fn is_same_statement(&self, other: &Self) -> bool {
        self.metric == other.metric
            && self.observed_on == other.observed_on
            && self.source == other.source
    }

    /// Whether it is still shown on `today`.
    pub fn is_current(&self, today: Date) -> bool {
        self.expires_on.is_none_or(|day| today < day)
    }
}

/// The listeners by which lists are sorted: three significant digits, cut towards zero, so that
/// the order never contradicts what is shown, and a figure that moves a little rewrites nothing.
/// -1 stands for "no figure".
pub fn popularity(listeners: Option<i64>) -> i64 {
    let Some(n) = listeners.filter(|n| *n >= 0) else { return -1 };
    let digits = n.checked_ilog10().unwrap_or(0);
    let unit = 10_i64.pow(digits.saturating_sub(2));
    n - n % unit
}

/// A band of listeners that lists can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// What stands in the address.
    pub slug: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// From so many.
    pub from: i64,
}

/// The bands, from the largest. Their edges are edges of the rounding above.
pub const BANDS: &[Band] = &[
    Band { slug: "1m", label: "1M and more", from: 1_000_000 },
    Band { slug: "250k", label: "250k to 1M", from: 250_000 },
    Band { slug: "50k", label: "50k to 250k", from: 50_000 },
    Band { slug: "10k", label: "10k to 50k", from: 10_000 },
    Band { slug: "1k", label: "1k to 10k", from: 1_000 },
    Band { slug: "0", label: "under 1k", from: 0 },
];

/// The number of the band (its place in [`BANDS`]); -1 without a figure.
pub fn band(popularity: i64) -> i64 {
    BANDS
        .iter()
        .position(|band| popularity >= band.from)
        .and_then(|at| i64::try_from(at).ok())
        .unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn listeners_are_cut_to_three_digits() {
        for (n, cut) in
            [(48_210, 48_200), (999, 999), (1_234, 1_230), (0, 0), (1_999_999, 1_990_000)]
        {
            assert_eq!(popularity(Some(n)), cut);
        }
        assert_eq!(popularity(None), -1);
        assert_eq!((band(-1), band(0), band(1_230), band(2_000_000)), (-1, 5, 4, 0));
    }

    #[test]
    fn a_figure_says_where_it_comes_from() {
        let point = |source_kind, source: &str| StatPoint {
            metric: Metric::Followers,
            value: 1,
            source_kind,
            source: source.into(),
            observed_on: jiff::civil::date(2026, 11, 3),
            expires_on: None,
        };
        for (kind, source, words) in [
            (SourceKind::Manual, "the artist", "entered by the artist, 3 Nov 2026"),
            (SourceKind::Csv, "acts.csv", "from a file: acts.csv, 3 Nov 2026"),
            (
                SourceKind::Csv,
                "the artist, as Example Radio shows it",
                "from a list by the artist, as Example Radio shows it, 3 Nov 2026",
            ),
        ] {
            assert_eq!(point(kind, source).provenance(), words);
        }
        let (typed, pasted) = (point(SourceKind::Manual, ARTIST), point(SourceKind::Csv, ARTIST));
        assert!(typed.is_same_statement(&pasted));
        assert!(!typed.is_same_statement(&point(SourceKind::Manual, "acts.csv")));
    }

    proptest! {
        #[test]
        fn the_order_never_contradicts_what_is_shown(a in 0i64..100_000_000, b in 0i64..100_000_000) {
            let (shown_a, shown_b) = (popularity(Some(a)), popularity(Some(b)));
            prop_assert!((a <= b) <= (shown_a <= shown_b));
            prop_assert_eq!(
                crate::numbers::short_number(a),
                crate::numbers::short_number(shown_a)
            );
        }
    }
}
