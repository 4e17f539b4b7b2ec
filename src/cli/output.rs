//! What is printed, and how: texts of others steer no terminal, times are in the person's zone, and
//! hints name commands.

use std::borrow::Cow;
use std::io::Write as _;

use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::plain::{plain, plain_json, plain_lines};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::Outcome;

/// Hints speak of pages and routes, as most who read them look at the page. In a terminal they name
/// the command that does the same.
const SPOKEN: [(&str, &str); 27] = [
    ("start it at /sync, or POST /api/full-sync", "start it with `anilist-trakt-sync sync full`"),
    ("sign in to Trakt again at /", "sign in to Trakt again with `anilist-trakt-sync auth trakt`"),
    ("sign in at /sign-in, or send", "send"),
    ("sign in again, at /sign-in", "sign in again, on the page /sign-in"),
    ("sign in with it first, at /sign-in", "sign in with it first, on the page /sign-in"),
    ("sign in at /", "sign in with `anilist-trakt-sync auth trakt`"),
    ("start at /", "start with `anilist-trakt-sync --help`"),
    ("go on at /", "start the service without it"),
    ("GET /api/admin/accounts lists", "`anilist-trakt-sync account list` lists"),
    ("register at /register", "make one with `anilist-trakt-sync account add`"),
    (
        "set a new password at /forgotten",
        "set a new password with a code of `anilist-trakt-sync account reset`",
    ),
    ("make one that may write, at /security", "make one that may write, on the page /security"),
    ("GET /api/runs ", "`anilist-trakt-sync runs` "),
    ("GET /api/status ", "`anilist-trakt-sync status` "),
    ("GET /api/unmapped ", "`anilist-trakt-sync unmapped` "),
    ("GET /api/mappings ", "`anilist-trakt-sync mapping list` "),
    ("GET /api/overrides ", "`anilist-trakt-sync override list` "),
    ("GET /api/settings shows", "`anilist-trakt-sync settings` shows"),
    ("with PATCH /api/settings", "with `anilist-trakt-sync settings set`"),
    ("GET /api/corrections gives", "`anilist-trakt-sync corrections export` writes"),
    ("DELETE /api/progress?anilistId= lets", "`anilist-trakt-sync forget` lets"),
    ("the address that GET /api/trakt-auth gives", "`anilist-trakt-sync auth trakt`"),
    (
        "the preview (GET /api/plan), and add ?confirm=1",
        "`anilist-trakt-sync plan`, and add --confirm",
    ),
    ("make one at /manual", "make one with `anilist-trakt-sync mapping add`"),
    ("map it by hand", "map it with `anilist-trakt-sync mapping add`"),
    ("or ignore it", "or leave it alone with `anilist-trakt-sync unmapped ignore`"),
    (
        "keep the earlier plays as they are, or start the title afresh to post them again",
        "keep the earlier plays with `anilist-trakt-sync unmapped keep`, or post them again after `anilist-trakt-sync forget`",
    ),
];

/// A hint for a terminal.
pub(super) fn spoken(hint: &str) -> String {
    SPOKEN.iter().fold(hint.to_owned(), |hint, (page, command)| hint.replace(page, command))
}

/// The zone of the times that are shown: the person's, or this machine's where none is set.
pub(super) fn zone(person: &Person) -> TimeZone {
    person.set.timezone.clone().unwrap_or_else(TimeZone::system)
}

/// A moment as people read it, such as `2026-11-27 14:05:09 CET`.
pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// A text in which each moment is one that people read.
fn with_moments<'a>(text: &'a str, zone: &TimeZone) -> Cow<'a, str> {
    let mark = |c: char| c.is_ascii_punctuation();
    let moment_of = |word: &'a str| -> Option<Timestamp> {
        let is_like_one = word.len() >= "2026-11-27T00:00Z".len() && word.ends_with(['Z', 'z']);
        is_like_one.then(|| word.parse().ok()).flatten()
    };
    if !text.split(' ').any(|word| moment_of(word.trim_matches(mark)).is_some()) {
        return Cow::Borrowed(text);
    }
    let told = |word: &'a str| {
        let bare = word.trim_matches(mark);
        moment_of(bare).map_or_else(|| word.to_owned(), |at| word.replace(bare, &moment(at, zone)))
    };
    Cow::Owned(text.split(' ').map(told).collect::<Vec<_>>().join(" "))
}

