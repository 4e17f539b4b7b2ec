//! A person's library: read, and changed from the state that it is in.
//!
//! The store keeps the titles, and says which state they are in. What was read is kept here as long as
//! that state stands, so that a page that is looked at costs one small read, and a step one more.

pub mod files;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::{Notify, Semaphore};

use crate::domain::AccountId;
use crate::hub::error::{Error, Result};
use crate::library::{
    Author, Change, Draft, ItemId, Kind, Library, Mark, ReadDay, Refused, Stats, Touched,
};
use crate::store::{AccountStore, StoreError, Write, keys};

/// Titles that are kept in memory, of all people together; about 1 kB each.
const KEPT: usize = 100_000;

/// How many files are read at once; the others wait. Each takes as much memory as it unpacks to, and its
/// rows.
const READERS: usize = 2;

/// How often a change is made anew when others come first.
const TRIES: u32 = 30;

/// The libraries that were read, of whom they are. Those that were not asked for longest go first.
#[derive(Debug)]
pub struct Shelves {
    kept: Mutex<Kept>,
    /// Turns to read a file.
    readers: Semaphore,
    /// What wakes up whoever waits for a change.
    edits: Mutex<HashMap<AccountId, Arc<Notify>>>,
}

impl Default for Shelves {
    fn default() -> Self {
        Self { kept: Mutex::default(), readers: Semaphore::new(READERS), edits: Mutex::default() }
    }
}

#[derive(Debug, Default)]
struct Kept {
    libraries: HashMap<AccountId, (u64, Arc<Library>)>,
    asked: u64,
}

impl Shelves {
    /// What is notified whenever this process changed a person's library.
    pub fn edits(&self, account: &AccountId) -> Arc<Notify> {
        let mut edits = self.edits.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(edits.entry(account.clone()).or_default())
    }

    fn with<T>(&self, f: impl FnOnce(&mut Kept) -> T) -> T {
        f(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn get(&self, account: &AccountId, mark: Mark) -> Option<Arc<Library>> {
        self.with(|kept| {
            kept.asked += 1;
            let asked = kept.asked;
            let (last, library) = kept.libraries.get_mut(account)?;
            *last = asked;
            (library.mark() == mark).then(|| Arc::clone(library))
        })
    }

    fn put(&self, account: &AccountId, library: Arc<Library>) {
        self.with(|kept| {
            kept.asked += 1;
            kept.libraries.insert(account.clone(), (kept.asked, library));
            kept.make_room(account);
        });
    }

    /// Takes over what was just stored, if it was made from the state that is kept.
    fn adopt(&self, account: &AccountId, touched: &Touched) {
        self.with(|kept| {
            let Some((_, library)) = kept.libraries.get_mut(account) else { return };
            if library.mark() == touched.from {
                Arc::make_mut(library).adopt(touched);
            }
        });
    }
}

impl Kept {
    /// What is asked for now stays, however large it is.
    fn make_room(&mut self, now: &AccountId) {
        let mut titles: usize = self.libraries.values().map(|(_, library)| library.len()).sum();
        while titles > KEPT {
            let others = self.libraries.iter().filter(|(account, _)| *account != now);
            let Some((oldest, _)) = others.min_by_key(|(_, (asked, _))| *asked) else { return };
            let oldest = oldest.clone();
            let gone = self.libraries.remove(&oldest);
            titles -= gone.map_or(0, |(_, library)| library.len());
        }
    }
}

/// What came of a change.
#[derive(Debug)]
pub struct Changed<T> {
    /// What the change itself says.
    pub outcome: T,
    /// What was stored; none where nothing is another than before.
    pub touched: Option<Touched>,
    /// The library as it is now.
    pub library: Arc<Library>,
}

/// One person's library.
#[derive(Debug)]
pub struct Shelf<'a> {
    /// Those of everybody.
    pub shelves: &'a Shelves,
    /// The person's records.
    pub store: &'a AccountStore,
    /// The time.
    pub now: Timestamp,
    /// The person's zone, which says what day it is.
    pub zone: &'a TimeZone,
}

impl Shelf<'_> {
    /// The library as it is now.
    pub async fn read(&self) -> Result<Arc<Library>> {
        for _ in 0..TRIES {
            let mark = self.mark().await?;
            if let Some(library) = self.shelves.get(self.store.account(), mark) {
                return Ok(library);
            }
            let items = self.store.items().await?;
            // A store on a network gives the titles in parts, and somebody may change one meanwhile.
            if self.mark().await? == mark {
                let library = Arc::new(Library::new(mark, items));
                self.shelves.put(self.store.account(), Arc::clone(&library));
                return Ok(library);
            }
        }
        Err(contended())
    }

