//! A change of an item as somebody asks for it: read, checked, and made.

mod read;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::words::{Said, said};
use super::{Entry, Ids, Item, ItemId, Kind, Names, Origin, Refused, Status, Work};
use crate::domain::{AnilistId, FuzzyDate, MalId};

/// One field and its new value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Set {
    Title(String),
    Names(Names),
    CoverUrl(Option<String>),
    Status(Said),
    Progress(u32),
    MaxProgress(Option<u32>),
    ByHand(bool),
    ProgressVolumes(u32),
    MaxVolumes(Option<u32>),
    Score(Option<u8>),
    Started(FuzzyDate),
    Finished(FuzzyDate),
    Repeats(u32),
    Repeating(bool),
    Notes(Option<String>),
    Private(bool),
    Favourite(bool),
    Anilist(Option<AnilistId>),
    Mal(Option<MalId>),
    Kitsu(Option<u32>),
    Mangadex(Option<String>),
    Format(Option<String>),
    SiteUrl(Option<String>),
    ReleaseStatus(Option<String>),
    Year(Option<i16>),
    Minutes(Option<u32>),
}

/// New values of some fields. What is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    sets: Vec<Set>,
    force: bool,
}

/// A new item, before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// What it is.
    pub kind: Kind,
    /// Who said so.
    pub origin: Origin,
    /// What is known of the work.
    pub work: Work,
    /// What the person says of it.
    pub entry: Entry,
}

/// What a step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Episodes of an anime.
    Episode,
    /// Chapters of a manga.
    Chapter,
    /// Volumes of a manga.
    Volume,
}

/// One more, or one less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Of what; of none, what progress counts.
    pub unit: Option<Unit>,
    /// Whether it is one more.
    pub forward: bool,
}

impl Edit {
    /// Reads the fields of an object. Names that no item has, and those that nobody sets, such as
    /// `id`, are passed over, so that an item can be sent back as it was read.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for the first value that its field cannot have.
    pub fn read(object: &Map<String, Value>) -> Result<Self, Refused> {
        let sets = read::sets(object)?;
        Ok(Self { sets, force: read::flag(object, "force")?.unwrap_or_default() })
    }

    /// The change that one step is. It never goes below nothing.
    ///
    /// # Errors
    /// [`Refused::Invalid`] when what the item is is not counted so.
    pub(super) fn step(item: &Item, step: Step) -> Result<Self, Refused> {
        let moved = |from: u32| {
            if step.forward { from.saturating_add(1) } else { from.saturating_sub(1) }
        };
        let set = match (step.unit, item.kind) {
            (None, _) | (Some(Unit::Episode), Kind::Anime) | (Some(Unit::Chapter), Kind::Manga) => {
                Set::Progress(moved(item.entry.progress))
            }
            (Some(Unit::Volume), Kind::Manga) => {
                Set::ProgressVolumes(moved(item.entry.progress_volumes))
            }
            _ => {
                let hint = "it is episode for anime, and chapter or volume for manga";
                return Err(Refused::invalid("unit", "this is not counted so".to_owned(), hint));
            }
        };
        let begins = step.forward && item.entry.status == Status::Planning;
        let status = Set::Status(Said { status: Status::Current, repeating: false });
        let sets = [set].into_iter().chain(begins.then_some(status)).collect();
        Ok(Self { sets, force: false })
    }

    /// Makes the change.
    ///
    /// A maximum that a person sets is theirs (`by_hand`), unless they say otherwise.
    pub(super) fn apply(&self, item: &mut Item, by_hand: bool) -> Result<(), Refused> {
        let before = item.entry.clone();
        for set in &self.sets {
            self.set(set, item, by_hand);
        }
        self.again(&before, &mut item.entry);
        if self.force { Ok(()) } else { within(item, &before) }
    }

