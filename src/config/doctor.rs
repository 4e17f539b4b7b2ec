//! Looking for what is likeliest to be wrong with a set-up, each with the next step.

use jiff::SignedDuration;
use serde::Serialize;

use crate::clock::age;
use crate::config::Config;
use crate::domain::{MediaType, ServiceKind};
use crate::hub::connections::{self, Connection, State};
use crate::hub::person::Person;
use crate::outbound::{Fault, ProviderError};
use crate::store::keys;

/// Trakt's and AniList's tokens, and dates of plays, rest on the time.
const CLOCK_MAY_DIFFER: SignedDuration = SignedDuration::from_mins(5);
/// Runs look once a day.
const OLD_FILE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Any show that TMDB has.
const SOME_SHOW: u32 = 1429;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// All is well.
    Good,
    /// Worth knowing.
    Note,
    /// Something will not work.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// How bad it is.
    pub weight: Weight,
    /// One sentence.
    pub message: String,
    /// The next step, where there is one.
    pub hint: Option<String>,
}

impl Finding {
    fn good(what: &'static str, message: impl Into<String>) -> Self {
        Self { what, weight: Weight::Good, message: message.into(), hint: None }
    }

    fn note(what: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let hint = Some(hint.into());
        Self { what, weight: Weight::Note, message: message.into(), hint }
    }

    fn wrong(what: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { weight: Weight::Wrong, ..Self::note(what, message, hint) }
    }
}

/// Looks at everything. AniList, Trakt and TMDB are asked for one thing each.
pub async fn examine(person: &Person, config: &Config) -> Vec<Finding> {
    let mut findings = spelling();
    findings.extend(access(config));
    findings.extend(settings(person));
    let store = store(person).await;
    let is_up = store.weight == Weight::Good;
    findings.push(store);
    match connections::connections(person.clients()).await {
        Ok(all) => findings.extend(all.into_iter().filter_map(connection)),
        Err(error) => findings.push(Finding::wrong("trakt", error.sentence(), error.hint())),
    }
    findings.extend(tmdb(person).await);
    findings.extend(clock(person));
    if is_up {
        findings.extend(files(person).await);
        findings.extend(schedule(person).await);
    }
    findings
}

fn spelling() -> Vec<Finding> {
    let told = |(name, near): (String, Option<&str>)| {
        let message = format!(".env sets a name that this program does not read: {name}");
        match near {
            Some(near) => Finding::wrong("configuration", message, format!("write {near}")),
            None => Finding::note("configuration", message, "see .env.example for the names"),
        }
    };
    Config::unknown_names().into_iter().map(told).collect()
}

fn access(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.web.access.app_token.is_none() && !config.web.listen.ip().is_loopback() {
        let message = format!("anybody who reaches {} may do everything", config.web.listen);
        let hint = "set APP_TOKEN, unless something in front keeps strangers out";
        findings.push(Finding::note("access", message, hint));
    }
    if !config.vault.seals() {
        let hint = "set ENCRYPTION_KEY to the output of `openssl rand -hex 32`";
        findings.push(Finding::note("access", "tokens are stored as they are", hint));
    }
    findings
}

/// What the person set, and can be used no more.
fn settings(person: &Person) -> Option<Finding> {
    let error = person.set.must_be_whole().err()?;
    Some(Finding::wrong("settings", error.sentence(), error.hint()))
}

async fn store(person: &Person) -> Finding {
    match person.store.shared().ping().await {
        Ok(()) => Finding::good("store", "the store answers and can be written to"),
        Err(cause) => {
            let hint =
                "check DATA_DIR, REDIS_URL or KV_REST_API_URL, and that the disk is not full";
            Finding::wrong("store", cause.to_string(), hint)
        }
    }
}

/// An account that is not as it should be, or is. The hosts of files are looked at by their files.
fn connection(connection: Connection) -> Option<Finding> {
    let Connection { name, state, message, hint, .. } = connection;
    if name.kind() != ServiceKind::Account {
        return None;
    }
    let what = name.id();
    let hint = hint.unwrap_or("try again later");
    Some(match state {
        State::Ok | State::Untried => Finding::good(what, message),
        State::ExpiresSoon | State::RateLimited => Finding::note(what, message, hint),
        _ => Finding::wrong(what, message, hint),
    })
}

async fn tmdb(person: &Person) -> Option<Finding> {
    let answer = person.services.tmdb.as_ref()?.external_ids(MediaType::Show, SOME_SHOW).await;
    Some(match answer {
        Ok(_) => Finding::good("tmdb", "TMDB takes the key"),
        Err(ProviderError { fault: Fault::SignedOut, .. }) => Finding::wrong(
            "tmdb",
            "TMDB does not take the key",
            "check TMDB_API_KEY, or leave it out",
        ),
        Err(error) => Finding::note("tmdb", error.to_string(), "it is only asked for missing ids"),
    })
}

/// What the other services said of the time when they were asked just now.
fn clock(person: &Person) -> Option<Finding> {
    let ahead = person.services.outbound.clock_ahead()?;
    if ahead.abs() < CLOCK_MAY_DIFFER {
        return Some(Finding::good("clock", "this machine's clock is right"));
    }
    let (minutes, way) = (ahead.abs().as_mins(), if ahead.is_positive() { "fast" } else { "slow" });
    let message = format!("this machine's clock is {minutes} minutes {way}");
    Some(Finding::wrong("clock", message, "let it be set by the network (NTP)"))
}

async fn files(person: &Person) -> Vec<Finding> {
    let (mut findings, now) = (Vec::new(), person.services.clock.now());
    for name in ["anibridge", "otaku", "fribbs"] {
        let hint = format!("run `anilist-trakt-sync refresh {name}`");
        findings.push(match person.store.shared().dataset_info(name).await {
            Ok(Some(info)) if age(info.last_sync, now).is_none_or(|age| age > OLD_FILE) => {
                let message =
                    format!("the mapping file {name} was not fetched since {:.0}", info.last_sync);
                Finding::wrong("files", message, hint)
            }
            Ok(Some(info)) => Finding::good("files", format!("{name} has {} entries", info.count)),
            Ok(None) => {
                Finding::note("files", format!("the mapping file {name} was never fetched"), hint)
            }
            Err(cause) => Finding::wrong("files", cause.to_string(), hint),
        });
    }
    findings
}

/// Nothing syncs by itself unless somebody sees to it.
async fn schedule(person: &Person) -> Option<Finding> {
    if let Some(schedule) = &person.schedule {
        let next = schedule
            .after(person.services.clock.now())
            .map_or_else(String::new, |at| format!(", next at {at}"));
        return Some(Finding::good("schedule", format!("the service syncs by itself{next}")));
    }
    let stored = person.store.config(&[keys::LAST_RUN_AUTO]).await.ok()?;
    stored.into_iter().flatten().next().is_none().then(|| {
        let hint = "set SYNC_SCHEDULE, such as 17 */6 * * *, or let a scheduler call /api/cron";
        Finding::note("schedule", "nothing has ever synced by itself", hint)
    })
}
