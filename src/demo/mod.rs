//! The demo: a hundred and twenty invented acts, so that a newcomer sees every page full within
//! seconds. The same file gives the same site each time; only the dates follow the calendar.

mod acts;
mod dice;
mod figures;

pub use acts::{DemoAct, acts};
pub use figures::Figures;

use jiff::SignedDuration;

use crate::accounts::account_store::insert_account;
use crate::accounts::sign_in::NewAccount;
use crate::accounts::{PersonName, Role};
use crate::artists::Listing;
use crate::artists::contact_store::{add_contact, confirm_contact};
use crate::artists::stats::SourceKind;
use crate::artists::store::{count_artists, insert_artist_added_at};
use crate::clock::Instant;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::people::store::{ensure_contact, mark_verified};
use crate::places::Country;
use crate::privacy::age::Age;
use crate::privacy::policies::PRIVACY;
use dice::Dice;

/// The acts were added within so many days before the demo was filled.
const ADDED_WITHIN_DAYS: u64 = 2 * 365;

/// Fills a database that has no artists yet, and returns how many were added. All of it is one
/// job: a demo that was stopped meanwhile is empty, and is filled at the next start.
pub async fn seed(db: &Db) -> Result<usize> {
    let acts = acts()?;
    db.write(move |tx| {
        if count_artists(tx, 1)? > 0 {
            return Ok(0);
        }
        for act in &acts {
            insert(tx, act)?;
        }
        add_moderator(tx)?;
        Ok(acts.len())
    })
    .await
}

/// Who decides in the demo; whoever reads its mailbox can sign in as them.
pub const MODERATOR: &str = "moderator@soundpost.example";

fn add_moderator(tx: &mut Tx<'_>) -> Result<()> {
    let read = |what: &str| Error::unexpected(format!("the demo’s moderator: {what}"));
    let address = EmailAddress::parse(MODERATOR).map_err(|why| read(&why))?;
    let new = NewAccount {
        name: PersonName::parse("Mona Moderator").map_err(|why| read(&why))?,
        country: Country::from_code("EE").ok_or_else(|| read("no country"))?,
        age: Age::Adult,
        policy_version: PRIVACY.version,
    };
    let contact = ensure_contact(tx, &address)?;
    mark_verified(tx, contact.id)?;
    insert_account(tx, &contact, &new, Role::Moderator).map(drop)
}

fn insert(tx: &mut Tx<'_>, act: &DemoAct) -> Result<()> {
    let points = match &act.figures {
        Some(figures) => {
            figures.points(&act.facts.slug, said_by(act.facts.listing), tx.now.date_utc())?
        }
        None => Vec::new(),
    };
    let added_at = added_at(&act.facts.slug, tx.now);
    let artist = insert_artist_added_at(tx, &act.facts, &points, added_at)?;
    if let Some(address) = act.contact()? {
        let contact = ensure_contact(tx, &address)?;
        mark_verified(tx, contact.id)?;
        add_contact(tx, artist, contact.id)?;
        confirm_contact(tx, artist, contact.id)?;
    }
    Ok(())
}

/// Who says the figures of an act: the act itself, or whoever collected public facts on it.
const fn said_by(listing: Listing) -> (SourceKind, &'static str) {
    match listing {
        Listing::Unclaimed => (SourceKind::Csv, "a public list"),
        _ => (SourceKind::Manual, "the artist"),
    }
}

fn added_at(slug: &str, now: Instant) -> Instant {
    let minutes = Dice::of("added", slug).below(ADDED_WITHIN_DAYS * 24 * 60);
    now.minus(SignedDuration::from_mins(minutes.cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_added_one_by_one_over_two_years_and_never_in_the_future() {
        let now = Instant::from_micros(1_800_000_000_000_000);
        let earliest = now.minus(SignedDuration::from_hours(24 * 2 * 365));
        let mut days: Vec<Instant> =
            acts().unwrap().iter().map(|act| added_at(&act.facts.slug, now)).collect();
        assert!(days.iter().all(|day| (earliest..=now).contains(day)));
        days.sort_unstable();
        days.dedup();
        assert_eq!(days.len(), 120);
    }
}
