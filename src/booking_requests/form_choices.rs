//! Everything the request form lets somebody choose from.

use super::requester::Role;
use super::terms::{Care, Deal, Recording, Setting, Visibility};
use crate::artists::Performance;
use crate::artists::floor::EventKind;
use crate::web::form_state::Choice;

/// What a select offers first where an answer is needed.
const CHOOSE: &str = "Please choose";
/// What a select offers first where none is.
const OPEN: &str = "Leave open";

/// The question of age, answered without a date of birth.
const AGES: [(&str, &str); 3] = [
    ("adult", "I am 18 or older"),
    ("guardian", "I am between the minimum age and 17, and a parent or guardian agrees"),
    ("no", "Neither"),
];

/// Whether the privacy policy is accepted.
const PRIVACY_ANSWERS: [(&str, &str); 2] = [("yes", "Yes, I accept it"), ("no", "No")];

/// The lists of the form. Built once: countries, zones and currencies make some nine hundred lines
/// of it.
#[derive(Debug, Clone)]
pub struct FormChoices {
    /// Kinds of event.
    pub event_kinds: Vec<Choice>,
    /// Who may come.
    pub visibilities: Vec<Choice>,
    /// IANA time zones.
    pub zones: Vec<Choice>,
    /// ISO 3166-1 countries, by English name.
    pub countries: Vec<Choice>,
    /// Under a roof or not.
    pub settings: Vec<Choice>,
    /// What the act is asked to play.
    pub performances: Vec<Choice>,
    /// What is recorded or sent out.
    pub recordings: Vec<Choice>,
    /// How the fee is meant.
    pub deals: Vec<Choice>,
    /// ISO 4217 currencies.
    pub currencies: Vec<Choice>,
    /// Who takes care of a piece of the logistics.
    pub logistics: Vec<Choice>,
    /// Whom the requester stands for.
    pub roles: Vec<Choice>,
    /// The answers to the question of age.
    pub ages: Vec<Choice>,
    /// The answers to the question of the privacy policy.
    pub privacy_answers: Vec<Choice>,
}

/// The values of an enumeration, each with the words that a person reads for it.
macro_rules! all {
    ($name:ident) => {
        $name::ALL.iter().map(|value| choice(value.as_str(), value.label()))
    };
}

impl FormChoices {
    /// The lists of the form; countries, zones and currencies come from who keeps them, without an
    /// empty choice, which is added here.
    pub fn new(countries: Vec<Choice>, zones: Vec<Choice>, currencies: Vec<Choice>) -> Self {
        Self {
            event_kinds: headed(CHOOSE, all!(EventKind)),
            visibilities: all!(Visibility).collect(),
            zones: headed(CHOOSE, zones),
            countries: headed(CHOOSE, countries),
            settings: headed(OPEN, all!(Setting)),
            performances: headed(CHOOSE, all!(Performance)),
            recordings: headed(OPEN, all!(Recording)),
            deals: headed(CHOOSE, all!(Deal)),
            currencies: headed(OPEN, currencies),
            logistics: headed(OPEN, all!(Care)),
            roles: headed(CHOOSE, all!(Role)),
            ages: AGES.iter().map(|(value, label)| choice(value, label)).collect(),
            privacy_answers: PRIVACY_ANSWERS.iter().map(|(v, label)| choice(v, label)).collect(),
        }
    }
}

/// The choices of a select, of which none is made in advance.
pub fn headed(first: &str, rest: impl IntoIterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(choice("", first)).chain(rest).collect()
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}
