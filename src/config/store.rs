//! Where state is kept.

use std::sync::Arc;

use reqwest::Url;
use secrecy::SecretString;

use super::{Config, Reader};
use crate::outbound::plain_client;
use crate::store::{self, Store, StoreError, StoreSettings};

impl Config {
    /// Opens the store. One in a file is made and brought up to date; one on a network is asked for
    /// nothing yet.
    pub fn open_store(&self) -> Result<Arc<dyn Store>, Unopened> {
        store::open(&self.store, plain_client).map_err(|cause| {
            let hint = match &self.store {
                _ if let StoreError::Unfit { hint, .. } = &cause => hint,
                StoreSettings::Sqlite { .. } => {
                    "set DATA_DIR to a folder that this user can write to"
                }
                StoreSettings::Redis { .. } => "check REDIS_URL",
                StoreSettings::Rest { .. } => "check KV_REST_API_URL and KV_REST_API_TOKEN",
            };
            Unopened { cause, hint }
        })
    }
}

/// Why the configured store cannot be opened, with the next step in a line of its own.
#[derive(Debug, thiserror::Error)]
#[error("{cause}\n  hint: {hint}")]
pub struct Unopened {
    cause: StoreError,
    hint: &'static str,
}

impl Reader<'_> {
    pub(super) fn store(&mut self) -> StoreSettings {
        let prefix = self.text("KV_PREFIX").unwrap_or_default().to_owned();
        let rest = self.rest();
        let tcp = self.either(["REDIS_URL", "KV_URL"]).and_then(|found| self.redis_url(found));
        match (rest, tcp) {
            (None, None) => {
                StoreSettings::Sqlite { data_dir: self.text("DATA_DIR").unwrap_or("./data").into() }
            }
            (None, Some(url)) => StoreSettings::Redis { url: String::from(url).into(), prefix },
            (Some((url, token)), tcp) => {
                if tcp.is_some_and(|tcp| tcp.host_str() != url.host_str()) {
                    self.report(
                        "REDIS_URL",
                        "names another server than KV_REST_API_URL".to_owned(),
                        "keep one of the two, so that it is clear where state is",
                    );
                }
                StoreSettings::Rest { url, token, prefix }
            }
        }
    }

    /// A REST address with its token; one without the other is a mistake.
    fn rest(&mut self) -> Option<(Url, SecretString)> {
        let url = self.either(["KV_REST_API_URL", "UPSTASH_REDIS_REST_URL"]);
        let token = self.either(["KV_REST_API_TOKEN", "UPSTASH_REDIS_REST_TOKEN"]);
        match (url, token) {
            (None, None) => None,
            (Some((variable, _)), Some((_, token))) => {
                Some((self.url(variable, ""), SecretString::from(token)))
            }
            (Some(_), None) => {
                let message = "is missing, and the REST address is set".to_owned();
                self.report("KV_REST_API_TOKEN", message, "copy it from the database's page");
                None
            }
            (None, Some(_)) => {
                let message = "is missing, and the REST token is set".to_owned();
                self.report("KV_REST_API_URL", message, "copy it from the database's page");
                None
            }
        }
    }

    /// The value of one of two names of the same setting.
    fn either(&mut self, names: [&'static str; 2]) -> Option<(&'static str, String)> {
        let set: Vec<_> =
            names.iter().filter_map(|name| Some((*name, self.text(name)?.to_owned()))).collect();
        if let [(_, first), (second_name, second)] = &set[..]
            && first != second
        {
            let message = format!("differs from {}, which is the same setting", names[0]);
            self.report(second_name, message, "keep one of the two");
        }
        set.into_iter().next()
    }

    /// Its value is not told when it is wrong: it may hold a password.
    fn redis_url(&mut self, (variable, text): (&'static str, String)) -> Option<Url> {
        let url = Url::parse(&text).ok().filter(|url| {
            matches!(url.scheme(), "redis" | "rediss")
                && url.host_str().is_some_and(|h| !h.is_empty())
        });
        if url.is_none() {
            self.report(
                variable,
                "is not the address of a Redis".to_owned(),
                "write redis:// or rediss://, such as rediss://default:password@example.org:6379",
            );
        }
        url
    }
}
