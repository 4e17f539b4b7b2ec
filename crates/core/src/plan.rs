//! What a run will post, and what it will not. Pure: the same inputs give the same plan, and
//! planning again after it was applied gives an empty one.

mod corrections;
pub mod dates;
mod held;
mod on_trakt;
mod planner;
pub mod portion;
mod rewatches;
mod title;

use jiff::Timestamp;

pub use self::corrections::Corrections;
use self::dates::{Calendar, WatchLog};
pub use self::held::Held;
pub use self::on_trakt::{OnTrakt, There};
use self::planner::Planner;
use self::portion::Later;
pub use self::rewatches::{RewatchStep, Rewatches};
pub use self::title::Title;
use crate::domain::{Override, Play, Reason, Rewatched, Settled, Source, Verdict};
use crate::placing::place::Shows;

/// All that a plan depends on.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// Titles with watched episodes, in the order in which they are to be posted.
    pub titles: &'a [&'a Title],
    /// The shows they belong to.
    pub shows: &'a Shows,
    /// Per-episode corrections.
    pub overrides: &'a [Override],
    /// What is known of Trakt.
    pub trakt: OnTrakt<'a>,
    /// What is done about rewatches.
    pub rewatches: Rewatches,
    /// Whether what is private on AniList is posted.
    pub posts_private: bool,
    /// When episodes were watched.
    pub log: &'a WatchLog,
    /// The zone of dates, and the time of planning.
    pub calendar: &'a Calendar,
    /// Plays beyond this many are left for the next run.
    pub max_plays: usize,
}

/// What a run will do, title by title.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// One for each title that is not ignored.
    pub titles: Vec<TitlePlan>,
    /// Plays left for the next run because there are too many, those of `later` included.
    pub left_out: usize,
    /// What was not looked at because there is enough to post without it.
    pub later: Later,
}

/// What a run will do for one title.
#[derive(Debug, Clone, PartialEq)]
pub struct TitlePlan {
    /// The title as it was before.
    pub title: Title,
    /// How far its placement can be trusted; none when it could not be looked up yet.
    pub verdict: Option<Verdict>,
    /// Its unsettled episodes in order.
    pub steps: Vec<Step>,
    /// The unsettled episodes of its rewatches in order.
    pub rewatches: Vec<RewatchStep>,
    /// Why some or all of them wait.
    pub waiting: Option<Wait>,
}

/// One episode of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The entry's own number.
    pub abs: u32,
    /// What happens to it.
    pub action: Action,
}

/// What happens to an episode.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Trakt has it already.
    Already,
    /// An earlier run settled it, and not all that is before it; or a rewatch that Trakt passed
    /// over.
    Settled,
    /// It is posted.
    Post(Play),
    /// It is posted by a later run.
    Later,
    /// It was sent, and it is not known yet whether Trakt has it.
    Held,
    /// It waits for a decision.
    Wait,
    /// It was watched again, and the account keeps one play of each.
    OnlyOnce,
}

/// Why episodes of an entry wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub reason: Reason,
    /// The facts, for a person.
    pub detail: String,
    /// Which episodes; empty when all do.
    pub episodes: Vec<u32>,
    /// Whether it waited in the same way before.
    pub news: News,
}

/// Whether something is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It was so before.
    Old,
    /// It is so since now.
    New,
}

/// A play that is to be posted, and the title that it is of.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// The title.
    pub of: &'a TitlePlan,
    /// The play.
    pub play: &'a Play,
}

impl Plan {
    /// Everything to post, in order: what was watched for the first time, then each rewatch of
    /// anything, so that a batch seldom meets the same episode twice.
    pub fn postings(&self) -> impl Iterator<Item = Posting<'_>> {
        let all = self.titles.iter().flat_map(|title| &title.rewatches);
        let last = all.map(|step| step.rewatch).max().unwrap_or(0);
        let of = |rewatch| self.titles.iter().flat_map(move |title| title.postings(rewatch));
        (0..=last).flat_map(of)
    }

    /// The plays among that.
    pub fn plays(&self) -> impl Iterator<Item = &Play> {
        self.postings().map(|posting| posting.play)
    }

    /// The same where other titles are left for later.
    #[must_use]
    pub fn leaving(mut self, later: Later) -> Self {
        self.left_out += later.plays;
        self.later = later;
        self
    }

    /// How many plays are the first of their episode or film.
    pub fn first_plays(&self) -> usize {
        self.plays().filter(|play| play.rewatch == 0).count()
    }

    /// Episodes of rewatches that the account does not keep.
    pub fn only_once(&self) -> usize {
        self.titles.iter().map(TitlePlan::only_once).sum()
    }

    /// Plays that were sent, and of which it is not known yet whether Trakt has them.
    pub fn held(&self) -> usize {
        let actions = self.titles.iter().flat_map(TitlePlan::actions);
        actions.filter(|action| **action == Action::Held).count()
    }

    /// Entries that could not be looked up yet.
    pub fn undecided(&self) -> usize {
        self.titles.iter().filter(|title| title.is_undecided()).count()
    }

    /// Whether nothing is left for a later run.
    pub fn is_complete(&self) -> bool {
        self.left_out == 0 && self.later.titles == 0 && self.held() == 0 && self.undecided() == 0
    }
}

