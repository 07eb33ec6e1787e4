//! Nights. A night is the evening on which the event starts; a set at 01:00 belongs to the night
//! before. Local date, local time and zone are what is stored; the instant is derived, because
//! the rules of zones change.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span};
use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::db::types::choices;

/// Starts before this hour belong to the night before.
pub const MORNING: i8 = 8;
/// Longer than this is a slip, not a set.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

choices! {
    /// Which of two identical local times is meant, in the hour that a zone repeats.
    Fold {
        /// Before the clocks go back.
        Earlier = "earlier", "The first one, before the clocks go back";
        /// After.
        Later = "later", "The second one, after the clocks go back";
    }
}

/// One of the dates that a request proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The evening.
    pub night: Date,
    /// When the set starts, by the clock on the venue's wall.
    pub start: Time,
    /// When it ends.
    pub end: Time,
    /// Said only for a start that the zone has twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
}

/// Why a night cannot be taken as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The set would last longer than twelve hours; the sentence asks what was meant.
    TooLong(String),
    /// It ends when it starts.
    NoLength,
    /// The local time does not exist: the clocks go forward over it.
    Gap(String),
    /// The local time exists twice; which is meant must be asked.
    Twice(String),
}

impl Night {
    /// The local moment of the start.
    pub fn starts(&self) -> DateTime {
        let day = if self.start.hour() < MORNING { next(self.night) } else { self.night };
        day.to_datetime(self.start)
    }

    /// The local moment of the end: the next time that the clock shows it.
    pub fn ends(&self) -> DateTime {
        let start = self.starts();
        let day = if self.end <= self.start { next(start.date()) } else { start.date() };
        day.to_datetime(self.end)
    }

