//! The words of the mail that tells of a move.

use super::moved_mail::{Moved, RequestMoved};
use crate::people::links::Side;

impl RequestMoved<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        let what = match self.moved {
            Moved::Accepted => "Accepted in principle",
            Moved::Countered => "Counter-offer",
            Moved::Nudged => "Waiting for your answer",
            Moved::Held => "On hold",
            Moved::LetGo => "Hold let go",
            Moved::HoldLapsed => "Hold lapsed",
            Moved::MovedUp => "Hold moved up",
            Moved::Challenging | Moved::Challenged => "Hold challenged",
            Moved::ChallengeOver => "Challenge over",
            Moved::Stands | Moved::BeforeStands => "Hold stands",
            Moved::HalfConfirmed => "Confirmed by the other side",
            Moved::Confirmed => "Confirmed by both",
            Moved::Cancelled => "Cancelled",
            Moved::Completed => "Completed",
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
        let (rank, until) = (self.rank, self.until);
        let request = match self.reader {
            Side::Promoter => format!("Your request to {other} for {event}"),
            Side::Artist => format!("The request from {other} for {event}"),
        };
        match self.moved {
            Moved::Accepted => format!(
                "{other} agrees in principle to {event} on {night}. Accepted means agreement in \
                 principle, not a contract."
            ),
            Moved::Countered => format!("{other} proposes other terms for {event}."),
            Moved::Nudged => format!(
                "{other} is still waiting for your answer about {event}. This is the only reminder."
            ),
            Moved::Held => format!(
                "{other} keeps {night} for {event} until {until}. It is the {rank} of that night. A \
                 hold is a courtesy, not an agreement."
            ),
            Moved::LetGo => match self.reader {
                Side::Promoter => format!(
                    "{other} keeps {night} for {event} no longer. The request itself stays open."
                ),
                Side::Artist => format!(
                    "{other} lets the hold on {night} for {event} go. The request itself stays open."
                ),
            },
            Moved::HoldLapsed => format!(
                "The hold on {night} for {event} has lapsed. The request itself stays open."
            ),
            Moved::MovedUp => format!(
                "A hold before yours is gone: on {night} {other} now keeps the {rank} for {event}, \
                 until {until}."
            ),
            Moved::Challenging => format!(
                "{other} is ready to confirm {night} for {event} and asks the hold before to confirm \
                 or to go. Its promoter has until {until} to answer, and does not learn who asks."
            ),
            Moved::Challenged => format!(
                "Another promoter is ready to confirm {night}, the night that {other} keeps for \
                 {event}. Say by {until} that you are ready too, or let the hold go. Without an \
                 answer it lapses."
            ),
            Moved::ChallengeOver => format!(
                "The promoter who asked you to confirm {night} or to let it go is no longer asking. \
                 Your hold for {event} stands until {until}, as it was promised."
            ),
            Moved::Stands => format!(
                "{other} has answered the challenge: they are ready to confirm {night} for {event}."
            ),
            Moved::BeforeStands => format!(
                "The promoter of the hold before yours is ready to confirm {night}, too. Your hold \
                 for {event} keeps its place behind it."
            ),
            Moved::HalfConfirmed => format!(
                "{other} says that the two of you have made your own agreement about {event} on \
                 {night}."
            ),
            Moved::Confirmed => format!(
                "{event} on {night} is confirmed: {other} has said, too, that the two of you have \
                 made your own agreement."
            ),
            Moved::Cancelled => format!("{other} has called {event} on {night} off."),
            Moved::Completed => format!("{event} on {night} has been, and is marked as completed."),
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
            Moved::Lapsed => format!(
                "{request} has closed: the accepted night has passed, and not both of you confirmed it."
            ),
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
        let (site, until) = (&self.site.name, self.until);
        match (self.moved, self.reader) {
            (Moved::Countered | Moved::Nudged | Moved::Stands | Moved::HalfConfirmed, _)
                if !self.may_answer =>
            {
                "Others of the team answer. What comes of it stands on the page of the request."
                    .into()
            }
            (Moved::Accepted, _) => format!(
                "It is up to both of you now: settle the contract, the payment and the travel \
                 between yourselves. {site} takes no part in that. Once that is done, each of you \
                 confirms the night on the page of the request. You can go on writing to each other \
                 there."
            ),
            (Moved::Countered | Moved::Nudged, _) => format!(
                "It is your turn: accept the terms in principle, propose your own, or say no. \
                 Without an answer the request closes on {until}."
            ),
            (Moved::Held | Moved::MovedUp, _) => {
                "Nothing is expected of you now. You are told when the artist answers, and when the \
                 hold lapses."
                    .into()
            }
            (Moved::LetGo | Moved::HoldLapsed, Side::Promoter) => {
                "The artist can still answer your request. If another date would do, say so on its \
                 page."
                    .into()
            }
            (Moved::LetGo | Moved::HoldLapsed, Side::Artist) => {
                "You can still answer the request, and keep the night for it again.".into()
            }
            (Moved::Challenging, _) => {
                "Nothing is expected of you now. You decide whom you play for, whatever comes of it."
                    .into()
            }
            (Moved::Challenged, _) => {
                "Open the request and choose: ready to confirm, or let the hold go. Being ready binds \
                 you to nothing yet: the artist decides."
                    .into()
            }
            (Moved::ChallengeOver | Moved::BeforeStands, _) => {
                "Nothing is expected of you now.".into()
            }
            (Moved::Stands, _) => {
                "Two promoters are ready for that night. It is up to you: answer the one you choose."
                    .into()
            }
            (Moved::HalfConfirmed, _) => format!(
                "If that is so, confirm it on the page of the request. If not, write to them first. \
                 {site} has not seen your agreement and is no part of it. Unless both of you confirm \
                 before the night is over, the request lapses."
            ),
            (Moved::Confirmed, _) => format!(
                "Nothing more is expected of you here. {site} has not seen your agreement and is no \
                 part of it. If something comes between, either side can call the night off on the \
                 page of the request."
            ),
            (Moved::Cancelled, _) => format!(
                "What follows from it stands in the agreement that you made between yourselves. \
                 {site} is no part of it."
            ),
            (Moved::Completed, _) => {
                "Nothing is expected of you. The request and all that was written stay on its page."
                    .into()
            }
            (Moved::Declined | Moved::Expired, Side::Promoter) => {
                "Nothing is expected of you. For another date or another offer, send a new request."
                    .into()
            }
            (Moved::Declined | Moved::Withdrawn | Moved::Expired, _) => {
                "Nothing is expected of you.".into()
            }
            (Moved::Quarantined, _) => {
                "Nothing is expected of you now. A person looks at it, and we write to you whatever \
                 comes of it."
                    .into()
            }
            (Moved::Released, Side::Promoter) => {
                "Nothing is expected of you, unless you have not confirmed your address yet: then do \
                 that with the link in our first mail."
                    .into()
            }
            (Moved::Released, Side::Artist) => "You can answer it again.".into(),
            (Moved::Removed, _) => "It can no longer be answered.".into(),
            (Moved::Lapsed, _) => {
                "Nothing is expected of you here. What you agreed between yourselves is not touched \
                 by it."
                    .into()
            }
            (Moved::Left, _) => {
                "What you agreed between yourselves is not touched by it. Talk to them in the way \
                 that you agreed on."
                    .into()
            }
        }
    }

    /// Whose reason it is.
    pub const fn reason_label(&self) -> &'static str {
        match self.moved {
            Moved::Declined | Moved::Withdrawn | Moved::Cancelled => "Their reason",
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
