//! Reads the list. The list is the truth; activities only date the plays.

use std::sync::Arc;

use jiff::Timestamp;

use super::unread::Unread;
use crate::anilist::{Listed, Viewer};
use crate::domain::{AnilistId, Entry, ListStatus};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::plan::dates::WatchLog;
use crate::store::{Write, keys};

use super::idle::{Seen, seen};
use super::modes::Mode;

/// How many pages of activities (50 each) a first sync looks back for times.
const FIRST_ACTIVITY_PAGES: u32 = 10;

/// How far before the last change that is known changes are read again, in seconds. AniList shows
/// some later than others that were made after them.
pub(super) const LATE: i64 = 600;

/// A bound on the pages of activities since the last sync.
const MAX_ACTIVITY_PAGES: u32 = 200;

/// What the list says.
#[derive(Debug, Default)]
pub struct Collected {
    /// Entries with watched episodes, in the order in which they were changed.
    pub entries: Vec<Arc<Entry>>,
    /// When episodes were watched.
    pub log: WatchLog,
    /// The change (Unix seconds) up to which a full sync had come before, if ever.
    pub since: Option<i64>,
    /// The same as the store has it, so that a run moves only the mark that it began from.
    pub mark: Option<String>,
    /// The newest change that was seen.
    pub newest: Option<i64>,
    /// Entries of which nothing is watched, or nothing any more.
    pub unwatched: Vec<AnilistId>,
    /// When the reading began, in Unix seconds.
    pub began: i64,
    /// What of the list could not be read.
    pub unread: Unread,
    /// All that a full sync read.
    pub(super) list: Vec<Seen>,
}

/// What changed on the list since a mark, and what changed late before it.
#[derive(Debug)]
pub struct Changes {
    /// The mark, in Unix seconds.
    pub(super) since: i64,
    /// When the reading began.
    pub(super) began: Timestamp,
    pub(super) listed: Listed,
}

/// What of the list a run has read before it looks at everything.
#[derive(Debug)]
pub(super) enum ReadBefore {
    /// Nothing.
    Nothing,
    /// What changed.
    Changes(Changes),
    /// All of it, by the run before.
    List(Box<Collected>),
}

/// Reads what a mode looks at, and takes all changes for open.
pub async fn collect(person: &Person, mode: Mode) -> Result<Collected> {
    collect_after(person, mode, ReadBefore::Nothing, &|_| true).await
}

/// Whether an entry says more than earlier runs have dealt with.
pub type IsOpen<'a> = &'a (dyn Fn(&Entry) -> bool + Sync);

/// Reads what a mode looks at. Of the changes that were known before, a full sync takes those that
/// are open. What a run has read before is not read again.
pub(super) async fn collect_after(
    person: &Person,
    mode: Mode,
    read_before: ReadBefore,
    is_open: IsOpen<'_>,
) -> Result<Collected> {
    let began = match &read_before {
        ReadBefore::Changes(changes) => changes.began,
        ReadBefore::Nothing | ReadBefore::List(_) => person.services.outbound.true_time(),
    };
    let began = began.as_second();
    let viewer = viewer(person).await?;
    match mode {
        Mode::Full => full(person, &viewer, (read_before, began), is_open).await,
        Mode::Completed | Mode::Watching => {
            let Listed { entries, .. } = person.anilist.list(viewer.id, mode.statuses()).await?;
            Ok(Collected { began, ..collected(entries, WatchLog::default(), None) })
        }
        Mode::Show(id) => {
            let entry = person.anilist.entry(viewer.id, id).await?;
            let entries = entry.into_iter().collect();
            Ok(Collected { began, ..collected(entries, WatchLog::default(), None) })
        }
    }
}

async fn full(
    person: &Person,
    viewer: &Viewer,
    (read_before, began): (ReadBefore, i64),
    is_open: IsOpen<'_>,
) -> Result<Collected> {
    if let ReadBefore::Changes(Changes { since, listed, .. }) = read_before {
        let collected = changes(person, viewer, (since, listed), is_open).await?;
        return Ok(Collected { mark: Some(since.to_string()), began, ..collected });
    }
    let mark = mark(person).await?;
    let since = mark.as_ref().and_then(|text| text.parse().ok());
    let collected = match (since, read_before) {
        (Some(since), _) => {
            let listed = changed(person, viewer, since).await?;
            changes(person, viewer, (since, listed), is_open).await?
        }
        (None, ReadBefore::List(carried)) => return Ok(Collected { mark, ..*carried }),
        (None, _) => first(person, viewer).await?,
    };
    Ok(Collected { mark, began, ..collected })
}

