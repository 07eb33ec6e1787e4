//! Reads on which days somebody is busy out of the calendar of another program (iCalendar,
//! RFC 5545): pasted or uploaded, so nothing in it is believed, and every list has an end.
//!
//! Only days are taken from it. What an event is called, where it is and who comes is never kept.

pub mod moment;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Span;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::recurrence::{Rule, Steps};
use crate::booking_requests::dates;
use moment::{Form, Moment, days_between, shift};

/// The most octets that are read.
const LARGEST: usize = 1024 * 1024;
/// The most events.
const MOST_EVENTS: usize = 5_000;
/// The most days for which is asked: three years, and what `AHEAD` has beyond them.
const MOST_DAYS: i64 = 1_200;
/// What ends by this hour belongs to the night before.
const MORNING: Time = Time::constant(dates::MORNING, 0, 0, 0);

/// The days on which somebody is busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyDays {
    /// The days, within those that were asked for.
    pub days: BTreeSet<Date>,
    /// How many events keep somebody busy on one of them.
    pub events: usize,
    /// How many do not: called off, taking no time, on other days, or not to be read. An event whose
    /// repeating was not understood counts here as well, because only its first time was taken.
    pub skipped: usize,
}

/// Why a calendar was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is something else.
    NotACalendar,
    /// The text is too long.
    TooLarge,
    /// It has too many events.
    TooManyEvents,
    /// Its events come again too often.
    TooManyRepeats,
}

impl Problem {
    /// What is wrong and what to do.
    pub fn message(&self) -> String {
        match self {
            Self::NotACalendar => {
                "This is not a calendar file. Take the whole text of a file that ends in .ics, \
                 from BEGIN:VCALENDAR to END:VCALENDAR"
            }
            Self::TooLarge => {
                "This calendar is larger than 1 MB. Export a smaller one, such as only the \
                 calendar with your dates"
            }
            Self::TooManyEvents => {
                "This calendar has more than 5,000 events. Export a smaller one, such as only the \
                 years to come"
            }
            Self::TooManyRepeats => {
                "The events of this calendar repeat too often to be read. Export one with fewer \
                 repeating events"
            }
        }
        .to_owned()
    }
}

/// Reads the days from `from` to `until`, both included, on which somebody is busy.
pub fn read(text: &str, from: Date, until: Date) -> Result<BusyDays, Problem> {
    if text.len() > LARGEST {
        return Err(Problem::TooLarge);
    }
    let mut reader = Reader::default();
    each_line(text, |line| reader.line(line))?;
    let (entries, zone, cut_off) = reader.finish()?;
    let of_calendar = zone.as_ref();
    let mut moved: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !entry.uid.is_empty()) {
        if let Some(instead_of) = entry.instead_of {
            let day = instead_of.in_zone(entry.zone(of_calendar).as_ref()).date();
            moved.entry(&entry.uid).or_default().insert(day);
        }
    }
    let mut window = Window::new(from, until.min(shift(from, MOST_DAYS - 1)));
    let mut steps = Steps::all();
    let mut busy = BusyDays { days: BTreeSet::new(), events: 0, skipped: cut_off };
    for entry in &entries {
        let elsewhere = moved.get(entry.uid.as_str());
        let keeps = entry.keep_busy(of_calendar, elsewhere, &mut window, &mut steps)?;
        let is_half_read = matches!(entry.repeats, Repeats::Unclear);
        busy.events += usize::from(keeps);
        busy.skipped += usize::from(!keeps || is_half_read);
    }
    busy.days = window.busy();
    Ok(busy)
}

/// Tells each line of a calendar, unfolded.
fn each_line(text: &str, mut told: impl FnMut(&str) -> Result<(), Problem>) -> Result<(), Problem> {
    let mut line = String::new();
    for piece in text.trim_start_matches('\u{feff}').split(['\r', '\n']) {
        if let Some(more) = piece.strip_prefix([' ', '\t']) {
            line.push_str(more);
        } else if !piece.is_empty() {
            told(&line)?;
            line.clear();
            line.push_str(piece);
        }
    }
    told(&line)
}

/// A line of a calendar: `NAME;PARAMETER=VALUE;…:VALUE`.
struct Property<'a> {
    name: &'a str,
    parameters: &'a str,
    value: &'a str,
}

