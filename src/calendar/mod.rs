//! The calendar of an artist: the days that its team blocks, what stands on its nights, and the days
//! on which it takes no request.

pub mod day_forms;
pub mod events;
pub mod feed_pages;
pub mod feed_store;
pub mod filling;
pub mod ical_read;
pub mod ical_write;
pub mod import_pages;
pub mod month;
pub mod pages;
mod recurrence;
pub mod store;
pub mod views;

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;

use ical_read::moment::{days_between, shift};

use crate::db::types::choices;
use crate::ids::BlockId;

/// How far ahead days are written out, in days: beyond the furthest night that a request may name
/// (three years; `booking_requests/forms.rs`), and as much more as passes between two fillings.
pub const AHEAD: i32 = 3 * 366 + 62;

choices! {
    /// How often a block comes again.
    Repeats {
        /// Never.
        Once = "once", "Only then";
        /// On the same days of each week.
        Weekly = "weekly", "Every week";
        /// On the same days of each year.
        Yearly = "yearly", "Every year";
    }
}

/// Days that an artist's team blocks, as they were said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The row.
    pub id: BlockId,
    /// The first day.
    pub first: Date,
    /// The last one; the same for a single day.
    pub last: Date,
    /// How often it comes again.
    pub repeats: Repeats,
    /// The last day on which it may begin again; never-ending without one.
    pub until: Option<Date>,
    /// Whether it came from a calendar file.
    pub imported: bool,
}

impl Block {
    /// Every day from `from` to `to` that it covers. What lies before is not walked through.
    pub fn days(&self, from: Date, to: Date) -> BTreeSet<Date> {
        let length = (self.last - self.first).get_days();
        // The first day on which it can begin and still reach into the span.
        let earliest = shift(from, -i64::from(length));
        let mut days = BTreeSet::new();
        for first in self.beginnings(earliest) {
            if first > to || self.until.is_some_and(|until| first > until.max(self.first)) {
                break;
            }
            let covered = (0..=length).map(|day| shift(first, i64::from(day)));
            days.extend(covered.filter(|day| (from..=to).contains(day)));
        }
        days
    }

    /// The days on which it begins, in order, from a day on.
    fn beginnings(&self, from: Date) -> Box<dyn Iterator<Item = Date>> {
        let first = self.first;
        match self.repeats {
            Repeats::Once => Box::new(std::iter::once(first)),
            Repeats::Weekly => {
                let weeks = days_between(first, from).max(0) / 7;
                let weeks = (weeks..).map(move |n| first.checked_add(Span::new().weeks(n)));
                Box::new(weeks.map_while(std::result::Result::ok))
            }
            // A date that some year does not have, 29 February, is left out in that year.
            Repeats::Yearly => {
                let years = first.year().max(from.year())..=Date::MAX.year();
                Box::new(
                    years.filter_map(move |year| Date::new(year, first.month(), first.day()).ok()),
                )
            }
        }
    }

    /// "Sat 13 Mar 2027 to Mon 15 Mar 2027, every week until Wed 30 Jun 2027".
    pub fn display(&self) -> String {
        let shown = crate::booking_requests::dates::evening;
        let mut text = shown(self.first);
        if self.last != self.first {
            text.push_str(&format!(" to {}", shown(self.last)));
        }
        match self.repeats {
            Repeats::Once => {}
            Repeats::Weekly => text.push_str(", every week"),
            Repeats::Yearly => text.push_str(", every year"),
        }
        if let (Some(until), true) = (self.until, self.repeats != Repeats::Once) {
            text.push_str(&format!(" until {}", shown(until)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn block(first: Date, last: Date, repeats: Repeats, until: Option<Date>) -> Block {
        Block { id: BlockId(1), first, last, repeats, until, imported: false }
    }

    #[test]
    fn a_block_covers_its_days_and_comes_again_as_it_says() {
        let (from, to) = (date(2027, 1, 1), date(2028, 12, 31));
        let once = block(date(2027, 3, 13), date(2027, 3, 15), Repeats::Once, None);
        assert_eq!(once.days(from, to).len(), 3);
        let mondays = block(date(2026, 12, 28), date(2026, 12, 28), Repeats::Weekly, None);
        let days = mondays.days(from, to);
        assert_eq!((days.len(), days.first()), (104, Some(&date(2027, 1, 4))));
        let until = Some(date(2027, 1, 11));
        let ending = block(date(2026, 12, 28), date(2026, 12, 29), Repeats::Weekly, until);
        assert_eq!(ending.days(from, to).len(), 4, "4, 5, 11 and 12 January");
        let years = block(date(2026, 12, 31), date(2027, 1, 1), Repeats::Yearly, None);
        assert_eq!(years.days(from, to).len(), 4);
        // From the beginning of the calendar on is as quick as from yesterday on.
        let ancient = block(date(-9999, 1, 1), date(-9999, 1, 7), Repeats::Weekly, None);
        assert_eq!(ancient.days(from, to).len(), 731);
        let ancient = block(date(-9999, 1, 1), date(-9999, 12, 31), Repeats::Yearly, None);
        assert_eq!(ancient.days(from, to).len(), 730, "but for the last day of the leap year");
        let leap = block(date(2024, 2, 29), date(2024, 2, 29), Repeats::Yearly, None);
        assert_eq!(leap.days(from, to), BTreeSet::from([date(2028, 2, 29)]));
    }
}
