//! Reading the figures of an artist: all of them, or those that its page shows.

use anyhow::Context;
use diesel::prelude::*;
use jiff::civil::Date;

use super::stats::{Metric, SourceKind, StatPoint};
use crate::db::Reader;
use crate::db::schema::stat_points;
use crate::error::Result;
use crate::ids::ArtistId;

/// The chart shows so many months, the last of them today's.
pub const MONTHS: i32 = 24;
/// Figures of these months that are read: one of every day and more.
const MOST_SHOWN: i64 = 1_000;

type Row = (Metric, i64, SourceKind, String, String, Option<String>);
const COLUMNS: (
    stat_points::metric,
    stat_points::value,
    stat_points::source_kind,
    stat_points::source,
    stat_points::observed_on,
    stat_points::expires_on,
) = (
    stat_points::metric,
    stat_points::value,
    stat_points::source_kind,
    stat_points::source,
    stat_points::observed_on,
    stat_points::expires_on,
);

fn read(row: Row) -> Result<StatPoint> {
    let (metric, value, source_kind, source, observed_on, expires_on) = row;
    let day = |text: &str| text.parse::<Date>().context("a figure's date");
    Ok(StatPoint {
        metric,
        value,
        source_kind,
        source,
        observed_on: day(&observed_on)?,
        expires_on: expires_on.as_deref().map(day).transpose()?,
    })
}

/// Every figure of an artist, of each metric the oldest first.
pub fn list_stats(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Vec<StatPoint>> {
    let rows: Vec<Row> = stat_points::table
        .filter(stat_points::artist.eq(artist.0))
        .order((stat_points::metric, stat_points::observed_on, stat_points::id))
        .select(COLUMNS)
        .load(reader.conn)?;
    rows.into_iter().map(read).collect()
}

/// What lists and the page of an artist show on `today`, however many figures there are: the monthly
/// listeners of the last 24 months, and of each metric the newest figure that has not expired. Of each
/// metric the oldest comes first.
pub fn list_shown(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    today: Date,
) -> Result<Vec<StatPoint>> {
    let rows: Vec<Row> = stat_points::table
        .filter(stat_points::artist.eq(artist.0))
        .filter(stat_points::metric.eq(Metric::MonthlyListeners))
        .filter(stat_points::observed_on.ge(first_day(today).to_string()))
        .order((stat_points::observed_on.desc(), stat_points::id.desc()))
        .select(COLUMNS)
        .limit(MOST_SHOWN)
        .load(reader.conn)?;
    let history = rows.into_iter().rev().map(read).collect::<Result<Vec<_>>>()?;
    let mut shown = Vec::new();
    for metric in Metric::ALL.iter().copied() {
        let is_read = |point: &StatPoint| point.metric == metric && point.is_current(today);
        if !history.iter().any(is_read) {
            shown.extend(find_newest(reader, artist, metric, today)?);
        }
    }
    shown.extend(history);
    Ok(shown)
}

/// The newest figure of a metric that has not expired.
fn find_newest(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    metric: Metric,
    today: Date,
) -> Result<Option<StatPoint>> {
    let of_metric = || {
        stat_points::table
            .filter(stat_points::artist.eq(artist.0))
            .filter(stat_points::metric.eq(metric))
            .order((stat_points::observed_on.desc(), stat_points::id.desc()))
            .select(COLUMNS)
    };
    let lasting: Option<Row> =
        of_metric().filter(stat_points::expires_on.is_null()).first(reader.conn).optional()?;
    let expiring: Option<Row> = of_metric()
        .filter(stat_points::expires_on.gt(today.to_string()))
        .first(reader.conn)
        .optional()?;
    let found = lasting.into_iter().chain(expiring).map(read).collect::<Result<Vec<_>>>()?;
    Ok(found.into_iter().max_by_key(|point| point.observed_on))
}

/// The first day of the months that the chart shows.
fn first_day(today: Date) -> Date {
    let month = i32::from(today.year()) * 12 + i32::from(today.month()) - MONTHS;
    let (year, month) = (month.div_euclid(12) as i16, month.rem_euclid(12) as i8 + 1);
    Date::new(year, month, 1).unwrap_or(Date::MIN)
}

/// How many figures of an artist there are.
pub fn count_figures(reader: &mut Reader<'_>, artist: ArtistId) -> Result<i64> {
    Ok(stat_points::table
        .filter(stat_points::artist.eq(artist.0))
        .count()
        .get_result(reader.conn)?)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::first_day;

    #[test]
    fn the_chart_begins_23_months_ago() {
        assert_eq!(first_day(date(2026, 11, 30)), date(2024, 12, 1));
        assert_eq!(first_day(date(2026, 12, 1)), date(2025, 1, 1));
        assert_eq!(first_day(date(2026, 1, 31)), date(2024, 2, 1));
    }
}
