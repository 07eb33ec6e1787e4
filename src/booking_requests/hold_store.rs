//! The table of holds. Whoever changes it has locked the artist's calendar.

use diesel::dsl::max;
use diesel::prelude::*;
use jiff::civil::Date;

use super::OPEN;
use super::situation::Held;
use crate::clock::Instant;
use crate::db::schema::{booking_requests, holds};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, RequestId};

/// A night that an artist keeps for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// For which request.
    pub request: RequestId,
    /// Which evening.
    pub night: Date,
    /// 1 for the first of the night.
    pub rank: i64,
    /// The hold before it, of another request.
    pub before: Option<RequestId>,
    /// Whether that one can be challenged.
    may_challenge: bool,
    /// Until when it was promised.
    pub promised_until: Instant,
    /// When it lapses: earlier than promised while it is challenged.
    pub expires_at: Instant,
    /// The request whose promoter challenges it.
    pub challenger: Option<RequestId>,
    /// Whether the night was confirmed for another request.
    pub is_taken: bool,
}

impl Hold {
    /// As the table of moves sees it.
    pub const fn as_held(&self) -> Held {
        Held {
            rank: self.rank,
            challenged: self.challenger.is_some(),
            may_challenge: self.may_challenge,
            expires_at: self.expires_at,
        }
    }

    /// "1st hold"
    pub fn rank_shown(&self) -> String {
        rank_words(self.rank)
    }
}

/// "1st hold"
pub fn rank_words(rank: i64) -> String {
    let ending = match (rank % 10, rank % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{rank}{ending} hold")
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = holds)]
struct Row {
    request: i64,
    artist: i64,
    night: String,
    promised_until: i64,
    expires_at: i64,
    challenger: Option<i64>,
    stood_at: Option<i64>,
    taken: i64,
}

fn holds_of(rows: Vec<Row>) -> Result<Vec<Hold>> {
    let mut all = Vec::with_capacity(rows.len());
    let mut before: Option<(RequestId, bool)> = None;
    for (at, row) in rows.into_iter().enumerate() {
        let request = RequestId(row.request);
        all.push(Hold {
            request,
            night: row.night.parse().map_err(|_| Error::unexpected("a hold of no night"))?,
            rank: at as i64 + 1,
            before: before.map(|(request, _)| request),
            may_challenge: before.is_some_and(|(_, may)| may),
            promised_until: Instant::from_micros(row.promised_until),
            expires_at: Instant::from_micros(row.expires_at),
            challenger: row.challenger.map(RequestId),
            is_taken: row.taken != 0,
        });
        let may = row.challenger.is_none() && row.stood_at.is_none() && row.taken == 0;
        before = Some((request, may));
    }
    Ok(all)
}

/// The holds of a night, the first one first.
pub fn list_of_night(reader: &mut Reader<'_>, artist: ArtistId, night: Date) -> Result<Vec<Hold>> {
    let rows: Vec<Row> = holds::table
        .filter(holds::artist.eq(artist.0))
        .filter(holds::night.eq(night.to_string()))
        .order((holds::placed_at, holds::request))
        .select(Row::as_select())
        .load(reader.conn)?;
    holds_of(rows)
}

