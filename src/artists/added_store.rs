//! Acts that somebody added who need not be the act: who did, when, and what staff said.

use diesel::prelude::*;

use super::contact_store::list_confirmed_contacts;
use super::{Artist, Listing, store};
use crate::booking_requests::list_store;
use crate::clock::Instant;
use crate::db::schema::{artist_changes, artists};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ChangeId, ContactId};

/// What is noted of who added an act.
pub const ADDED: &str = "added";
/// What is noted when staff let an added act into the lists.
pub const AGREED: &str = "looked at and listed";
/// How the source begins of facts that somebody added who need not be the act.
pub const MEMBER: &str = "a member";
/// Additions of one person that are looked at.
const MOST: i64 = 1_000;

/// When a person added the acts that are here, after an instant.
pub fn list_added_since(
    reader: &mut Reader<'_>,
    who: ContactId,
    since: Instant,
) -> Result<Vec<Instant>> {
    let times: Vec<i64> = artist_changes::table
        .filter(artist_changes::contact.eq(who.0))
        .filter(artist_changes::what.eq(ADDED))
        .filter(artist_changes::created_at.gt(since.micros()))
        .select(artist_changes::created_at)
        .load(reader.conn)?;
    Ok(times.into_iter().map(Instant::from_micros).collect())
}

/// Whether staff let an act into the lists that this person added, and have not taken it away since.
pub fn has_agreed(reader: &mut Reader<'_>, who: ContactId) -> Result<bool> {
    let added: Vec<i64> = artist_changes::table
        .filter(artist_changes::contact.eq(who.0))
        .filter(artist_changes::what.eq(ADDED))
        .order(artist_changes::id.desc())
        .select(artist_changes::artist)
        .limit(MOST)
        .load(reader.conn)?;
    let agreed: i64 = artist_changes::table
        .inner_join(artists::table.on(artists::id.eq(artist_changes::artist)))
        .filter(artist_changes::artist.eq_any(added))
        .filter(artist_changes::what.eq(AGREED))
        .filter(artists::listing.ne(Listing::Hidden))
        .count()
        .get_result(reader.conn)?;
    Ok(agreed > 0)
}

/// Notes that staff let an added act into the lists.
pub fn mark_agreed(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::insert_into(artist_changes::table)
        .values((
            artist_changes::id.eq(tx.ids.next::<ChangeId>().0),
            artist_changes::artist.eq(artist.0),
            artist_changes::what.eq(AGREED),
            artist_changes::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether an act was added by somebody who need not be the act: its source says so, or it is noted.
/// That stays so whatever is put right or imported later, for a link may be what they added.
pub fn is_of_a_member(reader: &mut Reader<'_>, artist: &Artist) -> Result<bool> {
    if artist.facts.source.starts_with(MEMBER) {
        return Ok(true);
    }
    let added: i64 = artist_changes::table
        .filter(artist_changes::artist.eq(artist.id.0))
        .filter(artist_changes::what.eq(ADDED))
        .count()
        .get_result(reader.conn)?;
    Ok(added > 0)
}

/// Whether an act is still the draft that somebody added: staff have not let it into the lists, nobody
/// answers for it, and nobody has asked it for anything. A moderator may have hidden it meanwhile.
pub fn is_waiting(reader: &mut Reader<'_>, artist: ArtistId) -> Result<bool> {
    let row: Option<(Listing, Option<String>)> = artists::table
        .find(artist.0)
        .select((artists::listing, artists::hidden_from))
        .first(reader.conn)
        .optional()?;
    let Some((listing, hidden_from)) = row else { return Ok(false) };
    if listing != Listing::Draft && hidden_from.as_deref() != Some(Listing::Draft.as_str()) {
        return Ok(false);
    }
    let noted: Vec<String> = artist_changes::table
        .filter(artist_changes::artist.eq(artist.0))
        .filter(artist_changes::what.eq_any([ADDED, AGREED]))
        .select(artist_changes::what)
        .load(reader.conn)?;
    let is_noted = |what: &str| noted.iter().any(|noted| noted == what);
    Ok(is_noted(ADDED)
        && !is_noted(AGREED)
        && list_confirmed_contacts(reader, artist)?.is_empty()
        && !list_store::has_any(reader, artist)?)
}

/// Locks an act, and says whether it is still the draft that somebody added.
pub fn lock_waiting(tx: &mut Tx<'_>, artist: ArtistId) -> Result<bool> {
    store::lock_artist(tx, artist)?;
    is_waiting(tx, artist)
}
