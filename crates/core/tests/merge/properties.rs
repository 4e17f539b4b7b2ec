//! What holds for every history of edits and faults.

use std::fmt::{self, Write as _};

use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Count, Entry, Field, Value};
use proptest::prelude::*;
use proptest::sample::select;

use crate::world::{FAIR, Fault, Weather, World};

/// Something that happens.
#[derive(Clone)]
enum Step {
    /// The person changes a field on a list, or in the library (the fourth).
    Edit(usize, Field, Value),
    /// A run.
    Run([Weather; 3]),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edit(who, field, value) => {
                let who = ["AniList", "Kitsu", "MyAnimeList", "the library"][*who];
                write!(f, "{who}: {} is {value}", field.name())
            }
            Self::Run(weather) => write!(f, "run {weather:?}"),
        }
    }
}

fn status() -> impl Strategy<Value = Status> {
    use Status::{Completed, Current, Dropped, OnHold, Planning};
    select(vec![Planning, Current, Completed, OnHold, Dropped])
}

fn date() -> impl Strategy<Value = FuzzyDate> {
    let texts = ["2020", "2021", "2021-05", "2021-05-03", "2021-06-04", "2024-01-01"];
    let some = select(texts.to_vec()).prop_map(|text| text.parse().unwrap());
    prop_oneof![1 => Just(FuzzyDate::default()), 5 => some]
}

fn value(field: Field) -> BoxedStrategy<Value> {
    match field {
        Field::Status => status().prop_map(Value::Status).boxed(),
        Field::Repeating | Field::Private => any::<bool>().prop_map(Value::Flag).boxed(),
        Field::Repeats => (0u32..4).prop_map(Value::Number).boxed(),
        Field::Score => (0u32..=100).prop_map(Value::Number).boxed(),
        Field::Progress => (0u32..16).prop_map(|n| Value::Count(Count::Of(n))).boxed(),
        Field::Volumes => (0u32..6).prop_map(|n| Value::Count(Count::Of(n))).boxed(),
        Field::Started | Field::Finished => date().prop_map(Value::Date).boxed(),
        Field::Notes => {
            let texts = select(vec![None, Some("good".to_owned()), Some("bad".to_owned())]);
            texts.prop_map(Value::Text).boxed()
        }
    }
}

fn edit() -> impl Strategy<Value = (usize, Field, Value)> {
    let field = select(Field::ALL.to_vec());
    (0usize..4, field).prop_flat_map(|(who, field)| (Just(who), Just(field), value(field)))
}

fn fault() -> impl Strategy<Value = Fault> + Clone {
    use Fault::{KilledAfter, KilledBefore, KilledBetween, Lost, None, Unanswered};
    select(vec![None, None, None, Lost, Unanswered, KilledBefore, KilledAfter, KilledBetween])
}

fn weather() -> impl Strategy<Value = [Weather; 3]> {
    let one = (prop::bool::weighted(0.2), prop::bool::weighted(0.2), fault());
    let one = one.prop_map(|(down, lags, fault)| Weather { down, lags, fault });
    [one.clone(), one.clone(), one]
}

fn entry() -> impl Strategy<Value = Entry> {
    (status(), 0u32..12, 0u8..=100, date(), date(), 0u32..2).prop_map(
        |(status, progress, score, started, finished, repeats)| Entry {
            status,
            progress: if status == Status::Completed { Count::All } else { Count::Of(progress) },
            score,
            started,
            finished,
            repeats,
            ..Entry::default()
        },
    )
}

fn world() -> impl Strategy<Value = World> {
    let total = select(vec![None, Some(12), Some(13)]);
    let kind = select(vec![Kind::Anime, Kind::Manga]);
    (entry(), kind, [total.clone(), total.clone(), total])
        .prop_map(|(entry, kind, totals)| World::at_rest(&entry, kind, totals))
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => edit().prop_map(|(who, field, value)| Step::Edit(who, field, value)),
        2 => weather().prop_map(Step::Run),
    ];
    prop::collection::vec(step, 1..14)
}

impl World {
    fn act(&mut self, who: usize, field: Field, value: &Value) {
        if who == 3 { self.edit_hub(field, value) } else { self.edit(who, field, value) }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Edit(who, field, value) => self.act(*who, *field, value),
            Step::Run(weather) => {
                self.run(*weather);
            }
        }
    }
}

/// What happened, step by step, until the lists were at rest.
fn story(world: &World, steps: &[Step]) -> String {
    let mut world = world.clone();
    let mut story = format!("at first\n{world}");
    for step in steps {
        world.step(step);
        let _ = write!(story, "{step:?}\n{world}");
    }
    for round in 1..=4 {
        world.run(FAIR);
        let _ = write!(story, "run {round}\n{world}");
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_lists_come_to_rest(world in world(), steps in steps()) {
        let mut lived = world.clone();
        for step in &steps {
            lived.step(step);
        }
        let rounds = lived.rest();
        prop_assert!(rounds <= 2, "{rounds} rounds of writes\n{}", story(&world, &steps));
    }
}

/// How many histories are tried of each property; `MERGE_CASES` says otherwise.
fn cases() -> u32 {
    std::env::var("MERGE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}