/// The hold of a request, with its place among those of its night.
pub fn find_hold(reader: &mut Reader<'_>, request: RequestId) -> Result<Option<Hold>> {
    let row: Option<Row> =
        holds::table.find(request.0).select(Row::as_select()).first(reader.conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let night = row.night.parse().map_err(|_| Error::unexpected("a hold of no night"))?;
    let all = list_of_night(reader, ArtistId(row.artist), night)?;
    Ok(all.into_iter().find(|hold| hold.request == request))
}

/// The requests whose hold has to go by now. That of an agreed night goes with its request.
pub fn list_due(reader: &mut Reader<'_>, now: Instant) -> Result<Vec<RequestId>> {
    let open = OPEN.iter().map(|state| state.as_str());
    let ids: Vec<i64> = holds::table
        .inner_join(booking_requests::table.on(booking_requests::id.eq(holds::request)))
        .filter(holds::expires_at.le(now.micros()))
        .filter(booking_requests::state.eq_any(open))
        .order(holds::expires_at)
        .select(holds::request)
        .limit(200)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Keeps a night for a request, behind those for which it is kept already.
pub fn insert_hold(
    tx: &mut Tx<'_>,
    request: RequestId,
    artist: ArtistId,
    night: Date,
    until: Instant,
) -> Result<()> {
    // The order is that of the lock, whatever the clocks of two nodes say.
    let last: Option<i64> = holds::table
        .filter(holds::artist.eq(artist.0))
        .filter(holds::night.eq(night.to_string()))
        .select(max(holds::placed_at))
        .first(tx.conn)?;
    let placed_at = last.map_or(tx.now.micros(), |last| tx.now.micros().max(last + 1));
    diesel::insert_into(holds::table)
        .values((
            holds::request.eq(request.0),
            holds::artist.eq(artist.0),
            holds::night.eq(night.to_string()),
            holds::placed_at.eq(placed_at),
            holds::promised_until.eq(until.micros()),
            holds::expires_at.eq(until.micros()),
            holds::taken.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Promises a hold until another day. It keeps its place, and can be challenged again.
pub fn promise(tx: &mut Tx<'_>, request: RequestId, until: Instant) -> Result<()> {
    diesel::update(holds::table.find(request.0))
        .set((
            holds::promised_until.eq(until.micros()),
            holds::expires_at.eq(until.micros()),
            holds::stood_at.eq(None::<i64>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Brings the end of a hold forward, because another asks it to confirm or to go.
pub fn challenge(
    tx: &mut Tx<'_>,
    request: RequestId,
    challenger: RequestId,
    until: Instant,
) -> Result<()> {
    diesel::update(holds::table.find(request.0))
        .set((holds::challenger.eq(Some(challenger.0)), holds::expires_at.eq(until.micros())))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a challenge: the hold lapses when it was promised to. `stood`: because its promoter is ready.
pub fn end_challenge(tx: &mut Tx<'_>, hold: &Hold, stood: bool) -> Result<()> {
    diesel::update(holds::table.find(hold.request.0))
        .set((
            holds::challenger.eq(None::<i64>),
            holds::expires_at.eq(hold.promised_until.micros()),
            holds::stood_at.eq(stood.then_some(tx.now.micros())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Keeps the place of a hold whose night was accepted, until that night is over.
pub fn keep_until(tx: &mut Tx<'_>, request: RequestId, until: Instant) -> Result<()> {
    diesel::update(holds::table.find(request.0))
        .set((
            holds::challenger.eq(None::<i64>),
            holds::promised_until.eq(until.micros()),
            holds::expires_at.eq(until.micros()),
            holds::stood_at.eq(Some(tx.now.micros())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The night was confirmed for one request: the holds of the others have to go now.
pub fn take_night(tx: &mut Tx<'_>, artist: ArtistId, night: Date, winner: RequestId) -> Result<()> {
    diesel::update(
        holds::table
            .filter(holds::artist.eq(artist.0))
            .filter(holds::night.eq(night.to_string()))
            .filter(holds::request.ne(winner.0)),
    )
    .set((
        holds::taken.eq(1),
        holds::expires_at.eq(tx.now.micros()),
        // Whoever asked for an answer has it: a challenge that ends later must promise nothing anew.
        holds::challenger.eq(None::<i64>),
    ))
    .execute(tx.conn)?;
    Ok(())
}

/// Lets a hold go.
pub fn delete_hold(tx: &mut Tx<'_>, request: RequestId) -> Result<()> {
    diesel::delete(holds::table.find(request.0)).execute(tx.conn)?;
    Ok(())
}
