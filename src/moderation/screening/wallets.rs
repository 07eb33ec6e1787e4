//! Addresses of crypto wallets.
//!
//! | currency | address | checked by |
//! | --- | --- | --- |
//! | Bitcoin, Litecoin | base58check, `1…`, `3…`, `L…`, `M…` | version byte, double SHA-256 |
//! | Bitcoin, Litecoin | `bc1…`, `ltc1…` | bech32 (BIP 173) or bech32m (BIP 350) checksum |
//! | Tron | base58check, `T…` | version byte, double SHA-256 |
//! | Ether, and every token on its chain | `0x` and 40 hexadecimal digits (EIP-55) | length |
//! | Monero | 95 or 106 characters of base58 | length, network byte |
//!
//! The last two carry a checksum made with Keccak, in EIP-55 an optional one; their form is rare
//! enough without it. (A transaction has 64 hexadecimal digits and is left alone.)

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::fold::Folded;

/// The spans of all wallet addresses, in order.
pub(super) fn find(text: &Folded) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut position = 0;
    while let Some(word) = text.next_stretch(position, u8::is_ascii_alphanumeric) {
        position = word.end;
        if is_address(text, &word) {
            found.push(word);
        }
    }
    found
}

fn is_address(text: &Folded, word: &Range<usize>) -> bool {
    // No address is longer than Monero's; a longer word is not read again.
    if !(26..=106).contains(&word.len()) {
        return false;
    }
    let word = text.part(word.clone());
    match word {
        [b'0', b'x' | b'X', digits @ ..] => {
            digits.len() == 40 && digits.iter().all(u8::is_ascii_hexdigit)
        }
        [b'1' | b'3' | b'L' | b'M' | b'T', ..] if word.len() <= 35 => passes_base58check(word),
        [b'b' | b'B' | b'l' | b'L', ..] => passes_bech32(word),
        [b'4' | b'8', ..] => is_monero(word),
        _ => false,
    }
}

/// Base58 counts in digits and letters without the ambiguous 0, O, I and l.
fn base58_value(character: u8) -> Option<u32> {
    const ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let value = ALPHABET.binary_search(&character).ok()?;
    u32::try_from(value).ok()
}

/// Version bytes: Bitcoin pay-to-public-key-hash and to-script-hash, Litecoin the same, Tron.
const VERSIONS: [u8; 5] = [0x00, 0x05, 0x30, 0x32, 0x41];

/// Base58check: a version byte, a hash of 20 bytes, and the first four bytes of the SHA-256 of
/// the SHA-256 of these.
fn passes_base58check(word: &[u8]) -> bool {
    let Some(bytes) = base58_decode(word) else {
        return false;
    };
    let (payload, checksum) = bytes.split_at(21);
    VERSIONS.contains(&bytes[0]) && Sha256::digest(Sha256::digest(payload)).starts_with(checksum)
}

/// The number as 25 bytes; nothing, if it is greater or is none.
fn base58_decode(word: &[u8]) -> Option<[u8; 25]> {
    let mut bytes = [0; 25];
    for &character in word {
        let mut carry = base58_value(character)?;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            // Keeps the low eight bits here and carries the rest.
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(bytes)
}

/// BIP 173: a prefix, a 1, the data in base 32, and a checksum in which all of it has a part.
/// BIP 350 changes the constant for the later versions of witness programs.
fn passes_bech32(word: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const BECH32: u32 = 1;
    const BECH32M: u32 = 0x2bc8_30a3;
    let mixes_cases =
        word.iter().any(u8::is_ascii_lowercase) && word.iter().any(u8::is_ascii_uppercase);
    let word = word.to_ascii_lowercase();
    let prefix: &[u8] = if word.starts_with(b"bc1") { b"bc" } else { b"ltc" };
    let Some(data) = word.strip_prefix(prefix).and_then(|rest| rest.strip_prefix(b"1")) else {
        return false;
    };
    let high = prefix.iter().map(|&letter| Some(letter >> 5));
    let low = prefix.iter().map(|&letter| Some(letter & 31));
    let values = data.iter().map(|character| {
        let value = ALPHABET.iter().position(|known| known == character)?;
        u8::try_from(value).ok()
    });
    let checksum = high.chain([Some(0)]).chain(low).chain(values).try_fold(1, bech32_step);
    !mixes_cases && matches!(checksum, Some(BECH32 | BECH32M))
}

/// One step of the BCH code: BIP 173, `bech32_polymod`.
fn bech32_step(checksum: u32, value: Option<u8>) -> Option<u32> {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = checksum >> 25;
    let shifted = ((checksum & 0x01ff_ffff) << 5) ^ u32::from(value?);
    Some((0..).zip(GENERATOR).fold(
        shifted,
        |sum, (bit, term)| {
            if (top >> bit) & 1 == 1 { sum ^ term } else { sum }
        },
    ))
}

/// Monero encodes blocks of eight bytes as eleven characters. The first byte is the network:
/// 18 for an address, 19 for one with a payment id (the 106 characters), 42 for a subaddress.
fn is_monero(word: &[u8]) -> bool {
    let Some((first_block, rest)) = word.split_first_chunk::<11>() else {
        return false;
    };
    let first_block = first_block.iter().try_fold(0_u64, |number, &character| {
        number.checked_mul(58)?.checked_add(base58_value(character)?.into())
    });
    let network = first_block.map(|block| block.to_be_bytes()[0]);
    let length_fits = match network {
        Some(18 | 42) => word.len() == 95,
        Some(19) => word.len() == 106,
        _ => false,
    };
    length_fits && rest.iter().all(|&character| base58_value(character).is_some())
}
