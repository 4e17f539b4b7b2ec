//! How long other services are asked, and what made it stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::hub::connections::AniListAccount;
use crate::hub::datasets::Datasets;
use crate::hub::error::{Error, Result};
use crate::hub::live::Teller;
use crate::outbound::ProviderError;
use crate::store::{AccountStore, Write};
use crate::tmdb::TmdbClient;
use crate::trakt::TraktClient;

/// Why a run ended that a person stopped.
pub const CANCELLED: &str = "it was stopped by hand";

/// Why a run ended that took as long as one may.
pub const TIME_IS_UP: &str = "the run has used up its time";

/// Why and until when asking had to stop.
#[derive(Debug, Clone)]
pub struct Interruption {
    /// When to go on, if it is known.
    pub until: Option<Timestamp>,
    /// What happened, for a person.
    pub cause: String,
}

impl Interruption {
    /// Whether a person stopped it.
    pub fn is_by_hand(&self) -> bool {
        self.cause == CANCELLED
    }

    /// Whether nothing but the time that one run takes stopped it.
    pub fn is_own_limit(&self) -> bool {
        self.cause == TIME_IS_UP
    }
}

/// What is asked, and what is known already.
#[derive(Debug, Clone, Copy)]
pub struct Means<'a> {
    /// Trakt, for shows, films and ids.
    pub trakt: &'a TraktClient,
    /// TMDB, for ids; none without a key.
    pub tmdb: Option<&'a TmdbClient>,
    /// AniList, for what an entry continues and when it aired.
    pub anilist: &'a AniListAccount,
    /// The mapping files.
    pub datasets: &'a Datasets,
    /// What is kept of the person's, and of everybody's.
    pub store: &'a AccountStore,
    /// The time.
    pub clock: &'a Clock,
    /// Whether rewatches are posted.
    pub rewatches: bool,
}

/// Leave to ask other services, until a deadline or the first fault that passes by itself.
#[derive(Debug)]
pub struct Budget<'a> {
    pub(super) means: Means<'a>,
    deadline: Instant,
    teller: Teller,
    /// Ends it before its deadline.
    end: CancellationToken,
    stopped: Option<Interruption>,
    /// What was answered so that it tells nothing, and stopped nothing.
    odd: Option<Interruption>,
    has_written: AtomicBool,
}

impl<'a> Budget<'a> {
    /// Leave until the deadline, or until whoever watches asks to stop.
    pub fn new(means: Means<'a>, deadline: Instant, teller: Teller) -> Self {
        let (end, has_written) = (CancellationToken::new(), AtomicBool::new(false));
        Self { means, deadline, teller, end, stopped: None, odd: None, has_written }
    }

    /// Leave only as long as nobody ends it.
    #[must_use]
    pub fn until(self, end: CancellationToken) -> Self {
        Self { end, ..self }
    }

    /// Who watches.
    pub(super) fn teller(&self) -> &Teller {
        &self.teller
    }

    /// Writes what was found out. Says that the run does it, where it is one.
    pub(super) async fn write(&self, mut writes: Vec<Write>) -> Result<()> {
        self.has_written.store(true, Ordering::Relaxed);
        writes.extend(self.teller.run().map(Write::ByRun));
        Ok(self.means.store.write(writes).await?)
    }

    /// Tells whoever watches that so many shows more were looked at.
    pub(super) fn looked_at(&self, shows: usize) {
        self.teller.tell(|run| run.shows += shows);
    }

    pub(super) fn must_stop(&mut self) -> bool {
        if self.stopped.is_none() {
            let cause = if self.teller.is_cancelled() {
                Some(CANCELLED)
            } else {
                let is_over =
                    self.end.is_cancelled() || self.means.clock.instant() >= self.deadline;
                is_over.then_some(TIME_IS_UP)
            };
            let interruption = |cause: &str| Interruption { until: None, cause: cause.to_owned() };
            self.stopped = cause.map(interruption);
        }
        self.stopped.is_some()
    }

    /// A fault that passes ends the asking; one that a person must mend ends the run.
    pub(super) fn interrupt(&mut self, error: ProviderError) -> Result<()> {
        if !error.fault.passes() && !error.fault.is_of_one_question() {
            return Err(Error::Provider(error));
        }
        tracing::warn!("Looking up shows had to stop: {error}");
        let until = error.fault.retry_at();
        self.stopped = Some(Interruption { until, cause: error.to_string() });
        Ok(())
    }

    /// One answer that tells nothing is no reason not to ask for the rest.
    pub(super) fn pass_over(&mut self, error: &ProviderError) {
        tracing::warn!("An answer is passed over: {error}");
        self.odd = Some(Interruption { until: None, cause: error.to_string() });
    }

    /// Whether something was found out that had to be written.
    pub(super) fn has_written(&self) -> bool {
        self.has_written.load(Ordering::Relaxed)
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    pub(super) fn interruption(&self) -> Option<&Interruption> {
        self.stopped.as_ref().or(self.odd.as_ref())
    }

    pub(super) fn into_interruption(self) -> Option<Interruption> {
        self.stopped.or(self.odd)
    }
}
