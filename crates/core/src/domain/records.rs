//! What is kept, as the store gives and takes it.

mod account;
mod answer;
pub mod by_title;
mod report;
mod settled;
mod version;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use account::{Account, Credential, CredentialKind, NAME_LENGTH, Role, Username};
pub use answer::StoredAnswer;
pub use report::{
    Added, Failure, FullCounts, LibraryCounts, ListCounts, Report, ReportCounts, RewatchCounts,
    RunMode, RunReport, RunTrigger, UndoCounts,
};
pub use settled::Settled;
pub use version::{InvalidVersion, ShowVersion};

use super::{
    AccountId, AnilistId, Breakpoint, Digest, Entry, HistoryId, ImdbId, MediaType, Placement, Play,
    Reason, RunId, Show, Slot, Source, TraktEpisodeId, TraktShowId, TvdbId, Verdict, Weight, Work,
};

/// Who made a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MappingKind {
    /// A person.
    Manual,
    /// The service.
    Auto,
}

/// Which Trakt show or film an entry belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mapping {
    /// The entry.
    pub anilist_id: AnilistId,
    /// Trakt's id of the show or film; which of the two, `media_type` says.
    pub trakt_id: u64,
    /// TMDB's id, of a show or film as `media_type` says.
    pub tmdb_id: Option<u32>,
    /// IMDb's id.
    pub imdb_id: Option<ImdbId>,
    /// TheTVDB's id.
    pub tvdb_id: Option<TvdbId>,
    /// Who made it. `type` on the wire, as documented.
    #[serde(rename = "type")]
    pub kind: MappingKind,
    /// Show or film; none when a person did not say.
    pub media_type: Option<MediaType>,
    /// Pins the placement to a season.
    pub season: Option<u16>,
    /// Episodes of that season before the entry's first.
    pub offset: Option<u32>,
    /// Which source decided (`manual`, `otaku`, `fribbs`, …).
    pub source: String,
    /// The entry's title when the mapping was made.
    pub title: Option<String>,
    /// The entry's picture, at AniList's own image host.
    #[serde(default)]
    pub cover: Option<String>,
    /// Last change.
    pub updated_at: Timestamp,
}

/// A correction of one episode: the show's (or entry's) number `abs` is this slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// The show it corrects.
    pub trakt_id: TraktShowId,
    /// The entry's own episode number.
    pub abs: u32,
    /// The right season.
    pub season: u16,
    /// The right number in it.
    pub episode: u32,
    /// Limits the correction to this entry.
    pub anilist_id: Option<AnilistId>,
}

impl Override {
    /// The right slot.
    pub fn slot(&self) -> Slot {
        Slot { season: self.season, number: self.episode }
    }
}

/// A title, or some of its episodes, waiting for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// The entry as it was when last seen, so that it can be tried again without asking AniList.
    pub entry: Entry,
    /// Why it waits.
    pub reason: Reason,
    /// What exactly is wrong, for a person.
    pub detail: String,
    /// The entry's own numbers that wait; empty when the whole entry does.
    pub episodes: Vec<u32>,
    /// A person chose not to be asked again.
    pub ignored: bool,
    /// Since when it waits.
    pub since: Timestamp,
    /// When its ids were last looked up at other services.
    pub tried_at: Timestamp,
    /// The version of the datasets it was tried with then.
    pub tried_with: String,
}

impl Waiting {
    /// Whether a person still has to decide about it.
    pub fn is_open(&self) -> bool {
        !self.ignored && self.reason != Reason::Decided
    }
}

/// Where an entry was placed, and what that rests on. The evidence, which only an explanation
/// reads, is large and is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacementRow {
    /// The entry.
    pub anilist_id: AnilistId,
    /// Digest of all that the decision rests on besides the shows: facts of the entry, claims,
    /// targets.
    pub basis: Digest,
    /// The shows that were looked at, each as it was then.
    pub shows: Vec<(TraktShowId, Digest)>,
    /// How far the placement can be trusted.
    pub verdict: Verdict,
    /// Who proposed it.
    pub source: Option<Source>,
    /// The place itself; none when nothing was found.
    pub placement: Option<Placement>,
    /// Why the entry, or a part of it, has no place.
    pub reason: Option<Reason>,
    /// Why it has no place, in full; empty when it has one.
    pub detail: String,
    /// Trakt's ids of the placed episodes, in the order of the entry's own numbers; empty for a
    /// film. They outlive a renumbering.
    pub episode_ids: Vec<TraktEpisodeId>,
    /// When this was decided.
    pub placed_at: Timestamp,
    /// How much speaks for it, to compare it with the places of other entries.
    pub weight: Weight,
    /// What tells the work apart from another one in the same place; none when too little is known.
    pub work: Option<Work>,
    /// Other places it had while episodes of it were posted, the newest last.
    pub earlier: Vec<EarlierPlace>,
}

