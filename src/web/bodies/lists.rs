//! How a person's lists at other services are connected and synced.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::connections::ConnectionState;
use crate::hub::lists::connect::{Counts, OfTrakt, Standing};
use crate::hub::lists::integration::{self, Last, Meeting, Outcome, Set, Way};
use crate::merge::{Deletes, Direction, ListService};

words! {
    /// A service that keeps lists.
    ListedAt of ListService, "lowercase" { Anilist, Kitsu, Myanimelist }
    /// Which way a list is synced.
    SyncDirection of Way, "snake_case" { Bidirectional, ToExternal, FromExternal }
    /// What a deletion at the service means.
    OnDeletion of Deletes, "snake_case" { Forget, Ask, CarryOver }
    /// Which way a field goes.
    FieldDirection of Direction, "lowercase" { Off, In, Out, Both }
}

/// A service that is kept in step.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum IntegrationType {
    Anilist,
    Myanimelist,
    Kitsu,
    Trakt,
}

impl From<ListService> for IntegrationType {
    fn from(service: ListService) -> Self {
        match service {
            ListService::Anilist => Self::Anilist,
            ListService::Kitsu => Self::Kitsu,
            ListService::Myanimelist => Self::Myanimelist,
        }
    }
}

/// What became of the last sync.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LastSync {
    /// There was none.
    Pending,
    /// It goes on.
    InProgress,
    /// All of it was done.
    Success,
    /// Some of it was.
    Partial,
    /// None of it was.
    Failed,
    /// None is to be.
    Disabled,
}

impl LastSync {
    fn of(set: &Set, last: Option<&Last>) -> Self {
        match last.map(|last| last.outcome) {
            Some(Outcome::InProgress) => Self::InProgress,
            _ if !set.sync_enabled => Self::Disabled,
            None => Self::Pending,
            Some(Outcome::Success) => Self::Success,
            Some(Outcome::Partial) => Self::Partial,
            Some(Outcome::Failed) => Self::Failed,
        }
    }
}

/// How a list stands.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct IntegrationStatus {
    /// Which.
    integration_type: IntegrationType,
    /// Whether the person is signed in there.
    is_connected: bool,
    /// As whom, now or the last time.
    external_username: Option<String>,
    /// When the last sync began.
    last_sync_at: Option<Timestamp>,
    /// What became of it.
    last_sync_status: LastSync,
    /// Whether it is synced at all.
    sync_enabled: bool,
    /// Whether it is synced by itself.
    auto_sync: bool,
    /// Entries of manga that it had.
    manga_count: usize,
    /// Entries of anime that it had.
    anime_count: usize,
    /// The id of the app that the person signs in with.
    client_id: Option<String>,
    /// How the service stands.
    state: ConnectionState,
    /// What to do, where there is something to do.
    hint: Option<&'static str>,
    /// When the sign-in ends, where nothing renews it and that is known.
    expires_at: Option<Timestamp>,
    /// Fields that wait for the person.
    held: usize,
    /// Changes that are still to be told to the service.
    pending: usize,
}

impl IntegrationStatus {
    /// Of a service that nothing is known of, it is what a new person would see.
    pub(in crate::web) fn of(
        service: ListService,
        found: Option<&Standing>,
        counts: Counts,
    ) -> Self {
        let kept = found.and_then(|found| found.kept.clone());
        let (set, last) = kept.map(|kept| (kept.set, kept.last)).unwrap_or_default();
        let name = |found: &Standing| found.external.as_ref().map(|one| one.name.clone());
        Self {
            integration_type: service.into(),
            is_connected: found.is_some_and(|found| found.is_connected),
            external_username: found.and_then(name),
            last_sync_at: last.as_ref().map(|last| last.at),
            last_sync_status: LastSync::of(&set, last.as_ref()),
            sync_enabled: set.sync_enabled,
            auto_sync: set.auto_sync,
            manga_count: last.as_ref().map_or(0, |last| last.manga),
            anime_count: last.as_ref().map_or(0, |last| last.anime),
            client_id: found.and_then(|found| found.client_id.clone()),
            state: found.map_or(ConnectionState::NotConfigured, |found| found.state.into()),
            hint: found.and_then(|found| found.hint),
            expires_at: found.and_then(|found| found.expires_at),
            held: counts.held,
            pending: counts.pending,
        }
    }
}

