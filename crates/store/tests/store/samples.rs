//! Records to store, different for every number.

use std::collections::BTreeSet;

use anilist_trakt_sync_core::domain::{
    AccountId, Airing, AnilistId, Breakpoint, Digest, EarlierPlace, Entry, Episode, Format,
    FuzzyDate, HistoryId, Item, ListStatus, MalId, Mapping, MappingKind, Media, MediaType,
    NewLogLine, Override, Placement, PlacementRow, Play, PlayOutcome, Reason, Rewatched, RunId,
    RunMode, RunPlay, RunPlays, RunReport, RunRow, RunState, RunTrigger, Settled, Show, Slot,
    Source, Span, StoredShow, Titles, TraktEpisodeId, TraktMovieId, TraktShowId, TvdbId, Verdict,
    Waiting, WatchedAt, Weight, Work,
};
use anilist_trakt_sync_store::Write;
use jiff::Timestamp;

/// So many seconds (and a fraction) after a day in 2026.
pub(crate) fn moment(second: i64) -> Timestamp {
    Timestamp::new(1_790_000_000 + second, 123_456_789).unwrap()
}

pub(crate) fn me() -> AccountId {
    AccountId::default()
}

pub(crate) fn someone_else() -> AccountId {
    serde_json::from_value("someone/else".into()).unwrap()
}

pub(crate) fn mapping(id: u32) -> Mapping {
    Mapping {
        anilist_id: AnilistId(id),
        trakt_id: u64::from(id) + 100,
        tmdb_id: Some(id + 200),
        imdb_id: Some(format!("tt{id:07}").parse().unwrap()),
        tvdb_id: Some(TvdbId(id + 300)),
        kind: MappingKind::Manual,
        media_type: Some(MediaType::Show),
        season: Some(2),
        offset: Some(12),
        source: "manual".into(),
        title: Some(format!("Title {id}: 進撃 'n' \"more\"")),
        cover: Some(format!("https://s4.anilist.co/{id}.png")),
        updated_at: moment(i64::from(id)),
    }
}

/// A mapping with nothing in it that may be left out, and the largest number Trakt could give.
pub(crate) fn sparse_mapping(id: u32) -> Mapping {
    Mapping {
        trakt_id: u64::MAX,
        tmdb_id: None,
        imdb_id: None,
        tvdb_id: None,
        kind: MappingKind::Auto,
        media_type: None,
        season: None,
        offset: None,
        title: None,
        ..mapping(id)
    }
}

pub(crate) fn settled(id: u32, last_abs: u32, second: i64) -> Settled {
    let rewatched = Rewatched { rewatch: id % 3, abs: last_abs / 2 };
    let beyond = BTreeSet::from([
        Rewatched { rewatch: 0, abs: last_abs + 2 },
        Rewatched { rewatch: rewatched.rewatch + 1, abs: 5 },
    ]);
    let (anilist_id, updated_at) = (AnilistId(id), moment(second));
    Settled { anilist_id, last_abs, rewatched, beyond, updated_at }
}

pub(crate) fn correction(abs: u32, anilist_id: Option<u32>) -> Override {
    Override {
        trakt_id: TraktShowId(9),
        abs,
        season: 3,
        episode: abs + 1,
        anilist_id: anilist_id.map(AnilistId),
    }
}

pub(crate) fn waiting(id: u32) -> Waiting {
    let date = FuzzyDate { year: Some(2024), month: Some(4), day: None };
    let media = Media {
        id: AnilistId(id),
        mal_id: Some(MalId(id + 1)),
        titles: Titles { romaji: Some("Shingeki".into()), english: None },
        format: Some(Format::Tv),
        episodes: Some(25),
        start_date: date,
        airing: Airing::default(),
        parent: None,
        cover: None,
    };
    Waiting {
        entry: Entry {
            media,
            status: ListStatus::Current,
            progress: 7,
            repeat: 1,
            completed_at: FuzzyDate::default(),
            updated_at: 1_700_000_000,
            private: false,
        },
        reason: Reason::EpisodesMissing,
        detail: "season 2 has 12 episodes, the entry 25".into(),
        episodes: vec![13, 14, 25],
        ignored: id.is_multiple_of(2),
        since: moment(i64::from(id)),
        tried_at: moment(i64::from(id) + 1),
        tried_with: "2026".into(),
    }
}

