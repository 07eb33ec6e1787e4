//! A PostgreSQL cluster for the run: nextest's setup script starts one for all tests; without it
//! the first test of the process does.

use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

fn cluster() -> &'static str {
    static CLUSTER: OnceLock<String> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        std::env::var("SOUNDPOST_TEST_POSTGRES").unwrap_or_else(|_| {
            let started = Command::new("sh")
                .args(["tests/support/postgres.sh", &std::process::id().to_string()])
                .stderr(Stdio::inherit())
                .output()
                .expect("sh");
            assert!(started.status.success(), "PostgreSQL (Debian: postgresql) must be installed");
            String::from_utf8(started.stdout).unwrap().trim().to_owned()
        })
    })
}

/// A connection to the cluster.
pub fn connect() -> PgConnection {
    PgConnection::establish(cluster()).expect("the cluster answers")
}

/// The URL of a database of the cluster.
pub fn url_of(name: &str) -> String {
    let (server, _) = cluster().rsplit_once('/').expect("a database in the URL");
    format!("{server}/{name}")
}

/// The URL of an empty database.
pub fn fresh_database() -> String {
    copy_of(&mut connect(), "template1")
}

/// The URL of a copy of a database to which nobody is connected.
pub fn copy_of(conn: &mut PgConnection, template: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let n = NEXT.fetch_add(1, Ordering::SeqCst);
    let name = format!("test_{}_{n}", std::process::id());
    conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).expect("a database");
    url_of(&name)
}
