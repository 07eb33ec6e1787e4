//! How people join an artist's team, are given rights, and leave it. Every change is made under the
//! lock of the artist.

use super::contact_store::{self, list_confirmed_contacts};
use super::edit::lock_with_manager;
use super::team::{self, Capabilities, Given, Member, named};
use super::team_mails::{Invitation, News, tell};
use super::{Artist, edit_store, handover, handover_store, store, team_store};
use crate::booking_requests::leave;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId};
use crate::mail::{Site, outbox};
use crate::people::EmailAddress;
use crate::people::link_store;
use crate::people::links::{Purpose, Side, Target};
use crate::people::store::{ensure_contact, find_contact, get_contact};

/// What is noted of an invitation.
const INVITED: &str = "invited somebody to the team";
/// Invitations of one person in a day: each is a mail to an address that they typed.
const MOST_A_DAY: usize = 20;
/// People that a team may have, those who are invited among them.
const MOST_PEOPLE: usize = 20;

/// What a manager may give: what only the owner gives stays as it was.
fn given_by(giver: &Member, wanted: &Capabilities, before: &Capabilities) -> Capabilities {
    Capabilities::those(|one| match one.is_the_owners_to_give() && !giver.is_owner {
        true => before.has(one),
        false => wanted.has(one),
    })
}

/// Invites the owner of an address. Asking again sends the mail again.
pub fn invite(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    by: ContactId,
    address: &EmailAddress,
    given: &Given,
) -> Result<()> {
    let (artist, giver) = lock_with_manager(tx, slug, by)?;
    require_turn(tx, by)?;
    let known = find_contact(tx, address)?;
    let known = match &known {
        Some(contact) => team_store::find_member(tx, artist.id, contact.id)?,
        None => None,
    };
    if known.as_ref().is_some_and(|member| member.joined.is_some()) {
        return Err(Error::field("address", "This address is of the team already"));
    }
    if known.is_none() && team::list_people(tx, artist.id)?.len() >= MOST_PEOPLE {
        return Err(Error::field(
            "address",
            format!("A team has {MOST_PEOPLE} people at most. Take somebody out first"),
        ));
    }
    let contact = ensure_contact(tx, address)?;
    let recipient = contact.index(tx);
    outbox::allow(tx, &recipient)?;
    contact_store::add_contact(tx, artist.id, contact.id)?;
    let before = known.map(|member| member.capabilities).unwrap_or_default();
    let given =
        Given { role: given.role, capabilities: given_by(&giver, &given.capabilities, &before) };
    team_store::set_given(tx, artist.id, contact.id, &given)?;
    // The newest invitation is the one that counts.
    link_store::revoke_for_artist(tx, artist.id, contact.id, Purpose::ConfirmListing)?;
    let target = Target::Artist(artist.id);
    let token = link_store::issue(tx, Purpose::ConfirmListing, Side::Artist, target, contact.id)?;
    link_store::mark_invitation(tx, &token)?;
    Invitation { artist: &artist, given: &given, token: &token }.send(tx, site, &contact)?;
    edit_store::insert_change(tx, artist.id, by, INVITED)
}

fn require_turn(tx: &mut Tx<'_>, by: ContactId) -> Result<()> {
    let day = jiff::SignedDuration::from_hours(24);
    let first = edit_store::find_nth_newest_change(tx, by, INVITED, MOST_A_DAY)?;
    match first.filter(|first| first.plus(day) > tx.now) {
        None => Ok(()),
        Some(_) => Err(Error::TooMany {
            what: "You invited many people within a day, and each gets a mail.".into(),
            retry_after: day,
        }),
    }
}

/// Somebody who was invited said yes, under the lock of the artist: the owner is told.
pub fn joined(tx: &mut Tx<'_>, site: &Site, artist: &Artist, who: ContactId) -> Result<()> {
    edit_store::insert_change(tx, artist.id, who, "joined the team")?;
    let Some(owner) = team_store::find_owner(tx, artist.id)? else { return Ok(()) };
    let who = named(tx, who)?;
    tell(tx, site, artist, owner, &News::Joined { who })
}

