//! Figures over time as pictures, and the two ways to write a number.
//!
//! A picture never says more than the figures do: the axis of a chart starts at zero, a month
//! nobody entered is a gap and not a bridge, and the same figures stand beside it as text. All
//! arithmetic is on integers, so the same figures give the same bytes on every machine and a
//! cached page stays valid. Colours and text sizes belong to the style sheet (`.chart`, `.spark`).

use std::fmt::Write;

use crate::numbers::{grouped, short_number};

/// The months a chart shows at most, counted back from the newest one given.
const WINDOW: usize = 24;

// The plot inside the `0 0 600 250` view box. The gutters hold labels of 20 units, the size the
// style sheet gives them on a narrow screen so that they still read at 12 px.
const LEFT: i64 = 56;
const RIGHT: i64 = 592;
const TOP: i64 = 16;
const BOTTOM: i64 = 210;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// One metric in one month, as far as somebody entered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFigure {
    /// The calendar year.
    pub year: i16,
    /// The month of the year, 1 to 12; a figure of any other month is left out.
    pub month: i8,
    /// How many; `None` when nobody entered a figure. Less than none is no figure either.
    pub value: Option<i64>,
}

/// The line chart of a profile, as inline SVG; `None` with fewer than two figures, which are
/// better read than drawn.
///
/// Figures may come in any order; of two for the same month the later in the slice counts, and a
/// month that is absent is a gap like one without a value. The picture ends with the newest month
/// given and reaches back to the oldest, over 24 months at most. `metric_label` names what is
/// counted ("Monthly listeners"). The ids `chart-title` and `chart-desc` allow one chart a page.
pub fn chart_svg(figures: &[MonthFigure], metric_label: &str) -> Option<String> {
    let series = Series::of(figures)?;
    let known = series.known();
    let [oldest, .., newest] = known.as_slice() else {
        return None;
    };
    let (lowest, highest) = extremes(known.iter().map(|(_, value)| *value))?;
    let axis = Axis::up_to(highest);

    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 600 250\" role=\"img\" aria-labelledby=\"chart-title\" \
         aria-describedby=\"chart-desc\"><title id=\"chart-title\">{}, {} to {}</title>\
         <desc id=\"chart-desc\">{} in {}, {} in {}; lowest {}, highest {}.{}</desc>",
        escape(metric_label),
        month_and_year(series.first),
        month_and_year(series.first + series.values.len() as i32 - 1),
        grouped(oldest.1),
        month_and_year(oldest.0),
        grouped(newest.1),
        month_and_year(newest.0),
        grouped(lowest),
        grouped(highest),
        series.gaps_in_words(),
    );
    for tick in axis.ticks() {
        let y = axis.y(tick);
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y}\" y2=\"{y}\"/>\
             <text class=\"tick\" x=\"0\" y=\"{y}\" dy=\".35em\">{}</text>",
            short_number(tick),
        ));
    }
    for run in unbroken_runs(&series.points(axis)) {
        match run.as_slice() {
            [(x, y)] => {
                svg.push_str(&format!("<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>"))
            }
            [(from, _), .., (to, _)] => {
                let points = pairs(&run);
                svg.push_str(&format!(
                    "<path class=\"area\" d=\"M{from} {BOTTOM}L{points}L{to} {BOTTOM}z\"/>\
                     <polyline class=\"line\" points=\"{points}\"/>",
                ));
            }
            [] => {}
        }
    }
    svg.push_str(&series.month_labels());
    svg.push_str("</svg>");
    Some(svg)
}

/// The sparkline of a list row, as inline SVG with its meaning in words; `None` with fewer than
/// two values. Oldest month first, one entry a month, `None` for a gap.
///
/// It shows the shape and not the size, but its height stands for at least half the highest
/// value: a change of one per cent must not look like a career. The word follows the same values:
/// "rising" or "falling" when the newest three differ from the oldest three by more than five per
/// cent, else "steady".
pub fn spark_svg(values: &[Option<i64>]) -> Option<String> {
    const WIDTH: i64 = 110;
    const HEIGHT: i64 = 26;
    const MARGIN: i64 = 3;

    let known: Vec<i64> = values.iter().flatten().copied().collect();
    let trend = trend(&known)?;
    let (lowest, highest) = extremes(known.iter().copied())?;
    let (lowest, highest) = (i128::from(lowest), i128::from(highest));
    let span = (highest - lowest).max(highest.abs() / 2).max(1);
    let doubled_bottom = highest + lowest - span;

    let last = values.len() as i64 - 1;
    let points: Vec<Option<(i64, i64)>> = (0..)
        .zip(values)
        .map(|(month, value)| {
            let above = 2 * i128::from((*value)?) - doubled_bottom;
            let rise = above * i128::from(HEIGHT - 2 * MARGIN) / (2 * span);
            let x = MARGIN + (WIDTH - 2 * MARGIN) * month / last;
            Some((x, HEIGHT - MARGIN - rise as i64))
        })
        .collect();
    let lines: String = unbroken_runs(&points)
        .iter()
        .map(|run| match run.as_slice() {
            [(x, y)] => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"1\"/>"),
            run => format!("<polyline points=\"{}\"/>", pairs(run)),
        })
        .collect();
    Some(format!(
        "<svg class=\"spark\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"last {} months, {trend}\">{lines}</svg>",
        values.len(),
    ))
}

