//! From the records of a file to artists that can be stored: genres of the list, identifiers that
//! mean the same tomorrow, nothing twice.

use std::io::Read;

use anyhow::Context;
use url::Url;

use super::Options;
use super::report::UnknownGenres;
use super::seen::Seen;
use crate::artists::floor::Floor;
use crate::artists::import_file::{LineError, ParsedArtist, Row, Rows};
use crate::artists::import_values::OWN_SCHEME;
use crate::artists::names::slug_for;
use crate::artists::stats::{Metric, SourceKind, StatPoint};
use crate::artists::{Facts, Listing, OutsideLink, genres};
use crate::error::Result;
use crate::places::Country;

/// Records of a chunk. The index of an artist touches pages all over a SQLite file, and each
/// transaction writes every page it has touched: with 500 records an artist costs twice as much as
/// with 5,000, and those hold the write lock for about a second.
const CHUNK: u64 = 5_000;

/// The scheme of an identifier, and its value.
pub(super) type ExternalId = (String, String);

/// A sound record.
#[derive(Debug)]
pub(super) struct Incoming {
    /// The line on which it begins.
    pub line: u64,
    /// What a new artist would be. The slug may be taken.
    pub facts: Facts,
    /// Under which catalogues know the artist.
    pub external_ids: Vec<ExternalId>,
    /// At most one of each metric.
    pub figures: Vec<StatPoint>,
}

/// Some consecutive records.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// How many there are, sound or not.
    pub records: u64,
    /// The sound ones. No two share a slug or an identifier.
    pub artists: Vec<Incoming>,
    /// How many are not sound.
    pub refused: u64,
    /// Every reason why.
    pub errors: Vec<LineError>,
}

/// Reads a file, chunk by chunk.
pub(super) struct Intake<'a, R> {
    rows: Rows<'a, R>,
    options: &'a Options,
    seen: Seen,
    unknown_genres: UnknownGenres,
    /// Where the last record began.
    line: u64,
}

impl<'a, R: Read> Intake<'a, R> {
    pub(super) fn new(rows: Rows<'a, R>, options: &'a Options) -> Self {
        Self { rows, options, seen: Seen::new(), unknown_genres: UnknownGenres::default(), line: 0 }
    }

    /// The next records; `None` at the end of the file.
    pub(super) fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        let mut chunk = Chunk::default();
        while chunk.records < CHUNK {
            let Some(row) = self.rows.next() else { break };
            let Row { line, outcome } =
                row.with_context(|| format!("the file cannot be read after line {}", self.line))?;
            self.line = line;
            chunk.records += 1;
            match outcome.and_then(|parsed| self.accept(line, parsed)) {
                Ok(artist) => chunk.artists.push(artist),
                Err(errors) => {
                    chunk.refused += 1;
                    chunk.errors.extend(errors);
                }
            }
        }
        Ok((chunk.records > 0).then_some(chunk))
    }

    /// The genre labels that meant nothing so far, the most frequent first.
    pub(super) fn unknown_genres(&self) -> Vec<(String, u64)> {
        self.unknown_genres.most_frequent()
    }

    fn accept(&mut self, line: u64, parsed: ParsedArtist) -> Result<Incoming, Vec<LineError>> {
        let slug = parsed.slug.unwrap_or_else(|| slug_for(&parsed.name));
        let external_ids: Vec<ExternalId> =
            parsed.external_ids.into_iter().map(|id| self.lasting(id)).collect();
        self.seen
            .note(line, &slug, &external_ids)
            .map_err(|reason| vec![LineError { line, column: String::new(), reason }])?;
        let figures = [
            (Metric::MonthlyListeners, parsed.monthly_listeners),
            (Metric::Followers, parsed.followers),
            (Metric::Popularity, parsed.popularity),
        ];
        let facts = Facts {
            slug,
            name: parsed.name,
            listing: Listing::Unclaimed,
            genres: self.known_genres(&parsed.genres),
            country: parsed.country.as_deref().and_then(Country::from_code),
            city: parsed.city.unwrap_or_default(),
            bio: String::new(),
            plays: Vec::new(),
            links: parsed.links.into_iter().map(outside_link).collect(),
            floor: Floor::default(),
            source: format!("from a file: {}", self.options.source),
        };
        let figures = figures
            .into_iter()
            .filter_map(|(metric, value)| Some(self.figure(metric, value?)))
            .collect();
        Ok(Incoming { line, facts, external_ids, figures })
    }

    /// An identifier that only the file explains, such as 17, is one of this source: 17 in another
    /// file is another act. The colon keeps its scheme apart from every catalogue's.
    fn lasting(&self, (scheme, value): ExternalId) -> ExternalId {
        if scheme == OWN_SCHEME {
            (format!("{OWN_SCHEME}:{}", self.options.source), value)
        } else {
            (scheme, value)
        }
    }

    fn known_genres(&mut self, labels: &[String]) -> Vec<String> {
        let mut known: Vec<String> = Vec::new();
        for label in labels {
            match genres::resolve(label) {
                Some(genre) if known.contains(&genre.slug) => {}
                Some(genre) => known.push(genre.slug.clone()),
                None => self.unknown_genres.count(label),
            }
        }
        known
    }

    fn figure(&self, metric: Metric, value: i64) -> StatPoint {
        StatPoint {
            metric,
            value,
            source_kind: SourceKind::Csv,
            source: self.options.source.clone(),
            observed_on: self.options.observed_on,
            expires_on: None,
        }
    }
}

