//! What is believed of a place, who says so, and why something waits.

use crate::domain;

words! {
    /// How far a placement can be trusted.
    Verdict of domain::Verdict, "snake_case" { Verified, Likely, Conflict, Unmapped }

    /// Who proposed something.
    Source of domain::Source, "snake_case" {
        Manual, Anibridge, Otaku, Fribbs, Saved, Search, AirDates, Prequels, Breakpoints,
    }

    /// Why something waits for a decision instead of being posted.
    Reason of domain::Reason, "snake_case" {
        NoCandidate, NotOnTrakt, EpisodesMissing, Conflict, Unconfirmed, Private, RefusedByTrakt,
        Moved, WatchOnlyOnce, Decided,
    }

    /// AniList's `MediaFormat`, without the printed ones.
    Format of domain::Format, "SCREAMING_SNAKE_CASE" {
        Tv, TvShort, Movie, Special, Ova, Ona, Music, Other,
    }
}
