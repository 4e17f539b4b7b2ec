//! What the datasets say about one AniList entry. They may contradict each other and the truth.

use anilist_trakt_sync_core::domain::{
    AnilistId, ImdbId, MalId, Media, TmdbMovieId, TmdbShowId, TvdbId,
};

use super::catalogue::{TraktMovie, TraktShow};

/// A TMDB id. Shows and films are numbered separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TmdbRef {
    /// A show.
    Show(TmdbShowId),
    /// A film.
    Movie(TmdbMovieId),
}

/// A row of the Fribbs list in today's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FribbsRow {
    /// `themoviedb_id`.
    pub tmdb: Option<TmdbRef>,
    /// `tvdb_id`.
    pub tvdb: Option<TvdbId>,
    /// `imdb_id`.
    pub imdb: Option<ImdbId>,
    /// `season.tmdb`.
    pub season: Option<u16>,
    /// `episode_offset.tmdb`; 0 is left out.
    pub offset: u32,
}

/// What Otaku takes an entry for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtakuKind {
    /// A show or a part of one.
    Tv,
    /// A film.
    Movie,
}

/// A row of the Otaku database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtakuRow {
    /// Both media types.
    pub kind: OtakuKind,
    /// `trakt_id`: a show's, or a film's when the kind is a film's.
    pub trakt: Option<u64>,
    /// `themoviedb_id`; a bare number, which for a film may be that of a show.
    pub tmdb: Option<u32>,
    /// `thetvdb_id`.
    pub tvdb: Option<TvdbId>,
    /// `imdb_id`.
    pub imdb: Option<ImdbId>,
    /// `thetvdb_season`: a number, or `a` for a show that is numbered through.
    pub season: Option<String>,
    /// `anime_media_episodes` and `global_media_episodes`, such as `1-12` and `13-24`.
    pub episodes: Option<(String, String)>,
}

/// One range of the AniBridge file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AniBridgeRange {
    /// Such as `tmdb_show:95479:s1`.
    pub target: String,
    /// The entry's episodes, such as `1-23`.
    pub from: String,
    /// The target's, such as `25-47`.
    pub to: String,
}

/// The rows about one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The entry.
    pub anilist: AnilistId,
    /// Its id on MyAnimeList.
    pub mal: Option<MalId>,
    /// Its title.
    pub title: String,
    /// Its row in the Fribbs list, if it has one.
    pub fribbs: Option<FribbsRow>,
    /// Its row in the Otaku database, if it has one.
    pub otaku: Option<OtakuRow>,
    /// Its ranges in the AniBridge file.
    pub anibridge: Vec<AniBridgeRange>,
}

impl Mapping {
    /// An entry that no dataset says anything about.
    pub fn silent(media: &Media) -> Self {
        Self {
            anilist: media.id,
            mal: media.mal_id,
            title: media.titles.display().to_owned(),
            fribbs: None,
            otaku: None,
            anibridge: Vec::new(),
        }
    }

    /// Fribbs and Otaku both say: this season, after so many episodes. Without a season they name
    /// the show only (Otaku then says `a`).
    pub fn to_season(media: &Media, show: &TraktShow, season: Option<u16>, offset: u32) -> Self {
        let tmdb = show.tmdb.map(TmdbRef::Show);
        let imdb = show.imdb;
        let last = media.episodes.unwrap_or(1);
        let ranges = (format!("1-{last}"), format!("{}-{}", offset + 1, offset + last));
        Self {
            fribbs: Some(FribbsRow { tmdb, tvdb: show.tvdb, imdb, season, offset }),
            otaku: Some(OtakuRow {
                kind: OtakuKind::Tv,
                trakt: Some(show.id.0),
                tmdb: show.tmdb.map(|id| id.0),
                tvdb: show.tvdb,
                imdb,
                season: Some(season.map_or_else(|| "a".into(), |number| number.to_string())),
                episodes: (offset > 0).then_some(ranges),
            }),
            ..Self::silent(media)
        }
    }

    /// Fribbs and Otaku both name this film.
    pub fn to_movie(media: &Media, movie: &TraktMovie) -> Self {
        let tmdb = movie.tmdb.map(TmdbRef::Movie);
        let imdb = movie.imdb;
        Self {
            fribbs: Some(FribbsRow { tmdb, tvdb: None, imdb, season: None, offset: 0 }),
            otaku: Some(OtakuRow {
                kind: OtakuKind::Movie,
                trakt: Some(movie.id.0),
                tmdb: movie.tmdb.map(|id| id.0),
                tvdb: None,
                imdb,
                season: None,
                episodes: None,
            }),
            ..Self::silent(media)
        }
    }

    /// AniBridge says so as well.
    #[must_use]
    pub fn range(mut self, target: &str, from: &str, to: &str) -> Self {
        let owned = str::to_owned;
        self.anibridge.push(AniBridgeRange {
            target: owned(target),
            from: owned(from),
            to: owned(to),
        });
        self
    }
}
