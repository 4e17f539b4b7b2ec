//! What was changed of an item, by whom and why.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Item, ItemId};

/// Who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The person, on the page or by a program of theirs.
    You,
    /// A file that the person read in.
    Import,
    /// What a source of titles knows of the work.
    Source,
    /// The person's list at AniList.
    Anilist,
    /// The person's list at `MyAnimeList`.
    Myanimelist,
    /// The person's list at Kitsu.
    Kitsu,
    /// The person's history at Trakt.
    Trakt,
}

/// One field, before and after. The values are written as an item's are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's name, as an item has it.
    pub field: String,
    /// What it was.
    pub before: Value,
    /// What it is since then.
    pub after: Value,
}

/// One change of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The item.
    pub item: ItemId,
    /// Which change of the library it was; grows.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// Whether the item was added by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub added: bool,
    /// What changed. Of an item that was added, what it was added with.
    pub fields: Vec<FieldChange>,
    /// Why this value won, where there was a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Change {
    /// The fields of an [`Edit`](super::Edit) that takes the change back, of the item as it is after
    /// the change.
    pub fn undo(&self, item: &Item) -> Map<String, Value> {
        let fields = self.fields.iter().map(|change| (change.field.clone(), change.before.clone()));
        let mut undo: Map<String, Value> = fields.collect();
        if undo.contains_key("max_progress") {
            // A maximum that somebody sets is theirs, unless they say otherwise.
            let by_hand = item.work.max_progress_by_hand.into();
            undo.entry("max_progress_by_hand").or_insert(by_hand);
        }
        let value = |field: &str| undo.get(field).map(Value::as_u64);
        let over = |field: &str, most: &str, now: Option<u32>| {
            let most = value(most).unwrap_or(now.map(u64::from));
            value(field).flatten().zip(most).is_some_and(|(was, most)| was > most)
        };
        let work = &item.work;
        let over = over("progress", "max_progress", work.max_progress)
            || over("progress_volumes", "max_volumes", work.max_volumes);
        if over {
            undo.insert("force".to_owned(), true.into());
        }
        undo
    }
}

/// What was watched and read on a day, in the person's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadDay {
    /// The day.
    pub day: Date,
    /// Episodes; less than nothing where more was taken back than added.
    pub episodes: i64,
    /// Chapters, likewise.
    pub chapters: i64,
}

/// What is another in two states of an item; of none before, all that it has.
pub(super) fn difference(before: Option<&Item>, after: &Item) -> Vec<FieldChange> {
    let old = before.map(Item::fields).unwrap_or_default();
    let mut old = old.into_iter().map(|(_, value)| value);
    let pairs = after.fields().into_iter().map(|(field, after)| {
        let before = old.next().unwrap_or(Value::Null);
        FieldChange { field: field.to_owned(), before, after }
    });
    pairs.filter(|change| change.before != change.after).collect()
}
