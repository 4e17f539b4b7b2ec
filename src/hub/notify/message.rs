//! What is told, in words. Pure.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::{Failure, PlayOutcome, RunId, RunMode, RunPlay, RunRow, RunState, Service};
use crate::plain::plain;

/// Titles that are named; of more, it is said how many.
const NAMED: usize = 10;
/// Discord takes no more characters in one message.
const DISCORD_LONGEST: usize = 2000;

/// Something to tell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum News {
    /// A run posted plays.
    Posted { run: RunId, mode: RunMode, plays: usize, is_partial: bool, titles: Titles },
    /// A run failed.
    Failed { run: RunId, mode: RunMode, error: String, code: String, hint: String },
    /// Somebody has to sign in again before long.
    SignInEnds { service: Service, ends_at: Timestamp },
    /// Somebody wants to set a new password.
    Code { username: String, code: String, expires_at: Timestamp },
}

/// The titles that plays are of, with how many, in the order in which they were posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Titles(Vec<(String, usize)>);

impl Titles {
    pub(super) fn of<'a>(plays: impl Iterator<Item = &'a RunPlay>) -> Self {
        let mut titles: Vec<(String, usize)> = Vec::new();
        for play in plays.filter(|play| play.outcome == PlayOutcome::Accepted) {
            let title = play.title.as_deref().unwrap_or("a title without a name");
            match titles.iter_mut().find(|(known, _)| known == title) {
                Some((_, count)) => *count += 1,
                None => titles.push((title.to_owned(), 1)),
            }
        }
        Self(titles)
    }

    fn lines(&self) -> String {
        let named = self.0.iter().take(NAMED).map(|(title, count)| match count {
            1 => format!("- {}\n", plain(title)),
            count => format!("- {}: {count} plays\n", plain(title)),
        });
        let more = match self.0.len().saturating_sub(NAMED) {
            0 => String::new(),
            1 => "- and 1 more title\n".to_owned(),
            more => format!("- and {more} more titles\n"),
        };
        named.collect::<String>() + &more
    }
}

impl News {
    pub(super) fn posted(row: &RunRow, titles: Titles) -> Self {
        Self::Posted {
            run: row.id,
            mode: row.mode,
            plays: row.report.posted().unwrap_or_default(),
            is_partial: row.state == RunState::Partial,
            titles,
        }
    }

    pub(super) fn failed(row: &RunRow) -> Self {
        let Failure { error, code, hint } = row.report.failure().cloned().unwrap_or_default();
        Self::Failed { run: row.id, mode: row.mode, error, code, hint }
    }

    pub(super) fn message(&self) -> Message {
        Message { news: self.clone(), text: self.text() }
    }

    fn text(&self) -> String {
        match self {
            Self::Posted { plays, is_partial, titles, .. } => {
                let plays =
                    if *plays == 1 { "1 play".to_owned() } else { format!("{plays} plays") };
                let rest = if *is_partial { "; the next run goes on from here" } else { "" };
                format!("{plays} posted to Trakt{rest}:\n{}", titles.lines())
            }
            Self::Failed { mode, error, hint, .. } => {
                format!("The {mode} run failed: {}.\nNext: {hint}.", plain(error))
            }
            Self::SignInEnds { service, ends_at } => {
                let day = ends_at.strftime("%Y-%m-%d");
                let next = service.about().renew;
                format!("The sign-in to {service} ends on {day}.\nNext: {next}.")
            }
            Self::Code { username, code, expires_at } => {
                let end = expires_at.strftime("%H:%M UTC");
                format!(
                    "{code} is the code to set a new password for {username}, until {end}.\nWho did not ask for it need not do anything."
                )
            }
        }
    }
}

/// News in words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    news: News,
    text: String,
}

impl Message {
    pub(super) fn text(&self) -> &str {
        self.text.trim_end()
    }

    pub(super) fn title(&self) -> &'static str {
        match self.news {
            News::Posted { .. } => "Synced to Trakt",
            News::Failed { .. } => "A sync to Trakt failed",
            News::SignInEnds { .. } => "A sign-in ends soon",
            News::Code { .. } => "A code for a new password",
        }
    }

    /// A picture, by ntfy's names.
    pub(super) fn tag(&self) -> &'static str {
        match self.news {
            News::Posted { .. } => "white_check_mark",
            News::Failed { .. } => "x",
            News::SignInEnds { .. } | News::Code { .. } => "key",
        }
    }

    /// What Discord takes. Nobody is called by a title that happens to name them.
    pub(super) fn for_discord(&self) -> Value {
        let whole = format!("**{}**\n{}", self.title(), self.text());
        let short: String = whole.chars().take(DISCORD_LONGEST).collect();
        json!({ "content": short, "allowed_mentions": { "parse": [] } })
    }

    /// Everything, for programs.
    pub(super) fn as_json(&self) -> Value {
        let mut all = match &self.news {
            News::Posted { run, mode, plays, is_partial, titles } => json!({
                "event": "posted", "runId": run, "mode": mode, "plays": plays,
                "state": if *is_partial { "partial" } else { "complete" },
                "titles": titles.0.iter().map(|(title, plays)| json!({ "title": title, "plays": plays })).collect::<Vec<_>>(),
            }),
            News::Failed { run, mode, error, code, hint } => json!({
                "event": "failed", "runId": run, "mode": mode, "error": error, "code": code,
                "hint": hint,
            }),
            News::SignInEnds { service, ends_at } => json!({
                "event": "sign_in_ends", "service": service.id(), "endsAt": ends_at,
            }),
            News::Code { username, code, expires_at } => json!({
                "event": "password_code", "username": username, "code": code,
                "expiresAt": expires_at,
            }),
        };
        all["title"] = json!(self.title());
        all["text"] = json!(self.text());
        all
    }
}