impl<'a> Property<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut is_quoted = false;
        let (colon, _) = line.char_indices().find(|(_, c)| {
            is_quoted ^= *c == '"';
            !is_quoted && *c == ':'
        })?;
        let (head, value) = line.split_at_checked(colon)?;
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self { name, parameters, value: value.strip_prefix(':')?.trim() })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn says(&self, value: &str) -> bool {
        self.value.eq_ignore_ascii_case(value)
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        let mut parameters = self.parameters.split(';').filter_map(|one| one.split_once('='));
        let (_, value) = parameters.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some(value.trim_matches('"'))
    }

    fn moments(&self) -> impl Iterator<Item = Moment> {
        // Of a period, "start/end", only the start counts.
        let starts = self.value.split(',').filter_map(|one| one.split('/').next());
        starts.filter_map(Moment::read)
    }
}

/// How an event comes again.
#[derive(Debug, Default)]
enum Repeats {
    #[default]
    Never,
    By(Rule),
    /// It does, in a way that is not understood.
    Unclear,
}

/// What is kept of an event while its calendar is read.
#[derive(Debug, Default)]
struct Entry {
    uid: String,
    starts: Option<Moment>,
    /// Whose clock tells its times.
    zone: Option<String>,
    ends: Option<Moment>,
    lasts: Option<Span>,
    /// Called off, or marked as taking no time.
    is_free: bool,
    repeats: Repeats,
    except: Vec<Moment>,
    also: Vec<Moment>,
    /// Which time of a repeating event it replaces.
    instead_of: Option<Moment>,
}

impl Entry {
    fn take(&mut self, property: &Property<'_>) {
        let value = property.value;
        match property.name.to_ascii_uppercase().as_str() {
            "UID" => value.clone_into(&mut self.uid),
            "DTSTART" => {
                self.starts = Moment::read(value);
                self.zone = property.parameter("TZID").map(str::to_owned);
            }
            "DTEND" => self.ends = Moment::read(value),
            "DURATION" => self.lasts = value.parse().ok(),
            "STATUS" => self.is_free |= property.says("CANCELLED"),
            "TRANSP" => self.is_free |= property.says("TRANSPARENT"),
            "RRULE" => {
                let is_first = matches!(self.repeats, Repeats::Never);
                self.repeats = match Rule::read(value) {
                    Some(rule) if is_first => Repeats::By(rule),
                    _ => Repeats::Unclear,
                };
            }
            "EXRULE" => self.repeats = Repeats::Unclear,
            "EXDATE" => self.except.extend(property.moments()),
            "RDATE" => self.also.extend(property.moments()),
            "RECURRENCE-ID" => self.instead_of = Moment::read(value),
            _ => {}
        }
    }

    /// Its zone, where that is known by its name. It turns into days what belongs to a local start
    /// but is written in UTC: the end of a rule, an exception.
    fn zone(&self, of_calendar: Option<&TimeZone>) -> Option<TimeZone> {
        match self.zone.as_deref() {
            Some(name) => TimeZone::get(name).ok(),
            // Written in UTC, and read by its owner on the clock of the calendar.
            None => of_calendar.cloned(),
        }
    }

    /// How many days after the one on which it starts the first day lies that it takes, and the
    /// last. What is over by the morning belongs to the night before.
    fn reach(&self, starts: Moment, zone: Option<&TimeZone>) -> (i64, i64) {
        let begin = starts.at;
        let end = match (self.ends, self.lasts) {
            (Some(ends), _) => ends.in_zone(zone),
            (None, Some(span)) => begin.saturating_add(span),
            (None, None) => begin,
        };
        let end = end.max(begin);
        let nights = days_between(begin.date(), end.date());
        let is_timed = starts.form != Form::Date;
        if is_timed && end.time() > MORNING {
            (0, nights)
        } else if is_timed && nights == 0 && begin.time() < MORNING {
            (-1, -1)
        } else {
            (0, (nights - 1).max(0))
        }
    }

