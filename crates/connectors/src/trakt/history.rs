//! The history: what was watched, adding plays, and removing single ones.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;

use super::client::TraktClient;
use super::pages::number;
use super::refused::{Attribution, Refused};
use super::trakt;
use super::wire::{AddedReply, HistoryRow, RemovedReply, WatchedMovie, WatchedShow};
use crate::outbound::{Credentials, Fault, ProviderError, Request, Turn};
use anilist_trakt_sync_core::domain::{
    History, HistoryId, Item, MediaType, OnTrakt, Play, TraktEpisodeId, TraktMovieId, TraktShowId,
    WatchedAt,
};

/// 800 items have been seen to take 45 seconds.
const WRITE_TIMEOUT: Duration = Duration::from_secs(90);

/// How long after it was sent a write may still take effect: as long as its answer is waited for,
/// and half a minute more for a service that goes on with what nobody waits for, and for a history
/// that lags behind.
pub const LANDING: SignedDuration = SignedDuration::from_secs(90 + 30);

/// Plays on a page; Trakt gives no more.
const ROWS: u64 = 250;

/// Of what to read the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HistoryOf {
    /// All plays.
    Everything,
    /// The plays of one show's episodes.
    Show(TraktShowId),
    /// The plays of one film.
    Movie(TraktMovieId),
}

/// One play in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryItem {
    /// Trakt's id of the play.
    pub id: HistoryId,
    /// What was played.
    pub item: Item,
    /// Trakt's id of the episode; none for a film.
    pub episode_id: Option<TraktEpisodeId>,
    /// When. A play posted as `unknown` comes back as 1970-01-01.
    pub watched_at: Timestamp,
}

/// How a batch of plays was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Added {
    /// Plays of episodes that were added.
    pub episodes: u32,
    /// Plays of films that were added.
    pub movies: u32,
    /// What was not.
    pub refused: Refused,
}

/// What became of plays that were to be removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// How many were removed.
    pub removed: u32,
    /// Those that Trakt does not have (any more).
    pub missing: Vec<HistoryId>,
}

impl TraktClient {
    /// How often everything was watched, read to the last page. A show without its seasons is an
    /// error: read as "nothing watched", it would be posted a second time.
    pub async fn watched(&self, by: &Credentials) -> Result<History, ProviderError> {
        let mut watched = History::default();
        // Since July 2026 seasons come with `progress` only, and then 100 shows a page at most.
        let request = self.get("/sync/watched/shows")?.query("extended", "progress");
        let shows = self
            .read_all(by, request.query("limit", "100"), |row: &WatchedShow| row.show.ids.trakt);
        for row in shows.await? {
            let show = row.show.ids.trakt;
            let of = OnTrakt { kind: MediaType::Show, id: show.0 };
            self.hear(of, row.show.title.as_deref(), row.show.year);
            let plays = row.plays().ok_or_else(|| {
                let detail = format!("watched show {show} without its seasons");
                trakt(Fault::UnexpectedBody { detail })
            })?;
            watched.shows.insert(show, plays.collect());
        }
        let request = self.get("/sync/watched/movies")?.query("limit", "250");
        let movies = self.read_all(by, request, |row: &WatchedMovie| row.movie.ids.trakt).await?;
        for WatchedMovie { movie, .. } in &movies {
            let of = OnTrakt { kind: MediaType::Movie, id: movie.ids.trakt.0 };
            self.hear(of, movie.title.as_deref(), movie.year);
        }
        let movies = movies.into_iter().map(|row| (row.movie.ids.trakt, row.plays.unwrap_or(1)));
        watched.movies = movies.filter(|(_, plays)| *plays > 0).collect();
        Ok(watched)
    }

    /// The plays of something between two moments, both included, read to the last page.
    pub async fn history(
        &self,
        by: &Credentials,
        of: HistoryOf,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Vec<HistoryItem>, ProviderError> {
        let request =
            within(self.get(&history_path(of))?.query("limit", &ROWS.to_string()), from, to);
        let rows = self.read_all(by, request, |row: &HistoryRow| row.id).await?;
        let inside =
            |at: Timestamp| from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to);
        let items = rows.into_iter().filter(|row| inside(row.watched_at));
        Ok(items
            .filter_map(|row| {
                let (item, episode_id) = row.item()?;
                Some(HistoryItem {
                    id: HistoryId(row.id),
                    item,
                    episode_id,
                    watched_at: row.watched_at,
                })
            })
            .collect())
    }

