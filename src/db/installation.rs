//! What this database is: a demo or the real thing, and the key that signs its receipts.

use anyhow::{Context, anyhow};
use diesel::prelude::*;
use ed25519_dalek::SigningKey;

use super::schema::installation;
use super::{Conn, Reader, Tx, migrate};
use crate::error::{Error, Result};

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

const SECRET: &str = "receipt_secret";

/// Refuses a database of the other kind, or one whose secrets this master key does not open.
pub fn check(reader: &mut Reader<'_>, kind: Kind) -> Result<()> {
    let found: Option<String> =
        installation::table.find(1).select(installation::kind).first(reader.conn).optional()?;
    match found {
        Some(found) if found == kind.as_str() => signing_key(reader).map(drop),
        Some(found) => Err(Error::unexpected(format!(
            "this is a {found} database, and a {} database is needed here. Nothing was changed",
            kind.as_str()
        ))),
        None => Err(Error::unexpected("this database has no mark. Run: soundpost migrate")),
    }
}

/// Marks a database that has no mark yet; refuses one that is of the other kind or whose secrets
/// this master key does not open.
pub fn mark(tx: &mut Tx<'_>, kind: Kind) -> Result<()> {
    let found: Option<String> =
        installation::table.find(1).select(installation::kind).first(tx.conn).optional()?;
    match found {
        Some(_) => check(tx, kind),
        None => {
            let signing = SigningKey::from_bytes(&crate::ids::random_bytes());
            diesel::insert_into(installation::table)
                .values((
                    installation::id.eq(1),
                    installation::kind.eq(kind.as_str()),
                    installation::created_at.eq(tx.now.micros()),
                    installation::receipt_public.eq(signing.verifying_key().to_bytes().to_vec()),
                    installation::receipt_secret
                        .eq(tx.vault.wrap_secret(SECRET, signing.as_bytes())?),
                ))
                .execute(tx.conn)?;
            Ok(())
        }
    }
}

/// The key that signs receipts.
pub fn signing_key(reader: &mut Reader<'_>) -> Result<SigningKey> {
    let wrapped: Vec<u8> = installation::table
        .find(1)
        .select(installation::receipt_secret)
        .first(reader.conn)
        .optional()?
        .context("this database has no mark: run soundpost migrate")?;
    let secret = reader
        .vault
        .unwrap_secret(SECRET, &wrapped)
        .map_err(|_| anyhow!("the master key in the configuration does not open this database"))?;
    let secret: [u8; 32] =
        secret.as_slice().try_into().map_err(|_| anyhow!("a signing key has 32 bytes"))?;
    Ok(SigningKey::from_bytes(&secret))
}

/// Whether a database is marked as a real installation's.
pub fn is_production(conn: &mut Conn) -> Result<bool> {
    if !migrate::has_table(conn, "installation")? {
        return Ok(false);
    }
    let found: Option<String> =
        installation::table.find(1).select(installation::kind).first(conn).optional()?;
    Ok(found.as_deref() == Some(Kind::Production.as_str()))
}

/// Whether a database has tables of ours or of others, and no mark of the demo.
pub fn is_foreign(conn: &mut Conn) -> Result<bool> {
    if !migrate::has_table(conn, "installation")? {
        return migrate::has_any_table(conn);
    }
    let found: Option<String> =
        installation::table.find(1).select(installation::kind).first(conn).optional()?;
    Ok(found.as_deref() != Some(Kind::Demo.as_str()))
}

/// What the demo says to a database that is not its own.
pub fn not_a_demo() -> Error {
    Error::unexpected(
        "this database is not the demo's own: it opens only an empty database or one that carries \
         its mark. Nothing was changed",
    )
}
