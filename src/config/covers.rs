//! Where covers come from, and where they are kept.

use std::time::Duration;

use super::Reader;
use crate::hub::covers::CoverSettings;
use crate::pictures::{PictureHost, PictureSettings};
use crate::store::StoreSettings;

/// How long a cover may take, to its last byte.
const PATIENCE: Duration = Duration::from_secs(10);

impl Reader<'_> {
    pub(super) fn covers(&mut self, store: &StoreSettings) -> CoverSettings {
        let folder = match store {
            StoreSettings::Sqlite { data_dir } => Some(data_dir.join("covers")),
            StoreSettings::Redis { .. } | StoreSettings::Rest { .. } => None,
        };
        let most = self.number("COVERS_MAX_MB", 200_u64, 1..=1_000_000) << 20;
        let pictures =
            PictureSettings { hosts: self.hosts(), takes_drawn: false, timeout: PATIENCE };
        CoverSettings { pictures, folder, most }
    }

    fn hosts(&mut self) -> Vec<PictureHost> {
        let mut hosts = vec![
            PictureHost {
                lane: "covers_anilist",
                base: self.url("ANILIST_IMAGES_URL", "https://s4.anilist.co"),
            },
            PictureHost {
                lane: "covers_myanimelist",
                base: self.url("MAL_IMAGES_URL", "https://cdn.myanimelist.net"),
            },
            PictureHost {
                lane: "covers_kitsu",
                base: self.url("KITSU_IMAGES_URL", "https://media.kitsu.app"),
            },
            PictureHost {
                lane: "covers_mangadex",
                base: self.url("MANGADEX_UPLOADS_URL", "https://uploads.mangadex.org"),
            },
        ];
        // Kitsu had it until August 2024, and lists still name it.
        if let Some(base) = super::web_address("https://media.kitsu.io") {
            hosts.push(PictureHost { lane: "covers_kitsu_before", base });
        }
        hosts
    }
}
