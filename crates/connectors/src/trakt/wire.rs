//! Trakt's answers as they come.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use anilist_trakt_sync_core::domain::{
    Episode, ExternalId, Film, ImdbId, Item, MediaType, Slot, TraktEpisodeId, TraktMovieId,
    TraktShowId, TraktTitle,
};

#[derive(Deserialize)]
pub(super) struct Season {
    number: u16,
    episode_count: Option<u32>,
    episodes: Option<Vec<SeasonEpisode>>,
}

#[derive(Deserialize)]
struct SeasonEpisode {
    number: u32,
    #[serde(default, deserialize_with = "or_none")]
    number_abs: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    first_aired: Option<Timestamp>,
    #[serde(default, deserialize_with = "or_none")]
    title: Option<Box<str>>,
    ids: Id<TraktEpisodeId>,
}

#[derive(Deserialize)]
pub(super) struct Id<T> {
    pub(super) trakt: T,
}

#[derive(Deserialize)]
pub(super) struct Named<T> {
    #[serde(default, deserialize_with = "or_none")]
    pub(super) title: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) year: Option<i16>,
    pub(super) ids: Id<T>,
}

impl Season {
    /// The episodes, or the season's number when Trakt counts some and lists none.
    pub(super) fn into_episodes(self) -> Result<Vec<Episode>, u16> {
        let season = self.number;
        let none_counted = self.episode_count.unwrap_or(0) == 0;
        let is_told = match &self.episodes {
            None => self.episode_count == Some(0),
            Some(episodes) => !episodes.is_empty() || none_counted,
        };
        if !is_told {
            return Err(season);
        }
        let episodes = self.episodes.unwrap_or_default();
        Ok(episodes.into_iter().map(|episode| episode.into_episode(season)).collect())
    }
}

impl SeasonEpisode {
    fn into_episode(self, season: u16) -> Episode {
        Episode {
            slot: Slot { season, number: self.number },
            number_abs: self.number_abs,
            first_aired: self.first_aired,
            id: self.ids.trakt,
            title: self.title.filter(|_| season == 0),
        }
    }
}

/// One result of a search; what it is of stands under the name of its kind. One that cannot be read
/// is of nothing, and loses no other.
#[derive(Deserialize)]
#[serde(from = "Value")]
pub(super) struct Hit {
    show: Option<HitItem>,
    movie: Option<HitItem>,
    kind: String,
}

impl From<Value> for Hit {
    fn from(mut hit: Value) -> Self {
        let mut item = |name| serde_json::from_value(hit.get_mut(name)?.take()).ok();
        let (show, movie) = (item("show"), item("movie"));
        let kind = hit["type"].as_str().unwrap_or_default().to_owned();
        Self { show, movie, kind }
    }
}

#[derive(Deserialize)]
pub(super) struct HitItem {
    #[serde(default, deserialize_with = "or_none")]
    pub(super) title: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) year: Option<i16>,
    #[serde(default, deserialize_with = "or_none")]
    released: Option<Date>,
    pub(super) ids: HitIds,
}

impl HitItem {
    /// What it tells of a film.
    pub(super) fn into_film(self) -> Film {
        Film {
            title: self.title,
            year: self.year,
            released: self.released,
            tmdb: self.ids.tmdb,
            imdb: self.ids.imdb,
        }
    }

    /// What it is called, if it is what was asked for by this id.
    pub(super) fn into_title_of(self, id: u64) -> Option<TraktTitle> {
        let title = self.title.as_deref().map(str::trim).filter(|title| !title.is_empty())?;
        (self.ids.trakt == id).then(|| TraktTitle { title: title.to_owned(), year: self.year })
    }
}

#[derive(Deserialize)]
pub(super) struct HitIds {
    pub(super) trakt: u64,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) tmdb: Option<u32>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) imdb: Option<ImdbId>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) tvdb: Option<u32>,
}

impl Hit {
    /// The show or film, if it is of this kind.
    pub(super) fn of(self, kind: MediaType) -> Option<HitItem> {
        match kind {
            MediaType::Show => self.show.filter(|_| self.kind == "show"),
            MediaType::Movie => self.movie.filter(|_| self.kind == "movie"),
        }
    }
}

