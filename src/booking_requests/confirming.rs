//! After the yes in principle: both sides say that they have made their own agreement, one calls it
//! off, or the night comes and goes.

use jiff::SignedDuration;

use super::move_letters::{self, Saying};
use super::moved_mail::Moved;
use super::party::{self, Party};
use super::reasons::CancelReason;
use super::respond::{check_words, make, require};
use super::store::{self, Request};
use super::{Actor, Move, State, hold_store, holding, move_store, night_store};
use crate::calendar;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::mail::Site;
use crate::people::links::Side;

/// How long after the night a confirmed request is completed by itself.
const COMPLETED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What a confirmation states.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// That the two sides have made their own agreement elsewhere.
    pub agreed_elsewhere: bool,
    /// That the act plays this night and the one that it overlaps with.
    pub plays_both: bool,
}

/// What the artist has confirmed at the same time, with the way between, as its team reads it:
/// "Harbour Night, Sat 13 Mar 2027, 23:00–01:00 CET, Hamburg".
pub fn list_overlaps(reader: &mut Reader<'_>, request: &Request) -> Result<Vec<String>> {
    let Some(night) = request.night else { return Ok(Vec::new()) };
    let span = (night.starts_at, night.ends_at);
    let travel = calendar::store::get_settings(reader, request.artist)?.travel();
    let ids = night_store::list_overlapping(reader, request.artist, request.id, span, travel)?;
    ids.into_iter()
        .map(|id| {
            let other = store::get_request(reader, id)?;
            let terms = &other.revision.terms;
            let date = other.night.map(|night| night.date);
            let night = terms.event.nights.iter().find(|night| Some(night.night) == date);
            let when = match night {
                Some(night) => night.display(&terms.zone()?),
                None => other.night_shown(),
            };
            Ok(format!("{}, {when}, {}", terms.event.name, terms.venue.city))
        })
        .collect()
}

/// One side says that the agreement is made; when the other has said so too, it is confirmed.
pub fn confirm(tx: &mut Tx<'_>, site: &Site, party: &Party, said: Statement) -> Result<()> {
    let request = party::lock_to_move(tx, party, Move::Confirm)?;
    let mut request = holding::with_calendar(tx, request)?;
    let actor = Actor::from(party.side);
    let to = require(&request, Move::Confirm, actor, tx.now)?;
    let night = request.night.ok_or(Error::NotFound)?;
    if !said.agreed_elsewhere {
        return Err(Error::field(
            "agreed_elsewhere",
            "Tick this if you have made your own agreement. If not, wait with the confirmation",
        ));
    }
    let note = request.night_shown();
    if party.side == Side::Artist {
        // Each confirmation of the artist is held against all that it has confirmed, under the lock
        // of its calendar: so no two overlap unless somebody said that it plays both.
        let overlaps = list_overlaps(tx, &request)?;
        if !overlaps.is_empty() && !said.plays_both {
            return Err(Error::field(
                "plays_both",
                "Another confirmed night overlaps with this one. Tick that the act plays both, or \
                 do not confirm",
            ));
        }
    }
    // The database refuses a half-confirmed request of which nobody knows who confirmed it.
    if to == State::HalfConfirmed {
        move_store::mark_half_confirmed(tx, request.id, party.side)?;
        request.half_confirmed_by = Some(party.side);
    }
    make(tx, site, &request, (Move::Confirm, to), party.into(), Some(&note))?;
    let moved = if to == State::Confirmed {
        move_store::set_closing(tx, request.id, night.ends_at.plus(COMPLETED_AFTER))?;
        hold_store::take_night(tx, request.artist, night.date, request.id)?;
        hold_store::delete_hold(tx, request.id)?;
        Moved::Confirmed
    } else {
        Moved::HalfConfirmed
    };
    move_letters::tell_of_move(tx, site, &request, moved, party.side.other(), Saying::default())
}

/// Calls an agreed night off, with a reason that the other side reads.
pub fn cancel(
    tx: &mut Tx<'_>,
    site: &Site,
    party: &Party,
    reason: Option<CancelReason>,
    note: &str,
) -> Result<()> {
    check_words("note", note, 1_000)?;
    let request = party::lock_to_move(tx, party, Move::Cancel)?;
    let actor = Actor::from(party.side);
    let to = require(&request, Move::Cancel, actor, tx.now)?;
    let reason = reason.ok_or_else(|| Error::field("reason", "Choose the reason"))?;
    if reason == CancelReason::Other && note.is_empty() {
        return Err(Error::field("note", "Say the reason in a few words"));
    }
    let shown = if reason == CancelReason::Other { "" } else { reason.label() };
    let both = [shown, note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    make(tx, site, &request, (Move::Cancel, to), party.into(), Some(&both.join(". ")))?;
    let saying = Saying { reason: shown, note, ..Saying::default() };
    move_letters::tell_of_move(tx, site, &request, Moved::Cancelled, party.side.other(), saying)
}

/// Says that the night has been.
pub fn complete(tx: &mut Tx<'_>, site: &Site, party: &Party) -> Result<()> {
    let request = party::lock_to_move(tx, party, Move::Complete)?;
    let actor = Actor::from(party.side);
    let to = require(&request, Move::Complete, actor, tx.now)?;
    make(tx, site, &request, (Move::Complete, to), party.into(), None)?;
    let other = party.side.other();
    move_letters::tell_of_move(tx, site, &request, Moved::Completed, other, Saying::default())
}
