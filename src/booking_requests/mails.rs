//! The mails about a booking request. None of them can be made without the disclaimer, which
//! stands whole at the end of each; and as replies are not read yet, the first line of each says
//! where to answer.

use super::parts::{DisclaimerView, Piece, ReceiptView, TermGroup, Words};
use crate::mail::Site;
use crate::mail::messages::two_parts;

/// To the promoter: confirm the address, and the request is sent. Anybody can enter any address,
/// so this mail passes no message on; the page behind the link shows it.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmRequest<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Who is asked.
    pub artist_name: &'a str,
    /// The terms, without links and long texts.
    pub terms: &'a [TermGroup],
    /// The page with the button.
    pub confirm_url: &'a str,
    /// How long the link works ("Sat 28 Nov 2026, 14:02 UTC").
    pub until: &'a str,
    /// The version that was accepted.
    pub disclaimer: &'a DisclaimerView,
}

impl ConfirmRequest<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("Confirm your booking request to {}", self.artist_name)
    }
}

two_parts!(
    ConfirmRequest,
    "booking_requests/mail/confirm_request.txt",
    "booking_requests/mail/confirm_request.html"
);

/// To the artist's team: a request has come.
#[derive(Debug, Clone, Copy)]
pub struct NewRequest<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Who is asked.
    pub artist_name: &'a str,
    /// Who asks ("Jonas, Speicher 7").
    pub promoter_name: &'a str,
    /// "Harbour Night"
    pub event_name: &'a str,
    /// The first night ("Sat 13 Mar 2027").
    pub night: &'a str,
    /// "Hamburg, Germany"
    pub place: &'a str,
    /// When it closes by itself ("Sun 10 Jan 2027, 23:00 UTC").
    pub closes: &'a str,
    /// To how many acts it went.
    pub asked: i64,
    /// All terms.
    pub terms: &'a [TermGroup],
    /// The message.
    pub message: &'a Words,
    /// What the screening saw in it, in sentences.
    pub warnings: &'a [String],
    /// The artist's side of the thread.
    pub thread_url: &'a str,
    /// Whether the reader may answer for the act: others of its team may, then.
    pub may_answer: bool,
    /// The version that the promoter accepted.
    pub disclaimer: &'a DisclaimerView,
}

impl NewRequest<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("Booking request: {}, {}, {}", self.event_name, self.night, self.place)
    }
}

two_parts!(
    NewRequest,
    "booking_requests/mail/new_request.txt",
    "booking_requests/mail/new_request.html"
);

/// To the promoter: it was sent. The receipt goes with it, because a link is no durable medium.
#[derive(Debug, Clone, Copy)]
pub struct RequestSent<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Who was asked.
    pub artist_name: &'a str,
    /// "Harbour Night"
    pub event_name: &'a str,
    /// When it closes by itself.
    pub closes: &'a str,
    /// The promoter's side of the thread.
    pub thread_url: &'a str,
    /// What proves the acceptance.
    pub receipt: &'a ReceiptView,
    /// The receipt's page.
    pub receipt_url: &'a str,
    /// The version that was accepted.
    pub disclaimer: &'a DisclaimerView,
}

impl RequestSent<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("Sent: {}, to {}", self.event_name, self.artist_name)
    }
}

two_parts!(
    RequestSent,
    "booking_requests/mail/request_sent.txt",
    "booking_requests/mail/request_sent.html"
);

/// To who accepted or made a counter-offer: what that means, and the receipt for the disclaimer
/// accepted with it.
#[derive(Debug, Clone, Copy)]
pub struct YouAccepted<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// "Harbour Night"
    pub event_name: &'a str,
    /// Who is on the other side.
    pub counterpart: &'a str,
    /// The night agreed on ("Sat 13 Mar 2027"); empty for a counter-offer, which agrees to none yet.
    pub night: &'a str,
    /// The reader's side of the thread.
    pub thread_url: &'a str,
    /// What proves the acceptance.
    pub receipt: &'a ReceiptView,
    /// The receipt's page.
    pub receipt_url: &'a str,
    /// The version that was accepted.
    pub disclaimer: &'a DisclaimerView,
}

impl YouAccepted<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        match self.night {
            "" => format!("Your counter-offer: {}", self.event_name),
            _ => format!("You accepted in principle: {}", self.event_name),
        }
    }
}

two_parts!(
    YouAccepted,
    "booking_requests/mail/you_accepted.txt",
    "booking_requests/mail/you_accepted.html"
);

/// To the other side: a message.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Who wrote ("Kaleidoscope Evenings").
    pub author: &'a str,
    /// "Harbour Night"
    pub event_name: &'a str,
    /// What was written.
    pub message: &'a Words,
    /// What the screening saw in it, in sentences.
    pub warnings: &'a [String],
    /// The reader's side of the thread.
    pub thread_url: &'a str,
    /// The version that holds for the reader.
    pub disclaimer: &'a DisclaimerView,
}

impl NewMessage<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("{} wrote about {}", self.author, self.event_name)
    }
}

two_parts!(
    NewMessage,
    "booking_requests/mail/new_message.txt",
    "booking_requests/mail/new_message.html"
);

/// A link to one thread.
#[derive(Debug, Clone, Copy)]
pub struct FreshLink<'a> {
    /// "Harbour Night"
    pub event_name: &'a str,
    /// Who is on the other side.
    pub counterpart: &'a str,
    /// The reader's side of the thread.
    pub url: &'a str,
}

/// A request in which something is new.
#[derive(Debug)]
pub struct DigestLine {
    /// "Harbour Night"
    pub event: String,
    /// Who is on the other side.
    pub counterpart: String,
    /// Where it stands.
    pub state: &'static str,
    /// The thread, for who is signed in.
    pub url: String,
}

/// To who wants it so: what is new in their requests.
#[derive(Debug, Clone, Copy)]
pub struct Digest<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Each request.
    pub lines: &'a [DigestLine],
    /// The list of them.
    pub new_url: &'a str,
    /// Where one chooses when mails come.
    pub settings_url: &'a str,
    /// The version in force.
    pub disclaimer: &'a DisclaimerView,
}

impl Digest<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        match self.lines {
            [one] => format!("New in {}", one.event),
            lines => format!("New in {} of your requests", lines.len()),
        }
    }
}

two_parts!(Digest, "booking_requests/mail/digest.txt", "booking_requests/mail/digest.html");

/// To who asked for it: fresh links to all threads of an address.
#[derive(Debug, Clone, Copy)]
pub struct LinkAgain<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// The newest thread.
    pub link: FreshLink<'a>,
    /// The others; may be empty.
    pub more: &'a [FreshLink<'a>],
    /// How long the links work.
    pub until: &'a str,
    /// The version in force.
    pub disclaimer: &'a DisclaimerView,
}

impl LinkAgain<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("Your new link to {}", self.site.name)
    }
}

two_parts!(
    LinkAgain,
    "booking_requests/mail/link_again.txt",
    "booking_requests/mail/link_again.html"
);
