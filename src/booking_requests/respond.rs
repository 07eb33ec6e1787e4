//! What the two sides do with a request that was sent: write, accept, decline, withdraw; and what
//! a moderator and the clock do with it.

use jiff::SignedDuration;

use super::letters::{self, Saying};
use super::list_store;
use super::moved_mail::Moved;
use super::party::{self, Party};
use super::store::{self, Request};
use super::submission_store::{self, Submitted};
use super::{Actor, DeclineReason, Move, State, decide, rule, thread_store};
use crate::artists;
use crate::db::Tx;
use crate::disclaimer::{self, Claim};
use crate::error::{Error, Result};
use crate::ids::RequestId;
use crate::mail::{Site, outbox};
use crate::moderation::CARD_REFUSED;
use crate::moderation::screening::find_payment_data;
use crate::people::EmailAddress;
use crate::people::link_store;
use crate::people::links::{Purpose, Side};
use crate::people::store::{find_contact, get_contact};
use crate::sealed::blind_index;
use crate::text::tidy;

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 5_000;

/// Messages that one side may write to a thread within a span: each is a mail.
const MOST_MESSAGES: &[(i64, SignedDuration)] =
    &[(6, SignedDuration::from_mins(1)), (30, SignedDuration::from_hours(1))];

/// Reads a message that a person typed.
pub fn read_message(field: &str, text: &str) -> Result<String> {
    let text = tidy(text);
    if text.is_empty() {
        return Err(Error::field(field, "Write something first"));
    }
    check_words(field, &text, LONGEST_MESSAGE)?;
    Ok(text)
}

fn check_words(field: &str, text: &str, longest: usize) -> Result<()> {
    if text.chars().count() > longest {
        return Err(Error::field(field, format!("Shorten this to {longest} characters")));
    }
    if find_payment_data(text).refuses() {
        return Err(Error::field(field, CARD_REFUSED));
    }
    Ok(())
}

/// Writes a message to the other side. The same key twice is one message.
pub fn reply(tx: &mut Tx<'_>, site: &Site, party: &Party, key: &str, text: &str) -> Result<()> {
    let request = party::lock(tx, party)?;
    let key = format!("{}:{key}", request.id);
    let key_index = blind_index::of_secret(tx.vault, "message key", &key);
    let body_index = blind_index::of_body(tx.vault, text.as_bytes());
    match submission_store::find_submission(tx, &key_index)? {
        Some(known) if known.body_index == body_index && known.request == request.id => {
            return Ok(());
        }
        Some(_) => {
            return Err(Error::field("message", "This page is out of date: send it once more"));
        }
        None => {}
    }
    if !request.state.is_talking() {
        return Err(Error::Conflict(format!(
            "No more messages can be written here: the request is {}.",
            request.state.label().to_lowercase()
        )));
    }
    for (most, span) in MOST_MESSAGES {
        let since = tx.now.minus(*span);
        if thread_store::count_messages(tx, request.id, party.side, since)? >= *most {
            return Err(Error::TooMany {
                what: "Many messages were written here in a short time, and each is a mail to the \
                       other side."
                    .into(),
                retry_after: *span,
            });
        }
    }
    let artist = artists::store::get_artist(tx, request.artist)?;
    let id = thread_store::insert_message(tx, request.id, &request.key, party.side, text)?;
    submission_store::insert_submission(
        tx,
        &key_index,
        &Submitted { body_index, request: request.id },
    )?;
    letters::tell_of_message(tx, site, &artist, &request, party.side, text, id.0)
}

/// Decides a move of one side, or says what happened meanwhile.
fn step(request: &Request, step: Move, actor: Actor) -> Result<State> {
    if !rule(step).who.contains(&actor) {
        return Err(Error::NotFound);
    }
    decide(step, request.state, request.quarantined_from, actor).ok_or_else(|| {
        Error::Conflict(format!(
            "This is not possible any more: the request is {} now.",
            request.state.label().to_lowercase()
        ))
    })
}

/// What an acceptance names.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// The hash of the terms that were shown.
    pub revision: String,
    /// The night, as it stands in the terms (`2027-03-13`).
    pub night: String,
    /// What the form claims about the disclaimer.
    pub claim: Claim,
    /// From where, anonymised.
    pub anonymous_address: String,
}

/// The artist agrees in principle to one night of the terms that were shown, and accepts the
/// disclaimer for its own side.
pub fn accept(tx: &mut Tx<'_>, site: &Site, party: &Party, agreement: &Agreement) -> Result<()> {
    let request = party::lock(tx, party)?;
    let to = step(&request, Move::Accept, party.side.into())?;
    if agreement.revision != request.revision.sha256 {
        return Err(Error::Conflict(
            "The terms have changed since you opened the page. Read them again first.".into(),
        ));
    }
    let zone = request.revision.terms.zone()?;
    let nights = &request.revision.terms.event.nights;
    let night = nights
        .iter()
        .find(|night| night.night.to_string() == agreement.night)
        .ok_or_else(|| Error::field("night", "Choose the night"))?;
    if night.starts_at(&zone) <= tx.now {
        return Err(Error::field("night", "This night has passed"));
    }
    let now = tx.now;
    let current = disclaimer::store::get_current(tx, now)?;
    let acceptance = disclaimer::accept(&current, &agreement.claim, &agreement.anonymous_address)
        .map_err(|why| Error::field("disclaimer_accepted", why.message()))?;
    let contact = get_contact(tx, party.contact)?;
    let acceptance = disclaimer::store::insert_acceptance(
        tx,
        &acceptance,
        request.id,
        Side::Artist,
        &request.revision.sha256,
        &contact.key,
    )?;
    disclaimer::store::append_to_chain(tx, acceptance)?;
    let shown = night.evening();
    store::mark_accepted(tx, request.id, &shown, &request.revision.sha256, acceptance)?;
    store::record_move(tx, &request, Move::Accept, to, Actor::Artist, Some(&shown))?;
    store::set_lapse(tx, request.id, night.ends_at(&zone))?;
    let request = store::get_request(tx, request.id)?;
    let artist = artists::store::get_artist(tx, request.artist)?;
    letters::tell_of_move(tx, site, &request, Moved::Accepted, Side::Promoter, Saying::default())?;
    letters::tell_who_accepted(tx, site, &artist, &request, &contact)
}

