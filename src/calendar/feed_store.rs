//! The table of secret links to a calendar: of each only a keyed hash is kept.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::calendar_feeds;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId, FeedId, Token};
use crate::sealed::blind_index;

/// A secret link, as its owner sees it on a list.
#[derive(Debug, Clone, Copy)]
pub struct Feed {
    /// The row.
    pub id: FeedId,
    /// When it was made.
    pub created_at: Instant,
}

/// The word under which tokens of feeds are hashed.
const PURPOSE: &str = "calendar feed";

/// Makes a link for a member of the artist's team. The token is shown once and kept nowhere.
pub fn insert_feed(tx: &mut Tx<'_>, artist: ArtistId, contact: ContactId) -> Result<Token> {
    let (id, token): (FeedId, _) = (tx.ids.next(), Token::draw());
    diesel::insert_into(calendar_feeds::table)
        .values((
            calendar_feeds::id.eq(id.0),
            calendar_feeds::artist.eq(artist.0),
            calendar_feeds::contact.eq(contact.0),
            calendar_feeds::token_index.eq(blind_index::of_secret(
                tx.vault,
                PURPOSE,
                token.reveal(),
            )),
            calendar_feeds::created_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(token)
}

/// The links that a member has to an artist's calendar, the newest first.
pub fn list_feeds(
    reader: &mut Reader<'_>,
    artist: ArtistId,
    contact: ContactId,
) -> Result<Vec<Feed>> {
    let rows: Vec<(i64, i64)> = calendar_feeds::table
        .filter(calendar_feeds::artist.eq(artist.0))
        .filter(calendar_feeds::contact.eq(contact.0))
        .order(calendar_feeds::id.desc())
        .select((calendar_feeds::id, calendar_feeds::created_at))
        .load(reader.conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, created_at)| Feed {
            id: FeedId(id),
            created_at: Instant::from_micros(created_at),
        })
        .collect())
}

/// Whose link this is, and to which calendar.
pub fn find_feed(
    reader: &mut Reader<'_>,
    token: &str,
) -> Result<Option<(FeedId, ArtistId, ContactId)>> {
    let index = blind_index::of_secret(reader.vault, PURPOSE, token);
    let row: Option<(i64, i64, i64)> = calendar_feeds::table
        .filter(calendar_feeds::token_index.eq(index))
        .select((calendar_feeds::id, calendar_feeds::artist, calendar_feeds::contact))
        .first(reader.conn)
        .optional()?;
    Ok(row.map(|(id, artist, contact)| (FeedId(id), ArtistId(artist), ContactId(contact))))
}

/// Ends a link. One of somebody else is not there.
pub fn delete_feed(tx: &mut Tx<'_>, contact: ContactId, id: FeedId) -> Result<()> {
    let found = diesel::delete(
        calendar_feeds::table.find(id.0).filter(calendar_feeds::contact.eq(contact.0)),
    )
    .execute(tx.conn)?;
    if found == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Ends every link that a person has to an artist's calendar.
pub fn delete_of(tx: &mut Tx<'_>, artist: ArtistId, contact: ContactId) -> Result<()> {
    diesel::delete(
        calendar_feeds::table
            .filter(calendar_feeds::artist.eq(artist.0))
            .filter(calendar_feeds::contact.eq(contact.0)),
    )
    .execute(tx.conn)?;
    Ok(())
}
