//! Questions to Trakt's API: shows, look-ups, and whether anything was watched.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::heard::Heard;
use super::wire::{Activities, Hit, HitItem, Season, Settings};
use super::{HEADERS, ID_HEADER, trakt};
use crate::outbound::{Answer, Credentials, Fault, Outbound, ProviderError, Request, Retry, Turn};
use anilist_trakt_sync_core::domain::{
    AccountId, ExternalId, Film, MediaType, OnTrakt, SearchHit, Show, TraktMovieId, TraktShowId,
    TraktTitle, TvdbId,
};

/// How long a name is waited for. A person reads on meanwhile.
const FOR_A_NAME: Duration = Duration::from_secs(5);

/// Trakt's API. Whoever asks for a person gives that person's credentials.
#[derive(Debug, Clone)]
pub struct TraktClient {
    outbound: Outbound,
    url: String,
    client_id: Option<String>,
    heard: Arc<Heard>,
}

/// When something last changed, as Trakt writes it. Only good for comparing: equal texts mean that
/// nothing was watched or removed in between.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastActivities {
    /// Of the watched episodes.
    pub episodes_watched: String,
    /// Of the watched films.
    pub movies_watched: String,
}

/// A show or film that was found by another catalogue's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Trakt's id among things of that kind.
    pub id: u64,
    /// What was told of it, if it is a film.
    pub film: Film,
}

impl TraktClient {
    /// A client of the API at `url`, which is what comes before `/sync/history`, as an app.
    pub fn new(outbound: Outbound, url: String, client_id: Option<String>) -> Self {
        Self { outbound, url, client_id, heard: Arc::default() }
    }

    /// What shows and films are called that Trakt named since this was last asked.
    pub fn heard(&self) -> Vec<(OnTrakt, TraktTitle)> {
        self.heard.take()
    }

    pub(super) fn hear(&self, what: OnTrakt, title: Option<&str>, year: Option<i16>) {
        self.heard.note(what, title, year);
    }

    /// What comes before `/sync/history`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All episodes Trakt lists of a show, specials included.
    pub async fn seasons(&self, show: TraktShowId) -> Result<Show, ProviderError> {
        // `episodes` alone leaves out the dates and absolute numbers.
        let request = self.get(&format!("/shows/{show}/seasons"))?;
        let answer = self.public(request.query("extended", "full,episodes")).await?;
        let mut episodes = Vec::new();
        for season in answer.json::<Vec<Season>>()? {
            episodes.extend(season.into_episodes().map_err(|number| {
                let detail = format!("season {number} without its episodes");
                trakt(Fault::UnexpectedBody { detail })
            })?);
        }
        Ok(Show::new(show, episodes))
    }

