//! Which store is opened.

use std::path::PathBuf;

use reqwest::Url;
use secrecy::SecretString;

/// Where state is kept. A REST address wins over a TCP address of the same host.
#[derive(Debug, Clone)]
pub enum StoreSettings {
    /// In a file on this machine.
    Sqlite {
        /// `DATA_DIR`: its folder. Default `./data`.
        data_dir: PathBuf,
    },
    /// In a Redis, over its own protocol.
    Redis {
        /// `REDIS_URL` or `KV_URL`: `redis://` or `rediss://`; it may hold a password.
        url: SecretString,
        /// `KV_PREFIX`: put before every key.
        prefix: String,
    },
    /// In a Redis, over Upstash's REST protocol.
    Rest {
        /// `KV_REST_API_URL` or `UPSTASH_REDIS_REST_URL`.
        url: Url,
        /// `KV_REST_API_TOKEN` or `UPSTASH_REDIS_REST_TOKEN`.
        token: SecretString,
        /// `KV_PREFIX`: put before every key.
        prefix: String,
    },
}
