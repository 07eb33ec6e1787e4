//! The same list in Django under gunicorn, with one worker: only when it is asked for, since it is
//! installed from PyPI.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::Bench;
use crate::load::{Ask, once};
use crate::program::{Installation, Serving, free_port};
use crate::rounds::Contender;

/// Artists behind the page.
const ARTISTS: u32 = 1_000;
/// Peers are fixed, so that a figure can be compared with an older one.
const PACKAGES: [&str; 2] = ["django==5.2.8", "gunicorn==23.0.0"];

/// Measures both and adds their row.
pub fn measure(bench: &mut Bench) -> Result<()> {
    let installation = Installation::on_sqlite(&bench.program, &bench.data, ARTISTS)?;
    let ours = Serving::soundpost(&installation, 0)?;
    let gunicorn = install(bench)?;
    let page = once(ours.port, &Ask::get("/artists", &[], 200))?;
    let filters = fs::canonicalize(&bench.data)?.join("filters.json");
    fs::write(&filters, parts_of(&String::from_utf8_lossy(&page.body))?.to_string())?;

    let port = free_port()?;
    let mut command = Command::new(gunicorn);
    command
        .args([
            "--workers",
            "1",
            "--keep-alive",
            "60",
            "--worker-class",
            "gthread",
            "--threads",
            "1",
        ])
        .args(["--worker-connections", "100", "--bind", &format!("127.0.0.1:{port}")])
        .args(["--chdir", concat!(env!("CARGO_MANIFEST_DIR"), "/peers"), "artist_list:application"])
        .env("PEER_FILTERS", &filters)
        .env("PEER_DATABASE", fs::canonicalize(installation.folder())?.join("soundpost.db"));
    let theirs = Serving::start(command, port, "/artists")?;
    let mut contenders =
        [&ours, &theirs].map(|server| Contender::new(server, Ask::get("/artists", &[], 200)));
    for _ in 0..bench.rounds.count {
        for contender in &mut contenders {
            contender.run(bench.rounds.long)?;
        }
    }
    let [ours, theirs] = contenders;
    let figure = "list made anew, SQLite / in Django (answers/s)";
    bench.table.at_least(figure, &ours.rates, &theirs.rates, 40.0);
    Ok(())
}

/// Installs the peers into a folder of their own.
fn install(bench: &Bench) -> Result<PathBuf> {
    let folder = fs::canonicalize(&bench.data)?.join("peers");
    let gunicorn = folder.join("bin/gunicorn");
    if gunicorn.exists() {
        return Ok(gunicorn);
    }
    for (program, more) in [
        (PathBuf::from("python3"), vec!["-m", "venv", folder.to_str().context("a path")?]),
        (folder.join("bin/pip"), [&["install", "--quiet"], &PACKAGES[..]].concat()),
    ] {
        let status = Command::new(&program).args(more).status()?;
        if !status.success() {
            bail!("{}: {status}", program.display());
        }
    }
    Ok(gunicorn)
}

/// The filters that our page offers, and one of its covers.
fn parts_of(page: &str) -> Result<Value> {
    let mut panels = Vec::new();
    for panel in page.split("<details").skip(1) {
        let panel = panel.split("</details>").next().unwrap_or_default();
        let label = between(panel, "class=\"chip\">", "</summary>")?;
        let choices: Vec<Value> = panel
            .split("<li><a href=\"")
            .skip(1)
            .filter_map(|choice| {
                let (url, rest) = choice.split_once('"')?;
                Some(json!({ "url": url, "label": between(rest, ">", "</a>").ok()? }))
            })
            .collect();
        panels.push(json!({ "label": label, "choices": choices }));
    }
    Ok(json!({ "panels": panels, "cover": between(page, "class=\"cover\">", "</div>")? }))
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Result<&'a str> {
    let (_, after) = text.split_once(from).with_context(|| format!("no {from}"))?;
    Ok(after.split_once(to).with_context(|| format!("no {to}"))?.0)
}
