//! A person with an entry on three lists and in the library, and everything that can go wrong between them.

use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{
    Answered, Around, Base, CORRECTIONS, Catalogue, Choice, Contact, Count, Direction, Entry,
    Field, Held, Hub, ListService, Merged, Native, Next, PerField, Precision, Repeating, Rules,
    Spoke, Value, Written, merge,
};
use jiff::Timestamp;
use jiff::civil::{Date, date};

/// The day at every service.
pub(crate) const TODAY: Date = date(2026, 11, 28);

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) service: ListService,
    pub(crate) catalogue: Catalogue,
    pub(crate) native: Native,
    /// What it held before, and until when: what a list that lags still shows.
    pub(crate) before: Option<(Timestamp, Native)>,
    pub(crate) updated_at: Timestamp,
    /// Writes that it took.
    pub(crate) writes: usize,
}

/// What happens to one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It works.
    None,
    /// It never arrives.
    Lost,
    /// It arrives; the answer does not.
    Unanswered,
    /// The program dies before it is sent.
    KilledBefore,
    /// The program dies after it arrived.
    KilledAfter,
    /// The program dies between a write and its correction.
    KilledBetween,
}

/// How one run goes, at each service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weather {
    /// It cannot be read.
    pub(crate) down: bool,
    /// It shows its list as it was.
    pub(crate) lags: bool,
    /// What happens to the write.
    pub(crate) fault: Fault,
}

/// Nothing goes wrong.
pub(crate) const FAIR: [Weather; 3] = [Weather { down: false, lags: false, fault: Fault::None }; 3];

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) hub: Entry,
    pub(crate) agreed: PerField<Value>,
    pub(crate) bases: [Base; 3],
    pub(crate) servers: [Server; 3],
    pub(crate) allow: PerField<Direction>,
    pub(crate) now: Timestamp,
    pub(crate) held: Vec<Held>,
}

impl World {
    /// A person whose lists have been equal for long. The totals are those of the services, in their order.
    pub(crate) fn at_rest(entry: &Entry, kind: Kind, totals: [Option<u32>; 3]) -> Self {
        let most = totals.iter().flatten().max().copied().unwrap_or_default();
        let now: Timestamp = "2026-11-28T09:00:00Z".parse().unwrap();
        let mut at = totals.into_iter();
        let servers = ListService::ALL.map(|service| {
            let total = at.next().flatten();
            let catalogue = Catalogue { kind, total, volumes: None, most, most_volumes: 0 };
            let values = service.profile().project_all(entry, catalogue);
            let mut native = Native::default();
            for (field, value) in values.iter() {
                native.0.set(field, value);
            }
            Server { service, catalogue, native, before: None, updated_at: now, writes: 0 }
        });
        let mut world = Self {
            hub: entry.clone(),
            agreed: PerField::default(),
            bases: [Base::default(), Base::default(), Base::default()],
            servers,
            allow: PerField::of_each(|_| Some(Direction::Both)),
            now,
            held: Vec::new(),
        };
        world.run(FAIR);
        world.run(FAIR);
        assert_eq!(world.run(FAIR), 0, "{world}");
        for server in &mut world.servers {
            server.writes = 0;
        }
        world
    }

    /// The person changes a field in the library.
    pub(crate) fn edit_hub(&mut self, field: Field, value: &Value) {
        self.hub.set(field, value);
        tidy(&mut self.hub, Repeating::BesideAnyStatus);
    }

    /// The person changes a field on a list. What the service could not hold becomes what it can.
    pub(crate) fn edit(&mut self, place: usize, field: Field, value: &Value) {
        let server = &mut self.servers[place];
        let mut entry = server.native.0.clone();
        entry.set(field, value);
        let profile = server.service.profile();
        tidy(&mut entry, profile.repeating);
        let most = profile.score.project(100);
        entry.score = if entry.score > most { most } else { entry.score };
        let no_score = profile.score.project(1) > entry.score;
        entry.score = if no_score { 0 } else { entry.score };
        entry.repeats = entry.repeats.min(profile.repeats);
        entry.private &= profile.privacy;
        if !profile.volumes || server.catalogue.kind == Kind::Anime {
            entry.volumes = Count::Of(0);
        }
        if let Some(total) = server.catalogue.total.filter(|_| place != 0) {
            entry.progress = entry.progress.min(Count::Of(total));
        }
        if profile.dates == Precision::Days && server.service == ListService::Kitsu {
            entry.started = whole(entry.started);
            entry.finished = whole(entry.finished);
        }
        if entry != server.native.0 {
            self.now += jiff::SignedDuration::from_hours(30);
            server.change(Native(entry), self.now);
        }
    }