    /// How many plays there are in all, if Trakt says so.
    pub async fn history_length(&self, by: &Credentials) -> Result<Option<u64>, ProviderError> {
        let request = self.get(&history_path(HistoryOf::Everything))?;
        let answer = self.personal(by, request.query("limit", "1").query("page", "1")).await?;
        Ok(number(&answer, "x-pagination-item-count"))
    }

    /// How many requests it takes to read all plays, if Trakt says how many there are.
    pub async fn history_pages(&self, by: &Credentials) -> Result<Option<u64>, ProviderError> {
        Ok(self.history_length(by).await?.map(|plays| plays.div_ceil(ROWS)))
    }

    /// Adds plays, each by Trakt's id of its episode or film. Trakt does not look for doubles.
    ///
    /// Sent once, in its turn. When the error leaves the outcome open ([`Fault::leaves_outcome_open`]) the plays
    /// may have been added, and so they may when [`Refused::unattributed`] is not 0.
    pub async fn add_history(
        &self,
        by: &Credentials,
        turn: Turn,
        plays: &[Play],
    ) -> Result<Added, ProviderError> {
        if plays.is_empty() {
            return Ok(Added::default());
        }
        let request = self.post("/sync/history", &Additions::of(plays)?)?.timeout(WRITE_TIMEOUT);
        let answer = self.write(by, request, turn).await?;
        let reply: AddedReply = answer.json()?;
        let (added, updated) = (reply.added, reply.updated);
        let accepted = [added.episodes, added.movies, updated.episodes, updated.movies]
            .into_iter()
            .fold(0_u32, u32::saturating_add);
        let refused = Attribution::of(plays, &reply.not_found, accepted);
        Ok(Added { episodes: added.episodes, movies: added.movies, refused })
    }

    /// Removes exactly these plays. Sent once, in its turn.
    pub async fn remove_history(
        &self,
        by: &Credentials,
        turn: Turn,
        ids: &[HistoryId],
    ) -> Result<Removed, ProviderError> {
        if ids.is_empty() {
            return Ok(Removed::default());
        }
        let request = self.post("/sync/history/remove", &json!({ "ids": ids }))?;
        let request = request.timeout(WRITE_TIMEOUT);
        let answer = self.write(by, request, turn).await?;
        let reply: RemovedReply = answer.json()?;
        Ok(Removed {
            removed: reply.deleted.episodes.saturating_add(reply.deleted.movies),
            missing: reply.not_found.ids.into_iter().map(HistoryId).collect(),
        })
    }
}

fn history_path(of: HistoryOf) -> String {
    match of {
        HistoryOf::Everything => "/sync/history".to_owned(),
        HistoryOf::Show(show) => format!("/sync/history/shows/{show}"),
        HistoryOf::Movie(movie) => format!("/sync/history/movies/{movie}"),
    }
}

/// Narrows a request to the days that matter: Trakt's contract takes days only. The end is the day
/// after, as a day stands for its first moment.
fn within(mut request: Request, from: Option<Timestamp>, to: Option<Timestamp>) -> Request {
    let day = |moment: Timestamp| moment.to_zoned(TimeZone::UTC).date();
    if let Some(from) = from {
        request = request.query("start_at", &day(from).to_string());
    }
    if let Some(after) = to.and_then(|to| day(to).tomorrow().ok()) {
        request = request.query("end_at", &after.to_string());
    }
    request
}

/// What is added to the history. Never a show or season: named alone they mean all their episodes.
#[derive(Default, Serialize)]
struct Additions {
    movies: Vec<Addition>,
    episodes: Vec<Addition>,
}

#[derive(Serialize)]
struct Addition {
    ids: TraktId,
    watched_at: WatchedAt,
}

#[derive(Serialize)]
struct TraktId {
    trakt: u64,
}

impl Additions {
    fn of(plays: &[Play]) -> Result<Self, ProviderError> {
        let mut additions = Self::default();
        for play in plays {
            let of = |trakt| Addition { ids: TraktId { trakt }, watched_at: play.watched_at };
            match (play.item, play.episode_id) {
                (Item::Movie { movie }, _) => additions.movies.push(of(movie.0)),
                (Item::Episode { .. }, Some(id)) => additions.episodes.push(of(id.0)),
                (Item::Episode { show, slot }, None) => {
                    let cause = format!("no Trakt id is known for {slot} of show {show}");
                    return Err(trakt(Fault::Local { cause }));
                }
            }
        }
        Ok(additions)
    }
}
