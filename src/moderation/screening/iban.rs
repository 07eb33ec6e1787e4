//! International bank account numbers (ISO 13616-1:2020).
//!
//! Two letters for the country, two check digits, and an account number of the country's length;
//! moved to the end and read as one number, with A as 10 and Z as 35, the whole leaves 1 when
//! divided by 97 (ISO 7064, MOD 97-10).

use std::ops::Range;

use super::fold::Folded;

/// The longest IBAN, that of Russia.
const MAX_LENGTH: usize = 33;
/// Between two characters stand at most so many marks, line breaks and quoting included: people
/// group by four, by the parts of the national number, or not at all.
const MAX_GAP: usize = 8;

/// The spans of all IBANs, in order.
pub(super) fn find(text: &Folded) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut position = 0;
    while let Some(word) = text.next_stretch(position, u8::is_ascii_alphanumeric) {
        match iban_at(text, word.start) {
            Some(end) => {
                found.push(word.start..end);
                position = end;
            }
            None => position = word.end,
        }
    }
    found
}

/// Where the IBAN ends that begins at `start`, which is the start of a word.
fn iban_at(text: &Folded, start: usize) -> Option<usize> {
    let mut characters = Characters { text, position: start };
    let mut number = [0; MAX_LENGTH];
    for (place, character) in number.iter_mut().enumerate().take(4) {
        *character = characters.next()?;
        let expected = if place < 2 { u8::is_ascii_uppercase } else { u8::is_ascii_digit };
        if !expected(character) {
            return None;
        }
    }
    // "no 12 …" and "at 20 …" begin sentences; with a gap there, only capitals are a country.
    let is_set_apart = !text.at(start + 2).is_ascii_digit();
    if is_set_apart && text.part(start..start + 2).iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    let length = length_in([number[0], number[1]])?;
    for place in &mut number[4..length] {
        *place = characters.next()?;
    }
    let end = characters.position;
    let ends_with_word = !text.at(end).is_ascii_alphanumeric();
    // Every account number is made of digits for the greater part; a sentence that happens to
    // begin "at 20 …" is not, and one in 97 of those would pass the check.
    let account = &number[4..length];
    let digits = account.iter().filter(|character| character.is_ascii_digit()).count();
    (ends_with_word && digits * 2 >= account.len() && leaves_one(&number[..length])).then_some(end)
}

/// Reads letters, in upper case, and digits over the gaps between them.
struct Characters<'text> {
    text: &'text Folded,
    position: usize,
}

impl Iterator for Characters<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        for index in self.position..=self.position + MAX_GAP {
            let mark = self.text.at(index);
            if mark.is_ascii_alphanumeric() {
                self.position = index + 1;
                return Some(mark.to_ascii_uppercase());
            }
            if index >= self.text.len() || !b" -./_\n>".contains(&mark) {
                return None;
            }
        }
        None
    }
}

fn leaves_one(number: &[u8]) -> bool {
    let (country_and_check, account) = number.split_at(4);
    let rest = account.iter().chain(country_and_check).fold(0, |rest, &character| {
        let value = u32::from(character);
        match character {
            b'0'..=b'9' => (rest * 10 + value - u32::from(b'0')) % 97,
            _ => (rest * 100 + value - u32::from(b'A') + 10) % 97,
        }
    });
    // Check digits run from 02 to 98; 00, 01 and 99 leave the same as 97, 98 and 02 would.
    rest == 1 && !matches!(country_and_check, [_, _, b'0', b'0' | b'1'] | [_, _, b'9', b'9'])
}

/// The length of a country's IBANs.
fn length_in(country: [u8; 2]) -> Option<usize> {
    let uses = |codes: &str| codes.as_bytes().chunks(3).any(|code| code.starts_with(&country));
    LENGTHS.iter().find_map(|&(length, codes)| uses(codes).then_some(length))
}

/// Source: the IBAN Registry that SWIFT keeps under ISO 13616, release 100 (2025); and, marked,
/// the countries whose banks hand out IBANs without being in it. Territories use the code of the
/// country whose banks serve them.
const LENGTHS: [(usize, &str); 22] = [
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FK FO GL NL SD"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU MN XK"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM SO TL"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "BI DJ FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU YE"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
    // Not in the registry.
    (25, "AO CV GW MZ"),
    (26, "DZ IR"),
    (27, "CF CG CM GA GQ KM MG TD"),
    (28, "BF BJ CI MA ML NE SN TG"),
];
