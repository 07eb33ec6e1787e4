//! Writes calendars that other programs read (iCalendar, RFC 5545).
//!
//! By hand, because the crate `icalendar` brings chrono along, has no VTIMEZONE, and passes control
//! characters on. Lines end in CRLF and have 75 octets at most; every zone that is named is described.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

use crate::clock::Instant;

/// The most octets of a line, its end not counted.
const WIDEST: usize = 75;
/// Who writes.
const PRODUCT: &str = "-//Soundpost//EN";

/// Whether something is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It may come to it.
    Tentative,
    /// It takes place.
    Confirmed,
    /// It does not take place.
    Cancelled,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Tentative => "TENTATIVE",
            Self::Confirmed => "CONFIRMED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// Something with a beginning and an end.
#[derive(Debug, Clone)]
pub struct Event {
    /// The same for as long as it is the same event, and nobody else's.
    pub uid: String,
    /// Larger each time that its times or its status change.
    pub sequence: i64,
    /// Whether it is certain.
    pub status: Status,
    /// When this was said of it.
    pub stamp: Instant,
    /// The start, by the clock on the wall.
    pub starts: DateTime,
    /// The end, by the same clock.
    pub ends: DateTime,
    /// Whose clock: a name of the IANA database. With a name that is not in it, the times are
    /// written without a zone, as the reader's own.
    pub zone: String,
    /// What it is, on one line.
    pub summary: String,
    /// Where; may be empty.
    pub location: String,
    /// More about it; may be empty.
    pub description: String,
    /// Where more can be read; may be empty.
    pub url: String,
}

/// Days that are taken as a whole.
#[derive(Debug, Clone)]
pub struct AllDay {
    /// The same for as long as it is the same block, and nobody else's.
    pub uid: String,
    /// When this was said of it.
    pub stamp: Instant,
    /// The first day.
    pub first: Date,
    /// The last day, which is taken as well.
    pub last: Date,
    /// What it is, on one line.
    pub summary: String,
}

/// A calendar to subscribe to, under the name by which its reader sees it.
pub fn calendar(name: &str, events: &[Event], days: &[AllDay]) -> String {
    let mut lines = Lines::begin();
    lines.text("X-WR-CALNAME", name);
    lines.zones(events);
    for event in events {
        lines.event(event);
    }
    for block in days {
        lines.all_day(block);
    }
    lines.finish()
}

/// One event, as a file. It is no invitation: a method (RFC 5546) would need an organizer, whom nobody
/// here may name to the other side. What became of the event, its status and sequence say.
pub fn single(event: &Event) -> String {
    let mut lines = Lines::begin();
    lines.zones(std::slice::from_ref(event));
    lines.event(event);
    lines.finish()
}

/// By which clock an event is written.
enum Wall {
    Utc,
    Zone(String, TimeZone),
    /// The reader's own: a zone that cannot be described must not be named.
    Anywhere,
}

impl Wall {
    fn of(name: &str) -> Self {
        match TimeZone::get(name) {
            Ok(zone) => match zone.iana_name() {
                Some("UTC" | "Etc/UTC") => Self::Utc,
                Some(known) => Self::Zone(known.to_owned(), zone),
                None => Self::Anywhere,
            },
            Err(_) => Self::Anywhere,
        }
    }
}

/// The span of local time for which a zone has to be described.
struct Used {
    zone: TimeZone,
    from: DateTime,
    until: DateTime,
}

/// The lines written so far, each folded and ended.
struct Lines(String);

impl Lines {
    fn begin() -> Self {
        let mut lines = Self(String::new());
        lines.plain("BEGIN", "VCALENDAR");
        lines.plain("VERSION", "2.0");
        lines.plain("PRODID", PRODUCT);
        lines.plain("CALSCALE", "GREGORIAN");
        lines
    }

    fn finish(mut self) -> String {
        self.plain("END", "VCALENDAR");
        self.0
    }

