//! What the imitation noticed about its client.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use anilist_trakt_sync_core::domain::Service;

/// One request that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who was asked.
    pub service: Service,
    /// Method and pattern such as `GET /shows/{id}/seasons`; for AniList the operation's name.
    pub route: String,
    /// Path and query as sent, without the upstream's prefix.
    pub address: String,
    /// The status that was answered; none when the connection was dropped.
    pub status: Option<u16>,
    /// When.
    pub at: Timestamp,
}

/// The body of one write to Trakt or Kitsu, kept so that tests can hold it against the contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// Such as `/sync/history`.
    pub path: &'static str,
    /// The body as sent.
    pub body: Value,
}

/// One form that `MyAnimeList` was sent, kept so that tests can hold it against the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The route, such as `PATCH /anime/{id}/my_list_status`.
    pub route: String,
    /// Its fields, by name.
    pub fields: BTreeMap<String, String>,
}

/// Everything counted since the start or the last reset.
#[derive(Debug, Clone, Default)]
pub struct Stats {
    /// Every request, oldest first.
    pub requests: Vec<Seen>,
    /// Bodies of writes to Trakt and Kitsu, oldest first. Credentials are part of those to the sign-in hosts.
    pub writes: Vec<Write>,
    /// Forms that `MyAnimeList` was sent, oldest first. Credentials are part of those to its site.
    pub forms: Vec<Form>,
    /// Headers that the real services ask for and that were missing or wrong.
    pub header_violations: Vec<String>,
    /// Bodies and queries that the real services would not have understood.
    pub body_violations: Vec<String>,
    /// Paths nobody serves.
    pub unknown_routes: Vec<String>,
    /// Requests to `POST /sync/history` that were processed.
    pub history_posts: u32,
    /// Plays that came in that way.
    pub plays_added: u32,
    /// Plays added for an item that had one at the same minute.
    pub duplicate_plays: u32,
    /// Plays added for an item that had a play already, at whatever time.
    pub repeat_plays: u32,
    /// Shows posted without seasons, which marks all of their episodes.
    pub whole_show_adds: u32,
    /// Seasons posted without episodes, which marks all of theirs.
    pub whole_season_adds: u32,
    /// Items in the largest history post.
    pub largest_post: usize,
    /// Items that came back under `not_found`.
    pub not_found: u32,
    /// Token pairs handed out.
    pub tokens_issued: u32,
    /// Refresh tokens that were sent a second time.
    pub reused_refresh_tokens: u32,
    /// Requests with a token that is unknown, revoked or out of date.
    pub refused_tokens: u32,
    /// Requests that came before a `Retry-After` sent to that upstream's client was over.
    pub ignored_retry_after: u32,
    /// Device polls that came before the interval was over.
    pub polled_too_fast: u32,
}

impl Stats {
    /// How many requests went to this service.
    pub fn count(&self, service: Service) -> usize {
        self.requests.iter().filter(|seen| seen.service == service).count()
    }

    /// How many requests went to this route, such as `POST /sync/history` or `ListChunk`.
    pub fn count_route(&self, service: Service, route: &str) -> usize {
        let hit = |seen: &&Seen| seen.service == service && seen.route == route;
        self.requests.iter().filter(hit).count()
    }
}
