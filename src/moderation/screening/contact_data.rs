//! Addresses and telephone numbers in what everybody will read: nobody is kept from showing them, but
//! whoever does so by mistake is told before.
//!
//! Dates, years, figures, catalogue numbers and the numbers in web addresses are left alone. What is
//! spelled out ("me at act dot example") is not found: this helps who did not think of it, and stops
//! nobody.

use std::ops::{Range, RangeInclusive};

use linkify::{LinkFinder, LinkKind};

use super::fold::{Folded, LETTER};

/// Digits of a telephone number: fewer are a year or a house number, more are no number (ITU-T E.164).
const DIGITS: RangeInclusive<usize> = 8..=15;
/// The longest gap between two groups of one number: " - ", ") (".
const LONGEST_GAP: usize = 3;

/// What [`find_contact_data`] found in one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ContactData {
    /// There is an e-mail address.
    pub address: bool,
    /// There is a telephone number.
    pub number: bool,
}

impl ContactData {
    /// Whether there is any of it.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.address || self.number
    }
}

/// Looks for e-mail addresses and telephone numbers.
#[must_use]
pub fn find_contact_data(text: &str) -> ContactData {
    let mut found = ContactData::default();
    for span in LinkFinder::new().spans(text) {
        match span.kind() {
            Some(LinkKind::Email) => found.address |= is_address(span.as_str()),
            Some(_) => {}
            None => found.number |= has_number(span.as_str()),
        }
    }
    found
}

/// Whether it is an address, not a page of somebody (`site.example/@me.band`).
fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(name, _)| !name.contains('/'))
}

/// A number as it is written.
struct Written {
    /// Whether it begins with a plus, as nothing but a telephone number does at this length.
    plus: bool,
    /// Where its groups of digits are.
    groups: Vec<Range<usize>>,
}

fn has_number(text: &str) -> bool {
    let text = Folded::from(text);
    let mut from = 0;
    while let Some(stretch) = text.next_stretch(from, is_written_with) {
        from = stretch.end;
        if numbers(&text, &stretch).iter().any(|number| is_telephone(&text, number)) {
            return true;
        }
    }
    false
}

/// Whether telephone numbers are written with this mark.
const fn is_written_with(mark: &u8) -> bool {
    matches!(mark, b'0'..=b'9' | b'+' | b' ' | b'-' | b'(' | b')')
}

/// The numbers in a stretch of such marks. A plus begins one, a wide gap ends one.
fn numbers(text: &Folded, stretch: &Range<usize>) -> Vec<Written> {
    let marks = text.part(stretch.clone());
    let next = |from: usize, is_digit: bool| {
        let rest = marks[from..].iter().position(|mark| mark.is_ascii_digit() == is_digit);
        rest.map(|steps| from + steps)
    };
    let mut found: Vec<Written> = Vec::new();
    let mut at = 0;
    while let Some(start) = next(at, true) {
        let end = next(start, false).unwrap_or(marks.len());
        let gap = &marks[at..start];
        let group = stretch.start + start..stretch.start + end;
        match found.last_mut() {
            Some(number) if gap.len() <= LONGEST_GAP && !gap.contains(&b'+') => {
                number.groups.push(group);
            }
            _ => {
                let plus = gap.ends_with(b"+") || gap.ends_with(b"+(");
                found.push(Written { plus, groups: vec![group] });
            }
        }
        at = end;
    }
    found
}

fn is_telephone(text: &Folded, number: &Written) -> bool {
    let groups: Vec<&[u8]> = number.groups.iter().map(|group| text.part(group.clone())).collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    DIGITS.contains(&digits)
        && stands_alone(text, &number.groups)
        && (number.plus || !(is_figure(&groups) || has_date(&groups) || is_list(&groups)))
}

/// Whether it is no part of a word, a code, a price, a time or a longer number.
fn stands_alone(text: &Folded, groups: &[Range<usize>]) -> bool {
    let [first, ..] = groups else { return false };
    let [.., last] = groups else { return false };
    let mut start = first.start;
    while matches!(text.before(start), b'+' | b'(' | b'-') {
        start -= 1;
    }
    let before = text.before(start);
    let after = text.at(last.end);
    let follows = matches!(before, b'.' | b',' | b':') && text.before(start - 1).is_ascii_digit();
    let goes_on = match after {
        b'.' | b',' | b':' => text.at(last.end + 1).is_ascii_digit(),
        b'-' => is_letter(text.at(last.end + 1)),
        _ => is_letter(after) || matches!(after, b'_' | b'%' | b'$' | b'/'),
    };
    // A letter of another script may well stand right before it: 电话13800138000.
    let in_a_word = before.is_ascii_alphanumeric()
        || matches!(before, b'_' | b'#' | b'$' | b'%' | b'=' | b'/' | b'@');
    !follows && !in_a_word && !goes_on
}

const fn is_letter(mark: u8) -> bool {
    mark.is_ascii_alphabetic() || mark == LETTER
}