/// Consecutive months from `first` (months since year 0) on.
struct Series {
    first: i32,
    values: Vec<Option<i64>>,
}

impl Series {
    fn of(figures: &[MonthFigure]) -> Option<Self> {
        let dated = || {
            figures.iter().filter(|figure| (1..=12).contains(&figure.month)).map(|figure| {
                let month = i32::from(figure.year) * 12 + i32::from(figure.month) - 1;
                (month, figure.value.filter(|value| *value >= 0))
            })
        };
        let newest = dated().map(|(month, _)| month).max()?;
        let reach = newest - (WINDOW as i32 - 1);
        let first = dated().map(|(month, _)| month).filter(|month| *month >= reach).min()?;
        let mut values = vec![None; (newest - first) as usize + 1];
        for (month, value) in dated().filter(|(month, _)| *month >= first) {
            values[(month - first) as usize] = value;
        }
        Some(Self { first, values })
    }

    fn known(&self) -> Vec<(i32, i64)> {
        let months = self.first..;
        months.zip(&self.values).filter_map(|(month, value)| Some((month, (*value)?))).collect()
    }

    fn x(&self, index: i64) -> i64 {
        LEFT + (RIGHT - LEFT) * index / (self.values.len() as i64 - 1).max(1)
    }

    fn points(&self, axis: Axis) -> Vec<Option<(i64, i64)>> {
        let months = (0..).zip(&self.values);
        months.map(|(index, value)| Some((self.x(index), axis.y((*value)?)))).collect()
    }

    fn month_labels(&self) -> String {
        let last = self.values.len() as i64 - 1;
        let mut marks = vec![(0, "start"), (last, "end")];
        if last >= 8 {
            marks.insert(1, (last / 2, "middle"));
        }
        let label = |(index, anchor): (i64, &str)| {
            let month = self.first + index as i32;
            format!(
                "<text class=\"month\" x=\"{}\" y=\"240\" text-anchor=\"{anchor}\">{} {}</text>",
                self.x(index),
                month_name(month).chars().take(3).collect::<String>(),
                month.div_euclid(12),
            )
        };
        marks.into_iter().map(label).collect()
    }

    fn gaps_in_words(&self) -> String {
        let months = (self.first..).zip(&self.values);
        let gaps: Vec<String> = months
            .filter(|(_, value)| value.is_none())
            .map(|(month, _)| month_and_year(month))
            .collect();
        match gaps.as_slice() {
            [] => String::new(),
            [only] => format!(" No figure for {only}."),
            [rest @ .., last] if gaps.len() <= 3 => {
                format!(" No figure for {} and {last}.", rest.join(", "))
            }
            _ => format!(" No figure for {} of {} months.", gaps.len(), self.values.len()),
        }
    }
}

/// A scale from zero to a round number, in steps of 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy)]
struct Axis {
    step: i64,
    steps: i64,
}

impl Axis {
    /// The finest scale that holds `highest` in five steps.
    fn up_to(highest: i64) -> Self {
        let step = (0..=18)
            .flat_map(|power| [1, 2, 5].map(|factor| factor * 10_i64.pow(power)))
            .find(|step| highest <= step.saturating_mul(5))
            .unwrap_or(i64::MAX);
        // Zero everywhere still needs a ceiling above the line, hence at least one step.
        let steps = ((highest - 1).div_euclid(step) + 1).max(1);
        Self { step, steps }
    }

    fn ticks(self) -> impl Iterator<Item = i64> {
        (0..=self.steps).map(move |at| self.step.saturating_mul(at))
    }

    fn y(self, value: i64) -> i64 {
        let top = i128::from(self.step) * i128::from(self.steps);
        BOTTOM - (i128::from(value) * i128::from(BOTTOM - TOP) / top) as i64
    }
}

fn trend(known: &[i64]) -> Option<&'static str> {
    if known.len() < 2 {
        return None;
    }
    let sample = (known.len() / 2).min(3);
    let before: i128 = known.iter().take(sample).copied().map(i128::from).sum();
    let after: i128 = known.iter().rev().take(sample).copied().map(i128::from).sum();
    let margin = before.abs() / 20;
    Some(match after - before {
        change if change > margin => "rising",
        change if change < -margin => "falling",
        _ => "steady",
    })
}

/// The points between the gaps, each unbroken stretch by itself.
fn unbroken_runs(points: &[Option<(i64, i64)>]) -> Vec<Vec<(i64, i64)>> {
    points
        .split(Option::is_none)
        .filter(|run| !run.is_empty())
        .map(|run| run.iter().flatten().copied().collect())
        .collect()
}

fn pairs(points: &[(i64, i64)]) -> String {
    let mut text = String::new();
    for (x, y) in points {
        let space = if text.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = write!(text, "{space}{x} {y}");
    }
    text
}

fn extremes(values: impl Iterator<Item = i64> + Clone) -> Option<(i64, i64)> {
    Some((values.clone().min()?, values.max()?))
}

fn month_name(month: i32) -> &'static str {
    MONTHS[month.rem_euclid(12) as usize]
}

fn month_and_year(month: i32) -> String {
    format!("{} {}", month_name(month), month.div_euclid(12))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
