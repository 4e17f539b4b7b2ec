//! What a run would post, without posting it.

use std::ops::Range;
use std::sync::Arc;

use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;

use super::answers::{BadInput, Elsewhere, Missing, Refused};
use super::asker::Asker;
use super::bodies;
use super::params::{Query, anilist_id, part, shown};
use super::plans::Plans;
use super::rows::Rows;
use crate::domain::{Digest, OnTrakt, Reason, WatchedAt};
use crate::hub::error::{Error, Result};
use crate::hub::names::{Names, Numbered, named_in};
use crate::hub::person::Person;
use crate::hub::trakt_titles;
use crate::plan::{Plan, Posting, TitlePlan, Wait};
use crate::sync::Mode;
use crate::sync::prepare::{Prepared, prepare};

/// The most plays in one answer, and the most of what is skipped.
const ROWS: usize = 500;

/// So many bytes of these are enough for one answer, too: a title that waits with thousands of its
/// episodes is long.
const ENOUGH: usize = 1 << 20;

/// What a run would post now, and what not: a part of it, with the counts of the whole.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Plan)]
pub(super) struct PlanBody {
    /// Its name, to ask for its other parts by.
    #[schema(value_type = String)]
    plan: Digest,
    /// `full`, `completed`, `watching` or `show`.
    mode: &'static str,
    /// What is counted.
    counts: PlanCounts,
    /// How much there is to read.
    totals: PlanTotals,
    /// How many plays come before these, and how many of what is skipped.
    offset: usize,
    /// The offset of the next part; null when this is the last.
    next: Option<usize>,
    /// A part of what it would post, in the order in which it would.
    #[schema(value_type = Vec<PlannedPlay>)]
    plays: Vec<Box<RawValue>>,
    /// A part of what it would not, and why.
    #[schema(value_type = Vec<SkippedTitle>)]
    skipped: Vec<Box<RawValue>>,
    /// Whether one run would do all of it.
    complete: bool,
    /// When to go on, if a service said so.
    next_attempt: Option<Timestamp>,
    /// Why not everything could be looked at.
    cause: Option<String>,
    /// Whether it posts far more than usual, so that a person has to say that it is meant.
    needs_confirm: bool,
}

/// How many of what a plan has.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlanCounts {
    /// Titles that were looked at.
    entries: usize,
    /// Watched episodes and films of these.
    found: usize,
    /// To be posted.
    to_post: usize,
    /// On Trakt already.
    already_synced: usize,
    /// Waiting for a decision.
    skipped_unmapped: usize,
    /// More than one run does, not looked up yet, or sent and not known to have arrived.
    left_for_later: usize,
}

/// How long the lists of a plan are as a whole.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
struct PlanTotals {
    /// Plays.
    plays: usize,
    /// Titles that these are of.
    titles: usize,
    /// What is skipped.
    skipped: usize,
}

/// A play that would be posted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlannedPlay {
    /// The entry.
    anilist_id: bodies::AnilistId,
    /// Its title.
    title: String,
    /// The entry's own episode number.
    abs: u32,
    /// When it was watched: a moment, or `unknown`.
    #[schema(value_type = String)]
    watched_at: WatchedAt,
    /// Who proposed the place.
    source: Option<bodies::Source>,
    /// How far the place can be trusted.
    verdict: Option<bodies::Verdict>,
    /// Which rewatch it is; absent the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    rewatch: Option<u32>,
    /// What it is on Trakt.
    #[serde(flatten)]
    item: bodies::Item,
    /// What that show or film is called there; none until Trakt has told.
    trakt_title: Option<bodies::TraktTitle>,
}

/// A title, or some of its episodes, that would not be posted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SkippedTitle {
    /// The entry.
    anilist_id: bodies::AnilistId,
    /// Its title.
    title: String,
    /// Why.
    reason: bodies::Reason,
    /// Why exactly, for a person.
    detail: String,
    /// The entry's own numbers; empty when it is the whole entry.
    episodes: Vec<u32>,
    /// The next step.
    hint: &'static str,
}

