//! A person's list at a service, as a run needs it: read, looked at again, and told.

pub mod anilist;
pub mod kitsu;
pub mod mal;

use async_trait::async_trait;

use crate::library::{Ids, Kind};
use crate::merge::{ListService, Native, PerField, Row, Rows, Saved, Value};
use crate::outbound::ProviderError;

/// A person's list at a service.
#[async_trait]
pub trait Remote: Send + Sync {
    /// Whose it is.
    fn service(&self) -> ListService;

    /// All that is on it of these kinds.
    async fn read(&self, kinds: &[Kind]) -> Result<Rows, ProviderError>;

    /// Entries as they are now, in the order asked for; none where there is none.
    async fn look(&self, asked: &[Asked]) -> Result<Vec<Option<Row>>, ProviderError>;

    /// How many entries are told at once.
    fn at_once(&self) -> usize {
        1
    }

    /// Tells entries, [`Self::at_once`] at most, and gives back what the service holds then, in their order.
    async fn tell(&self, batch: &[Telling]) -> Vec<Result<Saved, Untold>>;

    /// Takes an entry off. One that is gone already is no fault.
    async fn delete(&self, asked: &Asked) -> Result<(), Untold>;

    /// What the service knows these works as, of those whose id there is not known.
    async fn find(&self, kind: Kind, works: &[Ids]) -> Result<Vec<Option<Ids>>, ProviderError> {
        let _ = kind;
        Ok(works.iter().map(|_| None).collect())
    }
}

/// An entry that is looked at by itself.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which list it is on.
    pub kind: Kind,
    /// The service's id of the entry, where it is known to be there.
    pub entry: Option<u64>,
    /// What the work is at the services.
    pub ids: Ids,
}

/// What an entry is told.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The entry.
    pub at: Asked,
    /// The fields to tell.
    pub told: PerField<Value>,
    /// The whole entry as it is meant to be.
    pub target: Native,
}

/// Why an entry was not told.
#[derive(Debug, Clone)]
pub enum Untold {
    /// The service does not take it, and would not the next time.
    Refused(String),
    /// The entry is not there any more.
    Gone,
    /// The service could not be asked. Where [`Fault::leaves_outcome_open`](crate::outbound::Fault::leaves_outcome_open),
    /// it may have been told all the same.
    Failed(ProviderError),
}

/// A title is to be added at a service that knows it by no id.
fn nameless() -> Untold {
    Untold::Refused("nobody knows its id there".to_owned())
}
