//! How TMDB is asked: how fast, and what its statuses mean.

use std::time::Duration;

use jiff::Timestamp;

use crate::outbound::classify::common;
use crate::outbound::{Answer, Fault, Lane, Pace};
use anilist_trakt_sync_core::domain::Service;

/// TMDB's own limit is about 40 requests a second; this is far below it.
const PER_10_SECONDS: u32 = 40;

/// All requests to TMDB.
pub const LANE: Lane = Lane::new("tmdb", Service::TMDB, judge);

/// How fast TMDB is asked.
pub fn paces() -> Vec<(Lane, Pace)> {
    vec![(LANE, Pace::Window(PER_10_SECONDS, Duration::from_secs(10)))]
}

fn judge(answer: &Answer, now: Timestamp) -> Option<Fault> {
    match answer.status() {
        _ if answer.is_success() => None,
        401 => Some(Fault::SignedOut),
        _ => Some(common(answer, now)),
    }
}
