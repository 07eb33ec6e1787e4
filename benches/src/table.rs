//! The figures, each with its limit, its goal, and whether it is met.

use anyhow::Result;
use serde::Serialize;

/// A figure.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was measured.
    pub figure: String,
    /// What the program did.
    pub value: f64,
    /// What the machine can do at all.
    pub limit: f64,
    /// The one by the other.
    pub ratio: f64,
    /// What the ratio should be, at least or at most.
    pub goal: f64,
    /// Whether it is that.
    pub met: bool,
}

/// All figures.
#[derive(Debug, Default, Serialize)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Adds a figure, measured in rounds as its limit was, whose ratio should be `goal` or more.
    pub fn at_least(&mut self, figure: &str, values: &[f64], limits: &[f64], goal: f64) {
        self.add(figure, values, limits, goal, |ratio| ratio >= goal);
    }

    /// Adds a figure, measured in rounds as its limit was, whose ratio should be `goal` or less.
    pub fn at_most(&mut self, figure: &str, values: &[f64], limits: &[f64], goal: f64) {
        self.add(figure, values, limits, goal, |ratio| ratio <= goal);
    }

    /// The ratio is the middle of those of the rounds: a machine that others share is slow for seconds,
    /// and then it is slow for both.
    fn add(
        &mut self,
        figure: &str,
        values: &[f64],
        limits: &[f64],
        goal: f64,
        met: impl Fn(f64) -> bool,
    ) {
        let ratios: Vec<f64> =
            values.iter().zip(limits).map(|(value, limit)| value / limit).collect();
        let (value, limit, ratio) = (median(values), median(limits), median(&ratios));
        eprintln!("{figure}: {value:.1} / {limit:.1} = {ratio:.2}");
        let row = Row { figure: figure.to_owned(), value, limit, ratio, goal, met: met(ratio) };
        self.rows.push(row);
    }

    /// Prints them for people.
    pub fn print(&self) -> Result<()> {
        println!("{:<62} {:>10} {:>10} {:>7} {:>6}", "figure", "value", "limit", "ratio", "goal");
        for row in &self.rows {
            let verdict = if row.met { "" } else { "  not met" };
            println!(
                "{:<62} {:>10.1} {:>10.1} {:>7.2} {:>6.2}{verdict}",
                row.figure, row.value, row.limit, row.ratio, row.goal
            );
        }
        Ok(())
    }

    /// Prints them for programs.
    pub fn print_json(&self) -> Result<()> {
        println!("{}", serde_json::to_string(self)?);
        Ok(())
    }
}

/// The middle of some figures.
fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
