//! `soundpost disclaimer …`

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;

use super::open;
use crate::booking_requests::dates::start_of;
use crate::config::Config;
use crate::disclaimer::store;
use crate::error::{Error, Result};

/// What can be done with the disclaimer.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Publishes the next version: plain text, paragraphs separated by blank lines
    Publish {
        /// The text
        file: PathBuf,
        /// From which day (UTC) it is the one to accept (default: now)
        #[arg(long, value_name = "DATE")]
        effective: Option<jiff::civil::Date>,
    },
}

/// How far ahead a version may take effect. Every later one takes effect after it.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_hours(366 * 24);

/// Does it.
pub async fn run(config: Config, command: Command) -> Result<()> {
    let Command::Publish { file, effective } = command;
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {} as UTF-8 text", file.display()))?;
    let db = open(&config).await?;
    let now = db.now();
    let effective_at = match effective {
        Some(day) if day < now.date_utc() => {
            return Err(Error::unexpected("a disclaimer cannot take effect in the past"));
        }
        Some(day)
            if start_of(day, &jiff::tz::TimeZone::UTC).is_none_or(|at| at > now.plus(AHEAD)) =>
        {
            return Err(Error::unexpected(
                "a disclaimer takes effect within a year: what is published cannot be taken back",
            ));
        }
        Some(day) => start_of(day, &jiff::tz::TimeZone::UTC)
            .ok_or_else(|| Error::unexpected("this day is out of range"))?
            .max(now),
        None => now,
    };
    let version = db.write(move |tx| store::publish(tx, "en", &text, effective_at)).await?;
    println!(
        "Published version {}, to be accepted from {} on.\nSHA-256: {}",
        version.number,
        version.effective_at.display(),
        version.sha256
    );
    Ok(())
}
