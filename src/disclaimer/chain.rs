//! The chain of receipts: link n = H(link n−1 ‖ n ‖ commitment), where the commitment is
//! H(salt ‖ acceptance). Erasing a person deletes acceptance and salt and keeps the commitment: the
//! chain stays whole, and nothing can be guessed from it.

use sha2::{Digest, Sha256};

use super::AcceptanceBody;

/// Before the first link.
pub const GENESIS: [u8; 32] = [0; 32];

/// H(salt ‖ acceptance).
pub fn commitment(salt: &[u8; 32], acceptance: &AcceptanceBody) -> anyhow::Result<[u8; 32]> {
    Ok(Sha256::new().chain_update(salt).chain_update(acceptance.canonical()?).finalize().into())
}

/// H(previous link ‖ n as 8 bytes, most significant first ‖ commitment).
pub fn link(previous: &[u8; 32], n: i64, commitment: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update(previous)
        .chain_update(n.to_be_bytes())
        .chain_update(commitment)
        .finalize()
        .into()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// 32 bytes from hex.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?.try_into().ok()
}
