//! Single values of a foreign file of artists: each is taken, is nothing, or is refused with a
//! reason that quotes it.
//!
//! No value is repaired beyond what changes no meaning (white space, composition, invisible
//! characters). What could mean two things is refused: the person who made the file knows which.

mod lists;
mod references;
mod texts;

pub use lists::{genres, links};
pub use references::{OWN_SCHEME, external_id, is_scheme};
pub(crate) use texts::trimmed;
pub use texts::{country, excerpt, is_nothing, label, name, slug};

/// More than ten people for each one alive: a larger figure is damage, not an audience.
const MAX_COUNT: u128 = 100_000_000_000;

/// A number of people: `12345`, `12,345`, `1 234`, `1.2e6`, `48.2K`, `3M`.
///
/// # Errors
/// The reason why the value is not a whole number from 0 to 10^11. `12.345` is refused, since it
/// is twelve thousand in one half of the world and twelve and a bit in the other.
pub fn count(raw: &str) -> Result<Option<i64>, String> {
    let value = texts::trimmed(raw);
    if is_nothing(value) {
        return Ok(None);
    }
    let quoted = || excerpt(value);
    let not_a_number = || format!("{} is not a number", quoted());
    let too_large = || format!("{} is more than 10^11", quoted());
    if value.ends_with(['%', '٪', '％']) {
        return Err(format!("{} is a percentage, not a count", quoted()));
    }
    if value.starts_with(['-', '−', '–']) {
        return Err(format!("{} is negative", quoted()));
    }
    let unsigned = value.strip_prefix('+').unwrap_or(value);
    if matches!(unsigned.to_lowercase().as_str(), "inf" | "infinity" | "∞") {
        return Err(format!("{} is not a finite number", quoted()));
    }
    // Decimal digits and a power of ten, never a float: 0.29e2 is 29, not 28.999….
    let (mut digits, mut power) = decimal(unsigned).ok_or_else(not_a_number)?;
    while power < 0 && digits.ends_with('0') {
        digits.pop();
        power += 1;
    }
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(Some(0));
    }
    let Ok(zeros) = usize::try_from(power) else {
        return Err(format!("{} is not a whole number", quoted()));
    };
    // Twelve digits hold the limit; the exponent is checked before it is written out as zeros.
    if significant.len() + zeros > 12 {
        return Err(too_large());
    }
    let number: u128 =
        format!("{significant}{}", "0".repeat(zeros)).parse().map_err(|_| not_a_number())?;
    if number > MAX_COUNT {
        return Err(too_large());
    }
    i64::try_from(number).map(Some).map_err(|_| too_large())
}

/// A score from 0 to 100, written like a [`count`].
///
/// # Errors
/// The reason why the value is not a whole number from 0 to 100.
pub fn score(raw: &str) -> Result<Option<i64>, String> {
    match count(raw)? {
        Some(score) if score > 100 => {
            Err(format!("{} is not between 0 and 100", excerpt(texts::trimmed(raw))))
        }
        score => Ok(score),
    }
}

