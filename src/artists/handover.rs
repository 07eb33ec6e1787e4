//! A claim to a page for which somebody answers already, once people have found it likely.
//!
//! The team is told and has seven days to object. If nobody does, the claimant gets a link, and the
//! page passes on when they say yes behind it; if they never do, it stays. An objection stops it until
//! people have looked again. Every step is made under the lock of the artist, so of two nodes, or two
//! people, one comes second and sees what the first did.

use jiff::SignedDuration;

use super::contact_store::{list_confirmed_contacts, remove_contact, remove_unconfirmed_contact};
use super::handover_mails::{News, tell};
use super::handover_store::{self, Handover, State};
use super::listing::ask_claimant;
use super::{Artist, Listing, block_store, edit_store, membership, paper_store, store, team_store};
use crate::accounts::account_store::require_not_frozen;
use crate::booking_requests::leave::{clear_desk, close_threads_to};
use crate::calendar;
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, HandoverId, TicketId};
use crate::mail::Site;
use crate::moderation::Subject;
use crate::moderation::tickets::{NewTicket, open_ticket};
use crate::people::EmailAddress;
use crate::people::link_store;
use crate::people::links::{Link, Purpose, Side, Target};
use crate::people::store::{ensure_contact, get_contact};

/// How long a team can object.
const TO_OBJECT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the claimant can say yes: as long as the link works that asks.
const TO_SAY_YES: SignedDuration = SignedDuration::from_hours(30 * 24);
/// An objection about which nobody has decided in this time holds.
const TO_DECIDE: SignedDuration = SignedDuration::from_hours(365 * 24);

/// What came of a claim that people accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// Nobody answers for the act: a link by which the page becomes theirs was mailed to the claimant.
    Asked,
    /// Somebody does, was told, and can object.
    Announced {
        /// Until then.
        until: Instant,
    },
}

/// Accepts a claim of somebody at this address. Accepting it twice is the same as once.
///
/// # Errors
/// [`Error::Conflict`], with the reason: they answer for the act already, another claim to it is under
/// way or has its link, this one was objected to, or a moderator has hidden the page.
pub fn accept_claim(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: ArtistId,
    address: &EmailAddress,
) -> Result<Accepted> {
    let artist = store::lock_artist(tx, artist)?;
    if artist.facts.listing == Listing::Hidden {
        return Err(Error::Conflict("This page is hidden: show it first.".into()));
    }
    let claimant = ensure_contact(tx, address)?;
    let team = list_confirmed_contacts(tx, artist.id)?;
    if team.contains(&claimant.id) {
        return Err(Error::Conflict(format!(
            "This address answers for {} already.",
            artist.facts.name
        )));
    }
    if let Some(open) = handover_store::find_open(tx, artist.id)? {
        return accepted_before(&open, claimant.id);
    }
    if team.is_empty() {
        if link_store::has_claim_of_another(tx, artist.id, claimant.id)? {
            return Err(Error::Conflict(
                "Somebody else has a link by which this page becomes theirs. It works for 30 days \
                 at most: decide when it was used, or is over."
                    .into(),
            ));
        }
        ask_claimant(tx, site, &artist.facts.slug, address)?;
        return Ok(Accepted::Asked);
    }
    // One from before the page was anybody's would lead past those who answer for it now.
    link_store::revoke_for_artist(tx, artist.id, claimant.id, Purpose::ConfirmListing)?;
    let until = tx.now.plus(TO_OBJECT);
    let handover = handover_store::insert_handover(tx, artist.id, claimant.id, until)?;
    announce(tx, site, &artist, &handover, &team)?;
    Ok(Accepted::Announced { until })
}

fn accepted_before(open: &Handover, claimant: ContactId) -> Result<Accepted> {
    if open.claimant != claimant {
        return Err(Error::Conflict(
            "Another claim to this page is under way. Decide when it has ended.".into(),
        ));
    }
    match open.state {
        State::Waiting => Ok(Accepted::Announced { until: open.due_at }),
        State::Offered => Ok(Accepted::Asked),
        State::Objected | State::Done | State::Kept => Err(Error::Conflict(
            "Who answers for this page objected to the claim: decide about the objection.".into(),
        )),
    }
}

/// Tells the team, each with a link of their own, and the claimant that it is under way.
fn announce(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    handover: &Handover,
    team: &[ContactId],
) -> Result<()> {
    let until = handover.due_at;
    for id in team {
        let to = get_contact(tx, *id)?;
        let purpose = Purpose::ObjectHandover;
        // A link from an earlier mail must not object to a claim of which that mail says nothing.
        link_store::revoke_for_artist(tx, artist.id, to.id, purpose)?;
        let token = link_store::issue(tx, purpose, Side::Artist, Target::Artist(artist.id), to.id)?;
        let url = site.absolute(&format!("/objection/{}", token.reveal()));
        tell(tx, site, artist, handover, &to, &News::Contested { url, until })?;
    }
    tell_claimant(tx, site, artist, handover, &News::UnderWay { until })
}

