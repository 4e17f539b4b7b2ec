//! What lets a full run end early: an earlier one left nothing to do, and nothing has changed since.
//!
//! The same list, the same state and the same settings give the same plan. So a full run that had
//! nothing left to do notes what it went by. The next one compares that with what it reads in one go,
//! and with the changes that AniList tells. When all is the same, there is nothing to do again, and
//! none of the state is read.
//!
//! The store removes the note with every change that a run goes by, whoever makes it. A run that
//! begins puts its number there, and replaces that by the note at its end only if it still stands:
//! nobody but the run itself has changed anything meanwhile.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::apply::Applied;
use super::collect::{Changes, LATE, changed, known_viewer};
use super::halt::in_time;
use super::lock::RunLock;
use super::modes::Mode;
use super::prepare::Prepared;
use super::run_log;
use super::unread::Unread;
use super::waiting;
use super::waits;
use crate::clock::age;
use crate::domain::{Digest, Entry, RunId, RunRow, Waiting};
use crate::hub::error::{Error, Result};
use crate::hub::live::Teller;
use crate::hub::person::Person;
use crate::store::{Write, keys};

/// Goes up when a new version may find something to do where the one before did not.
const FORM: u32 = 1;

/// The note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdleNote {
    /// When the run ended that wrote it.
    at: Timestamp,
    /// From then on something is due whatever changes.
    until: Timestamp,
    /// The process that it holds for, where others would ask for a mapping file at once; none where
    /// it holds for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only_for: Option<String>,
    /// Program, settings and mapping files.
    facts: Digest,
    /// The mark of the list, in Unix seconds.
    mark: i64,
    /// The entries that changed since the mark, or late before it.
    list: Digest,
}

/// An entry as it was read: when it was changed (Unix seconds), and a digest of all that it says.
pub(super) type Seen = (i64, Digest);

/// The entries as they were read.
pub(super) fn seen(entries: &[Entry]) -> Result<Vec<Seen>> {
    entries.iter().map(|entry| Ok((entry.updated_at, digest(entry)?))).collect()
}

fn digest(facts: &impl Serialize) -> Result<Digest> {
    Digest::of(facts).map_err(|error| Error::Internal(error.to_string()))
}

/// Those that are read again from this mark on.
fn list_since(mark: i64, all: &[Seen]) -> Result<Digest> {
    let earliest = mark.saturating_sub(LATE);
    let mut list: Vec<&Seen> = all.iter().filter(|(at, _)| *at >= earliest).collect();
    list.sort_unstable();
    digest(&list)
}

/// What a full run reads first.
#[derive(Debug, Default)]
pub(super) struct Start {
    /// When what the run before left goes on.
    pub(super) next_attempt: Option<String>,
    idle: Option<String>,
    mark: Option<String>,
    in_flight: Option<String>,
    afresh: Option<String>,
    unread: Option<String>,
    waits: Option<String>,
    viewer: Option<String>,
    /// What the person has set.
    pub(super) settings: Option<String>,
    /// When each mapping file was last fetched or found unchanged.
    datasets: Vec<Option<String>>,
}

/// What a full run has to look at.
pub(super) enum Look {
    /// Nothing: all is as noted.
    Nothing(IdleNote),
    /// Everything. The changes of the list may have been read already.
    Everything(Option<Changes>),
}

impl Start {
    /// Reads it in one go.
    pub(super) async fn read(person: &Person, mode: Mode) -> Result<Self> {
        if mode != Mode::Full {
            return Ok(Self::default());
        }
        let single = [
            keys::NEXT_ATTEMPT,
            keys::IDLE,
            keys::LAST_SYNC_TIMESTAMP,
            keys::IN_FLIGHT,
            keys::AFRESH,
            keys::ANILIST_UNREAD,
            keys::WAITS,
            keys::ANILIST_VIEWER,
            keys::SETTINGS,
        ];
        let datasets = keys::DATASETS.map(keys::dataset_last_sync);
        let all: Vec<&str> =
            single.into_iter().chain(datasets.iter().map(String::as_str)).collect();
        let mut values = person.store.config(&all).await?.into_iter();
        let mut next = || values.next().flatten();
        Ok(Self {
            next_attempt: next(),
            idle: next(),
            mark: next(),
            in_flight: next(),
            afresh: next(),
            unread: next(),
            waits: next(),
            viewer: next(),
            settings: next(),
            datasets: values.collect(),
        })
    }

