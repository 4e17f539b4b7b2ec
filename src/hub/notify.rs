//! Telling a person, through a webhook, what they would want to know without looking: what was
//! posted, that a run failed, that a sign-in is about to end.

mod message;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use self::message::{Message, News, Titles};
use crate::clock::{Clock, age};
use crate::domain::{Role, RunRow, RunState, Service};
use crate::hub::accounts::{Accounts, ResetCode};
use crate::hub::connections::{SignIn, SignInState};
use crate::outbound::{Lane, Outbound, ProviderError, Reach, Request, Retry};
use crate::store::{AccountStore, StoreError, Write, keys};

/// How long the other end may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long somebody may wait until people were told.
const PATIENCE: Duration = Duration::from_secs(15);
/// The same failure is told again after so long.
const TELL_AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// AniList's tokens cannot be renewed, and a new one takes a person.
const ANILIST_WARNING: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A Trakt sign-in that nothing renews.
const TRAKT_WARNING: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How the other end wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A Discord webhook (<https://discord.com/developers/docs/resources/webhook#execute-webhook>).
    Discord,
    /// A topic of ntfy, told by its headers (<https://docs.ntfy.sh/publish/>).
    Ntfy,
    /// All of it as one JSON object.
    Json,
}

impl Format {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Discord, Self::Ntfy, Self::Json];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Ntfy => "ntfy",
            Self::Json => "json",
        }
    }

    /// The one that an address takes, by the name of its host.
    pub fn of_host(host: &str) -> Self {
        let is_of = |name: &str| host == name || host.ends_with(&format!(".{name}"));
        if is_of("discord.com") || is_of("discordapp.com") {
            Self::Discord
        } else if is_of("ntfy.sh") || host.starts_with("ntfy.") {
            Self::Ntfy
        } else {
            Self::Json
        }
    }
}

/// Who set where news go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// Who starts the service.
    Operator,
    /// The person who is told.
    Person,
}

/// Where what people of this role set may lead: a member knows the service from outside alone.
pub fn reach_of(role: Role) -> Reach {
    match role {
        Role::Administrator => Reach::Anywhere,
        Role::Member => Reach::Internet,
    }
}

/// Where news go.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The address. Whoever has it can write there.
    pub url: SecretString,
    /// The form.
    pub format: Format,
    /// Who set it.
    pub set_by: SetBy,
}

/// What is told to one person just now. Clones are the same.
#[derive(Debug, Clone)]
pub struct Telling {
    turn: Arc<Mutex<()>>,
    tasks: TaskTracker,
}

impl Default for Telling {
    fn default() -> Self {
        let (turn, tasks) = (Arc::default(), TaskTracker::new());
        // It takes more all the same, and can be waited for.
        tasks.close();
        Self { turn, tasks }
    }
}

impl Telling {
    /// Waits until the person was told of the runs that have ended, but not for long.
    pub async fn settled(&self) {
        // What takes longer goes on, as far as the platform lets it.
        let _ = tokio::time::timeout(PATIENCE, self.tasks.wait()).await;
    }
}

/// What tells the news.
#[derive(Debug, Clone)]
pub struct Notifier {
    webhook: Webhook,
    outbound: Outbound,
    store: AccountStore,
    accounts: Arc<Accounts>,
    clock: Clock,
    trakt: Arc<SignIn>,
    anilist_ends: Option<Timestamp>,
    telling: Telling,
}

/// What was told already, so that nobody is told the same every few hours.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Told {
    failure: Option<(String, Timestamp)>,
    anilist_ends: Option<Timestamp>,
    trakt_ends: Option<Timestamp>,
}

impl Notifier {
    /// Tells by this webhook. `anilist_ends` is when AniList's token does.
    pub fn new(
        webhook: Webhook,
        (outbound, clock): (Outbound, Clock),
        (store, accounts): (AccountStore, Arc<Accounts>),
        trakt: Arc<SignIn>,
        anilist_ends: Option<Timestamp>,
        telling: Telling,
    ) -> Self {
        Self { webhook, outbound, store, accounts, clock, trakt, anilist_ends, telling }
    }

    /// Tells how a run ended, where that is news, and of sign-ins that end. What cannot be told is
    /// logged, and nothing else comes of it.
    pub fn run_ended(&self, row: RunRow) -> impl Future<Output = ()> + use<> {
        let this = self.clone();
        self.telling.tasks.track_future(async move {
            if let Err(cause) = this.tell(&row).await {
                tracing::warn!("[Webhook] Nobody could be told of run {}: {cause}", row.id);
            }
        })
    }

