//! The fields of an entry that lists are kept equal in, and their values.

use std::fmt;

use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::FuzzyDate;
use crate::library::Status;

/// A field of an entry that is merged by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// How the person stands to the work.
    Status,
    /// Whether they are at it again.
    Repeating,
    /// How often they finished it again.
    Repeats,
    /// Episodes watched or chapters read.
    Progress,
    /// Volumes read.
    Volumes,
    /// What they give it.
    Score,
    /// When they began.
    Started,
    /// When they finished, the first time.
    Finished,
    /// What they noted.
    Notes,
    /// Whether nobody else may see it.
    Private,
}

impl Field {
    /// All of them. Those that others are read by come first.
    pub const ALL: [Self; 10] = [
        Self::Status,
        Self::Repeating,
        Self::Repeats,
        Self::Progress,
        Self::Volumes,
        Self::Score,
        Self::Started,
        Self::Finished,
        Self::Notes,
        Self::Private,
    ];

    /// The name that an item has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Repeating => "repeating",
            Self::Repeats => "repeats",
            Self::Progress => "progress",
            Self::Volumes => "progress_volumes",
            Self::Score => "score",
            Self::Started => "started",
            Self::Finished => "finished",
            Self::Notes => "notes",
            Self::Private => "private",
        }
    }

    /// What it is called in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Repeating => "repeat that goes on",
            Self::Repeats => "number of repeats",
            Self::Progress => "progress",
            Self::Volumes => "volumes",
            Self::Score => "score",
            Self::Started => "start",
            Self::Finished => "end",
            Self::Notes => "notes",
            Self::Private => "privacy",
        }
    }

    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether it says how far a person is, so that it is decided with the others that do.
    pub fn is_position(self) -> bool {
        matches!(self, Self::Status | Self::Repeating | Self::Repeats | Self::Progress)
    }

    /// The value from its JSON, written as [`Value`] writes it; none where it is no value of this field.
    pub fn read(self, json: &serde_json::Value) -> Option<Value> {
        let number = || json.as_u64().and_then(|number| u32::try_from(number).ok());
        Some(match self {
            Self::Status => Value::Status(Status::deserialize(json).ok()?),
            Self::Repeating | Self::Private => Value::Flag(json.as_bool()?),
            Self::Progress | Self::Volumes if json.as_str() == Some("all") => {
                Value::Count(Count::All)
            }
            Self::Progress | Self::Volumes => Value::Count(Count::Of(number()?)),
            Self::Score if json.is_null() => Value::Number(0),
            Self::Repeats | Self::Score => Value::Number(number()?),
            Self::Started | Self::Finished if json.is_null() => Value::Date(FuzzyDate::default()),
            Self::Started | Self::Finished => Value::Date(json.as_str()?.parse().ok()?),
            Self::Notes => Value::Text(Option::<String>::deserialize(json).ok()?),
        })
    }
}

/// How much of a work: so many episodes, or all that the work has, however many a catalogue counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// So many.
    Of(u32),
    /// All of them.
    All,
}

impl Count {
    /// As a number, where all are so many.
    pub fn number(self, all: u32) -> u32 {
        match self {
            Self::Of(number) => number,
            Self::All => all,
        }
    }
}

/// The value of a [`Field`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Of [`Field::Status`].
    Status(Status),
    /// Of [`Field::Repeating`] and [`Field::Private`].
    Flag(bool),
    /// Of [`Field::Repeats`] and [`Field::Score`]; a score of 0 is none.
    Number(u32),
    /// Of [`Field::Progress`] and [`Field::Volumes`].
    Count(Count),
    /// Of [`Field::Started`] and [`Field::Finished`]; one without a year is none.
    Date(FuzzyDate),
    /// Of [`Field::Notes`].
    Text(Option<String>),
}

impl Value {
    /// Whether it is what an entry has before anybody says anything.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Status(status) => *status == Status::Planning,
            Self::Flag(flag) => !flag,
            Self::Number(number) => *number == 0,
            Self::Count(count) => *count == Count::Of(0),
            Self::Date(date) => date.year.is_none(),
            Self::Text(text) => text.as_deref().is_none_or(str::is_empty),
        }
    }
}

impl Value {
    /// The date, of a field that has one.
    pub fn date(&self) -> Option<FuzzyDate> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Status(status) => status.serialize(serializer),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) | Self::Count(Count::Of(number)) => {
                serializer.serialize_u32(*number)
            }
            Self::Count(Count::All) => serializer.serialize_str("all"),
            Self::Date(date) if date.year.is_none() => serializer.serialize_none(),
            Self::Date(date) => serializer.collect_str(date),
            Self::Text(text) => text.serialize(serializer),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match json!(self) {
            serde_json::Value::String(text) => f.write_str(&text),
            other => other.fmt(f),
        }
    }
}

/// Something for some of the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerField<T>([Option<T>; Field::ALL.len()]);

impl<T> Default for PerField<T> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| None))
    }
}

impl<T> PerField<T> {
    /// What every field gets.
    pub fn of_each(make: impl Fn(Field) -> Option<T>) -> Self {
        Self(Field::ALL.map(make))
    }

    /// What a field has.
    pub fn get(&self, field: Field) -> Option<&T> {
        self.0[field as usize].as_ref()
    }

