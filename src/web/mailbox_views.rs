//! What `/dev/mailbox` shows: the mails that a development installation keeps instead of sending.

use askama::Template;

use super::page::Page;
use crate::booking_requests::parts::{Piece, StateView, TermRow};

/// One mail in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// The mail.
    pub url: String,
    /// "A new booking request"
    pub kind: String,
    /// The recipient's address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Where it is on its way.
    pub state: StateView,
    /// When it was queued ("Sat 21 Nov 2026, 14:02 UTC").
    pub when: String,
    /// The same for machines (RFC 3339).
    pub when_iso: String,
}

/// `/dev/mailbox`
#[derive(Debug, Template)]
#[template(path = "dev/mailbox.html")]
pub struct MailboxPage {
    /// What every page says.
    pub page: Page,
    /// Newest first.
    pub mails: Vec<MailRow>,
}

/// `/dev/mailbox/{id}`
#[derive(Debug, Template)]
#[template(path = "dev/mail.html")]
pub struct MailPage {
    /// What every page says.
    pub page: Page,
    /// Its subject.
    pub subject: String,
    /// Where it is on its way.
    pub state: StateView,
    /// Header fields as they are sent.
    pub headers: Vec<TermRow>,
    /// The text part; its links can be followed. Empty when the body has been blanked.
    pub text: Vec<Piece>,
    /// Files that go with it.
    pub attachments: Vec<crate::mail::Attachment>,
    /// The HTML part as a document of its own; empty when the body has been blanked.
    pub html_url: String,
}
