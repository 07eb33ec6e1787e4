//! Acts that a person keeps in sight.

use diesel::prelude::*;

use crate::db::schema::shortlisted;
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId};

/// Acts that one person keeps.
pub const MOST: usize = 100;

/// Everything that a person keeps, what they kept last first.
pub fn list_kept(reader: &mut Reader<'_>, person: ContactId) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = shortlisted::table
        .filter(shortlisted::contact.eq(person.0))
        .order((shortlisted::created_at.desc(), shortlisted::artist))
        .select(shortlisted::artist)
        .limit(MOST as i64)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
}

/// Keeps an act. Again changes nothing.
pub fn keep(tx: &mut Tx<'_>, person: ContactId, artist: ArtistId) -> Result<()> {
    let known: i64 = shortlisted::table.find((person.0, artist.0)).count().get_result(tx.conn)?;
    if known == 0 {
        diesel::insert_into(shortlisted::table)
            .values((
                shortlisted::contact.eq(person.0),
                shortlisted::artist.eq(artist.0),
                shortlisted::created_at.eq(tx.now.micros()),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Keeps it no longer.
pub fn forget(tx: &mut Tx<'_>, person: ContactId, artist: ArtistId) -> Result<()> {
    diesel::delete(shortlisted::table.find((person.0, artist.0))).execute(tx.conn)?;
    Ok(())
}
