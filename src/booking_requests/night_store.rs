//! The nights of an artist as requests have them: proposed, held, agreed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use jiff::SignedDuration;
use jiff::civil::Date;

use super::{AGREED, OPEN, State};
use crate::clock::Instant;
use crate::db::dialect::{self, Column};
use crate::db::schema::{booking_requests, holds, request_events, request_nights};
use crate::db::{AnyBackend, Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, RequestId};
use crate::people::links::Side;

/// No set is longer (`dates.rs`), and every zone is within fourteen hours of UTC.
const A_NIGHT: SignedDuration = SignedDuration::from_hours(48);

fn words(states: &[State]) -> Vec<&'static str> {
    states.iter().map(|state| state.as_str()).collect()
}

/// The nights that a request proposes now, in the place of those before.
pub fn set_nights(
    tx: &mut Tx<'_>,
    request: RequestId,
    artist: ArtistId,
    nights: impl Iterator<Item = Date>,
) -> Result<()> {
    let known = request_nights::table.filter(request_nights::request.eq(request.0));
    diesel::delete(known).execute(tx.conn)?;
    insert_nights(tx, request, artist, nights)
}

/// The nights that a new request proposes.
pub fn insert_nights(
    tx: &mut Tx<'_>,
    request: RequestId,
    artist: ArtistId,
    nights: impl Iterator<Item = Date>,
) -> Result<()> {
    let nights: Vec<String> = nights.map(|night| night.to_string()).collect();
    let columns = [Column::Int("request"), Column::Text("night"), Column::Int("artist")];
    let rows: Vec<dialect::Row<'_>> =
        nights.iter().map(|night| vec![request.0.into(), night.into(), artist.0.into()]).collect();
    dialect::insert_many(tx.conn, "request_nights", &columns, &rows)?;
    Ok(())
}

/// Around midnight of a day, whatever the zone.
fn around(day: Date) -> Instant {
    let midnight = day.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    midnight.map_or(Instant::from_micros(0), |at| at.timestamp().into())
}

/// The nights between two days that are confirmed.
pub fn list_confirmed(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    from: Date,
    to: Date,
) -> Result<BTreeSet<Date>> {
    let nights: Vec<Option<String>> = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .filter(booking_requests::night_starts_at.gt(around(from).minus(A_NIGHT).micros()))
        .filter(booking_requests::night_starts_at.lt(around(to).plus(A_NIGHT).micros()))
        .filter(booking_requests::state.eq(State::Confirmed))
        .select(booking_requests::night)
        .load(reader.conn)?;
    Ok(nights.iter().flatten().filter_map(|night| night.parse().ok()).collect())
}

/// The nights between two days that open or agreed requests name.
pub fn list_asked(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    from: Date,
    to: Date,
) -> Result<BTreeSet<Date>> {
    let nights: Vec<String> = request_nights::table
        .inner_join(booking_requests::table.on(booking_requests::id.eq(request_nights::request)))
        .filter(request_nights::artist.eq(artist.0))
        .filter(request_nights::night.between(from.to_string(), to.to_string()))
        .filter(booking_requests::state.eq_any(words(&[OPEN, AGREED].concat())))
        // Of an agreed request only its night counts.
        .filter(
            booking_requests::night
                .is_null()
                .or(booking_requests::night.eq(request_nights::night.nullable())),
        )
        .select(request_nights::night)
        .load(reader.conn)?;
    Ok(nights.iter().filter_map(|night| night.parse().ok()).collect())
}

/// The other requests that the artist has confirmed, alone or with the promoter, for a time that
/// overlaps with this one when `travel` lies between the two.
pub fn list_overlapping(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    except: RequestId,
    (starts_at, ends_at): (Instant, Instant),
    travel: SignedDuration,
) -> Result<Vec<RequestId>> {
    let earliest = starts_at.minus(travel).minus(A_NIGHT);
    let said = booking_requests::state.eq(State::Confirmed).or(booking_requests::state
        .eq(State::HalfConfirmed)
        .and(booking_requests::half_confirmed_by.eq(Some(Side::Artist.as_str()))));
    let ids: Vec<i64> = booking_requests::table
        .filter(booking_requests::artist.eq(artist.0))
        .filter(booking_requests::night_starts_at.gt(earliest.micros()))
        .filter(booking_requests::night_starts_at.lt(ends_at.plus(travel).micros()))
        .filter(booking_requests::night_ends_at.gt(starts_at.minus(travel).micros()))
        .filter(booking_requests::id.ne(except.0))
        .filter(said)
        .order(booking_requests::night_starts_at)
        .select(booking_requests::id)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// A night on which a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The request.
    pub request: RequestId,
    /// The night.
    pub night: Date,
    /// Where the request is.
    pub state: State,
    /// Its rank among the holds of the night; none where it has none.
    pub rank: Option<i64>,
    /// Whether the night is held or agreed on, and not merely proposed.
    pub is_kept: bool,
}

