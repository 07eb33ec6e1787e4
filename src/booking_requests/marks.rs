//! What somebody does with a request for themselves alone: nobody else sees it.

use super::news_store;
use super::party::Party;
use crate::accounts::account_store::require_not_frozen;
use crate::db::Tx;
use crate::db::types::choices;
use crate::error::Result;

choices! {
    /// What can be done.
    Mark {
        /// They have read it.
        Read = "read", "Mark as read";
        /// It is to be new again.
        Unread = "unread", "Mark as new";
        /// Put it away.
        Archive = "archive", "Archive";
        /// Take it back.
        Unarchive = "unarchive", "Back to the list";
        /// No more mails about it.
        Mute = "mute", "No mails about this";
        /// Mails about it again.
        Unmute = "unmute", "Mails about this again";
    }
}

impl Mark {
    /// What the page says once it is done.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Read => "It is marked as read.",
            Self::Unread => "It is marked as new.",
            Self::Archive => "It is put away. You find it under “Archived” in your requests.",
            Self::Unarchive => "It is back in your list.",
            Self::Mute => {
                "No more mails about this request, but for a challenged hold and what a moderator \
                 decides. What is new stands in your requests."
            }
            Self::Unmute => "Mails about this request come again.",
        }
    }
}

/// Marks a request for who asks.
pub fn mark(tx: &mut Tx<'_>, party: &Party, mark: Mark) -> Result<()> {
    require_not_frozen(tx, party.contact)?;
    let (contact, request) = (party.contact, party.request);
    match mark {
        Mark::Read => news_store::mark_read(tx, contact, request),
        Mark::Unread => news_store::mark_unread(tx, contact, request),
        Mark::Archive => {
            news_store::mark_read(tx, contact, request)?;
            news_store::archive(tx, contact, request)
        }
        Mark::Unarchive => news_store::unarchive(tx, contact, request),
        Mark::Mute => news_store::mute(tx, contact, request),
        Mark::Unmute => news_store::unmute(tx, contact, request),
    }
}
