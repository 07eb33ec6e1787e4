//! `soundpost keys …`

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

use super::{connect, keyring, open};
use crate::config::Config;
use crate::db::rotation::{self, Survey, Tally};
use crate::error::Result;
use crate::numbers::grouped;
use crate::sealed::MasterKey;

/// What can be done with master keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints a new master key for the configuration
    Generate,
    /// Wraps by keys.master what a key of keys.also wrapped; the site may run, and it can be
    /// stopped and begun again
    Rotate,
    /// Says what opens with keys.master, with keys.also and with neither, and changes nothing
    Check,
}

/// Does it. Generating reads no configuration: there may be none yet.
pub async fn run(file: Option<&Path>, command: Command) -> Result<ExitCode> {
    let config = || Config::load(file, std::env::vars()).map_err(anyhow::Error::from);
    match command {
        Command::Generate => generate(),
        Command::Rotate => return rotate(&config()?).await,
        Command::Check => return check(&config()?),
    }
    Ok(ExitCode::SUCCESS)
}

fn generate() {
    println!("{}", MasterKey::generate().reveal().as_str());
    eprintln!(
        "Put it into the configuration (keys.master) and keep a copy away from the database: \
         without it nothing private can be read again."
    );
}

async fn rotate(config: &Config) -> Result<ExitCode> {
    let db = open(config).await?;
    let done = rotation::rotate(&db, rotation::BATCH).await?;
    db.close();
    if done.secrets {
        println!("The installation's own secrets are wrapped again.");
    }
    println!(
        "{} wrapped again; {} left under other keys.",
        keys(done.keys),
        match done.now.keys.by_another {
            1 => "1 is".to_owned(),
            n => format!("{} are", grouped(n)),
        }
    );
    name_the_lost(&done.now);
    if done.now.needs_no_other() {
        if !config.also.is_empty() {
            println!("You can take keys.also out of the configuration now.");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if done.now.keys.by_another + done.now.secrets.by_another > 0 {
        println!(
            "Something wrapped by another key meanwhile. Give every node this keys.master, and \
             rotate again."
        );
    }
    if !done.now.keys.by_none.is_empty() {
        println!("What no key opens was left as it is.");
    }
    Ok(ExitCode::FAILURE)
}

fn check(config: &Config) -> Result<ExitCode> {
    let found = rotation::survey(&mut connect(config)?, &keyring(config))?;
    for (what, tally) in
        [("Data keys", &found.keys), ("Secrets of the installation", &found.secrets)]
    {
        let Tally { by_master, by_another, by_none } = tally;
        println!(
            "{what}: {} open with keys.master, {} with keys.also, {} with neither.",
            grouped(*by_master),
            grouped(*by_another),
            by_none.len()
        );
    }
    name_the_lost(&found);
    if found.needs_no_other() && !config.also.is_empty() {
        println!("keys.also opens nothing that keys.master does not.");
    }
    let is_lost = !found.keys.by_none.is_empty() || !found.secrets.by_none.is_empty();
    Ok(if is_lost { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn name_the_lost(found: &Survey) {
    for name in &found.secrets.by_none {
        println!("No key of the configuration opens the installation's {name}.");
    }
    for id in &found.keys.by_none {
        println!("No key of the configuration opens data key {id}.");
    }
}

fn keys(n: i64) -> String {
    if n == 1 { "1 key".to_owned() } else { format!("{} keys", grouped(n)) }
}
