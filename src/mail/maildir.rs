//! Delivery into a maildir, the format of <https://cr.yp.to/proto/maildir.html>: each mail is one
//! file, written under `tmp/` and renamed into `new/`, so that a reader never sees half of one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::transport::{Outcome, Parcel};
use crate::ids::{base32, random_bytes};

/// A directory with `tmp/`, `new/` and `cur/`. Mails hold private links, so only the owner may
/// read them.
#[derive(Debug, Clone)]
pub struct Maildir {
    root: PathBuf,
}

/// Where an attempt stopped: before the mail could be seen by a reader, or after.
enum Stopped {
    BeforeRename(io::Error),
    AfterRename(io::Error),
}

impl Maildir {
    /// Opens the maildir at `root` and creates what is missing of it.
    pub fn open(root: &Path) -> io::Result<Self> {
        for folder in ["tmp", "new", "cur"] {
            DirBuilder::new().recursive(true).mode(0o700).create(root.join(folder))?;
        }
        Ok(Self { root: root.to_owned() })
    }

    /// Writes `parcel` as a new mail and returns when it would survive a power cut.
    pub async fn deliver(&self, parcel: &Parcel) -> Outcome {
        let (maildir, bytes) = (self.clone(), delivered_bytes(parcel));
        match tokio::task::spawn_blocking(move || maildir.write(&bytes)).await {
            Ok(Ok(name)) => Outcome::Sent { reply: format!("new/{name}") },
            Ok(Err(Stopped::BeforeRename(error))) => later(&error, false),
            Ok(Err(Stopped::AfterRename(error))) => later(&error, true),
            Err(error) => later(&io::Error::other(error), true),
        }
    }

    fn write(&self, bytes: &[u8]) -> Result<String, Stopped> {
        let random = base32(&random_bytes::<10>());
        let waiting = self.root.join("tmp").join(&random);
        let name = match write_durably(&waiting, bytes) {
            Ok(file) => unique_name(&file, &random),
            Err(error) => Err(error),
        };
        let new = self.root.join("new");
        let renamed = name.and_then(|name| fs::rename(&waiting, new.join(&name)).map(|()| name));
        match renamed {
            Ok(name) => match File::open(&new).and_then(|folder| folder.sync_all()) {
                Ok(()) => Ok(name),
                Err(error) => Err(Stopped::AfterRename(error)),
            },
            Err(error) => {
                // Of the two errors the first is the one to tell; readers of maildirs sweep tmp/.
                let _ = fs::remove_file(&waiting);
                Err(Stopped::BeforeRename(error))
            }
        }
    }
}

fn later(error: &io::Error, ambiguous: bool) -> Outcome {
    Outcome::Later { reply: format!("the maildir could not be written: {error}"), ambiguous }
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(file)
}

/// `seconds.M<microseconds>P<process>R<random>.soundpost`, as the format asks for: time, what
/// makes it unique within the second, host. The time is the file's own; the host is not told,
/// the random part does its work.
fn unique_name(file: &File, random: &str) -> io::Result<String> {
    let written = file.metadata()?.modified()?;
    let age = written.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    let (seconds, micros, process) = (age.as_secs(), age.subsec_micros(), std::process::id());
    Ok(format!("{seconds}.M{micros}P{process}R{random}.soundpost"))
}

/// The message as a final delivery stores it: with the envelope in two header lines on top, which
/// no signature covers, and with the line ends of the file system.
fn delivered_bytes(parcel: &Parcel) -> Vec<u8> {
    let from = parcel.envelope_from.as_deref().unwrap_or_default();
    let mut bytes = format!("Return-Path: <{from}>\nDelivered-To: {}\n", parcel.to).into_bytes();
    bytes.reserve(parcel.message.len());
    for line in parcel.message.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => bytes.extend(text.iter().chain(b"\n")),
            None => bytes.extend(line),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn parcel() -> Parcel {
        Parcel {
            envelope_from: None,
            to: "mary@inbox.test".into(),
            message: b"Subject: Hi\r\n\r\nHello,\r\n\r\nMary.\r\n".to_vec(),
        }
    }

    fn deliver(maildir: &Maildir) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(maildir.deliver(&parcel()))
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn mails_are_whole_and_private_and_never_overwrite_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("deep/maildir");
        let maildir = Maildir::open(&root).unwrap();
        for _ in 0..100 {
            assert!(matches!(deliver(&maildir), Outcome::Sent { .. }));
        }
        assert_eq!(names(&root.join("tmp")), [""; 0]);
        assert_eq!(names(&root.join("cur")), [""; 0]);
        let new = names(&root.join("new"));
        assert_eq!(new.len(), 100);
        for name in new {
            assert!(!name.contains(':') && name.split('.').count() == 3, "{name}");
            let file = root.join("new").join(name);
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            let expected = "Return-Path: <>\nDelivered-To: mary@inbox.test\n\
                            Subject: Hi\n\nHello,\n\nMary.\n";
            assert_eq!(fs::read_to_string(file).unwrap(), expected);
        }
    }

    #[test]
    fn a_maildir_that_disappeared_means_later_and_leaves_nothing_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(folder.path()).unwrap();
        fs::remove_dir(folder.path().join("new")).unwrap();
        let outcome = deliver(&maildir);
        let Outcome::Later { reply, ambiguous: false } = outcome else { panic!("{outcome:?}") };
        assert!(reply.starts_with("the maildir could not be written: No such file"), "{reply}");
        assert_eq!(names(&folder.path().join("tmp")), [""; 0]);
    }
}
