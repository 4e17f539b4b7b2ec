//! Pictures of titles, drawn from their numbers: a sky, a sun, three ranges of hills, and the title.

use std::fmt::Write as _;

use anilist_trakt_sync_core::domain::AnilistId;

use super::dice::Dice;
use super::http::{Reply, Request};
use super::server::State;
use super::world::World;

/// The size of a picture, in units of its own.
const WIDTH: u32 = 230;
const HEIGHT: u32 = 325;

/// Letters of a line of the title.
const LINE: usize = 16;
/// Lines of the title.
const LINES: usize = 4;

/// The path of a title's picture.
pub(super) fn path(id: AnilistId) -> String {
    format!("/covers/{id}.svg")
}

/// Answers one request below `/covers`.
pub(super) fn answer(state: &State, request: &Request) -> Reply {
    let id = request.path.strip_suffix(".svg").and_then(|id| id.parse().ok()).map(AnilistId);
    let title = id.and_then(|id| Some((id, title(&state.world, id)?)));
    match title {
        Some((id, title)) => {
            Reply::bytes(200, "image/svg+xml", drawn(u64::from(id.0), &title).into_bytes())
        }
        None => Reply::html(404, "Not Found"),
    }
}

/// Answers one request below `/mangadex-uploads`.
pub(super) fn answer_uploads(state: &State, request: &Request) -> Reply {
    let found = match &request.segments()[..] {
        ["covers", manga, file] if file.ends_with(".png.512.jpg") => uploaded(&state.world, manga),
        _ => None,
    };
    match found {
        Some(svg) => Reply::bytes(200, "image/svg+xml", svg.into_bytes()),
        None => Reply::html(404, "Not Found"),
    }
}

/// MangaDex' own picture of a manga, which is not AniList's.
fn uploaded(world: &World, manga: &str) -> Option<String> {
    let title = world.manga.iter().find(|one| one.mangadex.as_deref() == Some(manga))?;
    let number = number_of(manga)?;
    Some(drawn(!u64::from(number), &title.english))
}

/// The number that a UUID of the sample ends with.
pub(super) fn number_of(uuid: &str) -> Option<u32> {
    uuid.rsplit('-').next()?.parse().ok()
}

fn title(world: &World, id: AnilistId) -> Option<String> {
    let anime = world.media.get(&id).map(|media| media.titles.display().to_owned());
    let mut manga = world.manga.iter().filter(|manga| manga.anilist == Some(id));
    anime.or_else(|| manga.next().map(|manga| manga.english.clone()))
}

/// The picture of a title. The same title always looks the same.
fn drawn(number: u64, title: &str) -> String {
    let mut dice = Dice(number);
    let hue = dice.below(360);
    let far = (hue + 40 + dice.below(80)) % 360;
    let (sun_x, sun_y, sun) = (30 + dice.below(170), 50 + dice.below(90), 24 + dice.below(34));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <defs><linearGradient id=\"s\" x2=\"0\" y2=\"1\"><stop stop-color=\"hsl({hue} 55% 42%)\"/>\
         <stop offset=\"1\" stop-color=\"hsl({far} 70% 74%)\"/></linearGradient></defs>\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"url(#s)\"/>\
         <circle cx=\"{sun_x}\" cy=\"{sun_y}\" r=\"{sun}\" fill=\"hsl({far} 90% 92%)\" opacity=\".85\"/>"
    );
    for (range, light) in [(150, 36), (195, 24), (240, 13)] {
        hills(&mut svg, &mut dice, range, (hue, light));
    }
    lettering(&mut svg, title);
    svg.push_str("</svg>");
    svg
}

/// One range of hills across the picture, from about this height to its foot.
fn hills(svg: &mut String, dice: &mut Dice, height: u32, (hue, light): (u32, u32)) {
    let mut at = || height + dice.below(50);
    let (left, one, two, right) = (at(), at(), at(), at());
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<path d=\"M0 {left}C60 {one} 90 {one} 115 {two}S190 {right} {WIDTH} {right}V{HEIGHT}H0Z\" fill=\"hsl({hue} 45% {light}%)\"/>"
    );
}

fn lettering(svg: &mut String, title: &str) {
    let lines = lines(title);
    // Above where a card has its buttons.
    let top = HEIGHT as usize - 70 - (lines.len() - 1) * 23;
    for (number, line) in lines.iter().enumerate() {
        let (y, text) = (top + number * 23, escaped(line));
        let _ = write!(
            svg,
            "<text x=\"14\" y=\"{y}\" fill=\"#fff\" font-family=\"system-ui,sans-serif\" font-size=\"20\" font-weight=\"700\">{text}</text>"
        );
    }
}

/// The title in lines; what is left over is left out.
fn lines(title: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in title.split_whitespace() {
        let last = lines.len() - 1;
        let is_full =
            !lines[last].is_empty() && lines[last].chars().count() + word.chars().count() >= LINE;
        if is_full && lines.len() == LINES {
            lines[last].push('…');
            break;
        }
        if is_full {
            lines.push(word.to_owned());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_looks_the_same_every_time_and_unlike_another() {
        assert_eq!(drawn(21, "One & <Two>"), drawn(21, "One & <Two>"));
        assert_ne!(drawn(21, "One"), drawn(22, "One"));
        assert!(drawn(21, "One & <Two>").contains(">One &amp; &lt;Two></text>"));
    }

    #[test]
    fn a_long_title_is_broken_and_cut() {
        let title = "That Time I Got Reincarnated as a Slime and Then Went On to Found a Country";
        let lines = lines(title);
        assert_eq!(lines.len(), 4);
        assert!(lines[3].ends_with('…'), "{lines:?}");
        assert_eq!(super::lines("Monster"), ["Monster"]);
    }
}