/// A plan as it is kept, its rows packed.
#[derive(Debug)]
pub(super) struct KeptPlan {
    name: Digest,
    head: Head,
    plays: Rows,
    skipped: Rows,
}

/// What every part of a plan says.
#[derive(Debug, Serialize)]
struct Head {
    mode: &'static str,
    counts: PlanCounts,
    totals: PlanTotals,
    complete: bool,
    next_attempt: Option<Timestamp>,
    cause: Option<String>,
    needs_confirm: bool,
}

/// Exactly the plays that a run would post, and what it would skip and why, a part of them at a
/// time. The plan is made once: its other parts are asked for by its name, which is good for half an
/// hour.
#[utoipa::path(
    get, path = "/api/plan", tag = "sync",
    params(
        ("mode" = inline(Option<PlanMode>), Query, description = "What part of the list. It is needed unless anilistId or plan is given."),
        ("anilistId" = Option<bodies::AnilistId>, Query, minimum = 1, description = "Only this entry: its AniList id, or the address of its page."),
        ("plan" = Option<String>, Query, description = "A part of the plan of this name, which an earlier answer has; no other service is asked. The mode and the entry are those of that plan."),
        ("offset" = Option<String>, Query, description = "How many plays to leave out, and how many of what is skipped. What is not a number means 0."),
        ("limit" = Option<String>, Query, description = "How many plays, and how many of what is skipped, 1 to 500. What is not a number means 500. There are fewer where they are more than a mebibyte."),
    ),
    responses((status = 200, body = PlanBody), BadInput, Missing, Refused, Elsewhere),
)]
pub(super) async fn plan(
    Asker(person): Asker,
    Extension(plans): Extension<Plans>,
    query: Query,
) -> Result<Json<PlanBody>> {
    let plan = match query.get("plan") {
        Some(name) => plans.named(person.store.account(), person.services.clock.instant(), name)?,
        None => kept(&person, &plans, mode(&query)?).await?,
    };
    plan.part(part(&query, ROWS)).map(Json)
}

/// What a run of the mode would post now, as far as one answer tells it.
pub(super) async fn preview(person: &Person, plans: &Plans, mode: Mode) -> Result<PlanBody> {
    kept(person, plans, mode).await?.part(0..ROWS)
}

/// The same as a whole, and kept.
async fn kept(person: &Person, plans: &Plans, mode: Mode) -> Result<Arc<KeptPlan>> {
    let prepared = prepare(person, mode).await?;
    trakt_titles::keep(&person.services).await;
    let on_trakt = prepared.plan.postings().map(|posting| OnTrakt::from(posting.play.item));
    let waits = prepared.plan.titles.iter().filter_map(|title| title.waiting.as_ref());
    let spoken_of = waits.flat_map(|wait| named_in(&wait.detail));
    let wanted = on_trakt.map(Numbered::OnTrakt).chain(spoken_of);
    let names = Names::of(&person.services, &person.store, wanted).await?;
    let packing = spawn_blocking(move || KeptPlan::of(mode, &prepared, &names));
    let gone = |cause| Error::Internal(format!("the packing of a plan broke off: {cause}"));
    let plan = packing.await.map_err(gone)??;
    plans.keep(person.store.account(), person.services.clock.instant(), plan)
}

/// The modes that a plan can be asked for.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "it describes what is read from the query, to name what is wrong")]
enum PlanMode {
    /// What changed, or the whole list the first time.
    Full,
    /// What was watched to the end.
    Completed,
    /// What is being watched.
    Watching,
}

fn mode(query: &Query) -> Result<Mode> {
    if query.contains_key("anilistId") {
        return anilist_id(query).map(Mode::Show);
    }
    match query.get("mode").map(String::as_str) {
        Some("full") => Ok(Mode::Full),
        Some("completed") => Ok(Mode::Completed),
        Some("watching") => Ok(Mode::Watching),
        other => {
            let given = shown(other.unwrap_or("nothing"));
            let message = format!("mode is none of full, completed, watching: {given}");
            Err(Error::bad_request(message, "add ?mode=full, or ?anilistId= for one title"))
        }
    }
}