    /// Whether titles were started afresh, and it is not sure yet that all runs know of it.
    pub(super) fn has_afresh(&self) -> bool {
        self.afresh.is_some()
    }

    /// The note, if it holds as far as can be told without asking anybody.
    fn note(&self, person: &Person) -> Result<Option<IdleNote>> {
        let open = [&self.next_attempt, &self.in_flight, &self.afresh, &self.unread];
        let note = self.idle.as_deref().filter(|_| open.iter().all(|text| text.is_none()));
        let note: Option<IdleNote> = note.and_then(|text| serde_json::from_str(text).ok());
        let Some(note) = note else { return Ok(None) };
        let now = person.services.clock.now();
        let is_in_time = age(note.at, now).is_some() && now < note.until;
        let is_same_mark = self.mark.as_deref() == Some(note.mark.to_string().as_str());
        let is_for_this =
            note.only_for.as_deref().is_none_or(|name| name == person.services.instance());
        let is_same = is_in_time
            && is_for_this
            && is_same_mark
            && facts(person, &self.datasets)? == note.facts;
        Ok(is_same.then_some(note))
    }
}

/// Compares what was noted with what is: first what was read, and then the changes of the list.
pub(super) async fn look(person: &Person, teller: &Teller, start: &Start) -> Result<Look> {
    let viewer = known_viewer(person, start.viewer.as_deref());
    let (Some(note), Some(viewer)) = (start.note(person)?, viewer) else {
        return Ok(Look::Everything(None));
    };
    waits::heed(person, start.waits.as_deref());
    let began = person.services.outbound.true_time();
    let listed = in_time(person, teller, changed(person, &viewer, note.mark)).await?;
    let list = list_since(note.mark, &seen(&listed.entries)?)?;
    if listed.unread.is_empty() && list == note.list {
        return Ok(Look::Nothing(note));
    }
    Ok(Look::Everything(Some(Changes { since: note.mark, began, listed })))
}

/// Stores that a run begins. A full one puts its number in the note's place, which stays there for as
/// long as nobody else changes anything. When that has happened since the note was read, it is
/// forgotten.
pub(super) async fn begin(
    person: &Person,
    mode: Mode,
    row: &RunRow,
    (start, mut noted): (&mut Start, Vec<Write>),
) -> Result<()> {
    if mode != Mode::Full {
        return run_log::begin(person, row, noted).await;
    }
    noted.push(Write::Config { key: keys::IDLE, value: Some(row.id.to_string()) });
    if run_log::begin_if(person, row, start.idle.as_deref(), noted.clone()).await? {
        return Ok(());
    }
    start.idle = None;
    run_log::begin(person, row, noted).await
}

/// What a run notes when it has come to its end, with the mark of the list that is in force. None
/// where the next run may find something to do.
///
/// Where titles wait, a run that found out something about them is not the last word: the next one
/// may go on from that. So then only a run that changed nothing and asked nobody leaves a note.
pub(super) async fn after(
    person: &Person,
    lock: &RunLock,
    (prepared, applied): (&Prepared, &Applied),
    mark: Option<i64>,
) -> Result<Option<IdleNote>> {
    let Some(mark) = mark.filter(|_| leaves_nothing(prepared)) else { return Ok(None) };
    let rests_until = if waits_for_nothing(prepared, applied) {
        Some(Timestamp::MAX)
    } else if prepared.is_quiet && !lock.has_written() {
        waiting_rests_until(prepared)
    } else {
        None
    };
    let Some(rests_until) = rests_until else { return Ok(None) };
    // Before it is told whether these are the files that were used.
    let names = keys::DATASETS.map(keys::dataset_last_sync);
    let datasets = person.store.config(&names.each_ref().map(String::as_str)).await?;
    let Some(hosts) = person.services.datasets.rest(&prepared.grounds.version).await? else {
        return Ok(None);
    };
    Ok(Some(IdleNote {
        at: person.services.clock.now(),
        until: rests_until.min(hosts.until),
        only_for: hosts.is_in_vain.then(|| person.services.instance().to_owned()),
        facts: facts(person, &datasets)?,
        mark,
        list: list_since(mark, &prepared.collected.list)?,
    }))
}

