//! Which requests there are: by whose turn the clock has come, of a promoter, of an artist.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{OPEN, State};
use crate::clock::Instant;
use crate::db::schema::booking_requests;
use crate::db::{AnyBackend, Reader};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId, RequestId};

/// Requests in this state whose time is over.
pub fn list_expired(reader: &mut Reader<'_>, state: State, now: Instant) -> Result<Vec<RequestId>> {
    let ids: Vec<i64> = booking_requests::table
        .filter(booking_requests::state.eq(state))
        .filter(booking_requests::expires_at.le(now.micros()))
        .order(booking_requests::expires_at)
        .select(booking_requests::id)
        .limit(200)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Requests that were never sent and came in before `limit`, also those that a moderator held back
/// or removed before their confirmation.
pub fn list_unsent_before(reader: &mut Reader<'_>, limit: Instant) -> Result<Vec<RequestId>> {
    let ids: Vec<i64> = booking_requests::table
        .filter(booking_requests::sent_at.is_null())
        .filter(booking_requests::created_at.lt(limit.micros()))
        .order(booking_requests::created_at)
        .select(booking_requests::id)
        .limit(200)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// The ids of the newest requests that were sent, newest first.
fn newest_sent(most: i64) -> booking_requests::BoxedQuery<'static, AnyBackend, BigInt> {
    booking_requests::table
        .filter(booking_requests::sent_at.is_not_null())
        .order(booking_requests::id.desc())
        .select(booking_requests::id)
        .limit(most)
        .into_boxed()
}

/// The newest requests of a promoter that were sent, newest first.
pub fn list_of_promoter(
    reader: &mut Reader<'_>,
    contact: ContactId,
    most: i64,
) -> Result<Vec<RequestId>> {
    let ids: Vec<i64> =
        newest_sent(most).filter(booking_requests::contact.eq(contact.0)).load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// The newest requests that reached an artist, each with when it was sent.
pub fn list_sent(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    most: i64,
) -> Result<Vec<(RequestId, Instant)>> {
    let rows: Vec<(i64, Option<i64>)> = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .filter(booking_requests::sent_at.is_not_null())
        .order(booking_requests::id.desc())
        .select((booking_requests::id, booking_requests::sent_at))
        .limit(most)
        .load(reader.conn)?;
    let sent = |(id, at): (i64, Option<i64>)| {
        (RequestId(id), Instant::from_micros(at.unwrap_or_default()))
    };
    Ok(rows.into_iter().map(sent).collect())
}

/// How many requests a promoter has sent since then.
pub fn count_sent_since(
    reader: &mut Reader<'_>,
    contact: ContactId,
    since: Instant,
) -> Result<i64> {
    Ok(booking_requests::table
        .filter(booking_requests::contact.eq(contact.0))
        .filter(booking_requests::sent_at.ge(since.micros()))
        .count()
        .get_result(reader.conn)?)
}

/// Those of the requests that a promoter sent to several acts at once that are open, and their acts.
pub fn list_open_of_brief(
    reader: &mut Reader<'_>,
    brief: RequestId,
    promoter: ContactId,
) -> Result<Vec<(RequestId, ArtistId)>> {
    let rows: Vec<(i64, i64)> = booking_requests::table
        .filter(booking_requests::brief.eq(brief.0))
        .filter(booking_requests::contact.eq(promoter.0))
        .filter(booking_requests::state.eq_any(OPEN.iter().copied()))
        .order(booking_requests::id)
        .select((booking_requests::id, booking_requests::artist))
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|(id, artist)| (RequestId(id), ArtistId(artist))).collect())
}

/// Every request of a promoter, sent or not, oldest first.
pub fn list_all_of_promoter(reader: &mut Reader<'_>, contact: ContactId) -> Result<Vec<RequestId>> {
    let ids: Vec<i64> = booking_requests::table
        .filter(booking_requests::contact.eq(contact.0))
        .order(booking_requests::id)
        .select(booking_requests::id)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// The newest requests to an artist that were sent, newest first.
pub fn list_of_artist(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    most: i64,
) -> Result<Vec<RequestId>> {
    let ids: Vec<i64> =
        newest_sent(most).filter(booking_requests::artist.eq(artist.0)).load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Those of them that had not ended when somebody joined the artist's team.
pub fn list_seen_since(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    joined: Instant,
    most: i64,
) -> Result<Vec<RequestId>> {
    let had_not_ended =
        booking_requests::closed_at.is_null().or(booking_requests::closed_at.ge(joined.micros()));
    let ids: Vec<i64> = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .filter(booking_requests::sent_at.is_not_null())
        .filter(had_not_ended)
        .order(booking_requests::id.desc())
        .select(booking_requests::id)
        .limit(most)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Every request to an artist that was sent, oldest first.
pub fn list_all_of_artist(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Vec<RequestId>> {
    let mut all = list_of_artist(reader, artist, i64::MAX)?;
    all.reverse();
    Ok(all)
}

/// Whether there is any request to an artist, sent or not.
pub fn has_any(reader: &mut Reader<'_>, artist: ArtistId) -> Result<bool> {
    let first: Option<i64> = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .select(booking_requests::id)
        .first(reader.conn)
        .optional()?;
    Ok(first.is_some())
}
