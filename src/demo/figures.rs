//! The figures of an invented act over two years: a curve that grows or shrinks as the file says,
//! with the small unrest that real figures have.

use anyhow::{Context, ensure};
use jiff::ToSpan;
use jiff::civil::Date;

use super::dice::Dice;
use crate::artists::stats::{Metric, SourceKind, StatPoint};
use crate::error::Result;

/// Months of figures, the present one included.
const MONTHS: i32 = 24;
/// Figures are entered from the first to this day of a month.
const LAST_DAY: u64 = 5;
/// On the curve, in thousandths ...
const CALM: u64 = 1000;
/// ... and how far a month is off it at most.
const UNREST: u64 = 40;
/// Followers are counted now and then: newest, and at least so many months earlier.
const FOLLOWERS_COUNTED: [i32; 3] = [0, 6, 12];

/// What an act counts.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The newest monthly listeners.
    pub monthly_listeners: i64,
    /// The newest followers.
    pub followers: i64,
    /// Shows in the last year, where the act says so.
    pub shows: Option<i64>,
    /// The factor by which listeners and followers changed in a year.
    pub growth: f64,
    /// How many months ago nobody entered anything; 0 is the present month.
    pub missing_months: Vec<i32>,
}

impl Figures {
    /// Refuses what would make a figure below zero or no number at all.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!((0.1..10.0).contains(&self.growth), "growth {} is not believable", self.growth);
        let counted = [self.monthly_listeners, self.followers, self.shows.unwrap_or(0)];
        ensure!(counted.iter().all(|figure| *figure >= 0), "a figure is below zero");
        let known = self.missing_months.iter().all(|month| (0..MONTHS).contains(month));
        ensure!(known, "a missing month is outside the last {MONTHS}");
        Ok(())
    }

    /// Every figure that `source` (how it came here, who says so) has entered until `today`, the
    /// newest first. The slug, the file and `today` decide them; no clock is asked.
    pub fn points(
        &self,
        slug: &str,
        source: (SourceKind, &str),
        today: Date,
    ) -> Result<Vec<StatPoint>> {
        let point = |metric: Metric, value: i64, observed_on: Date| StatPoint {
            metric,
            value,
            source_kind: source.0,
            source: source.1.to_owned(),
            observed_on,
            expires_on: observed_on.checked_add(1.year()).ok(),
        };
        let mut dice = Dice::of("figures", slug);
        let mut followers_due = FOLLOWERS_COUNTED.into_iter().peekable();
        let mut points: Vec<StatPoint> = Vec::new();
        for months_ago in 0..MONTHS {
            // Thrown also for a month without a figure, so that a gap changes nothing around it.
            let day = 1 + dice.below(LAST_DAY);
            let unrest = CALM - UNREST + dice.below(2 * UNREST + 1);
            if self.missing_months.contains(&months_ago) {
                continue;
            }
            let entered = day_of_month(today, months_ago, day)?;
            let is_newest = points.is_empty();
            let then = |newest: i64, unrest: u64| {
                if is_newest { newest } else { self.earlier(newest, months_ago, unrest) }
            };
            let listeners = then(self.monthly_listeners, unrest);
            points.push(point(Metric::MonthlyListeners, listeners, entered));
            if followers_due.next_if(|due| *due <= months_ago).is_some() {
                let followers = then(self.followers, CALM);
                points.push(point(Metric::Followers, followers, entered));
            }
            if is_newest && let Some(shows) = self.shows {
                points.push(point(Metric::Shows, shows, entered));
            }
        }
        Ok(points)
    }

    /// What `newest` was so many months ago: a straight way within each year, since only sums and
    /// quotients of fractions come out alike on every machine. `unrest` is [`CALM`] on the curve.
    fn earlier(&self, newest: i64, months_ago: i32, unrest: u64) -> i64 {
        let end_of_year =
            (0..months_ago / 12).fold(newest as f64, |figure, _| figure / self.growth);
        let start_of_year = end_of_year / self.growth;
        let part = f64::from(months_ago % 12) / 12.0;
        let figure = end_of_year + (start_of_year - end_of_year) * part;
        (figure * unrest as f64 / CALM as f64).round() as i64
    }
}

