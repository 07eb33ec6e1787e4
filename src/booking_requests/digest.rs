//! The mail of a day: what is new for somebody in their requests, once, in the morning.

use super::letters::{disclaimer_view, display_name, event_name};
use super::mails::{Digest, DigestLine};
use super::{news_store, store};
use crate::accounts::{account_store, notification_store};
use crate::artists;
use crate::db::Tx;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{AccountId, RequestId};
use crate::mail::{Kind, Site, outbox};
use crate::people::links::Side;

/// From one morning to when the next mail is due, on the longest of days: what happened before was in
/// the mail of another day.
const BACK: jiff::SignedDuration = jiff::SignedDuration::from_hours(25);
/// Requests that one mail names.
const MOST: usize = 50;

/// Sends it if it is due, and if anything is still new. Doing it again does nothing.
pub fn send(tx: &mut Tx<'_>, site: &Site, account: AccountId) -> Result<()> {
    let Some(due) = notification_store::take_due(tx, account)? else { return Ok(()) };
    let account = account_store::get_account(tx, account)?;
    let person = account.contact;
    let since = due.minus(BACK);
    let mut lines = Vec::new();
    for id in news_store::list_heard_since(tx, person.id, since, MOST)? {
        match line(tx, site, id, person.id) {
            Ok(line) => lines.extend(line),
            // Its promoter was erased meanwhile.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let now = tx.now;
    let current = disclaimer::store::get_current(tx, now)?;
    let content = Digest {
        site,
        lines: &lines,
        new_url: &site.absolute("/requests?show=new"),
        settings_url: &site.absolute("/account/notifications"),
        disclaimer: &disclaimer_view(&current),
    }
    .render()?;
    let dedupe_key = format!("digest:{}:{}", account.id, now.micros());
    outbox::enqueue(tx, site, outbox::Mail::plain(Kind::Digest, &person, content, dedupe_key))
}

/// One request, as this person reads it; none where they stand on neither side any more.
fn line(
    tx: &mut Tx<'_>,
    site: &Site,
    id: RequestId,
    reader: crate::ids::ContactId,
) -> Result<Option<DigestLine>> {
    let request = store::get_request(tx, id)?;
    let side = match request.promoter() {
        Ok(promoter) if promoter.id == reader => Side::Promoter,
        _ if artists::contact_store::find_joined(tx, request.artist, reader)?.is_some() => {
            Side::Artist
        }
        _ => return Ok(None),
    };
    let artist = artists::store::get_artist(tx, request.artist)?;
    Ok(Some(DigestLine {
        event: event_name(&request, side),
        counterpart: display_name(&artist, &request, side.other()),
        state: request.state.label(),
        url: site.absolute(&format!("/requests/{id}")),
    }))
}
