//! What a person can set: each by its name, from the environment, from the store, or left at its
//! default, in this order.

mod anilist;
mod document;
mod in_force;
mod values;

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::hub::error::Error;
use crate::hub::notify::Format;
use crate::store::vault::VaultError;

pub use self::anilist::SignedIn;
pub use self::in_force::{Change, InForce};
pub use self::values::{TitleLanguage, Wrong, number, switch, web_address};

/// The names of the settings, and the variables that set them from outside.
macro_rules! fields {
    ($($field:ident, $name:literal, $variable:expr;)*) => {
        /// A setting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field {
            $(
                #[doc = concat!("`", $name, "`.")]
                $field,
            )*
        }

        impl Field {
            /// All of them, in the order in which people are shown them.
            pub const ALL: &[Self] = &[$(Self::$field),*];

            /// Its name in the API, in the terminal and in the store.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$field => $name),*
                }
            }

            /// The variable of the environment that sets it, where there is one.
            pub fn variable(self) -> Option<&'static str> {
                match self {
                    $(Self::$field => $variable),*
                }
            }
        }
    };
}

fields! {
    AnilistToken, "anilistToken", Some("ANILIST_ACCESS_TOKEN");
    AnilistUsername, "anilistUsername", Some("ANILIST_USERNAME");
    AnilistClientId, "anilistClientId", None;
    AnilistClientSecret, "anilistClientSecret", None;
    MalClientId, "malClientId", None;
    MalClientSecret, "malClientSecret", None;
    Timezone, "timezone", Some("TIMEZONE");
    Rewatches, "rewatches", Some("SYNC_REWATCHES");
    Private, "private", Some("SYNC_PRIVATE");
    MaxPlaysPerRun, "maxPlaysPerRun", Some("MAX_PLAYS_PER_RUN");
    BatchSize, "batchSize", Some("TRAKT_BATCH_SIZE");
    Schedule, "schedule", Some("SYNC_SCHEDULE");
    WebhookUrl, "webhookUrl", Some("WEBHOOK_URL");
    WebhookFormat, "webhookFormat", Some("WEBHOOK_FORMAT");
    TitleLanguage, "titleLanguage", None;
}

impl Field {
    /// The setting of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// Whether its value is told to nobody.
    pub fn is_secret(self) -> bool {
        matches!(
            self,
            Self::AnilistToken
                | Self::AnilistClientSecret
                | Self::MalClientSecret
                | Self::WebhookUrl
        )
    }
}

/// What is set for a person; none where nothing is.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// A token of the list's owner at AniList. It wins over the name.
    pub anilist_token: Option<SecretString>,
    /// The owner's name at AniList, where the list is public.
    pub anilist_username: Option<String>,
    /// The app at AniList with which they sign in, in place of the service's own.
    pub anilist_client_id: Option<String>,
    /// Its secret.
    pub anilist_client_secret: Option<SecretString>,
    /// The app at `MyAnimeList` with which they sign in, in place of the service's own.
    pub mal_client_id: Option<String>,
    /// Its secret, where it has one.
    pub mal_client_secret: Option<SecretString>,
    /// As whom they signed in to AniList here, now or the last time.
    pub anilist: Option<SignedIn>,
    /// The zone of dates that have no time, and of the schedule.
    pub timezone: Option<TimeZone>,
    /// Whether what was watched again is posted too.
    pub rewatches: Option<bool>,
    /// Whether what is private on AniList is posted.
    pub private: Option<bool>,
    /// Plays that a run posts at most, 1 to 10,000,000.
    pub max_plays_per_run: Option<usize>,
    /// Plays in one request to Trakt, 1 to 1000.
    pub batch_size: Option<usize>,
    /// When to sync by itself: a cron pattern of five fields.
    pub schedule: Option<String>,
    /// Where a person is told what happened. Whoever has the address can write there.
    pub webhook_url: Option<SecretString>,
    /// In which form; by the address, where it is not set.
    pub webhook_format: Option<Format>,
    /// In which language titles are shown.
    pub title_language: Option<TitleLanguage>,
    /// Why the saved token cannot be read, where there is one that cannot.
    unopened: Option<VaultError>,
}

