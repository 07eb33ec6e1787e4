//! The mail that tells of a move: what happened, why, what is expected of whom now, and where to
//! object to a decision of ours.

use super::Move;
use super::parts::{DisclaimerView, Piece, Words};
use crate::mail::Site;
use crate::mail::messages::two_parts;
use crate::people::links::Side;

/// What happened to a request, as far as the other side is told by this mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The other side agrees in principle.
    Accepted,
    /// The artist said no.
    Declined,
    /// The promoter took it back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
    /// Held for review.
    Quarantined,
    /// Reviewed, and back where it was.
    Released,
    /// Taken down by a moderator.
    Removed,
    /// The accepted night has passed.
    Lapsed,
    /// The other side had their data erased after the yes in principle.
    Left,
}

/// To the side that did not act, or to both: the request moved.
#[derive(Debug, Clone, Copy)]
pub struct RequestMoved<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// Who reads it.
    pub reader: Side,
    /// What happened.
    pub moved: Moved,
    /// "Harbour Night"
    pub event_name: &'a str,
    /// Who is on the other side.
    pub counterpart: &'a str,
    /// The night that was accepted ("Sat 13 Mar 2027"); read only then.
    pub night: &'a str,
    /// Why; for a decision of ours the statement of reasons. May be empty.
    pub reason: &'a str,
    /// What the other side adds; may be empty.
    pub note: &'a Words,
    /// What to name when objecting.
    pub reference: &'a str,
    /// The reader's side of the thread.
    pub thread_url: &'a str,
    /// The version that holds for the reader.
    pub disclaimer: &'a DisclaimerView,
}

impl Moved {
    /// The move a mail of this kind tells of; the first two moves have mails of their own.
    pub const fn by(step: Move) -> Option<Self> {
        Some(match step {
            Move::Submit | Move::Confirm => return None,
            Move::Accept => Self::Accepted,
            Move::Decline => Self::Declined,
            Move::Withdraw => Self::Withdrawn,
            Move::Expire => Self::Expired,
            Move::Lapse => Self::Lapsed,
            Move::Quarantine => Self::Quarantined,
            Move::Release => Self::Released,
            Move::Remove => Self::Removed,
        })
    }

    /// Whether a moderator decided it: then everybody concerned is told, whatever mails they want.
    pub const fn is_by_a_moderator(self) -> bool {
        matches!(self, Self::Quarantined | Self::Released | Self::Removed)
    }
}

impl RequestMoved<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        let what = match self.moved {
            Moved::Accepted => "Accepted in principle",
            Moved::Declined => "Declined",
            Moved::Withdrawn => "Withdrawn",
            Moved::Expired => "Closed without an answer",
            Moved::Quarantined => "Held for review",
            Moved::Released => "Released after review",
            Moved::Removed => "Removed",
            Moved::Lapsed => "The night has passed",
            Moved::Left => "The other side is no longer here",
        };
        format!("{what}: {}", self.event_name)
    }

    /// What happened, in a sentence or two.
    pub fn happened(&self) -> String {
        let (other, event, night) = (self.counterpart, self.event_name, self.night);
        let request = match self.reader {
            Side::Promoter => format!("Your request to {other} for {event}"),
            Side::Artist => format!("The request from {other} for {event}"),
        };
        match self.moved {
            Moved::Accepted => format!(
                "{other} agrees in principle to {event} on {night}. Accepted means agreement in \
                 principle, not a contract."
            ),
            Moved::Declined => format!("{other} has declined your request for {event}."),
            Moved::Withdrawn => format!("{other} has withdrawn the request for {event}."),
            Moved::Expired => format!("{request} was not answered in time and has closed."),
            Moved::Quarantined => {
                format!("{request} is held for review. Until that is done, it goes no further.")
            }
            Moved::Released => format!("{request} has been reviewed and goes on where it stood."),
            Moved::Removed => {
                format!("{request} has been removed by the people who run {}.", self.site.name)
            }
            Moved::Lapsed => format!("{request} has closed: the accepted night has passed."),
            Moved::Left => format!(
                "{other} has had their data erased. {event}, to which you agreed in principle, \
                 still stands on the page of the request, but they can no longer be reached through \
                 {}.",
                self.site.name
            ),
        }
    }

    /// What is expected of whom now.
    pub fn expected(&self) -> String {
        let words = match (self.moved, self.reader) {
            (Moved::Accepted, _) => {
                return format!(
                    "It is up to both of you now: settle the contract, the payment and the travel \
                     between yourselves. {} takes no part in that. You can go on writing to each \
                     other on the page of the request.",
                    self.site.name
                );
            }
            (Moved::Declined | Moved::Expired, Side::Promoter) => {
                "Nothing is expected of you. For another date or another offer, send a new request."
            }
            (Moved::Declined | Moved::Withdrawn | Moved::Expired, _) => {
                "Nothing is expected of you."
            }
            (Moved::Quarantined, _) => {
                "Nothing is expected of you now. A person looks at it, and we write to you \
                 whatever comes of it."
            }
            (Moved::Released, Side::Promoter) => {
                "Nothing is expected of you, unless you have not confirmed your address yet: then \
                 do that with the link in our first mail."
            }
            (Moved::Released, Side::Artist) => "You can answer it again.",
            (Moved::Removed, _) => "It can no longer be answered.",
            (Moved::Lapsed, _) => {
                "Nothing is expected of you here. What you agreed between yourselves is not \
                 touched by it."
            }
            (Moved::Left, _) => {
                "What you agreed between yourselves is not touched by it. Talk to them in the way \
                 that you agreed on."
            }
        };
        words.to_owned()
    }

    /// Whose reason it is.
    pub const fn reason_label(&self) -> &'static str {
        match self.moved {
            Moved::Declined | Moved::Withdrawn => "Their reason",
            _ => "The reason",
        }
    }

    /// Whether we decided it, so that the reader can object to us.
    pub const fn can_be_contested(&self) -> bool {
        matches!(self.moved, Moved::Quarantined | Moved::Removed)
    }

    /// Where to object.
    pub fn contact_url(&self) -> String {
        self.site.absolute("/contact")
    }
}

two_parts!(RequestMoved, "booking_requests/mail/moved.txt", "booking_requests/mail/moved.html");
