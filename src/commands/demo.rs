//! `soundpost demo`: the whole site on this machine, with invented acts and a mailbox that anybody
//! on the machine can read. It never looks at a production configuration or its variables, and
//! opens only a database that carries the demo's own mark.

use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use std::io::Write;

use super::{log, serve};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::installation::{self, Kind};
use crate::db::{Db, DbUrl, migrate};
use crate::error::{Error, Result};
use crate::sealed::{Keyring, MasterKey};
use crate::{demo, disclaimer};

/// What the demo can be told.
#[derive(Debug, Args)]
pub struct Options {
    /// Where to listen, on this machine
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the demo keeps its key and its SQLite file
    #[arg(long, default_value = "./soundpost-demo", value_name = "DIR")]
    data: PathBuf,
    /// Another database (postgres://… or sqlite:PATH): an empty one, or the demo's own
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Throws the demo's data away and begins anew
    #[arg(long)]
    fresh: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from("./soundpost-demo"),
            database: None,
            fresh: false,
        }
    }
}

/// Shows the demo until asked to end.
pub async fn run(options: Options) -> Result<()> {
    if !options.listen.ip().is_loopback() {
        return Err(Error::unexpected(
            "the demo listens on this machine only (127.0.0.1): its mailbox is open to everybody",
        ));
    }
    log("warn")?;
    std::fs::create_dir_all(&options.data)
        .with_context(|| format!("cannot make {}", options.data.display()))?;
    let master = master_key(&options.data.join("master.key"))?;
    let database = match &options.database {
        Some(url) => {
            DbUrl::parse(url).map_err(|why| Error::unexpected(format!("--database {why}")))?
        }
        None => DbUrl::Sqlite(options.data.join("soundpost.sqlite")),
    };
    let db = prepare(&database, master.clone().into(), options.fresh).await?;
    let port = options.listen.port();
    let mut config = Config::from_toml(&format!(
        "site.url = 'http://localhost:{port}'\n\
         http.listen = '{}'\n\
         http.workers = 2\n\
         http.posts_per_minute = 1000\n\
         operator.name = 'The demo'\n\
         operator.email = 'operator@soundpost.example'\n\
         operator.address = '1 Harbour Street, Exampleton'\n\
         operator.hosting_country = 'this computer'\n\
         database.url = 'sqlite:unused'\n\
         mail.url = 'mailbox:'\n\
         mail.domain = 'soundpost.example'\n\
         keys.master = '{}'\n",
        options.listen,
        master.reveal().as_str()
    ))
    .map_err(anyhow::Error::from)?;
    config.database = database;
    config.demo = true;
    let mailbox = format!("mailbox:   http://localhost:{port}/dev/mailbox");
    let moderator = format!("moderator: sign in as {}", demo::MODERATOR);
    serve::listen(
        config,
        db,
        &[&mailbox, &moderator, "This is the demo: the acts are invented. End it with Ctrl-C."],
    )
    .await
}

/// Reads the demo's own key, or makes it.
fn master_key(path: &Path) -> Result<MasterKey> {
    if path.exists() {
        let text = std::fs::read_to_string(path).context("cannot read the demo's key")?;
        return MasterKey::parse(&text)
            .with_context(|| format!("{} is no key", path.display()))
            .map_err(Error::from);
    }
    let key = MasterKey::generate();
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| writeln!(file, "{}", key.reveal().as_str()))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(key)
}

/// Opens a database that is empty or carries the demo's mark, and fills it when it is empty.
async fn prepare(url: &DbUrl, keyring: Keyring, fresh: bool) -> Result<Db> {
    let mut conn = migrate::connect(url)?;
    match migrate::look(&mut conn)? {
        migrate::Schema::Newer(version) => {
            migrate::Schema::Newer(version).require_current()?;
        }
        migrate::Schema::Older(_) if installation::is_foreign(&mut conn)? => {
            return Err(installation::not_a_demo());
        }
        _ => {}
    }
    if installation::is_production(&mut conn)? {
        return Err(installation::not_a_demo());
    }
    if fresh {
        migrate::revert_all(&mut conn)?;
    }
    migrate::migrate(&mut conn)?;
    installation::mark(&mut conn, &keyring, Kind::Demo, Clock::system().now())?;
    drop(conn);
    let db = Db::open(url.clone(), keyring, Clock::system(), 8)?;
    db.write(disclaimer::store::ensure_first).await?;
    if db.read(|reader| crate::artists::store::count_artists(reader, 1)).await? == 0 {
        demo::seed(&db).await?;
    }
    Ok(db)
}
