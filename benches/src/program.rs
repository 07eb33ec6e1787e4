//! Programs that are started for a measurement, and what they take of the machine.

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
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// What a process took of a processor, and whose child it is.
struct Taken {
    /// Seconds in its own code and in the system on its behalf.
    own: f64,
    /// The number of its parent.
    parent: String,
}

/// The seconds of a processor that a process and its children have taken so far.
pub fn processor_seconds(process: &str) -> Result<f64> {
    let mut seconds = taken(process)?.own;
    for other in fs::read_dir("/proc")? {
        let other = other?.file_name().to_string_lossy().into_owned();
        if other.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(taken) = taken(&other)
            && taken.parent == process
        {
            seconds += taken.own;
        }
    }
    Ok(seconds)
}

/// What the process with this number took so far.
fn taken(process: &str) -> Result<Taken> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in brackets may have spaces in it; the parent is the 4th field, user and system time
    // are the 14th and 15th.
    let (_, after) = stat.rsplit_once(')').context("a program's line in /proc")?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("a program's times in /proc")?;
    let parent = fields.get(1).context("a program's parent in /proc")?;
    Ok(Taken { own: (user + system) / TICKS, parent: (*parent).to_owned() })
}

/// A program that serves, until this is dropped.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    /// Where.
    pub port: u16,
    /// From the start of the program to its first answer.
    pub started_in: Duration,
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
        Self::soundpost_with(installation, page_cache_mib, &[])
    }

    /// The same with more in its environment.
    pub fn soundpost_with(
        installation: &Installation,
        page_cache_mib: u32,
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        let port = free_port()?;
        let mut command = installation.command("serve");
        command
            .env("SOUNDPOST_HTTP_LISTEN", format!("127.0.0.1:{port}"))
            .env("SOUNDPOST_HTTP_PAGE_CACHE_MIB", page_cache_mib.to_string())
            .envs(environment.iter().copied());
        Self::start(command, port, "/readyz")
    }

    /// Starts a program and waits for its answer at this path.
    pub fn start(mut command: Command, port: u16, path: &str) -> Result<Self> {
        let begun = Instant::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut serving = Self { child, port, started_in: Duration::ZERO };
        while once(port, &Ask::get(path, &[], 200)).is_err() {
            if let Some(status) = serving.child.try_wait()? {
                bail!("{command:?} ended: {status}");
            }
            if begun.elapsed() > STARTS_WITHIN {
                bail!("{command:?} does not answer");
            }
            sleep(Duration::from_millis(1));
        }
        serving.started_in = begun.elapsed();
        Ok(serving)
    }

    /// The seconds of a processor that it has taken so far.
    pub fn processor_seconds(&self) -> Result<f64> {
        processor_seconds(&self.child.id().to_string())
    }

    /// Mebibytes of memory that it has at present.
    pub fn resident_mib(&self) -> Result<f64> {
        status_mib(self.child.id(), "VmRSS:")
    }
}

/// A line of `/proc/PID/status`, in mebibytes.
fn status_mib(process: u32, name: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line =
        status.lines().find_map(|line| line.strip_prefix(name)).context("memory in /proc")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
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
    database: String,
}

/// What a seeding took.
#[derive(Debug, Clone, Copy)]
pub struct Seeded {
    /// Seconds, from the first line of the file to the last commit.
    pub seconds: f64,
    /// The most memory that it had at once, in mebibytes.
    pub peak_mib: f64,
}

impl Installation {
    /// One on SQLite with so many invented artists; made where there is none from an earlier run.
    pub fn on_sqlite(program: &Path, data: &Path, artists: u32) -> Result<Self> {
        let folder = data.join(format!("sqlite-{artists}"));
        Self::with_artists(program, folder, "sqlite:soundpost.db", artists)
    }

    /// One on PostgreSQL, in the database at this address.
    pub fn on_postgres(program: &Path, data: &Path, database: &str, artists: u32) -> Result<Self> {
        let folder = data.join(format!("postgres-{artists}"));
        Self::with_artists(program, folder, database, artists)
    }

    /// One on SQLite that lies in this folder already.
    pub fn copied(program: &Path, folder: PathBuf) -> Result<Self> {
        let program = fs::canonicalize(program).context("the program")?;
        Ok(Self { program, folder, database: "sqlite:soundpost.db".to_owned() })
    }

    fn with_artists(program: &Path, folder: PathBuf, database: &str, artists: u32) -> Result<Self> {
        let program = fs::canonicalize(program).context("the program")?;
        let this = Self { program, folder, database: database.to_owned() };
        if this.seeded().is_ok() {
            this.run("migrate", &[])?;
            return Ok(this);
        }
        eprintln!("seeding {artists} artists in {}", this.folder.display());
        drop(fs::remove_dir_all(&this.folder));
        fs::create_dir_all(&this.folder)?;
        this.configure()?;
        this.run("migrate", &[])?;
        let file = this.folder.join("artists.csv");
        crate::invent::write(&file, artists)?;
        let (begun, mut peak_mib) = (Instant::now(), 0.0_f64);
        let mut import = this.command("artists");
        import.args(["import", "artists.csv"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut import = import.spawn()?;
        let status = loop {
            if let Ok(peak) = status_mib(import.id(), "VmHWM:") {
                peak_mib = peak_mib.max(peak);
            }
            match import.try_wait()? {
                Some(status) => break status,
                None => sleep(Duration::from_millis(20)),
            }
        };
        if !status.success() {
            bail!("soundpost artists import: {status}");
        }
        let seconds = begun.elapsed().as_secs_f64();
        fs::remove_file(file)?;
        fs::write(this.folder.join("seeded"), format!("{seconds} {peak_mib}"))?;
        Ok(this)
    }

    /// What its seeding took, in this run or in an earlier one.
    pub fn seeded(&self) -> Result<Seeded> {
        let noted = fs::read_to_string(self.folder.join("seeded"))?;
        let (seconds, peak) = noted.split_once(' ').context("what a seeding took")?;
        Ok(Seeded { seconds: seconds.parse()?, peak_mib: peak.parse()? })
    }

    fn configure(&self) -> Result<()> {
        let keys = Command::new(&self.program).args(["keys", "generate"]).output()?;
        let master = String::from_utf8(keys.stdout)?;
        let configuration = format!(
            "site.url = 'http://localhost:8080'\n\
             http.workers = 1\n\
             http.posts_per_minute = 1000000\n\
             http.trusted_proxies = ['127.0.0.1']\n\
             operator.name = 'The benchmark'\n\
             operator.email = 'operator@soundpost.example'\n\
             operator.address = '1 Harbour Street, Exampleton'\n\
             operator.hosting_country = 'this computer'\n\
             mail.url = 'mailbox:'\n\
             mail.domain = 'soundpost.example'\n\
             keys.master = '{}'\n",
            master.trim()
        );
        Ok(fs::write(self.folder.join("soundpost.toml"), configuration)?)
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program with a command, in the folder.
    pub fn command(&self, command: &str) -> Command {
        let mut program = Command::new(&self.program);
        program.current_dir(&self.folder).arg(command);
        program.env("SOUNDPOST_DATABASE_URL", &self.database);
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
