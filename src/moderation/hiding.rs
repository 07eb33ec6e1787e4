//! Taking an artist's page from view, showing it again, taking its photo away: its team reads the reason.

use super::letters::{tell_hidden, tell_photo_taken, tell_shown};
use crate::artists::{Artist, Listing, edit_store, photo_store, store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::ContactId;
use crate::mail::Site;

/// Takes an artist from view.
pub fn hide(tx: &mut Tx<'_>, site: &Site, artist: &Artist, reason: &str) -> Result<()> {
    store::hide(tx, artist.id, reason)?;
    edit_store::insert_change(tx, artist.id, None::<ContactId>, edit_store::HIDDEN)?;
    tell_hidden(tx, site, artist, reason)
}

/// Shows a hidden artist again where it was.
pub fn show(tx: &mut Tx<'_>, site: &Site, artist: &Artist, reason: &str) -> Result<Listing> {
    let listing = store::show(tx, artist.id)?;
    edit_store::insert_change(tx, artist.id, None::<ContactId>, edit_store::SHOWN)?;
    tell_shown(tx, site, artist, reason)?;
    Ok(listing)
}

/// Takes the photo from an artist's page, and its bytes with it.
pub fn take_photo(tx: &mut Tx<'_>, site: &Site, artist: &Artist, reason: &str) -> Result<()> {
    if photo_store::find_photo(tx, artist.id)?.is_none() {
        return Err(Error::Conflict("The photo is gone already.".into()));
    }
    photo_store::delete_photo(tx, artist.id)?;
    edit_store::insert_change(tx, artist.id, None::<ContactId>, edit_store::UNPICTURED)?;
    tell_photo_taken(tx, site, artist, reason)
}
