//! Deciding what waits in the queue: what can be decided about what, and that the people concerned
//! read the reason.

use super::decision_store;
use super::hiding::hide;
use super::letters::tell_decision;
use super::store::Ticket;
use super::{Decision, TicketKind};
use crate::artists::{self, Artist, Listing};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, TicketId};
use crate::mail::Site;
use crate::text::tidy;

/// The shortest and the longest reason, in characters.
const REASON: std::ops::RangeInclusive<usize> = 10..=2_000;

/// Reads a reason: it is a sentence, because the people concerned read it.
pub fn reason(typed: &str) -> Result<String> {
    let reason = tidy(typed);
    let length = reason.chars().count();
    if length < *REASON.start() {
        return Err(Error::field("reason", "Say the reason in a sentence: people will read it"));
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

/// What can be decided about a ticket.
pub fn offered(kind: TicketKind, artist: Option<&Artist>) -> Vec<Offer> {
    let listing = artist.map(|artist| artist.facts.listing);
    match kind {
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
            offered
        }
        TicketKind::Claim | TicketKind::NewArtist => Vec::new(),
    }
}

/// A ticket as it is decided: with the artist that it is about, if there is one.
pub fn get_case(
    reader: &mut Reader<'_>,
    id: TicketId,
) -> Result<(Ticket, Option<Artist>, Option<decision_store::Decided>)> {
    let (ticket, decided) = decision_store::get_ticket(reader, id)?;
    let artist =
        ticket.artist.map(|artist| artists::store::get_artist(reader, artist)).transpose()?;
    Ok((ticket, artist, decided))
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
    let (ticket, artist, _) = get_case(tx, id)?;
    let offered = offered(ticket.kind, artist.as_ref());
    let Some(offer) = offered.into_iter().find(|offer| offer.decision == decision) else {
        return Err(Error::field("decision", "Choose one of what can be decided here"));
    };
    if let (Decision::Hidden, Some(artist)) = (decision, &artist) {
        hide(tx, site, artist, reason)?;
    }
    tell_decision(tx, site, &ticket, offer.told, reason)
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
