//! The world behind the imitation: one person, their AniList, Trakt's catalogue and history, and
//! what the datasets say. Plain data; build a small one for a test, or take [`World::sample`].

mod catalogue;
mod history;
mod kitsu;
mod kitsu_tokens;
mod list;
mod mal;
mod manga;
mod mapping;

use std::collections::BTreeMap;

use jiff::Timestamp;

use anilist_trakt_sync_core::domain::{
    AnilistId, Item, ListStatus, Media, ScheduledEpisode, WatchedAt,
};

pub use catalogue::{Catalogue, Numbers, TraktMovie, TraktShow};
pub use history::{History, HistoryPlay};
pub use kitsu::{Kitsu, KitsuEntry, KitsuPerson, KitsuRefusal, KitsuTold, KitsuWork};
pub use kitsu_tokens::{KitsuPair, KitsuToken, KitsuTokens};
pub use list::{Activity, ActivityStatus, Evening, ListEntry, Oddity, Shown};
pub use mal::{Again, Approval, Mal, MalEntry, MalTitle, Shade};
pub use manga::{Manga, Printed};
pub use mapping::{AniBridgeRange, FribbsRow, Mapping, OtakuKind, OtakuRow, TmdbRef};

/// The person whose list it is, with the credentials that the imitation accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// AniList's user id.
    pub anilist_id: u32,
    /// The name on AniList and on Trakt.
    pub name: String,
    /// Changing it is what a dead AniList token looks like.
    pub anilist_token: String,
    /// The API app at AniList.
    pub anilist_client_id: String,
    /// Its secret.
    pub anilist_client_secret: String,
    /// Trakt's API app.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The first Trakt access token.
    pub access_token: String,
    /// The first Trakt refresh token.
    pub refresh_token: String,
    /// Life of a Trakt access token, in seconds; a day since March 2025.
    pub access_token_seconds: i64,
    /// The TMDB key.
    pub tmdb_key: String,
    /// Minutes within which AniList merges progress on one title into one activity; 0 is never.
    pub merge_minutes: i64,
    /// The statuses whose changes AniList does not tell the person's followers of.
    pub untold: Vec<String>,
    /// Trakt's setting that keeps one play of each episode and film.
    pub watch_only_once: bool,
}

impl Default for Person {
    fn default() -> Self {
        Self {
            anilist_id: 501,
            name: "demo".into(),
            // A JWT of AniList's form whose `exp` is 2100-01-01.
            anilist_token: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.\
                eyJhdWQiOiIxIiwic3ViIjoiNTAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.demo"
                .into(),
            anilist_client_id: "1017".into(),
            anilist_client_secret: "demo-anilist-secret".into(),
            client_id: "demo-client-id".into(),
            client_secret: "demo-client-secret".into(),
            access_token: "demo-access-1".into(),
            refresh_token: "demo-refresh-1".into(),
            access_token_seconds: 86_400,
            tmdb_key: "demo-tmdb-key".into(),
            merge_minutes: 720,
            untold: Vec::new(),
            watch_only_once: false,
        }
    }
}

/// Everything there is.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Whose list and history it is.
    pub person: Person,
    /// What AniList knows.
    pub media: BTreeMap<AnilistId, Media>,
    /// The titles that a title continues.
    pub prequels: BTreeMap<AnilistId, Vec<AnilistId>>,
    /// When the episodes of a title air.
    pub schedules: BTreeMap<AnilistId, Vec<ScheduledEpisode>>,
    /// What is read, as AniList and MangaDex know it.
    pub manga: Vec<Manga>,
    /// The person's list.
    pub list: Vec<ListEntry>,
    /// The person's list of manga.
    pub manga_list: Vec<ListEntry>,
    /// Where the imitation is served; it stands before pictures that are a path.
    pub url: String,
    /// The entries that AniList sends so that they cannot be read.
    pub odd: BTreeMap<AnilistId, Oddity>,
    /// The person's activities, oldest first; ids grow.
    pub activities: Vec<Activity>,
    /// Trakt's shows and films; TMDB knows the same.
    pub catalogue: Catalogue,
    /// What Trakt has as watched.
    pub history: History,
    /// What `MyAnimeList` has.
    pub mal: Mal,
    /// What Kitsu has.
    pub kitsu: Kitsu,
    /// What the datasets say.
    pub mappings: Vec<Mapping>,
}

impl World {
    /// With this show on Trakt. One with the same id is replaced.
    #[must_use]
    pub fn with_show(mut self, show: TraktShow) -> Self {
        self.catalogue.add_show(show);
        self
    }

    /// Trakt lists a show anew. Its episodes keep their ids, and their plays go with them.
    pub fn renumber(&mut self, show: TraktShow) {
        let new = |item: Item| {
            let Item::Episode { show: id, slot } = item else { return None };
            let old = self.catalogue.show(id).filter(|_| id == show.id)?.episodes.episode(slot)?;
            let mut listed = show.episodes.episodes().iter();
            let slot = listed.find(|episode| episode.id == old.id)?.slot;
            Some(Item::Episode { show: id, slot })
        };
        self.history.moved(new);
        self.catalogue.add_show(show);
    }

