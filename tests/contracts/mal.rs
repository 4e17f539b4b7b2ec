//! `MyAnimeList`: what its client asks and what the imitation answers, by the contract.

use std::path::Path;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::demo::world::{Approval, Mal, MalEntry, MalTitle};
use anilist_trakt_sync::demo::{Demo, Seen, World};
use anilist_trakt_sync::domain::MalId;
use anilist_trakt_sync::library::{Kind, Status};
use anilist_trakt_sync::mal::{At, MalClient, sign_in};
use anilist_trakt_sync::merge::{Count, Entry, Native};
use anilist_trakt_sync::oauth::{App, Proof};
use anilist_trakt_sync::outbound::{Limits, Outbound};
use jiff::Timestamp;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::{contracts, form_problems};

const KINDS: [Kind; 2] = [Kind::Anime, Kind::Manga];

fn contract(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("mal-openapi-reduced.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// An entry with a value in every field.
fn full() -> Native {
    Native(Entry {
        status: Status::Completed,
        repeats: 2,
        progress: Count::Of(12),
        volumes: Count::Of(2),
        score: 8,
        started: "2020-05-03".parse().unwrap(),
        finished: "2021-01-02".parse().unwrap(),
        notes: Some("a <b> & \"c\"".to_owned()),
        ..Entry::default()
    })
}

struct Bench {
    demo: Demo,
    outbound: Outbound,
    token: SecretString,
}

async fn start() -> Bench {
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let clock = ManualClock::new(now);
    let mut world = World::default();
    for kind in KINDS {
        world.mal.titles.insert((kind, 1), MalTitle::new("The Lighthouse", 12));
        let pending = MalTitle { approval: Approval::Pending, ..MalTitle::new("Pending", 0) };
        world.mal.titles.insert((kind, 2), pending);
        let entry = MalEntry { native: full(), ..MalEntry::new(Status::Completed, 12, now) };
        world.mal.entries.insert((kind, 1), entry);
    }
    let demo = Demo::start(world, clock.teller()).await.unwrap();
    let outbound = Outbound::new(Limits::default(), Clock::Manual(clock)).unwrap();
    Bench { demo, outbound, token: SecretString::from(Mal::default().access_token) }
}

impl Bench {
    fn client(&self) -> MalClient {
        MalClient::new(self.outbound.clone(), format!("{}/mal", self.demo.url()), None)
    }

    /// Asks for everything that there is to ask for.
    async fn ask_all(&self) {
        let (client, token) = (self.client(), &self.token);
        client.me(token).await.unwrap();
        for kind in KINDS {
            client.list(token, kind).await.unwrap();
            client.changed(token, kind, Timestamp::UNIX_EPOCH).await.unwrap();
            client.entry(token, kind, MalId(1)).await.unwrap().unwrap();
            client.search(token, kind, "lighthouse", 5).await.unwrap();
            client.work(token, kind, MalId(1)).await.unwrap().unwrap();
            for native in [full(), Native::default()] {
                let at = At::Entry(MalId(1));
                client.tell(token, kind, at, &native.0.values(), &native).await.unwrap();
            }
            client.delete(token, kind, MalId(1)).await.unwrap();
            let (at, native) = (At::Work(MalId(1)), full());
            client.tell(token, kind, at, &native.0.values(), &native).await.unwrap();
        }
    }

    /// Signs in and renews. Gives back the page on which the person lets the app in.
    async fn sign_in(&self) -> Url {
        let mal = Mal::default();
        let app = App { id: mal.client_id, secret: mal.client_secret.map(SecretString::from) };
        let site = format!("{}/mal-site", self.demo.url()).parse().unwrap();
        let (flow, proof) = (sign_in(&self.outbound, &site), Proof::random());
        let back = "http://localhost:3000/callback";
        let page: Url = flow.page_for(&app, back, "state", &proof).unwrap().parse().unwrap();
        #[expect(clippy::disallowed_methods, reason = "a browser is no part of the service")]
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let answer = browser.build().unwrap().get(page.clone()).send().await.unwrap();
        let back_at: Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
        let code = back_at.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let given = flow.exchange_with(&app, back, &code, &proof).await.unwrap();
        flow.refresh(&app, &given.refresh_token.unwrap()).await.unwrap();
        page
    }

    async fn answer(&self, method: &str, path: &str, form: Option<&[(&str, &str)]>) -> Value {
        #[expect(clippy::disallowed_methods, reason = "a bare client asks the imitation")]
        let request = reqwest::Client::new()
            .request(method.parse().unwrap(), format!("{}{path}", self.demo.url()))
            .bearer_auth(Mal::default().access_token);
        let request = match form {
            Some(form) => request.form(form),
            None => request,
        };
        request.send().await.unwrap().json().await.unwrap()
    }
}

/// What is wrong with the query of a request.
fn query_problems(contract: &Value, seen: &Seen) -> Vec<String> {
    let (method, path) = seen.route.split_once(' ').unwrap();
    let kind = path.split('/').nth(1).unwrap_or_default();
    let path = path.replace("{id}", &format!("{{{kind}_id}}"));
    let operation = &contract["paths"][&path][method.to_lowercase()];
    assert!(operation.is_object(), "the contract has no {method} {path}");
    let known: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    let url: Url = format!("http://x{}", seen.address).parse().unwrap();
    let pairs = url.query_pairs().filter_map(|(name, value)| {
        let schema = known.iter().find(|one| one["name"] == *name && one["in"] == "query");
        let Some(schema) = schema.map(|one| &one["schema"]) else {
            return Some(format!("{path}: no parameter {name}"));
        };
        let is_number = schema["type"] == "integer";
        let value = if is_number { json!(value.parse::<i64>().ok()) } else { json!(value) };
        let schema = json!({"allOf": [schema], "components": contract["components"]});
        let validator = jsonschema::validator_for(&schema).unwrap();
        (!validator.is_valid(&value)).then(|| format!("{path}: {name}={value}"))
    });
    pairs.collect()
}

#[tokio::test]
async fn whatever_its_client_asks_fits_the_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (contract(&folder), start().await);
    bench.ask_all().await;
    let stats = bench.demo.stats();
    for seen in &stats.requests {
        assert_eq!(query_problems(&contract, seen), Vec::<String>::new());
    }
    assert_eq!((stats.requests.len(), stats.unknown_routes.len()), (1 + 2 * 9, 0));
    let page = bench.sign_in().await;
    let query: Map<String, Value> =
        page.query_pairs().map(|(name, value)| (name.into_owned(), json!(value))).collect();
    assert_eq!(form_problems(&contract, "AuthorizeQuery", &query.into()), Vec::<String>::new());
    let forms = bench.demo.stats().forms;
    assert_eq!(forms.len(), 2 * 3 + 2);
    for form in forms {
        let schema = match form.route.as_str() {
            "POST /v1/oauth2/token" => "TokenRequest",
            route if route.starts_with("PATCH /anime") => "AnimeUpdateForm",
            _ => "MangaUpdateForm",
        };
        let found = form_problems(&contract, schema, &json!(form.fields));
        assert!(found.is_empty(), "{form:?}: {found:?}");
    }
}

#[tokio::test]
async fn what_its_imitation_answers_fits_the_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (contract(&folder), start().await);
    let everything = "fields=list_status{num_times_rewatched,num_times_reread,comments},\
        alternative_titles,start_date,media_type,status,nsfw,num_episodes,num_chapters,num_volumes";
    let detail = everything.replace("list_status", "my_list_status");
    for (path, form, other) in [
        ("/users/@me?fields=time_zone".to_owned(), "User", "Error"),
        (format!("/users/@me/animelist?{everything}"), "AnimeListPage", "MangaListPage"),
        ("/users/@me/mangalist?limit=1".to_owned(), "MangaListPage", "AnimeListPage"),
        (format!("/anime/1?{detail}"), "AnimeNode", "Error"),
        (format!("/manga/1?{detail}"), "MangaNode", "Error"),
        (format!("/anime?q=light&{everything}"), "AnimeSearchPage", "AnimeListPage"),
        ("/manga?q=light".to_owned(), "MangaSearchPage", "MangaListPage"),
        ("/manga?q=li".to_owned(), "Error", "MangaSearchPage"),
        ("/anime/9".to_owned(), "Error", "AnimeNode"),
    ] {
        let body = bench.answer("GET", &format!("/mal{path}"), None).await;
        assert_eq!(form_problems(&contract, form, &body), Vec::<String>::new(), "{path}");
        assert!(!form_problems(&contract, other, &body).is_empty(), "{path}");
    }
    for (path, fields, form) in [
        ("/anime/1", [("num_watched_episodes", "3")], "AnimeListStatus"),
        ("/manga/1", [("is_rereading", "true")], "MangaListStatus"),
        ("/manga/1", [("is_rewatching", "true")], "Error"),
        ("/anime/2", [("status", "watching")], "Error"),
    ] {
        let path = format!("/mal{path}/my_list_status");
        let body = bench.answer("PATCH", &path, Some(&fields)).await;
        assert_eq!(form_problems(&contract, form, &body), Vec::<String>::new(), "{path} {body}");
    }
    let gone = bench.answer("DELETE", "/mal/anime/1/my_list_status", None).await;
    assert_eq!(form_problems(&contract, "DeleteAnswer", &gone), Vec::<String>::new());
    let app = [("client_id", "demo-mal-client"), ("client_secret", "demo-mal-secret")];
    let grant = [("grant_type", "refresh_token"), ("refresh_token", "demo-mal-refresh-1")];
    for form in ["TokenResponse", "Error"] {
        let fields = [app, grant].concat();
        let body = bench.answer("POST", "/mal-site/v1/oauth2/token", Some(&fields)).await;
        assert_eq!(form_problems(&contract, form, &body), Vec::<String>::new(), "{body}");
    }
}