    /// Changes the library, from the state that it is in. `change` is made anew where another change
    /// came first, so it does nothing but change the draft.
    pub async fn change<T>(
        &self,
        by: Author,
        mut change: impl FnMut(&mut Draft<'_>) -> std::result::Result<T, Refused>,
    ) -> Result<Changed<T>> {
        for _ in 0..TRIES {
            let library = self.read().await?;
            let mut draft = library.draft(by, self.now);
            let outcome = change(&mut draft).map_err(Error::from)?;
            let Some(touched) = draft.finish() else {
                return Ok(Changed { outcome, touched: None, library });
            };
            if self.store(&library, &touched, Vec::new()).await? {
                // Nobody else has it now, so that it need not be copied.
                drop(library);
                self.shelves.adopt(self.store.account(), &touched);
                self.shelves.edits(self.store.account()).notify_one();
                let library = self.after(&touched).await?;
                return Ok(Changed { outcome, touched: Some(touched), library });
            }
        }
        Err(contended())
    }

    /// Changes the library together with what is remembered beside it, from the state that it is in: both are
    /// written, or neither. Says which state that leads to. `change` is made anew where another change came first.
    pub async fn change_with<T>(
        &self,
        by: Author,
        mut change: impl FnMut(&Library, &mut Draft<'_>) -> Result<(T, Vec<Write>)>,
    ) -> Result<(T, Mark)> {
        for _ in 0..TRIES {
            let library = self.read().await?;
            let mut draft = library.draft(by, self.now);
            let (outcome, beside) = change(&library, &mut draft)?;
            let touched = draft.finish();
            let is_stored = match &touched {
                Some(touched) => self.store(&library, touched, beside).await?,
                None if beside.is_empty() => true,
                None => self.store_if(library.mark(), beside).await?,
            };
            if is_stored {
                let state = touched.as_ref().map_or(library.mark(), |touched| touched.to);
                drop(library);
                if let Some(touched) = touched {
                    self.shelves.adopt(self.store.account(), &touched);
                    self.shelves.edits(self.store.account()).notify_one();
                }
                return Ok((outcome, state));
            }
        }
        Err(contended())
    }

    /// The newest changes of a title first.
    pub async fn changes(&self, id: ItemId, limit: u32) -> Result<Vec<Change>> {
        if self.read().await?.get(id).is_none() {
            return Err(Refused::Absent(id).into());
        }
        Ok(self.store.item_changes(id, limit).await?)
    }

    /// What was watched and read, over time and by kind.
    pub async fn stats(&self) -> Result<Stats> {
        let library = self.read().await?;
        let days = self.store.read_days().await?;
        Ok(Stats::of(&library, &days, self.today()))
    }

    /// Adds days to what was watched and read, of a person who did so elsewhere.
    pub async fn add_days(&self, days: impl IntoIterator<Item = ReadDay>) -> Result<()> {
        Ok(self.store.write(days.into_iter().map(Write::Read).collect()).await?)
    }

    /// The day that it is where the person is.
    pub fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    async fn after(&self, touched: &Touched) -> Result<Arc<Library>> {
        match self.shelves.get(self.store.account(), touched.to) {
            Some(library) => Ok(library),
            None => self.read().await,
        }
    }

    async fn mark(&self) -> Result<Mark> {
        read_mark(self.stored_mark().await?.as_deref())
    }

    /// The mark as it is written down.
    async fn stored_mark(&self) -> Result<Option<String>> {
        Ok(self.store.config(&[keys::LIBRARY]).await?.into_iter().flatten().next())
    }

    async fn store(
        &self,
        library: &Library,
        touched: &Touched,
        beside: Vec<Write>,
    ) -> Result<bool> {
        let mark = Write::Config { key: keys::LIBRARY, value: Some(text(touched.to)?) };
        let read = self.read_today(library, touched);
        let put = touched.put.iter().map(|item| Write::Item(Arc::clone(item)));
        let removed = touched.removed.iter().map(|id| Write::RemoveItem(*id));
        let changes = touched.changes.iter().cloned().map(Write::ItemChange);
        let writes = [mark].into_iter().chain(removed).chain(put).chain(changes);
        let writes = writes.chain(read.map(Write::Read)).chain(beside).collect();
        self.store_if(touched.from, writes).await
    }

    /// Writes if the library still is in this state.
    async fn store_if(&self, state: Mark, writes: Vec<Write>) -> Result<bool> {
        let from = (state != Mark::default()).then(|| text(state)).transpose()?;
        if self.store.write_if(keys::LIBRARY, from.as_deref(), writes.clone()).await? {
            return Ok(true);
        }
        // Another version, or whoever moved the store, may have written the same mark in other words.
        let stored = self.stored_mark().await?;
        let same = stored != from && read_mark(stored.as_deref())? == state;
        Ok(same && self.store.write_if(keys::LIBRARY, stored.as_deref(), writes).await?)
    }

    /// What the person watched and read just now. Of what is added it is not known when it was, nor of
    /// what a list or a file says.
    fn read_today(&self, before: &Library, touched: &Touched) -> Option<ReadDay> {
        let mut read = ReadDay { day: self.today(), episodes: 0, chapters: 0 };
        for item in &touched.put {
            let Some(old) = before.get(item.id) else { continue };
            let more = i64::from(item.entry.progress) - i64::from(old.entry.progress);
            match item.kind {
                Kind::Anime => read.episodes += more,
                Kind::Manga => read.chapters += more,
            }
        }
        let by_hand = touched.changes.iter().all(|change| change.by == Author::You);
        (by_hand && (read.episodes != 0 || read.chapters != 0)).then_some(read)
    }
}

fn read_mark(text: Option<&str>) -> Result<Mark> {
    text.map_or(Ok(Mark::default()), |text| {
        serde_json::from_str(text).map_err(|error| {
            let (key, cause) = (keys::LIBRARY.to_owned(), error.to_string());
            StoreError::Corrupt { key, cause }.into()
        })
    })
}

fn text(mark: Mark) -> Result<String> {
    serde_json::to_string(&mark).map_err(|error| Error::Internal(error.to_string()))
}

fn contended() -> Error {
    StoreError::Unavailable("others keep changing the library".to_owned()).into()
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Absent(_) => {
                Self::not_found(refused.to_string(), "look in the library for its number")
            }
            Refused::Invalid { field, message, hint } => Self::invalid(field, message, hint),
            Refused::There(ItemId(item)) => Self::InLibrary { item },
            Refused::Full(_) => {
                let hint = "remove what is not needed any more";
                Self::Refused { message: refused.to_string(), hint }
            }
        }
    }
}
