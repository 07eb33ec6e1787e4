//! One chunk of a file: which artist each record is about, and what it changes.
//!
//! Deciding only reads, so a dry run decides alike; carrying out only does what was decided.

use std::collections::hash_map::Entry as Met;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::change::Change;
use super::chunk_store;
use super::intake::{ExternalId, Incoming};
use crate::artists::import_file::LineError;
use crate::artists::index::{self, Entry, Words};
use crate::artists::names::numbered;
use crate::artists::removal_store::Act;
use crate::artists::stats::StatPoint;
use crate::artists::{Artist, Facts, removal_store, store};
use crate::db::versions::Source;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::ArtistId;

/// What came of a chunk.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Artists that were not known.
    pub added: u64,
    /// Artists about whom there was news.
    pub updated: u64,
    /// Artists about whom there was none.
    pub unchanged: u64,
    /// Artists that are not known because they wanted to be removed.
    pub unwanted: u64,
    /// Records that contradict what is stored, or each other; one reason each.
    pub refused: Vec<LineError>,
}

/// What [`apply`] would do.
pub(super) fn check(reader: &mut Reader<'_>, rows: &[Incoming]) -> Result<Outcome> {
    Ok(decide(reader, rows)?.outcome())
}

/// Stores a chunk. May run again, like every write job.
pub(super) fn apply(tx: &mut Tx<'_>, rows: &[Incoming]) -> Result<Outcome> {
    let plan = decide(tx, rows)?;
    for known in &plan.changes {
        tx.touch(Source::profile(&known.before.facts.slug));
    }
    let (before, after) = change(tx, &plan.changes)?;
    index::remove(tx, &before)?;
    // Who was found before is found all the time.
    index::insert(tx, &after, Words::Now)?;
    let added = add(tx, &plan.new)?;
    index::insert(tx, &added, Words::Later)?;
    Ok(plan.outcome())
}

#[derive(Default)]
struct Plan<'a> {
    /// With the slugs that they get.
    new: Vec<(Facts, &'a Incoming)>,
    changes: Vec<Change<'a>>,
    unchanged: u64,
    unwanted: u64,
    refused: Vec<LineError>,
}

impl Plan<'_> {
    fn refuse(&mut self, row: &Incoming, reason: impl Into<String>) {
        let (line, reason) = (row.line, reason.into());
        self.refused.push(LineError { line, column: String::new(), reason });
    }

    fn outcome(self) -> Outcome {
        Outcome {
            added: self.new.len() as u64,
            updated: self.changes.len() as u64,
            unchanged: self.unchanged,
            unwanted: self.unwanted,
            refused: self.refused,
        }
    }
}

fn decide<'a>(reader: &mut Reader<'_>, rows: &'a [Incoming]) -> Result<Plan<'a>> {
    let known = Known::look_up(reader, rows)?;
    let mut plan = Plan::default();
    let mut met: HashMap<ArtistId, u64> = HashMap::new();
    let (mut strangers, mut drafts) = (Vec::new(), Vec::new());
    for row in rows {
        match known.owner(row) {
            Owner::Nobody => strangers.push(row),
            Owner::Several => plan.refuse(row, "its ids are those of different artists"),
            Owner::One(artist) => match met.entry(artist) {
                Met::Occupied(first) => {
                    plan.refuse(row, format!("repeats line {}: the same artist", first.get()));
                }
                Met::Vacant(first) => {
                    first.insert(row.line);
                    match Change::find(reader, artist, known.ids_of(artist), row)? {
                        Some(change) if change.lists_draft() => drafts.push((change, row)),
                        Some(change) => plan.changes.push(change),
                        None => plan.unchanged += 1,
                    }
                }
            },
        }
    }
    let strangers = admitted(reader, strangers, drafts, &mut plan)?;
    name_strangers(reader, &known, strangers, &mut plan)?;
    Ok(plan)
}

