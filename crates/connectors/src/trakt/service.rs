//! How Trakt is asked: how fast, and what its statuses mean, which
//! <https://trakt.docs.apiary.io/#introduction/status-codes> lists.

use std::time::Duration;

use jiff::Timestamp;

use super::TraktSettings;
use crate::outbound::classify::common;
use crate::outbound::{Answer, Fault, Lane, Pace};
use anilist_trakt_sync_core::domain::Service;

/// What only reads.
pub const READ: Lane = Lane::new("trakt_read", Service::TRAKT, judge);

/// What changes a history. Trakt counts these for each person: one a second.
pub const WRITE: Lane = Lane::new("trakt_write", Service::TRAKT, judge).for_each_person();

/// What signs people in.
pub const SIGN_IN: Lane = Lane::new("trakt_auth", Service::TRAKT, judge);

/// How fast Trakt is asked.
pub fn paces(settings: &TraktSettings) -> Vec<(Lane, Pace)> {
    vec![
        (READ, Pace::Window(settings.gets_per_5_minutes, Duration::from_mins(5))),
        (WRITE, Pace::OneEach(settings.write_interval)),
        (SIGN_IN, Pace::OneEach(Duration::ZERO)),
    ]
}

fn judge(answer: &Answer, now: Timestamp) -> Option<Fault> {
    (!answer.is_success()).then(|| fault(answer, now))
}

fn fault(answer: &Answer, now: Timestamp) -> Fault {
    match answer.status() {
        401 => Fault::SignedOut,
        // Trakt's own refusals carry a request id; those of the edge are pages.
        403 if answer.header("x-request-id").is_some() || !answer.is_html() => Fault::AppGone,
        420 => Fault::AccountLimit,
        423 => Fault::AccountLocked,
        426 => Fault::VipOnly,
        _ => common(answer, now),
    }
}
