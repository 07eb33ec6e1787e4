use super::*;

/// Figures of consecutive months from June 2025 on.
fn from_june(values: &[Option<i64>]) -> Vec<MonthFigure> {
    let months = (5..).map(|at: i32| (2025 + at / 12, at % 12 + 1));
    months
        .zip(values)
        .map(|((year, month), value)| MonthFigure {
            year: year as i16,
            month: month as i8,
            value: *value,
        })
        .collect()
}

/// Every element closed in order, every attribute quoted, no stray `<`, `>` or bare `&`.
fn assert_well_formed(xml: &str) {
    let mut open = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "stray bracket in {xml}");
        assert!(text.split('&').skip(1).all(|entity| entity.contains(';')), "{xml}");
        assert_eq!(tag.matches('"').count() % 2, 0, "odd quotes in <{tag}>");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{xml}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a tag has a name"));
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

/// Series of many shapes and sizes, with and without gaps.
fn many_series() -> impl Iterator<Item = Vec<Option<i64>>> {
    (0..400_u64).map(|seed| {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(seed | 1);
            state >> 33
        };
        let ceiling = 10_u64.pow(seed as u32 % 12);
        (0..next() % 40)
            .map(|_| (next() % 4 > 0).then(|| (next() * next() % (ceiling + 1)) as i64))
            .collect()
    })
}

fn numbers_in(svg: &str, attribute: &str) -> Vec<i64> {
    svg.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .flat_map(|value| value.split(' '))
        .map(|number| number.parse().expect("an integer"))
        .collect()
}

#[test]
fn every_chart_is_well_formed_and_stays_inside_its_frame() {
    for values in many_series() {
        let Some(svg) = chart_svg(&from_june(&values), "Followers") else {
            let known = values.iter().rev().take(WINDOW).flatten().count();
            assert!(known < 2, "{values:?}");
            continue;
        };
        assert_well_formed(&svg);
        assert!(svg.len() < 4_000, "{} bytes", svg.len());
        for y in numbers_in(&svg, "cy").into_iter().chain(numbers_in(&svg, "y1")) {
            assert!((TOP..=BOTTOM).contains(&y), "{y} in {svg}");
        }
        for pair in numbers_in(&svg, "points").chunks(2) {
            assert!((LEFT..=RIGHT).contains(&pair[0]) && (TOP..=BOTTOM).contains(&pair[1]));
        }
    }
}

#[test]
fn a_gap_splits_the_line_and_a_lone_month_is_a_dot() {
    let values = [Some(1), Some(2), None, Some(3), None, Some(4), Some(5)];
    let svg = chart_svg(&from_june(&values), "Followers").expect("a chart");
    assert_eq!(svg.matches("<polyline").count(), 2);
    assert_eq!(svg.matches("<circle").count(), 1);
    assert!(svg.contains("No figure for August 2025 and October 2025."), "{svg}");

    let spark = spark_svg(&values).expect("a sparkline");
    assert_eq!(spark.matches("<polyline").count(), 2);
    assert_eq!(spark.matches("<circle").count(), 1);
}

#[test]
fn a_month_that_is_absent_is_a_gap_and_only_two_years_are_shown() {
    let mut figures = from_june(&[Some(10); 30]);
    figures.remove(20);
    figures.reverse();
    let svg = chart_svg(&figures, "Followers").expect("a chart");
    assert!(svg.contains("Followers, December 2025 to November 2027"), "{svg}");
    assert!(svg.contains("No figure for February 2027."), "{svg}");
    assert_eq!(svg.matches("<polyline").count(), 2);
}

#[test]
fn impossible_figures_are_left_out() {
    let mut figures = from_june(&[Some(7), Some(-7), Some(9)]);
    figures.push(MonthFigure { year: 2025, month: 13, value: Some(1_000) });
    let svg = chart_svg(&figures, "Followers").expect("a chart");
    assert!(svg.contains("lowest 7, highest 9. No figure for July 2025."), "{svg}");
    assert_eq!(chart_svg(&[], "Followers"), None);
    assert_eq!(chart_svg(&from_june(&[Some(7), None, Some(-1)]), "Followers"), None);
}