fn tell_claimant(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    handover: &Handover,
    news: &News,
) -> Result<()> {
    let to = get_contact(tx, handover.claimant)?;
    tell(tx, site, artist, handover, &to, news)
}

fn tell_team(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    handover: &Handover,
    news: &News,
) -> Result<()> {
    for id in list_confirmed_contacts(tx, artist.id)? {
        let to = get_contact(tx, id)?;
        tell(tx, site, artist, handover, &to, news)?;
    }
    Ok(())
}

/// What the holder of a link to object can do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Object.
    Open(Handover),
    /// Nothing: an objection is noted, and people look at it.
    Noted,
    /// Nothing: the time is over, whatever came of it.
    Over,
}

/// The artist that a link to object is about, and what its holder can do now.
pub fn moment(reader: &mut Reader<'_>, link: &Link, now: Instant) -> Result<(Artist, Moment)> {
    let artist = store::get_artist(reader, link.artist()?)?;
    let Some(open) = handover_store::find_open(reader, artist.id)? else {
        return Ok((artist, Moment::Over));
    };
    let is_of_the_team = list_confirmed_contacts(reader, artist.id)?.contains(&link.contact);
    let moment = match open.state {
        State::Waiting if is_of_the_team && now < open.due_at => Moment::Open(open),
        State::Objected if is_of_the_team => Moment::Noted,
        _ => Moment::Over,
    };
    Ok((artist, moment))
}

/// Objects, in words for the people who run the site. When there is nothing to object to any more,
/// nothing happens, and the page says so.
pub fn object(tx: &mut Tx<'_>, site: &Site, link: &Link, words: &str) -> Result<()> {
    store::lock_artist(tx, link.artist()?)?;
    link_store::require_alive(tx, link)?;
    require_not_frozen(tx, link.contact)?;
    let now = tx.now;
    let (artist, Moment::Open(handover)) = moment(tx, link, now)? else { return Ok(()) };
    let objector = get_contact(tx, link.contact)?;
    let ticket = NewTicket {
        subject: Subject::Objection { slug: artist.facts.slug.clone() },
        name: String::new(),
        address: Some(objector.address.clone()),
        message: words.to_owned(),
    };
    let ticket = open_ticket(tx, site, &ticket)?;
    let until = now.plus(TO_DECIDE);
    handover_store::mark_objected(tx, handover.id, ticket, objector.id, until)?;
    link_store::mark_used(tx, link)?;
    for id in list_confirmed_contacts(tx, artist.id)? {
        // Who objected is told the number of the ticket.
        if id != objector.id {
            let to = get_contact(tx, id)?;
            tell(tx, site, &artist, &handover, &to, &News::Noted)?;
        }
    }
    tell_claimant(tx, site, &artist, &handover, &News::Objected)
}

/// People looked at an objection, and the page passes all the same: the claimant gets the link.
pub fn accept_in_spite(tx: &mut Tx<'_>, site: &Site, objection: TicketId) -> Result<()> {
    let (artist, handover) = lock_objected(tx, objection)?;
    offer(tx, site, &artist, &handover)?;
    tell_team(tx, site, &artist, &handover, &News::Overruled)
}

/// People looked at an objection, and the page stays with who answers for it.
pub fn uphold(tx: &mut Tx<'_>, site: &Site, objection: TicketId) -> Result<()> {
    let (artist, handover) = lock_objected(tx, objection)?;
    keep(tx, site, &artist, &handover, &News::Refused)
}

/// The handover against which a ticket objects, and its artist, locked.
fn lock_objected(tx: &mut Tx<'_>, objection: TicketId) -> Result<(Artist, Handover)> {
    let known = handover_store::find_of_objection(tx, objection)?.ok_or(Error::NotFound)?;
    let artist = store::lock_artist(tx, known.artist)?;
    let handover = handover_store::get_handover(tx, known.id)?;
    if handover.state == State::Objected {
        return Ok((artist, handover));
    }
    Err(Error::Conflict("This objection was decided already.".into()))
}

/// What the clock does with a handover whose time has come. Doing it again does nothing.
pub fn come_due(tx: &mut Tx<'_>, site: &Site, id: HandoverId) -> Result<()> {
    let known = handover_store::get_handover(tx, id)?;
    let artist = store::lock_artist(tx, known.artist)?;
    let handover = handover_store::get_handover(tx, id)?;
    if tx.now < handover.due_at {
        return Ok(());
    }
    match handover.state {
        // A page that a moderator hid passes to nobody until it is shown again.
        State::Waiting if artist.facts.listing == Listing::Hidden => Ok(()),
        State::Waiting => offer(tx, site, &artist, &handover),
        State::Objected => keep(tx, site, &artist, &handover, &News::Refused),
        State::Offered => keep(tx, site, &artist, &handover, &News::Lapsed),
        State::Done | State::Kept => Ok(()),
    }
}

