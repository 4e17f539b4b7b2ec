//! The other services: whose lists and histories are kept equal, and what helps with that.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A service that is asked over HTTP.
#[derive(Debug, Clone, Copy)]
pub struct Service(&'static About);

/// Who a service is, and what a person can do about it.
#[derive(Debug)]
pub struct About {
    /// The name in the API and in counts.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// What it is to a person.
    pub kind: ServiceKind,
    /// The next step where it is not set up.
    pub set_up: &'static str,
    /// The next step where it takes the sign-in no more.
    pub sign_in: &'static str,
    /// The next step where its sign-in ends before long.
    pub renew: &'static str,
    /// The next step where it sends requests on to another address.
    pub moved: &'static str,
    /// The next step where it has not what it was asked for, or refuses it.
    pub check: &'static str,
}

/// What a service is to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceKind {
    /// It has an account of the person.
    Account,
    /// It knows titles, for everybody.
    Catalogue,
    /// It is the host of a file, which may be anywhere.
    File,
    /// It has pictures of titles.
    Pictures,
    /// It is told what happened.
    Webhook,
    /// It knows who people are.
    Identity,
}

/// The next step where nothing better is known.
const CHECK: &str = "check the id or the code";

impl Service {
    /// AniList's GraphQL API.
    pub const ANILIST: Self = Self::new(&About {
        id: "anilist",
        name: "AniList",
        kind: ServiceKind::Account,
        set_up: "set ANILIST_ACCESS_TOKEN, or ANILIST_USERNAME for a public list",
        sign_in: "make a new AniList token and set ANILIST_ACCESS_TOKEN",
        renew: "make a new AniList token and set ANILIST_ACCESS_TOKEN",
        moved: "set ANILIST_API_URL to the address where the API itself is, or leave it out",
        check: CHECK,
    });
    /// Trakt's API and its sign-in host.
    pub const TRAKT: Self = Self::new(&About {
        id: "trakt",
        name: "Trakt",
        kind: ServiceKind::Account,
        set_up: "set TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET of an app (since July 2026 only VIP accounts can make one; a free account may connect one community app), then sign in at /",
        sign_in: "sign in to Trakt again at /",
        renew: "sign in again on the service's page",
        moved: "set TRAKT_API_URL and TRAKT_AUTH_URL to the addresses where the API itself is, or leave them out",
        check: CHECK,
    });
    /// `MyAnimeList`'s API and the site on which people sign in.
    pub const MYANIMELIST: Self = Self::new(&About {
        id: "myanimelist",
        name: "MyAnimeList",
        kind: ServiceKind::Account,
        set_up: "make an API app at https://myanimelist.net/apiconfig and set MAL_CLIENT_ID",
        sign_in: "connect MyAnimeList again",
        renew: "connect MyAnimeList again",
        moved: "set MAL_API_URL and MAL_AUTH_URL to the addresses where the API itself is, or leave them out",
        check: CHECK,
    });
    /// The Movie Database.
    pub const TMDB: Self = Self::new(&About {
        id: "tmdb",
        name: "TMDB",
        kind: ServiceKind::Catalogue,
        set_up: "set TMDB_API_KEY",
        sign_in: "check TMDB_API_KEY",
        renew: "check TMDB_API_KEY",
        moved: "set TMDB_API_URL to the address where the API itself is, or leave it out",
        check: CHECK,
    });
    /// MangaDex, a source of manga.
    pub const MANGADEX: Self = Self::new(&About {
        id: "mangadex",
        name: "MangaDex",
        kind: ServiceKind::Catalogue,
        set_up: "check MANGADEX_API_URL",
        sign_in: "check MANGADEX_API_URL",
        renew: "check MANGADEX_API_URL",
        moved: "set MANGADEX_API_URL to the address where the API itself is, or leave it out",
        check: CHECK,
    });
    /// Kitsu, which keeps lists of anime and manga.
    pub const KITSU: Self = Self::new(&About {
        id: "kitsu",
        name: "Kitsu",
        kind: ServiceKind::Account,
        set_up: "sign in to Kitsu with your e-mail address and password",
        sign_in: "sign in to Kitsu again",
        renew: "sign in to Kitsu again",
        moved: "set KITSU_URL to the address where Kitsu itself is, or leave it out",
        check: CHECK,
    });
    /// The host of the Otaku mapping file.
    pub const OTAKU: Self = Self::new(&About {
        id: "otaku",
        name: "Otaku",
        kind: ServiceKind::File,
        set_up: "check OTAKU_DB_URL",
        sign_in: "check OTAKU_DB_URL",
        renew: "check OTAKU_DB_URL",
        moved: "set OTAKU_DB_URL to the address of the file itself, over https",
        check: "check OTAKU_DB_URL",
    });
    /// The host of the Fribbs mapping file.
    pub const FRIBBS: Self = Self::new(&About {
        id: "fribbs",
        name: "Fribbs",
        kind: ServiceKind::File,
        set_up: "check FRIBBS_LIST_URL",
        sign_in: "check FRIBBS_LIST_URL",
        renew: "check FRIBBS_LIST_URL",
        moved: "set FRIBBS_LIST_URL to the address of the file itself, over https",
        check: "check FRIBBS_LIST_URL",
    });
    /// The host of the AniBridge mapping file.
    pub const ANIBRIDGE: Self = Self::new(&About {
        id: "anibridge",
        name: "AniBridge",
        kind: ServiceKind::File,
        set_up: "check ANIBRIDGE_MAPPINGS_URL",
        sign_in: "check ANIBRIDGE_MAPPINGS_URL",
        renew: "check ANIBRIDGE_MAPPINGS_URL",
        moved: "set ANIBRIDGE_MAPPINGS_URL to the address of the file itself, over https",
        check: "check ANIBRIDGE_MAPPINGS_URL",
    });
    /// The hosts of covers, which belong to the services that know the titles.
    pub const PICTURES: Self = Self::new(&About {
        id: "pictures",
        name: "the host of the cover",
        kind: ServiceKind::Pictures,
        set_up: "set ANILIST_IMAGES_URL, or leave it out",
        sign_in: CHECK,
        renew: CHECK,
        moved: "set the variable of the host, such as ANILIST_IMAGES_URL, to where the pictures themselves are",
        check: "look whether the title has another cover now",
    });
    /// Where a person is told what happened.
    pub const WEBHOOK: Self = Self::new(&About {
        id: "webhook",
        name: "the webhook",
        kind: ServiceKind::Webhook,
        set_up: "set WEBHOOK_URL",
        sign_in: "check WEBHOOK_URL",
        renew: "check WEBHOOK_URL",
        moved: "set WEBHOOK_URL to the address that takes the news itself",
        check: CHECK,
    });
    /// Where people sign in who have no password here.
    pub const IDENTITY: Self = Self::new(&About {
        id: "identity",
        name: "the identity provider",
        kind: ServiceKind::Identity,
        set_up: "set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET",
        sign_in: "check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET",
        renew: "check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET",
        moved: "set OIDC_ISSUER to the address that the provider itself names as its issuer",
        check: "check OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET",
    });

    /// All that this program asks.
    pub const ALL: [Self; 11] = [
        Self::ANILIST,
        Self::TRAKT,
        Self::MYANIMELIST,
        Self::KITSU,
        Self::TMDB,
        Self::MANGADEX,
        Self::OTAKU,
        Self::FRIBBS,
        Self::ANIBRIDGE,
        Self::WEBHOOK,
        Self::IDENTITY,
    ];

    /// A service. Its id is its own.
    pub const fn new(about: &'static About) -> Self {
        Self(about)
    }

    /// The name in the API and in counts.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// What it is to a person.
    pub fn kind(self) -> ServiceKind {
        self.0.kind
    }

    /// Who it is, and what a person can do about it.
    pub fn about(self) -> &'static About {
        self.0
    }
}

impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Service {}

impl PartialOrd for Service {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Service {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.id.cmp(other.0.id)
    }
}

impl Hash for Service {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}
