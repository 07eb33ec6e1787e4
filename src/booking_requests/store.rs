//! The tables of requests, revisions, messages and events.

use diesel::prelude::*;

use jiff::civil::Date;

use super::dates;
use super::hold_store::{self, Hold};
use super::requester::Requester;
use super::revision_store::{self, Revision};
use super::situation::Situation;
use super::terms::Terms;
use super::{State, submission_store};
use crate::clock::Instant;
use crate::db::key_store::{delete_key, get_key};
use crate::db::schema::booking_requests;
use crate::db::{Reader, Tx};
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{AcceptanceId, ArtistId, ContactId, KeyId, RequestId};
use crate::people::links::Side;
use crate::people::store::{Contact, get_contact};
use crate::sealed::{DataKey, Place, Sealed};

/// A request with everything that its two sides may read of it.
#[derive(Debug)]
pub struct Request {
    /// The row.
    pub id: RequestId,
    /// Who is asked.
    pub artist: ArtistId,
    /// Who asks; none once that person was erased.
    promoter: Option<Contact>,
    /// Opens terms, messages and notes.
    pub key: DataKey,
    /// Where it is in its life.
    pub state: State,
    /// Where it was before it was held back.
    pub quarantined_from: Option<State>,
    /// The promoter's acceptance of the disclaimer.
    pub acceptance: AcceptanceId,
    /// The artist's.
    pub artist_acceptance: Option<AcceptanceId>,
    /// The night that both sides agreed on.
    pub night: Option<AgreedNight>,
    /// The night that the artist keeps for it.
    pub hold: Option<Hold>,
    /// Which side confirmed first.
    pub half_confirmed_by: Option<Side>,
    /// The offer of which the other side was reminded last.
    pub nudged_revision: Option<i64>,
    /// Who asks, in their own words.
    pub requester: Requester,
    /// The terms as they stand.
    pub revision: Revision,
    /// When it closes by itself.
    pub expires_at: Instant,
    /// Whether the promoter's address was corrected once.
    pub address_corrected: bool,
    /// When the form came in.
    pub created_at: Instant,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// The first of the requests that went to several acts at once, if it is one of them.
    pub brief: Option<RequestId>,
    /// To how many acts it went.
    pub asked: i64,
}

impl Request {
    /// Who asks. [`Error::NotFound`] once that person was erased.
    pub fn promoter(&self) -> Result<&Contact> {
        self.promoter.as_ref().ok_or(Error::NotFound)
    }

    /// Where it stands, as the table of moves asks.
    pub fn situation(&self, now: Instant) -> Situation {
        Situation {
            state: self.state,
            quarantined_from: self.quarantined_from,
            offered_by: self.revision.by,
            offered_at: self.sent_at.unwrap_or(self.created_at).max(self.revision.created_at),
            is_nudged: self.nudged_revision == Some(self.revision.n),
            is_countered: self.revision.n > 1,
            hold: self.hold.as_ref().map(Hold::as_held),
            half_confirmed_by: self.half_confirmed_by,
            night_ends_at: self.night.map(|night| night.ends_at),
            expires_at: self.expires_at,
            now,
        }
    }

    /// The agreed night, or else the held one.
    pub fn kept_night(&self) -> Option<Date> {
        self.night.map(|night| night.date).or(self.hold.map(|hold| hold.night))
    }

    /// The agreed night, or else the held one, as people read it ("Sat 13 Mar 2027"); empty when
    /// there is neither.
    pub fn night_shown(&self) -> String {
        self.kept_night().map(dates::evening).unwrap_or_default()
    }
}

/// A night that both sides agreed on. Its instants follow from the terms; they are kept for looking
/// for others at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreedNight {
    /// The evening.
    pub date: Date,
    /// When the set starts.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
}

/// A request to be stored: built by `submit` alone, with its acceptance.
pub struct NewRequest<'a> {
    /// The row.
    pub id: RequestId,
    /// Who is asked.
    pub artist: ArtistId,
    /// Who asks.
    pub contact: &'a Contact,
    /// The thread's key.
    pub key: &'a DataKey,
    /// Without it the database refuses the row.
    pub acceptance: AcceptanceId,
    /// Who asks, in their own words.
    pub requester: &'a Requester,
    /// What is proposed.
    pub terms: &'a Terms,
    /// Its hash.
    pub terms_sha256: &'a str,
    /// The attestation of age.
    pub age: crate::privacy::age::Age,
    /// The version of the privacy policy that was accepted.
    pub policy_version: i64,
}

