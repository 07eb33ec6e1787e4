//! The booking request: its states, and every move there is. The table below is the rule; pages
//! show it, whoever acts obeys it ([`situation::decide`]), and tests walk it.

pub mod act_pages;
pub mod act_views;
pub mod answer;
pub mod answer_store;
pub mod answers;
pub mod attach_views;
pub mod attachment_pages;
pub mod attachment_store;
mod beside;
pub mod brief_pages;
pub mod brief_views;
pub mod briefing;
pub mod closing;
pub mod confirm_pages;
pub mod confirming;
pub mod correction;
pub mod counter_form;
pub mod counter_pages;
pub mod dashboard;
pub mod dashboard_pages;
pub mod dashboard_store;
pub mod dashboard_views;
pub mod dates;
pub mod differences;
pub mod digest;
pub mod document_pages;
pub mod document_views;
pub mod documents;
pub mod floor;
pub mod form_choices;
pub mod form_values;
pub mod forms;
pub mod hold_store;
pub mod holding;
pub mod leave;
pub mod letters;
pub mod list_store;
pub mod mails;
pub mod mark_pages;
pub mod marks;
pub mod move_letters;
pub mod move_store;
pub mod moved_mail;
mod moved_words;
pub mod news_store;
pub mod night_store;
pub mod outline_store;
pub mod pages;
pub mod parts;
pub mod party;
pub mod prefill_forms;
pub mod reasons;
pub mod receipt_pages;
pub mod receipts;
pub mod requester;
pub mod respond;
pub mod revision_store;
pub mod situation;
mod state_words;
pub mod store;
pub mod submission_store;
pub mod submit;
pub mod template_store;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod thread;
mod thread_layout;
pub mod thread_pages;
pub mod thread_store;
pub mod timer;
pub mod view_store;
pub mod views;
pub mod words;
pub mod writing;

use crate::db::types::choices;
use crate::people::links::Side;

choices! {
    /// Where a request is in its life.
    State {
        /// Being written, in the promoter's browser only.
        Draft = "draft", "Draft";
        /// Waits for the promoter to confirm the address.
        Unverified = "unverified", "Waiting for confirmation";
        /// With the artist.
        Sent = "sent", "Sent";
        /// One side has proposed other terms.
        Countered = "countered", "Counter-offer made";
        /// The artist keeps a night for it.
        OnHold = "on_hold", "On hold";
        /// Held back by a moderator.
        Quarantined = "quarantined", "Held for review";
        /// Both sides agree in principle.
        Accepted = "accepted", "Accepted in principle";
        /// One side says that the agreement is made.
        HalfConfirmed = "half_confirmed", "Confirmed by one side";
        /// Both say so.
        Confirmed = "confirmed", "Confirmed";
        /// The night has been.
        Completed = "completed", "Completed";
        /// One side called it off.
        Cancelled = "cancelled", "Cancelled";
        /// The artist said no.
        Declined = "declined", "Declined";
        /// The promoter took it back.
        Withdrawn = "withdrawn", "Withdrawn";
        /// Nobody answered in time.
        Expired = "expired", "Expired";
        /// Accepted, and the night has passed without a confirmation.
        Lapsed = "lapsed", "Night has passed";
        /// Taken down by a moderator.
        Removed = "removed", "Removed";
    }
}

choices! {
    /// Who makes a move.
    Actor {
        /// Who asks.
        Promoter = "promoter", "promoter";
        /// Who is asked.
        Artist = "artist", "artist";
        /// The clock, and what follows from another's move.
        System = "system", "system";
        /// Who keeps the site clean.
        Moderator = "moderator", "moderator";
    }
}

impl From<Side> for Actor {
    fn from(side: Side) -> Self {
        match side {
            Side::Promoter => Self::Promoter,
            Side::Artist => Self::Artist,
        }
    }
}

