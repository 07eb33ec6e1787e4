//! From a form to a request that was sent: submitted, confirmed by the address's owner, delivered
//! to the artist with its receipt.

use crate::accounts::{account_store, sign_in_store};
use crate::artists::{self, Artist};
use crate::calendar;
use crate::db::key_store::{KeyKind, insert_key};
use crate::db::{Reader, Tx};
use crate::disclaimer::{self, Acceptance, Claim, chain};
use crate::error::{Error, Result};
use crate::ids::{AcceptanceId, KeyId, RequestId, random_bytes};
use crate::mail::{Site, kept_store, outbox};
use crate::people::link_store;
use crate::people::links::{Link, Purpose, Side, Target};
use crate::people::store::{Contact, delete_contact, ensure_contact, mailbox_index, mark_verified};
use crate::sealed::blind_index;

use super::floor::{not_free, shortfalls};
use super::forms::Draft;
use super::situation::decide;
use super::store::{self, NewRequest, Request};
use super::submission_store::{self, Submitted};
use super::terms::Terms;
use super::{Actor, Move, State, letters, move_store, night_store, respond, thread_store};

/// How long an unconfirmed request is kept, in hours.
pub const UNCONFIRMED_HOURS: i64 = 7 * 24;

/// A request that may be stored. It cannot be built without an [`Acceptance`] of the current
/// disclaimer, and an acceptance can only be had from the text that was shown and the tick.
pub(super) struct Submission<'a> {
    /// Who is asked.
    pub(super) artist: &'a Artist,
    /// What for, and by whom.
    pub(super) draft: &'a Draft,
    /// Of the disclaimer, for this request.
    pub(super) acceptance: Acceptance,
    /// The version of the privacy policy that was accepted.
    pub(super) policy_version: i64,
}

/// What came with a form besides the request.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The key that the form carried: the same again is the same request.
    pub key: String,
    /// The whole body, for telling the same from another.
    pub body: Vec<u8>,
    /// What the form claims about the disclaimer.
    pub claim: Claim,
    /// The version of the privacy policy that was accepted.
    pub policy_version: i64,
    /// The sender's network address in anonymised form.
    pub anonymous_address: String,
}

/// Checks a request against the artist: bookable, not below what the artist asks, on nights for which
/// it takes requests.
pub(super) fn check(tx: &mut Tx<'_>, artist: &Artist, draft_terms: &Terms) -> Result<()> {
    if !artist.bookable {
        return Err(Error::Conflict(format!(
            "{} does not take requests here at the moment.",
            artist.facts.name
        )));
    }
    let mut points = not_free(tx, artist.id, draft_terms)?;
    points.extend(shortfalls(&artist.facts.floor, draft_terms, tx.now)?);
    if points.is_empty() { Ok(()) } else { Err(Error::Invalid(points)) }
}

/// The request that this very form became before, if it did.
pub fn find_answer(reader: &mut Reader<'_>, key: &str, body: &[u8]) -> Result<Option<RequestId>> {
    let key_index = blind_index::of_secret(reader.vault, "form key", key);
    let body_index = blind_index::of_body(reader.vault, body);
    let known = submission_store::find_submission(reader, &key_index)?;
    Ok(known.filter(|known| known.body_index == body_index).map(|known| known.request))
}

/// Takes a form in: the request waits, and one mail asks the address's owner to confirm. The same
/// key with the same body, any number of times, is the same request and the same answer.
pub fn submit(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    draft: &Draft,
    envelope: &Envelope,
) -> Result<RequestId> {
    if let Some(known) = find_known(tx, envelope)? {
        return Ok(known);
    }
    let artist = artists::store::get_visible(tx, slug)?;
    check(tx, &artist, &draft.terms)?;
    let now = tx.now;
    let current = disclaimer::store::get_current(tx, now)?;
    let acceptance = disclaimer::accept(&current, &envelope.claim, &envelope.anonymous_address)
        .map_err(|why| Error::field("disclaimer_accepted", why.message()))?;
    let policy_version = envelope.policy_version;
    let submission = Submission { artist: &artist, draft, acceptance, policy_version };
    let recipient = mailbox_index(tx, &draft.email);
    outbox::allow(tx, &recipient)?;
    let id = insert(tx, submission)?;
    let request = store::get_request(tx, id)?;
    letters::ask_to_confirm(tx, site, &artist, &request)?;
    remember(tx, envelope, id)?;
    Ok(id)
}

