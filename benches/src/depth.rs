//! Lists that stay flat: the slowest answers with a million artists beside those with a thousand, and a
//! page at the end of a list beside its first. Nothing is kept here, every page is made anew.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::Bench;
use crate::invent;
use crate::load::{Ask, each, once, quantile};
use crate::program::{Installation, Serving};

/// Artists of the small installation.
const FEW: u32 = 1_000;
/// Addresses of each kind.
const ASKED: usize = 100;

/// Pages of one kind.
struct Kind {
    name: &'static str,
    asks: Vec<Ask>,
}

/// Measures them and adds their rows.
pub fn measure(bench: &mut Bench) -> Result<()> {
    let many = if bench.rounds.quick { 100_000 } else { 1_000_000 };
    let small = Installation::on_sqlite(&bench.program, &bench.data, FEW)?;
    let large = Installation::on_sqlite(&bench.program, &bench.data, many)?;
    let (small, large) = (Serving::soundpost(&small, 0)?, Serving::soundpost(&large, 0)?);
    let rounds = if bench.rounds.quick { 5 } else { 11 };
    for kind in kinds() {
        let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
        // The first round warms both up.
        for round in 0..=rounds {
            for (server, slowest) in [(&small, &mut of_small), (&large, &mut of_large)] {
                let mut took = each(server.port, &kind.asks)?;
                if round > 0 {
                    slowest.push(micros(quantile(&mut took, 0.99)));
                }
            }
        }
        let figure = format!("p99 of {}, {} / 1k artists (µs)", kind.name, short(many));
        bench.table.at_most(&figure, &of_large, &of_small, 2.0);
    }
    deep(bench, &large, many, rounds)?;
    if let Ok(seeded) = Installation::on_sqlite(&bench.program, &bench.data, many)?.seeded() {
        let figure = format!("artists imported in a second, up to {}", short(many));
        bench.table.at_least(&figure, &[f64::from(many) / seeded.seconds], &[5_000.0], 1.0);
        let figure = format!("memory of that import (MiB) / with {} artists", short(FEW));
        let few = Installation::on_sqlite(&bench.program, &bench.data, FEW)?.seeded()?;
        bench.table.at_most(&figure, &[seeded.peak_mib], &[few.peak_mib], 10.0);
    }
    Ok(())
}

/// The last page of the list of all, found from its end.
fn deep(bench: &mut Bench, server: &Serving, many: u32, rounds: usize) -> Result<()> {
    let last = page_linked(server, "/artists?before=-1.0", "before=")?;
    let deep = page_linked(server, &last, "after=")?;
    let (mut first_took, mut deep_took) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        for (path, typical) in [("/artists", &mut first_took), (&deep, &mut deep_took)] {
            let mut took = each(server.port, &vec![Ask::get(path, &[], 200); ASKED])?;
            if round > 0 {
                typical.push(micros(quantile(&mut took, 0.5)));
            }
        }
    }
    let figure = format!("p50 of the last page / the first, {} artists (µs)", short(many));
    bench.table.at_most(&figure, &deep_took, &first_took, 1.5);
    Ok(())
}

/// Where the link with this parameter leads, on the page at this path.
fn page_linked(server: &Serving, path: &str, parameter: &str) -> Result<String> {
    let page = once(server.port, &Ask::get(path, &[], 200))?;
    let text = String::from_utf8_lossy(&page.body).into_owned();
    let mut links = text.split("href=\"").skip(1).filter_map(|link| link.split('"').next());
    let link = links.find(|link| link.contains(parameter)).context("a link to the next page")?;
    Ok(link.replace("&#38;", "&").replace("&amp;", "&"))
}

fn kinds() -> [Kind; 5] {
    let each_of = |count: usize, path: &dyn Fn(usize) -> String| {
        (0..count).map(|at| Ask::get(&path(at), &[], 200)).collect::<Vec<_>>()
    };
    let names = invent::latin_words(ASKED);
    let sorts = ["", "?sort=newest", "?sort=name", "?country=DE", "?genre=techno", "?listeners=0"];
    [
        Kind { name: "lists", asks: each_of(ASKED, &|at| format!("/artists{}", sorts[at % 6])) },
        Kind {
            name: "genre and country",
            asks: each_of(ASKED, &|at| {
                let genre = invent::GENRES[at % invent::GENRES.len()];
                let country = invent::COUNTRIES[at % invent::COUNTRIES.len()];
                format!("/artists?genre={genre}&country={country}")
            }),
        },
        Kind {
            name: "searches by prefix",
            asks: each_of(ASKED, &|at| {
                let name = &names[at];
                format!("/artists?q={}", &name[..name.len().min(2 + at % 4)])
            }),
        },
        Kind {
            name: "searches with a slip",
            asks: each_of(ASKED, &|at| format!("/artists?q={}", with_a_slip(&names[at]))),
        },
        Kind {
            name: "profiles",
            asks: each_of(ASKED, &|at| format!("/artists/act-{}", 1 + at * 9)),
        },
    ]
}

/// A name as somebody types it in a hurry.
fn with_a_slip(name: &str) -> String {
    let middle = name.len() / 2;
    format!("{}x{}", &name[..middle], &name[middle + 1..])
}

fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000_000.0
}

/// "1M", "100k".
pub fn short(artists: u32) -> String {
    match artists {
        1_000_000.. => format!("{}M", artists / 1_000_000),
        _ => format!("{}k", artists / 1_000),
    }
}