impl From<OfTrakt> for IntegrationStatus {
    fn from(trakt: OfTrakt) -> Self {
        let OfTrakt { is_connected, state, hint, expires_at, last_sync, is_scheduled } = trakt;
        Self {
            integration_type: IntegrationType::Trakt,
            is_connected,
            external_username: None,
            last_sync_at: last_sync,
            last_sync_status: last_sync.map_or(LastSync::Pending, |_| LastSync::Success),
            sync_enabled: true,
            auto_sync: is_scheduled,
            manga_count: 0,
            anime_count: 0,
            client_id: None,
            state: state.into(),
            hint,
            expires_at,
            held: 0,
            pending: 0,
        }
    }
}

/// How far a list and the library know each other.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FirstSync {
    /// The preview waits for an answer.
    Unanswered,
    /// It was answered, and the first sync is to come.
    Answered,
    /// It was done.
    Done,
}

/// What else is known of a list.
#[derive(Debug, Serialize, ToSchema)]
struct IntegrationDetails {
    /// How far the list and the library know each other.
    first_sync: FirstSync,
}

/// All that is kept of a list, but what signs in to it.
#[derive(Debug, Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    reason = "the names and switches are those of the contract"
)]
pub(in crate::web) struct Integration {
    /// Its name among the person's lists.
    id: ListedAt,
    /// When it was connected for the first time, or something was set for it.
    created_at: Timestamp,
    /// When anything here last changed.
    updated_at: Timestamp,
    /// Which.
    integration_type: IntegrationType,
    /// Whether it is synced at all.
    sync_enabled: bool,
    /// Progress, volumes and repeats.
    sync_reading_progress: bool,
    /// Scores.
    sync_ratings: bool,
    /// The status.
    sync_status: bool,
    /// When something was started and finished.
    sync_dates: bool,
    /// Notes.
    sync_notes: bool,
    /// Whether an entry is private.
    sync_private: bool,
    /// Anime.
    sync_anime: bool,
    /// Manga.
    sync_manga: bool,
    /// Whether it is synced by itself.
    auto_sync: bool,
    /// Which way anything goes.
    direction: SyncDirection,
    /// What a deletion there means.
    deletes: OnDeletion,
    /// Which way single fields go; the others go both ways.
    fields: BTreeMap<String, FieldDirection>,
    /// The id of the app that the person signs in with.
    client_id: Option<String>,
    /// The person's number there.
    external_user_id: Option<String>,
    /// Their name there.
    external_username: Option<String>,
    /// When the last sync began.
    last_sync_at: Option<Timestamp>,
    /// What became of it.
    last_sync_status: LastSync,
    /// What went wrong.
    last_sync_error: Option<String>,
    /// Syncs that were done.
    sync_count: u64,
    /// What else is known.
    settings: IntegrationDetails,
}

impl Integration {
    /// None where nothing is kept of the list.
    pub(in crate::web) fn of(standing: Standing) -> Option<Self> {
        let Standing { service, external, client_id, kept, .. } = standing;
        let integration::Integration { created_at, updated_at, set, meeting, last, syncs, .. } =
            kept?;
        let last_sync_status = LastSync::of(&set, last.as_ref());
        let fields = set.fields.into_iter().map(|(name, way)| (name, way.into()));
        Some(Self {
            id: service.into(),
            created_at,
            updated_at,
            integration_type: service.into(),
            sync_enabled: set.sync_enabled,
            sync_reading_progress: set.sync_reading_progress,
            sync_ratings: set.sync_ratings,
            sync_status: set.sync_status,
            sync_dates: set.sync_dates,
            sync_notes: set.sync_notes,
            sync_private: set.sync_private,
            sync_anime: set.sync_anime,
            sync_manga: set.sync_manga,
            auto_sync: set.auto_sync,
            direction: set.direction.into(),
            deletes: set.deletes.into(),
            fields: fields.collect(),
            client_id,
            external_user_id: external.as_ref().map(|one| one.id.to_string()),
            external_username: external.map(|one| one.name),
            last_sync_at: last.as_ref().map(|last| last.at),
            last_sync_status,
            last_sync_error: last.and_then(|last| last.error),
            sync_count: syncs,
            settings: IntegrationDetails { first_sync: (&meeting).into() },
        })
    }
}

impl From<&Meeting> for FirstSync {
    fn from(meeting: &Meeting) -> Self {
        match meeting {
            Meeting::Unanswered => Self::Unanswered,
            Meeting::Answered(_) => Self::Answered,
            Meeting::Known => Self::Done,
        }
    }
}