    /// Tells the person the code to set a new password by.
    pub async fn send_code(&self, made: &ResetCode) -> Result<(), ProviderError> {
        let news = News::Code {
            username: made.account.username.clone(),
            code: made.code.expose_secret().to_owned(),
            expires_at: made.expires_at,
        };
        self.deliver(&news.message()).await
    }

    /// One run after the other, as each has to know what the one before has told.
    async fn tell(&self, row: &RunRow) -> Result<(), Trouble> {
        let _turn = self.telling.turn.lock().await;
        let before = self.told().await?;
        let mut told = Told { failure: None, ..before };
        for news in self.news(row, before.failure, &mut told).await? {
            self.send(&news.message()).await?;
        }
        self.remember(&told).await
    }

    async fn news(
        &self,
        row: &RunRow,
        before: Option<(String, Timestamp)>,
        told: &mut Told,
    ) -> Result<Vec<News>, Trouble> {
        let mut news = Vec::new();
        if row.state == RunState::Failed {
            let at = row.finished_at.unwrap_or_else(|| self.clock.now());
            news.extend(failure(row, before, at, told));
        } else if row.report.posted().is_some_and(|posted| posted > 0) {
            let groups = self.store.run_plays(row.id).await?;
            let plays = groups.iter().flat_map(|group| &group.plays);
            news.push(News::posted(row, Titles::of(plays)));
        }
        news.extend(self.endings(told).await);
        Ok(news)
    }

    /// Sign-ins that end before long, each told once.
    async fn endings(&self, told: &mut Told) -> Vec<News> {
        let trakt = match self.trakt.state().await {
            Ok(SignInState::SignedIn { expires_at, renews: false }) => expires_at,
            _ => None,
        };
        let now = self.clock.now();
        let is_near = |end: &Timestamp, warning| end.duration_since(now) < warning;
        let ends = [
            (Service::ANILIST, self.anilist_ends, ANILIST_WARNING, &mut told.anilist_ends),
            (Service::TRAKT, trakt, TRAKT_WARNING, &mut told.trakt_ends),
        ];
        let mut news = Vec::new();
        for (service, end, warning, told) in ends {
            let Some(end) = end.filter(|end| is_near(end, warning)) else { continue };
            if told.replace(end) != Some(end) {
                news.push(News::SignInEnds { service, ends_at: end });
            }
        }
        news
    }

    async fn told(&self) -> Result<Told, Trouble> {
        let stored = self.store.config(&[keys::NOTIFIED]).await?;
        let text = stored.into_iter().flatten().next();
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    async fn remember(&self, told: &Told) -> Result<(), Trouble> {
        let value = serde_json::to_string(told).ok();
        let write = Write::Config { key: keys::NOTIFIED, value };
        Ok(self.store.write(vec![write]).await?)
    }

    async fn send(&self, message: &Message) -> Result<(), Trouble> {
        Ok(self.deliver(message).await?)
    }

    async fn deliver(&self, message: &Message) -> Result<(), ProviderError> {
        let url = self.webhook.url.expose_secret();
        // Each person's is another host, which has nothing to do with those of others.
        let lane = Lane::of(Service::WEBHOOK).for_each_person();
        let request = match self.webhook.format {
            Format::Discord => Request::post(lane, url, &message.for_discord())?,
            Format::Json => Request::post(lane, url, &message.as_json())?,
            Format::Ntfy => Request::post_text(lane, url, message.text())?
                .header("title", message.title())
                .header("tags", message.tag()),
        };
        let request = request.on_behalf_of(self.store.account()).reaching(self.reach().await);
        // To be told twice is better than not at all.
        self.outbound.send(&request.retry(Retry::Safe).timeout(TIMEOUT)).await?;
        Ok(())
    }

    /// Where the webhook may lead now. Where the store does not tell, as a member's.
    async fn reach(&self) -> Reach {
        if self.webhook.set_by == SetBy::Operator {
            return Reach::Anywhere;
        }
        let role = self.accounts.role_of(self.store.account()).await;
        reach_of(role.unwrap_or(Role::Member))
    }
}

/// A run that failed `at` is news, unless it failed for the same reason before, and not long ago.
fn failure(
    row: &RunRow,
    before: Option<(String, Timestamp)>,
    at: Timestamp,
    told: &mut Told,
) -> Option<News> {
    let code = row.report.failure().map(|failure| failure.code.clone()).unwrap_or_default();
    let known = before.filter(|(known, told)| {
        *known == code && age(*told, at).is_some_and(|age| age < TELL_AGAIN)
    });
    let is_news = known.is_none();
    told.failure = known.or(Some((code, at)));
    is_news.then(|| News::failed(row))
}

/// Why nobody was told.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Webhook(#[from] ProviderError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
