//! The names of `system_config` entries. They are a documented contract: operators read them.

use anilist_trakt_sync_core::domain::TraktShowId;

/// Trakt's access token. With an encryption key it is sealed.
pub const TRAKT_TOKEN: &str = "trakt:token";
/// Trakt's single-use refresh token. Without an access token beside it, it is a dead one.
pub const TRAKT_REFRESH_TOKEN: &str = "trakt:refresh_token";
/// When the access token ends, RFC 3339.
pub const TRAKT_TOKEN_EXPIRES_AT: &str = "trakt:token_expires_at";
/// `MyAnimeList`'s access token, and what goes with it: as Trakt's.
pub const MYANIMELIST_TOKEN: &str = "myanimelist:token";
/// See [`MYANIMELIST_TOKEN`].
pub const MYANIMELIST_REFRESH_TOKEN: &str = "myanimelist:refresh_token";
/// See [`MYANIMELIST_TOKEN`].
pub const MYANIMELIST_TOKEN_EXPIRES_AT: &str = "myanimelist:token_expires_at";
/// As which app the pair was given, which alone can renew it, and when. With an encryption key it is sealed.
pub const MYANIMELIST_TOKEN_TERMS: &str = "myanimelist:token_terms";
/// Kitsu's access token, and what goes with it: as Trakt's.
pub const KITSU_TOKEN: &str = "kitsu:token";
/// See [`KITSU_TOKEN`].
pub const KITSU_REFRESH_TOKEN: &str = "kitsu:refresh_token";
/// See [`KITSU_TOKEN`].
pub const KITSU_TOKEN_EXPIRES_AT: &str = "kitsu:token_expires_at";
/// Start of the last full run that a person asked for and that synced.
pub const LAST_RUN: &str = "status:sync:last-run";
/// Start of the last automated run, whatever became of it.
pub const LAST_RUN_AUTO: &str = "status:sync:last-run-auto";
/// When what the last full run left goes on, or what a run that died would have done.
pub const NEXT_ATTEMPT: &str = "status:sync:next-attempt";
/// Start of the last automated run that synced.
pub const LAST_SYNC_AUTO: &str = "status:sync:last-sync-auto";
/// Start of the last watching run that synced.
pub const LAST_RUN_WATCHING: &str = "status:sync:watching:last-run";
/// Start of the last completed run that synced.
pub const LAST_RUN_COMPLETED: &str = "status:sync:completed:last-run";
/// AniList's `updatedAt` (Unix seconds) up to which every change was accepted or waits.
pub const LAST_SYNC_TIMESTAMP: &str = "lastSyncTimestamp";
/// The batches that were sent to Trakt and are not yet settled, each with its time and the run
/// that sent it.
pub const IN_FLIGHT: &str = "sync:in-flight";
/// The runs of which Trakt took something so short a time ago that its history may lack it.
pub const JUST_ACCEPTED: &str = "sync:just-accepted";
/// Titles that were started afresh, until no run is left that knows nothing of it.
pub const AFRESH: &str = "sync:afresh";
/// What a full run found that left nothing to do, or the number of the one that goes on. It goes
/// with every change that a run goes by.
pub const IDLE: &str = "sync:settled";
/// The waits that services asked for.
pub const WAITS: &str = "sync:waits";
/// What Trakt's history holds, and as of when.
pub const TRAKT_WATCHED: &str = "trakt:watched";
/// When and where Trakt's history was saved before the first write.
pub const TRAKT_BACKUP: &str = "trakt:backup";
/// The saved history itself, where there is no disk.
pub const TRAKT_BACKUP_COPY: &str = "trakt:backup:copy";
/// A sign-in to Trakt by a code, while it waits for the person.
pub const TRAKT_DEVICE: &str = "trakt:device";
/// What a person was told through the webhook, so that it is not told again and again.
pub const NOTIFIED: &str = "status:notified";
/// What a person has set, as a JSON object; its secrets are sealed where there is a key.
pub const SETTINGS: &str = "settings";
/// Of versions before accounts; kept, so that what they exported can be imported.
pub const SIGN_IN_EPOCH: &str = "sign-in:epoch";
/// The AniList user the token belongs to.
pub const ANILIST_VIEWER: &str = "anilist:viewer";

