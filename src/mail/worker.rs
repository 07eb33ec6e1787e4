//! Empties the outbox: claims due mails, sends them outside any transaction, records the result.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::sync::{Mutex, Notify};

use super::due_store;
use super::outbox::{self, Claimed, Ending, Opened};
use super::transport::{Outcome, Parcel, Transport};
use super::{Letter, message};
use crate::db::Db;
use crate::error::Result;
use crate::ids::random_bytes;

/// A claim younger than this needs no second look before sending.
const YOUNG: SignedDuration = SignedDuration::from_secs(60);
/// Mails that are taken and wait for a transport, at most.
const TAKEN: usize = 20;
/// A connection that nothing was sent over for so long is closed.
const IDLE: Duration = Duration::from_secs(50);
/// How long the worker sleeps when nothing wakes it.
const SLEEP: Duration = Duration::from_secs(2);

/// Wakes the workers, and tells them to stop.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    notify: Notify,
    stopping: AtomicBool,
}

impl Bell {
    /// Something may be due.
    pub fn ring(&self) {
        self.0.notify.notify_waiters();
    }

    /// The program is stopping.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        self.0.notify.notify_waiters();
    }

    /// Whether the program is stopping.
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::SeqCst)
    }

    /// Sleeps for `limit` whoever rings, but not longer than until the program stops.
    pub async fn sleep_through(&self, limit: Duration) {
        let end = tokio::time::Instant::now() + limit;
        while !self.is_stopping() && tokio::time::Instant::now() < end {
            self.sleep(end - tokio::time::Instant::now()).await;
        }
    }

    /// Sleeps until somebody rings or `limit` has passed.
    pub async fn sleep(&self, limit: Duration) {
        let ringing = self.0.notify.notified();
        if !self.is_stopping() {
            drop(tokio::time::timeout(limit, ringing).await);
        }
    }
}

/// Works until the bell says stop: takes what is due, and lets each transport send one mail after the
/// other.
pub async fn work(db: Db, transports: Vec<Transport>, bell: Bell) {
    let (taken, waiting) = channel(TAKEN);
    let waiting = Arc::new(Mutex::new(waiting));
    let mut hands = Vec::with_capacity(transports.len());
    for transport in transports {
        hands.push(tokio::spawn(send_all(db.clone(), transport, bell.clone(), waiting.clone())));
    }
    // Only the hands hold it from now on, so that it is noticed when none is left.
    let waiting = Arc::downgrade(&waiting);
    while !bell.is_stopping() {
        // Half of the places at once, or under load each mail would be a transaction of its own.
        let room = tokio::select! {
            room = taken.reserve_many(TAKEN / 2) => room.is_ok(),
            () = bell.sleep(SLEEP) => continue,
        };
        if !room {
            tracing::error!("nobody is left to send mails; restart the program");
            return;
        }
        match take_due(&db, TAKEN / 2).await {
            Ok(mails) if mails.is_empty() => bell.sleep(SLEEP).await,
            Ok(mails) => {
                for mail in mails {
                    // There is room, for nobody else adds to them.
                    drop(taken.send(mail).await);
                }
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the outbox could not be worked on");
                bell.sleep(SLEEP).await;
            }
        }
    }
    // What nobody has begun is put back, even while every hand is busy with a slow server.
    drop(taken);
    if let Some(waiting) = waiting.upgrade() {
        while let Some(mail) = waiting.lock().await.recv().await {
            record(&db, &bell, mail, Ending::PutBack).await;
        }
    }
    for hand in hands {
        if hand.await.is_err() {
            tracing::error!("a sender of mails ended in a panic");
        }
    }
}

/// Takes mails that are due now, so many at most.
pub async fn take_due(db: &Db, most: usize) -> Result<Vec<Claimed>> {
    let now = db.now();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let due = db.read(move |reader| due_store::list_due(reader, now, most)).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    db.write(move |tx| outbox::claim(tx, &due)).await
}

/// Sends what was taken, until nothing can come any more.
async fn send_all(
    db: Db,
    mut transport: Transport,
    bell: Bell,
    waiting: Arc<Mutex<Receiver<Claimed>>>,
) {
    loop {
        let next = async { waiting.lock().await.recv().await };
        let Ok(next) = tokio::time::timeout(IDLE, next).await else {
            transport.close().await;
            continue;
        };
        let Some(mail) = next else { break };
        if let Err(error) = hand_on(&db, &mut transport, &bell, mail).await {
            // Its claim runs out, and it is taken again.
            tracing::error!(error = format!("{error:#}"), "a mail was left where it is");
        }
    }
    transport.close().await;
}

/// Sends one mail and records what became of it.
pub async fn hand_on(db: &Db, transport: &mut Transport, bell: &Bell, mail: Claimed) -> Result<()> {
    // The mails before this one may have taken minutes; ten are the life of a claim.
    let mail = match db.now() > mail.claimed_at.plus(YOUNG) {
        false => Some(mail),
        true => db.write(move |tx| outbox::renew(tx, &mail)).await?,
    };
    let Some(mail) = mail else { return Ok(()) };
    let ending = if bell.is_stopping() { Ending::PutBack } else { send(transport, &mail).await };
    record(db, bell, mail, ending).await;
    Ok(())
}

/// Records what became of an attempt, and does not give up while the program runs: a mail that
/// has left and is not recorded would leave again.
async fn record(db: &Db, bell: &Bell, mail: Claimed, ending: Ending) {
    let [random] = random_bytes::<1>();
    let jitter = i64::from(random % 100);
    let mut tries = 0;
    loop {
        let (mail, ending) = (mail.clone(), ending.clone());
        match db.write(move |tx| outbox::record(tx, &mail, &ending, jitter)).await {
            Ok(()) => return,
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "a mail's ending is not recorded yet"
                );
            }
        }
        tries += 1;
        if bell.is_stopping() && tries > 3 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn send(transport: &mut Transport, mail: &Claimed) -> Ending {
    let letter = match &mail.letter {
        Opened::Letter(letter) => letter,
        Opened::Erased => return Ending::Cancelled,
        // A key may be missing that comes back.
        Opened::Unreadable => return Ending::Later("cannot be opened here".into()),
    };
    let parcel = match parcel(letter, mail) {
        Ok(parcel) => parcel,
        Err(error) => {
            tracing::error!(mail = %mail.id, kind = mail.kind.as_str(), error = format!("{error:#}"),
                "a mail could not be built");
            return Ending::Failed("could not be built".into());
        }
    };
    match transport.deliver(&parcel).await {
        Outcome::Sent { .. } => Ending::Sent,
        Outcome::Later { reply, ambiguous } => {
            tracing::warn!(mail = %mail.id, kind = mail.kind.as_str(), ambiguous, "a mail has to wait");
            Ending::Later(reply)
        }
        Outcome::Refused { reply, code, .. } => {
            tracing::warn!(mail = %mail.id, kind = mail.kind.as_str(), code, "a mail was refused");
            Ending::Failed(reply)
        }
    }
}

fn parcel(letter: &Letter, mail: &Claimed) -> anyhow::Result<Parcel> {
    Ok(Parcel {
        envelope_from: Some(letter.from.clone()),
        to: letter.to.clone(),
        message: message::build(letter, &mail.message_id, mail.created_at)?,
    })
}
