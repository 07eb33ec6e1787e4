//! What a column can hold, what such columns are usually called, and the rules that say otherwise.

use std::fmt;
use std::str::FromStr;

use crate::artists::import_values::{excerpt, is_scheme};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The name of the artist; every file has it.
    Name,
    /// The slug of the profile.
    Slug,
    /// Genre labels.
    Genres,
    /// The home city.
    City,
    /// The home country, by code or English name.
    Country,
    /// People who follow the artist.
    Followers,
    /// People who listened within a month.
    MonthlyListeners,
    /// A score from 0 to 100.
    Popularity,
    /// Web addresses; several columns may hold some.
    Links,
    /// An identifier that says its scheme itself, or is the file's own.
    Id,
    /// An identifier of the given scheme.
    IdOf(String),
    /// Nothing that is read.
    Ignored,
}

/// Fields by the word that stands for them in a rule and in the report.
const WORDS: [(&str, Field); 11] = [
    ("name", Field::Name),
    ("slug", Field::Slug),
    ("genres", Field::Genres),
    ("city", Field::City),
    ("country", Field::Country),
    ("followers", Field::Followers),
    ("monthly_listeners", Field::MonthlyListeners),
    ("popularity", Field::Popularity),
    ("links", Field::Links),
    ("id", Field::Id),
    ("ignore", Field::Ignored),
];

/// The names that columns go by, letters and digits only, in lower case. Where a field can be had
/// once, a name further left wins: `artist_name` beside `name` means that `name` is something else.
pub(super) const SYNONYMS: [(Field, &str); 10] = [
    (Field::Name, "artistname artist actname bandname stagename name act band"),
    (Field::Slug, "artistslug slug"),
    (Field::Genres, "artistgenres artistgenre genres genre styles style"),
    (Field::City, "homecity artistcity city hometown town"),
    (Field::Country, "homecountry artistcountry countrycode country countryname countryiso"),
    (
        Field::Followers,
        "followerstotal totalfollowers followercount followerscount artistfollowers \
         spotifyfollowers followers",
    ),
    (
        Field::MonthlyListeners,
        "monthlylisteners listenersmonthly monthlylistenerscount spotifymonthlylisteners listeners",
    ),
    (Field::Popularity, "artistpopularity spotifypopularity popularity"),
    (Field::Links, "links link urls url website websites homepage artisturl spotifyurl"),
    (Field::Id, "artistid artisturi uri id"),
];

/// Catalogues, and what their id columns are called beside `<catalogue>_id`.
const CATALOGUES: [(&str, &str); 10] = [
    ("spotify", "spotifyuri spotifyartisturi"),
    ("musicbrainz", "mbid artistmbid musicbrainzmbid"),
    ("wikidata", "wikidata qid wikidataqid"),
    ("isni", "isni"),
    ("discogs", ""),
    ("deezer", ""),
    ("apple_music", ""),
    ("soundcloud", ""),
    ("songkick", ""),
    ("bandsintown", ""),
];

impl Field {
    /// What a column of this name usually holds.
    pub(super) fn by_column_name(name: &str) -> Option<Field> {
        let plain = plain(name);
        let is_listed = |names: &str| names.split_whitespace().any(|listed| listed == plain);
        if let Some((field, _)) = SYNONYMS.iter().find(|(_, names)| is_listed(names)) {
            return Some(field.clone());
        }
        let is_id_of = |scheme: &str| {
            let rest = plain.strip_prefix(&self::plain(scheme));
            matches!(rest, Some("id" | "artistid"))
        };
        let catalogue =
            CATALOGUES.iter().find(|(scheme, names)| is_id_of(scheme) || is_listed(names));
        catalogue.map(|(scheme, _)| Field::IdOf((*scheme).to_owned()))
    }

    /// Whether rules may give it to more than one column.
    pub(super) fn repeats(&self) -> bool {
        matches!(self, Field::Links | Field::Id | Field::IdOf(_) | Field::Ignored)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, WORDS.iter().find(|(_, field)| field == self)) {
            (Field::IdOf(scheme), _) => write!(f, "id:{scheme}"),
            (_, Some((word, _))) => f.write_str(word),
            (_, None) => Ok(()),
        }
    }
}

/// One `--map column=field`: the column by its name, or by its position counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapRule {
    /// The name or position as it was typed.
    pub column: String,
    /// What the column holds.
    pub field: Field,
}

impl FromStr for MapRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((column, word)) = text.rsplit_once('=') else {
            return Err(format!("{} is not of the form column=field", excerpt(text)));
        };
        let (column, word) = (column.trim().to_owned(), word.trim());
        let known = WORDS.iter().find(|(known, _)| *known == word).map(|(_, field)| field.clone());
        let scheme = || word.strip_prefix("id:").filter(|scheme| is_scheme(scheme));
        match known.or_else(|| scheme().map(|scheme| Field::IdOf(scheme.to_owned()))) {
            Some(_) if column.is_empty() => Err("the column before the = is missing".to_owned()),
            Some(field) => Ok(MapRule { column, field }),
            None => {
                let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
                let words = words.join(", ");
                Err(format!("{} is no field; fields are {words} and id:scheme", excerpt(word)))
            }
        }
    }
}

impl MapRule {
    /// The index of the column this rule is about.
    pub(super) fn index_in(&self, header: &[String], width: usize) -> Option<usize> {
        match self.position() {
            Some(index) => (index < width).then_some(index),
            None => {
                let exact = header.iter().position(|name| *name == self.column);
                exact.or_else(|| header.iter().position(|name| self.names(name)))
            }
        }
    }

    /// The index of the column, if the rule gives a position.
    pub(super) fn position(&self) -> Option<usize> {
        self.column.parse::<usize>().ok()?.checked_sub(1)
    }

    /// Whether the rule calls a column by this header. A number is always a position: in a file
    /// without a header, the `1` of an id must not look like the header that `1=name` speaks of.
    pub(super) fn names(&self, header: &str) -> bool {
        self.position().is_none() && same_column(header, &self.column)
    }
}

/// Whether two headers are the same but for case and punctuation.
pub(super) fn same_column(a: &str, b: &str) -> bool {
    let (plain_a, plain_b) = (plain(a), plain(b));
    if plain_a.is_empty() { a.trim() == b.trim() } else { plain_a == plain_b }
}

/// The letters and digits of a header, in lower case: `Monthly Listeners`, `monthly_listeners` and
/// `monthlyListeners` are one.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::MapRule;

    #[test]
    fn a_rule_is_a_column_and_a_field() {
        let rule: MapRule = "a=b = id:discogs".parse().unwrap();
        assert_eq!((rule.column.as_str(), rule.field.to_string().as_str()), ("a=b", "id:discogs"));
        for wrong in ["name", "=name", "a=b", "a=id:", "a=id:No Scheme"] {
            assert!(wrong.parse::<MapRule>().is_err(), "{wrong}");
        }
    }
}
