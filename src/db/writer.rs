//! SQLite's one writer. It takes what waits, in the order in which it came, runs each job in a savepoint
//! of one transaction (a single one without), commits once (one fsync for all), and only then answers. A
//! job that fails harms no other. An error that undoes the whole transaction (disk full, I/O) fails the
//! whole batch. Jobs that take long do not keep those before them waiting for their commit: after
//! [`BATCH_LASTS`] the batch is closed.
//!
//! A job that was not begun within [`BEGUN_WITHIN`] is given up, and its caller told that nothing was
//! stored. One that was begun is waited for, so that nobody is told the wrong thing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Stopwatch};

use anyhow::Context;
use diesel::connection::SimpleConnection;
use tokio::sync::oneshot;

use super::meters::Meters;
use super::versions::{Counted, Versions};
use super::{Conn, RUNS, Reader, Tx, pool, run_job};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::ids::Ids;
use crate::sealed::Vault;

/// Most jobs in one transaction.
const BATCH: usize = 512;
/// A batch that runs for so long takes no more jobs.
pub(super) const BATCH_LASTS: Duration = Duration::from_millis(25);
/// Most jobs that wait; one more is answered 503.
const QUEUE: usize = 2_048;
/// How long a job may wait to be begun.
const BEGUN_WITHIN: Duration = Duration::from_secs(10);

type Boxed = Box<dyn Waiting>;

/// What every job of the writer works with.
pub(super) struct Shared {
    pub vault: Arc<Vault>,
    pub ids: Arc<Ids>,
    pub versions: Arc<Versions>,
    pub meters: Meters,
    pub batch_lasts: Duration,
}

/// A job belongs to who takes it first: the writer, or its caller, who gives it up.
#[derive(Clone, Default)]
struct Fate(Arc<AtomicBool>);

impl Fate {
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Boxed>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    begun_within: Duration,
    meters: Meters,
}

impl Writer {
    pub(super) fn start(path: &Path, shared: Shared) -> Result<Self> {
        let mut conn = Conn::Sqlite(pool::open_sqlite(path)?);
        let (sender, receiver) = sync_channel::<Boxed>(QUEUE);
        let meters = shared.meters.clone();
        let thread = std::thread::Builder::new()
            .name("soundpost-writer".into())
            .spawn(move || work(&mut conn, &receiver, &shared))
            .context("cannot start the writer")?;
        Ok(Self {
            queue: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            begun_within: BEGUN_WITHIN,
            meters,
        })
    }

    pub(super) async fn run<T, F>(&self, now: Instant, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let fate = Fate::default();
        let (counted, outcome) = (Counted::default(), None);
        self.hand_in(Box::new(Job { job, now, fate: fate.clone(), outcome, counted, reply }))?;
        let answered = match tokio::time::timeout(self.begun_within, &mut answer).await {
            Err(_) if fate.take() => {
                self.meters.given_up.inc();
                return Err(Error::Unavailable("a write waited for too long".into()));
            }
            Err(_) => answer.await,
            Ok(answered) => answered,
        };
        answered.unwrap_or_else(|_| Err(closing()))
    }

    fn hand_in(&self, waiting: Boxed) -> Result<()> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = queue.as_ref().ok_or_else(closing)?;
        self.meters.waiting.inc();
        sender.try_send(waiting).map_err(|error| {
            self.meters.waiting.dec();
            match error {
                TrySendError::Full(_) => {
                    self.meters.given_up.inc();
                    Error::Unavailable("the write queue is full".into())
                }
                TrySendError::Disconnected(_) => closing(),
            }
        })
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
    /// Whether its caller still waits; from now on it is the writer's.
    fn begin(&self) -> bool;
    /// Runs it inside the batch's transaction.
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
    fate: Fate,
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
    fn begin(&self) -> bool {
        self.fate.take()
    }

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
            // Not even a refusal stands: its reason may have been another job of the batch.
            (Err(lost), _) => Err(Error::Unavailable(lost)),
        };
        // Who no longer waits (a closed connection) does not need the answer.
        drop(self.reply.send(answer));
    }
}

fn work(conn: &mut Conn, queue: &Receiver<Boxed>, shared: &Shared) {
    while let Ok(first) = queue.recv() {
        let mut batch = Batch { queue, taken: Vec::new(), shared };
        batch.take(first);
        let committed = batch.commit(conn).map_err(|error| {
            let jobs = batch.taken.len();
            tracing::error!(error = format!("{error:#}"), jobs, "a batch was lost");
            roll_back(conn);
            format!("the database could not write: {error:#}")
        });
        for job in batch.taken {
            job.answer(committed.clone(), shared);
        }
    }
}

/// The jobs that share a transaction.
struct Batch<'a> {
    queue: &'a Receiver<Boxed>,
    taken: Vec<Boxed>,
    shared: &'a Shared,
}

impl Batch<'_> {
    /// Takes a job, unless its caller has given it up.
    fn take(&mut self, job: Boxed) {
        self.shared.meters.waiting.dec();
        if job.begin() {
            self.taken.push(job);
        }
    }

    /// Takes the next job that waits, if one does.
    fn take_next(&mut self) -> bool {
        let known = self.taken.len();
        while known < BATCH && self.taken.len() == known {
            let Ok(next) = self.queue.try_recv() else { return false };
            self.take(next);
        }
        self.taken.len() > known
    }

    fn commit(&mut self, conn: &mut Conn) -> anyhow::Result<()> {
        if self.taken.is_empty() && !self.take_next() {
            return Ok(());
        }
        let begun = Stopwatch::now();
        conn.batch_execute("BEGIN IMMEDIATE").context("begin")?;
        self.take_next();
        let is_kept = match self.taken.as_mut_slice() {
            [job] => run_alone(conn, job, self.shared)?,
            _ => {
                self.run_all(conn)?;
                true
            }
        };
        let done = Stopwatch::now();
        if is_kept {
            conn.batch_execute("COMMIT").context("commit")?;
            self.shared.meters.note(self.taken.len(), begun.elapsed(), done.elapsed());
        }
        Ok(())
    }

    /// Runs each job in a savepoint, the first and the second, and those that come while they run.
    fn run_all(&mut self, conn: &mut Conn) -> anyhow::Result<()> {
        let (begun, mut at) = (Stopwatch::now(), 0);
        while let Some(job) = self.taken.get_mut(at) {
            run_in_savepoint(conn, job, self.shared)?;
            at += 1;
            if at == self.taken.len() && begun.elapsed() < self.shared.batch_lasts {
                self.take_next();
            }
        }
        Ok(())
    }
}

fn run_in_savepoint(conn: &mut Conn, job: &mut Boxed, shared: &Shared) -> anyhow::Result<()> {
    for runs in 1.. {
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
    Ok(())
}

/// A job with the transaction to itself needs no savepoint, whose price is a copy in memory of each
/// page that the job changes: of hundreds of megabytes, when the job is a chunk of an import.
fn run_alone(conn: &mut Conn, job: &mut Boxed, shared: &Shared) -> anyhow::Result<bool> {
    for runs in 1.. {
        match job.run(conn, shared) {
            Run::Keep => return Ok(true),
            Run::Again if runs < RUNS => {
                roll_back(conn);
                conn.batch_execute("BEGIN IMMEDIATE").context("begin again")?;
            }
            Run::Again | Run::Undo => break,
        }
    }
    roll_back(conn);
    Ok(false)
}

pub(super) fn roll_back(conn: &mut Conn) {
    if let Err(error) = conn.batch_execute("ROLLBACK") {
        tracing::debug!(%error, "nothing was left to roll back");
    }
}

#[cfg(test)]
mod tests;
