//! Signing in by way of another provider: Google, Apple, Spotify, or any that speaks OpenID Connect.
//!
//! A provider says by which name it knows somebody (issuer and subject), and that name is linked to
//! an account by its owner and nobody else. Whatever address it gives along is shown to that owner,
//! so that they recognise it, and decides nothing: no account is found, made or moved by it.

pub mod apple;
pub mod exchange;
pub mod flow;
pub mod http;
pub mod identity_store;
pub mod openid;
pub mod pages;
pub mod peer;
pub mod pending_store;
pub mod spotify;
pub mod views;

use serde::{Deserialize, Serialize};

use self::http::Unreachable;
use self::peer::Peer;
use crate::accounts::PersonName;
use crate::config::providers::Provider;
use crate::error::{Error, Result};
use crate::people::EmailAddress;

/// The longest subject (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// The providers of this installation.
#[derive(Debug)]
pub struct Providers(Vec<Peer>);

impl Providers {
    /// Gets ready to speak to those that are configured. Nobody is asked anything yet.
    pub fn new(configured: &[Provider]) -> Result<Self> {
        configured.iter().cloned().map(Peer::new).collect::<Result<_>>().map(Self)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Peer> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one with this id.
    pub fn find(&self, id: &str) -> Option<&Peer> {
        self.iter().find(|peer| peer.provider.id == id)
    }

    /// What people call one, also after it left the configuration.
    pub fn name_of(&self, id: &str) -> String {
        self.find(id).map_or_else(|| id.to_owned(), |peer| peer.provider.name.clone())
    }
}

/// What a provider said about somebody, and all of it that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who says so.
    pub issuer: String,
    /// By which name it knows them: nobody else has it there.
    pub subject: String,
    /// What they are called there.
    pub name: Option<PersonName>,
    /// Their address there. Nobody has proved it to us.
    pub email: Option<EmailAddress>,
}

impl Profile {
    /// Takes in what a provider said. A name or an address that nobody could have here is left out;
    /// without a subject there is nobody.
    pub fn parse(
        issuer: &str,
        subject: &str,
        name: Option<&str>,
        email: Option<&str>,
    ) -> Option<Self> {
        let is_name = !subject.is_empty()
            && subject.chars().count() <= LONGEST_SUBJECT
            && !subject.chars().any(char::is_control);
        is_name.then(|| Self {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            name: name.and_then(|name| PersonName::parse(name).ok()),
            email: email.and_then(|email| EmailAddress::parse(email).ok()),
        })
    }

    /// By what its owner recognises it: "Jonas, j…@speicher7.example".
    pub fn display(&self) -> String {
        let name = self.name.as_ref().map(|name| name.as_str().to_owned());
        let email = self.email.as_ref().map(EmailAddress::masked);
        name.into_iter().chain(email).collect::<Vec<_>>().join(", ")
    }
}

/// Why nobody came back from a provider.
#[derive(Debug)]
pub enum Failure {
    /// What came is not what was asked for. Why is for the log; the page says one thing to all.
    Refused(String),
    /// The provider does not answer as it should.
    Unreachable(Unreachable),
    /// A fault of ours.
    Ours(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<Unreachable> for Failure {
    fn from(error: Unreachable) -> Self {
        Self::Unreachable(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://accounts.example";

    #[test]
    fn of_a_name_and_an_address_only_what_could_be_one_is_taken() {
        let named = |name: &str| Profile::parse(ISSUER, "7", Some(name), None).unwrap().name;
        let tidy = named("\u{202e}Jonas\u{0} \u{200b}Kr\u{fc}ger").unwrap();
        assert_eq!(tidy.as_str(), "Jonas Krüger");
        // What a template escapes stays as it is.
        assert_eq!(
            named("<script>alert(1)</script>").unwrap().as_str(),
            "<script>alert(1)</script>"
        );
        assert!(named("\u{0}\u{200b}").is_none() && named(&"x".repeat(81)).is_none());
        let addressed = |email: &str| Profile::parse(ISSUER, "7", None, Some(email)).unwrap().email;
        assert_eq!(addressed("jonas@speicher7.example").unwrap().masked(), "j…@speicher7.example");
        assert!(addressed("jonas@localhost").is_none());
    }

    #[test]
    fn without_a_subject_there_is_nobody() {
        for subject in ["", "7\n8", "7\u{0}", "x".repeat(256).as_str()] {
            assert!(Profile::parse(ISSUER, subject, None, None).is_none(), "{subject:?}");
        }
        assert!(Profile::parse(ISSUER, &"x".repeat(255), None, None).is_some());
    }
}
