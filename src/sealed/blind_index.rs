//! Looking up a sealed value by its keyed hash: equal values meet, and a stolen database alone
//! cannot be searched for them.

use super::Vault;

/// The index of an e-mail address. Addresses that differ in case only meet: no mail provider in
/// use keeps two mailboxes apart by case, and people type their own address both ways.
pub fn of_address(vault: &Vault, address: &str) -> Vec<u8> {
    vault.index("address", &address.to_lowercase()).to_vec()
}

/// The index of a secret that is looked up (a form's key, a link's token).
pub fn of_secret(vault: &Vault, purpose: &str, secret: &str) -> Vec<u8> {
    vault.index(purpose, secret).to_vec()
}

/// The fingerprint of a form as it was sent, to tell the same from another.
pub fn of_body(vault: &Vault, body: &[u8]) -> Vec<u8> {
    vault.index("body", &data_encoding::HEXLOWER.encode(body)).to_vec()
}
