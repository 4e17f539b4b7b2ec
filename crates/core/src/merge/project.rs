//! An entry as a service holds it, and what a service's entry means.
//!
//! Two entries are equal when one is what the other is projected to. Without that, an 85 that a list of ten steps
//! holds as 9 would come back as 90.

use crate::domain::FuzzyDate;
use crate::library::{Kind, Status};

use super::base::Totals;
use super::profile::{AboveTotal, Precision, Profile, Repeating, Scale};
use super::value::{Count, Entry, Field, PerField, Value};

/// An entry in a service's own numbers: a score in its steps, a progress by its own count. It never counts
/// [`Count::All`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Native(pub Entry);

impl Native {
    /// An entry with these values, and empty otherwise.
    pub fn of(values: &PerField<Value>) -> Self {
        let mut native = Self::default();
        for (field, value) in values.iter() {
            native.0.set(field, value);
        }
        native
    }
}

impl From<crate::library::Entry> for Native {
    /// Of an entry that was read in a service's own numbers.
    fn from(entry: crate::library::Entry) -> Self {
        Self(Entry {
            status: entry.status,
            repeating: entry.repeating,
            repeats: entry.repeats,
            progress: Count::Of(entry.progress),
            volumes: Count::Of(entry.progress_volumes),
            score: entry.score.unwrap_or_default(),
            started: entry.started,
            finished: entry.finished,
            notes: entry.notes,
            private: entry.private,
        })
    }
}

/// What a service's catalogue says of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Catalogue {
    /// Which of the two lists it is on.
    pub kind: Kind,
    /// Episodes or chapters, where it knows.
    pub total: Option<u32>,
    /// Volumes, where it knows.
    pub volumes: Option<u32>,
    /// The most episodes or chapters that any catalogue knows of the work, or 0.
    pub most: u32,
    /// The most volumes that any catalogue knows of the work, or 0.
    pub most_volumes: u32,
}

impl Catalogue {
    /// One that knows nothing of the work.
    pub fn unknown(kind: Kind) -> Self {
        Self { kind, total: None, volumes: None, most: 0, most_volumes: 0 }
    }

    /// One that said this, where no other catalogue is known.
    pub fn alone(kind: Kind, totals: Option<Totals>) -> Self {
        let Some(Totals { total, volumes }) = totals else { return Self::unknown(kind) };
        let (most, most_volumes) = (total.unwrap_or_default(), volumes.unwrap_or_default());
        Self { kind, total, volumes, most, most_volumes }
    }
}

/// Why a service cannot be told a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unheld {
    /// It has no such field, or only coarser values. Its own value is as good as any.
    Unknown,
    /// It knows fewer episodes or chapters than the person watched.
    KnowsFewer {
        /// How many it knows.
        known: u32,
    },
}

/// A field as a service holds it.
pub type Projected = Result<Value, Unheld>;

impl Profile {
    /// One field of an entry as the service holds it.
    ///
    /// # Errors
    ///
    /// The service cannot hold the value.
    pub fn project(&self, entry: &Entry, field: Field, catalogue: Catalogue) -> Projected {
        let holds =
            |holds: bool, value: Value| if holds { Ok(value) } else { Err(Unheld::Unknown) };
        match field {
            Field::Status => Ok(Value::Status(entry.status)),
            Field::Repeating => Ok(Value::Flag(entry.repeating && self.can_repeat(entry.status))),
            Field::Repeats => Ok(Value::Number(entry.repeats.min(self.repeats))),
            Field::Progress => self.project_progress(entry.progress, catalogue),
            Field::Volumes if !self.volumes || catalogue.kind == Kind::Anime => {
                Err(Unheld::Unknown)
            }
            Field::Volumes => {
                let number =
                    entry.volumes.number(catalogue.volumes.unwrap_or(catalogue.most_volumes));
                let most = catalogue.volumes.filter(|most| *most > 0 && number > *most);
                let clamped = most.filter(|_| self.above_total == AboveTotal::Clamps);
                Ok(count(clamped.unwrap_or(number)))
            }
            Field::Score => Ok(Value::Number(self.score.project(entry.score).into())),
            Field::Started => self.project_date(entry.started),
            Field::Finished => self.project_date(entry.finished),
            Field::Notes => {
                let length = entry.notes.as_deref().unwrap_or_default().chars().count();
                holds(length <= self.notes, Value::Text(entry.notes.clone()))
            }
            Field::Private => holds(self.privacy, Value::Flag(entry.private)),
        }
    }

