//! The mail that tells of a move: what happened, why, what is expected of whom now, and where to
//! object to a decision of ours. Its words are in `moved_words`.

use super::Move;
use super::differences::TermChange;
use super::parts::{DisclaimerView, Piece, Words};
use crate::calendar::ical_write::Status;
use crate::mail::messages::two_parts;
use crate::mail::{Kind, Site};
use crate::people::links::Side;

/// What happened to a request, as far as the reader is told by this mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The other side agrees in principle.
    Accepted,
    /// The other side proposes other terms.
    Countered,
    /// The other side still waits for an answer.
    Nudged,
    /// The artist keeps a night.
    Held,
    /// A hold was let go.
    LetGo,
    /// A hold is over by itself.
    HoldLapsed,
    /// A hold before it is gone.
    MovedUp,
    /// To the artist: the promoter of a later hold asks the one before to confirm or to go.
    Challenging,
    /// To the promoter whose hold is asked so.
    Challenged,
    /// Who asked so is gone.
    ChallengeOver,
    /// To the artist: the promoter of a challenged hold is ready.
    Stands,
    /// To the promoter who challenged: the hold before stands.
    BeforeStands,
    /// The other side says that the agreement is made.
    HalfConfirmed,
    /// Both say so.
    Confirmed,
    /// The other side called it off.
    Cancelled,
    /// The night has been.
    Completed,
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
    /// The night that is agreed on or held ("Sat 13 Mar 2027"); empty when there is none.
    pub night: &'a str,
    /// "1st hold"; empty when no night is held.
    pub rank: &'a str,
    /// Until when it is so: a hold is kept, an answer is due, the request is open. May be empty.
    pub until: &'a str,
    /// What a counter-offer changes.
    pub changes: &'a [TermChange],
    /// Why; for a decision of ours the statement of reasons. May be empty.
    pub reason: &'a str,
    /// What the other side adds; may be empty.
    pub note: &'a Words,
    /// What to name when objecting.
    pub reference: &'a str,
    /// The reader's side of the thread.
    pub thread_url: &'a str,
    /// Whether the reader may answer for their side: others of a team may, then.
    pub may_answer: bool,
    /// The version that holds for the reader.
    pub disclaimer: &'a DisclaimerView,
}

impl Moved {
    /// The move a mail of this kind tells of; some moves have mails of their own, or several.
    pub const fn by(step: Move) -> Option<Self> {
        Some(match step {
            Move::Submit | Move::Send | Move::Confirm => return None,
            Move::Accept => Self::Accepted,
            Move::Counter => Self::Countered,
            Move::Nudge => Self::Nudged,
            Move::Hold => Self::Held,
            Move::LetGo => Self::LetGo,
            Move::HoldLapse => Self::HoldLapsed,
            Move::MoveUp => Self::MovedUp,
            Move::Challenge => Self::Challenging,
            Move::Challenged => Self::Challenged,
            Move::Stand => Self::Stands,
            Move::Cancel => Self::Cancelled,
            Move::Complete => Self::Completed,
            Move::Decline => Self::Declined,
            Move::Withdraw => Self::Withdrawn,
            Move::Expire => Self::Expired,
            Move::Lapse => Self::Lapsed,
            Move::Quarantine => Self::Quarantined,
            Move::Release => Self::Released,
            Move::Remove => Self::Removed,
        })
    }

    /// How the night of the request stands after it; none where it says nothing of a night.
    pub const fn night_status(self) -> Option<Status> {
        Some(match self {
            Self::Held | Self::MovedUp | Self::Countered | Self::Accepted => Status::Tentative,
            Self::Confirmed => Status::Confirmed,
            Self::LetGo
            | Self::HoldLapsed
            | Self::Cancelled
            | Self::Declined
            | Self::Withdrawn
            | Self::Expired
            | Self::Lapsed
            | Self::Quarantined
            | Self::Removed => Status::Cancelled,
            _ => return None,
        })
    }

    /// The kind of its mail. A counter-offer has one of its own, because it passes words on that are
    /// not sent any more once who wrote them is erased.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Countered => Kind::CounterOffer,
            _ => Kind::RequestMoved,
        }
    }

    /// Whether a moderator decided it: then everybody concerned is told, whatever mails they want.
    const fn is_by_a_moderator(self) -> bool {
        matches!(self, Self::Quarantined | Self::Released | Self::Removed)
    }

    /// Whether it is told whatever mails somebody wants: a decision, and a hold that lapses in two days
    /// unless it is answered.
    pub const fn is_always_told(self) -> bool {
        self.is_by_a_moderator() || matches!(self, Self::Challenged)
    }

    /// Whether the other side did it, so that the mail comes in its name.
    pub const fn is_by_the_other_side(self) -> bool {
        matches!(
            self,
            Self::Accepted
                | Self::Countered
                | Self::Nudged
                | Self::Held
                | Self::LetGo
                | Self::Challenging
                | Self::Stands
                | Self::HalfConfirmed
                | Self::Confirmed
                | Self::Cancelled
                | Self::Completed
                | Self::Declined
                | Self::Withdrawn
        )
    }
}

two_parts!(RequestMoved, "booking_requests/mail/moved.txt", "booking_requests/mail/moved.html");
