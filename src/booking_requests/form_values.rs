//! Reading single values of the request form: each reader says what is wrong at its field.

use super::dates::{self, Fold, Night};
use super::terms::Event;
use crate::clock::Instant;
use crate::moderation::screening::find_payment_data;
use crate::numbers::grouped;
use crate::places::Country;
use crate::privacy::age::Age;
use crate::text::tidy;

/// What the form says beside the request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Yes,
    /// Too young, or no guardian agrees.
    AgeNo,
    /// The privacy policy is not accepted.
    PrivacyNo,
}

/// What is wrong so far: (field, message), at most one message a field.
pub(super) struct Errors(pub(super) Vec<(String, String)>);

impl Errors {
    pub(super) fn at(&mut self, field: &str, message: impl Into<String>) {
        if !self.0.iter().any(|(known, _)| known == field) {
            self.0.push((field.to_owned(), message.into()));
        }
    }
}

pub(super) fn read_night(
    n: usize,
    night: &str,
    start: &str,
    end: &str,
    clash: &str,
    errors: &mut Errors,
) -> Option<Night> {
    let day = night.trim().parse::<jiff::civil::Date>().ok();
    if day.is_none() {
        let message = match night.trim() {
            "" => "Choose the night".to_owned(),
            text => format!("“{text}” is no day of the calendar"),
        };
        errors.at(&format!("night{n}"), message);
    }
    let mut time = |text: &str, field: &str, what: &str| {
        let read = text.trim().parse::<jiff::civil::Time>().ok();
        if read.is_none() {
            errors.at(&format!("{field}{n}"), format!("Say when the set {what}, such as 23:00"));
        }
        read
    };
    let start = time(start, "start", "starts");
    let end = time(end, "end", "ends");
    Some(Night { night: day?, start: start?, end: end?, fold: Fold::parse(clash) })
}

pub(super) fn required(
    text: &str,
    field: &str,
    message: &str,
    errors: &mut Errors,
) -> Option<String> {
    let text = tidy(text);
    if text.is_empty() {
        errors.at(field, message);
        return None;
    }
    Some(text)
}

pub(super) fn chosen<T>(
    parse: impl Fn(&str) -> Option<T>,
    text: &str,
    field: &str,
    errors: &mut Errors,
) -> Option<T> {
    let value = parse(text);
    if value.is_none() {
        let message = match field {
            "event_kind" => "Choose the kind of event",
            "visibility" => "Say whether it is public or private",
            "performance" => "Choose what they are to play",
            "deal" => "Choose the kind of offer",
            "role" => "Say as whom you write",
            _ => "Choose one of the list",
        };
        errors.at(field, message);
    }
    value
}

pub(super) fn optional<T>(
    parse: impl Fn(&str) -> Option<T>,
    text: &str,
    field: &str,
    errors: &mut Errors,
) -> Option<T> {
    if text.is_empty() { None } else { chosen(parse, text, field, errors) }
}

pub(super) fn number(
    text: &str,
    field: &str,
    range: std::ops::RangeInclusive<i64>,
    unit: &str,
    errors: &mut Errors,
) -> Option<i64> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.is_empty() {
        return None;
    }
    let digits = compact.replace([',', '.'], "");
    let all_digits = digits.chars().all(|c| c.is_ascii_digit());
    match digits.parse::<i64>() {
        Ok(number) if all_digits && range.contains(&number) => Some(number),
        _ => {
            errors.at(
                field,
                format!(
                    "Enter a whole number from {} to {} ({unit})",
                    grouped(*range.start()),
                    grouped(*range.end())
                ),
            );
            None
        }
    }
}

/// Addresses, one on each line.
pub(super) fn link_list(text: &str, errors: &mut Errors) -> Vec<String> {
    let links: Vec<String> = text
        .split_whitespace()
        .map(|link| web_address(link, "links", errors))
        .filter(|link| !link.is_empty())
        .collect();
    if links.len() > 10 {
        errors.at("links", "Ten links are enough");
    }
    links
}

/// Until when an answer is needed: a day that is to come, and not after the last night.
pub(super) fn read_respond_by(
    text: &str,
    event: Option<&Event>,
    now: Instant,
    errors: &mut Errors,
) -> Option<jiff::civil::Date> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let Ok(day) = text.parse::<jiff::civil::Date>() else {
        errors.at("respond_by", "Choose a day of the calendar");
        return None;
    };
    let zone = event.and_then(|event| dates::zone(&event.zone))?;
    let last = event?.nights.iter().map(|night| night.night).max();
    if day < dates::date_at(now, &zone) {
        errors.at("respond_by", "This day has passed");
    } else if last.is_some_and(|last| day > last) {
        errors.at("respond_by", "This day is after the night itself");
    }
    Some(day)
}

/// The attestation of age, and the country that decides the minimum.
pub(super) fn attested_age(country: &str, age: &str, errors: &mut Errors) -> Option<Age> {
    if Country::from_code(country).is_none() {
        errors.at("your_country", "Choose the country you live in");
    }
    let age = Age::parse(age);
    if age.is_none() {
        errors.at("age", "Say which of the three is true");
    }
    age
}

/// An http or https address with a real host; "speicher7.example" gets its https://.
pub(super) fn web_address(text: &str, field: &str, errors: &mut Errors) -> String {
    let text = tidy(text);
    if text.is_empty() {
        return text;
    }
    let full = if text.contains("://") { text.clone() } else { format!("https://{text}") };
    let good = url::Url::parse(&full).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| host.contains('.'))
            && url.username().is_empty()
            && url.password().is_none()
    });
    match good {
        Some(url) if holds_a_card(&url) => {
            errors.at(field, crate::moderation::CARD_REFUSED);
            text
        }
        Some(url) => url.to_string(),
        None => {
            errors.at(field, "Enter a web address such as https://speicher7.example");
            text
        }
    }
}

/// A card number may hide behind percent signs; an address is screened as it will be read.
fn holds_a_card(url: &url::Url) -> bool {
    let read = percent_encoding::percent_decode_str(url.as_str()).decode_utf8_lossy();
    find_payment_data(&read).refuses()
}