choices! {
    /// The moves. Each is recorded once, with who made it and when.
    Move {
        /// The form is sent.
        Submit = "submit", "Submitted";
        /// The address is confirmed.
        Send = "send", "Address confirmed, sent";
        /// Agrees in principle.
        Accept = "accept", "Accepted in principle";
        /// Proposes other terms.
        Counter = "counter", "Counter-offer";
        /// Keeps a night.
        Hold = "hold", "Night held";
        /// Lets a night go.
        LetGo = "let_go", "Hold let go";
        /// A hold's time is up, or its night went to another.
        HoldLapse = "hold_lapse", "Hold lapsed";
        /// A hold before it is gone.
        MoveUp = "move_up", "Hold moved up";
        /// Asks the hold before it to confirm or to go.
        Challenge = "challenge", "Challenged the hold before";
        /// Is asked so.
        Challenged = "challenged", "Hold challenged";
        /// Answers that it is ready.
        Stand = "stand", "Ready to confirm";
        /// Reminds the other side of an offer.
        Nudge = "nudge", "Reminded";
        /// Says that the agreement is made.
        Confirm = "confirm", "Confirmed";
        /// Calls it off.
        Cancel = "cancel", "Cancelled";
        /// The night has been.
        Complete = "complete", "Completed";
        /// Says no.
        Decline = "decline", "Declined";
        /// Takes it back.
        Withdraw = "withdraw", "Withdrawn";
        /// Time is up.
        Expire = "expire", "Expired";
        /// The night has passed.
        Lapse = "lapse", "The night has passed";
        /// Held back.
        Quarantine = "quarantine", "Held for review";
        /// Let go again.
        Release = "release", "Released after review";
        /// Taken down.
        Remove = "remove", "Removed";
    }
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this state.
    State(State),
    /// Nowhere: it is recorded, and the request stays where it is.
    Here,
    /// To where the request is without a hold: sent, or countered once there was a counter-offer.
    WithoutHold,
    /// To where the request was before it was held back.
    WhereItCameFrom,
}

/// What must be so before a move is possible, beyond state and actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is the mover's turn: the other side made the current offer.
    Turn,
    /// The mover made the current offer five days ago, and has not reminded the other side of it.
    Waited,
    /// A night is held.
    Hold,
    /// Another hold of the night stands before this one, and has not yet said that it is ready.
    HoldBefore,
    /// This hold is challenged.
    Challenged,
    /// If a night is held already, that hold is not challenged.
    Unchallenged,
    /// The mover's side has not confirmed yet.
    OwnWord,
    /// The night has ended.
    NightOver,
    /// What the clock waits for has come: the end of the request's or of the hold's time.
    Due,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The move.
    pub step: Move,
    /// From any of these.
    pub from: &'static [State],
    /// To there.
    pub to: To,
    /// Who may make it.
    pub who: &'static [Actor],
    /// What must be so as well.
    pub needs: &'static [Need],
    /// On which conditions, in words for the page.
    pub guard: &'static str,
}

use Actor::{Artist, Moderator, Promoter, System};
use State::{
    Accepted, Cancelled, Completed, Confirmed, Countered, Declined, Draft, Expired, HalfConfirmed,
    Lapsed, OnHold, Quarantined, Removed, Sent, Unverified, Withdrawn,
};

/// Where both sides can still answer.
pub const OPEN: &[State] = &[Sent, Countered, OnHold];

/// Where both sides have agreed, in principle or more, and the night is still to come.
pub const AGREED: &[State] = &[Accepted, HalfConfirmed, Confirmed];

const fn rule(
    step: Move,
    who: &'static [Actor],
    from: &'static [State],
    to: To,
    needs: &'static [Need],
    guard: &'static str,
) -> Rule {
    Rule { step, from, to, who, needs, guard }
}

