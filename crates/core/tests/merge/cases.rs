//! What users of such tools reported, each as it has to go.

use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{
    Ask, Choice, Count, Direction, Entry, Field, ListService, Value,
};

use crate::world::{FAIR, Fault, Weather, World};

const A: usize = 0;
const K: usize = 1;
const M: usize = 2;
const H: usize = 3;

fn n(number: u32) -> Value {
    Value::Number(number)
}

fn of(number: u32) -> Value {
    Value::Count(Count::Of(number))
}

fn is(status: Status) -> Value {
    Value::Status(status)
}

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap_or_default())
}

fn completed() -> Entry {
    Entry {
        status: Status::Completed,
        progress: Count::All,
        score: 85,
        started: "2020-02-01".parse().unwrap(),
        finished: "2020-05-05".parse().unwrap(),
        ..Entry::default()
    }
}

fn watching(progress: u32) -> Entry {
    Entry { status: Status::Current, progress: Count::Of(progress), ..Entry::default() }
}

fn again(progress: u32) -> Entry {
    Entry { status: Status::Current, repeating: true, progress: Count::Of(progress), ..completed() }
}

/// An anime of so many episodes, of which the lists have known for long.
fn anime(entry: &Entry, total: u32) -> World {
    World::at_rest(entry, Kind::Anime, [Some(total); 3])
}

/// After these edits: how often each service was written to until all is at rest.
fn after(world: &mut World, edits: &[(usize, Field, Value)]) -> [usize; 3] {
    for (who, field, value) in edits {
        if *who == H { world.edit_hub(*field, value) } else { world.edit(*who, *field, value) }
    }
    world.rest();
    world.servers.each_mut().map(|server| std::mem::take(&mut server.writes))
}

fn holds(world: &World, field: Field) -> [Value; 4] {
    [A, K, M, H].map(|place| match place {
        H => world.hub.get(field),
        place => world.servers[place].native.0.get(field),
    })
}

fn asked(world: &World) -> Vec<(Field, Ask)> {
    world.held.iter().map(|held| (held.field, held.ask)).collect()
}

#[test]
fn one_score_lowered_is_lowered_everywhere() {
    let mut world = anime(&completed(), 12);
    assert_eq!(after(&mut world, &[(M, Field::Score, n(8))]), [1, 1, 0]);
    assert_eq!(holds(&world, Field::Score), [n(80), n(16), n(8), n(80)]);
}

#[test]
fn the_same_edit_twice_is_one_and_the_finer_value_stays() {
    let mut world = anime(&completed(), 12);
    let edits = [(A, Field::Score, n(72)), (M, Field::Score, n(7))];
    assert_eq!(after(&mut world, &edits), [0, 1, 0]);
    assert_eq!(holds(&world, Field::Score), [n(72), n(14), n(7), n(72)]);
}

#[test]
fn two_scores_wait_and_the_progress_beside_them_goes_on() {
    let mut world = anime(&Entry { score: 85, ..watching(5) }, 12);
    let edits = [(A, Field::Score, n(60)), (A, Field::Progress, of(7)), (K, Field::Score, n(20))];
    assert_eq!(after(&mut world, &edits), [0, 1, 1]);
    assert_eq!(asked(&world), [(Field::Score, Ask::BothChanged)]);
    assert_eq!(holds(&world, Field::Progress), [of(7), of(7), of(7), of(7)]);
    assert_eq!(holds(&world, Field::Score), [n(60), n(20), n(9), n(85)]);
}

#[test]
fn the_smallest_scores_never_become_none() {
    let mut world = anime(&watching(5), 12);
    after(&mut world, &[(K, Field::Score, n(3))]);
    assert_eq!(holds(&world, Field::Score), [n(15), n(3), n(2), n(15)]);
    let mut world = anime(&watching(5), 12);
    after(&mut world, &[(A, Field::Score, n(4))]);
    assert_eq!(holds(&world, Field::Score), [n(4), n(2), n(1), n(4)]);
}

#[test]
fn the_furthest_of_two_that_went_on_holds() {
    let mut world = anime(&watching(5), 12);
    let edits = [(A, Field::Progress, of(7)), (M, Field::Progress, of(6))];
    assert_eq!(after(&mut world, &edits), [0, 1, 1]);
    assert_eq!(holds(&world, Field::Progress), [of(7), of(7), of(7), of(7)]);
}

