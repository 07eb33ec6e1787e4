//! Tickets about artists that somebody added.

use diesel::prelude::*;

use super::TicketKind;
use crate::clock::Instant;
use crate::db::Reader;
use crate::db::schema::tickets;
use crate::error::Result;
use crate::ids::{ArtistId, TicketId};
use crate::people::EmailAddress;
use crate::sealed::blind_index;

/// Whether somebody who added this artist waits, or waited, for a decision about it.
pub fn has_ticket(reader: &mut Reader<'_>, artist: ArtistId) -> Result<bool> {
    let tickets: i64 = tickets::table
        .filter(tickets::artist.eq(artist.0))
        .filter(tickets::kind.eq(TicketKind::NewArtist))
        .count()
        .get_result(reader.conn)?;
    Ok(tickets > 0)
}

/// When somebody added, after an instant, the artists that were refused: their tickets are about
/// nobody's page any more.
pub fn list_refused_since(
    reader: &mut Reader<'_>,
    address: &EmailAddress,
    since: Instant,
) -> Result<Vec<Instant>> {
    let index = blind_index::of_address(reader.vault, address.as_str());
    let times: Vec<i64> = tickets::table
        .filter(tickets::address_index.eq(index))
        .filter(tickets::kind.eq(TicketKind::NewArtist))
        .filter(tickets::artist.is_null())
        .filter(tickets::created_at.gt(since.micros()))
        .select(tickets::created_at)
        .load(reader.conn)?;
    Ok(times.into_iter().map(Instant::from_micros).collect())
}

/// The artist that a ticket is about which somebody added, and about which nobody has decided.
pub fn find_undecided(reader: &mut Reader<'_>, ticket: TicketId) -> Result<Option<ArtistId>> {
    let artist: Option<Option<i64>> = tickets::table
        .find(ticket.0)
        .filter(tickets::kind.eq(TicketKind::NewArtist))
        .filter(tickets::decided_at.is_null())
        .select(tickets::artist)
        .first(reader.conn)
        .optional()?;
    Ok(artist.flatten().map(ArtistId))
}
