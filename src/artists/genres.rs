//! The maintained list of genres. Free text never becomes a genre by itself.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// One genre of the list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genre {
    /// `deep-house`
    pub slug: String,
    /// "deep house"
    pub name: String,
    /// Other spellings that files use.
    #[serde(default)]
    pub aliases: Vec<String>,
}

struct List {
    genres: Vec<Genre>,
    by_slug: HashMap<String, usize>,
    by_spelling: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct File {
    genre: Vec<Genre>,
}

fn list() -> &'static List {
    static LIST: OnceLock<List> = OnceLock::new();
    LIST.get_or_init(|| {
        // The file is part of the program; a test reads it, so it cannot be broken here.
        let genres = toml::from_str::<File>(include_str!("genres.toml"))
            .map(|file| file.genre)
            .unwrap_or_default();
        let by_slug =
            genres.iter().enumerate().map(|(at, genre)| (genre.slug.clone(), at)).collect();
        let spellings = genres.iter().enumerate().flat_map(|(at, genre)| {
            [&genre.slug, &genre.name]
                .into_iter()
                .chain(&genre.aliases)
                .map(move |spelling| (squash(spelling), at))
        });
        let by_spelling = spellings.collect();
        List { genres, by_slug, by_spelling }
    })
}

/// Letters and digits alone, so that "Drum & Bass", "drum-and-bass" and "drum'n'bass" can meet.
fn squash(text: &str) -> String {
    super::names::name_key(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Every genre, in the order of the file.
pub fn all() -> &'static [Genre] {
    &list().genres
}

/// The genre with this slug.
pub fn find(slug: &str) -> Option<&'static Genre> {
    list().by_slug.get(slug).and_then(|at| list().genres.get(*at))
}

/// The genre that somebody means by this spelling.
pub fn resolve(text: &str) -> Option<&'static Genre> {
    list().by_spelling.get(&squash(text)).and_then(|at| list().genres.get(*at))
}

/// Whether a text has the form of a slug.
pub fn is_slug(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= super::names::MAX_SLUG && text.chars().all(plain)
}

/// The name of a genre; its slug when the list no longer has it.
pub fn name(slug: &str) -> &str {
    find(slug).map_or(slug, |genre| genre.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_readable_and_its_spellings_are_its_own() {
        let file: File = toml::from_str(include_str!("genres.toml")).unwrap();
        assert!(file.genre.len() >= 60);
        let mut seen: HashMap<String, &str> = HashMap::new();
        for genre in &file.genre {
            assert!(
                genre
                    .slug
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            );
            for spelling in [&genre.slug, &genre.name].into_iter().chain(&genre.aliases) {
                let other = seen.insert(squash(spelling), &genre.slug);
                assert!(other.is_none_or(|other| other == genre.slug), "{spelling}: {other:?}");
            }
        }
        assert_eq!(resolve("Deep House").map(|g| g.slug.as_str()), Some("deep-house"));
        assert!(resolve("my own thing").is_none());
    }
}