const fn place(table: &'static str, column: &'static str, row: i64) -> Place {
    Place { table, column, row }
}

/// Stores a request that waits for its confirmation, with its first revision.
pub fn insert_request(tx: &mut Tx<'_>, new: &NewRequest<'_>) -> Result<()> {
    let requester_place = place("booking_requests", "requester", new.id.0);
    let nights = &new.terms.event.nights;
    let first = nights.iter().map(|night| night.night).min();
    diesel::insert_into(booking_requests::table)
        .values((
            booking_requests::id.eq(new.id.0),
            booking_requests::artist.eq(new.artist.0),
            booking_requests::contact.eq(Some(new.contact.id.0)),
            booking_requests::key_id.eq(new.key.id()),
            booking_requests::state.eq(State::Unverified),
            booking_requests::acceptance.eq(Some(new.acceptance.0)),
            booking_requests::requester.eq(Sealed::seal(
                &new.contact.key,
                requester_place,
                new.requester,
            )?),
            booking_requests::event_city.eq(&new.terms.venue.city),
            booking_requests::event_country.eq(new.terms.venue.country.code()),
            booking_requests::first_night.eq(first.map(|day| day.to_string()).unwrap_or_default()),
            booking_requests::last_start_at.eq(new.terms.last_start()?.micros()),
            booking_requests::expires_at.eq(new.terms.expires_at()?.micros()),
            booking_requests::age_attested.eq(new.age.as_str()),
            booking_requests::policy_version.eq(new.policy_version),
            booking_requests::address_corrected.eq(0),
            booking_requests::created_at.eq(tx.now.micros()),
            booking_requests::version.eq(1),
        ))
        .execute(tx.conn)?;
    let offer = revision_store::Offer {
        n: 1,
        by: Side::Promoter,
        terms: new.terms,
        sha256: new.terms_sha256,
    };
    revision_store::insert_revision(tx, new.id, new.key, &offer)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = booking_requests)]
struct Row {
    artist: i64,
    contact: Option<i64>,
    key_id: i64,
    state: State,
    quarantined_from: Option<String>,
    acceptance: Option<i64>,
    artist_acceptance: Option<i64>,
    requester: Sealed<Requester>,
    expires_at: i64,
    address_corrected: i64,
    created_at: i64,
    sent_at: Option<i64>,
    night: Option<String>,
    night_starts_at: Option<i64>,
    night_ends_at: Option<i64>,
    half_confirmed_by: Option<Side>,
    nudged_revision: Option<i64>,
    brief: Option<i64>,
    asked: i64,
}

impl Row {
    fn agreed_night(&self) -> Option<AgreedNight> {
        Some(AgreedNight {
            date: self.night.as_deref()?.parse().ok()?,
            starts_at: Instant::from_micros(self.night_starts_at?),
            ends_at: Instant::from_micros(self.night_ends_at?),
        })
    }
}

