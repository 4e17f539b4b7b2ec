//! What is asked of Redis and what it answers, the same over every transport.
//!
//! All words and values are text: REST answers carry nothing else safely.

use crate::{Result, StoreError};

/// Every script stands between these. It answers how many commands it ran, and then what it has to
/// say.
const COUNTED: [&str; 2] = [
    "local calls = 0
local function call(...)
  calls = calls + 1
  return redis.call(...)
end
local function script()",
    "
end
local answer = script()
if type(answer) == 'table' and answer.err then return answer end
return {calls, answer}",
];

/// One command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command(pub(super) Vec<String>);

impl Command {
    /// A command from its words.
    pub(super) fn new<I: IntoIterator<Item = S>, S: Into<String>>(words: I) -> Self {
        Self(words.into_iter().map(Into::into).collect())
    }

    /// A script with the keys it touches and its arguments. It runs commands by `call`, which counts
    /// them.
    pub(super) fn script(
        code: &str,
        keys: impl IntoIterator<Item = String>,
        arguments: impl IntoIterator<Item = String>,
    ) -> Self {
        let keys: Vec<String> = keys.into_iter().collect();
        let [before, after] = COUNTED;
        let code = [before, code, after].concat();
        let mut words = vec!["EVAL".to_owned(), code, keys.len().to_string()];
        words.extend(keys);
        words.extend(arguments);
        Self(words)
    }

    /// Whether it is a script, whose answer is counted.
    pub(super) fn is_script(&self) -> bool {
        self.0.first().is_some_and(|name| name == "EVAL")
    }

    /// The keys that a change touches. `RUN` names four, `MSET` and `DEL` any number, the others one.
    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        let (step, count) = match self.0.first().map(String::as_str) {
            Some("RUN") => (1, 4),
            Some("MSET") => (2, usize::MAX),
            Some("DEL") => (1, usize::MAX),
            _ => (1, 1),
        };
        self.0.iter().skip(1).step_by(step).take(count)
    }

    /// How many bytes its words have.
    pub(super) fn size(&self) -> usize {
        // A word's length and quotes cost about this much on any wire.
        self.0.iter().map(|word| word.len() + 8).sum()
    }
}

/// Whether a command may be sent again when its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// A second time does nothing more.
    Safe,
    /// It may have been applied.
    Never,
}

/// An answer that is no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// There is no such thing.
    Nil,
    /// Done, with nothing to tell.
    Done,
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// Several answers.
    List(Vec<Self>),
}

impl Reply {
    /// A text, if there is one.
    pub(super) fn text(self) -> Result<Option<String>> {
        match self {
            Self::Nil => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            other => Err(unexpected(&other)),
        }
    }

    /// A number.
    pub(super) fn number(self) -> Result<i64> {
        match self {
            Self::Number(number) => Ok(number),
            other => Err(unexpected(&other)),
        }
    }

    /// What a script answered, behind how many commands it ran.
    pub(super) fn counted(self) -> Result<(u64, Self)> {
        let Self::List(items) = self else { return Err(unexpected(&self)) };
        let mut items = items.into_iter();
        let calls = items.next().unwrap_or(Self::Nil).number()?;
        Ok((calls.cast_unsigned(), items.next().unwrap_or(Self::Nil)))
    }

    /// A list of texts, some of which may be missing.
    pub(super) fn texts(self) -> Result<Vec<Option<String>>> {
        match self {
            Self::List(items) => items.into_iter().map(Self::text).collect(),
            other => Err(unexpected(&other)),
        }
    }

    /// How many bytes it has, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Nil | Self::Done | Self::Number(_) => 5,
            Self::Text(text) => text.len() + 8,
            Self::List(items) => items.iter().map(Self::size).sum(),
        }
    }
}

/// The kind of answer is told and not the answer, which may hold a token.
fn unexpected(reply: &Reply) -> StoreError {
    let kind = match reply {
        Reply::Nil => "nothing",
        Reply::Done => "OK",
        Reply::Number(_) => "a number",
        Reply::Text(_) => "a text",
        Reply::List(_) => "a list",
    };
    StoreError::Unavailable(format!("Redis sent an answer of an unexpected kind: {kind}"))
}