    /// With this film on Trakt.
    #[must_use]
    pub fn with_movie(mut self, movie: TraktMovie) -> Self {
        self.catalogue.add_movie(movie);
        self
    }

    /// With this title on AniList and, if given, on the person's list.
    #[must_use]
    pub fn with_media(mut self, media: Media, entry: Option<ListEntry>) -> Self {
        self.media.insert(media.id, media);
        self.list.extend(entry);
        self
    }

    /// With this manga on AniList and on the person's list.
    #[must_use]
    pub fn with_manga(mut self, manga: Manga, entry: ListEntry) -> Self {
        self.manga.push(manga);
        self.manga_list.push(entry);
        self
    }

    /// With this title continuing that one.
    #[must_use]
    pub fn with_prequel(mut self, media: AnilistId, prequel: AnilistId) -> Self {
        self.prequels.entry(media).or_default().push(prequel);
        self
    }

    /// With the episodes of a title airing at these times, from the first on.
    #[must_use]
    pub fn with_schedule(mut self, media: AnilistId, times: &[Timestamp]) -> Self {
        let numbered = (1..).zip(times);
        let episodes = numbered.map(|(episode, &airs_at)| ScheduledEpisode { episode, airs_at });
        self.schedules.insert(media, episodes.collect());
        self
    }

    /// With this row in the datasets.
    #[must_use]
    pub fn with_mapping(mut self, mapping: Mapping) -> Self {
        self.mappings.push(mapping);
        self
    }

    /// The person marks episodes up to `progress` on AniList: the entry changes (it is made when it
    /// is new) and an activity appears, or the last one grows when AniList would merge them.
    pub fn watch(&mut self, media: AnilistId, progress: u32, at: Timestamp) {
        let entry = self.entry_mut(media);
        let from = entry.progress;
        entry.progress = progress;
        entry.updated_at = at.as_second();
        let status = match entry.status {
            ListStatus::Repeating => ActivityStatus::Rewatched,
            _ => ActivityStatus::Watched,
        };
        if progress > from && !self.merge(media, status, progress, at) {
            let first = from + 1;
            let text = if first == progress {
                progress.to_string()
            } else {
                format!("{first} - {progress}")
            };
            self.log(media, status, Some(text), at);
        }
    }

    /// The person marks a title as completed. AniList logs just that, without the last episode. It
    /// counts a rewatch that ends so, and keeps the day of the first time.
    pub fn complete(&mut self, media: AnilistId, at: Timestamp) {
        let total = self.media.get(&media).and_then(|media| media.episodes);
        let entry = self.entry_mut(media);
        let again = entry.status == ListStatus::Repeating;
        entry.repeat += u32::from(again);
        if !again || entry.completed_at.day().is_none() {
            entry.completed_at = list::day_of(at);
        }
        entry.status = ListStatus::Completed;
        entry.progress = total.unwrap_or(entry.progress);
        entry.updated_at = at.as_second();
        self.log(media, ActivityStatus::Completed, None, at);
    }

    /// The person begins to watch a title again from its first episode.
    pub fn watch_again(&mut self, media: AnilistId, at: Timestamp) {
        self.set_status(media, ListStatus::Repeating, at);
        self.entry_mut(media).progress = 0;
    }

    /// The person moves a title to another status; the progress stays.
    pub fn set_status(&mut self, media: AnilistId, status: ListStatus, at: Timestamp) {
        let entry = self.entry_mut(media);
        entry.status = status;
        entry.updated_at = at.as_second();
        if let Some(status) = ActivityStatus::of_move(status) {
            self.log(media, status, None, at);
        }
    }

    /// Another app, or the person, adds a play on Trakt.
    pub fn scrobble(&mut self, item: Item, at: WatchedAt, now: Timestamp) {
        self.history.add(item, at, now);
    }

    fn entry_mut(&mut self, media: AnilistId) -> &mut ListEntry {
        let index = self.list.iter().position(|entry| entry.media == media).unwrap_or_else(|| {
            self.list.push(ListEntry::new(media, ListStatus::Current, 0));
            self.list.len() - 1
        });
        &mut self.list[index]
    }

    /// Adds an activity with the next id.
    pub fn log(
        &mut self,
        media: AnilistId,
        status: ActivityStatus,
        progress: Option<String>,
        at: Timestamp,
    ) {
        let id = self.activities.last().map_or(900_000_001, |last| last.id + 1);
        self.activities.push(Activity { id, media, status, progress, created_at: at.as_second() });
    }

    /// AniList keeps an activity's id and time when it merges progress (seen, not documented).
    fn merge(&mut self, media: AnilistId, status: ActivityStatus, to: u32, at: Timestamp) -> bool {
        let window = self.person.merge_minutes * 60;
        let recent = |last: &&mut Activity| {
            last.media == media
                && last.status == status
                && at.as_second() - last.created_at < window
        };
        let Some(last) = self.activities.last_mut().filter(recent) else { return false };
        let before = last.progress.take().unwrap_or_default();
        let first = before.split(" - ").next().unwrap_or_default();
        last.progress = Some(format!("{first} - {to}"));
        true
    }
}
