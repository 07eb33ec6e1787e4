//! How reliably the two sides answer, counted alike for everybody and published with how many requests
//! it is counted from. The formula stands on `/how-it-works` in the words of this file.
//!
//! Counted are the newest 200 requests that were sent within twelve months. An act answered a request
//! when it wrote, declined, countered, held or accepted; one that closed unanswered because its time
//! was up counts as not answered; one that was taken back or removed before does not count. A
//! promoter wrote back when they did anything after the act had answered; a request that closed with
//! an offer of the act on the table, and no answer to it, counts as not written back. An agreed night took place
//! unless it lapsed without the confirmation of both, or the promoter called it off; one that the act
//! called off does not count.

use jiff::SignedDuration;

use super::State;
use super::answer_store::{self, Outcome};
use crate::artists::{self, Answers};
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId};

/// How far back requests are counted.
const BACK: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Counts anew how an artist answers, shows it on the profile, and again tomorrow: it grows old.
pub fn recount(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let since = tx.now.minus(BACK);
    let outcomes = answer_store::list_of_artist(tx, artist, since)?;
    let answers = of_artist(&outcomes);
    artists::store::set_answers(tx, artist, answers)?;
    if answers.asked == 0 {
        return answer_store::forget_due(tx, artist);
    }
    let tomorrow = tx.now.plus(SignedDuration::from_hours(24));
    answer_store::set_due(tx, artist, tomorrow)
}

fn of_artist(outcomes: &[Outcome]) -> Answers {
    let mut minutes: Vec<i64> = outcomes
        .iter()
        .filter_map(|one| Some((one.answered_at?.micros() - one.sent_at.micros()) / 60_000_000))
        .collect();
    minutes.sort_unstable();
    let unanswered = outcomes
        .iter()
        .filter(|one| one.answered_at.is_none() && one.state == State::Expired)
        .count();
    Answers {
        asked: (minutes.len() + unanswered) as i64,
        answered: minutes.len() as i64,
        median_minutes: minutes.get(minutes.len() / 2).copied().unwrap_or_default(),
    }
}

/// How a promoter answers acts, and what becomes of nights that were agreed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reliability {
    /// Requests that an act answered.
    pub answered: i64,
    /// Of these, those in which the promoter wrote back.
    pub wrote_back: i64,
    /// Nights that were agreed on and are over, one way or another.
    pub agreed: i64,
    /// Of these, those that took place.
    pub took_place: i64,
}

impl Reliability {
    /// In sentences for the artists that they write to; nothing is said of fewer than five.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.answered >= Answers::LEAST {
            sentences.push(format!(
                "Wrote back in {} of {} requests in which it was their turn.",
                self.wrote_back, self.answered
            ));
        }
        if self.agreed >= Answers::LEAST {
            sentences.push(format!(
                "Of {} agreed nights, {} took place; the others lapsed or were called off by this \
                 promoter.",
                self.agreed, self.took_place
            ));
        }
        sentences
    }
}

/// Counts it, for who is asked by this promoter.
pub fn of_promoter(
    reader: &mut Reader<'_>,
    promoter: ContactId,
    now: Instant,
) -> Result<Reliability> {
    Ok(reliability(&answer_store::list_of_promoter(reader, promoter, now.minus(BACK))?))
}

fn reliability(outcomes: &[Outcome]) -> Reliability {
    let count =
        |is: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|one| is(one)).count() as i64;
    let is_over = |one: &Outcome| match one.state {
        State::Completed | State::Lapsed => true,
        State::Cancelled => one.cancelled_by_promoter,
        _ => false,
    };
    // Where it was not up to the promoter, nobody was kept waiting.
    let was_asked = |one: &Outcome| one.replied_at.is_some() || one.waited_for_promoter;
    Reliability {
        answered: count(&|one| one.answered_at.is_some() && was_asked(one)),
        wrote_back: count(&|one| one.replied_at.is_some()),
        agreed: count(&is_over),
        took_place: count(&|one| one.state == State::Completed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(state: State, answered_after: Option<i64>) -> Outcome {
        let sent_at = Instant::from_micros(1_000_000_000);
        let after = |minutes| sent_at.plus(SignedDuration::from_mins(minutes));
        Outcome {
            state,
            sent_at,
            answered_at: answered_after.map(after),
            replied_at: None,
            cancelled_by_promoter: false,
            waited_for_promoter: false,
        }
    }

    #[test]
    fn what_was_taken_back_unanswered_counts_for_nobody() {
        let outcomes = [
            outcome(State::Declined, Some(30)),
            outcome(State::Accepted, Some(600)),
            outcome(State::Sent, Some(90)),
            outcome(State::Expired, None),
            outcome(State::Withdrawn, None),
            outcome(State::Sent, None),
        ];
        let counted = Answers { asked: 4, answered: 3, median_minutes: 90 };
        assert_eq!(of_artist(&outcomes), counted);
    }

    #[test]
    fn a_promoter_answers_for_what_was_up_to_them() {
        let lost = Outcome { waited_for_promoter: true, ..outcome(State::Expired, Some(30)) };
        let wrote = |state| Outcome {
            replied_at: Some(Instant::from_micros(9_000_000_000)),
            ..outcome(state, Some(30))
        };
        let called_off = Outcome { cancelled_by_promoter: true, ..wrote(State::Cancelled) };
        let outcomes = [
            lost,
            outcome(State::Expired, Some(30)),
            outcome(State::Declined, Some(30)),
            wrote(State::Completed),
            wrote(State::Lapsed),
            wrote(State::Cancelled),
            called_off,
        ];
        let counted = Reliability { answered: 5, wrote_back: 4, agreed: 3, took_place: 1 };
        assert_eq!(reliability(&outcomes), counted);
        assert!(counted.sentences().len() == 1, "three nights are too few to speak of");
        let more = Reliability { agreed: 5, took_place: 4, ..counted };
        assert!(more.sentences()[1].starts_with("Of 5 agreed nights, 4 took place"));
    }
}