    /// One line. Whatever it came from, no control character gets past here: it could begin a line
    /// of its own.
    fn push(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars().filter(|c| !c.is_control()) {
            if width + c.len_utf8() > WIDEST {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn plain(&mut self, name: &str, value: &str) {
        self.push(&format!("{name}:{value}"));
    }

    fn text(&mut self, name: &str, value: &str) {
        self.plain(name, &escaped(value));
    }

    fn moment(&mut self, name: &str, at: DateTime, wall: &Wall) {
        let local = at.strftime("%Y%m%dT%H%M%S");
        match wall {
            Wall::Utc => self.push(&format!("{name}:{local}Z")),
            Wall::Zone(zone, _) => self.push(&format!("{name};TZID={zone}:{local}")),
            Wall::Anywhere => self.push(&format!("{name}:{local}")),
        }
    }

    fn stamp(&mut self, stamp: Instant) {
        self.plain("DTSTAMP", &stamp.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    fn event(&mut self, event: &Event) {
        let wall = Wall::of(&event.zone);
        self.plain("BEGIN", "VEVENT");
        self.text("UID", &event.uid);
        self.stamp(event.stamp);
        self.plain("SEQUENCE", &event.sequence.clamp(0, i64::from(i32::MAX)).to_string());
        self.plain("STATUS", event.status.word());
        self.moment("DTSTART", event.starts, &wall);
        self.moment("DTEND", event.ends, &wall);
        self.text("SUMMARY", &event.summary);
        for (name, value) in [("LOCATION", &event.location), ("DESCRIPTION", &event.description)] {
            if !value.is_empty() {
                self.text(name, value);
            }
        }
        // An address is no text: nothing in it is escaped.
        if !event.url.is_empty() {
            self.plain("URL", &event.url);
        }
        self.plain("TRANSP", "OPAQUE");
        self.plain("END", "VEVENT");
    }

    fn all_day(&mut self, block: &AllDay) {
        let last = block.last.max(block.first);
        let after = last.tomorrow().unwrap_or(last);
        self.plain("BEGIN", "VEVENT");
        self.text("UID", &block.uid);
        self.stamp(block.stamp);
        self.push(&format!("DTSTART;VALUE=DATE:{}", block.first.strftime("%Y%m%d")));
        self.push(&format!("DTEND;VALUE=DATE:{}", after.strftime("%Y%m%d")));
        self.text("SUMMARY", &block.summary);
        self.plain("TRANSP", "OPAQUE");
        self.plain("END", "VEVENT");
    }

    /// Describes every zone of the events, once.
    fn zones(&mut self, events: &[Event]) {
        let mut all: BTreeMap<String, Used> = BTreeMap::new();
        for event in events {
            if let Wall::Zone(name, zone) = Wall::of(&event.zone) {
                let (from, until) = (event.starts, event.ends);
                let used = all.entry(name).or_insert(Used { zone, from, until });
                used.from = used.from.min(from);
                used.until = used.until.max(until);
            }
        }
        for (name, used) in &all {
            self.zone(name, used);
        }
    }

    /// What the clocks of a zone do from a year before its first event to a year after its last.
    fn zone(&mut self, name: &str, used: &Used) {
        let zone = &used.zone;
        let year = Span::new().years(1);
        let first = zone.to_timestamp(used.from.saturating_sub(year)).unwrap_or(Timestamp::MIN);
        let last = zone.to_timestamp(used.until.saturating_add(year)).unwrap_or(Timestamp::MAX);
        self.plain("BEGIN", "VTIMEZONE");
        self.plain("TZID", name);
        // What holds when that span begins, since the clocks were last changed. Where that was
        // before 1970, or never: since 1970, because some readers know nothing older.
        let changed = zone.preceding(first).next().map(|transition| transition.timestamp());
        let changed = changed.filter(|at| *at >= Timestamp::UNIX_EPOCH);
        let since = changed.unwrap_or(first.min(Timestamp::UNIX_EPOCH));
        let holds = zone.to_offset_info(since);
        let before = changed
            .and_then(|at| Timestamp::from_second(at.as_second() - 1).ok())
            .map_or(holds.offset(), |at| zone.to_offset(at));
        self.clocks(holds.dst().is_dst(), since, [before, holds.offset()], holds.abbreviation());
        let mut before = holds.offset();
        for next in zone.following(since).take_while(|next| next.timestamp() <= last) {
            let offsets = [before, next.offset()];
            self.clocks(next.dst().is_dst(), next.timestamp(), offsets, next.abbreviation());
            before = next.offset();
        }
        self.plain("END", "VTIMEZONE");
    }

    /// What the clocks show from a moment on, which is itself told by the clock of before.
    fn clocks(&mut self, is_dst: bool, at: Timestamp, [before, after]: [Offset; 2], name: &str) {
        let kind = if is_dst { "DAYLIGHT" } else { "STANDARD" };
        self.plain("BEGIN", kind);
        self.moment("DTSTART", before.to_datetime(at), &Wall::Anywhere);
        self.plain("TZOFFSETFROM", &utc_offset(before));
        self.plain("TZOFFSETTO", &utc_offset(after));
        self.text("TZNAME", name);
        self.plain("END", kind);
    }
}

/// "+0530"
fn utc_offset(offset: Offset) -> String {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let seconds = offset.seconds().abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}

/// A text as the value of a line.
fn escaped(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => kept.extend(['\\', c]),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => kept.push_str("\\n"),
            '\t' => kept.push(' '),
            _ => kept.push(c),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