impl Settings {
    /// Sets one to what a text says.
    pub fn set(&mut self, field: Field, text: &str) -> Result<(), Wrong> {
        match field {
            Field::AnilistToken => self.anilist_token = Some(values::token(text)?),
            Field::AnilistUsername => self.anilist_username = Some(values::username(text)?),
            Field::AnilistClientId => self.anilist_client_id = Some(values::client_id(text)?),
            Field::AnilistClientSecret => self.anilist_client_secret = Some(values::token(text)?),
            Field::MalClientId => self.mal_client_id = Some(values::client_id(text)?),
            Field::MalClientSecret => self.mal_client_secret = Some(values::token(text)?),
            Field::Timezone => self.timezone = Some(values::timezone(text)?),
            Field::Rewatches => self.rewatches = Some(switch(text)?),
            Field::Private => self.private = Some(switch(text)?),
            Field::MaxPlaysPerRun => {
                self.max_plays_per_run = Some(number(text, 1..=10_000_000)?);
            }
            Field::BatchSize => self.batch_size = Some(number(text, 1..=1000)?),
            Field::Schedule => self.schedule = Some(values::schedule(text)?),
            Field::WebhookUrl => self.webhook_url = Some(values::webhook_url(text)?),
            Field::WebhookFormat => self.webhook_format = Some(values::format(text)?),
            Field::TitleLanguage => self.title_language = Some(values::title_language(text)?),
        }
        Ok(())
    }

    /// What one is set to, as it is written down; secrets as they are.
    fn get(&self, field: Field) -> Option<Value> {
        let secret = |secret: &SecretString| Value::from(secret.expose_secret());
        match field {
            Field::AnilistToken => self.anilist_token.as_ref().map(secret),
            Field::AnilistUsername => self.anilist_username.as_deref().map(Value::from),
            Field::AnilistClientId => self.anilist_client_id.as_deref().map(Value::from),
            Field::AnilistClientSecret => self.anilist_client_secret.as_ref().map(secret),
            Field::MalClientId => self.mal_client_id.as_deref().map(Value::from),
            Field::MalClientSecret => self.mal_client_secret.as_ref().map(secret),
            Field::Timezone => {
                self.timezone.as_ref().and_then(TimeZone::iana_name).map(Value::from)
            }
            Field::Rewatches => self.rewatches.map(Value::from),
            Field::Private => self.private.map(Value::from),
            Field::MaxPlaysPerRun => self.max_plays_per_run.map(Value::from),
            Field::BatchSize => self.batch_size.map(Value::from),
            Field::Schedule => self.schedule.as_deref().map(Value::from),
            Field::WebhookUrl => self.webhook_url.as_ref().map(secret),
            Field::WebhookFormat => self.webhook_format.map(|format| Value::from(format.name())),
            Field::TitleLanguage => self.title_language.map(|one| Value::from(one.name())),
        }
    }

    /// Whether one is set.
    pub fn has(&self, field: Field) -> bool {
        self.get(field).is_some()
    }

    /// Fails where something that a run rests on is set, and cannot be read.
    pub fn must_be_whole(&self) -> Result<(), Error> {
        self.unopened.as_ref().map_or(Ok(()), |cause| Err(document::unread(cause)))
    }

    /// Whether there is a token, though it may be one that cannot be read.
    pub fn has_token(&self) -> bool {
        self.anilist_token.is_some() || self.unopened.is_some()
    }

    /// The host of the webhook's address. The rest of it is secret.
    pub fn webhook_host(&self) -> Option<String> {
        let url = web_address(self.webhook_url.as_ref()?.expose_secret())?;
        url.host_str().map(str::to_owned)
    }

    /// The form in which a webhook is told: the one that is set, or the one of its address.
    pub fn webhook_form(&self) -> Option<Format> {
        self.webhook_format.or_else(|| self.webhook_host().map(|host| Format::of_host(&host)))
    }

