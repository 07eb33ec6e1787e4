//! Where a request stands, as far as the table of moves asks, and what may be done there.

use jiff::SignedDuration;

use super::{Actor, Move, Need, OPEN, RULES, Rule, State, To};
use crate::clock::Instant;
use crate::db::types::choices;
use crate::people::links::Side;

/// How long a side waits for an answer before it may remind the other.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A hold as the table of moves sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// 1 for the first.
    pub rank: i64,
    /// Whether the hold behind it has asked it to confirm or to go.
    pub challenged: bool,
    /// Whether the hold before it can be challenged: it is not yet, and has not said that it is
    /// ready.
    pub may_challenge: bool,
    /// When it lapses.
    pub expires_at: Instant,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// Its state.
    pub state: State,
    /// Where it was before it was held back.
    pub quarantined_from: Option<State>,
    /// Who made the current offer.
    pub offered_by: Side,
    /// When.
    pub offered_at: Instant,
    /// Whether its side has reminded the other of it.
    pub is_nudged: bool,
    /// Whether there was a counter-offer.
    pub is_countered: bool,
    /// The night that is kept for it.
    pub hold: Option<Held>,
    /// Who confirmed first.
    pub half_confirmed_by: Option<Side>,
    /// When the agreed night ends.
    pub night_ends_at: Option<Instant>,
    /// When it closes by itself.
    pub expires_at: Instant,
    /// Now.
    pub now: Instant,
}

choices! {
    /// On whose desk a request lies.
    Desk {
        /// Not sent yet.
        Unsent = "unsent", "not sent";
        /// The promoter has to answer.
        Promoter = "promoter", "the promoter’s turn";
        /// The artist has to answer.
        Artist = "artist", "the artist’s turn";
        /// Both have agreed, and the night is still to come.
        Agreed = "agreed", "agreed";
        /// A moderator has it.
        Held = "held", "held for review";
        /// It is over.
        Ended = "ended", "ended";
    }
}

impl From<Side> for Desk {
    fn from(side: Side) -> Self {
        match side {
            Side::Promoter => Self::Promoter,
            Side::Artist => Self::Artist,
        }
    }
}

impl Desk {
    /// Which side has to do something; none where both have, or neither.
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Promoter => Some(Side::Promoter),
            Self::Artist => Some(Side::Artist),
            _ => None,
        }
    }
}

/// Why a move is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is never this actor's move.
    NotYours,
    /// Not in this state.
    Over(State),
    /// The other side has to answer first.
    NotYourTurn,
    /// No night is held.
    NoHold,
    /// No other hold can be challenged.
    NobodyBefore,
    /// The hold is not challenged.
    NotChallenged,
    /// The hold is, and waits for an answer until then.
    Challenged(Instant),
    /// This side has confirmed.
    SaidAlready,
    /// The night is still to come, or the time is not up.
    TooEarly,
    /// Who waits has not waited for long, or has reminded the other side already.
    NoReminder,
}

impl Refusal {
    /// What a person is told. The first two words of a refusal are the state's, which is news.
    pub fn message(self) -> String {
        match self {
            Self::NotYours => "This is not yours to do.".into(),
            Self::Over(state) => format!(
                "This is not possible now: the request is “{}”.",
                state.label().to_lowercase()
            ),
            Self::NotYourTurn => {
                "It is the other side’s turn: the current offer is yours. You can write a message."
                    .into()
            }
            Self::NoHold => "No night is held for this request any more.".into(),
            Self::NobodyBefore => {
                "There is no hold before this one that can be challenged now.".into()
            }
            Self::NotChallenged => "The hold is not challenged any more.".into(),
            Self::Challenged(until) => format!(
                "This hold is challenged and waits for an answer of the promoter until {}. After \
                 that you can change it.",
                until.display()
            ),
            Self::SaidAlready => {
                "Your side has confirmed already. It is up to the other side now.".into()
            }
            Self::TooEarly => "The night is not over yet.".into(),
            Self::NoReminder => {
                "The other side can be reminded once of each offer, five days after it was made."
                    .into()
            }
        }
    }
}

impl Situation {
    /// Whose turn it is to answer the current offer; nobody's once there is nothing to answer.
    pub fn turn(&self) -> Option<Side> {
        self.state.is_open().then(|| self.offered_by.other())
    }

