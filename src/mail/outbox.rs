//! The outbox: a mail is a row that the business transaction writes, so that a committed change
//! has its mail and an undone one has none. A worker claims rows by compare-and-set.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::{Content, Kind, Letter, Site, one_line};
use crate::clock::Instant;
use crate::db::dialect;
use crate::db::key_store::{delete_key, get_key};
use crate::db::schema::{mail_allowances, outbox};
use crate::db::types::choices;
use crate::db::{Reader, Tx};
use crate::error::{Error, Result};
use crate::ids::{KeyId, MailId, RequestId, random_bytes};
use crate::people::store::Contact;
use crate::sealed::{Place, Sealed};

choices! {
    /// Where a mail is on its way.
    State {
        /// Never tried.
        Queued = "queued", "waiting";
        /// A worker has it.
        Sending = "sending", "being sent";
        /// To be tried again.
        Retry = "retry", "to be tried again";
        /// The next mail server has it.
        Sent = "sent", "sent";
        /// Given up.
        Failed = "failed", "given up";
        /// No longer wanted.
        Cancelled = "cancelled", "cancelled";
    }
}

/// Asked-for mails to one address ...
const ALLOWED: i64 = 5;
/// ... in this time.
const ALLOWED_IN: SignedDuration = SignedDuration::from_mins(30);
/// A claim older than this belongs to a worker that is gone.
const CLAIM_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// A mail that could not be sent for so long is given up.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(48);
/// Bodies are blanked this long after sending.
const KEEP_BODY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// And the rows themselves this long.
const KEEP_ROW: SignedDuration = SignedDuration::from_hours(37 * 24);
/// Waiting before the next attempt, in minutes, by the number of attempts made.
const BACK_OFF: [i64; 6] = [1, 5, 15, 60, 240, 720];

/// A mail to queue.
pub struct Mail<'a> {
    /// Which of the kinds.
    pub kind: Kind,
    /// To whom.
    pub to: &'a Contact,
    /// Under which name ("Night Ferry (via Soundpost)"); the site's own when none.
    pub from_name: Option<&'a str>,
    /// What it says.
    pub content: Content,
    /// Two mails with the same key are one mail.
    pub dedupe_key: String,
    /// The request it is about.
    pub request: Option<RequestId>,
}

impl<'a> Mail<'a> {
    /// A mail in the site's own name that is about no request.
    pub fn plain(kind: Kind, to: &'a Contact, content: Content, dedupe_key: String) -> Self {
        Self { kind, to, from_name: None, content, dedupe_key, request: None }
    }
}

const fn place(id: MailId) -> Place {
    Place { table: "outbox", column: "mail", row: id.0 }
}

