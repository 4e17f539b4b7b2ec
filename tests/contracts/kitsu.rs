//! What Kitsu is asked and told, and what the imitation answers, against Kitsu's contract.

use std::path::Path;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::demo::world::{Kitsu, KitsuWork};
use anilist_trakt_sync::demo::{Demo, Seen, World};
use anilist_trakt_sync::domain::Service;
use anilist_trakt_sync::library::{Kind, Status};
use anilist_trakt_sync::outbound::{Limits, Outbound};
use anilist_trakt_sync_connectors::kitsu::{At, KitsuClient, Owner, Site, sign_in};
use anilist_trakt_sync_core::merge::{Count, Entry, Field, Native, PerField, Value as Told};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{bare_client, contracts};

const JSON_API: &str = "application/vnd.api+json";

/// Kitsu's contract, which is JSON Schema as it is.
struct Contract(Value);

impl Contract {
    fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("kitsu-jsonapi-reduced.json")).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    fn operation(&self, method: &str, path: &str) -> &Value {
        let operation = &self.0["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "the contract has no {method} {path}");
        operation
    }

    /// What is wrong with a value by a schema of the contract.
    fn problems(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut schema = schema.clone();
        schema["components"] = self.0["components"].clone();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let told = validator.iter_errors(value);
        told.map(|error| format!("{}: {error}", error.instance_path)).collect()
    }

    /// The schema of a body: what a request or an answer has under its media type.
    fn schema<'a>(&'a self, side: &'a Value) -> &'a Value {
        let named = side["$ref"].as_str().map(|name| name.trim_start_matches('#'));
        let side = named.map_or(side, |name| self.0.pointer(name).unwrap());
        let kinds = side["content"].as_object().unwrap();
        &kinds.values().next().unwrap()["schema"]
    }

    fn assert_answer(&self, method: &str, path: &str, status: u16, body: &Value) {
        let side = &self.operation(method, path)["responses"][status.to_string()];
        let found = self.problems(self.schema(side), body);
        assert!(found.is_empty(), "{method} {path} {status}: {found:?}\n{body}");
    }

    fn assert_request(&self, method: &str, path: &str, body: &Value) {
        let side = &self.operation(method, path)["requestBody"];
        let found = self.problems(self.schema(side), body);
        assert!(found.is_empty(), "{method} {path}: {found:?}\n{body}");
    }

    /// Every parameter of a query is one of the contract's, and its value fits.
    fn assert_query(&self, path: &str, query: &str) {
        let known = self.operation("GET", path)["parameters"].as_array().unwrap();
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            let is_it = |known: &&Value| known["name"] == *name;
            let known = known.iter().find(is_it).unwrap_or_else(|| panic!("{path}: {name}"));
            let as_number = text.parse::<u64>().map_or(json!(text), |number| json!(number));
            let is_number = known["schema"]["type"] == "integer";
            let value = if is_number { as_number } else { json!(text) };
            let found = self.problems(&known["schema"], &value);
            assert!(found.is_empty(), "{path} {name}: {found:?}");
        }
    }
}

struct Bench {
    demo: Demo,
    client: KitsuClient,
    owner: Owner,
    password: String,
    outbound: Outbound,
}

impl Bench {
    async fn start() -> Self {
        let work = |kind, id| {
            KitsuWork::new(kind, id, "Some Work", Some(12)).mapped("myanimelist/anime", id * 10)
        };
        let works = [work(Kind::Anime, 11), work(Kind::Anime, 12), work(Kind::Manga, 13)];
        let kitsu = works.into_iter().fold(Kitsu::default(), Kitsu::with);
        let password = kitsu.person.password.clone();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let clock = Clock::Manual(ManualClock::new(now));
        let world = World { kitsu, ..World::default() };
        let demo = Demo::start(world, clock.teller()).await.unwrap();
        let outbound = Outbound::new(Limits::default(), clock).unwrap();
        let site = format!("{}/kitsu", demo.url()).parse().unwrap();
        let granted = sign_in(&outbound, &site).sign_in("demo", &password.clone().into()).await;
        let token = granted.unwrap().access_token;
        let client = KitsuClient::new(outbound.clone(), &site);
        let person = client.me(&token).await.unwrap();
        Self { demo, client, owner: Owner { token, person }, password, outbound }
    }

    /// Everything that the client does, each at least once.
    async fn everything(&self) {
        let Self { client, owner, .. } = self;
        let target = Native(Entry { status: Status::Current, private: true, ..Entry::default() });
        for kind in [Kind::Anime, Kind::Manga] {
            let work = if kind == Kind::Anime { 11 } else { 13 };
            let told = all_fields(7);
            let held = client.tell(owner, kind, At::Work(work), &told, &target).await.unwrap();
            let at = At::Entry(held.entry);
            client.tell(owner, kind, at, &all_fields(8), &target).await.unwrap();
            client.tell(owner, kind, at, &no_fields(), &target).await.unwrap();
            client.list(owner, kind).await.unwrap();
            client.changed(owner, kind, held.updated_at.unwrap()).await.unwrap();
            client.entry(owner, kind, held.entry).await.unwrap();
            client.entry_of(owner, kind, work).await.unwrap();
            client.works(owner, kind, &[work]).await.unwrap();
            client.mapped(owner, kind, Site::Myanimelist, &[work * 10]).await.unwrap();
            client.search(owner, kind, "some").await.unwrap();
        }
        let site = format!("{}/kitsu", self.demo.url()).parse().unwrap();
        let flow = sign_in(&self.outbound, &site);
        let granted = flow.sign_in("demo", &self.password.clone().into()).await.unwrap();
        flow.refresh(&granted.refresh_token).await.unwrap();
    }

