//! What the API answers, in types of its own. Each is made from what the product knows, so that neither
//! the domain nor a stored form decides what a caller reads. Names, texts and forms are a documented
//! contract.

/// A body that is one of a few words: those of the domain, spelled as the API spells them.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident of $domain:ty, $case:tt { $($word:ident),* $(,)? })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = $case)]
        pub(in crate::web) enum $name {
            $($word),*
        }

        impl From<$domain> for $name {
            fn from(word: $domain) -> Self {
                match word {
                    $(<$domain>::$word => Self::$word),*
                }
            }
        }
    )*};
}

mod calendar;
mod connections;
mod events;
mod evidence;
mod explanation;
mod files;
mod ids;
mod library;
mod lists;
mod mappings;
mod places;
mod reports;
mod runs;
mod settings;
mod sign_in;
mod sources;
mod standing;
mod suggestions;
mod verdicts;

pub(super) use self::calendar::{CalendarAddress, LibraryCalendar, NewCalendarAddress};
pub(super) use self::connections::Connection;
pub(super) use self::events::Event;
pub use self::explanation::Explanation;
pub(super) use self::files::{ImportReport, LibraryFile};
pub(super) use self::ids::{AnilistId, RunId, TraktShowId, TvdbId};
pub(super) use self::library::{
    ItemChange, Kind, LibraryItem, LibraryStats, LibrarySummary, Origin,
};
pub(super) use self::lists::{Integration, IntegrationStatus};
pub use self::mappings::ImportSummary;
pub(super) use self::mappings::{Corrections, Mapping, Override};
pub(super) use self::places::{Item, MediaType, TraktTitle};
pub(super) use self::reports::Report;
pub(super) use self::runs::{RunMode, RunPlay, RunRow};
pub(super) use self::settings::{Settings, TitleLanguage, WebhookFormat};
pub(super) use self::sign_in::DeviceSignIn;
pub use self::sign_in::Invitation;
pub(super) use self::sources::{CacheState, SourceTitle, TitleLength, TitleSource};
pub(super) use self::standing::{LogLine, Running};
pub(super) use self::suggestions::Suggestion;
pub(super) use self::verdicts::{Format, Reason, Source, Verdict};

/// Each of a list as its body.
pub(super) fn each<T, B: From<T>>(items: Vec<T>) -> Vec<B> {
    items.into_iter().map(B::from).collect()
}
