//! What runs posted, and Trakt took, so short a time ago that its history may lack it yet.
//!
//! Trakt answers a write before its history shows it. So for [`LANDING`] after a run's last answer
//! the plays that it keeps as accepted count as there, whatever the history says. Only the run and
//! the time are noted: what an undo took back since is not accepted any more.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::history_index::accepted;
use crate::domain::RunId;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::plan::There;
use crate::store::{Write, keys};
use crate::trakt::LANDING;

/// The runs of which Trakt took something not long ago.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    runs: Vec<Answered>,
}

/// A run, and when Trakt last took something of it by the services' clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    run: RunId,
    at: Timestamp,
}

impl Recent {
    /// What is stored. A time that is to come tells nothing, so it counts as now.
    pub(super) fn read(stored: Option<&str>, now: Timestamp) -> Self {
        let mut recent: Self =
            stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        for answered in &mut recent.runs {
            answered.at = answered.at.min(now);
        }
        recent.runs.retain(|answered| known_from(answered.at) > now);
        recent
    }

    /// Takes note of a run of which Trakt took something, and says what to store.
    pub(super) fn note(&mut self, run: RunId, now: Timestamp) -> Result<Write> {
        self.runs.retain(|answered| answered.run != run && known_from(answered.at) > now);
        self.runs.push(Answered { run, at: now });
        let text = serde_json::to_string(self).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Write::Config { key: keys::JUST_ACCEPTED, value: Some(text) })
    }

    /// From when on the history shows all that Trakt took of a run; none when it does already.
    pub(super) fn shown_from(&self, run: RunId) -> Option<Timestamp> {
        let answered = self.runs.iter().find(|answered| answered.run == run)?;
        Some(known_from(answered.at))
    }

    /// Adds the plays of these runs that no undo took back.
    pub(super) async fn add_to(&self, there: &mut There, person: &Person) -> Result<()> {
        for Answered { run, .. } in &self.runs {
            let groups = person.store.run_plays(*run).await?;
            accepted(&groups).for_each(|sent| there.add(&sent.play));
        }
        Ok(())
    }
}

fn known_from(at: Timestamp) -> Timestamp {
    at.checked_add(LANDING).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_run_is_recent_for_as_long_as_the_history_may_lag() {
        let Write::Config { value, .. } = Recent::default().note(RunId(7), at(1000)).unwrap()
        else {
            panic!("it is an entry")
        };
        let shown = |now| Recent::read(value.as_deref(), at(now)).shown_from(RunId(7));
        let landing = LANDING.as_secs();
        assert_eq!(shown(1000), Some(at(1000 + landing)));
        assert_eq!(shown(999 + landing), Some(at(1000 + landing)));
        assert_eq!(shown(1000 + landing), None);
        // Noted by a clock that was ahead.
        assert_eq!(shown(10), Some(at(10 + landing)));
    }

    #[test]
    fn a_later_answer_prolongs_it_and_old_runs_are_forgotten() {
        let mut recent = Recent::default();
        for (run, second) in [(1, 0), (2, 1000), (2, 1010)] {
            recent.note(RunId(run), at(second)).unwrap();
        }
        assert_eq!(recent, Recent { runs: vec![Answered { run: RunId(2), at: at(1010) }] });
    }

    #[test]
    fn what_cannot_be_read_names_no_run() {
        assert_eq!(Recent::read(Some("[]"), at(1)), Recent::default());
        assert_eq!(Recent::read(None, at(1)), Recent::default());
    }
}
