//! `bin/bench`: how fast the real program answers, measured against a bare server that sends as many
//! bytes, on the same machine and in the same minutes. Each figure is a ratio with a goal.

mod bare;
mod invent;
mod load;
mod pages;
mod program;
mod table;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::table::Table;

/// What the benchmark can be told.
#[derive(Debug, Parser)]
#[command(about = "Measures Soundpost against what this machine can do at all")]
struct Options {
    /// Shorter rounds and fewer of them: a look, not a measurement
    #[arg(long)]
    quick: bool,
    /// Prints the rows as JSON, and nothing else
    #[arg(long)]
    json: bool,
    /// Where databases of invented artists are kept from one run to the next
    #[arg(long, default_value = "target/bench", value_name = "DIR")]
    data: PathBuf,
    /// The program under test
    #[arg(long, default_value = "target/release/soundpost", value_name = "FILE")]
    program: PathBuf,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// The bare server, as this program starts it
    #[command(hide = true)]
    Bare {
        /// On which port of 127.0.0.1
        port: u16,
        /// How many bytes it sends
        bytes: usize,
    },
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(Part::Bare { port, bytes }) = options.part {
        return bare::serve(port, bytes);
    }
    let mut table = Table::default();
    pages::measure(&options.program, &options.data, options.quick, &mut table)?;
    if options.json { table.print_json() } else { table.print() }
}
