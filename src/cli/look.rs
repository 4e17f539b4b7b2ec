//! How things stand, and what waits for a person.

use std::fmt::Write as _;

use anilist_trakt_sync::domain::AnilistId;
use clap::Subcommand;
use serde_json::{Value, json};

use super::answer::{items, place, word};
use super::api::Api;
use super::{Outcome, anilist_id, show};

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

pub(super) async fn status(api: &Api, as_json: bool) -> Outcome {
    let status = api.get("/api/status").await?;
    let connections = api.get("/api/connections").await?;
    let both = json!({ "status": status, "connections": connections["connections"] });
    show(&both, as_json, |both| {
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

pub(super) async fn runs(api: &Api, id: Option<u64>, json: bool) -> Outcome {
    match id {
        None => show(&api.get("/api/runs").await?, json, |runs| {
            items(&runs["items"]).map(run_line).collect()
        }),
        Some(id) => show(&api.get(&format!("/api/runs/{id}")).await?, json, |run| {
            run_line(run) + &items(&run["plays"]).map(play_line).collect::<String>()
        }),
    }
}

fn run_line(run: &Value) -> String {
    let report = &run["report"];
    let told = report["error"].as_str().or(report["message"].as_str()).unwrap_or_default();
    let (began, mode, state) = (word(run, "startedAt"), word(run, "mode"), word(run, "state"));
    let undone = if run["undoneBy"].is_null() { "" } else { " (undone)" };
    format!("{:>5}  {began}  {mode:<9} {state:<8} {told}{undone}\n", run["id"].to_string())
}

fn play_line(play: &Value) -> String {
    let place = place(play);
    let (title, outcome) = (word(play, "title"), word(play, "outcome"));
    format!("       {outcome:<8} {place:<24} {title} {}\n", play["abs"])
}

pub(super) async fn unmapped(api: &Api, what: Option<Unmapped>, json: bool) -> Outcome {
    let path = |title: AnilistId, act: &str| format!("/api/unmapped/{title}/{act}");
    let (answer, done) = match what.unwrap_or(Unmapped::List) {
        Unmapped::List => {
            let queue = api.get("/api/unmapped").await?;
            return show(&queue, json, |queue| items(&queue["items"]).map(waiting).collect());
        }
        Unmapped::Ignore { title } => (api.post(&path(title, "ignore")).await?, "is left alone"),
        Unmapped::Unignore { title } => (api.delete(&path(title, "ignore")).await?, "waits again"),
        Unmapped::Keep { title } => (api.post(&path(title, "keep")).await?, "stays as it is"),
    };
    show(&answer, json, |_| format!("the title {done}"))
}

fn waiting(row: &Value) -> String {
    let ignored = if row["ignored"] == true { " (ignored)" } else { "" };
    let (title, detail, hint) = (word(row, "title"), word(row, "detail"), word(row, "hint"));
    format!("{}  {title}{ignored}\n    {detail}\n    hint: {hint}\n", row["anilistId"])
}

pub(super) async fn suggest(api: &Api, title: AnilistId, json: bool) -> Outcome {
    let answer = api.get(&format!("/api/suggestions?anilistId={title}")).await?;
    show(&answer, json, |answer| {
        let mut text = format!("{} is {}\n", word(answer, "title"), word(answer, "verdict"));
        for one in items(&answer["suggestions"]) {
            let season = one["season"].as_u64().map_or(String::new(), |s| format!(" season {s}"));
            let name = one["title"].as_str().unwrap_or_default();
            let (kind, why) = (word(one, "kind"), word(one, "because"));
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {kind} {}{season}  {name}\n      {why}", one["traktId"]);
        }
        text
    })
}

pub(super) async fn search(api: &Api, text: &str, json: bool) -> Outcome {
    // Only a whole address knows how to spell a query.
    let address = reqwest::Url::parse_with_params("http://here/api/search", [("q", text)])?;
    let query = address.query().unwrap_or_default();
    let answer = api.get(&format!("/api/search?{query}")).await?;
    show(&answer, json, |answer| {
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

pub(super) async fn forget(api: &Api, title: AnilistId, json: bool) -> Outcome {
    let answer = api.delete(&format!("/api/progress?anilistId={title}")).await?;
    show(&answer, json, |_| format!("AniList {title} is synced afresh by the next full sync"))
}

pub(super) async fn logs(api: &Api, json: bool) -> Outcome {
    show(&api.get("/api/logs").await?, json, |lines| {
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
