//! The only reader of the environment.
//!
//! Every mistake is found in one pass and reported together, each with the variable's name and
//! what to write instead. Values of secret variables never appear in a message.

mod access;
mod covers;
pub mod doctor;
mod dot_env;
mod keys;
mod lists;
mod mail;
mod oidc;
mod problems;
mod spelling;
mod store;
pub mod telemetry;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use crate::anilist::{AniListSettings, App};
use crate::clock::Clock;
use crate::config::telemetry::LogFormat;
use crate::hub::covers::CoverSettings;
use crate::hub::datasets::DatasetSettings;
use crate::hub::error::Result as HubResult;
use crate::hub::mail::MailSettings;
use crate::hub::oidc::OidcSettings;
use crate::hub::people::People;
use crate::hub::person::PersonSettings;
use crate::hub::schedule::ListSchedule;
use crate::hub::services::{Parts, Services};
use crate::hub::settings::{self, Field, Settings, Wrong, web_address};
use crate::kitsu::KitsuSettings;
use crate::mal::MalSettings;
use crate::mangadex::MangaDexSettings;
use crate::store::vault::Vault;
use crate::store::{Store, StoreSettings};
use crate::tmdb::TmdbSettings;
use crate::trakt::TraktSettings;
use crate::web::{Upstreams, WebSettings};

pub use self::dot_env::SetByFile;
pub use self::problems::{Problem, Problems};
pub use self::store::Unopened;

/// The imitated services do not mind being asked often.
const DEMO_LIMITS: [(&str, &str); 6] = [
    ("ANILIST_RATE_PER_MIN", "6000"),
    ("TRAKT_GETS_PER_5MIN", "60000"),
    ("TRAKT_WRITE_INTERVAL_MS", "100"),
    ("MANGADEX_RATE_PER_SEC", "1000"),
    ("MAL_RATE_PER_MIN", "6000"),
    ("KITSU_RATE_PER_MIN", "6000"),
];

/// Everything that can be set from outside.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens, and who may ask for what.
    pub web: WebSettings,
    /// Where state is kept.
    pub store: StoreSettings,
    /// What is a person's own.
    pub person: PersonSettings,
    /// What AniList needs.
    pub anilist: AniListSettings,
    /// What Trakt needs.
    pub trakt: TraktSettings,
    /// What TMDB needs.
    pub tmdb: TmdbSettings,
    /// What `MyAnimeList` needs.
    pub mal: MalSettings,
    /// What Kitsu needs.
    pub kitsu: KitsuSettings,
    /// What MangaDex needs.
    pub mangadex: MangaDexSettings,
    /// Addresses of the mapping files.
    pub datasets: DatasetSettings,
    /// What covers take.
    pub covers: CoverSettings,
    /// When lists are synced by themselves.
    pub auto: ListSchedule,
    /// `ENCRYPTION_KEY`: seals stored secrets.
    pub vault: Vault,
    /// `JWT_SECRET`: signs sign-ins. At least 32 characters.
    pub jwt_secret: Option<SecretString>,
    /// `SMTP_URL` and `MAIL_FROM`: where mail goes out.
    pub mail: Option<MailSettings>,
    /// `OIDC_ISSUER`, `OIDC_CLIENT_ID` and `OIDC_CLIENT_SECRET`: an identity provider.
    pub oidc: Option<OidcSettings>,
    /// `LOG_FORMAT`: `pretty` (default) or `json`.
    pub log_format: LogFormat,
    /// `RUST_LOG`: a tracing filter. By default what this program says, and warnings of others.
    pub log_filter: String,
    /// The addresses that are from `.env`, which is told at start.
    pub set_by_file: Vec<SetByFile>,
}

impl Config {
    /// Reads the environment, and `.env` in the working directory for what it does not set.
    pub fn load() -> Result<Self, Problems> {
        let (file, environment) = (dot_env::read()?, environment());
        let set_by_file = dot_env::addresses(&file, &environment);
        let mut values = file;
        values.extend(environment);
        Ok(Self { set_by_file, ..Self::from_values(&values)? })
    }

