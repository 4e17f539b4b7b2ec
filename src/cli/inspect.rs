//! How things stand, and what waits for a person.

use std::fmt::Write as _;

use anilist_trakt_sync::domain::AnilistId;
use clap::Subcommand;
use serde_json::{Value, json};

use super::answer::{items, place, word};
use super::api::Api;
use super::plays::{Group, grouped};
use super::{Answer, Desk, Outcome, anilist_id};

#[derive(Subcommand)]
pub(super) enum Unmapped {
    /// Lists them (the default).
    List,
    /// Leaves a title alone: nobody is asked about it again.
    Ignore {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
    },
    /// Asks about an ignored title again.
    Unignore {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
    },
    /// Leaves what was posted in an earlier place as it is, and counts it as settled.
    Keep {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
    },
}

pub(super) async fn status(Desk { api, printer, .. }: &Desk) -> Outcome {
    let status = api.get("/api/status").await?;
    let connections = api.get("/api/connections").await?;
    let both = json!({ "status": status, "connections": connections["connections"] });
    printer.show(&both, |both| {
        let (status, mut text) = (&both["status"], String::new());
        for (name, field) in [
            ("last full sync", "lastManualSync"),
            ("last automated sync", "lastAutomatedSync"),
            ("next automated sync", "nextAutomatedSync"),
        ] {
            line(&mut text, name, status[field].as_str().unwrap_or("never"));
        }
        let running = &status["running"];
        if let Some(since) = running["since"].as_str() {
            line(&mut text, "running since", since);
        }
        line(&mut text, "waiting titles", &status["unmapped"].to_string());
        for connection in items(&both["connections"]) {
            let hint = connection["hint"].as_str().map(|hint| format!("\n{:22}hint: {hint}", ""));
            let told = format!("{}{}", word(connection, "message"), hint.unwrap_or_default());
            line(&mut text, word(connection, "name"), &told);
        }
        text
    })
}

pub(super) async fn runs(Desk { api, printer, .. }: &Desk, id: Option<u64>, all: bool) -> Outcome {
    let Some(id) = id else {
        let runs = api.get("/api/runs").await?;
        return printer.list(&runs, "nothing was ever synced", |runs| {
            items(&runs["items"]).map(run_line).collect()
        });
    };
    let mut run = api.get(&format!("/api/runs/{id}")).await?;
    if !printer.json {
        run["plays"] = rest_of_the_plays(api, id, &run).await?;
    }
    printer.show(&run, |run| {
        let plays = items(&run["plays"]);
        let lines: String = if all {
            plays.map(play_line).collect()
        } else {
            let key = |play: &Value| {
                let target =
                    if word(play, "kind") == "movie" { &play["movie"] } else { &play["show"] };
                format!("{} {} {target}", play["anilistId"], play["outcome"])
            };
            grouped(plays, key).iter().map(title_line).collect()
        };
        run_line(run) + &lines
    })
}

/// A route gives so many plays at a time; here all of them are told.
async fn rest_of_the_plays(api: &Api, id: u64, run: &Value) -> Answer<Value> {
    let mut plays: Vec<Value> = items(&run["plays"]).cloned().collect();
    let total = run["total"].as_u64().unwrap_or_default();
    while (plays.len() as u64) < total {
        let more = api.get(&format!("/api/runs/{id}?offset={}", plays.len())).await?;
        let before = plays.len();
        plays.extend(items(&more["plays"]).cloned());
        if plays.len() == before {
            break;
        }
    }
    Ok(Value::from(plays))
}

fn title_line(group: &Group<'_>) -> String {
    let Some(first) = group.plays.first() else { return String::new() };
    let (title, outcome) = (word(first, "title"), word(first, "outcome"));
    format!("       {outcome:<8} {}  {title}: {}\n", group.place(), group.count())
}

fn run_line(run: &Value) -> String {
    let report = &run["report"];
    let told = report["error"].as_str().or(report["message"].as_str());
    let told =
        told.unwrap_or(if run["state"] == "running" { "it goes on, or was cut off" } else { "" });
    let (began, mode, state) = (word(run, "startedAt"), word(run, "mode"), word(run, "state"));
    let undone = if run["undoneBy"].is_null() { "" } else { " (undone)" };
    format!("{:>5}  {began}  {mode:<9} {state:<8} {told}{undone}\n", run["id"].to_string())
}

fn play_line(play: &Value) -> String {
    let place = place(play);
    let (title, outcome) = (word(play, "title"), word(play, "outcome"));
    format!("       {outcome:<8} {place:<24} {title} {}\n", play["abs"])
}

