//! Holds our queries and the demo's answers against the services' published contracts.
//!
//! The contracts are other people's files and not part of this project: name the folder that has
//! `anilist.graphql` and `trakt-openapi-reduced.json` in `CONTRACTS_DIR`, or these tests only say
//! that they were skipped.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "contracts/kitsu.rs"]
mod kitsu;
#[path = "contracts/mal.rs"]
mod mal;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anilist_trakt_sync::anilist::{SAVED_AT_ONCE, Telling, save_document};
use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::{AnilistId, ScheduledEpisode};
use anilist_trakt_sync::library::{Kind, Status};
use anilist_trakt_sync::merge::{Entry, Native};
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Map, Value, json};

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not of the product")]
fn contracts() -> Option<PathBuf> {
    let folder = std::env::var("CONTRACTS_DIR").ok().map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: set CONTRACTS_DIR to the folder of the published contracts");
    }
    folder
}

/// A demo with the sample list, and a client with the right headers.
struct Bench {
    demo: Demo,
    http: reqwest::Client,
    settings: HashMap<&'static str, String>,
}

#[expect(clippy::disallowed_methods, reason = "a bare client asks the imitation")]
fn bare_client() -> reqwest::Client {
    reqwest::Client::new()
}

async fn start() -> Bench {
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let clock = Clock::Manual(ManualClock::new(now));
    let demo = Demo::start(World::sample(now), clock.teller()).await.unwrap();
    let settings = demo.settings().into_iter().collect();
    Bench { demo, http: bare_client(), settings }
}

impl Bench {
    async fn trakt(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let base = if path.starts_with("/oauth") { "TRAKT_AUTH_URL" } else { "TRAKT_API_URL" };
        let address = format!("{}{path}", self.settings[base]);
        let request = self
            .http
            .request(method.parse().unwrap(), address)
            .header("user-agent", "test")
            .header("content-type", "application/json")
            .header("trakt-api-key", &self.settings["TRAKT_CLIENT_ID"])
            .header("trakt-api-version", "2")
            .bearer_auth(&self.settings["TRAKT_ACCESS_TOKEN"]);
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn anilist(&self, document: &str, variables: &Value) -> Value {
        let request = self
            .http
            .post(&self.settings["ANILIST_API_URL"])
            .header("user-agent", "test")
            .header("referer", "https://anilist.co")
            .bearer_auth(&self.settings["ANILIST_ACCESS_TOKEN"])
            .json(&json!({"query": document, "variables": variables}));
        request.send().await.unwrap().json().await.unwrap()
    }
}

/// Trakt's contract.
struct Contract(Value);

impl Contract {
    fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("trakt-openapi-reduced.json")).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    fn operation(&self, method: &str, path: &str) -> &Value {
        let operation = &self.0["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "the contract has no {method} {path}");
        operation
    }

    fn answer_problems(&self, method: &str, path: &str, status: &str, body: &Value) -> Vec<String> {
        problems(&self.operation(method, path)["responses"][status], body)
    }

    fn request_problems(&self, path: &str, body: &Value) -> Vec<String> {
        problems(&self.operation("POST", path)["requestBody"], body)
    }
}

fn problems(side: &Value, body: &Value) -> Vec<String> {
    let schema = &side["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "the contract has no schema here");
    let validator = jsonschema::validator_for(&json_schema(schema)).unwrap();
    let told = validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path));
    told.collect()
}

/// JSON Schema knows no `nullable`, and what was a zod union means "any of", not "one of".
fn json_schema(schema: &Value) -> Value {
    match schema {
        Value::Array(all) => all.iter().map(json_schema).collect(),
        Value::Object(fields) => object_schema(fields),
        other => other.clone(),
    }
}

fn object_schema(fields: &Map<String, Value>) -> Value {
    let dropped = ["nullable", "example", "examples", "format"];
    let mut out = Map::new();
    for (name, value) in fields.iter().filter(|(name, _)| !dropped.contains(&name.as_str())) {
        match name.as_str() {
            "oneOf" => out.insert("anyOf".into(), json_schema(value)),
            "enum" | "required" | "const" | "default" => out.insert(name.clone(), value.clone()),
            "properties" => {
                let each = value.as_object().unwrap().iter();
                let each = each.map(|(name, one)| (name.clone(), json_schema(one)));
                out.insert(name.clone(), Value::Object(each.collect()))
            }
            _ => out.insert(name.clone(), json_schema(value)),
        };
    }
    let out = Value::Object(out);
    if fields.get("nullable") == Some(&Value::Bool(true)) {
        json!({"anyOf": [out, {"type": "null"}]})
    } else {
        out
    }
}