    /// The names in `.env` that this program does not know, each with the one that was perhaps
    /// meant.
    pub fn unknown_names() -> Vec<(String, Option<&'static str>)> {
        let names = dot_env::read().map(|values| values.into_keys().collect()).unwrap_or_default();
        spelling::unknown(names)
    }

    /// A configuration for the built-in demonstration: the imitated services instead of the real
    /// ones, a throw-away folder, and of the environment only where to listen and what to log.
    pub fn for_demo(
        services: impl IntoIterator<Item = (&'static str, String)>,
        data_dir: &std::path::Path,
    ) -> Result<Self, Problems> {
        let kept = [
            "HOST",
            "PORT",
            "AUTH",
            "REGISTRATION",
            "APP_TOKEN",
            "CRON_SECRET",
            "ALLOW_UNAUTHENTICATED",
            "TRUSTED_PROXIES",
            "ALLOWED_HOSTS",
            "TIMEZONE",
            "LOG_FORMAT",
            "RUST_LOG",
        ];
        let mut values = environment();
        values.retain(|name, _| kept.contains(&name.as_str()));
        // There is an account to look at, and nobody has to sign in unless it is said.
        let auth = if values.contains_key("APP_TOKEN") { "token" } else { "off" };
        for (name, value) in [("AUTH", auth), ("REGISTRATION", "open")] {
            values.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        values.extend(services.into_iter().map(|(name, value)| (name.to_owned(), value)));
        values.extend(DEMO_LIMITS.map(|(name, value)| (name.to_owned(), value.to_owned())));
        values.insert("DATA_DIR".to_owned(), data_dir.display().to_string());
        let mut config = Self::from_values(&values)?;
        config.covers.pictures.takes_drawn = true;
        config.web.upstreams = Upstreams::Imitated;
        Ok(config)
    }

    /// What everybody shares, with the clock and the store that it uses.
    pub fn services(&self, clock: Clock, store: Arc<dyn Store>) -> HubResult<Arc<Services>> {
        Services::new(Parts {
            clock,
            store,
            anilist: self.anilist.clone(),
            trakt: self.trakt.clone(),
            tmdb: self.tmdb.clone(),
            mal: self.mal.clone(),
            kitsu: self.kitsu.clone(),
            mangadex: self.mangadex.clone(),
            datasets: self.datasets.clone(),
            covers: self.covers.clone(),
            auto: self.auto.clone(),
            vault: self.vault.clone(),
            jwt_secret: self.jwt_secret.clone(),
            mail: self.mail.clone(),
            oidc: self.oidc.clone(),
        })
    }

    /// Everybody whom this process works for.
    pub fn people(&self, clock: Clock, store: Arc<dyn Store>) -> HubResult<Arc<People>> {
        Ok(People::new(self.services(clock, store)?, self.person.clone()))
    }

    /// Reads the configuration from given variables. An empty value counts as not set.
    pub fn from_values(values: &HashMap<String, String>) -> Result<Self, Problems> {
        let mut reader = Reader { values, problems: Vec::new() };
        let config = reader.config();
        if reader.problems.is_empty() { Ok(config) } else { Err(Problems(reader.problems)) }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place that may")]
fn environment() -> HashMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Takes values out one by one and remembers what was wrong with them.
struct Reader<'a> {
    values: &'a HashMap<String, String>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn config(&mut self) -> Config {
        let (web, store) = (self.web(), self.store());
        Config {
            web,
            person: self.person(&store),
            covers: self.covers(&store),
            auto: self.auto(),
            store,
            anilist: self.anilist(),
            trakt: self.trakt(),
            tmdb: TmdbSettings {
                url: self.url("TMDB_API_URL", "https://api.themoviedb.org/3"),
                key: self.secret("TMDB_API_KEY"),
            },
            mal: self.mal(),
            kitsu: KitsuSettings {
                url: self.url("KITSU_URL", "https://kitsu.app"),
                rate_per_minute: self.number("KITSU_RATE_PER_MIN", 60, 1..=1_000_000),
            },
            mangadex: self.mangadex(),
            datasets: DatasetSettings {
                otaku: self.url("OTAKU_DB_URL", "https://github.com/Goldenfreddy0703/Otaku-Mappings/raw/refs/heads/main/anime_mappings.db"),
                fribbs: self.url("FRIBBS_LIST_URL", "https://raw.githubusercontent.com/Fribb/anime-lists/master/anime-list-full.json"),
                anibridge: self.url(
                    "ANIBRIDGE_MAPPINGS_URL",
                    "https://github.com/anibridge/anibridge-mappings/releases/download/v3/mappings.json.zst",
                ),
            },
            vault: self.vault(),
            jwt_secret: self.jwt_secret(),
            mail: self.mail(),
            oidc: self.oidc(),
            log_format: self.log_format(),
            log_filter: self.log_filter(),
            set_by_file: Vec::new(),
        }
    }

    fn person(&mut self, store: &StoreSettings) -> PersonSettings {
        PersonSettings {
            environment: self.settings(),
            trakt_access_token: self.secret("TRAKT_ACCESS_TOKEN"),
            trakt_refresh_token: self.secret("TRAKT_REFRESH_TOKEN"),
            backups: match store {
                StoreSettings::Sqlite { data_dir } => Some(data_dir.join("backups")),
                StoreSettings::Redis { .. } | StoreSettings::Rest { .. } => None,
            },
        }
    }

    /// What a person could set as well.
    fn settings(&mut self) -> Settings {
        let mut settings = Settings::default();
        for field in Field::ALL.iter().copied() {
            let Some(variable) = field.variable() else { continue };
            let Some(text) = self.text(variable).map(str::to_owned) else { continue };
            if let Err(Wrong { what, hint }) = settings.set(field, &text) {
                let told = if field.is_secret() { String::new() } else { format!(": {text}") };
                self.report(variable, format!("{what}{told}"), hint);
            }
        }
        settings
    }

    fn anilist(&mut self) -> AniListSettings {
        AniListSettings {
            url: self.url("ANILIST_API_URL", "https://graphql.anilist.co"),
            auth_url: self.url("ANILIST_AUTH_URL", "https://anilist.co"),
            app: self.anilist_app(),
            rate_per_minute: self.number("ANILIST_RATE_PER_MIN", 25, 1..=1_000_000),
        }
    }

    fn mangadex(&mut self) -> MangaDexSettings {
        MangaDexSettings {
            url: self.url("MANGADEX_API_URL", "https://api.mangadex.org"),
            uploads_url: self.url("MANGADEX_UPLOADS_URL", "https://uploads.mangadex.org"),
            rate_per_second: self.number("MANGADEX_RATE_PER_SEC", 3, 1..=10_000),
        }
    }

    fn mal(&mut self) -> MalSettings {
        MalSettings {
            url: self.url("MAL_API_URL", "https://api.myanimelist.net/v2"),
            auth_url: self.url("MAL_AUTH_URL", "https://myanimelist.net"),
            app: self.mal_app(),
            rate_per_minute: self.number("MAL_RATE_PER_MIN", 60, 1..=1_000_000),
            user_agent: None,
        }
    }

    /// `MyAnimeList` gives a secret only to apps of the type web.
    fn mal_app(&mut self) -> Option<App> {
        let id = self.text("MAL_CLIENT_ID").map(str::to_owned);
        let secret = self.secret("MAL_CLIENT_SECRET");
        if id.is_none() && secret.is_some() {
            let message = "is missing, and the secret of the app is set".to_owned();
            let hint = "copy it from https://myanimelist.net/apiconfig, or leave both out";
            self.report("MAL_CLIENT_ID", message, hint);
        }
        id.map(|id| App { id, secret })
    }

    /// AniList gives every app a secret, and takes no code without it.
    fn anilist_app(&mut self) -> Option<App> {
        let id = self.text("ANILIST_CLIENT_ID").map(str::to_owned);
        let secret = self.secret("ANILIST_CLIENT_SECRET");
        let hint = "copy both from AniList, Settings, Developer; or leave both out";
        let missing = match (id, secret) {
            (Some(id), secret @ Some(_)) => return Some(App { id, secret }),
            (None, None) => return None,
            (Some(_), None) => "ANILIST_CLIENT_SECRET",
            (None, Some(_)) => "ANILIST_CLIENT_ID",
        };
        self.report(missing, "is missing, and the other half of the app is set".to_owned(), hint);
        None
    }

    fn trakt(&mut self) -> TraktSettings {
        TraktSettings {
            url: self.url("TRAKT_API_URL", "https://api.trakt.tv"),
            auth_url: self.url("TRAKT_AUTH_URL", "https://auth.trakt.tv"),
            client_id: self.text("TRAKT_CLIENT_ID").map(str::to_owned),
            client_secret: self.secret("TRAKT_CLIENT_SECRET"),
            gets_per_5_minutes: self.number("TRAKT_GETS_PER_5MIN", 500, 1..=10_000_000),
            write_interval: Duration::from_millis(self.number(
                "TRAKT_WRITE_INTERVAL_MS",
                1000,
                0..=600_000,
            )),
        }
    }

    fn text(&self, variable: &str) -> Option<&str> {
        self.values.get(variable).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn secret(&self, variable: &str) -> Option<SecretString> {
        self.text(variable).map(SecretString::from)
    }

    fn report(&mut self, variable: &'static str, message: String, hint: &'static str) {
        self.problems.push(Problem { variable, message, hint });
    }

    fn number<T>(
        &mut self,
        variable: &'static str,
        default: T,
        allowed: std::ops::RangeInclusive<T>,
    ) -> T
    where
        T: FromStr + PartialOrd + Copy + fmt::Display,
    {
        self.read(variable, |text| settings::number(text, allowed)).unwrap_or(default)
    }

    /// Off unless it is switched on.
    fn switch(&mut self, variable: &'static str) -> bool {
        self.read(variable, settings::switch).unwrap_or(false)
    }

    /// What a variable says, unless it is not set, or wrong, which is remembered.
    fn read<T>(
        &mut self,
        variable: &'static str,
        read: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let text = self.text(variable)?.to_owned();
        let wrong = match read(&text) {
            Ok(value) => return Some(value),
            Err(wrong) => wrong,
        };
        self.report(variable, format!("{}: {text}", wrong.what), wrong.hint);
        None
    }

    fn url(&mut self, variable: &'static str, default: &str) -> Url {
        let text = self.text(variable).unwrap_or(default).to_owned();
        web_address(&text).unwrap_or_else(|| {
            self.report(
                variable,
                format!("is not an http or https address: {text}"),
                "write a whole address, such as https://api.trakt.tv",
            );
            Self::placeholder_url()
        })
    }

    /// Stands in for an address that was reported as wrong; the configuration is then refused.
    fn placeholder_url() -> Url {
        #[expect(clippy::expect_used, reason = "a constant that parses")]
        Url::parse("http://invalid.invalid").expect("a constant address")
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text("LOG_FORMAT").unwrap_or("pretty") {
            "pretty" => LogFormat::Pretty,
            "json" => LogFormat::Json,
            other => {
                let message = format!("is neither pretty nor json: {other}");
                self.report("LOG_FORMAT", message, "write pretty or json");
                LogFormat::Pretty
            }
        }
    }

    fn log_filter(&mut self) -> String {
        let filter = self.text("RUST_LOG").unwrap_or("warn,anilist_trakt_sync=info").to_owned();
        if tracing_subscriber::EnvFilter::builder().parse(&filter).is_err() {
            self.report(
                "RUST_LOG",
                format!("is not a log filter: {filter}"),
                "write a level such as info, or anilist_trakt_sync=debug",
            );
        }
        filter
    }
}

#[cfg(test)]
mod tests;
