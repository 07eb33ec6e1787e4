//! What an artist's own people do with its profile.

use super::contact_store::list_confirmed_contacts;
use super::edit_store;
use super::figure_store;
use super::stats::StatPoint;
use super::store;
use super::team::{self, Capability, Member};
use super::{Artist, Facts, Listing};
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{ContactId, StatId};

/// So many figures of one act are kept.
const MOST_FIGURES: i64 = 5_000;
/// Where the facts of an edited profile come from, as it stands beside them.
const SOURCE: &str = "entered by the artist";

/// The artist with this slug, for somebody of its team. For everybody else it is not there.
pub fn get_own(reader: &mut Reader<'_>, slug: &str, contact: ContactId) -> Result<Artist> {
    let artist = store::find_by_slug(reader, slug)?.ok_or(Error::NotFound)?;
    let team = list_confirmed_contacts(reader, artist.id)?;
    if team.contains(&contact) { Ok(artist) } else { Err(Error::NotFound) }
}

/// The same, locked.
pub fn lock_own(tx: &mut Tx<'_>, slug: &str, contact: ContactId) -> Result<Artist> {
    let artist = get_own(tx, slug, contact)?;
    let locked = store::lock_artist(tx, artist.id)?;
    if !list_confirmed_contacts(tx, artist.id)?.contains(&contact) {
        return Err(Error::NotFound);
    }
    Ok(locked)
}

/// The artist with this slug, for somebody who manages its page.
pub fn get_managed(reader: &mut Reader<'_>, slug: &str, contact: ContactId) -> Result<Artist> {
    let artist = get_own(reader, slug, contact)?;
    team::require(reader, artist.id, contact, Capability::Manage)?;
    Ok(artist)
}

/// The same for a change, locked.
pub fn lock_managed(tx: &mut Tx<'_>, slug: &str, contact: ContactId) -> Result<Artist> {
    let (artist, _) = lock_with_manager(tx, slug, contact)?;
    Ok(artist)
}

/// The same, and what whoever changes it is to the artist.
pub(super) fn lock_with_manager(
    tx: &mut Tx<'_>,
    slug: &str,
    contact: ContactId,
) -> Result<(Artist, Member)> {
    let artist = lock_own(tx, slug, contact)?;
    let member = team::require(tx, artist.id, contact, Capability::Manage)?;
    Ok((artist, member))
}

/// What a form about a profile says.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The facts, with the listing and the source as they are ignored.
    pub facts: Facts,
    /// When the profile that the form showed was last changed.
    pub seen: Instant,
}

/// Saves the facts of a profile. Returns its address, which may be a new one.
///
/// # Errors
/// Somebody else of the team saved since the form was opened, or the address is taken: at the field,
/// with everything that was typed kept by the page.
pub fn save(tx: &mut Tx<'_>, slug: &str, contact: ContactId, edited: &Edited) -> Result<String> {
    let before = lock_managed(tx, slug, contact)?;
    require_seen(&before, edited)?;
    let facts = facts_after(&before, edited);
    let what = differences(&before.facts, &facts);
    if what.is_empty() {
        return Ok(before.facts.slug);
    }
    edit_store::update_facts(tx, &before, &facts)?;
    edit_store::insert_change(tx, before.id, contact, &what.join(", "))?;
    Ok(facts.slug)
}

/// The artist as it would stand once that is saved. Nothing is saved.
///
/// # Errors
/// The same as those of [`save`].
pub fn preview(
    reader: &mut Reader<'_>,
    slug: &str,
    contact: ContactId,
    edited: &Edited,
    now: Instant,
) -> Result<Artist> {
    let before = get_managed(reader, slug, contact)?;
    require_seen(&before, edited)?;
    if before.facts.slug != edited.facts.slug {
        edit_store::require_free_slug(reader, before.id, &edited.facts.slug, now)?;
    }
    let facts = facts_after(&before, edited);
    Ok(Artist { facts, ..before })
}

/// Refuses what was typed over a profile that is another by now.
pub(super) fn require_seen(before: &Artist, edited: &Edited) -> Result<()> {
    if before.updated_at == edited.seen {
        return Ok(());
    }
    Err(Error::Invalid(vec![(
        String::new(),
        "The profile was changed since you opened this form. Compare with the profile, then save \
         again"
            .to_owned(),
    )]))
}

fn facts_after(before: &Artist, edited: &Edited) -> Facts {
    Facts { listing: before.facts.listing, source: SOURCE.to_owned(), ..edited.facts.clone() }
}

/// What differs, in the words of the form.
pub(super) fn differences(before: &Facts, after: &Facts) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("address of the page", before.slug != after.slug),
        ("genres", before.genres != after.genres),
        ("home", before.country != after.country || before.city != after.city),
        ("about", before.bio != after.bio),
        ("what you play", before.plays != after.plays),
        ("links", before.links != after.links),
        ("what you ask of requests", before.floor != after.floor),
    ]
    .into_iter()
    .filter_map(|(what, differs)| differs.then_some(what))
    .collect()
}

/// Changes where the profile can be seen. What a moderator hid stays hidden.
pub fn set_listing(
    tx: &mut Tx<'_>,
    slug: &str,
    contact: ContactId,
    listing: Listing,
) -> Result<()> {
    let before = lock_managed(tx, slug, contact)?;
    if before.facts.listing == Listing::Hidden {
        return Err(Error::Conflict(
            "A moderator took this page from view. You were told the reason; to object, write to \
             us."
            .into(),
        ));
    }
    if !matches!(listing, Listing::Listed | Listing::Unlisted | Listing::Draft) {
        return Err(Error::field("listing", "Choose one of the three"));
    }
    if before.facts.listing == listing {
        return Ok(());
    }
    store::set_listing(tx, before.id, listing)?;
    edit_store::insert_change(tx, before.id, contact, "where it can be seen")
}

/// Enters figures: all of them or none.
///
/// # Errors
/// There would be too many.
pub fn enter_figures(
    tx: &mut Tx<'_>,
    slug: &str,
    contact: ContactId,
    points: &[StatPoint],
) -> Result<()> {
    let artist = lock_managed(tx, slug, contact)?;
    edit_store::enter_figures(tx, artist.id, points)?;
    if figure_store::count_figures(tx, artist.id)? > MOST_FIGURES {
        return Err(Error::Invalid(vec![(
            String::new(),
            "An act can have 5,000 figures. Take old ones away first; one figure a month is enough \
             for the curve"
                .to_owned(),
        )]));
    }
    edit_store::insert_change(tx, artist.id, contact, "figures")
}

/// Takes a figure away.
pub fn remove_figure(tx: &mut Tx<'_>, slug: &str, contact: ContactId, id: StatId) -> Result<()> {
    let artist = lock_managed(tx, slug, contact)?;
    edit_store::remove_figure(tx, artist.id, id)?;
    edit_store::insert_change(tx, artist.id, contact, "figures")
}
