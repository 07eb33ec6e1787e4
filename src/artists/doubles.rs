//! Whether an act is here already: by a link that is the same, by the identifier of a catalogue, or by
//! a name that is the same to who searches.

use super::double_store;
use super::import_values::external_id;
use super::names::{name_key, slug_for};
use super::suggest_store::list_spellings;
use super::{Artist, Facts, OutsideLink, store};
use crate::db::Reader;
use crate::error::Result;
use crate::ids::ArtistId;

/// Longer addresses are no page of an act's, and no key of an index.
const LONGEST_LINK: usize = 1_000;

/// What two ways to write one address have in common: http or https, with or without `www.`, a
/// slash at the end, or a place in the page. (The migration that fills `artist_links` does the same.)
pub fn link_key(url: &str) -> Option<String> {
    let page = url.split('#').next().unwrap_or(url);
    let bare = page.strip_prefix("https://").or_else(|| page.strip_prefix("http://"));
    let bare = bare.unwrap_or(page);
    let key = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
    (1..=LONGEST_LINK).contains(&key.len()).then(|| key.to_owned())
}

/// The keys of an act's links, in order, each once.
pub fn link_keys(links: &[OutsideLink]) -> Vec<String> {
    let mut keys: Vec<String> = links.iter().filter_map(|link| link_key(&link.url)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Under which identifiers catalogues know the act, as far as its links say it: one of each catalogue.
pub fn external_ids(links: &[OutsideLink]) -> Vec<(String, String)> {
    let mut ids: Vec<(String, String)> = Vec::new();
    for (scheme, value) in links.iter().filter_map(|link| external_id(None, &link.url).ok()?) {
        if ids.iter().all(|(known, _)| *known != scheme) {
            ids.push((scheme, value));
        }
    }
    ids
}

/// Acts that may be the one that somebody is about to add.
#[derive(Debug, Default)]
pub struct Doubles {
    /// Acts of the lists that have a link or an identifier of its: they are it.
    pub by_link: Vec<Artist>,
    /// Acts of the lists whose name is the same, or one slip of a finger away.
    pub by_name: Vec<Artist>,
    /// Whether there is one that no list shows. Nobody but staff may be told which.
    pub unseen: bool,
}

/// By what an act that no list shows is found: the key of its name, and the address that it would have,
/// which is the same where the name is written in another script.
pub fn unseen_keys(name: &str) -> [String; 2] {
    [name_key(name), slug_for(name)]
}

/// Looks for an act that is here already, also by a name that is one slip of a finger away, for which
/// many words are tried.
pub fn find(reader: &mut Reader<'_>, facts: &Facts) -> Result<Doubles> {
    let spellings = list_spellings(reader, &facts.name)?;
    look_up(reader, facts, spellings)
}

/// The same without slips of a finger: a few look-ups by keys.
pub fn find_same(reader: &mut Reader<'_>, facts: &Facts) -> Result<Doubles> {
    look_up(reader, facts, Vec::new())
}

fn look_up(reader: &mut Reader<'_>, facts: &Facts, spellings: Vec<String>) -> Result<Doubles> {
    let mut found = Doubles::default();
    for id in owners(reader, &facts.links)? {
        let artist = store::get_artist(reader, id)?;
        match artist.facts.listing.is_public() {
            true => found.by_link.push(artist),
            false => found.unseen = true,
        }
    }
    let keys = unseen_keys(&facts.name);
    let [key, slug] = &keys;
    let mut names = vec![key.clone()];
    names.extend(spellings);
    for id in double_store::list_by_name(reader, &names)? {
        found.by_name.push(store::get_artist(reader, id)?);
    }
    // The same name in another script has the same address.
    match store::find_by_slug(reader, slug)? {
        Some(artist) if !artist.facts.listing.is_public() => found.unseen = true,
        Some(artist) if found.by_name.iter().all(|known| known.id != artist.id) => {
            found.by_name.push(artist);
        }
        _ => {}
    }
    found.unseen = found.unseen || double_store::has_unseen_name(reader, &keys)?;
    Ok(found)
}

/// The acts that have one of these links, or an identifier that stands in one.
fn owners(reader: &mut Reader<'_>, links: &[OutsideLink]) -> Result<Vec<ArtistId>> {
    let mut owners = double_store::list_by_link(reader, &link_keys(links))?;
    for (scheme, value) in external_ids(links) {
        owners.extend(double_store::find_by_external_id(reader, &scheme, &value)?);
    }
    owners.sort_unstable();
    owners.dedup();
    Ok(owners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_key() {
        for url in [
            "https://boat.example/act",
            "http://boat.example/act",
            "https://www.boat.example/act/",
            "https://boat.example/act/#tour",
            "http://www.boat.example/act//",
        ] {
            assert_eq!(link_key(url).as_deref(), Some("boat.example/act"), "{url}");
        }
        assert_eq!(link_key("https://boat.example/").as_deref(), Some("boat.example"));
        for other in [
            "https://boat.example/Act",
            "https://boat.example/act?page=2",
            "https://shop.boat.example/act",
            "https://www2.boat.example/act",
        ] {
            assert_ne!(link_key(other).as_deref(), Some("boat.example/act"), "{other}");
        }
        assert_eq!(link_key("https://"), None);
        assert_eq!(link_key(&format!("https://boat.example/{}", "a".repeat(1_000))), None);
    }

    #[test]
    fn a_page_of_a_catalogue_says_its_identifier() {
        let links = [
            "https://open.spotify.com/artist/0aBcDeFgHiJkLmNoPqRsT9?si=1",
            "https://open.spotify.com/artist/9TsRqPoNmLkJiHgFeDcBa0",
            "https://boat.example/",
            "https://www.discogs.com/artist/12-Kaja-Mets",
        ];
        let links = links.map(|url| OutsideLink { label: String::new(), url: url.to_owned() });
        let id = |scheme: &str, value: &str| (scheme.to_owned(), value.to_owned());
        assert_eq!(
            external_ids(&links),
            [id("spotify", "0aBcDeFgHiJkLmNoPqRsT9"), id("discogs", "12")]
        );
    }
}