/// What the very same form became before, if it came before; refuses one under a key that was used.
fn find_known(tx: &mut Tx<'_>, envelope: &Envelope) -> Result<Option<RequestId>> {
    let key_index = blind_index::of_secret(tx.vault, "form key", &envelope.key);
    match submission_store::find_submission(tx, &key_index)? {
        None => Ok(None),
        Some(known) if known.body_index == blind_index::of_body(tx.vault, &envelope.body) => {
            Ok(Some(known.request))
        }
        Some(_) => Err(Error::Invalid(vec![(String::new(), KEY_USED.to_owned())])),
    }
}

/// Whether the very same form came before.
pub(super) fn is_known(tx: &mut Tx<'_>, envelope: &Envelope) -> Result<bool> {
    Ok(find_known(tx, envelope)?.is_some())
}

/// Remembers what a form became, so that the same again is the same request.
pub(super) fn remember(tx: &mut Tx<'_>, envelope: &Envelope, request: RequestId) -> Result<()> {
    let key_index = blind_index::of_secret(tx.vault, "form key", &envelope.key);
    let body_index = blind_index::of_body(tx.vault, &envelope.body);
    submission_store::insert_submission(tx, &key_index, &Submitted { body_index, request })
}

/// What a person reads who sent another request under a key that was used.
const KEY_USED: &str = "This form was sent before with other words in it. Open the request form \
     anew and fill it in again; the first request is on its way";

/// Stores a request that waits for its confirmation.
pub(super) fn insert(tx: &mut Tx<'_>, submission: Submission<'_>) -> Result<RequestId> {
    let Submission { artist, draft, acceptance, policy_version } = submission;
    let contact = ensure_contact(tx, &draft.email)?;
    let id: RequestId = tx.ids.next();
    let key = insert_key(tx, KeyKind::Thread)?;
    let salt = chain::hex(&random_bytes());
    let terms = Terms { salt, ..draft.terms.clone() };
    let terms_sha256 = terms.sha256()?;
    let acceptance = disclaimer::store::insert_acceptance(
        tx,
        &acceptance,
        id,
        Side::Promoter,
        &terms_sha256,
        &contact.key,
    )?;
    store::insert_request(
        tx,
        &NewRequest {
            id,
            artist: artist.id,
            contact: &contact,
            key: &key,
            acceptance,
            requester: &draft.requester,
            terms: &terms,
            terms_sha256: &terms_sha256,
            age: draft.age,
            policy_version,
        },
    )?;
    let nights = terms.event.nights.iter().map(|night| night.night);
    night_store::insert_nights(tx, id, artist.id, nights)?;
    thread_store::insert_message(tx, id, &key, Side::Promoter, None, &draft.message)?;
    thread_store::insert_event(
        tx,
        id,
        &key,
        Move::Submit,
        State::Unverified,
        Actor::Promoter.into(),
        None,
    )?;
    Ok(id)
}

/// Deletes a person to whom nothing belongs. An act that they were asked to answer for, and never
/// said yes to, is no longer theirs by then.
pub(super) fn forget_unused(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    let used = store::has_requests(tx, contact.id)?
        || link_store::has_links(tx, contact.id)?
        || sign_in_store::has_asked(tx, contact.id)?
        || account_store::find_of_contact(tx, contact.id)?.is_some()
        || artists::contact_store::is_contact(tx, contact.id)?
        || artists::handover_store::is_claiming(tx, contact.id)?
        || kept_store::has_mail_under(tx, KeyId(contact.key.id()))?;
    if used { Ok(()) } else { delete_contact(tx, contact) }
}

/// What a confirmation led to.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// The request.
    pub request: RequestId,
    /// A fresh link to the promoter's side of the thread.
    pub thread_token: String,
}

/// How long the confirming button may be pressed again with the same effect.
const PRESSED_AGAIN: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// The request that a link opens, locked; refuses a link that was revoked meanwhile.
fn lock_by(tx: &mut Tx<'_>, link: &Link) -> Result<Request> {
    let request = store::lock_request(tx, link.request()?)?;
    link_store::require_alive(tx, link)?;
    Ok(request)
}

