//! Programs that are started for a measurement, and the time of a processor that they take.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::load::{Ask, once};

/// How long a program may take until it answers.
const STARTS_WITHIN: Duration = Duration::from_secs(60);
/// Ticks of `/proc/PID/stat` in a second: fixed on Linux for whoever reads it (proc(5), USER_HZ).
const TICKS: f64 = 100.0;

/// A port of this machine that nobody uses.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A program that serves, until this is dropped.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    /// Where.
    pub port: u16,
}

impl Serving {
    /// The bare server that sends so many bytes.
    pub fn bare(bytes: usize) -> Result<Self> {
        let port = free_port()?;
        let this = std::env::current_exe()?;
        let mut command = Command::new(this);
        command.args(["bare", &port.to_string(), &bytes.to_string()]);
        Self::start(command, port, "/")
    }

    /// The program under test, on an installation, keeping so many mebibytes of pages.
    pub fn soundpost(installation: &Installation, page_cache_mib: u32) -> Result<Self> {
        let port = free_port()?;
        let mut command = installation.command("serve");
        command
            .env("SOUNDPOST_HTTP_LISTEN", format!("127.0.0.1:{port}"))
            .env("SOUNDPOST_HTTP_PAGE_CACHE_MIB", page_cache_mib.to_string());
        Self::start(command, port, "/readyz")
    }

    fn start(mut command: Command, port: u16, path: &str) -> Result<Self> {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut serving = Self { child, port };
        let until = Instant::now() + STARTS_WITHIN;
        while once(port, &Ask::get(path, &[], 200)).is_err() {
            if let Some(status) = serving.child.try_wait()? {
                bail!("{command:?} ended: {status}");
            }
            if Instant::now() > until {
                bail!("{command:?} does not answer");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(serving)
    }

    /// The seconds of a processor that it has taken so far.
    pub fn processor_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in brackets may have spaces in it; user and system time are the 14th and 15th.
        let (_, after) = stat.rsplit_once(')').context("a program's line in /proc")?;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
        let (user, system) = ticks(11).zip(ticks(12)).context("a program's times in /proc")?;
        Ok((user + system) / TICKS)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A folder with a configuration and a database.
#[derive(Debug)]
pub struct Installation {
    program: PathBuf,
    folder: PathBuf,
}

impl Installation {
    /// One on SQLite with so many invented artists; made where there is none from an earlier run.
    pub fn with_artists(program: &Path, data: &Path, artists: u32) -> Result<Self> {
        let folder = data.join(format!("sqlite-{artists}"));
        let whole = folder.join("whole");
        let this = Self { program: fs::canonicalize(program).context("the program")?, folder };
        if whole.exists() {
            this.run("migrate", &[])?;
            return Ok(this);
        }
        drop(fs::remove_dir_all(&this.folder));
        fs::create_dir_all(&this.folder)?;
        this.configure()?;
        this.run("migrate", &[])?;
        let file = this.folder.join("artists.csv");
        crate::invent::write(&file, artists)?;
        this.run("artists", &["import", "artists.csv"])?;
        fs::remove_file(file)?;
        fs::write(whole, "")?;
        Ok(this)
    }

    fn configure(&self) -> Result<()> {
        let keys = Command::new(&self.program).args(["keys", "generate"]).output()?;
        let master = String::from_utf8(keys.stdout)?;
        let configuration = format!(
            "site.url = 'http://localhost:8080'\n\
             http.workers = 1\n\
             http.trusted_proxies = ['127.0.0.1']\n\
             operator.name = 'The benchmark'\n\
             operator.email = 'operator@soundpost.example'\n\
             operator.address = '1 Harbour Street, Exampleton'\n\
             operator.hosting_country = 'this computer'\n\
             database.url = 'sqlite:soundpost.db'\n\
             mail.url = 'mailbox:'\n\
             mail.domain = 'soundpost.example'\n\
             keys.master = '{}'\n",
            master.trim()
        );
        Ok(fs::write(self.folder.join("soundpost.toml"), configuration)?)
    }

    /// The program with a command, in the folder.
    fn command(&self, command: &str) -> Command {
        let mut program = Command::new(&self.program);
        program.current_dir(&self.folder).arg(command);
        program
    }

    fn run(&self, command: &str, more: &[&str]) -> Result<()> {
        let output = self.command(command).args(more).output()?;
        if output.status.success() {
            return Ok(());
        }
        bail!("soundpost {command}: {}", String::from_utf8_lossy(&output.stderr))
    }
}
