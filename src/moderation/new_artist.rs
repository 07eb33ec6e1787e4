//! Adding an artist, by anybody with an account: what is here already is offered first, and what comes
//! from somebody whom nobody knows yet is looked at by a person before anybody else sees it.

use jiff::SignedDuration;

use super::tickets::{NewTicket, erase, open_ticket};
use super::{Subject, TicketKind, new_artist_store, store};
use crate::accounts::account_store::{self, Account};
use crate::artists::added_store::MEMBER;
use crate::artists::adding::{self, NewAct};
use crate::artists::doubles::{self, Doubles, link_keys};
use crate::artists::removal_store::Act;
use crate::artists::{
    self, Artist, Facts, Listing, added_store, double_store, genres, removal_store,
};
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, ArtistId, TicketId};
use crate::mail::Site;
use crate::people::EmailAddress;
use crate::places::Country;

/// So many artists may one account add ...
const MOST: usize = 10;
/// ... in this time.
const MOST_IN: SignedDuration = SignedDuration::from_hours(24);
/// An account younger than this is new.
const NEW: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What became of an addition.
#[derive(Debug)]
pub enum Outcome {
    /// It stands in the lists, at this address below `/artists/`.
    Listed(String),
    /// A person looks at it first.
    Waits,
    /// Nothing was stored: it may be one of these.
    Similar(Vec<Artist>),
    /// Nothing was stored: it is one of these, for they have a link of its.
    Known(Vec<Artist>),
}

/// What is here already of an artist that is about to be added; none when it may be new. That takes many
/// look-ups, so it comes before the change, which looks once more at what is the same.
pub fn look(reader: &mut Reader<'_>, new: &NewAct) -> Result<Option<Outcome>> {
    Ok(here(doubles::find(reader, &new.facts)?, new))
}

/// What whoever adds an artist is told of its doubles, unless they said that it is none of them.
fn here(doubles: Doubles, new: &NewAct) -> Option<Outcome> {
    if !doubles.by_link.is_empty() {
        return Some(Outcome::Known(doubles.by_link));
    }
    let is_news = |artist: &Artist| !new.shown.contains(&artist.facts.slug);
    let any = doubles.by_name.iter().any(is_news);
    any.then_some(Outcome::Similar(doubles.by_name))
}

/// Adds an artist, or says what is here already.
///
/// # Errors
/// Ten came from this account within a day, or it is frozen.
pub fn add(tx: &mut Tx<'_>, site: &Site, account: AccountId, new: &NewAct) -> Result<Outcome> {
    let account = account_store::lock_account(tx, account)?;
    if account.frozen.is_some() {
        return Err(account_store::frozen_account());
    }
    require_room(tx, &account)?;
    double_store::lock_links(tx, &link_keys(&new.facts.links))?;
    let doubles = doubles::find_same(tx, &new.facts)?;
    let unseen = doubles.unseen;
    if let Some(outcome) = here(doubles, new) {
        return Ok(outcome);
    }
    // Whoever may not see its double is not told of it, so a person decides.
    let unwanted = removal_store::is_suppressed(tx, Act { facts: &new.facts, ids: &[] })?;
    let waits = unseen || unwanted || is_new(tx, &account)?;
    let facts = Facts {
        listing: if waits { Listing::Draft } else { Listing::Unclaimed },
        source: format!("{MEMBER}, who names: {}", new.source),
        ..new.facts.clone()
    };
    let slug = adding::add(tx, account.contact.id, facts)?;
    if !waits {
        return Ok(Outcome::Listed(slug));
    }
    let ticket = NewTicket {
        subject: Subject::NewArtist { slug },
        name: account.name.as_str().to_owned(),
        address: Some(account.contact.address.clone()),
        message: in_words(new, unwanted),
    };
    open_ticket(tx, site, &ticket)?;
    Ok(Outcome::Waits)
}

/// Whether nobody knows this account: it is young, or staff never let an addition of its through.
fn is_new(tx: &mut Tx<'_>, account: &Account) -> Result<bool> {
    let is_young = account.created_at.plus(NEW) > tx.now;
    Ok(is_young || !added_store::has_agreed(tx, account.contact.id)?)
}

/// Refuses the eleventh of a day. Those that staff refused count as well.
fn require_room(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    let since = tx.now.minus(MOST_IN);
    let mut added = added_store::list_added_since(tx, account.contact.id, since)?;
    added.extend(new_artist_store::list_refused_since(tx, &account.contact.address, since)?);
    added.sort_unstable();
    let Some(oldest) = added.iter().rev().nth(MOST - 1) else { return Ok(()) };
    let again = oldest.plus(MOST_IN);
    Err(Error::TooMany {
        what: format!(
            "An account can add {MOST} artists within a day, so that a person can look at them. \
             The next one can be added at {}.",
            again.display()
        ),
        retry_after: SignedDuration::from_micros(again.micros() - tx.now.micros()),
    })
}

/// What is known here about an act that waits, for who decides.
#[derive(Debug, Default)]
pub struct Notes {
    /// Acts of the lists that it may be.
    pub doubles: Vec<Artist>,
    /// Whether an act of this name, or with one of these links, wanted no page here.
    pub is_unwanted: bool,
}

