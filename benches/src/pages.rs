//! Public pages: kept and made anew, against a bare server that sends as many bytes.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::load::{Ask, once, press};
use crate::program::{Installation, Serving};
use crate::table::Table;

/// The page that is asked for.
const LIST: &str = "/artists";
/// Artists behind it.
const ARTISTS: u32 = 1_000;

/// How long and how often is measured.
#[derive(Debug, Clone, Copy)]
struct Rounds {
    count: usize,
    long: Duration,
}

impl Rounds {
    const fn of(quick: bool) -> Self {
        match quick {
            true => Self { count: 3, long: Duration::from_millis(700) },
            false => Self { count: 9, long: Duration::from_secs(2) },
        }
    }
}

/// A request to a server, and how many answers each second of one processor gave, round by round.
struct Contender<'a> {
    server: &'a Serving,
    ask: Ask,
    rates: Vec<f64>,
}

impl<'a> Contender<'a> {
    const fn new(server: &'a Serving, ask: Ask) -> Self {
        Self { server, ask, rates: Vec::new() }
    }

    /// What counts is the processor's time that an answer takes: the client needs a processor as
    /// well, and would hide what the server can do.
    fn run(&mut self, long: Duration) -> Result<()> {
        let before = self.server.processor_seconds()?;
        let answers = press(self.server.port, &self.ask, long)?;
        let taken = self.server.processor_seconds()? - before;
        self.rates.push(answers as f64 / taken.max(0.01));
        Ok(())
    }

    fn median(&mut self) -> f64 {
        self.rates.sort_by(f64::total_cmp);
        self.rates.get(self.rates.len() / 2).copied().unwrap_or_default()
    }
}

/// Measures the pages and adds their rows.
pub fn measure(program: &Path, data: &Path, quick: bool, table: &mut Table) -> Result<()> {
    let installation = Installation::with_artists(program, data, ARTISTS)?;
    let keeping = Serving::soundpost(&installation, 64)?;
    let making = Serving::soundpost(&installation, 0)?;
    let page = once(keeping.port, &Ask::get(LIST, &[], 200))?;
    let tag = page.header("etag").context("the list has no tag")?.to_owned();
    let bare = Serving::bare(page.body.len())?;

    let mut limit = Contender::new(&bare, Ask::get("/", &[], 200));
    let mut kept = Contender::new(&keeping, Ask::get(LIST, &[], 200));
    let mut packed = Contender::new(&keeping, Ask::get(LIST, &["accept-encoding: br"], 200));
    let tagged = format!("if-none-match: {tag}");
    let mut unchanged = Contender::new(&keeping, Ask::get(LIST, &[&tagged], 304));
    let mut made = Contender::new(&making, Ask::get(LIST, &[], 200));

    let rounds = Rounds::of(quick);
    for _ in 0..rounds.count {
        for contender in [&mut limit, &mut kept, &mut packed, &mut unchanged, &mut made] {
            contender.run(rounds.long)?;
        }
    }
    let most = limit.median();
    table.at_least("kept list, as it is / bare server", kept.median(), most, 0.90);
    table.at_least("kept list, br / bare server, as it is", packed.median(), most, 1.00);
    table.at_least("list that has not changed (304) / bare server", unchanged.median(), most, 1.00);
    table.at_least("list made anew, SQLite / bare server", made.median(), most, 0.15);
    Ok(())
}
