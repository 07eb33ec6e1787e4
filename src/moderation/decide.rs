//! Deciding what waits in the queue: what can be decided about what, and that the people concerned
//! read the reason.

use super::decision_store::{self, Decided};
use super::hiding::hide;
use super::letters::tell_decision;
use super::store::Ticket;
use super::{Decision, TicketKind, new_artist};
use crate::accounts::account_store::{self, Account};
use crate::accounts::look_up;
use crate::artists::{self, Artist, Listing, contact_store, handover, handover_store, removal};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, TicketId};
use crate::mail::Site;
use crate::people::EmailAddress;
use crate::people::store::{find_contact, mailbox_index};
use crate::text::tidy;

/// The shortest and the longest reason, in characters.
const REASON: std::ops::RangeInclusive<usize> = 10..=2_000;

/// Reads a reason: it is a sentence, because the people concerned read it.
pub fn reason(typed: &str) -> Result<String> {
    let reason = tidy(typed);
    let length = reason.chars().count();
    if length < *REASON.start() {
        return Err(Error::field(
            "reason",
            "Give the reason in a full sentence, of ten characters or more; the people concerned \
             read it",
        ));
    }
    if length > *REASON.end() {
        return Err(Error::field("reason", "Shorten the reason to 2,000 characters"));
    }
    Ok(reason)
}

/// Something that can be decided about a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// What.
    pub decision: Decision,
    /// What it is called for who decides.
    pub label: &'static str,
    /// What the mail says of it; empty when the reason says it all.
    pub told: &'static str,
}

const fn offer(decision: Decision, label: &'static str, told: &'static str) -> Offer {
    Offer { decision, label, told }
}

/// A ticket as it is decided.
#[derive(Debug)]
pub struct Case {
    /// The ticket.
    pub ticket: Ticket,
    /// The artist that it is about, if there is one.
    pub artist: Option<Artist>,
    /// Whether it objects to the passing on of a page.
    pub objects: bool,
    /// Whether the artist was added by who wrote, and waits for this decision.
    pub waits: bool,
    /// Whether nobody answers for the artist, so that its page can be deleted for good.
    pub is_unanswered: bool,
    /// How many people answer for it.
    pub team: usize,
    /// Whether who wrote asks for an answer, and has an account.
    pub has_account: bool,
    /// What was decided.
    pub decided: Option<Decided>,
}

/// The case of a ticket.
pub fn get_case(reader: &mut Reader<'_>, id: TicketId) -> Result<Case> {
    let (ticket, decided) = decision_store::get_ticket(reader, id)?;
    let artist =
        ticket.artist.map(|artist| artists::store::get_artist(reader, artist)).transpose()?;
    let objects = handover_store::find_of_objection(reader, id)?.is_some();
    let (waits, is_unanswered, team) = match &artist {
        Some(artist) => (
            new_artist::is_waiting(reader, artist.id)?,
            removal::is_unanswered(reader, artist)?,
            contact_store::list_confirmed_contacts(reader, artist.id)?.len(),
        ),
        None => (false, false, 0),
    };
    let has_account = find_writer(reader, &ticket)?.is_some();
    Ok(Case { ticket, artist, objects, waits, is_unanswered, team, has_account, decided })
}

/// The address of who sent a message, if it is an account's: an appeal is about what was done to it. Who
/// reports a page is nobody's business here.
fn find_writer<'a>(
    reader: &mut Reader<'_>,
    ticket: &'a Ticket,
) -> Result<Option<&'a EmailAddress>> {
    let address = ticket.body.address.as_ref().filter(|_| ticket.kind == TicketKind::Contact);
    let Some(address) = address else { return Ok(None) };
    let Some(contact) = find_contact(reader, address)? else { return Ok(None) };
    Ok(account_store::find_of_contact(reader, contact.id)?.map(|_| address))
}

/// Looks up the account of who sent a message, which is noted as every look is.
pub fn look_up_writer(tx: &mut Tx<'_>, staff: AccountId, id: TicketId) -> Result<Vec<Account>> {
    let (ticket, _) = decision_store::get_ticket(tx, id)?;
    match find_writer(tx, &ticket)? {
        Some(address) => look_up::look_up(tx, staff, address.as_str()),
        None => Ok(Vec::new()),
    }
}

