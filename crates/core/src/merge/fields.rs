//! The merge of one entry, field by field.
//!
//! For every field: a service *changed* it when it holds something else than was seen there last, the library when it
//! wants something else there than was last sent. One change goes everywhere. Two that fit are one. Two that do not are
//! settled by a rule, or wait for the person; the other fields go on meanwhile.

mod next;
mod side;

use super::base::{Base, Hub, Rules, Spoke};
use super::profile::ListService;
use super::project::Native;
use super::rules::{self, Ask, By, Claim, Why};
use super::value::{Entry, Field, PerField, Value};
use crate::library::Status;
use side::{Side, Stand};

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
    table.conclude(&table.decisions())
}

/// What is decided on a field.
struct Decision {
    stands: Vec<Stand>,
    outcome: Result<(Value, Vec<By>, Why), Waits>,
}

impl Decision {
    fn waits(&self) -> bool {
        self.outcome.is_err()
    }
}

/// What a field waits for.
enum Waits {
    /// The person is asked.
    ForAnAnswer(Held),
    /// They are asked for the status, of which it is a part: at some services being at a work again is a status.
    ForTheStatus,
}

impl Next {
    /// A service that is told nothing yet of what the person has there.
    pub(super) fn new(service: ListService, native: Native) -> Self {
        Self {
            service,
            base: Base::default(),
            write: PerField::default(),
            restore: PerField::default(),
            native,
            knows_fewer: None,
            flapping: Vec::new(),
            unconfirmed: Vec::new(),
        }
    }

    /// All that the service is to be told.
    pub fn told(&self) -> PerField<Value> {
        PerField::of_each(|field| self.write.get(field).or(self.restore.get(field)).cloned())
    }
}

/// All sides of an entry.
struct Table<'a> {
    hub: Hub<'a>,
    sides: Vec<Side<'a>>,
    rules: &'a Rules<'a>,
}

impl Table<'_> {
    fn decisions(&self) -> PerField<Decision> {
        let mut decisions = PerField::of_each(|field| Some(self.decide(field)));
        let status_waits = decisions.get(Field::Status).is_some_and(Decision::waits);
        let repeating = decisions.get_mut(Field::Repeating).filter(|repeating| !repeating.waits());
        if let Some(repeating) = repeating.filter(|_| status_waits) {
            repeating.outcome = Err(Waits::ForTheStatus);
        }
        decisions
    }

    fn decide(&self, field: Field) -> Decision {
        let stands: Vec<Stand> = self.sides.iter().map(|side| self.stand(side, field)).collect();
        let outcome = self.outcome(field, &stands).map_err(Waits::ForAnAnswer);
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
            let (by, after) = (By::Library, entry.clone());
            claims.insert(0, Claim { by, value, entry, before, after, counted, at: None });
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
    fn conclude(&self, decisions: &PerField<Decision>) -> Merged {
        let mut entry = self.hub.entry.clone();
        let (mut why, mut held) = (PerField::default(), Vec::new());
        for (field, decision) in decisions.iter() {
            match &decision.outcome {
                Ok((value, by, reason)) => {
                    if self.hub.entry.get(field) != *value {
                        why.put(field, Some((by.clone(), *reason)));
                    }
                    entry.set(field, value);
                }
                Err(Waits::ForAnAnswer(open)) => held.push(open.clone()),
                Err(Waits::ForTheStatus) => {}
            }
        }
        if matches!(entry.status, Status::Completed | Status::Planning) {
            entry.repeating = false;
        }
        let agreed = self.agreed(decisions, &entry, &held);
        let sides = self.sides.iter().enumerate();
        let spokes = sides.map(|(place, side)| self.next(place, side, decisions, &entry)).collect();
        Merged { entry, agreed, why, held, spokes }
    }

    /// What is to be remembered as the library's own. What it changed of its position stays a change while it disputes
    /// one of these fields: whether it went forward or back is told by all of them.
    fn agreed(
        &self,
        decisions: &PerField<Decision>,
        entry: &Entry,
        held: &[Held],
    ) -> PerField<Value> {
        let ours = |held: &Held| held.claims.iter().any(|(by, ..)| *by == By::Library);
        let disputed = held.iter().any(|held| held.field.is_position() && ours(held));
        PerField::of_each(|field| {
            let disputed = disputed && field.is_position() && self.hub.edited(field);
            let waits = disputed || decisions.get(field).is_some_and(Decision::waits);
            if waits { self.hub.agreed.get(field).cloned() } else { Some(entry.get(field)) }
        })
    }
}
