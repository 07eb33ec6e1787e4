//! What the two sides write to each other about a request that was sent, what a moderator decides
//! about it, and the ways back to it. The moves of the two sides are in `answer`, `holding` and
//! `confirming`, those of the clock in `closing`.

use super::letters::{self, is_held_from};
use super::list_store;
use super::move_letters::{self, Saying};
use super::move_store::record_move;
use super::moved_mail::Moved;
use super::party::Mover;
use super::situation::{Refusal, decide};
use super::store::{self, AgreedNight, Request};
use super::{Actor, Move, State, holding};
use crate::artists;
use crate::calendar;
use crate::clock::Instant;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{KeyId, RequestId};
use crate::mail::{Site, kept_store, outbox};
use crate::moderation::CARD_REFUSED;
use crate::moderation::screening::find_payment_data;
use crate::people::EmailAddress;
use crate::people::link_store;
use crate::people::links::{Purpose, Side};
use crate::people::store::find_contact;
use crate::text::tidy;

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 5_000;

/// Reads a message that a person typed.
pub fn read_message(field: &str, text: &str) -> Result<String> {
    let text = tidy(text);
    if text.is_empty() {
        return Err(Error::field(field, "Write something first"));
    }
    check_words(field, &text, LONGEST_MESSAGE)?;
    Ok(text)
}

/// Refuses words that are too many, or have a card's number in them, at their field.
pub fn check_words(field: &str, text: &str, longest: usize) -> Result<()> {
    if text.chars().count() > longest {
        return Err(Error::field(field, format!("Shorten this to {longest} characters")));
    }
    if find_payment_data(text).refuses() {
        return Err(Error::field(field, CARD_REFUSED));
    }
    Ok(())
}

/// Refuses the words of a promoter whom the artist has blocked since.
pub(super) fn require_welcome(tx: &mut Tx<'_>, request: &Request, side: Side) -> Result<()> {
    match side {
        Side::Promoter => artists::rules::require_welcome(tx, request.artist, request.promoter()?),
        Side::Artist => Ok(()),
    }
}

/// Where a move leads now, or what happened meanwhile. What is never this actor's move is not there.
pub(super) fn require(request: &Request, step: Move, actor: Actor, now: Instant) -> Result<State> {
    decide(step, &request.situation(now), actor).map_err(|refusal| match refusal {
        Refusal::NotYours => Error::NotFound,
        other => Error::Conflict(other.message()),
    })
}

/// One of the nights that the current terms propose, by its date; one that has begun is none.
pub(super) fn find_night(request: &Request, night: &str, now: Instant) -> Result<AgreedNight> {
    let zone = request.revision.terms.zone()?;
    let nights = &request.revision.terms.event.nights;
    let night = nights
        .iter()
        .find(|known| known.night.to_string() == night)
        .ok_or_else(|| Error::field("night", "Choose the night"))?;
    let (starts_at, ends_at) = (night.starts_at(&zone), night.ends_at(&zone));
    if starts_at <= now {
        return Err(Error::field("night", "This night has passed"));
    }
    Ok(AgreedNight { date: night.night, starts_at, ends_at })
}

/// Records a move. A night that was kept for a request that is over, or held back, is kept no longer,
/// and the days on which the artist is free are written out anew where they change.
pub(super) fn make(
    tx: &mut Tx<'_>,
    site: &Site,
    request: &Request,
    (step, to): (Move, State),
    by: Mover,
    note: Option<&str>,
) -> Result<()> {
    record_move(tx, request, step, to, by, note)?;
    if !to.may_have_hold() {
        holding::give_up(tx, site, request)?;
    }
    refill(tx, request, to)
}

/// Writes out the artist's days where a move from one state to another changes them.
pub(super) fn refill(tx: &mut Tx<'_>, request: &Request, to: State) -> Result<()> {
    let is_confirmed = |state: State| state == State::Confirmed;
    let is_asked = |state: State| state.may_have_hold();
    let by_confirmation = is_confirmed(request.state) != is_confirmed(to);
    let by_asking = is_asked(request.state) != is_asked(to);
    if !by_confirmation && !by_asking {
        return Ok(());
    }
    calendar::store::lock_calendar(tx, request.artist)?;
    let is_by_asking_too = calendar::store::get_settings(tx, request.artist)?.pending_blocks;
    match by_confirmation || is_by_asking_too {
        true => calendar::filling::fill(tx, request.artist),
        false => Ok(()),
    }
}

/// What a moderator does, with the statement of reasons that the people concerned read.
pub fn moderate(
    tx: &mut Tx<'_>,
    site: &Site,
    id: RequestId,
    decision: Move,
    reason: &str,
) -> Result<State> {
    let reason = tidy(reason);
    if reason.chars().count() < 10 {
        return Err(Error::BadRequest("say the reason in a sentence: people will read it".into()));
    }
    let mut request = store::lock_request(tx, id)?;
    let to = require(&request, decision, Actor::Moderator, tx.now)?;
    let moved = Moved::by(decision)
        .filter(|_| matches!(decision, Move::Quarantine | Move::Release | Move::Remove))
        .ok_or_else(|| Error::BadRequest("this is no decision of a moderator".into()))?;
    make(tx, site, &request, (decision, to), Actor::Moderator.into(), Some(&reason))?;
    if is_held_from(Side::Artist, to) && request.sent_at.is_some() {
        // What waits to be mailed to the act has the words that are kept from it.
        for person in letters::people(tx, &request, Side::Artist)? {
            kept_store::cancel_to(tx, KeyId(person.key.id()), &[id])?;
        }
    }
    // What is told is told of the request as it stands now.
    request.state = to;
    let saying = Saying { reason: &reason, ..Saying::default() };
    move_letters::tell_of_move(tx, site, &request, moved, Side::Promoter, saying)?;
    if request.sent_at.is_some() {
        move_letters::tell_of_move(tx, site, &request, moved, Side::Artist, saying)?;
    }
    Ok(to)
}

/// "Send my link again": neutral, whoever asks. An address that has threads here gets one mail.
pub fn send_link_again(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress) -> Result<()> {
    const NEWEST: i64 = 10;
    let Some(contact) = find_contact(tx, address)? else { return Ok(()) };
    let recipient = contact.index(tx);
    if !outbox::allows_quietly(tx, &recipient)? {
        // The answer must not tell whether the address is known; enough mails are on their way.
        return Ok(());
    }
    let mut ids: Vec<(RequestId, Side)> = list_store::list_of_promoter(tx, contact.id, NEWEST)?
        .into_iter()
        .map(|id| (id, Side::Promoter))
        .collect();
    for (artist, joined) in artists::contact_store::list_joined(tx, contact.id)? {
        let sent = list_store::list_seen_since(tx, artist, joined, NEWEST)?;
        ids.extend(sent.into_iter().map(|id| (id, Side::Artist)));
    }
    ids.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    ids.truncate(NEWEST as usize);
    let mut threads = Vec::new();
    for (id, side) in ids {
        match store::get_request(tx, id) {
            Ok(request) => threads.push((request, side)),
            // Its promoter was erased; the others are still worth a link.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    letters::send_links_again(tx, site, &contact, &threads)
}

/// Ends every link to one side of a thread, such as when a mail fell into the wrong hands; the
/// side's people ask for a fresh one.
pub fn end_links(tx: &mut Tx<'_>, id: RequestId, side: Side) -> Result<()> {
    let request = store::lock_request(tx, id)?;
    link_store::revoke(tx, request.id, side, Purpose::Thread)
}