    fn ask(&self, method: Method, address: &str) -> RequestBuilder {
        let token = self.demo.world(|world, now| world.kitsu.tokens.give(None, now).access);
        let request = bare_client().request(method, format!("{}/kitsu{address}", self.demo.url()));
        request.header("accept", JSON_API).header("content-type", JSON_API).bearer_auth(token)
    }
}

fn all_fields(progress: u32) -> PerField<Told> {
    let day = || Told::Date("2024-02-29".parse().unwrap());
    let fields = [
        (Field::Status, Told::Status(Status::Current)),
        (Field::Repeating, Told::Flag(true)),
        (Field::Repeats, Told::Number(2)),
        (Field::Progress, Told::Count(Count::Of(progress))),
        (Field::Score, Told::Number(17)),
        (Field::Started, day()),
        (Field::Finished, day()),
        (Field::Notes, Told::Text(Some("good".into()))),
        (Field::Private, Told::Flag(true)),
    ];
    fields.into_iter().collect()
}

/// What takes all away that can be.
fn no_fields() -> PerField<Told> {
    let fields = [
        (Field::Score, Told::Number(0)),
        (Field::Started, Told::Date(anilist_trakt_sync::domain::FuzzyDate::default())),
        (Field::Notes, Told::Text(None)),
    ];
    fields.into_iter().collect()
}

/// The contract's path of a request that was seen, and its query.
fn parts(seen: &Seen) -> (String, String) {
    let path = seen.route.split_once(' ').unwrap().1.to_owned();
    let query = seen.address.split_once('?').map_or("", |(_, query)| query);
    (path, query.to_owned())
}

#[tokio::test]
async fn what_kitsu_is_asked_and_told_fits_its_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (Contract::read(&folder), Bench::start().await);
    bench.everything().await;
    let stats = bench.demo.stats();
    let asked = stats.requests.iter().filter(|seen| seen.service == Service::KITSU);
    let reads: Vec<&Seen> = asked.filter(|seen| seen.route.starts_with("GET ")).collect();
    assert!(reads.len() >= 14);
    for seen in reads {
        let (path, query) = parts(seen);
        contract.assert_query(&path, &query);
    }
    let method = |path: &str| if path.ends_with("{id}") { "PATCH" } else { "POST" };
    assert_eq!(stats.writes.len(), 3 + 2 * 3);
    for write in &stats.writes {
        contract.assert_request(method(write.path), write.path, &write.body);
    }
    let odd = json!({"grant_type": "password", "username": "demo", "redirect_uri": "x"});
    let side = &contract.operation("POST", "/api/oauth/token")["requestBody"];
    assert!(!contract.problems(contract.schema(side), &odd).is_empty());
}

#[tokio::test]
async fn what_the_imitation_of_kitsu_answers_fits_its_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (Contract::read(&folder), Bench::start().await);
    bench.everything().await;
    let stats = bench.demo.stats();
    for seen in stats.requests.iter().filter(|seen| seen.route.starts_with("GET ")) {
        let answer = bench.ask(Method::GET, &seen.address).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", seen.address);
        let body: Value = answer.json().await.unwrap();
        contract.assert_answer("GET", &parts(seen).0, 200, &body);
    }
    for address in [
        "/api/edge/library-entries",
        "/api/edge/library-entries?page[limit]=501&filter[kind]=anime",
    ] {
        let answer = bench.ask(Method::GET, address).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        contract.assert_answer("GET", "/library-entries", 400, &answer.json().await.unwrap());
    }
}

#[tokio::test]
async fn what_the_imitation_of_kitsu_answers_to_writes_fits_its_contract() {
    let Some(folder) = contracts() else { return };
    let (contract, bench) = (Contract::read(&folder), Bench::start().await);
    let body = json!({"data": {"type": "libraryEntries", "attributes": {"status": "current"},
    "relationships": {
        "user": {"data": {"type": "users", "id": bench.owner.person.id.to_string()}},
        "anime": {"data": {"type": "anime", "id": "11"}},
    }}});
    contract.assert_request("POST", "/library-entries", &body);
    let list = "/api/edge/library-entries";
    let mut id = String::new();
    for status in [201, 422] {
        let answer = bench.ask(Method::POST, list).body(body.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let told: Value = answer.json().await.unwrap();
        contract.assert_answer("POST", "/library-entries", status, &told);
        id = told["data"]["id"].as_str().map_or(id, str::to_owned);
    }
    let one = format!("{list}/{id}");
    for (status, progress) in [(200, 3), (422, 13)] {
        let body = json!({"data": {"type": "libraryEntries", "id": id, "attributes": {"progress": progress}}});
        let answer = bench.ask(Method::PATCH, &one).body(body.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), status);
        contract.assert_answer(
            "PATCH",
            "/library-entries/{id}",
            status,
            &answer.json().await.unwrap(),
        );
    }
    for status in [204, 404] {
        let answer = bench.ask(Method::DELETE, &one).send().await.unwrap();
        assert_eq!(answer.status(), status);
        if status == 404 {
            contract.assert_answer(
                "DELETE",
                "/library-entries/{id}",
                404,
                &answer.json().await.unwrap(),
            );
        }
    }
    let dead = bench.ask(Method::GET, "/api/edge/users");
    bench.demo.world(|world, _| world.kitsu.tokens.end_all());
    let answer = dead.send().await.unwrap();
    assert_eq!(answer.status(), 401);
    contract.assert_answer("GET", "/users", 401, &answer.json().await.unwrap());
}
