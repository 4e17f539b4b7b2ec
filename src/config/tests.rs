use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, Problems> {
    let values = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Config::from_values(&values)
}

#[test]
fn an_empty_environment_is_a_valid_one() {
    let config = read(&[]).unwrap();
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.anilist.url.as_str(), "https://graphql.anilist.co/");
    assert!(Field::ALL.iter().all(|field| !config.person.environment.has(*field)));
}

#[test]
fn an_empty_value_counts_as_not_set() {
    assert_eq!(read(&[("PORT", " ")]).unwrap().web.listen.port(), 3000);
}

#[test]
fn all_mistakes_are_reported_together() {
    let problems = read(&[
        ("PORT", "70000"),
        ("TIMEZONE", "Mars/Olympus"),
        ("TRAKT_API_URL", "api.trakt.tv"),
        ("LOG_FORMAT", "xml"),
        ("TRAKT_BATCH_SIZE", "0"),
    ])
    .unwrap_err();
    let mut named: Vec<_> = problems.0.iter().map(|p| p.variable).collect();
    named.sort_unstable();
    assert_eq!(named, ["LOG_FORMAT", "PORT", "TIMEZONE", "TRAKT_API_URL", "TRAKT_BATCH_SIZE"]);
    assert!(problems.to_string().contains("is not a whole number from 0 to 65535: 70000"));
}

#[test]
fn other_addresses_than_loopback_need_a_word_that_it_is_safe() {
    assert_eq!(read(&[("HOST", "0.0.0.0")]).unwrap_err().0[0].variable, "HOST");
    assert!(read(&[("HOST", "0.0.0.0"), ("ALLOW_UNAUTHENTICATED", "1")]).is_ok());
    assert!(read(&[("HOST", "::1")]).is_ok());
}

#[test]
fn secrets_are_not_printed() {
    let config = read(&[
        ("ANILIST_ACCESS_TOKEN", "hush"),
        ("TMDB_API_KEY", "hush"),
        ("REDIS_URL", "redis://:hush@localhost"),
    ])
    .unwrap();
    assert!(!format!("{config:?}").contains("hush"));
    let wrong = read(&[("REDIS_URL", "http://:hush@localhost")]).unwrap_err();
    assert!(!wrong.to_string().contains("hush"), "{wrong}");
}

#[test]
fn a_key_that_is_none_is_a_mistake_and_is_not_printed() {
    let good = "0f".repeat(32);
    assert!(!read(&[]).unwrap().vault.seals());
    assert!(read(&[("ENCRYPTION_KEY", &format!("{good}, {good}"))]).unwrap().vault.seals());
    for bad in ["hush", "hush,hush", &format!("{good},"), &good[1..]] {
        let wrong = read(&[("ENCRYPTION_KEY", bad)]).unwrap_err();
        assert_eq!(wrong.0[0].variable, "ENCRYPTION_KEY");
        assert!(!wrong.to_string().contains("hush") && !wrong.to_string().contains("0f0f"));
    }
}

const REST: [(&str, &str); 2] =
    [("KV_REST_API_URL", "https://eu1.example.org"), ("KV_REST_API_TOKEN", "t")];

#[test]
fn state_is_kept_where_the_variables_say() {
    let kind = |pairs: &[(&str, &str)]| match read(pairs).unwrap().store {
        StoreSettings::Sqlite { data_dir } => format!("sqlite {}", data_dir.display()),
        StoreSettings::Redis { prefix, .. } => format!("redis {prefix}"),
        StoreSettings::Rest { url, prefix, .. } => format!("rest {url} {prefix}"),
    };
    assert_eq!(kind(&[]), "sqlite ./data");
    assert_eq!(kind(&[("REDIS_URL", "rediss://h:1"), ("KV_PREFIX", "p:")]), "redis p:");
    assert_eq!(kind(&[("KV_URL", "redis://h"), ("REDIS_URL", "redis://h")]), "redis ");
    assert_eq!(kind(&REST), "rest https://eu1.example.org/ ");
    // A host that offers both sets all of these.
    let both = [REST[0], REST[1], ("KV_URL", "rediss://:p@eu1.example.org:6379")];
    assert_eq!(kind(&both), "rest https://eu1.example.org/ ");
    let names = [("UPSTASH_REDIS_REST_URL", REST[0].1), ("UPSTASH_REDIS_REST_TOKEN", "t")];
    assert_eq!(kind(&names), "rest https://eu1.example.org/ ");
}

#[test]
fn settings_of_the_store_that_contradict_each_other_are_mistakes() {
    let table: [(&[(&str, &str)], &str); 6] = [
        (&REST[..1], "KV_REST_API_TOKEN"),
        (&REST[1..], "KV_REST_API_URL"),
        (&[("REDIS_URL", "localhost:6379")], "REDIS_URL"),
        (&[("REDIS_URL", "redis://a"), ("KV_URL", "redis://b")], "KV_URL"),
        (&[REST[0], REST[1], ("REDIS_URL", "redis://elsewhere")], "REDIS_URL"),
        (&[("KV_REST_API_URL", "eu1"), REST[1]], "KV_REST_API_URL"),
    ];
    for (pairs, variable) in table {
        let problems = read(pairs).unwrap_err();
        assert_eq!(problems.0[0].variable, variable, "{problems}");
    }
}

#[test]
fn an_app_of_anilist_has_an_id_and_a_secret() {
    let (id, secret) = (("ANILIST_CLIENT_ID", "17"), ("ANILIST_CLIENT_SECRET", "hush"));
    assert!(read(&[]).unwrap().anilist.app.is_none());
    assert_eq!(read(&[id, secret]).unwrap().anilist.app.unwrap().id, "17");
    for (pair, missing) in [(id, "ANILIST_CLIENT_SECRET"), (secret, "ANILIST_CLIENT_ID")] {
        let problems = read(&[pair]).unwrap_err();
        assert_eq!(problems.0[0].variable, missing);
        assert!(!problems.to_string().contains("hush"), "{problems}");
    }
}
