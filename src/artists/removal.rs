//! Removing a page that nobody has claimed, at the act's own wish, so that it stays removed.

use super::contact_store::list_confirmed_contacts;
use super::{handover_store, removal_store, store};
use crate::booking_requests::list_store;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::ArtistId;
use crate::moderation;

/// Deletes an artist with everything that is stored about it, and keeps it from being added again.
/// Tickets about it stay, and are about no artist from then on.
///
/// # Errors
/// [`Error::Conflict`], with the reason: it is somebody's, or there are requests to it.
pub fn remove_unclaimed(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    let artist = store::lock_artist(tx, artist)?;
    let name = &artist.facts.name;
    if !list_confirmed_contacts(tx, artist.id)?.is_empty() {
        return Err(Error::Conflict(format!(
            "Somebody answers for {name}, and takes the page down themselves. A moderator can hide \
             it."
        )));
    }
    if handover_store::find_open(tx, artist.id)?.is_some() {
        return Err(Error::Conflict(format!("A claim to the page of {name} is under way.")));
    }
    if list_store::has_any(tx, artist.id)? {
        return Err(Error::Conflict(format!(
            "There are booking requests to {name}, which are their senders’ as well. A moderator can \
             hide the page."
        )));
    }
    moderation::store::forget_artist(tx, artist.id)?;
    removal_store::suppress(tx, name, artist.facts.country.as_ref())?;
    removal_store::delete_artist(tx, &artist)
}
