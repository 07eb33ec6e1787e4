//! Removing a page for which nobody answers: at the act's own wish, so that it stays removed, or because
//! its last people have left it unseen.

use super::contact_store::list_confirmed_contacts;
use super::removal_store::Act;
use super::{Artist, double_store, handover_store, removal_store, store};
use crate::booking_requests::list_store;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::ArtistId;
use crate::moderation;

/// Deletes an artist with everything that is stored about it, and keeps it from being added again.
/// Tickets about it stay, and are about no artist from then on.
///
/// # Errors
/// [`Error::Conflict`], with the reason: it is somebody's, or there are requests to it.
pub fn remove_unanswered(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let artist = store::lock_artist(tx, artist)?;
    if let Some(why) = obstacle(tx, &artist)? {
        return Err(Error::Conflict(why));
    }
    let ids = double_store::list_external_ids(tx, artist.id)?;
    removal_store::suppress(tx, Act { facts: &artist.facts, ids: &ids })?;
    delete(tx, &artist)
}

/// Whether an artist can be removed so.
pub fn is_unanswered(reader: &mut Reader<'_>, artist: &Artist) -> Result<bool> {
    Ok(obstacle(reader, artist)?.is_none())
}

/// Deletes a draft whose last people have left, under its lock: nobody sees it, and nobody could ever
/// show it. One to which there are requests stays, for they are their senders' as well. It may come again.
pub fn delete_left(tx: &mut Tx<'_>, draft: &Artist) -> Result<()> {
    if is_unanswered(tx, draft)? { delete(tx, draft) } else { Ok(()) }
}

fn delete(tx: &mut Tx<'_>, artist: &Artist) -> Result<()> {
    moderation::store::forget_artist(tx, artist.id)?;
    removal_store::delete_artist(tx, artist)
}

/// What keeps an artist from being removed; none where nobody answers for it and nobody has asked it
/// for anything.
fn obstacle(reader: &mut Reader<'_>, artist: &Artist) -> Result<Option<String>> {
    let name = &artist.facts.name;
    if !list_confirmed_contacts(reader, artist.id)?.is_empty() {
        return Ok(Some(format!(
            "Somebody answers for {name}, and takes the page down themselves. A moderator can hide \
             it."
        )));
    }
    if handover_store::find_open(reader, artist.id)?.is_some() {
        return Ok(Some(format!("A claim to the page of {name} is under way.")));
    }
    if list_store::has_any(reader, artist.id)? {
        return Ok(Some(format!(
            "There are booking requests to {name}, which are their senders’ as well. A moderator can \
             hide the page."
        )));
    }
    Ok(None)
}
