use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// The days of a rule from 1 January 2027 to 31 December 2029, the start left out.
fn days(rule: &str, start: Date) -> Vec<String> {
    let rule = Rule::read(rule).expect("a rule that is understood");
    let starts = Moment { at: start.at(20, 0, 0, 0), form: Form::Local };
    let (from, to) = (date(2027, 1, 1), date(2029, 12, 31));
    let to = rule.last(starts, None).map_or(to, |end| end.min(to));
    let mut told = Vec::new();
    rule.tell(start, (from, to), &mut Steps::all(), |day| told.push(day)).expect("few steps");
    told.into_iter().filter(|day| *day >= from).map(|day| day.to_string()).collect()
}

#[test]
fn days_weeks_months_and_years_come_again() {
    let start = date(2027, 1, 29);
    let cases: &[(&str, &[&str])] = &[
        ("FREQ=DAILY;COUNT=3", &["2027-01-30", "2027-01-31"]),
        ("FREQ=DAILY;INTERVAL=10;UNTIL=20270218", &["2027-02-08", "2027-02-18"]),
        ("FREQ=WEEKLY;COUNT=3", &["2027-02-05", "2027-02-12"]),
        ("freq=weekly;byday=fr,SA;count=4;", &["2027-01-30", "2027-02-05", "2027-02-06"]),
        // Every second week, of those that begin on Monday or on Sunday.
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,FR;COUNT=3", &["2027-01-31", "2027-02-12"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,FR;WKST=SU;COUNT=3", &["2027-02-07", "2027-02-12"]),
        // February 2027 has no 29th.
        ("FREQ=MONTHLY;COUNT=3", &["2027-03-29", "2027-04-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15;COUNT=4", &["2027-01-31", "2027-02-15", "2027-02-28"]),
        ("FREQ=MONTHLY;BYDAY=-1FR,2MO;COUNT=4", &["2027-02-08", "2027-02-26", "2027-03-08"]),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            &["2027-08-13", "2028-10-13", "2029-04-13", "2029-07-13"],
        ),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", &["2027-02-26", "2027-03-31"]),
        (
            "FREQ=MONTHLY;INTERVAL=6;BYDAY=5SA",
            &["2027-01-30", "2027-07-31", "2028-01-29", "2028-07-29"],
        ),
        ("FREQ=YEARLY", &["2028-01-29", "2029-01-29"]),
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", &["2027-10-31", "2028-10-29", "2029-10-28"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", &["2028-02-29"]),
        ("FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR;COUNT=3", &["2027-08-13", "2028-10-13"]),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1,7", &["2027-07-29", "2029-01-29", "2029-07-29"]),
        ("FREQ=DAILY;BYMONTH=2;BYDAY=MO;COUNT=3", &["2027-02-01", "2027-02-08"]),
        ("FREQ=DAILY;COUNT=1", &[]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", &[]),
        ("FREQ=MONTHLY;BYMONTHDAY=-31;BYMONTH=2", &[]),
    ];
    for (rule, expected) in cases {
        assert_eq!(days(rule, start), *expected, "{rule}");
    }
}

#[test]
fn a_leap_day_comes_again_in_leap_years() {
    assert_eq!(days("FREQ=YEARLY", date(2024, 2, 29)), ["2028-02-29"]);
}

#[test]
fn what_began_long_ago_is_counted_from_its_beginning() {
    let start = date(2001, 1, 1);
    assert_eq!(days("FREQ=YEARLY;COUNT=28", start), ["2027-01-01", "2028-01-01"]);
    assert_eq!(days("FREQ=DAILY;COUNT=9498", start), ["2027-01-01", "2027-01-02"]);
    assert_eq!(days("FREQ=WEEKLY;INTERVAL=3", start).len(), 52);
    assert_eq!(days("FREQ=MONTHLY;INTERVAL=5", start).first().unwrap(), "2027-04-01");
    assert_eq!(days("FREQ=DAILY", start).len(), 365 + 366 + 365);
    assert_eq!(days("FREQ=DAILY;UNTIL=20270102", start), ["2027-01-01", "2027-01-02"]);
}

