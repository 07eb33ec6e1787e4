//! A PostgreSQL of the benchmark's own: its cluster is kept from one run to the next, and it listens on
//! a free port of this machine while it is needed. It keeps what it acknowledged, as a real one does.

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::program::{free_port, processor_seconds};

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    cluster: PathBuf,
    /// Where.
    pub port: u16,
}

impl Postgres {
    /// Starts one whose cluster lies in this folder; none where PostgreSQL is not installed.
    pub fn start(folder: &Path) -> Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        fs::create_dir_all(folder)?;
        let folder = fs::canonicalize(folder)?;
        let postgres = Self { programs, cluster: folder.join("cluster"), port: free_port()? };
        if !postgres.cluster.join("PG_VERSION").exists() {
            drop(fs::remove_dir_all(&postgres.cluster));
            fs::create_dir(&postgres.cluster)?;
            if let Some((user, group)) = owner() {
                chown(&postgres.cluster, Some(user), Some(group))?;
            }
            postgres.run(
                "initdb",
                &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
            )?;
        }
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=512MB",
            postgres.port
        );
        // One that was left behind by a run that was killed is ended first.
        drop(postgres.run("pg_ctl", &["-m", "immediate", "stop"]));
        postgres.run("pg_ctl", &["-w", "-o", &options, "start"])?;
        Ok(Some(postgres))
    }

    /// The address of a database of this name, which is made where there is none.
    pub fn database(&self, name: &str) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "postgres", "-q"]);
        psql.args(["-c", &format!("CREATE DATABASE {name} TEMPLATE template0")]);
        let output = psql.output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() && !said.contains("already exists") {
            bail!("psql: {said}");
        }
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
    }

    /// The seconds of a processor that all of its processes have taken so far.
    pub fn processor_seconds(&self) -> Result<f64> {
        let pid = fs::read_to_string(self.cluster.join("postmaster.pid"))?;
        processor_seconds(pid.lines().next().context("the server's number")?)
    }

    fn run(&self, program: &str, more: &[&str]) -> Result<()> {
        let mut command = match owner() {
            // PostgreSQL refuses to run as root.
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={group}")]);
                command.arg("--clear-groups").arg(self.programs.join(program));
                command
            }
            None => Command::new(self.programs.join(program)),
        };
        let log = File::create(self.cluster.with_extension("log"))?;
        command.arg("-D").arg(&self.cluster).args(more).stdout(log.try_clone()?).stderr(log);
        match command.status()? {
            status if status.success() => Ok(()),
            status => bail!("{program}: {status}; see {}.log", self.cluster.display()),
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.run("pg_ctl", &["-m", "fast", "-w", "stop"]));
    }
}

/// Where Debian puts them, the newest.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> =
        versions.filter_map(|version| Some(version.ok()?.path().join("bin"))).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop()
}

/// The user who runs it when root does the benchmark.
fn owner() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