/// A text of somebody else, on one line, with the times that people read.
pub(super) fn told(text: &str, zone: &TimeZone) -> String {
    plain(&with_moments(text, zone)).into_owned()
}

/// An answer of which every text can be printed.
fn printable(answer: &Value, zone: &TimeZone) -> Value {
    match answer {
        Value::String(text) => Value::String(told(text, zone)),
        Value::Array(items) => items.iter().map(|item| printable(item, zone)).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let value = match value {
                    Value::String(hint) if name == "hint" => Value::String(spoken(hint)),
                    other => other.clone(),
                };
                (name.clone(), printable(&value, zone))
            };
            fields.iter().map(field).collect()
        }
        other => other.clone(),
    }
}

/// What a command prints of an answer.
pub(super) struct Printer {
    /// The person's zone.
    pub(super) zone: TimeZone,
    /// Whether the answer is printed as JSON.
    pub(super) json: bool,
}

impl Printer {
    /// Prints an answer as JSON, or what `readable` makes of it.
    pub(super) fn show(&self, answer: &Value, readable: impl FnOnce(&Value) -> String) -> Outcome {
        if self.json {
            return say_json(answer);
        }
        say(readable(&printable(answer, &self.zone)).trim_end())
    }

    /// The same for a list. That there is nothing in it is no part of the output, and is told beside
    /// it.
    pub(super) fn list(
        &self,
        answer: &Value,
        nothing: &str,
        readable: impl FnOnce(&Value) -> String,
    ) -> Outcome {
        if self.json {
            return say_json(answer);
        }
        let text = readable(&printable(answer, &self.zone));
        if text.is_empty() { note(nothing) } else { say(text.trim_end()) }
    }
}

/// Prints a value as JSON.
pub(super) fn say_json(value: &impl Serialize) -> Outcome {
    print(&format!("{}\n", plain_json(&serde_json::to_string_pretty(value)?)))
}

/// Prints a text and ends the line.
pub(super) fn say(text: &str) -> Outcome {
    print(&format!("{}\n", plain_lines(text)))
}

/// Prints a text as it is. A reader that has seen enough is no error.
pub(super) fn print(text: &str) -> Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Tells something beside the output.
pub(super) fn note(text: &str) -> Outcome {
    Ok(writeln!(std::io::stderr(), "{}", plain_lines(text))?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The string literals of a source file.
    fn literals(source: &str) -> impl Iterator<Item = &str> {
        source.split("#[cfg(test)]").next().unwrap_or_default().split('"').skip(1).step_by(2)
    }

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("demo") && !path.ends_with("cli") {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn no_hint_leads_a_terminal_to_a_page_or_a_route() {
        let mut all = Vec::new();
        for folder in ["src", "crates"] {
            sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut all);
        }
        let is_route = |text: &str| text.contains("GET /api/") || text.contains("DELETE /api/");
        let leads = |text: &&str| {
            text.contains(' ') && (is_route(text) || text.contains(" at /")) && !text.contains('{')
        };
        let hints: Vec<&str> = all.iter().flat_map(|s| literals(s)).filter(leads).collect();
        assert!(hints.len() > 8, "{hints:?}");
        for hint in hints {
            let spoken = spoken(hint);
            assert!(!is_route(&spoken) && !spoken.contains(" at /"), "{hint} → {spoken}");
        }
    }

    #[test]
    fn times_are_told_in_the_persons_zone_wherever_they_stand() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (text, expected) in [
            ("2026-11-27T13:05:09.123Z", "2026-11-27 14:05:09 CET"),
            ("since 2026-07-01T00:00:00Z.", "since 2026-07-01 02:00:00 CEST."),
            ("a title of 2026-11-27", "a title of 2026-11-27"),
            ("Kaguya-samaZ", "Kaguya-samaZ"),
        ] {
            assert_eq!(told(text, &berlin), expected);
        }
    }
}
