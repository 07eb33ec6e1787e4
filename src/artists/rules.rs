//! Whom an artist takes no requests from. What it asks of every request is its `floor`.

use super::team::Capability;
use super::{Artist, block_store, edit, edit_store, store};
use crate::accounts::account_store::require_not_frozen;
use crate::booking_requests::party::Party;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, SenderBlockId};
use crate::people::EmailAddress;
use crate::people::store::Contact;

/// Blocks that one artist can have.
const MOST_BLOCKS: usize = 500;

/// Refuses somebody whom an artist blocks. They are told once their address is confirmed, and nobody
/// else is: who types another's address into a form learns nothing.
pub fn require_welcome(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    promoter: &Contact,
) -> Result<()> {
    if !block_store::is_blocked(reader, artist, promoter)? {
        return Ok(());
    }
    let name = store::get_artist(reader, artist)?.facts.name;
    Err(Error::Conflict(format!(
        "{name} takes no requests and no messages from you here. That is the act’s decision, and \
         nothing was sent."
    )))
}

fn require_room(tx: &mut Tx<'_>, artist: &Artist) -> Result<()> {
    if block_store::list_blocks(tx, artist.id)?.len() < MOST_BLOCKS {
        return Ok(());
    }
    Err(Error::field("domain", "There are very many blocks already: take some away first"))
}

/// Blocks the promoter of a request, as one of the artist's people who may decline.
pub fn block_promoter(tx: &mut Tx<'_>, party: &Party) -> Result<()> {
    party.require(Capability::Decline)?;
    require_not_frozen(tx, party.contact)?;
    let request = crate::booking_requests::store::get_request(tx, party.request)?;
    if party.hand().is_none() {
        return Err(Error::NotFound);
    }
    let artist = store::lock_artist(tx, request.artist)?;
    require_room(tx, &artist)?;
    let promoter = request.promoter()?.id;
    block_store::block_promoter(tx, artist.id, promoter, request.id)?;
    edit_store::insert_change(tx, artist.id, party.contact, "blocked a promoter")
}

/// Blocks everybody with an address at a domain.
pub fn block_domain(tx: &mut Tx<'_>, slug: &str, by: ContactId, typed: &str) -> Result<()> {
    let artist = edit::lock_managed(tx, slug, by)?;
    require_room(tx, &artist)?;
    let typed = typed.trim().trim_start_matches('@');
    let domain = EmailAddress::parse(&format!("somebody@{typed}")).map_err(|_| {
        Error::field("domain", "Enter what stands behind the @, such as venue.example")
    })?;
    block_store::block_domain(tx, artist.id, domain.domain())?;
    edit_store::insert_change(tx, artist.id, by, "blocked a domain")
}

/// Takes a block away.
pub fn unblock(tx: &mut Tx<'_>, slug: &str, by: ContactId, id: SenderBlockId) -> Result<()> {
    let artist = edit::lock_managed(tx, slug, by)?;
    block_store::delete_block(tx, artist.id, id)?;
    edit_store::insert_change(tx, artist.id, by, "took a block away")
}
