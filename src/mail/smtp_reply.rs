//! What a mail server said, or did not say, and what that means for a mail.

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

use super::transport::{Outcome, Parcel};

/// How far a mail had come when something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Sender,
    Recipient,
    Message,
    /// The whole message has been written; the final dot is on its way or there already.
    FinalDot,
}

/// Why a mail was not accepted.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) stage: Stage,
    pub(super) trouble: Trouble,
}

/// What went wrong between us and the mail server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The server said no.
    Answered { code: u16, text: String },
    /// There was no answer, or none that could be understood.
    Lost(String),
}

/// "Service not available, closing transmission channel".
const CLOSING: u16 = 421;

/// Codes by which a server asks *this installation* to identify itself (RFC 4954). The recipient
/// has nothing to do with it, so the mail waits until the operator has mended the configuration.
const SIGN_IN_FIRST: [u16; 4] = [530, 534, 535, 538];

/// Servers write essays. This much of one is kept with the mail, in characters.
const LONGEST_TEXT: usize = 300;

impl Trouble {
    pub(super) fn silence() -> Self {
        Self::Lost("the mail server did not answer in time".into())
    }

    pub(super) fn code(&self) -> Option<u16> {
        match self {
            Self::Answered { code, .. } => Some(*code),
            Self::Lost(_) => None,
        }
    }

    /// Whether the server has left, or will.
    pub(super) fn ends_the_conversation(&self) -> bool {
        self.code().is_none_or(|code| code == CLOSING)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        match error.status() {
            Some(code) => Self::Answered { code: code.into(), text: source },
            None if error.is_client() => Self::Lost(source),
            None if error.is_response() => {
                Self::Lost("the mail server hung up or said something that is not SMTP".into())
            }
            None => Self::Lost(format!("the connection to the mail server broke: {source}")),
        }
    }
}

impl Failure {
    /// Whether a kept connection had died before this mail began. Nothing has been accepted, so
    /// a new connection may start over.
    pub(super) fn means_stale(&self) -> bool {
        self.stage == Stage::Sender && self.trouble.ends_the_conversation()
    }

    /// Whether the connection can carry the next mail.
    pub(super) fn leaves_a_connection(&self) -> bool {
        !self.trouble.ends_the_conversation()
    }

    /// What to tell the worker.
    pub(super) fn outcome(self, parcel: &Parcel) -> Outcome {
        match self.trouble {
            Trouble::Answered { code, text } => {
                let reply = mask(&format!("{code} {text}"), parcel);
                if (500..600).contains(&code) && !SIGN_IN_FIRST.contains(&code) {
                    Outcome::Refused { reply, code, enhanced: enhanced_code(code, &text) }
                } else {
                    Outcome::Later { reply, ambiguous: false }
                }
            }
            Trouble::Lost(text) => {
                let ambiguous = self.stage == Stage::FinalDot;
                Outcome::Later { reply: mask(&text, parcel), ambiguous }
            }
        }
    }
}

/// What to tell the worker about a mail the server took.
pub(super) fn sent(reply: &Response, parcel: &Parcel) -> Outcome {
    let lines: Vec<&str> = reply.message().collect();
    Outcome::Sent { reply: mask(&format!("{} {}", reply.code(), lines.join(" ")), parcel) }
}

/// The enhanced status code (RFC 3463) at the beginning of `text`, if its class agrees with the
/// plain code, as RFC 2034 demands.
fn enhanced_code(code: u16, text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let number = |part: &&str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let valid = parts.len() == 3 && parts.iter().all(number);
    (valid && parts[0] == (code / 100).to_string()).then(|| word.to_owned())
}

/// `text` on one line and without addresses: mail servers quote the recipient in their refusals,
/// some in full, some only the part before the @.
fn mask(text: &str, parcel: &Parcel) -> String {
    let secrets: Vec<&str> = [Some(parcel.to.as_str()), parcel.envelope_from.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(|address| address.rsplit_once('@').map(|(local, _)| local))
        .collect();
    let is_secret = |word: &str| {
        let bare = word.trim_matches(['.', '\'', '"']);
        word.contains('@')
            || word.to_ascii_lowercase().contains("%40")
            || secrets.iter().any(|secret| secret.eq_ignore_ascii_case(bare))
    };
    let mut masked = String::new();
    for piece in text.split_inclusive(between_words) {
        let word = piece.trim_end_matches(between_words);
        masked.push_str(if is_secret(word) { "***" } else { word });
        let end = piece[word.len()..].chars();
        masked.extend(end.map(|c| if c.is_control() { ' ' } else { c }));
    }
    masked.chars().take(LONGEST_TEXT).collect()
}

/// Whether `c` cannot stand in an address (RFC 5322, `dot-atom`, and the @ itself).
fn between_words(c: char) -> bool {
    c.is_control() || c.is_whitespace() || "()<>[]:;,\\\"".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel() -> Parcel {
        Parcel {
            envelope_from: Some("b-4f2a=k7@bounces.site.test".into()),
            to: "mary.l@inbox.test".into(),
            message: vec![],
        }
    }

    fn answered(code: u16, text: &str) -> Failure {
        let trouble = Trouble::Answered { code, text: text.into() };
        Failure { stage: Stage::Recipient, trouble }
    }

    #[test]
    fn no_address_survives_in_a_reply() {
        for (said, kept) in [
            ("<mary.l@inbox.test>: unknown user", "550 <***>: unknown user"),
            ("No such user MARY.L.", "550 No such user ***"),
            ("(mary.l) is \"mary.l\"", "550 (***) is \"***\""),
            ("mailto:mary.l@inbox.test, b-4f2a=k7@bounces.site.test", "550 mailto:***, ***"),
            ("see https://help.test/?a=mary.l%40inbox.test", "550 see https:***"),
            ("two\r\nlines", "550 two  lines"),
            ("the primary list", "550 the primary list"),
        ] {
            let Outcome::Refused { reply, .. } = answered(550, said).outcome(&parcel()) else {
                panic!("{said}")
            };
            assert_eq!(reply, kept);
        }
    }

    #[test]
    fn an_essay_is_cut() {
        let Outcome::Refused { reply, .. } = answered(550, &"ä ".repeat(900)).outcome(&parcel())
        else {
            panic!()
        };
        assert_eq!(reply.chars().count(), LONGEST_TEXT);
    }

    #[test]
    fn an_enhanced_code_counts_only_when_it_agrees_with_the_plain_one() {
        assert_eq!(enhanced_code(550, "5.1.1 unknown").as_deref(), Some("5.1.1"));
        assert_eq!(enhanced_code(550, "5.7.25 no PTR").as_deref(), Some("5.7.25"));
        assert_eq!(enhanced_code(550, "4.1.1 unknown"), None);
        assert_eq!(enhanced_code(550, "5.1 unknown"), None);
        assert_eq!(enhanced_code(550, "192.0.2.1 unwanted"), None);
        assert_eq!(enhanced_code(550, ""), None);
    }

    #[test]
    fn being_asked_to_sign_in_refuses_nobody_s_mail() {
        let outcome = answered(530, "5.7.0 Authentication required").outcome(&parcel());
        let reply = "530 5.7.0 Authentication required".into();
        assert_eq!(outcome, Outcome::Later { reply, ambiguous: false });
    }
}
