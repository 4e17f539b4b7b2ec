//! Kitsu: one person with their lists, and the works that it knows.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{
    Around, Catalogue, Count, Field, ListService, Native, PerField, Value,
};

/// More than this is not believed of a manga whose length is not known.
const MOST_CHAPTERS: u32 = 5000;

/// More than this is not believed of an anime of which neither length nor dates are known.
const MOST_EPISODES: u32 = 100;

/// What Kitsu knows.
#[derive(Debug, Clone, Default)]
pub struct Kitsu {
    /// The one person who has an account.
    pub person: KitsuPerson,
    /// The works.
    pub works: Vec<KitsuWork>,
    /// What is on the person's lists, by number.
    pub entries: Vec<KitsuEntry>,
    /// Who is signed in.
    pub tokens: super::KitsuTokens,
    /// How many entries were ever made: numbers are not given again.
    pub made: u64,
}

/// A person at Kitsu.
#[derive(Debug, Clone)]
pub struct KitsuPerson {
    /// Kitsu's number of them.
    pub id: u64,
    /// The name that others see; nobody signs in by it.
    pub name: String,
    /// The name in addresses.
    pub slug: String,
    /// Their e-mail address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// `sfw`, `nsfw_sometimes` or `nsfw_everywhere`.
    pub adult: String,
    /// `simple`, `regular` or `advanced`.
    pub rating_system: String,
    /// Where they are.
    pub time_zone: String,
    /// Their `MyAnimeList` account, which Kitsu tells what changes.
    pub linked_mal: Option<String>,
}

impl Default for KitsuPerson {
    fn default() -> Self {
        Self {
            id: 6001,
            name: "Demo Person".into(),
            slug: "demo".into(),
            email: "demo@example.org".into(),
            password: "demo-kitsu-password".into(),
            adult: "nsfw_everywhere".into(),
            rating_system: "regular".into(),
            time_zone: "Europe/Berlin".into(),
            linked_mal: None,
        }
    }
}

/// A work at Kitsu.
#[derive(Debug, Clone)]
pub struct KitsuWork {
    /// Kitsu's number of it, among those of its kind.
    pub id: u32,
    /// Which kind.
    pub kind: Kind,
    /// Its name.
    pub title: String,
    /// Episodes or chapters, where Kitsu knows.
    pub length: Option<u32>,
    /// Whether it is for adults.
    pub is_adult: bool,
    /// Its ids elsewhere: Kitsu's name of the site, such as `anilist/anime`, and the id.
    pub mappings: Vec<(String, u32)>,
}

impl KitsuWork {
    /// A work for everybody, which is known nowhere else.
    pub fn new(kind: Kind, id: u32, title: &str, length: Option<u32>) -> Self {
        let (title, mappings) = (title.to_owned(), Vec::new());
        Self { id, kind, title, length, is_adult: false, mappings }
    }

    /// With its id elsewhere.
    #[must_use]
    pub fn mapped(mut self, site: &str, id: u32) -> Self {
        self.mappings.push((site.to_owned(), id));
        self
    }

    /// For adults alone.
    #[must_use]
    pub fn adult(self) -> Self {
        Self { is_adult: true, ..self }
    }

    fn catalogue(&self) -> Catalogue {
        Catalogue { total: self.length, ..Catalogue::unknown(self.kind) }
    }
}

/// An entry of the person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitsuEntry {
    /// Its number.
    pub id: u64,
    /// Of which list it is.
    pub kind: Kind,
    /// The work.
    pub work: u32,
    /// What the person says of it. Its dates are the days of the instants below, in UTC.
    pub native: Native,
    /// Volumes that the person owns.
    pub volumes_owned: u32,
    /// When they began.
    pub started_at: Option<Timestamp>,
    /// When they finished.
    pub finished_at: Option<Timestamp>,
    /// When they last got further.
    pub progressed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last became another.
    pub updated_at: Timestamp,
}

/// What is said of an entry. A field that is left out stays.
#[derive(Debug, Clone, Default)]
pub struct KitsuTold {
    /// What is merged elsewhere, but for the dates.
    pub fields: PerField<Value>,
    /// Volumes that are owned.
    pub volumes_owned: Option<u32>,
    /// When the person began; a none in it takes it away.
    pub started_at: Option<Option<Timestamp>>,
    /// When they finished.
    pub finished_at: Option<Option<Timestamp>>,
}

/// A value that Kitsu does not take: the attribute, and what it says of it.
pub type KitsuRefusal = (&'static str, &'static str);

impl KitsuTold {
    /// These fields. A day among them is its noon.
    pub fn of(fields: PerField<Value>) -> Self {
        let at = |field| fields.get(field).and_then(Value::date).map(noon);
        let (started_at, finished_at) = (at(Field::Started), at(Field::Finished));
        Self { fields, volumes_owned: None, started_at, finished_at }
    }

    /// All that is told, the dates as days.
    fn values(&self) -> PerField<Value> {
        let mut values = self.fields.clone();
        for (field, at) in [(Field::Started, self.started_at), (Field::Finished, self.finished_at)]
        {
            values.put(field, at.map(|at| Value::Date(at.map_or_else(FuzzyDate::default, day))));
        }
        values
    }
}