/// Of the artists that no list shows yet, those that did not ask to be removed; the others are counted.
/// A draft that waits for somebody's look stays as it is when its act did.
fn admitted<'a>(
    reader: &mut Reader<'_>,
    strangers: Vec<&'a Incoming>,
    drafts: Vec<(Change<'a>, &'a Incoming)>,
    plan: &mut Plan<'a>,
) -> Result<Vec<&'a Incoming>> {
    let rows = strangers.iter().copied().chain(drafts.iter().map(|(_, row)| *row));
    let acts: Vec<Act<'_>> =
        rows.map(|row| Act { facts: &row.facts, ids: &row.external_ids }).collect();
    let unwanted = removal_store::list_suppressed(reader, &acts)?;
    plan.unwanted = unwanted.iter().filter(|unwanted| **unwanted).count() as u64;
    let (of_strangers, of_drafts) = unwanted.split_at(strangers.len());
    let drafts = drafts.into_iter().zip(of_drafts).filter(|(_, unwanted)| !**unwanted);
    plan.changes.extend(drafts.map(|((change, _), _)| change));
    let strangers = strangers.into_iter().zip(of_strangers).filter(|(_, unwanted)| !**unwanted);
    Ok(strangers.map(|(row, _)| row).collect())
}

/// What the database knows of the artists of a chunk.
struct Known {
    by_slug: HashMap<String, ArtistId>,
    by_id: HashMap<ExternalId, ArtistId>,
    ids: HashMap<ArtistId, Vec<ExternalId>>,
}

enum Owner {
    Nobody,
    One(ArtistId),
    Several,
}

impl Known {
    fn look_up(reader: &mut Reader<'_>, rows: &[Incoming]) -> Result<Self> {
        let slugs: Vec<&str> = rows.iter().map(|row| row.facts.slug.as_str()).collect();
        let ids: Vec<&ExternalId> = rows.iter().flat_map(|row| &row.external_ids).collect();
        let by_slug = chunk_store::list_by_slug(reader, &slugs)?;
        let by_id = chunk_store::list_by_external_id(reader, &ids)?;
        let artists: BTreeSet<ArtistId> = by_slug.values().chain(by_id.values()).copied().collect();
        let artists: Vec<ArtistId> = artists.into_iter().collect();
        let ids = chunk_store::list_external_ids(reader, &artists)?;
        Ok(Self { by_slug, by_id, ids })
    }

    fn ids_of(&self, artist: ArtistId) -> &[ExternalId] {
        self.ids.get(&artist).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whom a record is about: the artist with one of its ids, else the one with its slug.
    fn owner(&self, row: &Incoming) -> Owner {
        let by_id: BTreeSet<ArtistId> =
            row.external_ids.iter().filter_map(|id| self.by_id.get(id).copied()).collect();
        match (by_id.first(), by_id.len()) {
            (Some(artist), 1) => Owner::One(*artist),
            (Some(_), _) => Owner::Several,
            (None, _) => match self.by_slug.get(&row.facts.slug) {
                Some(artist) if !self.is_namesake(*artist, row) => Owner::One(*artist),
                _ => Owner::Nobody,
            },
        }
    }

    /// Whether a catalogue tells the two apart.
    fn is_namesake(&self, artist: ArtistId, row: &Incoming) -> bool {
        self.ids_of(artist).iter().any(|(scheme, value)| {
            row.external_ids.iter().any(|(other, id)| other == scheme && id != value)
        })
    }
}

/// Gives new artists their slugs: the one they came with, or a numbered one where that is taken.
fn name_strangers<'a>(
    reader: &mut Reader<'_>,
    known: &Known,
    strangers: Vec<&'a Incoming>,
    plan: &mut Plan<'a>,
) -> Result<()> {
    let is_taken = |row: &&Incoming| known.by_slug.contains_key(&row.facts.slug);
    let (namesakes, others): (Vec<&Incoming>, Vec<&Incoming>) =
        strangers.into_iter().partition(is_taken);
    let mut used: HashSet<String> = others.iter().map(|row| row.facts.slug.clone()).collect();
    plan.new.extend(others.into_iter().map(|row| (row.facts.clone(), row)));
    let taken: Vec<&str> = namesakes.iter().map(|row| row.facts.slug.as_str()).collect();
    let slugs = numbered_slugs(reader, &taken, &mut used)?;
    for (row, slug) in namesakes.into_iter().zip(slugs) {
        match slug {
            Some(slug) => plan.new.push((Facts { slug, ..row.facts.clone() }, row)),
            None => {
                plan.refuse(row, format!("too many artists have the slug {:?}", row.facts.slug))
            }
        }
    }
    Ok(())
}

