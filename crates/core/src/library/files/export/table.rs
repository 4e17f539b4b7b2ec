//! A table for spreadsheets, which holds all that an item has. Texts that a spreadsheet would take for
//! formulas have an apostrophe before them, which reading takes off again.

use std::collections::HashMap;

use csv::{Terminator, WriterBuilder};
use serde_json::Value;

use crate::library::Item;
use crate::library::files::csv::{COLUMNS, Column, guarded};

/// All items as RFC 4180 says, with a header.
pub fn csv<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(COLUMNS.map(|(name, _)| name));
    for item in items {
        let _ = writer.write_record(cells(item));
    }
    writer.into_inner().unwrap_or_default()
}

fn cells(item: &Item) -> Vec<String> {
    let fields: HashMap<&str, Value> = item.fields().into_iter().collect();
    let cell = |(name, column): (&str, Column)| match (name, column) {
        ("id", _) => item.id.to_string(),
        ("type", _) => item.kind.word().to_owned(),
        ("source", _) => item.origin.word().to_owned(),
        (_, Column::Name(name)) => text(fields.get("titles").and_then(|names| names.get(name))),
        (name, _) => text(fields.get(name)),
    };
    COLUMNS.into_iter().map(cell).collect()
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => guarded(text),
        Some(other) => other.to_string(),
    }
}
