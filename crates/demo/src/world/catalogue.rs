//! Trakt's shows and films.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use anilist_trakt_sync_core::domain::{
    Episode, ImdbId, Show, Slot, TmdbMovieId, TmdbShowId, TraktEpisodeId, TraktMovieId,
    TraktShowId, TvdbId,
};

/// How a show numbers its episodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Every season begins at 1, and absolute numbers are not listed.
    PerSeason,
    /// Every season begins at 1, and absolute numbers are listed as well.
    PerSeasonWithAbsolute,
    /// Seasons go on counting where the one before ended, as One Piece does.
    Continuing,
}

/// A show on Trakt.
#[derive(Debug, Clone)]
pub struct TraktShow {
    /// Trakt's id.
    pub id: TraktShowId,
    /// Its title.
    pub title: String,
    /// The year it began.
    pub year: i16,
    /// Its name in addresses.
    pub slug: String,
    /// TMDB's id.
    pub tmdb: Option<TmdbShowId>,
    /// TheTVDB's id.
    pub tvdb: Option<TvdbId>,
    /// IMDb's id.
    pub imdb: Option<ImdbId>,
    /// Its episodes.
    pub episodes: Show,
    numbers: Numbers,
}

impl TraktShow {
    /// A show without other ids and without episodes.
    pub fn new(id: u64, title: &str, year: i16, numbers: Numbers) -> Self {
        let id = TraktShowId(id);
        Self {
            id,
            title: title.to_owned(),
            year,
            slug: slug(title),
            tmdb: None,
            tvdb: None,
            imdb: None,
            episodes: Show::new(id, Vec::new()),
            numbers,
        }
    }

    /// Known to TMDB, TheTVDB and IMDb under these ids.
    #[must_use]
    pub fn ids(mut self, tmdb: u32, series: u32, imdb: &str) -> Self {
        self.tmdb = Some(TmdbShowId(tmdb));
        self.tvdb = Some(TvdbId(series));
        self.imdb = imdb.parse().ok();
        self
    }

    /// Under this name in addresses, where the one made from the title is not the real one.
    #[must_use]
    pub fn slug(mut self, slug: &str) -> Self {
        slug.clone_into(&mut self.slug);
        self
    }

    /// Adds a season, in order of number: each run is a count of episodes and the day of its first,
    /// the rest following weekly at 15:00 UTC. Two runs make a season of two cours.
    #[must_use]
    pub fn season(self, number: u16, runs: &[(u32, Date)]) -> Self {
        let aired: Vec<_> = runs.iter().flat_map(|&(count, first)| weekly(count, first)).collect();
        self.add_season(number, aired)
    }

    /// Adds a season whose air dates Trakt does not know.
    #[must_use]
    pub fn undated_season(self, number: u16, episodes: u32) -> Self {
        self.add_season(number, (0..episodes).map(|_| None).collect())
    }

    /// What an episode is called.
    #[must_use]
    pub fn titled(mut self, slot: Slot, title: &str) -> Self {
        let mut episodes = self.episodes.episodes().to_vec();
        for episode in episodes.iter_mut().filter(|episode| episode.slot == slot) {
            episode.title = Some(title.into());
        }
        self.episodes = Show::new(self.id, episodes);
        self
    }

    fn add_season(mut self, season: u16, aired: Vec<Option<Timestamp>>) -> Self {
        let mut episodes = self.episodes.episodes().to_vec();
        let before = if season == 0 { 0 } else { self.episodes.regular().len() };
        for (index, first_aired) in (1_u32..).zip(aired) {
            let abs = u32::try_from(before).unwrap_or_default() + index;
            let counts_on = self.numbers == Numbers::Continuing && season > 0;
            let number = if counts_on { abs } else { index };
            let lists_abs = self.numbers != Numbers::PerSeason && season > 0;
            episodes.push(Episode {
                slot: Slot { season, number },
                number_abs: lists_abs.then_some(abs),
                first_aired,
                title: None,
                id: TraktEpisodeId(self.id.0 * 10_000 + episodes.len() as u64 + 1),
            });
        }
        self.episodes = Show::new(self.id, episodes);
        self
    }

