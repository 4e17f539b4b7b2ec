//! The smoke test against the product itself, on the imitated services.

use std::process::Command;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::web;

#[tokio::test(flavor = "multi_thread")]
async fn the_product_passes_the_smoke_test() {
    let (clock, folder) = (Clock::System, tempfile::tempdir().unwrap());
    let demo = Demo::start(World::sample(clock.now()), clock.teller()).await.unwrap();
    let config = Config::for_demo(demo.settings(), folder.path()).unwrap();
    let people = config.people(clock, config.open_store().unwrap()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = web::serve(people, config.web, listener, std::future::pending());
    let server = tokio::spawn(async move { serving.await.unwrap() });

    let mut verify = Command::new(env!("CARGO_BIN_EXE_verify"));
    verify.env_remove("VERIFY_TOKEN").args(["--deep", "--base-url", &address]);
    let output = tokio::task::spawn_blocking(move || verify.output().unwrap()).await.unwrap();
    server.abort();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
