//! What can go wrong with an entry, apart from what can go wrong with any request.

use serde::Deserialize;

use crate::outbound::classify::shortened;
use crate::outbound::{Answer, CarriesFault, Fault, ProviderError, or_none};
use anilist_trakt_sync_core::domain::Service;

/// Why Kitsu did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KitsuError {
    /// It was not reached, or did not answer as it should.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// It understood, and does not take this of this title. The same is refused again until the value, the title or
    /// Kitsu's catalogue changes.
    #[error("Kitsu does not take the entry: {}", .0.words)]
    Refused(Refusal),
    /// The entry is not on the list any more.
    #[error("Kitsu has no such entry")]
    Gone,
    /// Kitsu does not show the entry, which says nothing: its filter keeps titles for adults from their own list.
    #[error("Kitsu hides titles for adults from this account, and may hide this one")]
    Hidden,
}

impl CarriesFault for KitsuError {
    fn fault(&self) -> Option<&Fault> {
        Self::fault(self)
    }
}

impl KitsuError {
    /// The fault, where it is one.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Provider(error) => Some(&error.fault),
            Self::Refused(_) | Self::Gone | Self::Hidden => None,
        }
    }
}

/// What Kitsu says about what it does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What that means.
    pub why: Why,
    /// Its own words, cut.
    pub words: String,
}

/// Why Kitsu does not take an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It knows fewer episodes or chapters than it was told of.
    KnowsFewer,
    /// It does not know how many there are, and does not believe so many.
    TooMany,
    /// It has no such title.
    NoSuchTitle,
    /// The title is on the list already.
    AlreadyListed,
    /// A value is out of its range, or something else.
    Value,
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<WireError>,
}

/// One error. Which of the two texts there is depends on who found it.
#[derive(Deserialize)]
struct WireError {
    #[serde(default, deserialize_with = "or_none")]
    title: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    detail: Option<String>,
}

impl Refusal {
    /// What an answer with status 404 or 422 to a write says.
    pub(super) fn of(answer: &Answer) -> Self {
        let words = words(answer.body());
        let why = if answer.status() == 404 { Why::NoSuchTitle } else { Why::of(&words) };
        Self { why, words }
    }
}

impl Why {
    /// From texts such as `progress - cannot exceed length of media`.
    fn of(words: &str) -> Self {
        let has = |text: &str| words.contains(text);
        match () {
            () if has("already been taken") => Self::AlreadyListed,
            () if has("cannot exceed length") => Self::KnowsFewer,
            () if has("unreasonably high") => Self::TooMany,
            () if has("must exist") => Self::NoSuchTitle,
            () => Self::Value,
        }
    }
}

/// What Kitsu says in an error, all of it in one text.
pub(super) fn words(body: &[u8]) -> String {
    let errors = serde_json::from_slice(body).map_or_else(|_| Vec::new(), |all: Errors| all.errors);
    let said = errors.into_iter().filter_map(|error| error.detail.or(error.title));
    let said: Vec<String> = said.collect();
    if said.is_empty() { "it does not say why".to_owned() } else { shortened(&said.join("; ")) }
}

/// An answer that is not what Kitsu's form is.
pub(super) fn unexpected(detail: impl Into<String>) -> ProviderError {
    Fault::UnexpectedBody { detail: detail.into() }.at(Service::KITSU)
}

/// A token that stands for nobody.
pub(super) fn signed_out() -> ProviderError {
    Fault::SignedOut.at(Service::KITSU)
}
