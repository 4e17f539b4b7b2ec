//! Plain types of the field: ids, entries, shows, placements, plays.
//!
//! Nothing here does IO, reads a clock or knows a wire format.

pub mod activity;
pub mod digest;
pub mod entry;
pub mod film;
pub mod history;
pub mod ids;
mod named;
pub mod placement;
pub mod play;
pub mod prequel;
pub mod reason;
pub mod records;
mod rewatch;
pub mod search;
pub mod service;
pub mod show;
pub mod verdict;

pub use activity::{Activity, ActivityKind};
pub use digest::Digest;
pub use entry::{
    Airing, AiringStatus, Entry, Format, FuzzyDate, InvalidDate, ListStatus, Media,
    ScheduledEpisode, Titles, Work,
};
pub use film::Film;
pub use history::History;
pub use ids::{
    AccountId, AnilistId, ExternalId, HistoryId, ImdbId, MalId, RunId, TmdbMovieId, TmdbShowId,
    TraktEpisodeId, TraktMovieId, TraktShowId, TvdbId,
};
pub use named::{OnTrakt, TraktTitle};
pub use placement::{Item, MediaType, Placement, Span};
pub use play::{Play, Viewing, WatchedAt};
pub use prequel::{Prequel, Relations};
pub use reason::Reason;
pub use records::{
    Account, Added, Credential, CredentialKind, DatasetInfo, EarlierPlace, Failure, FullCounts,
    KEPT_RUNS, LibraryCounts, ListCounts, LogLine, Mapping, MappingKind, NAME_LENGTH, NewLogLine,
    Override, PlacementRow, PlayOutcome, Report, ReportCounts, RewatchCounts, Role, RunMode,
    RunPlay, RunPlays, RunReport, RunRow, RunState, RunTrigger, Settled, ShowVersion, StoredAnswer,
    StoredDataset, StoredShow, UndoCounts, Username, Waiting,
};
pub use rewatch::Rewatched;
pub use search::SearchHit;
pub use service::{About, Service, ServiceKind};
pub use show::{Breakpoint, Episode, Season, Show, Slot};
pub use verdict::{Source, Verdict, Weight};
