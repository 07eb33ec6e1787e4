//! Taking an artist's page from view, and showing it again: its team reads the reason.

use super::letters::{tell_hidden, tell_shown};
use crate::artists::store;
use crate::artists::{Artist, Listing};
use crate::db::Tx;
use crate::error::Result;
use crate::mail::Site;

/// Takes an artist from view.
pub fn hide(tx: &mut Tx<'_>, site: &Site, artist: &Artist, reason: &str) -> Result<()> {
    store::hide(tx, artist.id, reason)?;
    tell_hidden(tx, site, artist, reason)
}

/// Shows a hidden artist again where it was.
pub fn show(tx: &mut Tx<'_>, site: &Site, artist: &Artist) -> Result<Listing> {
    let listing = store::show(tx, artist.id)?;
    tell_shown(tx, site, artist)?;
    Ok(listing)
}
