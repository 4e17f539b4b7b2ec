//! What holds where two sides changed one field, and their values do not fit.

use std::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::FuzzyDate;
use crate::library::Status;

use super::base::Choice;
use super::position::Position;
use super::profile::ListService;
use super::value::{Count, Entry, Field, Value};

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The library: the person, here.
    Library,
    /// A service.
    Service(ListService),
}

/// One side's word on a field.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    /// Whose.
    pub by: By,
    /// The value, canonical.
    pub value: Value,
    /// The library's entry with what that side changed.
    pub entry: Entry,
    /// What that side itself had before, in its own numbers.
    pub before: Entry,
    /// What it has now, in the same.
    pub after: Entry,
    /// What it counts as its progress, where that is all of the work by its own catalogue.
    pub counted: u32,
    /// When it was changed there, where that is said.
    pub at: Option<Timestamp>,
}

/// Why a value won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nobody else changed it.
    Alone,
    /// The others have the same, as exactly as they can.
    Fits,
    /// It is further.
    Furthest,
    /// It says more than the others.
    Finer,
    /// It is the earlier day.
    Earlier,
    /// By the order of statuses.
    Status,
    /// Hidden stays hidden.
    Hidden,
    /// The person said so.
    Chosen,
}

/// Why a field waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The lists meet for the first time and differ.
    FirstConnection,
    /// One went forward, one went back.
    ForwardAndBack,
    /// Two statuses of which neither follows from the other.
    Statuses,
    /// Both were changed.
    BothChanged,
    /// The days are more than a year apart.
    FarApart,
    /// It was emptied.
    Emptied,
    /// It would be seen by others again.
    Shown,
    /// One list has more than the other thinks there is.
    Counts,
}

impl Ask {
    const ALL: [Self; 8] = [
        Self::FirstConnection,
        Self::ForwardAndBack,
        Self::Statuses,
        Self::BothChanged,
        Self::FarApart,
        Self::Emptied,
        Self::Shown,
        Self::Counts,
    ];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstConnection => "first_connection",
            Self::ForwardAndBack => "forward_and_back",
            Self::Statuses => "statuses",
            Self::BothChanged => "both_changed",
            Self::FarApart => "far_apart",
            Self::Emptied => "emptied",
            Self::Shown => "shown",
            Self::Counts => "counts",
        }
    }

    /// The one with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.name() == name)
    }
}

impl Why {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Fits => "fits",
            Self::Furthest => "furthest",
            Self::Finer => "finer",
            Self::Earlier => "earlier",
            Self::Status => "status",
            Self::Hidden => "hidden",
            Self::Chosen => "chosen",
        }
    }
}

/// Decides between claims that do not fit.
///
/// # Errors
///
/// Nobody but the person can say.
pub(super) fn decide(field: Field, claims: &[Claim]) -> Result<(Value, Why), Ask> {
    match field {
        Field::Progress | Field::Repeating => furthest(field, claims),
        Field::Repeats | Field::Volumes => most(field, claims),
        Field::Status => status(claims),
        Field::Started | Field::Finished => date(claims),
        Field::Private => Ok((Value::Flag(true), Why::Hidden)),
        Field::Score | Field::Notes => Err(Ask::BothChanged),
    }
}

/// A person's choice between claims; none where what they chose says nothing here.
pub(super) fn chosen(
    field: Field,
    claims: &[Claim],
    library: &Value,
    choice: &Choice,
) -> Option<Value> {
    let of = |by| claims.iter().find(|claim| claim.by == by).map(|claim| claim.value.clone());
    match choice {
        Choice::Library => Some(library.clone()),
        Choice::Service(service) => of(By::Service(*service)),
        Choice::Value(value) => Some(value.clone()),
        Choice::Newest => newest(claims),
        Choice::Furthest => Some(suggestion(field, claims).unwrap_or_else(|| library.clone())),
    }
}

/// What would be a good answer, of those that the sides give.
pub(super) fn suggestion(field: Field, claims: &[Claim]) -> Option<Value> {
    let furthest = || furthest_of(claims).map(|claim| claim.value.clone());
    match field {
        Field::Status | Field::Repeating | Field::Progress => furthest(),
        Field::Repeats | Field::Volumes | Field::Private => {
            claims.iter().map(|claim| claim.value.clone()).max()
        }
        Field::Started | Field::Finished => {
            let days = claims.iter().filter(|claim| !claim.value.is_empty());
            days.map(|claim| claim.value.clone()).min_by_key(earlier)
        }
        Field::Score | Field::Notes => claims.first().map(|claim| claim.value.clone()),
    }
}

/// The claim that was made last; none where two were made at once, or nobody knows when.
fn newest(claims: &[Claim]) -> Option<Value> {
    let times: Option<Vec<Timestamp>> = claims.iter().map(|claim| claim.at).collect();
    let last = times?.into_iter().max()?;
    let mut at_last = claims.iter().filter(|claim| claim.at == Some(last));
    let (first, more) = (at_last.next()?, at_last.next());
    more.is_none().then(|| first.value.clone())
}

