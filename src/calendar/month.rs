//! A month as its page lays it out: weeks of days, each with what stands on it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Span;
use jiff::civil::{Date, Weekday};

/// Entries that a day of the grid has room for.
const A_DAY: usize = 4;

/// What stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// "Harbour Night"
    pub label: String,
    /// "1st hold"
    pub what: String,
    /// Where it leads.
    pub url: String,
    /// The colour of its state.
    pub class: &'static str,
}

/// A day of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// "13"
    pub number: i8,
    /// "Saturday 13 March 2027"
    pub name: String,
    /// `2027-03-13`
    pub iso: String,
    /// Whether it belongs to the month that is shown.
    pub is_here: bool,
    /// Whether it is today.
    pub is_today: bool,
    /// Whether the team has blocked it.
    pub is_blocked: bool,
    /// What stands on it, the first of it.
    pub entries: Vec<Entry>,
    /// How much more.
    pub more: usize,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// "March 2027"
    pub name: String,
    /// `2027-03`
    pub iso: String,
    /// `2027-02`
    pub previous: String,
    /// `2027-04`
    pub next: String,
    /// From Monday to Sunday each.
    pub weeks: Vec<Vec<Day>>,
}

/// The first day of a month that an address names (`2027-03`); this month's for anything else.
pub fn first_of(text: &str, today: Date) -> Date {
    format!("{text}-01").parse::<Date>().unwrap_or_else(|_| today.first_of_month())
}

/// The days that the grid of a month shows: from the Monday before to the Sunday after.
pub fn span_of(first: Date) -> (Date, Date) {
    let back = i64::from(first.weekday().since(Weekday::Monday));
    let last = first.last_of_month();
    let forth = i64::from(last.weekday().until(Weekday::Sunday));
    let from = first.checked_sub(Span::new().days(back)).unwrap_or(first);
    (from, last.checked_add(Span::new().days(forth)).unwrap_or(last))
}

/// Lays a month out.
pub fn lay_out(
    first: Date,
    today: Date,
    blocked: &BTreeSet<Date>,
    mut entries: BTreeMap<Date, Vec<Entry>>,
) -> Month {
    let (from, to) = span_of(first);
    let name = |months: i64| {
        let there = first.checked_add(Span::new().months(months)).unwrap_or(first);
        there.strftime("%Y-%m").to_string()
    };
    let mut weeks: Vec<Vec<Day>> = Vec::new();
    let mut day = from;
    while day <= to {
        if day.weekday() == Weekday::Monday {
            weeks.push(Vec::with_capacity(7));
        }
        let mut entries = entries.remove(&day).unwrap_or_default();
        let more = entries.len().saturating_sub(A_DAY);
        entries.truncate(A_DAY);
        let shown = Day {
            number: day.day(),
            name: day.strftime("%A %-d %B %Y").to_string(),
            iso: day.to_string(),
            is_here: day.month() == first.month(),
            is_today: day == today,
            is_blocked: blocked.contains(&day),
            entries,
            more,
        };
        if let Some(week) = weeks.last_mut() {
            week.push(shown);
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    Month {
        name: first.strftime("%B %Y").to_string(),
        iso: name(0),
        previous: name(-1),
        next: name(1),
        weeks,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_begins_on_a_monday_and_has_whole_weeks() {
        let today = date(2026, 11, 21);
        for (month, weeks) in [("2027-02", 4), ("2027-03", 5), ("2027-05", 6), ("nonsense", 6)] {
            let first = first_of(month, today);
            let month = lay_out(first, today, &BTreeSet::new(), BTreeMap::new());
            assert_eq!(month.weeks.len(), weeks, "{month:?}");
            assert!(month.weeks.iter().all(|week| week.len() == 7));
        }
        assert_eq!(first_of("2027-13", today), date(2026, 11, 1));
        assert_eq!(first_of("9999-12", today), date(9999, 12, 1));
        let last = lay_out(date(9999, 12, 1), today, &BTreeSet::new(), BTreeMap::new());
        assert_eq!((last.next.as_str(), last.previous.as_str()), ("9999-12", "9999-11"));
    }
}