impl TitlePlan {
    /// What is posted of one of its rewatches; 0 is the first time.
    fn postings(&self, rewatch: u32) -> impl Iterator<Item = Posting<'_>> {
        let firsts = if rewatch == 0 { self.steps.as_slice() } else { &[] };
        let again = self.rewatches.iter().filter(move |step| step.rewatch == rewatch);
        let actions = firsts.iter().map(|step| &step.action).chain(again.map(|step| &step.action));
        actions.filter_map(Action::play).map(|play| Posting { of: self, play })
    }

    /// Who proposed its placement.
    pub fn source(&self) -> Option<Source> {
        self.title.decision.as_ref()?.source
    }

    /// What is posted of it.
    pub fn plays(&self) -> impl Iterator<Item = &Play> {
        self.actions().filter_map(Action::play)
    }

    /// What happens to its episodes, and to those of its rewatches.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        let rewatches = self.rewatches.iter().map(|step| &step.action);
        self.steps.iter().map(|step| &step.action).chain(rewatches)
    }

    /// Episodes of rewatches that the account does not keep.
    pub fn only_once(&self) -> usize {
        self.rewatches.iter().filter(|step| step.action == Action::OnlyOnce).count()
    }

    /// Episodes that Trakt had and earlier runs did not know of.
    pub fn already(&self) -> usize {
        self.steps.iter().filter(|step| step.action == Action::Already).count()
    }

    /// Whether it could not be looked up yet.
    pub fn is_undecided(&self) -> bool {
        self.verdict.is_none()
    }

    /// Episodes that wait for a decision.
    pub fn waiting_episodes(&self) -> usize {
        self.steps.iter().filter(|step| step.action == Action::Wait).count()
    }

    /// Episodes that newly wait for a decision.
    pub fn newly_waiting(&self) -> usize {
        match &self.waiting {
            Some(Wait { news: News::New, .. }) => self.waiting_episodes(),
            _ => 0,
        }
    }

    /// The number up to which every episode is settled or waits, given which plays were accepted.
    /// Episodes that wait do not move it by themselves, and it never goes back.
    pub fn settled_through(&self, accepted: impl Fn(&Play) -> bool) -> u32 {
        let mut through = self.title.settled.last_abs;
        for step in &self.steps {
            match &step.action {
                Action::Already | Action::Settled => through = through.max(step.abs),
                Action::Post(play) if accepted(play) => through = through.max(step.abs),
                Action::Wait => {}
                Action::Post(_) | Action::Later | Action::Held | Action::OnlyOnce => break,
            }
        }
        through
    }

    /// How far it is settled, given which plays are and which of these Trakt took.
    pub fn settled(
        &self,
        is_settled: impl Fn(&Play) -> bool,
        accepted: impl Fn(&Play) -> bool,
        now: Timestamp,
    ) -> Settled {
        let taken = self.plays().filter(|play| accepted(play));
        let taken = taken.map(|play| Rewatched { rewatch: play.rewatch, abs: play.abs });
        let settled = self.rewatches.iter().filter(|step| step.action == Action::Settled);
        let settled = settled.map(|step| Rewatched { rewatch: step.rewatch, abs: step.abs });
        let row = Settled {
            last_abs: self.settled_through(&is_settled),
            rewatched: self.rewatched_through(&is_settled),
            updated_at: now,
            ..self.title.settled.clone()
        };
        row.with(taken.chain(settled))
    }

    /// Whether that says more than what was settled before.
    pub fn is_further(&self, row: &Settled) -> bool {
        let before = &self.title.settled;
        row.last_abs > before.last_abs
            || row.rewatched > before.rewatched
            || row.beyond != before.beyond
    }

    /// How far its rewatches are settled, given which plays were accepted.
    pub fn rewatched_through(&self, accepted: impl Fn(&Play) -> bool) -> Rewatched {
        rewatches::through(self.title.settled.rewatched, &self.rewatches, accepted)
    }
}

impl Action {
    fn play(&self) -> Option<&Play> {
        match self {
            Self::Post(play) => Some(play),
            Self::Already
            | Self::Settled
            | Self::Later
            | Self::Held
            | Self::Wait
            | Self::OnlyOnce => None,
        }
    }
}

/// Plans what to post.
pub fn plan(inputs: &Inputs<'_>) -> Plan {
    let mut planner = Planner::new(inputs);
    let mut titles = planner.titles();
    if inputs.rewatches != Rewatches::Off {
        for title in &mut titles {
            planner.rewatches(title);
        }
    }
    limit(titles, inputs.max_plays)
}

/// Leaves the plays beyond the first `max` for later, those of rewatches first.
fn limit(mut titles: Vec<TitlePlan>, max: usize) -> Plan {
    let (mut posted, mut left_out) = (0, 0);
    let mut pass = |action: &mut Action| {
        if !matches!(action, Action::Post(_)) {
            return;
        }
        if posted < max {
            posted += 1;
        } else {
            *action = Action::Later;
            left_out += 1;
        }
    };
    for step in titles.iter_mut().flat_map(|title| &mut title.steps) {
        pass(&mut step.action);
    }
    for step in titles.iter_mut().flat_map(|title| &mut title.rewatches) {
        pass(&mut step.action);
    }
    Plan { titles, left_out, later: Later::default() }
}
