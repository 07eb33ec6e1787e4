//! The mails that say what was decided, and why.

use super::TicketKind;
use super::decide::Case;
use super::tickets::reference;
use crate::artists::{Artist, contact_store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::mail::messages::two_parts;
use crate::mail::{Kind, Site, outbox};
use crate::people::store::{Contact, ensure_contact, get_contact};

/// What was decided, to somebody whom it concerns.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// What happened, as a heading ("The page of Night Ferry was taken from view").
    pub what: &'a str,
    /// What it is about ("your message 382041-234567-890123 of 21 November 2026: …").
    pub about: &'a str,
    /// What was decided, in the words of who decided it; may be empty.
    pub outcome: &'a str,
    /// Why; may be empty.
    pub reason: &'a str,
    /// Whether it answers a message, and decides nothing.
    pub is_answer: bool,
}

impl Decided<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        self.what.to_owned()
    }

    /// Where one objects, or writes again.
    pub fn appeal_url(&self) -> String {
        self.site.absolute(if self.is_answer { "/contact" } else { "/contact?topic=decision" })
    }
}

two_parts!(Decided, "mail/decided.txt", "mail/decided.html");

/// To who wrote a ticket, if they left an address.
pub fn tell_decision(
    tx: &mut Tx<'_>,
    site: &Site,
    case: &Case,
    outcome: &str,
    reason: &str,
) -> Result<()> {
    let ticket = &case.ticket;
    let Some(address) = &ticket.body.address else { return Ok(()) };
    let to = ensure_contact(tx, address)?;
    let number = reference(ticket.id);
    let is_answer = ticket.kind == TicketKind::Contact;
    let what = format!("About your message, number {number}");
    let mut about = format!("{}, of {}", ticket.body.topic, ticket.created_at.display_date());
    if let Some(artist) = &case.artist {
        about = format!("{about}: the page of {}", artist.facts.name);
    }
    let letter = Decided { site, what: &what, about: &about, outcome, reason, is_answer };
    send(tx, &to, letter, format!("decided:{}", ticket.id))
}

/// To an artist's team: nobody sees the page any more.
pub fn tell_hidden(tx: &mut Tx<'_>, site: &Site, artist: &Artist, reason: &str) -> Result<()> {
    let what = format!("The page of {} was taken from view", artist.facts.name);
    let outcome = "Nobody can open the page, and nobody can send it a request. Requests that you \
                   have stay with you.";
    tell_team(tx, site, artist, ("hidden", &what), outcome, reason)
}

/// To an artist's team: the page can be seen again.
pub fn tell_shown(tx: &mut Tx<'_>, site: &Site, artist: &Artist, reason: &str) -> Result<()> {
    let what = format!("The page of {} can be seen again", artist.facts.name);
    let outcome = "It stands where it stood before.";
    tell_team(tx, site, artist, ("shown", &what), outcome, reason)
}

/// To an artist's team: the photo is gone from its page.
pub fn tell_photo_taken(tx: &mut Tx<'_>, site: &Site, artist: &Artist, reason: &str) -> Result<()> {
    let what = format!("The photo was taken from the page of {}", artist.facts.name);
    let outcome = "The picture is deleted, and a drawing stands in its place. You can put up \
                   another.";
    tell_team(tx, site, artist, ("unpictured", &what), outcome, reason)
}

fn tell_team(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    (step, what): (&str, &str),
    outcome: &str,
    reason: &str,
) -> Result<()> {
    let about = site.absolute(&format!("/artists/{}", artist.facts.slug));
    for contact in contact_store::list_confirmed_contacts(tx, artist.id)? {
        let to = match get_contact(tx, contact) {
            Ok(to) => to,
            // Erased meanwhile.
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let letter = Decided { site, what, about: &about, outcome, reason, is_answer: false };
        let key = format!("{step}:{}:{}:{}", artist.id, to.id, tx.now.micros());
        send(tx, &to, letter, key)?;
    }
    Ok(())
}

fn send(tx: &mut Tx<'_>, to: &Contact, letter: Decided<'_>, key: String) -> Result<()> {
    let content = letter.render()?;
    outbox::enqueue(tx, letter.site, outbox::Mail::plain(Kind::Decided, to, content, key))
}
