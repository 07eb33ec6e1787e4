//! Versions of what public pages are made from. A change counts them up in its own transaction, so that
//! whoever sees the change sees the count; every process of an installation writes them, and every
//! server reads all of them several times a second. A page that is kept under the versions it was made
//! from is never taken for one of now.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use diesel::prelude::*;

use super::schema::page_versions;
use super::{Reader, Tx};
use crate::error::Result;

/// What is known of the versions is used for so long after they were read. A page that is kept is no
/// older than this.
pub const BOUND: Duration = Duration::from_secs(1);
/// How often a server reads them.
pub const EVERY: Duration = Duration::from_millis(250);

/// Profiles that share a version: few enough to be read at once, enough for a change of one act to
/// leave the others' pages alone.
const BUCKETS: u64 = 64;
/// Rows of the table: lists, and the buckets of profiles.
const ROWS: usize = 1 + BUCKETS as usize;

/// Something that public pages are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source(usize);

impl Source {
    /// What lists show of all artists together.
    pub const LISTS: Self = Self(0);

    /// What the profile at this address shows. Nobody can tell its bucket from outside the program, and
    /// a new build may tell it otherwise: what is kept, is kept in memory.
    pub fn profile(slug: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        slug.hash(&mut hasher);
        let bucket = hasher.finish() % BUCKETS;
        Self(1 + usize::try_from(bucket).unwrap_or_default())
    }

    fn row(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }
}

/// The sources that a transaction has changed so far.
#[derive(Debug, Default)]
pub(super) struct Touched(BTreeSet<Source>);

impl Touched {
    pub(super) fn add(&mut self, source: Source) {
        self.0.insert(source);
    }
}

/// Versions as a transaction has counted them up.
#[derive(Debug, Default)]
pub(super) struct Counted(Vec<(Source, i64)>);

/// Counts up what a transaction has changed, last of all: always in the same order, so that two never
/// wait for each other, and as late as can be, so that nobody waits for long.
pub(super) fn count(tx: &mut Tx<'_>) -> Result<Counted> {
    let touched = std::mem::take(&mut tx.touched);
    let mut counted = Vec::with_capacity(touched.0.len());
    for source in touched.0 {
        let row = page_versions::table.find(source.row());
        diesel::update(row)
            .set(page_versions::version.eq(page_versions::version + 1))
            .execute(tx.conn)?;
        let version: i64 = row.select(page_versions::version).first(tx.conn)?;
        counted.push((source, version));
    }
    Ok(Counted(counted))
}

/// What a process knows of the versions.
#[derive(Debug)]
pub struct Versions {
    known: Vec<AtomicI64>,
    /// Microseconds since `born` at which the reading began that was the last; none yet is zero.
    read_at: AtomicU64,
    born: Stopwatch,
}

impl Default for Versions {
    fn default() -> Self {
        let known = (0..ROWS).map(|_| AtomicI64::new(0)).collect();
        Self { known, read_at: AtomicU64::new(0), born: Stopwatch::now() }
    }
}

impl Versions {
    /// The version of a source; none when what is known is older than [`BOUND`].
    pub fn of(&self, source: Source) -> Option<i64> {
        let read_at = Duration::from_micros(self.read_at.load(Ordering::Acquire));
        let is_fresh = !read_at.is_zero() && self.born.elapsed() < read_at + BOUND;
        self.known.get(source.0).filter(|_| is_fresh).map(|known| known.load(Ordering::Acquire))
    }

    /// Takes note of what a transaction of this process counted up, once it is committed.
    pub(super) fn note(&self, counted: &Counted) {
        for (source, version) in &counted.0 {
            self.raise(*source, *version);
        }
    }

    /// Reads all of them; what is known was so when this began.
    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Result<()> {
        let begun = u64::try_from(self.born.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
        let rows: Vec<(i64, i64)> = page_versions::table
            .select((page_versions::source, page_versions::version))
            .load(reader.conn)?;
        for (source, version) in rows {
            self.raise(Source(usize::try_from(source).unwrap_or(usize::MAX)), version);
        }
        self.read_at.fetch_max(begun, Ordering::AcqRel);
        Ok(())
    }

    /// Versions only grow: a reading that another overtook takes nothing back.
    fn raise(&self, source: Source, version: i64) {
        if let Some(known) = self.known.get(source.0) {
            known.fetch_max(version, Ordering::AcqRel);
        }
    }
}