/// Looks again at what was looked at when the act was added: more is known meanwhile.
pub fn notes(reader: &mut Reader<'_>, artist: &Artist) -> Result<Notes> {
    let found = doubles::find_same(reader, &artist.facts)?;
    let mut doubles = found.by_link;
    let is_known = |known: &[Artist], other: &Artist| known.iter().any(|act| act.id == other.id);
    for other in found.by_name {
        if !is_known(&doubles, &other) {
            doubles.push(other);
        }
    }
    doubles.retain(|other| other.id != artist.id);
    let is_unwanted = removal_store::is_suppressed(reader, Act { facts: &artist.facts, ids: &[] })?;
    Ok(Notes { doubles, is_unwanted })
}

/// The facts and their source, for who decides.
fn in_words(new: &NewAct, unwanted: bool) -> String {
    let facts = &new.facts;
    let genres: Vec<&str> = facts.genres.iter().map(|slug| genres::name(slug)).collect();
    let country = facts.country.as_ref().map(Country::name).unwrap_or_default();
    let links: Vec<&str> = facts.links.iter().map(|link| link.url.as_str()).collect();
    let warning = if unwanted {
        "an act of this name, or with one of these links, wanted no page here"
    } else {
        ""
    };
    [
        ("Careful", warning.to_owned()),
        ("Name", facts.name.clone()),
        ("Genres", genres.join(", ")),
        ("Home", artists::place(&facts.city, &country)),
        ("Links", links.join(" ")),
        ("Source of these facts", new.source.clone()),
        ("About", facts.bio.clone()),
    ]
    .into_iter()
    .filter(|(what, words)| *what != "Careful" || !words.is_empty())
    .map(|(what, words)| match words.as_str() {
        "" => format!("{what}: nothing"),
        words => format!("{what}: {words}"),
    })
    .collect::<Vec<_>>()
    .join("\n")
}

/// Lets an addition into the lists, unclaimed. Returns the address of its page.
///
/// # Errors
/// It no longer waits: [`Error::Conflict`] says what happened.
pub fn list_new(tx: &mut Tx<'_>, site: &Site, artist: ArtistId) -> Result<String> {
    lock_waiting(tx, artist)?;
    artists::store::set_listing(tx, artist, Listing::Unclaimed)?;
    added_store::mark_agreed(tx, artist)?;
    let listed = artists::store::get_artist(tx, artist)?;
    Ok(site.absolute(&format!("/artists/{}", listed.facts.slug)))
}

/// Deletes an addition that nobody has seen, with everything derived from it. Its ticket stays, and is
/// about nobody's page from then on.
///
/// # Errors
/// It no longer waits: [`Error::Conflict`] says what happened.
pub fn refuse_new(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    lock_waiting(tx, artist)?;
    delete(tx, artist)
}

/// Deletes an artist, whose tickets would otherwise go with it.
fn delete(tx: &mut Tx<'_>, artist: ArtistId) -> Result<()> {
    store::forget_artist(tx, artist)?;
    let artist = artists::store::get_artist(tx, artist)?;
    removal_store::delete_artist(tx, &artist)
}

/// Whether an artist that came so still waits for a decision: nobody answers for it yet. One that a
/// moderator has hidden meanwhile waits all the same.
pub fn is_waiting(reader: &mut Reader<'_>, artist: ArtistId) -> Result<bool> {
    Ok(new_artist_store::has_ticket(reader, artist)? && added_store::is_waiting(reader, artist)?)
}

/// Locks an artist that waits for a decision.
fn lock_waiting(tx: &mut Tx<'_>, id: ArtistId) -> Result<()> {
    let came_so = new_artist_store::has_ticket(tx, id)?;
    if came_so && added_store::lock_waiting(tx, id)? {
        return Ok(());
    }
    let artist = artists::store::get_artist(tx, id)?;
    let name = artist.facts.name;
    Err(Error::Conflict(match (came_so, artist.facts.listing) {
        (false, _) => format!("{name} was not added by somebody who waits for a decision."),
        (true, Listing::Draft) => {
            format!("{name} no longer waits: somebody answers for it, or has written to it.")
        }
        (true, listing) => format!("{name} no longer waits: it is {} by now.", listing.label()),
    }))
}

/// Deletes what a person added and nobody has decided yet, with the tickets about it: they are the only
/// way to it, and go with who wrote them.
pub fn take_back(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<()> {
    for ticket in store::list_of_address(tx, address)? {
        let Some(artist) = ticket.artist.filter(|_| ticket.kind == TicketKind::NewArtist) else {
            continue;
        };
        if added_store::lock_waiting(tx, artist)? {
            delete(tx, artist)?;
            erase(tx, ticket.id)?;
        }
    }
    Ok(())
}

/// Deletes what waits for a decision that nobody made before the time of its ticket was over: no other
/// way leads to it.
pub fn drop_undecided(tx: &mut Tx<'_>, ticket: TicketId) -> Result<()> {
    if let Some(artist) = new_artist_store::find_undecided(tx, ticket)?
        && added_store::lock_waiting(tx, artist)?
    {
        delete(tx, artist)?;
    }
    Ok(())
}
