//! What this database is: a demo or the real thing, and the secrets of its own: the key that signs
//! its receipts, and those that key its look-ups and proofs, all wrapped by the master key.

use anyhow::anyhow;
use diesel::prelude::*;
use ed25519_dalek::SigningKey;

use super::schema::installation;
use super::{Conn, Reader, migrate};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::sealed::{IndexSecrets, Keyring};

/// The two kinds of database. One never becomes the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Invented acts, a mailbox that everybody on this machine can read.
    Demo,
    /// People.
    Production,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Production => "production",
        }
    }
}

const RECEIPT: &str = "receipt_secret";
const INDEX: &str = "index_secret";
const PROOF: &str = "proof_secret";

/// A secret of the installation as it is stored: by the name of its column, wrapped.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) name: &'static str,
    pub(super) wrapped: Vec<u8>,
}

/// Refuses a database of the other kind, or one without a mark.
pub fn check(conn: &mut Conn, kind: Kind) -> Result<()> {
    match find_kind(conn)? {
        Some(found) if found == kind.as_str() => Ok(()),
        Some(found) => Err(Error::unexpected(format!(
            "this is a {found} database, and a {} database is needed here. Nothing was changed",
            kind.as_str()
        ))),
        None => Err(no_mark()),
    }
}

/// Marks a database that has no mark yet; refuses one that is of the other kind or whose secrets no
/// master key opens.
pub fn mark(conn: &mut Conn, keyring: &Keyring, kind: Kind, now: Instant) -> Result<()> {
    if find_kind(conn)?.is_none() {
        match insert(conn, keyring, kind, now) {
            // Another node was faster; its mark is looked at below.
            Err(error) if error.is_worth_another_run() => {}
            inserted => inserted?,
        }
    }
    check(conn, kind)?;
    keep_index_secrets(conn, keyring)?;
    index_secrets(conn, keyring).map(drop)
}