/// Ids that the sample answers for: a show, and the film of the same number.
const READS: [(&str, &str); 13] = [
    ("/shows/{id}", "/shows/1420?extended=full"),
    ("/movies/{id}", "/movies/1420?extended=full"),
    ("/shows/{id}/seasons", "/shows/1420/seasons?extended=full,episodes"),
    ("/shows/{id}/seasons", "/shows/1420/seasons"),
    ("/search/{id_type}/{id}", "/search/tmdb/1429?extended=full"),
    ("/search/{id_type}/{id}", "/search/trakt/14200001"),
    ("/search/{type}", "/search/show,movie?query=one%20piece"),
    ("/sync/watched/{type}", "/sync/watched/shows?extended=progress"),
    ("/sync/watched/{type}", "/sync/watched/movies"),
    ("/sync/history/{type}/{id}", "/sync/history/shows/13855"),
    ("/sync/history/{type}/{id}", "/sync/history/movies"),
    ("/sync/last_activities", "/sync/last_activities"),
    ("/users/settings", "/users/settings"),
];

#[tokio::test]
async fn what_trakt_is_read_for_fits_its_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (Contract::read(&folder), start().await);
    for (pattern, path) in READS {
        let (status, body) = bench.trakt("GET", path, None).await;
        assert_eq!(status, 200, "{path}");
        assert!(body.as_array().is_none_or(|rows| !rows.is_empty()), "{path} is empty");
        let found = contract.answer_problems("GET", pattern, "200", &body);
        assert!(found.is_empty(), "{path}: {found:?}");
    }
}

/// One of everything, known and unknown.
fn mixed_post() -> Value {
    let at = "2026-01-02T03:04:00.000Z";
    json!({
        "movies": [
            {"ids": {"trakt": 97}, "watched_at": at},
            {"ids": {"trakt": 98}, "watched_at": at},
        ],
        "shows": [{"ids": {"trakt": 1420}, "seasons": [
            {"number": 1, "episodes": [{"number": 1, "watched_at": at}, {"number": 99}]},
        ]}],
        "episodes": [
            {"ids": {"trakt": 14_200_001}, "watched_at": at},
            {"ids": {"trakt": 5}, "watched_at": at},
        ],
    })
}

#[tokio::test]
async fn what_is_written_to_trakt_and_its_answers_fit_the_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (Contract::read(&folder), start().await);
    let (status, added) = bench.trakt("POST", "/sync/history", Some(mixed_post())).await;
    assert_eq!((status, &added["added"]["episodes"]), (201, &json!(2)));
    // The contract says 200 where the live service says 201.
    let found = contract.answer_problems("POST", "/sync/history", "200", &added);
    assert!(found.is_empty(), "{found:?}");
    let body = json!({"ids": [bench.demo.history()[0].id, 1]});
    let (_, removed) = bench.trakt("POST", "/sync/history/remove", Some(body)).await;
    let found = contract.answer_problems("POST", "/sync/history/remove", "200", &removed);
    assert!(found.is_empty(), "{found:?}");
    let writes = bench.demo.stats().writes;
    assert_eq!(writes.len(), 2);
    for write in writes {
        let found = contract.request_problems(write.path, &write.body);
        assert!(found.is_empty(), "{}: {found:?}", write.path);
    }
}

#[tokio::test]
async fn a_sign_in_fits_the_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (Contract::read(&folder), start().await);
    let person = json!({
        "client_id": bench.settings["TRAKT_CLIENT_ID"],
        "client_secret": bench.settings["TRAKT_CLIENT_SECRET"],
        "redirect_uri": "urn:ietf:wg:oauth:2.0:oob", "grant_type": "refresh_token",
        "refresh_token": bench.settings["TRAKT_REFRESH_TOKEN"],
    });
    for expected in [200, 400] {
        let (status, body) = bench.trakt("POST", "/oauth/token", Some(person.clone())).await;
        assert_eq!(status, expected);
        let found = contract.answer_problems("POST", "/oauth/token", &status.to_string(), &body);
        assert!(found.is_empty(), "{found:?}");
    }
    let body = json!({"client_id": bench.settings["TRAKT_CLIENT_ID"]});
    let (_, device) = bench.trakt("POST", "/oauth/device/code", Some(body)).await;
    let found = contract.answer_problems("POST", "/oauth/device/code", "200", &device);
    assert!(found.is_empty(), "{found:?}");
}

