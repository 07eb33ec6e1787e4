//! The configuration: one TOML file and `SOUNDPOST_…` variables over it. Everything wrong with it
//! is said at once, each with its key and the reason, before anything is opened.

pub mod providers;
mod read;

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use self::providers::Provider;
use self::read::{Read, Values};
use crate::db::DbUrl;
use crate::mail::transport::MailUrl;
use crate::sealed::MasterKey;

/// Every key, with whether `serve` needs it and what it means. `soundpost.example.toml` explains
/// them at length; a test compares the two.
pub const KEYS: &[(&str, bool)] = &[
    ("site.name", false),
    ("site.url", true),
    ("operator.name", true),
    ("operator.email", true),
    ("operator.address", true),
    ("operator.hosting_country", true),
    ("http.listen", false),
    ("http.workers", false),
    ("http.trusted_proxies", false),
    ("http.page_cache_mib", false),
    ("http.posts_per_minute", false),
    ("database.url", true),
    ("database.connections", false),
    ("database.allow_unencrypted", false),
    ("keys.master", true),
    ("keys.also", false),
    ("mail.url", true),
    ("mail.domain", false),
    ("mail.connections", false),
    ("google.client_id", false),
    ("google.client_secret", false),
    ("apple.client_id", false),
    ("apple.team_id", false),
    ("apple.key_id", false),
    ("apple.private_key_file", false),
    ("spotify.client_id", false),
    ("spotify.client_secret", false),
    ("openid.name", false),
    ("openid.issuer", false),
    ("openid.hosts", false),
    ("openid.client_id", false),
    ("openid.client_secret", false),
    ("openid.privacy_url", false),
    ("photos.directory", false),
    ("metrics.listen", false),
    ("log.level", false),
];

/// Mebibytes of public pages that are kept, unless the configuration says otherwise.
const PAGE_CACHE_MIB: u16 = 64;
/// Connections to the mail server, unless the configuration says otherwise.
const MAIL_CONNECTIONS: u32 = 4;
/// Forms a minute from one address, unless the configuration says otherwise.
const POSTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// The configuration of a running installation.
#[derive(Debug, Clone)]
pub struct Config {
    /// The public name of this installation.
    pub site_name: String,
    /// Where people reach it, without a slash at the end.
    pub url: url::Url,
    /// Who runs it, for the legal pages.
    pub operator: Operator,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Threads that answer requests.
    pub workers: usize,
    /// Proxies whose `Forwarded`-style headers are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Forms that one address may send in a minute.
    pub posts_per_minute: NonZeroU32,
    /// Bytes of public pages that are kept in memory.
    pub page_cache: u64,
    /// The database.
    pub database: DbUrl,
    /// Most connections to PostgreSQL.
    pub connections: u32,
    /// Wraps the data keys.
    pub master: MasterKey,
    /// Other master keys, which open what they wrapped and wrap nothing.
    pub also: Vec<MasterKey>,
    /// How mail leaves.
    pub mail: MailUrl,
    /// The domain of the addresses that mail comes from.
    pub mail_domain: String,
    /// Connections to the mail server.
    pub mail_connections: u32,
    /// Who else may say who somebody is.
    pub providers: Vec<Provider>,
    /// Where photos are kept; in the database, where none is named.
    pub photos: Option<PathBuf>,
    /// Where it says what it counts; nowhere, where no address is named.
    pub metrics_listen: Option<SocketAddr>,
    /// A tracing filter.
    pub log_level: String,
    /// Whether this is the demo: loopback only, with its own mark in the database.
    pub demo: bool,
}

/// Who runs the installation.
#[derive(Debug, Clone)]
pub struct Operator {
    /// A person or a company.
    pub name: String,
    /// Where reports and contact messages go.
    pub email: String,
    /// The postal address.
    pub address: String,
    /// Where the data is processed.
    pub hosting_country: String,
}

