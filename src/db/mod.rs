//! The database, behind two verbs: [`Db::read`] and [`Db::write`]. Which database it is, SQLite or
//! PostgreSQL, is asked in `dialect.rs` and nowhere else in the program.

mod conn;
pub mod dialect;
pub mod installation;
pub mod key_store;
pub mod meters;
pub mod migrate;
mod pool;
pub mod rotation;
pub mod row_beyond;
pub mod row_count;
#[expect(missing_docs, reason = "the columns are explained where they are made: in migrations")]
pub mod schema;
mod transaction;
pub mod types;
pub mod versions;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

pub use conn::{AnyBackend, Conn};

use crate::clock::{Clock, Instant};
use crate::error::{Error, Result};
use crate::ids::Ids;
use crate::sealed::{Keyring, Vault};
use meters::{Connections, Meters};
use versions::{Counted, Source, Touched, Versions};

/// What a read job works with.
pub struct Reader<'a> {
    /// The connection; SQL stands in the stores only.
    pub conn: &'a mut Conn,
    /// The keys.
    pub vault: &'a Vault,
}

/// What a write job works with: everything a reader has, and the right to change.
///
/// A write job is an `Fn` because it may be run again (PostgreSQL gave way to another transaction,
/// or the batch that carried it was lost), so it has no effect outside the transaction.
pub struct Tx<'a> {
    reader: Reader<'a>,
    /// Makes ids.
    pub ids: &'a Ids,
    /// The instant at which the job was handed in.
    pub now: Instant,
    touched: Touched,
}

impl Tx<'_> {
    /// Says that this transaction changes what public pages are made from. Pages kept from before are
    /// not shown any more once it is committed.
    pub fn touch(&mut self, source: Source) {
        self.touched.add(source);
    }
}

/// Runs a write job inside a transaction that is begun, and counts up the versions of what it changed.
fn run_job<T>(
    job: &impl Fn(&mut Tx<'_>) -> Result<T>,
    reader: Reader<'_>,
    ids: &Ids,
    now: Instant,
) -> Result<(T, Counted)> {
    let mut tx = Tx { reader, ids, now, touched: Touched::default() };
    let outcome = job(&mut tx)?;
    let counted = versions::count(&mut tx)?;
    Ok((outcome, counted))
}

impl<'a> std::ops::Deref for Tx<'a> {
    type Target = Reader<'a>;
    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}

impl std::ops::DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `postgres://…`, as libpq reads it.
    Postgres(String),
}

impl DbUrl {
    /// Chosen by the scheme alone, so that a mistyped server never becomes a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" | ":memory:" => Err("sqlite: needs the path of a file".into()),
                path => Ok(Self::Sqlite(PathBuf::from(path))),
            };
        }
        match url::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Err(error) if text.starts_with("postgres") => Err(format!("is no URL: {error}")),
            _ => Err("must begin with sqlite: or postgres://".into()),
        }
    }

    /// Whether a PostgreSQL server is reached over a network (a Unix socket or loopback is not).
    pub fn is_remote(&self) -> bool {
        let Self::Postgres(text) = self else { return false };
        let Ok(url) = url::Url::parse(text) else { return true };
        // libpq lets `host` and `hostaddr` in the query say where the server really is, and takes
        // several of them, separated by commas.
        let named: Vec<String> = url
            .query_pairs()
            .filter(|(key, _)| key == "host" || key == "hostaddr")
            .flat_map(|(_, value)| value.split(',').map(ToOwned::to_owned).collect::<Vec<_>>())
            .collect();
        let in_front = url.host_str().unwrap_or_default().split(',').map(ToOwned::to_owned);
        let hosts = if named.is_empty() { in_front.collect() } else { named };
        !hosts.iter().all(|host| is_this_machine(host))
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_socket = host.is_empty() || host.starts_with('/') || host.starts_with("%2F");
    let is_loopback = bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    is_socket || is_loopback || host == "localhost"
}

impl std::fmt::Display for DbUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "SQLite, {}", path.display()),
            Self::Postgres(text) => match url::Url::parse(text) {
                Ok(url) => write!(
                    f,
                    "PostgreSQL, {}{}",
                    url.host_str().unwrap_or("local socket"),
                    url.path()
                ),
                Err(_) => f.write_str("PostgreSQL"),
            },
        }
    }
}

impl std::fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    url: DbUrl,
    vault: Arc<Vault>,
    ids: Arc<Ids>,
    clock: Clock,
    versions: Arc<Versions>,
    meters: Meters,
    backend: Backend,
}

enum Backend {
    Sqlite { reads: pool::Reads, writer: writer::Writer },
    Postgres(pool::Pool),
}

/// How often a write job is run before it is given up.
const RUNS: u32 = 5;

