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
    /// What the ratio should be at least.
    pub goal: f64,
    /// Whether it is.
    pub met: bool,
}

/// All figures.
#[derive(Debug, Default, Serialize)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Adds a figure whose ratio should be `goal` or more.
    pub fn at_least(&mut self, figure: &str, value: f64, limit: f64, goal: f64) {
        let ratio = value / limit;
        let met = ratio >= goal;
        self.rows.push(Row { figure: figure.to_owned(), value, limit, ratio, goal, met });
    }

    /// Prints them for people.
    pub fn print(&self) -> Result<()> {
        println!("{:<52} {:>10} {:>10} {:>6} {:>6}", "figure", "value", "limit", "ratio", "goal");
        for row in &self.rows {
            let verdict = if row.met { "" } else { "  not met" };
            println!(
                "{:<52} {:>10.0} {:>10.0} {:>6.2} {:>6.2}{verdict}",
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