/// What is wrong with a configuration: (key, reason), all of it.
#[derive(Debug)]
pub struct Problems(pub Vec<(String, String)>);

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "the configuration has {} problem(s):", self.0.len())?;
        for (key, reason) in &self.0 {
            writeln!(f, "  {key}: {reason}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Config {
    /// Reads `file` (or `soundpost.toml` where it exists) and the environment over it.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problems> {
        let default = Path::new("soundpost.toml");
        let path = file.or_else(|| default.exists().then_some(default));
        let table = match path {
            None => toml::Table::new(),
            // What else is missing is in the file.
            Some(path) => read_table(path)
                .map_err(|problem| Problems(vec![(path.display().to_string(), problem)]))?,
        };
        let mut problems = Vec::new();
        let values = Values::gather(&table, environment, &mut problems);
        Self::from_values(values, problems)
    }

    /// Reads a configuration from TOML text alone, for tests and for the demo.
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        let table: toml::Table = text
            .parse()
            .map_err(|error| Problems(vec![("(text)".into(), format!("is no TOML: {error}"))]))?;
        let mut problems = Vec::new();
        let values = Values::gather(&table, std::iter::empty(), &mut problems);
        Self::from_values(values, problems)
    }

    fn from_values(values: Values, problems: Vec<(String, String)>) -> Result<Self, Problems> {
        let mut read = Read { values, problems };
        let url = read.parsed("site.url", site_url);
        let master = read.parsed("keys.master", |text| {
            MasterKey::parse(text)
                .map_err(|error| format!("{error}; make one with: soundpost keys generate"))
        });
        let also = read.parsed("keys.also", |text| MasterKey::parse_others(text, master.as_ref()));
        let database = read.parsed("database.url", DbUrl::parse);
        let mail =
            read.parsed("mail.url", |text| MailUrl::parse(text).map_err(|error| error.to_string()));
        let email = read.parsed("operator.email", |text| {
            crate::people::EmailAddress::parse(text).map(|address| address.as_str().to_owned())
        });
        let listen = read.parsed("http.listen", |text| {
            text.parse::<SocketAddr>().map_err(|_| "is no address like 127.0.0.1:8080".into())
        });
        let workers = read.parsed("http.workers", positive).map(|count| count as usize);
        let connections = read.parsed("database.connections", positive);
        let mail_connections = read.parsed("mail.connections", positive);
        let posts = read.parsed("http.posts_per_minute", |text| {
            text.parse::<NonZeroU32>().map_err(|_| "must be a number from 1 on".into())
        });
        let page_cache = read.parsed("http.page_cache_mib", |text| {
            text.parse::<u16>().map_err(|_| "must be a number from 0 to 65535".into())
        });
        let proxies = read.parsed("http.trusted_proxies", |text| {
            text.split([',', ' '])
                .filter(|part| !part.is_empty())
                .map(|part| {
                    part.parse::<IpAddr>()
                        .map(|ip| ip.to_canonical())
                        .map_err(|_| format!("{part:?} is no IP address"))
                })
                .collect::<Result<Vec<IpAddr>, String>>()
        });
        let insecure = read.parsed("database.allow_unencrypted", |text| {
            text.parse::<bool>().map_err(|_| "is neither true nor false".into())
        });
        let photos = read.parsed("photos.directory", |text| match Path::new(text) {
            path if path.is_absolute() => Ok(path.to_owned()),
            _ => Err("must be a whole path, from / on".into()),
        });
        let metrics_listen = read.parsed("metrics.listen", metrics_address);
        let log_level = read.parsed("log.level", log_filter);
        let own_domain = read.parsed("mail.domain", mail_domain);
        let operator_name = read.text("operator.name");
        let address = read.text("operator.address");
        let hosting_country = read.text("operator.hosting_country");

        if let (Some(url), Some(mail)) = (&url, &mail)
            && mail.is_mailbox()
            && !is_loopback(url)
        {
            read.problem(
                "mail.url",
                "mailbox: keeps mails where anybody on the site could read them; it works only \
                 with a site.url on this machine",
            );
        }
        if let Some(database) = &database
            && database.is_remote()
            && insecure != Some(true)
        {
            read.problem(
                "database.url",
                "the server is on another machine, and this program speaks no TLS to PostgreSQL: \
                 use a tunnel on this machine, or say database.allow_unencrypted = true",
            );
        }
        let providers = providers::read(&mut read, url.as_ref());
        let mail_domain = own_domain
            .or_else(|| url.as_ref().and_then(|url| url.host_str()).map(ToOwned::to_owned));
        let site_name = read.values.get("site.name").unwrap_or_else(|| "Soundpost".into());
        if !read.problems.is_empty() {
            return Err(Problems(read.problems));
        }
        // Every `None` below has left its problem above, so this cannot fail; were it to, the
        // reader is told the same way.
        let complete = || {
            Some(Self {
                site_name,
                url: url?,
                operator: Operator {
                    name: operator_name?,
                    email: email?,
                    address: address?,
                    hosting_country: hosting_country?,
                },
                listen: listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
                workers: workers.unwrap_or_else(cores),
                trusted_proxies: proxies.unwrap_or_default(),
                posts_per_minute: posts.unwrap_or(POSTS_PER_MINUTE),
                page_cache: u64::from(page_cache.unwrap_or(PAGE_CACHE_MIB)) * 1024 * 1024,
                database: database?,
                connections: connections.unwrap_or(16),
                master: master?,
                also: also.unwrap_or_default(),
                mail: mail?,
                mail_domain: mail_domain?,
                mail_connections: mail_connections.unwrap_or(MAIL_CONNECTIONS),
                providers,
                photos,
                metrics_listen,
                log_level: log_level.unwrap_or_else(|| "info".into()),
                demo: false,
            })
        };
        complete().ok_or_else(|| Problems(vec![("(all)".into(), "is incomplete".into())]))
    }

    /// The absolute address of a path on this site.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_str().trim_end_matches('/'))
    }

    /// Whether people reach the site by https.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Whether an address is this machine's own.
