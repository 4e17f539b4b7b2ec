//! What goes on for an account that another process removes, or whose owner it shuts out.

use std::process::{Command, Stdio};
use std::sync::Arc;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::{Action, Demo, Fault};
use anilist_trakt_sync::domain::{AccountId, Report, Role, RunId, RunState, Service};
use anilist_trakt_sync::hub::accounts::{Door, Newcomer};
use anilist_trakt_sync::hub::error::{Error, Result};
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::hub::services::Services;
use anilist_trakt_sync::store::transfer::{Line, export};
use anilist_trakt_sync::store::{RedisStore, SqliteStore, Store};
use anilist_trakt_sync::sync::run::run;
use anilist_trakt_sync::sync::undo::undo;
use anilist_trakt_sync::sync::{Mode, Trigger};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::backends::Place;
use crate::bench::{config, episodes_once, services, settings};
use crate::server::{Server, is_installed};
use crate::two_copies::Copy;

on_every_backend! {
    a_run_of_an_account_that_is_removed_sends_no_further_batch_and_leaves_nothing,
    an_undo_of_an_account_that_is_removed_takes_no_further_batch_and_leaves_nothing,
    a_run_of_who_is_shut_out_sends_no_further_batch_and_is_kept,
    a_run_goes_on_where_the_account_is_taken_away_and_what_it_had_stays,
    nothing_begins_for_who_is_gone_or_shut_out,
}

/// Plays in one request.
const BATCH: usize = 4;
/// Plays in all.
const PLAYS: usize = 36;
/// Where plays are posted, and where they are taken back.
const POSTED: &str = "/sync/history";
const REMOVED: &str = "/sync/history/remove";

/// Two processes on one store, each with all accounts.
struct Two {
    demo: Demo,
    store: Arc<dyn Store>,
    ours: Arc<Services>,
    theirs: Arc<Services>,
    ids: [AccountId; 2],
    config: Config,
}

impl Two {
    async fn on(place: &Place) -> Self {
        let demo = services(3).await;
        let batch = BATCH.to_string();
        let config = config(&demo, &[("TRAKT_BATCH_SIZE", &batch)]);
        let (store, other) = (place.open().await, place.open().await);
        let ours = config.services(Clock::System, Arc::clone(&store)).unwrap();
        let theirs = config.services(Clock::System, other).unwrap();
        let register = async |name: &str| {
            let newcomer = Newcomer::new(name, Some("correct horse".to_owned().into()));
            theirs.accounts.register(newcomer, Door::Open).await.unwrap().id
        };
        let ids = [register("mika").await, register("lea").await];
        theirs.accounts.set_role(&ids[1], Role::Administrator).await.unwrap();
        Self { demo, store, ours, theirs, ids, config }
    }

    /// The person of an account here.
    fn person(&self, id: &AccountId) -> Arc<Person> {
        Person::new(&self.ours, id.clone(), self.config.person.clone())
    }

    /// Lets one request through and holds the answer to the next.
    fn hold_the_second(&self, path: &str) {
        let held = Fault::new(Service::TRAKT, Action::Held).method("POST").path(path);
        self.demo.fail(held.after(1));
    }

    fn sent(&self, path: &str) -> usize {
        self.demo.stats().count_route(Service::TRAKT, &format!("POST {path}"))
    }

    async fn until_sent<T>(&self, path: &str, requests: usize, work: &JoinHandle<T>) {
        while self.sent(path) < requests {
            assert!(!work.is_finished(), "it ended early");
            tokio::task::yield_now().await;
        }
    }

    /// Begins something, and does something else once its second request to this path is held.
    async fn meanwhile<T: Send + 'static>(
        &self,
        path: &str,
        work: impl Future<Output = Result<T>> + Send + 'static,
        other: impl Future<Output = Result<()>>,
    ) -> Result<T> {
        let before = self.sent(path);
        self.hold_the_second(path);
        let work = tokio::spawn(work);
        self.until_sent(path, before + 2, &work).await;
        other.await.unwrap();
        self.demo.heal();
        let ended = work.await.unwrap();
        assert_eq!(self.sent(path), before + 2, "no further one left");
        ended
    }

    /// All that the store has of an account.
    async fn kept(&self, id: &AccountId) -> Vec<Line> {
        kept(&*self.store, id).await
    }
}

