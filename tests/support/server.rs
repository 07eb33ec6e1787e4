//! The program as an operator runs it: the binary itself, in a directory and on a port of its own.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use soundpost::artists::floor::Floor;
use soundpost::artists::{contact_store, store};
use soundpost::clock::Clock;
use soundpost::db::{Db, DbUrl};
use soundpost::people::EmailAddress;
use soundpost::people::store::ensure_contact;
use soundpost::sealed::MasterKey;
use tempfile::TempDir;

use super::form::{ARTIST, facts};
use super::maildir::{self, Mail};
use super::visitor::Visitor;
use super::{Backend, postgres};

/// How long anything may take that a person would wait for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A port outside the range from which systems hand out ports by themselves, so that nobody gets it
/// while a server that was killed is not yet back. Each process begins to look at another, so that two
/// tests that look at the same moment do not find the same.
pub fn free_port() -> u16 {
    static LOOKED_AT: AtomicU32 = AtomicU32::new(0);
    loop {
        let step = LOOKED_AT.fetch_add(6_007, Ordering::Relaxed);
        let port = 10_000 + (std::process::id().wrapping_add(step) % 20_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// The program, to be run in a directory and told nothing by the environment of the tests.
pub fn program(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soundpost"));
    command.current_dir(directory).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SOUNDPOST_")) {
        command.env_remove(name);
    }
    command
}

/// A process that never outlives its owner.
struct Process(Child);

impl Process {
    fn end_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.0.try_wait().unwrap() {
                None if start.elapsed() < patience => std::thread::sleep(Duration::from_millis(5)),
                status => return status,
            }
        }
    }

    fn kill(&mut self) {
        // Both fail when it has ended already, and that is as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a command said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// What it printed, if it was content.
    #[track_caller]
    pub fn printed(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// What it complained of, if it refused.
    #[track_caller]
    pub fn complaint(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        self.stderr
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ran {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = Process(command.spawn().unwrap());
    let ended = process.end_within(PATIENCE);
    process.kill();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    process.0.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    process.0.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let Some(status) = ended else { panic!("{command:?} does not end:\n{stdout}{stderr}") };
    Ran { code: status.code(), stdout, stderr }
}

/// An installation: a directory with a configuration, a maildir and, on SQLite, the database.
pub struct Installation {
    directory: TempDir,
    port: u16,
    pub database: DbUrl,
    master: MasterKey,
}

impl Installation {
    /// Configured with a fresh master key; nothing is migrated.
    pub fn configured(backend: Backend) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = match backend {
            Backend::Sqlite => DbUrl::Sqlite(directory.path().join("soundpost.db")),
            Backend::Postgres => DbUrl::Postgres(postgres::fresh_database()),
        };
        let key = run(program(directory.path()).args(["keys", "generate"])).printed();
        let master = MasterKey::parse(&key).unwrap();
        let installation = Self { directory, port: free_port(), database, master };
        fs::write(installation.path("soundpost.toml"), installation.configuration()).unwrap();
        installation
    }

    /// Migrated, with Night Ferry listed.
    pub async fn with_night_ferry(backend: Backend) -> Self {
        let installation = Self::configured(backend);
        installation.run(&["migrate"]).printed();
        let db = installation.open(Clock::system());
        db.write(|tx| {
            let night_ferry = facts("night-ferry", "Night Ferry", Floor::default());
            let id = store::insert_artist(tx, &night_ferry, &[])?;
            let contact = ensure_contact(tx, &EmailAddress::parse(ARTIST).unwrap())?;
            contact_store::add_contact(tx, id, contact.id)?;
            contact_store::confirm_contact(tx, id, contact.id)
        })
        .await
        .unwrap();
        db.close();
        installation
    }

    /// What stands in `soundpost.toml`.
    pub fn configuration(&self) -> String {
        let (port, database) = (self.port, database_url(&self.database));
        let (maildir, master) = (self.path("mail").display().to_string(), self.master.reveal());
        format!(
            "site.url = 'http://localhost:{port}'\n\
             operator.name = 'Test Operator'\n\
             operator.email = 'operator@site.example'\n\
             operator.address = '1 Test Street'\n\
             operator.hosting_country = 'Testland'\n\
             http.listen = '127.0.0.1:{port}'\n\
             http.workers = 2\n\
             http.posts_per_minute = 1000000\n\
             database.url = '{database}'\n\
             keys.master = '{}'\n\
             mail.url = 'file:{maildir}'\n\
             mail.domain = 'site.example'\n",
            master.as_str()
        )
    }

    /// A file or folder of the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Everything that lies in the directory, by name.
    pub fn files(&self) -> Vec<String> {
        names(self.directory.path())
    }

    /// The program with these arguments and the configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(self.directory.path());
        command.args(arguments).arg("--config").arg(self.path("soundpost.toml"));
        command
    }

    /// Runs a command of the operator.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        run(&mut self.command(arguments))
    }

    /// Serves, and waits until it is ready.
    pub async fn serve(&self) -> Server {
        Server::start(&mut self.command(&["serve"]), self.port).await
    }

    /// Opens the database beside the program.
    pub fn open(&self, clock: Clock) -> Db {
        Db::open(self.database.clone(), self.master.clone().into(), clock, 4).unwrap()
    }

    /// Every mail that left.
    pub fn mails(&self) -> Vec<Mail> {
        maildir::delivered(&self.path("mail"))
    }

    /// Waits for the mail to somebody whose subject begins like this.
    pub async fn mail(&self, to: &str, subject: &str) -> Mail {
        let start = Instant::now();
        loop {
            let mut mails = self.mails().into_iter();
            let found = mails.find(|mail| mail.to == to && mail.subject.starts_with(subject));
            if let Some(mail) = found {
                return mail;
            }
            assert!(start.elapsed() < PATIENCE, "no mail {subject:?} to {to}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A database as a configuration names it.
pub fn database_url(database: &DbUrl) -> String {
    match database {
        DbUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DbUrl::Postgres(url) => url.clone(),
    }
}

/// Everything that lies in a directory, by name.
pub fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// A running server, `soundpost serve` or `soundpost demo`. Its log is shown when a test fails.
pub struct Server {
    process: Process,
    log: File,
    pub visitor: Visitor,
}

impl Server {
    /// Starts a command that listens on this port, and waits until it is ready.
    pub async fn start(command: &mut Command, port: u16) -> Self {
        let log = tempfile::tempfile().unwrap();
        command.stdout(Stdio::null()).stderr(log.try_clone().unwrap());
        let process = Process(command.spawn().unwrap());
        let mut server = Self { process, log, visitor: Visitor::new(port) };
        let start = Instant::now();
        while server.visitor.try_get("/readyz").await.is_none_or(|answer| answer.status != 200) {
            assert!(server.process.0.try_wait().unwrap().is_none(), "the server ended");
            assert!(start.elapsed() < PATIENCE, "the server is not ready");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server
    }

    /// `kill -9`: whatever it was doing stops there.
    pub fn kill(mut self) {
        self.process.kill();
    }

    /// SIGTERM, as systemd sends it: the exit code, and how long the end took.
    pub fn terminate(mut self) -> (Option<i32>, Duration) {
        let asked = Instant::now();
        let kill = format!("kill -s TERM {}", self.process.0.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let status = self.process.end_within(PATIENCE).expect("the server does not end");
        (status.code(), asked.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill();
        let mut log = String::new();
        if std::thread::panicking()
            && self.log.rewind().and_then(|()| self.log.read_to_string(&mut log)).is_ok()
        {
            eprintln!("the server's log:\n{log}");
        }
    }
}
