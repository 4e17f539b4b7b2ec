//! A client with the headers that the services ask for, and a small world to ask about.

use std::collections::HashMap;

use anilist_trakt_sync::clock::ManualClock;
use anilist_trakt_sync::demo::world::{ListEntry, Mapping, Numbers, TraktMovie, TraktShow};
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::{
    Airing, AnilistId, Format, FuzzyDate, Item, ListStatus, MalId, Media, Slot, Titles,
    TraktMovieId, TraktShowId,
};
use jiff::Timestamp;
use jiff::civil::date;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

/// A running demo, the clock it goes by, and someone to ask it.
pub(crate) struct Bench {
    pub(crate) demo: Demo,
    pub(crate) clock: ManualClock,
    pub(crate) http: reqwest::Client,
    pub(crate) settings: HashMap<&'static str, String>,
}

#[expect(clippy::disallowed_methods, reason = "a bare client, to see what each header is for")]
fn bare_client() -> reqwest::Client {
    reqwest::Client::new()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-21T12:00:30Z".parse().unwrap()
}

pub(crate) async fn start(world: World) -> Bench {
    let clock = ManualClock::new(now());
    let demo = Demo::start(world, clock.teller()).await.unwrap();
    let settings = demo.settings().into_iter().collect();
    Bench { demo, clock, http: bare_client(), settings }
}

impl Bench {
    pub(crate) fn setting(&self, name: &str) -> &str {
        &self.settings[name]
    }

    /// A GraphQL query in our own words.
    pub(crate) fn query(&self, document: &str, variables: Value) -> RequestBuilder {
        self.http
            .post(self.setting("ANILIST_API_URL"))
            .header("user-agent", "test")
            .header("referer", "https://anilist.co")
            .bearer_auth(self.setting("ANILIST_ACCESS_TOKEN"))
            .json(&json!({"query": document, "variables": variables}))
    }

    fn trakt(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .header("user-agent", "test")
            .header("content-type", "application/json")
            .header("trakt-api-key", self.setting("TRAKT_CLIENT_ID"))
            .header("trakt-api-version", "2")
            .bearer_auth(self.setting("TRAKT_ACCESS_TOKEN"))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.trakt(self.http.get(format!("{}{path}", self.setting("TRAKT_API_URL"))))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.setting("TRAKT_API_URL")));
        self.trakt(request).body(body.to_string())
    }

    /// A request to the sign-in host, with the app's own credentials added.
    pub(crate) fn sign_in(&self, path: &str, mut body: Value) -> RequestBuilder {
        body["client_id"] = self.setting("TRAKT_CLIENT_ID").into();
        body["client_secret"] = self.setting("TRAKT_CLIENT_SECRET").into();
        self.http
            .post(format!("{}{path}", self.setting("TRAKT_AUTH_URL")))
            .header("user-agent", "test")
            .json(&body)
    }

    /// The JSON of an answer to a GET.
    pub(crate) async fn read(&self, path: &str) -> Value {
        json_of(self.get(path).send().await.unwrap()).await
    }

    /// The JSON of an answer to a history post.
    pub(crate) async fn add(&self, body: Value) -> Value {
        json_of(self.post("/sync/history", &body).send().await.unwrap()).await
    }
}

pub(crate) async fn json_of(response: Response) -> Value {
    assert!(response.status().is_success(), "{}", response.status());
    response.json().await.unwrap()
}

pub(crate) async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

pub(crate) fn episode(season: u16, number: u32) -> Item {
    Item::Episode { show: TraktShowId(7), slot: Slot { season, number } }
}

pub(crate) fn film() -> Item {
    Item::Movie { movie: TraktMovieId(7) }
}

pub(crate) fn media(id: u32, episodes: Option<u32>) -> Media {
    Media {
        id: AnilistId(id),
        mal_id: Some(MalId(id)),
        titles: Titles { romaji: Some(format!("Title {id}")), english: None },
        format: Some(Format::Tv),
        episodes,
        start_date: FuzzyDate { year: Some(2020), month: Some(1), day: Some(4) },
        airing: Airing::default(),
        parent: None,
        cover: None,
    }
}

pub(crate) fn entry(id: u32, status: ListStatus, progress: u32) -> ListEntry {
    ListEntry::new(AnilistId(id), status, progress)
}

/// One show of two seasons with two specials, one film with the same numbers, one entry.
pub(crate) fn small() -> World {
    let show = TraktShow::new(7, "Two Seasons", 2020, Numbers::PerSeasonWithAbsolute)
        .ids(70, 700, "tt0000007")
        .season(0, &[(2, date(2020, 3, 1))])
        .season(1, &[(12, date(2020, 1, 4))])
        .season(2, &[(12, date(2021, 1, 2))]);
    let movie = TraktMovie::new(7, "A Film", date(2019, 5, 1)).ids(70, "tt0000070");
    let media = media(1, Some(12));
    let mapping = Mapping::to_season(&media, &show, Some(1), 0);
    World::default()
        .with_media(media, Some(entry(1, ListStatus::Current, 3)))
        .with_mapping(mapping)
        .with_show(show)
        .with_movie(movie)
}
