//! The receipt: an acceptance, its salt, its place in the chain and the head at that moment, signed
//! by the installation. Whoever holds it can prove offline what was accepted and that it was not
//! altered since.

use anyhow::{Context, bail};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::{AcceptanceBody, chain, sha256_hex};

/// The form of a receipt; another form gets another name.
const FORMAT: &str = "soundpost-receipt-1";

/// A receipt as its holder keeps it (a JSON file).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// What is signed.
    pub receipt: Signed,
    /// The key that signed, in hex. It is published by the site; do not take it from here.
    pub public_key: String,
    /// Ed25519 (RFC 8032) over the JSON of `receipt` without white space, in hex.
    pub signature: String,
}

/// The part that the signature covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Always `soundpost-receipt-1`.
    pub format: String,
    /// The site that passed the request on.
    pub site: String,
    /// What was accepted, when, for which request.
    pub acceptance: AcceptanceBody,
    /// 32 random bytes in hex, without which nothing can be guessed from the commitment.
    pub salt: String,
    /// The place in the chain.
    pub n: i64,
    /// The link before, in hex.
    pub previous_link: String,
    /// This link, which was the head of the chain at that moment, in hex.
    pub link: String,
    /// The whole text that was accepted.
    pub disclaimer: String,
}

/// What a receipt is made from.
#[derive(Debug, Clone)]
pub struct Place {
    /// What was accepted.
    pub acceptance: AcceptanceBody,
    /// Its salt.
    pub salt: [u8; 32],
    /// Its place in the chain.
    pub n: i64,
    /// The link before.
    pub previous_link: [u8; 32],
    /// The text that was accepted.
    pub disclaimer: String,
}

/// Makes and signs a receipt. The same place gives the same bytes, every time.
pub fn sign(key: &SigningKey, site: &str, place: Place) -> anyhow::Result<Receipt> {
    let commitment = chain::commitment(&place.salt, &place.acceptance)?;
    let signed = Signed {
        format: FORMAT.to_owned(),
        site: site.to_owned(),
        link: chain::hex(&chain::link(&place.previous_link, place.n, &commitment)),
        acceptance: place.acceptance,
        salt: chain::hex(&place.salt),
        n: place.n,
        previous_link: chain::hex(&place.previous_link),
        disclaimer: place.disclaimer,
    };
    let signature = key.sign(&serde_json::to_vec(&signed)?);
    Ok(Receipt {
        receipt: signed,
        public_key: data_encoding::HEXLOWER.encode(key.verifying_key().as_bytes()),
        signature: data_encoding::HEXLOWER.encode(&signature.to_bytes()),
    })
}

/// Proves a receipt under a key that the reader trusts. Every way in which it can be wrong has its
/// own sentence.
pub fn verify(receipt: &Receipt, key: &VerifyingKey) -> anyhow::Result<()> {
    let signed = &receipt.receipt;
    if signed.format != FORMAT {
        bail!("this is not a {FORMAT} file");
    }
    if parse_key(&receipt.public_key).ok().as_ref() != Some(key) {
        bail!("the file names another key than the one it is held against");
    }
    let signature = data_encoding::HEXLOWER_PERMISSIVE
        .decode(receipt.signature.as_bytes())
        .ok()
        .and_then(|bytes| Signature::from_slice(&bytes).ok())
        .context("the signature is unreadable")?;
    key.verify_strict(&serde_json::to_vec(signed)?, &signature)
        .context("the signature is not this key's, or the receipt was altered")?;
    let salt = chain::unhex(&signed.salt).context("the salt is unreadable")?;
    let previous =
        chain::unhex(&signed.previous_link).context("the previous link is unreadable")?;
    let commitment = chain::commitment(&salt, &signed.acceptance)?;
    if chain::hex(&chain::link(&previous, signed.n, &commitment)) != signed.link {
        bail!("the link does not follow from the acceptance");
    }
    if sha256_hex(signed.disclaimer.as_bytes()) != signed.acceptance.disclaimer_sha256 {
        bail!("the text is not the one that was accepted");
    }
    Ok(())
}

/// A public key from hex, as the site publishes it.
pub fn parse_key(text: &str) -> anyhow::Result<VerifyingKey> {
    let bytes = chain::unhex(text).context("a public key is 64 hexadecimal digits")?;
    VerifyingKey::from_bytes(&bytes).context("this is no Ed25519 public key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AcceptanceId, RequestId};
    use crate::people::links::Side;

    fn place() -> Place {
        let text = "We are no agency.";
        Place {
            acceptance: AcceptanceBody {
                acceptance: AcceptanceId(1),
                request: RequestId(2),
                side: Side::Promoter,
                disclaimer_version: 1,
                disclaimer_sha256: sha256_hex(text.as_bytes()),
                terms_sha256: sha256_hex(b"terms"),
                accepted_at_micros: 3,
                anonymous_address: "192.0.2.0/24".into(),
                locale: "en".into(),
            },
            salt: [7; 32],
            n: 1,
            previous_link: chain::GENESIS,
            disclaimer: text.into(),
        }
    }

    #[test]
    fn a_true_receipt_verifies_and_one_altered_and_hashed_again_does_not() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let receipt = sign(&key, "https://site.example", place()).unwrap();
        verify(&receipt, &key.verifying_key()).unwrap();

        // Re-read from the file's JSON, with other white space.
        let file = serde_json::to_string_pretty(&receipt).unwrap();
        let read: Receipt = serde_json::from_str(&file).unwrap();
        verify(&read, &key.verifying_key()).unwrap();

        // Altered, hashed again, and even signed again by somebody else's key.
        let mut other = place();
        other.acceptance.accepted_at_micros = 4;
        let thief = SigningKey::from_bytes(&[4; 32]);
        let forged = sign(&thief, "https://site.example", other).unwrap();
        assert!(verify(&forged, &key.verifying_key()).is_err());
        let grafted = Receipt { signature: receipt.signature.clone(), ..forged };
        assert!(verify(&grafted, &key.verifying_key()).is_err());

        // With another key written into it, the file would send its reader to the wrong one.
        let renamed = Receipt { public_key: "0".repeat(64), ..read.clone() };
        assert!(verify(&renamed, &key.verifying_key()).is_err());

        // A field more than a receipt has.
        let more = file.replacen("\"n\": 1", "\"n\": 1, \"fee\": 100", 1);
        assert!(serde_json::from_str::<Receipt>(&more).is_err());
    }
}
