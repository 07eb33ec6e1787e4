//! `soundpost serve` and `soundpost migrate`.

use std::net::TcpListener;

use anyhow::Context;

use super::{keyring, log, open, open_any};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::installation::{self, Kind};
use crate::db::{Db, migrate};
use crate::disclaimer;
use crate::error::Result;
use crate::mail::transport::Transport;
use crate::mail::worker::Bell;
use crate::web::serve::start;

/// Serves until asked to end.
pub async fn run(config: Config) -> Result<()> {
    log(&config.log_level)?;
    let db = open(&config).await?;
    listen(config, db, &[]).await
}

/// Listens, says where, and serves.
pub async fn listen(config: Config, db: Db, more: &[&str]) -> Result<()> {
    let listener = TcpListener::bind(config.listen).with_context(|| {
        format!("cannot listen on {} (is another program using the port?)", config.listen)
    })?;
    let hello = config.url.host_str().unwrap_or("localhost");
    let transports: Result<Vec<Transport>, _> =
        (0..config.mail_connections).map(|_| Transport::open(&config.mail, hello)).collect();
    let transports = transports.map_err(anyhow::Error::from)?;
    println!("{} is at  {}", config.site_name, config.url.as_str().trim_end_matches('/'));
    println!("  database:  {}", db.url());
    println!("  mail:      {}", config.mail);
    for line in more {
        println!("  {line}");
    }
    let app = App::new(config, db, Bell::default())?;
    start(app, listener, transports)?.until_asked_to_end().await
}

/// Applies missing migrations, marks the database as a real one, publishes the first disclaimer.
pub async fn migrate(config: &Config) -> Result<()> {
    let mut conn = migrate::connect(&config.database)?;
    installation::require_own_or_empty(&mut conn)?;
    let applied = migrate::migrate(&mut conn)?;
    installation::mark(&mut conn, &keyring(config), Kind::Production, Clock::system().now())?;
    drop(conn);
    let db = open_any(config)?;
    db.write(disclaimer::store::ensure_first).await?;
    db.close();
    match applied.len() {
        0 => println!("The schema was up to date."),
        n => println!("Applied {n} migration(s): {}.", applied.join(", ")),
    }
    Ok(())
}
