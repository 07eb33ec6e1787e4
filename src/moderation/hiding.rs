//! Taking an artist's page from view, and showing it again: its team reads the reason.

use super::letters::{tell_hidden, tell_shown};
use crate::artists::{Artist, Listing, edit_store, store};
use crate::db::Tx;
use crate::error::Result;
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
