//! The keys of a running installation: those that wrap, and the secrets that index and prove.

use anyhow::anyhow;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Keyring;
use crate::ids::random_bytes;

/// What look-up columns and proofs are keyed by. They are the installation's for good: columns and
/// links that are out in the world hang on them, so no rotation of the master key changes them.
pub struct IndexSecrets {
    indexing: Zeroizing<[u8; 32]>,
    proving: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for IndexSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IndexSecrets(…)")
    }
}

impl IndexSecrets {
    /// Draws those of a new installation.
    pub fn draw() -> Self {
        Self::new(Zeroizing::new(random_bytes()), Zeroizing::new(random_bytes()))
    }

    pub(super) fn new(indexing: Zeroizing<[u8; 32]>, proving: Zeroizing<[u8; 32]>) -> Self {
        Self { indexing, proving }
    }

    /// Reads what [`IndexSecrets::indexing`] and [`IndexSecrets::proving`] gave.
    pub fn read(indexing: &[u8], proving: &[u8]) -> anyhow::Result<Self> {
        let read = |secret: &[u8]| -> anyhow::Result<Zeroizing<[u8; 32]>> {
            let secret: [u8; 32] =
                secret.try_into().map_err(|_| anyhow!("a secret of an index has 32 bytes"))?;
            Ok(Zeroizing::new(secret))
        };
        Ok(Self::new(read(indexing)?, read(proving)?))
    }

    /// The secret of the look-up columns.
    pub fn indexing(&self) -> &[u8] {
        self.indexing.as_slice()
    }

    /// The secret of the proofs.
    pub fn proving(&self) -> &[u8] {
        self.proving.as_slice()
    }
}

/// Everything that a running installation does with keys.
pub struct Vault {
    keyring: Keyring,
    secrets: IndexSecrets,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// The keys of the configuration with the secrets of the database.
    pub fn new(keyring: Keyring, secrets: IndexSecrets) -> Self {
        Self { keyring, secrets }
    }

    /// The master keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// A value's place in a look-up column, without the value (see [`super::blind_index`]).
    pub(super) fn index(&self, purpose: &str, value: &str) -> [u8; 32] {
        mac(&self.secrets.indexing, &[purpose.as_bytes(), &[0], value.as_bytes()])
    }

    /// A proof that this installation named `subject` for `purpose`; goes into addresses of pages
    /// that are nobody else's business but need no link of their own in the database.
    pub fn prove(&self, purpose: &str, subject: &str) -> String {
        let proof = mac(&self.secrets.proving, &[purpose.as_bytes(), &[0], subject.as_bytes()]);
        crate::ids::base32(&proof)
    }

    /// Whether `proof` is the one that [`Vault::prove`] made; compares in constant time.
    pub fn is_proof(&self, purpose: &str, subject: &str, proof: &str) -> bool {
        use subtle::ConstantTimeEq;
        self.prove(purpose, subject).as_bytes().ct_eq(proof.as_bytes()).into()
    }
}

pub(super) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = match <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length (RFC 2104)"),
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
