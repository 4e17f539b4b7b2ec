//! How a person's list at a service is kept in step: what they have set, who they are there, and how the last sync
//! went. One document a service; the sign-in itself is kept apart from it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lock;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::library::Kind;
use crate::merge::{Contact, Deletes, Direction, Field, ListService, PerField};
use crate::store::{StoreError, Write, keys};

/// How often a change is made anew when others come first.
const TRIES: u32 = 30;

/// What is kept of a person's list at a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// When it was connected for the first time.
    pub created_at: Timestamp,
    /// When anything here last changed.
    pub updated_at: Timestamp,
    /// What the person has set.
    #[serde(default)]
    pub set: Set,
    /// Who they are there, now or the last time they were signed in.
    #[serde(default)]
    pub person: Option<External>,
    /// How far the two lists know each other.
    #[serde(default)]
    pub meeting: Meeting,
    /// Whether what is only there comes here, and whether what is only here goes there, as the person last said.
    #[serde(default)]
    pub adds: Adds,
    /// How the last sync went.
    #[serde(default)]
    pub last: Option<Last>,
    /// How many syncs were done.
    #[serde(default)]
    pub syncs: u64,
    /// What waited for the person when that was last counted.
    #[serde(default)]
    pub held: usize,
    /// Whether the service took the sign-in no more when it was last asked.
    #[serde(default)]
    pub refused: bool,
    /// Whether the person lets the next run do what a guard stopped.
    #[serde(default)]
    pub confirmed: bool,
}

/// What a person sets for a list.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the contract, set by itself"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Set {
    /// Whether it is synced at all.
    pub sync_enabled: bool,
    /// Whether it is synced by itself: on schedule, and after a change here.
    pub auto_sync: bool,
    /// Progress, volumes and repeats.
    pub sync_reading_progress: bool,
    /// Scores.
    pub sync_ratings: bool,
    /// The status.
    pub sync_status: bool,
    /// When something was started and finished.
    pub sync_dates: bool,
    /// Notes.
    pub sync_notes: bool,
    /// Whether an entry is private.
    pub sync_private: bool,
    /// Anime.
    pub sync_anime: bool,
    /// Manga.
    pub sync_manga: bool,
    /// Which way anything goes.
    pub direction: Way,
    /// What a deletion there means.
    pub deletes: Deletes,
    /// Which way single fields go, by their names; the others go both ways.
    pub fields: BTreeMap<String, Direction>,
}

impl Default for Set {
    fn default() -> Self {
        Self {
            sync_enabled: true,
            auto_sync: false,
            sync_reading_progress: true,
            sync_ratings: true,
            sync_status: true,
            sync_dates: true,
            sync_notes: false,
            sync_private: false,
            sync_anime: true,
            sync_manga: true,
            direction: Way::default(),
            deletes: Deletes::default(),
            fields: BTreeMap::new(),
        }
    }
}

/// Which way a whole list goes, in the words of the API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Both ways.
    #[default]
    Bidirectional,
    /// Only to the service.
    ToExternal,
    /// Only from the service.
    FromExternal,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Bidirectional => Self::Both,
            Way::ToExternal => Self::Out,
            Way::FromExternal => Self::In,
        }
    }
}

/// A person as a service knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct External {
    /// Their number there, which stays when they change their name.
    pub id: u64,
    /// Their name there.
    pub name: String,
}

/// Which titles are added that only one side has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adds {
    /// What is only there comes here.
    pub here: bool,
    /// What is only here goes there.
    pub there: bool,
}

impl Default for Adds {
    fn default() -> Self {
        Self { here: true, there: true }
    }
}

impl From<Adds> for Direction {
    fn from(Adds { here, there }: Adds) -> Self {
        match (here, there) {
            (true, true) => Self::Both,
            (true, false) => Self::In,
            (false, true) => Self::Out,
            (false, false) => Self::Off,
        }
    }
}

/// How far a service's list and the library know each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Meeting {
    /// They were never compared with the person's leave: nothing is written.
    #[default]
    Unanswered,
    /// The person has answered the preview, and the first sync is to come.
    Answered(Answer),
    /// They were synced.
    Known,
}

