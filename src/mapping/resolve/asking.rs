//! How long other services are asked, and what made it stop.

use jiff::Timestamp;

use super::lookup::passes;
use crate::app::App;
use crate::error::{Error, Result};
use crate::outbound::ProviderError;

/// Why and until when asking had to stop.
#[derive(Debug, Clone)]
pub struct Interruption {
    /// When to go on, if it is known.
    pub until: Option<Timestamp>,
    /// What happened, for a person.
    pub cause: String,
}

/// Leave to ask other services, until a deadline or the first fault that passes by itself.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    pub(super) app: &'a App,
    deadline: Timestamp,
    stopped: Option<Interruption>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(app: &'a App, deadline: Timestamp) -> Self {
        Self { app, deadline, stopped: None }
    }

    pub(super) fn must_stop(&mut self) -> bool {
        if self.stopped.is_none() && self.app.clock.now() >= self.deadline {
            let cause = "the run has used up its time".to_owned();
            self.stopped = Some(Interruption { until: None, cause });
        }
        self.stopped.is_some()
    }

    /// A fault that passes ends the asking; one that a person must mend ends the run.
    pub(super) fn interrupt(&mut self, error: ProviderError) -> Result<()> {
        if !passes(&error.fault) {
            return Err(Error::Provider(error));
        }
        tracing::warn!("Looking up shows had to stop: {error}");
        let until = error.fault.retry_at();
        self.stopped = Some(Interruption { until, cause: error.to_string() });
        Ok(())
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    pub(super) fn interruption(&self) -> Option<&Interruption> {
        self.stopped.as_ref()
    }

    pub(super) fn into_interruption(self) -> Option<Interruption> {
        self.stopped
    }
}