/// What changed since then, and what changed late before it.
pub(super) async fn changed(person: &Person, viewer: &Viewer, since: i64) -> Result<Listed> {
    Ok(person.anilist.changed_since(viewer.id, since.saturating_sub(LATE)).await?)
}

async fn changes(
    person: &Person,
    viewer: &Viewer,
    (since, Listed { entries: mut changed, unread }): (i64, Listed),
    is_open: IsOpen<'_>,
) -> Result<Collected> {
    let earlier = since.saturating_sub(LATE);
    let list = seen(&changed)?;
    let mut unread = Unread::read(person, unread).await?;
    changed.extend(unread.ask(person, viewer, &changed, is_open).await?);
    changed.retain(|entry| entry.updated_at >= since || is_open(entry));
    if changed.iter().all(|entry| entry.updated_at <= since && !is_open(entry)) {
        return Ok(Collected {
            unread,
            list,
            ..collected(changed, WatchLog::default(), Some(since))
        });
    }
    let activities =
        person.anilist.activities(viewer.id, Some(earlier - 1), MAX_ACTIVITY_PAGES).await?;
    Ok(Collected { unread, list, ..collected(changed, WatchLog::new(activities), Some(since)) })
}

/// The first full sync takes the whole list, whatever its statuses.
async fn first(person: &Person, viewer: &Viewer) -> Result<Collected> {
    let Listed { entries, unread } = person.anilist.list(viewer.id, None).await?;
    let activities = person.anilist.activities(viewer.id, None, FIRST_ACTIVITY_PAGES).await?;
    let unread = Unread::read(person, unread).await?;
    let list = seen(&entries)?;
    Ok(Collected { unread, list, ..collected(entries, WatchLog::new(activities), None) })
}

fn collected(entries: Vec<Entry>, log: WatchLog, since: Option<i64>) -> Collected {
    let newest = entries.iter().map(|entry| entry.updated_at).max();
    let (entries, unwatched): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.watched() > 0);
    let mut entries: Vec<Arc<Entry>> = entries.into_iter().map(Arc::new).collect();
    entries.sort_by_key(|entry| (entry.updated_at, entry.media.id));
    let unwatched = unwatched.into_iter().map(|entry| entry.media.id).collect();
    Collected { entries, log, since, newest, unwatched, ..Collected::default() }
}

/// Whose list it is. The answer is kept, as it does not change while the token stays.
pub async fn viewer(person: &Person) -> Result<Viewer> {
    let stored = person.store.config(&[keys::ANILIST_VIEWER]).await?;
    if let Some(viewer) = known_viewer(person, stored.into_iter().next().flatten().as_deref()) {
        return Ok(viewer);
    }
    let mark = person.anilist.owner().identity();
    let viewer = person.anilist.viewer().await?;
    let text =
        serde_json::to_string(&(mark, &viewer)).map_err(|e| Error::Internal(e.to_string()))?;
    let write = Write::Config { key: keys::ANILIST_VIEWER, value: Some(text) };
    person.store.write(vec![write]).await?;
    Ok(viewer)
}

/// Whose list it is, by the answer that was kept.
pub(super) fn known_viewer(person: &Person, stored: Option<&str>) -> Option<Viewer> {
    let (mark, viewer): (String, Viewer) = serde_json::from_str(stored?).ok()?;
    (mark == person.anilist.owner().identity()).then_some(viewer)
}

async fn mark(person: &Person) -> Result<Option<String>> {
    let stored = person.store.config(&[keys::LAST_SYNC_TIMESTAMP]).await?;
    Ok(stored.into_iter().next().flatten())
}

/// The entry of one title: as it is on the list, or as a title nobody has begun.
pub async fn one(person: &Person, id: AnilistId) -> Result<Option<Entry>> {
    let viewer = viewer(person).await?;
    if let Some(entry) = person.anilist.entry(viewer.id, id).await? {
        return Ok(Some(entry));
    }
    let media = person.anilist.media(id).await?;
    Ok(media.map(|media| Entry {
        media,
        status: ListStatus::Planning,
        progress: 0,
        repeat: 0,
        completed_at: crate::domain::FuzzyDate::default(),
        updated_at: 0,
        private: false,
    }))
}