    /// What is set here, and of the rest what is set there.
    fn or(self, other: Self) -> Self {
        Self {
            anilist_token: self.anilist_token.or(other.anilist_token),
            anilist_username: self.anilist_username.or(other.anilist_username),
            anilist_client_id: self.anilist_client_id.or(other.anilist_client_id),
            anilist_client_secret: self.anilist_client_secret.or(other.anilist_client_secret),
            mal_client_id: self.mal_client_id.or(other.mal_client_id),
            mal_client_secret: self.mal_client_secret.or(other.mal_client_secret),
            anilist: self.anilist.or(other.anilist),
            timezone: self.timezone.or(other.timezone),
            rewatches: self.rewatches.or(other.rewatches),
            private: self.private.or(other.private),
            max_plays_per_run: self.max_plays_per_run.or(other.max_plays_per_run),
            batch_size: self.batch_size.or(other.batch_size),
            schedule: self.schedule.or(other.schedule),
            webhook_url: self.webhook_url.or(other.webhook_url),
            webhook_format: self.webhook_format.or(other.webhook_format),
            title_language: self.title_language.or(other.title_language),
            unopened: self.unopened.or(other.unopened),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAKEN: [(Field, &str, &str); 15] = [
        (Field::AnilistToken, "hush.hush", "\"hush.hush\""),
        (Field::AnilistUsername, " Somebody ", "\"Somebody\""),
        (Field::AnilistClientId, " 1234 ", "\"1234\""),
        (Field::AnilistClientSecret, "hush", "\"hush\""),
        (Field::MalClientId, "0123abcd", "\"0123abcd\""),
        (Field::MalClientSecret, "hush", "\"hush\""),
        (Field::Timezone, "europe/berlin", "\"Europe/Berlin\""),
        (Field::Rewatches, "1", "true"),
        (Field::Private, "false", "false"),
        (Field::MaxPlaysPerRun, "10000000", "10000000"),
        (Field::BatchSize, "1000", "1000"),
        (Field::Schedule, "17 */6 * * *", "\"17 */6 * * *\""),
        (Field::WebhookUrl, "https://ntfy.sh/hush", "\"https://ntfy.sh/hush\""),
        (Field::WebhookFormat, "ntfy", "\"ntfy\""),
        (Field::TitleLanguage, "native", "\"native\""),
    ];

    #[test]
    fn every_setting_is_read_from_text_and_written_in_one_form_only() {
        for (field, text, written) in TAKEN {
            let mut settings = Settings::default();
            assert!(!settings.has(field), "{field:?}");
            settings.set(field, text).unwrap();
            let all = Field::ALL.iter().filter(|field| settings.has(**field));
            assert_eq!(all.count(), 1, "{field:?} sets nothing else");
            assert_eq!(settings.get(field).unwrap().to_string(), written);
            assert_eq!(Field::named(field.name()), Some(field));
            assert!(!format!("{settings:?}").contains("hush"), "{settings:?}");
        }
        assert_eq!(Field::ALL.len(), TAKEN.len());
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        for (field, text) in [
            (Field::AnilistToken, ""),
            (Field::AnilistToken, "two words"),
            (Field::AnilistUsername, " "),
            (Field::AnilistUsername, "a\u{1b}[31m"),
            (Field::AnilistClientId, ""),
            (Field::AnilistClientId, "an id"),
            (Field::AnilistClientSecret, "two words"),
            (Field::Timezone, "Mars/Olympus"),
            (Field::Timezone, ""),
            (Field::Rewatches, "yes"),
            (Field::MaxPlaysPerRun, "0"),
            (Field::MaxPlaysPerRun, "10000001"),
            (Field::BatchSize, "1001"),
            (Field::BatchSize, "1.5"),
            (Field::Schedule, "* * * * * *"),
            (Field::Schedule, "0 0 30 2 *"),
            (Field::WebhookUrl, "ftp://example.org"),
            (Field::WebhookUrl, "discord.com/hook"),
            (Field::WebhookFormat, "xml"),
            (Field::TitleLanguage, "klingon"),
        ] {
            assert!(Settings::default().set(field, text).is_err(), "{field:?} {text}");
        }
    }

    #[test]
    fn what_is_set_before_wins_each_by_itself() {
        let of = |pairs: &[(Field, &str)]| {
            let mut settings = Settings::default();
            for (field, text) in pairs {
                settings.set(*field, text).unwrap();
            }
            settings
        };
        let before = of(&[(Field::BatchSize, "7"), (Field::Rewatches, "0")]);
        let both = before.or(of(&[(Field::BatchSize, "9"), (Field::Private, "1")]));
        let set = (both.batch_size, both.rewatches, both.private, both.schedule);
        assert_eq!(set, (Some(7), Some(false), Some(true), None));
    }
}
