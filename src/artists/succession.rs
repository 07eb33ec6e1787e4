//! The page of an artist gets another owner: handed over, with time for the team to stop it, or left.

use jiff::SignedDuration;

use super::contact_store::list_confirmed_contacts;
use super::edit::{lock_own, lock_with_manager};
use super::team::{Capability, Member, name_of, named};
use super::team_mails::{News, tell};
use super::team_store::{self, Succession};
use super::{Artist, edit_store, store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId};
use crate::mail::Site;

/// How long each of the team can stop the page from passing to another of them.
const TO_STOP: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The owner begins to hand the page to another of the team, who needs an account. All of them are
/// told, and each can stop it.
pub fn hand_over(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    by: ContactId,
    heir: ContactId,
) -> Result<()> {
    let (artist, owner) = lock_with_manager(tx, slug, by)?;
    if !owner.is_owner {
        return Err(Error::Forbidden("Only the owner hands the page over.".into()));
    }
    let member = team_store::find_member(tx, artist.id, heir)?.ok_or(Error::NotFound)?;
    if member.is_owner || member.joined.is_none() {
        return Err(Error::field("heir", "Choose somebody of the team"));
    }
    let Some(name) = name_of(tx, heir)? else {
        return Err(Error::field("heir", "They need an account first: it is what owns a page"));
    };
    if team_store::find_succession(tx, artist.id)?.is_some() {
        return Err(Error::Conflict("The page is being handed over already.".into()));
    }
    let until = tx.now.plus(TO_STOP);
    team_store::insert_succession(tx, artist.id, heir, until)?;
    edit_store::insert_change(tx, artist.id, by, "began to hand the page over")?;
    let news = News::Passing { name, until };
    tell_all(tx, site, &artist, &news)
}

/// Somebody of the team stops the page from passing on.
pub fn stop(tx: &mut Tx<'_>, site: &Site, slug: &str, by: ContactId) -> Result<()> {
    let artist = lock_own(tx, slug, by)?;
    if team_store::find_succession(tx, artist.id)?.is_none() {
        return Ok(());
    }
    team_store::delete_succession(tx, artist.id)?;
    edit_store::insert_change(tx, artist.id, by, "stopped the page from being handed over")?;
    let who = named(tx, by)?;
    tell_all(tx, site, &artist, &News::Stopped { who })
}

/// Nobody stopped it: the page passes on. Doing it again does nothing.
pub fn succeed(tx: &mut Tx<'_>, site: &Site, artist: ArtistId) -> Result<()> {
    let artist = store::lock_artist(tx, artist)?;
    let due = team_store::find_succession(tx, artist.id)?;
    let Some(Succession { heir, .. }) = due.filter(|due| due.due_at <= tx.now) else {
        return Ok(());
    };
    team_store::delete_succession(tx, artist.id)?;
    team_store::make_owner(tx, artist.id, heir)?;
    edit_store::insert_change(tx, artist.id, heir, "became the owner of the page")?;
    let name = named(tx, heir)?;
    tell_all(tx, site, &artist, &News::Passed { name })
}

/// The owner has left for good, under the lock of the artist, and others answer for it: the page is
/// theirs who manage it, or else who joined first.
pub fn owner_left(tx: &mut Tx<'_>, site: &Site, artist: ArtistId) -> Result<()> {
    if team_store::find_owner(tx, artist)?.is_some() {
        return Ok(());
    }
    let members = team_store::list_members(tx, artist)?;
    let mut there: Vec<&Member> = members.iter().filter(|member| member.joined.is_some()).collect();
    there.sort_by_key(|member| (!member.may(Capability::Manage), member.joined));
    let Some(heir) = there.first().map(|member| member.contact) else { return Ok(()) };
    team_store::delete_succession(tx, artist)?;
    team_store::make_owner(tx, artist, heir)?;
    let artist = store::get_artist(tx, artist)?;
    tell(tx, site, &artist, heir, &News::Yours)
}

fn tell_all(tx: &mut Tx<'_>, site: &Site, artist: &Artist, news: &News) -> Result<()> {
    for id in list_confirmed_contacts(tx, artist.id)? {
        tell(tx, site, artist, id, news)?;
    }
    Ok(())
}
