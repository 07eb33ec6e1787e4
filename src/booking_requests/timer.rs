//! What happens by itself: requests expire, holds lapse, unconfirmed ones are deleted, claimed pages pass on, and
//! what has been kept long enough goes.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::situation::BY_TIME;
use super::submit::{UNCONFIRMED_HOURS, forget_unused, purge_unconfirmed};
use super::{
    answer_store, answers, closing, digest, hold_store, holding, list_store, submission_store,
};
use crate::accounts::providers::pending_store;
use crate::accounts::{
    account_store, address_store, ceremony_store, notification_store, session_store, sign_in_store,
};
use crate::artists::{
    contact_store, double_store, handover, handover_store, succession, team_store, words_due,
};
use crate::calendar::filling;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::mail::worker::Bell;
use crate::mail::{Site, outbox};
use crate::moderation::tickets;
use crate::people::link_store;
use crate::people::store::{get_contact, list_unverified_before};

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(60);

/// After so long the rows of the last mails to an address are gone, and nothing holds it any more.
const STRANGER_HOURS: i64 = 45 * 24;

/// An import comes back sooner to what it put off; after so long it was interrupted.
const WORDS_MINUTES: i64 = 5;
/// Acts whose words are written at once, so that nobody waits for it.
const WORDS_AT_ONCE: usize = 1_000;

/// Works until the bell says stop.
pub async fn work(db: Db, site: Arc<Site>, bell: Bell) {
    while !bell.is_stopping() {
        if let Err(error) = round(&db, &site).await {
            tracing::error!(error = format!("{error:#}"), "the timer's round failed");
        }
        bell.ring();
        bell.sleep_through(EVERY).await;
    }
}

/// One round: everything that is due now. Each request has its own transaction, so that one that
/// cannot be closed keeps no other open.
pub async fn round(db: &Db, site: &Arc<Site>) -> Result<()> {
    let now = db.now();
    for state in BY_TIME.iter().flat_map(|(_, states)| *states) {
        for id in db.read(move |reader| list_store::list_expired(reader, *state, now)).await? {
            let site = site.clone();
            let closed = db.write(move |tx| closing::close_by_time(tx, &site, id)).await;
            report(closed, id.0);
        }
    }
    for id in db.read(move |reader| hold_store::list_due(reader, now)).await? {
        let site = site.clone();
        let lapsed = db.write(move |tx| holding::lapse(tx, &site, id)).await;
        report(lapsed, id.0);
    }
    for artist in db.read(move |reader| filling::list_due(reader, now)).await? {
        if let Err(error) = db.write(move |tx| filling::fill(tx, artist)).await {
            tracing::error!(
                artist = artist.0,
                error = format!("{error:#}"),
                "days were not filled"
            );
        }
    }
    let limit = now.minus(SignedDuration::from_hours(UNCONFIRMED_HOURS));
    for id in db.read(move |reader| list_store::list_unsent_before(reader, limit)).await? {
        let purged = db.write(move |tx| purge_unconfirmed(tx, id)).await;
        report(purged, id.0);
    }
    for id in db.read(move |reader| handover_store::list_due(reader, now)).await? {
        let site = site.clone();
        let went_on = db.write(move |tx| handover::come_due(tx, &site, id)).await;
        if let Err(error) = went_on
            && !matches!(error, Error::NotFound)
        {
            tracing::error!(handover = id.0, error = format!("{error:#}"), "it could not go on");
        }
    }
    for artist in db.read(move |reader| team_store::list_due(reader, now)).await? {
        let site = site.clone();
        if let Err(error) = db.write(move |tx| succession::succeed(tx, &site, artist)).await {
            tracing::error!(artist = artist.0, error = format!("{error:#}"), "it did not pass on");
        }
    }
    for artist in db.read(move |reader| answer_store::list_due(reader, now)).await? {
        if let Err(error) = db.write(move |tx| answers::recount(tx, artist)).await {
            tracing::error!(artist = artist.0, error = format!("{error:#}"), "not counted");
        }
    }
    for account in db.read(move |reader| notification_store::list_due(reader, now)).await? {
        let site = site.clone();
        if let Err(error) = db.write(move |tx| digest::send(tx, &site, account)).await {
            tracing::error!(
                account = account.0,
                error = format!("{error:#}"),
                "no mail of the day"
            );
        }
    }
    let limit = now.minus(SignedDuration::from_mins(WORDS_MINUTES));
    if let Err(error) = words_due::settle_all(db, limit, WORDS_AT_ONCE).await {
        tracing::error!(error = format!("{error:#}"), "words of acts were not written");
    }
    db.write(|tx| {
        outbox::tend(tx)?;
        submission_store::purge_submissions(tx)?;
        tickets::purge(tx)?;
        link_store::purge(tx)?;
        address_store::purge(tx)?;
        sign_in_store::purge(tx)?;
        ceremony_store::purge(tx)?;
        pending_store::purge(tx)?;
        session_store::purge(tx)?;
        account_store::index_names(tx)?;
        double_store::note_unseen_names(tx)?;
        handover_store::purge(tx)?;
        forget_strangers(tx)
    })
    .await
}

/// Forgets addresses that nobody confirmed and to which nothing belongs any more: mistyped ones,
/// and those of people who wrote to the operator long ago.
fn forget_strangers(tx: &mut Tx<'_>) -> Result<()> {
    let limit = tx.now.minus(SignedDuration::from_hours(STRANGER_HOURS));
    for id in list_unverified_before(tx, limit, 200)? {
        match get_contact(tx, id) {
            Ok(contact) => {
                contact_store::forget_unconfirmed(tx, contact.id)?;
                forget_unused(tx, &contact)?;
            }
            // Erased: the row stands for what was, and holds nothing.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn report(outcome: Result<()>, request: i64) {
    match outcome {
        Ok(()) | Err(Error::NotFound) => {}
        Err(error) => {
            tracing::error!(request, error = format!("{error:#}"), "a request could not be closed");
        }
    }
}
