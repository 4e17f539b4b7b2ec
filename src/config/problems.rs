//! What is wrong with a configuration, told all at once.

use std::fmt;

/// One mistake in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong, with the value last unless it is secret.
    pub message: String,
    /// What to write instead.
    pub hint: &'static str,
}

/// All mistakes in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the configuration has {} to correct:", plural(self.0.len()))?;
        for problem in &self.0 {
            writeln!(f, "  {}: {}", problem.variable, problem.message)?;
            writeln!(f, "    hint: {}", problem.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

fn plural(count: usize) -> String {
    if count == 1 { "1 setting".to_owned() } else { format!("{count} settings") }
}
