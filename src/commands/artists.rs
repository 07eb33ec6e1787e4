//! `soundpost artists …`

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Reason, open};
use crate::app::site;
use crate::artists::import::{self, summary};
use crate::artists::import_file::MapRule;
use crate::artists::{claim, listing, removal, removal_store, store};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::moderation::{decide, hiding};
use crate::people::EmailAddress;
use crate::places::Country;

/// What can be done with artists.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reads artists from a CSV or TSV file; they are unclaimed and not bookable
    Import {
        /// The file
        file: PathBuf,
        /// Reads a column as a field: "Band=name", or by number "1=name"
        #[arg(long = "map", value_name = "COLUMN=FIELD")]
        map: Vec<MapRule>,
        /// Where the facts come from, as it is shown beside every figure (default: the file's name)
        #[arg(long)]
        source: Option<String>,
        /// The day the figures were true (default: today)
        #[arg(long, value_name = "DATE")]
        observed_on: Option<jiff::civil::Date>,
        /// Reads and checks everything, writes nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Invites the owner of an address to list an act and take its requests, alone or beside its team
    List {
        /// The last part of the profile's address
        slug: String,
        /// Where requests are to go, once its owner has confirmed
        #[arg(long, value_name = "EMAIL")]
        notify: String,
    },
    /// Prints the code that a page of the act's shows when somebody claims the act by it
    ClaimCode {
        /// The last part of the profile's address
        slug: String,
        /// From which address the act is claimed: each has a code of its own
        #[arg(long = "for", value_name = "EMAIL")]
        claimant: String,
    },
    /// Takes an artist's page from view
    Hide {
        /// The last part of the profile's address
        slug: String,
        #[command(flatten)]
        reason: Reason,
    },
    /// Shows a hidden artist again where it was
    Show {
        /// The last part of the profile's address
        slug: String,
        #[command(flatten)]
        reason: Reason,
    },
    /// Deletes a page for which nobody answers, at the act's own wish; no import brings it back
    Remove {
        /// The last part of the profile's address
        slug: String,
        /// Why, in a sentence: it is printed for your records, since nothing of the act is kept
        #[arg(long)]
        reason: String,
    },
    /// Lets an act that was removed at its own wish be added again
    Readmit {
        /// The act's name
        name: String,
        /// The home country that its page had, if it had one: a name or a code
        #[arg(long)]
        country: Option<String>,
    },
}

/// Does it.
pub async fn run(config: Config, command: Command) -> Result<ExitCode> {
    let db = open(&config).await?;
    let site = site(&config)?;
    match command {
        Command::Import { file, map, source, observed_on, dry_run } => {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            let input =
                File::open(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let length = input.metadata().map(|data| data.len()).unwrap_or(0);
            let bar = ProgressBar::new(length).with_style(style()?);
            if observed_on.is_some_and(|day| day > db.now().date_utc()) {
                return Err(Error::unexpected(
                    "--observed-on is a day to come: figures are of a day that was",
                ));
            }
            let options = import::Options {
                source: source.or(name).unwrap_or_else(|| "a file".into()),
                observed_on: observed_on.unwrap_or_else(|| db.now().date_utc()),
                dry_run,
                map,
            };
            let report = import::import(&db, bar.wrap_read(input), &options, &mut |error| {
                bar.suspend(|| {
                    eprintln!("{error}");
                });
            })
            .await?;
            bar.finish_and_clear();
            db.close();
            println!("{}", summary(&report));
            if report.refused > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::List { slug, notify } => {
            let address = EmailAddress::parse(&notify).map_err(Error::unexpected)?;
            let wanted = slug.clone();
            let asked =
                db.write(move |tx| listing::ask_to_list(tx, &site, &wanted, &address)).await;
            let artist = known(asked, &slug)?;
            println!(
                "A mail is on its way: {} is listed, and takes requests, once its owner has said \
                 yes. Who answers for it already goes on doing so with them. (The mail leaves when \
                 soundpost serve runs.)",
                artist.facts.name
            );
        }
        Command::ClaimCode { slug, claimant } => {
            let address = EmailAddress::parse(&claimant).map_err(Error::unexpected)?;
            let wanted = slug.clone();
            let found = db
                .read(move |reader| store::find_by_slug(reader, &wanted)?.ok_or(Error::NotFound))
                .await;
            println!("{}", claim::code(db.vault(), &known(found, &slug)?, &address));
        }
        Command::Hide { slug, reason } => {
            let reason = decide::reason(&reason.reason)?;
            let wanted = slug.clone();
            let hidden = db
                .write(move |tx| {
                    let artist = store::find_by_slug(tx, &wanted)?.ok_or(Error::NotFound)?;
                    hiding::hide(tx, &site, &artist, &reason)
                })
                .await;
            known(hidden, &slug)?;
            println!(
                "{slug} is hidden, and who answers for it, if anybody does, is told why. Open \
                 requests to it stay where they are."
            );
        }
        Command::Show { slug, reason } => {
            let reason = decide::reason(&reason.reason)?;
            let wanted = slug.clone();
            let shown = db
                .write(move |tx| {
                    let artist = store::find_by_slug(tx, &wanted)?.ok_or(Error::NotFound)?;
                    hiding::show(tx, &site, &artist, &reason)
                })
                .await;
            let listing = known(shown, &slug)?.label();
            println!(
                "{slug} is {listing} again, and who answers for it, if anybody does, is told why."
            );
        }
        Command::Remove { slug, reason } => {
            let reason = decide::reason(&reason)?;
            let wanted = slug.clone();
            let removed = db
                .write(move |tx| {
                    let artist = store::find_by_slug(tx, &wanted)?.ok_or(Error::NotFound)?;
                    removal::remove_unanswered(tx, artist.id)?;
                    Ok(artist.facts.name)
                })
                .await;
            let name = known(removed, &slug)?;
            db.forget_log().await?;
            println!(
                "The page of {name} is deleted, and no import brings it back. For your records: \
                 {reason}"
            );
        }
        Command::Readmit { name, country } => {
            let place = country.as_deref().map(|text| {
                let unknown = || Error::unexpected(format!("there is no country {text:?}"));
                Country::resolve(text).ok_or_else(unknown)
            });
            let (wanted, place) = (name.clone(), place.transpose()?);
            let readmitted =
                db.write(move |tx| removal_store::readmit(tx, &wanted, place.as_ref())).await?;
            if !readmitted {
                return Err(Error::unexpected(format!(
                    "no act {name:?} of that country was removed at its own wish"
                )));
            }
            println!("{name} can be added again.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn known<T>(outcome: Result<T>, slug: &str) -> Result<T> {
    match outcome {
        Err(Error::NotFound) => Err(Error::unexpected(format!("there is no artist {slug:?}"))),
        outcome => outcome,
    }
}

fn style() -> Result<ProgressStyle> {
    Ok(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
        .map_err(anyhow::Error::from)?)
}
