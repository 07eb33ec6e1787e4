//! The values of a configuration, read one by one; what is wrong with them is collected.

use std::collections::BTreeMap;

use super::KEYS;

/// What was given, by the names of the keys.
pub(super) struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// Takes from the file, and from the environment over it, what is known; the rest is a problem.
    pub(super) fn gather(
        table: &toml::Table,
        environment: impl Iterator<Item = (String, String)>,
        problems: &mut Vec<(String, String)>,
    ) -> Self {
        let mut values = BTreeMap::new();
        let mut flat = Vec::new();
        flatten("", table, &mut flat);
        for (name, value) in flat {
            match KEYS.iter().find(|(key, _)| *key == name) {
                Some((key, _)) => drop(values.insert(*key, value)),
                None => problems.push((name, "is not a key this program knows".into())),
            }
        }
        for (variable, value) in environment {
            let Some(name) = variable.strip_prefix("SOUNDPOST_") else { continue };
            match KEYS.iter().find(|(key, _)| variable_of(key) == name) {
                Some((key, _)) => drop(values.insert(*key, value)),
                // The tests' own settings travel the same way.
                None if name.starts_with("TEST_") => {}
                None => problems.push((variable, "is not a variable this program knows".into())),
            }
        }
        Self(values)
    }

    /// The value of a key; an empty one is none.
    pub(super) fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

/// `database.url` is `SOUNDPOST_DATABASE_URL`.
fn variable_of(key: &str) -> String {
    key.replace('.', "_").to_uppercase()
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut Vec<(String, String)>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(table) => flatten(&name, table, into),
            toml::Value::String(text) => into.push((name, text.clone())),
            toml::Value::Array(items) => {
                let items = items.iter().map(|item| match item {
                    toml::Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                into.push((name, items.collect::<Vec<_>>().join(",")));
            }
            other => into.push((name, other.to_string())),
        }
    }
}

/// Reads value by value, and remembers what is wrong.
pub(super) struct Read {
    /// What was given.
    pub(super) values: Values,
    /// (key, reason)
    pub(super) problems: Vec<(String, String)>,
}

impl Read {
    /// Whether any key that begins like this was given.
    pub(super) fn has_any(&self, prefix: &str) -> bool {
        KEYS.iter().any(|(key, _)| key.starts_with(prefix) && self.values.get(key).is_some())
    }

    /// Notes what is wrong with a key.
    pub(super) fn problem(&mut self, key: &str, reason: &str) {
        self.problems.push((key.to_owned(), reason.to_owned()));
    }

    /// The value of a key as it was given; a problem when it is needed and missing.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let value = self.values.get(key);
        let required = KEYS.iter().any(|(known, required)| *known == key && *required);
        if value.is_none() && required {
            let variable = format!("is missing (or set SOUNDPOST_{})", variable_of(key));
            self.problem(key, &variable);
        }
        value
    }

    /// The value of a key as what it means; a problem when it means nothing.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(&self.text(key)?) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.problem(key, &reason);
                None
            }
        }
    }
}