/// Where an entry was before it was given another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EarlierPlace {
    /// Until when.
    pub until: Timestamp,
    /// The place.
    pub placement: Placement,
    /// The entry's own numbers of what was settled there and is something else in the next place.
    pub left: Vec<u32>,
    /// A person chose to leave what was posted there as it is.
    pub kept: bool,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// It goes on.
    Running,
    /// Everything was posted or waits for a decision.
    Complete,
    /// Something is left for the next call.
    Partial,
    /// It stopped with an error.
    Failed,
}

/// How many runs of an account are kept, the newest.
pub const KEPT_RUNS: u32 = 50;

/// One execution of a sync mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunRow {
    /// Its number.
    pub id: RunId,
    /// What it does.
    pub mode: RunMode,
    /// Who asked for it.
    pub trigger: RunTrigger,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How it stands.
    pub state: RunState,
    /// Its report as the run answered it, or its error; null while it goes on.
    pub report: RunReport,
    /// The run that took all of its plays off Trakt again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<RunId>,
}

/// What became of a play that a run sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlayOutcome {
    /// Trakt took it.
    Accepted,
    /// Trakt answered that it does not know the episode or film.
    Refused,
    /// It was taken, and an undo removed it.
    Removed,
    /// It was taken, and was not on Trakt any more when an undo looked for it.
    Gone,
}

/// A play that a run sent, with what led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunPlay {
    /// The play as it was posted.
    #[serde(flatten)]
    pub play: Play,
    /// The entry's title at the time.
    pub title: Option<String>,
    /// Who proposed the place.
    pub source: Option<Source>,
    /// How far the place could be trusted.
    pub verdict: Option<Verdict>,
    /// What became of it.
    pub outcome: PlayOutcome,
    /// Trakt's id of the play. Trakt does not tell it when a play is added, so it is known only
    /// once an undo has found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history_id: Option<HistoryId>,
}

/// The plays that a run sent in one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunPlays {
    /// The run that sent them.
    pub run: RunId,
    /// The batch's number within the run, from 1.
    pub group: u32,
    /// In the order in which they were sent.
    #[serde(with = "by_title")]
    pub plays: Vec<RunPlay>,
}

/// A show's episodes as Trakt listed them at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredShow {
    /// When Trakt was asked.
    pub fetched_at: Timestamp,
    /// The show.
    pub show: Show,
    /// At which absolute number each season starts; empty when the show does not count on.
    pub breakpoints: Vec<Breakpoint>,
}

/// A line for the persistent log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLogLine {
    /// Whose run or request it belongs to; none of what concerns everybody, such as the start.
    pub account: Option<AccountId>,
    /// What happened.
    pub message: String,
    /// `error`, `warn`, `info`, …
    pub level: String,
    /// When.
    pub created_at: Timestamp,
}

/// A line of the persistent log. Field names are a documented contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Grows from line to line.
    pub id: u64,
    /// What happened.
    pub message: String,
    /// `error`, `warn`, `info`, …
    pub level: String,
    /// When.
    pub created_at: Timestamp,
    /// Whose run or request it belongs to; none of what concerns everybody, and of lines that were
    /// kept before there were accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
}

/// What is known of a dataset without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasetInfo {
    /// How many entries its index has.
    pub count: u64,
    /// When it was last fetched or found unchanged.
    pub last_sync: Timestamp,
    /// When the stored index was last replaced; readers compare it with what they hold.
    pub changed_at: Timestamp,
    /// When its makers last changed it, if it says so.
    pub last_activity: Option<Timestamp>,
    /// The host's `ETag`, for a conditional request.
    pub etag: Option<String>,
    /// The address it came from; another address makes the `ETag` worthless.
    pub url: String,
    /// The form of the stored index. Another form means that it must be fetched again.
    pub format: u32,
}

/// A dataset's index with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDataset {
    /// What is known of it.
    pub info: DatasetInfo,
    /// The index: compressed JSON, as the store has it.
    pub index: Vec<u8>,
}
