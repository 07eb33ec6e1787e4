//! An amount that one side names to the other. Information only: nothing here moves money.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// An amount in a currency's smallest unit (cents; whole yen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    #[serde(with = "code")]
    currency: Currency,
}

/// No fee of a booking is larger; a larger figure is a slip of the finger.
const MOST_UNITS: i64 = 100_000_000;

impl Money {
    /// Whole units ("800" euros).
    pub fn whole(units: i64, currency: Currency) -> Option<Self> {
        let minor = units.checked_mul(scale(currency))?;
        (0..=MOST_UNITS).contains(&units).then_some(Self { minor, currency })
    }

    /// Reads an amount as people type it: `800`, `1,200.50`, `1.200,50`, `1 200`. The message says
    /// what is wrong.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, String> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let say = || format!("Enter an amount such as 800 or 1200.50, not “{}”", short(text));
        if compact.starts_with('-') {
            return Err("An amount cannot be below zero".into());
        }
        let (units, fraction) = split(&compact).ok_or_else(say)?;
        let units: i64 = units.parse().map_err(|_| say())?;
        let decimals = usize::from(currency.exponent().unwrap_or(2));
        if fraction.len() > decimals {
            return Err(match decimals {
                0 => format!("{} has no smaller unit: enter a whole amount", currency.code()),
                n => format!("{} has {n} decimals at most", currency.code()),
            });
        }
        let padded = format!("{fraction:0<decimals$}");
        let minor: i64 = if padded.is_empty() { 0 } else { padded.parse().map_err(|_| say())? };
        if units > MOST_UNITS {
            return Err("This is more than any fee: check the number of zeros".into());
        }
        Ok(Self { minor: units * scale(currency) + minor, currency })
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// How two amounts compare; `None` in different currencies, which are never converted.
    pub fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }

    /// The number alone, as a form shows it again.
    pub fn number(self) -> String {
        let scale = scale(self.currency);
        let decimals = usize::from(self.currency.exponent().unwrap_or(2));
        match self.minor % scale {
            0 => (self.minor / scale).to_string(),
            rest => format!("{}.{rest:0decimals$}", self.minor / scale),
        }
    }
}

impl std::fmt::Display for Money {
    /// "EUR 1,200.50".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = self.number();
        let (units, rest) = match number.split_once('.') {
            Some((units, rest)) => (units, format!(".{rest}")),
            None => (number.as_str(), String::new()),
        };
        let units = crate::numbers::grouped(units.parse().unwrap_or(0));
        write!(f, "{} {units}{rest}", self.currency.code())
    }
}

/// The currency with this ISO 4217 code; funds, metals and test codes are none.
pub fn currency(code: &str) -> Option<Currency> {
    let currency = Currency::from_code(code)?;
    (currency.exponent().is_some() && !code.starts_with('X')
        || matches!(code, "XOF" | "XAF" | "XPF" | "XCD"))
    .then_some(currency)
}

fn scale(currency: Currency) -> i64 {
    10_i64.pow(u32::from(currency.exponent().unwrap_or(2)))
}

fn short(text: &str) -> String {
    text.chars().take(30).collect()
}

/// Units and fraction, both digits only. A single separator followed by exactly three digits
/// groups thousands; otherwise the last separator begins the fraction.
fn split(text: &str) -> Option<(String, String)> {
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\''))
    {
        return None;
    }
    let last = text.rfind(['.', ',']);
    let (units, fraction) = match last {
        None => (text, ""),
        Some(at) => {
            let (units, fraction) = (&text[..at], &text[at + 1..]);
            let same_before = units.contains(&text[at..=at]);
            if fraction.len() == 3 || same_before { (text, "") } else { (units, fraction) }
        }
    };
    let mut groups = units.split(['.', ',', '\'']);
    let first = groups.next()?;
    let grouped = groups.clone().all(|group| group.len() == 3) && !first.is_empty();
    let plain = fraction.chars().all(|c| c.is_ascii_digit());
    let lone = groups.next().is_none();
    if !plain || !(grouped || lone) || (!lone && first.len() > 3) || first.is_empty() {
        return None;
    }
    Some((units.chars().filter(char::is_ascii_digit).collect(), fraction.to_owned()))
}

mod code {
    use iso_currency::Currency;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(currency: &Currency, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(currency.code())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(from)?;
        super::currency(&code).ok_or_else(|| D::Error::custom("unknown currency"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (text, shown) in [
            ("800", "EUR 800"),
            ("1,200.50", "EUR 1,200.50"),
            ("1.200,5", "EUR 1,200.50"),
            ("1 200", "EUR 1,200"),
            ("1,200", "EUR 1,200"),
            ("1'200", "EUR 1,200"),
            ("0", "EUR 0"),
            ("12.5", "EUR 12.50"),
            ("1.234.567", "EUR 1,234,567"),
        ] {
            assert_eq!(Money::parse(text, Currency::EUR).unwrap().to_string(), shown, "{text}");
        }
        for text in [
            "",
            "-5",
            "NaN",
            "inf",
            "1e3",
            "12.345,6,7",
            "5 €",
            "0x10",
            "1.2.3",
            "999999999999",
            "1,2,3",
            ".5",
            "10.123.4",
        ] {
            assert!(Money::parse(text, Currency::EUR).is_err(), "{text}");
        }
        assert!(Money::parse("100.5", Currency::JPY).is_err());
        assert_eq!(Money::parse("1.234", Currency::KWD).unwrap().to_string(), "KWD 1,234");
        assert!(
            currency("XAU").is_none() && currency("ABC").is_none() && currency("XOF").is_some()
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_again_is_read_again(minor in 0i64..10_000_000_000) {
            let money = Money { minor, currency: Currency::EUR };
            prop_assert_eq!(Money::parse(&money.number(), Currency::EUR).unwrap(), money);
        }
    }
}
