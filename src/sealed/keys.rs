//! The master key of the configuration and the data keys it wraps.

use anyhow::{Context, anyhow, bail};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{decrypt, encrypt};
use crate::ids::random_bytes;

/// 256 bits that open everything; never stored in the database.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Draws a new one (`soundpost keys generate`).
    pub fn generate() -> Self {
        Self(Zeroizing::new(random_bytes()))
    }

    /// Reads what [`MasterKey::reveal`] wrote.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let raw = data_encoding::BASE64
            .decode(text.trim().as_bytes())
            .map_err(|_| anyhow!("is not base64"))?;
        let raw: [u8; 32] =
            raw.try_into().map_err(|_| anyhow!("is not 32 bytes long in base64"))?;
        if raw.iter().all(|byte| *byte == raw[0]) {
            bail!("is not random");
        }
        Ok(Self(Zeroizing::new(raw)))
    }

    /// Base64, for the configuration and nowhere else.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(data_encoding::BASE64.encode(self.0.as_slice()))
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A key that seals one person's or one thread's fields.
pub struct DataKey {
    id: i64,
    secret: Zeroizing<[u8; 32]>,
}

impl DataKey {
    /// Draws a new key with this id.
    pub fn draw(id: i64) -> Self {
        Self { id, secret: Zeroizing::new(random_bytes()) }
    }

    /// The key's row in `data_keys`.
    pub fn id(&self) -> i64 {
        self.id
    }

    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

/// What the master key is used for, each with a key of its own derived from it.
pub struct Vault {
    wrapping: Zeroizing<[u8; 32]>,
    indexing: Zeroizing<[u8; 32]>,
    proving: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Derives the working keys (HMAC-SHA-256 of a label, as in the expand step of RFC 5869).
    pub fn new(master: MasterKey) -> Self {
        let derive = |label: &str| Zeroizing::new(mac(&master.0, &[label.as_bytes(), &[1]]));
        Self {
            wrapping: derive("soundpost wrapping 1"),
            indexing: derive("soundpost blind index 1"),
            proving: derive("soundpost proofs 1"),
        }
    }

    /// Encrypts a data key for `data_keys.wrapped`.
    pub fn wrap(&self, key: &DataKey) -> anyhow::Result<Vec<u8>> {
        encrypt(&self.wrapping, key.secret.as_slice(), &wrapping_place(key.id))
    }

    /// Opens a wrapped data key.
    pub fn unwrap(&self, id: i64, wrapped: &[u8]) -> anyhow::Result<DataKey> {
        let plain = decrypt(&self.wrapping, wrapped, &wrapping_place(id))
            .with_context(|| format!("data key {id} does not open with this master key"))?;
        let secret: [u8; 32] =
            plain.as_slice().try_into().map_err(|_| anyhow!("data key {id} has a wrong length"))?;
        Ok(DataKey { id, secret: Zeroizing::new(secret) })
    }

    /// Encrypts a secret of the installation (the key that signs receipts).
    pub fn wrap_secret(&self, name: &str, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
        encrypt(&self.wrapping, secret, format!("installation|{name}").as_bytes())
    }

    /// Opens a secret of the installation.
    pub fn unwrap_secret(&self, name: &str, wrapped: &[u8]) -> anyhow::Result<Zeroizing<Vec<u8>>> {
        decrypt(&self.wrapping, wrapped, format!("installation|{name}").as_bytes())
    }

    /// A value's place in a look-up column, without the value (see [`super::blind_index`]).
    pub(super) fn index(&self, purpose: &str, value: &str) -> [u8; 32] {
        mac(&self.indexing, &[purpose.as_bytes(), &[0], value.as_bytes()])
    }

    /// A proof that this installation named `subject` for `purpose`; goes into addresses of pages
    /// that are nobody else's business but need no link of their own in the database.
    pub fn prove(&self, purpose: &str, subject: &str) -> String {
        let proof = mac(&self.proving, &[purpose.as_bytes(), &[0], subject.as_bytes()]);
        crate::ids::base32(&proof)
    }

    /// Whether `proof` is the one that [`Vault::prove`] made; compares in constant time.
    pub fn is_proof(&self, purpose: &str, subject: &str, proof: &str) -> bool {
        use subtle::ConstantTimeEq;
        self.prove(purpose, subject).as_bytes().ct_eq(proof.as_bytes()).into()
    }
}

fn wrapping_place(id: i64) -> Vec<u8> {
    format!("data_keys|wrapped|{id}").into_bytes()
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = match <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length (RFC 2104)"),
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