/// What is wrong with a body by a form of MangaDex' contract.
fn mangadex_problems(folder: &Path, form: &str, body: &Value) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("mangadex-openapi-reduced.json")).unwrap();
    form_problems(&serde_json::from_str(&text).unwrap(), form, body)
}

/// What is wrong with a body by a form of a contract that is JSON Schema as it is.
fn form_problems(contract: &Value, form: &str, body: &Value) -> Vec<String> {
    let schema = json!({
        "$ref": format!("#/components/schemas/{form}"), "components": contract["components"],
    });
    let validator = jsonschema::validator_for(&schema).unwrap();
    let told = validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path));
    told.collect()
}

#[tokio::test]
async fn what_mangadex_is_read_for_fits_its_contract() {
    let Some(folder) = contracts() else { return };
    let bench = start().await;
    let id = "00000000-0000-4000-8000-000009100001";
    for (path, form) in [
        ("/manga?limit=100".to_owned(), "MangaList"),
        (format!("/manga/{id}"), "MangaResponse"),
        (format!("/manga/{id}/aggregate"), "Aggregate"),
        ("/manga/nobody".to_owned(), "ErrorResponse"),
    ] {
        let address = format!("{}{path}", bench.settings["MANGADEX_API_URL"]);
        let answer = bench.http.get(address).header("user-agent", "test").send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        let found = mangadex_problems(&folder, form, &body);
        assert!(found.is_empty(), "{path}: {found:?}");
        let other = if form == "Aggregate" { "MangaList" } else { "Aggregate" };
        assert!(!mangadex_problems(&folder, other, &body).is_empty(), "{path}");
    }
}

#[test]
fn the_contract_refuses_what_does_not_fit() {
    let Some(folder) = contracts() else { return };
    let contract = Contract::read(&folder);
    for body in [
        json!({"episodes": [{"watched_at": "unknown"}]}),
        json!({"movies": [{"ids": {"trakt": "97"}}]}),
        json!({"shows": {}}),
    ] {
        assert!(!contract.request_problems("/sync/history", &body).is_empty(), "{body}");
    }
    let half = json!({"added": {"movies": 0, "episodes": 0}});
    assert!(!contract.answer_problems("POST", "/sync/history", "200", &half).is_empty());
}

/// Our query documents by file name, each with the fragments that it names.
fn documents() -> Vec<(String, String)> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/connectors/src/anilist/queries");
    let fragments: Vec<String> =
        files(&folder.join("fragments")).into_iter().map(|(_, text)| text).collect();
    let whole = |(name, mut text): (String, String)| {
        for fragment in &fragments {
            let named = fragment.split_whitespace().nth(1).unwrap();
            if text.contains(&format!("...{named}\n")) {
                text.push_str(fragment);
            }
        }
        (name, text)
    };
    files(&folder).into_iter().map(whole).collect()
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let text = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    files.filter(|path| path.is_file()).map(text).collect()
}

fn schema(folder: &Path) -> Valid<Schema> {
    let text = std::fs::read_to_string(folder.join("anilist.graphql")).unwrap();
    // The published schema has oddities of its own; it is the measure here, not the thing measured.
    let schema = Schema::parse(text, "anilist.graphql").unwrap_or_else(|error| error.partial);
    Valid::assume_valid(schema)
}

#[test]
fn every_query_is_valid_against_anilists_schema() {
    let Some(folder) = contracts() else { return };
    let schema = schema(&folder);
    let documents = documents();
    assert!(documents.len() >= 7);
    for (name, text) in documents {
        if let Err(error) = ExecutableDocument::parse_and_validate(&schema, text, &name) {
            panic!("{name}: {}", error.errors);
        }
    }
    let wrong = "query Viewer { Viewer { idd } }";
    assert!(ExecutableDocument::parse_and_validate(&schema, wrong, "wrong").is_err());
}

/// An entry with a value in every field.
fn telling(title: u32) -> Telling {
    let entry = Entry { status: Status::Current, repeating: true, ..Entry::default() };
    let (kind, told) = (Kind::Anime, entry.values());
    Telling { title: AnilistId(title), kind, told, target: Native(entry) }
}

