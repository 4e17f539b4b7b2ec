//! Where covers are kept beside the folder that goes with the process: small ones, in the store, so that a
//! platform without a disk does not ask for all of them at every start. They are bounded by their number: each
//! has some places, and takes one that is free or was filled first.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::domain::StoredAnswer;
use crate::store::{KEPT_ANSWERS, Store};

/// The largest that is kept, in bytes. AniList's have 20 to 60 KB.
const LARGEST: usize = 64 << 10;

/// How many there are at most: half of all answers, which are at most 64 MB.
const PLACES: u32 = KEPT_ANSWERS / 2;

/// How many places each may take; whatever stands there is read with it. Of forty covers among a thousand places one
/// pushes another out in every fiftieth store with two choices, and in one of 50,000 with four.
const CHOICES: usize = 4;

/// A picture at an address stays the same; a place is filled anew when another wants it.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Covers in the store. What cannot be read or kept is fetched again.
#[derive(Debug)]
pub(super) struct Shared {
    store: Arc<dyn Store>,
    clock: Clock,
}

/// A picture as it is stored.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Of which address.
    name: String,
    /// Its file, in base 64.
    file: String,
}

impl Shared {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// The file of this name, if it is there.
    pub(super) async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let found = self.places(name).await?;
        let kept = found.into_iter().flatten().filter_map(|found| read(&found));
        let same = kept.into_iter().find(|kept| kept.name == name)?;
        BASE64_STANDARD.decode(same.file).ok()
    }

    /// Keeps a file, if it is small.
    pub(super) async fn keep(&self, name: &str, bytes: &[u8]) {
        if bytes.len() > LARGEST {
            return;
        }
        let Some(places) = self.places(name).await else { return };
        let free_or_oldest = keys(name)
            .into_iter()
            .zip(places)
            .min_by_key(|(_, place)| place.as_ref().map(|kept| kept.fetched_at));
        let Some((key, _)) = free_or_oldest else { return };
        let kept = Kept { name: name.to_owned(), file: BASE64_STANDARD.encode(bytes) };
        let answer = serde_json::to_string(&kept).map(|value| stored(value, self.clock.now()));
        let Ok(answer) = answer else { return };
        if let Err(cause) = self.store.put_answers(vec![(key, answer)]).await {
            tracing::debug!("A cover is not kept: {cause}");
        }
    }

    /// What is in the places of a name; none where the store does not answer.
    async fn places(&self, name: &str) -> Option<Vec<Option<StoredAnswer>>> {
        self.store.answers(&keys(name)).await.ok()
    }
}

fn stored(value: String, now: Timestamp) -> StoredAnswer {
    StoredAnswer { value, fetched_at: now, good_until: now + GOOD_FOR }
}

fn read(found: &StoredAnswer) -> Option<Kept> {
    serde_json::from_str(&found.value).ok()
}

/// The places of a name, which is in base 16 and as good as chance: one, and from there in steps of its own.
fn keys(name: &str) -> [String; CHOICES] {
    let part = |from: usize| {
        let digits = name.get(from..from + 8).unwrap_or_default();
        u64::from(u32::from_str_radix(digits, 16).unwrap_or_default())
    };
    let mut place = part(0);
    std::array::from_fn(|_| {
        let key = format!("cover {}", place % u64::from(PLACES));
        place += part(8);
        key
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Answers as _, SqliteStore};

    fn name(number: u32) -> String {
        let mixed = [0x9e37_79b9_u32, 0x85eb_ca6b].map(|odd| number.wrapping_mul(odd));
        mixed.map(|part| format!("{part:08x}")).concat()
    }

    #[tokio::test]
    async fn however_many_there_are_they_take_no_more_places_and_the_newest_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let shared = Shared::new(Arc::<SqliteStore>::clone(&store), Clock::System);
        for number in 0..2 * PLACES {
            shared.keep(&name(number), b"a picture").await;
        }
        assert!(store.answers_count().await.unwrap() <= PLACES.into());
        let newest = 2 * PLACES - 1;
        assert_eq!(shared.read(&name(newest)).await.as_deref(), Some(&b"a picture"[..]));
        assert_eq!(shared.read(&name(newest + 1)).await, None);
    }

    #[tokio::test]
    async fn a_large_one_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let shared = Shared::new(Arc::<SqliteStore>::clone(&store), Clock::System);
        shared.keep(&name(1), &vec![0; LARGEST + 1]).await;
        shared.keep(&name(2), &vec![0; LARGEST]).await;
        assert_eq!(shared.read(&name(1)).await, None);
        assert_eq!(shared.read(&name(2)).await.map(|file| file.len()), Some(LARGEST));
    }
}
