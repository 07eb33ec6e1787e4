//! `bin/bench`: what the real program does, measured against what this machine can do at all, in the
//! same minutes. Each figure is a ratio with a goal.

mod bare;
mod depth;
mod disk;
mod inbox;
mod invent;
mod load;
mod machine;
mod mails;
mod pages;
mod peers;
mod postgres;
mod program;
mod rounds;
mod submissions;
mod table;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

use crate::postgres::Postgres;
use crate::program::Installation;
use crate::rounds::Rounds;
use crate::table::Table;

/// What the benchmark can be told.
#[derive(Debug, Parser)]
#[command(about = "Measures Soundpost against what this machine can do at all")]
struct Options {
    /// Shorter rounds and fewer of them, up to 100,000 artists: a look, not a measurement
    #[arg(long)]
    quick: bool,
    /// Prints the rows as JSON, and nothing else
    #[arg(long)]
    json: bool,
    /// Also the same list in Django, which is installed from PyPI
    #[arg(long)]
    peers: bool,
    /// Only the rows of this part: pages, depth, submissions, inbox, mails, machine
    #[arg(long, value_name = "PART")]
    only: Option<String>,
    /// Where databases of invented artists are kept from one run to the next
    #[arg(long, default_value = "target/bench", value_name = "DIR")]
    data: PathBuf,
    /// The program under test
    #[arg(long, default_value = "target/release/soundpost", value_name = "FILE")]
    program: PathBuf,
    #[command(subcommand)]
    part: Option<Helper>,
}

/// What the benchmark starts of itself.
#[derive(Debug, Subcommand)]
enum Helper {
    /// The bare server
    #[command(hide = true)]
    Bare {
        /// On which port of 127.0.0.1
        port: u16,
        /// How many bytes it sends
        bytes: usize,
    },
    /// How often the disk keeps a page in a second
    #[command(hide = true)]
    Disk {
        /// In which folder
        folder: PathBuf,
        /// For how many milliseconds
        long: u64,
    },
}

/// A run.
struct Bench {
    program: PathBuf,
    data: PathBuf,
    rounds: Rounds,
    /// Where PostgreSQL is installed.
    postgres: Option<Postgres>,
    table: Table,
}

/// A part of a run: its name, and what measures it.
type Measured = (&'static str, fn(&mut Bench) -> Result<()>);

const PARTS: [Measured; 6] = [
    ("pages", pages::measure),
    ("depth", depth::measure),
    ("submissions", submissions::measure),
    ("inbox", inbox::measure),
    ("mails", mails::measure),
    ("machine", machine::measure),
];

fn main() -> Result<()> {
    let options = Options::parse();
    match options.part {
        Some(Helper::Bare { port, bytes }) => return bare::serve(port, bytes),
        Some(Helper::Disk { folder, long }) => {
            println!("{}", disk::keeps_in_a_second(&folder, Duration::from_millis(long))?);
            return Ok(());
        }
        None => {}
    }
    if let Some(only) = &options.only
        && PARTS.iter().all(|(name, _)| name != only)
    {
        bail!("there is no part {only:?}");
    }
    std::fs::create_dir_all(&options.data)?;
    let postgres = Postgres::start(&options.data.join("postgres"))?;
    if postgres.is_none() {
        eprintln!("PostgreSQL is not installed: its rows are left out");
    }
    let mut bench = Bench {
        program: options.program,
        data: options.data,
        rounds: Rounds::of(options.quick),
        postgres,
        table: Table::default(),
    };
    let seeding = Instant::now();
    let wants_many = !options.quick && options.only.as_deref().is_none_or(|only| only == "depth");
    let sizes: &[u32] = if wants_many { &[1_000, 100_000, 1_000_000] } else { &[1_000, 100_000] };
    for artists in sizes {
        Installation::on_sqlite(&bench.program, &bench.data, *artists)?;
    }
    pages::seed_postgres(&bench)?;
    eprintln!("seeded in {:.0} s", seeding.elapsed().as_secs_f64());
    let measuring = Instant::now();
    for (name, measure) in PARTS {
        if options.only.as_deref().is_none_or(|only| only == name) {
            measure(&mut bench)?;
        }
    }
    if options.peers {
        peers::measure(&mut bench)?;
    }
    eprintln!("measured in {:.0} s", measuring.elapsed().as_secs_f64());
    if options.json { bench.table.print_json() } else { bench.table.print() }
}