impl KeptPlan {
    fn of(mode: Mode, prepared: &Prepared, names: &Names) -> Result<Self> {
        let plan = &prepared.plan;
        let interrupted = prepared.grounds.interrupted.as_ref();
        let held = &prepared.in_flight.held;
        let plays = Rows::pack(plan.postings().map(|posting| planned(posting, names)))?;
        let skipped = Rows::pack(plan.titles.iter().flat_map(|title| {
            title.waiting.as_ref().map(|w| skipped(title, w, names)).into_iter().chain(once(title))
        }))?;
        let head = Head {
            mode: mode.of_run().name(),
            counts: counts(plan, plays.count()),
            totals: PlanTotals {
                plays: plays.count(),
                titles: plan.titles.iter().filter(|title| title.plays().next().is_some()).count(),
                skipped: skipped.count(),
            },
            complete: plan.is_complete() && interrupted.is_none(),
            next_attempt: interrupted.and_then(|interruption| interruption.until).or(held.until),
            cause: interrupted
                .map(|interruption| interruption.cause.clone())
                .or_else(|| (!held.is_empty()).then(|| held.sentence())),
            needs_confirm: prepared.jump.is_some(),
        };
        Self::new(head, plays, skipped)
    }

    /// The same plan has the same name, whenever it is made.
    fn new(head: Head, plays: Rows, skipped: Rows) -> Result<Self> {
        let name = Digest::of(&head).map_err(|cause| Error::Internal(cause.to_string()))?;
        let name = skipped.digest(plays.digest(name));
        Ok(Self { name, head, plays, skipped })
    }

    pub(super) fn name(&self) -> Digest {
        self.name
    }

    /// How many plays it has.
    pub(super) fn plays(&self) -> usize {
        self.plays.count()
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.plays.bytes() + self.skipped.bytes() + size_of::<Self>()
    }

    /// A part of both lists, which ends early where that is enough for one answer.
    fn part(&self, wanted: Range<usize>) -> Result<PlanBody> {
        let whole = self.plays.count().max(self.skipped.count());
        let offset = wanted.start.min(whole);
        let (mut plays, mut skipped) = (Vec::new(), Vec::new());
        let mut rest = (self.plays.starting_at(offset), self.skipped.starting_at(offset));
        let (mut end, mut bytes) = (offset, 0);
        while end < wanted.end.min(whole) {
            let (play, left_out) = (rest.0.next().transpose()?, rest.1.next().transpose()?);
            let rows = [&play, &left_out].into_iter().flatten();
            bytes += rows.map(|row| row.get().len()).sum::<usize>();
            if bytes > ENOUGH && end > offset {
                break;
            }
            plays.extend(play);
            skipped.extend(left_out);
            end += 1;
        }
        let Head { mode, counts, totals, complete, next_attempt, .. } = self.head;
        let (cause, needs_confirm) = (self.head.cause.clone(), self.head.needs_confirm);
        let next = (end < whole).then_some(end);
        let plan = self.name;
        Ok(PlanBody {
            plan,
            mode,
            counts,
            totals,
            offset,
            next,
            plays,
            skipped,
            complete,
            next_attempt,
            cause,
            needs_confirm,
        })
    }
}

fn counts(plan: &Plan, to_post: usize) -> PlanCounts {
    let already_synced: usize = plan.titles.iter().map(TitlePlan::already).sum();
    let skipped_unmapped: usize = plan.titles.iter().map(TitlePlan::waiting_episodes).sum();
    PlanCounts {
        entries: plan.titles.len(),
        found: to_post + already_synced + skipped_unmapped + plan.left_out + plan.held(),
        to_post,
        already_synced,
        skipped_unmapped,
        left_for_later: plan.left_out + plan.held() + plan.undecided(),
    }
}

