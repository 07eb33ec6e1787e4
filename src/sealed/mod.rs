//! Private fields at rest. A value of a person is encrypted under that person's data key, a value
//! of a thread under the thread's, and both keys are wrapped by the master key of the
//! configuration. Destroying a data key erases what it sealed in every copy and every backup.
//!
//! A leaf: it knows nothing of tables beyond the place names it is given.

pub mod blind_index;
pub mod keys;
mod vault;

use std::marker::PhantomData;

use anyhow::{Context, anyhow};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Binary;
use serde::{Serialize, de::DeserializeOwned};

pub use keys::{DataKey, Keyring, MasterKey, Opener};
pub use vault::{IndexSecrets, Vault};

use crate::ids::random_bytes;

/// First byte of everything sealed: the format.
const FORMAT: u8 = 1;
const NONCE: usize = 24;
const HEADER: usize = 1 + 8;

/// The place of a sealed value; it is authenticated with the value, so that a ciphertext moved to
/// another row, column or table does not open.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's primary key.
    pub row: i64,
}

impl Place {
    fn associated_data(&self) -> Vec<u8> {
        format!("{}|{}|{}", self.table, self.column, self.row).into_bytes()
    }
}

/// An encrypted `T`: format, key id, nonce, XChaCha20-Poly1305 ciphertext of its JSON.
#[derive(Clone, PartialEq, Eq, FromSqlRow, AsExpression)]
#[diesel(sql_type = Binary)]
pub struct Sealed<T> {
    bytes: Vec<u8>,
    holds: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl<T> Sealed<T> {
    /// The id of the data key that opens this.
    pub fn key_id(&self) -> Option<i64> {
        let raw = self.bytes.get(1..HEADER)?;
        Some(i64::from_be_bytes(raw.try_into().ok()?))
    }
}

impl<T: Serialize + DeserializeOwned> Sealed<T> {
    /// Seals `value` for its place.
    pub fn seal(key: &DataKey, place: Place, value: &T) -> crate::error::Result<Self> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(value).context("sealing")?);
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&key.id().to_be_bytes());
        bytes.extend_from_slice(&encrypt(key.secret(), &plain, &place.associated_data())?);
        Ok(Self { bytes, holds: PhantomData })
    }

    /// Opens what was sealed for this very place.
    pub fn open(&self, key: &DataKey, place: Place) -> crate::error::Result<T> {
        if self.bytes.first() != Some(&FORMAT) || self.key_id() != Some(key.id()) {
            return Err(anyhow!("{place:?} is not sealed under key {}", key.id()).into());
        }
        let plain = decrypt(key.secret(), &self.bytes[HEADER..], &place.associated_data())
            .with_context(|| format!("{place:?} does not open"))?;
        Ok(serde_json::from_slice(&plain)
            .with_context(|| format!("{place:?} holds no such type"))?)
    }
}

/// Nonce and ciphertext.
pub(crate) fn encrypt(secret: &[u8; 32], plain: &[u8], aad: &[u8]) -> anyhow::Result<Vec<u8>> {
    let nonce: [u8; NONCE] = random_bytes();
    let cipher = XChaCha20Poly1305::new(&Key::from(*secret));
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .map_err(|_| anyhow!("encryption failed"))?;
    Ok([&nonce[..], &sealed].concat())
}

/// The plain text of what [`encrypt`] made.
pub(crate) fn decrypt(
    secret: &[u8; 32],
    sealed: &[u8],
    aad: &[u8],
) -> anyhow::Result<zeroize::Zeroizing<Vec<u8>>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE).context("too short to be sealed")?;
    let nonce: [u8; NONCE] = nonce.try_into()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*secret));
    let plain = cipher
        .decrypt(&XNonce::from(nonce), Payload { msg: rest, aad })
        .map_err(|_| anyhow!("wrong key, wrong place or altered"))?;
    Ok(zeroize::Zeroizing::new(plain))
}

impl<T, DB> diesel::serialize::ToSql<Binary, DB> for Sealed<T>
where
    DB: diesel::backend::Backend,
    [u8]: diesel::serialize::ToSql<Binary, DB>,
{
    fn to_sql<'b>(
        &'b self,
        out: &mut diesel::serialize::Output<'b, '_, DB>,
    ) -> diesel::serialize::Result {
        <[u8] as diesel::serialize::ToSql<Binary, DB>>::to_sql(self.bytes.as_slice(), out)
    }
}

impl<T, DB> diesel::deserialize::FromSql<Binary, DB> for Sealed<T>
where
    DB: diesel::backend::Backend,
    Vec<u8>: diesel::deserialize::FromSql<Binary, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(Self { bytes: Vec::from_sql(raw)?, holds: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_with_its_key_at_its_place() {
        let (ours, theirs) = (DataKey::draw(7), DataKey::draw(8));
        let place = Place { table: "contacts", column: "address", row: 1 };
        let sealed = Sealed::seal(&ours, place, &"jonas@speicher.example".to_owned()).unwrap();
        assert_eq!(sealed.open(&ours, place).unwrap(), "jonas@speicher.example");
        assert!(sealed.open(&theirs, place).is_err());
        assert!(sealed.open(&ours, Place { row: 2, ..place }).is_err());
        assert!(!format!("{sealed:?}").contains("speicher"));
    }
}
