//! What airs of what a person watches: for a page, and for a calendar app by a secret address.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use secrecy::ExposeSecret as _;

use super::listing;
use crate::hub::calendar::{self, Calendar};
use crate::hub::error::{Error, Result};
use crate::library::calendar::{Window, icalendar};
use crate::library::{Status, StatusOf};
use crate::web::access::{CALENDAR, Gate};
use crate::web::answers::{BadInput, Elsewhere, Invalid, Missing};
use crate::web::asker::Asker;
use crate::web::assets::tag;
use crate::web::bodies::{CalendarAddress, LibraryCalendar, NewCalendarAddress};
use crate::web::coming_back::own_address;
use crate::web::params::{Query, shown};

/// The days of a calendar where none are asked for.
const DAYS: i64 = 7;

/// The most that is told at once: five weeks, also where a clock is put back within them.
const LONGEST: SignedDuration = SignedDuration::from_hours(5 * 7 * 24 + 1);

/// What an app is told: what aired in the last week, and what airs in the next four.
const BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(4 * 7 * 24);

/// How long an app keeps what it was told before it asks whether that changed.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=900");

/// What airs of what the person watches and plans, by AniList's schedule.
#[utoipa::path(
    get, path = "/api/library/calendar", tag = "library",
    params(
        ("from" = Option<String>, Query, description = "A day of the person's zone, or a moment. Default: today."),
        ("to" = Option<String>, Query, description = "The day or moment before which it ends, five weeks later at most. Default: seven days later."),
        ("status" = Option<String>, Query, description = "One or several statuses, with commas between. Default: watching and planning."),
    ),
    responses((status = 200, body = LibraryCalendar), Invalid, Elsewhere),
)]
pub(in crate::web) async fn calendar(
    Asker(person): Asker,
    query: Query,
) -> Result<Json<LibraryCalendar>> {
    let statuses = statuses(&query)?;
    let (from, to) = (moment(&query, "from")?, moment(&query, "to")?);
    let zone = &person.settings.timezone;
    // What cannot be answered is refused before anybody is asked.
    let window = window(person.services.clock.now(), zone, from, to)?;
    let calendar = calendar::read(&person, statuses).await?;
    Ok(Json(LibraryCalendar::of(&calendar, window)))
}

/// The same for a calendar app: the last week and the next four, in iCalendar (RFC 5545). The secret in the
/// address stands in place of a sign-in. An app that sends `If-None-Match` is told where nothing changed.
#[utoipa::path(
    get, path = "/api/library/calendar.ics", tag = "library",
    params(
        ("key" = String, Query, description = "The secret of the address."),
        ("status" = Option<String>, Query, description = "One or several statuses, with commas between. Default: watching and planning."),
    ),
    responses(
        (status = 200, description = "The calendar.", content_type = "text/calendar", body = String),
        (status = 304, description = "It is as it was."),
        Missing, Invalid, Elsewhere,
    ),
)]
pub(in crate::web) async fn feed(
    Extension(gate): Extension<Gate>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response> {
    let secret = query.get("key").map(String::as_str).unwrap_or_default();
    let owner = gate.accounts().owner_of_calendar(secret).await?.ok_or_else(unknown)?;
    let statuses = statuses(&query)?;
    let calendar = calendar::read(&*gate.people.of(&owner).fresh().await, statuses).await?;
    // An app takes what it is given for all there is, and keeps what it has when it is given none.
    calendar.must_be_whole()?;
    Ok(file(&calendar, &headers))
}

fn unknown() -> Error {
    Error::not_found("there is no such calendar", "make a new address in the settings, under Data")
}

fn file(calendar: &Calendar, headers: &HeaderMap) -> Response {
    let now = calendar.now();
    let edge = |by| now.checked_add(by).unwrap_or(now);
    let window = Window { from: edge(-BEFORE), to: edge(AHEAD) };
    let text = icalendar(&calendar.entries(window), calendar.as_of());
    // The text may be packed on its way, so the tag is a weak one.
    let state = format!("W/{}", tag(digest(&SHA256, text.as_bytes()).as_ref()));
    let state = HeaderValue::try_from(state).unwrap_or(HeaderValue::from_static("W/\"\""));
    let kept = [(header::CACHE_CONTROL, KEPT)];
    if listing::has(headers, &state) {
        return (kept, listing::unchanged(state)).into_response();
    }
    let about = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"anime.ics\"")),
        (header::ETAG, state),
    ];
    (kept, about, text).into_response()
}

