//! How a command ends, for people and for scripts.

use std::fmt;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::output::{spoken, told};

/// What a script can tell from the exit code.
pub(crate) const CODES: &str = "\
Exit codes:
  0  done
  1  failed; the sentence says why, and what to do
  2  the command was not understood
  3  partly done; the same command goes on from there
  4  another run goes on
  5  far more plays than usual; look at the plan, and say --confirm";

/// How a command ended that did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All of it.
    Done,
    /// A part; something is left for the next call.
    Partly,
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        Self::from(match ended {
            Ended::Done => 0,
            Ended::Partly => 3,
        })
    }
}

/// Why a command did nothing.
#[derive(Debug)]
pub(crate) struct Trouble {
    text: String,
    code: u8,
}

impl Trouble {
    /// An error as a route answers it.
    pub(super) fn answered(answer: &Value, zone: &TimeZone) -> Self {
        let field = |name: &str| answer[name].as_str().unwrap_or_default();
        let code = match field("code") {
            "run_in_progress" => 4,
            "too_many_plays" => 5,
            _ => 1,
        };
        let hint = match code {
            5 => {
                "nothing was posted; look at the plan, and add --confirm if it is meant".to_owned()
            }
            _ => told(&spoken(field("hint")), zone),
        };
        Self { text: format!("{}\n  hint: {hint}", told(field("error"), zone)), code }
    }

    pub(crate) fn code(&self) -> ExitCode {
        self.code.into()
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.trim_end())
    }
}

impl std::error::Error for Trouble {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_script_can_tell_why_nothing_was_done() {
        for (code, exit) in [("run_in_progress", 4), ("too_many_plays", 5), ("signed_out", 1)] {
            let answer = json!({ "error": "a sentence", "code": code, "hint": "a step" });
            assert_eq!(Trouble::answered(&answer, &TimeZone::UTC).code, exit, "{code}");
        }
        let many = json!({ "error": "far more", "code": "too_many_plays", "hint": "?confirm=1" });
        assert!(Trouble::answered(&many, &TimeZone::UTC).to_string().contains("--confirm"));
    }
}
