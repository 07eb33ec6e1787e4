//! The long lists that forms offer: countries, currencies, time zones.

use iso_currency::{Currency, IntoEnumIterator};

use super::form_state::Choice;
use crate::booking_requests::dates::zone_names;
use crate::booking_requests::form_choices::FormChoices;
use crate::money::currency;
use crate::places;

/// Everything the request form offers.
pub fn form_choices() -> FormChoices {
    FormChoices::new(countries(), zones(), currencies())
}

fn countries() -> Vec<Choice> {
    places::all()
        .iter()
        .map(|(country, name)| Choice { value: country.code().to_owned(), label: name.clone() })
        .collect()
}

fn zones() -> Vec<Choice> {
    zone_names().into_iter().map(|value| Choice { label: value.replace('_', " "), value }).collect()
}

/// The currencies that people are paid in, the most used ones first.
fn currencies() -> Vec<Choice> {
    const FIRST: [&str; 8] = ["EUR", "USD", "GBP", "CHF", "SEK", "PLN", "JPY", "AUD"];
    let all: Vec<Choice> = Currency::iter()
        .filter_map(|known| currency(known.code()))
        .map(|known| Choice {
            value: known.code().to_owned(),
            label: format!("{} · {}", known.code(), known.name()),
        })
        .collect();
    let is_first = |choice: &Choice| FIRST.contains(&choice.value.as_str());
    let mut first: Vec<Choice> = all.iter().filter(|choice| is_first(choice)).cloned().collect();
    first.sort_by_key(|choice| FIRST.iter().position(|code| *code == choice.value));
    let rest = all.into_iter().filter(|choice| !is_first(choice));
    first.into_iter().chain(rest).collect()
}