/// What can be decided about a case.
pub fn offered(case: &Case) -> Vec<Offer> {
    let listing = case.artist.as_ref().map(|artist| artist.facts.listing);
    match case.ticket.kind {
        TicketKind::Contact => {
            vec![offer(Decision::Done, "Answer it: what you write below is mailed", "")]
        }
        TicketKind::Report | TicketKind::Correction => {
            let mut offered = vec![
                offer(Decision::Done, "It has been put right", "It has been put right."),
                offer(Decision::Refused, "Nothing is changed", "Nothing is changed."),
            ];
            if listing.is_some_and(Listing::is_visible) {
                let told = "The page was taken from view.";
                offered.push(offer(Decision::Hidden, "Take the page from view", told));
            }
            if case.is_unanswered {
                let label = "Delete the page, and keep it from coming back unseen";
                let told = "The page was deleted. No file brings it back, and should somebody add \
                            it again, a person looks first and knows of your wish.";
                offered.push(offer(Decision::Removed, label, told));
            }
            offered
        }
        TicketKind::Claim if case.objects => vec![
            offer(Decision::Done, "The objection holds", "The page stays with you."),
            offer(
                Decision::Refused,
                "The page passes on all the same",
                "The page passes on all the same.",
            ),
        ],
        TicketKind::Claim if case.artist.is_some() => vec![
            offer(
                Decision::Listed,
                "It is theirs: hand the page over",
                "We find it likely that the page is yours. Another mail says how it goes on.",
            ),
            offer(Decision::Refused, "It is not shown well enough", "The page stays as it is."),
        ],
        TicketKind::NewArtist if case.waits => vec![
            offer(Decision::Listed, "Show it in the lists", "The artist is in the lists now."),
            offer(Decision::Refused, "Do not take it", "The artist was not taken into the lists."),
        ],
        TicketKind::NewArtist if listing.is_some_and(Listing::is_public) => {
            let label = "Close it: it is in the lists already";
            vec![offer(Decision::Done, label, "The artist is in the lists already.")]
        }
        TicketKind::NewArtist if case.artist.is_some() => {
            let label = "Close it: the page does not wait any more";
            vec![offer(Decision::Done, label, "The page does not wait for a decision any more.")]
        }
        TicketKind::Claim | TicketKind::NewArtist => {
            vec![offer(Decision::Done, "Close it: the page is gone", "The page is gone.")]
        }
    }
}

/// Decides a ticket: does what the decision says, and mails the reason to who wrote and to whom it
/// concerns.
pub fn decide(
    tx: &mut Tx<'_>,
    site: &Site,
    by: AccountId,
    id: TicketId,
    decision: Decision,
    reason: &str,
) -> Result<()> {
    decision_store::mark_decided(tx, id, by, decision, reason)?;
    let case = get_case(tx, id)?;
    let Some(offer) = offered(&case).into_iter().find(|offer| offer.decision == decision) else {
        return Err(Error::field("decision", "Choose one of what can be decided here"));
    };
    let decider = account_store::get_account(tx, by)?;
    let own = decider.contact.index(tx);
    let wrote = case.ticket.body.address.as_ref().map(|address| mailbox_index(tx, address));
    if wrote == Some(own) {
        return Err(Error::Conflict(
            "You wrote this yourself, so somebody else decides about it.".into(),
        ));
    }
    carry_out(tx, site, &case, decision, reason)?;
    tell_decision(tx, site, &case, offer.told, reason)
}

/// Does what a decision says.
fn carry_out(
    tx: &mut Tx<'_>,
    site: &Site,
    case: &Case,
    decision: Decision,
    reason: &str,
) -> Result<()> {
    let Some(artist) = &case.artist else { return Ok(()) };
    match (case.ticket.kind, decision) {
        (TicketKind::Claim, Decision::Done) if case.objects => {
            handover::uphold(tx, site, case.ticket.id)
        }
        (TicketKind::Claim, Decision::Refused) if case.objects => {
            handover::accept_in_spite(tx, site, case.ticket.id)
        }
        (TicketKind::Claim, Decision::Listed) => {
            let address = case.ticket.body.address.as_ref().ok_or_else(|| {
                Error::Conflict("Who claims the page left no address: refuse it.".into())
            })?;
            handover::accept_claim(tx, site, artist.id, address).map(drop)
        }
        (TicketKind::NewArtist, Decision::Listed) => {
            new_artist::list_new(tx, site, artist.id).map(drop)
        }
        (TicketKind::NewArtist, Decision::Refused) => new_artist::refuse_new(tx, artist.id),
        (_, Decision::Hidden) => hide(tx, site, artist, reason),
        (_, Decision::Removed) => removal::remove_unanswered(tx, artist.id),
        (_, Decision::Done | Decision::Refused | Decision::Listed) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_sentence() {
        assert!(reason(" Because.  ").is_err());
        assert!(reason(&"x".repeat(2_001)).is_err());
        assert_eq!(reason("It is not their page. ").unwrap(), "It is not their page.");
    }
}
