//! Passwords, for who likes to have one: what makes a good one, and how it is kept.
//!
//! The rules are those of NIST SP 800-63B-4, section 3.1.1.2: length counts, no rules on kinds of
//! characters, nothing that stands on a list of common ones, no expiry.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::anyhow;
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::ids::random_bytes;

/// Characters of a password that stands alone ...
const ALONE: usize = 15;
/// ... and of one beside a second factor.
const BESIDE_A_FACTOR: usize = 8;
/// More than anybody types.
const LONGEST: usize = 128;
/// KiB of memory that a hash takes, and how often they are gone through (OWASP's first choice).
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Bytes of a salt and of a hash.
const SALT: usize = 16;
const HASH: usize = 32;
/// Hashes that are worked out at once: each takes its memory and a core.
static AT_ONCE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));
/// Hashes that may wait for their turn. More would wait for seconds, and are told to come again.
const MOST_WAITING: usize = 50;
/// Those that wait or are worked out.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Counts a hash that is asked for, until it is dropped.
struct Asked;

impl Asked {
    fn one() -> Result<Self> {
        let asked = Self;
        if ASKED.fetch_add(1, Ordering::Relaxed) < MOST_WAITING {
            return Ok(asked);
        }
        Err(Error::Unavailable("too many passwords are being checked".into()))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        ASKED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The most common passwords that are long enough to be chosen here (see
/// `common_passwords.LICENSE.md`).
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A password as it is hashed: composed, so that the same letters typed on another keyboard are the
/// same. It is shown nowhere.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What a password must not be made of: what others know of its owner.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The address.
    pub address: &'a str,
    /// The name.
    pub name: &'a str,
    /// The site's.
    pub site: &'a str,
}

impl Password {
    /// Takes what somebody typed to sign in, as it is.
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }

    /// Reads a new password; the message says what is wrong and what to do.
    pub fn choose(text: &str, has_factor: bool, known: Known<'_>) -> Result<Self, String> {
        let shortest = if has_factor { BESIDE_A_FACTOR } else { ALONE };
        let password = Self::typed(text);
        match password.length() {
            0 => return Err("Enter a password".into()),
            length if length < shortest => {
                return Err(format!(
                    "Take {shortest} characters or more, a sentence for example; this has {length}"
                ));
            }
            length if length > LONGEST => {
                return Err(format!("Take {LONGEST} characters at most; this has {length}"));
            }
            _ => {}
        }
        let folded = password.0.to_lowercase();
        let kinds: HashSet<char> = folded.chars().collect();
        // A year or a row of digits behind it is what is tried next.
        let bare = folded.trim_matches(|c: char| !c.is_alphabetic());
        let is_mostly_it = !bare.is_empty() && COMMON.contains(bare);
        if COMMON.contains(folded.as_str()) || is_mostly_it {
            return Err(
                "Many people have this password, and it is tried first. Take another".into()
            );
        }
        if kinds.len() < 5 || is_a_row(&folded) {
            return Err("This is a row of few characters, and easily guessed. Take another".into());
        }
        let local = known.address.split('@').next().unwrap_or_default();
        for word in [known.address, local, known.name, known.site] {
            if is_made_of(&folded, &word.to_lowercase()) {
                return Err("This is made of your name, your address or the site’s name. Take \
                            another"
                    .into());
            }
        }
        Ok(password)
    }

    fn length(&self) -> usize {
        self.0.chars().count()
    }

    /// Whether it is too short to stand without a second factor.
    pub fn is_short(&self) -> bool {
        self.length() < ALONE
    }
}

/// "abcdefghijklmnop", "9876543210987654": each character follows the one before.
fn is_a_row(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps = |wanted: i64| codes.windows(2).filter(|pair| pair[1] - pair[0] == wanted).count();
    // One in ten may jump: from 9 to 0, from z to a.
    let most = codes.len() * 9 / 10;
    steps(1) + 1 >= most || steps(-1) + 1 >= most
}

/// Whether a text is a word once or several times, and little else.
fn is_made_of(text: &str, word: &str) -> bool {
    word.chars().count() >= 3 && text.replace(word, "").chars().count() <= 4 && text.contains(word)
}

/// A salted hash, with the costs at which it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hash {
    memory: u32,
    passes: u32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Hash {
    /// One that no password has: so that an unknown address takes as long as a known one.
    pub fn of_nobody() -> Self {
        Self {
            memory: MEMORY,
            passes: PASSES,
            salt: random_bytes::<SALT>().to_vec(),
            hash: random_bytes::<HASH>().to_vec(),
        }
    }

    fn make(password: &Password) -> Result<Self> {
        let salt = random_bytes::<SALT>().to_vec();
        let hash = work_out(password, MEMORY, PASSES, &salt)?;
        Ok(Self { memory: MEMORY, passes: PASSES, salt, hash })
    }

    fn is_of(&self, password: &Password) -> Result<bool> {
        let hash = work_out(password, self.memory, self.passes, &self.salt)?;
        Ok(hash.ct_eq(&self.hash).into())
    }
}

fn work_out(password: &Password, memory: u32, passes: u32, salt: &[u8]) -> Result<Vec<u8>> {
    let wrong = |error: argon2::Error| anyhow!("a password’s hash: {error}");
    let costs = Params::new(memory, passes, 1, Some(HASH)).map_err(wrong)?;
    let mut hash = vec![0; HASH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, costs)
        .hash_password_into(password.0.as_bytes(), salt, &mut hash)
        .map_err(wrong)?;
    Ok(hash)
}

/// Hashes a password, beside the threads that answer, two at once at most.
pub async fn hash(password: Password) -> Result<Hash> {
    beside(move || Hash::make(&password)).await
}

/// Whether a hash is that of a password.
pub async fn is_right(hash: Hash, password: Password) -> Result<bool> {
    beside(move || hash.is_of(&password)).await
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let asked = Asked::one()?;
    let turn = AT_ONCE.clone().acquire_owned().await.map_err(Error::unexpected)?;
    // The turn goes along: it is over when the work is, also where nobody waits for it any more.
    let work = move || {
        let _held = (asked, turn);
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::unexpected)?
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known<'_> =
        Known { address: "jonas.krueger@venue.example", name: "Jonas Krüger", site: "Soundpost" };

    fn refused(text: &str, has_factor: bool) -> Option<String> {
        Password::choose(text, has_factor, KNOWN).err()
    }

    #[test]
    fn length_is_what_counts() {
        assert!(refused("a fog horn abed", false).is_none());
        assert!(refused("a fog horn abe", false).is_some_and(|why| why.contains("this has 14")));
        assert!(refused("a fog h0", true).is_none());
        assert!(refused("a fog h", true).is_some());
        assert!(refused(&"müde Möwen ".repeat(11), false).is_none());
        assert!(refused(&format!("{}x", "müde M öwe".repeat(12) + "12345678"), false).is_some());
        assert!(refused("  🎻 wört\u{0}er 語 \t ", false).is_none());
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for text in ["password1", "PASSWORD1", "iloveyou1", "qwertyuiop", "password1234567"] {
            assert!(refused(text, true).is_some_and(|why| why.contains("Many people")), "{text}");
        }
        for text in ["aaaaaaaaaaaaaaaa", "abababababababab", "abcdefghijklmnop", "0123456789012345"]
        {
            assert!(refused(text, false).is_some(), "{text}");
        }
        for text in ["jonas.krueger@venue.example", "Jonas Krüger 123", "soundpostsoundpost"] {
            assert!(refused(text, false).is_some_and(|why| why.contains("made of")), "{text}");
        }
        assert_eq!(COMMON.len(), 10_000);
        assert!(COMMON.iter().all(|word| word.chars().count() >= BESIDE_A_FACTOR));
    }

    #[test]
    fn the_same_letters_are_the_same_password_however_they_are_typed() {
        let hash = Hash::make(&Password::typed("Möwen im Nebel")).unwrap();
        assert!(hash.is_of(&Password::typed("Mo\u{308}wen im Nebel")).unwrap());
        assert!(!hash.is_of(&Password::typed("möwen im Nebel")).unwrap());
        assert!(!hash.is_of(&Password::typed("Möwen im Nebel ")).unwrap());
        assert_ne!(hash, Hash::make(&Password::typed("Möwen im Nebel")).unwrap());
        assert!(!Hash::of_nobody().is_of(&Password::typed("")).unwrap());
        assert!(!format!("{:?}", Password::typed("Möwen")).contains("Möwen"));
    }
}
