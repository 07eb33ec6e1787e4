//! Reading what a team types about its days.

use jiff::Span;
use jiff::civil::Date;

use super::store::{MOST_TRAVEL_MINUTES, NewBlock, Settings};
use super::{AHEAD, Repeats};
use crate::error::{Error, Result};
use crate::web::form_state::Fields;

/// The longest block of days in one piece.
const LONGEST: i32 = 366;

fn day(text: &str) -> Option<Date> {
    text.trim().parse().ok()
}

/// The days to block, or everything that is wrong with them.
pub fn read_block(fields: &Fields, today: Date) -> Result<NewBlock> {
    let mut errors: Vec<(String, String)> = Vec::new();
    let mut wrong = |field: &str, message: &str| errors.push((field.into(), message.into()));
    let first = day(fields.value("first"));
    let typed_last = fields.value("last").trim();
    let last = if typed_last.is_empty() { first } else { day(typed_last) };
    let repeats = Repeats::parse(fields.value("repeats")).unwrap_or(Repeats::Once);
    let typed_until = fields.value("until").trim();
    let until = day(typed_until).filter(|_| repeats != Repeats::Once);
    match first {
        None => wrong("first", "Choose the first day"),
        Some(first) if furthest(today) < first => {
            wrong("first", "Choose a day within the next three years");
        }
        Some(first) if first < today.saturating_sub(Span::new().days(LONGEST)) => {
            wrong("first", "Choose a day that is not more than a year ago");
        }
        Some(_) => {}
    }
    match (first, last) {
        (Some(_), None) => wrong("last", "This is no day of the calendar"),
        (Some(first), Some(last)) if last < first => {
            wrong("last", "The last day is before the first one");
        }
        (Some(first), Some(last)) => {
            let length = (last - first).get_days();
            let most = match repeats {
                Repeats::Weekly => 6,
                Repeats::Once | Repeats::Yearly => LONGEST - 1,
            };
            if length > most {
                let message = match repeats {
                    Repeats::Weekly => "What comes every week is seven days long at most",
                    _ => "Block a year at most in one piece",
                };
                wrong("last", message);
            } else if repeats == Repeats::Once && last < today {
                wrong("last", "These days have passed");
            }
        }
        _ => {}
    }
    if repeats != Repeats::Once && !typed_until.is_empty() {
        match (until, first) {
            (None, _) => wrong("until", "This is no day of the calendar"),
            (Some(until), Some(first)) if until < first => {
                wrong("until", "This is before the first day");
            }
            _ => {}
        }
    }
    match (first, last) {
        (Some(first), Some(last)) if errors.is_empty() => {
            Ok(NewBlock { first, last, repeats, until, imported: false })
        }
        _ => Err(Error::Invalid(errors)),
    }
}

fn furthest(today: Date) -> Date {
    today.checked_add(Span::new().days(AHEAD)).unwrap_or(today)
}

/// What a team says about its calendar as a whole.
pub fn read_settings(fields: &Fields) -> Result<Settings> {
    let minutes = fields.value("travel_minutes").trim().parse::<i64>().ok();
    let minutes = minutes.filter(|minutes| (0..=MOST_TRAVEL_MINUTES).contains(minutes));
    let travel_minutes = minutes.ok_or_else(|| {
        Error::field(
            "travel_minutes",
            format!("Enter whole minutes from 0 to {MOST_TRAVEL_MINUTES}"),
        )
    })?;
    Ok(Settings { travel_minutes, pending_blocks: fields.value("pending_blocks") == "yes" })
}

/// Days in one piece each, from the days of a calendar file: fewer rows, and easier to read.
pub fn in_pieces(days: impl IntoIterator<Item = Date>) -> Vec<NewBlock> {
    let mut pieces: Vec<NewBlock> = Vec::new();
    for day in days {
        match pieces.last_mut() {
            Some(piece) if piece.last.tomorrow().ok() == Some(day) => piece.last = day,
            _ => pieces.push(NewBlock {
                first: day,
                last: day,
                repeats: Repeats::Once,
                until: None,
                imported: true,
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<NewBlock> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        read_block(&Fields::of(pairs.collect()).unwrap(), date(2026, 11, 21))
    }

    #[test]
    fn a_block_is_read_or_says_what_is_wrong() {
        let block = read(&[("first", "2027-03-13")]).unwrap();
        assert_eq!((block.first, block.last), (date(2027, 3, 13), date(2027, 3, 13)));
        for (pairs, field) in [
            (vec![("first", "")], "first"),
            (vec![("first", "2027-02-30")], "first"),
            (vec![("first", "2039-01-01")], "first"),
            (vec![("first", "-009999-01-01"), ("repeats", "weekly")], "first"),
            (vec![("first", "2027-03-13"), ("last", "2027-03-12")], "last"),
            (vec![("first", "2027-03-13"), ("last", "2028-03-13")], "last"),
            (vec![("first", "2026-03-13"), ("last", "2026-03-14")], "last"),
            (vec![("first", "2027-03-01"), ("last", "2027-03-08"), ("repeats", "weekly")], "last"),
            (vec![("first", "2027-03-01"), ("repeats", "weekly"), ("until", "soon")], "until"),
            (
                vec![("first", "2027-03-01"), ("repeats", "yearly"), ("until", "2027-01-01")],
                "until",
            ),
        ] {
            let Err(Error::Invalid(errors)) = read(&pairs) else { panic!("{pairs:?}") };
            assert_eq!(errors[0].0, field, "{pairs:?}");
        }
    }

    #[test]
    fn days_that_follow_each_other_are_one_piece() {
        let days = [date(2027, 1, 30), date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 3)];
        let pieces: Vec<_> = in_pieces(days).iter().map(|p| (p.first, p.last)).collect();
        assert_eq!(pieces, [(days[0], days[2]), (days[3], days[3])]);
    }
}
