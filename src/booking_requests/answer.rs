//! How a side answers an offer: yes in principle, other terms, no; and how a promoter takes a
//! request back.

use super::differences::{self, TermChange};
use super::move_letters::{self, Saying};
use super::move_store::{self, record_move};
use super::moved_mail::Moved;
use super::party::{self, Party};
use super::reasons::DeclineReason;
use super::respond::{check_words, find_night, make, require, require_welcome};
use super::revision_store::{self, Offer, Revision};
use super::store::{self, Request};
use super::terms::Terms;
use super::{Actor, Move, floor, holding, night_store, thread_store, writing};
use crate::artists;
use crate::calendar;
use crate::db::Tx;
use crate::disclaimer::{self, Claim, chain};
use crate::error::{Error, Result};
use crate::ids::{PaperId, random_bytes};
use crate::mail::Site;
use crate::people::links::Side;
use crate::people::store::{Contact, get_contact};

/// What is said to somebody who answers an offer that was replaced meanwhile.
const SUPERSEDED: &str = "The terms have changed since you opened the page. These are the new \
     ones: read them, and answer again";

/// What came with an answer besides the answer.
#[derive(Debug, Clone)]
pub struct Consent {
    /// What the form claims about the disclaimer.
    pub claim: Claim,
    /// From where, anonymised.
    pub anonymous_address: String,
}

/// What an acceptance names.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// The hash of the terms that were shown.
    pub revision: String,
    /// The night, as it stands in the terms (`2027-03-13`).
    pub night: String,
    /// For the artist's side, which accepts the disclaimer once per request.
    pub consent: Consent,
    /// What the act sends along of what it keeps ready.
    pub papers: Vec<PaperId>,
}

/// The artist's side accepts the disclaimer, once per request, on the terms that it accepts or offers.
/// Returns who did, if it was now.
fn accept_disclaimer(
    tx: &mut Tx<'_>,
    request: &Request,
    party: &Party,
    consent: &Consent,
    terms_sha256: &str,
) -> Result<Option<Contact>> {
    if party.side == Side::Promoter || request.artist_acceptance.is_some() {
        return Ok(None);
    }
    let now = tx.now;
    let current = disclaimer::store::get_current(tx, now)?;
    let acceptance = disclaimer::accept(&current, &consent.claim, &consent.anonymous_address)
        .map_err(|why| Error::field("disclaimer_accepted", why.message()))?;
    let contact = get_contact(tx, party.contact)?;
    let acceptance = disclaimer::store::insert_acceptance(
        tx,
        &acceptance,
        request.id,
        Side::Artist,
        terms_sha256,
        &contact.key,
    )?;
    disclaimer::store::append_to_chain(tx, acceptance)?;
    move_store::mark_artist_acceptance(tx, request.id, acceptance)?;
    Ok(Some(contact))
}

/// Agrees in principle to one night of the terms that were shown: the side that got them.
pub fn accept(tx: &mut Tx<'_>, site: &Site, party: &Party, agreement: &Agreement) -> Result<()> {
    let request = party::lock_to_move(tx, party, Move::Accept)?;
    let mut request = holding::with_calendar(tx, request)?;
    let actor = Actor::from(party.side);
    let to = require(&request, Move::Accept, actor, tx.now)?;
    if agreement.revision != request.revision.sha256 {
        return Err(Error::field("", SUPERSEDED));
    }
    let night = find_night(&request, &agreement.night, tx.now)?;
    let newly =
        accept_disclaimer(tx, &request, party, &agreement.consent, &request.revision.sha256)?;
    match request.hold {
        Some(hold) if hold.night == night.date => {
            holding::keep_for_agreed(tx, site, request.artist, &hold, night.ends_at)?;
        }
        _ => holding::give_up(tx, site, &request)?,
    }
    let no_longer = request.hold.map(|hold| hold.night).filter(|held| *held != night.date);
    move_store::mark_accepted(tx, request.id, &night, &request.revision.sha256)?;
    request.night = Some(night);
    make(tx, site, &request, (Move::Accept, to), party.into(), Some(&request.night_shown()))?;
    // Of the nights that were asked for, only this one is still.
    if calendar::store::get_settings(tx, request.artist)?.pending_blocks {
        calendar::filling::fill(tx, request.artist)?;
    }
    let along = writing::send_papers(tx, &request, party, &agreement.papers)?;
    let saying = Saying { no_longer, note: &along, ..Saying::default() };
    let other = party.side.other();
    move_letters::tell_of_move(tx, site, &request, Moved::Accepted, other, saying)?;
    match newly {
        Some(contact) => {
            let request = store::get_request(tx, request.id)?;
            let artist = artists::store::get_artist(tx, request.artist)?;
            move_letters::tell_who_accepted(tx, site, &artist, &request, &contact)
        }
        None => Ok(()),
    }
}