/// Notes that a request is one of several that went out at once, and of how many.
pub fn mark_brief(
    tx: &mut Tx<'_>,
    id: RequestId,
    brief: Option<RequestId>,
    asked: i64,
) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set((
            booking_requests::brief.eq(brief.map(|brief| brief.0)),
            booking_requests::asked.eq(asked),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A request, whole.
pub fn get_request(reader: &mut Reader<'_>, id: RequestId) -> Result<Request> {
    let row: Row = booking_requests::table
        .find(id.0)
        .select(Row::as_select())
        .first(reader.conn)
        .optional()?
        .ok_or(Error::NotFound)?;
    let promoter = match row.contact {
        Some(contact) => match get_contact(reader, ContactId(contact)) {
            Ok(contact) => Some(contact),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let key = get_key(reader, KeyId(row.key_id))?;
    let revision = revision_store::get_newest(reader, id, &key)?;
    // Nothing else can have one, and most of what is read is read when a request is new.
    let hold = match row.state.may_have_hold() {
        true => hold_store::find_hold(reader, id)?,
        false => None,
    };
    let night = row.agreed_night();
    let requester = match &promoter {
        Some(promoter) => {
            row.requester.open(&promoter.key, place("booking_requests", "requester", id.0))?
        }
        None => Requester::erased(),
    };
    Ok(Request {
        id,
        artist: ArtistId(row.artist),
        promoter,
        key,
        state: row.state,
        quarantined_from: row.quarantined_from.as_deref().and_then(State::parse),
        acceptance: AcceptanceId(row.acceptance.ok_or(Error::NotFound)?),
        artist_acceptance: row.artist_acceptance.map(AcceptanceId),
        night,
        hold,
        half_confirmed_by: row.half_confirmed_by,
        nudged_revision: row.nudged_revision,
        requester,
        revision,
        expires_at: Instant::from_micros(row.expires_at),
        address_corrected: row.address_corrected != 0,
        created_at: Instant::from_micros(row.created_at),
        sent_at: row.sent_at.map(Instant::from_micros),
        brief: row.brief.map(RequestId),
        asked: row.asked,
    })
}

/// Who asks and who is asked.
#[derive(Debug, Clone, Copy)]
pub struct Sides {
    /// Who asks; none once they were erased.
    pub promoter: Option<ContactId>,
    /// Who is asked.
    pub artist: ArtistId,
    /// When the request ended; none while it has not.
    pub closed_at: Option<Instant>,
}

/// The two sides of a request that was sent.
pub fn find_sides(reader: &mut Reader<'_>, id: RequestId) -> Result<Option<Sides>> {
    let row: Option<(Option<i64>, i64, Option<i64>)> = booking_requests::table
        .find(id.0)
        .filter(booking_requests::sent_at.is_not_null())
        .select((booking_requests::contact, booking_requests::artist, booking_requests::closed_at))
        .first(reader.conn)
        .optional()?;
    Ok(row.map(|(contact, artist, closed_at)| Sides {
        promoter: contact.map(ContactId),
        artist: ArtistId(artist),
        closed_at: closed_at.map(Instant::from_micros),
    }))
}

/// A request for a change: its row is updated first, which is the lock under which one of two
/// people who act at once comes second and sees what the first did.
pub fn lock_request(tx: &mut Tx<'_>, id: RequestId) -> Result<Request> {
    let found = diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::version.eq(booking_requests::version + 1))
        .execute(tx.conn)?;
    if found == 0 {
        return Err(Error::NotFound);
    }
    get_request(tx, id)
}

/// Replaces the acceptance of a request that is not yet sent by that of a newer text.
pub fn replace_acceptance(tx: &mut Tx<'_>, id: RequestId, acceptance: AcceptanceId) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::acceptance.eq(Some(acceptance.0)))
        .execute(tx.conn)?;
    Ok(())
}

/// Moves an unsent request to a corrected address: what was sealed under the old person's key is
/// sealed under the new one's.
pub fn correct_address(tx: &mut Tx<'_>, request: &Request, contact: &Contact) -> Result<()> {
    let place = place("booking_requests", "requester", request.id.0);
    diesel::update(booking_requests::table.find(request.id.0))
        .set((
            booking_requests::contact.eq(Some(contact.id.0)),
            booking_requests::requester.eq(Sealed::seal(&contact.key, place, &request.requester)?),
            booking_requests::address_corrected.eq(1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes the promoter off a request whose promoter is erased. What they sealed there is unreadable
/// with their key.
pub fn forget_promoter(tx: &mut Tx<'_>, id: RequestId) -> Result<()> {
    diesel::update(booking_requests::table.find(id.0))
        .set(booking_requests::contact.eq(None::<i64>))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes a request that was never sent, with everything in it: links, messages, events and
/// revisions go with the row, the keys' rows last. Nothing remains but the contact, if another
/// request or a mail still belongs to it.
pub fn purge_request(tx: &mut Tx<'_>, request: &Request) -> Result<()> {
    submission_store::delete_submissions(tx, request.id)?;
    diesel::delete(booking_requests::table.find(request.id.0)).execute(tx.conn)?;
    disclaimer::store::purge_unchained(tx, request.id)?;
    delete_key(tx, KeyId(request.key.id()))
}

/// Whether any request belongs to a person.
pub fn has_requests(reader: &mut Reader<'_>, contact: ContactId) -> Result<bool> {
    let count: i64 = booking_requests::table
        .filter(booking_requests::contact.eq(contact.0))
        .count()
        .get_result(reader.conn)?;
    Ok(count > 0)
}
