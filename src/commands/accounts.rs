//! `soundpost accounts …`

use clap::Subcommand;

use super::{Reason, open};
use crate::accounts::{Role, freeze, role};
use crate::app::site;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::people::store::find_contact;
use crate::privacy::erase::erase;

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
    /// Erases a person, with or without an account: at once, in every copy, for good
    Erase {
        /// The address of the person
        email: String,
        /// Says that it is meant: what is erased cannot be brought back
        #[arg(long)]
        yes: bool,
    },
    /// Makes an account one of a moderator or an admin, or takes that back
    Role {
        /// The address of the account
        email: String,
        /// member, moderator or admin
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Gives a frozen account back to its owner
    Unfreeze {
        /// The address of the account
        email: String,
        #[command(flatten)]
        reason: Reason,
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
        Command::Erase { email, yes } => {
            let address = EmailAddress::parse(&email).map_err(Error::unexpected)?;
            if !yes {
                return Err(Error::unexpected(
                    "this erases a person's data for good. If it is meant, add --yes",
                ));
            }
            let erased = db
                .write(move |tx| {
                    let person = find_contact(tx, &address)?.ok_or(Error::NotFound)?;
                    erase(tx, &site, &person)
                })
                .await;
            match erased {
                Err(Error::NotFound) => {
                    return Err(Error::unexpected("nobody is known by this address"));
                }
                erased => erased?,
            }
            db.forget_log().await?;
            println!(
                "Erased. Who was on the other side is told, and the person gets a last mail that \
                 confirms it. (The mails leave when soundpost serve runs.)"
            );
        }
        Command::Role { email, role: wanted } => {
            let address = EmailAddress::parse(&email).map_err(Error::unexpected)?;
            known(db.write(move |tx| role::give(tx, &site, &address, wanted)).await)?;
            println!("The account is that of: {}. Its owner is told.", wanted.label());
        }
        Command::Unfreeze { email, reason } => {
            let address = EmailAddress::parse(&email).map_err(Error::unexpected)?;
            let why = reason.reason;
            known(db.write(move |tx| freeze::unfreeze(tx, &site, &address, &why)).await)?;
            println!("The account is its owner's again, who is told.");
        }
    }
    Ok(())
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| "is none of member, moderator, admin".to_owned())
}

fn known(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(Error::NotFound) => Err(Error::unexpected(
            "no account has this address: its owner makes one at /join first",
        )),
        outcome => outcome,
    }
}