    /// On whose desk it lies.
    pub fn desk(&self) -> Desk {
        match (self.turn(), self.state) {
            (Some(side), _) => side.into(),
            (None, State::HalfConfirmed) => {
                self.half_confirmed_by.map_or(Desk::Agreed, |side| side.other().into())
            }
            (None, state) if state.is_agreed() => Desk::Agreed,
            (None, State::Quarantined) => Desk::Held,
            (None, State::Draft | State::Unverified) => Desk::Unsent,
            (None, _) => Desk::Ended,
        }
    }

    /// Where the request is without its hold.
    pub const fn without_hold(&self) -> State {
        if self.is_countered { State::Countered } else { State::Sent }
    }

    fn lead(&self, to: To) -> Option<State> {
        match to {
            To::State(state) => Some(state),
            To::Here => Some(self.state),
            To::WithoutHold => Some(self.without_hold()),
            To::WhereItCameFrom => self.quarantined_from,
        }
    }

    fn refuse(&self, need: Need, rule: &Rule, actor: Actor) -> Option<Refusal> {
        let is = |side: Side| Actor::from(side) == actor;
        match need {
            Need::Turn => (!self.turn().is_some_and(is)).then_some(Refusal::NotYourTurn),
            Need::Waited => {
                let waited = self.offered_at.plus(PATIENCE) <= self.now;
                let may = is(self.offered_by) && waited && !self.is_nudged;
                (!may).then_some(Refusal::NoReminder)
            }
            Need::Hold => self.hold.is_none().then_some(Refusal::NoHold),
            Need::HoldBefore => {
                let may = self.hold.is_some_and(|hold| hold.rank > 1 && hold.may_challenge);
                (!may).then_some(Refusal::NobodyBefore)
            }
            Need::Challenged => {
                let is_challenged = self.hold.is_some_and(|hold| hold.challenged);
                (!is_challenged).then_some(Refusal::NotChallenged)
            }
            Need::Unchallenged => {
                let held = self.hold.filter(|hold| hold.challenged);
                held.map(|hold| Refusal::Challenged(hold.expires_at))
            }
            Need::OwnWord => self.half_confirmed_by.is_some_and(is).then_some(Refusal::SaidAlready),
            Need::NightOver => {
                let is_over = self.night_ends_at.is_some_and(|ends| ends <= self.now);
                (!is_over).then_some(Refusal::TooEarly)
            }
            Need::Due => {
                let due = match rule.step {
                    Move::HoldLapse => self.hold.map(|hold| hold.expires_at),
                    _ => Some(self.expires_at),
                };
                due.is_none_or(|due| due > self.now).then_some(Refusal::TooEarly)
            }
        }
    }
}

/// Whether `actor` may make `step` now, and where it leads.
pub fn decide(step: Move, at: &Situation, actor: Actor) -> Result<State, Refusal> {
    let mut refusal = Refusal::NotYours;
    for rule in RULES.iter().filter(|rule| rule.step == step && rule.who.contains(&actor)) {
        if !rule.from.contains(&at.state) {
            // A refusal by the state is the weakest: another row may say more.
            if refusal == Refusal::NotYours {
                refusal = Refusal::Over(at.state);
            }
            continue;
        }
        match rule.needs.iter().find_map(|need| at.refuse(*need, rule, actor)) {
            Some(why) => refusal = why,
            None => return at.lead(rule.to).ok_or(Refusal::Over(at.state)),
        }
    }
    Err(refusal)
}

/// The moves that `actor` may make now, in the order of the table.
pub fn moves_of(actor: Actor, at: &Situation) -> Vec<Move> {
    let mut moves: Vec<Move> = RULES
        .iter()
        .map(|rule| rule.step)
        .filter(|step| decide(*step, at, actor).is_ok())
        .collect();
    moves.dedup();
    moves
}

/// The decisions that a moderator may take in this state: none of them asks for more than the state.
pub fn decisions_in(state: State) -> Vec<Move> {
    RULES
        .iter()
        .filter(|rule| rule.who.contains(&Actor::Moderator) && rule.from.contains(&state))
        .map(|rule| rule.step)
        .collect()
}

/// The states in which the clock watches for the end of the time, and what it does then.
pub const BY_TIME: &[(Move, &[State])] = &[
    (Move::Expire, OPEN),
    (Move::Lapse, &[State::Accepted, State::HalfConfirmed]),
    (Move::Complete, &[State::Confirmed]),
];
