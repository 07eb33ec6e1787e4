//! Public pages: kept and made anew, against a bare server that sends as many bytes.

use anyhow::{Context, Result};

use crate::Bench;
use crate::load::{Ask, once};
use crate::program::{Installation, Serving};
use crate::rounds::Contender;

/// The page that is asked for.
const LIST: &str = "/artists";
/// Artists behind it.
const ARTISTS: u32 = 1_000;

/// Measures the pages and adds their rows.
pub fn measure(bench: &mut Bench) -> Result<()> {
    let installation = Installation::on_sqlite(&bench.program, &bench.data, ARTISTS)?;
    let keeping = Serving::soundpost(&installation, 64)?;
    let making = Serving::soundpost(&installation, 0)?;
    let page = once(keeping.port, &Ask::get(LIST, &[], 200))?;
    let tag = page.header("etag").context("the list has no tag")?.to_owned();
    let bare = Serving::bare(page.body.len())?;
    let on_postgres = match seed_postgres(bench)?.zip(bench.postgres.as_ref()) {
        None => None,
        Some((installation, postgres)) => Some((Serving::soundpost(&installation, 0)?, postgres)),
    };

    let tagged = format!("if-none-match: {tag}");
    let mut contenders = vec![
        Contender::new(&bare, Ask::get("/", &[], 200)),
        Contender::new(&keeping, Ask::get(LIST, &[], 200)),
        Contender::new(&keeping, Ask::get(LIST, &["accept-encoding: br"], 200)),
        Contender::new(&keeping, Ask::get(LIST, &[&tagged], 304)),
        Contender::new(&making, Ask::get(LIST, &[], 200)),
    ];
    if let Some((server, postgres)) = &on_postgres {
        contenders.push(Contender::with(server, postgres, Ask::get(LIST, &[], 200)));
    }
    for _ in 0..bench.rounds.count {
        for contender in &mut contenders {
            contender.run(bench.rounds.long)?;
        }
    }
    let rows = [
        ("kept list, as it is / bare server (answers/s)", 0.90),
        ("kept list, br / bare server, as it is", 1.00),
        ("list that has not changed (304) / bare server", 1.00),
        ("list made anew, SQLite / bare server", 0.15),
        ("list made anew, PostgreSQL / bare server", 0.04),
    ];
    let Some((limit, contenders)) = contenders.split_first() else { return Ok(()) };
    for ((figure, goal), contender) in rows.into_iter().zip(contenders) {
        bench.table.at_least(figure, &contender.rates, &limit.rates, goal);
    }
    Ok(())
}

/// The same artists on PostgreSQL, where it is installed.
pub fn seed_postgres(bench: &Bench) -> Result<Option<Installation>> {
    let Some(postgres) = &bench.postgres else { return Ok(None) };
    let database = postgres.database(&format!("artists_{ARTISTS}"))?;
    Installation::on_postgres(&bench.program, &bench.data, &database, ARTISTS).map(Some)
}
