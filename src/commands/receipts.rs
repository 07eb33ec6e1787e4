//! `soundpost receipts …`

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;

use super::open;
use crate::config::Config;
use crate::disclaimer::{receipt, store};
use crate::error::Result;

/// What can be proved.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Proves a receipt offline, without any configuration
    Verify {
        /// The receipt (a .json file)
        file: PathBuf,
        /// The installation's public key in hex, or a file with it. It is published on the page of
        /// the disclaimer; do not take it from the receipt
        #[arg(long)]
        key: String,
    },
    /// Walks along the chain in the configured database and compares every link
    VerifyChain,
}

/// Proves it.
pub async fn run(config: Option<&Path>, command: Command) -> Result<()> {
    match command {
        Command::Verify { file, key } => {
            let key = match std::fs::read_to_string(&key) {
                Ok(text) => text,
                Err(_) => key,
            };
            let key = receipt::parse_key(&key)?;
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let receipt: receipt::Receipt =
                serde_json::from_str(&text).context("this is no receipt")?;
            receipt::verify(&receipt, &key).context("NOT VALID")?;
            let acceptance = &receipt.receipt.acceptance;
            let at = crate::clock::Instant::from_micros(acceptance.accepted_at_micros);
            println!(
                "Valid. Version {} of the disclaimer of {} was accepted on {} for request {}; it \
                 is link {} of the chain.",
                acceptance.disclaimer_version,
                receipt.receipt.site,
                at.display(),
                acceptance.request,
                receipt.receipt.n
            );
        }
        Command::VerifyChain => {
            let config = Config::load(config, std::env::vars()).map_err(anyhow::Error::from)?;
            let db = open(&config).await?;
            let walk = db.read(store::verify_chain).await?;
            println!(
                "The chain is whole: {} link(s), {} compared with their acceptances.",
                walk.links, walk.compared
            );
        }
    }
    Ok(())
}
