//! The table of moves, walked.

use proptest::prelude::*;

use super::situation::{Held, Situation, decide, moves_of};
use super::*;
use crate::clock::Instant;

const NOW: Instant = Instant::from_micros(1_795_269_600_000_000);

#[test]
fn every_move_has_a_row_and_every_state_but_draft_is_reached() {
    for step in Move::ALL {
        assert!(RULES.iter().any(|rule| rule.step == *step), "{step:?}");
    }
    for state in State::ALL {
        let reached = RULES.iter().any(|rule| rule.to == To::State(*state));
        assert_eq!(reached, *state != Draft, "{state:?}");
        let left = RULES.iter().any(|rule| rule.from.contains(state));
        assert_eq!(left, !state.is_ended(), "{state:?}");
    }
}

#[test]
fn two_rows_of_one_move_never_both_hold_for_one_actor_in_one_state() {
    for (at, one) in RULES.iter().enumerate() {
        for other in RULES[at + 1..].iter().filter(|other| other.step == one.step) {
            let state = one.from.iter().any(|state| other.from.contains(state));
            let actor = one.who.iter().any(|actor| other.who.contains(actor));
            assert!(!(state && actor), "{:?}", one.step);
        }
    }
}

fn any_situation() -> impl Strategy<Value = Situation> {
    let held =
        (1..4i64, any::<bool>(), any::<bool>(), -2..3i64).prop_map(|(rank, one, two, at)| Held {
            rank,
            challenged: one,
            may_challenge: two,
            expires_at: hours(at),
        });
    let side = prop_oneof![Just(Side::Promoter), Just(Side::Artist)];
    (
        (0..State::ALL.len()).prop_map(|at| State::ALL[at]),
        prop_oneof![Just(Unverified), Just(Sent), Just(Countered)],
        side.clone(),
        any::<bool>(),
        prop::option::of(held),
        side,
        prop::option::of((-2..3i64).prop_map(hours)),
        (-2..3i64).prop_map(hours),
        (-240..1i64, any::<bool>()),
    )
        .prop_map(|(state, from, by, is_countered, hold, half, ends, expires, nudge)| {
            Situation {
                state,
                quarantined_from: (state == Quarantined).then_some(from),
                offered_by: by,
                offered_at: hours(nudge.0),
                is_nudged: nudge.1,
                is_countered,
                hold: hold.filter(|_| state.may_have_hold()),
                half_confirmed_by: (state == HalfConfirmed).then_some(half),
                night_ends_at: ends,
                expires_at: expires,
                now: NOW,
            }
        })
}

fn hours(n: i64) -> Instant {
    NOW.plus(jiff::SignedDuration::from_hours(n))
}

proptest! {
    /// Whatever the situation: nobody accepts or changes an offer of their own, nobody confirms
    /// twice, what has ended stays ended, and what pages offer is what the table allows.
    #[test]
    fn every_situation_obeys_the_guards(at in any_situation()) {
        for actor in Actor::ALL {
            let offered = moves_of(*actor, &at);
            for step in Move::ALL {
                let decided = decide(*step, &at, *actor);
                prop_assert_eq!(decided.is_ok(), offered.contains(step));
                let Ok(to) = decided else { continue };
                prop_assert!(!at.state.is_ended());
                let is_offerer = Actor::from(at.offered_by) == *actor;
                prop_assert!(!(matches!(step, Move::Accept | Move::Counter) && is_offerer));
                prop_assert!(!(*step == Move::Confirm && at.half_confirmed_by.map(Actor::from) == Some(*actor)));
                prop_assert!(to != Completed || at.night_ends_at.is_some_and(|ends| ends <= NOW));
                prop_assert!(to != Confirmed || at.half_confirmed_by.is_some());
                prop_assert!(*step != Move::Hold || *actor == Artist);
                prop_assert!(*step != Move::Nudge || is_offerer && !at.is_nudged);
                let needs_hold = matches!(step,
                    Move::LetGo | Move::HoldLapse | Move::Challenge | Move::Stand | Move::MoveUp);
                prop_assert!(!needs_hold || at.hold.is_some());
            }
        }
    }

    /// However the moves fall, nobody but a promoter's own confirmation sends a request, release
    /// never skips that confirmation, and nothing is agreed on that was not open before.
    #[test]
    fn random_walks_obey_the_table(
        steps in prop::collection::vec((0..Move::ALL.len(), 0..4usize, any::<bool>()), 0..60),
    ) {
        let mut at = Situation {
            state: Unverified, quarantined_from: None, offered_by: Side::Promoter,
            offered_at: NOW, is_nudged: false,
            is_countered: false, hold: None, half_confirmed_by: None,
            night_ends_at: None, expires_at: hours(1), now: NOW,
        };
        let (mut sent, mut agreed) = (false, false);
        for (step, actor, later) in steps {
            if later {
                at.now = at.now.plus(jiff::SignedDuration::from_mins(20));
            }
            let (step, actor) = (Move::ALL[step], Actor::ALL[actor]);
            let Ok(next) = decide(step, &at, actor) else { continue };
            sent |= step == Move::Send;
            agreed |= step == Move::Accept;
            let before = at.state;
            at.quarantined_from = (next == Quarantined)
                .then(|| if before == OnHold { at.without_hold() } else { before });
            match step {
                Move::Counter => {
                    at.offered_by = at.offered_by.other();
                    at.is_countered = true;
                }
                Move::Accept => at.night_ends_at = Some(at.now.plus(jiff::SignedDuration::from_hours(1))),
                Move::Hold => at.hold = Some(Held {
                    rank: 2, challenged: true, may_challenge: true, expires_at: at.expires_at,
                }),
                Move::LetGo | Move::HoldLapse | Move::Quarantine => at.hold = None,
                Move::Confirm if next == HalfConfirmed => {
                    at.half_confirmed_by = if actor == Artist { Some(Side::Artist) } else { Some(Side::Promoter) };
                }
                _ => {}
            }
            at.state = next;
            prop_assert!(sent || matches!(next, Unverified | Quarantined | Removed));
            prop_assert!(agreed || !(next.is_agreed() || next == Completed || next == Cancelled));
            prop_assert!(next != Draft);
        }
    }
}