pub fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Cores of this machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

fn site_url(text: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with https:// (or http:// on this machine)".into());
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err("must begin with https:// unless the site is on this machine only".into());
    }
    let has_password = !url.username().is_empty() || url.password().is_some();
    if url.path() != "/" || url.query().is_some() || url.host_str().is_none() || has_password {
        return Err("must be an origin, such as https://book.example, without a path".into());
    }
    Ok(url)
}

/// Where metrics are read: not from elsewhere, for they say how busy a site is and nobody signs in.
fn metrics_address(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err("must be an address of this machine alone, like 127.0.0.1:9464".into()),
        Err(_) => Err("is no address like 127.0.0.1:9464".into()),
    }
}

/// A filter of the log. A word alone is a level: the filter would take any other for the name of a
/// part, and log nothing at all.
fn log_filter(text: &str) -> Result<String, String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let is_level = |word: &str| LEVELS.contains(&word.trim().to_ascii_lowercase().as_str());
    for part in text.split(',') {
        let level = part.rsplit('=').next().unwrap_or(part);
        if !is_level(level) {
            return Err(format!("{level:?} is no level: one of {}", LEVELS.join(", ")));
        }
    }
    text.parse::<tracing_subscriber::EnvFilter>()
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

/// The configuration in a file.
fn read_table(path: &Path) -> Result<toml::Table, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    text.parse().map_err(|error: toml::de::Error| format!("is no TOML: {error}"))
}

/// A domain that mail can come from.
fn mail_domain(text: &str) -> Result<String, String> {
    format!("no-reply@{text}")
        .parse::<lettre::Address>()
        .map(|_| text.to_ascii_lowercase())
        .map_err(|_| "is no domain such as book.example".into())
}

fn positive(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number @ 1..=1024) => Ok(number),
        _ => Err("must be a number from 1 to 1024".into()),
    }
}
