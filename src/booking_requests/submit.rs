//! From a form to a request that was sent: submitted, confirmed by the address's owner, delivered
//! to the artist with its receipt.

use crate::accounts::{account_store, sign_in_store};
use crate::artists::{self, Artist};
use crate::calendar;
use crate::clock::Instant;
use crate::db::key_store::{KeyKind, insert_key};
use crate::db::{Reader, Tx};
use crate::disclaimer::{self, Acceptance, Claim, chain};
use crate::error::{Error, Result};
use crate::ids::{KeyId, RequestId, random_bytes};
use crate::mail::{Site, kept_store, outbox};
use crate::people::EmailAddress;
use crate::people::link_store;
use crate::people::links::{Link, Purpose, Side, Target};
use crate::people::store::{Contact, delete_contact, ensure_contact, mark_verified};
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
struct Submission<'a> {
    artist: &'a Artist,
    draft: &'a Draft,
    acceptance: Acceptance,
    policy_version: i64,
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
fn check(tx: &mut Tx<'_>, artist: &Artist, draft_terms: &Terms) -> Result<()> {
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
    let key_index = blind_index::of_secret(tx.vault, "form key", &envelope.key);
    let body_index = blind_index::of_body(tx.vault, &envelope.body);
    if let Some(known) = submission_store::find_submission(tx, &key_index)? {
        return if known.body_index == body_index {
            Ok(known.request)
        } else {
            Err(Error::Invalid(vec![(String::new(), KEY_USED.to_owned())]))
        };
    }
    let artist = artists::store::get_visible(tx, slug)?;
    check(tx, &artist, &draft.terms)?;
    let now = tx.now;
    let current = disclaimer::store::get_current(tx, now)?;
    let acceptance = disclaimer::accept(&current, &envelope.claim, &envelope.anonymous_address)
        .map_err(|why| Error::field("disclaimer_accepted", why.message()))?;
    let policy_version = envelope.policy_version;
    let submission = Submission { artist: &artist, draft, acceptance, policy_version };
    let id = insert(tx, site, submission)?;
    submission_store::insert_submission(tx, &key_index, &Submitted { body_index, request: id })?;
    Ok(id)
}

/// What a person reads who sent another request under a key that was used.
const KEY_USED: &str = "This form was sent before with other words in it. Open the request form \
     anew and fill it in again; the first request is on its way";

fn insert(tx: &mut Tx<'_>, site: &Site, submission: Submission<'_>) -> Result<RequestId> {
    let Submission { artist, draft, acceptance, policy_version } = submission;
    let contact = ensure_contact(tx, &draft.email)?;
    let recipient = contact.index(tx);
    outbox::allow(tx, &recipient)?;
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
    let request = store::get_request(tx, id)?;
    letters::ask_to_confirm(tx, site, artist, &request)?;
    Ok(id)
}

/// What the "check your mail" page shows.
#[derive(Debug)]
pub struct Waiting {
    /// The artist's slug and name.
    pub artist: Artist,
    /// The promoter's address, masked.
    pub masked: String,
    /// Until when it can be confirmed.
    pub until: Instant,
    /// Whether the address may still be corrected.
    pub can_correct: bool,
    /// The text that was accepted.
    pub disclaimer: disclaimer::Version,
}

/// Looks at a request that may still wait for its confirmation.
pub fn waiting(reader: &mut Reader<'_>, id: RequestId) -> Result<Waiting> {
    let request = store::get_request(reader, id)?;
    Ok(Waiting {
        artist: artists::store::get_artist(reader, request.artist)?,
        masked: request.promoter()?.address.masked(),
        until: request.created_at.plus(jiff::SignedDuration::from_hours(UNCONFIRMED_HOURS)),
        can_correct: request.state == State::Unverified && !request.address_corrected,
        disclaimer: disclaimer::store::get_accepted_version(reader, request.acceptance)?,
    })
}

/// Corrects a mistyped address, once: the old link dies, a new mail goes to the new address.
pub fn correct_address(
    tx: &mut Tx<'_>,
    site: &Site,
    id: RequestId,
    address: &EmailAddress,
    anonymous_address: &str,
) -> Result<()> {
    let before = store::lock_request(tx, id)?;
    if before.state != State::Unverified || before.address_corrected {
        return Err(Error::Conflict(
            "The address can be corrected once, and only before the request is confirmed.".into(),
        ));
    }
    if before.promoter()?.address == *address {
        return Err(Error::field("email", "This is the address the mail went to"));
    }
    let contact = ensure_contact(tx, address)?;
    let recipient = contact.index(tx);
    outbox::allow(tx, &recipient)?;
    link_store::revoke(tx, id, Side::Promoter, Purpose::ConfirmRequest)?;
    // The old address's mail stays on record (it counts against that address's allowance), and
    // with it its owner's row; both go when the mail's time is over.
    kept_store::cancel_for_request(tx, id)?;
    // The acceptance is the same person's, but it was sealed under the key of the mistyped
    // address; it is made anew under the right one, for the text that was accepted.
    let version = disclaimer::store::get_accepted_version(tx, before.acceptance)?;
    let claim = Claim { shown_sha256: version.sha256.clone(), ticked: true };
    let acceptance = disclaimer::accept(&version, &claim, anonymous_address)
        .map_err(|why| Error::Conflict(why.message().to_owned()))?;
    let acceptance = disclaimer::store::insert_acceptance(
        tx,
        &acceptance,
        id,
        Side::Promoter,
        &before.revision.sha256,
        &contact.key,
    )?;
    store::replace_acceptance(tx, id, acceptance)?;
    disclaimer::store::delete_unchained(tx, before.acceptance)?;
    store::correct_address(tx, &before, &contact)?;
    let request = store::get_request(tx, id)?;
    let artist = artists::store::get_artist(tx, request.artist)?;
    letters::ask_to_confirm(tx, site, &artist, &request)
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
    disclaimer::store::append_to_chain(tx, acceptance)?;
    move_store::mark_sent(tx, request.id)?;
    move_store::record_move(tx, &request, Move::Send, to, Actor::Promoter.into(), None)?;
    respond::refill(tx, &request, to)?;
    link_store::mark_used(tx, link)?;
    let request = store::get_request(tx, request.id)?;
    letters::deliver(tx, site, &artist, &request)?;
    confirmed(tx, &request)
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
