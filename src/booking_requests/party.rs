//! Who comes to a thread, and by which door: a link from a mail, or a signed-in account. Whatever
//! the door, it leads to one side of one request.

use jiff::SignedDuration;

use super::store::{self, Request};
use super::thread_store;
use crate::accounts::account_store;
use crate::artists;
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ContactId, RequestId};
use crate::people::link_store;
use crate::people::links::{Link, Purpose, Side};

/// Moves that one side may make in an hour: a night held and let go again and again is a flood of mails.
const MOST_MOVES: i64 = 20;

/// A door to a thread.
#[derive(Debug, Clone)]
pub enum Door {
    /// The token of a link.
    Link(String),
    /// A person who is signed in, and the request they name.
    Account(ContactId, RequestId),
}

impl Door {
    /// What the addresses of the thread begin with.
    pub fn base(&self) -> String {
        match self {
            Self::Link(token) => format!("/t/{token}"),
            Self::Account(_, request) => format!("/requests/{request}"),
        }
    }
}

/// Somebody who may act for one side of a request.
#[derive(Debug, Clone)]
pub struct Party {
    /// The request.
    pub request: RequestId,
    /// The side.
    pub side: Side,
    /// The person.
    pub contact: ContactId,
    /// The link by which they came, if it was one.
    link: Option<Link>,
}

/// Opens a door. One that is closed and one that never was are the same: not found.
pub fn enter(
    reader: &mut Reader<'_>,
    door: &Door,
    purpose: Purpose,
    now: Instant,
) -> Result<Party> {
    match door {
        Door::Link(token) => {
            let link = link_store::open(reader, token, purpose, now)?;
            let (request, side, contact) = (link.request()?, link.side, link.contact);
            Ok(Party { request, side, contact, link: Some(link) })
        }
        Door::Account(contact, request) => {
            let (contact, request) = (*contact, *request);
            let side = side_of(reader, contact, request)?.ok_or(Error::NotFound)?;
            Ok(Party { request, side, contact, link: None })
        }
    }
}

/// The side of a request that was sent, on which a person stands. What had ended before somebody
/// joined an act's team is between the promoter and those who were the team then.
fn side_of(
    reader: &mut Reader<'_>,
    contact: ContactId,
    request: RequestId,
) -> Result<Option<Side>> {
    let Some(sides) = store::find_sides(reader, request)? else { return Ok(None) };
    if sides.promoter == Some(contact) {
        return Ok(Some(Side::Promoter));
    }
    let joined = artists::contact_store::find_joined(reader, sides.artist, contact)?;
    let sees = joined.is_some_and(|joined| sides.closed_at.is_none_or(|closed| closed >= joined));
    Ok(sees.then_some(Side::Artist))
}

/// The request of a party, locked; refuses whose link was revoked, or who left the team, meanwhile.
pub fn lock(tx: &mut Tx<'_>, party: &Party) -> Result<Request> {
    let request = store::lock_request(tx, party.request)?;
    match &party.link {
        Some(link) => link_store::require_alive(tx, link)?,
        None if side_of(tx, party.contact, party.request)? == Some(party.side) => {}
        None => return Err(Error::NotFound),
    }
    account_store::require_not_frozen(tx, party.contact)?;
    let hour = SignedDuration::from_hours(1);
    let since = tx.now.minus(hour);
    if thread_store::count_moves(tx, request.id, party.side, since)? >= MOST_MOVES {
        return Err(Error::TooMany {
            what:
                "This request was moved many times within an hour, and each move is a mail to the \
                   other side."
                    .into(),
            retry_after: hour,
        });
    }
    Ok(request)
}