/// All that a store has of an account. Mapping files, shows and log lines belong to everybody.
async fn kept(store: &dyn Store, id: &AccountId) -> Vec<Line> {
    let mut of = None;
    let mut lines = export(store).await.unwrap();
    lines.retain(|line| {
        if let Line::Account { id } = line {
            of = Some(id.clone());
        }
        let is_theirs = matches!(line, Line::Log(log) if log.account.as_ref() == Some(id));
        is_theirs || of.as_ref() == Some(id)
    });
    lines
}

async fn full(person: Arc<Person>) -> Result<Report> {
    run(&person, Mode::Full, Trigger::Manual).await
}

async fn a_run_of_an_account_that_is_removed_sends_no_further_batch_and_leaves_nothing(
    place: Place,
) {
    let two = Two::on(&place).await;
    for id in &two.ids {
        let before = episodes_once(&two.demo);
        let removing = async {
            two.theirs.accounts.remove(id).await?;
            assert_eq!(two.kept(id).await, []);
            Ok(())
        };
        let ended = two.meanwhile(POSTED, full(two.person(id)), removing).await;
        assert!(matches!(ended, Err(Error::AccountGone)), "{ended:?}");
        assert_eq!(episodes_once(&two.demo) - before, 2 * BATCH);
        assert_eq!(two.kept(id).await, []);
    }
}

async fn an_undo_of_an_account_that_is_removed_takes_no_further_batch_and_leaves_nothing(
    place: Place,
) {
    let two = Two::on(&place).await;
    let (id, person) = (&two.ids[1], two.person(&two.ids[1]));
    assert_eq!(full(Arc::clone(&person)).await.unwrap().posted(), PLAYS);
    let undoing = async move { undo(&person, RunId(1)).await };
    let ended = two.meanwhile(REMOVED, undoing, two.theirs.accounts.remove(id)).await;
    assert!(matches!(ended, Err(Error::AccountGone)), "{ended:?}");
    assert_eq!(episodes_once(&two.demo), PLAYS - 2 * BATCH);
    assert_eq!(two.kept(id).await, []);
}

async fn a_run_of_who_is_shut_out_sends_no_further_batch_and_is_kept(place: Place) {
    let two = Two::on(&place).await;
    let (id, person) = (&two.ids[0], two.person(&two.ids[0]));
    let shutting_out = async { two.theirs.accounts.set_disabled(id, true).await.map(drop) };
    let report = two.meanwhile(POSTED, full(Arc::clone(&person)), shutting_out).await.unwrap();
    assert_eq!((report.is_partial(), report.posted()), (true, 2 * BATCH));
    assert_eq!(report.cause.as_deref(), Some("the account's owner was shut out"));
    let kept = person.store.run(RunId(1)).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.report.posted()), (RunState::Partial, Some(2 * BATCH)));
    two.theirs.accounts.set_disabled(id, false).await.unwrap();
    assert_eq!(full(person).await.unwrap().posted(), PLAYS - 2 * BATCH);
    assert_eq!(episodes_once(&two.demo), PLAYS);
}

async fn a_run_goes_on_where_the_account_is_taken_away_and_what_it_had_stays(place: Place) {
    let two = Two::on(&place).await;
    let (id, person) = (&two.ids[0], two.person(&two.ids[0]));
    two.hold_the_second(POSTED);
    let running = tokio::spawn(full(Arc::clone(&person)));
    two.until_sent(POSTED, 2, &running).await;
    two.theirs.accounts.release(id).await.unwrap();
    two.demo.heal();
    assert_eq!(running.await.unwrap().unwrap().posted(), PLAYS);
    assert_eq!(person.store.settled().await.unwrap().len(), 3);
}

async fn nothing_begins_for_who_is_gone_or_shut_out(place: Place) {
    let two = Two::on(&place).await;
    let (id, person) = (&two.ids[1], two.person(&two.ids[1]));
    two.theirs.accounts.set_disabled(id, true).await.unwrap();
    let refused = full(Arc::clone(&person)).await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    two.theirs.accounts.remove(id).await.unwrap();
    let refused = full(person).await;
    assert!(matches!(refused, Err(Error::AccountGone)), "{refused:?}");
    assert_eq!(two.kept(id).await, []);
    assert_eq!(two.sent(POSTED), 0);
}

