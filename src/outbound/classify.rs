//! What a status and body mean, for each service.
//!
//! Trakt's statuses are documented at <https://trakt.docs.apiary.io/#introduction/status-codes>.
//! AniList's GraphQL errors may come with any HTTP status, 200 included.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::answer::Answer;
use super::error::Fault;
use super::{redirect, retry};
use crate::domain::Service;

/// The longest part of a service's own words that is passed on.
const LONGEST_MESSAGE: usize = 200;

/// The fault an answer stands for, or none when it is what was asked for.
pub(super) fn fault(
    service: Service,
    answer: &Answer,
    expected: &[u16],
    now: Timestamp,
) -> Option<Fault> {
    if expected.contains(&answer.status()) && !answer.is_html() {
        return None;
    }
    if let Some(fault) = redirect::fault(answer.status()) {
        return Some(fault);
    }
    match service {
        Service::AniList => anilist(answer, now),
        _ if answer.is_success() => None,
        Service::Trakt => Some(trakt(answer, now)),
        Service::Tmdb => Some(tmdb(answer, now)),
        Service::Otaku | Service::Fribbs | Service::AniBridge | Service::Webhook => {
            Some(common(answer, now))
        }
    }
}

fn trakt(answer: &Answer, now: Timestamp) -> Fault {
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

fn tmdb(answer: &Answer, now: Timestamp) -> Fault {
    match answer.status() {
        401 => Fault::SignedOut,
        _ => common(answer, now),
    }
}

/// What statuses mean everywhere.
fn common(answer: &Answer, now: Timestamp) -> Fault {
    match answer.status() {
        403 => Fault::Blocked,
        404 if !answer.is_html() => Fault::NotFound,
        429 => Fault::RateLimited { until: told_to_wait(answer, now) },
        status @ (408 | 500..) => Fault::Outage { status },
        status => Fault::Refused { status, message: message(answer) },
    }
}

fn told_to_wait(answer: &Answer, now: Timestamp) -> Timestamp {
    answer.retry_after(now).unwrap_or_else(|| retry::default_block(now))
}

#[derive(Deserialize)]
struct GraphQl {
    #[serde(default)]
    errors: Option<Vec<GraphQlError>>,
    #[serde(default, rename = "data")]
    _data: IgnoredAny,
}

#[derive(Deserialize)]
struct GraphQlError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: Option<u16>,
}

fn anilist(answer: &Answer, now: Timestamp) -> Option<Fault> {
    let body: Option<GraphQl> = serde_json::from_slice(answer.body()).ok();
    let error = body.and_then(|body| body.errors).and_then(|errors| errors.into_iter().next());
    match error {
        Some(error) => Some(graphql(answer, &error, now)),
        None if answer.is_success() => None,
        None if answer.status() == 401 => Some(Fault::SignedOut),
        None => Some(common(answer, now)),
    }
}

fn graphql(answer: &Answer, error: &GraphQlError, now: Timestamp) -> Fault {
    // Without a status of its own an error under HTTP 200 is still a refusal.
    let outer = if answer.is_success() { 400 } else { answer.status() };
    match error.status.unwrap_or(outer) {
        401 => Fault::SignedOut,
        400 if error.message.to_ascii_lowercase().contains("invalid token") => Fault::SignedOut,
        403 => Fault::Blocked,
        404 => Fault::NotFound,
        429 => Fault::RateLimited { until: told_to_wait(answer, now) },
        status @ 500.. => Fault::Outage { status },
        status => Fault::Refused { status, message: shortened(&error.message) },
    }
}

/// What a service says about its refusal, in its own words.
fn message(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let said = ["error_description", "error", "status_message", "message"]
        .iter()
        .find_map(|name| body.get(name)?.as_str())
        .map(shortened);
    // Trakt's validation gives a list.
    said.or_else(|| body.get("errors").map(|errors| shortened(&errors.to_string())))
        .unwrap_or_else(|| format!("status {}", answer.status()))
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_MESSAGE).collect()
}