#[test]
fn the_label_cannot_break_out_of_the_picture() {
    let svg = chart_svg(&from_june(&[Some(1); 2]), "<b>R&B</b>").expect("a chart");
    assert!(svg.contains("&lt;b&gt;R&amp;B&lt;/b&gt;, June 2025 to July 2025"), "{svg}");
    assert_well_formed(&svg);
}

#[test]
fn the_axis_starts_at_zero_and_climbs_in_round_steps() {
    let labels =
        |highest| Axis::up_to(highest).ticks().map(short_number).collect::<Vec<_>>().join(" ");
    assert_eq!(labels(0), "0 1");
    assert_eq!(labels(3), "0 1 2 3");
    assert_eq!(labels(48_210), "0 10k 20k 30k 40k 50k");
    assert_eq!(labels(1_200_001), "0 500k 1M 1.5M");
    assert_eq!(labels(10_000_000_000), "0 2B 4B 6B 8B 10B");
    for highest in (0..4_000).chain((3..=63).map(|bits| i64::MAX >> (63 - bits))) {
        let axis = Axis::up_to(highest);
        assert!((1..=5).contains(&axis.steps), "{highest}");
        assert!((TOP..=BOTTOM).contains(&axis.y(highest)), "{highest}");
        assert!(highest < 3 || axis.steps >= 2, "{highest}");
    }
}

#[test]
fn the_sparkline_says_in_words_where_it_goes() {
    let label = |values: &[i64]| {
        let values: Vec<_> = values.iter().copied().map(Some).collect();
        let svg = spark_svg(&values).expect("a sparkline");
        svg.split('"').nth(7).expect("its label").to_owned()
    };
    assert_eq!(label(&[100, 103, 101, 104]), "last 4 months, steady");
    assert_eq!(label(&[100, 180]), "last 2 months, rising");
    assert_eq!(label(&[900, 700, 300, 300, 100, 90]), "last 6 months, falling");
    assert_eq!(label(&[0, 0, 0]), "last 3 months, steady");
    assert_eq!(label(&[0, 1]), "last 2 months, rising");
    assert_eq!(label(&[i64::MIN, i64::MAX]), "last 2 months, rising");
    assert_eq!(spark_svg(&[None, Some(4)]), None);
    for values in many_series() {
        let Some(svg) = spark_svg(&values) else {
            continue;
        };
        assert_well_formed(&svg);
        for pair in numbers_in(&svg, "points").chunks(2) {
            assert!((3..=107).contains(&pair[0]) && (3..=23).contains(&pair[1]), "{svg}");
        }
    }
}

#[test]
fn numbers_read_as_people_write_them() {
    let short = [
        (0, "0"),
        (812, "812"),
        (1_000, "1k"),
        (9_639, "9.63k"),
        (48_210, "48.2k"),
        (999_999, "999k"),
        (1_050_000, "1.05M"),
        (1_200_000, "1.2M"),
        (10_000_000_000, "10B"),
        (-48_290, "−48.2k"),
        (i64::MAX, "9,220,000T"),
    ];
    for (n, text) in short {
        assert_eq!(short_number(n), text);
    }
    let exact = [(0, "0"), (812, "812"), (48_210, "48,210"), (-1_234_567, "−1,234,567")];
    for (n, text) in exact {
        assert_eq!(grouped(n), text);
    }
}

#[test]
fn a_greater_number_never_reads_as_a_smaller_one() {
    let read = |n: i64| {
        let text = short_number(n).replace(',', "");
        let digits = text.trim_end_matches(['k', 'M', 'B', 'T']);
        let power = [("k", 3), ("M", 6), ("B", 9), ("T", 12)]
            .iter()
            .find_map(|(unit, power)| text.ends_with(unit).then_some(*power))
            .unwrap_or(0);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let number: i128 = format!("{whole}{part}").parse().expect("a number");
        assert!(text.len() <= 5 || n >= 10_i64.pow(15), "{text} is long for {n}");
        number * 10_i128.pow(power) / 10_i128.pow(part.len() as u32)
    };
    let mut before = -1;
    for n in (0..200_000).chain((18..63).flat_map(|bits| {
        let base = 1_i64 << bits;
        (-3..=3).map(move |offset| base + offset * (base >> 9))
    })) {
        let now = read(n);
        assert!(now <= i128::from(n) && i128::from(n) - now <= i128::from(n) / 100, "{n}");
        assert!(before <= now, "{n}");
        before = now;
    }
}