/// "12 345 678", "48 210 000", "10000000": thousands in groups, or round.
fn is_figure(groups: &[&[u8]]) -> bool {
    match groups {
        [] => false,
        [first, ..] if first.starts_with(b"0") => false,
        [whole] => whole.ends_with(b"000"),
        [first, rest @ ..] => {
            let in_thousands = first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
            let is_round = rest.last().is_some_and(|group| *group == b"000");
            in_thousands && (first.len() < 3 || is_round)
        }
    }
}

/// "2026-11-21", "21 11 2026", "20261121", alone or with more behind it; or two years.
fn has_date(groups: &[&[u8]]) -> bool {
    let whole = match groups {
        [whole] if whole.len() == 8 => {
            is_date(&whole[..4], &whole[4..6], &whole[6..])
                || is_date(&whole[..2], &whole[2..4], &whole[4..])
        }
        _ => false,
    };
    let years = groups.iter().filter(|group| is_year(group)).count();
    let begins_with_a_year = groups.first().is_some_and(|group| is_year(group));
    whole
        || (begins_with_a_year && years > 1)
        || groups.windows(3).any(|three| is_date(three[0], three[1], three[2]))
}

fn is_date(one: &[u8], two: &[u8], three: &[u8]) -> bool {
    let is_day_and_month = |one, two| {
        let (day, month) = (short(one), short(two));
        (1..=31).contains(&day) && (1..=12).contains(&month)
    };
    (is_year(one) && is_day_and_month(three, two))
        || (is_year(three) && (is_day_and_month(one, two) || is_day_and_month(two, one)))
}

fn is_year(group: &[u8]) -> bool {
    group.len() == 4 && (group.starts_with(b"19") || group.starts_with(b"20"))
}

/// The value of one digit or two; of more, none that is a day or a month.
fn short(group: &[u8]) -> u8 {
    match group {
        [one] => one - b'0',
        [ten, one] => (ten - b'0') * 10 + (one - b'0'),
        _ => 0,
    }
}

/// "1 2 3 4 5 6 7 8": single digits, of which a telephone number has two at most.
fn is_list(groups: &[&[u8]]) -> bool {
    groups.iter().filter(|group| group.len() == 1).count() > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: ContactData = ContactData { address: false, number: false };
    const ADDRESS: ContactData = ContactData { address: true, ..NOTHING };
    const NUMBER: ContactData = ContactData { number: true, ..NOTHING };

    fn assert_each(texts: &[&str], expected: ContactData) {
        let is_wrong = |text: &&&str| find_contact_data(text) != expected;
        let wrong: Vec<_> = texts.iter().filter(is_wrong).collect();
        assert!(wrong.is_empty(), "not {expected:?}: {wrong:#?}");
    }

    #[test]
    fn addresses_are_found() {
        assert_each(
            &[
                "booking@act.example",
                "Write to first.last+shows@mail.act.example.",
                "mailto:me@act.example",
                "E-Mail:<ночь@act.example>",
                "https://act.example/ or me@act.example",
            ],
            ADDRESS,
        );
    }

    #[test]
    fn telephone_numbers_are_found() {
        assert_each(
            &[
                "+372 5555 0123",
                "Call +49 (0)30 1234567!",
                "+4930123456",
                "Tel.:030 12345678",
                "(020) 7946 0018",
                "06 12 34 56 78",
                "612 345 678",
                "1-800-555-0199",
                "Phone: 555-0100-23, after six.",
                "12345678",
                "+1 555 0100 123 +1 555 0100 124",
                "in 2026: +44 20 7946 0018",
                "電話03-1234-5678",
                "＋３７２　５５５５　０１２３",
                "+49 30 2012 2024",
            ],
            NUMBER,
        );
        let both = find_contact_data("me@act.example, +372 5555 0123");
        assert_eq!(both, ContactData { address: true, number: true });
    }

    #[test]
    fn what_else_is_made_of_digits_is_left_alone() {
        assert_each(
            &[
                "",
                "Two people, one boat.",
                "48,210 listeners, 12,345,678 plays, 10000000 more",
                "48 210 000 plays",
                "12 345 678 plays",
                "1,234.56789012",
                "2026-11-21",
                "21-11-2026",
                "11 21 2026",
                "20261121",
                "21.11.2026 - 22.11.2026",
                "2026-11-21 21:00-23:30",
                "1998-2004, 2006-2026",
                "2019 2020 2021",
                "22:00 2026-11-21 06:00",
                "since 1998",
                "1 2 3 4 5 6 7 8",
                "EE-ABC-26-12345678",
                "DE89 3704 0044 0532",
                "ISRC EEABC2612345678",
                "#12345678",
                "€12345678",
                "12345678x",
                "1234567",
                "1234567890123456",
                "https://music.example/album/12345678",
                "music.example/album/12345678",
                "https://act.example/+37255550123",
                "@night_ferry",
                "https://site.example/@me.band",
                "site.example/@me.band",
                "59.4370125, 24.7535746",
            ],
            NOTHING,
        );
    }
}
