//! The calendar of an artist: the days that its team blocks, what stands on its nights, and the days
//! on which it takes no request.

pub mod day_forms;
pub mod events;
pub mod feed_pages;
pub mod feed_store;
pub mod filling;
pub mod ical_read;
pub mod ical_write;
pub mod month;
pub mod pages;
mod recurrence;
pub mod store;
pub mod views;

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;

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
    /// Every day from `from` to `to` that it covers.
    pub fn days(&self, from: Date, to: Date) -> BTreeSet<Date> {
        let mut days = BTreeSet::new();
        let length = (self.last - self.first).get_days();
        // A date that some year does not have, 29 February, is left out in that year.
        let mut n = 0;
        loop {
            let step = match self.repeats {
                Repeats::Once if n > 0 => break,
                Repeats::Once => Some(self.first),
                Repeats::Weekly => self.first.checked_add(Span::new().weeks(n)).ok(),
                Repeats::Yearly => {
                    let year = i64::from(self.first.year()) + n;
                    let Ok(year) = i16::try_from(year) else { break };
                    let same = Date::new(year, self.first.month(), self.first.day()).ok();
                    if same.is_none() && year < to.year() {
                        n += 1;
                        continue;
                    }
                    same
                }
            };
            let Some(first) = step else { break };
            if first > to || (n > 0 && self.until.is_some_and(|until| first > until)) {
                break;
            }
            for day in 0..=length {
                let day = first.checked_add(Span::new().days(day)).unwrap_or(first);
                if day >= from && day <= to {
                    days.insert(day);
                }
            }
            n += 1;
        }
        days
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
        let leap = block(date(2024, 2, 29), date(2024, 2, 29), Repeats::Yearly, None);
        assert_eq!(leap.days(from, to), BTreeSet::from([date(2028, 2, 29)]));
    }
}