/// Ends a run: stores what is to be stored, with the note in the number's place. False, and nothing is
/// stored, when there is no note, or somebody has changed something meanwhile.
pub(super) async fn end(
    person: &Person,
    run: RunId,
    note: Option<&IdleNote>,
    writes: &[Write],
) -> Result<bool> {
    let Some(note) = note else { return Ok(false) };
    let text = serde_json::to_string(note).map_err(|error| Error::Internal(error.to_string()))?;
    let mut writes = writes.to_vec();
    writes.push(Write::Config { key: keys::IDLE, value: Some(text) });
    let store = &person.store;
    Ok(store.write_if(keys::IDLE, Some(&run.to_string()), writes).await?)
}

/// Whether nothing but titles that wait is left, as far as the list was read, and no look at Trakt's
/// history would tell anything else.
fn leaves_nothing(prepared: &Prepared) -> bool {
    let Prepared { collected, grounds, plan, .. } = prepared;
    collected.unread == Unread::default()
        && plan.is_complete()
        && plan.only_once() == 0
        && grounds.interrupted.is_none()
        && !grounds.has_moved
}

/// Whether no title waits that a run looks at.
fn waits_for_nothing(prepared: &Prepared, applied: &Applied) -> bool {
    looked_at_again(prepared).next().is_none()
        && applied.refused_plays() == 0
        && prepared.plan.titles.iter().all(|title| title.waiting.is_none())
}

/// Until when none of the titles that wait is looked up again, and none of their shows; none when
/// each run does.
fn waiting_rests_until(prepared: &Prepared) -> Option<Timestamp> {
    let version = &prepared.grounds.version;
    let rests = looked_at_again(prepared).map(|row| waiting::rests_until(row, version));
    let rests: Vec<Timestamp> = rests.collect::<Option<_>>()?;
    rests.into_iter().chain(prepared.grounds.young_until).min()
}

/// What waits, but for what is ignored and did not change.
fn looked_at_again(prepared: &Prepared) -> impl Iterator<Item = &Waiting> {
    let listed = prepared.titles.iter().filter_map(|title| title.waiting.as_ref());
    let others = prepared.waiting.values().filter(|row| !row.ignored);
    others.chain(listed.filter(|row| row.ignored)).map(|row| &**row)
}

/// All that a run goes by besides the list and the state.
#[derive(Serialize)]
struct Facts<'a> {
    form: u32,
    program: &'a str,
    list_of: String,
    rewatches: bool,
    posts_private: bool,
    zone: Option<&'a str>,
    services: [&'a str; 2],
    files: [&'a str; 3],
    has_tmdb: bool,
    datasets: &'a [Option<String>],
}

fn facts(person: &Person, datasets: &[Option<String>]) -> Result<Digest> {
    let (settings, files) = (&person.settings, &person.services.datasets);
    let files = [files.otaku.url(), files.fribbs.url(), files.anibridge.url()];
    digest(&Facts {
        form: FORM,
        program: env!("CARGO_PKG_VERSION"),
        list_of: person.anilist.owner().identity(),
        rewatches: settings.rewatches,
        posts_private: settings.posts_private,
        zone: settings.timezone.iana_name(),
        services: [person.anilist.client().url(), person.trakt.client().url()],
        files: files.map(reqwest::Url::as_str),
        has_tmdb: person.services.tmdb.is_some(),
        datasets,
    })
}
