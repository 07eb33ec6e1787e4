//! Tickets: what people tell the operator, about a profile or about anything else. A ticket is
//! stored, passed on to the operator by mail, and deleted when its time is over.

use jiff::SignedDuration;

use super::Subject;
use super::new_artist;
use super::store::{self, Body, Ticket};
use crate::artists::{self, Artist};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, TicketId};
use crate::mail::messages::{TicketArrived, TicketReceived};
use crate::mail::{Kind, Site, kept_store, outbox};
use crate::people::EmailAddress;
use crate::people::store::ensure_contact;

/// How long a ticket is kept: 24 months, as the privacy policy says.
const KEPT: SignedDuration = SignedDuration::from_hours(730 * 24);
/// Claims to one artist's page that may wait for a decision at a time.
const MOST_CLAIMS: i64 = 20;
/// Tickets deleted in one round; the next takes the rest.
const A_ROUND: i64 = 200;

/// A ticket to be opened: read from a form whole, nothing in it needs to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// What it is about.
    pub subject: Subject,
    /// Who writes; may be empty.
    pub name: String,
    /// Where they can be answered.
    pub address: Option<EmailAddress>,
    /// The words.
    pub message: String,
}

/// The number of a ticket, as people read it and write it down.
pub fn reference(id: TicketId) -> String {
    crate::ids::reference(id.0)
}

/// Takes a ticket in and tells the operator; who left an address is told the number. A profile
/// that visitors cannot see cannot be reported either, and who claims one again is told the number
/// of the first time.
pub fn open_ticket(tx: &mut Tx<'_>, site: &Site, new: &NewTicket) -> Result<TicketId> {
    let artist = match &new.subject {
        Subject::Profile { slug, .. } | Subject::Claim { slug } => {
            Some(artists::store::get_visible(tx, slug)?.id)
        }
        // Neither depends on whether visitors see the page.
        Subject::NewArtist { slug } | Subject::Objection { slug } => {
            Some(artists::store::find_by_slug(tx, slug)?.ok_or(Error::NotFound)?.id)
        }
        Subject::Site(_) => None,
    };
    if let (Subject::Claim { .. }, Some(artist), Some(address)) =
        (&new.subject, artist, &new.address)
        && let Some(known) = find_same_claim(tx, artist, address)?
    {
        return Ok(known);
    }
    let id: TicketId = tx.ids.next();
    let body = Body {
        topic: new.subject.topic_label().to_owned(),
        name: new.name.clone(),
        address: new.address.clone(),
        message: new.message.clone(),
    };
    store::insert_ticket(tx, id, &new.subject, artist, &body)?;
    tell_operator(tx, site, id, new)?;
    if let Some(address) = &new.address {
        tell_writer(tx, site, id, new, address)?;
    }
    Ok(id)
}

/// The claim to an artist's page that was made from this address already and waits for a decision:
/// made again it is the same. To be asked under the lock of the artist, so that of two at once the
/// second finds the first.
fn find_same_claim(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    address: &EmailAddress,
) -> Result<Option<TicketId>> {
    artists::store::lock_artist(tx, artist)?;
    let known = store::find_waiting_claim(tx, artist, address)?;
    if known.is_none() && store::count_waiting_claims(tx, artist)? >= MOST_CLAIMS {
        return Err(Error::TooMany {
            what: "Many people have claimed this page, and we are still looking at their claims. \
                   Please try again in a day or two."
                .into(),
            retry_after: SignedDuration::from_hours(24),
        });
    }
    Ok(known)
}

/// The only mail that carries the words.
fn tell_operator(tx: &mut Tx<'_>, site: &Site, id: TicketId, new: &NewTicket) -> Result<()> {
    let to = ensure_contact(tx, &site.operator)?;
    let page_url = match &new.subject {
        Subject::Profile { slug, .. } | Subject::Claim { slug } | Subject::Objection { slug } => {
            site.absolute(&format!("/artists/{slug}"))
        }
        // Nobody sees that page yet.
        Subject::NewArtist { .. } => site.absolute("/staff"),
        Subject::Site(_) => String::new(),
    };
    let content = TicketArrived {
        site,
        what: new.subject.kind().label(),
        number: &reference(id),
        topic: new.subject.topic_label(),
        page_url: &page_url,
        author: &new.name,
        reply_to: new.address.as_ref().map_or("", EmailAddress::as_str),
        when: &tx.now.display(),
        text: &new.message,
    }
    .render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(Kind::TicketArrived, &to, content, arrived_key(id)),
    )
}

/// Tells the number, and nothing of what was written: the address may be a stranger's.
fn tell_writer(
    tx: &mut Tx<'_>,
    site: &Site,
    id: TicketId,
    new: &NewTicket,
    address: &EmailAddress,
) -> Result<()> {
    let to = ensure_contact(tx, address)?;
    let recipient = to.index(tx);
    if !outbox::allows_quietly(tx, &recipient)? {
        // The ticket counts all the same; whoever reads that mailbox has had enough for now.
        return Ok(());
    }
    let content = TicketReceived {
        site,
        number: &reference(id),
        topic: new.subject.topic_label(),
        when: &tx.now.display(),
    }
    .render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(Kind::TicketReceived, &to, content, format!("ticket_received:{id}")),
    )
}

/// The newest tickets, newest first, each with the artist whose profile it is about.
pub fn list_tickets(reader: &mut Reader<'_>, limit: i64) -> Result<Vec<(Ticket, Option<Artist>)>> {
    let mut tickets = Vec::new();
    for ticket in store::list_newest(reader, limit)? {
        let artist = match ticket.artist {
            Some(id) => Some(artists::store::get_artist(reader, id)?),
            None => None,
        };
        tickets.push((ticket, artist));
    }
    Ok(tickets)
}

/// Erases a ticket, and the mail that passed it on.
pub fn erase(tx: &mut Tx<'_>, id: TicketId) -> Result<()> {
    kept_store::blank(tx, &arrived_key(id))?;
    store::delete_ticket(tx, id)
}

/// The key of the mail that passes a ticket on.
fn arrived_key(id: TicketId) -> String {
    format!("ticket_arrived:{id}")
}

/// Deletes the tickets whose time is over, and with them what they alone lead to.
pub fn purge(tx: &mut Tx<'_>) -> Result<()> {
    let limit = tx.now.minus(KEPT);
    for id in store::list_before(tx, limit, A_ROUND)? {
        new_artist::drop_undecided(tx, id)?;
        store::delete_ticket(tx, id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::screening::find_payment_data;

    #[test]
    fn a_reference_is_read_in_groups_of_six() {
        assert_eq!(reference(TicketId(382_041_234_567_890_123)), "382041-234567-890123");
        assert_eq!(reference(TicketId(1_382_041_234_567_890_123)), "138204-123456-789012-3");
        assert_eq!(reference(TicketId(7)), "7");
    }

    #[test]
    fn a_reference_that_somebody_quotes_is_never_taken_for_a_card() {
        let refused = |text: &str| find_payment_data(text).refuses();
        let ids: Vec<TicketId> =
            (0..2_000).map(|n| TicketId(382_041_234_567_890_123 + n * 4_194_304_007)).collect();
        assert!(ids.iter().any(|id| refused(&id.to_string())));
        for id in ids {
            let reference = reference(id);
            assert!(!refused(&format!("My message has the number {reference}, 40 days ago.")));
        }
    }
}