/// What stands on the nights of an artist between two days, by night: what is held, agreed on or was
/// called off, and of what is merely proposed and still open so many. Only what had not ended when the
/// reader joined the team.
pub fn list_standing(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    joined: Instant,
    span: (Date, Date),
    proposed: i64,
) -> Result<Vec<Standing>> {
    const MOST_KEPT: i64 = 10_000;
    let ranks = list_ranks(reader, artist, span)?;
    let mut standing = Vec::new();
    for (is_kept, most) in [(true, MOST_KEPT), (false, proposed)] {
        for (request, night, state) in list_named(reader, (artist, joined), span, is_kept, most)? {
            let (request, Ok(night)) = (RequestId(request), night.parse::<Date>()) else {
                continue;
            };
            let rank = ranks.get(&(night, request)).copied().filter(|_| state.is_open());
            standing.push(Standing { request, night, state, rank, is_kept });
        }
    }
    standing.sort_by_key(|one| (one.night, !one.is_kept, one.rank, one.request));
    Ok(standing)
}

/// The nights between two days that the requests of an artist name: those that are theirs, or those
/// that are merely proposed.
fn list_named(
    reader: &mut Reader<'_>,
    (artist, joined): (ArtistId, Instant),
    (from, to): (Date, Date),
    is_kept: bool,
    most: i64,
) -> Result<Vec<(i64, String, State)>> {
    let had_not_ended =
        booking_requests::closed_at.is_null().or(booking_requests::closed_at.ge(joined.micros()));
    let shown = [OPEN, AGREED, &[State::Completed, State::Cancelled]].concat();
    let is_agreed = booking_requests::night.assume_not_null().eq(request_nights::night);
    let held = holds::table
        .filter(holds::artist.eq(artist.0))
        .filter(holds::request.eq(request_nights::request))
        .filter(holds::night.eq(request_nights::night));
    let named = request_nights::table
        .inner_join(booking_requests::table.on(booking_requests::id.eq(request_nights::request)))
        .filter(request_nights::artist.eq(artist.0))
        .filter(request_nights::night.between(from.to_string(), to.to_string()))
        .filter(booking_requests::sent_at.is_not_null())
        .filter(booking_requests::state.eq_any(words(&shown)))
        .filter(had_not_ended)
        .order((request_nights::night, request_nights::request))
        .select((request_nights::request, request_nights::night, booking_requests::state))
        .limit(most)
        .into_boxed::<AnyBackend>();
    // Of an agreed request only its night stands.
    let named = match is_kept {
        true => named.filter(is_agreed.or(exists(held))),
        false => named.filter(booking_requests::night.is_null()).filter(not(exists(held))),
    };
    Ok(named.load(reader.conn)?)
}

fn list_ranks(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    (from, to): (Date, Date),
) -> Result<HashMap<(Date, RequestId), i64>> {
    let rows: Vec<(String, i64)> = holds::table
        .filter(holds::artist.eq(artist.0))
        .filter(holds::night.between(from.to_string(), to.to_string()))
        .order((holds::night, holds::placed_at, holds::request))
        .select((holds::night, holds::request))
        .load(reader.conn)?;
    let mut ranks = HashMap::new();
    let mut of_night: BTreeMap<String, i64> = BTreeMap::new();
    for (night, request) in rows {
        let rank = of_night.entry(night.clone()).or_default();
        *rank += 1;
        if let Ok(night) = night.parse() {
            ranks.insert((night, RequestId(request)), *rank);
        }
    }
    Ok(ranks)
}

/// How many moves each of these requests has seen: the sequence of its calendar entries.
pub fn count_moves(
    reader: &mut Reader<'_>,
    requests: &[RequestId],
) -> Result<HashMap<RequestId, i64>> {
    let ids: Vec<i64> = requests.iter().map(|request| request.0).collect();
    let rows: Vec<(i64, i64)> = request_events::table
        .filter(request_events::request.eq_any(ids))
        .group_by(request_events::request)
        .select((request_events::request, count_star()))
        .load(reader.conn)?;
    Ok(rows.into_iter().map(|(request, moves)| (RequestId(request), moves)).collect())
}
