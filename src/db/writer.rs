//! SQLite's one writer. It takes what waits, up to [`BATCH`] jobs, runs each in a savepoint of one
//! transaction (a single one without), commits once (one fsync for all), and only then answers. A job that fails harms no
//! other. An error that undoes the whole transaction (disk full, I/O) fails the whole batch.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use diesel::connection::SimpleConnection;
use tokio::sync::oneshot;

use super::versions::{Counted, Versions};
use super::{Conn, RUNS, Reader, Tx, pool, run_job};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::ids::Ids;
use crate::sealed::Vault;

/// Most jobs in one transaction.
const BATCH: usize = 512;
/// Most jobs that wait; one more is answered 503.
const QUEUE: usize = 2_048;

type Boxed = Box<dyn Waiting>;

/// What every job of the writer works with.
pub(super) struct Shared {
    pub vault: Arc<Vault>,
    pub ids: Arc<Ids>,
    pub versions: Arc<Versions>,
}

pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Boxed>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(path: &Path, shared: Shared) -> Result<Self> {
        let mut conn = Conn::Sqlite(pool::open_sqlite(path)?);
        let (sender, receiver) = sync_channel::<Boxed>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("soundpost-writer".into())
            .spawn(move || work(&mut conn, &receiver, &shared))
            .context("cannot start the writer")?;
        Ok(Self { queue: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn run<T, F>(&self, now: Instant, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let waiting = Box::new(Job { job, now, outcome: None, counted: Counted::default(), reply });
        {
            let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            let sender = queue.as_ref().ok_or_else(closing)?;
            sender.try_send(waiting).map_err(|error| match error {
                TrySendError::Full(_) => Error::Unavailable("the write queue is full".into()),
                TrySendError::Disconnected(_) => closing(),
            })?;
        }
        answer.await.unwrap_or_else(|_| Err(closing()))
    }

    /// Ends the thread after what was handed in is done. Harmless when called twice.
    pub(super) fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer ended in a panic");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

fn closing() -> Error {
    Error::Unavailable("the database is closing".into())
}

/// A job in the queue, with its type forgotten.
trait Waiting: Send {
    /// Runs it inside the batch's transaction; `Err` when its savepoint must be undone.
    fn run(&mut self, conn: &mut Conn, shared: &Shared) -> Run;
    /// Tells who waits, after the commit (or after the batch was lost).
    fn answer(self: Box<Self>, batch: Result<(), String>, shared: &Shared);
}

enum Run {
    Keep,
    Undo,
    Again,
}

struct Job<T, F> {
    job: F,
    now: Instant,
    outcome: Option<Result<T>>,
    /// The versions that it counted up.
    counted: Counted,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Waiting for Job<T, F>
where
    T: Send,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send,
{
    fn run(&mut self, conn: &mut Conn, shared: &Shared) -> Run {
        let reader = Reader { conn, vault: &shared.vault };
        let run = AssertUnwindSafe(|| run_job(&self.job, reader, &shared.ids, self.now));
        let outcome = catch_unwind(run)
            .unwrap_or_else(|_| Err(Error::unexpected("a write job panicked")))
            .map(|(outcome, counted)| {
                self.counted = counted;
                outcome
            });
        let run = match &outcome {
            Ok(_) => Run::Keep,
            Err(error) if error.is_worth_another_run() => Run::Again,
            Err(_) => Run::Undo,
        };
        self.outcome = Some(outcome);
        run
    }

    fn answer(self: Box<Self>, batch: Result<(), String>, shared: &Shared) {
        if batch.is_ok() && matches!(self.outcome, Some(Ok(_))) {
            shared.versions.note(&self.counted);
        }
        let answer = match (batch, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Error::unexpected("a write job was not run")),
            // What a job refused it refused; what it believed done is not.
            (Err(_), Some(Err(refused))) => Err(refused),
            (Err(lost), _) => Err(Error::Unavailable(lost)),
        };
        // Who no longer waits (a closed connection) does not need the answer.
        drop(self.reply.send(answer));
    }
}

fn work(conn: &mut Conn, queue: &Receiver<Boxed>, shared: &Shared) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        let committed = commit(conn, &mut batch, shared).map_err(|error| {
            tracing::error!(error = format!("{error:#}"), jobs = batch.len(), "a batch was lost");
            roll_back(conn);
            format!("the database could not write: {error:#}")
        });
        for job in batch {
            job.answer(committed.clone(), shared);
        }
    }
}

fn commit(conn: &mut Conn, batch: &mut [Boxed], shared: &Shared) -> anyhow::Result<()> {
    conn.batch_execute("BEGIN IMMEDIATE").context("begin")?;
    if let [job] = batch {
        return commit_alone(conn, job, shared);
    }
    for job in batch {
        let mut runs = 0;
        loop {
            runs += 1;
            conn.batch_execute("SAVEPOINT job").context("savepoint")?;
            let run = job.run(conn, shared);
            if matches!(run, Run::Keep) {
                conn.batch_execute("RELEASE job").context("release")?;
                break;
            }
            // Fails when SQLite has undone the whole transaction on its own.
            conn.batch_execute("ROLLBACK TO job; RELEASE job").context("undo")?;
            if matches!(run, Run::Undo) || runs >= RUNS {
                break;
            }
        }
    }
    conn.batch_execute("COMMIT").context("commit")
}

/// A job with the transaction to itself needs no savepoint, whose price is a copy in memory of each
/// page that the job changes: of hundreds of megabytes, when the job is a chunk of an import.
fn commit_alone(conn: &mut Conn, job: &mut Boxed, shared: &Shared) -> anyhow::Result<()> {
    for runs in 1.. {
        match job.run(conn, shared) {
            Run::Keep => break,
            Run::Again if runs < RUNS => {
                roll_back(conn);
                conn.batch_execute("BEGIN IMMEDIATE").context("begin again")?;
            }
            Run::Again | Run::Undo => {
                roll_back(conn);
                return Ok(());
            }
        }
    }
    conn.batch_execute("COMMIT").context("commit")
}

fn roll_back(conn: &mut Conn) {
    if let Err(error) = conn.batch_execute("ROLLBACK") {
        tracing::debug!(%error, "nothing was left to roll back");
    }
}

/// One job in a transaction of its own; also for commands that hold the connection themselves.
pub(super) fn in_transaction<T>(
    conn: &mut Conn,
    job: impl FnOnce(&mut Conn) -> Result<T>,
) -> Result<T> {
    conn.batch_execute("BEGIN")?;
    let outcome = catch_unwind(AssertUnwindSafe(|| job(conn)))
        .unwrap_or_else(|_| Err(Error::unexpected("a write job panicked")));
    match outcome {
        Ok(value) => {
            conn.batch_execute("COMMIT")?;
            Ok(value)
        }
        Err(error) => {
            roll_back(conn);
            Err(error)
        }
    }
}