/// Twelve episodes of a show, moved there from a film.
pub(crate) fn placement(id: u32) -> PlacementRow {
    let show = TraktShowId(u64::from(id) + 100);
    let span = Span { first: 1, last: 12, start: Slot { season: 1, number: 13 } };
    let episodes = Placement::Episodes { show, spans: vec![span] };
    let film = Placement::film(TraktMovieId(u64::MAX));
    let second = i64::from(id);
    let mut media = waiting(id).entry.media;
    media.start_date.day = Some(6);
    PlacementRow {
        anilist_id: AnilistId(id),
        basis: Digest(u64::from(id)),
        shows: vec![(show, Digest(u64::MAX)), (TraktShowId(u64::MAX), Digest(0))],
        verdict: Verdict::Likely,
        source: Some(Source::AirDates),
        placement: Some(episodes),
        reason: Some(Reason::EpisodesMissing),
        detail: format!("Title {id}: 進撃 'n' \"more\""),
        episode_ids: (1..=12).map(|number| TraktEpisodeId(9_000_000 + number)).collect(),
        placed_at: moment(second),
        weight: Weight { manual: false, verified: true, fills: true, support: 3 },
        work: Work::of(&media),
        earlier: vec![EarlierPlace {
            until: moment(second - 1),
            placement: film,
            left: vec![1, 2, 7],
            kept: false,
        }],
    }
}

/// A placement with nothing in it that may be left out.
pub(crate) fn sparse_placement(id: u32) -> PlacementRow {
    PlacementRow {
        shows: Vec::new(),
        verdict: Verdict::Unmapped,
        source: None,
        placement: None,
        reason: None,
        detail: String::new(),
        episode_ids: Vec::new(),
        work: None,
        earlier: Vec::new(),
        ..placement(id)
    }
}

/// What a placement rests on: about 1.5 KB of JSON that says whose it is.
pub(crate) fn evidence(id: u32) -> String {
    let claims: Vec<_> =
        (0..20).map(|n| format!("claim {n} {:016x}: season 1", u64::from(id) << n)).collect();
    serde_json::json!({ "entry": id, "claims": claims, "title": "進撃 \"n\"" }).to_string()
}

/// The change that stores a placement with its evidence.
pub(crate) fn place(row: PlacementRow) -> Write {
    let evidence = evidence(row.anilist_id.0);
    Write::Placement { row, evidence }
}

pub(crate) fn run(id: u64) -> RunRow {
    RunRow {
        id: RunId(id),
        mode: RunMode::Full,
        trigger: RunTrigger::Auto,
        started_at: moment(i64::try_from(id).unwrap()),
        finished_at: None,
        state: RunState::Running,
        report: RunReport::Other(serde_json::json!({ "found": id, "added": { "episodes": 3 } })),
        undone_by: None,
    }
}

/// A batch of plays: a film, an episode, and one of which little is known.
pub(crate) fn run_plays(run: u64, group: u32) -> RunPlays {
    let play = |abs, item, episode_id| RunPlay {
        play: Play {
            anilist_id: AnilistId(21),
            abs,
            item,
            episode_id,
            watched_at: WatchedAt::at(moment(i64::from(group * 600 + abs * 60))),
            rewatch: group % 2,
        },
        title: Some("進撃 'n' \"more\"".into()),
        source: Some(Source::AirDates),
        verdict: Some(Verdict::Likely),
        outcome: PlayOutcome::Accepted,
        history_id: None,
    };
    let slot = Slot { season: 0, number: 3 };
    let episode = Item::Episode { show: TraktShowId(u64::MAX), slot };
    let mut bare = play(3, episode, Some(TraktEpisodeId(u64::MAX)));
    bare.play.watched_at = WatchedAt::Unknown;
    bare = RunPlay { title: None, source: None, verdict: None, ..bare };
    let found = RunPlay {
        outcome: PlayOutcome::Removed,
        history_id: Some(HistoryId(u64::MAX)),
        ..play(2, episode, Some(TraktEpisodeId(7)))
    };
    let film = play(1, Item::Movie { movie: TraktMovieId(9) }, None);
    RunPlays { run: RunId(run), group, plays: vec![film, found, bare] }
}

pub(crate) fn log_line(second: i64) -> NewLogLine {
    NewLogLine {
        account: None,
        message: format!("line {second}"),
        level: "info".into(),
        created_at: moment(second),
    }
}

/// A show with one special and so many episodes in each of two seasons.
pub(crate) fn show(id: u64, episodes: u32) -> StoredShow {
    let slots =
        (1..=2).flat_map(|season| (1..=episodes).map(move |number| Slot { season, number }));
    let special = Slot { season: 0, number: 1 };
    let listed = slots.chain([special]).map(|slot| Episode {
        slot,
        number_abs: Some(slot.number),
        first_aired: (slot.season > 0).then(|| moment(i64::from(slot.number))),
        title: (slot.season == 0).then(|| "No Regrets".into()),
        id: TraktEpisodeId(id * 1000 + u64::from(slot.season) * 100 + u64::from(slot.number)),
    });
    StoredShow {
        fetched_at: moment(0),
        show: Show::new(TraktShowId(id), listed.collect()),
        breakpoints: vec![
            Breakpoint { season: 1, starts_at: 1 },
            Breakpoint { season: 2, starts_at: episodes + 1 },
        ],
    }
}
