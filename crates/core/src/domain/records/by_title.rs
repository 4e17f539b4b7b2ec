//! How the plays of a batch are stored: under the titles they belong to.
//!
//! A play with its title and all its names takes more than 200 bytes, and a batch is written twice:
//! before it leaves, and when it is settled. What plays of one title have in common is said once
//! here, which makes it a third.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{PlayOutcome, RunPlay};
use crate::domain::{
    AnilistId, HistoryId, Item, Play, Slot, Source, TraktEpisodeId, TraktMovieId, TraktShowId,
    Verdict, WatchedAt,
};

/// Plays that stand one after the other and belong together.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Together<'a> {
    anilist_id: AnilistId,
    title: Option<&'a str>,
    source: Option<Source>,
    verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<TraktShowId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    movie: Option<TraktMovieId>,
    plays: Vec<Rest>,
}

/// What is left to say of a play.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rest {
    abs: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<(u16, u32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<TraktEpisodeId>,
    at: WatchedAt,
    #[serde(skip_serializing_if = "Option::is_none")]
    rewatch: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<PlayOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history_id: Option<HistoryId>,
}

impl Rest {
    fn new(RunPlay { play, outcome, history_id, .. }: &RunPlay) -> Self {
        let slot = match play.item {
            Item::Episode { slot, .. } => Some((slot.season, slot.number)),
            Item::Movie { .. } => None,
        };
        Self {
            abs: play.abs,
            slot,
            id: play.episode_id,
            at: play.watched_at,
            rewatch: (play.rewatch > 0).then_some(play.rewatch),
            outcome: (*outcome != PlayOutcome::Accepted).then_some(*outcome),
            history_id: *history_id,
        }
    }
}

/// Plays that belong together; or, before version 0.1, one that stands for itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    anilist_id: AnilistId,
    title: Option<String>,
    source: Option<Source>,
    verdict: Option<Verdict>,
    show: Option<TraktShowId>,
    movie: Option<TraktMovieId>,
    plays: Option<Vec<Rest>>,
    abs: Option<u32>,
    season: Option<u16>,
    number: Option<u32>,
    episode_id: Option<TraktEpisodeId>,
    watched_at: Option<WatchedAt>,
    rewatch: Option<u32>,
    outcome: Option<PlayOutcome>,
    history_id: Option<HistoryId>,
}

impl Stored {
    /// The plays, unless they are of nothing.
    fn into_plays(mut self) -> Option<Vec<RunPlay>> {
        let plays = match self.plays.take() {
            Some(plays) => plays,
            None => vec![self.alone()?],
        };
        plays.iter().map(|rest| self.play(rest)).collect()
    }

    fn alone(&self) -> Option<Rest> {
        Some(Rest {
            abs: self.abs?,
            slot: self.season.zip(self.number),
            id: self.episode_id,
            at: self.watched_at?,
            rewatch: self.rewatch,
            outcome: self.outcome,
            history_id: self.history_id,
        })
    }

    fn play(&self, rest: &Rest) -> Option<RunPlay> {
        let item = match (self.movie, self.show, rest.slot) {
            (Some(movie), _, _) => Item::Movie { movie },
            (None, Some(show), Some((season, number))) => {
                Item::Episode { show, slot: Slot { season, number } }
            }
            (None, _, _) => return None,
        };
        Some(RunPlay {
            play: Play {
                anilist_id: self.anilist_id,
                abs: rest.abs,
                item,
                episode_id: rest.id,
                watched_at: rest.at,
                rewatch: rest.rewatch.unwrap_or(0),
            },
            title: self.title.clone(),
            source: self.source,
            verdict: self.verdict,
            outcome: rest.outcome.unwrap_or(PlayOutcome::Accepted),
            history_id: rest.history_id,
        })
    }
}

/// The show, or the film.
fn work(item: Item) -> (Option<TraktShowId>, Option<TraktMovieId>) {
    match item {
        Item::Episode { show, .. } => (Some(show), None),
        Item::Movie { movie } => (None, Some(movie)),
    }
}