#[test]
fn one_forward_and_one_back_is_asked() {
    let mut world = anime(&watching(5), 12);
    let edits = [(A, Field::Progress, of(3)), (M, Field::Progress, of(6))];
    assert_eq!(after(&mut world, &edits), [0, 0, 0]);
    assert_eq!(asked(&world), [(Field::Progress, Ask::ForwardAndBack)]);
}

#[test]
fn who_dropped_a_work_on_one_list_after_an_episode_on_another_did_both() {
    let mut world = anime(&watching(5), 12);
    let edits = [(A, Field::Status, is(Status::Dropped)), (M, Field::Progress, of(6))];
    after(&mut world, &edits);
    assert_eq!(holds(&world, Field::Progress), [of(6), of(6), of(6), of(6)]);
    let dropped = is(Status::Dropped);
    assert_eq!(holds(&world, Field::Status), [(); 4].map(|()| dropped.clone()));
}

#[test]
fn statuses_of_which_neither_follows_from_the_other_are_asked() {
    use Status::{Completed, Dropped, OnHold};
    for (one, other) in [(OnHold, Dropped), (Dropped, Completed)] {
        let mut world = anime(&watching(12), 12);
        let edits = [(A, Field::Status, is(one)), (M, Field::Status, is(other))];
        after(&mut world, &edits);
        assert_eq!(asked(&world), [(Field::Status, Ask::Statuses)], "{world}");
    }
}

#[test]
fn what_was_paused_before_it_began_stays_paused() {
    let mut world = anime(&Entry::default(), 12);
    assert_eq!(after(&mut world, &[(M, Field::Status, is(Status::OnHold))]), [1, 1, 0]);
    assert_eq!(world.hub.status, Status::OnHold);
}

#[test]
fn a_catalogue_that_changes_its_mind_makes_nobody_write() {
    let mut world = World::at_rest(&completed(), Kind::Anime, [Some(13), Some(13), Some(12)]);
    world.servers[M].catalogue.total = Some(13);
    assert_eq!(after(&mut world, &[]), [0, 0, 0]);
}

#[test]
fn kitsu_is_told_twice_where_it_takes_a_progress_for_a_status() {
    let mut world = anime(&Entry { status: Status::OnHold, ..watching(5) }, 12);
    assert_eq!(after(&mut world, &[(A, Field::Progress, of(6))]), [0, 2, 1]);
    let kitsu = &world.servers[K].native.0;
    assert_eq!((kitsu.status, kitsu.progress), (Status::OnHold, Count::Of(6)));
    assert_eq!(kitsu.started.year, None, "a date that nobody entered");
}

#[test]
fn a_service_that_knows_fewer_is_not_told_a_part() {
    let mut world = World::at_rest(&watching(11), Kind::Anime, [Some(14), Some(12), Some(14)]);
    assert_eq!(after(&mut world, &[(A, Field::Progress, of(13))]), [0, 0, 1]);
    let next = world.plan().spokes;
    assert_eq!(next.iter().find_map(|next| next.knows_fewer), Some(12));
    world.servers[K].catalogue.total = Some(14);
    assert_eq!(after(&mut world, &[]), [0, 1, 0], "it learned of the rest");
}

#[test]
fn an_entry_that_contradicts_itself_everywhere_is_left_alone() {
    let mut world = anime(&Entry { progress: Count::Of(3), ..Entry::default() }, 12);
    assert_eq!(after(&mut world, &[]), [0, 0, 0]);
}

#[test]
fn volumes_are_no_chapters_and_kitsu_has_none() {
    let entry = Entry { volumes: Count::Of(3), ..watching(30) };
    let mut world = World::at_rest(&entry, Kind::Manga, [None; 3]);
    assert_eq!(after(&mut world, &[(A, Field::Volumes, of(4))]), [0, 0, 1]);
    assert_eq!(holds(&world, Field::Progress), [of(30), of(30), of(30), of(30)]);
}

#[test]
fn more_volumes_than_a_list_knows_are_as_many_as_it_knows() {
    let entry = Entry { volumes: Count::Of(3), ..watching(30) };
    let mut world = World::at_rest(&entry, Kind::Manga, [None; 3]);
    world.servers[M].catalogue.volumes = Some(4);
    assert_eq!(after(&mut world, &[(A, Field::Volumes, of(6))]), [0, 0, 1]);
    assert_eq!(holds(&world, Field::Volumes), [of(6), of(0), of(4), of(6)]);
}

