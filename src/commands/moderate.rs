//! `soundpost requests …` and `soundpost reports`: what a moderator does before there are staff
//! pages. Nothing here reads a thread.

use clap::{Args, Subcommand};

use super::{Reason, open};
use crate::app::site;
use crate::booking_requests::{Move, respond};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::ids::{RequestId, parse_reference};
use crate::moderation::tickets;
use crate::people::EmailAddress;
use crate::people::links::Side;

/// Decisions about a request; both the promoter and, once sent, the artist read the reason.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Holds a request back
    Quarantine {
        /// The request's number
        #[arg(value_parser = parse_reference)]
        id: i64,
        #[command(flatten)]
        reason: Reason,
    },
    /// Lets a held request go on where it was
    Release {
        /// The request's number
        #[arg(value_parser = parse_reference)]
        id: i64,
        #[command(flatten)]
        reason: Reason,
    },
    /// Ends every link to one side of a thread; its people have fresh ones sent to their address
    EndLinks {
        /// The request's number
        #[arg(value_parser = parse_reference)]
        id: i64,
        /// Whose links: promoter or artist
        #[arg(long, value_parser = parse_side)]
        side: Side,
    },
    /// Takes a request down
    Remove {
        /// The request's number
        #[arg(value_parser = parse_reference)]
        id: i64,
        #[command(flatten)]
        reason: Reason,
    },
}

/// Decides.
pub async fn run(config: Config, command: Command) -> Result<()> {
    let (id, decision, reason) = match command {
        Command::EndLinks { id, side } => return end_links(&config, id, side).await,
        Command::Quarantine { id, reason } => (id, Move::Quarantine, reason.reason),
        Command::Release { id, reason } => (id, Move::Release, reason.reason),
        Command::Remove { id, reason } => (id, Move::Remove, reason.reason),
    };
    let (db, site) = (open(&config).await?, site(&config)?);
    let decided =
        db.write(move |tx| respond::moderate(tx, &site, RequestId(id), decision, &reason)).await;
    match decided {
        Ok(state) => {
            println!("Request {id}: {}. The reason is on its way by mail.", state.label());
            Ok(())
        }
        Err(Error::NotFound) => Err(Error::unexpected(format!("there is no request {id}"))),
        Err(Error::Conflict(why) | Error::BadRequest(why)) => Err(Error::unexpected(why)),
        Err(error) => Err(error),
    }
}

async fn end_links(config: &Config, id: i64, side: Side) -> Result<()> {
    let db = open(config).await?;
    match db.write(move |tx| respond::end_links(tx, RequestId(id), side)).await {
        Ok(()) => {
            println!("The links of {} to request {id} are ended.", side.label());
            Ok(())
        }
        Err(Error::NotFound) => Err(Error::unexpected(format!("there is no request {id}"))),
        Err(error) => Err(error),
    }
}

fn parse_side(text: &str) -> Result<Side, String> {
    Side::parse(text).ok_or_else(|| "is neither promoter nor artist".to_owned())
}

/// How many to show.
#[derive(Debug, Args)]
pub struct Reports {
    /// At most so many
    #[arg(long, default_value_t = 50)]
    limit: i64,
}

/// Shows what came in.
pub async fn reports(config: Config, options: Reports) -> Result<()> {
    let db = open(&config).await?;
    let found = db.read(move |reader| tickets::list_tickets(reader, options.limit)).await?;
    if found.is_empty() {
        println!("Nothing has come in.");
    }
    for (ticket, artist) in found {
        let page = artist.map(|artist| config.absolute(&format!("/artists/{}", artist.facts.slug)));
        let address = ticket.body.address.as_ref().map_or("no address", EmailAddress::as_str);
        println!(
            "{} {} · {} · {}\n  {} ({address})",
            ticket.kind.label(),
            tickets::reference(ticket.id),
            ticket.created_at.display(),
            ticket.body.topic,
            if ticket.body.name.is_empty() { "no name" } else { &ticket.body.name },
        );
        if let Some(page) = page {
            println!("  {page}");
        }
        for line in ticket.body.message.lines() {
            println!("  | {line}");
        }
        println!();
    }
    Ok(())
}
