//! The commands, each a short story of its own.

mod accounts;
mod admin;
mod artists;
mod demo;
mod disclaimer;
mod moderate;
mod receipts;
mod serve;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::clock::Clock;
use crate::config::Config;
use crate::db::installation::{self, Kind};
use crate::db::{Db, DbUrl, migrate};
use crate::error::{Error, Result};
use crate::sealed::{MasterKey, Vault};

/// People discover artists and send them booking requests.
#[derive(Debug, Parser)]
#[command(name = "soundpost", version, about, long_about = None, arg_required_else_help = false)]
pub struct Cli {
    /// The configuration file (default: soundpost.toml, where there is one)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows the site with invented acts and a local mailbox (what happens without a command)
    Demo(demo::Options),
    /// Serves the site, with the mail and timer workers beside it
    Serve,
    /// Brings the database to this program's schema
    Migrate,
    /// Keys
    #[command(subcommand)]
    Keys(Keys),
    /// Artists: import, list, hide, show
    #[command(subcommand)]
    Artists(artists::Command),
    /// People: freeze and unfreeze an account, erase a person
    #[command(subcommand)]
    Accounts(accounts::Command),
    /// Admins: make the first one
    #[command(subcommand)]
    Admin(admin::Command),
    /// Decisions of a moderator about a booking request
    #[command(subcommand)]
    Requests(moderate::Command),
    /// Shows the reports, corrections and messages that came in, newest first
    Reports(moderate::Reports),
    /// The booking disclaimer
    #[command(subcommand)]
    Disclaimer(disclaimer::Command),
    /// Receipts of accepted disclaimers
    #[command(subcommand)]
    Receipts(receipts::Command),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Prints a new master key for the configuration
    Generate,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Says everything that is wrong with the configuration, and does nothing else
    Check,
}

/// A reason that people will read.
#[derive(Debug, Args)]
struct Reason {
    /// Why, in a sentence: the people concerned read it
    #[arg(long)]
    reason: String,
}

/// Runs what was typed.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let file = cli.config.as_deref();
    let config = || Config::load(file, std::env::vars()).map_err(anyhow::Error::from);
    match cli.command {
        None => demo::run(demo::Options::default()).await?,
        Some(Command::Demo(options)) => demo::run(options).await?,
        Some(Command::Serve) => serve::run(config()?).await?,
        Some(Command::Migrate) => serve::migrate(&config()?).await?,
        Some(Command::Keys(Keys::Generate)) => {
            println!("{}", MasterKey::generate().reveal().as_str());
            eprintln!(
                "Put it into the configuration (keys.master) and keep a copy away from the \
                 database: without it nothing private can be read again."
            );
        }
        Some(Command::Artists(command)) => return artists::run(config()?, command).await,
        Some(Command::Accounts(command)) => accounts::run(config()?, command).await?,
        Some(Command::Admin(command)) => admin::run(config()?, command).await?,
        Some(Command::Requests(command)) => moderate::run(config()?, command).await?,
        Some(Command::Reports(options)) => moderate::reports(config()?, options).await?,
        Some(Command::Disclaimer(command)) => disclaimer::run(config()?, command).await?,
        Some(Command::Receipts(command)) => receipts::run(file, command).await?,
        Some(Command::Config(ConfigCommand::Check)) => {
            config()?;
            println!("The configuration is complete and consistent.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the configured database for a command. Refuses one that is not there, has another schema
/// or another mark, or does not open with this master key; says what to type.
async fn open(config: &Config) -> Result<Db> {
    if let DbUrl::Sqlite(path) = &config.database
        && !path.exists()
    {
        return Err(Error::unexpected(format!(
            "there is no database at {}. To make one, run: soundpost migrate",
            path.display()
        )));
    }
    migrate::look(&mut migrate::connect(&config.database)?)?.require_current()?;
    let db = open_any(config)?;
    db.read(|reader| installation::check(reader, Kind::Production)).await?;
    Ok(db)
}

fn open_any(config: &Config) -> Result<Db> {
    let vault = Arc::new(Vault::new(config.master.clone()));
    Db::open(config.database.clone(), vault, Clock::system(), config.connections)
}

/// Logs as lines of text on standard error, without personal data by construction: what is logged
/// are patterns of routes, numbers and kinds.
fn log(filter: &str) -> Result<()> {
    let filter: tracing_subscriber::EnvFilter = filter.parse().map_err(anyhow::Error::from)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init()
        .map_err(|error| Error::unexpected(error.to_string()))
}