pub(super) fn serialize<S: Serializer>(
    plays: &[RunPlay],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let belong_together = |a: &RunPlay, b: &RunPlay| {
        let of = |sent: &RunPlay| (sent.play.anilist_id, work(sent.play.item));
        let how = |sent: &RunPlay| (sent.source, sent.verdict);
        of(a) == of(b) && how(a) == how(b) && a.title == b.title
    };
    serializer.collect_seq(plays.chunk_by(belong_together).map(|plays| {
        let (show, movie) = work(plays[0].play.item);
        Together {
            anilist_id: plays[0].play.anilist_id,
            title: plays[0].title.as_deref(),
            source: plays[0].source,
            verdict: plays[0].verdict,
            show,
            movie,
            plays: plays.iter().map(Rest::new).collect(),
        }
    }))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<RunPlay>, D::Error> {
    let mut all = Vec::new();
    for stored in Vec::<Stored>::deserialize(deserializer)? {
        let plays = stored.into_plays();
        all.extend(plays.ok_or_else(|| serde::de::Error::custom("a play of nothing"))?);
    }
    Ok(all)
}

/// Plays that are stored by themselves.
pub struct Plays<P>(pub P);

impl Serialize for Plays<&[RunPlay]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Plays<Vec<RunPlay>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer).map(Self)
    }
}

/// How many plays are stored, read without them.
pub struct Count(pub usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Counted {
            plays: Option<Vec<IgnoredAny>>,
        }
        let count = |stored: &Counted| stored.plays.as_ref().map_or(1, Vec::len);
        Ok(Self(Vec::<Counted>::deserialize(deserializer)?.iter().map(count).sum()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: u32, abs: u32) -> RunPlay {
        let slot = Slot { season: 2, number: abs };
        RunPlay {
            play: Play {
                anilist_id: AnilistId(id),
                abs,
                item: Item::Episode { show: TraktShowId(7), slot },
                episode_id: Some(TraktEpisodeId(900 + u64::from(abs))),
                watched_at: WatchedAt::Unknown,
                rewatch: 0,
            },
            title: Some("Title".to_owned()),
            source: Some(Source::Anibridge),
            verdict: None,
            outcome: PlayOutcome::Accepted,
            history_id: None,
        }
    }

    fn kinds() -> Vec<RunPlay> {
        let film = Item::Movie { movie: TraktMovieId(5) };
        let again = Play { rewatch: 2, ..sent(1, 1).play };
        let at = WatchedAt::at("2024-02-11T21:03:00Z".parse().unwrap());
        vec![
            sent(1, 1),
            sent(1, 2),
            RunPlay { outcome: PlayOutcome::Refused, ..sent(1, 3) },
            RunPlay { history_id: Some(HistoryId(u64::MAX)), ..sent(1, 4) },
            sent(2, 1),
            RunPlay { play: again, ..sent(1, 1) },
            RunPlay { title: None, ..sent(1, 5) },
            RunPlay {
                play: Play { item: film, episode_id: None, ..sent(3, 1).play },
                ..sent(3, 1)
            },
            RunPlay { play: Play { watched_at: at, ..sent(3, 2).play }, ..sent(3, 2) },
        ]
    }

    fn json(plays: &[RunPlay]) -> String {
        serde_json::to_string(&Plays(plays)).unwrap()
    }

    #[test]
    fn plays_of_every_kind_come_back_in_the_order_in_which_they_were_sent() {
        let read: Plays<Vec<RunPlay>> = serde_json::from_str(&json(&kinds())).unwrap();
        assert_eq!(read.0, kinds());
    }

    #[test]
    fn what_plays_have_in_common_is_said_once() {
        let expected = concat!(
            r#"[{"anilistId":1,"title":"Title","source":"anibridge","verdict":null,"show":7,"#,
            r#""plays":[{"abs":1,"slot":[2,1],"id":901,"at":"unknown"},"#,
            r#"{"abs":2,"slot":[2,2],"id":902,"at":"unknown"}]}]"#,
        );
        assert_eq!(json(&kinds()[..2]), expected);
    }

    #[test]
    fn plays_that_stand_for_themselves_are_read_as_well() {
        let before = serde_json::to_string(&kinds()).unwrap();
        let read: Plays<Vec<RunPlay>> = serde_json::from_str(&before).unwrap();
        assert_eq!(read.0, kinds());
    }

    #[test]
    fn plays_are_counted_in_either_form() {
        for text in [json(&kinds()), serde_json::to_string(&kinds()).unwrap()] {
            let Count(count) = serde_json::from_str(&text).unwrap();
            assert_eq!(count, kinds().len());
        }
    }

    #[test]
    fn an_episode_without_a_season_is_an_error() {
        let bad = json(&kinds()[..1]).replace(r#""slot":[2,1],"#, "");
        assert!(serde_json::from_str::<Plays<Vec<RunPlay>>>(&bad).is_err());
    }
}