impl Kitsu {
    /// With a work.
    #[must_use]
    pub fn with(mut self, work: KitsuWork) -> Self {
        self.works.push(work);
        self
    }

    /// The work of a kind and number.
    pub fn work(&self, kind: Kind, id: u32) -> Option<&KitsuWork> {
        self.works.iter().find(|work| (work.kind, work.id) == (kind, id))
    }

    /// The person's entry of a work.
    pub fn entry_of(&self, kind: Kind, work: u32) -> Option<&KitsuEntry> {
        self.entries.iter().find(|entry| (entry.kind, entry.work) == (kind, work))
    }

    /// Whether the person sees the entry: their filter hides what is for adults, and not what is private.
    pub fn shows(&self, entry: &KitsuEntry) -> bool {
        let is_adult = self.work(entry.kind, entry.work).is_some_and(|work| work.is_adult);
        self.person.adult != "sfw" || entry.native.0.private || !is_adult
    }

    /// Whether the person sees the work.
    pub fn shows_work(&self, work: &KitsuWork) -> bool {
        self.person.adult != "sfw" || !work.is_adult
    }

    /// Saves what is said of a work, and all that Kitsu concludes from it. Gives the number of the entry.
    ///
    /// # Errors
    ///
    /// There is no such work, or a value is refused; nothing is saved.
    pub fn save(
        &mut self,
        kind: Kind,
        work: u32,
        told: &KitsuTold,
        now: Timestamp,
    ) -> Result<u64, KitsuRefusal> {
        let known = self.work(kind, work).ok_or(("media", "must exist"))?;
        let before = self.entry_of(kind, work).cloned();
        let values = told.values();
        let native = rewritten(known, before.as_ref(), &values, now)?;
        let entry = self.saved(before.as_ref(), (kind, work), told, native, now);
        let id = entry.id;
        self.entries.retain(|known| known.id != id);
        self.entries.push(entry);
        self.entries.sort_by_key(|entry| entry.id);
        Ok(id)
    }

    /// Takes an entry off the list. Says whether there was one.
    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.id != id);
        self.entries.len() < before
    }

    fn saved(
        &mut self,
        before: Option<&KitsuEntry>,
        (kind, work): (Kind, u32),
        told: &KitsuTold,
        native: Native,
        now: Timestamp,
    ) -> KitsuEntry {
        let old = before.cloned().unwrap_or_else(|| self.new_entry(kind, work, now));
        let moved = |field| native.0.get(field) != old.native.0.get(field);
        let moves = before.is_none() || moved(Field::Status) || moved(Field::Progress);
        let entry = KitsuEntry {
            volumes_owned: told.volumes_owned.unwrap_or(old.volumes_owned),
            started_at: filled(told.started_at.unwrap_or(old.started_at), native.0.started, now),
            finished_at: filled(
                told.finished_at.unwrap_or(old.finished_at),
                native.0.finished,
                now,
            ),
            progressed_at: if moves { Some(now) } else { old.progressed_at },
            native,
            ..old.clone()
        };
        // An entry that stays what it was is not saved anew.
        let updated_at = if before == Some(&entry) { old.updated_at } else { now };
        KitsuEntry { updated_at, ..entry }
    }

    fn new_entry(&mut self, kind: Kind, work: u32, now: Timestamp) -> KitsuEntry {
        self.made += 1;
        KitsuEntry {
            id: 70_000 + self.made,
            kind,
            work,
            native: Native::default(),
            volumes_owned: 0,
            started_at: None,
            finished_at: None,
            progressed_at: None,
            created_at: now,
            updated_at: now,
        }
    }
}

/// The instant of a date: now where Kitsu concluded it, none where it took it away.
fn filled(at: Option<Timestamp>, date: FuzzyDate, now: Timestamp) -> Option<Timestamp> {
    date.year.and(at.or(Some(now)))
}

/// What the core says that Kitsu makes of it.
fn rewritten(
    work: &KitsuWork,
    before: Option<&KitsuEntry>,
    values: &PerField<Value>,
    now: Timestamp,
) -> Result<Native, KitsuRefusal> {
    let had = before.map(|entry| &entry.native);
    let around = Around { catalogue: work.catalogue(), today: now.to_zoned(TimeZone::UTC).date() };
    let progress = match values.get(Field::Progress) {
        Some(Value::Count(Count::Of(progress))) => *progress,
        _ => had.map_or(0, |had| had.0.progress.number(0)),
    };
    let most = if work.kind == Kind::Manga { MOST_CHAPTERS } else { MOST_EPISODES };
    match work.length {
        Some(length) if progress > length => Err(("progress", "cannot exceed length of media")),
        None if progress > most => Err(("progress", "is rather unreasonably high")),
        _ => (ListService::Kitsu.profile().rewrite)(had, values, around)
            .map_err(|_| ("base", "is invalid")),
    }
}

fn day(at: Timestamp) -> FuzzyDate {
    let day = at.to_zoned(TimeZone::UTC).date();
    FuzzyDate { year: Some(day.year()), month: Some(day.month()), day: Some(day.day()) }
}

fn noon(date: FuzzyDate) -> Option<Timestamp> {
    let noon = date.day()?.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
    Some(noon.timestamp())
}