pub(super) async fn unmapped(Desk { api, printer, .. }: &Desk, what: Option<Unmapped>) -> Outcome {
    let path = |title: AnilistId, act: &str| format!("/api/unmapped/{title}/{act}");
    let (answer, done) = match what.unwrap_or(Unmapped::List) {
        Unmapped::List => {
            let queue = api.get("/api/unmapped").await?;
            return printer.list(&queue, "nothing waits for a decision", |queue| {
                items(&queue["items"]).map(waiting).collect()
            });
        }
        Unmapped::Ignore { title } => (api.post(&path(title, "ignore")).await?, "is left alone"),
        Unmapped::Unignore { title } => (api.delete(&path(title, "ignore")).await?, "waits again"),
        Unmapped::Keep { title } => (api.post(&path(title, "keep")).await?, "stays as it is"),
    };
    printer.show(&answer, |_| format!("the title {done}"))
}

fn waiting(row: &Value) -> String {
    let ignored = if row["ignored"] == true { " (ignored)" } else { "" };
    let (title, hint) = (word(row, "title"), word(row, "hint"));
    let detail = [word(row, "detail"), word(row, "sentence")];
    let detail = detail.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    format!("{}  {title}{ignored}\n    {detail}\n    hint: {hint}\n", row["anilistId"])
}

pub(super) async fn suggest(Desk { api, printer, .. }: &Desk, title: AnilistId) -> Outcome {
    let answer = api.get(&format!("/api/suggestions?anilistId={title}")).await?;
    printer.show(&answer, |answer| {
        let mut text = format!("{} is {}\n", word(answer, "title"), word(answer, "verdict"));
        if items(&answer["suggestions"]).next().is_none() {
            text.push_str("  neither the sources nor a search on Trakt know this title\n");
        }
        items(&answer["suggestions"]).for_each(|one| text.push_str(&suggestion(title, one)));
        if let Some(cause) = answer["searchError"].as_str() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "not everything could be searched: {cause}");
        }
        text
    })
}

/// A place with what speaks for it, and the command that accepts it.
fn suggestion(title: AnilistId, one: &Value) -> String {
    let pin = |field: &str, name: &str| match one["map"][field].as_u64() {
        Some(value) => format!(" {name} {value}"),
        None => String::new(),
    };
    let year = one["year"].as_i64().map_or_else(String::new, |year| format!(" ({year})"));
    let (kind, why, id) = (word(one, "kind"), word(one, "because"), &one["traktId"]);
    let pins = pin("season", "--season") + &pin("offset", "--offset");
    let accept = match &one["map"] {
        Value::Null => String::new(),
        _ => format!(
            "\n      anilist-trakt-sync mapping add {title} --trakt {id} --type {kind}{pins}"
        ),
    };
    format!("  {kind} {id}  {}{year}\n      {why}{accept}\n", word(one, "title"))
}

pub(super) async fn search(Desk { api, printer, .. }: &Desk, text: &str) -> Outcome {
    // Only a whole address knows how to spell a query.
    let address = reqwest::Url::parse_with_params("http://here/api/search", [("q", text)])?;
    let query = address.query().unwrap_or_default();
    let answer = api.get(&format!("/api/search?{query}")).await?;
    printer.list(&answer, "Trakt finds nothing under this title", |answer| {
        let hit = |hit: &Value| {
            let year = hit["year"].as_i64().map_or(String::new(), |year| format!(" ({year})"));
            format!(
                "{:<5} {:>8}  {}{year}\n",
                word(hit, "kind"),
                hit["traktId"].to_string(),
                word(hit, "title")
            )
        };
        items(&answer["items"]).map(hit).collect()
    })
}

pub(super) async fn forget(Desk { api, printer, .. }: &Desk, title: AnilistId) -> Outcome {
    let answer = api.delete(&format!("/api/progress?anilistId={title}")).await?;
    printer.show(&answer, |_| format!("AniList {title} is synced afresh by the next full sync"))
}

pub(super) async fn logs(Desk { api, printer, .. }: &Desk) -> Outcome {
    let lines = api.get("/api/logs").await?;
    printer.list(&lines, "no lines are kept yet", |lines| {
        let told = |line: &Value| {
            let (at, level) = (word(line, "created_at"), word(line, "level"));
            format!("{at} {level:<5} {}\n", word(line, "message"))
        };
        let all: Vec<String> = items(lines).map(told).collect();
        all.into_iter().rev().collect()
    })
}

fn line(text: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{name:<20}  {value}");
}
