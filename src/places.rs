//! Countries: ISO 3166-1, by the names that people use.

use std::sync::LazyLock;

/// Two letters of ISO 3166-1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Country(String);

/// Official names that nobody says, and what people say instead.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("BO", "Bolivia"),
    ("BN", "Brunei"),
    ("BQ", "Caribbean Netherlands"),
    ("CD", "DR Congo"),
    ("CG", "Congo"),
    ("CV", "Cape Verde"),
    ("FK", "Falkland Islands"),
    ("FM", "Micronesia"),
    ("GB", "United Kingdom"),
    ("IR", "Iran"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("MF", "Saint Martin"),
    ("NL", "Netherlands"),
    ("PS", "Palestine"),
    ("RU", "Russia"),
    ("SX", "Sint Maarten"),
    ("SY", "Syria"),
    ("TR", "Türkiye"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VA", "Vatican City"),
    ("VE", "Venezuela"),
    ("VG", "British Virgin Islands"),
    ("VI", "US Virgin Islands"),
    ("VN", "Vietnam"),
];

/// Further spellings that files of artists use.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("uk", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("wales", "GB"),
    ("northern ireland", "GB"),
    ("usa", "US"),
    ("united states of america", "US"),
    ("czech republic", "CZ"),
    ("turkey", "TR"),
    ("ivory coast", "CI"),
    ("the netherlands", "NL"),
    ("holland", "NL"),
    ("macedonia", "MK"),
    ("swaziland", "SZ"),
    ("burma", "MM"),
    ("korea", "KR"),
    ("republic of korea", "KR"),
];

impl Country {
    /// The country with this two-letter code.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        rust_iso3166::from_alpha2(&code).map(|_| Self(code))
    }

    /// The country that a file means: a code of two or three letters or an English name.
    pub fn resolve(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() == 2
            && let Some(country) = Self::from_code(text)
        {
            return Some(country);
        }
        if text.len() == 3
            && let Some(found) = rust_iso3166::from_alpha3(&text.to_ascii_uppercase())
        {
            return Some(Self(found.alpha2.to_owned()));
        }
        let name = text.to_lowercase();
        let short = SHORT_NAMES.iter().find(|(_, short)| short.to_lowercase() == name);
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
        let code = short.map(|(code, _)| *code).or(other.map(|(_, code)| *code));
        let official = || {
            rust_iso3166::ALL
                .iter()
                .find(|country| country.name.to_lowercase() == name)
                .map(|country| country.alpha2)
        };
        code.or_else(official).map(|code| Self(code.to_owned()))
    }

    /// "DE".
    pub fn code(&self) -> &str {
        &self.0
    }

    /// "Germany".
    pub fn name(&self) -> String {
        name_of(&self.0)
    }
}

/// The name for a code; the code itself when it is none.
pub fn name_of(code: &str) -> String {
    if let Some((_, name)) = SHORT_NAMES.iter().find(|(known, _)| *known == code) {
        return (*name).to_owned();
    }
    rust_iso3166::from_alpha2(code).map_or_else(|| code.to_owned(), |found| found.name.to_owned())
}

/// Every country with its code, by name. Sorted once: each list of acts offers all of them.
pub fn all() -> &'static [(Country, String)] {
    static ALL: LazyLock<Vec<(Country, String)>> = LazyLock::new(|| {
        let mut all: Vec<(Country, String)> = rust_iso3166::ALL
            .iter()
            .map(|country| (Country(country.alpha2.to_owned()), name_of(country.alpha2)))
            .collect();
        all.sort_by_cached_key(|(_, name)| name.replace('Å', "A").to_lowercase());
        all
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_code_and_by_the_names_that_people_use() {
        for (text, code) in [
            ("de", "DE"),
            ("DEU", "DE"),
            ("Germany", "DE"),
            ("UK", "GB"),
            ("south korea", "KR"),
            ("Türkiye", "TR"),
            ("Czechia", "CZ"),
        ] {
            assert_eq!(Country::resolve(text).map(|c| c.code().to_owned()).as_deref(), Some(code));
        }
        assert_eq!(Country::resolve("Atlantis"), None);
        assert_eq!(Country::from_code("XX"), None);
        assert!(all().len() > 240);
    }
}
