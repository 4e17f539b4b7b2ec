//! The merge of one entry, field by field.
//!
//! For every field: a service *changed* it when it holds something else than was seen there last, the library when it
//! wants something else there than was last sent. One change goes everywhere. Two that fit are one. Two that do not are
//! settled by a rule, or wait for the person; the other fields go on meanwhile.

use super::base::{Base, Contact, Hub, Rules, Spoke, Totals};
use super::echo::Echo;
use super::profile::{ListService, Profile};
use super::project::{Catalogue, Native, Projected, Unheld};
use super::rewrite::Around;
use super::rules::{self, Ask, By, Claim, Why};
use super::value::{Entry, Field, PerField, Value};
use crate::library::Status;

use jiff::civil::Date;

/// What comes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The library's entry.
    pub entry: Entry,
    /// What is to be remembered as the library's own, see [`Hub::agreed`].
    pub agreed: PerField<Value>,
    /// What changed here, and why.
    pub why: PerField<(Vec<By>, Why)>,
    /// What waits for the person.
    pub held: Vec<Held>,
    /// What comes of it at each service that was read, in their order.
    pub spokes: Vec<Next>,
}

/// What comes of an entry at a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The service.
    pub service: ListService,
    /// What is agreed, before anything is written.
    pub base: Base,
    /// What is to be written, in the service's own values.
    pub write: PerField<Value>,
    /// What it has to have back, as it made something else of it by itself.
    pub restore: PerField<Value>,
    /// What the person has there, seen through what the service made of it.
    pub native: Native,
    /// How many episodes or chapters the service knows, where that is fewer than the person watched.
    pub knows_fewer: Option<u32>,
    /// Fields that another program changes to and fro.
    pub flapping: Vec<Field>,
    /// Fields that have to be read by themselves before they are believed.
    pub unconfirmed: Vec<Field>,
}

/// A field that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The field.
    pub field: Field,
    /// What there is to ask.
    pub ask: Ask,
    /// Who says what: canonical, and as the service itself has it.
    pub claims: Vec<(By, Value, Option<Value>)>,
    /// What would be a good answer.
    pub suggestion: Option<Value>,
}

/// Merges an entry.
pub fn merge(hub: Hub<'_>, spokes: &[Spoke<'_>], rules: &Rules<'_>) -> Merged {
    let mut sides: Vec<Side<'_>> = spokes.iter().map(|spoke| Side::of(spoke, hub.entry)).collect();
    sides.sort_by_key(|side| side.spoke.service);
    let table = Table { hub, sides, rules };
    let decisions = Field::ALL.map(|field| (field, table.decide(field)));
    table.conclude(&decisions)
}

/// A service's side, with what its entry means.
struct Side<'a> {
    spoke: &'a Spoke<'a>,
    profile: &'static Profile,
    /// The catalogue as it was last counted with.
    catalogue: Catalogue,
    /// What its entry means.
    entry: Entry,
    /// What its entry meant when it was last seen.
    before: Entry,
    /// What the person has there, and what the service made of it.
    echo: Echo,
}

/// How a side stands to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// The field does not go between the two.
    Off,
    /// It has not changed, or to what is wanted there.
    Quiet,
    /// It has changed.
    Changed,
    /// It has changed in a way that is no word on the library's value, and may stay there.
    Aside,
    /// It has changed in a way that is no word on the library's value, and is put right.
    Repaired,
    /// It has changed in a way that only a person can mean.
    Asked(Ask),
    /// It may have changed; one row of a list does not prove it.
    Unconfirmed,
    /// It changes to and fro.
    Flapping,
    /// It has become what the service makes of what it was told.
    Told,
}

/// What is decided on a field.
struct Decision {
    stands: Vec<Stand>,
    outcome: Result<(Value, Vec<By>, Why), Held>,
}

impl Next {
    /// All that the service is to be told.
    pub fn told(&self) -> PerField<Value> {
        PerField::of_each(|field| self.write.get(field).or(self.restore.get(field)).cloned())
    }
}

