//! What `MyAnimeList` is told of an entry: a form with nothing in it that is not meant, as one field that it does not know
//! refuses all of it.

use super::client::At;
use super::refusal::Refusal;
use super::wire::{BEST, word};
use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Count, Field, Native, PerField, Value};

/// The fields of a form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Form(Vec<(&'static str, String)>);

impl Form {
    /// The fields that are told. An entry that is added gets its status, without which it would count as begun, and no field
    /// that says nothing.
    pub(super) fn of(
        kind: Kind,
        at: At,
        told: &PerField<Value>,
        target: &Native,
    ) -> Result<Self, Refusal> {
        let mut form = Self::default();
        let is_new = matches!(at, At::Work(_));
        if is_new || told.get(Field::Status).or(told.get(Field::Repeating)).is_some() {
            form.put_position(kind, target, is_new);
        }
        for (field, value) in told.iter().filter(|(_, value)| !(is_new && value.is_empty())) {
            if let Some(name) = name(field, kind) {
                form.0.push((name, text(field, value).ok_or(Refusal::Value { field })?));
            }
        }
        Ok(form)
    }

    /// Status and flag go together: of a title that is watched again, the one means nothing without the other.
    fn put_position(&mut self, kind: Kind, target: &Native, is_new: bool) {
        let Native(target) = target;
        let again = target.repeating && target.status != Status::Planning;
        // As the site writes it.
        let shown = match target.status {
            Status::Current if again => Status::Completed,
            status => status,
        };
        self.0.push(("status", word(shown, kind).to_owned()));
        if again || !is_new {
            let flag = match kind {
                Kind::Anime => "is_rewatching",
                Kind::Manga => "is_rereading",
            };
            self.0.push((flag, again.to_string()));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn encoded(&self) -> Vec<u8> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.0).finish().into_bytes()
    }
}

/// What a field is called where it is written, which for episodes is not as it is read. None for those that are written
/// with others, and for those that there are not.
fn name(field: Field, kind: Kind) -> Option<&'static str> {
    Some(match (field, kind) {
        (Field::Repeats, Kind::Anime) => "num_times_rewatched",
        (Field::Repeats, Kind::Manga) => "num_times_reread",
        (Field::Progress, Kind::Anime) => "num_watched_episodes",
        (Field::Progress, Kind::Manga) => "num_chapters_read",
        (Field::Volumes, Kind::Manga) => "num_volumes_read",
        (Field::Score, _) => "score",
        (Field::Started, _) => "start_date",
        (Field::Finished, _) => "finish_date",
        (Field::Notes, _) => "comments",
        (Field::Status | Field::Repeating | Field::Private, _) | (Field::Volumes, Kind::Anime) => {
            return None;
        }
    })
}

/// A value as it is written; none for one that cannot be.
fn text(field: Field, value: &Value) -> Option<String> {
    match (field, value) {
        (Field::Repeats, Value::Number(number)) => Some(number.to_string()),
        (Field::Score, Value::Number(number)) => {
            (*number <= u32::from(BEST)).then(|| number.to_string())
        }
        (Field::Progress | Field::Volumes, Value::Count(Count::Of(number))) => {
            Some(number.to_string())
        }
        (Field::Started | Field::Finished, Value::Date(date)) => day(*date),
        (Field::Notes, Value::Text(text)) => Some(text.clone().unwrap_or_default()),
        _ => None,
    }
}

/// A whole day, or an empty text, which clears it. Nobody has seen that less than a day is taken.
fn day(date: FuzzyDate) -> Option<String> {
    if date.year.is_none() { Some(String::new()) } else { date.day().map(|day| day.to_string()) }
}
