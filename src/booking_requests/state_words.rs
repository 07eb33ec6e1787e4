//! What each state means, and how it looks: words for pages.

use super::{AGREED, OPEN, State};

impl State {
    /// What it means, for `/how-it-works` and the thread.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Draft => "You are writing it. Nothing of it is on the server yet.",
            Self::Unverified => {
                "You have sent the form and not yet confirmed your address. Nobody else can see \
                 the request. Unconfirmed requests are deleted after seven days."
            }
            Self::Sent => "The artist has the request and can answer it.",
            Self::Countered => {
                "One side has proposed other terms, and the other can accept them, propose its own \
                 or say no."
            }
            Self::OnHold => {
                "The artist keeps one night for this request until a day that was named. A hold is \
                 a courtesy, not an agreement."
            }
            Self::Quarantined => {
                "A moderator holds the request back. The promoter is told the reason and can \
                 appeal."
            }
            Self::Accepted => {
                "Both sides agree in principle to one night. This is not a contract: they make \
                 their own agreement elsewhere."
            }
            Self::HalfConfirmed => {
                "One side says that the two have made their own agreement elsewhere. The other has \
                 still to say so."
            }
            Self::Confirmed => {
                "Both sides say that they have made their own agreement elsewhere. This site has \
                 not seen it."
            }
            Self::Completed => "The confirmed night has been.",
            Self::Cancelled => "One of the two sides called an accepted or confirmed night off.",
            Self::Declined => "The artist said no.",
            Self::Withdrawn => "The promoter took the request back.",
            Self::Expired => {
                "Nobody answered by the date the promoter named, or until 24 hours before the \
                 last night began."
            }
            Self::Lapsed => "The accepted night has passed, and it was not confirmed by both.",
            Self::Removed => {
                "A moderator took the request down. The reason is told, with a way to appeal."
            }
        }
    }

    /// How its badge looks: `sent`, `hold`, `yes`, `ended` or `stop`.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Sent | Self::Countered => "sent",
            Self::Draft | Self::Unverified | Self::Quarantined | Self::OnHold => "hold",
            Self::Accepted | Self::HalfConfirmed | Self::Confirmed | Self::Completed => "yes",
            Self::Declined | Self::Withdrawn | Self::Expired | Self::Lapsed => "ended",
            Self::Cancelled | Self::Removed => "stop",
        }
    }

    /// Whether both sides can still answer.
    pub fn is_open(self) -> bool {
        OPEN.contains(&self)
    }

    /// Whether both sides have agreed, in principle or more, and the night is still to come.
    pub fn is_agreed(self) -> bool {
        AGREED.contains(&self)
    }

    /// Whether a night may be kept for a request in this state.
    pub fn may_have_hold(self) -> bool {
        self.is_open() || self.is_agreed()
    }

    /// Whether messages can still be written: until the end, and after a night that has been.
    pub fn is_talking(self) -> bool {
        self.is_open() || self.is_agreed() || self == Self::Completed
    }

    /// Whether its life is over.
    pub const fn is_ended(self) -> bool {
        matches!(
            self,
            Self::Completed
                | Self::Cancelled
                | Self::Declined
                | Self::Withdrawn
                | Self::Expired
                | Self::Lapsed
                | Self::Removed
        )
    }
}
