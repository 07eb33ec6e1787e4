//! Ids and randomness: the only file that takes random bytes from the machine.

use std::sync::Mutex;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::clock::{Clock, Instant};

/// Ids count milliseconds from 2024-01-01T00:00:00Z, which leaves 41 bits until the year 2093.
const EPOCH_MILLIS: i64 = 1_704_067_200_000;

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
                 FromSqlRow, AsExpression)]
        #[diesel(sql_type = BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        crate::db::types::as_big_int!($name);

        impl From<i64> for $name {
            fn from(raw: i64) -> Self {
                Self(raw)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

id_types! {
    /// An artist's profile.
    ArtistId,
    /// A figure about an artist.
    StatId,
    /// A change that somebody of an artist's team made.
    ChangeId,
    /// A booking request.
    RequestId,
    /// One revision of a request's terms.
    RevisionId,
    /// A message of a thread.
    MessageId,
    /// An event of a request's timeline.
    EventId,
    /// Days that an artist's team blocks.
    BlockId,
    /// A block of somebody from whom an artist takes no requests.
    SenderBlockId,
    /// A file of a thread.
    AttachmentId,
    /// An answer that is kept for later.
    DraftId,
    /// Something that an act keeps ready to send.
    PaperId,
    /// A request form that a person keeps.
    TemplateId,
    /// A search that a person keeps.
    ViewId,
    /// A secret link to an artist's calendar.
    FeedId,
    /// A person known by an address.
    ContactId,
    /// A data key.
    KeyId,
    /// An acceptance of the disclaimer.
    AcceptanceId,
    /// A signed link.
    LinkId,
    /// A mail to send.
    MailId,
    /// A report or a contact ticket.
    TicketId,
    /// An account.
    AccountId,
    /// A signed-in browser.
    SessionId,
    /// A link by which somebody signs in or up.
    SignInId,
    /// A change of an account's address.
    AddressChangeId,
    /// A look of somebody of the staff at an account.
    LookId,
    /// A passkey.
    PasskeyId,
    /// A challenge for a passkey.
    CeremonyId,
    /// Somebody as another provider knows them.
    IdentityId,
    /// A way to a provider and back.
    ProviderSignInId,
    /// A page that may pass from its team to who claims it.
    HandoverId,
    /// An act that was removed, of which nothing is kept but keyed hashes.
    RemovalId,
}

/// Makes 64-bit ids that sort by time: 41 bits of milliseconds, 10 bits of this process (drawn at
/// start), 12 bits of sequence. Two processes that drew the same ten bits can meet; the primary key
/// then refuses the second, and the write job is run again with a new id.
#[derive(Debug)]
pub struct Ids {
    clock: Clock,
    process: i64,
    last: Mutex<(i64, i64)>,
}

impl Ids {
    /// A generator for this process.
    pub fn new(clock: Clock) -> Self {
        let drawn: [u8; 2] = random_bytes();
        Self {
            clock,
            process: i64::from(u16::from_le_bytes(drawn) & 0x3ff),
            last: Mutex::new((0, 0)),
        }
    }

    /// The next id. More than 4,096 in a millisecond borrow from the next one.
    pub fn next<Id: From<i64>>(&self) -> Id {
        let now = self.clock.now().micros() / 1_000 - EPOCH_MILLIS;
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = match *last {
            (millis, _) if now > millis => (now, 0),
            (millis, 0xfff) => (millis + 1, 0),
            (millis, sequence) => (millis, sequence + 1),
        };
        Id::from((last.0 << 22) | (self.process << 12) | last.1)
    }
}

/// When an id was made, to the millisecond.
pub fn made_at(raw: i64) -> Instant {
    Instant::from_micros(((raw >> 22) + EPOCH_MILLIS) * 1_000)
}

/// `N` bytes of the machine's randomness. A machine without any cannot keep a single promise this
/// program makes, so it ends here.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

/// An id as people read it and write it down: in groups of six digits. Unbroken, one number in ten
/// can be taken for a card's, and the screening would refuse the letter of whoever quotes it.
pub fn reference(id: i64) -> String {
    let digits = id.to_string();
    let groups: Vec<_> = digits.as_bytes().chunks(6).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// The id that a person read somewhere, with or without its dashes.
pub fn parse_reference(text: &str) -> Result<i64, std::num::ParseIntError> {
    text.replace('-', "").trim().parse()
}

/// A secret for a link: 256 random bits, written as 52 letters and digits that survive mail
/// programs and being read aloud.
pub struct Token(Zeroizing<String>);

impl Token {
    /// Draws a new one.
    pub fn draw() -> Self {
        Self(Zeroizing::new(base32(&random_bytes::<32>())))
    }

    /// The text that goes into the link, and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Lower-case base 32 without padding (RFC 4648, section 6).
pub fn base32(bytes: &[u8]) -> String {
    data_encoding::BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_never_repeat_also_beyond_4096_in_a_millisecond() {
        let ids = Ids::new(Clock::manual(Instant::from_micros(1_800_000_000_000_000)));
        let drawn: Vec<i64> = (0..10_000).map(|_| ids.next::<ArtistId>().0).collect();
        assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(made_at(drawn[0]).seconds(), 1_800_000_000);
    }
}
