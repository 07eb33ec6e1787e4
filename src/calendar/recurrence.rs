//! On which days something comes again (the RRULE of RFC 5545), within hard bounds: whoever uploads
//! a calendar decides what stands in it, and "every second, without an end" is one line.
//!
//! Only days count here, so a rule that names hours, minutes or seconds is not understood; neither
//! is one with weeks of the year or days of the year.

use std::str::FromStr;

use jiff::Span;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::ical_read::Problem;
use super::ical_read::moment::{Form, Moment, days_between, shift, unsigned};

/// The most values that a list of a rule may have.
const LONGEST_LIST: usize = 64;

/// What is left of the work that one calendar may cause, in days looked at.
#[derive(Debug)]
pub struct Steps(usize);

impl Steps {
    /// As much as one calendar gets: more than 400 rules without an end over three years.
    pub const fn all() -> Self {
        Self(500_000)
    }

    fn spend(&mut self, steps: usize) -> Result<(), Problem> {
        self.0 = self.0.checked_sub(steps).ok_or(Problem::TooManyRepeats)?;
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
    Year,
}

/// When something comes again.
#[derive(Debug, Clone)]
pub struct Rule {
    every: Every,
    /// Every first, second, third of these.
    interval: i64,
    /// How often in all, the first time included.
    count: Option<u64>,
    /// Until when.
    until: Option<Moment>,
    /// Days of the week; with a number other than 0 the first, second, last of the month.
    weekdays: Vec<(i8, Weekday)>,
    /// Days of the month; negative ones from its end.
    month_days: Vec<i8>,
    /// Months of the year.
    months: Vec<i8>,
    /// Which of the days that a period has by all this; negative ones from its end.
    positions: Vec<i16>,
    week_starts: Weekday,
}

impl Rule {
    /// Reads a rule; none where something in it is not understood.
    pub fn read(value: &str) -> Option<Self> {
        let mut every = None;
        let mut rule = Self {
            every: Every::Day,
            interval: 1,
            count: None,
            until: None,
            weekdays: Vec::new(),
            month_days: Vec::new(),
            months: Vec::new(),
            positions: Vec::new(),
            week_starts: Weekday::Monday,
        };
        for part in value.trim().trim_end_matches(';').split(';') {
            let (name, value) = part.split_once('=')?;
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => every = Some(frequency(value)?),
                "INTERVAL" => rule.interval = unsigned::<u32>(value)?.into(),
                "COUNT" => rule.count = Some(unsigned(value)?),
                "UNTIL" => rule.until = Some(Moment::read(value)?),
                "WKST" => rule.week_starts = weekday(value)?,
                "BYDAY" => rule.weekdays = list(value, nth_weekday)?,
                "BYMONTHDAY" => rule.month_days = list(value, |day| within(day, 1, 31))?,
                "BYMONTH" => rule.months = list(value, unsigned)?,
                "BYSETPOS" => rule.positions = list(value, |at| within(at, 1, 366))?,
                _ => return None,
            }
        }
        rule.every = every?;
        rule.is_clear().then_some(rule)
    }

    fn is_clear(&self) -> bool {
        let has_other_parts = !self.months.is_empty() || !self.month_days.is_empty();
        self.interval > 0
            && self.count != Some(0)
            && self.months.iter().all(|month| (1..=12).contains(month))
            && match self.every {
                Every::Day => !self.has_nth() && self.positions.is_empty(),
                Every::Week => !self.has_nth() && self.month_days.is_empty(),
                Every::Month => !self.has_nth() || self.month_days.is_empty(),
                // Without a month, "the second Monday" would be that of the year.
                Every::Year => {
                    (!self.has_nth() || (self.month_days.is_empty() && !self.months.is_empty()))
                        && (self.weekdays.is_empty() || has_other_parts)
                }
            }
    }

    fn has_nth(&self) -> bool {
        self.weekdays.iter().any(|(nth, _)| *nth != 0)
    }

    /// The last date on which something may begin that first began at `starts`, by the clock of
    /// `zone`; none without an end.
    pub fn last(&self, starts: Moment, zone: Option<&TimeZone>) -> Option<Date> {
        let until = self.until?;
        let end = until.in_zone(zone);
        let is_timed = until.form != Form::Date && starts.form != Form::Date;
        if is_timed && end.time() < starts.at.time() {
            return end.date().yesterday().ok();
        }
        Some(end.date())
    }

    /// Tells each day on which something comes again that first was on `start`, up to `to`. Days
    /// before `from` may be told as well.
    pub fn tell(
        &self,
        start: Date,
        (from, to): (Date, Date),
        steps: &mut Steps,
        mut told: impl FnMut(Date),
    ) -> Result<(), Problem> {
        // The first time counts, whether it follows the rule or not.
        let mut left = self.count.map_or(u64::MAX, |count| count.saturating_sub(1));
        for n in self.first_period(start, from).. {
            let Some(period) = self.period(start, n).filter(|first| *first <= to) else { break };
            steps.spend(self.cost())?;
            for day in self.days_of(period, start) {
                if day <= start {
                    continue;
                }
                if day > to || left == 0 {
                    return Ok(());
                }
                left -= 1;
                told(day);
            }
        }
        Ok(())
    }