impl<'a> Side<'a> {
    fn of(spoke: &'a Spoke<'a>, hub: &Entry) -> Self {
        let profile = spoke.profile();
        let catalogue = spoke.base.frozen(spoke.catalogue);
        let echo = Echo::of(spoke);
        let seen = spoke.base.seen.get(Field::Progress);
        let moved = seen != Some(&echo.native.0.get(Field::Progress));
        let counted = if moved { spoke.catalogue } else { catalogue };
        let before = echo.before(&spoke.base.seen);
        let meant = |native: &Native, catalogue| {
            let mut entry = profile.lift(native, catalogue);
            if !profile.can_repeat(entry.status) && entry.status != Status::Completed {
                // Who pauses while watching again is still watching again; this service has no word for it.
                entry.repeating = hub.repeating && entry.status != Status::Planning;
            }
            entry
        };
        let (entry, before) = (meant(&echo.native, counted), meant(&before, catalogue));
        Self { spoke, profile, catalogue, entry, before, echo }
    }

    fn holds(&self, field: Field) -> Value {
        self.echo.native.0.get(field)
    }

    fn wants(&self, entry: &Entry, field: Field) -> Projected {
        self.profile.project(entry, field, self.catalogue)
    }

    /// Whether the library changed, as far as the service can tell.
    fn outdated(&self, hub: &Entry, field: Field) -> bool {
        self.wants(hub, field).is_ok_and(|wanted| self.spoke.base.sent.get(field) != Some(&wanted))
    }

    /// Whether the service would count all of the work if it was told this.
    fn would_count(&self, told: &PerField<Value>) -> bool {
        let native = &self.echo.native;
        let around = Around { catalogue: self.spoke.catalogue, today: Date::ZERO };
        let made = (self.profile.rewrite)(Some(native), told, around);
        let progress = told.get(Field::Progress).is_none();
        progress && made.is_ok_and(|made| made.0.progress != native.0.progress)
    }

    fn is_first(&self) -> bool {
        self.spoke.contact == Contact::First
    }

    /// Whether a field is another one than was seen there, by whoever's doing.
    fn is_news(&self, field: Field) -> bool {
        let seen = self.spoke.base.seen.get(field);
        seen != Some(&self.holds(field)) && !self.echo.has_told(field)
    }

    /// What the side says of a field: the library's entry with what changed there, after and before.
    fn claim(&self, hub: &Entry, field: Field) -> Claim {
        let (mut entry, mut before) = (hub.clone(), hub.clone());
        for news in Field::ALL.into_iter().filter(|news| self.is_news(*news)) {
            entry.set(news, &self.entry.get(news));
            before.set(news, &self.before.get(news));
        }
        Claim {
            by: By::Service(self.spoke.service),
            value: self.entry.get(field),
            entry,
            before,
            counted: self.echo.native.0.progress.number(u32::MAX),
            at: self.spoke.updated_at,
        }
    }
}

/// All sides of an entry.
struct Table<'a> {
    hub: Hub<'a>,
    sides: Vec<Side<'a>>,
    rules: &'a Rules<'a>,
}

