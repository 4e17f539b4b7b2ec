//! Covers where there is no disk, on every store.

use std::sync::Arc;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::demo::Demo;
use anilist_trakt_sync::domain;
use anilist_trakt_sync::hub::covers::Covers;
use anilist_trakt_sync::hub::services::Services;
use anilist_trakt_sync::store::Store;

use crate::backends::Place;
use crate::bench::{config, services};

on_every_backend! {
    after_a_restart_without_a_disk_no_host_is_asked_for_a_cover_again,
}

/// A process that keeps nothing on a disk.
fn started(demo: &Demo, store: Arc<dyn Store>) -> Arc<Services> {
    let mut config = config(demo, &[]);
    config.covers.folder = None;
    config.covers.pictures.takes_drawn = true;
    config.services(Clock::System, store).unwrap()
}

async fn look_at_all(covers: &Covers, demo: &Demo, titles: u32) -> Vec<Vec<u8>> {
    let mut looks = Vec::new();
    for id in 1..=titles {
        let url = covers.known(&format!("{}/covers/{id}.svg", demo.url())).unwrap();
        looks.push(covers.get(&url).await.unwrap().bytes);
    }
    looks
}

async fn after_a_restart_without_a_disk_no_host_is_asked_for_a_cover_again(place: Place) {
    const TITLES: u32 = 40;
    let demo = services(TITLES).await;
    let asked = || demo.stats().count(domain::Service::PICTURES);
    let before = look_at_all(&started(&demo, place.open().await).covers, &demo, TITLES).await;
    assert_eq!(asked(), 40);
    let after = look_at_all(&started(&demo, place.open().await).covers, &demo, TITLES).await;
    assert_eq!(asked(), 40, "they are in the store");
    assert_eq!(after, before);
}