/// A service in a process of its own, and the command line in another.
struct Served {
    copy: Copy,
    settings: Vec<(String, String)>,
    token: String,
}

impl Served {
    /// `mika` was here first, and `lea` is administrator as well.
    async fn start(demo: &Demo, store: &[(&str, &str)]) -> Self {
        let batch = BATCH.to_string();
        let all = [store, &[("TRAKT_BATCH_SIZE", &*batch)]].concat();
        let copy = Copy::start(demo, &all);
        copy.answers("/readyz", 200).await;
        for name in ["mika", "lea"] {
            let newcomer = json!({"username": name, "password": "correct horse"});
            let request = copy.http.post(format!("{}/api/auth/register", copy.url));
            assert_eq!(request.json(&newcomer).send().await.unwrap().status(), 200, "{name}");
        }
        let form = [("username", "mika"), ("password", "correct horse")];
        let signing = copy.http.post(format!("{}/api/auth/token", copy.url)).form(&form);
        let answer: Value = signing.send().await.unwrap().json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        let administrator = json!({"administrator": true});
        let change = copy.http.patch(format!("{}/api/admin/accounts/2", copy.url));
        let change = change.bearer_auth(&token).json(&administrator).send().await.unwrap();
        assert_eq!(change.status(), 200);
        Self { copy, settings: settings(demo, &all).into_iter().collect(), token }
    }

    /// Begins mika's run.
    fn runs(&self) -> JoinHandle<(u16, Value)> {
        let request = self.copy.http.post(format!("{}/api/full-sync", self.copy.url));
        let request = request.bearer_auth(&self.token);
        tokio::spawn(async move {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json().await.unwrap())
        })
    }

    fn says(&self, arguments: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anilist-trakt-sync"));
        command.args(arguments).env_clear().envs(self.settings.iter().cloned());
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A run that goes on in a service while the command line does this to its account.
async fn run_while(store: &[(&str, &str)], command: &[&str]) -> (Demo, Served, (u16, Value)) {
    let demo = services(3).await;
    let served = Served::start(&demo, &[store, &[("REGISTRATION", "open")]].concat()).await;
    demo.fail(Fault::new(Service::TRAKT, Action::Held).method("POST").path(POSTED).after(1));
    let running = served.runs();
    while demo.stats().count_route(Service::TRAKT, "POST /sync/history") < 2 {
        assert!(!running.is_finished(), "it ended early");
        tokio::task::yield_now().await;
    }
    served.says(command);
    demo.heal();
    let ended = running.await.unwrap();
    assert_eq!(demo.stats().history_posts, 2, "no further batch left");
    assert_eq!(episodes_once(&demo), 2 * BATCH);
    (demo, served, ended)
}

async fn holds_between_processes(settings: &[(&str, &str)], open: impl Fn() -> Arc<dyn Store>) {
    let removed = ["account", "remove", "mika", "--yes"];
    let (_demo, served, (status, answer)) = run_while(settings, &removed).await;
    assert_eq!((status, &answer["code"]), (409, &json!("refused")), "{answer}");
    drop(served);
    assert_eq!(kept(&*open(), &AccountId::default()).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_ends_the_run_of_an_account_that_a_service_on_the_same_file_does() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let open = || -> Arc<dyn Store> { Arc::new(SqliteStore::open(folder.path()).unwrap()) };
    holds_between_processes(&[("DATA_DIR", &data)], open).await;

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let shut_out = ["account", "disable", "mika"];
    let (_demo, served, (status, report)) = run_while(&[("DATA_DIR", &data)], &shut_out).await;
    assert_eq!((status, &report["state"]), (200, &json!("partial")), "{report}");
    assert_eq!(report["cause"], "the account's owner was shut out");
    drop(served);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_ends_the_run_of_an_account_that_a_service_on_the_same_redis_does() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let url = server.url();
    let open =
        || -> Arc<dyn Store> { Arc::new(RedisStore::over_tcp(&url.clone().into(), "").unwrap()) };
    holds_between_processes(&[("REDIS_URL", &url)], open).await;
}
