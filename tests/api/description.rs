//! `/openapi.json`: every answer of these tests is held to it, and so is what it says of itself.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use anilist_trakt_sync::web;
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::Answer;

static API: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&web::api_description().to_json().unwrap()).unwrap());

/// The checks that were made so far, by their schema.
static CHECKS: LazyLock<Mutex<HashMap<String, Validator>>> = LazyLock::new(Mutex::default);

/// Every operation: its method, its path, and what is said of it.
pub(crate) fn operations() -> impl Iterator<Item = (Method, &'static str, &'static Value)> {
    let paths = API["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap();
        operations.iter().map(|(method, operation)| {
            (method.to_uppercase().parse().unwrap(), path.as_str(), operation)
        })
    })
}

/// A path without its query is one of this template, such as `/api/runs/{id}`.
fn is_of(path: &str, template: &str) -> bool {
    let (mut path, mut template) = (path.split('/'), template.split('/'));
    loop {
        match (path.next(), template.next()) {
            (None, None) | (Some(_), Some("{path}")) => return true,
            (Some(part), Some(wanted)) if wanted.starts_with('{') => {
                if part.is_empty() {
                    return false;
                }
            }
            (part, wanted) if part == wanted => {}
            _ => return false,
        }
    }
}

/// The answer has a status, a type and a form that the description promises for its route.
#[track_caller]
pub(crate) fn hold_to_description(method: &Method, path: &str, answer: &Answer) {
    let asked = if *method == Method::HEAD { &Method::GET } else { method };
    let found = operations().find(|(known, template, _)| known == asked && is_of(path, template));
    // What no route takes is answered by the fallbacks, and a head that is too large by the server.
    let Some((_, template, operation)) = found.filter(|_| answer.status != 431) else { return };
    let promised = operation["responses"].get(answer.status.to_string());
    let promised = promised.unwrap_or_else(|| panic!("{method} {template}: {}", answer.status));
    let Some(content) = promised.get("content").filter(|_| *method != Method::HEAD) else { return };
    let is_it = |(kind, _): &(&String, &Value)| answer.header("content-type").starts_with(*kind);
    let found = content.as_object().unwrap().iter().find(is_it);
    let (kind, content) = found.unwrap_or_else(|| panic!("{method} {template}: {content}"));
    if kind == "application/json" {
        let body = serde_json::from_str(&answer.text).unwrap();
        let place = format!("{method} {template} {}", answer.status);
        hold_to_schema(&place, &content["schema"], &body);
    }
}

#[track_caller]
fn hold_to_schema(place: &str, schema: &Value, body: &Value) {
    let mut checks = CHECKS.lock().unwrap_or_else(PoisonError::into_inner);
    let check = checks.entry(schema.to_string()).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["components"] = API["components"].clone();
        jsonschema::validator_for(&whole).unwrap()
    });
    let wrong: Vec<String> =
        check.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(wrong.is_empty(), "{place}: {wrong:#?} in {body}");
}

#[tokio::test]
async fn the_description_is_served_as_it_is_made() {
    let service = Service::small().await;
    let served = service.get("/openapi.json").await.ok();
    assert_eq!(served, *API);
    assert_eq!(served["openapi"], "3.1.0");
    assert_eq!(served["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_operation_has_a_summary_a_group_and_a_name_of_its_own() {
    let tags: BTreeSet<&str> =
        API["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{method} {path}");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{method} {path}");
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
    }
}

/// Descriptions are read by people who do not have the source.
#[test]
fn no_description_speaks_of_the_source() {
    fn look(value: &Value, place: &str) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| look(value, &format!("{place}/{name}")));
            }
            Value::Array(items) => items.iter().for_each(|item| look(item, place)),
            Value::String(text) => {
                assert!(!text.contains("[`") && !text.contains("crate::"), "{place}: {text}");
            }
            _ => {}
        }
    }
    look(&API, "");
}

#[tokio::test]
async fn every_example_of_a_body_is_of_its_form_and_is_taken() {
    let service = Service::sample().await;
    let mut examples = 0;
    for (method, path, operation) in operations() {
        let content = &operation["requestBody"]["content"]["application/json"];
        let Some(example) = content.get("example") else {
            let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
            let needs_none = operation.get("requestBody").is_none() || form.is_object();
            assert!(needs_none, "{method} {path} has no example");
            continue;
        };
        examples += 1;
        hold_to_schema(path, &content["schema"], example);
        if path.starts_with("/api/auth/") || path.starts_with("/api/admin/") {
            of_an_account(method, path, example).await;
            continue;
        }
        if path.starts_with("/api/library/") {
            of_the_library(method, path, example).await;
            continue;
        }
        let address = path.replace("{service}", "kitsu");
        let answer = Answer::of(service.request(method, &address).json(example)).await;
        match path {
            "/api/sign-in" => drop(answer.refused(409, "refused")),
            "/api/trakt-auth" => {
                let sentence = answer.refused(400, "bad_request");
                assert!(sentence.starts_with("Trakt refused the code"), "{sentence}");
            }
            "/api/v1/integrations/anilist/connect" | "/api/v1/integrations/myanimelist/connect" => {
                let sentence = answer.refused(400, "bad_request");
                assert!(sentence.contains("refused the code"), "{sentence}");
            }
            "/api/v1/integrations/sync" => drop(answer.refused(409, "first_sync_unanswered")),
            _ => drop(answer.ok()),
        }
    }
    assert!(examples >= 5, "{examples}");
}

/// An example that somebody sends whose library has the title that it is about.
async fn of_the_library(method: Method, path: &str, example: &Value) {
    let service = Service::small().await;
    if path.contains("{id}") {
        let title = json!({ "title": "Frieren", "type": "anime", "max_progress": 28 });
        service.post("/api/library/items", &title).await.ok();
    }
    let request = service.request(method, &path.replace("{id}", "1")).json(example);
    Answer::of(request).await.ok();
}

/// An example that somebody sends who has an account.
async fn of_an_account(method: Method, path: &str, example: &Value) {
    let service = Service::with(&[("AUTH", "off")]).await;
    let mika = json!({ "username": "mika", "password": "correct horse" });
    if path != "/api/auth/register" {
        service.post("/api/auth/register", &mika).await.ok();
    }
    let request = service.request(method, &path.replace("{id}", "1")).json(example);
    let answer = Answer::of(request).await;
    match path {
        // She is the only administrator.
        "/api/admin/accounts/{id}" => drop(answer.refused(409, "refused")),
        "/api/auth/reset/confirm" => drop(answer.refused(422, "invalid")),
        "/api/auth/reset" => assert_eq!(answer.status, 202),
        _ => drop(answer.ok()),
    }
}

#[test]
fn every_route_is_in_the_guide_to_the_api() {
    let guide = include_str!("../../docs/API.md");
    for (method, path, operation) in operations() {
        let is_page = operation["tags"] == json!(["page"]);
        assert!(is_page || guide.contains(path), "{method} {path}");
    }
}