    /// Trakt's id of a season; made up here, as nothing of ours reads it.
    pub fn season_id(&self, season: u16) -> u64 {
        self.id.0 * 1_000 + u64::from(season)
    }
}

fn weekly(count: u32, first: Date) -> impl Iterator<Item = Option<Timestamp>> {
    let start = Offset::UTC.to_timestamp(first.at(15, 0, 0, 0)).ok();
    let week = |index: u32| SignedDuration::from_hours(i64::from(index) * 24 * 7);
    (0..count).map(move |index| start?.checked_add(week(index)).ok())
}

/// A film on Trakt.
#[derive(Debug, Clone)]
pub struct TraktMovie {
    /// Trakt's id.
    pub id: TraktMovieId,
    /// Its title.
    pub title: String,
    /// The day it came out.
    pub released: Date,
    /// Its name in addresses.
    pub slug: String,
    /// TMDB's id.
    pub tmdb: Option<TmdbMovieId>,
    /// IMDb's id.
    pub imdb: Option<ImdbId>,
}

impl TraktMovie {
    /// A film without other ids.
    pub fn new(id: u64, title: &str, released: Date) -> Self {
        Self {
            id: TraktMovieId(id),
            title: title.to_owned(),
            released,
            slug: format!("{}-{}", slug(title), released.year()),
            tmdb: None,
            imdb: None,
        }
    }

    /// Known to TMDB and IMDb under these ids.
    #[must_use]
    pub fn ids(mut self, tmdb: u32, imdb: &str) -> Self {
        self.tmdb = Some(TmdbMovieId(tmdb));
        self.imdb = imdb.parse().ok();
        self
    }
}

fn slug(title: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let words: String = title.chars().map(plain).collect();
    words.split_whitespace().collect::<Vec<_>>().join("-")
}

/// All shows and films. Their ids are separate, and the numbers overlap.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    shows: BTreeMap<TraktShowId, TraktShow>,
    movies: BTreeMap<TraktMovieId, TraktMovie>,
    by_episode: HashMap<TraktEpisodeId, (TraktShowId, Slot)>,
}

impl Catalogue {
    /// Adds a show, or puts it in the place of the one with its id.
    pub fn add_show(&mut self, show: TraktShow) {
        self.by_episode.retain(|_, (id, _)| *id != show.id);
        let slots = show.episodes.episodes().iter();
        self.by_episode.extend(slots.map(|episode| (episode.id, (show.id, episode.slot))));
        self.shows.insert(show.id, show);
    }

    /// Adds a film, or puts it in the place of the one with its id.
    pub fn add_movie(&mut self, movie: TraktMovie) {
        self.movies.insert(movie.id, movie);
    }

    /// Takes a film away.
    pub fn remove_movie(&mut self, id: TraktMovieId) {
        self.movies.remove(&id);
    }

    /// Takes a show away, as Trakt does when it merges doubles.
    pub fn remove_show(&mut self, id: TraktShowId) {
        self.by_episode.retain(|_, (show, _)| *show != id);
        self.shows.remove(&id);
    }

    /// A show by Trakt's id.
    pub fn show(&self, id: TraktShowId) -> Option<&TraktShow> {
        self.shows.get(&id)
    }

    /// A film by Trakt's id.
    pub fn movie(&self, id: TraktMovieId) -> Option<&TraktMovie> {
        self.movies.get(&id)
    }

    /// Where Trakt lists the episode of this id now.
    pub fn slot(&self, id: TraktEpisodeId) -> Option<(TraktShowId, Slot)> {
        self.by_episode.get(&id).copied()
    }

    /// All shows, by id.
    pub fn shows(&self) -> impl Iterator<Item = &TraktShow> {
        self.shows.values()
    }

    /// All films, by id.
    pub fn movies(&self) -> impl Iterator<Item = &TraktMovie> {
        self.movies.values()
    }
}
