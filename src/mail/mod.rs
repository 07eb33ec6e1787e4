//! Mail out: the kinds there are, the outbox that joins a transaction, the worker that empties it.

pub mod due_store;
pub mod kept_store;
pub mod mail_url;
pub mod mailbox_store;
pub mod maildir;
pub mod message;
pub mod messages;
pub mod outbox;
pub mod smtp;
mod smtp_pipeline;
pub mod smtp_reply;
pub mod smtp_stream;
pub mod transport;
pub mod worker;

use serde::{Deserialize, Serialize};

use crate::db::types::choices;

choices! {
    /// Every mail this program can send. There is no other.
    Kind {
        /// To the promoter: confirm your address, then the request is sent.
        ConfirmRequest = "confirm_request", "Confirm your request";
        /// To the artist's team: a new request.
        NewRequest = "new_request", "A new booking request";
        /// To the promoter: it was sent; the receipt.
        RequestSent = "request_sent", "Your request was sent";
        /// To the other side: a message.
        NewMessage = "new_message", "A message in a thread";
        /// To the other side (or both): the request's state changed.
        RequestMoved = "request_moved", "A request changed its state";
        /// To the other side: other terms are proposed.
        CounterOffer = "counter_offer", "A counter-offer";
        /// To who wants it so: what is new in their requests, once a day.
        Digest = "digest", "What is new, once a day";
        /// Asked for: a fresh link to a thread.
        LinkAgain = "link_again", "A fresh link";
        /// To an artist's team: confirm that you want to be listed.
        ConfirmListing = "confirm_listing", "Confirm a listing";
        /// To an artist's team: somebody else says that the page is theirs; object here.
        ClaimContested = "claim_contested", "Somebody claims an act’s page";
        /// To an artist's team, or to who claims its page: what comes of the claim.
        HandoverNews = "handover_news", "What comes of a claim to a page";
        /// Asked for: an invitation to act for an artist.
        TeamInvitation = "team_invitation", "An invitation to a team";
        /// To somebody of an artist's team: something about the team changed.
        TeamNews = "team_news", "News about a team";
        /// To the operator: a report, a correction or a message arrived.
        TicketArrived = "ticket_arrived", "A ticket for the operator";
        /// To who wrote to the operator: it arrived, this is its number.
        TicketReceived = "ticket_received", "Your message arrived";
        /// Asked for: a link that signs in.
        SignInLink = "sign_in_link", "A link to sign in";
        /// Asked for: a link that makes an account.
        JoinLink = "join_link", "A link to make an account";
        /// To the owner of an account: something happened to it.
        SecurityNotice = "security_notice", "Something happened to an account";
        /// Asked for: a link that moves an account to another address.
        ConfirmAddress = "confirm_address", "A link to move an account";
        /// To whom a decision concerns: what was decided, and why.
        Decided = "decided", "A decision";
        /// To somebody whose data was erased: it was.
        Erased = "erased", "Your data was erased";
    }
}

impl Kind {
    /// Mails that anybody can cause to be sent to an address by typing it somewhere. They are
    /// limited per address, so that nobody can bomb a stranger.
    pub const ASKED_FOR: &'static [Self] = &[
        Self::ConfirmRequest,
        Self::LinkAgain,
        Self::TicketReceived,
        Self::SignInLink,
        Self::JoinLink,
        Self::ConfirmListing,
        Self::ConfirmAddress,
        Self::TeamInvitation,
    ];

    /// Those of them that an address gets whether or not it is known here.
    pub const TO_ANYBODY: &'static [Self] =
        &[Self::ConfirmRequest, Self::TicketReceived, Self::ConfirmListing, Self::TeamInvitation];

    /// Whether the mail passes a person's own words on. Such a mail is no automatic one
    /// (RFC 3834, section 2).
    const fn is_from_a_person(self) -> bool {
        matches!(self, Self::NewMessage | Self::NewRequest | Self::CounterOffer)
    }
}

/// What mails say about the installation that sends them.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its public name.
    pub name: String,
    /// Its address, without a slash at the end.
    pub base_url: String,
    /// The domain its mail comes from.
    pub mail_domain: String,
    /// Where reports and contact messages go.
    pub operator: crate::people::EmailAddress,
}

impl Site {
    /// The absolute address of a path.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// A finished mail as the outbox keeps it, sealed under its recipient's key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Letter {
    /// The display name it comes from.
    pub from_name: String,
    /// The address it comes from; nobody reads what is sent there.
    pub from: String,
    /// The recipient's address.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// Further header fields.
    pub headers: Vec<(String, String)>,
    /// The text part, complete on its own.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A file of text that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// "night.ics"
    pub name: String,
    /// "text/calendar; charset=utf-8"
    pub kind: String,
    /// What is in it.
    pub text: String,
}

/// What a mail says: subject, text, HTML.
#[derive(Debug, Clone)]
pub struct Content {
    /// One line.
    pub subject: String,
    /// Complete on its own.
    pub text: String,
    /// The same with headings and links.
    pub html: String,
    /// Files that go with it; mostly none.
    pub attachments: Vec<Attachment>,
}

/// One line without control characters, at most `limit` characters: for subjects and names.
pub fn one_line(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    let line = words.join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let mut short: String = line.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}
