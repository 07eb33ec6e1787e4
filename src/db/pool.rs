//! Connections: one reader for each thread on SQLite, a bounded pool on PostgreSQL.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{self, ManageConnection};
use diesel::{Connection, PgConnection, SqliteConnection};

use super::Conn;
use super::meters::Connections;
use crate::error::{Error, Result};

/// What every SQLite connection of ours is set to. `synchronous=FULL` makes a commit durable;
/// `secure_delete` overwrites what is deleted. The log is written back after 16 MB: what a busy hour writes
/// again and again goes over once then.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000;";

/// What those that read are set to besides: there is one for each thread, and the system keeps the file in
/// memory as well.
const READ_PRAGMAS: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -6000;";

/// Opens a SQLite file without changing anything of it.
pub(super) fn look_into_sqlite(path: &Path) -> Result<SqliteConnection> {
    let name = path.to_str().context("the path of the database is not UTF-8")?;
    let mut conn = SqliteConnection::establish(name).with_context(|| {
        format!(
            "cannot open the database {} (is its folder there, and may this user write in it?)",
            path.display()
        )
    })?;
    conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;")
        .with_context(|| format!("cannot use {}", path.display()))?;
    Ok(conn)
}

/// Opens a SQLite file, creating it when it is absent.
pub(super) fn open_sqlite(path: &Path) -> Result<SqliteConnection> {
    let mut conn = look_into_sqlite(path)?;
    conn.batch_execute(PRAGMAS).with_context(|| format!("cannot use {}", path.display()))?;
    Ok(conn)
}

/// Writes SQLite's log back to the file and empties it.
pub(super) fn truncate_log(path: &Path) -> Result<()> {
    let mut conn = look_into_sqlite(path)?;
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").context("cannot empty the log")?;
    Ok(())
}

static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static OPEN: RefCell<HashMap<u64, Conn>> = RefCell::new(HashMap::new());
}

/// The read connections of one SQLite file, one for each thread that asks.
pub(super) struct Reads {
    number: u64,
    path: PathBuf,
}

impl Reads {
    pub(super) fn new(path: &Path) -> Self {
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), path: path.to_owned() }
    }

    /// Lends this thread's connection. It cannot write.
    pub(super) fn with<T>(&self, job: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let lent = OPEN.with(|open| open.borrow_mut().remove(&self.number));
        let mut conn = match lent {
            Some(conn) => conn,
            None => {
                let mut conn = open_sqlite(&self.path)?;
                conn.batch_execute(READ_PRAGMAS).context("cannot read")?;
                Conn::Sqlite(conn)
            }
        };
        let outcome = job(&mut conn);
        OPEN.with(|open| open.borrow_mut().insert(self.number, conn));
        outcome
    }
}

pub(super) type Pool = r2d2::Pool<Manager>;

/// Makes PostgreSQL connections, and nothing else: the derived `establish` would try SQLite.
pub(super) struct Manager {
    url: String,
}

/// A connection that answered is taken to be there for so long. A question each time would cost every
/// page a way to the server and back.
const ANSWERED_FOR: Duration = Duration::from_secs(1);

/// A connection of the pool.
pub(super) struct Pooled {
    conn: Conn,
    /// When it answered last, as far as that is known.
    answered: Option<Stopwatch>,
}

impl Pooled {
    /// Asks it before it is lent again: something went wrong.
    pub(super) fn doubt(&mut self) {
        self.answered = None;
    }
}

impl std::ops::Deref for Pooled {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl std::ops::DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Pooled, r2d2::Error> {
        let conn = PgConnection::establish(&self.url).map_err(r2d2::Error::ConnectionError)?;
        Ok(Pooled { conn: Conn::Postgres(conn), answered: Some(Stopwatch::now()) })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), r2d2::Error> {
        if pooled.answered.is_none_or(|answered| answered.elapsed() > ANSWERED_FOR) {
            pooled.conn.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError)?;
            pooled.answered = Some(Stopwatch::now());
        }
        Ok(())
    }

    fn has_broken(&self, _pooled: &mut Pooled) -> bool {
        std::thread::panicking()
    }
}

/// Opens the pool and one connection, so that a server that cannot be reached is known at start.
pub(super) fn open(url: &str, connections: u32) -> Result<Pool> {
    PgConnection::establish(url).context("PostgreSQL cannot be reached")?;
    let pool = r2d2::Pool::builder()
        .max_size(connections)
        .min_idle(Some(1))
        .connection_timeout(Duration::from_secs(5))
        .build(Manager { url: url.to_owned() })
        .context("PostgreSQL cannot be reached")?;
    Ok(pool)
}

/// Takes a connection; 503 when none is free in time.
pub(super) fn take(pool: &Pool) -> Result<r2d2::PooledConnection<Manager>> {
    pool.get().map_err(|error| Error::Unavailable(format!("no database connection: {error}")))
}

/// How many connections there are.
pub(super) fn connections(pool: &Pool) -> Connections {
    let state = pool.state();
    Connections { open: state.connections, idle: state.idle_connections }
}