/// Changes as what somebody acts, and what they may do. Nobody changes what the owner may do.
pub fn change(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    by: ContactId,
    who: ContactId,
    given: &Given,
) -> Result<()> {
    let (artist, giver) = lock_with_manager(tx, slug, by)?;
    let before = team::get_person(tx, artist.id, who)?;
    let capabilities = match before.is_owner {
        true if by != who => return Err(not_the_owners()),
        true => before.capabilities.clone(),
        false => given_by(&giver, &given.capabilities, &before.capabilities),
    };
    let given = Given { role: given.role, capabilities };
    if given.role == before.role && given.capabilities == before.capabilities {
        return Ok(());
    }
    team_store::set_given(tx, artist.id, who, &given)?;
    edit_store::insert_change(tx, artist.id, by, "what somebody of the team may do")?;
    if before.joined.is_none() || by == who || given.capabilities == before.capabilities {
        return Ok(());
    }
    tell(tx, site, &artist, who, &News::Changed { capabilities: given.capabilities })
}

fn not_the_owners() -> Error {
    Error::Forbidden("Only the owner changes what concerns the owner.".into())
}

/// Takes somebody out of the team, or an invitation back.
pub fn take_out(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    by: ContactId,
    who: ContactId,
) -> Result<()> {
    let (artist, giver) = lock_with_manager(tx, slug, by)?;
    let member = team::get_person(tx, artist.id, who)?;
    if member.is_owner || by == who {
        return Err(Error::Conflict(
            "The owner hands the page over first, and who leaves does so on the page of the team."
                .into(),
        ));
    }
    if !giver.is_owner && member.is_trusted() {
        return Err(Error::Forbidden(
            "The owner gave this person what only the owner gives, so only the owner takes them \
             out."
                .into(),
        ));
    }
    drop_member(tx, &artist, who)?;
    edit_store::insert_change(tx, artist.id, by, "took somebody out of the team")?;
    match member.joined {
        Some(_) => tell(tx, site, &artist, who, &News::TakenOut),
        None => Ok(()),
    }
}

/// Nobody is invited any more: those who invited no longer answer for the act. Who claims its page is no
/// guest of theirs.
pub fn withdraw_invitations(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let claimant = handover_store::find_open(tx, artist)?.map(|open| open.claimant);
    for member in team_store::list_members(tx, artist)? {
        if member.joined.is_none() && Some(member.contact) != claimant {
            let purpose = Purpose::ConfirmListing;
            link_store::revoke_for_artist(tx, artist, member.contact, purpose)?;
            contact_store::remove_unconfirmed_contact(tx, artist, member.contact)?;
        }
    }
    Ok(())
}

/// What ends when somebody is no longer of the team: their links, their feeds, mails on their way.
fn drop_member(tx: &mut Tx<'_>, artist: &Artist, who: ContactId) -> Result<()> {
    let person = get_contact(tx, who)?;
    for purpose in [Purpose::ConfirmListing, Purpose::ObjectHandover] {
        link_store::revoke_for_artist(tx, artist.id, who, purpose)?;
    }
    leave::cancel_mails_to(tx, artist.id, &person)?;
    leave::clear_desk(tx, artist.id, who)?;
    team_store::end_succession_to(tx, artist.id, who)?;
    contact_store::remove_contact(tx, artist.id, who)
}

/// Leaves the team. The owner hands the page over first, as long as there is anybody else.
pub fn quit(tx: &mut Tx<'_>, site: &Site, slug: &str, who: ContactId) -> Result<()> {
    let artist = store::find_by_slug(tx, slug)?.ok_or(Error::NotFound)?;
    let artist = store::lock_artist(tx, artist.id)?;
    let member = team_store::find_member(tx, artist.id, who)?
        .filter(|member| member.joined.is_some())
        .ok_or(Error::NotFound)?;
    let team = list_confirmed_contacts(tx, artist.id)?;
    if member.is_owner && team.len() > 1 {
        return Err(Error::Conflict(
            "The page is yours. Hand it to another of the team first, or take the others out."
                .into(),
        ));
    }
    edit_store::insert_change(tx, artist.id, who, "left the team")?;
    let person = get_contact(tx, who)?;
    if member.is_owner {
        return leave::leave_artist(tx, site, artist.id, &person);
    }
    drop_member(tx, &artist, who)?;
    handover::holder_left(tx, site, artist.id, who)?;
    let Some(owner) = team_store::find_owner(tx, artist.id)? else { return Ok(()) };
    let who = named(tx, who)?;
    tell(tx, site, &artist, owner, &News::Left { who })
}