    /// Looks at what the clock on the wall does in that night.
    pub fn check(&self, zone: &TimeZone) -> Result<(), Problem> {
        if self.start == self.end {
            return Err(Problem::NoLength);
        }
        if self.ends().duration_since(self.starts()) > LONGEST {
            return Err(Problem::TooLong(format!(
                "The set would end at {} on {}, more than 12 hours after it starts. Check both \
                 times",
                self.end.strftime("%H:%M"),
                self.ends().strftime("%a %-d %b")
            )));
        }
        for (moment, what) in [(self.starts(), "starts"), (self.ends(), "ends")] {
            match zone.to_ambiguous_timestamp(moment).offset() {
                AmbiguousOffset::Gap { .. } => {
                    return Err(Problem::Gap(format!(
                        "The clocks go forward that night: {} on {} does not exist there, so the \
                         set cannot be said to be what {what} then. Choose another time",
                        moment.strftime("%H:%M"),
                        moment.strftime("%a %-d %b")
                    )));
                }
                AmbiguousOffset::Fold { .. } if what == "starts" && self.fold.is_none() => {
                    return Err(Problem::Twice(format!(
                        "The clocks go back that night: {} on {} happens twice. Say which one",
                        moment.strftime("%H:%M"),
                        moment.strftime("%a %-d %b")
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The instant of the start.
    pub fn starts_at(&self, zone: &TimeZone) -> Instant {
        let ambiguous = zone.to_ambiguous_timestamp(self.starts());
        let resolved = match self.fold {
            Some(Fold::Later) => ambiguous.later(),
            _ => ambiguous.earlier(),
        };
        resolved.map_or(Instant::from_micros(i64::MAX / 2), Instant::from)
    }

    /// The instant of the end.
    pub fn ends_at(&self, zone: &TimeZone) -> Instant {
        let ambiguous = zone.to_ambiguous_timestamp(self.ends());
        ambiguous.later().map_or(Instant::from_micros(i64::MAX / 2), Instant::from)
    }

    /// "Sat 13 Mar 2027", the evening.
    pub fn evening(&self) -> String {
        evening(self.night)
    }

    /// "Sat 13 Mar 2027, 02:00–05:00 CET (Sun 14 Mar)".
    pub fn display(&self, zone: &TimeZone) -> String {
        let abbreviation = zone.to_offset_info(self.starts_at(zone).timestamp());
        let mut text = format!(
            "{}, {}–{} {}",
            self.evening(),
            self.start.strftime("%H:%M"),
            self.end.strftime("%H:%M"),
            abbreviation.abbreviation()
        );
        if self.starts().date() != self.night {
            text.push_str(&format!(" ({})", self.starts().strftime("%a %-d %b")));
        }
        if let Some(fold) = self.fold {
            text.push_str(&format!(" ({})", fold.label().to_lowercase()));
        }
        text
    }
}

/// "Sat 13 Mar 2027".
pub fn evening(day: Date) -> String {
    day.strftime("%a %-d %b %Y").to_string()
}

fn next(day: Date) -> Date {
    day.checked_add(Span::new().days(1)).unwrap_or(day)
}

/// A time zone of the IANA database by its name, as a form posts it.
pub fn zone(name: &str) -> Option<TimeZone> {
    if !name.contains('/') && name != "UTC" {
        return None;
    }
    TimeZone::get(name).ok()
}

/// The names that the form offers: places, not abbreviations, in order.
pub fn zone_names() -> Vec<String> {
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| {
            let region = name.split('/').next().unwrap_or_default();
            matches!(
                region,
                "Africa"
                    | "America"
                    | "Asia"
                    | "Atlantic"
                    | "Australia"
                    | "Europe"
                    | "Indian"
                    | "Pacific"
                    | "Arctic"
                    | "Antarctica"
            )
        })
        .collect();
    names.sort_unstable();
    names
}

/// The calendar date at a moment in a zone.
pub fn date_at(now: Instant, zone: &TimeZone) -> Date {
    now.timestamp().to_zoned(zone.clone()).date()
}

/// The first instant of a date in a zone.
pub fn start_of(date: Date, zone: &TimeZone) -> Option<Instant> {
    zone.to_zoned(date.to_datetime(Time::midnight())).ok().map(|zoned| zoned.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    fn night(day: Date, start: (i8, i8), end: (i8, i8)) -> Night {
        Night {
            night: day,
            start: time(start.0, start.1, 0, 0),
            end: time(end.0, end.1, 0, 0),
            fold: None,
        }
    }

    #[test]
    fn a_set_at_one_in_the_morning_belongs_to_the_night_before() {
        let berlin = zone("Europe/Berlin").unwrap();
        let set = night(date(2027, 3, 13), (1, 0), (4, 0));
        assert_eq!(set.starts(), date(2027, 3, 14).at(1, 0, 0, 0));
        assert_eq!(set.display(&berlin), "Sat 13 Mar 2027, 01:00–04:00 CET (Sun 14 Mar)");
        let across = night(date(2027, 3, 13), (23, 0), (2, 0));
        assert_eq!(across.ends(), date(2027, 3, 14).at(2, 0, 0, 0));
        assert_eq!(across.ends_at(&berlin).rfc3339(), "2027-03-14T01:00:00Z");
    }

    #[test]
    fn times_that_do_not_exist_or_exist_twice_are_asked_about_not_guessed() {
        let berlin = zone("Europe/Berlin").unwrap();
        // Clocks go forward on Sunday 28 March 2027 at 02:00, back on 31 October 2027 at 03:00.
        let gap = night(date(2027, 3, 27), (2, 30), (5, 0));
        assert!(matches!(gap.check(&berlin), Err(Problem::Gap(_))));
        let twice = night(date(2027, 10, 30), (2, 30), (5, 0));
        assert!(matches!(twice.check(&berlin), Err(Problem::Twice(_))));
        let first = Night { fold: Some(Fold::Earlier), ..twice };
        let second = Night { fold: Some(Fold::Later), ..twice };
        assert!(first.check(&berlin).is_ok() && second.check(&berlin).is_ok());
        let apart = second.starts_at(&berlin).micros() - first.starts_at(&berlin).micros();
        assert_eq!(apart, 3_600_000_000);
    }

    #[test]
    fn a_set_of_more_than_twelve_hours_is_a_question() {
        let berlin = zone("Europe/Berlin").unwrap();
        let slip = night(date(2027, 3, 13), (23, 0), (22, 0));
        assert!(matches!(slip.check(&berlin), Err(Problem::TooLong(_))));
        assert_eq!(
            night(date(2027, 3, 13), (23, 0), (23, 0)).check(&berlin),
            Err(Problem::NoLength)
        );
    }

    #[test]
    fn only_real_places_are_zones() {
        assert!(zone("Europe/Tallinn").is_some() && zone("UTC").is_some());
        for name in ["", "CET", "Mars/Olympus", "../../etc/passwd", "Europe/"] {
            assert!(zone(name).is_none(), "{name}");
        }
        assert!(zone_names().len() > 300);
    }

    proptest! {
        #[test]
        fn a_night_ends_after_it_starts_within_a_day(
            day in 0i32..20_000, start in 0i8..24, minute in 0i8..60, end in 0i8..24,
        ) {
            let date = date(2020, 1, 1).checked_add(Span::new().days(day)).unwrap();
            let set = night(date, (start, minute), (end, 0));
            let length = set.ends().duration_since(set.starts());
            prop_assert!(length > SignedDuration::ZERO && length <= SignedDuration::from_hours(24));
            let since_evening = set.starts().duration_since(date.at(0, 0, 0, 0));
            prop_assert!(since_evening >= SignedDuration::from_hours(8));
            prop_assert!(since_evening < SignedDuration::from_hours(32));
        }
    }
}
