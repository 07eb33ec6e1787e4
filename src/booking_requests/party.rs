//! Who comes to a thread, and by which door: a link from a mail, or a signed-in account. Whatever
//! the door, it leads to one side of one request.

use jiff::SignedDuration;

use super::store::{self, Request, Sides};
use super::{Actor, Move, news_store, thread_store};
use crate::accounts::account_store;
use crate::artists::team::{self, Capability, Member, TeamRole};
use crate::artists::team_store;
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
    /// Of the artist's side: who they are in its team.
    member: Option<Member>,
    /// The link by which they came, if it was one.
    link: Option<Link>,
}

/// Who makes a move: the side, and of the artist's side whose hand it was.
#[derive(Debug, Clone, Copy)]
pub struct Mover {
    /// The side, the clock or a moderator.
    pub actor: Actor,
    /// The hand.
    pub hand: Option<Hand>,
}

/// Somebody of an artist's team who acts for it.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    /// Who.
    pub contact: ContactId,
    /// As what.
    pub role: TeamRole,
}

impl From<Actor> for Mover {
    fn from(actor: Actor) -> Self {
        Self { actor, hand: None }
    }
}

impl From<&Party> for Mover {
    fn from(party: &Party) -> Self {
        Self { actor: party.side.into(), hand: party.hand() }
    }
}

impl From<Move> for Capability {
    /// What somebody of an artist's team needs for a move.
    fn from(step: Move) -> Self {
        match step {
            Move::Accept => Self::Accept,
            Move::Counter => Self::Counter,
            Move::Hold | Move::LetGo => Self::Hold,
            Move::Confirm | Move::Cancel | Move::Complete => Self::Confirm,
            Move::Decline => Self::Decline,
            _ => Self::Message,
        }
    }
}

impl Party {
    /// Whose hand it is, of the artist's side.
    pub fn hand(&self) -> Option<Hand> {
        self.member.as_ref().map(|member| Hand { contact: member.contact, role: member.role })
    }

    /// Whether they may do this for their side. A promoter may do everything.
    pub fn may(&self, what: impl Into<Capability>) -> bool {
        self.member.as_ref().is_none_or(|member| member.may(what.into()))
    }

    /// Whether they may make any of the moves that answer the other side.
    pub fn may_answer(&self) -> bool {
        self.member.as_ref().is_none_or(Member::may_answer)
    }

    /// Refuses what they may not do for an artist.
    pub fn require(&self, what: impl Into<Capability>) -> Result<()> {
        self.member.as_ref().map_or(Ok(()), |member| member.require(what.into()))
    }
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
            let member = match side {
                Side::Promoter => None,
                Side::Artist => {
                    let sides = store::find_sides(reader, request)?.ok_or(Error::NotFound)?;
                    Some(member_of(reader, &sides, contact)?)
                }
            };
            Ok(Party { request, side, contact, member, link: Some(link) })
        }
        Door::Account(contact, request) => {
            let (contact, request) = (*contact, *request);
            let (side, member) = standing(reader, request, contact)?;
            Ok(Party { request, side, contact, member, link: None })
        }
    }
}

/// On which side of a request that was sent somebody stands, and who they are in the artist's team.
fn standing(
    reader: &mut Reader<'_>,
    request: RequestId,
    contact: ContactId,
) -> Result<(Side, Option<Member>)> {
    let sides = store::find_sides(reader, request)?.ok_or(Error::NotFound)?;
    match sides.promoter == Some(contact) {
        true => Ok((Side::Promoter, None)),
        false => Ok((Side::Artist, Some(member_of(reader, &sides, contact)?))),
    }
}

/// Who somebody is in the artist's team; whoever is not of it finds nothing. What had ended before
/// somebody joined is between the promoter and those who were the team then.
fn member_of(reader: &mut Reader<'_>, sides: &Sides, contact: ContactId) -> Result<Member> {
    let member = team_store::find_member(reader, sides.artist, contact)?;
    let sees = |joined: Instant| sides.closed_at.is_none_or(|closed| closed >= joined);
    member.filter(|member| member.joined.is_some_and(sees)).ok_or(Error::NotFound)
}

/// The request of a party, locked for a move; refuses what [`lock`] refuses, and who moves it very often:
/// each move is a mail to the other side.
pub fn lock_to_move(tx: &mut Tx<'_>, party: &Party, step: Move) -> Result<Request> {
    let request = lock(tx, party, step)?;
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

/// The request of a party, locked, which counts as read; refuses whose link was revoked, or who left the
/// team, meanwhile, and who was not given the right to do this for an artist.
pub fn lock(tx: &mut Tx<'_>, party: &Party, what: impl Into<Capability>) -> Result<Request> {
    let request = store::lock_request(tx, party.request)?;
    if party.side == Side::Artist {
        team::require(tx, request.artist, party.contact, what.into())?;
    }
    match &party.link {
        Some(link) => link_store::require_alive(tx, link)?,
        None if standing(tx, party.request, party.contact)?.0 == party.side => {}
        None => return Err(Error::NotFound),
    }
    account_store::require_not_frozen(tx, party.contact)?;
    // Who acts has read what they act on.
    news_store::mark_read(tx, party.contact, party.request)?;
    Ok(request)
}
