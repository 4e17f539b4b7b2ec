//! Plays grouped by title: a first sync has thousands.

use std::collections::HashMap;

use serde_json::Value;

use super::answer::{named, word};

/// The plays of one title that go to the same show or film in the same way, in order.
pub(super) struct Group<'a> {
    pub(super) plays: Vec<&'a Value>,
}

/// Groups plays by what `key` says of them, in the order in which the groups begin.
pub(super) fn grouped<'a>(
    plays: impl Iterator<Item = &'a Value>,
    key: impl Fn(&'a Value) -> String,
) -> Vec<Group<'a>> {
    let (mut groups, mut known) = (Vec::<Group<'a>>::new(), HashMap::new());
    for play in plays {
        let index = *known.entry(key(play)).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.plays.push(play),
            None => groups.push(Group { plays: vec![play] }),
        }
    }
    groups
}

impl Group<'_> {
    /// `show Attack on Titan (1420) S3E13-E22`, or `film 97` while its name is not known.
    pub(super) fn place(&self) -> String {
        let Some(first) = self.plays.first() else { return String::new() };
        match word(first, "kind") {
            "movie" => named(first, "film", &first["movie"]),
            _ => format!("{} {}", named(first, "show", &first["show"]), self.slots()),
        }
    }

    /// `1 play`, `10 plays`.
    pub(super) fn count(&self) -> String {
        match self.plays.len() {
            1 => "1 play".to_owned(),
            more => format!("{more} plays"),
        }
    }

    fn slots(&self) -> String {
        let number = |play: &Value, field: &str| play[field].as_u64().unwrap_or_default();
        let mut slots: Vec<(u64, u64)> = self
            .plays
            .iter()
            .map(|play| (number(play, "season"), number(play, "number")))
            .collect();
        slots.sort_unstable();
        slots.dedup();
        let follows = |a: &(u64, u64), b: &(u64, u64)| a.0 == b.0 && a.1 + 1 == b.1;
        let spans = slots.chunk_by(follows).map(|span| match span {
            [(season, number)] => format!("S{season}E{number}"),
            [(season, first), .., (_, last)] => format!("S{season}E{first}-E{last}"),
            [] => String::new(),
        });
        spans.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_title_is_one_line_however_many_plays_it_has() {
        let episode = |title: u32, season: u32, number: u32| json!({"anilistId": title, "kind": "episode", "show": 7, "season": season, "number": number});
        let plays = [
            episode(1, 1, 1),
            episode(1, 1, 2),
            episode(2, 0, 5),
            episode(1, 1, 4),
            episode(1, 2, 1),
            json!({"anilistId": 3, "kind": "movie", "movie": 8, "traktTitle": {"title": "A Film"}}),
        ];
        let groups = grouped(plays.iter(), |play| play["anilistId"].to_string());
        let told: Vec<_> = groups.iter().map(|g| format!("{}: {}", g.place(), g.count())).collect();
        assert_eq!(
            told,
            [
                "show 7 S1E1-E2, S1E4, S2E1: 4 plays",
                "show 7 S0E5: 1 play",
                "film A Film (8): 1 play"
            ]
        );
    }
}