    /// Reads, merges and writes. Answers how many writes the services took.
    pub(crate) fn run(&mut self, weather: [Weather; 3]) -> usize {
        self.now += jiff::SignedDuration::from_mins(30);
        let before = self.writes();
        let seen: Vec<Option<(Native, Timestamp)>> =
            (0..3).map(|place| self.read(place, weather[place])).collect();
        let merged = self.merge(&seen, [0, 1, 2]);
        self.hub = merged.entry;
        self.agreed = merged.agreed;
        self.held = merged.held;
        for next in &merged.spokes {
            self.bases[place_of(next.service)] = next.base.clone();
        }
        for next in &merged.spokes {
            let place = place_of(next.service);
            let Some((native, _)) = &seen[place] else { continue };
            if !next.told().is_empty() && !self.write(place, native, next, weather[place].fault) {
                break;
            }
        }
        self.writes() - before
    }

    /// What would be done, if the lists were read now.
    pub(crate) fn plan(&self) -> Merged {
        self.plan_in([0, 1, 2])
    }

    /// The same, the services in another order.
    pub(crate) fn plan_backwards(&self) -> Merged {
        self.plan_in([2, 1, 0])
    }

    fn plan_in(&self, order: [usize; 3]) -> Merged {
        let seen: Vec<_> = (0..3).map(|place| self.read(place, FAIR[place])).collect();
        self.merge(&seen, order)
    }

    fn merge(&self, seen: &[Option<(Native, Timestamp)>], order: [usize; 3]) -> Merged {
        let nothing = PerField::default();
        let rules = Rules { prefer: &nothing, choose: &nothing, now: self.now };
        let spokes: Vec<Spoke<'_>> = order
            .into_iter()
            .filter_map(|place| {
                let (native, at) = seen[place].as_ref()?;
                let (server, base) = (&self.servers[place], &self.bases[place]);
                Some(Spoke {
                    service: server.service,
                    base,
                    native,
                    catalogue: server.catalogue,
                    allow: &self.allow,
                    contact: Contact::Known,
                    confirmed: true,
                    updated_at: Some(*at),
                })
            })
            .collect();
        let hub = Hub { entry: &self.hub, exists: true, agreed: &self.agreed };
        merge(hub, &spokes, &rules)
    }

    fn read(&self, place: usize, weather: Weather) -> Option<(Native, Timestamp)> {
        let server = &self.servers[place];
        if weather.down {
            return None;
        }
        let old = server.before.as_ref().filter(|_| weather.lags);
        let (at, native) = old.map_or((server.updated_at, &server.native), |(at, old)| (*at, old));
        (!self.bases[place].outruns(Some(at))).then(|| (native.clone(), at))
    }

    /// Tells a service something, and once more what it made wrong of it. Answers whether the program lives.
    fn write(&mut self, place: usize, read: &Native, next: &Next, fault: Fault) -> bool {
        let profile = self.servers[place].service.profile();
        // Whoever changed it meanwhile is heard first.
        if self.servers[place].native != *read {
            return true;
        }
        let agreed = self.bases[place].clone();
        self.bases[place] = agreed.telling(&next.told(), read, &next.native);
        if matches!(fault, Fault::Lost | Fault::KilledBefore) {
            return fault == Fault::Lost;
        }
        let told_now = self.servers[place].tell(&next.told(), self.now);
        self.now += jiff::SignedDuration::from_secs(1);
        if matches!(fault, Fault::Unanswered | Fault::KilledAfter) || !told_now {
            return fault != Fault::KilledAfter;
        }
        let (before, told) = (&next.native, &next.write);
        let right = profile.correction(&self.answered(place, before, told)).is_empty();
        if fault == Fault::KilledBetween && !right {
            return false;
        }
        self.put_right(place, before, told);
        self.bases[place] = agreed.answered(&self.answered(place, &next.native, &next.write));
        true
    }

    /// The person settles everything that waits, by the choice that this makes of each conflict.
    pub(crate) fn resolve(&mut self, choice: &Choice) {
        for held in std::mem::take(&mut self.held) {
            let library = self.hub.get(held.field);
            let value = held.answer(choice, &library).unwrap_or(library);
            for (base, service) in self.bases.iter_mut().zip(ListService::ALL) {
                if let Some(native) = held.native_of(service) {
                    *base = base.settled(held.field, native);
                }
            }
            self.hub.set(held.field, &value);
        }
        tidy(&mut self.hub, Repeating::BesideAnyStatus);
    }

    /// Takes back on each list what the runs since then wrote there.
    pub(crate) fn undo(&mut self, then: &Self) {
        for place in 0..3 {
            let before = self.servers[place].native.clone();
            let written = Written::of(&then.servers[place].native, &before);
            let told = written.undo(&before);
            if told.is_empty() {
                continue;
            }
            self.now += jiff::SignedDuration::from_secs(1);
            self.servers[place].tell(&told, self.now);
            self.put_right(place, &before, &told);
            let wanted = PerField::of_each(|field| self.wanted(place, field));
            let answered = self.answered(place, &before, &told);
            self.bases[place] = self.bases[place].undone(&answered, &wanted);
        }
    }

    /// Tells a service once more what it made wrong of what it was told.
    fn put_right(&mut self, place: usize, before: &Native, told: &PerField<Value>) {
        let profile = self.servers[place].service.profile();
        for _ in 0..CORRECTIONS {
            let left = profile.correction(&self.answered(place, before, told));
            if left.is_empty() {
                break;
            }
            self.servers[place].tell(&left, self.now);
            self.now += jiff::SignedDuration::from_secs(1);
        }
    }

