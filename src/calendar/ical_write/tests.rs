use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn event(zone: &str, starts: DateTime) -> Event {
    Event {
        uid: "request-1@soundpost.example".to_owned(),
        sequence: 2,
        status: Status::Confirmed,
        stamp: Instant::from_micros(1_790_000_000_000_000),
        starts,
        ends: starts.saturating_add(Span::new().hours(3)),
        zone: zone.to_owned(),
        summary: "Jonas; live".to_owned(),
        location: String::new(),
        description: String::new(),
        url: String::new(),
    }
}

/// "DAYLIGHT 20260329T020000 +0100 +0200 CEST" for each change of the clocks.
fn changes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
        match name {
            "BEGIN" if ["STANDARD", "DAYLIGHT"].contains(&value) => found.push(value.into()),
            "DTSTART" | "TZOFFSETFROM" | "TZOFFSETTO" | "TZNAME" => {
                if let Some(change) = found.last_mut() {
                    change.push_str(&format!(" {value}"));
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn an_event_is_written_with_the_clocks_of_its_place() {
    let mut club = event("Europe/Berlin", date(2027, 3, 13).at(23, 0, 0, 0));
    club.location = "Kantine, Am Wriezener Bahnhof".to_owned();
    club.url = "https://soundpost.example/requests/1?a=b;c,d".to_owned();
    let text = single(&club);
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    let (zone, rest) = text.split_once("END:VTIMEZONE\r\n").unwrap();
    assert!(zone.starts_with(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Soundpost//EN\r\nCALSCALE:GREGORIAN\r\n\
         BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\n"
    ));
    assert_eq!(
        rest,
        "BEGIN:VEVENT\r\nUID:request-1@soundpost.example\r\nDTSTAMP:20260921T141320Z\r\n\
         SEQUENCE:2\r\nSTATUS:CONFIRMED\r\nDTSTART;TZID=Europe/Berlin:20270313T230000\r\n\
         DTEND;TZID=Europe/Berlin:20270314T020000\r\nSUMMARY:Jonas\\; live\r\n\
         LOCATION:Kantine\\, Am Wriezener Bahnhof\r\n\
         URL:https://soundpost.example/requests/1?a=b;c,d\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n\
         END:VCALENDAR\r\n"
    );
    club.status = Status::Cancelled;
    assert!(!single(&club).contains("METHOD"), "a method needs an organizer");
}

#[test]
fn every_change_of_the_clocks_from_a_year_before_to_a_year_after_is_told() {
    let berlin = single(&event("europe/berlin", date(2027, 3, 13).at(23, 0, 0, 0)));
    assert!(berlin.contains("TZID:Europe/Berlin\r\n"));
    assert_eq!(
        changes(&berlin),
        [
            "STANDARD 20251026T030000 +0200 +0100 CET",
            "DAYLIGHT 20260329T020000 +0100 +0200 CEST",
            "STANDARD 20261025T030000 +0200 +0100 CET",
            "DAYLIGHT 20270328T020000 +0100 +0200 CEST",
            "STANDARD 20271031T030000 +0200 +0100 CET",
        ]
    );
    let new_york = single(&event("America/New_York", date(2027, 3, 13).at(23, 0, 0, 0)));
    assert_eq!(
        changes(&new_york),
        [
            "DAYLIGHT 20260308T020000 -0500 -0400 EDT",
            "STANDARD 20261101T020000 -0400 -0500 EST",
            "DAYLIGHT 20270314T020000 -0500 -0400 EDT",
            "STANDARD 20271107T020000 -0400 -0500 EST",
            "DAYLIGHT 20280312T020000 -0500 -0400 EDT",
        ]
    );
    // Paraguay stays in its summer since October 2024.
    let asuncion = single(&event("America/Asuncion", date(2024, 8, 10).at(21, 0, 0, 0)));
    assert_eq!(
        changes(&asuncion),
        [
            "STANDARD 20230326T000000 -0300 -0400 -04",
            "DAYLIGHT 20231001T000000 -0400 -0300 -03",
            "STANDARD 20240324T000000 -0300 -0400 -04",
            "DAYLIGHT 20241006T000000 -0400 -0300 -03",
            "STANDARD 20241015T000000 -0300 -0300 -03",
        ]
    );
}

#[test]
fn a_zone_whose_clocks_stand_still_has_one_entry_and_utc_and_the_unknown_have_none() {
    let starts = date(2027, 3, 13).at(23, 0, 0, 0);
    let kolkata = single(&event("Asia/Kolkata", starts));
    assert_eq!(changes(&kolkata), ["STANDARD 19700101T053000 +0530 +0530 IST"]);
    let utc = single(&event("UTC", starts));
    assert!(utc.contains("\r\nDTSTART:20270313T230000Z\r\n") && !utc.contains("VTIMEZONE"));
    for unknown in ["Mars/Olympus", "", "Europe/Berlin\r\nATTACH:x"] {
        let floating = single(&event(unknown, starts));
        assert!(floating.contains("\r\nDTSTART:20270313T230000\r\n"), "{unknown}");
        assert!(!floating.contains("VTIMEZONE") && !floating.contains("ATTACH"), "{unknown}");
    }
}

/// The lines as they were before they were folded.
fn unfolded(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

/// The text that was written as a value.
fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some(kept)) => text.push(kept),
            _ => text.push(c),
        }
    }
    text
}

