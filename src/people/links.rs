//! Links by which people act: 256 random bits in a mail, only their keyed hash in the database.
//! Who opens one acts as that contact, on that side, for that thread (or artist) and nothing else.

use jiff::SignedDuration;

use crate::db::types::choices;
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, LinkId, RequestId};

choices! {
    /// What a link is for.
    Purpose {
        /// Confirms the promoter's address and sends the request.
        ConfirmRequest = "confirm_request", "confirms a request";
        /// Opens a thread.
        Thread = "thread", "opens a thread";
        /// Confirms that an artist wants to be listed and where requests go.
        ConfirmListing = "confirm_listing", "confirms a listing";
        /// Objects to a page's passing from its team to who claims it.
        ObjectHandover = "object_handover", "objects to a handover";
    }
}

impl Purpose {
    /// How long a link of this kind lives. Threads: half a year; every mail brings a fresh one.
    pub(super) const fn lifetime(self) -> SignedDuration {
        match self {
            Self::ConfirmRequest => SignedDuration::from_hours(7 * 24),
            Self::Thread => SignedDuration::from_hours(180 * 24),
            // One can object for a shorter time only; after that the link still says so.
            Self::ConfirmListing | Self::ObjectHandover => SignedDuration::from_hours(30 * 24),
        }
    }
}

choices! {
    /// The two sides of a request.
    Side {
        /// Who asks.
        Promoter = "promoter", "the promoter";
        /// Who is asked: the artist's team.
        Artist = "artist", "the artist";
    }
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Promoter => Self::Artist,
            Self::Artist => Self::Promoter,
        }
    }
}

/// What a link opens.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// A request's thread or confirmation.
    Request(RequestId),
    /// An artist's listing.
    Artist(ArtistId),
}

/// A link that is alive.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// The row.
    pub id: LinkId,
    /// What it is for.
    pub purpose: Purpose,
    /// As which side its holder acts.
    pub side: Side,
    /// What it opens.
    pub target: Target,
    /// Whose link it is.
    pub contact: ContactId,
    /// Whether its holder has used it.
    pub used: bool,
    /// Whether it invites to a team at the operator's wish, whoever is in it.
    pub invites: bool,
}

impl Link {
    /// The request it opens; another's thing answers like a missing one.
    pub fn request(&self) -> Result<RequestId> {
        match self.target {
            Target::Request(id) => Ok(id),
            Target::Artist(_) => Err(Error::NotFound),
        }
    }

    /// The artist it opens.
    pub fn artist(&self) -> Result<ArtistId> {
        match self.target {
            Target::Artist(id) => Ok(id),
            Target::Request(_) => Err(Error::NotFound),
        }
    }
}
