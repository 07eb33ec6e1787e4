//! What can be read off the database while it works: how long jobs wait, how many share a commit, and
//! how long that takes. Clones read the same.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};

/// Of the writes of one process.
#[derive(Debug, Clone)]
pub struct Meters {
    /// Write jobs that wait to be begun.
    pub waiting: Gauge,
    /// Write jobs that were refused or given up before they were begun: the queue was full, or they
    /// waited for too long.
    pub given_up: Counter,
    /// Jobs that share a transaction. On PostgreSQL each has its own.
    pub jobs: Histogram,
    /// Seconds from the first statement of a transaction to the end of its commit.
    pub transaction_seconds: Histogram,
    /// Seconds of that which the commit took: what the disk takes to keep it.
    pub commit_seconds: Histogram,
}

impl Default for Meters {
    fn default() -> Self {
        // From 0.1 ms to 6.5 s, and from 1 job to 512.
        let seconds = || Histogram::new(exponential_buckets(0.000_1, 2.0, 17));
        Self {
            waiting: Gauge::default(),
            given_up: Counter::default(),
            jobs: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            transaction_seconds: seconds(),
            commit_seconds: seconds(),
        }
    }
}

impl Meters {
    /// Takes note of a transaction that was committed.
    pub(super) fn note(&self, jobs: usize, transaction: Duration, commit: Duration) {
        self.jobs.observe(jobs as f64);
        self.transaction_seconds.observe(transaction.as_secs_f64());
        self.commit_seconds.observe(commit.as_secs_f64());
    }
}

/// Connections to PostgreSQL.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// Open.
    pub open: u32,
    /// Open, and lent to nobody.
    pub idle: u32,
}