/// What a person answered to the preview of a first sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What is to be done where the two differ, by the field's name: a word of the API, or a value.
    #[serde(default)]
    pub choose: BTreeMap<String, serde_json::Value>,
    /// Whether AniList's feed is switched off while the first sync writes.
    #[serde(default)]
    pub quiet_feed: bool,
}

/// How a sync went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When it began.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// What went wrong, for a person to read.
    #[serde(default)]
    pub error: Option<String>,
    /// How many entries of each kind the list had.
    #[serde(default)]
    pub anime: usize,
    /// See [`Self::anime`].
    #[serde(default)]
    pub manga: usize,
}

/// What became of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It goes on.
    InProgress,
    /// All of it was done.
    Success,
    /// Some of it was.
    Partial,
    /// None of it was.
    Failed,
}

impl Set {
    /// Which way each field goes, when all that is set is taken together.
    pub fn allow(&self) -> PerField<Direction> {
        let whole = Direction::from(self.direction);
        PerField::of_each(|field| {
            let own = self.fields.get(field.name()).copied().unwrap_or(Direction::Both);
            self.switch(field).then(|| own.and(whole))
        })
    }

    /// Which way whole entries go.
    pub fn adds(&self) -> Direction {
        self.direction.into()
    }

    /// Whether titles of a kind are synced.
    pub fn has(&self, kind: Kind) -> bool {
        match kind {
            Kind::Anime => self.sync_anime,
            Kind::Manga => self.sync_manga,
        }
    }

    fn switch(&self, field: Field) -> bool {
        match field {
            Field::Status | Field::Repeating => self.sync_status,
            Field::Progress | Field::Volumes | Field::Repeats => self.sync_reading_progress,
            Field::Score => self.sync_ratings,
            Field::Started | Field::Finished => self.sync_dates,
            Field::Notes => self.sync_notes,
            Field::Private => self.sync_private,
        }
    }
}

impl Integration {
    /// One that is connected just now.
    pub fn new(now: Timestamp) -> Self {
        Self {
            created_at: now,
            updated_at: now,
            set: Set::default(),
            person: None,
            meeting: Meeting::default(),
            adds: Adds::default(),
            last: None,
            syncs: 0,
            held: 0,
            refused: false,
            confirmed: false,
        }
    }

    /// Whether it is synced by itself, once the first preview was answered.
    pub fn is_synced_by_itself(&self) -> bool {
        let Set { sync_enabled, auto_sync, .. } = self.set;
        let is_answered = self.meeting != Meeting::Unanswered;
        sync_enabled && auto_sync && is_answered && self.person.is_some()
    }

    /// Whether the lists have met before.
    pub fn contact(&self) -> Contact {
        match self.meeting {
            Meeting::Known => Contact::Known,
            Meeting::Unanswered | Meeting::Answered(_) => Contact::First,
        }
    }

    /// Which way whole entries go in the next run.
    pub fn adds(&self) -> Direction {
        self.set.adds().and(self.adds.into())
    }
}

/// Under which name a service's document is kept.
fn key(service: ListService) -> &'static str {
    match service {
        ListService::Anilist => keys::LIST_ANILIST,
        ListService::Kitsu => keys::LIST_KITSU,
        ListService::Myanimelist => keys::LIST_MYANIMELIST,
    }
}

/// What is kept of all services, of those that were ever connected.
pub async fn all(person: &Person) -> Result<Vec<(ListService, Integration)>> {
    let names = ListService::ALL.map(key);
    let stored = person.store.config(&names).await?;
    let mut found = Vec::new();
    for (service, text) in ListService::ALL.into_iter().zip(stored) {
        found.extend(text.map(|text| read(service, &text)).transpose()?.map(|one| (service, one)));
    }
    Ok(found)
}