/// A link is called by the site that it leads to.
fn outside_link(url: String) -> OutsideLink {
    let parsed = Url::parse(&url).ok();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or(&url);
    let label = host.strip_prefix("www.").unwrap_or(host).to_owned();
    OutsideLink { label, url }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(source: &str) -> Options {
        let observed_on = jiff::civil::date(2026, 11, 21);
        Options { source: source.to_owned(), observed_on, dry_run: false, map: Vec::new() }
    }

    fn nowhere(_: &str) -> Option<String> {
        None
    }

    fn chunk(text: &str, options: &Options) -> Chunk {
        let rows = Rows::open(text.as_bytes(), &options.map, &nowhere).unwrap();
        Intake::new(rows, options).next_chunk().unwrap().unwrap()
    }

    #[test]
    fn a_record_becomes_an_unclaimed_artist_with_figures_that_say_where_they_come_from() {
        let text = "id,name,genres,listeners,website\n\
            17,Kaja Mets,Techno;TECHNO!;dust polka,48210,https://www.kaja.example/a\n";
        let chunk = chunk(text, &options("acts.csv"));
        let [artist] = &chunk.artists[..] else { panic!("{chunk:?}") };
        assert_eq!(artist.facts.slug, "kaja-mets");
        assert_eq!(artist.facts.listing, Listing::Unclaimed);
        assert_eq!(artist.facts.genres, ["techno"]);
        assert_eq!(artist.facts.source, "from a file: acts.csv");
        assert_eq!(artist.facts.links[0].label, "kaja.example");
        assert_eq!(artist.external_ids, [("file:acts.csv".to_owned(), "17".to_owned())]);
        let [listeners] = &artist.figures[..] else { panic!("{artist:?}") };
        assert_eq!((listeners.metric, listeners.value), (Metric::MonthlyListeners, 48_210));
        assert_eq!(listeners.provenance(), "from a file: acts.csv, 21 Nov 2026");
    }

    #[test]
    fn a_chunk_counts_what_it_refuses() {
        let chunk = chunk("id,name\n1,Kaja\n1,Mets\n2,\n3,KAJA\n4,Teine\n", &options("acts.csv"));
        let lines: Vec<u64> = chunk.artists.iter().map(|artist| artist.line).collect();
        assert_eq!(lines, [2, 6]);
        assert_eq!((chunk.records, chunk.refused), (5, 3));
        let refused: Vec<u64> = chunk.errors.iter().map(|error| error.line).collect();
        assert_eq!(refused, [3, 4, 5]);
    }
}
