//! A write job in a PostgreSQL transaction of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant as Stopwatch;

use diesel::connection::SimpleConnection;

use super::Conn;
use super::meters::Meters;
use super::writer::roll_back;
use crate::error::{Error, Result};

/// Waits for a row that another has locked no longer than SQLite waits for its file. It holds for this
/// transaction alone.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '10s'";

/// Runs a job and commits what it did; undoes it where it fails or panics.
pub(super) fn run<T>(
    conn: &mut Conn,
    meters: &Meters,
    job: impl FnOnce(&mut Conn) -> Result<T>,
) -> Result<T> {
    let begun = Stopwatch::now();
    let outcome = conn.batch_execute(BEGIN).map_err(Error::from).and_then(|()| {
        catch_unwind(AssertUnwindSafe(|| job(conn)))
            .unwrap_or_else(|_| Err(Error::unexpected("a write job panicked")))
    });
    match outcome {
        Ok(value) => {
            let done = Stopwatch::now();
            conn.batch_execute("COMMIT")?;
            meters.note(1, begun.elapsed(), done.elapsed());
            Ok(value)
        }
        Err(error) => {
            roll_back(conn);
            Err(error)
        }
    }
}
