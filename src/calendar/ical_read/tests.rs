use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// A calendar of these events, each said in a few lines.
fn calendar(events: &[&str]) -> String {
    let events: String =
        events.iter().map(|lines| format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")).collect();
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Somebody//EN\n{events}END:VCALENDAR\n")
}

/// What is read of the years 2027 to 2029.
fn years(text: &str) -> Result<BusyDays, Problem> {
    read(text, date(2027, 1, 1), date(2029, 12, 31))
}

/// The days as "03-13", of which all are in 2027, and how many events were read and skipped.
fn busy(events: &[&str]) -> (Vec<String>, usize, usize) {
    let busy = years(&calendar(events)).expect("a calendar");
    let days = busy.days.iter().map(|day| day.to_string().replacen("2027-", "", 1)).collect();
    (days, busy.events, busy.skipped)
}

fn days(event: &str) -> Vec<String> {
    busy(&[event]).0
}

#[test]
fn an_event_takes_the_nights_on_which_it_lies() {
    let cases: &[(&str, &[&str])] = &[
        ("DTSTART:20270313T200000\nDTEND:20270313T230000", &["03-13"]),
        ("DTSTART;TZID=Europe/Berlin:20270313T230000\nDTEND:20270314T040000", &["03-13"]),
        // What is over by 08:00 belongs to the night before; what is not, to the morning as well.
        ("DTSTART:20270313T230000\nDTEND:20270314T080000", &["03-13"]),
        ("DTSTART:20270313T230000\nDTEND:20270314T080001", &["03-13", "03-14"]),
        ("DTSTART:20270314T010000\nDTEND:20270314T040000", &["03-13"]),
        ("DTSTART:20270314T010000", &["03-13"]),
        ("DTSTART:20270314T070000\nDTEND:20270314T090000", &["03-14"]),
        ("DTSTART:20270314T080000\nDTEND:20270314T080000", &["03-14"]),
        ("DTSTART:20270313T120000\nDTEND:20270315T120000", &["03-13", "03-14", "03-15"]),
        ("DTSTART:20270313T000000\nDTEND:20270314T000000", &["03-13"]),
        ("DTSTART:20270313T200000\nDURATION:PT3H30M", &["03-13"]),
        ("DTSTART:20270313T200000\nDURATION:P1DT1H", &["03-13", "03-14"]),
        ("DTSTART:20270313T200000\nDURATION:-PT3H", &["03-13"]),
        ("DTSTART:20270313T200000\nDTEND:20270301T200000", &["03-13"]),
        // UTC is taken as it stands there, except where the start says whose clock counts.
        ("DTSTART:20270313T233000Z\nDTEND:20270314T013000Z", &["03-13"]),
        ("DTSTART:20270314T120000Z", &["03-14"]),
        ("DTSTART;TZID=America/New_York:20270313T200000\nDTEND:20270314T090000Z", &["03-13"]),
        // A whole day ends before the one that is said.
        ("DTSTART;VALUE=DATE:20270313\nDTEND;VALUE=DATE:20270315", &["03-13", "03-14"]),
        ("DTSTART;VALUE=DATE:20270313", &["03-13"]),
        ("DTSTART;VALUE=DATE:20270313\nDTEND;VALUE=DATE:20270313", &["03-13"]),
        (
            "DTSTART;VALUE=DATE:20270313\nDURATION:P1W",
            &["03-13", "03-14", "03-15", "03-16", "03-17", "03-18", "03-19"],
        ),
        ("DTSTART;VALUE=DATE:20261220\nDTEND;VALUE=DATE:20270103", &["01-01", "01-02"]),
    ];
    for (event, expected) in cases {
        assert_eq!(days(event), *expected, "{event}");
    }
}

#[test]
fn what_is_written_in_utc_is_read_on_the_clock_of_the_calendar() {
    let set = "BEGIN:VEVENT\nDTSTART:20270314T060000Z\nDTEND:20270314T100000Z\nEND:VEVENT\n";
    for (zone, day) in [("America/Los_Angeles", 13), ("Europe/Berlin", 14), ("Nowhere/At_All", 14)]
    {
        let text = format!("BEGIN:VCALENDAR\nX-WR-TIMEZONE:{zone}\n{set}END:VCALENDAR\n");
        assert_eq!(years(&text).unwrap().days, BTreeSet::from([date(2027, 3, day)]), "{zone}");
    }
}

#[test]
fn lines_are_unfolded_and_what_stands_inside_an_event_is_left_alone() {
    let text = "\u{feff}begin:vcalendar\r\nBEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\n\
        DTSTART:20270101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBegin:VEvent\r\n\
        SUMMARY:Do not\r\n  keep: this\r\nDTSTART;X-NOTE=\"a:b;c\";VALUE=DA\r\n\tTE:2027\r\n 0313\r\n\
        BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:P30D\r\nSTATUS:CANCELLED\r\nEND:VALARM\r\n\
        TRANSP:OPAQUE\r\nEND:VEVENT\r\nEND:VCALENDAR";
    let busy = years(text).unwrap();
    assert_eq!(busy.days, BTreeSet::from([date(2027, 3, 13)]));
    assert_eq!((busy.events, busy.skipped), (1, 0));
}

#[test]
fn what_takes_no_time_or_lies_elsewhere_is_skipped_and_counted() {
    let (days, events, skipped) = busy(&[
        "DTSTART:20270313T200000\nSTATUS:CANCELLED",
        "DTSTART:20270313T200000\nTRANSP:transparent",
        "DTSTART:20261231T200000",
        "DTSTART:20300101T200000",
        "DTSTART:yesterday",
        "SUMMARY:No time at all",
        "DTSTART:20270314T200000\nSTATUS:TENTATIVE",
    ]);
    assert_eq!((days, events, skipped), (vec!["03-14".to_owned()], 1, 6));
    // What was cut off, by the end of the text or by the next event, is not read.
    let cut = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270313\nBEGIN:VEVENT\nDTSTART:20270314\n\
        END:VEVENT\nBEGIN:VEVENT\nDTSTART:20270315\n";
    let busy = years(cut).unwrap();
    assert_eq!(busy.days, BTreeSet::from([date(2027, 3, 14)]));
    assert_eq!((busy.events, busy.skipped), (1, 2));
}

#[test]
fn what_comes_again_takes_every_one_of_its_nights_but_those_that_are_excepted() {
    let rule = "UID:1\nDTSTART;TZID=Europe/Berlin:20270305T230000\nDTEND:20270306T020000\n\
        RRULE:FREQ=WEEKLY;COUNT=5\n";
    assert_eq!(days(rule), ["03-05", "03-12", "03-19", "03-26", "04-02"]);
    let except = format!(
        "{rule}EXDATE;TZID=Europe/Berlin:20270305T230000,20270319T230000\nEXDATE:20270326T220000Z\n\
         RDATE;VALUE=PERIOD:20270401T230000/PT1H,20270410T010000"
    );
    assert_eq!(days(&except), ["03-12", "04-01", "04-02", "04-10"]);
    // One of the times was moved, one called off.
    let moved = "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20270312T230000\nDTSTART:20270313T200000";
    let off = "UID:1\nRECURRENCE-ID;VALUE=DATE:20270319\nDTSTART:20270319T230000\nSTATUS:CANCELLED";
    let other = "UID:2\nRECURRENCE-ID:20270326T230000\nDTSTART:20270327T200000";
    let (days, events, skipped) = busy(&[moved, rule, off, other]);
    assert_eq!(days, ["03-05", "03-13", "03-26", "03-27", "04-02"]);
    assert_eq!((events, skipped), (3, 1));
    // An event over several days that began before the window.
    let tour = "DTSTART;VALUE=DATE:20261229\nDURATION:P5D\nRRULE:FREQ=YEARLY;COUNT=1";
    assert_eq!(busy(&[tour]).0, ["01-01", "01-02"]);
}

#[test]
fn of_a_rule_that_is_not_understood_only_the_first_time_is_taken() {
    for rule in [
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=1000000000",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=YEARLY;BYWEEKNO=20",
        "nonsense",
        "FREQ=DAILY\nRRULE:FREQ=WEEKLY",
        "FREQ=DAILY\nEXRULE:FREQ=WEEKLY",
    ] {
        let event = format!("DTSTART:20270313T200000\nRRULE:{rule}");
        assert_eq!(busy(&[&event]), (vec!["03-13".to_owned()], 1, 1), "{rule}");
    }
    let elsewhere = "DTSTART:20260313T200000\nRRULE:FREQ=HOURLY";
    assert_eq!(busy(&[elsewhere]), (vec![], 0, 1));
}

#[test]
fn what_is_no_calendar_or_too_large_is_refused() {
    for text in ["", "hello", "BEGIN:VEVENT\nDTSTART:20270313\nEND:VEVENT", "\u{0}\r\n\r\n:;\""] {
        assert_eq!(years(text), Err(Problem::NotACalendar), "{text:?}");
    }
    let million = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\n".repeat(1_000_000));
    assert_eq!(years(&million), Err(Problem::TooLarge));
    let many = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\n".repeat(MOST_EVENTS + 1));
    assert_eq!(years(&many), Err(Problem::TooManyEvents));
    let just = calendar(&["DTSTART:20270313"; MOST_EVENTS]);
    assert_eq!(years(&just).map(|busy| busy.events), Ok(MOST_EVENTS));
    for problem in
        [Problem::NotACalendar, Problem::TooLarge, Problem::TooManyEvents, Problem::TooManyRepeats]
    {
        assert!(problem.message().len() > 40);
    }
}

#[test]
fn repeating_without_an_end_stays_within_the_days_that_are_asked_for() {
    let endless = "DTSTART:20010101T200000\nRRULE:FREQ=DAILY";
    assert_eq!(busy(&[endless]).0.len(), 365 + 366 + 365);
    let counted = "DTSTART:20270101T200000\nRRULE:FREQ=DAILY;COUNT=1000000000";
    assert_eq!(busy(&[counted]).0.len(), 365 + 366 + 365);
    let bomb = calendar(&["DTSTART:00010101T200000\nRRULE:FREQ=DAILY"; MOST_EVENTS]);
    assert_eq!(years(&bomb), Err(Problem::TooManyRepeats));
    let forever = "DTSTART;VALUE=DATE:00010101\nDTEND;VALUE=DATE:99991231";
    let text = calendar(&[forever; MOST_EVENTS]);
    assert_eq!(years(&text).map(|busy| busy.days.len()), Ok(365 + 366 + 365));
}

#[test]
fn no_more_days_are_looked_at_than_there_may_be() {
    let text = calendar(&["DTSTART:00010101\nDTEND:99991231"]);
    for (from, until, days) in [
        (date(2027, 1, 1), date(9999, 12, 31), 1_200),
        (date(2027, 1, 1), date(2027, 1, 1), 1),
        (date(2027, 1, 2), date(2027, 1, 1), 0),
        (Date::MAX, Date::MAX, 0),
        (Date::MIN, Date::MAX, 0),
        (date(9999, 12, 1), Date::MAX, 30),
    ] {
        assert_eq!(read(&text, from, until).map(|busy| busy.days.len()), Ok(days), "{from}");
    }
}

/// Lines as they stand in calendars, and some that are almost like them.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "(BEGIN|END):(VEVENT|VALARM|VCALENDAR)",
        "(DTSTART|DTEND|EXDATE|RDATE|RECURRENCE-ID)(;TZID=(Asia/Kolkata|Mars))?:\
         (0000|0001|20[0-9]{2}|9999)(0[1-9]|1[0-2])(0[1-9]|2[0-9]|3[01])(T[0-2][0-9]0000Z?)?",
        "DURATION:-?P([0-9]{1,9}[DW])?(T[0-9]{1,9}[HMS])?",
        "RRULE:FREQ=(SECOND|HOUR|DAI|WEEK|MONTH|YEAR)LY(;COUNT=[0-9]{1,10})?\
         (;INTERVAL=[0-9]{1,10})?(;BYDAY=-?[0-5]?(MO|SU))?(;BYMONTHDAY=-?[0-9]{1,2})?",
        "UID:[ab]",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        prop_assert_eq!(years(&text), Err(Problem::NotACalendar));
        let _ = years(&calendar(&[&text]));
    }

    #[test]
    fn no_lines_make_it_panic_and_no_day_lies_elsewhere(
        lines in proptest::collection::vec(line(), 0..40),
    ) {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}\nEND:VEVENT", lines.join("\r\n"));
        if let Ok(busy) = years(&text) {
            prop_assert!(busy.days.iter().all(|day| (2027..=2029).contains(&day.year())));
        }
    }
}
