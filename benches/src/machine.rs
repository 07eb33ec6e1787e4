//! What the program takes of a small machine with a hundred thousand artists: the time until it answers,
//! and the memory under load.

use std::time::Duration;

use anyhow::Result;

use crate::Bench;
use crate::invent;
use crate::load::{Ask, NUMBER, each, press};
use crate::program::{Installation, Serving};

/// Artists.
const ARTISTS: u32 = 100_000;
/// Mebibytes of pages that are kept.
const CACHE: u32 = 64;

/// Measures both and adds their rows.
pub fn measure(bench: &mut Bench) -> Result<()> {
    let installation = Installation::on_sqlite(&bench.program, &bench.data, ARTISTS)?;
    let mut starts = Vec::new();
    for _ in 0..bench.rounds.count {
        let serving = Serving::soundpost(&installation, CACHE)?;
        starts.push(serving.started_in.as_secs_f64() * 1_000.0);
    }
    let figure = "start to the first answer, 100k artists (ms) / 150 ms";
    bench.table.at_most(figure, &starts, &vec![150.0; starts.len()], 1.0);

    let serving = Serving::soundpost(&installation, CACHE)?;
    let idle = serving.resident_mib()?;
    let mut most = 0.0_f64;
    let asks = wide();
    let long = if bench.rounds.quick { Duration::from_secs(1) } else { Duration::from_secs(5) };
    for encoding in ["br", "gzip"] {
        for some in asks.chunks(200) {
            each(serving.port, some)?;
            most = most.max(serving.resident_mib()?);
        }
        let header = format!("accept-encoding: {encoding}");
        // One page that is kept, and no page twice: each is made, compressed, and pushes another out.
        for path in ["/artists".to_owned(), format!("/artists?after={NUMBER}.9")] {
            press(serving.port, &Ask::get(&path, &[&header], 200), long, 64, 0)?;
            most = most.max(serving.resident_mib()?);
        }
    }
    let figure = "memory beyond the idle program under load (MiB) / 64 + cache";
    bench.table.at_most(figure, &[most - idle], &[f64::from(64 + CACHE)], 1.0);
    Ok(())
}

/// Many different pages: more than can be kept.
fn wide() -> Vec<Ask> {
    let mut asks = Vec::new();
    for genre in invent::GENRES {
        for country in invent::COUNTRIES {
            let path = format!("/artists?genre={genre}&country={country}");
            asks.push(Ask::get(&path, &["accept-encoding: gzip"], 200));
        }
    }
    asks.extend((1..1_200).map(|at| Ask::get(&format!("/artists/act-{at}"), &[], 200)));
    asks.extend((1..1_200).map(|at| {
        Ask::get(&format!("/artists?after={}.9", at * 1_000), &["accept-encoding: br"], 200)
    }));
    asks
}