/// Which state the library is in: a [`Mark`](anilist_trakt_sync_core::library::Mark) as JSON. Every
/// change of it is one of the library too.
pub const LIBRARY: &str = "library:mark";
/// How a person's list at AniList is kept in step, as JSON.
pub const LIST_ANILIST: &str = "list:anilist";
/// The same at Kitsu.
pub const LIST_KITSU: &str = "list:kitsu";
/// The same at `MyAnimeList`.
pub const LIST_MYANIMELIST: &str = "list:myanimelist";
/// The state of the library from which the person's lists were last synced, as [`LIBRARY`].
pub const LISTS_STATE: &str = "lists:state";
/// What AniList's feed told before it was switched off for a while, as JSON.
pub const LIST_FEED: &str = "list:anilist:feed";
/// The titles of AniList's entries that could not be read, as a list.
pub const ANILIST_UNREAD: &str = "anilist:unread";

/// Every entry of an account, for who moves its state elsewhere.
pub(super) const OF_ACCOUNT: [&str; 37] = [
    TRAKT_TOKEN,
    TRAKT_REFRESH_TOKEN,
    TRAKT_TOKEN_EXPIRES_AT,
    MYANIMELIST_TOKEN,
    MYANIMELIST_REFRESH_TOKEN,
    MYANIMELIST_TOKEN_EXPIRES_AT,
    MYANIMELIST_TOKEN_TERMS,
    KITSU_TOKEN,
    KITSU_REFRESH_TOKEN,
    KITSU_TOKEN_EXPIRES_AT,
    LAST_RUN,
    LAST_RUN_AUTO,
    NEXT_ATTEMPT,
    LAST_SYNC_AUTO,
    LAST_RUN_WATCHING,
    LAST_RUN_COMPLETED,
    LAST_SYNC_TIMESTAMP,
    IN_FLIGHT,
    JUST_ACCEPTED,
    AFRESH,
    IDLE,
    WAITS,
    TRAKT_WATCHED,
    TRAKT_BACKUP,
    TRAKT_BACKUP_COPY,
    TRAKT_DEVICE,
    NOTIFIED,
    SETTINGS,
    SIGN_IN_EPOCH,
    ANILIST_VIEWER,
    ANILIST_UNREAD,
    LIBRARY,
    LIST_ANILIST,
    LIST_KITSU,
    LIST_MYANIMELIST,
    LISTS_STATE,
    LIST_FEED,
];

/// The entries that open a door, here or elsewhere.
pub const SECRET: [&str; 8] = [
    TRAKT_TOKEN,
    TRAKT_REFRESH_TOKEN,
    TRAKT_DEVICE,
    MYANIMELIST_TOKEN,
    MYANIMELIST_REFRESH_TOKEN,
    MYANIMELIST_TOKEN_TERMS,
    KITSU_TOKEN,
    KITSU_REFRESH_TOKEN,
];

/// The names of the datasets.
pub const DATASETS: [&str; 3] = ["otaku", "fribbs", "anibridge"];

/// What the names of entries begin with that belong to everybody and not to one account.
const SHARED: [&str; 5] =
    ["status:otaku:", "status:fribbs:", "status:anibridge:", "map:", "trakt:show:"];

/// Whether the entry belongs to everybody and not to one account.
pub fn is_shared(key: &str) -> bool {
    SHARED.iter().any(|start| key.starts_with(start))
}

/// Where a show's [`StoredShow`](anilist_trakt_sync_core::domain::StoredShow) is, as JSON.
pub fn show_episodes(id: TraktShowId) -> String {
    format!("trakt:show:{id}:episodes")
}

/// Where a show's [`ShowVersion`](anilist_trakt_sync_core::domain::ShowVersion) is, as text.
pub fn show_version(id: TraktShowId) -> String {
    format!("trakt:show:{id}:version")
}

/// Where a show's breakpoint map is: `[{"season":1,"starts_at":1},…]`.
pub fn show_breakpoints(id: TraktShowId) -> String {
    format!("map:{id}")
}

/// When a dataset was last fetched or found unchanged (RFC 3339).
pub fn dataset_last_sync(name: &str) -> String {
    format!("status:{name}:last-sync")
}

/// When a dataset's makers last changed it (RFC 3339), if it says so.
pub fn dataset_last_activity(name: &str) -> String {
    format!("status:{name}:last-activity")
}

/// Under which name a dataset's index is stored.
pub fn dataset(name: &str) -> String {
    format!("cache:{name}")
}
