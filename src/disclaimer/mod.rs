//! The non-agency disclaimer, enforced by construction: its versions, the acceptance without which
//! no request exists, and the receipt that proves it to anybody who holds it.

pub mod chain;
pub mod receipt;
pub mod store;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock::Instant;
use crate::ids::{AcceptanceId, RequestId};
use crate::people::links::Side;

/// The text of the first version, in our own words. An operator replaces it by publishing another.
pub const FIRST_VERSION: &str = include_str!("version-1.en.txt");

/// A published text. Never edited, only superseded.
#[derive(Debug, Clone)]
pub struct Version {
    /// 1, 2, 3 …
    pub number: i64,
    /// The language, as in BCP 47.
    pub locale: String,
    /// Paragraphs, separated by blank lines.
    pub body: String,
    /// SHA-256 of `body`, in lower-case hex.
    pub sha256: String,
    /// Since when it is the one to accept.
    pub effective_at: Instant,
}

impl Version {
    /// The text by paragraphs.
    pub fn paragraphs(&self) -> Vec<String> {
        self.body
            .split("\n\n")
            .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|paragraph| !paragraph.is_empty())
            .collect()
    }
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// What the form says about the disclaimer: the hash of the text that was shown, and the tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The hash that the form carried.
    pub shown_sha256: String,
    /// Whether the box was ticked.
    pub ticked: bool,
}

/// Proof that a person accepted the current text. It can only be had from [`accept`], and a
/// `Submission` only be built with it.
#[derive(Debug, Clone)]
pub struct Acceptance {
    version: i64,
    text_sha256: String,
    locale: String,
    anonymous_address: String,
}

/// Why a claim is no acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAccepted {
    /// The box was not ticked.
    NotTicked,
    /// The text that was shown is not the current one (or is no text of ours).
    NotCurrent,
}

impl NotAccepted {
    /// What the page says.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotTicked => {
                "Read the disclaimer and tick the box. Without that nothing goes on."
            }
            Self::NotCurrent => {
                "The disclaimer has changed since this page was opened. Read the current text \
                 below and tick the box again."
            }
        }
    }
}

/// Turns a claim into an acceptance of the current version.
pub fn accept(
    current: &Version,
    claim: &Claim,
    anonymous_address: &str,
) -> Result<Acceptance, NotAccepted> {
    if claim.shown_sha256 != current.sha256 {
        return Err(NotAccepted::NotCurrent);
    }
    if !claim.ticked {
        return Err(NotAccepted::NotTicked);
    }
    Ok(Acceptance {
        version: current.number,
        text_sha256: current.sha256.clone(),
        locale: current.locale.clone(),
        anonymous_address: anonymous_address.to_owned(),
    })
}

/// What an acceptance says, as it is committed to: the fields and their order are fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceBody {
    /// The acceptance.
    pub acceptance: AcceptanceId,
    /// The request it is for.
    pub request: RequestId,
    /// Who accepted.
    pub side: Side,
    /// The version that was accepted.
    pub disclaimer_version: i64,
    /// SHA-256 of its text.
    pub disclaimer_sha256: String,
    /// SHA-256 of the terms that were sent.
    pub terms_sha256: String,
    /// When, in microseconds since the epoch.
    pub accepted_at_micros: i64,
    /// From where: the network address in anonymised form (/24 or /48).
    pub anonymous_address: String,
    /// The language of the text.
    pub locale: String,
}

impl AcceptanceBody {
    /// The bytes that the commitment is made over: JSON without white space, fields in order.
    pub fn canonical(&self) -> anyhow::Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_current_text_with_a_tick_is_accepted() {
        let current = Version {
            number: 2,
            locale: "en".into(),
            body: "We are no agency.".into(),
            sha256: sha256_hex(b"We are no agency."),
            effective_at: Instant::from_micros(0),
        };
        let claim = |sha256: &str, ticked| Claim { shown_sha256: sha256.into(), ticked };
        assert!(accept(&current, &claim(&current.sha256, true), "192.0.2.0/24").is_ok());
        for (sha256, ticked, why) in [
            (current.sha256.as_str(), false, NotAccepted::NotTicked),
            ("", true, NotAccepted::NotCurrent),
            ("00", true, NotAccepted::NotCurrent),
        ] {
            assert_eq!(accept(&current, &claim(sha256, ticked), "").err(), Some(why));
        }
    }
}
