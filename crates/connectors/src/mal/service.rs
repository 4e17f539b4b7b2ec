//! How `MyAnimeList` is asked: how fast, and what its statuses mean.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::MalSettings;
use crate::outbound::classify::{common, shortened};
use crate::outbound::{Answer, Fault, Lane, Pace, or_none};
use anilist_trakt_sync_core::domain::Service;

/// All requests to the API.
pub const LANE: Lane = Lane::new("my_anime_list", Service::MYANIMELIST, judge);

/// The requests of the sign-in, which are few and go to another host. Only a body that OAuth knows calls a token dead.
pub(super) const SIGN_IN: Lane =
    Lane::new("my_anime_list_sign_in", Service::MYANIMELIST, |answer, now| match answer.status() {
        401 => Some(Fault::Blocked),
        _ => judge(answer, now),
    });

/// How fast `MyAnimeList` is asked. It counts by address, so everybody shares one pace.
pub fn paces(settings: &MalSettings) -> Vec<(Lane, Pace)> {
    vec![(LANE, Pace::Window(settings.rate_per_minute, Duration::from_mins(1)))]
}

/// What the API says of a request that it does not answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    #[serde(default, deserialize_with = "or_none")]
    error: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    message: Option<String>,
}

impl Said {
    pub(super) fn of(answer: &Answer) -> Self {
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }

    /// Whether this is the error's name.
    pub(super) fn is(&self, error: &str) -> bool {
        self.error.as_deref() == Some(error)
    }

    /// Why, in the service's own words.
    pub(super) fn words(self) -> String {
        let message = self.message.filter(|text| !text.is_empty());
        shortened(&message.or(self.error).unwrap_or_else(|| "without a reason".to_owned()))
    }
}

/// A page is the edge speaking, which blocks addresses and names of programs at times: nothing is known of the token
/// or of the entry then.
fn judge(answer: &Answer, now: Timestamp) -> Option<Fault> {
    match answer.status() {
        _ if answer.is_success() => None,
        408 | 429 | 500.. => Some(common(answer, now)),
        _ if answer.is_html() => Some(Fault::Blocked),
        401 => Some(Fault::SignedOut),
        403 => Some(Fault::Blocked),
        404 if Said::of(answer).is("not_found") => Some(Fault::NotFound),
        status => Some(Fault::Refused { status, message: Said::of(answer).words() }),
    }
}
