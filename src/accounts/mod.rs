//! Accounts, for who wants one: signing in by a link in a mail or a passkey, second factors, browsers that
//! are signed in, roles.

pub mod account_store;
pub mod address;
pub mod address_mails;
pub mod address_pages;
pub mod address_store;
pub mod admin;
pub mod ceremony_store;
pub mod elevation_pages;
pub mod factors;
pub mod forms;
pub mod freeze;
pub mod look_store;
pub mod look_up;
pub mod mails;
pub mod notification_pages;
pub mod notification_store;
pub mod notifications;
pub mod pages;
pub mod passkey;
pub mod passkey_pages;
pub mod passkey_sign_in;
pub mod passkey_sign_in_pages;
pub mod passkey_store;
pub mod passkey_views;
pub mod passkeys;
pub mod password;
pub mod password_pages;
pub mod password_sign_in;
pub mod password_store;
pub mod providers;
pub mod recovery_store;
pub mod role;
pub mod second_factor;
pub mod second_factor_pages;
pub mod second_factor_store;
pub mod session;
pub mod session_store;
pub mod sign_in;
pub mod sign_in_pages;
pub mod sign_in_store;
pub mod views;

use serde::{Deserialize, Serialize};

use crate::db::types::choices;
use crate::text::tidy_name;

choices! {
    /// What an account may do beyond its owner's own affairs.
    Role {
        /// Nothing.
        Member = "member", "member";
        /// Decide about reports, claims and new artists.
        Moderator = "moderator", "moderator";
        /// That, and say who is a moderator.
        Admin = "admin", "admin";
    }
}

impl Role {
    /// Whether this is a moderator or more.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Moderator | Self::Admin)
    }
}

/// Letters that are drawn as nothing: Hangul fillers.
const fn is_filler(c: char) -> bool {
    matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | ' ')
}

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 80;

/// The name under which a person has an account: one line, 1 to 80 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(String);

impl PersonName {
    /// Reads what a person typed; the message says what is wrong and what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = tidy_name(text);
        // Marks and fillers alone would be a name that nobody sees.
        let is_seen = name.chars().any(char::is_alphanumeric) && !name.chars().all(is_filler);
        match name.chars().count() {
            _ if !is_seen => Err("Enter your name, as it should stand on your account".into()),
            1..=LONGEST_NAME => Ok(Self(name)),
            _ => Err(format!("Shorten the name to {LONGEST_NAME} characters")),
        }
    }

    /// The name as it is read.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name without case, accents and spaces at its ends, by which an account is found.
fn folded(name: &str) -> String {
    deunicode::deunicode(&tidy_name(name)).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_can_be_seen() {
        for name in ["Jonas", "Σ", "李", "Jo 2"] {
            assert!(PersonName::parse(name).is_ok(), "{name}");
        }
        for name in [
            "",
            " \u{200b}",
            "\u{3164}\u{3164}",
            "\u{2800}",
            "\u{2063}",
            "\u{200d}",
            "…",
            "\u{301}",
        ] {
            assert!(PersonName::parse(name).is_err(), "{name:?}");
        }
        assert!(PersonName::parse(&"x".repeat(81)).is_err());
    }
}