/// Every move there is. What does not stand here does not happen.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule(Move::Submit, &[Promoter], &[Draft], To::State(Unverified), &[],
        "Every required field is valid, nothing is below what the artist asks, the current \
         disclaimer is accepted, age and privacy policy are attested."),
    rule(Move::Send, &[Promoter], &[Unverified], To::State(Sent), &[],
        "By the button behind the link in the mail, within seven days. Checked again at that \
         moment: the artist is bookable, nothing is below what the artist asks, the nights are \
         still ahead and free, the artist does not block the promoter, and the accepted disclaimer \
         is the current one (or the new one is accepted there)."),
    rule(Move::Accept, &[Artist, Promoter], OPEN, To::State(Accepted), &[Need::Turn],
        "By the side that got the current offer. Names exactly these terms and one night. The \
         artist’s side accepts the disclaimer too, once per request."),
    rule(Move::Counter, &[Artist, Promoter], OPEN, To::State(Countered), &[Need::Turn],
        "By the side whose turn it is. The terms before are kept as they were; a hold stays. The \
         artist’s side accepts the disclaimer with its first counter-offer, as with a yes."),
    rule(Move::Nudge, &[Artist, Promoter], OPEN, To::Here, &[Need::Waited],
        "By the side that waits for an answer: once for each offer, five days after it was made."),
    rule(Move::Hold, &[Artist], OPEN, To::State(OnHold), &[Need::Unchallenged],
        "Names one night and the day until which it is kept, at the latest until it begins or the \
         request closes. Holds of the same night are ranked in the order in which they were \
         placed."),
    rule(Move::LetGo, &[Artist], &[OnHold, Countered], To::WithoutHold, &[Need::Hold],
        "The promoter is told; holds behind it move up."),
    rule(Move::LetGo, &[Promoter], &[OnHold, Countered], To::WithoutHold,
        &[Need::Hold, Need::Challenged],
        "When the hold is challenged. The request itself stays open."),
    rule(Move::HoldLapse, &[System], &[OnHold, Countered], To::WithoutHold, &[Need::Hold, Need::Due],
        "The hold’s day has passed, a challenge was not answered within 48 hours, or the night was \
         confirmed for another request. Both sides are told; holds behind it move up."),
    rule(Move::MoveUp, &[System], &[OnHold, Countered], To::Here, &[Need::Hold],
        "A hold before it is gone. The promoter is told."),
    rule(Move::Challenge, &[Promoter], &[OnHold, Countered], To::Here,
        &[Need::Hold, Need::HoldBefore],
        "By the promoter of a hold with another before it. That one has 48 hours to say that it is \
         ready, or it lapses. Neither learns who the other is."),
    rule(Move::Challenged, &[System], &[OnHold, Countered], To::Here, &[Need::Hold],
        "The promoter of the hold behind it has challenged it. The promoter and the artist are \
         told."),
    rule(Move::Stand, &[Promoter], &[OnHold, Countered], To::Here, &[Need::Hold, Need::Challenged],
        "The hold keeps its place until the day that was named. The artist knows that both are \
         ready, and decides."),
    rule(Move::Confirm, &[Artist, Promoter], &[Accepted], To::State(HalfConfirmed), &[],
        "States that the two sides have made their own agreement elsewhere. The artist’s side is \
         warned when the night overlaps with another confirmed one, and says that it plays both, or \
         does not confirm."),
    rule(Move::Confirm, &[Artist, Promoter], &[HalfConfirmed], To::State(Confirmed), &[Need::OwnWord],
        "By the other side, with the same statement. Holds of other requests for the night lapse."),
    rule(Move::Cancel, &[Artist, Promoter], AGREED, To::State(Cancelled), &[],
        "With a reason. What the two sides agreed elsewhere is between them."),
    rule(Move::Complete, &[Artist, Promoter, System], &[Confirmed], To::State(Completed),
        &[Need::NightOver],
        "When the night is over; by itself a day later."),
    rule(Move::Decline, &[Artist], OPEN, To::State(Declined), &[],
        "With a reason from a list, if the artist likes to give one."),
    rule(Move::Withdraw, &[Promoter], OPEN, To::State(Withdrawn), &[],
        "At any time before an agreement."),
    rule(Move::Expire, &[System], OPEN, To::State(Expired), &[Need::Due],
        "At the end of the day named in “respond by”, at the latest 24 hours before the last night \
         begins. Both sides are told."),
    rule(Move::Lapse, &[System], &[Accepted, HalfConfirmed], To::State(Lapsed), &[Need::NightOver],
        "The accepted night has passed without a confirmation by both. Both sides are told."),
    rule(Move::Quarantine, &[Moderator], &[Unverified, Sent, Countered, OnHold],
        To::State(Quarantined), &[],
        "With a reason that is recorded and told to the promoter. A hold is let go."),
    rule(Move::Release, &[Moderator], &[Quarantined], To::WhereItCameFrom, &[],
        "Back to where it came from; the address still has to be confirmed if it was not."),
    rule(Move::Remove, &[Moderator],
        &[Unverified, Sent, Countered, OnHold, Quarantined, Accepted, HalfConfirmed, Confirmed],
        To::State(Removed), &[],
        "With a statement of reasons to both who know of it, and a way to appeal."),
];