/// A day of the month so many months before `today`'s, but none after `today`.
fn day_of_month(today: Date, months_ago: i32, day: u64) -> Result<Date> {
    let number = i32::from(today.year()) * 12 + i32::from(today.month()) - 1 - months_ago;
    let (year, month) = (number.div_euclid(12) as i16, number.rem_euclid(12) as i8 + 1);
    let date = Date::new(year, month, day as i8).context("a day of the demo's figures")?;
    Ok(date.min(today))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::demo::acts;

    const BY_ARTIST: (SourceKind, &str) = (SourceKind::Manual, "the artist");

    fn night_ferry() -> Figures {
        Figures {
            monthly_listeners: 31_740,
            followers: 9_460,
            shows: Some(22),
            growth: 1.5,
            missing_months: vec![3, 6],
        }
    }

    fn of(points: &[StatPoint], metric: Metric) -> Vec<&StatPoint> {
        points.iter().filter(|point| point.metric == metric).collect()
    }

    #[test]
    fn an_act_has_a_figure_for_each_month_that_is_not_missing() {
        let points = night_ferry().points("night-ferry", BY_ARTIST, date(2026, 11, 21)).unwrap();
        let listeners = of(&points, Metric::MonthlyListeners);
        assert_eq!(listeners.len(), 22);
        assert_eq!(listeners[0].value, 31_740);
        let months: Vec<(i16, i8)> = listeners
            .iter()
            .map(|point| (point.observed_on.year(), point.observed_on.month()))
            .collect();
        assert_eq!((months[0], months[21]), ((2026, 11), (2024, 12)));
        assert!(!months.contains(&(2026, 8)) && !months.contains(&(2026, 5)));
        assert!(listeners.iter().all(|point| point.observed_on.day() <= 5));

        let followers = of(&points, Metric::Followers);
        let counted: Vec<(i8, i64)> =
            followers.iter().map(|point| (point.observed_on.month(), point.value)).collect();
        // Half a year ago nothing was entered, so the month before it stands in.
        assert_eq!(counted.len(), 3);
        assert_eq!((counted[0], counted[1].0, counted[2]), ((11, 9_460), 4, (11, 6_307)));
        assert_eq!(of(&points, Metric::Shows).len(), 1);
    }

    #[test]
    fn the_curve_grows_as_the_file_says_and_never_strays_far() {
        let points = night_ferry().points("night-ferry", BY_ARTIST, date(2026, 11, 21)).unwrap();
        for point in of(&points, Metric::MonthlyListeners).iter().skip(1) {
            let years = f64::from(
                (2026 - i32::from(point.observed_on.year())) * 12 + 11
                    - i32::from(point.observed_on.month()),
            ) / 12.0;
            let curve = 31_740.0 / 1.5_f64.powf(years);
            let off = (point.value as f64 / curve - 1.0).abs();
            assert!(off < 0.07, "{} is {off} off", point.observed_on);
        }
    }

    #[test]
    fn the_same_month_gives_the_same_figures_and_none_is_in_the_future() {
        let figures = night_ferry();
        let on = |day: Date| figures.points("night-ferry", BY_ARTIST, day).unwrap();
        assert_eq!(on(date(2026, 11, 21)), on(date(2026, 11, 30)));
        let values = |day: Date| on(day).iter().map(|point| point.value).collect::<Vec<_>>();
        assert_eq!(values(date(2026, 11, 1)), values(date(2027, 2, 28)));
        assert!(on(date(2026, 11, 1)).iter().all(|point| point.observed_on <= date(2026, 11, 1)));
        let other = figures.points("day-ferry", BY_ARTIST, date(2026, 11, 21)).unwrap();
        assert_ne!(on(date(2026, 11, 21)), other);
    }

    #[test]
    fn no_figure_of_any_act_is_below_zero_or_entered_twice() {
        let today = date(2026, 11, 21);
        for act in acts().unwrap() {
            let Some(figures) = &act.figures else { continue };
            let points = figures.points(&act.facts.slug, BY_ARTIST, today).unwrap();
            assert!(points.iter().all(|point| point.value >= 0), "{}", act.facts.slug);
            let mut keys: Vec<(&str, Date)> =
                points.iter().map(|point| (point.metric.as_str(), point.observed_on)).collect();
            keys.sort_unstable();
            let all = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), all, "{}", act.facts.slug);
        }
    }

    #[test]
    fn figures_that_make_no_sense_are_refused() {
        for wrong in [
            Figures { growth: 0.0, ..night_ferry() },
            Figures { growth: f64::NAN, ..night_ferry() },
            Figures { followers: -1, ..night_ferry() },
            Figures { missing_months: vec![24], ..night_ferry() },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
        assert!(night_ferry().check().is_ok());
    }
}
