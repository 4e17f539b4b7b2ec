//! One row of a file: what it says, or why it cannot be read.

use serde_json::{Map, Value, json};

use super::scale::Scale;
use crate::library::{Kind, New, Refused};

/// As much of a title as a person needs to know the row again, in characters.
const SHOWN: usize = 200;

/// One row of a file.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which row of the file it is, from 1.
    pub number: usize,
    /// What it calls the work; empty where that is not known.
    pub title: String,
    /// What the work is, where that is known.
    pub kind: Option<Kind>,
    /// What it says, or why it cannot be read.
    pub said: Result<Box<Told>, Reason>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The item that it would be.
    pub new: New,
    /// The number that the item has in the file, if the file is ours. It tells apart items of one
    /// title that have no other id.
    pub(super) own: Option<u64>,
    /// How finely the file says a score.
    pub(super) scale: Scale,
    /// Whether the file has no title for it.
    pub(super) untitled: bool,
}

/// Why a row waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In a sentence.
    pub message: String,
    /// What would be right, where that is known.
    pub hint: Option<&'static str>,
}

impl Reason {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(super) fn with_hint(message: impl Into<String>, hint: &'static str) -> Self {
        Self { message: message.into(), hint: Some(hint) }
    }
}

impl From<Refused> for Reason {
    fn from(refused: Refused) -> Self {
        let hint = match &refused {
            Refused::Invalid { hint, .. } => Some(*hint),
            _ => None,
        };
        Self { message: refused.to_string(), hint }
    }
}

impl Row {
    /// A row that says these fields, by the names that an item has.
    pub(super) fn told(number: usize, mut fields: Map<String, Value>, scale: Scale) -> Self {
        let title = fields.get("title").and_then(Value::as_str).map(shown).unwrap_or_default();
        let kind = fields.get("type").and_then(Value::as_str).and_then(Kind::of);
        let own = fields.get("id").and_then(Value::as_u64);
        let untitled = !fields.contains_key("title");
        if untitled {
            fields.insert("title".to_owned(), json!("?"));
        }
        // A list may know of more than the catalogue does.
        fields.insert("force".to_owned(), json!(true));
        let said = match New::read(&fields) {
            Ok(new) if untitled && new.work.ids.is_empty() => {
                Err(Reason::new("this is missing: title"))
            }
            Ok(new) => Ok(Box::new(Told { new, own, scale, untitled })),
            Err(refused) => Err(refused.into()),
        };
        Self { number, title, kind, said }
    }

    /// The same of our own forms, which say scores as an item has them.
    pub(super) fn hundred(number: usize, fields: Map<String, Value>) -> Self {
        Self::told(number, fields, Scale::Hundred)
    }

    /// A row that cannot be read.
    pub(super) fn unclear(number: usize, title: &str, reason: Reason) -> Self {
        Self { number, title: shown(title), kind: None, said: Err(reason) }
    }

    /// A row that is longer than any is.
    pub(super) fn too_long(number: usize, most: usize) -> Self {
        Self::unclear(number, "", Reason::new(format!("the row has more bytes than {most}")))
    }
}

fn shown(title: &str) -> String {
    title.trim().chars().take(SHOWN).collect()
}
