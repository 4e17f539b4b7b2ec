//! What holds for every history of edits and faults.

use std::fmt::{self, Write as _};

use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{
    CORRECTIONS, Choice, Count, Entry, Field, ListService, Value,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::histories;
use crate::world::{FAIR, Fault, Weather, World, place_of};

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
    #![proptest_config(histories(5_000))]

    #[test]
    fn whatever_happens_the_lists_come_to_rest(world in world(), steps in steps()) {
        let mut lived = world.clone();
        for step in &steps {
            lived.step(step);
        }
        let rounds = lived.rest();
        prop_assert!(rounds <= 2, "{rounds} rounds of writes\n{}", story(&world, &steps));
    }

    #[test]
    fn faults_change_nothing_of_the_end(
        world in world(),
        edits in prop::collection::vec(edit(), 1..5),
        faults in prop::collection::vec([fault(), fault(), fault()], 1..6),
    ) {
        // Where only some of the lists were read in a run, what they say is merged before the others speak.
        let weather = faults.into_iter().map(|faults| faults.map(|fault| Weather { fault, ..FAIR[0] }));
        let weather: Vec<[Weather; 3]> = weather.collect();
        let (mut smooth, mut rough) = (world.clone(), world.clone());
        for (who, field, value) in &edits {
            smooth.act(*who, *field, value);
            rough.act(*who, *field, value);
        }
        for weather in &weather {
            rough.run(*weather);
        }
        smooth.rest();
        rough.rest();
        let steps = edits.into_iter().map(|(who, field, value)| Step::Edit(who, field, value));
        let steps: Vec<Step> = steps.chain(weather.into_iter().map(Step::Run)).collect();
        prop_assert_eq!(&smooth.hub, &rough.hub, "{}", story(&world, &steps));
        for (place, (one, other)) in smooth.servers.iter().zip(&rough.servers).enumerate() {
            // What a service cannot hold at all it holds as it was left.
            let waits = smooth.held.iter().any(|held| held.field.is_position());
            let same = one.native == other.native || waits || !smooth.can_be_held(place);
            prop_assert!(same, "{}", story(&world, &steps));
        }
    }

    #[test]
    fn what_one_side_changed_stays_there_and_reaches_every_other(
        world in world(),
        (who, field, value) in edit(),
    ) {
        let mut lived = world.clone();
        lived.act(who, field, &value);
        let edited = lived.clone();
        lived.rest();
        let steps = [Step::Edit(who, field, value)];
        prop_assume!(lived.held.is_empty());
        for place in 0..3 {
            let (server, before) = (&lived.servers[place], &edited.servers[place]);
            if place == who {
                prop_assert_eq!(&server.native, &before.native, "{}", story(&world, &steps));
            }
            // One write and what it takes to put right what the service made of it.
            prop_assert!(server.writes <= 1 + CORRECTIONS, "{}", story(&world, &steps));
            prop_assert!(place != who || server.writes == 0, "{}", story(&world, &steps));
            let (holds, wanted) = (server.native.0.get(field), lived.wanted(place, field));
            let same = wanted.as_ref().is_none_or(|wanted| *wanted == holds);
            prop_assert!(same || server.rewrites(field), "{}", story(&world, &steps));
        }
        if who == 3 {
            prop_assert_eq!(&lived.hub, &edited.hub, "{}", story(&world, &steps));
        }
    }

    #[test]
    fn edits_of_different_fields_all_survive(
        world in world(),
        edits in prop::collection::vec(edit(), 4),
    ) {
        use Field::{Finished, Notes, Score, Started, Volumes};
        let fields = [Score, Started, Finished, Notes, Volumes];
        let mut lived = world.clone();
        let mut done = Vec::new();
        for (who, (_, field, value)) in edits.into_iter().enumerate() {
            let new = !done.iter().any(|(_, known, _)| *known == field);
            if new && fields.contains(&field) {
                lived.act(who, field, &value);
                done.push((who, field, value));
            }
        }
        let edited = lived.clone();
        lived.rest();
        let waits = |field| lived.held.iter().any(|held| held.field == field);
        for (who, field, _) in done.iter().filter(|(_, field, _)| !waits(*field)) {
            let held = |world: &World| match who {
                3 => world.hub.get(*field),
                place => world.servers[*place].native.0.get(*field),
            };
            prop_assert_eq!(held(&lived), held(&edited), "{:?}\n{}", done, lived);
        }
    }

    #[test]
    fn planning_twice_plans_the_same_and_what_is_written_differs(
        world in world(),
        steps in steps(),
    ) {
        let mut lived = world;
        for step in &steps {
            lived.step(step);
        }
        let (once, twice) = (lived.plan(), lived.plan());
        prop_assert_eq!(&once, &twice);
        for next in &once.spokes {
            let server = &lived.servers[place_of(next.service)];
            for (field, value) in next.write.iter() {
                prop_assert_ne!(&server.native.0.get(field), value, "{:?}", field);
            }
        }
    }

    #[test]
    fn what_is_hidden_anywhere_is_shown_nowhere(world in world(), steps in steps()) {
        let mut lived = world.clone();
        lived.edit_hub(Field::Private, &Value::Flag(true));
        lived.rest();
        for step in &steps {
            let shows = matches!(step, Step::Edit(_, Field::Private, _));
            if !shows {
                lived.step(step);
            }
        }
        lived.rest();
        prop_assert!(lived.hub.private, "{}", lived);
        for server in lived.servers.iter().filter(|server| server.service.profile().privacy) {
            prop_assert!(server.native.0.private, "{}", lived);
        }
    }

    #[test]
    fn a_field_that_waits_stops_no_other(world in world(), score in 1u32..=9, date in date()) {
        let mut lived = world;
        lived.edit(0, Field::Score, &Value::Number(score * 10));
        lived.edit(2, Field::Score, &Value::Number(10 - score));
        lived.edit(0, Field::Started, &Value::Date(date));
        lived.rest();
        let waits = |field| lived.held.iter().any(|held| held.field == field);
        prop_assert!(waits(Field::Started) || lived.hub.started == date, "{}", lived);
        prop_assert!(!waits(Field::Progress) && !waits(Field::Status), "{}", lived);
    }

    #[test]
    fn whatever_the_person_answers_holds_everywhere(
        world in world(),
        edits in prop::collection::vec(edit(), 2..6),
        choice in select(vec![Choice::Library, Choice::Furthest, Choice::Service(ListService::Kitsu)]),
    ) {
        let mut lived = world.clone();
        for (who, field, value) in &edits {
            lived.act(*who, *field, value);
        }
        lived.rest();
        let asked: Vec<Field> = lived.held.iter().map(|held| held.field).collect();
        lived.resolve(&choice);
        let answered = lived.hub.clone();
        lived.rest();
        // An answer on the status may end a rewatch, as any edit of it here would.
        for field in asked.into_iter().filter(|field| !field.is_position()) {
            prop_assert!(!lived.held.iter().any(|held| held.field == field), "{}", lived);
            prop_assert_eq!(lived.hub.get(field), answered.get(field), "{}", lived);
        }
        for round in 0..3 {
            prop_assert!(lived.held.is_empty() || round < 2, "it asks again and again: {}", lived);
            lived.resolve(&choice);
            lived.rest();
        }
    }

    #[test]
    fn what_is_taken_back_stays_so(world in world(), (who, field, value) in edit()) {
        let mut lived = world.clone();
        lived.act(who, field, &value);
        let edited = lived.clone();
        lived.rest();
        lived.undo(&edited);
        let undone = lived.clone();
        prop_assert_eq!(lived.rest(), 0, "from\n{}to\n{}", undone, lived);
        prop_assert_eq!(&lived.hub, &undone.hub);
    }

    #[test]
    fn the_order_of_the_services_does_not_matter(world in world(), steps in steps()) {
        let mut lived = world;
        for step in &steps {
            lived.step(step);
        }
        prop_assert_eq!(lived.plan(), lived.plan_backwards());
    }

    #[test]
    fn a_list_that_lags_changes_nothing(world in world(), (who, field, value) in edit()) {
        let mut lived = world;
        lived.act(who, field, &value);
        lived.rest();
        let lags = Weather { lags: true, ..FAIR[0] };
        let before = lived.clone();
        prop_assert_eq!(lived.run([lags; 3]), 0, "{}", lived);
        prop_assert_eq!((&lived.hub, &lived.servers), (&before.hub, &before.servers));
    }

    #[test]
    fn a_question_of_how_far_somebody_is_stays_until_it_is_answered(
        world in world(),
        edits in prop::collection::vec(edit(), 2..6),
    ) {
        let asked = |world: &World| {
            let fields = world.held.iter().map(|held| held.field);
            fields.filter(|field| field.is_position()).collect::<Vec<Field>>()
        };
        let mut lived = world.clone();
        for (who, field, value) in &edits {
            lived.act(*who, *field, value);
        }
        lived.run(FAIR);
        let at_first = asked(&lived);
        lived.rest();
        let steps = edits.into_iter().map(|(who, field, value)| Step::Edit(who, field, value));
        let steps: Vec<Step> = steps.collect();
        prop_assert_eq!(at_first, asked(&lived), "{}", story(&world, &steps));
    }
}
