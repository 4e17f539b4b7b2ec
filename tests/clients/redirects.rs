//! What a person is told of a service that sends requests on.

use anilist_trakt_sync::domain::Service;
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::outbound::Fault;

#[test]
fn a_redirect_is_told_with_its_status_and_the_variable_to_set() {
    for (service, variable) in [
        (Service::ANILIST, "ANILIST_API_URL"),
        (Service::TRAKT, "TRAKT_AUTH_URL"),
        (Service::TMDB, "TMDB_API_URL"),
        (Service::MANGADEX, "MANGADEX_API_URL"),
        (Service::WEBHOOK, "WEBHOOK_URL"),
        (Service::FRIBBS, "FRIBBS_LIST_URL"),
    ] {
        let error = Error::Provider(Fault::Redirected { status: 307 }.at(service));
        assert_eq!(error.code(), "redirected");
        assert!(error.sentence().ends_with("(status 307)"), "{error}");
        assert!(error.hint().contains(variable), "{}", error.hint());
    }
}
