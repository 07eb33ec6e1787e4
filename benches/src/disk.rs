//! What the disk can do at all: a page written and kept, again and again. And a slower disk.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Writes a page into a file of this folder and has the disk keep it, for so long; returns how often
/// that went in a second. The file is as large from the beginning, so that only its bytes are kept.
pub fn keeps_in_a_second(folder: &Path, long: Duration) -> Result<f64> {
    const PAGE: [u8; 4096] = [7; 4096];
    const PAGES: u64 = 1_024;
    let path = folder.join("kept");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path)?;
    for _ in 0..PAGES {
        file.write_all(&PAGE)?;
    }
    file.sync_all()?;
    let begun = Instant::now();
    let mut kept = 0_u64;
    while begun.elapsed() < long {
        file.seek(SeekFrom::Start(kept % PAGES * PAGE.len() as u64))?;
        file.write_all(&PAGE)?;
        file.sync_data()?;
        kept += 1;
    }
    let rate = kept as f64 / begun.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(rate)
}

/// The same by this program with a slower disk preloaded.
pub fn keeps_slowly(slow: &Path, folder: &Path, long: Duration) -> Result<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("disk").arg(folder).arg(long.as_millis().to_string()).env("LD_PRELOAD", slow);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().with_context(|| format!("the disk under a slower one: {said:?}"))
}

/// Compiles what makes a disk slower, into this folder; none where there is no C compiler.
pub fn slower(folder: &Path) -> Result<Option<PathBuf>> {
    fs::create_dir_all(folder)?;
    let source = folder.join("slow_disk.c");
    let library = fs::canonicalize(folder)?.join("slow_disk.so");
    fs::write(&source, include_str!("slow_disk.c"))?;
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(&source).arg("-ldl");
    match compiler.output() {
        Err(_) => Ok(None),
        Ok(output) if output.status.success() => Ok(Some(library)),
        Ok(output) => bail!("cc: {}", String::from_utf8_lossy(&output.stderr)),
    }
}
