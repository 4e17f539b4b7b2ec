//! What was found: a line a check while it goes on, a closing line, and a `JUnit` file.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

/// How one check ended.
pub(crate) enum Outcome {
    Passed,
    Failed { why: String, hint: &'static str },
    Skipped { why: &'static str },
}

/// Whether the lines carry colour.
#[derive(Clone, Copy)]
pub(crate) enum Paint {
    Colour,
    Plain,
}

struct Row {
    name: String,
    outcome: Outcome,
    took: Duration,
}

/// Every check with its outcome, in the order they ran.
pub(crate) struct Report {
    paint: Paint,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(paint: Paint) -> Self {
        Self { paint, rows: Vec::new() }
    }

    /// Takes in one outcome and prints its line.
    pub(crate) fn add(
        &mut self,
        name: String,
        outcome: Outcome,
        took: Duration,
        out: &mut impl Write,
    ) {
        let line = self.line(&name, &outcome);
        put(out, &line);
        self.rows.push(Row { name, outcome, took });
    }

    /// Takes in one outcome without a word.
    pub(crate) fn count_only(&mut self, name: String, outcome: Outcome) {
        self.rows.push(Row { name, outcome, took: Duration::ZERO });
    }

    /// Prints the closing line.
    pub(crate) fn close(&self, out: &mut impl Write) {
        let passed = self.count(|outcome| matches!(outcome, Outcome::Passed));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped { .. }));
        put(out, &format!("\n{passed} passed, {} failed, {skipped} skipped", self.failed()));
    }

    /// How many checks failed.
    pub(crate) fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed { .. }))
    }

    /// Writes the outcome in the form that test dashboards read.
    pub(crate) fn write_junit(&self, file: &Path) -> io::Result<()> {
        let mut suite = TestSuite::new("verify");
        for row in &self.rows {
            let mut case = TestCase::new(row.name.as_str(), status(&row.outcome));
            case.set_classname("verify").set_time(row.took);
            suite.add_test_case(case);
        }
        let mut junit = quick_junit::Report::new("verify");
        junit.add_test_suite(suite);
        let text = junit.to_string().map_err(io::Error::other)?;
        fs::write(file, text)
    }

    fn count(&self, holds: impl Fn(&Outcome) -> bool) -> usize {
        self.rows.iter().filter(|row| holds(&row.outcome)).count()
    }

    fn line(&self, name: &str, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Passed => format!("{} {name}", self.tinted("32", "✓")),
            Outcome::Skipped { why } => format!("{} {name} ({why})", self.tinted("2", "–")),
            Outcome::Failed { why, hint } => {
                let mut line = format!("{} {name}", self.tinted("31", "✗"));
                // Writing to a String cannot fail.
                let _ = write!(line, "\n    {why}\n    {} {hint}", self.tinted("2", "hint:"));
                line
            }
        }
    }

    /// `code` is an ANSI "select graphic rendition" number.
    fn tinted(&self, code: &str, text: &str) -> String {
        match self.paint {
            Paint::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Paint::Plain => text.to_owned(),
        }
    }
}

fn status(outcome: &Outcome) -> TestCaseStatus {
    match outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Skipped { why } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(*why);
            status
        }
        Outcome::Failed { why, hint } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(why.as_str()).set_description(format!("hint: {hint}"));
            status
        }
    }
}

/// A reader who has left (`verify | head`) is no reason to stop: the exit code still says how it went.
fn put(out: &mut impl Write, line: &str) {
    let _ = writeln!(out, "{line}");
}
