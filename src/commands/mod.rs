//! The commands, each a short story of its own.

mod accounts;
mod admin;
mod artists;
mod demo;
mod disclaimer;
mod keys;
mod moderate;
mod receipts;
mod serve;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::clock::Clock;
use crate::config::Config;
use crate::db::installation::{self, Kind};
use crate::db::{Conn, Db, DbUrl, migrate};
use crate::error::{Error, Result};
use crate::sealed::Keyring;

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
    /// Master keys: make one, exchange one for another, see which are needed
    #[command(subcommand)]
    Keys(keys::Command),
    /// Artists: import, list, hide, show, remove, readmit, the code of a claim
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
        Some(Command::Keys(command)) => return keys::run(file, command).await,
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

/// Opens the configured database for a command. Refuses what [`connect`] refuses, and one that no
/// master key opens; says what to type.
async fn open(config: &Config) -> Result<Db> {
    connect(config)?;
    open_any(config)
}

/// Connects to the configured database. Refuses one that is not there, or has another schema or
/// another mark.
fn connect(config: &Config) -> Result<Conn> {
    if let DbUrl::Sqlite(path) = &config.database
        && !path.exists()
    {
        return Err(Error::unexpected(format!(
            "there is no database at {}. To make one, run: soundpost migrate",
            path.display()
        )));
    }
    let mut conn = migrate::connect(&config.database)?;
    migrate::look(&mut conn)?.require_current()?;
    installation::check(&mut conn, Kind::Production)?;
    Ok(conn)
}

fn open_any(config: &Config) -> Result<Db> {
    Db::open(config.database.clone(), keyring(config), Clock::system(), config.connections)
}

fn keyring(config: &Config) -> Keyring {
    Keyring::new(config.master.clone(), config.also.clone())
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