/// The digits of an unsigned number and the power of ten they are multiplied by.
fn decimal(number: &str) -> Option<(String, i32)> {
    let (number, thousands) = match number.char_indices().last() {
        Some((at, 'k' | 'K')) => (&number[..at], 3),
        Some((at, 'm' | 'M')) => (&number[..at], 6),
        Some((at, 'b' | 'B')) => (&number[..at], 9),
        _ => (number, 0),
    };
    let (mantissa, exponent) = match number.trim_end().split_once(['e', 'E']) {
        // An exponent and a suffix at once ("1e3K") is nobody's way to write a number.
        Some(_) if thousands > 0 => return None,
        Some((mantissa, exponent)) if exponent.len() <= 4 => (mantissa, exponent.parse().ok()?),
        Some(_) => return None,
        None => (number.trim_end(), 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        // Two points group thousands, as in 1.234.567; one is the decimal point.
        Some((_, rest)) if rest.contains('.') => (mantissa, ""),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = ungrouped(whole)? + fraction;
    let power = exponent + thousands - i32::try_from(fraction.len()).ok()?;
    Some((digits, power))
}

/// Digits without the separators of their thousands, if those stand where they should.
fn ungrouped(whole: &str) -> Option<String> {
    const SEPARATORS: [char; 10] =
        [',', '.', ' ', '\'', '’', '_', '\u{a0}', '\u{2007}', '\u{2009}', '\u{202f}'];
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let groups: Vec<&str> = match separator {
        None => vec![whole],
        Some(separator) if SEPARATORS.contains(&separator) => whole.split(separator).collect(),
        Some(_) => return None,
    };
    let well_placed = groups.iter().enumerate().all(|(place, group)| {
        let length_fits = match (separator, place) {
            (None, _) => !group.is_empty(),
            (Some(_), 0) => (1..=3).contains(&group.len()),
            (Some(_), _) => group.len() == 3,
        };
        length_fits && group.bytes().all(|b| b.is_ascii_digit())
    });
    well_placed.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::{count, score};

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (text, number) in [
            ("0", 0),
            ("007", 7),
            (" 12345 ", 12_345),
            ("12,345", 12_345),
            ("1,234,567", 1_234_567),
            ("1.234.567", 1_234_567),
            ("1 234", 1_234),
            ("1\u{a0}234\u{a0}567", 1_234_567),
            ("1'234", 1_234),
            ("12_000", 12_000),
            ("12.0", 12),
            ("1,234.00", 1_234),
            ("1.2e6", 1_200_000),
            ("1.2E+06", 1_200_000),
            ("120e-1", 12),
            ("0.29e2", 29),
            ("0e999", 0),
            ("48.2K", 48_200),
            ("48.2 k", 48_200),
            ("3M", 3_000_000),
            ("1.5b", 1_500_000_000),
            ("+5", 5),
            ("\u{feff}5", 5),
            ("100000000000", 100_000_000_000),
        ] {
            assert_eq!(count(text), Ok(Some(number)), "{text}");
        }
    }

    #[test]
    fn words_for_nothing_are_no_count() {
        for text in
            ["", " ", "-", "—", "n/a", "N/A", "NA", "null", "None", "NaN", "\\N", "<NA>", "?"]
        {
            assert_eq!(count(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_count_that_is_none_is_refused_with_its_reason() {
        for (text, reason) in [
            ("-5", "\"-5\" is negative"),
            ("−5", "\"−5\" is negative"),
            ("-inf", "\"-inf\" is negative"),
            ("12.7", "\"12.7\" is not a whole number"),
            ("12.345", "\"12.345\" is not a whole number"),
            ("1e-3", "\"1e-3\" is not a whole number"),
            ("48.2345K", "\"48.2345K\" is not a whole number"),
            ("12,34", "\"12,34\" is not a number"),
            ("1,234,56", "\"1,234,56\" is not a number"),
            ("1.234,56", "\"1.234,56\" is not a number"),
            ("1234,567", "\"1234,567\" is not a number"),
            ("1,234 567", "\"1,234 567\" is not a number"),
            ("57%", "\"57%\" is a percentage, not a count"),
            ("inf", "\"inf\" is not a finite number"),
            ("Infinity", "\"Infinity\" is not a finite number"),
            ("100000000001", "\"100000000001\" is more than 10^11"),
            ("9e99", "\"9e99\" is more than 10^11"),
            ("1e99999999", "\"1e99999999\" is not a number"),
            ("1e3K", "\"1e3K\" is not a number"),
            ("K", "\"K\" is not a number"),
            (".", "\".\" is not a number"),
            ("0x1F", "\"0x1F\" is not a number"),
            ("many", "\"many\" is not a number"),
            ("١٢", "\"١٢\" is not a number"),
            ("12\u{0}3", "\"12\\03\" is not a number"),
        ] {
            assert_eq!(count(text), Err(reason.to_owned()), "{text}");
        }
        let digits = "9".repeat(60_000);
        assert!(count(&digits).unwrap_err().ends_with("is more than 10^11"));
    }

    #[test]
    fn a_score_goes_up_to_100() {
        assert_eq!(score("57.0"), Ok(Some(57)));
        assert_eq!(score("n/a"), Ok(None));
        assert_eq!(score("101"), Err("\"101\" is not between 0 and 100".to_owned()));
    }
}