/// The artist says no.
pub fn decline(
    tx: &mut Tx<'_>,
    site: &Site,
    party: &Party,
    reason: Option<DeclineReason>,
    note: &str,
) -> Result<()> {
    check_words("note", note, 1_000)?;
    let request = party::lock(tx, party)?;
    let to = step(&request, Move::Decline, party.side.into())?;
    let reason = reason.map_or("", DeclineReason::label);
    let both = [reason, note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    store::record_move(tx, &request, Move::Decline, to, Actor::Artist, Some(&both.join(". ")))?;
    let saying = Saying { reason, note };
    letters::tell_of_move(tx, site, &request, Moved::Declined, Side::Promoter, saying)
}

/// The promoter takes the request back.
pub fn withdraw(tx: &mut Tx<'_>, site: &Site, party: &Party) -> Result<()> {
    let request = party::lock(tx, party)?;
    let to = step(&request, Move::Withdraw, party.side.into())?;
    store::record_move(tx, &request, Move::Withdraw, to, Actor::Promoter, None)?;
    letters::tell_of_move(tx, site, &request, Moved::Withdrawn, Side::Artist, Saying::default())
}

/// What a moderator does, with the statement of reasons that the people concerned read.
pub fn moderate(
    tx: &mut Tx<'_>,
    site: &Site,
    id: RequestId,
    decision: Move,
    reason: &str,
) -> Result<State> {
    let reason = tidy(reason);
    if reason.chars().count() < 10 {
        return Err(Error::BadRequest("say the reason in a sentence: people will read it".into()));
    }
    let request = store::lock_request(tx, id)?;
    let to = step(&request, decision, Actor::Moderator)?;
    let moved = Moved::by(decision)
        .filter(|_| matches!(decision, Move::Quarantine | Move::Release | Move::Remove))
        .ok_or_else(|| Error::BadRequest("this is no decision of a moderator".into()))?;
    store::record_move(tx, &request, decision, to, Actor::Moderator, Some(&reason))?;
    let saying = Saying { reason: &reason, note: "" };
    letters::tell_of_move(tx, site, &request, moved, Side::Promoter, saying)?;
    if request.sent_at.is_some() {
        letters::tell_of_move(tx, site, &request, moved, Side::Artist, saying)?;
    }
    Ok(to)
}

/// What the clock does: closes a request whose time is over. Doing it again does nothing.
pub fn close_by_time(tx: &mut Tx<'_>, site: &Site, id: RequestId) -> Result<()> {
    let request = store::lock_request(tx, id)?;
    let decision = match request.state {
        State::Sent => Move::Expire,
        State::Accepted => Move::Lapse,
        _ => return Ok(()),
    };
    if request.expires_at > tx.now {
        return Ok(());
    }
    let to = step(&request, decision, Actor::System)?;
    store::record_move(tx, &request, decision, to, Actor::System, None)?;
    let moved = if decision == Move::Expire { Moved::Expired } else { Moved::Lapsed };
    for side in Side::ALL {
        letters::tell_of_move(tx, site, &request, moved, *side, Saying::default())?;
    }
    Ok(())
}

/// "Send my link again": neutral, whoever asks. An address that has threads here gets one mail.
pub fn send_link_again(tx: &mut Tx<'_>, site: &Site, address: &EmailAddress) -> Result<()> {
    const NEWEST: i64 = 10;
    let Some(contact) = find_contact(tx, address)? else { return Ok(()) };
    let recipient = contact.index(tx);
    if !outbox::allows_quietly(tx, &recipient)? {
        // The answer must not tell whether the address is known; enough mails are on their way.
        return Ok(());
    }
    let mut ids: Vec<(RequestId, Side)> = list_store::list_of_promoter(tx, contact.id, NEWEST)?
        .into_iter()
        .map(|id| (id, Side::Promoter))
        .collect();
    for (artist, joined) in artists::contact_store::list_joined(tx, contact.id)? {
        let sent = list_store::list_seen_since(tx, artist, joined, NEWEST)?;
        ids.extend(sent.into_iter().map(|id| (id, Side::Artist)));
    }
    ids.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    ids.truncate(NEWEST as usize);
    let mut threads = Vec::new();
    for (id, side) in ids {
        match store::get_request(tx, id) {
            Ok(request) => threads.push((request, side)),
            // Its promoter was erased; the others are still worth a link.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    letters::send_links_again(tx, site, &contact, &threads)
}

/// Ends every link to one side of a thread, such as when a mail fell into the wrong hands; the
/// side's people ask for a fresh one.
pub fn end_links(tx: &mut Tx<'_>, id: RequestId, side: Side) -> Result<()> {
    let request = store::lock_request(tx, id)?;
    link_store::revoke(tx, request.id, side, Purpose::Thread)
}