fn planned(Posting { of, play }: Posting<'_>, names: &Names) -> PlannedPlay {
    PlannedPlay {
        anilist_id: play.anilist_id.into(),
        title: of.title.name().to_owned(),
        abs: play.abs,
        watched_at: play.watched_at,
        source: of.source().map(Into::into),
        verdict: of.verdict.map(Into::into),
        rewatch: (play.rewatch > 0).then_some(play.rewatch),
        item: play.item.into(),
        trakt_title: names.on_trakt(OnTrakt::from(play.item)).map(Into::into),
    }
}

/// Rewatches that the account does not keep.
fn once(title: &TitlePlan) -> Option<SkippedTitle> {
    let (reason, plays) = (Reason::WatchOnlyOnce, title.only_once());
    let detail = format!("{}: {plays} plays", reason.sentence());
    (plays > 0).then(|| of_title(title, reason, detail, Vec::new()))
}

fn skipped(title: &TitlePlan, waiting: &Wait, names: &Names) -> SkippedTitle {
    of_title(title, waiting.reason, names.told(&waiting.detail), waiting.episodes.clone())
}

fn of_title(
    planned: &TitlePlan,
    reason: Reason,
    detail: String,
    episodes: Vec<u32>,
) -> SkippedTitle {
    SkippedTitle {
        anilist_id: planned.title.id().into(),
        title: planned.title.name().to_owned(),
        reason: reason.into(),
        detail,
        episodes,
        hint: reason.hint(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    impl KeptPlan {
        /// A plan of this number whose plays are numbers.
        pub(in crate::web) fn of_numbers(number: usize, plays: Range<usize>) -> Self {
            Self::of_rows(number, plays, std::iter::empty::<usize>())
        }

        fn of_rows(
            number: usize,
            plays: impl Iterator<Item = impl Serialize>,
            skipped: impl Iterator<Item = impl Serialize>,
        ) -> Self {
            let counts = counts(&Plan::default(), number);
            let (plays, skipped) = (Rows::pack(plays).unwrap(), Rows::pack(skipped).unwrap());
            let totals = PlanTotals { plays: plays.count(), titles: 0, skipped: skipped.count() };
            let head = Head {
                mode: "full",
                counts,
                totals,
                complete: true,
                next_attempt: None,
                cause: None,
                needs_confirm: false,
            };
            Self::new(head, plays, skipped).unwrap()
        }
    }

    #[test]
    fn long_rows_end_a_part_early_and_nothing_is_missing_or_told_twice() {
        let long = |number: usize| format!("{number} {}", "x".repeat(ENOUGH / 3));
        let plan = KeptPlan::of_rows(0, 0..10, (0..20).map(long));
        let (mut next, mut parts) = (Some(0), 0);
        let (mut plays, mut skipped) = (Vec::new(), Vec::new());
        while let Some(offset) = next {
            let part = plan.part(offset..offset + ROWS).unwrap();
            assert!(serde_json::to_string(&part).unwrap().len() < ENOUGH + 1000);
            assert_eq!(part.offset, offset);
            plays.extend(part.plays);
            skipped.extend(part.skipped);
            (next, parts) = (part.next, parts + 1);
        }
        assert_eq!(parts, 10, "two of these are enough for one");
        assert_eq!(json!(plays), json!((0..10).collect::<Vec<_>>()));
        assert_eq!(json!(skipped), json!((0..20).map(long).collect::<Vec<_>>()));
    }

    #[test]
    fn one_row_that_is_longer_than_any_part_is_told_by_itself() {
        let plan = KeptPlan::of_rows(0, [1, 2].iter(), ["x".repeat(2 * ENOUGH)].iter());
        let part = plan.part(0..ROWS).unwrap();
        assert_eq!((part.plays.len(), part.skipped.len(), part.next), (1, 1, Some(1)));
    }
}