/// What is left of a text that somebody typed, once it is written.
fn written(typed: &str) -> String {
    let text = typed.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.replace('\t', " ").chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

#[test]
fn a_whole_day_ends_on_the_day_after_and_every_zone_is_described_once() {
    let block = |first, last| AllDay {
        uid: "block-1@soundpost.example".to_owned(),
        stamp: Instant::from_micros(0),
        first,
        last,
        summary: "Not free".to_owned(),
    };
    let at = date(2027, 3, 13).at(23, 0, 0, 0);
    let later = date(2029, 3, 13).at(23, 0, 0, 0);
    let events =
        [event("Europe/Berlin", at), event("Europe/Berlin", later), event("Asia/Kolkata", at)];
    let days = [block(date(2027, 12, 30), date(2027, 12, 31)), block(Date::MAX, Date::MIN)];
    let text = calendar("Jonas, live", &events, &days);
    assert!(text.contains("X-WR-CALNAME:Jonas\\, live\r\nBEGIN:VTIMEZONE"));
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 2);
    assert_eq!(text.matches("TZOFFSETTO:+0200").count(), 4, "2026 to 2029");
    assert!(text.contains(
        "UID:block-1@soundpost.example\r\nDTSTAMP:19700101T000000Z\r\n\
         DTSTART;VALUE=DATE:20271230\r\nDTEND;VALUE=DATE:20280101\r\nSUMMARY:Not free\r\n\
         TRANSP:OPAQUE\r\n"
    ));
}

#[test]
fn the_ends_of_time_are_written_without_a_panic() {
    for at in [DateTime::MIN, DateTime::MAX] {
        for zone in ["Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"] {
            let text = single(&event(zone, at));
            assert!(text.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"), "{zone}");
        }
    }
}

/// The instant of a local time, as a program finds it that knows nothing but the file.
fn instant(text: &str, local: DateTime) -> i64 {
    let seconds = |offset: &str| {
        let (sign, digits) = offset.split_at(1);
        let digits: i64 = digits.parse().unwrap();
        let seconds = (digits / 100 * 60 + digits % 100) * 60;
        if sign == "-" { -seconds } else { seconds }
    };
    let count = |at: DateTime| at.duration_since(date(1970, 1, 1).at(0, 0, 0, 0)).as_secs();
    let mut found = None;
    for change in changes(text) {
        let parts: Vec<&str> = change.split(' ').collect();
        let onset = DateTime::strptime("%Y%m%dT%H%M%S", parts[1]).unwrap();
        if onset <= local {
            found = Some(count(local) - seconds(parts[3]));
        }
    }
    found.expect("a change of the clocks lies before every event")
}

proptest! {
    #[test]
    fn the_clocks_that_are_told_are_those_of_the_place(
        zone in 0usize..9, day in 0i32..25_000, hour in 8i8..24,
    ) {
        let zone = [
            "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Asuncion",
            "Europe/Dublin", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
            "America/St_Johns",
        ][zone];
        let day = date(1985, 1, 1).checked_add(Span::new().days(day)).unwrap();
        let local = day.at(hour, 0, 0, 0);
        let known = TimeZone::get(zone).unwrap();
        let expected = known.to_timestamp(local).unwrap().as_second();
        // A time that the clocks skip or repeat is not told apart here.
        if !known.to_ambiguous_timestamp(local).is_ambiguous() {
            prop_assert_eq!(instant(&single(&event(zone, local)), local), expected);
        }
    }

    #[test]
    fn a_text_comes_back_from_its_folded_lines(
        summary in any::<String>(), more in "[ä😀,;:\\\\ \n\ra-c]{0,300}",
    ) {
        let mut told = event("Europe/Berlin", date(2027, 3, 13).at(23, 0, 0, 0));
        told.summary.clone_from(&summary);
        told.description = format!("x{more}");
        told.url = format!("https://soundpost.example/{summary}");
        told.uid = summary.clone();
        let text = single(&told);
        for line in text.split("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(char::is_control), "{line:?}");
        }
        let lines = unfolded(&text);
        for (name, typed) in
            [("UID:", &summary), ("SUMMARY:", &summary), ("DESCRIPTION:", &told.description)]
        {
            let value = lines.iter().find_map(|line| line.strip_prefix(name)).unwrap();
            prop_assert_eq!(unescaped(value), written(typed));
        }
        prop_assert_eq!(lines.iter().filter(|line| line.starts_with("BEGIN:VEVENT")).count(), 1);
    }
}
