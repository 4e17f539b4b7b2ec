//! What a person can set, what it is set to, and what holds it there.

use serde::Serialize;
use utoipa::ToSchema;

use crate::hub::notify;
use crate::hub::person::{Person, SyncSettings};
use crate::hub::settings::{self, Field};

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Setting<T> {
    /// What counts.
    value: T,
    /// What counts while nothing is set.
    default: T,
    /// The variable of the environment that sets it; then it cannot be changed here.
    locked_by: Option<&'static str>,
}

/// A secret setting. Its value is never told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct SecretSetting {
    /// Whether there is one.
    is_set: bool,
    /// Of an address: its host.
    host: Option<String>,
    /// The variable of the environment that sets it; then it cannot be changed here.
    locked_by: Option<&'static str>,
}

words! {
    /// In which language titles are shown.
    TitleLanguage of settings::TitleLanguage, "lowercase" { Romaji, English, Native }
    /// In which form a webhook is told.
    WebhookFormat of notify::Format, "lowercase" { Discord, Ntfy, Json }
}

/// All settings of the person who asks, each under the name that a change of it takes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Settings {
    /// A token of the list's owner at AniList. It wins over the name.
    anilist_token: SecretSetting,
    /// The owner's name at AniList, where the list is public.
    anilist_username: Setting<Option<String>>,
    /// The id of the app with which they sign in to AniList, in place of the service's own.
    anilist_client_id: Setting<Option<String>>,
    /// Its secret.
    anilist_client_secret: SecretSetting,
    /// The id of the app with which they sign in to `MyAnimeList`, in place of the service's own.
    mal_client_id: Setting<Option<String>>,
    /// Its secret, where it has one.
    mal_client_secret: SecretSetting,
    /// The IANA name of the zone of completion dates that have no time, and of the schedule.
    timezone: Setting<String>,
    /// Whether what was watched again is posted too.
    rewatches: Setting<bool>,
    /// Whether what is private on AniList is posted.
    private: Setting<bool>,
    /// Plays that a run posts at most; the next one goes on.
    max_plays_per_run: Setting<usize>,
    /// Plays in one request to Trakt.
    batch_size: Setting<usize>,
    /// When to sync by itself: a cron pattern of five fields; null is never.
    schedule: Setting<Option<String>>,
    /// Where the person is told what was posted, what failed, which sign-in ends.
    webhook_url: SecretSetting,
    /// In which form; by default the one of the address. Null where there is none.
    webhook_format: Setting<Option<WebhookFormat>>,
    /// In which language titles are shown.
    title_language: Setting<TitleLanguage>,
}

impl From<&Person> for Settings {
    fn from(person: &Person) -> Self {
        let (set, sync) = (&*person.set, &person.settings);
        let defaults = SyncSettings::of(&settings::Settings::default(), None);
        let locks = Locks(person);
        let of_address = set.webhook_host().as_deref().map(notify::Format::of_host);
        Self {
            anilist_token: locks.secret(Field::AnilistToken, set.has_token(), None),
            anilist_username: locks
                .open(Field::AnilistUsername, (set.anilist_username.clone(), None)),
            anilist_client_id: locks
                .open(Field::AnilistClientId, (set.anilist_client_id.clone(), None)),
            anilist_client_secret: locks.secret(
                Field::AnilistClientSecret,
                set.anilist_client_secret.is_some(),
                None,
            ),
            mal_client_id: locks.open(Field::MalClientId, (set.mal_client_id.clone(), None)),
            mal_client_secret: locks.secret(
                Field::MalClientSecret,
                set.mal_client_secret.is_some(),
                None,
            ),
            timezone: locks.open(Field::Timezone, (zone(sync), zone(&defaults))),
            rewatches: locks.open(Field::Rewatches, (sync.rewatches, defaults.rewatches)),
            private: locks.open(Field::Private, (sync.posts_private, defaults.posts_private)),
            max_plays_per_run: locks
                .open(Field::MaxPlaysPerRun, (sync.max_plays_per_run, defaults.max_plays_per_run)),
            batch_size: locks.open(Field::BatchSize, (sync.batch_size, defaults.batch_size)),
            schedule: locks.open(Field::Schedule, (set.schedule.clone(), None)),
            webhook_url: locks.secret(
                Field::WebhookUrl,
                set.webhook_url.is_some(),
                set.webhook_host(),
            ),
            webhook_format: locks.open(
                Field::WebhookFormat,
                (set.webhook_form().map(Into::into), of_address.map(Into::into)),
            ),
            title_language: locks.open(
                Field::TitleLanguage,
                (set.title_language.unwrap_or_default().into(), TitleLanguage::Romaji),
            ),
        }
    }
}

fn zone(settings: &SyncSettings) -> String {
    settings.timezone.iana_name().unwrap_or("UTC").to_owned()
}

/// Whose settings they are, which knows what the environment holds.
struct Locks<'a>(&'a Person);

impl Locks<'_> {
    fn open<T>(&self, field: Field, (value, default): (T, T)) -> Setting<T> {
        Setting { value, default, locked_by: self.0.in_force.locked_by(field) }
    }

    fn secret(&self, field: Field, is_set: bool, host: Option<String>) -> SecretSetting {
        SecretSetting { is_set, host, locked_by: self.0.in_force.locked_by(field) }
    }
}
