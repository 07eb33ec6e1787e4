//! Putting right the page of an act for which nobody answers, by those who decide. A page with a team is
//! put right by the team.

use super::contact_store::list_confirmed_contacts;
use super::doubles::external_ids;
use super::edit::{Edited, differences, require_seen};
use super::{Artist, Facts, double_store, edit_store, store};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ArtistId, ContactId};

/// How the source of facts begins that were put right. No file changes them again.
const PUT_RIGHT: &str = "put right by the people who run this site";
/// How the note of such a change begins.
pub const CORRECTED: &str = "put right by a moderator";

/// Whether the facts of an act were put right, so that no file changes them.
pub fn is_put_right(facts: &Facts) -> bool {
    facts.source.starts_with(PUT_RIGHT)
}

/// Refuses to put right what a team answers for.
pub fn require_nobodys(reader: &mut Reader<'_>, artist: ArtistId) -> Result<()> {
    if list_confirmed_contacts(reader, artist)?.is_empty() {
        return Ok(());
    }
    Err(Error::Conflict(
        "Somebody answers for this page, and puts it right themselves. A moderator can take it from \
         view."
            .into(),
    ))
}

/// Puts the facts of a page right: name, genres, home, links and words, which can be checked at a
/// source. Its address stays, and so does what a form about somebody else's act does not ask.
///
/// # Errors
/// Somebody answers for the act, or it was changed since the form was opened.
pub fn put_right(tx: &mut Tx<'_>, id: ArtistId, edited: &Edited) -> Result<()> {
    let before = store::lock_artist(tx, id)?;
    require_nobodys(tx, id)?;
    require_seen(&before, edited)?;
    let facts = facts_after(&before, &edited.facts);
    let mut what = differences(&before.facts, &facts);
    if before.facts.source != facts.source {
        what.push("source");
    }
    if what.is_empty() {
        return Ok(());
    }
    edit_store::update_facts(tx, &before, &facts)?;
    follow_links(tx, &before, &facts)?;
    let what = format!("{CORRECTED}: {}", what.join(", "));
    edit_store::insert_change(tx, id, None::<ContactId>, &what)
}

/// A link to a catalogue's page is what it calls the act. A wrong one that is put right takes the name
/// along, or the catalogue's next file would go on speaking of this act.
fn follow_links(tx: &mut Tx<'_>, before: &Artist, facts: &Facts) -> Result<()> {
    let (old, new) = (external_ids(&before.facts.links), external_ids(&facts.links));
    for (scheme, value) in old.iter().filter(|id| !new.contains(id)) {
        double_store::remove_external_id(tx, before.id, scheme, value)?;
    }
    for (scheme, value) in new.iter().filter(|id| !old.contains(id)) {
        double_store::add_external_id(tx, before.id, scheme, value)?;
    }
    Ok(())
}

fn facts_after(before: &Artist, typed: &Facts) -> Facts {
    Facts {
        name: typed.name.clone(),
        genres: typed.genres.clone(),
        country: typed.country.clone(),
        city: typed.city.clone(),
        bio: typed.bio.clone(),
        links: typed.links.clone(),
        source: format!("{PUT_RIGHT}; source: {}", typed.source),
        ..before.facts.clone()
    }
}
