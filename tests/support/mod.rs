//! What tests stand on: the real program, on a database of its own, with a clock that stands still.

pub mod authenticator;
pub mod damaged_file;
pub mod form;
pub mod imitations;
pub mod maildir;
pub mod member;
pub mod pictures;
pub mod postgres;
pub mod providers;
pub mod server;
pub mod smtp_peers;
pub mod template;
pub mod thread;
pub mod visitor;

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use reqwest::header::{HeaderMap, LOCATION};
use soundpost::app::App;
use soundpost::clock::{Clock, Instant};
use soundpost::config::Config;
use soundpost::db::installation::{self, Kind};
use soundpost::db::{Db, DbUrl, migrate};
use soundpost::error::Result;
use soundpost::mail::mailbox_store::{self, Stored};
use soundpost::mail::transport::{Memory, Transport};
use soundpost::mail::worker::{Bell, hand_on, take_due};
use soundpost::mail::{Kind as MailKind, Site as MailSite};
use soundpost::sealed::{Keyring, MasterKey};
use soundpost::{app, booking_requests, disclaimer};

/// Saturday 21 November 2026, 14:00 UTC: the standing clock.
pub const NOON: i64 = 1_795_269_600_000_000;

/// Runs a story on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($(async fn $name:ident($site:ident: $ty:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every story needs all of it")]
            use super::*;

            async fn story($site: $ty) $body

            #[test]
            fn sqlite() {
                $crate::support::tell($crate::support::Backend::Sqlite, story);
            }

            #[test]
            fn postgres() {
                $crate::support::tell($crate::support::Backend::Postgres, story);
            }
        }
    )+};
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Starts the program, runs the story, ends the program.
pub fn tell<F: Future<Output = ()>>(backend: Backend, story: impl FnOnce(Site) -> F) {
    actix_web::rt::System::new().block_on(async {
        let site = Site::start(backend).await;
        story(site.clone()).await;
        site.stop().await;
    });
}

/// A running program.
#[derive(Clone)]
pub struct Site {
    pub url: DbUrl,
    pub db: Db,
    pub clock: Clock,
    pub base: String,
    pub site: Arc<MailSite>,
    pub master: MasterKey,
    pub sent: Memory,
    /// Where metrics are read, if the configuration says so.
    pub metrics: Option<SocketAddr>,
    http: reqwest::Client,
    handle: ServerHandle,
    directory: Arc<tempfile::TempDir>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// Where a redirect leads.
    pub fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.headers[LOCATION].to_str().unwrap().to_owned()
    }
}

