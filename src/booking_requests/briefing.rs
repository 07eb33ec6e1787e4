//! The same request to several acts at once, by somebody whose address is known to be theirs: it is
//! sent right away. Each is a request of its own, with its own thread and its own acceptance of the
//! disclaimer, and each act reads how many were asked. Also what happens to the others when one says
//! yes: nothing by itself.

use super::forms::Draft;
use super::party::{self, Door};
use super::store::{self, Request};
use super::submit::{self, Envelope, Submission};
use super::{Move, State, answer, list_store};
use crate::accounts::account_store::require_not_frozen;
use crate::artists::{self, Artist};
use crate::calendar;
use crate::clock::Instant;
use crate::db::{Reader, Tx};
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{ContactId, RequestId};
use crate::mail::Site;
use crate::people::links::Purpose;
use crate::people::store::Contact;

/// Acts that one request can go to.
pub const MOST: usize = 10;
/// Requests that one person sends in a day this way.
const MOST_A_DAY: i64 = 40;

/// Sends the request to each of these acts, or to none of them. The same key with the same body, any
/// number of times, is the same requests.
///
/// # Errors
/// What is wrong stands at its field, after the name of the act for which it is.
pub fn send(
    tx: &mut Tx<'_>,
    site: &Site,
    sender: &Contact,
    slugs: &[String],
    draft: &Draft,
    envelope: &Envelope,
) -> Result<()> {
    if slugs.is_empty() {
        return Err(Error::field("act", "Choose whom you ask"));
    }
    if slugs.len() > MOST {
        return Err(Error::field("act", format!("Choose {MOST} acts at most")));
    }
    require_not_frozen(tx, sender.id)?;
    if submit::is_known(tx, envelope)? {
        return Ok(());
    }
    let day = tx.now.minus(jiff::SignedDuration::from_hours(24));
    let sent = list_store::count_sent_since(tx, sender.id, day)?;
    if sent + slugs.len() as i64 > MOST_A_DAY {
        return Err(Error::TooMany {
            what: "Many requests were sent from your address today, and each is a mail to an act."
                .into(),
            retry_after: jiff::SignedDuration::from_hours(24),
        });
    }
    let mut acts = Vec::new();
    for slug in slugs {
        match artists::store::get_visible(tx, slug) {
            Ok(act) => acts.push(act),
            Err(Error::NotFound) => {
                return Err(Error::field(
                    "act",
                    format!("“{slug}” is not listed here any more. Send it to the others"),
                ));
            }
            Err(error) => return Err(error),
        }
    }
    // Always in the same order, so that of two who ask the same acts neither waits for the other.
    acts.sort_by_key(|act| act.id);
    acts.dedup_by_key(|act| act.id);
    require_all(tx, sender, &acts, draft)?;
    let asked = acts.len() as i64;
    let (mut first, now) = (None, tx.now);
    let current = disclaimer::store::get_current(tx, now)?;
    for artist in &acts {
        let acceptance = disclaimer::accept(&current, &envelope.claim, &envelope.anonymous_address)
            .map_err(|why| Error::field("disclaimer_accepted", why.message()))?;
        let policy_version = envelope.policy_version;
        let id = submit::insert(tx, Submission { artist, draft, acceptance, policy_version })?;
        let brief = *first.get_or_insert(id);
        store::mark_brief(tx, id, (asked > 1).then_some(brief), asked)?;
        let request = store::get_request(tx, id)?;
        let acceptance = request.acceptance;
        submit::send_off(tx, site, artist, &request, acceptance, State::Sent)?;
    }
    match first {
        Some(first) => submit::remember(tx, envelope, first),
        None => Ok(()),
    }
}

/// Looks at each act: what is wrong for any of them is told with its name, all at once.
fn require_all(tx: &mut Tx<'_>, sender: &Contact, acts: &[Artist], draft: &Draft) -> Result<()> {
    let mut wrong = Vec::new();
    for act in acts {
        calendar::store::lock_calendar(tx, act.id)?;
        let name = &act.facts.name;
        match artists::rules::require_welcome(tx, act.id, sender)
            .and_then(|()| submit::check(tx, act, &draft.terms))
        {
            Ok(()) => {}
            Err(Error::Invalid(points)) => {
                let named = |(field, text): (String, String)| (field, format!("{name}: {text}"));
                wrong.extend(points.into_iter().map(named));
            }
            Err(Error::Conflict(text)) => {
                wrong.push(("act".to_owned(), format!("{text} Leave the act out, and send again")));
            }
            Err(error) => return Err(error),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// The others of a brief that are still open, each with the name of its act: for its promoter, once
/// one of them has led to an agreement.
pub fn list_others(
    reader: &mut Reader<'_>,
    request: &Request,
    promoter: ContactId,
) -> Result<Vec<(RequestId, String)>> {
    let Some(brief) = request.brief else { return Ok(Vec::new()) };
    let mut others = list_store::list_open_of_brief(reader, brief, promoter)?;
    others.retain(|(id, _)| *id != request.id);
    let acts: Vec<_> = others.iter().map(|(_, act)| *act).collect();
    let mut names = artists::store::list_names(reader, &acts)?;
    let named = others.into_iter().filter_map(|(id, act)| Some((id, names.remove(&act)?)));
    Ok(named.collect())
}

/// Takes some of the others back, with a word to each.
pub fn withdraw_others(
    tx: &mut Tx<'_>,
    site: &Site,
    promoter: ContactId,
    others: &[RequestId],
    note: &str,
    now: Instant,
) -> Result<()> {
    for id in others {
        let party = party::enter(tx, &Door::Account(promoter, *id), Purpose::Thread, now)?;
        let request = store::get_request(tx, *id)?;
        // One that has ended meanwhile needs no taking back.
        if super::respond::require(&request, Move::Withdraw, party.side.into(), now).is_ok() {
            answer::withdraw(tx, site, &party, note)?;
        }
    }
    Ok(())
}
