//! Rounds in turn: whoever is compared is measured in the same minutes, one after the other and again.

use std::time::Duration;

use anyhow::Result;

use crate::load::{Ask, press};
use crate::postgres::Postgres;
use crate::program::Serving;

/// Connections on which answers are counted.
const CONNECTIONS: u32 = 32;

/// How long and how often is measured.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// How often.
    pub count: usize,
    /// How long each time.
    pub long: Duration,
    /// Whether this is only a look.
    pub quick: bool,
}

impl Rounds {
    /// As many as there is time for.
    pub const fn of(quick: bool) -> Self {
        match quick {
            true => Self { count: 3, long: Duration::from_millis(500), quick },
            false => Self { count: 7, long: Duration::from_millis(1_500), quick },
        }
    }
}

/// A request to a server, and how many answers each second of one processor gave, round by round.
pub struct Contender<'a> {
    server: &'a Serving,
    /// Works for the server.
    database: Option<&'a Postgres>,
    ask: Ask,
    /// Answers in a second, one for each round.
    pub rates: Vec<f64>,
}

impl<'a> Contender<'a> {
    /// One whose server works alone.
    pub const fn new(server: &'a Serving, ask: Ask) -> Self {
        Self { server, database: None, ask, rates: Vec::new() }
    }

    /// One whose server has a database do some of the work: its time counts as well.
    pub const fn with(server: &'a Serving, database: &'a Postgres, ask: Ask) -> Self {
        Self { server, database: Some(database), ask, rates: Vec::new() }
    }

    /// What counts is the processor's time that an answer takes: the client needs a processor as
    /// well, and would hide what the server can do.
    pub fn run(&mut self, long: Duration) -> Result<()> {
        let before = self.taken()?;
        let pressed = press(self.server.port, &self.ask, long, CONNECTIONS, 0)?;
        let taken = self.taken()? - before;
        self.rates.push(pressed.took.len() as f64 / taken.max(0.01));
        Ok(())
    }

    fn taken(&self) -> Result<f64> {
        let database = self.database.map_or(Ok(0.0), Postgres::processor_seconds)?;
        Ok(self.server.processor_seconds()? + database)
    }
}
