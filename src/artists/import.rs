//! Takes the artists of a file into the database: `soundpost artists import`.
//!
//! The file is read in chunks, and each chunk is one transaction. New artists are unclaimed. A file
//! may correct what another file said; but what an act says about itself, and what a moderator has
//! hidden or put right, stays as it is, and gets figures and identifiers only. What somebody added and nobody has
//! looked at yet becomes what the file says. So importing a file again changes nothing, and an import
//! that was interrupted is simply run again. An act that was removed at its own wish is not added again.

mod change;
mod chunk;
mod chunk_store;
mod intake;
mod report;
mod seen;

use std::io::Read;
use std::time::{Duration, Instant as Stopwatch};

use futures_util::future::join;
use jiff::civil::Date;

use super::import_file::{LineError, MapRule, Rows};
use super::words_due;
use crate::db::{Db, dialect};
use crate::error::Result;
use crate::places::Country;
use intake::Intake;

pub use report::{Report, summary};

/// How long the database is left to others. Who waits for SQLite's write lock in another process asks
/// again every 100 ms, so a server would starve beside an import that takes the lock again at once.
const TURN_OF_OTHERS: Duration = Duration::from_millis(110);
/// How long it is kept from them before that: so long may a click take beside an import.
const OUR_TURN: Duration = Duration::from_secs(2);

/// How a file is imported.
#[derive(Debug, Clone)]
pub struct Options {
    /// Who says so, as it is shown beside every figure: the file's name.
    pub source: String,
    /// The day on which the figures were true.
    pub observed_on: Date,
    /// Reads and checks everything, writes nothing.
    pub dry_run: bool,
    /// What columns hold, where their names do not say it.
    pub map: Vec<MapRule>,
}

/// Imports a file. `on_refused` hears every reason why a record was refused, in the order of lines.
///
/// # Errors
/// The file as a whole makes no sense, or it or the database failed on the way. Chunks before that
/// are stored.
pub async fn import(
    db: &Db,
    input: impl Read + Send,
    options: &Options,
    on_refused: &mut dyn FnMut(&LineError),
) -> Result<Report> {
    let rows = Rows::open(input, &options.map, &country_code).map_err(anyhow::Error::from)?;
    let mut report =
        Report { dry_run: options.dry_run, columns: rows.columns(), ..Report::default() };
    let mut intake = Intake::new(rows, options);
    let mut next = intake.next_chunk()?;
    if !options.dry_run {
        db.write(|tx| dialect::expect_bulk(tx.conn)).await?;
    }
    let mut our_turn = Stopwatch::now();
    let mut due = 0;
    while let Some(current) = next {
        let artists = current.artists;
        let storing = async {
            if options.dry_run {
                db.read(move |reader| chunk::check(reader, &artists)).await
            } else {
                db.write(move |tx| chunk::apply(tx, &artists)).await
            }
        };
        // Polled first, the chunk is with the database's thread while the next is read here.
        let (outcome, following) = join(storing, async { intake.next_chunk() }).await;
        let outcome = outcome?;

        report.lines += current.records;
        report.added += outcome.added;
        report.updated += outcome.updated;
        report.unchanged += outcome.unchanged;
        report.unwanted += outcome.unwanted;
        report.refused += current.refused + outcome.refused.len() as u64;
        let mut errors = current.errors;
        errors.extend(outcome.refused);
        errors.sort_by_key(|error| error.line);
        for error in &errors {
            on_refused(error);
        }

        next = following?;
        if options.dry_run {
            continue;
        }
        due += outcome.added;
        if due >= words_due::AT_ONCE as u64 || next.is_none() {
            words_due::settle_all(db, db.now(), words_due::AT_ONCE).await?;
            due = 0;
        }
        if next.is_some() && our_turn.elapsed() >= OUR_TURN {
            tokio::time::sleep(TURN_OF_OTHERS).await;
            our_turn = Stopwatch::now();
        }
    }
    report.unknown_genres = intake.unknown_genres();
    Ok(report)
}

fn country_code(text: &str) -> Option<String> {
    Country::resolve(text).map(|country| country.code().to_owned())
}