#[test]
fn the_end_of_a_rule_is_a_time_by_the_clock_of_the_event() {
    let new_york = TimeZone::get("America/New_York").unwrap();
    let starts = Moment::read("20270301T200000").unwrap();
    let last = |rule: &str| Rule::read(rule).unwrap().last(starts, Some(&new_york));
    // 22:59 on the 13th over there, and 19:59, before it would begin.
    assert_eq!(last("FREQ=DAILY;UNTIL=20270314T035959Z"), Some(date(2027, 3, 13)));
    assert_eq!(last("FREQ=DAILY;UNTIL=20270314T005959Z"), Some(date(2027, 3, 12)));
    assert_eq!(last("FREQ=DAILY;UNTIL=20270314"), Some(date(2027, 3, 14)));
    assert_eq!(last("FREQ=DAILY"), None);
}

#[test]
fn what_is_not_understood_is_no_rule() {
    for rule in [
        "",
        "DAILY",
        "FREQ=",
        "COUNT=3",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=DAILY;BYHOUR=9,17",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=é",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYSETPOS=-32768;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYDAY=2MO",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYYEARDAY=100",
        "FREQ=DAILY;SOUNDPOST=1",
    ] {
        assert!(Rule::read(rule).is_none(), "{rule}");
    }
    let long = format!("FREQ=MONTHLY;BYMONTHDAY={}1", "1,".repeat(LONGEST_LIST));
    assert!(Rule::read(&long).is_none());
}

#[test]
fn no_rule_works_for_longer_than_it_may() {
    let tell = |rule: &str, start| {
        let (from, to) = (date(2027, 1, 1), date(2029, 12, 31));
        let mut told = 0;
        let rule = Rule::read(rule).unwrap();
        rule.tell(start, (from, to), &mut Steps::all(), |_| told += 1).map(|()| told)
    };
    let first = date(1, 1, 1);
    assert_eq!(tell("FREQ=DAILY;COUNT=1000000000", date(2027, 1, 1)), Ok(1095));
    assert_eq!(tell("FREQ=DAILY;COUNT=1000000000", first), Err(Problem::TooManyRepeats));
    let never = tell("FREQ=DAILY;COUNT=1000000000;BYMONTH=2;BYMONTHDAY=30", first);
    assert_eq!(never, Err(Problem::TooManyRepeats));
    assert_eq!(tell("FREQ=YEARLY;INTERVAL=4294967295", first), Ok(0));
    assert_eq!(tell("FREQ=DAILY;INTERVAL=4294967295;COUNT=2", first), Ok(0));
    for start in [Date::MIN, Date::MAX, date(9999, 12, 31), date(0, 1, 1)] {
        for every in ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] {
            assert!(tell(&format!("FREQ={every}"), start).is_ok(), "{every} from {start}");
        }
    }
}

proptest! {
    #[test]
    fn no_rule_panics(
        every in "DAILY|WEEKLY|MONTHLY|YEARLY",
        parts in proptest::collection::vec(
            "INTERVAL=[0-9]{1,10}|COUNT=[0-9]{1,3}|UNTIL=[0-9]{8}|WKST=(SU|TH)|\
             BY(MONTHDAY|MONTH|SETPOS)=-?[0-9]{1,3}(,-?[1-9]){0,3}|\
             BYDAY=(-?[0-6])?(MO|TU|WE|TH|FR|SA|SU)(,-?[1-5]?SU){0,2}|[A-Z]{0,4}=?[é0-9,]{0,4}",
            0..4,
        ),
        year in 0i16..=9999, month in 1i8..=12, day in 1i8..=28,
    ) {
        let text = format!("FREQ={every};{}", parts.join(";"));
        if let Some(rule) = Rule::read(&text) {
            let start = date(year, month, day);
            let to = date(2029, 12, 31);
            let mut before = start;
            // Every day comes after the one before it.
            let mut in_order = true;
            let told = rule.tell(start, (date(2027, 1, 1), to), &mut Steps(20_000), |day| {
                in_order &= day > before && day <= to;
                before = day;
            });
            prop_assert!(in_order, "{text}");
            prop_assert!(told.is_ok() || told == Err(Problem::TooManyRepeats));
        }
    }

    #[test]
    fn any_text_is_a_rule_or_none(text in any::<String>()) {
        let _ = Rule::read(&text);
    }
}
