//! A person leaves for good: what they asked and what they answered for ends, the other sides are
//! told, and their words go. The terms stay for the other side, with a placeholder for the person.
//! Also what leaving an artist's team alone means for its conversations.

use super::attachment_store;
use super::list_store;
use super::move_letters::{self, Saying};
use super::moved_mail::Moved;
use super::store::{self, Request};
use super::submit::purge_unconfirmed;
use super::{Actor, Move, State, news_store, respond, thread_store};
use crate::artists::{self, Listing, handover, membership, removal, succession};
use crate::calendar;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, KeyId};
use crate::mail::{Site, kept_store};
use crate::people::link_store;
use crate::people::links::{Purpose, Side};
use crate::people::store::Contact;

/// Requests that one statement names: both databases take many thousands.
const AT_ONCE: usize = 1_000;

/// Ends everything in which a person has a part, and takes their words out of it.
pub fn leave(tx: &mut Tx<'_>, site: &Site, person: &Contact) -> Result<()> {
    for id in list_store::list_all_of_promoter(tx, person.id)? {
        let request = store::lock_request(tx, id)?;
        if request.sent_at.is_none() {
            purge_unconfirmed(tx, id)?;
            continue;
        }
        kept_store::blank_for_request(tx, id)?;
        close(tx, site, &request, Side::Promoter)?;
        thread_store::erase_words(tx, &request, Side::Promoter)?;
        store::forget_promoter(tx, id)?;
    }
    for artist in artists::contact_store::list_noted(tx, person.id)? {
        leave_artist(tx, site, artist, person)?;
    }
    handover::claimant_leaves(tx, site, person.id)
}

/// Takes a person out of an artist's team. When nobody is left to answer, open requests are declined,
/// and the team's words and its photo, which were this person's, go; so does a page that nobody saw.
pub fn leave_artist(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: ArtistId,
    person: &Contact,
) -> Result<()> {
    // Of the last two who leave at once, one comes second and sees that she is the last.
    let page = artists::store::lock_artist(tx, artist)?;
    let team = artists::contact_store::list_confirmed_contacts(tx, artist)?;
    let is_last = team == [person.id];
    if is_last {
        for id in list_store::list_all_of_artist(tx, artist)? {
            let request = store::lock_request(tx, id)?;
            kept_store::blank_for_request(tx, id)?;
            close(tx, site, &request, Side::Artist)?;
            thread_store::erase_words(tx, &request, Side::Artist)?;
        }
        // Nobody is left who said that it may be published.
        artists::photo_store::delete_photo(tx, artist)?;
        calendar::filling::forget_team(tx, artist)?;
        membership::withdraw_invitations(tx, artist)?;
        artists::block_store::delete_all(tx, artist)?;
        artists::paper_store::delete_all(tx, artist)?;
    }
    clear_desk(tx, artist, person.id)?;
    link_store::revoke_for_artist(tx, artist, person.id, Purpose::ConfirmListing)?;
    artists::contact_store::remove_contact(tx, artist, person.id)?;
    handover::holder_left(tx, site, artist, person.id)?;
    succession::owner_left(tx, site, artist)?;
    if is_last && page.facts.listing == Listing::Draft {
        removal::delete_left(tx, &page)?;
    }
    Ok(())
}

/// What somebody who no longer acts for an artist had of it for themselves goes: their feeds of its
/// calendar, what was new to them, what they put away, what they began to write.
pub fn clear_desk(tx: &mut Tx<'_>, artist: ArtistId, person: ContactId) -> Result<()> {
    calendar::feed_store::delete_of(tx, artist, person)?;
    news_store::forget_of_artist(tx, person, artist)?;
    attachment_store::forget_drafts_of_artist(tx, person, artist)
}

/// What waits to be mailed to somebody about the requests of an artist is not.
pub fn cancel_mails_to(tx: &mut Tx<'_>, artist: ArtistId, person: &Contact) -> Result<()> {
    for some in list_store::list_all_of_artist(tx, artist)?.chunks(AT_ONCE) {
        kept_store::cancel_to(tx, KeyId(person.key.id()), some)?;
    }
    Ok(())
}

/// Closes the conversations of an artist to people who answered for it and no longer do: their links
/// open nothing any more, and what waits to be mailed to them is not. The requests go on.
pub fn close_threads_to(tx: &mut Tx<'_>, artist: ArtistId, former: &[Contact]) -> Result<()> {
    for id in list_store::list_all_of_artist(tx, artist)? {
        respond::end_links(tx, id, Side::Artist)?;
    }
    former.iter().try_for_each(|person| cancel_mails_to(tx, artist, person))
}

/// Ends a request from the side of who leaves, and tells the other.
fn close(tx: &mut Tx<'_>, site: &Site, request: &Request, side: Side) -> Result<()> {
    let (step, moved, ended) = match side {
        Side::Promoter => (Move::Withdraw, Moved::Withdrawn, State::Withdrawn),
        Side::Artist => (Move::Decline, Moved::Declined, State::Declined),
    };
    let tell = match request.state {
        // Held for review, for an answer that cannot come any more.
        state if state.is_open() || state == State::Quarantined => {
            respond::make(tx, site, request, (step, ended), Actor::from(side).into(), None)?;
            moved
        }
        // Agreed on: it stays as it was, but the other side should know.
        state if state.is_agreed() => Moved::Left,
        _ => return Ok(()),
    };
    move_letters::tell_of_move(tx, site, request, tell, side.other(), Saying::default())
}
