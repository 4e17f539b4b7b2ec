//! Keeping sign-ins from ending while nobody uses them: `MyAnimeList`'s does after a month.

use std::sync::Arc;
use std::time::Duration;

use crate::hub::person::Person;

/// How often a person's sign-ins are looked at; each is renewed once a week at most for this.
const PAUSE: Duration = Duration::from_hours(1);

/// Looks after a person's sign-ins until the service ends.
pub async fn keep(person: Arc<Person>) {
    while !person.services.is_stopping() {
        look(&person).await;
        tokio::select! {
            () = person.services.stopping() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Renews what would end otherwise. What cannot be renewed now is tried again the next time.
pub async fn look(person: &Person) {
    if let Err(cause) = person.myanimelist.keep_alive().await {
        tracing::warn!("[MyAnimeList] The sign-in was not renewed, and nobody uses it: {cause}");
    }
}
