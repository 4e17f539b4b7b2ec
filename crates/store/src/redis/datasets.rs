//! The datasets' indexes: pieces under a version of their own, and a manifest that names it.
//!
//! The pieces of a new version are written first, where nobody looks. One script then replaces the
//! manifest, keeps the new pieces and lets the old ones run out, so that a reader who has just
//! read the old manifest can still finish.

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::RedisStore;
use super::changes::{Applied, Condition};
use super::command::{Command, Repeat};
use super::pack::{corrupt, json, unpack_json};
use crate::{Datasets, Result, StoreError, keys};
use anilist_trakt_sync_core::domain::{DatasetInfo, StoredDataset};

/// The bytes of a piece. As base64 of base64, which is how REST answers, it is below 700 KB.
const PIECE: usize = 384 * 1024;

/// How long pieces live that no manifest names yet, in seconds.
const UNNAMED_FOR: &str = "3600";

/// How long old pieces live for readers that began before, in seconds.
const READABLE_FOR: &str = "60";

/// How often a reader or writer that lost a race begins anew.
const ATTEMPTS: usize = 10;

/// What stands under `cache:<name>`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Manifest {
    version: String,
    pieces: usize,
    info: DatasetInfo,
}

#[async_trait]
impl Datasets for RedisStore {
    async fn dataset_info(&self, name: &str) -> Result<Option<DatasetInfo>> {
        Ok(self.manifest(name).await?.map(|(_, manifest)| manifest.info))
    }

    async fn dataset(&self, name: &str) -> Result<Option<StoredDataset>> {
        for _ in 0..ATTEMPTS {
            let Some((_, manifest)) = self.manifest(name).await? else { return Ok(None) };
            if let Some(index) = self.pieces(name, &manifest).await? {
                return Ok(Some(StoredDataset { info: manifest.info, index }));
            }
        }
        Err(corrupt(&self.keys.dataset(name), &"its pieces are missing; refresh it"))
    }

    async fn put_dataset(&self, name: &str, dataset: StoredDataset) -> Result<()> {
        let pieces = dataset.index.chunks(PIECE);
        let version = self.new_mark();
        let info = dataset.info;
        let manifest = Manifest { version, pieces: pieces.len(), info };
        for (key, piece) in self.piece_keys(name, &manifest).iter().zip(pieces) {
            let set = ["SET", key, &BASE64_STANDARD.encode(piece), "EX", UNNAMED_FOR];
            self.one(Command::new(set), Repeat::Safe).await?;
        }
        for _ in 0..ATTEMPTS {
            let old = self.manifest_text(name).await?;
            if self.switch(name, old.as_deref(), &manifest).await? {
                return Ok(());
            }
        }
        Err(contended(name))
    }

    async fn put_dataset_info(&self, name: &str, info: DatasetInfo) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let Some((old, manifest)) = self.manifest(name).await? else { return Ok(()) };
            let manifest = Manifest { info: info.clone(), ..manifest };
            if self.switch(name, Some(&old), &manifest).await? {
                return Ok(());
            }
        }
        Err(contended(name))
    }
}

impl RedisStore {
    async fn manifest_text(&self, name: &str) -> Result<Option<String>> {
        let key = self.keys.dataset(name);
        self.one(Command::new(["GET", &key]), Repeat::Safe).await?.text()
    }

    async fn manifest(&self, name: &str) -> Result<Option<(String, Manifest)>> {
        let key = self.keys.dataset(name);
        let found = self.manifest_text(name).await?;
        found.map(|text| Ok((text.clone(), unpack_json(&key, text)?))).transpose()
    }

    /// The index, or nothing when a piece is gone.
    async fn pieces(&self, name: &str, manifest: &Manifest) -> Result<Option<Vec<u8>>> {
        let mut index = Vec::new();
        for key in self.piece_keys(name, manifest) {
            let piece = self.one(Command::new(["GET", &key]), Repeat::Safe).await?.text()?;
            let Some(piece) = piece else { return Ok(None) };
            index.extend(BASE64_STANDARD.decode(piece).map_err(|error| corrupt(&key, &error))?);
        }
        Ok(Some(index))
    }

    fn piece_keys(&self, name: &str, manifest: &Manifest) -> Vec<String> {
        let key = |piece| self.keys.dataset_piece(name, &manifest.version, piece);
        (0..manifest.pieces).map(key).collect()
    }

    /// Replaces the manifest, unless somebody else has since it was read. One that names no pieces
    /// any more, as it is damaged, is replaced like any other.
    async fn switch(&self, name: &str, old: Option<&str>, new: &Manifest) -> Result<bool> {
        let key = self.keys.dataset(name);
        let mut commands = vec![Command::new(["SET", &key, &json(new)?])];
        let named: Option<Manifest> = old.and_then(|text| serde_json::from_str(text).ok());
        if let Some(old) = named.as_ref().filter(|old| old.version != new.version) {
            let expire = |key| Command::new(["EXPIRE".to_owned(), key, READABLE_FOR.to_owned()]);
            commands.extend(self.piece_keys(name, old).into_iter().map(expire));
        }
        let keep = |key| Command::new(["PERSIST".to_owned(), key]);
        commands.extend(self.piece_keys(name, new).into_iter().map(keep));
        commands.extend(self.times(name, &new.info));
        let condition = Condition { holds: Some((&key, old)), fence: None };
        Ok(self.apply(condition, &commands, Repeat::Never).await? == Applied::Yes)
    }

    /// The same times again, under the names that operators know.
    fn times(&self, name: &str, info: &DatasetInfo) -> [Command; 2] {
        let last_sync = self.keys.shared(&keys::dataset_last_sync(name));
        let activity = self.keys.shared(&keys::dataset_last_activity(name));
        [
            Command::new(["SET", &last_sync, &info.last_sync.to_string()]),
            match info.last_activity {
                Some(moment) => Command::new(["SET", &activity, &moment.to_string()]),
                None => Command::new(["DEL", &activity]),
            },
        ]
    }
}

fn contended(name: &str) -> StoreError {
    StoreError::Unavailable(format!("others keep replacing the dataset at the same time: {name}"))
}
