//! The values of settings, as people and programs write them: as text.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::tz::TimeZone;
use reqwest::Url;
use secrecy::SecretString;

use crate::hub::notify::Format;
use crate::hub::schedule::Schedule;

/// The longest address of a webhook and the longest token, in bytes.
const LONGEST_SECRET: usize = 4096;
/// The longest id of an app, in bytes.
const LONGEST_ID: usize = 200;
/// The longest name of an AniList account, in characters. AniList itself allows 20.
const LONGEST_NAME: usize = 60;

/// Why a value cannot be taken. It does not tell the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong, to be put after the name.
    pub what: String,
    /// What to write instead.
    pub hint: &'static str,
}

fn wrong<T>(what: impl Into<String>, hint: &'static str) -> Result<T, Wrong> {
    Err(Wrong { what: what.into(), hint })
}

/// In which language titles are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TitleLanguage {
    /// As it is spoken in Japan, in Latin letters.
    #[default]
    Romaji,
    /// In English.
    English,
    /// As it is written where it comes from.
    Native,
}

impl TitleLanguage {
    const ALL: [Self; 3] = [Self::Romaji, Self::English, Self::Native];

    /// Its name in the API and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Romaji => "romaji",
            Self::English => "english",
            Self::Native => "native",
        }
    }
}

/// An address that HTTP can be spoken with.
pub fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

pub(super) fn timezone(name: &str) -> Result<TimeZone, Wrong> {
    // Any other name is looked for among all zones of the machine.
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    match TimeZone::get(name) {
        Ok(zone) if zone.iana_name().is_some() => Ok(zone),
        _ => wrong("is not an IANA time zone", "write a name such as Europe/Berlin"),
    }
}

/// Whether something is switched on.
pub fn switch(text: &str) -> Result<bool, Wrong> {
    match text {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => wrong("is neither 1 nor 0", "write 1 to switch it on, or leave it out"),
    }
}

/// A whole number of a range.
pub fn number<T>(text: &str, allowed: RangeInclusive<T>) -> Result<T, Wrong>
where
    T: FromStr + PartialOrd + fmt::Display,
{
    match text.parse() {
        Ok(number) if allowed.contains(&number) => Ok(number),
        _ => {
            let (low, high) = (allowed.start(), allowed.end());
            let hint = "write digits only, or leave it out for the default";
            wrong(format!("is not a whole number from {low} to {high}"), hint)
        }
    }
}

pub(super) fn schedule(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if Schedule::parse(text, TimeZone::UTC).is_some() {
        return Ok(text.to_owned());
    }
    let hint = "write one such as 17 */6 * * *, which is every six hours in your time zone";
    wrong("is not a cron pattern of five fields", hint)
}

pub(super) fn webhook_url(text: &str) -> Result<SecretString, Wrong> {
    match web_address(text.trim()).filter(|_| text.len() <= LONGEST_SECRET) {
        Some(url) => Ok(String::from(url).into()),
        None => wrong(
            "is not an http or https address",
            "copy it from Discord, ntfy or your own program",
        ),
    }
}

pub(super) fn format(text: &str) -> Result<Format, Wrong> {
    let found = Format::ALL.into_iter().find(|format| format.name() == text);
    let what = "is none of discord, ntfy, json";
    found.map_or_else(|| wrong(what, "leave it out to follow the address"), Ok)
}

pub(super) fn title_language(text: &str) -> Result<TitleLanguage, Wrong> {
    let found = TitleLanguage::ALL.into_iter().find(|language| language.name() == text);
    let what = "is none of romaji, english, native";
    found.map_or_else(|| wrong(what, "leave it out for romaji"), Ok)
}

pub(super) fn username(text: &str) -> Result<String, Wrong> {
    let name = text.trim();
    let length = name.chars().count();
    if (1..=LONGEST_NAME).contains(&length) && !name.contains(char::is_control) {
        return Ok(name.to_owned());
    }
    wrong("is not a name at AniList", "copy it from the address of your profile there")
}

/// Of an app: AniList gives numbers, and `MyAnimeList` hexadecimal digits.
pub(super) fn client_id(text: &str) -> Result<String, Wrong> {
    let id = text.trim();
    let is_one_word = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic());
    if is_one_word && id.len() <= LONGEST_ID {
        return Ok(id.to_owned());
    }
    wrong("is not the id of an app", "copy it from where you made the app")
}

pub(super) fn token(text: &str) -> Result<SecretString, Wrong> {
    let token = text.trim();
    let is_one_word = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if is_one_word && token.len() <= LONGEST_SECRET {
        return Ok(token.into());
    }
    wrong("is not a token", "copy it whole, without the spaces around it")
}