impl Db {
    /// Opens a database that is marked and whose secrets one of these keys opens. The schema is
    /// looked at by [`migrate`], not here.
    pub fn open(url: DbUrl, keyring: Keyring, clock: Clock, connections: u32) -> Result<Self> {
        let secrets = installation::index_secrets(&mut migrate::connect(&url)?, &keyring)?;
        let vault = Arc::new(Vault::new(keyring, secrets));
        let ids = Arc::new(Ids::new(clock.clone()));
        let versions = Arc::new(Versions::default());
        let meters = Meters::default();
        let shared = writer::Shared {
            vault: vault.clone(),
            ids: ids.clone(),
            versions: versions.clone(),
            meters: meters.clone(),
            batch_lasts: writer::BATCH_LASTS,
        };
        let backend = match &url {
            DbUrl::Sqlite(path) => Backend::Sqlite {
                writer: writer::Writer::start(path, shared)?,
                reads: pool::Reads::new(path),
            },
            DbUrl::Postgres(text) => Backend::Postgres(pool::open(text, connections)?),
        };
        Ok(Self(Arc::new(Inner { url, vault, ids, clock, versions, meters, backend })))
    }

    /// Where the data is, without passwords.
    pub fn url(&self) -> &DbUrl {
        &self.0.url
    }

    /// The keys, for proofs and look-ups that need no row.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// The present instant, by the clock that write jobs see.
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// Reads. On SQLite this runs here and now on the worker's own connection (no hop); on
    /// PostgreSQL it takes a connection of the pool.
    pub async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reader<'_>) -> Result<T> + Send + 'static,
    {
        match &self.0.backend {
            Backend::Sqlite { reads, .. } => {
                reads.with(|conn| job(&mut Reader { conn, vault: &self.0.vault }))
            }
            Backend::Postgres(pool) => {
                let (pool, inner) = (pool.clone(), self.0.clone());
                hop(move || {
                    let mut conn = pool::take(&pool)?;
                    let outcome = job(&mut Reader { conn: &mut conn, vault: &inner.vault });
                    outcome.inspect_err(|_| conn.doubt())
                })
                .await
            }
        }
    }

    /// Reads what may take long, beside the event loop on either database.
    pub async fn read_at_length<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reader<'_>) -> Result<T> + Send + 'static,
    {
        let inner = self.0.clone();
        hop(move || match &inner.backend {
            Backend::Sqlite { reads, .. } => {
                reads.with(|conn| job(&mut Reader { conn, vault: &inner.vault }))
            }
            Backend::Postgres(pool) => {
                let mut conn = pool::take(pool)?;
                let outcome = job(&mut Reader { conn: &mut conn, vault: &inner.vault });
                outcome.inspect_err(|_| conn.doubt())
            }
        })
        .await
    }

    /// Takes what was deleted out of SQLite's log as well, where it would stand until it is written
    /// over. PostgreSQL's log is its operator's.
    pub async fn forget_log(&self) -> Result<()> {
        let DbUrl::Sqlite(path) = &self.0.url else { return Ok(()) };
        let path = path.clone();
        hop(move || pool::truncate_log(&path)).await
    }

    /// Writes, durably: when this returns `Ok`, the change is on disk. `job` sees `tx.now`, the
    /// time at which it was handed in, and may be run more than once.
    pub async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let now = self.0.clock.now();
        match &self.0.backend {
            Backend::Sqlite { writer, .. } => writer.run(now, job).await,
            Backend::Postgres(pool) => {
                let (pool, inner) = (pool.clone(), self.0.clone());
                inner.meters.waiting.inc();
                hop(move || {
                    let taken = pool::take(&pool);
                    inner.meters.waiting.dec();
                    let mut conn = taken.inspect_err(|_| {
                        inner.meters.given_up.inc();
                    })?;
                    let mut run = 0;
                    loop {
                        run += 1;
                        let outcome = transaction::run(&mut conn, &inner.meters, |conn| {
                            let reader = Reader { conn, vault: &inner.vault };
                            run_job(&job, reader, &inner.ids, now)
                        });
                        match outcome {
                            Err(error) if error.is_worth_another_run() && run < RUNS => {}
                            outcome => {
                                let (outcome, counted) = outcome.inspect_err(|_| conn.doubt())?;
                                inner.versions.note(&counted);
                                return Ok(outcome);
                            }
                        }
                    }
                })
                .await
            }
        }
    }

    /// The version of something that public pages are made from, as this process knows it; none when it
    /// has not read it for [`versions::BOUND`].
    pub fn version(&self, source: Source) -> Option<i64> {
        self.0.versions.of(source)
    }

    /// Reads all versions.
    pub async fn read_versions(&self) -> Result<()> {
        let versions = self.0.versions.clone();
        self.read(move |reader| versions.read(reader)).await
    }

    /// What can be read off it while it works.
    pub fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// The connections to PostgreSQL; none on SQLite.
    pub fn connections(&self) -> Option<Connections> {
        match &self.0.backend {
            Backend::Sqlite { .. } => None,
            Backend::Postgres(pool) => Some(pool::connections(pool)),
        }
    }

    /// Lets the writer finish what it was given and closes the files.
    pub fn close(&self) {
        if let Backend::Sqlite { writer, .. } = &self.0.backend {
            writer.close();
        }
    }
}

/// Runs blocking work beside the event loop.
async fn hop<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Error::unexpected(format!("a database job panicked: {panic}"))),
    }
}