#[test]
fn a_rewatch_goes_on_and_ends_without_touching_the_dates() {
    let mut world = anime(&again(2), 12);
    assert_eq!(after(&mut world, &[(A, Field::Progress, of(3))]), [0, 1, 1]);
    assert!(world.servers.iter().all(|server| server.native.0.repeating), "{world}");
    let edits = [
        (A, Field::Status, is(Status::Completed)),
        (A, Field::Progress, of(12)),
        (A, Field::Repeats, n(1)),
        (A, Field::Finished, day("2026-11-28")),
    ];
    after(&mut world, &edits);
    for server in &world.servers {
        let entry = &server.native.0;
        let has = (entry.status, entry.repeating, entry.repeats, entry.progress);
        assert_eq!(has, (Status::Completed, false, 1, Count::Of(12)), "{world}");
    }
    let finished = day("2020-05-05");
    assert_eq!(holds(&world, Field::Finished)[1..], [(); 3].map(|()| finished.clone()));
}

#[test]
fn a_rewatch_that_a_program_forgot_to_mark_is_marked_again() {
    let mut world = anime(&again(3), 12);
    let edits = [(M, Field::Progress, of(4)), (M, Field::Repeating, Value::Flag(false))];
    assert_eq!(after(&mut world, &edits), [1, 1, 1]);
    assert!(world.servers.iter().all(|server| server.native.0.repeating), "{world}");
    assert_eq!(holds(&world, Field::Progress), [of(4), of(4), of(4), of(4)]);
}

#[test]
fn who_pauses_a_rewatch_where_there_is_no_word_for_it_is_still_at_it() {
    let mut world = anime(&again(3), 12);
    after(&mut world, &[(A, Field::Status, is(Status::OnHold))]);
    assert!(world.hub.repeating && world.servers[M].native.0.repeating, "{world}");
    after(&mut world, &[(M, Field::Status, is(Status::Current))]);
    assert!(world.servers[A].native.0.repeating, "{world}");
}

#[test]
fn repeats_that_two_lists_counted_are_counted_once() {
    let mut world = anime(&Entry { repeats: 1, ..completed() }, 12);
    let edits = [(A, Field::Repeats, n(2)), (M, Field::Repeats, n(2))];
    assert_eq!(after(&mut world, &edits), [0, 1, 0]);
    assert_eq!(world.hub.repeats, 2);
}

#[test]
fn a_year_alone_stays_where_it_can_be_held() {
    let mut world = anime(&watching(5), 12);
    assert_eq!(after(&mut world, &[(A, Field::Started, day("2021"))]), [0, 0, 0]);
    assert_eq!(world.hub.get(Field::Started), day("2021"));
    assert_eq!(after(&mut world, &[(M, Field::Started, day("2021-05-03"))]), [1, 1, 0]);
}

#[test]
fn a_date_that_a_list_lost_is_asked() {
    let mut world = anime(&completed(), 12);
    assert_eq!(after(&mut world, &[(A, Field::Finished, day(""))]), [0, 0, 0]);
    assert_eq!(asked(&world), [(Field::Finished, Ask::Emptied)]);
    assert_eq!(world.hub.finished, completed().finished);
}

#[test]
fn a_date_that_the_person_takes_away_here_goes_everywhere() {
    let mut world = anime(&completed(), 12);
    assert_eq!(after(&mut world, &[(H, Field::Finished, day(""))]), [1, 1, 1]);
}

#[test]
fn dates_of_the_same_year_are_the_earlier_and_others_are_asked() {
    let mut world = anime(&completed(), 12);
    let edits = [(A, Field::Started, day("2020-01-15")), (M, Field::Started, day("2020-01-20"))];
    after(&mut world, &edits);
    assert_eq!(world.hub.get(Field::Started), day("2020-01-15"));
    let edits = [(A, Field::Started, day("2020-01-14")), (M, Field::Started, day("2023-01-20"))];
    after(&mut world, &edits);
    assert_eq!(asked(&world), [(Field::Started, Ask::FarApart)]);
}

