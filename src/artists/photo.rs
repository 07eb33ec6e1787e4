//! The photo of an artist: put on its page by its own people, kept in widths that fit where it is
//! shown, never as it was sent.

use jiff::SignedDuration;

use super::edit::lock_managed;
use super::{edit_store, photo_store};
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::ContactId;

/// The widths in which a photo is kept, as far as the original has them.
pub const WIDTHS: [u32; 3] = [320, 640, 1280];

/// What is noted of a change to a photo.
const CHANGE: &str = "photo";
/// So often a person may change photos within a day: opening one takes much more than a form does.
const MOST_A_DAY: usize = 20;

/// One width of a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// SHA-256 of its bytes in hex: the name under which it is kept and asked for.
    pub sha256: String,
}

/// One width of a photo with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// Which.
    pub size: Size,
    /// WebP; none where they are in a file.
    pub bytes: Option<Vec<u8>>,
}

/// A photo as a page describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// What is to be seen on it, as the artist's people say; may be empty.
    pub alt: String,
    /// When it was put there.
    pub created_at: Instant,
    /// Its widths, the smallest first.
    pub sizes: Vec<Size>,
}

/// The address of a photo on this site.
pub fn url(sha256: &str) -> String {
    format!("/photos/{sha256}.webp")
}

/// Whether a word can be the name of a photo.
pub fn is_name(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Refuses another photo of who has put up or taken away too many within a day, at its field.
pub fn require_turn(reader: &mut Reader<'_>, contact: ContactId, now: Instant) -> Result<()> {
    let first = edit_store::find_nth_newest_change(reader, contact, CHANGE, MOST_A_DAY)?;
    let Some(first) = first else { return Ok(()) };
    let again = first.plus(SignedDuration::from_hours(24));
    if again <= now {
        return Ok(());
    }
    // To the minute that is shown, which has begun by then.
    let again = again.plus(SignedDuration::from_secs(59)).display();
    let why = format!(
        "You changed photos {MOST_A_DAY} times within a day, and more are not opened. Choose this \
         one again after {again}"
    );
    Err(Error::field("photo", why))
}

/// Puts a photo on an artist's page, in the place of the one that is there.
pub fn put(
    tx: &mut Tx<'_>,
    slug: &str,
    contact: ContactId,
    alt: &str,
    prints: &[Print],
) -> Result<()> {
    let artist = lock_managed(tx, slug, contact)?;
    let now = tx.now;
    require_turn(tx, contact, now)?;
    photo_store::replace_photo(tx, artist.id, alt, prints)?;
    edit_store::insert_change(tx, artist.id, contact, CHANGE)
}

/// Takes the photo from an artist's page, and its bytes with it. Where there is none, nothing is
/// done and nothing noted.
pub fn remove(tx: &mut Tx<'_>, slug: &str, contact: ContactId) -> Result<()> {
    let artist = lock_managed(tx, slug, contact)?;
    if photo_store::find_photo(tx, artist.id)?.is_none() {
        return Ok(());
    }
    photo_store::delete_photo(tx, artist.id)?;
    edit_store::insert_change(tx, artist.id, contact, CHANGE)
}
