//! What one record changes about an artist that is known.

use super::intake::{ExternalId, Incoming};
use crate::artists::stats::StatPoint;
use crate::artists::{Artist, Facts, Listing, added_store, correcting, figure_store, store};
use crate::clock::Instant;
use crate::db::Reader;
use crate::error::Result;
use crate::ids::ArtistId;

/// What a record changes about an artist.
pub(super) struct Change<'a> {
    /// The artist as it is.
    pub before: Artist,
    /// The figures as they are, as the store lists them.
    pub stats: Vec<StatPoint>,
    /// The facts as they will be.
    pub facts: Facts,
    /// Of catalogues that did not know the artist.
    pub ids: Vec<&'a ExternalId>,
    /// Not said before.
    pub figures: Vec<&'a StatPoint>,
    /// Said before by this source about this day, with another value.
    pub corrected: Vec<&'a StatPoint>,
}

impl<'a> Change<'a> {
    /// The news about this artist, whom catalogues know under `ids`, if there is any.
    pub(super) fn find(
        reader: &mut Reader<'_>,
        artist: ArtistId,
        ids: &[ExternalId],
        row: &'a Incoming,
    ) -> Result<Option<Self>> {
        let before = store::get_artist(reader, artist)?;
        let stats = figure_store::list_stats(reader, artist)?;
        let facts = match before.facts.listing {
            Listing::Unclaimed | Listing::Draft if correcting::is_put_right(&before.facts) => {
                before.facts.clone()
            }
            Listing::Unclaimed => with_news(&before.facts, &row.facts),
            // Nobody has looked at what somebody typed, so nothing of it is shown but the address.
            Listing::Draft if added_store::is_waiting(reader, artist)? => {
                Facts { slug: before.facts.slug.clone(), ..row.facts.clone() }
            }
            Listing::Draft | Listing::Listed | Listing::Unlisted | Listing::Hidden => {
                before.facts.clone()
            }
        };
        let is_missing = |id: &&ExternalId| ids.iter().all(|(scheme, _)| *scheme != id.0);
        let ids: Vec<&ExternalId> = row.external_ids.iter().filter(is_missing).collect();
        let (mut figures, mut corrected) = (Vec::new(), Vec::new());
        for figure in &row.figures {
            match stats.iter().find(|old| old.is_same_statement(figure)) {
                None => figures.push(figure),
                Some(old) if old.value != figure.value => corrected.push(figure),
                Some(_) => {}
            }
        }
        let is_news = facts != before.facts
            || !(ids.is_empty() && figures.is_empty() && corrected.is_empty());
        Ok(is_news.then_some(Self { before, stats, facts, ids, figures, corrected }))
    }

    /// Whether it puts into the lists what somebody added and nobody has looked at yet.
    pub(super) fn lists_draft(&self) -> bool {
        self.before.facts.listing != self.facts.listing
    }

    /// The artist as it will be.
    pub(super) fn after(&self, now: Instant) -> Artist {
        Artist { facts: self.facts.clone(), updated_at: now, ..self.before.clone() }
    }

    /// The figures as the store will list them: what is corrected keeps its place.
    pub(super) fn stats_after(&self) -> Vec<StatPoint> {
        let mut stats = self.stats.clone();
        for new in &self.corrected {
            for old in stats.iter_mut().filter(|old| old.is_same_statement(new)) {
                old.value = new.value;
                old.source_kind = new.source_kind;
            }
        }
        stats.extend(self.figures.iter().map(|new| (*new).clone()));
        stats.sort_by_key(|point| point.observed_on);
        stats
    }
}

/// The facts about an unclaimed artist after a file has spoken. What the file leaves out stays; so
/// do the slug, which is an address that people have, and what no file says (the bio).
fn with_news(old: &Facts, news: &Facts) -> Facts {
    let mut facts = old.clone();
    facts.name.clone_from(&news.name);
    if !news.genres.is_empty() {
        facts.genres.clone_from(&news.genres);
    }
    if !news.links.is_empty() {
        facts.links.clone_from(&news.links);
    }
    let moved = match (&old.country, &news.country) {
        (Some(from), Some(to)) if from != to => true,
        _ => !old.city.is_empty() && !news.city.is_empty() && old.city != news.city,
    };
    // Half an old address and half a new one would be a place where nobody lives.
    if moved || news.country.is_some() {
        facts.country.clone_from(&news.country);
    }
    if moved || !news.city.is_empty() {
        facts.city.clone_from(&news.city);
    }
    if facts != *old {
        facts.source.clone_from(&news.source);
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artists::OutsideLink;
    use crate::artists::floor::Floor;
    use crate::places::Country;

    fn facts(country: &str, city: &str) -> Facts {
        Facts {
            slug: "kaja".to_owned(),
            name: "Kaja".to_owned(),
            listing: Listing::Unclaimed,
            genres: vec!["techno".to_owned()],
            country: Country::from_code(country),
            city: city.to_owned(),
            bio: "Two words.".to_owned(),
            plays: Vec::new(),
            links: vec![OutsideLink {
                label: "a.example".into(),
                url: "https://a.example/".into(),
            }],
            floor: Floor::default(),
            source: "an old file".to_owned(),
        }
    }

    #[test]
    fn news_replaces_what_it_speaks_of_and_keeps_the_rest() {
        let old = facts("EE", "Tartu");
        let nothing_new = Facts {
            slug: "kaja-mets".to_owned(),
            genres: Vec::new(),
            links: Vec::new(),
            bio: String::new(),
            source: "a new file".to_owned(),
            ..facts("", "")
        };
        assert_eq!(with_news(&old, &nothing_new), old);
        let renamed = Facts { name: "Kaja Mets".to_owned(), ..nothing_new };
        let expected =
            Facts { name: "Kaja Mets".to_owned(), source: "a new file".to_owned(), ..old.clone() };
        assert_eq!(with_news(&old, &renamed), expected);
    }

    #[test]
    fn a_place_is_completed_or_replaced_as_a_whole() {
        for (old, news, place) in [
            (("EE", ""), ("", "Tartu"), "Tartu, EE"),
            (("EE", "Tartu"), ("EE", ""), "Tartu, EE"),
            (("EE", "Tartu"), ("", ""), "Tartu, EE"),
            (("EE", "Tartu"), ("DE", ""), "DE"),
            (("EE", "Tartu"), ("", "Berlin"), "Berlin"),
            (("EE", "Tartu"), ("DE", "Berlin"), "Berlin, DE"),
        ] {
            let after = with_news(&facts(old.0, old.1), &facts(news.0, news.1));
            assert_eq!(after.place(), place);
        }
    }
}
