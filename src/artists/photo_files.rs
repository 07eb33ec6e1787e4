//! Photos in a directory: each a file that is called by its content, written whole or not at all.
//! Several nodes may share the directory, and the sweep of one may meet the upload of another.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::Context;
use jiff::SignedDuration;

use super::{photo, photo_store};
use crate::clock::Instant;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{base32, random_bytes};

/// A file that no row names is left alone for so long: its row may be on its way.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// Names that are looked up at once.
const AT_ONCE: usize = 500;
/// The endings of the names of whole files, and of those that are being written or taken away.
const WHOLE: &str = ".webp";
const PART: &str = ".part";

/// The directory.
#[derive(Debug, Clone)]
pub struct PhotoFiles(PathBuf);

impl PhotoFiles {
    /// Takes a directory in which this program can write.
    pub fn open(directory: &Path) -> Result<Self> {
        let files = Self(directory.to_owned());
        let trial = files.part();
        File::create_new(&trial).and_then(|_| fs::remove_file(&trial)).with_context(|| {
            format!("photos.directory: cannot write a file in {}", directory.display())
        })?;
        Ok(files)
    }

    fn whole(&self, sha256: &str) -> PathBuf {
        self.0.join(format!("{sha256}{WHOLE}"))
    }

    /// A name that is nobody else's.
    fn part(&self) -> PathBuf {
        self.0.join(format!("{}{PART}", base32(&random_bytes::<10>())))
    }

    /// Writes a photo, durably. One that is there already is written again, and so is young again.
    pub fn write(&self, sha256: &str, bytes: &[u8]) -> Result<()> {
        let part = self.part();
        let write = || -> std::io::Result<()> {
            let mut file = File::create_new(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, self.whole(sha256))?;
            File::open(&self.0)?.sync_all()
        };
        write().map_err(|error| {
            // What stays of it is swept up.
            Error::Unavailable(format!("cannot write a photo to {}: {error}", self.0.display()))
        })
    }

    /// Reads a photo.
    pub fn read(&self, sha256: &str) -> Result<Vec<u8>> {
        match fs::read(self.whole(sha256)) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                tracing::error!(sha256, "the file of a photo is missing in photos.directory");
                Err(Error::NotFound)
            }
            Err(error) => Err(Error::unexpected(format!(
                "cannot read a photo in {}: {error}",
                self.0.display()
            ))),
        }
    }

    /// The names of photos whose files are older than `limit`. Parts that old were left behind by a
    /// program that was ended; they are removed on the way.
    fn list_older(&self, limit: Instant) -> Result<Vec<String>> {
        let mut names = Vec::new();
        let entries =
            fs::read_dir(&self.0).with_context(|| format!("cannot list {}", self.0.display()))?;
        for entry in entries {
            let entry = entry.context("cannot list the photos")?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let sha256 = name.strip_suffix(WHOLE).filter(|word| photo::is_name(word));
            if sha256.is_none() && !name.ends_with(PART) {
                continue;
            }
            // Another node may have taken it away in the meantime.
            let Some(metadata) = or_gone(entry.metadata())? else { continue };
            match sha256 {
                _ if changed(&metadata)? >= limit => {}
                Some(sha256) => names.push(sha256.to_owned()),
                None => {
                    or_gone(fs::remove_file(entry.path()))?;
                }
            }
        }
        Ok(names)
    }

    /// Removes a photo that no row names, unless somebody has just written it again: moved aside,
    /// its age is certain.
    fn remove_older(&self, sha256: &str, limit: Instant) -> Result<()> {
        let (whole, aside) = (self.whole(sha256), self.part());
        if or_gone(fs::rename(&whole, &aside))?.is_none() {
            return Ok(());
        }
        let metadata = fs::metadata(&aside).context("cannot look at a photo")?;
        let done = match changed(&metadata)? >= limit {
            true => fs::rename(&aside, &whole),
            false => fs::remove_file(&aside),
        };
        Ok(done.context("cannot remove a photo")?)
    }
}

fn or_gone<T>(outcome: std::io::Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::Unexpected(error.into())),
    }
}

/// When a file was last written.
fn changed(metadata: &Metadata) -> Result<Instant> {
    let since = metadata.modified().context("this file system keeps no times")?;
    let since = since.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}

/// Removes the files that no row has named for a day. Returns how many were looked up.
pub async fn sweep(db: &Db, files: &PhotoFiles) -> Result<usize> {
    let limit = db.now().minus(GRACE);
    let listed = files.clone();
    let old = beside(move || listed.list_older(limit)).await?;
    for some in old.chunks(AT_ONCE) {
        let asked = some.to_vec();
        let named = db.read(move |reader| photo_store::list_named(reader, &asked)).await?;
        let unnamed: Vec<String> =
            some.iter().filter(|name| !named.contains(*name)).cloned().collect();
        let files = files.clone();
        beside(move || unnamed.iter().try_for_each(|name| files.remove_older(name, limit))).await?;
    }
    Ok(old.len())
}

/// Runs what touches the disk, or takes long, beside the event loop.
pub async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Error::unexpected(format!("work on photos panicked: {panic}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn what_is_old_and_ours_is_listed_and_what_is_young_again_stays() {
        let directory = tempfile::tempdir().unwrap();
        let files = PhotoFiles::open(directory.path()).unwrap();
        assert!(names(directory.path()).is_empty());
        files.write(NAME, b"one").unwrap();
        for foreign in ["notes.txt", "holiday.webp", "abc.part"] {
            fs::write(directory.path().join(foreign), "x").unwrap();
        }
        let written = changed(&fs::metadata(files.whole(NAME)).unwrap()).unwrap();
        let hour = SignedDuration::from_hours(1);
        assert!(files.list_older(written.minus(hour)).unwrap().is_empty());
        assert_eq!(names(directory.path()).len(), 4);
        assert_eq!(files.list_older(written.plus(hour)).unwrap(), [NAME]);
        let whole = format!("{NAME}.webp");
        assert_eq!(names(directory.path()), [whole.as_str(), "holiday.webp", "notes.txt"]);

        files.remove_older(NAME, written.minus(hour)).unwrap();
        assert_eq!(files.read(NAME).unwrap(), b"one");
        files.remove_older(NAME, written.plus(hour)).unwrap();
        assert!(matches!(files.read(NAME), Err(Error::NotFound)));
        files.remove_older(NAME, written.plus(hour)).unwrap();
        assert_eq!(names(directory.path()), ["holiday.webp", "notes.txt"]);
    }

    #[test]
    fn a_directory_that_is_none_is_said_before_anybody_needs_it() {
        let directory = tempfile::tempdir().unwrap();
        let told = PhotoFiles::open(&directory.path().join("none")).unwrap_err();
        assert!(format!("{told:#}").contains("photos.directory"), "{told:#}");
    }
}
