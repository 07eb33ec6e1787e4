//! `soundpost admin …`

use clap::Subcommand;

use super::open;
use crate::accounts::PersonName;
use crate::accounts::admin::{Made, make_admin};
use crate::accounts::sign_in::NewAccount;
use crate::app::site;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::people::EmailAddress;
use crate::places::Country;
use crate::privacy::age::Age;
use crate::privacy::policies::PRIVACY;

/// What can be done with admins.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes an account of an admin, the first one above all, and prints a link that signs in
    Create {
        /// The address of the account
        email: String,
        /// The name of its owner
        #[arg(long)]
        name: String,
        /// The country its owner lives in, two letters
        #[arg(long, value_name = "CC")]
        country: String,
        /// Says that its owner is 18 or older and accepts the privacy policy in force
        #[arg(long)]
        accept_policy: bool,
    },
}

/// Does it.
pub async fn run(config: Config, command: Command) -> Result<()> {
    let Command::Create { email, name, country, accept_policy } = command;
    let address = EmailAddress::parse(&email).map_err(Error::unexpected)?;
    let name = PersonName::parse(&name).map_err(Error::unexpected)?;
    let country = Country::from_code(&country)
        .ok_or_else(|| Error::unexpected("--country is no country: give two letters, like DE"))?;
    if !accept_policy {
        return Err(Error::unexpected(format!(
            "an account belongs to who is 18 or older and accepts version {} of the privacy policy \
             ({}). If its owner does, add --accept-policy",
            PRIVACY.version,
            config.absolute("/legal/privacy"),
        )));
    }
    let new = NewAccount { name, country, age: Age::Adult, policy_version: PRIVACY.version };
    let (db, site) = (open(&config).await?, site(&config)?);
    let made = db.write(move |tx| make_admin(tx, &site, &address, &new)).await?;
    match made {
        Made::Created(path) => {
            println!("The account is made. Sign in within ten minutes:");
            println!("  {}", config.absolute(&path));
        }
        Made::Promoted(path) => {
            println!(
                "There was an account; it is that of an admin now. Sign in within ten minutes:"
            );
            println!("  {}", config.absolute(&path));
        }
    }
    println!("Then set up a second factor: until then the pages for deciding stay closed.");
    Ok(())
}
