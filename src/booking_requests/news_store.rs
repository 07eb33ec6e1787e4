//! What is new for each person in their requests, and what each of them put away or wants no mails of.

use std::collections::HashSet;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Actor;
use super::store::Request;
use crate::artists::contact_store;
use crate::clock::Instant;
use crate::db::schema::{booking_requests, request_marks, request_news};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, RequestId};
use crate::people::store::Contact;

/// What a request is to a person, beside the request itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Whether something happened that they have not said to have read.
    pub is_new: bool,
    /// Whether they put it away.
    pub is_archived: bool,
    /// Whether they want no mails about it.
    pub is_muted: bool,
}

/// What a request is to a person.
pub fn get_marks(reader: &mut Reader<'_>, contact: ContactId, request: RequestId) -> Result<Marks> {
    let key = (contact.0, request.0);
    let news: i64 = request_news::table.find(key).count().get_result(reader.conn)?;
    let marks: Option<(Option<i64>, Option<i64>)> = request_marks::table
        .find(key)
        .select((request_marks::archived_at, request_marks::muted_at))
        .first(reader.conn)
        .optional()?;
    let (archived, muted) = marks.unwrap_or_default();
    Ok(Marks { is_new: news > 0, is_archived: archived.is_some(), is_muted: muted.is_some() })
}

/// Notes for everybody who did not act that something happened. What they had put away comes back,
/// unless they want to hear nothing of it.
pub fn note(tx: &mut Tx<'_>, request: &Request, by: Actor, is_sent: bool) -> Result<()> {
    if !is_sent {
        return Ok(());
    }
    let mut people = Vec::new();
    if by != Actor::Promoter
        && let Ok(promoter) = request.promoter()
    {
        people.push(promoter.id);
    }
    if by != Actor::Artist {
        people.extend(contact_store::list_confirmed_contacts(tx, request.artist)?);
    }
    let known: Vec<i64> = request_news::table
        .filter(request_news::request.eq(request.id.0))
        .select(request_news::contact)
        .load(tx.conn)?;
    diesel::update(request_news::table.filter(request_news::request.eq(request.id.0)))
        .filter(request_news::contact.eq_any(people.iter().map(|person| person.0)))
        .set(request_news::since.eq(tx.now.micros()))
        .execute(tx.conn)?;
    for person in people.iter().filter(|person| !known.contains(&person.0)) {
        insert_news(tx, *person, request.id)?;
    }
    diesel::update(request_marks::table.filter(request_marks::request.eq(request.id.0)))
        .filter(request_marks::contact.eq_any(people.iter().map(|person| person.0)))
        .filter(request_marks::muted_at.is_null())
        .set(request_marks::archived_at.eq(None::<i64>))
        .execute(tx.conn)?;
    Ok(())
}

