//! The file `.env` of the working directory.

use std::collections::HashMap;
use std::fmt;

use reqwest::Url;

use super::problems::{Problem, Problems};

/// The variables that say where secrets and plays go, or where the mapping files come from.
const ADDRESSES: [&str; 23] = [
    "ANILIST_API_URL",
    "ANILIST_AUTH_URL",
    "ANILIST_IMAGES_URL",
    "MAL_IMAGES_URL",
    "KITSU_IMAGES_URL",
    "MANGADEX_UPLOADS_URL",
    "TRAKT_API_URL",
    "TRAKT_AUTH_URL",
    "TMDB_API_URL",
    "MAL_API_URL",
    "MAL_AUTH_URL",
    "KITSU_URL",
    "MANGADEX_API_URL",
    "OTAKU_DB_URL",
    "FRIBBS_LIST_URL",
    "ANIBRIDGE_MAPPINGS_URL",
    "WEBHOOK_URL",
    "SMTP_URL",
    "OIDC_ISSUER",
    "KV_REST_API_URL",
    "UPSTASH_REDIS_REST_URL",
    "REDIS_URL",
    "KV_URL",
];

/// An address that `.env` sets. Whoever can write that file, in whatever folder the program is
/// started in, says with it where this person's tokens go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetByFile {
    /// The variable.
    pub variable: &'static str,
    /// The host that it names. The rest of the address may be secret.
    pub host: String,
}

impl fmt::Display for SetByFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the file .env of this folder, not the environment, sets {} to {}",
            self.variable, self.host
        )
    }
}

/// What the file sets, if there is one. Folders above the working directory are not looked at.
pub(super) fn read() -> Result<HashMap<String, String>, Problems> {
    match dotenvy::from_path_iter(".env") {
        Err(dotenvy::Error::Io(cause)) if cause.kind() == std::io::ErrorKind::NotFound => {
            Ok(HashMap::new())
        }
        Err(cause) => Err(unreadable(cause)),
        Ok(lines) => lines.collect::<Result<_, _>>().map_err(unreadable),
    }
}

fn unreadable(cause: dotenvy::Error) -> Problems {
    Problems(vec![Problem {
        variable: ".env",
        message: match cause {
            dotenvy::Error::LineParse(_, at) => {
                format!("a line is not NAME=value, near character {at}")
            }
            dotenvy::Error::Io(cause) => format!("the file cannot be read: {cause}"),
            _ => "the file cannot be read".to_owned(),
        },
        hint: "write one NAME=value a line, and quote values that have spaces",
    }])
}

/// The addresses that the file sets and the environment does not.
pub(super) fn addresses(
    file: &HashMap<String, String>,
    environment: &HashMap<String, String>,
) -> Vec<SetByFile> {
    let set = |variable: &'static str| {
        let value = file.get(variable).filter(|_| !environment.contains_key(variable))?.trim();
        let host = Url::parse(value).ok().and_then(|url| url.host_str().map(str::to_owned));
        (!value.is_empty()).then(|| SetByFile { variable, host: host.unwrap_or_default() })
    };
    ADDRESSES.into_iter().filter_map(set).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_address_of_the_file_that_is_used_is_known_by_its_host_and_nothing_else() {
        let file = values(&[
            ("TRAKT_AUTH_URL", "https://evil.example/hush"),
            ("REDIS_URL", "rediss://user:hush@redis.evil.example:6380/0"),
            ("ANILIST_API_URL", "http://127.0.0.1:9"),
            ("TMDB_API_URL", " "),
            ("TIMEZONE", "UTC"),
        ]);
        let environment = values(&[("ANILIST_API_URL", "https://graphql.anilist.co")]);
        let set = |variable, host: &str| SetByFile { variable, host: host.to_owned() };
        let expected =
            [set("TRAKT_AUTH_URL", "evil.example"), set("REDIS_URL", "redis.evil.example")];
        assert_eq!(addresses(&file, &environment), expected);
    }

    #[test]
    fn every_address_that_can_be_set_is_looked_at() {
        let example = include_str!("../../.env.example");
        let names = example.lines().filter_map(|line| line.strip_prefix('#')?.split_once('='));
        let addresses = names.map(|(name, _)| name).filter(|name| name.ends_with("_URL"));
        for name in addresses {
            assert!(ADDRESSES.contains(&name), "{name}");
        }
    }
}
