//! TMDB, as a small server with one show and one film of the same number.

use anilist_trakt_sync_connectors::outbound::Fault;
use anilist_trakt_sync_connectors::tmdb::{ExternalIds, TmdbClient};
use anilist_trakt_sync_core::domain::{ExternalId, MediaType, TvdbId};
use axum::response::Response;
use serde_json::json;

use super::support::{Call, Server, fault, json, outbound};

fn tmdb(_: usize, call: &Call) -> Response {
    let known =
        call.query("api_key") == "hush" || call.header("authorization") == Some("Bearer a.b.c");
    match (known, call.path.as_str(), call.query("external_source")) {
        (false, ..) => json(401, json!({ "status_message": "Invalid API key" })),
        (_, "/tv/5/external_ids", _) => {
            json(200, json!({ "imdb_id": "tt0213338", "tvdb_id": 76885 }))
        }
        (_, "/movie/5/external_ids", _) => json(200, json!({ "imdb_id": "" })),
        (_, "/find/76885", "tvdb_id") | (_, "/find/tt0213338", "imdb_id") => {
            json(200, json!({ "tv_results": [{ "id": 5 }], "movie_results": [] }))
        }
        _ => json(404, json!({ "status_code": 34 })),
    }
}

fn client(server: &Server, key: Option<&str>) -> TmdbClient {
    TmdbClient::new(outbound().0, server.url.clone(), key.map(Into::into))
}

#[tokio::test]
async fn ids_are_of_the_kind_that_is_asked_for() {
    let server = Server::start(tmdb).await;
    let client = client(&server, Some("hush"));
    let show = ExternalIds { imdb: "tt0213338".parse().ok(), tvdb: Some(TvdbId(76885)) };
    assert_eq!(client.external_ids(MediaType::Show, 5).await.unwrap(), Some(show));
    let film = client.external_ids(MediaType::Movie, 5).await.unwrap();
    assert_eq!(film, Some(ExternalIds::default()));
    assert_eq!(client.external_ids(MediaType::Show, 6).await.unwrap(), None);
}

#[tokio::test]
async fn another_catalogues_id_is_looked_up() {
    let server = Server::start(tmdb).await;
    let client = client(&server, Some("a.b.c"));
    let (tvdb, imdb) = (ExternalId::Tvdb(TvdbId(76885)), "tt0213338".parse().unwrap());
    assert_eq!(client.find(&tvdb, MediaType::Show).await.unwrap(), Some(5));
    assert_eq!(client.find(&ExternalId::Imdb(imdb), MediaType::Show).await.unwrap(), Some(5));
    assert_eq!(client.find(&tvdb, MediaType::Movie).await.unwrap(), None);
    assert_eq!(server.calls()[0].query("api_key"), "");
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_told_apart() {
    let server = Server::start(tmdb).await;
    let ask = |key| client(&server, key);
    let missing = fault(ask(None).external_ids(MediaType::Show, 5).await);
    assert_eq!(missing, Fault::NotConfigured);
    assert_eq!(server.calls().len(), 0);
    let wrong = ask(Some("loud")).external_ids(MediaType::Show, 5).await;
    assert_eq!(fault(wrong), Fault::SignedOut);
    assert!(!format!("{:?}", ask(Some("hush"))).contains("hush"));
}
