//! A calendar as a file for calendar apps (RFC 5545).

use jiff::Timestamp;

use super::CalendarEntry;

/// The octets of a line, without its end (§3.1).
const LINE: usize = 75;

/// How often an app is asked to look again: an ISO 8601 duration.
const REFRESH: &str = "PT1H";

/// How long an episode is where nobody knows, in minutes.
const USUAL_MINUTES: u32 = 24;

/// More minutes than an episode has; what is above is a mistake.
const MOST_MINUTES: u32 = 24 * 60;

/// The text of a calendar with these entries. `as_of` is when its facts were learned: the same entries of the
/// same time are the same text.
pub fn icalendar(entries: &[CalendarEntry<'_>], as_of: Timestamp) -> String {
    let mut text = Text(String::new());
    let head = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//anilist-trakt-sync//calendar//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("NAME", "Anime"),
        ("X-WR-CALNAME", "Anime"),
        ("REFRESH-INTERVAL;VALUE=DURATION", REFRESH),
        ("X-PUBLISHED-TTL", REFRESH),
    ];
    for (name, value) in head {
        text.line(name, value);
    }
    for entry in entries {
        text.event(entry, as_of);
    }
    text.line("END", "VCALENDAR");
    text.0
}

/// A text that grows by lines.
struct Text(String);

impl Text {
    fn event(&mut self, entry: &CalendarEntry<'_>, as_of: Timestamp) {
        let CalendarEntry { item, episode, airs_at, .. } = entry;
        self.line("BEGIN", "VEVENT");
        self.line("UID", &uid(entry));
        self.line("DTSTAMP", &utc(as_of));
        self.line("DTSTART", &utc(*airs_at));
        self.line("DURATION", &format!("PT{}M", minutes(entry)));
        let summary = format!("{} · episode {episode}", item.work.title);
        self.line("SUMMARY", &escaped(&summary));
        if let Some(url) = item.work.site_url.as_deref().filter(|url| is_address(url)) {
            self.line("URL", url);
        }
        // Nobody is busy because something airs.
        self.line("TRANSP", "TRANSPARENT");
        self.line("END", "VEVENT");
    }

    /// Adds a line, folded where it is too long, and never within a character.
    fn line(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if length + letter.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(letter);
            length += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// The same for an episode of a work whenever it is asked for, also once the title was removed and added
/// again.
fn uid(entry: &CalendarEntry<'_>) -> String {
    let CalendarEntry { item, episode, .. } = entry;
    match item.work.ids.anilist {
        Some(id) => format!("anilist-{id}-episode-{episode}@anilist-trakt-sync"),
        None => format!("item-{}-episode-{episode}@anilist-trakt-sync", item.id),
    }
}

fn minutes(entry: &CalendarEntry<'_>) -> u32 {
    let known = entry.item.work.episode_minutes;
    known.filter(|minutes| (1..=MOST_MINUTES).contains(minutes)).unwrap_or(USUAL_MINUTES)
}

fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A value of the type TEXT (§3.3.11). What no text may hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push('\t'),
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether it can stand as it is: a value of the type URI is not escaped.
fn is_address(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && text.bytes().all(|byte| byte.is_ascii_graphic())
}