    /// From which period on it is worth looking: where the times are counted, from the first.
    fn first_period(&self, start: Date, from: Date) -> i64 {
        if self.count.is_some() || from <= start {
            return 0;
        }
        let years = i64::from(from.year()) - i64::from(start.year());
        let periods = match self.every {
            Every::Day => days_between(start, from),
            Every::Week => days_between(start, from) / 7,
            Every::Month => years * 12 + i64::from(from.month()) - i64::from(start.month()),
            Every::Year => years,
        };
        (periods / self.interval - 1).max(0)
    }

    /// The first day of a period; none beyond the end of the calendar.
    fn period(&self, start: Date, n: i64) -> Option<Date> {
        let n = n.checked_mul(self.interval)?;
        let (first, span) = match self.every {
            Every::Day => (start, Span::new().try_days(n)),
            Every::Week => {
                let since = i64::from(start.weekday().since(self.week_starts));
                (shift(start, -since), Span::new().try_weeks(n))
            }
            Every::Month => (start.first_of_month(), Span::new().try_months(n)),
            Every::Year => (start.first_of_year(), Span::new().try_years(n)),
        };
        first.checked_add(span.ok()?).ok()
    }

    /// How many days are looked at for a period.
    fn cost(&self) -> usize {
        let is_plain = self.weekdays.is_empty() && self.month_days.is_empty();
        let in_a_month = if is_plain { 1 } else { 31 };
        match self.every {
            Every::Day => 1,
            Every::Week => 7,
            Every::Month => in_a_month,
            Every::Year if self.months.is_empty() => in_a_month * 12,
            Every::Year => in_a_month * self.months.len(),
        }
    }

    /// The days of a period, in order.
    fn days_of(&self, period: Date, start: Date) -> Vec<Date> {
        let mut days = match self.every {
            Every::Day => vec![period],
            Every::Week if self.weekdays.is_empty() => {
                run(period, 7).filter(|day| day.weekday() == start.weekday()).collect()
            }
            Every::Week => run(period, 7).collect(),
            Every::Month => self.days_of_month(period, start),
            Every::Year => {
                let months = match (self.months.is_empty(), self.month_days.is_empty()) {
                    (false, _) => self.months.clone(),
                    (true, false) => (1..=12).collect(),
                    (true, true) => vec![start.month()],
                };
                let firsts = months.iter().filter_map(|m| Date::new(period.year(), *m, 1).ok());
                firsts.flat_map(|first| self.days_of_month(first, start)).collect()
            }
        };
        days.retain(|day| self.allows(*day));
        days.sort_unstable();
        days.dedup();
        self.at_positions(days)
    }

    fn days_of_month(&self, first: Date, start: Date) -> Vec<Date> {
        if self.has_nth() {
            let mut days = Vec::new();
            for (nth, weekday) in &self.weekdays {
                let all = if *nth == 0 { 1..=5 } else { *nth..=*nth };
                days.extend(all.filter_map(|n| first.nth_weekday_of_month(n, *weekday).ok()));
            }
            days
        } else if self.weekdays.is_empty() && self.month_days.is_empty() {
            // A month without that day is left out.
            Date::new(first.year(), first.month(), start.day()).into_iter().collect()
        } else {
            run(first, usize::try_from(first.days_in_month()).unwrap_or_default()).collect()
        }
    }

    fn allows(&self, day: Date) -> bool {
        let from_the_end = day.day() - day.days_in_month() - 1;
        let is_named = |named: &i8| *named == day.day() || *named == from_the_end;
        (self.months.is_empty() || self.months.contains(&day.month()))
            && (self.weekdays.is_empty()
                || self.weekdays.iter().any(|(_, weekday)| *weekday == day.weekday()))
            && (self.month_days.is_empty() || self.month_days.iter().any(is_named))
    }

    fn at_positions(&self, days: Vec<Date>) -> Vec<Date> {
        if self.positions.is_empty() {
            return days;
        }
        let nth = |position: &i16| {
            let back = usize::from(position.unsigned_abs());
            let at = if *position > 0 { back.checked_sub(1) } else { days.len().checked_sub(back) };
            days.get(at?).copied()
        };
        let mut chosen: Vec<Date> = self.positions.iter().filter_map(nth).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }
}

/// A day and those after it.
fn run(first: Date, days: usize) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok()).take(days)
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let found: Option<Vec<T>> = value.split(',').take(LONGEST_LIST + 1).map(read).collect();
    found.filter(|found| found.len() <= LONGEST_LIST)
}

/// A number whose distance from zero lies between two others.
fn within<T: Copy + Into<i64> + FromStr>(text: &str, least: u64, most: u64) -> Option<T> {
    let number: T = text.parse().ok()?;
    let distance: i64 = number.into();
    (least..=most).contains(&distance.unsigned_abs()).then_some(number)
}

fn frequency(name: &str) -> Option<Every> {
    match name.to_ascii_uppercase().as_str() {
        "DAILY" => Some(Every::Day),
        "WEEKLY" => Some(Every::Week),
        "MONTHLY" => Some(Every::Month),
        "YEARLY" => Some(Every::Year),
        _ => None,
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    match name.to_ascii_uppercase().as_str() {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// "MO", "2TU", "-1SU"
fn nth_weekday(text: &str) -> Option<(i8, Weekday)> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() { 0 } else { within(nth, 1, 5)? };
    Some((nth, weekday(name)?))
}

#[cfg(test)]
mod tests;