fn insert_news(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    diesel::insert_into(request_news::table)
        .values((
            request_news::contact.eq(contact.0),
            request_news::request.eq(request.0),
            request_news::since.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A person has read a request.
pub fn mark_read(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    diesel::delete(request_news::table.find((contact.0, request.0))).execute(tx.conn)?;
    Ok(())
}

/// A person has read everything.
pub fn mark_all_read(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    diesel::delete(request_news::table.filter(request_news::contact.eq(contact.0)))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets what the requests of an artist were to somebody who no longer acts for it: what was new, and
/// what they put away.
pub fn forget_of_artist(tx: &mut Tx<'_>, contact: ContactId, artist: ArtistId) -> Result<()> {
    let of_it = || {
        booking_requests::table
            .filter(booking_requests::artist.eq(artist.0))
            .select(booking_requests::id)
    };
    diesel::delete(request_news::table.filter(request_news::contact.eq(contact.0)))
        .filter(request_news::request.eq_any(of_it()))
        .execute(tx.conn)?;
    diesel::delete(request_marks::table.filter(request_marks::contact.eq(contact.0)))
        .filter(request_marks::request.eq_any(of_it()))
        .execute(tx.conn)?;
    Ok(())
}

/// A request is new to a person again.
pub fn mark_unread(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    mark_read(tx, contact, request)?;
    insert_news(tx, contact, request)
}

/// The requests of a person in which something is new, the newest of them.
pub fn list_new(
    reader: &mut Reader<'_>,
    contact: ContactId,
    most: usize,
) -> Result<Vec<RequestId>> {
    let ids: Vec<i64> = request_news::table
        .filter(request_news::contact.eq(contact.0))
        .order(request_news::request.desc())
        .select(request_news::request)
        .limit(most as i64)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Those of some requests in which something is new for a person.
pub fn list_new_among(
    reader: &mut Reader<'_>,
    contact: ContactId,
    requests: &[RequestId],
) -> Result<HashSet<RequestId>> {
    let ids: Vec<i64> = request_news::table
        .filter(request_news::contact.eq(contact.0))
        .filter(request_news::request.eq_any(requests.iter().map(|request| request.0)))
        .select(request_news::request)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// The requests that a person put away, the newest of them.
pub fn list_archived(
    reader: &mut Reader<'_>,
    contact: ContactId,
    most: usize,
) -> Result<Vec<RequestId>> {
    let ids: Vec<i64> = request_marks::table
        .filter(request_marks::contact.eq(contact.0))
        .filter(request_marks::archived_at.is_not_null())
        .order(request_marks::request.desc())
        .select(request_marks::request)
        .limit(most as i64)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// The requests of a person in which something has been new since then, but for those of which they
/// want no mails; the newest of them.
pub fn list_heard_since(
    reader: &mut Reader<'_>,
    contact: ContactId,
    since: Instant,
    most: usize,
) -> Result<Vec<RequestId>> {
    let muted = request_marks::table
        .filter(request_marks::contact.eq(contact.0))
        .filter(request_marks::request.eq(request_news::request))
        .filter(request_marks::muted_at.is_not_null());
    let ids: Vec<i64> = request_news::table
        .filter(request_news::contact.eq(contact.0))
        .filter(request_news::since.ge(since.micros()))
        .filter(not(exists(muted)))
        .order(request_news::request.desc())
        .select(request_news::request)
        .limit(most as i64)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// The row of a person's marks of a request, which is there afterwards.
fn ensure_marks(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    let key = (contact.0, request.0);
    let known: i64 = request_marks::table.find(key).count().get_result(tx.conn)?;
    if known == 0 {
        diesel::insert_into(request_marks::table)
            .values((request_marks::contact.eq(contact.0), request_marks::request.eq(request.0)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Puts a request away.
pub fn archive(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    ensure_marks(tx, contact, request)?;
    diesel::update(request_marks::table.find((contact.0, request.0)))
        .set(request_marks::archived_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes a request back from where it was put.
pub fn unarchive(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    diesel::update(request_marks::table.find((contact.0, request.0)))
        .set(request_marks::archived_at.eq(None::<i64>))
        .execute(tx.conn)?;
    Ok(())
}

/// No more mails about a request to a person.
pub fn mute(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    ensure_marks(tx, contact, request)?;
    diesel::update(request_marks::table.find((contact.0, request.0)))
        .set(request_marks::muted_at.eq(Some(tx.now.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Mails about a request to a person again.
pub fn unmute(tx: &mut Tx<'_>, contact: ContactId, request: RequestId) -> Result<()> {
    diesel::update(request_marks::table.find((contact.0, request.0)))
        .set(request_marks::muted_at.eq(None::<i64>))
        .execute(tx.conn)?;
    Ok(())
}

/// Those of some people who did not say that they want no mails about a request.
pub fn those_who_hear(
    reader: &mut Reader<'_>,
    mut people: Vec<Contact>,
    request: RequestId,
) -> Result<Vec<Contact>> {
    let muted: Vec<i64> = request_marks::table
        .filter(request_marks::request.eq(request.0))
        .filter(request_marks::muted_at.is_not_null())
        .select(request_marks::contact)
        .load(reader.conn)?;
    people.retain(|person| !muted.contains(&person.id.0));
    Ok(people)
}
