//! The booking request: its states, and every move there is. The table below is the rule; pages
//! show it, `respond.rs` obeys it, and a test walks it.

pub mod confirm_pages;
pub mod dashboard_pages;
pub mod dashboard_store;
pub mod dates;
pub mod floor;
pub mod form_choices;
pub mod form_values;
pub mod forms;
pub mod leave;
pub mod letters;
pub mod list_store;
pub mod mails;
pub mod moved_mail;
pub mod outline_store;
pub mod pages;
pub mod parts;
pub mod party;
pub mod receipt_pages;
pub mod receipts;
pub mod requester;
pub mod respond;
pub mod store;
pub mod submission_store;
pub mod submit;
pub mod terms;
pub mod thread;
pub mod thread_pages;
pub mod thread_store;
pub mod timer;
pub mod views;
pub mod words;

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
        /// Held back by a moderator.
        Quarantined = "quarantined", "Held for review";
        /// The artist agrees in principle.
        Accepted = "accepted", "Accepted in principle";
        /// The artist said no.
        Declined = "declined", "Declined";
        /// The promoter took it back.
        Withdrawn = "withdrawn", "Withdrawn";
        /// Nobody answered in time.
        Expired = "expired", "Expired";
        /// Accepted, and the night has passed.
        Lapsed = "lapsed", "Night has passed";
        /// Taken down by a moderator.
        Removed = "removed", "Removed";
    }
}

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
            Self::Quarantined => {
                "A moderator holds the request back. The promoter is told the reason and can \
                 appeal."
            }
            Self::Accepted => {
                "The artist agrees in principle to one night. This is not a contract: the two \
                 sides make their own agreement elsewhere."
            }
            Self::Declined => "The artist said no.",
            Self::Withdrawn => "The promoter took the request back.",
            Self::Expired => {
                "Nobody answered by the date the promoter named, or until 24 hours before the \
                 last night began."
            }
            Self::Lapsed => "The accepted night has passed.",
            Self::Removed => {
                "A moderator took the request down. The reason is told, with a way to appeal."
            }
        }
    }

    /// How its badge looks: `sent`, `hold`, `yes`, `ended` or `stop`.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Draft | Self::Unverified | Self::Quarantined => "hold",
            Self::Accepted => "yes",
            Self::Declined | Self::Withdrawn | Self::Expired | Self::Lapsed => "ended",
            Self::Removed => "stop",
        }
    }

    /// Whether messages can still be written.
    pub const fn is_talking(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted)
    }

    /// Whether its life is over.
    pub const fn is_ended(self) -> bool {
        matches!(
            self,
            Self::Declined | Self::Withdrawn | Self::Expired | Self::Lapsed | Self::Removed
        )
    }
}