#[test]
fn notes_of_two_sides_are_never_joined() {
    let text = |text: &str| Value::Text(Some(text.to_owned()));
    let mut world = anime(&watching(5), 12);
    let edits = [(A, Field::Notes, text("second")), (K, Field::Notes, text("third"))];
    assert_eq!(after(&mut world, &edits), [0, 0, 0]);
    assert_eq!(asked(&world), [(Field::Notes, Ask::BothChanged)]);
}

#[test]
fn a_field_that_another_program_flips_is_let_be() {
    let mut world = anime(&Entry { score: 90, ..completed() }, 12);
    let mut written = Vec::new();
    for score in [8, 9, 8, 9, 8, 9] {
        let now = world.now;
        world.edit(M, Field::Score, &n(score));
        world.now = now + jiff::SignedDuration::from_mins(30);
        world.servers[M].updated_at = world.now;
        written.push(world.run(FAIR));
    }
    assert_eq!(written, [2, 2, 0, 0, 0, 0], "{world}");
    let next = world.plan().spokes;
    assert!(next.iter().all(|next| next.write.is_empty()), "{world}");
    after(&mut world, &[(H, Field::Score, n(70))]);
    assert_eq!(holds(&world, Field::Score), [n(70), n(14), n(7), n(70)], "the person said so");
}

#[test]
fn a_switch_stops_just_its_field_and_both_ways() {
    for (direction, comes, goes) in [
        (Direction::Off, false, false),
        (Direction::In, true, false),
        (Direction::Out, false, true),
        (Direction::Both, true, true),
    ] {
        let mut world = anime(&completed(), 12);
        world.allow.put(Field::Score, Some(direction));
        let before = world.hub.score;
        after(&mut world, &[(A, Field::Score, n(50)), (A, Field::Repeats, n(1))]);
        assert_eq!(world.hub.score, if comes { 50 } else { before }, "{direction:?}");
        assert_eq!(world.hub.repeats, 1, "{direction:?}");
        after(&mut world, &[(H, Field::Score, n(20)), (H, Field::Repeats, n(2))]);
        let score = world.servers[K].native.0.score;
        assert_eq!(score == 4, goes, "{direction:?}: {world}");
        assert_eq!(world.servers[K].native.0.repeats, 2, "{direction:?}");
    }
}

#[test]
fn what_a_service_made_by_itself_and_the_person_then_wants_is_no_news() {
    let mut world = World::at_rest(&Entry { score: 0, ..completed() }, Kind::Anime, [None; 3]);
    let with = |place: usize, weather: Weather| {
        let mut all = FAIR;
        all[place] = weather;
        all
    };
    world.edit(M, Field::Progress, &of(1));
    world.run(with(K, Weather { fault: Fault::KilledAfter, ..FAIR[K] }));
    world.edit(A, Field::Score, &n(1));
    world.edit_hub(Field::Status, &is(Status::Current));
    world.edit_hub(Field::Score, &n(13));
    world.run(with(K, Weather { down: true, ..FAIR[K] }));
    world.rest();
    assert_eq!(world.hub.status, Status::Current, "{world}");
}

/// Nothing goes wrong but this, at one service.
fn but(place: usize, fault: Fault) -> [Weather; 3] {
    let mut weather = FAIR;
    weather[place].fault = fault;
    weather
}

#[test]
fn what_a_service_counts_of_a_write_is_no_word_while_something_waits() {
    let mut world = anime(&Entry { repeats: 1, ..completed() }, 12);
    world.edit(A, Field::Progress, &of(0));
    world.edit(M, Field::Repeats, &n(2));
    world.edit(K, Field::Repeats, &n(0));
    world.run(but(K, Fault::KilledBetween));
    world.run(but(K, Fault::Unanswered));
    world.rest();
    assert_eq!(asked(&world), [(Field::Repeats, Ask::ForwardAndBack)]);
    assert_eq!(holds(&world, Field::Progress), [of(0), of(12), of(0), of(0)], "Kitsu counts");
}

