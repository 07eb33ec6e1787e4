//! Which slugs and identifiers a file has had already, and on which lines.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

use super::intake::ExternalId;
use crate::artists::import_values::excerpt;

/// Keys of one generation: seven eighths of 2^19, as many as a hash table of that size takes.
const GENERATION: usize = 458_752;

/// The keys of the file so far, as 64-bit hashes with their lines, in flat memory: two generations
/// at 16 bytes a key and one of overhead, 18 MB at most. When the newer one is full, the older is
/// forgotten, so at least the last 458,752 keys are known, many times those of a chunk. A record
/// that repeats one from before that is taken for news about an artist whom the database knows.
///
/// Two keys with one hash would refuse a sound record: once in ten million files of a million
/// artists.
pub(super) struct Seen {
    hasher: RandomState,
    newer: HashMap<u64, u64>,
    older: HashMap<u64, u64>,
    generation: usize,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self::with_generation(GENERATION)
    }

    fn with_generation(generation: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            newer: HashMap::new(),
            older: HashMap::new(),
            generation,
        }
    }

    /// Notes a record, or says which earlier one it repeats. A record that repeats another is not
    /// noted: what else it says may be damaged too.
    pub(super) fn note(&mut self, line: u64, slug: &str, ids: &[ExternalId]) -> Result<(), String> {
        for id in ids {
            if let Some(first) = self.line_of(id) {
                return Err(format!("repeats line {first}: the same id, {}", excerpt(&id.1)));
            }
        }
        if let Some(first) = self.line_of(slug) {
            return Err(format!(
                "repeats line {first}: the same slug, {slug:?} (another act of that name needs a \
                 slug of its own)"
            ));
        }
        for id in ids {
            self.insert(id, line);
        }
        self.insert(slug, line);
        Ok(())
    }

    fn line_of(&self, key: &(impl Hash + ?Sized)) -> Option<u64> {
        let hash = self.hasher.hash_one(key);
        self.newer.get(&hash).or_else(|| self.older.get(&hash)).copied()
    }

    fn insert(&mut self, key: &(impl Hash + ?Sized), line: u64) {
        if self.newer.len() >= self.generation {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(self.hasher.hash_one(key), line);
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    fn id(value: &str) -> (String, String) {
        ("discogs".to_owned(), value.to_owned())
    }

    #[test]
    fn a_record_that_repeats_an_id_or_a_slug_is_told_where_it_was_first() {
        let mut seen = Seen::new();
        assert_eq!(seen.note(2, "kaja", &[id("1"), id("2")]), Ok(()));
        assert_eq!(seen.note(3, "mets", &[id("3")]), Ok(()));
        let same_id = seen.note(4, "other", &[id("4"), id("2")]).unwrap_err();
        assert!(same_id.starts_with("repeats line 2: the same id, \"2\""), "{same_id}");
        let same_slug = seen.note(5, "mets", &[]).unwrap_err();
        assert!(same_slug.starts_with("repeats line 3: the same slug, \"mets\""), "{same_slug}");
        // What was refused has taken nothing.
        assert_eq!(seen.note(6, "other", &[id("4")]), Ok(()));
    }

    #[test]
    fn memory_is_flat_and_the_latest_keys_are_known() {
        let mut seen = Seen::with_generation(100);
        for line in 0..10_000 {
            assert_eq!(seen.note(line, &format!("act-{line}"), &[]), Ok(()));
        }
        assert!(seen.newer.len() + seen.older.len() <= 200);
        assert!(seen.note(10_000, "act-9900", &[]).is_err());
        assert_eq!(seen.note(10_000, "act-1", &[]), Ok(()));
    }
}
