//! Previews, runs, and taking them back.

use std::fmt::Write as _;
use std::sync::Arc;

use anilist_trakt_sync::config::telemetry;
use anilist_trakt_sync::domain::AnilistId;
use anilist_trakt_sync::hub::person::Person;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;

use super::answer::{items, place, word};
use super::api::Api;
use super::plays::grouped;
use super::trouble::Ended;
use super::{Answer, Desk, Outcome, anilist_id, progress, say};

/// So many titles that are left out are named; of more, it is said how many.
const LEFT_OUT: usize = 20;

#[derive(Args)]
pub(super) struct Sync {
    #[command(subcommand)]
    what: Option<What>,
    /// Says what would be posted, and posts nothing.
    #[arg(long, global = true)]
    dry_run: bool,
    /// Far more plays than usual are meant.
    #[arg(long, global = true)]
    confirm: bool,
    /// With --dry-run: every play by itself, and every title that is left out.
    #[arg(long, global = true)]
    all: bool,
}

#[derive(Args)]
pub(super) struct Plan {
    #[command(subcommand)]
    what: Option<What>,
    /// Every play by itself, and every title that is left out.
    #[arg(long, global = true)]
    all: bool,
}

#[derive(Clone, Copy, Subcommand)]
enum What {
    /// What changed on the list; the whole list the first time (the default).
    Full,
    /// Everything that was watched to the end.
    Completed,
    /// Everything that is being watched.
    Watching,
    /// One title.
    Show {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum File {
    Otaku,
    Fribbs,
    Anibridge,
}

impl What {
    fn plan(self) -> String {
        match self {
            Self::Full => "/api/plan?mode=full".to_owned(),
            Self::Completed => "/api/plan?mode=completed".to_owned(),
            Self::Watching => "/api/plan?mode=watching".to_owned(),
            Self::Show { title } => format!("/api/plan?anilistId={title}"),
        }
    }

    fn run(self, confirm: bool) -> String {
        let confirm = if confirm { "?confirm=1" } else { "" };
        match self {
            Self::Full => format!("/api/full-sync{confirm}"),
            Self::Completed => format!("/api/completed-sync{confirm}"),
            Self::Watching => format!("/api/watching-sync{confirm}"),
            Self::Show { title } => format!("/api/sync?anilistId={title}"),
        }
    }
}

pub(super) async fn plan(Plan { what, all }: &Plan, json: bool) -> Outcome {
    let Desk { person, api, printer, .. } = Desk::open(json).await?;
    let path = what.unwrap_or(What::Full).plan();
    let plan = progress::shown(&person, whole(&api, &path)).await?;
    printer.show(&plan, |plan| if *all { each_play(plan) } else { each_title(plan) })
}

/// A plan with all of its parts.
async fn whole(api: &Api, path: &str) -> Answer<Value> {
    let mut plan = api.get(path).await?;
    while let Some(offset) = plan["next"].as_u64() {
        let path = format!("/api/plan?plan={}&offset={offset}", word(&plan, "plan"));
        let mut part = api.get(&path).await?;
        for rows in ["plays", "skipped"] {
            if let (Some(all), Some(more)) = (plan[rows].as_array_mut(), part[rows].as_array_mut())
            {
                all.append(more);
            }
        }
        plan["next"] = part["next"].take();
    }
    Ok(plan)
}

pub(super) async fn sync(Sync { what, dry_run, confirm, all }: Sync, json: bool) -> Answer<Ended> {
    if dry_run {
        return plan(&Plan { what, all }, json).await.map(|()| Ended::Done);
    }
    running(&what.unwrap_or(What::Full).run(confirm), json).await
}

pub(super) async fn undo(id: u64, dry_run: bool, json: bool) -> Answer<Ended> {
    if dry_run {
        let Desk { api, printer, .. } = Desk::open(json).await?;
        let preview = api.post(&format!("/api/runs/{id}/undo?dry=1")).await?;
        printer.show(&preview, undoable)?;
        return Ok(Ended::Done);
    }
    running(&format!("/api/runs/{id}/undo"), json).await
}

/// Runs, with the run's lines in the log as the service would have them.
async fn running(path: &str, json: bool) -> Answer<Ended> {
    let Desk { person, api, printer, .. } = Desk::open(json).await?;
    let sink = telemetry::init_quiet(person.services.clock.clone());
    let writing =
        sink.write_to(Arc::clone(person.store.shared()), Arc::clone(&person.services.news));
    let interrupted = tokio::spawn(stop_at_an_interrupt(Arc::clone(&person)));
    let report = progress::shown(&person, api.post(path)).await;
    interrupted.abort();
    // What still has to be done, such as telling a person.
    person.services.stop().await;
    writing.flush().await;
    let report = report?;
    printer.show(&report, reported)?;
    Ok(if report["state"] == "partial" { Ended::Partly } else { Ended::Done })
}

/// Lets the run end between two batches. A second interrupt ends the program at once.
async fn stop_at_an_interrupt(person: Arc<Person>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        let ended = tokio::signal::ctrl_c();
        tracing::warn!("Stopping after the batch that is on its way; again to stop at once");
        tokio::select! {
            () = person.services.stop() => {}
            _ = ended => std::process::exit(130),
        }
    }
}

pub(super) async fn refresh(file: Option<File>, json: bool) -> Outcome {
    let Desk { person, api, .. } = Desk::open(json).await?;
    let files =
        file.map_or_else(|| vec![File::Otaku, File::Fribbs, File::Anibridge], |one| vec![one]);
    for file in files {
        let name = file.to_possible_value().map(|value| value.get_name().to_owned());
        let name = name.unwrap_or_default();
        let path = format!("/api/refresh-{name}");
        let answer = progress::shown(&person, api.post(&path)).await?;
        let count = &answer["count"];
        let changed = if answer["changed"] == true { "new" } else { "unchanged" };
        if json {
            say(&serde_json::to_string(&answer)?)?;
        } else {
            say(&format!("{name}: {count} entries, {changed}"))?;
        }
    }
    Ok(())
}

/// Each title with how many plays of it go where, then what is left out, then the counts.
fn each_title(plan: &Value) -> String {
    let key = |play: &Value| {
        let target = if word(play, "kind") == "movie" { &play["movie"] } else { &play["show"] };
        format!("{} {target} {}", play["anilistId"], play["rewatch"])
    };
    let mut text = String::new();
    for group in grouped(items(&plan["plays"]), key) {
        let Some(first) = group.plays.first() else { continue };
        let again =
            first["rewatch"].as_u64().map_or_else(String::new, |n| format!(", rewatch {n}"));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} (AniList {}, {}{again}): {} → {}",
            word(first, "title"),
            first["anilistId"],
            word(first, "verdict"),
            group.count(),
            group.place()
        );
    }
    left_out(&mut text, plan, LEFT_OUT);
    counts(&mut text, plan);
    text
}

