//! `soundpost accounts …`

use clap::Subcommand;

use super::{Reason, open};
use crate::accounts::freeze;
use crate::app::site;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::people::EmailAddress;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lets an account read only, ends every sign-in to it, and tells its owner why
    Freeze {
        /// The address of the account
        email: String,
        #[command(flatten)]
        reason: Reason,
    },
    /// Gives a frozen account back to its owner
    Unfreeze {
        /// The address of the account
        email: String,
    },
}

/// Does it.
pub async fn run(config: Config, command: Command) -> Result<()> {
    let db = open(&config).await?;
    let site = site(&config)?;
    match command {
        Command::Freeze { email, reason } => {
            let address = EmailAddress::parse(&email).map_err(Error::unexpected)?;
            let frozen =
                db.write(move |tx| freeze::freeze(tx, &site, &address, &reason.reason)).await;
            known(frozen)?;
            println!("The account is frozen. Its owner is told, with the reason.");
        }
        Command::Unfreeze { email } => {
            let address = EmailAddress::parse(&email).map_err(Error::unexpected)?;
            known(db.write(move |tx| freeze::unfreeze(tx, &site, &address)).await)?;
            println!("The account is its owner's again, who is told.");
        }
    }
    Ok(())
}

fn known(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(Error::NotFound) => Err(Error::unexpected("no account has this address")),
        outcome => outcome,
    }
}