    /// What a show or film is called; none where Trakt has no such thing under this id, leads to another
    /// (it was merged into that), or gives it no title. A name is worth no waiting: it is asked for where a
    /// request may go out at once, and once.
    pub async fn title(&self, what: OnTrakt) -> Result<Option<TraktTitle>, ProviderError> {
        let folder = match what.kind {
            MediaType::Show => "shows",
            MediaType::Movie => "movies",
        };
        let request = self.get(&format!("/{folder}/{}", what.id))?;
        let request = request.patience(Duration::ZERO).timeout(FOR_A_NAME).retry(Retry::Never);
        match self.public(request).await {
            Ok(answer) => Ok(answer.json::<HitItem>()?.into_title_of(what.id)),
            Err(ProviderError { fault: Fault::NotFound | Fault::Redirected { .. }, .. }) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What Trakt tells of a film, if it has it.
    pub async fn film(&self, film: TraktMovieId) -> Result<Option<Film>, ProviderError> {
        let request = self.get(&format!("/movies/{film}"))?.query("extended", "full");
        match self.public(request).await {
            Ok(answer) => {
                let item = answer.json::<HitItem>()?;
                self.hear_of(MediaType::Movie, &item);
                Ok(Some(item.into_film()))
            }
            Err(ProviderError { fault: Fault::NotFound, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The show or film that another catalogue names, if Trakt finds it.
    pub async fn search(
        &self,
        by: &ExternalId,
        kind: MediaType,
    ) -> Result<Option<Found>, ProviderError> {
        let path = match by {
            // TheTVDB's ids never find a film.
            ExternalId::Tvdb(_) if kind == MediaType::Movie => return Ok(None),
            ExternalId::Tmdb(id) => format!("/search/tmdb/{id}"),
            ExternalId::Imdb(id) => format!("/search/imdb/{id}"),
            ExternalId::Tvdb(id) => format!("/search/tvdb/{id}"),
        };
        // Without `type` the answer holds films and episodes of the same number as well; only the
        // full one has the day of a film's release.
        let mut request = self.get(&path)?.query("type", word(kind));
        if kind == MediaType::Movie {
            request = request.query("extended", "full");
        }
        let answer = self.public(request).await?;
        let hits = answer.json::<Vec<Hit>>()?.into_iter().filter_map(|hit| hit.of(kind));
        let found = hits.into_iter().find(|item| !item.ids.contradicts(by));
        if let Some(item) = &found {
            self.hear_of(kind, item);
        }
        Ok(found.map(|item| Found { id: item.ids.trakt, film: item.into_film() }))
    }

    /// Shows or films by title, best match first; of one year if it is given.
    pub async fn search_text(
        &self,
        query: &str,
        kind: MediaType,
        year: Option<i16>,
    ) -> Result<Vec<SearchHit>, ProviderError> {
        let mut request = self.get(&format!("/search/{}", word(kind)))?;
        request = request.query("query", query).query("limit", "10");
        if let Some(year) = year {
            request = request.query("years", &year.to_string());
        }
        let hits: Vec<Hit> = self.public(request).await?.json()?;
        let hits = hits.into_iter().filter_map(|hit| hit.of(kind));
        Ok(hits.inspect(|item| self.hear_of(kind, item)).map(|item| found(kind, item)).collect())
    }

    fn hear_of(&self, kind: MediaType, item: &HitItem) {
        self.hear(OnTrakt { kind, id: item.ids.trakt }, item.title.as_deref(), item.year);
    }

    /// When something was last watched. One cheap request that tells whether
    /// [`Self::watched`] would give anything new.
    pub async fn last_activities(&self, by: &Credentials) -> Result<LastActivities, ProviderError> {
        let answer = self.personal(by, self.get("/sync/last_activities")?).await?;
        let activities: Activities = answer.json()?;
        Ok(LastActivities {
            episodes_watched: activities.episodes.watched_at.unwrap_or_default(),
            movies_watched: activities.movies.watched_at.unwrap_or_default(),
        })
    }

    /// Whether the person lets Trakt keep several plays of the same thing.
    pub async fn allows_rewatches(&self, by: &Credentials) -> Result<bool, ProviderError> {
        let settings = self.settings(by).await?;
        Ok(!settings.browsing.is_some_and(|browsing| browsing.watch_only_once))
    }

    /// The name of the account, if Trakt tells it.
    pub async fn username(&self, by: &Credentials) -> Result<Option<String>, ProviderError> {
        Ok(self.settings(by).await?.user.and_then(|user| user.username))
    }

    async fn settings(&self, by: &Credentials) -> Result<Settings, ProviderError> {
        self.personal(by, self.get("/users/settings")?).await?.json()
    }

    pub(super) fn get(&self, path: &str) -> Result<Request, ProviderError> {
        Request::get(super::READ, &format!("{}{path}", self.url))
    }

    pub(super) fn post(&self, path: &str, body: &impl Serialize) -> Result<Request, ProviderError> {
        Request::post(super::WRITE, &format!("{}{path}", self.url), body)
    }

    /// Asks for what everybody may see. Without the token, since a dead one would fail here too.
    async fn public(&self, request: Request) -> Result<Answer, ProviderError> {
        // Look-ups are many, and without the person's history nothing can be posted.
        self.outbound.send(&self.identified(request)?.yielding()).await
    }

    /// Waits until a write may go out. What has to be true when it does is made sure of after this.
    pub async fn write_turn(&self, person: &AccountId) -> Result<Turn, ProviderError> {
        self.outbound.turn(super::WRITE, person).await
    }

    /// Asks as the person. [`Fault::SignedOut`] means that nothing was done.
    pub(super) async fn personal(
        &self,
        by: &Credentials,
        request: Request,
    ) -> Result<Answer, ProviderError> {
        self.outbound.send(&self.identified(request)?.for_person(by)?).await
    }

    /// Sends a write, once and at once, as it has had its turn.
    pub(super) async fn write(
        &self,
        by: &Credentials,
        request: Request,
        turn: Turn,
    ) -> Result<Answer, ProviderError> {
        self.outbound.send(&self.identified(request)?.for_person(by)?.in_turn(turn)).await
    }

    /// Adds the headers that every request to Trakt carries.
    fn identified(&self, request: Request) -> Result<Request, ProviderError> {
        let id = self.client_id.as_deref().ok_or_else(|| trakt(Fault::NotConfigured))?;
        let headers = HEADERS.iter();
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        request.private_header(ID_HEADER, id)
    }
}

fn word(kind: MediaType) -> &'static str {
    match kind {
        MediaType::Show => "show",
        MediaType::Movie => "movie",
    }
}

fn found(kind: MediaType, item: HitItem) -> SearchHit {
    SearchHit {
        kind,
        trakt_id: item.ids.trakt,
        title: item.title.unwrap_or_default(),
        year: item.year,
        tmdb: item.ids.tmdb,
        imdb: item.ids.imdb,
        tvdb: item.ids.tvdb.map(TvdbId),
    }
}