/// For each slug the first of `kaja-2`, `kaja-3` … that nobody has and that is not in `used`, or
/// `None` beyond ten thousand. Looked up by the number of digits, as nearly all need only one.
fn numbered_slugs(
    reader: &mut Reader<'_>,
    slugs: &[&str],
    used: &mut HashSet<String>,
) -> Result<Vec<Option<String>>> {
    let mut found: Vec<Option<String>> = vec![None; slugs.len()];
    for numbers in [2..=9, 10..=99, 100..=999, 1_000..=9_999] {
        let open: Vec<usize> = (0..slugs.len()).filter(|at| found[*at].is_none()).collect();
        let candidates: Vec<Vec<String>> = open
            .iter()
            .map(|at| numbers.clone().map(|number| numbered(slugs[*at], number)).collect())
            .collect();
        let all: Vec<&str> = candidates.iter().flatten().map(String::as_str).collect();
        used.extend(chunk_store::list_by_slug(reader, &all)?.into_keys());
        for (at, candidates) in open.into_iter().zip(candidates) {
            found[at] = candidates.into_iter().find(|slug| used.insert(slug.clone()));
        }
    }
    Ok(found)
}

/// Stores new artists and returns their entries.
fn add(tx: &mut Tx<'_>, new: &[(Facts, &Incoming)]) -> Result<Vec<Entry>> {
    let now = tx.now;
    let added: Vec<(ArtistId, &Facts, &Incoming)> =
        new.iter().map(|(facts, row)| (tx.ids.next(), facts, *row)).collect();
    let artists: Vec<(ArtistId, &Facts)> =
        added.iter().map(|(id, facts, _)| (*id, *facts)).collect();
    let ids: Vec<(ArtistId, &ExternalId)> = added
        .iter()
        .flat_map(|(id, _, row)| row.external_ids.iter().map(move |external| (*id, external)))
        .collect();
    let figures: Vec<(ArtistId, &StatPoint)> = added
        .iter()
        .flat_map(|(id, _, row)| row.figures.iter().map(move |figure| (*id, figure)))
        .collect();
    chunk_store::insert_artists(tx, &artists)?;
    chunk_store::insert_links(tx, &artists)?;
    chunk_store::insert_external_ids(tx, &ids)?;
    chunk_store::insert_figures(tx, &figures)?;
    let entry = |(id, facts, row): &(ArtistId, &Facts, &Incoming)| {
        let figures = store::card_figures(&row.figures, now.date_utc());
        Entry::new(*id, facts, &figures, false, now, now)
    };
    Ok(added.iter().map(entry).collect())
}

/// Stores changes and returns the artists' entries, as they were and as they are.
fn change(tx: &mut Tx<'_>, changes: &[Change<'_>]) -> Result<(Vec<Entry>, Vec<Entry>)> {
    let now = tx.now;
    for change in changes {
        chunk_store::update_artist(tx, &change.before, &change.facts)?;
        for figure in &change.corrected {
            chunk_store::correct_figure(tx, change.before.id, figure)?;
        }
    }
    let ids: Vec<(ArtistId, &ExternalId)> = changes
        .iter()
        .flat_map(|change| change.ids.iter().map(|id| (change.before.id, *id)))
        .collect();
    let figures: Vec<(ArtistId, &StatPoint)> = changes
        .iter()
        .flat_map(|change| change.figures.iter().map(|figure| (change.before.id, *figure)))
        .collect();
    chunk_store::insert_external_ids(tx, &ids)?;
    chunk_store::insert_figures(tx, &figures)?;
    let entry = |artist: &Artist, stats: &[StatPoint]| {
        Entry::of(artist, &store::card_figures(stats, now.date_utc()))
    };
    let before = changes.iter().filter_map(|change| entry(&change.before, &change.stats));
    let after =
        changes.iter().filter_map(|change| entry(&change.after(now), &change.stats_after()));
    Ok((before.collect(), after.collect()))
}