/// The same, where a sync whose process ended before it did has failed. Nothing is written.
pub async fn all_as_they_went(person: &Person) -> Result<Vec<(ListService, Integration)>> {
    let before = all(person).await?;
    let begun = |(service, one): &(ListService, Integration)| {
        let last = one.last.as_ref().filter(|last| last.outcome == Outcome::InProgress);
        last.map(|last| (*service, last.at))
    };
    let begun: Vec<(ListService, Timestamp)> = before.iter().filter_map(begun).collect();
    if begun.is_empty() || lock::is_held(person).await? {
        return Ok(before);
    }
    // A run keeps how it went before it gives the lock back, so that what still goes on by now goes on no more.
    let mut now = all(person).await?;
    for (service, one) in &mut now {
        if let Some(last) = &mut one.last
            && last.outcome == Outcome::InProgress
            && begun.contains(&(*service, last.at))
        {
            last.outcome = Outcome::Failed;
            last.error = Some("the service ended before this sync did".to_owned());
        }
    }
    Ok(now)
}

/// What is kept of a service, if it was ever connected.
pub async fn of(person: &Person, service: ListService) -> Result<Option<Integration>> {
    let stored = person.store.config(&[key(service)]).await?.into_iter().flatten().next();
    stored.map(|text| read(service, &text)).transpose()
}

/// Changes what is kept of a service, from what it is now; of one that was never connected, from a new one.
pub async fn change(
    person: &Person,
    service: ListService,
    mut change: impl FnMut(&mut Integration),
) -> Result<Integration> {
    let now = person.services.clock.now();
    for _ in 0..TRIES {
        let stored = person.store.config(&[key(service)]).await?.into_iter().flatten().next();
        let before = stored.as_deref().map(|text| read(service, text)).transpose()?;
        let mut after = before.clone().unwrap_or_else(|| Integration::new(now));
        change(&mut after);
        if before.as_ref() == Some(&after) {
            return Ok(after);
        }
        after.updated_at = now;
        let text = serde_json::to_string(&after);
        let value = text.map_err(|cause| Error::Internal(cause.to_string()))?;
        let write = Write::Config { key: key(service), value: Some(value) };
        if person.store.write_if(key(service), stored.as_deref(), vec![write]).await? {
            return Ok(after);
        }
    }
    let cause = format!("others keep changing how {} is synced", service.id());
    Err(StoreError::Unavailable(cause).into())
}

fn read(service: ListService, text: &str) -> Result<Integration> {
    serde_json::from_str(text).map_err(|cause| {
        let (key, cause) = (key(service).to_owned(), cause.to_string());
        StoreError::Corrupt { key, cause }.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_switch_stops_exactly_its_fields_both_ways() {
        let all = Set { sync_notes: true, sync_private: true, ..Set::default() };
        let off = |set: Set| -> Vec<Field> {
            let allow = set.allow();
            Field::ALL.into_iter().filter(|field| allow.get(*field).is_none()).collect()
        };
        assert_eq!(off(all.clone()), []);
        let position = vec![Field::Repeats, Field::Progress, Field::Volumes];
        let cases = [
            (Set { sync_reading_progress: false, ..all.clone() }, position),
            (Set { sync_ratings: false, ..all.clone() }, vec![Field::Score]),
            (Set { sync_status: false, ..all.clone() }, vec![Field::Status, Field::Repeating]),
            (Set { sync_dates: false, ..all.clone() }, vec![Field::Started, Field::Finished]),
            (Set { sync_notes: false, ..all.clone() }, vec![Field::Notes]),
            (Set { sync_private: false, ..all }, vec![Field::Private]),
        ];
        for (set, fields) in cases {
            assert_eq!(off(set.clone()), fields, "{set:?}");
        }
    }

    #[test]
    fn a_field_goes_no_way_that_the_whole_list_does_not_go() {
        let fields = BTreeMap::from([("score".to_owned(), Direction::Out)]);
        let set = Set { direction: Way::FromExternal, fields, ..Set::default() };
        assert_eq!(set.allow().get(Field::Score), Some(&Direction::Off));
        assert_eq!(set.allow().get(Field::Progress), Some(&Direction::In));
        assert_eq!(set.adds(), Direction::In);
    }
}
