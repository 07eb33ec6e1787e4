//! One finished mail goes out, and what became of it.
//!
//! A transport knows nothing of the outbox: it takes bytes and an envelope, tries once, and says
//! how it went. Trying again, giving up and telling somebody are the worker's decisions.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use super::mail_url::MailUrl;
use super::maildir::Maildir;
use super::smtp::SmtpTransport;
pub use super::smtp_stream::CertificateError;

/// The bytes of a finished RFC 5322 message and its envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Where a bounce would go; `None` is the null sender `<>`, to which nobody ever bounces.
    pub envelope_from: Option<String>,
    /// The one recipient.
    pub to: String,
    /// Header and body with CRLF line ends, not to be changed by a byte.
    pub message: Vec<u8>,
}

/// Shows no address and no content, so that a parcel can be logged by accident.
impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parcel({} bytes)", self.message.len())
    }
}

/// What became of one attempt. The replies hold no address of a person; what a mail server says
/// about one is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody else has it now and is responsible for it.
    Sent {
        /// What the mail server answered, usually with its own queue id.
        reply: String,
    },
    /// Not now. Try again.
    Later {
        /// The server's 4xx answer, or what went wrong on the way.
        reply: String,
        /// The connection was lost after the final dot was sent: the server may have the mail,
        /// and another attempt may deliver it twice (under the same Message-ID).
        ambiguous: bool,
    },
    /// Never. Trying again would get the same answer.
    Refused {
        /// The server's 5xx answer, or why the parcel cannot be sent at all.
        reply: String,
        /// The SMTP code, 500 to 599.
        code: u16,
        /// The enhanced status code (RFC 3463) such as `5.1.1`, if the server gave one.
        enhanced: Option<String>,
    },
}

/// Why a transport cannot be opened. Said at the start of the program, not for each mail.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The certificates to trust could not be read.
    #[error(transparent)]
    Certificates(#[from] CertificateError),
    /// The maildir could not be created.
    #[error("The maildir cannot be used: {0}")]
    Maildir(#[source] std::io::Error),
}

/// A way out. Each worker has its own, because an SMTP connection is one conversation.
pub enum Transport {
    /// To a mail server.
    Smtp(Box<SmtpTransport>),
    /// Into a directory.
    Maildir(Maildir),
    /// Nowhere: the outbox row is the mail, and `/dev/mailbox` shows it.
    Mailbox,
    /// Into memory, for tests.
    Memory(Memory),
}

impl Transport {
    /// Opens the way `url` describes. `hello` is the host of the site's public URL, with which
    /// mail servers are greeted. No connection is made before the first mail.
    pub fn open(url: &MailUrl, hello: &str) -> Result<Self, OpenError> {
        match url {
            MailUrl::Smtp(smtp) => Ok(Self::Smtp(Box::new(SmtpTransport::new(smtp, hello)?))),
            MailUrl::Maildir(path) => {
                Maildir::open(path).map(Self::Maildir).map_err(OpenError::Maildir)
            }
            MailUrl::Mailbox => Ok(Self::Mailbox),
        }
    }

    /// Tries once to deliver.
    pub async fn deliver(&mut self, parcel: &Parcel) -> Outcome {
        match self {
            Self::Smtp(smtp) => smtp.deliver(parcel).await,
            Self::Maildir(maildir) => maildir.deliver(parcel).await,
            Self::Mailbox => Outcome::Sent { reply: "kept in the mailbox".into() },
            Self::Memory(memory) => memory.deliver(parcel),
        }
    }

    /// Says good-bye to the mail server, if one is connected. The next mail connects again.
    pub async fn close(&mut self) {
        if let Self::Smtp(smtp) = self {
            smtp.close().await;
        }
    }
}

/// Mails that went no further than this process. Clones share what they hold: give one to the
/// transport and keep one to look.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Remembered>>);

#[derive(Default)]
struct Remembered {
    sent: Vec<Parcel>,
    answers: VecDeque<Outcome>,
}

impl Memory {
    /// Everything sent since the last call, oldest first.
    pub fn take(&self) -> Vec<Parcel> {
        std::mem::take(&mut self.remembered().sent)
    }

    /// Answers the next attempt with `outcome`, instead of taking the mail. Several calls queue
    /// up.
    pub fn answer_next(&self, outcome: Outcome) {
        self.remembered().answers.push_back(outcome);
    }

    fn deliver(&self, parcel: &Parcel) -> Outcome {
        let mut remembered = self.remembered();
        let accepted = || Outcome::Sent { reply: "kept in memory".into() };
        let outcome = remembered.answers.pop_front().unwrap_or_else(accepted);
        if matches!(outcome, Outcome::Sent { .. }) {
            remembered.sent.push(parcel.clone());
        }
        outcome
    }

    /// A test that panicked while it held the lock left nothing half-written behind.
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel() -> Parcel {
        let to = "mary@inbox.test".into();
        Parcel { envelope_from: None, to, message: b"Subject: Hi\r\n\r\nHello.\r\n".to_vec() }
    }

    #[test]
    fn memory_keeps_what_it_took_and_answers_as_told() {
        let memory = Memory::default();
        let mut transport = Transport::Memory(memory.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let busy = Outcome::Later { reply: "451 busy".into(), ambiguous: false };
        memory.answer_next(busy.clone());
        assert_eq!(runtime.block_on(transport.deliver(&parcel())), busy);
        assert!(memory.take().is_empty());
        let sent = runtime.block_on(transport.deliver(&parcel()));
        assert!(matches!(sent, Outcome::Sent { .. }));
        assert_eq!(memory.take(), [parcel()]);
        assert!(memory.take().is_empty());
    }

    #[test]
    fn a_parcel_shows_neither_addresses_nor_words() {
        assert_eq!(format!("{:?}", parcel()), "Parcel(23 bytes)");
    }
}
