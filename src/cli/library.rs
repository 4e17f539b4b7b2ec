//! A person's library as files, and what comes from the tracker.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anilist_trakt_sync::hub::tracker::{self, Moved, Place, Trial};
use anilist_trakt_sync::plain::plain;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::answer::{items, word};
use super::input::opened;
use super::{Desk, Outcome, told};

/// So many rows that wait for a person are told, the others are counted.
const TOLD: usize = 20;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Import {
    #[command(subcommand)]
    pub(super) what: Option<Source>,
    /// A list: MyAnimeList's XML, AniList's JSON, Trakt's export, or JSON or CSV of `export FILE`. It goes
    /// into the library.
    pub(super) file: Option<PathBuf>,
    /// Says what would change, and changes nothing.
    #[arg(long, alias = "dry", requires = "file")]
    dry_run: bool,
}

#[derive(Subcommand)]
pub(super) enum Source {
    /// Takes over the people and titles of the tracker, from its database (app.db). Passwords do not come
    /// along: `account reset` makes a code by which somebody sets one.
    Tracker {
        /// The database of a tracker that is not running.
        file: PathBuf,
        /// Says what would come, and changes nothing.
        #[arg(long, alias = "dry")]
        dry_run: bool,
    },
}

#[derive(Args)]
pub(super) struct Export {
    /// Where the library goes to; - is the standard output. Without it, all state is printed.
    pub(super) file: Option<PathBuf>,
    /// The form of the library. Default: json.
    #[arg(long, requires = "file")]
    format: Option<Format>,
    /// Only these. MyAnimeList's form holds one kind.
    #[arg(long, requires = "file")]
    r#type: Option<Kind>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// All that an item has.
    Json,
    /// A table for spreadsheets.
    Csv,
    /// For MyAnimeList's importer; it needs --type.
    MalXml,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Anime,
    Manga,
}

pub(super) async fn import(desk: &Desk, file: &Path, what: &Import) -> Outcome {
    let bytes = bytes_of(file).map_err(|cause| at(file, &cause))?;
    let path = if what.dry_run { "/api/library/import?dry=1" } else { "/api/library/import?dry=0" };
    let report = desk.api.upload(path, bytes).await?;
    desk.printer.show(&report, imported)
}

/// What a file does, and what of it waits for a person.
fn imported(report: &Value) -> String {
    let counts = &report["counts"];
    let changed = counts["changed"].as_u64().unwrap_or_default();
    let added = counts["new"].as_u64().unwrap_or_default() - changed;
    let done = match (&report["imported"], &report["updated"]) {
        (Value::Null, _) => format!("{added} would be added, {changed} would be changed"),
        (added, changed) => format!("{added} added, {changed} changed"),
    };
    let (same, twice) = (&counts["same"], &counts["twice"]);
    let counts = format!("{done}, {same} as they were, {twice} twice in the file");
    let unclear: Vec<&Value> = items(&report["unclear"]).collect();
    if unclear.is_empty() {
        return counts;
    }
    let lines = unclear.iter().take(TOLD).map(|row| waiting(row));
    let more = unclear.len().saturating_sub(TOLD);
    let more = (more > 0).then(|| format!("  and {more} more; --json tells all"));
    let head = format!("{counts}, {} for you to look at:", unclear.len());
    [head].into_iter().chain(lines).chain(more).collect::<Vec<_>>().join("\n")
}

fn waiting(row: &Value) -> String {
    let title = Some(word(row, "title")).filter(|title| !title.is_empty()).unwrap_or("no title");
    let differs = items(&row["differs"]).map(|field| {
        format!("; {}: {} here, {} there", word(field, "field"), field["library"], field["file"])
    });
    let differs: String = differs.collect();
    format!("  row {}, {title}: {}{differs}", row["row"], word(row, "reason"))
}

pub(super) async fn export(desk: &Desk, file: &Path, what: &Export) -> Outcome {
    let format = match what.format.unwrap_or(Format::Json) {
        Format::Json => "json",
        Format::Csv => "csv",
        Format::MalXml => "mal-xml",
    };
    let kind = match what.r#type {
        None => "",
        Some(Kind::Anime) => "&type=anime",
        Some(Kind::Manga) => "&type=manga",
    };
    let path = format!("/api/library/export?format={format}{kind}");
    let bytes = desk.api.download(&path).await?;
    if file != Path::new("-") {
        return std::fs::write(file, bytes).map_err(|cause| at(file, &cause).into());
    }
    let mut output = std::io::stdout().lock();
    output.write_all(&bytes)?;
    Ok(output.flush()?)
}

pub(super) async fn tracker(desk: &Desk, file: PathBuf, dry_run: bool) -> Outcome {
    let trial = if dry_run { Trial::Dry } else { Trial::Real };
    let read = tracker::read(file).await.map_err(|error| told(&error))?;
    let moved = tracker::import(&desk.people, read, trial).await.map_err(|error| told(&error))?;
    let report: Vec<Value> = moved.iter().map(of_person).collect();
    desk.printer.show(&json!({ "dry": dry_run, "people": report }), |report| people(report, trial))
}

/// What becomes of a person, for programs.
fn of_person(moved: &Moved) -> Value {
    let (account, reason) = match &moved.place {
        Place::New => ("new", None),
        Place::There => ("there", None),
        Place::Refused(reason) => ("refused", Some(reason)),
        Place::Nobody => ("nobody", None),
    };
    let titles = moved.titles;
    json!({
        "username": moved.username, "account": account, "reason": reason, "new": titles.new,
        "changed": titles.changed, "same": titles.same, "twice": titles.twice,
        "unclear": titles.unclear,
    })
}

fn people(report: &Value, trial: Trial) -> String {
    let lines: Vec<String> = items(&report["people"]).map(person).collect();
    if lines.is_empty() {
        return "nobody and nothing is in it".to_owned();
    }
    let hint = match trial {
        Trial::Dry => "nothing was changed; leave out --dry-run to do it",
        Trial::Real => "`anilist-trakt-sync account reset NAME` makes a code to set a password by",
    };
    lines.join("\n") + "\n" + hint
}

fn person(moved: &Value) -> String {
    let name = word(moved, "username");
    let titles = format!(
        "{} new, {} changed, {} as they were, {} twice, {} unclear",
        moved["new"], moved["changed"], moved["same"], moved["twice"], moved["unclear"]
    );
    match word(moved, "account") {
        "refused" => format!("{name}: no account, {}", word(moved, "reason")),
        "nobody" => format!("titles of nobody, for the first account: {titles}"),
        "new" => format!("{name}: a new account; {titles}"),
        _ => format!("{name}: the account is there; {titles}"),
    }
}

fn bytes_of(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    opened(file)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn at(file: &Path, cause: &dyn std::fmt::Display) -> String {
    format!("{}: {}", plain(&cause.to_string()), plain(&file.display().to_string()))
}
