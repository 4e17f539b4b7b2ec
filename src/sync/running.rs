//! The run that goes on.

use super::modes::{Mode, Trigger};
use crate::domain::RunId;
use crate::hub::live::Teller;

/// What the parts of a run know of it.
pub(super) struct Running {
    /// Its number.
    pub(super) id: RunId,
    /// What it syncs.
    pub(super) mode: Mode,
    /// What began it.
    pub(super) trigger: Trigger,
    /// Whom it tells how far it is.
    pub(super) teller: Teller,
}