    fn set(&self, set: &Set, item: &mut Item, by_hand: bool) {
        let Item { work, entry, .. } = item;
        match set.clone() {
            Set::Title(title) => work.title = title,
            Set::Names(names) => work.names = names,
            Set::CoverUrl(url) => work.cover_url = url,
            Set::Status(said) => {
                entry.status = said.status;
                entry.repeating |= said.repeating;
            }
            Set::Progress(progress) => entry.progress = progress,
            Set::MaxProgress(most) => {
                work.max_progress = most;
                let says = self.sets.iter().any(|set| matches!(set, Set::ByHand(_)));
                if !says {
                    work.max_progress_by_hand = by_hand && most.is_some();
                }
            }
            Set::ByHand(by_hand) => work.max_progress_by_hand = by_hand,
            Set::ProgressVolumes(progress) => entry.progress_volumes = progress,
            Set::MaxVolumes(most) => work.max_volumes = most,
            Set::Score(score) => entry.score = score,
            Set::Started(date) => entry.started = date,
            Set::Finished(date) => entry.finished = date,
            Set::Repeats(count) => entry.repeats = count,
            Set::Repeating(repeating) => entry.repeating = repeating,
            Set::Notes(notes) => entry.notes = notes,
            Set::Private(private) => entry.private = private,
            Set::Favourite(favourite) => entry.favourite = favourite,
            Set::Anilist(id) => work.ids.anilist = id,
            Set::Mal(id) => work.ids.mal = id,
            Set::Kitsu(id) => work.ids.kitsu = id,
            Set::Mangadex(id) => work.ids.mangadex = id,
            Set::Format(format) => work.format = format,
            Set::SiteUrl(url) => work.site_url = url,
            Set::ReleaseStatus(status) => work.release_status = status,
            Set::Year(year) => work.year = year,
            Set::Minutes(minutes) => work.episode_minutes = minutes,
        }
    }

    /// What is watched again is current until it is finished once more, which is counted once: a
    /// count that is named is the count.
    fn again(&self, before: &Entry, entry: &mut Entry) {
        let names = |is: fn(&Set) -> bool| self.sets.iter().any(is);
        let ends = entry.status == Status::Completed && entry.repeating;
        if !ends {
            return;
        }
        let begins = !before.repeating && names(|set| matches!(set, Set::Repeating(true)));
        if begins && !names(|set| matches!(set, Set::Status(_))) {
            entry.status = Status::Current;
        } else {
            entry.repeating = false;
            let counted = names(|set| matches!(set, Set::Repeats(_)));
            entry.repeats += u32::from(before.repeating && !counted);
        }
    }
}

/// Nobody has seen more than there is. What was so before and did not change is left alone.
fn within(item: &Item, before: &Entry) -> Result<(), Refused> {
    let Item { work, entry, .. } = item;
    let over =
        |now: u32, was: u32, most: Option<u32>| most.filter(|most| now > *most && now != was);
    let refused = |field, now: u32, most: u32| {
        let message = format!("{now} is above the known maximum of {most}");
        Refused::invalid(
            field,
            message,
            "send \"force\": true if it is right, or correct the maximum",
        )
    };
    if let Some(most) = over(entry.progress, before.progress, work.max_progress) {
        return Err(refused("progress", entry.progress, most));
    }
    let volumes = over(entry.progress_volumes, before.progress_volumes, work.max_volumes);
    volumes.map_or(Ok(()), |most| Err(refused("progress_volumes", entry.progress_volumes, most)))
}

impl New {
    /// Reads a new item: `title` and `type`, and any other field. Where it came from is the person,
    /// unless `source` names another.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for what is missing, or the first value that its field cannot have.
    pub fn read(object: &Map<String, Value>) -> Result<Self, Refused> {
        let edit = Edit::read(object)?;
        let missing = |field, hint| Refused::invalid(field, "this is missing".to_owned(), hint);
        let kind = read::kind(object)?.ok_or_else(|| missing("type", "it is anime or manga"))?;
        let origin = read::origin(object)?.unwrap_or(Origin::Local);
        let mut item = Item {
            id: ItemId(0),
            kind,
            origin,
            work: Work::titled(""),
            entry: Entry::default(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        edit.apply(&mut item, false)?;
        if item.work.title.is_empty() {
            return Err(missing("title", "every item has one"));
        }
        Ok(Self { kind, origin, work: item.work, entry: item.entry })
    }
}

impl Ids {
    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a status word means for an entry that is read from a list.
impl Entry {
    /// Takes a status as a service or a file writes it; says whether the word is known.
    pub fn say(&mut self, word: &str) -> bool {
        let Some(said) = said(word) else { return false };
        self.status = said.status;
        self.repeating |= said.repeating;
        true
    }
}