    /// Marks the days that it takes, those left out on which it was `moved` elsewhere. Whether any
    /// was within the window.
    fn keep_busy(
        &self,
        of_calendar: Option<&TimeZone>,
        moved: Option<&BTreeSet<Date>>,
        window: &mut Window,
        steps: &mut Steps,
    ) -> Result<bool, Problem> {
        let (Some(written), false) = (self.starts, self.is_free) else { return Ok(false) };
        let zone = self.zone(of_calendar);
        let zone = zone.as_ref();
        let starts = written.on_clock(zone);
        let (first, last) = self.reach(starts, zone);
        let between = (shift(window.from, -last), shift(window.until, -first));
        let date_of = |moment: &Moment| moment.in_zone(zone).date();
        let except: BTreeSet<Date> = self.except.iter().map(date_of).collect();
        let is_whole = self.instead_of.is_none();
        let is_off = |day: &Date| {
            except.contains(day) || (is_whole && moved.is_some_and(|days| days.contains(day)))
        };
        let mut keeps = false;
        let mut mark = |day: Date| {
            if !is_off(&day) {
                keeps |= window.mark(shift(day, first), shift(day, last));
            }
        };
        let start = starts.at.date();
        mark(start);
        if is_whole {
            self.also.iter().map(date_of).for_each(&mut mark);
            if let Repeats::By(rule) = &self.repeats {
                let to = rule.last(starts, zone).map_or(between.1, |end| end.min(between.1));
                rule.tell(start, (between.0, to), steps, mark)?;
            }
        }
        Ok(keeps)
    }
}

/// Where the reading of a calendar stands.
#[derive(Default)]
struct Reader {
    is_calendar: bool,
    begun: usize,
    entries: Vec<Entry>,
    open: Option<Entry>,
    /// By whose clock its owner reads it.
    zone: Option<TimeZone>,
    /// How deep inside the open event: in an alarm, in whatever somebody made up.
    depth: usize,
    /// Events without an end.
    cut_off: usize,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Problem> {
        let Some(property) = Property::read(line) else { return Ok(()) };
        if property.is("BEGIN") {
            return self.begin(&property);
        }
        if property.is("END") {
            if property.says("VEVENT") {
                self.entries.extend(self.open.take());
            }
            self.depth = self.depth.saturating_sub(1);
        } else if self.depth == 0
            && let Some(entry) = &mut self.open
        {
            entry.take(&property);
        } else if property.is("X-WR-TIMEZONE") {
            self.zone = TimeZone::get(property.value).ok();
        }
        Ok(())
    }

    fn begin(&mut self, property: &Property<'_>) -> Result<(), Problem> {
        if property.says("VCALENDAR") {
            self.is_calendar = true;
        } else if property.says("VEVENT") {
            self.begun += 1;
            if self.begun > MOST_EVENTS {
                return Err(Problem::TooManyEvents);
            }
            self.depth = 0;
            self.cut_off += usize::from(self.open.replace(Entry::default()).is_some());
        } else if self.open.is_some() {
            self.depth += 1;
        }
        Ok(())
    }

    fn finish(self) -> Result<(Vec<Entry>, Option<TimeZone>, usize), Problem> {
        if !self.is_calendar {
            return Err(Problem::NotACalendar);
        }
        Ok((self.entries, self.zone, self.cut_off + usize::from(self.open.is_some())))
    }
}

/// The days that were asked for, with how many events begin and end to take each: a span of any
/// length is marked in two steps.
struct Window {
    from: Date,
    until: Date,
    changes: Vec<i32>,
}

impl Window {
    fn new(from: Date, until: Date) -> Self {
        let days = usize::try_from(days_between(from, until) + 1).unwrap_or_default();
        Self { from, until, changes: vec![0; days + 1] }
    }

    /// Whether any of the days was asked for.
    fn mark(&mut self, first: Date, last: Date) -> bool {
        let (first, last) = (first.max(self.from), last.min(self.until));
        if first > last {
            return false;
        }
        let (begins, ends) = (days_between(self.from, first), days_between(self.from, last) + 1);
        for (at, change) in [(begins, 1), (ends, -1)] {
            if let Ok(at) = usize::try_from(at)
                && let Some(slot) = self.changes.get_mut(at)
            {
                *slot += change;
            }
        }
        true
    }

    fn busy(&self) -> BTreeSet<Date> {
        let days = std::iter::successors(Some(self.from), |day| day.tomorrow().ok());
        let mut taken = 0i32;
        days.zip(&self.changes)
            .filter_map(|(day, change)| {
                taken += change;
                (taken > 0).then_some(day)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
