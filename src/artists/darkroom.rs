//! Where photos are developed, one at a time, and where they are kept: in the database, or in the
//! directory of the configuration.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::photo::Print;
use super::photo_develop::{develop, unreadable};
use super::photo_files::{self, PhotoFiles, beside};
use super::picture_copy::{Copy, copy};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::mail::worker::Bell;

/// Photos that are opened at the same time: the largest takes almost half a gigabyte for a moment.
const AT_ONCE: usize = 1;
/// Photos that are on their way from a browser, or wait, at the same time: each is kept in memory.
const IN_THE_DOOR: usize = 4;
/// Who comes while another photo is open waits for so long.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks at the directory for files that no row names.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// The place.
#[derive(Debug)]
pub struct Darkroom {
    benches: Arc<Semaphore>,
    door: Arc<Semaphore>,
    patience: Duration,
    files: Option<PhotoFiles>,
}

impl Darkroom {
    /// With a directory, which has to be there, or none.
    pub fn open(directory: Option<&Path>) -> Result<Self> {
        let files = directory.map(PhotoFiles::open).transpose()?;
        let benches = Arc::new(Semaphore::new(AT_ONCE));
        let door = Arc::new(Semaphore::new(IN_THE_DOOR));
        Ok(Self { benches, door, patience: PATIENCE, files })
    }

    /// The directory, where there is one.
    pub fn files(&self) -> Option<&PhotoFiles> {
        self.files.as_ref()
    }

    /// Lets somebody in who brings a photo, for as long as the place is held; sends away who comes
    /// while too many are there.
    pub fn admit(&self) -> Result<OwnedSemaphorePermit> {
        self.door
            .clone()
            .try_acquire_owned()
            .map_err(|_| Error::Unavailable("other files are on their way".into()))
    }

    /// Makes prints of what somebody sent, which is gone afterwards. While others are at it for too
    /// long, nothing is done.
    pub async fn develop(&self, original: Vec<u8>) -> Result<Vec<Print>> {
        self.at_a_bench(move || develop(&original)).await
    }

    /// Copies a picture that somebody sent along.
    pub async fn copy(&self, original: Vec<u8>) -> Result<Copy> {
        self.at_a_bench(move || copy(&original)).await
    }

    async fn at_a_bench<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let waiting = tokio::time::timeout(self.patience, self.benches.clone().acquire_owned());
        let Ok(Ok(bench)) = waiting.await else {
            return Err(Error::Unavailable("other photos are being developed".into()));
        };
        let held = move || {
            // Held to the end of the work, also when nobody waits for it any more.
            let _bench = bench;
            work()
        };
        match tokio::task::spawn_blocking(held).await {
            Ok(outcome) => outcome,
            Err(panic) => {
                tracing::warn!(error = %panic, "a picture was too much for its decoder");
                Err(unreadable())
            }
        }
    }

    /// Puts the bytes of prints where they are kept, before the rows that name them.
    pub async fn keep(&self, prints: Vec<Print>) -> Result<Vec<Print>> {
        let Some(files) = self.files.clone() else { return Ok(prints) };
        beside(move || {
            prints
                .into_iter()
                .map(|Print { size, bytes }| {
                    if let Some(bytes) = bytes {
                        files.write(&size.sha256, &bytes)?;
                    }
                    Ok(Print { size, bytes: None })
                })
                .collect::<Result<Vec<Print>>>()
        })
        .await
    }

    /// The bytes of a photo that is in a file.
    pub async fn fetch(&self, sha256: String) -> Result<Vec<u8>> {
        let files = self.files.clone().ok_or_else(|| {
            Error::unexpected("a photo is in a directory, and the configuration names none")
        })?;
        beside(move || files.read(&sha256)).await
    }
}

/// Sweeps the directory until the bell says stop.
pub async fn work(db: Db, files: PhotoFiles, bell: Bell) {
    while !bell.is_stopping() {
        if let Err(error) = photo_files::sweep(&db, &files).await {
            tracing::error!(error = format!("{error:#}"), "photos could not be swept");
        }
        bell.sleep_through(SWEEP_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_while_all_benches_are_taken_is_sent_away() {
        actix_web::rt::System::new().block_on(async {
            let mut room = Darkroom::open(None).unwrap();
            room.patience = Duration::from_millis(10);
            let taken = room.benches.clone().acquire_many_owned(AT_ONCE as u32).await.unwrap();
            let sent_away = room.develop(b"anything".to_vec()).await;
            assert!(matches!(sent_away, Err(Error::Unavailable(_))), "{sent_away:?}");
            drop(taken);
            let refused = room.develop(b"anything".to_vec()).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        });
    }

    #[test]
    fn the_door_is_open_for_a_few_at_a_time() {
        let room = Darkroom::open(None).unwrap();
        let mut inside: Vec<_> = (0..IN_THE_DOOR).map(|_| room.admit().unwrap()).collect();
        assert!(matches!(room.admit(), Err(Error::Unavailable(_))));
        inside.pop();
        assert!(room.admit().is_ok());
    }
}