    fn answered<'a>(
        &'a self,
        place: usize,
        before: &'a Native,
        told: &'a PerField<Value>,
    ) -> Answered<'a> {
        let Server { native, catalogue, updated_at, .. } = &self.servers[place];
        Answered { before, told, got: native, catalogue: *catalogue, at: Some(*updated_at) }
    }

    pub(crate) fn writes(&self) -> usize {
        self.servers.iter().map(|server| server.writes).sum()
    }

    /// Runs in fair weather until nothing is written. Answers in how many runs something was.
    pub(crate) fn rest(&mut self) -> usize {
        let rounds = (0..10).take_while(|_| self.run(FAIR) > 0).count();
        assert!(rounds < 10, "it never comes to rest:\n{self}");
        let still = self.clone();
        for _ in 0..3 {
            assert_eq!(self.run(FAIR), 0, "{self}");
        }
        let same = self.hub == still.hub && self.servers == still.servers;
        assert!(same, "it moves without a cause, from\n{still}to\n{self}");
        rounds
    }

    /// Whether a service that holds the library's entry leaves it so.
    pub(crate) fn can_be_held(&self, place: usize) -> bool {
        let Server { service, catalogue, .. } = self.servers[place];
        let profile = service.profile();
        let wanted = profile.project_all(&self.hub, catalogue);
        let around = Around { catalogue, today: TODAY };
        let held = Native::of(&wanted);
        let again = (profile.rewrite)(Some(&held), &PerField::default(), around);
        let anew = (profile.rewrite)(None, &wanted, around);
        let position = |native: &Native| (native.0.status, native.0.progress);
        wanted.get(Field::Progress).is_some()
            && again.as_ref() == Ok(&held)
            && anew.is_ok_and(|anew| position(&anew) == position(&held))
    }

    /// What a service should hold of the library's entry.
    pub(crate) fn wanted(&self, place: usize, field: Field) -> Option<Value> {
        let server = &self.servers[place];
        let base = &self.bases[place];
        let totals = base.totals.map_or(server.catalogue.total, |totals| totals.total);
        let catalogue = Catalogue { total: totals, ..server.catalogue };
        server.service.profile().project(&self.hub, field, catalogue).ok()
    }
}

impl Server {
    /// Whether the service makes something of a field that nobody can put right.
    pub(crate) fn rewrites(&self, field: Field) -> bool {
        // Who completes an entry at AniList or Kitsu has watched all of it; who has watched all of it on Kitsu has
        // completed it.
        let complete = self.native.0.status == Status::Completed;
        complete && matches!(field, Field::Progress | Field::Status)
    }

    fn change(&mut self, native: Native, now: Timestamp) {
        self.before = Some((self.updated_at, std::mem::replace(&mut self.native, native)));
        self.updated_at = now;
    }

    /// Whether it took what it was told.
    fn tell(&mut self, told: &PerField<Value>, now: Timestamp) -> bool {
        let around = Around { catalogue: self.catalogue, today: TODAY };
        let Ok(native) = (self.service.profile().rewrite)(Some(&self.native), told, around) else {
            return false;
        };
        self.writes += 1;
        self.change(native, now);
        true
    }
}

/// An entry in a line.
pub(crate) fn line(entry: &Entry) -> String {
    let known = entry.values();
    let said = known.iter().filter(|(_, value)| !value.is_empty());
    said.fold(String::new(), |line, (field, value)| format!("{line}{}={value} ", field.name()))
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::fmt::Display for World {
    /// The library and the lists, a line each, with what was last sent where that is something else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "  library: {}", line(&self.hub))?;
        for (server, base) in self.servers.iter().zip(&self.bases) {
            let odd = |(field, seen): (Field, &Value)| {
                let sent = base.sent.get(field);
                let sent = sent.map_or("nothing".to_owned(), ToString::to_string);
                let (name, seen) = (field.name(), seen.to_string());
                (sent != seen).then(|| format!(" {name} seen {seen} sent {sent}"))
            };
            let odd: String = base.seen.iter().filter_map(odd).collect();
            let of = server.catalogue.total;
            writeln!(f, "  {:?} of {of:?}: {}|{odd}", server.service, line(&server.native.0))?;
        }
        let held = self.held.iter().map(|held| (held.field, held.ask));
        writeln!(f, "  held: {:?}", held.collect::<Vec<_>>())
    }
}

pub(crate) fn place_of(service: ListService) -> usize {
    ListService::ALL.iter().position(|known| *known == service).unwrap()
}

/// No entry is watched again that is planned or completed, or where the service cannot say so.
fn tidy(entry: &mut Entry, repeating: Repeating) {
    let open = matches!(entry.status, Status::Current | Status::OnHold | Status::Dropped);
    let says = repeating == Repeating::BesideAnyStatus || entry.status == Status::Current;
    entry.repeating &= open && says;
}

fn whole(date: FuzzyDate) -> FuzzyDate {
    if date.day().is_some() { date } else { FuzzyDate::default() }
}
