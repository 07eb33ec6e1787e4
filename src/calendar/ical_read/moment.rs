//! Points in time as a calendar writes them (RFC 5545), and days reckoned from days.

use std::str::FromStr;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// How a point in time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A day.
    Date,
    /// What the clock shows somewhere.
    Local,
    /// What the clock of UTC shows.
    Utc,
}

/// A point in time as a calendar writes it: "20270313", "20270313T230000", "20270313T220000Z".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// What stands there; midnight for a day.
    pub at: DateTime,
    /// How it is written.
    pub form: Form,
}

impl Moment {
    /// Reads one; none where it is something else.
    pub fn read(value: &str) -> Option<Self> {
        let value = value.trim();
        let (value, is_utc) = match value.strip_suffix(['Z', 'z']) {
            Some(local) => (local, true),
            None => (value, false),
        };
        let (day, time) = match value.split_once(['T', 't']) {
            Some((day, time)) => (day, Some(time)),
            None => (value, None),
        };
        let [year, month, day] = digits(day, [4, 2, 2])?;
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let Some(time) = time else {
            return (!is_utc)
                .then_some(Self { at: date.to_datetime(Time::midnight()), form: Form::Date });
        };
        let [hour, minute, second] = digits(time, [2, 2, 2])?;
        let second = i8::try_from(second.min(59)).ok()?;
        let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, second, 0);
        let form = if is_utc { Form::Utc } else { Form::Local };
        Some(Self { at: date.to_datetime(time.ok()?), form })
    }

    /// What the clock of a zone shows then, for what is written in UTC; else what stands there.
    pub fn in_zone(self, zone: Option<&TimeZone>) -> DateTime {
        match (zone, TimeZone::UTC.to_timestamp(self.at)) {
            (Some(zone), Ok(instant)) if self.form == Form::Utc => zone.to_datetime(instant),
            _ => self.at,
        }
    }
}

impl Moment {
    /// The same as the clock of a zone shows it, where it is written in UTC and the zone is known.
    pub fn on_clock(self, zone: Option<&TimeZone>) -> Self {
        match (zone, self.form) {
            (Some(_), Form::Utc) => Self { at: self.in_zone(zone), form: Form::Local },
            _ => self,
        }
    }
}

/// Three numbers of so many digits each, and nothing else.
fn digits(text: &str, widths: [usize; 3]) -> Option<[i16; 3]> {
    let mut rest = text;
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let (digits, more) = rest.split_at_checked(width)?;
        *number = unsigned(digits)?;
        rest = more;
    }
    rest.is_empty().then_some(numbers)
}

/// A number of digits alone: no sign, no blank.
pub fn unsigned<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Days from one date to another.
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_secs() / 86_400
}

/// A date so many days later, or before; stops at the ends of the calendar.
pub fn shift(date: Date, days: i64) -> Date {
    Span::new().try_days(days).map_or(date, |span| date.saturating_add(span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_moment_is_a_day_or_a_time_and_nothing_else() {
        let read = |text| Moment::read(text).map(|moment| (moment.at.to_string(), moment.form));
        for (text, at, form) in [
            ("20270313", "2027-03-13T00:00:00", Form::Date),
            (" 20270313T230000 ", "2027-03-13T23:00:00", Form::Local),
            ("20270313T225960Z", "2027-03-13T22:59:59", Form::Utc),
            ("99991231t235959z", "9999-12-31T23:59:59", Form::Utc),
            ("00000101", "0000-01-01T00:00:00", Form::Date),
        ] {
            assert_eq!(read(text), Some((at.to_owned(), form)), "{text}");
        }
        for text in [
            "",
            "Z",
            "T",
            "2027",
            "20270230",
            "20271301",
            "2027-03-13",
            "+2270313",
            "202703131",
            "20270313T",
            "20270313Z",
            "20270313T24",
            "20270313T240000",
            "20270313T230000+01",
            "２０２７0313",
            "ä0270313",
            "20270313T2300é",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_in_utc_is_told_by_the_clock_of_a_place() {
        let new_york = TimeZone::get("America/New_York").unwrap();
        let told = |text: &str| Moment::read(text).unwrap().in_zone(Some(&new_york));
        assert_eq!(told("20270314T035959Z"), date(2027, 3, 13).at(22, 59, 59, 0));
        assert_eq!(told("20270314T035959"), date(2027, 3, 14).at(3, 59, 59, 0));
        assert_eq!(told("99991231T235959Z").date(), Date::MAX);
    }

    #[test]
    fn days_are_reckoned_up_to_the_ends_of_the_calendar() {
        assert_eq!(days_between(date(2028, 2, 28), date(2028, 3, 1)), 2);
        assert_eq!(days_between(date(2028, 3, 1), date(2028, 2, 28)), -2);
        assert_eq!(shift(date(2028, 2, 28), 2), date(2028, 3, 1));
        assert_eq!(shift(Date::MAX, 1), Date::MAX);
        assert_eq!(shift(Date::MIN, -1), Date::MIN);
    }
}
