//! Lists at AniList, MyAnimeList and Kitsu, kept equal with the library and with each other.

use std::time::Duration;

use anilist_trakt_sync::demo::world::{KitsuTold, KitsuWork, MalEntry, MalTitle};
use anilist_trakt_sync::demo::{Action, Fault, Seen, World};
use anilist_trakt_sync::domain::{self, AccountId, AnilistId, FuzzyDate};
use anilist_trakt_sync::hub::lists::lock::ListLock;
use anilist_trakt_sync::library::{Kind, Status};
use anilist_trakt_sync::merge::{Count, Field, PerField, Value as Said};
use anilist_trakt_sync::store::{Write, keys};
use reqwest::redirect::Policy;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::service::{Service, now, small};
use crate::shape::Answer;

const API: &str = "/api/v1/integrations";
const LISTS: [&str; 3] = ["anilist", "myanimelist", "kitsu"];

/// The small world's titles 1, 2 and 3 with MyAnimeList's numbers 1, 2, 3 and Kitsu's 301, 302, 303, of which 1 and 2
/// are on all three lists and say the same.
fn three_lists() -> World {
    let mut world = small();
    let totals = [(1, "First", 12), (2, "A Film", 1), (3, "Lost", 5)];
    for (id, name, total) in totals {
        world.mal.titles.insert((Kind::Anime, id), MalTitle::new(name, total));
        let work = KitsuWork::new(Kind::Anime, 300 + id, name, Some(total));
        let work = work.mapped("anilist/anime", id).mapped("myanimelist/anime", id);
        world.kitsu.works.push(work);
    }
    world.mal.entries.insert((Kind::Anime, 1), MalEntry::new(Status::Current, 3, now()));
    let mut film = MalEntry::new(Status::Completed, 1, now());
    film.native.0.finished = "2024-02-03".parse().unwrap();
    world.mal.entries.insert((Kind::Anime, 2), film);
    let told = |status, progress, finished: Option<&str>| {
        let mut fields = PerField::default();
        fields.put(Field::Status, Some(Said::Status(status)));
        fields.put(Field::Progress, Some(Said::Count(Count::Of(progress))));
        let day = finished.map(|day| Said::Date(day.parse().unwrap()));
        fields.put(Field::Finished, day);
        KitsuTold::of(fields)
    };
    world.kitsu.save(Kind::Anime, 301, &told(Status::Current, 3, None), now()).unwrap();
    let film = told(Status::Completed, 1, Some("2024-02-03"));
    world.kitsu.save(Kind::Anime, 302, &film, now()).unwrap();
    // Kitsu filled in when they were begun, and the person took that out again.
    for entry in &mut world.kitsu.entries {
        entry.started_at = None;
        entry.native.0.started = FuzzyDate::default();
    }
    world
}