fn offer(tx: &mut Tx<'_>, site: &Site, artist: &Artist, handover: &Handover) -> Result<()> {
    let claimant = get_contact(tx, handover.claimant)?;
    ask_claimant(tx, site, &artist.facts.slug, &claimant.address)?;
    let until = tx.now.plus(TO_SAY_YES);
    handover_store::mark_offered(tx, handover.id, until)
}

fn keep(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    handover: &Handover,
    to_claimant: &News,
) -> Result<()> {
    handover_store::mark_kept(tx, handover.id)?;
    remove_unconfirmed_contact(tx, artist.id, handover.claimant)?;
    tell_team(tx, site, artist, handover, &News::Stays)?;
    tell_claimant(tx, site, artist, handover, to_claimant)
}

/// The handover by which a yes of this person takes an artist's page from those who answer for it.
pub fn find_offered(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    claimant: ContactId,
) -> Result<Option<Handover>> {
    let open = handover_store::find_open(reader, artist)?;
    Ok(open.filter(|open| open.state == State::Offered && open.claimant == claimant))
}

/// The claimant said yes, under the lock of the artist, and is of the team: everybody else no longer
/// is. Their links open nothing any more, and what waits to be mailed to them is not.
pub fn complete(tx: &mut Tx<'_>, site: &Site, artist: &Artist, handover: &Handover) -> Result<()> {
    let mut former = Vec::new();
    for id in list_confirmed_contacts(tx, artist.id)? {
        if id != handover.claimant {
            former.push(get_contact(tx, id)?);
        }
    }
    close_threads_to(tx, artist.id, &former)?;
    for person in &former {
        remove_contact(tx, artist.id, person.id)?;
        clear_desk(tx, artist.id, person.id)?;
        for purpose in [Purpose::ConfirmListing, Purpose::ObjectHandover] {
            link_store::revoke_for_artist(tx, artist.id, person.id, purpose)?;
        }
        tell(tx, site, artist, handover, person, &News::Passed)?;
    }
    membership::withdraw_invitations(tx, artist.id)?;
    team_store::delete_succession(tx, artist.id)?;
    team_store::make_owner(tx, artist.id, handover.claimant)?;
    calendar::filling::forget_team(tx, artist.id)?;
    block_store::delete_all(tx, artist.id)?;
    paper_store::delete_all(tx, artist.id)?;
    link_store::revoke_claims_of_others(tx, artist.id, handover.claimant)?;
    edit_store::insert_change(tx, artist.id, handover.claimant, "passed to who claimed it")?;
    handover_store::mark_done(tx, handover.id)?;
    tell_claimant(tx, site, artist, handover, &News::Yours)
}

/// The claimant said no, under the lock of the artist.
pub fn decline(tx: &mut Tx<'_>, site: &Site, artist: &Artist, handover: &Handover) -> Result<()> {
    handover_store::mark_kept(tx, handover.id)?;
    tell_team(tx, site, artist, handover, &News::Stays)
}

/// A claimant leaves for good: the pages stay where they are, and nothing notes the claims.
pub fn claimant_leaves(tx: &mut Tx<'_>, site: &Site, person: ContactId) -> Result<()> {
    for claimed in handover_store::list_of_claimant(tx, person)? {
        let artist = store::lock_artist(tx, claimed.artist)?;
        if let Some(open) = handover_store::find_open(tx, artist.id)?
            && open.id == claimed.id
        {
            tell_team(tx, site, &artist, &open, &News::Stays)?;
        }
    }
    handover_store::forget_person(tx, person)
}

/// Somebody has left an artist's team, under its lock. If it was they who objected, their words go
/// with them: the others can object anew, and where there are none, nobody does.
pub fn holder_left(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: ArtistId,
    person: ContactId,
) -> Result<()> {
    let Some(open) = handover_store::find_open(tx, artist)? else { return Ok(()) };
    if open.state != State::Objected || open.objector != Some(person) {
        return Ok(());
    }
    let team = list_confirmed_contacts(tx, artist)?;
    if team.is_empty() {
        let now = tx.now;
        return handover_store::mark_waiting(tx, open.id, now);
    }
    let until = tx.now.plus(TO_OBJECT);
    handover_store::mark_waiting(tx, open.id, until)?;
    let open = handover_store::get_handover(tx, open.id)?;
    let artist = store::get_artist(tx, artist)?;
    announce(tx, site, &artist, &open, &team)
}