/// Each title with the plays of it and where they go, then what is left out, then the counts.
fn each_play(plan: &Value) -> String {
    let (mut text, mut last) = (String::new(), None);
    for play in items(&plan["plays"]) {
        let place = place(play);
        let (id, verdict) = (&play["anilistId"], word(play, "verdict"));
        // Writing to a string cannot fail.
        if last.replace(id) != Some(id) {
            let _ = writeln!(text, "{} (AniList {id}, {verdict})", word(play, "title"));
        }
        let abs = play["abs"].to_string();
        let _ = writeln!(text, "  {abs:>4} → {place}  {}", word(play, "watchedAt"));
    }
    left_out(&mut text, plan, usize::MAX);
    counts(&mut text, plan);
    text
}

fn left_out(text: &mut String, plan: &Value, most: usize) {
    for skipped in items(&plan["skipped"]).take(most) {
        let (title, detail) = (word(skipped, "title"), word(skipped, "detail"));
        let _ = writeln!(text, "not: {title} (AniList {}): {detail}", skipped["anilistId"]);
    }
    let more = items(&plan["skipped"]).count().saturating_sub(most);
    if more > 0 {
        let _ = writeln!(text, "not: {more} more titles; --all names them");
    }
}

fn counts(text: &mut String, plan: &Value) {
    let counts = &plan["counts"];
    let _ = write!(
        text,
        "{} to post, {} on Trakt already, {} waiting for a decision, {} left for a later run",
        counts["toPost"],
        counts["alreadySynced"],
        counts["skippedUnmapped"],
        counts["leftForLater"]
    );
    if let Some(cause) = plan["cause"].as_str() {
        let _ = write!(text, "\nThis is only a part: {cause}");
    }
    if let Some(next) = plan["nextAttempt"].as_str() {
        let _ = write!(text, "\ngo on after {next}");
    }
    if plan["needsConfirm"] == true {
        text.push_str("\nThis is far more than usual: a run posts it only with --confirm.");
    }
}

fn undoable(preview: &Value) -> String {
    let counts = &preview["counts"];
    format!(
        "{} plays would be removed, {} are not on Trakt any more, {} other plays of the same stay",
        counts["toRemove"], counts["alreadyGone"], counts["leftAlone"]
    )
}

/// The sentence of a report and its counts.
fn reported(report: &Value) -> String {
    let mut text = word(report, "message").to_owned();
    let counted = [
        ("synced", "posted"),
        ("alreadySynced", "on Trakt already"),
        ("skippedUnmapped", "waiting for a decision"),
        ("removed", "removed"),
        ("remaining", "left"),
    ];
    for (field, what) in counted {
        if let Some(count) = report[field].as_u64() {
            let _ = write!(text, "\n{count:>6} {what}");
        }
    }
    if let Some(cause) = report["cause"].as_str().filter(|cause| !text.contains(cause)) {
        let _ = write!(text, "\nwhy: {cause}");
    }
    if let Some(next) = report["nextAttempt"].as_str() {
        let _ = write!(text, "\ngo on after {next}");
    }
    text
}
