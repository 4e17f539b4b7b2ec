//! What went out and what came back, counted for whoever watches the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use anilist_trakt_sync_core::domain::Service;

/// Requests to the other services. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    all: Arc<AtomicU64>,
    asked: Family<Asked, Counter>,
    repeated: Family<Repeated, Counter>,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    service: &'static str,
    /// The status, or `none` when there was no answer.
    status: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Repeated {
    service: &'static str,
}

impl Tally {
    /// Lists the counts.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Requests to other services by the status of the answer, repeats included";
        registry.register("upstream_requests", help, self.asked.clone());
        let help = "Requests to other services that were sent again";
        registry.register("upstream_retries", help, self.repeated.clone());
    }

    /// How many requests went out so far.
    pub fn all(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    pub(super) fn asked(&self, service: Service, status: Option<u16>) {
        self.all.fetch_add(1, Ordering::Relaxed);
        let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        self.asked.get_or_create(&Asked { service: service.id(), status }).inc();
    }

    pub(super) fn repeated(&self, service: Service) {
        self.repeated.get_or_create(&Repeated { service: service.id() }).inc();
    }
}