/// Sends a request whose address was confirmed: by the button behind the link, never by opening
/// it. Everything is checked again now. Confirming twice is the same as once.
pub fn confirm(
    tx: &mut Tx<'_>,
    site: &Site,
    link: &Link,
    reaccepted: &Claim,
    anonymous_address: &str,
) -> Result<Confirmed> {
    let request = lock_by(tx, link)?;
    if link.contact != request.promoter()?.id {
        return Err(Error::NotFound);
    }
    account_store::require_not_frozen(tx, link.contact)?;
    if let Some(sent_at) = request.sent_at {
        // Pressed twice, or twice at once. Later the link is no way in any more.
        if sent_at.plus(PRESSED_AGAIN) >= tx.now && request.state == State::Sent {
            return confirmed(tx, &request);
        }
        return Err(Error::Conflict(
            "This request was sent already. The way to it is in the mail that you got then; if \
             you lost it, have your link sent again."
                .into(),
        ));
    }
    let to = decide(Move::Send, &request.situation(tx.now), Actor::Promoter).map_err(|_| {
        Error::Conflict(match request.state {
            State::Quarantined => "A moderator holds this request back. You were sent a mail with \
                                   the reason and the way to object."
                .to_owned(),
            state => format!("This request cannot be sent any more: {}.", state.label()),
        })
    })?;
    let artist = artists::store::get_artist(tx, request.artist)?;
    let terms = &request.revision.terms;
    artists::rules::require_welcome(tx, request.artist, request.promoter()?)?;
    // What is free is looked up under the lock, or it may be taken a moment later.
    calendar::store::lock_calendar(tx, request.artist)?;
    check(tx, &artist, terms).map_err(|error| match error {
        Error::Invalid(points) => Error::Conflict(
            points.into_iter().map(|(_, text)| format!("{text}.")).collect::<Vec<_>>().join(" "),
        ),
        other => other,
    })?;
    if request.expires_at <= tx.now {
        return Err(Error::Conflict(
            "The time for an answer is over: the night is too near, or the day you named in \
             “answer needed by” has passed. Nothing was sent."
                .into(),
        ));
    }
    let now = tx.now;
    let current = disclaimer::store::get_current(tx, now)?;
    let accepted = disclaimer::store::get_accepted_version(tx, request.acceptance)?;
    let acceptance = if accepted.sha256 == current.sha256 {
        request.acceptance
    } else {
        let acceptance = disclaimer::accept(&current, reaccepted, anonymous_address)
            .map_err(|why| Error::field("disclaimer_accepted", why.message()))?;
        let acceptance = disclaimer::store::insert_acceptance(
            tx,
            &acceptance,
            request.id,
            Side::Promoter,
            &request.revision.sha256,
            &request.promoter()?.key,
        )?;
        store::replace_acceptance(tx, request.id, acceptance)?;
        disclaimer::store::delete_unchained(tx, request.acceptance)?;
        acceptance
    };
    mark_verified(tx, request.promoter()?.id)?;
    link_store::mark_used(tx, link)?;
    let request = send_off(tx, site, &artist, &request, acceptance, to)?;
    confirmed(tx, &request)
}

/// A request leaves for the artist: its acceptance joins the chain, both sides get their mails.
pub(super) fn send_off(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    request: &Request,
    acceptance: AcceptanceId,
    to: State,
) -> Result<Request> {
    disclaimer::store::append_to_chain(tx, acceptance)?;
    move_store::mark_sent(tx, request.id)?;
    move_store::record_move(tx, request, Move::Send, to, Actor::Promoter.into(), None)?;
    respond::refill(tx, request, to)?;
    let request = store::get_request(tx, request.id)?;
    letters::deliver(tx, site, artist, &request)?;
    Ok(request)
}

fn confirmed(tx: &mut Tx<'_>, request: &Request) -> Result<Confirmed> {
    let target = Target::Request(request.id);
    let token =
        link_store::issue(tx, Purpose::Thread, Side::Promoter, target, request.promoter()?.id)?;
    Ok(Confirmed { request: request.id, thread_token: token.reveal().to_owned() })
}

/// Deletes a request that was never confirmed, with everything in it.
pub fn purge_unconfirmed(tx: &mut Tx<'_>, id: RequestId) -> Result<()> {
    let request = store::lock_request(tx, id)?;
    if request.sent_at.is_some() {
        return Ok(());
    }
    kept_store::purge_for_request(tx, id)?;
    store::purge_request(tx, &request)?;
    forget_unused(tx, request.promoter()?)
}