    /// All fields that the service holds.
    pub fn project_all(&self, entry: &Entry, catalogue: Catalogue) -> PerField<Value> {
        PerField::of_each(|field| self.project(entry, field, catalogue).ok())
    }

    /// What a service's entry means.
    pub fn lift(&self, native: &Native, catalogue: Catalogue) -> Entry {
        let Native(native) = native;
        let complete = native.status == Status::Completed;
        let lift = |has: Count, total: Option<u32>| match (has, total) {
            (Count::Of(number), Some(total)) if complete && number == total && total > 0 => {
                Count::All
            }
            (has, _) => has,
        };
        Entry {
            progress: lift(native.progress, catalogue.total),
            volumes: lift(native.volumes, catalogue.volumes),
            score: self.score.lift(native.score),
            ..native.clone()
        }
    }

    /// Whether the service can say that a work of this status is watched again.
    pub fn can_repeat(&self, status: Status) -> bool {
        status == Status::Current || self.repeating == Repeating::BesideAnyStatus
    }

    fn project_progress(&self, progress: Count, catalogue: Catalogue) -> Projected {
        let number = progress.number(catalogue.total.unwrap_or(catalogue.most));
        match catalogue.total.filter(|total| *total > 0 && number > *total) {
            Some(total) if self.above_total == AboveTotal::Clamps => Ok(count(total)),
            Some(known) if self.above_total == AboveTotal::Refuses => {
                Err(Unheld::KnowsFewer { known })
            }
            _ => Ok(count(number)),
        }
    }

    fn project_date(&self, date: FuzzyDate) -> Projected {
        let whole = date.year.is_none() || date.day().is_some();
        if whole || self.dates == Precision::Parts {
            Ok(Value::Date(date))
        } else {
            Err(Unheld::Unknown)
        }
    }
}

impl Scale {
    /// A score of 0 to 100 in the service's steps: the nearest, and never none for some.
    pub fn project(self, score: u8) -> u8 {
        match (self, score) {
            (Self::Hundred, score) => score,
            (Self::Ten | Self::Twenty, 0) => 0,
            (Self::Ten, score) => ((score + 5) / 10).max(1),
            // Half of five is not a whole number: twice the score, by ten.
            (Self::Twenty, score) => ((score * 2 + 5) / 10).max(2),
        }
    }

    /// A score in the service's steps as one of 0 to 100.
    pub fn lift(self, score: u8) -> u8 {
        match self {
            Self::Hundred => score,
            Self::Ten => score.saturating_mul(10),
            Self::Twenty => score.saturating_mul(5),
        }
    }
}

fn count(number: u32) -> Value {
    Value::Count(Count::Of(number))
}

#[cfg(test)]
mod tests {
    use super::super::ListService;
    use super::*;

    #[test]
    fn every_score_of_a_service_comes_back_as_itself() {
        for scale in [Scale::Hundred, Scale::Ten, Scale::Twenty] {
            let most = match scale {
                Scale::Hundred => 100,
                Scale::Ten => 10,
                Scale::Twenty => 20,
            };
            let least = u8::from(scale == Scale::Twenty);
            for score in (0..=most).filter(|score| *score == 0 || *score > least) {
                assert_eq!(scale.project(scale.lift(score)), score, "{scale:?}");
            }
        }
    }

    #[test]
    fn a_score_is_the_nearest_step_and_never_none_for_some() {
        let ten = |score| Scale::Ten.project(score);
        let twenty = |score| Scale::Twenty.project(score);
        assert_eq!([0, 1, 4, 14, 15, 84, 85, 95, 100].map(ten), [0, 1, 1, 1, 2, 8, 9, 10, 10]);
        assert_eq!([0, 1, 4, 12, 13, 85, 97, 98, 100].map(twenty), [0, 2, 2, 2, 3, 17, 19, 20, 20]);
    }

    #[test]
    fn what_all_of_a_work_is_depends_on_the_catalogue() {
        let all = Entry { status: Status::Completed, progress: Count::All, ..Entry::default() };
        for (total, says) in [(Some(12), 12), (Some(13), 13)] {
            let catalogue = Catalogue { total, ..Catalogue::unknown(Kind::Anime) };
            for service in ListService::ALL {
                let profile = service.profile();
                assert_eq!(profile.project(&all, Field::Progress, catalogue), Ok(count(says)));
            }
        }
    }
}