#[tokio::test]
async fn what_changes_a_list_is_valid_and_answered_as_it_is_asked() {
    let Some(folder) = contracts() else { return };
    let (schema, bench) = (schema(&folder), start().await);
    let titles: Vec<u32> = bench.demo.world(|world, _| world.media.keys().map(|id| id.0).collect());
    let batch: Vec<Telling> = titles.into_iter().take(SAVED_AT_ONCE).map(telling).collect();
    let (text, variables) = save_document(&batch);
    let document = ExecutableDocument::parse_and_validate(&schema, &text, "save").unwrap();
    let operation = document.operations.iter().next().unwrap();
    let named: BTreeSet<&str> = operation.variables.iter().map(|one| one.name.as_str()).collect();
    let given: BTreeSet<&str> = variables.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, given);
    let answer = bench.anilist(&text, &variables).await;
    let rows = answer["data"].as_object().unwrap();
    assert_eq!(rows.len(), SAVED_AT_ONCE, "{answer}");
    let fragment = &document.fragments["Said"];
    for (alias, row) in rows {
        fits(&document, &fragment.selection_set, row, alias);
    }
}

#[tokio::test]
async fn the_demos_anilist_answers_have_the_fields_that_were_asked_for() {
    let Some(folder) = contracts() else { return };
    let (schema, bench) = (schema(&folder), start().await);
    let variables = json!({
        "userId": 501, "chunk": 1, "page": 1, "mediaId": 1, "id": 1, "name": "demo", "since": 0,
        "ids": [21], "text": "piece", "perPage": 8, "feed": [{"type": "PAUSED", "disabled": true}],
    });
    let entry = bench.demo.world(|world, _| world.list[0].id());
    bench.demo.world(|world, at| {
        world.watch(AnilistId(21), 1101, at);
        // Every list that is asked for has a row to look at.
        for (id, media) in &mut world.media {
            media.parent = Some(AnilistId(21));
            world.prequels.insert(*id, vec![AnilistId(21)]);
            let tomorrow = at + jiff::SignedDuration::from_hours(24);
            let both = (1..).zip([at, tomorrow]);
            let both = both.map(|(episode, airs_at)| ScheduledEpisode { episode, airs_at });
            world.schedules.insert(*id, both.collect());
        }
    });
    for (name, text) in documents() {
        let document = ExecutableDocument::parse_and_validate(&schema, &text, &name).unwrap();
        let operation = document.operations.iter().next().unwrap();
        let deletes = name.ends_with("delete_entry.graphql");
        let asked = if deletes { json!({ "id": entry }) } else { variables.clone() };
        let answer = bench.anilist(&text, &asked).await;
        assert!(answer["data"].is_object(), "{name}: {answer}");
        fits(&document, &operation.selection_set, &answer["data"], &name);
    }
}

/// The fields of a selection, those of its fragments among them.
fn fields<'a>(document: &'a ExecutableDocument, selection: &'a SelectionSet) -> Vec<&'a Field> {
    let each = selection.selections.iter().flat_map(|one| match one {
        Selection::Field(field) => vec![field.as_ref()],
        Selection::InlineFragment(part) => fields(document, &part.selection_set),
        Selection::FragmentSpread(spread) => {
            fields(document, &document.fragments[&spread.fragment_name].selection_set)
        }
    });
    each.collect()
}

fn fits(document: &ExecutableDocument, selection: &SelectionSet, value: &Value, path: &str) {
    let Value::Object(told) = value else { panic!("{path} is no object: {value}") };
    let asked = fields(document, selection);
    let names: BTreeSet<&str> = asked.iter().map(|field| field.response_key().as_str()).collect();
    let told_names: BTreeSet<&str> = told.keys().map(String::as_str).collect();
    assert_eq!(names, told_names, "{path}");
    for field in asked {
        let key = field.response_key().as_str();
        field_fits(document, field, &told[key], &format!("{path}.{key}"));
    }
}

fn field_fits(document: &ExecutableDocument, field: &Field, value: &Value, path: &str) {
    let wanted = &field.definition.ty;
    match value {
        Value::Null => assert!(!wanted.is_non_null(), "{path} must not be null"),
        Value::Array(rows) => {
            assert!(wanted.is_list() && !rows.is_empty(), "{path} has no rows");
            for row in rows {
                fits(document, &field.selection_set, row, path);
            }
        }
        Value::Object(_) => fits(document, &field.selection_set, value, path),
        scalar => match wanted.inner_named_type().as_str() {
            "Int" => assert!(scalar.is_i64(), "{path}: {scalar}"),
            "Float" => assert!(scalar.is_number(), "{path}: {scalar}"),
            "Boolean" => assert!(scalar.is_boolean(), "{path}: {scalar}"),
            _ => assert!(scalar.is_string(), "{path}: {scalar}"),
        },
    }
}