    /// What a field has, to be changed.
    pub(super) fn get_mut(&mut self, field: Field) -> Option<&mut T> {
        self.0[field as usize].as_mut()
    }

    /// Gives a field something, or takes it away.
    pub fn put(&mut self, field: Field, value: Option<T>) {
        self.0[field as usize] = value;
    }

    /// The fields that have something.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &T)> {
        Field::ALL.into_iter().filter_map(|field| Some((field, self.get(field)?)))
    }

    /// Whether no field has anything.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

impl<T> FromIterator<(Field, T)> for PerField<T> {
    fn from_iter<I: IntoIterator<Item = (Field, T)>>(pairs: I) -> Self {
        let mut fields = Self::default();
        for (field, value) in pairs {
            fields.put(field, Some(value));
        }
        fields
    }
}

impl<T: Serialize> Serialize for PerField<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(field, value)| (field.name(), value)))
    }
}

impl<'de> Deserialize<'de> for PerField<Value> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Map::<String, serde_json::Value>::deserialize(deserializer)?;
        let read = |(name, value): (&String, &serde_json::Value)| {
            let field = Field::named(name)?;
            Some((field, field.read(value)?))
        };
        let known = json.iter().map(|pair| {
            read(pair).ok_or_else(|| de::Error::custom(format!("an odd value: {}", pair.0)))
        });
        known.collect()
    }
}

/// An entry, all fields of it. What its numbers count depends on whose it is: a hub's are canonical, a score of 0 to
/// 100 and the work's own episodes, a service's [`Native`](super::Native).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// How the person stands to the work.
    pub status: Status,
    /// Whether they are at it again; only where it is not planned and not completed.
    pub repeating: bool,
    /// How often they finished it again.
    pub repeats: u32,
    /// Episodes watched or chapters read.
    pub progress: Count,
    /// Volumes read.
    pub volumes: Count,
    /// What they give it; 0 is nothing.
    pub score: u8,
    /// When they began.
    pub started: FuzzyDate,
    /// When they finished, the first time.
    pub finished: FuzzyDate,
    /// What they noted.
    pub notes: Option<String>,
    /// Whether nobody else may see it.
    pub private: bool,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            status: Status::Planning,
            repeating: false,
            repeats: 0,
            progress: Count::Of(0),
            volumes: Count::Of(0),
            score: 0,
            started: FuzzyDate::default(),
            finished: FuzzyDate::default(),
            notes: None,
            private: false,
        }
    }
}

impl Entry {
    /// The value of a field.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Status => Value::Status(self.status),
            Field::Repeating => Value::Flag(self.repeating),
            Field::Repeats => Value::Number(self.repeats),
            Field::Progress => Value::Count(self.progress),
            Field::Volumes => Value::Count(self.volumes),
            Field::Score => Value::Number(u32::from(self.score)),
            Field::Started => Value::Date(self.started),
            Field::Finished => Value::Date(self.finished),
            Field::Notes => Value::Text(self.notes.clone()),
            Field::Private => Value::Flag(self.private),
        }
    }

    /// Sets a field. A value of another kind than the field's, or out of its range, changes nothing.
    pub fn set(&mut self, field: Field, value: &Value) {
        match (field, value) {
            (Field::Status, Value::Status(status)) => self.status = *status,
            (Field::Repeating, Value::Flag(flag)) => self.repeating = *flag,
            (Field::Repeats, Value::Number(number)) => self.repeats = *number,
            (Field::Progress, Value::Count(count)) => self.progress = *count,
            (Field::Volumes, Value::Count(count)) => self.volumes = *count,
            (Field::Score, Value::Number(number)) => {
                self.score = u8::try_from(*number).unwrap_or(self.score);
            }
            (Field::Started, Value::Date(date)) => self.started = *date,
            (Field::Finished, Value::Date(date)) => self.finished = *date,
            (Field::Notes, Value::Text(text)) => self.notes.clone_from(text),
            (Field::Private, Value::Flag(flag)) => self.private = *flag,
            _ => {}
        }
    }

    /// The entry with another value in a field.
    #[must_use]
    pub fn with(&self, field: Field, value: &Value) -> Self {
        let mut entry = self.clone();
        entry.set(field, value);
        entry
    }

    /// The values of all fields.
    pub fn values(&self) -> PerField<Value> {
        PerField::of_each(|field| Some(self.get(field)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name_and_stands_where_it_is_looked_for() {
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(Field::named(field.name()), Some(field));
            assert_eq!(field as usize, place);
        }
        assert_eq!(Field::named("title"), None);
    }

    #[test]
    fn values_are_read_as_they_were_written() {
        let entry = Entry {
            status: Status::OnHold,
            repeating: true,
            repeats: 2,
            progress: Count::All,
            volumes: Count::Of(3),
            score: 85,
            started: "2021-05".parse().unwrap(),
            notes: Some("again".into()),
            private: true,
            ..Entry::default()
        };
        let text = serde_json::to_string(&entry.values()).unwrap();
        let read: PerField<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, entry.values(), "{text}");
        assert!(serde_json::from_str::<PerField<Value>>(r#"{"score":"many"}"#).is_err());
        assert!(serde_json::from_str::<PerField<Value>>(r#"{"title":1}"#).is_err());
    }

    #[test]
    fn a_new_entry_is_empty_in_every_field() {
        assert!(Field::ALL.iter().all(|field| Entry::default().get(*field).is_empty()));
    }
}
