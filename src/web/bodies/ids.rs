//! Ids: numbers, but for IMDb's.

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain;

macro_rules! numeric_id {
    ($($(#[$about:meta])* $name:ident($inner:ty) to $most:tt;)*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Serialize, ToSchema)]
        #[serde(transparent)]
        #[schema(minimum = 1, maximum = $most)]
        pub(in crate::web) struct $name($inner);

        impl From<domain::$name> for $name {
            fn from(id: domain::$name) -> Self {
                Self(id.0)
            }
        }
    )*};
}

numeric_id! {
    /// An AniList media id; it names one entry of a list.
    AnilistId(u32) to 4_294_967_295_u32;
    /// A Trakt show. Trakt numbers films and shows separately, and the numbers overlap.
    TraktShowId(u64) to 18_446_744_073_709_551_615_u64;
    /// A Trakt film.
    TraktMovieId(u64) to 18_446_744_073_709_551_615_u64;
    /// A Trakt episode; it stays the same when a season is renumbered.
    TraktEpisodeId(u64) to 18_446_744_073_709_551_615_u64;
    /// One play in a Trakt history (64 bits).
    HistoryId(u64) to 18_446_744_073_709_551_615_u64;
    /// A TheTVDB series.
    TvdbId(u32) to 4_294_967_295_u32;
    /// One execution of a sync mode; grows from 1.
    RunId(u64) to 18_446_744_073_709_551_615_u64;
}

/// An IMDb title id, such as `tt1234567`.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct ImdbId(domain::ImdbId);

impl From<domain::ImdbId> for ImdbId {
    fn from(id: domain::ImdbId) -> Self {
        Self(id)
    }
}

impl Serialize for ImdbId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for ImdbId {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.pattern(Some("^tt[0-9]{7,10}$")).description(Some("An IMDb title id.")).into()
    }
}

impl ToSchema for ImdbId {}