choices! {
    /// Who makes a move.
    Actor {
        /// Who asks.
        Promoter = "promoter", "promoter";
        /// Who is asked.
        Artist = "artist", "artist";
        /// The clock.
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
        Confirm = "confirm", "Confirmed and sent";
        /// Agrees in principle.
        Accept = "accept", "Accepted in principle";
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
    /// To where the request was before it was held back.
    WhereItCameFrom,
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
    /// On which conditions, in words for the page.
    pub guard: &'static str,
}

use State::{
    Accepted, Declined, Draft, Expired, Lapsed, Quarantined, Removed, Sent, Unverified, Withdrawn,
};

/// Every move there is. What does not stand here does not happen.
pub const RULES: &[Rule] = &[
    Rule {
        step: Move::Submit,
        from: &[Draft],
        to: To::State(Unverified),
        who: &[Actor::Promoter],
        guard: "Every required field is valid, nothing is below what the artist asks, the current \
                disclaimer is accepted, age and privacy policy are attested.",
    },
    Rule {
        step: Move::Confirm,
        from: &[Unverified],
        to: To::State(Sent),
        who: &[Actor::Promoter],
        guard: "By the button behind the link in the mail, within seven days. Checked again at \
                that moment: the artist is bookable, nothing is below what the artist asks, the \
                nights are still ahead, and the accepted disclaimer is the current one (or the \
                new one is accepted there).",
    },
    Rule {
        step: Move::Accept,
        from: &[Sent],
        to: To::State(Accepted),
        who: &[Actor::Artist],
        guard: "Names one night and the terms as they stand. The artist’s side accepts the \
                disclaimer too, once per request.",
    },
    Rule {
        step: Move::Decline,
        from: &[Sent],
        to: To::State(Declined),
        who: &[Actor::Artist],
        guard: "With a reason from a list, if the artist likes to give one.",
    },
    Rule {
        step: Move::Withdraw,
        from: &[Sent],
        to: To::State(Withdrawn),
        who: &[Actor::Promoter],
        guard: "At any time before an answer.",
    },
    Rule {
        step: Move::Expire,
        from: &[Sent],
        to: To::State(Expired),
        who: &[Actor::System],
        guard: "At the end of the day named in “respond by”, at the latest 24 hours before the \
                last night begins. Both sides are told.",
    },
    Rule {
        step: Move::Lapse,
        from: &[Accepted],
        to: To::State(Lapsed),
        who: &[Actor::System],
        guard: "The accepted night has passed. Both sides are told.",
    },
    Rule {
        step: Move::Quarantine,
        from: &[Unverified, Sent],
        to: To::State(Quarantined),
        who: &[Actor::Moderator],
        guard: "With a reason that is recorded and told to the promoter.",
    },
    Rule {
        step: Move::Release,
        from: &[Quarantined],
        to: To::WhereItCameFrom,
        who: &[Actor::Moderator],
        guard: "Back to where it came from; the address still has to be confirmed if it was not.",
    },
    Rule {
        step: Move::Remove,
        from: &[Unverified, Sent, Quarantined, Accepted],
        to: To::State(Removed),
        who: &[Actor::Moderator],
        guard: "With a statement of reasons to both who know of it, and a way to appeal.",
    },
];

/// The row for a move.
pub fn rule(step: Move) -> &'static Rule {
    let found = RULES.iter().find(|rule| rule.step == step);
    // The match in the test below keeps the table complete.
    found.unwrap_or(&RULES[0])
}

/// Whether `actor` may make `step` now, and where it leads.
pub fn decide(
    step: Move,
    state: State,
    quarantined_from: Option<State>,
    actor: Actor,
) -> Option<State> {
    let rule = rule(step);
    if rule.step != step || !rule.from.contains(&state) || !rule.who.contains(&actor) {
        return None;
    }
    match rule.to {
        To::State(to) => Some(to),
        To::WhereItCameFrom => quarantined_from,
    }
}

/// The moves that `actor` may make in this state, in the order of the table.
pub fn moves_of(actor: Actor, state: State) -> Vec<Move> {
    RULES
        .iter()
        .filter(|rule| rule.from.contains(&state) && rule.who.contains(&actor))
        .map(|rule| rule.step)
        .collect()
}

choices! {
    /// Why an artist declines: a list, so that nobody has to find words.
    DeclineReason {
        /// Nothing said.
        Other = "other", "No reason given";
        /// The calendar.
        Busy = "busy", "Not free that night";
        /// The place.
        TooFar = "too_far", "Too far from other dates";
        /// The money.
        Fee = "fee", "The offer does not fit";
        /// The event.
        NoFit = "no_fit", "Not the right event for the act";
        /// Too soon.
        Notice = "notice", "Too little notice";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_move_has_exactly_one_row_and_every_state_but_draft_is_reached() {
        for step in Move::ALL {
            assert_eq!(RULES.iter().filter(|rule| rule.step == *step).count(), 1, "{step:?}");
        }
        for state in State::ALL {
            let reached = RULES.iter().any(|rule| rule.to == To::State(*state));
            assert_eq!(reached, *state != Draft, "{state:?}");
            let left = RULES.iter().any(|rule| rule.from.contains(state));
            assert_eq!(left, !state.is_ended(), "{state:?}");
        }
    }

    proptest! {
        /// However the moves fall, an ended request stays ended, nobody but a promoter's own
        /// confirmation sends it, and release never skips that confirmation.
        #[test]
        fn random_walks_obey_the_table(steps in prop::collection::vec((0..10usize, 0..4usize), 0..40)) {
            let (mut state, mut from, mut confirmed) = (Unverified, None, false);
            for (step, actor) in steps {
                let (step, actor) = (Move::ALL[step], Actor::ALL[actor]);
                let Some(next) = decide(step, state, from, actor) else { continue };
                prop_assert!(!state.is_ended());
                confirmed |= step == Move::Confirm;
                from = (next == Quarantined).then_some(state);
                state = next;
                prop_assert!(!matches!(state, Sent | Accepted) || confirmed);
                prop_assert!(state != Draft);
            }
        }
    }
}
