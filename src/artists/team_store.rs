//! Who is of an artist's team and what they were given, and who is to own its page next.

use diesel::prelude::*;

use super::team::{Capabilities, Given, Member, TeamRole};
use crate::clock::Instant;
use crate::db::schema::{artist_contacts, successions};
use crate::db::{Reader, Tx};
use crate::error::Result;
use crate::ids::{ArtistId, ContactId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = artist_contacts)]
struct Row {
    contact: i64,
    role: TeamRole,
    is_owner: i64,
    capabilities: String,
    confirmed_at: Option<i64>,
}

impl From<Row> for Member {
    fn from(row: Row) -> Self {
        Self {
            contact: ContactId(row.contact),
            role: row.role,
            is_owner: row.is_owner != 0,
            capabilities: Capabilities::parse(&row.capabilities),
            joined: row.confirmed_at.map(Instant::from_micros),
        }
    }
}

/// Somebody of a team, or somebody who is invited to it.
pub fn find_member(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    contact: ContactId,
) -> Result<Option<Member>> {
    let row: Option<Row> = artist_contacts::table
        .find((artist.0, contact.0))
        .select(Row::as_select())
        .first(reader.conn)
        .optional()?;
    Ok(row.map(Member::from))
}

/// Everybody of a team and everybody who is invited, in the order in which they were noted.
pub fn list_members(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Vec<Member>> {
    let rows: Vec<Row> = artist_contacts::table
        .filter(artist_contacts::artist.eq(artist.0))
        .order(artist_contacts::contact)
        .select(Row::as_select())
        .load(reader.conn)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// Whose the page of an artist is; nobody's while nobody answers for it.
pub fn find_owner(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Option<ContactId>> {
    let id: Option<i64> = artist_contacts::table
        .filter(artist_contacts::artist.eq(artist.0))
        .filter(artist_contacts::is_owner.eq(1))
        .select(artist_contacts::contact)
        .first(reader.conn)
        .optional()?;
    Ok(id.map(ContactId))
}

/// Notes as what somebody acts, and what they may do.
pub fn set_given(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    contact: ContactId,
    given: &Given,
) -> Result<()> {
    diesel::update(artist_contacts::table.find((artist.0, contact.0)))
        .set((
            artist_contacts::role.eq(given.role),
            artist_contacts::capabilities.eq(given.capabilities.stored()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The page is theirs from now on. Who owned it before may still do everything, and is one of the team.
pub fn make_owner(tx: &mut Tx<'_>, artist: ArtistId, contact: ContactId) -> Result<()> {
    diesel::update(artist_contacts::table.filter(artist_contacts::artist.eq(artist.0)))
        .filter(artist_contacts::is_owner.eq(1))
        .set(artist_contacts::is_owner.eq(0))
        .execute(tx.conn)?;
    diesel::update(artist_contacts::table.find((artist.0, contact.0)))
        .set((
            artist_contacts::is_owner.eq(1),
            artist_contacts::capabilities.eq(Capabilities::all().stored()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A page that is to pass to another of its team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession {
    /// To whom.
    pub heir: ContactId,
    /// When, unless one of the team stops it.
    pub due_at: Instant,
}

/// To whom the page of an artist is to pass.
pub fn find_succession(reader: &mut Reader<'_>, artist: ArtistId) -> Result<Option<Succession>> {
    let row: Option<(i64, i64)> = successions::table
        .find(artist.0)
        .select((successions::heir, successions::due_at))
        .first(reader.conn)
        .optional()?;
    Ok(row.map(|(heir, due_at)| Succession {
        heir: ContactId(heir),
        due_at: Instant::from_micros(due_at),
    }))
}

/// The artists whose pages are to pass on by now.
pub fn list_due(reader: &mut Reader<'_>, now: Instant) -> Result<Vec<ArtistId>> {
    let ids: Vec<i64> = successions::table
        .filter(successions::due_at.le(now.micros()))
        .order((successions::due_at, successions::artist))
        .select(successions::artist)
        .limit(200)
        .load(reader.conn)?;
    Ok(ids.into_iter().map(ArtistId).collect())
}

/// Notes that a page is to pass on then.
pub fn insert_succession(
    tx: &mut Tx<'_>,
    artist: ArtistId,
    heir: ContactId,
    due_at: Instant,
) -> Result<()> {
    diesel::insert_into(successions::table)
        .values((
            successions::artist.eq(artist.0),
            successions::heir.eq(heir.0),
            successions::due_at.eq(due_at.micros()),
            successions::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The page does not pass on, or has.
pub fn delete_succession(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    diesel::delete(successions::table.find(artist.0)).execute(tx.conn)?;
    Ok(())
}

/// The page does not pass to this person.
pub fn end_succession_to(tx: &mut Tx<'_>, artist: ArtistId, heir: ContactId) -> Result<()> {
    diesel::delete(successions::table.find(artist.0).filter(successions::heir.eq(heir.0)))
        .execute(tx.conn)?;
    Ok(())
}