#[test]
fn what_was_agreed_to_of_what_a_service_made_is_not_put_right_later() {
    let mut world = anime(&Entry { status: Status::OnHold, ..Entry::default() }, 12);
    world.edit_hub(Field::Progress, &of(1));
    world.run(but(K, Fault::Unanswered));
    world.run(but(K, Fault::Lost));
    world.edit(K, Field::Started, &day("2021-05-03"));
    world.run(but(K, Fault::Lost));
    world.edit(M, Field::Status, &is(Status::Current));
    world.rest();
    assert_eq!(world.hub.status, Status::Current, "{world}");
}

#[test]
fn the_end_of_a_rewatch_is_no_word_on_the_date_after_an_answer_either() {
    let mut world = anime(&Entry { repeats: 1, ..completed() }, 12);
    let edits = [
        (A, Field::Repeats, n(0)),
        (A, Field::Finished, day("")),
        (M, Field::Repeats, n(2)),
        (M, Field::Finished, day("2026-11-28")),
    ];
    after(&mut world, &edits);
    let waits = [(Field::Repeats, Ask::ForwardAndBack), (Field::Finished, Ask::Emptied)];
    assert_eq!(asked(&world), waits);
    world.resolve(&Choice::Library);
    world.rest();
    assert_eq!(world.hub.finished, completed().finished, "{world}");
}

#[test]
fn a_progress_that_did_not_go_with_one_status_goes_with_the_next() {
    let mut world = anime(&completed(), 12);
    after(&mut world, &[(H, Field::Progress, of(5))]);
    assert_eq!(holds(&world, Field::Progress), [of(5), of(12), of(5), of(5)], "Kitsu counts");
    after(&mut world, &[(H, Field::Status, is(Status::OnHold))]);
    assert_eq!(holds(&world, Field::Progress), [of(5), of(5), of(5), of(5)]);
}

#[test]
fn a_service_is_told_nothing_that_would_take_from_it_what_waits() {
    let undated = Entry { status: Status::Completed, progress: Count::All, ..Entry::default() };
    let mut world = anime(&undated, 12);
    let edits = [
        (K, Field::Status, is(Status::Current)),
        (M, Field::Status, is(Status::Dropped)),
        (M, Field::Repeats, n(2)),
    ];
    assert_eq!(after(&mut world, &edits), [1, 0, 0], "Kitsu would complete it");
    assert_eq!(asked(&world), [(Field::Status, Ask::ForwardAndBack)]);
    world.resolve(&Choice::Service(ListService::Myanimelist));
    world.rest();
    assert_eq!(holds(&world, Field::Repeats), [n(2), n(2), n(2), n(2)]);
}

#[test]
fn what_the_library_changed_is_no_move_of_a_list() {
    let mut world = World::at_rest(
        &Entry { status: Status::OnHold, ..Entry::default() },
        Kind::Anime,
        [None; 3],
    );
    world.edit_hub(Field::Repeating, &Value::Flag(true));
    world.edit_hub(Field::Progress, &of(9));
    world.edit(M, Field::Status, &is(Status::Completed));
    world.edit(M, Field::Progress, &of(8));
    world.run(FAIR);
    assert_eq!(asked(&world), []);
    world.rest();
    assert_eq!(holds(&world, Field::Progress), [of(9), of(9), of(9), of(9)]);
}

#[test]
fn whether_it_is_a_rewatch_waits_with_the_status() {
    let mut world = anime(&completed(), 12);
    let edits = [
        (K, Field::Status, is(Status::Planning)),
        (A, Field::Status, is(Status::Current)),
        (A, Field::Repeating, Value::Flag(true)),
    ];
    assert_eq!(after(&mut world, &edits), [0, 0, 0]);
    assert_eq!(asked(&world), [(Field::Status, Ask::ForwardAndBack)]);
    world.resolve(&Choice::Service(ListService::Anilist));
    world.rest();
    assert!(world.servers.iter().all(|server| server.native.0.repeating), "{world}");
}

#[test]
fn the_library_went_back_however_often_the_lists_are_read() {
    let mut world = anime(&Entry { status: Status::Dropped, ..watching(7) }, 12);
    world.edit(A, Field::Status, &is(Status::Planning));
    world.edit_hub(Field::Status, &is(Status::Current));
    world.edit_hub(Field::Progress, &of(0));
    world.rest();
    assert_eq!(asked(&world), [(Field::Status, Ask::ForwardAndBack)]);
    assert_eq!(holds(&world, Field::Progress), [of(0), of(0), of(0), of(0)]);
}
