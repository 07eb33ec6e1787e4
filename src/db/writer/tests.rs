use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use diesel::RunQueryDsl;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::*;
use crate::clock::Clock;
use crate::sealed::{IndexSecrets, MasterKey};

/// A writer on an empty file that gives jobs up after so long, and closes its batches after so long, with
/// what it counts.
fn writer(begun_within: Duration, batch_lasts: Duration) -> (Writer, Meters, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("test.sqlite");
    let meters = Meters::default();
    let shared = Shared {
        vault: Arc::new(Vault::new(MasterKey::generate().into(), IndexSecrets::draw())),
        ids: Arc::new(Ids::new(Clock::system())),
        versions: Arc::default(),
        meters: meters.clone(),
        batch_lasts,
    };
    let mut writer = Writer::start(&path, shared).unwrap();
    writer.begun_within = begun_within;
    (writer, meters, directory)
}

/// What was noted, by its name as it is read.
fn sample(meters: &Meters, name: &str) -> f64 {
    let mut registry = Registry::default();
    registry.register("jobs", "in a transaction", meters.jobs.clone());
    registry.register("commit", "how long it took", meters.commit_seconds.clone());
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap().parse().unwrap()
}

fn now() -> Instant {
    Clock::system().now()
}

fn told(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(story);
}

/// Keeps the writer busy until the sender is dropped.
fn hold(writer: &Arc<Writer>) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<()>>) {
    let (release, held) = mpsc::channel::<()>();
    let (begun, has_begun) = mpsc::channel();
    let (held, writer) = (std::sync::Mutex::new(held), writer.clone());
    let job = tokio::spawn(async move {
        let job = move |_: &mut Tx<'_>| {
            let _ = begun.send(());
            let _ = held.lock().unwrap().recv();
            Ok(())
        };
        writer.run(now(), job).await
    });
    has_begun.recv().unwrap();
    (release, job)
}

#[test]
fn a_job_that_waits_for_too_long_is_given_up_and_never_run() {
    told(async {
        let (writer, meters, _directory) = writer(Duration::from_millis(100), BATCH_LASTS);
        let writer = Arc::new(writer);
        let (release, first) = hold(&writer);
        let was_run = Arc::new(AtomicBool::new(false));
        let running = was_run.clone();
        let job = move |_: &mut Tx<'_>| {
            running.store(true, Ordering::SeqCst);
            Ok(())
        };
        let answer = writer.run(now(), job).await;
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
        drop(release);
        // The first took longer than that as well, but it had begun.
        assert!(first.await.unwrap().is_ok());
        writer.run(now(), |_| Ok(())).await.unwrap();
        assert!(!was_run.load(Ordering::SeqCst));
        assert_eq!((meters.waiting.get(), meters.given_up.get()), (0, 1));
    });
}

#[test]
fn what_waits_shares_a_commit_and_who_fails_harms_nobody() {
    told(async {
        let (writer, meters, _directory) = writer(BEGUN_WITHIN, Duration::from_secs(60));
        let writer = Arc::new(writer);
        let schema =
            |tx: &mut Tx<'_>| Ok(tx.conn.batch_execute("CREATE TABLE told (number INTEGER)")?);
        writer.run(now(), schema).await.unwrap();
        let (release, first) = hold(&writer);
        let mut jobs = Vec::new();
        for number in 0..10 {
            let sharing = writer.clone();
            let job = move |tx: &mut Tx<'_>| {
                tx.conn.batch_execute(&format!("INSERT INTO told VALUES ({number})"))?;
                match number {
                    3 => Err(Error::NotFound),
                    // As a panic does it, without its words in the log.
                    5 => std::panic::resume_unwind(Box::new("a job panics")),
                    _ => Ok(number),
                }
            };
            jobs.push(tokio::spawn(async move { sharing.run(now(), job).await }));
            // They stand in the queue in the order of their numbers.
            while meters.waiting.get() <= number {
                tokio::task::yield_now().await;
            }
        }
        drop(release);
        first.await.unwrap().unwrap();
        for (number, job) in (0..).zip(jobs) {
            match (number, job.await.unwrap()) {
                (3, answer) => assert!(matches!(answer, Err(Error::NotFound))),
                (5, answer) => assert!(matches!(answer, Err(Error::Unexpected(_)))),
                (_, answer) => assert_eq!(answer.unwrap(), number),
            }
        }
        let kept = |tx: &mut Tx<'_>| {
            let sum =
                diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT sum(number) FROM told)");
            Ok(diesel::select(sum).get_result::<i64>(tx.conn)?)
        };
        assert_eq!(writer.run(now(), kept).await.unwrap(), 45 - 3 - 5);
        assert_eq!(sample(&meters, "commit_count"), 4.0, "one for the ten");
        assert_eq!(sample(&meters, "jobs_sum"), 13.0);
    });
}

#[test]
fn slow_jobs_do_not_keep_those_before_them_from_their_commit() {
    told(async {
        let (writer, meters, _directory) = writer(BEGUN_WITHIN, BATCH_LASTS);
        let writer = Arc::new(writer);
        let (release, first) = hold(&writer);
        let mut jobs = Vec::new();
        for number in 0..8 {
            let sharing = writer.clone();
            let job = move |_: &mut Tx<'_>| {
                std::thread::sleep(BATCH_LASTS / 2);
                Ok(())
            };
            jobs.push(tokio::spawn(async move { sharing.run(now(), job).await }));
            while meters.waiting.get() <= number {
                tokio::task::yield_now().await;
            }
        }
        drop(release);
        first.await.unwrap().unwrap();
        for job in jobs {
            job.await.unwrap().unwrap();
        }
        // Two or three fit into a batch; all eight would have shared one.
        assert!(sample(&meters, "commit_count") >= 4.0);
    });
}

#[test]
fn one_job_more_than_can_wait_is_refused_and_those_that_wait_are_not() {
    told(async {
        let (writer, meters, _directory) = writer(BEGUN_WITHIN, BATCH_LASTS);
        let writer = Arc::new(writer);
        let (release, first) = hold(&writer);
        let mut jobs = Vec::new();
        for _ in 0..QUEUE {
            let sharing = writer.clone();
            jobs.push(tokio::spawn(async move { sharing.run(now(), |_| Ok(())).await }));
        }
        while meters.waiting.get() < QUEUE as i64 {
            tokio::task::yield_now().await;
        }
        let refused = writer.run(now(), |_| Ok(())).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        drop(release);
        first.await.unwrap().unwrap();
        for job in jobs {
            job.await.unwrap().unwrap();
        }
        assert_eq!((meters.waiting.get(), meters.given_up.get()), (0, 1));
    });
}