/// What a counter-offer proposes.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The hash of the terms to which it answers.
    pub revision: String,
    /// The whole terms, with what is proposed anew.
    pub terms: Terms,
    /// Why; may be empty.
    pub note: String,
    /// For the artist's side, which accepts the disclaimer once per request.
    pub consent: Consent,
}

/// Proposes other terms: the side whose turn it is. The terms before stay as they were.
pub fn counter(tx: &mut Tx<'_>, site: &Site, party: &Party, proposal: &Proposal) -> Result<()> {
    check_words("note", &proposal.note, 1_000)?;
    let mut request = party::lock_to_move(tx, party, Move::Counter)?;
    let actor = Actor::from(party.side);
    let to = require(&request, Move::Counter, actor, tx.now)?;
    require_welcome(tx, &request, party.side)?;
    if proposal.revision != request.revision.sha256 {
        return Err(Error::field("", SUPERSEDED));
    }
    let changes = differences::between(&request.revision.terms, &proposal.terms)?;
    if changes.is_empty() {
        return Err(Error::field(
            "",
            "Nothing differs from the offer. Change a field, or accept it",
        ));
    }
    require_held_night(&request, &proposal.terms)?;
    // What is free is looked up under the lock, or it may be taken a moment later.
    calendar::store::lock_calendar(tx, request.artist)?;
    if party.side == Side::Promoter {
        require_free(tx, &request, &proposal.terms)?;
    }
    let terms = Terms { salt: chain::hex(&random_bytes()), ..proposal.terms.clone() };
    let sha256 = terms.sha256()?;
    let newly = accept_disclaimer(tx, &request, party, &proposal.consent, &sha256)?;
    let n = request.revision.n + 1;
    let offer = Offer { n, by: party.side, terms: &terms, sha256: &sha256 };
    revision_store::insert_revision(tx, request.id, &request.key, &offer)?;
    move_store::mark_terms(tx, request.id, &terms)?;
    let nights = terms.event.nights.iter().map(|night| night.night);
    night_store::set_nights(tx, request.id, request.artist, nights)?;
    if calendar::store::get_settings(tx, request.artist)?.pending_blocks {
        calendar::filling::fill(tx, request.artist)?;
    }
    let created_at = tx.now;
    let revision = Revision { n, by: party.side, terms, sha256, created_at };
    request.revision = revision;
    record_move(tx, &request, Move::Counter, to, party.into(), Some(&format!("revision {n}")))?;
    if !proposal.note.is_empty() {
        let (key, side) = (&request.key, party.side);
        thread_store::insert_message(tx, request.id, key, side, party.hand(), &proposal.note)?;
    }
    tell_of_counter(tx, site, &request, &changes, &proposal.note)?;
    match newly {
        Some(contact) => {
            let request = store::get_request(tx, request.id)?;
            let artist = artists::store::get_artist(tx, request.artist)?;
            move_letters::tell_who_accepted(tx, site, &artist, &request, &contact)
        }
        None => Ok(()),
    }
}

