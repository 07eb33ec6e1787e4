//! A request that waits for the confirmation of its address, and the one correction of that address.

use super::store;
use super::submit::UNCONFIRMED_HOURS;
use super::{State, letters};
use crate::artists::{self, Artist};
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::disclaimer::{self, Claim};
use crate::error::{Error, Result};
use crate::ids::RequestId;
use crate::mail::{Site, kept_store, outbox};
use crate::people::EmailAddress;
use crate::people::link_store;
use crate::people::links::{Purpose, Side};
use crate::people::store::ensure_contact;

/// What the "check your mail" page shows.
#[derive(Debug)]
pub struct Waiting {
    /// The artist's slug and name.
    pub artist: Artist,
    /// The promoter's address, masked.
    pub masked: String,
    /// Until when it can be confirmed.
    pub until: Instant,
    /// Whether the address may still be corrected.
    pub can_correct: bool,
    /// The text that was accepted.
    pub disclaimer: disclaimer::Version,
}

/// Looks at a request that may still wait for its confirmation.
pub fn waiting(reader: &mut Reader<'_>, id: RequestId) -> Result<Waiting> {
    let request = store::get_request(reader, id)?;
    Ok(Waiting {
        artist: artists::store::get_artist(reader, request.artist)?,
        masked: request.promoter()?.address.masked(),
        until: request.created_at.plus(jiff::SignedDuration::from_hours(UNCONFIRMED_HOURS)),
        can_correct: request.state == State::Unverified && !request.address_corrected,
        disclaimer: disclaimer::store::get_accepted_version(reader, request.acceptance)?,
    })
}

/// Corrects a mistyped address, once: the old link dies, a new mail goes to the new address.
pub fn correct_address(
    tx: &mut Tx<'_>,
    site: &Site,
    id: RequestId,
    address: &EmailAddress,
    anonymous_address: &str,
) -> Result<()> {
    let before = store::lock_request(tx, id)?;
    if before.state != State::Unverified || before.address_corrected {
        return Err(Error::Conflict(
            "The address can be corrected once, and only before the request is confirmed.".into(),
        ));
    }
    if before.promoter()?.address == *address {
        return Err(Error::field("email", "This is the address the mail went to"));
    }
    let contact = ensure_contact(tx, address)?;
    let recipient = contact.index(tx);
    outbox::allow(tx, &recipient)?;
    link_store::revoke(tx, id, Side::Promoter, Purpose::ConfirmRequest)?;
    // The old address's mail stays on record (it counts against that address's allowance), and
    // with it its owner's row; both go when the mail's time is over.
    kept_store::cancel_for_request(tx, id)?;
    // The acceptance is the same person's, but it was sealed under the key of the mistyped
    // address; it is made anew under the right one, for the text that was accepted.
    let version = disclaimer::store::get_accepted_version(tx, before.acceptance)?;
    let claim = Claim { shown_sha256: version.sha256.clone(), ticked: true };
    let acceptance = disclaimer::accept(&version, &claim, anonymous_address)
        .map_err(|why| Error::Conflict(why.message().to_owned()))?;
    let acceptance = disclaimer::store::insert_acceptance(
        tx,
        &acceptance,
        id,
        Side::Promoter,
        &before.revision.sha256,
        &contact.key,
    )?;
    store::replace_acceptance(tx, id, acceptance)?;
    disclaimer::store::delete_unchained(tx, before.acceptance)?;
    store::correct_address(tx, &before, &contact)?;
    let request = store::get_request(tx, id)?;
    let artist = artists::store::get_artist(tx, request.artist)?;
    letters::ask_to_confirm(tx, site, &artist, &request)
}