fn moved_forward(claim: &Claim) -> bool {
    Position::of(&claim.after) >= Position::of(&claim.before)
}

/// The claim whose entry is furthest; of several the first one's.
fn furthest_of(claims: &[Claim]) -> Option<&Claim> {
    claims.iter().rev().max_by_key(|claim| Position::of(&claim.entry))
}

fn furthest(field: Field, claims: &[Claim]) -> Result<(Value, Why), Ask> {
    if !claims.iter().all(moved_forward) {
        return Err(Ask::ForwardAndBack);
    }
    let won = furthest_of(claims).ok_or(Ask::BothChanged)?;
    let beyond = |claim: &Claim| matches!(claim.value, Value::Count(Count::Of(number)) if number > won.counted);
    // All of a work that somebody else thinks is longer.
    if field == Field::Progress
        && won.value == Value::Count(Count::All)
        && claims.iter().any(beyond)
    {
        return Err(Ask::Counts);
    }
    Ok((won.value.clone(), Why::Furthest))
}

/// The greatest of values that all grew.
fn most(field: Field, claims: &[Claim]) -> Result<(Value, Why), Ask> {
    if claims.iter().any(|claim| claim.after.get(field) < claim.before.get(field)) {
        return Err(Ask::ForwardAndBack);
    }
    let most = claims.iter().map(|claim| claim.value.clone()).max().ok_or(Ask::BothChanged)?;
    Ok((most, Why::Furthest))
}

fn status(claims: &[Claim]) -> Result<(Value, Why), Ask> {
    let forward = claims.iter().filter(|claim| moved_forward(claim)).count();
    if forward != 0 && forward != claims.len() {
        return Err(Ask::ForwardAndBack);
    }
    let cycle = |claim: &Claim| Position::of(&claim.entry).cycle();
    let last = claims.iter().map(cycle).max().unwrap_or_default();
    let now = claims.iter().filter(|claim| cycle(claim) == last);
    let statuses = now.map(|claim| claim.entry.status);
    let won =
        statuses.map(Ok).reduce(|one, other| stronger(one?, other?)).ok_or(Ask::Statuses)??;
    Ok((Value::Status(won), Why::Status))
}

/// The status that holds where two are said at once.
///
/// What was finished, begun or put aside was not only planned. Who paused or gave up did so after the last episode, and
/// who finished did not pause.
fn stronger(one: Status, other: Status) -> Result<Status, Ask> {
    use Status::{Completed, Current, Dropped, OnHold, Planning};
    match (one, other) {
        (one, other) if one == other => Ok(one),
        (Dropped, Current) | (Current, Dropped) => Ok(Dropped),
        (Dropped, _) | (_, Dropped) => Err(Ask::Statuses),
        (Completed, _) | (_, Completed) => Ok(Completed),
        (OnHold, _) | (_, OnHold) => Ok(OnHold),
        (Current | Planning, Current) | (Current, Planning) => Ok(Current),
        (Planning, Planning) => Ok(Planning),
    }
}

/// The finer date where one is a part of the other, and else the earlier.
fn date(claims: &[Claim]) -> Result<(Value, Why), Ask> {
    let dates: Vec<FuzzyDate> = claims.iter().filter_map(|claim| claim.value.date()).collect();
    let said: Vec<FuzzyDate> = dates.iter().copied().filter(|date| date.year.is_some()).collect();
    if said.len() < dates.len() {
        return Err(Ask::Emptied);
    }
    let finer = said.iter().find(|date| said.iter().all(|other| date.refines(*other)));
    if let Some(finer) = finer {
        return Ok((Value::Date(*finer), Why::Finer));
    }
    let days = said.iter().filter_map(|date| first_day(*date));
    let (first, last) = (days.clone().min(), days.max());
    let apart = first.zip(last).and_then(|(first, last)| first.until(last).ok());
    if apart.is_none_or(|span| span.get_days() > A_YEAR) {
        return Err(Ask::FarApart);
    }
    let earliest = said.into_iter().map(Value::Date).min_by_key(earlier);
    earliest.map(|date| (date, Why::Earlier)).ok_or(Ask::BothChanged)
}

/// How many days apart two dates may lie that mean the same.
const A_YEAR: i32 = 366;

/// Orders dates by the first day that they may mean; of the same day the finer one comes first.
fn earlier(value: &Value) -> (Option<Date>, Reverse<usize>) {
    let date = value.date().unwrap_or_default();
    let known = usize::from(date.month.is_some()) + usize::from(date.day.is_some());
    (first_day(date), Reverse(known))
}

/// The first day that a date may mean.
fn first_day(date: FuzzyDate) -> Option<Date> {
    Date::new(date.year?, date.month.unwrap_or(1), date.day.unwrap_or(1)).ok()
}
