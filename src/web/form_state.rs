//! A form on its way: what a browser posted, and what a page shows again.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, MapDeserializer};

use crate::error::{Error, Result};

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 200;

/// The fields that were posted, in order, decoded (application/x-www-form-urlencoded).
#[derive(Debug, Clone)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Decodes a body. Too many fields, or one that is no text, are a bad request as a whole.
    pub fn parse(body: &[u8]) -> Result<Self> {
        if body.split(|byte| *byte == b'&').count() > MOST_FIELDS {
            return Err(Error::BadRequest("The form has more fields than any form here.".into()));
        }
        Self::of(
            form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Fields that are decoded already. One that is no text is a bad request as a whole.
    pub fn of(fields: Vec<(String, String)>) -> Result<Self> {
        if fields.iter().any(|(_, value)| value.contains('\0')) {
            return Err(Error::BadRequest("The form has characters that are no text.".into()));
        }
        Ok(Self(fields))
    }

    /// Reads the fields into a form's struct. A field that comes twice is refused.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        T::deserialize(MapDeserializer::<_, ValueError>::new(pairs))
            .map_err(|error| Error::BadRequest(format!("The form cannot be read: {error}.")))
    }

    /// The value of one field; empty when absent.
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Name and value of every field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A choice that a select or a group of radio buttons offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// What somebody looks at before a form goes on, though nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The field that it is about.
    pub field: &'static str,
    /// The field that is ticked to go on all the same.
    pub tick: &'static str,
    /// What to know.
    pub message: String,
}

/// What a page's form shows: values and messages.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    values: BTreeMap<String, String>,
    errors: Vec<(String, String)>,
    warnings: Vec<Warning>,
}

impl FormState {
    /// An empty form with some values filled in.
    pub fn with(values: &[(&str, &str)]) -> Self {
        let values = values.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Self { values: values.collect(), ..Self::default() }
    }

    /// A form that was refused as a whole, with some values filled in.
    pub fn refused(why: &str, values: &[(&str, &str)]) -> Self {
        Self { errors: vec![(String::new(), why.to_owned())], ..Self::with(values) }
    }

    /// The form as it was posted, with what is wrong with it.
    pub fn again(fields: &Fields, errors: Vec<(String, String)>) -> Self {
        let values = fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { values: values.collect(), errors, warnings: Vec::new() }
    }

    /// Says what is wrong with a field.
    pub fn refuse(&mut self, name: &str, why: impl Into<String>) {
        self.errors.push((name.to_owned(), why.into()));
    }

    /// Warns of what is in a field.
    pub fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// What a field is warned of; empty when of nothing.
    pub fn warning(&self, name: &str) -> &str {
        self.warnings
            .iter()
            .find(|warning| warning.field == name)
            .map_or("", |warning| warning.message.as_str())
    }

    /// The warnings that nobody has ticked yet.
    pub fn open_warnings(&self) -> Vec<&Warning> {
        self.warnings.iter().filter(|warning| self.value(warning.tick) != "yes").collect()
    }

    /// Sets a value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// Forgets a value, so that it must be given again.
    pub fn forget(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Every value, by the names of the fields.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a field; empty when there is none.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// What is wrong with a field; empty when nothing is.
    pub fn error(&self, name: &str) -> &str {
        self.errors
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, message)| message.as_str())
    }

    /// Whether anything is wrong.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Everything that is wrong: (field, message).
    pub fn errors(&self) -> &[(String, String)] {
        &self.errors
    }
}