/// Whether there is an address for calendar apps, and since when. The address itself is shown once.
#[utoipa::path(
    get, path = "/api/library/calendar/address", tag = "library",
    responses((status = 200, body = CalendarAddress)),
)]
pub(in crate::web) async fn address(
    Extension(gate): Extension<Gate>,
    Asker(person): Asker,
) -> Result<Json<CalendarAddress>> {
    Ok(Json(gate.accounts().calendar_address(person.store.account()).await?.into()))
}

/// Makes the address for calendar apps. It is shown this once, and the one before is good no more.
#[utoipa::path(
    post, path = "/api/library/calendar/address", tag = "library",
    responses((status = 200, body = NewCalendarAddress), BadInput),
)]
pub(in crate::web) async fn make_address(
    Extension(gate): Extension<Gate>,
    Asker(person): Asker,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<NewCalendarAddress>> {
    let own = own_address(&headers, &uri, CALENDAR)?;
    let made = gate.accounts().make_calendar_address(person.store.account()).await?;
    let (secret, about) = made;
    let address = format!("{own}?key={}", secret.expose_secret());
    Ok(Json(NewCalendarAddress { address, about: Some(about).into() }))
}

/// Withdraws the address. Apps that have it are told nothing from then on.
#[utoipa::path(
    delete, path = "/api/library/calendar/address", tag = "library",
    responses((status = 200, body = CalendarAddress)),
)]
pub(in crate::web) async fn withdraw_address(
    Extension(gate): Extension<Gate>,
    Asker(person): Asker,
) -> Result<Json<CalendarAddress>> {
    gate.accounts().withdraw_calendar_address(person.store.account()).await?;
    Ok(Json(None.into()))
}

/// The statuses that are asked for. As in other calendars, what is planned is there too: nobody wants to miss
/// its first episode. What was put aside is not.
fn statuses(query: &Query) -> Result<Vec<StatusOf>> {
    let usual = [Status::Current, Status::Planning].map(|status| StatusOf { status, kind: None });
    match listing::given(query, "status") {
        None => Ok(usual.into()),
        words => listing::statuses(words),
    }
}

/// A day, or a moment.
#[derive(Debug, Clone, Copy)]
enum When {
    Day(Date),
    Moment(Timestamp),
}

fn moment(query: &Query, name: &'static str) -> Result<Option<When>> {
    let Some(text) = listing::given(query, name) else { return Ok(None) };
    let day = || text.parse().map(When::Day).ok().filter(|_| text.len() == "2026-11-21".len());
    let found = text.parse().map(When::Moment).ok().or_else(day);
    found.map(Some).ok_or_else(|| {
        let message = format!("{:?} is neither a day nor a moment", shown(text));
        Error::invalid(name, message, "write 2026-11-21 or 2026-11-21T18:00:00Z")
    })
}

/// The stretch of time that is asked for.
fn window(now: Timestamp, zone: &TimeZone, from: Option<When>, to: Option<When>) -> Result<Window> {
    let today = When::Day(now.to_zoned(zone.clone()).date());
    let from = begin(from.unwrap_or(today), zone).ok_or_else(|| far("from"))?;
    let to = match to {
        Some(to) => begin(to, zone),
        None => days_later(from, zone),
    };
    let to = to.ok_or_else(|| far("to"))?;
    let length = to.duration_since(from);
    if length <= SignedDuration::ZERO {
        return Err(Error::invalid("to", "it ends before it begins", "`to` is later than `from`"));
    }
    if length > LONGEST {
        return Err(Error::invalid("to", "that is too long a time", "ask for five weeks at most"));
    }
    Ok(Window { from, to })
}

/// When it begins; none where no clock goes so far.
fn begin(when: When, zone: &TimeZone) -> Option<Timestamp> {
    match when {
        When::Moment(moment) => Some(moment),
        When::Day(day) => Some(day.to_zoned(zone.clone()).ok()?.timestamp()),
    }
}

/// At the same time of the day, whatever becomes of the clock meanwhile.
fn days_later(from: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let later = from.to_zoned(zone.clone()).checked_add(Span::new().days(DAYS)).ok()?;
    Some(later.timestamp())
}

fn far(name: &'static str) -> Error {
    Error::invalid(name, "no calendar goes so far", "ask for days of this century")
}