impl Site {
    async fn start(backend: Backend) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = match backend {
            Backend::Sqlite => {
                let path = directory.path().join("soundpost.sqlite");
                template::copy_sqlite(&path);
                DbUrl::Sqlite(path)
            }
            Backend::Postgres => DbUrl::Postgres(template::copy_postgres()),
        };
        let mut conn = migrate::connect(&url).unwrap();
        let master = MasterKey::generate();
        let clock = Clock::manual(Instant::from_micros(NOON));
        let keyring = Keyring::from(master.clone());
        installation::mark(&mut conn, &keyring, Kind::Production, clock.now()).unwrap();
        drop(conn);
        let db = Db::open(url, keyring, clock.clone(), 8).unwrap();
        db.write(disclaimer::store::ensure_first).await.unwrap();
        Self::serve(db, clock, master, Arc::new(directory), |_| {})
    }

    /// Serves a database on a port of its own, under a configuration as it is changed.
    fn serve(
        db: Db,
        clock: Clock,
        master: MasterKey,
        directory: Arc<tempfile::TempDir>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut config = config(port, &master);
        change(&mut config);
        let base = format!("http://localhost:{port}");
        let site = Arc::new(app::site(&config).unwrap());
        let app = App::new(config, db.clone(), Bell::default()).unwrap();
        let running = soundpost::web::serve::start(app, listener, Vec::new()).unwrap();
        let handle = running.handle.clone();
        let metrics = running.metrics.map(|listening| {
            actix_web::rt::spawn(listening.server);
            listening.address
        });
        actix_web::rt::spawn(running.server);
        Self {
            url: db.url().clone(),
            db,
            clock,
            base,
            site,
            master,
            sent: Memory::default(),
            metrics,
            http: client(port),
            handle,
            directory,
        }
    }

    /// The same under another configuration, on a port of its own and on the same database.
    pub fn with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let (clock, directory) = (self.clock.clone(), self.directory.clone());
        Self::serve(self.db.clone(), clock, self.master.clone(), directory, change)
    }

    /// Ends it, and leaves the database open.
    pub async fn stop_serving(&self) {
        self.handle.stop(false).await;
    }

    /// Ends it.
    pub async fn stop(&self) {
        self.stop_serving().await;
        self.db.close();
    }

    /// A second node on the same database.
    pub fn another_node(&self) -> Db {
        self.open(self.master.clone()).unwrap()
    }

    /// Opens the same database with these master keys.
    pub fn open(&self, keys: impl Into<Keyring>) -> Result<Db> {
        Db::open(self.url.clone(), keys.into(), self.clock.clone(), 8)
    }

    /// A second node that serves, with these master keys: the one that wraps, and the others.
    pub fn serving_node(&self, master: &MasterKey, also: &[MasterKey]) -> Self {
        let db = self.open(Keyring::new(master.clone(), also.to_vec())).unwrap();
        Self::serve(db, self.clock.clone(), master.clone(), self.directory.clone(), |_| {})
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.answer(self.http.get(self.absolute(path))).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.http.get(self.absolute(path));
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.answer(request).await
    }

    /// The status of a page of which only the head is asked for.
    pub async fn head(&self, path: &str) -> u16 {
        self.http.head(self.absolute(path)).send().await.unwrap().status().as_u16()
    }

    /// Posts a form as a browser does from a page of this site.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = self
            .http
            .post(self.absolute(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish());
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.answer(request).await
    }

    /// Posts a body of another kind than forms usually are.
    pub async fn post_body(
        &self,
        path: &str,
        kind: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let request = self.http.post(self.absolute(path)).header("content-type", kind).body(body);
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.answer(request).await
    }

    /// The bytes at an address, with the answer's head.
    pub async fn bytes(&self, path: &str, headers: &[(&str, &str)]) -> (Answer, Vec<u8>) {
        let request = self.http.get(self.absolute(path));
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap().to_vec();
        (Answer { status, headers, text: String::new() }, bytes)
    }

    fn absolute(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
        Answer { status, headers, text }
    }

    /// Every mail in the outbox, oldest first.
    pub async fn mails(&self) -> Vec<Stored> {
        let mut mails =
            self.db.read(|reader| mailbox_store::list_newest(reader, 1_000)).await.unwrap();
        mails.reverse();
        mails
    }

    /// The mails of one kind, oldest first.
    pub async fn mails_of(&self, kind: MailKind) -> Vec<Stored> {
        self.mails().await.into_iter().filter(|mail| mail.kind == kind).collect()
    }

    /// The newest mail of one kind.
    pub async fn mail_of(&self, kind: MailKind) -> Stored {
        self.mails_of(kind).await.pop().unwrap_or_else(|| panic!("no mail {kind:?}"))
    }

    /// Sends what is due into memory.
    pub async fn send_mails(&self) {
        let mut transport = Transport::Memory(self.sent.clone());
        loop {
            let mails = take_due(&self.db, 20).await.unwrap();
            if mails.is_empty() {
                break;
            }
            for mail in mails {
                hand_on(&self.db, &mut transport, &Bell::default(), mail).await.unwrap();
            }
        }
    }

    /// One round of the timer.
    pub async fn tick(&self) {
        booking_requests::timer::round(&self.db, &self.site).await.unwrap();
    }
}

fn client(port: u16) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .resolve("localhost", ([127, 0, 0, 1], port).into())
        .build()
        .unwrap()
}

fn config(port: u16, master: &MasterKey) -> Config {
    Config::from_toml(&format!(
        "site.name = 'Testpost'\n\
         site.url = 'http://localhost:{port}'\n\
         http.workers = 2\n\
         http.posts_per_minute = 100000\n\
         operator.name = 'Test Operator'\n\
         operator.email = 'operator@site.example'\n\
         operator.address = '1 Test Street'\n\
         operator.hosting_country = 'Testland'\n\
         database.url = 'sqlite:unused'\n\
         mail.url = 'mailbox:'\n\
         mail.domain = 'site.example'\n\
         keys.master = '{}'\n",
        master.reveal().as_str()
    ))
    .unwrap()
}

/// The first link in a mail whose path begins like this.
pub fn link_in(mail: &Stored, path: &str) -> String {
    let text = &mail.letter.as_ref().unwrap().text;
    let start = text.find(path).unwrap_or_else(|| panic!("no {path} in {text}"));
    text[start..].split_whitespace().next().unwrap().to_owned()
}