/// Queues a mail in the caller's transaction. A mail with this dedupe key that is there already
/// stays the only one.
pub fn enqueue(tx: &mut Tx<'_>, site: &Site, mail: Mail<'_>) -> Result<()> {
    let known: i64 = outbox::table
        .filter(outbox::dedupe_key.eq(&mail.dedupe_key))
        .count()
        .get_result(tx.conn)?;
    if known > 0 {
        return Ok(());
    }
    let id: MailId = tx.ids.next();
    let from_name = match mail.from_name {
        Some(name) => format!("{} (via {})", one_line(name, 60), one_line(&site.name, 40)),
        None => one_line(&site.name, 60),
    };
    let mut headers = Vec::new();
    if !mail.kind.is_from_a_person() {
        headers.push(("Auto-Submitted".to_owned(), "auto-generated".to_owned()));
    }
    let letter = Letter {
        from_name,
        from: format!("no-reply@{}", site.mail_domain),
        to: mail.to.address.as_str().to_owned(),
        subject: one_line(&mail.content.subject, 150),
        headers,
        text: mail.content.text,
        html: mail.content.html,
        attachments: mail.content.attachments,
    };
    let message_id = format!(
        "<{}.{}@{}>",
        id,
        data_encoding::HEXLOWER.encode(&random_bytes::<8>()),
        site.mail_domain
    );
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id.0),
            outbox::kind.eq(mail.kind),
            outbox::state.eq(State::Queued),
            outbox::dedupe_key.eq(&mail.dedupe_key),
            outbox::message_id.eq(message_id),
            outbox::recipient_index.eq(mail.to.index(tx)),
            outbox::key_id.eq(mail.to.key.id()),
            outbox::mail.eq(Some(Sealed::seal(&mail.to.key, place(id), &letter)?)),
            outbox::request.eq(mail.request.map(|request| request.0)),
            outbox::attempts.eq(0),
            outbox::created_at.eq(tx.now.micros()),
            outbox::due_at.eq(tx.now.micros()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Refuses when an address was sent too many mails that somebody asked for by typing it. Counted
/// in the database, under a lock, so that it holds across nodes.
///
/// The refusal is seen by who asks, so it counts only mails that any address gets, known or not: a
/// count of the others would tell which is known.
pub fn allow(tx: &mut Tx<'_>, recipient_index: &[u8]) -> Result<()> {
    allow_among(tx, recipient_index, Kind::TO_ANYBODY)
}

/// Whether an address may be sent one more mail, where who asks is told nothing either way.
pub fn allows_quietly(tx: &mut Tx<'_>, recipient_index: &[u8]) -> Result<bool> {
    match allow_among(tx, recipient_index, Kind::ASKED_FOR) {
        Ok(()) => Ok(true),
        Err(Error::TooMany { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn allow_among(tx: &mut Tx<'_>, recipient_index: &[u8], kinds: &[Kind]) -> Result<()> {
    dialect::insert_or_ignore_bytes_key(
        tx.conn,
        "mail_allowances",
        "recipient_index",
        recipient_index,
    )?;
    diesel::update(mail_allowances::table.find(recipient_index))
        .set(mail_allowances::version.eq(mail_allowances::version + 1))
        .execute(tx.conn)?;
    let since = tx.now.minus(ALLOWED_IN).micros();
    // As text: a newer node may know kinds that this one does not.
    let made: Vec<(i64, String)> = outbox::table
        .filter(outbox::recipient_index.eq(recipient_index))
        .filter(outbox::created_at.gt(since))
        .order(outbox::created_at)
        .select((outbox::created_at, outbox::kind))
        .load(tx.conn)?;
    let counts = |kind: &str| kinds.iter().any(|counted| counted.as_str() == kind);
    let made: Vec<i64> =
        made.into_iter().filter(|(_, kind)| counts(kind)).map(|(at, _)| at).collect();
    if (made.len() as i64) < ALLOWED {
        return Ok(());
    }
    let oldest = made.first().copied().unwrap_or(tx.now.micros());
    let wait = (oldest + i64::try_from(ALLOWED_IN.as_micros()).unwrap_or(0)) - tx.now.micros();
    Err(Error::TooMany {
        what: "Five mails went to this address in the last half hour. More would be a nuisance to \
               whoever reads it."
            .into(),
        retry_after: SignedDuration::from_micros(wait.max(1_000_000)),
    })
}

/// A mail that a worker has claimed.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The row.
    pub id: MailId,
    /// The kind, for the log.
    pub kind: Kind,
    /// The fixed Message-ID.
    pub message_id: String,
    /// When it was queued: its Date.
    pub created_at: Instant,
    /// When it was taken.
    pub claimed_at: Instant,
    /// Attempts before this one.
    pub attempts: i64,
    /// What to send.
    pub letter: Opened,
}

/// A mail, as far as it could be opened.
#[derive(Debug, Clone)]
pub enum Opened {
    /// It could.
    Letter(Letter),
    /// Its recipient was erased meanwhile.
    Erased,
    /// No key of this process opens it, or it is damaged.
    Unreadable,
}

/// Takes mails by compare-and-set: a row that another worker took is left out.
pub fn claim(tx: &mut Tx<'_>, ids: &[MailId]) -> Result<Vec<Claimed>> {
    type Row = (Kind, String, i64, i64, i64, Option<Sealed<Letter>>);
    let mut claimed = Vec::new();
    for id in ids {
        let taken = diesel::update(
            outbox::table
                .find(id.0)
                .filter(outbox::state.eq(State::Queued).or(outbox::state.eq(State::Retry))),
        )
        .set((outbox::state.eq(State::Sending), outbox::claimed_at.eq(Some(tx.now.micros()))))
        .execute(tx.conn)?;
        if taken == 0 {
            continue;
        }
        let (kind, message_id, created_at, attempts, key_id, mail): Row = outbox::table
            .find(id.0)
            .select((
                outbox::kind,
                outbox::message_id,
                outbox::created_at,
                outbox::attempts,
                outbox::key_id,
                outbox::mail,
            ))
            .first(tx.conn)?;
        let opened = mail.map(|mail| open(tx, KeyId(key_id), &mail, *id));
        let letter = match opened.transpose() {
            Ok(letter) => letter.flatten().map_or(Opened::Erased, Opened::Letter),
            // One row that cannot be read must not keep all the others from leaving.
            Err(error) => {
                tracing::error!(mail = %id, error = format!("{error:#}"), "cannot be read");
                Opened::Unreadable
            }
        };
        let created_at = Instant::from_micros(created_at);
        let claimed_at = tx.now;
        claimed.push(Claimed {
            id: *id,
            kind,
            message_id,
            created_at,
            claimed_at,
            attempts,
            letter,
        });
    }
    Ok(claimed)
}

/// Opens a mail; `None` when its recipient was erased.
pub(super) fn open(
    reader: &mut Reader<'_>,
    key: KeyId,
    mail: &Sealed<Letter>,
    id: MailId,
) -> Result<Option<Letter>> {
    match get_key(reader, key) {
        Ok(key) => mail.open(&key, place(id)).map(Some),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Renews a claim that is no longer young; none when it was given to another meanwhile.
pub fn renew(tx: &mut Tx<'_>, mail: &Claimed) -> Result<Option<Claimed>> {
    let renewed = diesel::update(
        outbox::table
            .find(mail.id.0)
            .filter(outbox::state.eq(State::Sending))
            .filter(outbox::claimed_at.eq(Some(mail.claimed_at.micros()))),
    )
    .set(outbox::claimed_at.eq(Some(tx.now.micros())))
    .execute(tx.conn)?;
    Ok((renewed == 1).then(|| Claimed { claimed_at: tx.now, ..mail.clone() }))
}

/// What became of an attempt.
#[derive(Debug, Clone)]
pub enum Ending {
    /// The next mail server has it.
    Sent,
    /// To be tried again, with the server's words.
    Later(String),
    /// Given up, with the server's words.
    Failed(String),
    /// Nobody to send it to any more.
    Cancelled,
    /// Not tried after all (the program is stopping).
    PutBack,
}

/// Records what became of an attempt. `jitter` (0 to 99 per cent of a quarter) spreads retries.
pub fn record(tx: &mut Tx<'_>, mail: &Claimed, ending: &Ending, jitter: i64) -> Result<()> {
    let age = SignedDuration::from_micros(tx.now.micros() - mail.created_at.micros());
    let (state, reply) = match ending {
        Ending::Sent => (State::Sent, None),
        Ending::Later(reply) if age >= GIVE_UP => (State::Failed, Some(reply)),
        Ending::Later(reply) => (State::Retry, Some(reply)),
        Ending::Failed(reply) => (State::Failed, Some(reply)),
        Ending::Cancelled => (State::Cancelled, None),
        Ending::PutBack => (State::Retry, None),
    };
    let step = BACK_OFF[usize::try_from(mail.attempts).unwrap_or(0).min(BACK_OFF.len() - 1)];
    let wait = match ending {
        Ending::PutBack => SignedDuration::ZERO,
        _ => SignedDuration::from_secs(step * 60 + step * 15 * jitter / 100),
    };
    let tried = i64::from(!matches!(ending, Ending::PutBack));
    let finished = !matches!(state, State::Retry);
    // What has left has left, whoever has the claim now. Anything else is for who has it to say.
    let claim = mail.claimed_at.micros();
    let (from, to) = if matches!(ending, Ending::Sent) { (0, i64::MAX) } else { (claim, claim) };
    let row = outbox::table.find(mail.id.0).filter(outbox::state.eq(State::Sending));
    diesel::update(row.filter(outbox::claimed_at.between(from, to)))
        .set((
            outbox::state.eq(state),
            outbox::attempts.eq(mail.attempts + tried),
            outbox::due_at.eq(tx.now.plus(wait).micros()),
            outbox::claimed_at.eq(None::<i64>),
            outbox::finished_at.eq(finished.then_some(tx.now.micros())),
            outbox::last_reply.eq(reply.map(|reply| one_line(reply, 300))),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives back the claims of workers that are gone, blanks bodies whose time is over, and deletes
/// rows whose time is over.
pub fn tend(tx: &mut Tx<'_>) -> Result<()> {
    let lost = tx.now.minus(CLAIM_LIFE).micros();
    diesel::update(
        outbox::table.filter(outbox::state.eq(State::Sending)).filter(outbox::claimed_at.lt(lost)),
    )
    .set((outbox::state.eq(State::Retry), outbox::claimed_at.eq(None::<i64>)))
    .execute(tx.conn)?;
    let over = tx.now.minus(KEEP_BODY).micros();
    diesel::update(
        outbox::table.filter(outbox::finished_at.lt(over)).filter(outbox::mail.is_not_null()),
    )
    .set(outbox::mail.eq(None::<Sealed<Letter>>))
    .execute(tx.conn)?;
    // The locks under which mails to an address are counted go with the last of its rows.
    diesel::delete(mail_allowances::table.filter(diesel::dsl::not(diesel::dsl::exists(
        outbox::table.filter(outbox::recipient_index.eq(mail_allowances::recipient_index)),
    ))))
    .execute(tx.conn)?;
    let forgotten = tx.now.minus(KEEP_ROW).micros();
    // The mail that confirms an erasure had a key for itself alone.
    let last: Vec<i64> = outbox::table
        .filter(outbox::finished_at.lt(forgotten))
        .filter(outbox::kind.eq(Kind::Erased))
        .select(outbox::key_id)
        .load(tx.conn)?;
    diesel::delete(outbox::table.filter(outbox::finished_at.lt(forgotten))).execute(tx.conn)?;
    for key in last {
        delete_key(tx, KeyId(key))?;
    }
    Ok(())
}