fn insert(conn: &mut Conn, keyring: &Keyring, kind: Kind, now: Instant) -> Result<()> {
    let signing = SigningKey::from_bytes(&crate::ids::random_bytes());
    let secrets = IndexSecrets::draw();
    diesel::insert_into(installation::table)
        .values((
            installation::id.eq(1),
            installation::kind.eq(kind.as_str()),
            installation::created_at.eq(now.micros()),
            installation::receipt_public.eq(signing.verifying_key().to_bytes().to_vec()),
            installation::receipt_secret.eq(keyring.wrap_secret(RECEIPT, signing.as_bytes())?),
            installation::index_secret.eq(keyring.wrap_secret(INDEX, secrets.indexing())?),
            installation::proof_secret.eq(keyring.wrap_secret(PROOF, secrets.proving())?),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores the secrets of a database from before there were columns for them: what was derived from
/// its master key until then, for nothing in it would be found by others.
fn keep_index_secrets(conn: &mut Conn, keyring: &Keyring) -> Result<()> {
    let receipt: Option<Vec<u8>> = installation::table
        .filter(installation::index_secret.is_null())
        .select(installation::receipt_secret)
        .first(conn)
        .optional()?;
    let Some(receipt) = receipt else { return Ok(()) };
    let secrets = keyring.derived_index_secrets(RECEIPT, &receipt).map_err(not_opened)?;
    diesel::update(installation::table.filter(installation::index_secret.is_null()))
        .set((
            installation::index_secret.eq(Some(keyring.wrap_secret(INDEX, secrets.indexing())?)),
            installation::proof_secret.eq(Some(keyring.wrap_secret(PROOF, secrets.proving())?)),
        ))
        .execute(conn)?;
    Ok(())
}

/// What look-ups and proofs are keyed by; an error when no master key opens this database.
pub fn index_secrets(conn: &mut Conn, keyring: &Keyring) -> Result<IndexSecrets> {
    let [receipt, index, proof] = list_secrets(conn)?.map(|secret| {
        let opened = keyring.unwrap_secret(secret.name, &secret.wrapped);
        opened.map(|(plain, _)| plain).map_err(not_opened)
    });
    receipt?;
    Ok(IndexSecrets::read(&index?, &proof?)?)
}

/// Every secret, as it is stored.
pub(super) fn list_secrets(conn: &mut Conn) -> Result<[Secret; 3]> {
    type Row = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);
    let found: Option<Row> = installation::table
        .find(1)
        .select((
            installation::receipt_secret,
            installation::index_secret,
            installation::proof_secret,
        ))
        .first(conn)
        .optional()?;
    let Some((receipt, Some(index), Some(proof))) = found else { return Err(no_mark()) };
    Ok([
        Secret { name: RECEIPT, wrapped: receipt },
        Secret { name: INDEX, wrapped: index },
        Secret { name: PROOF, wrapped: proof },
    ])
}

/// Stores the secrets wrapped anew, unless somebody else did so since they were read. Returns
/// whether it did.
pub(super) fn replace_secrets(
    conn: &mut Conn,
    old: &[Secret; 3],
    new: &[Secret; 3],
) -> Result<bool> {
    let [receipt, index, proof] = old;
    let as_read = installation::table
        .filter(installation::receipt_secret.eq(receipt.wrapped.as_slice()))
        .filter(installation::index_secret.eq(index.wrapped.as_slice()))
        .filter(installation::proof_secret.eq(proof.wrapped.as_slice()));
    let [receipt, index, proof] = new;
    let changed = diesel::update(as_read)
        .set((
            installation::receipt_secret.eq(receipt.wrapped.as_slice()),
            installation::index_secret.eq(index.wrapped.as_slice()),
            installation::proof_secret.eq(proof.wrapped.as_slice()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The key that signs receipts.
pub fn signing_key(reader: &mut Reader<'_>) -> Result<SigningKey> {
    let wrapped: Vec<u8> = installation::table
        .find(1)
        .select(installation::receipt_secret)
        .first(reader.conn)
        .optional()?
        .ok_or_else(no_mark)?;
    let (secret, _) =
        reader.vault.keyring().unwrap_secret(RECEIPT, &wrapped).map_err(not_opened)?;
    let secret: [u8; 32] =
        secret.as_slice().try_into().map_err(|_| anyhow!("a signing key has 32 bytes"))?;
    Ok(SigningKey::from_bytes(&secret))
}

fn find_kind(conn: &mut Conn) -> Result<Option<String>> {
    Ok(installation::table.find(1).select(installation::kind).first(conn).optional()?)
}

fn no_mark() -> Error {
    Error::unexpected("this database has no mark. Run: soundpost migrate")
}

fn not_opened(_: anyhow::Error) -> Error {
    Error::unexpected(
        "no master key in the configuration opens this database. If its key was exchanged \
         (soundpost keys rotate), keys.master has to be the new one",
    )
}

/// Whether a database is marked as a real installation's.
pub fn is_production(conn: &mut Conn) -> Result<bool> {
    if !migrate::has_table(conn, "installation")? {
        return Ok(false);
    }
    Ok(find_kind(conn)?.as_deref() == Some(Kind::Production.as_str()))
}

/// Whether a database has tables of ours or of others, and no mark of the demo.
pub fn is_foreign(conn: &mut Conn) -> Result<bool> {
    if !migrate::has_table(conn, "installation")? {
        return migrate::has_any_table(conn);
    }
    Ok(find_kind(conn)?.as_deref() != Some(Kind::Demo.as_str()))
}

/// Refuses a database in which tables of another program stand.
pub fn require_own_or_empty(conn: &mut Conn) -> Result<()> {
    if migrate::has_table(conn, "installation")? || !migrate::has_any_table(conn)? {
        return Ok(());
    }
    Err(Error::unexpected(
        "there are tables of another program in this database. Name an empty one, or one that does \
         not exist yet, in database.url. Nothing was changed",
    ))
}

/// What the demo says to a database that is not its own.
pub fn not_a_demo() -> Error {
    Error::unexpected(
        "this database is not the demo's own: it opens only an empty database or one that carries \
         its mark. Nothing was changed",
    )
}
