//! Listing an act that asked for it: the operator names an address, its owner confirms, and only
//! then is the act listed and bookable. Also the addresses that pages about artists are made of.

use super::contact_store;
use super::edit_store;
use super::handover;
use super::mails::ask_to_confirm;
use super::membership;
use super::store;
use super::{Artist, Listing};
use crate::accounts::account_store::require_not_frozen;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::Token;
use crate::mail::Site;
use crate::people::EmailAddress;
use crate::people::link_store;
use crate::people::links::{Link, Purpose, Side, Target};
use crate::people::store::{ensure_contact, mark_verified};

/// The page that says where a link leads before it is followed.
pub fn leaving(url: &str, from_slug: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("to", url);
    if let Some(slug) = from_slug {
        query.append_pair("from", slug);
    }
    format!("/leaving?{}", query.finish())
}

/// At the operator's wish, asks the owner of an address whether the act may be listed. Nothing about
/// the act changes yet. With their yes they join whoever answers for it already.
pub fn ask_to_list(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    address: &EmailAddress,
) -> Result<Artist> {
    let (artist, token) = ask(tx, site, slug, address)?;
    link_store::mark_invitation(tx, &token)?;
    Ok(artist)
}

/// The same for who claims the act: their yes counts only while nobody else answers for it, or when
/// the page was offered to them.
pub fn ask_claimant(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    address: &EmailAddress,
) -> Result<()> {
    ask(tx, site, slug, address).map(drop)
}

fn ask(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    address: &EmailAddress,
) -> Result<(Artist, Token)> {
    let artist = store::find_by_slug(tx, slug)?.ok_or(Error::NotFound)?;
    if artist.facts.listing == Listing::Hidden {
        return Err(Error::Conflict("this artist is hidden: show it first".into()));
    }
    let contact = ensure_contact(tx, address)?;
    contact_store::add_contact(tx, artist.id, contact.id)?;
    let target = Target::Artist(artist.id);
    let token = link_store::issue(tx, Purpose::ConfirmListing, Side::Artist, target, contact.id)?;
    ask_to_confirm(tx, site, &artist, &contact, &token)?;
    Ok((artist, token))
}

/// The address's owner said yes: the address is theirs, and the act is listed. Saying it twice is
/// the same as once; a hidden act stays hidden. Where the page was claimed from others, they no
/// longer answer for it; where others claimed it as well, they no longer can by a link.
///
/// # Errors
/// [`Error::Conflict`]: somebody else said yes first, or a moderator has hidden the page.
pub fn confirm(tx: &mut Tx<'_>, site: &Site, link: &Link) -> Result<Artist> {
    let id = link.artist()?;
    let artist = store::lock_artist(tx, id)?;
    link_store::require_alive(tx, link)?;
    require_not_frozen(tx, link.contact)?;
    if artist.facts.listing == Listing::Hidden {
        return Err(Error::Conflict("This page was taken down by a moderator.".into()));
    }
    let team = contact_store::list_confirmed_contacts(tx, id)?;
    let offered = handover::find_offered(tx, id, link.contact)?;
    let joins = !team.contains(&link.contact);
    if joins && !team.is_empty() && offered.is_none() && !link.invites {
        return Err(Error::Conflict(
            "Somebody has confirmed this page meanwhile. Claim it again, and a person looks."
                .into(),
        ));
    }
    if !link.used {
        // Whoever presses an old link again does not undo what the team chose since, and whoever
        // joins a team lists nothing.
        let lists = team.is_empty() || offered.is_some();
        if lists && matches!(artist.facts.listing, Listing::Draft | Listing::Unclaimed) {
            store::set_listing(tx, id, Listing::Listed)?;
        }
        // An address that was unconfirmed for long may have been forgotten since it was asked.
        contact_store::add_contact(tx, id, link.contact)?;
    }
    mark_verified(tx, link.contact)?;
    contact_store::confirm_contact(tx, id, link.contact)?;
    link_store::mark_used(tx, link)?;
    if team.is_empty() {
        link_store::revoke_claims_of_others(tx, id, link.contact)?;
    }
    match offered {
        Some(claimed) => handover::complete(tx, site, &artist, &claimed)?,
        None if !joins => {}
        None if team.is_empty() => edit_store::insert_change(tx, id, link.contact, "listed")?,
        None => membership::joined(tx, site, &artist, link.contact)?,
    }
    store::get_artist(tx, id)
}

/// The address's owner said no: it is forgotten, and the act stays as it was.
pub fn refuse(tx: &mut Tx<'_>, site: &Site, link: &Link) -> Result<Artist> {
    let id = link.artist()?;
    let artist = store::lock_artist(tx, id)?;
    link_store::require_alive(tx, link)?;
    if let Some(claimed) = handover::find_offered(tx, id, link.contact)? {
        handover::decline(tx, site, &artist, &claimed)?;
    }
    contact_store::remove_unconfirmed_contact(tx, id, link.contact)?;
    link_store::revoke_one(tx, link)?;
    store::get_artist(tx, id)
}