#[expect(clippy::disallowed_methods, reason = "the person's browser is not part of the service")]
async fn sign_in(service: &Service, list: &str) {
    let answer = service.get(&format!("{API}/{list}/connect-url")).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let url = answer.ok()["url"].as_str().unwrap().to_owned();
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let request = browser.get(format!("{url}&agreed=1")).header("user-agent", "browser");
    let page = request.header("referer", "https://anilist.co/").send().await.unwrap();
    let back: Url = page.headers()["location"].to_str().unwrap().parse().unwrap();
    let back = format!("{}?{}", back.path(), back.query().unwrap());
    let answer = Answer::of(service.request(Method::GET, &back).header("cookie", cookie)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn connected(world: World, settings: &[(&str, &str)]) -> Service {
    let own = [("ANILIST_ACCESS_TOKEN", "")];
    let settings: Vec<(&str, &str)> = own.iter().chain(settings).copied().collect();
    let service = Service::start(world, &settings).await;
    sign_in(&service, "anilist").await;
    sign_in(&service, "myanimelist").await;
    let body = json!({"username": "demo@example.org", "password": "demo-kitsu-password"});
    service.post(&format!("{API}/kitsu/connect"), &body).await.ok();
    service
}

async fn answer_previews(service: &Service) {
    for list in LISTS {
        let body = json!({"add_here": true, "add_there": true});
        service.post(&format!("{API}/{list}/first-sync"), &body).await.ok();
    }
}

async fn sync(service: &Service) -> Value {
    let body = json!({"integration_type": "all"});
    service.post(&format!("{API}/sync"), &body).await.ok();
    let path = format!("{API}/settings");
    let ended = |body: &Value| {
        LISTS.iter().all(|list| {
            let status = body[list]["last_sync_status"].as_str();
            !matches!(status, Some("in_progress" | "pending"))
        })
    };
    service.wait_for(&path, ended).await
}

/// Connected, synced once, and at rest.
async fn at_rest(settings: &[(&str, &str)]) -> Service {
    let service = connected(three_lists(), settings).await;
    answer_previews(&service).await;
    sync(&service).await;
    sync(&service).await;
    service.demo.reset_stats();
    service
}

/// How many requests changed something at the services.
fn writes(service: &Service) -> usize {
    let changes = |seen: &&Seen| {
        let route = seen.route.as_str();
        let mal = seen.service == domain::Service::MYANIMELIST && route.contains("my_list_status");
        let kitsu = seen.service == domain::Service::KITSU && route.contains("library-entries");
        let writes = !route.starts_with("GET") && (mal || kitsu);
        writes || ["SaveEntries", "DeleteEntry"].contains(&route)
    };
    service.demo.stats().requests.iter().filter(changes).count()
}

/// How far a title is on each list, and in the library.
async fn progress(service: &Service, id: u32) -> [Option<u32>; 4] {
    let total = [12, 1, 5][usize::try_from(id - 1).unwrap()];
    let number = |count: Count| count.number(total);
    let lists = service.demo.world(|world, _| {
        let anilist = world.list.iter().find(|entry| entry.media == AnilistId(id));
        let mal = world.mal.entries.get(&(Kind::Anime, id));
        let kitsu = world.kitsu.entry_of(Kind::Anime, 300 + id);
        [
            anilist.map(|entry| entry.progress),
            mal.map(|entry| number(entry.native.0.progress)),
            kitsu.map(|entry| number(entry.native.0.progress)),
        ]
    });
    let here = item(service, id).await.map(|item| item["progress"].as_u64().unwrap());
    [lists[0], lists[1], lists[2], here.map(|progress| u32::try_from(progress).unwrap())]
}

async fn item(service: &Service, id: u32) -> Option<Value> {
    let items = service.get("/api/library/items").await.json();
    items.as_array().unwrap().iter().find(|item| item["anilist_id"] == id).cloned()
}

fn edit_mal(service: &Service, id: u32, edit: impl FnOnce(&mut MalEntry)) {
    service.clock.advance(Duration::from_mins(1));
    service.demo.world(|world, now| {
        let entry = world.mal.entries.get_mut(&(Kind::Anime, id)).unwrap();
        edit(entry);
        entry.updated_at = now;
    });
}

#[tokio::test]
async fn nothing_is_written_anywhere_before_the_first_preview_is_answered() {
    let service = connected(three_lists(), &[]).await;
    let plan = service.get(&format!("{API}/plan")).await.ok();
    assert_eq!(plan["services"]["myanimelist"]["first"], true);
    assert_eq!(plan["services"]["myanimelist"]["add"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(plan["library"]["add"].as_array().unwrap().len(), 3, "{plan}");
    for list in ["all", "kitsu"] {
        let refused =
            service.post(&format!("{API}/sync"), &json!({"integration_type": list})).await;
        refused.refused(409, "first_sync_unanswered");
    }
    assert_eq!((writes(&service), item(&service, 1).await), (0, None));
}

#[tokio::test]
async fn lists_that_agree_become_the_library_and_what_one_lacks_is_added_there() {
    let service = connected(three_lists(), &[]).await;
    answer_previews(&service).await;
    let settings = sync(&service).await;
    for list in LISTS {
        assert_eq!(settings[list]["last_sync_status"], "success", "{settings}");
    }
    assert_eq!(progress(&service, 1).await, [Some(3); 4]);
    assert_eq!(progress(&service, 3).await, [Some(5); 4]);
    let told = "title 3 is added at two services, and Kitsu gives back the day that it filled in";
    assert_eq!(writes(&service), 3, "{told}");
    sync(&service).await;
    assert_eq!(writes(&service), 3, "and then it rests");
}

#[tokio::test]
async fn what_the_person_does_not_want_added_is_not_added_later_either() {
    let service = connected(three_lists(), &[]).await;
    answer_previews(&service).await;
    let body = json!({"add_there": false});
    service.post(&format!("{API}/myanimelist/first-sync"), &body).await.ok();
    for _ in 0..2 {
        sync(&service).await;
    }
    assert_eq!(progress(&service, 3).await, [Some(5), None, Some(5), Some(5)]);
    service.post(&format!("{API}/myanimelist/first-sync"), &json!({})).await.ok();
    sync(&service).await;
    assert_eq!(progress(&service, 3).await, [Some(5); 4]);
}

#[tokio::test]
async fn anilists_feed_is_quiet_while_a_first_sync_writes_and_tells_again_what_it_told() {
    let mut world = three_lists();
    world.list.retain(|entry| entry.media != AnilistId(3));
    world.mal.entries.insert((Kind::Anime, 3), MalEntry::new(Status::Dropped, 2, now()));
    world.person.untold = vec!["DROPPED".to_owned()];
    let service = connected(world, &[]).await;
    answer_previews(&service).await;
    let body = json!({"quiet_feed": true});
    service.post(&format!("{API}/anilist/first-sync"), &body).await.ok();
    sync(&service).await;
    assert_eq!(progress(&service, 3).await[0], Some(2));
    let stats = service.demo.stats();
    let told: Vec<&str> = stats.requests.iter().map(|seen| seen.route.as_str()).collect();
    let order: Vec<&str> =
        told.into_iter().filter(|route| ["SetFeed", "SaveEntries"].contains(route)).collect();
    assert_eq!(order, ["SetFeed", "SaveEntries", "SetFeed"]);
    let untold = || service.demo.world(|world, _| world.person.untold.clone());
    assert_eq!(untold(), ["DROPPED"]);
    // A process died while it was off.
    let all = ["CURRENT", "PLANNING", "COMPLETED", "DROPPED", "PAUSED", "REPEATING"];
    service.demo.world(|world, _| world.person.untold = all.map(str::to_owned).to_vec());
    let before = json!([{"type": "DROPPED", "disabled": true}]).to_string();
    let left = Write::Config { key: keys::LIST_FEED, value: Some(before) };
    service.store.write(&AccountId::default(), vec![left]).await.unwrap();
    let person = service.people.first();
    let keeping = tokio::spawn(anilist_trakt_sync::hub::lists::auto::keep(person));
    let restored = async {
        while untold() != ["DROPPED"] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), restored).await.unwrap();
    keeping.abort();
}

#[tokio::test]
async fn a_step_on_one_list_goes_to_all_others_once() {
    let service = at_rest(&[]).await;
    edit_mal(&service, 1, |entry| entry.native.0.progress = Count::Of(5));
    sync(&service).await;
    assert_eq!(progress(&service, 1).await, [Some(5); 4]);
    assert_eq!(writes(&service), 2);
    sync(&service).await;
    assert_eq!(writes(&service), 2);
    let history = service.get("/api/library/items/1/history").await.json();
    let why = history["items"][0]["why"].as_str().unwrap();
    assert_eq!(why, "MyAnimeList changed the progress, and nobody else did.", "{history}");
}

#[tokio::test]
async fn a_change_here_goes_to_all_lists_by_itself() {
    let service = at_rest(&[("PUSH_DELAY_MS", "5")]).await;
    for list in LISTS {
        let path = format!("{API}/{list}");
        let request = service.request(Method::PUT, &path).json(&json!({"auto_sync": true}));
        Answer::of(request).await.ok();
    }
    let person = service.people.first();
    let keeping = tokio::spawn(anilist_trakt_sync::hub::lists::auto::keep(person));
    let id = item(&service, 1).await.unwrap()["id"].as_u64().unwrap();
    for _ in 0..3 {
        let path = format!("/api/library/items/{id}/step");
        service.post(&path, &json!({"by": 1})).await.ok();
    }
    let all = [Some(6); 4];
    let told = async {
        while progress(&service, 1).await != all {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), told).await.unwrap();
    keeping.abort();
}

#[tokio::test]
async fn two_who_differ_wait_for_the_person_and_then_all_have_what_they_say() {
    let service = at_rest(&[]).await;
    let id = item(&service, 1).await.unwrap()["id"].as_u64().unwrap();
    edit_mal(&service, 1, |entry| entry.native.0.score = 6);
    let path = format!("/api/library/items/{id}");
    let edit = service.request(Method::PATCH, &path).json(&json!({"score": 90, "progress": 4}));
    Answer::of(edit).await.ok();
    let settings = sync(&service).await;
    assert_eq!(settings["myanimelist"]["held"], 1, "{settings}");
    assert_eq!(progress(&service, 1).await, [Some(4); 4], "another field goes on meanwhile");
    let conflicts = service.get(&format!("{API}/conflicts")).await.ok();
    let [conflict] = &conflicts["items"].as_array().unwrap()[..] else { panic!("{conflicts}") };
    assert_eq!((&conflict["field"], &conflict["values"]["library"]), (&json!("score"), &json!(90)));
    assert_eq!(conflict["values"]["myanimelist"], 60);
    let body = json!({"ids": [conflict["id"]], "choose": "myanimelist"});
    let resolved = service.post(&format!("{API}/conflicts/resolve"), &body).await.ok();
    assert_eq!(resolved, json!({"resolved": 1, "failed": 0}));
    let settings = sync(&service).await;
    assert_eq!(settings["myanimelist"]["held"], 0);
    assert_eq!(item(&service, 1).await.unwrap()["score"], 60);
    let scores = service.demo.world(|world, _| {
        let anilist = world.list.iter().find(|entry| entry.media == AnilistId(1)).unwrap();
        let kitsu = world.kitsu.entry_of(Kind::Anime, 301).unwrap();
        (anilist.score, kitsu.native.0.score)
    });
    assert_eq!(scores, (60, 12));
}

#[tokio::test]
async fn what_is_deleted_on_one_list_stays_on_the_others_and_does_not_come_back() {
    let service = at_rest(&[]).await;
    service.demo.world(|world, _| world.mal.entries.remove(&(Kind::Anime, 1)));
    for _ in 0..3 {
        sync(&service).await;
    }
    assert_eq!(progress(&service, 1).await, [Some(3), None, Some(3), Some(3)]);
    assert_eq!(writes(&service), 0);
}

#[tokio::test]
async fn what_the_person_deletes_here_is_deleted_where_they_say() {
    let service = at_rest(&[]).await;
    let id = item(&service, 1).await.unwrap()["id"].as_u64().unwrap();
    service
        .delete(&format!("/api/library/items/{id}?services=nowhere"))
        .await
        .refused(422, "invalid");
    service.delete(&format!("/api/library/items/{id}?services=kitsu,myanimelist")).await.ok();
    sync(&service).await;
    sync(&service).await;
    assert_eq!(progress(&service, 1).await, [Some(3), None, None, None]);
    assert_eq!(writes(&service), 2);
}

#[tokio::test]
async fn an_empty_list_deletes_nothing_before_the_person_says_so() {
    let service = at_rest(&[]).await;
    let gone = service.demo.world(|world, _| std::mem::take(&mut world.mal.entries));
    let settings = sync(&service).await;
    assert_eq!(settings["myanimelist"]["last_sync_status"], "failed", "{settings}");
    let plan = service.get(&format!("{API}/plan")).await.ok();
    assert_eq!(plan["services"]["myanimelist"]["guard"]["reason"], "empty");
    assert_eq!(progress(&service, 1).await, [Some(3), None, Some(3), Some(3)]);
    service.demo.world(|world, _| world.mal.entries = gone);
    let settings = sync(&service).await;
    assert_eq!(settings["myanimelist"]["last_sync_status"], "success", "{settings}");
    assert_eq!((progress(&service, 1).await, writes(&service)), ([Some(3); 4], 0));
}

#[tokio::test]
async fn a_run_that_is_taken_back_is_not_synced_again() {
    let service = at_rest(&[]).await;
    edit_mal(&service, 1, |entry| entry.native.0.progress = Count::Of(5));
    sync(&service).await;
    let runs = service.get("/api/runs").await.ok();
    let run = runs["items"].as_array().unwrap().iter().find(|run| run["mode"] == "lists").unwrap();
    let id = run["id"].as_u64().unwrap();
    let whole = service.get(&format!("/api/runs/{id}")).await.ok();
    assert_eq!(whole["writes"].as_array().unwrap().len(), 2, "{whole}");
    assert_eq!(whole["writes"][0]["before"]["progress"], 3);
    let undone = service.post(&format!("/api/runs/{id}/undo"), &json!({})).await.ok();
    assert_eq!(undone["removed"], 2, "{undone}");
    assert_eq!(progress(&service, 1).await, [Some(3), Some(5), Some(3), Some(5)]);
    let before = writes(&service);
    sync(&service).await;
    sync(&service).await;
    assert_eq!(progress(&service, 1).await, [Some(3), Some(5), Some(3), Some(5)]);
    assert_eq!(writes(&service), before);
}

#[tokio::test]
async fn a_service_that_is_down_or_takes_the_sign_in_no_more_is_told_and_the_others_agree() {
    let service = at_rest(&[]).await;
    let down = Fault::new(domain::Service::KITSU, Action::Reset).times(u32::MAX);
    service.demo.fail(down);
    service.demo.world(|world, _| world.person.anilist_token = "another".to_owned());
    edit_mal(&service, 1, |entry| entry.native.0.progress = Count::Of(5));
    let settings = sync(&service).await;
    let said = |list: &str| {
        let status = &settings[list];
        (status["last_sync_status"].clone(), status["state"].clone())
    };
    assert_eq!(said("myanimelist").0, "success", "{settings}");
    assert_eq!(said("kitsu").0, "failed", "{settings}");
    assert_eq!(said("anilist"), (json!("failed"), json!("signed_out")), "{settings}");
    assert_eq!(progress(&service, 1).await, [Some(3), Some(5), Some(3), Some(5)]);
    service.demo.heal();
    sign_in(&service, "anilist").await;
    sync(&service).await;
    assert_eq!(progress(&service, 1).await, [Some(5); 4]);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_edit_and_nothing_is_told_twice() {
    let service = at_rest(&[]).await;
    let lost = Fault::new(domain::Service::MYANIMELIST, Action::Reset).method("PATCH").times(1);
    service.demo.fail(lost.applied());
    let id = item(&service, 1).await.unwrap()["id"].as_u64().unwrap();
    service.post(&format!("/api/library/items/{id}/step"), &json!({"by": 1})).await.ok();
    sync(&service).await;
    let settings = sync(&service).await;
    assert_eq!(settings["myanimelist"]["last_sync_status"], "success", "{settings}");
    assert_eq!((progress(&service, 1).await, writes(&service)), ([Some(4); 4], 3));
}

#[tokio::test]
async fn a_sync_whose_process_died_is_told_as_failed_and_the_next_one_goes_on() {
    let service = at_rest(&[]).await;
    let account = AccountId::default();
    let kept = service.store.config(&account, &[keys::LIST_KITSU]).await.unwrap().remove(0);
    let mut kept: Value = serde_json::from_str(&kept.unwrap()).unwrap();
    kept["last"]["outcome"] = json!("in_progress");
    let died = Write::Config { key: keys::LIST_KITSU, value: Some(kept.to_string()) };
    service.store.write(&account, vec![died]).await.unwrap();
    let settings = service.get(&format!("{API}/settings")).await.ok().clone();
    assert_eq!(settings["kitsu"]["last_sync_status"], "failed");
    let request = service.request(Method::PUT, &format!("{API}/kitsu")).json(&json!({}));
    let whole = Answer::of(request).await.ok().clone();
    assert_eq!(whole["last_sync_error"], "the service ended before this sync did");
    assert_eq!(settings["anilist"]["last_sync_status"], "success");
    assert_eq!(sync(&service).await["kitsu"]["last_sync_status"], "success");
}

#[tokio::test]
async fn work_that_ends_with_an_error_does_not_keep_the_lists_to_itself() {
    let service = at_rest(&[]).await;
    let person = service.people.first();
    drop(ListLock::acquire(&person).await.unwrap());
    assert_eq!(sync(&service).await["kitsu"]["last_sync_status"], "success");
}