impl Table<'_> {
    fn stand(&self, side: &Side<'_>, field: Field) -> Stand {
        if !side.spoke.direction(field).comes_in() {
            return Stand::Off;
        }
        if side.echo.has_told(field) {
            return Stand::Told;
        }
        let (holds, seen) = (side.holds(field), side.spoke.base.seen.get(field));
        let wanted = side.wants(self.hub.entry, field);
        if seen == Some(&holds) || wanted.as_ref() == Ok(&holds) {
            return Stand::Quiet;
        }
        if side.echo.has_counted(field) {
            return Stand::Aside;
        }
        let asked_at_first = side.is_first() && field.is_position() && self.hub.exists;
        if seen.is_none() && holds.is_empty() && !asked_at_first {
            return Stand::Quiet;
        }
        if !self.hub.edited(field) && self.flaps(side, field) {
            return Stand::Flapping;
        }
        self.change(side, field, &holds)
    }

    /// Whether a field changes to and fro there, this change counted.
    fn flaps(&self, side: &Side<'_>, field: Field) -> bool {
        let mut base = side.spoke.base.clone();
        base.flipped(field, &side.holds(field), self.rules.now);
        base.flaps(field, self.rules.now) || side.spoke.base.flaps(field, self.rules.now)
    }

    /// What a change at a service says of the library's value.
    fn change(&self, side: &Side<'_>, field: Field, holds: &Value) -> Stand {
        let hub = self.hub.entry;
        let (now, before) = (&side.entry, &side.before);
        let known = side.spoke.base.seen.get(field).is_some();
        let emptied = known && holds.is_empty() && !hub.get(field).is_empty();
        let again = now.repeats > before.repeats || now.repeating != before.repeating;
        match field {
            // Most programs forget to say that it is a rewatch.
            Field::Repeating if known && hub.repeating && now.status == Status::Current => {
                if now.repeats > before.repeats { Stand::Changed } else { Stand::Repaired }
            }
            Field::Repeating if now.repeating == hub.repeating => Stand::Aside,
            Field::Finished if known && again && !hub.finished.to_string().is_empty() => {
                Stand::Aside
            }
            Field::Private if known && !now.private => Stand::Asked(Ask::Shown),
            Field::Score if emptied && !side.spoke.confirmed => Stand::Unconfirmed,
            Field::Started | Field::Finished | Field::Notes if emptied => {
                Stand::Asked(Ask::Emptied)
            }
            _ => Stand::Changed,
        }
    }

    fn decide(&self, field: Field) -> Decision {
        let stands: Vec<Stand> = self.sides.iter().map(|side| self.stand(side, field)).collect();
        let outcome = self.outcome(field, &stands);
        Decision { stands, outcome }
    }

    fn outcome(&self, field: Field, stands: &[Stand]) -> Result<(Value, Vec<By>, Why), Held> {
        let with = |wanted: fn(&Stand) -> bool| {
            let sides = self.sides.iter().zip(stands);
            sides.filter(move |(_, stand)| wanted(stand)).map(|(side, _)| side)
        };
        let changed: Vec<&Side<'_>> =
            with(|stand| matches!(stand, Stand::Changed | Stand::Asked(_))).collect();
        let now = self.hub.entry.get(field);
        if changed.is_empty() {
            return Ok((now, vec![By::Library], Why::Alone));
        }
        let claims = self.claims(field, &changed);
        let asked = stands.iter().find_map(|stand| match stand {
            Stand::Asked(ask) => Some(*ask),
            _ => None,
        });
        let decided = match asked {
            Some(ask) => Err(ask),
            None => self.settle(field, &changed, &claims),
        };
        decided.or_else(|ask| self.prefer(field, &changed, &claims).ok_or(ask)).map_err(|ask| {
            let suggestion = rules::suggestion(field, &claims);
            let native = |by| changed.iter().find(|side| By::Service(side.spoke.service) == by);
            let row = |claim: &Claim| {
                let native = native(claim.by).map(|side| side.holds(field));
                (claim.by, claim.value.clone(), native)
            };
            Held { field, ask, claims: claims.iter().map(row).collect(), suggestion }
        })
    }

    /// Who says something of a field: whoever changed it, and the library where it did as well.
    fn claims(&self, field: Field, changed: &[&Side<'_>]) -> Vec<Claim> {
        let hub = self.hub;
        let mut claims: Vec<Claim> =
            changed.iter().map(|side| side.claim(hub.entry, field)).collect();
        if self.is_dirty(field, changed) {
            let mut before = hub.entry.clone();
            for (field, value) in hub.agreed.iter() {
                before.set(field, value);
            }
            let entry = hub.entry.clone();
            let value = entry.get(field);
            let counted = entry.progress.number(u32::MAX);
            claims.insert(0, Claim { by: By::Library, value, entry, before, counted, at: None });
        }
        claims
    }

    /// Whether the library changed too, as far as those who changed can tell.
    fn is_dirty(&self, field: Field, changed: &[&Side<'_>]) -> bool {
        let hub = self.hub;
        let says = !hub.entry.get(field).is_empty();
        let outdated = |side: &&Side<'_>| {
            let told = side.spoke.base.sent.get(field).is_some();
            let asked_at_first = side.is_first() && field.is_position();
            side.outdated(hub.entry, field) && (told || says || asked_at_first)
        };
        hub.exists && (hub.edited(field) || changed.iter().any(outdated))
    }

    /// Claims that fit are one; else a rule decides.
    fn settle(
        &self,
        field: Field,
        changed: &[&Side<'_>],
        claims: &[Claim],
    ) -> Result<(Value, Vec<By>, Why), Ask> {
        let by = |value: &Value| {
            let who = claims.iter().filter(|claim| claim.value == *value);
            who.map(|claim| claim.by).collect::<Vec<By>>()
        };
        let fitting = claims.iter().find(|claim| self.fits(field, claim, changed, claims));
        if let Some(claim) = fitting {
            let alone = if claims.len() == 1 { Why::Alone } else { Why::Fits };
            return Ok((claim.value.clone(), by(&claim.value), alone));
        }
        if let [claim] = claims {
            return Ok((claim.value.clone(), vec![claim.by], Why::Alone));
        }
        if changed.iter().any(|side| side.is_first() && side.spoke.base.seen.get(field).is_none()) {
            return Err(Ask::FirstConnection);
        }
        let (value, why) = rules::decide(field, claims)?;
        let who = by(&value);
        Ok((value, who, why))
    }

    /// Whether every side that changed holds just what this claim is there, and the library no less.
    fn fits(&self, field: Field, claim: &Claim, changed: &[&Side<'_>], claims: &[Claim]) -> bool {
        if claims.iter().all(|other| other.value == claim.value) {
            return true;
        }
        let mut entry = self.hub.entry.with(field, &claim.value);
        if field.is_position() {
            entry.status = claim.entry.status;
        }
        let held = |side: &&Side<'_>| side.wants(&entry, field) == Ok(side.holds(field));
        let library = claims.iter().any(|claim| claim.by == By::Library);
        let same = |side: &Side<'_>| side.wants(&entry, field) == side.wants(self.hub.entry, field);
        changed.iter().all(held) && (!library || self.sides.iter().all(same))
    }

    /// What the person said should win, generally or in their answer to a first connection.
    fn prefer(
        &self,
        field: Field,
        changed: &[&Side<'_>],
        claims: &[Claim],
    ) -> Option<(Value, Vec<By>, Why)> {
        let first = changed.iter().any(|side| side.is_first());
        let answer = self.rules.choose.get(field).filter(|_| first);
        let choice = answer.or_else(|| self.rules.prefer.get(field))?;
        let value = rules::chosen(field, claims, &self.hub.entry.get(field), choice)?;
        let who =
            claims.iter().filter(|claim| claim.value == value).map(|claim| claim.by).collect();
        Some((value, who, Why::Chosen))
    }

    /// The entry that comes of the decisions, and what each service is to be told.
    fn conclude(&self, decisions: &[(Field, Decision)]) -> Merged {
        let mut entry = self.hub.entry.clone();
        let (mut why, mut held) = (PerField::default(), Vec::new());
        for (field, decision) in decisions {
            match &decision.outcome {
                Ok((value, by, reason)) => {
                    if self.hub.entry.get(*field) != *value {
                        why.put(*field, Some((by.clone(), *reason)));
                    }
                    entry.set(*field, value);
                }
                Err(open) => held.push(open.clone()),
            }
        }
        if matches!(entry.status, Status::Completed | Status::Planning) {
            entry.repeating = false;
        }
        let agreed = PerField::of_each(|field| {
            let waits = held.iter().any(|held| held.field == field);
            if waits { self.hub.agreed.get(field).cloned() } else { Some(entry.get(field)) }
        });
        let sides = self.sides.iter().enumerate();
        let spokes = sides.map(|(place, side)| self.next(place, side, decisions, &entry)).collect();
        Merged { entry, agreed, why, held, spokes }
    }

    fn next(
        &self,
        place: usize,
        side: &Side<'_>,
        decisions: &[(Field, Decision)],
        entry: &Entry,
    ) -> Next {
        let catalogue = self.counted_with(side, entry);
        let mut next = Next {
            service: side.spoke.service,
            base: side.spoke.base.clone(),
            write: PerField::default(),
            restore: PerField::default(),
            native: side.echo.native.clone(),
            knows_fewer: None,
            flapping: Vec::new(),
            unconfirmed: Vec::new(),
        };
        next.base.as_of = next.base.as_of.max(side.spoke.updated_at);
        next.base.totals = Some(Totals { total: catalogue.total, volumes: catalogue.volumes });
        let disputes = |(field, decision): &(Field, Decision)| {
            let claims = matches!(decision.stands[place], Stand::Changed | Stand::Asked(_));
            field.is_position() && decision.outcome.is_err() && claims
        };
        let disputed = decisions.iter().any(disputes);
        for (field, decision) in decisions.iter().filter(|(_, decision)| decision.outcome.is_ok()) {
            let stand = decision.stands[place];
            let wanted = side.profile.project(entry, *field, catalogue);
            self.next_of_field(&mut next, side, *field, stand, wanted);
            if disputed && field.is_position() && stand != Stand::Told {
                // Whether somebody went forward or back is told by all of these: none moves on while one waits.
                next.base.seen.put(*field, side.spoke.base.seen.get(*field).cloned());
            }
        }
        if disputed && side.would_count(&next.write) {
            // What the person has there has to be there still when they are asked.
            next.write.put(Field::Status, None);
        }
        next.base.pending = side.echo.pending(side.spoke);
        next.restore = PerField::of_each(|field| {
            let has = side.profile.has(field) && next.write.get(field).is_none();
            let was = side.echo.restore.get(field).filter(|_| has);
            was.filter(|was| **was == next.native.0.get(field)).cloned()
        });
        next
    }

    /// The catalogue that an entry is counted with from now on: the one of today as soon as the person's position
    /// changes, and until then the one of the last time.
    fn counted_with(&self, side: &Side<'_>, entry: &Entry) -> Catalogue {
        let moved = |field| {
            let changed = self.hub.entry.get(field) != entry.get(field);
            let seen = side.spoke.base.seen.get(field);
            changed
                || seen.is_some_and(|seen| *seen != side.holds(field))
                || side.outdated(entry, field)
        };
        let fewer = matches!(side.wants(entry, Field::Progress), Err(Unheld::KnowsFewer { .. }));
        let position = [Field::Status, Field::Repeating, Field::Progress, Field::Volumes];
        if fewer || position.into_iter().any(moved) { side.spoke.catalogue } else { side.catalogue }
    }

    fn next_of_field(
        &self,
        next: &mut Next,
        side: &Side<'_>,
        field: Field,
        stand: Stand,
        wanted: Projected,
    ) {
        let made = side.spoke.native.0.get(field);
        let wanted_made = wanted.as_ref() == Ok(&made);
        let holds = if wanted_made { made } else { side.holds(field) };
        // What the service made by itself may be just what is wanted now.
        next.native.0.set(field, &holds);
        let base = &mut next.base;
        match stand {
            Stand::Unconfirmed => return next.unconfirmed.push(field),
            Stand::Off if !side.spoke.direction(field).goes_out() => return,
            Stand::Flapping => next.flapping.push(field),
            Stand::Changed | Stand::Asked(_) | Stand::Repaired | Stand::Told
                if wanted.as_ref() != Ok(&holds) =>
            {
                base.sent.put(field, None);
            }
            _ => {}
        }
        if self.hub.edited(field) {
            base.calm(field);
        } else if !matches!(stand, Stand::Off | Stand::Quiet | Stand::Told) {
            base.flipped(field, &holds, self.rules.now);
        }
        let met = base.seen.get(field).is_some();
        base.seen.put(field, Some(holds.clone()));
        let let_be = matches!(stand, Stand::Flapping | Stand::Aside);
        let goes_out = side.spoke.direction(field).goes_out() && !let_be;
        match wanted {
            Err(Unheld::KnowsFewer { known }) => {
                next.knows_fewer = Some(known);
                base.sent.put(field, None);
            }
            Err(Unheld::Unknown) => base.sent.put(field, None),
            Ok(wanted) if wanted == holds || !goes_out => base.sent.put(field, Some(wanted)),
            // What only goes out takes nothing away that was there before.
            Ok(wanted) if !met && wanted.is_empty() => base.sent.put(field, Some(wanted)),
            Ok(wanted) if base.sent.get(field) == Some(&wanted) => {}
            Ok(wanted) => next.write.put(field, Some(wanted)),
        }
    }
}