/// A promoter proposes no night on which the artist takes no request, but for those that are
/// proposed already.
fn require_free(tx: &mut Tx<'_>, request: &Request, terms: &Terms) -> Result<()> {
    let known: Vec<_> = request.revision.terms.event.nights.iter().map(|n| n.night).collect();
    let points = floor::not_free(tx, request.artist, terms)?;
    let new = |field: &str| {
        let at = field.strip_prefix("night").and_then(|n| n.parse::<usize>().ok());
        let night = at.and_then(|n| terms.event.nights.get(n.saturating_sub(1)));
        night.is_some_and(|night| !known.contains(&night.night))
    };
    let points: Vec<_> = points.into_iter().filter(|(field, _)| new(field)).collect();
    if points.is_empty() { Ok(()) } else { Err(Error::Invalid(points)) }
}

/// A hold stays through a counter-offer, so its night must stay among the dates.
fn require_held_night(request: &Request, terms: &Terms) -> Result<()> {
    let Some(hold) = request.hold else { return Ok(()) };
    if terms.event.nights.iter().any(|night| night.night == hold.night) {
        return Ok(());
    }
    Err(Error::field(
        "night1",
        format!(
            "{} is held for this request. Keep it among the dates, or let the hold go first",
            super::dates::evening(hold.night)
        ),
    ))
}

fn tell_of_counter(
    tx: &mut Tx<'_>,
    site: &Site,
    request: &Request,
    changes: &[TermChange],
    note: &str,
) -> Result<()> {
    let closes = store::get_request(tx, request.id)?.expires_at.display();
    let saying = Saying { note, changes, until: &closes, ..Saying::default() };
    move_letters::tell_of_move(
        tx,
        site,
        request,
        Moved::Countered,
        request.revision.by.other(),
        saying,
    )
}

/// The artist says no.
pub fn decline(
    tx: &mut Tx<'_>,
    site: &Site,
    party: &Party,
    reason: Option<DeclineReason>,
    note: &str,
) -> Result<()> {
    check_words("note", note, 1_000)?;
    let request = party::lock_to_move(tx, party, Move::Decline)?;
    let to = require(&request, Move::Decline, party.side.into(), tx.now)?;
    let reason = reason.map_or("", DeclineReason::label);
    let both = [reason, note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let why = both.join(". ");
    make(tx, site, &request, (Move::Decline, to), party.into(), Some(&why))?;
    let saying = Saying { reason, note, ..Saying::default() };
    move_letters::tell_of_move(tx, site, &request, Moved::Declined, Side::Promoter, saying)
}

/// The promoter takes the request back.
pub fn withdraw(tx: &mut Tx<'_>, site: &Site, party: &Party, note: &str) -> Result<()> {
    check_words("note", note, 1_000)?;
    let request = party::lock_to_move(tx, party, Move::Withdraw)?;
    let to = require(&request, Move::Withdraw, party.side.into(), tx.now)?;
    make(tx, site, &request, (Move::Withdraw, to), party.into(), Some(note))?;
    let saying = Saying { note, ..Saying::default() };
    move_letters::tell_of_move(tx, site, &request, Moved::Withdrawn, Side::Artist, saying)
}

/// Reminds the other side of an offer that it has not answered.
pub fn nudge(tx: &mut Tx<'_>, site: &Site, party: &Party) -> Result<()> {
    let request = party::lock_to_move(tx, party, Move::Nudge)?;
    let actor = Actor::from(party.side);
    let to = require(&request, Move::Nudge, actor, tx.now)?;
    require_welcome(tx, &request, party.side)?;
    move_store::mark_nudged(tx, request.id, request.revision.n)?;
    record_move(tx, &request, Move::Nudge, to, party.into(), None)?;
    let until = request.expires_at.display();
    let saying = Saying { until: &until, ..Saying::default() };
    move_letters::tell_of_move(tx, site, &request, Moved::Nudged, party.side.other(), saying)
}
