//! Pasted tables, as spreadsheets and people write them.

use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 11, 21);

fn paste(text: &str) -> Result<Vec<StatPoint>> {
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("rows", text).finish();
    read_rows(&Fields::parse(body.as_bytes()).unwrap(), TODAY)
}

fn wrong(text: &str) -> Vec<String> {
    match paste(text) {
        Err(Error::Invalid(errors)) => {
            assert!(errors.iter().all(|(field, _)| field == "rows"), "{errors:?}");
            errors.into_iter().map(|(_, why)| why).collect()
        }
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn a_table_is_read_whatever_separates_it_and_however_its_lines_end() {
    for text in [
        "2026-11-03,monthly_listeners,48210,Example Radio\n2026-10-03,followers,17",
        "date;metric;value;source\r\n2026-11-03;monthly_listeners;48,210;Example Radio\r\n\
         2026-10-03;followers;17;\r\n",
        "\u{feff}Date\tMetric\tValue\tSource\n2026-11-03\tmonthly listeners\t48 210\tExample Radio\n\
         2026-10-03\tFollowers\t17\t\t\t\n",
        "\"date\",\"metric\",\"value\"\n\n\"2026-11-03\",\"Monthly-Listeners\",\"48,210\",\"Example Radio\"\r\
         2026-10-03,followers,17,\n,,,\n",
    ] {
        let points = paste(text).unwrap();
        assert_eq!(points.len(), 2, "{text:?}");
        assert_eq!(
            points[0],
            StatPoint {
                metric: Metric::MonthlyListeners,
                value: 48_210,
                source_kind: SourceKind::Csv,
                source: "the artist, as Example Radio shows it".into(),
                observed_on: date(2026, 11, 3),
                expires_on: None,
            },
            "{text:?}"
        );
        assert_eq!((points[1].metric, points[1].value), (Metric::Followers, 17), "{text:?}");
        assert_eq!(points[1].source, "the artist", "{text:?}");
    }
}

#[test]
fn a_quoted_source_keeps_its_separators_and_its_signs() {
    let points = paste("2026-11-03,shows,3,\"Radio, \"\"One\"\"; two\"\n2026-11-03,shows,3,=1+1");
    let sources: Vec<String> = points.unwrap().into_iter().map(|point| point.source).collect();
    assert_eq!(
        sources,
        ["the artist, as Radio, \"One\"; two shows it", "the artist, as =1+1 shows it"]
    );
}

#[test]
fn each_wrong_line_is_named_with_its_reason() {
    for (row, reason) in [
        ("2026-02-30,followers,1", "date: Enter the day on which it was so, such as 2026-11-03"),
        ("soon,followers,1", "date: Enter the day on which it was so, such as 2026-11-03"),
        ("2026-11-22,followers,1", "date: This day has not come yet"),
        ("1999-12-31,followers,1", "date: This is too long ago"),
        ("2026-11-03,followers,-1", "value: Enter a whole number from 0 to 10000000000"),
        ("2026-11-03,followers,NaN", "value: Enter a whole number from 0 to 10000000000"),
        ("2026-11-03,followers,1e6", "value: Enter a whole number from 0 to 10000000000"),
        ("2026-11-03,popularity,101", "value: Enter a whole number from 0 to 100"),
        ("2026-11-03,followers,", "value: Enter the number"),
        (
            "2026-11-03,plays,1",
            "metric: \"plays\" is none of monthly_listeners, followers, popularity, shows",
        ),
        ("2026-11-03,followers,\"1", "a quote opens here and is not closed on this line"),
        (
            "2026-11-03,followers,\"1\"2",
            "text after a closing quote; a quote within quotes is doubled",
        ),
    ] {
        let text = format!("date,metric,value\n2026-11-03,shows,1\n{row}\n2026-11-04,shows,1");
        assert_eq!(wrong(&text), [format!("Line 3: {reason}")], "{row}");
    }
    let card = wrong("2026-11-03,followers,1,4111 1111 1111 1111");
    assert!(card.len() == 1 && card[0].starts_with("Line 1: source: This looks like a card"));
    assert!(wrong("2026-11-03,followers")[0].contains("this one has 2 columns"));
    assert!(wrong("2026-11-03,followers,48,210,Example Radio")[0].contains("has 5 columns"));
    assert_eq!(
        wrong("2026-02-30,plays,-1,a\n\n2026-11-03,followers,x\n"),
        [
            "Line 1: metric: \"plays\" is none of monthly_listeners, followers, popularity, shows",
            "Line 1: value: Enter a whole number from 0 to 10000000000",
            "Line 1: date: Enter the day on which it was so, such as 2026-11-03",
            "Line 3: value: Enter a whole number from 0 to 10000000000",
        ]
    );
}

#[test]
fn one_statement_is_made_once() {
    let again = "2026-11-03,followers,1,Radio\n2026-11-03,shows,1,Radio\n2026-11-03,followers,2,radio\n\
        2026-11-03,Followers,2, Radio ";
    assert_eq!(
        wrong(again),
        ["Line 4: line 1 has the same metric, day and source already"],
        "another source is another statement"
    );
}

#[test]
fn two_hundred_rows_are_taken_and_no_more() {
    let rows = |count: i64| {
        let first = date(2026, 1, 1);
        let day = |n: i64| first.checked_add(jiff::Span::new().days(n)).unwrap();
        (0..count).map(|n| format!("{},shows,{n}\n", day(n))).collect::<String>()
    };
    assert_eq!(paste(&rows(200)).unwrap().len(), 200);
    assert_eq!(paste(&format!("date,metric,value\n{}", rows(200))).unwrap().len(), 200);
    assert_eq!(wrong(&rows(201)), ["200 rows can be entered at once; these are 201"]);
    assert_eq!(wrong(" \r\n,,\n"), ["Paste at least one row"]);
    assert_eq!(wrong("date,metric,value,source"), ["Paste at least one row"]);
    assert_eq!(wrong(&"x".repeat(40_001)), ["Paste 40000 characters at most"]);
}

#[test]
fn a_header_in_another_order_is_refused() {
    for header in
        ["metric,date,value", "date,value,metric,source", "date,metric,value,source,notes"]
    {
        let text = format!("{header}\n2026-11-03,followers,1");
        let told = "Line 1: the columns are date, metric, value, source, in this order";
        assert_eq!(wrong(&text), [told], "{header}");
    }
}
