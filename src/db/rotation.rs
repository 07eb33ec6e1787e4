//! A new master key: what another key wrapped is wrapped again by keys.master. What the data keys
//! seal is left alone, and so is what they are: only their wrapping changes.
//!
//! The site may run meanwhile, here and on other nodes, as long as each of them opens both: a row
//! is changed only if it is still as it was read, so an erasure or a second rotation in between
//! wins. It can be stopped anywhere and begun again.

use super::{Conn, Db, installation, key_store};
use crate::error::Result;
use crate::ids::KeyId;
use crate::sealed::{Keyring, Opener};

/// Keys in one transaction.
pub const BATCH: i64 = 500;

/// Before every key.
pub const START: KeyId = KeyId(i64::MIN);

/// What opens with which key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many open with keys.master.
    pub by_master: i64,
    /// How many open with one of keys.also.
    pub by_another: i64,
    /// What opens with neither, by id or name.
    pub by_none: Vec<String>,
}

impl Tally {
    fn count(&mut self, opened: anyhow::Result<Opener>, name: impl FnOnce() -> String) {
        match opened {
            Ok(Opener::Master) => self.by_master += 1,
            Ok(Opener::Another) => self.by_another += 1,
            Err(_) => self.by_none.push(name()),
        }
    }

    /// Whether keys.master opens all of it.
    pub fn needs_no_other(&self) -> bool {
        self.by_another == 0 && self.by_none.is_empty()
    }
}

/// Everything that master keys wrapped.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The data keys; those that were destroyed are no more.
    pub keys: Tally,
    /// The secrets of the installation.
    pub secrets: Tally,
}

impl Survey {
    /// Whether keys.master opens everything.
    pub fn needs_no_other(&self) -> bool {
        self.keys.needs_no_other() && self.secrets.needs_no_other()
    }
}

/// What a rotation did.
#[derive(Debug)]
pub struct Rotation {
    /// Data keys that it wrapped again.
    pub keys: i64,
    /// Whether it wrapped the installation's secrets again.
    pub secrets: bool,
    /// How things are after it.
    pub now: Survey,
}

/// One step of a rotation.
#[derive(Debug)]
pub struct Batch {
    /// The last key that it looked at.
    pub last: KeyId,
    /// How many it wrapped again.
    pub keys: i64,
}

/// Wraps everything again that another key wrapped, `limit` keys at a time. The installation's
/// secrets come first: from then on no node starts that has the old key alone and would meet keys
/// that it cannot open.
pub async fn rotate(db: &Db, limit: i64) -> Result<Rotation> {
    let secrets = rotate_secrets(db).await?;
    let (mut after, mut keys) = (START, 0);
    while let Some(batch) = rotate_batch(db, after, limit).await? {
        after = batch.last;
        keys += batch.keys;
    }
    db.forget_log().await?;
    let now = db.read_at_length(|reader| survey(reader.conn, reader.vault.keyring())).await?;
    Ok(Rotation { keys, secrets, now })
}

/// Looks at up to `limit` keys after this one; none when there are no more. A key that no master
/// key opens is left as it is.
pub async fn rotate_batch(db: &Db, after: KeyId, limit: i64) -> Result<Option<Batch>> {
    let read = db.read_at_length(move |reader| {
        let keys = key_store::list_wrapped(reader.conn, after, limit)?;
        let Some((last, _)) = keys.last() else { return Ok(None) };
        let (last, keyring) = (*last, reader.vault.keyring());
        let mut changes = Vec::new();
        for (id, old) in keys {
            if let Ok((key, Opener::Another)) = keyring.unwrap(id.0, &old) {
                changes.push((id, old, keyring.wrap(&key)?));
            }
        }
        Ok(Some((last, changes)))
    });
    let Some((last, changes)) = read.await? else { return Ok(None) };
    if changes.is_empty() {
        return Ok(Some(Batch { last, keys: 0 }));
    }
    let write = db.write(move |tx| {
        let mut keys = 0;
        for (id, old, new) in &changes {
            keys += i64::from(key_store::replace_wrapped(tx.conn, *id, old, new)?);
        }
        Ok(keys)
    });
    Ok(Some(Batch { last, keys: write.await? }))
}

async fn rotate_secrets(db: &Db) -> Result<bool> {
    let read = db.read_at_length(|reader| {
        let old = installation::list_secrets(reader.conn)?;
        let (mut new, keyring) = (old.clone(), reader.vault.keyring());
        for secret in &mut new {
            let (plain, opener) = keyring.unwrap_secret(secret.name, &secret.wrapped)?;
            if opener == Opener::Another {
                secret.wrapped = keyring.wrap_secret(secret.name, &plain)?;
            }
        }
        Ok((old, new))
    });
    let (old, new) = read.await?;
    if old == new {
        return Ok(false);
    }
    db.write(move |tx| installation::replace_secrets(tx.conn, &old, &new)).await
}

/// Says which keys open what, and changes nothing.
pub fn survey(conn: &mut Conn, keyring: &Keyring) -> Result<Survey> {
    let mut found = Survey::default();
    for secret in installation::list_secrets(conn)? {
        let opened = keyring.unwrap_secret(secret.name, &secret.wrapped);
        found.secrets.count(opened.map(|(_, opener)| opener), || secret.name.to_owned());
    }
    let mut after = START;
    loop {
        let keys = key_store::list_wrapped(conn, after, BATCH)?;
        let Some((last, _)) = keys.last() else { return Ok(found) };
        after = *last;
        for (id, wrapped) in &keys {
            let opened = keyring.unwrap(id.0, wrapped);
            found.keys.count(opened.map(|(_, opener)| opener), || id.to_string());
        }
    }
}