impl HitIds {
    /// Whether this contradicts the id it was found by.
    pub(super) fn contradicts(&self, by: &ExternalId) -> bool {
        match by {
            ExternalId::Tmdb(id) => self.tmdb.is_some_and(|own| own != *id),
            ExternalId::Imdb(id) => self.imdb.as_ref().is_some_and(|own| own != id),
            ExternalId::Tvdb(id) => self.tvdb.is_some_and(|own| own != id.0),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Activities {
    pub(super) episodes: WatchedActivity,
    pub(super) movies: WatchedActivity,
}

#[derive(Deserialize)]
pub(super) struct WatchedActivity {
    pub(super) watched_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Settings {
    pub(super) user: Option<User>,
    pub(super) browsing: Option<Browsing>,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) username: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Browsing {
    #[serde(default)]
    pub(super) watch_only_once: bool,
}

#[derive(Deserialize)]
pub(super) struct WatchedShow {
    pub(super) show: Named<TraktShowId>,
    seasons: Option<Vec<WatchedSeason>>,
}

#[derive(Deserialize)]
struct WatchedSeason {
    number: u16,
    episodes: Vec<WatchedEpisode>,
}

#[derive(Deserialize)]
struct WatchedEpisode {
    number: u32,
    /// Odd or none counts as once: what is listed was watched.
    #[serde(default, deserialize_with = "or_none")]
    plays: Option<u32>,
}

impl WatchedSeason {
    fn plays(&self) -> impl Iterator<Item = (Slot, u32)> + '_ {
        let plays = self.episodes.iter().map(|episode| {
            let slot = Slot { season: self.number, number: episode.number };
            (slot, episode.plays.unwrap_or(1))
        });
        plays.filter(|(_, plays)| *plays > 0)
    }
}

impl WatchedShow {
    /// The watched episodes with how often, or none when Trakt left the seasons out.
    pub(super) fn plays(&self) -> Option<impl Iterator<Item = (Slot, u32)> + '_> {
        Some(self.seasons.as_ref()?.iter().flat_map(WatchedSeason::plays))
    }
}

#[derive(Deserialize)]
pub(super) struct WatchedMovie {
    pub(super) movie: Named<TraktMovieId>,
    #[serde(default, deserialize_with = "or_none")]
    pub(super) plays: Option<u32>,
}

#[derive(Deserialize)]
pub(super) struct HistoryRow {
    pub(super) id: u64,
    pub(super) watched_at: Timestamp,
    movie: Option<Named<TraktMovieId>>,
    show: Option<Named<TraktShowId>>,
    episode: Option<HistoryEpisode>,
}

#[derive(Deserialize)]
struct HistoryEpisode {
    season: u16,
    number: u32,
    ids: Id<TraktEpisodeId>,
}

impl HistoryRow {
    /// What was played, and Trakt's id of the episode. None for kinds this program does not know.
    pub(super) fn item(&self) -> Option<(Item, Option<TraktEpisodeId>)> {
        match (&self.movie, &self.show, &self.episode) {
            (Some(movie), _, _) => Some((Item::Movie { movie: movie.ids.trakt }, None)),
            (None, Some(show), Some(episode)) => {
                let slot = Slot { season: episode.season, number: episode.number };
                Some((Item::Episode { show: show.ids.trakt, slot }, Some(episode.ids.trakt)))
            }
            _ => None,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct AddedReply {
    pub(super) added: Counts,
    #[serde(default)]
    pub(super) updated: Counts,
    #[serde(default)]
    pub(super) not_found: NotFound,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    pub(super) episodes: u32,
    pub(super) movies: u32,
}

/// What Trakt did not know, in any of the forms it reports it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NotFound {
    pub(super) movies: Vec<Missing>,
    pub(super) episodes: Vec<Missing>,
    pub(super) shows: Vec<Missing>,
    pub(super) seasons: Vec<Missing>,
    pub(super) ids: Vec<u64>,
}

/// Something that was not found: flat with its ids, or a show with seasons with episodes.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Missing {
    pub(super) ids: Option<MissingIds>,
    pub(super) seasons: Option<Vec<MissingSeason>>,
}

#[derive(Default, Deserialize)]
pub(super) struct MissingIds {
    pub(super) trakt: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct MissingSeason {
    pub(super) number: u16,
    #[serde(default)]
    pub(super) episodes: Vec<MissingEpisode>,
}

#[derive(Deserialize)]
pub(super) struct MissingEpisode {
    pub(super) number: u32,
}

#[derive(Deserialize)]
pub(super) struct RemovedReply {
    pub(super) deleted: Counts,
    #[serde(default)]
    pub(super) not_found: NotFound,
}

/// A field that only adds to what is known, and is none when it cannot be read.
fn or_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}
