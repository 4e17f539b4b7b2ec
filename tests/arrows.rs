//! Who may import whom.
//!
//! [`FLOORS`] is the house from the ground up: a place may know the places that it names, which all
//! stand before it, so there is no circle. The test reads every path of the source that leads to another
//! place, in `use` lines and elsewhere, and fails on one that the table does not have. [`EXCEPTIONS`] are
//! those that stand and should not. That list only gets shorter. Only `web` describes the API.

#![expect(clippy::unwrap_used, reason = "a source that cannot be read ends the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A place: a file without its ending, or a folder, of one of [`PACKAGES`].
struct Place {
    name: &'static str,
    /// The places it may know, which stand before it.
    knows: &'static str,
    /// What an arrow to any other place breaks.
    rule: &'static str,
}

const fn place(name: &'static str, knows: &'static str, rule: &'static str) -> Place {
    Place { name, knows, rule }
}

const CLIENT: &str = "a client knows the domain and the transport, and no person";
const HUB: &str = "the hub stands above the clients and the store, and below the pages";
const EDGE: &str =
    "page and terminal know what the product does, and neither the clients nor the store";
const SETTINGS: &str = "settings know the parts that they are of, and no part knows the settings";
const START: &str = "the program's start knows what it starts";

const FLOORS: &[Place] = &[
    place("domain", "", "the domain knows nobody"),
    place("clock", "", "the clock knows nobody"),
    place("codec", "", "compressing a text knows nobody"),
    place("plain", "", "cleaning a text knows nobody"),
    place("library", "domain", "the library does no IO and knows the domain alone"),
    place(
        "merge",
        "domain library",
        "merging does no IO and knows the domain and the library alone",
    ),
    place("placing", "domain codec plain", "placing does no IO and knows the domain alone"),
    place("plan", "domain placing", "planning does no IO and knows the domain and placing alone"),
    place("outbound", "domain clock", "the transport names no service and holds no person"),
    place(
        "oauth",
        "domain outbound",
        "the protocol of signing in keeps nothing and knows no person",
    ),
    place("anilist", "domain library merge plain oauth outbound", CLIENT),
    place("mal", "domain library merge plain oauth outbound", CLIENT),
    place("kitsu", "domain library merge plain oauth outbound", CLIENT),
    place("mangadex", "domain library plain outbound", CLIENT),
    place("pictures", "domain outbound", CLIENT),
    place("tmdb", "domain outbound", CLIENT),
    place("trakt", "domain oauth outbound", CLIENT),
    place("store", "domain codec library placing", "the store knows the pure floors alone"),
    place(
        "demo",
        "domain library merge",
        "the imitation of the services knows the pure floors alone",
    ),
    place("hub/error", "domain outbound store", HUB),
    place("hub/accounts", "domain clock plain store hub/error", HUB),
    place("hub/covers", "domain clock outbound pictures store hub/accounts hub/error", HUB),
    place("hub/handover", "", HUB),
    place("hub/library", "domain library store hub/error", HUB),
    place("hub/live", "domain", HUB),
    place("hub/sources", "domain clock library outbound anilist mangadex store hub/error", HUB),
    place("hub/metrics", "domain outbound store", HUB),
    place("hub/schedule", "", HUB),
    place(
        "hub/connections",
        "domain clock library oauth outbound anilist trakt store hub/error",
        HUB,
    ),
    place("hub/notify", "domain clock plain outbound store hub/accounts hub/connections", HUB),
    place("hub/settings", "domain clock outbound store hub/error hub/schedule hub/notify", HUB),
    place("hub/datasets", "domain clock placing outbound store hub/error hub/live", HUB),
    place("hub/mail", "domain clock plain hub/accounts hub/error", HUB),
    place("hub/oidc", "domain clock plain outbound hub/accounts hub/error", HUB),
    place(
        "hub/services",
        "clock oauth outbound anilist mal kitsu mangadex tmdb trakt store hub/accounts hub/covers hub/error hub/library hub/live hub/sources hub/metrics hub/schedule hub/datasets hub/mail hub/oidc",
        HUB,
    ),
    place("hub/trakt_titles", "domain store hub/error hub/services", HUB),
    place("hub/names", "domain store hub/error hub/services hub/trakt_titles", HUB),
    place(
        "hub/person",
        "domain oauth anilist store hub/accounts hub/error hub/handover hub/library hub/live hub/metrics hub/schedule hub/connections hub/notify hub/settings hub/services",
        HUB,
    ),
    place(
        "hub/people",
        "domain outbound hub/accounts hub/error hub/mail hub/services hub/person",
        HUB,
    ),
    place(
        "sync",
        "domain clock plain placing plan outbound anilist tmdb trakt store hub/error hub/live hub/connections hub/datasets hub/services hub/trakt_titles hub/names hub/person",
        "the sync core stands on the hub's parts, and below what people ask of the hub",
    ),
    place(
        "hub/tracker",
        "domain library placing store hub/error hub/library hub/accounts hub/services hub/person hub/people",
        HUB,
    ),
    place(
        "hub",
        "domain clock library merge placing oauth outbound anilist mal kitsu trakt store hub/error hub/library hub/live hub/sources hub/schedule hub/accounts hub/connections hub/settings hub/services hub/person hub/people sync",
        HUB,
    ),
    place(
        "web",
        "domain codec library merge placing plan hub/error hub/library hub/live hub/sources hub/metrics hub/connections hub/notify hub/settings hub/datasets hub/accounts hub/oidc hub/services hub/trakt_titles hub/names hub/person hub/people sync hub",
        EDGE,
    ),
    place("config/telemetry", "domain clock plain store hub/live sync", SETTINGS),
    place(
        "config",
        "domain clock placing outbound anilist mal kitsu mangadex pictures tmdb trakt store hub/connections hub/covers hub/error hub/settings hub/datasets hub/accounts hub/mail hub/oidc hub/schedule hub/services hub/person hub/people web config/telemetry",
        SETTINGS,
    ),
    place(
        "cli",
        "domain clock plain placing hub/error hub/live hub/accounts hub/person hub/people hub/tracker sync hub web config/telemetry config",
        EDGE,
    ),
    place(
        "cli/serve",
        "clock library demo store hub/accounts hub/error hub/person hub/people hub web config/telemetry config cli",
        START,
    ),
    place("main", "plain cli", START),
];

/// A file, and the place it should not know.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// A package: where its sources are, how others name it, and what the service calls its root. The service
/// names the modules of core and connectors as its own.
struct Package {
    folder: &'static str,
    name: &'static str,
    root: &'static str,
}

const PACKAGES: [Package; 5] = [
    Package { folder: "src", name: "anilist_trakt_sync::", root: "" },
    Package { folder: "crates/core/src", name: "anilist_trakt_sync_core::", root: "" },
    Package { folder: "crates/connectors/src", name: "anilist_trakt_sync_connectors::", root: "" },
    Package { folder: "crates/store/src", name: "anilist_trakt_sync_store::", root: "store" },
    Package { folder: "crates/demo/src", name: "anilist_trakt_sync_demo::", root: "demo" },
];

/// A file of the source, as its module path.
struct Source {
    package: &'static Package,
    file: String,
    module: Vec<String>,
    text: String,
}

fn sources() -> Vec<Source> {
    let mut sources: Vec<Source> = PACKAGES.iter().flat_map(sources_of).collect();
    sources.sort_by(|a, b| a.file.cmp(&b.file));
    sources
}

fn sources_of(package: &'static Package) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(package.folder);
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.iter().filter_map(|path| source(package, &root, path)).collect()
}

fn source(package: &'static Package, root: &Path, path: &PathBuf) -> Option<Source> {
    let relative = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    let module = relative.strip_suffix(".rs")?;
    let module = if module == "lib" { "" } else { module };
    let module = [package.root, module].join("/");
    let module = module.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    Some(Source {
        package,
        module,
        text: without_comments(&fs::read_to_string(path).unwrap()),
        file: format!("{}/{relative}", package.folder),
    })
}

fn without_comments(text: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The modules that a file names from the house's root, as far as the path tells.
fn named(source: &Source) -> BTreeSet<Vec<String>> {
    let names = PACKAGES.iter().map(|package| (package.name, package.root));
    let starts = names.chain([("crate::", source.package.root), ("super::", "")]);
    let mut found = BTreeSet::new();
    for (start, root) in starts {
        for (at, _) in source.text.match_indices(start) {
            let before = source.text[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                found.extend(paths(source, &source.text[at..], start, root));
            }
        }
    }
    found
}

/// What the text names, which begins at `root` after `start`, or above the source itself.
fn paths(source: &Source, text: &str, start: &str, root: &str) -> Vec<Vec<String>> {
    let is_above = start == "super::";
    let mut base: Vec<String> = if is_above {
        source.module.clone()
    } else {
        root.split_terminator('/').map(str::to_owned).collect()
    };
    let mut rest = if is_above { text } else { &text[start.len()..] };
    while let Some(after) = rest.strip_prefix("super::") {
        base.pop();
        rest = after;
    }
    leaves(rest).into_iter().map(|path| [base.clone(), path].concat()).collect()
}

/// The paths that a tree such as `a::{b, c::D}` stands for.
fn leaves(tree: &str) -> Vec<Vec<String>> {
    if let Some(inner) = tree.strip_prefix('{') {
        let mut found = Vec::new();
        let (mut depth, mut start) = (0_usize, 0);
        for (at, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    found.extend(leaves(inner[start..at].trim()));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.extend(leaves(inner[start..at].trim()));
                    start = at + 1;
                }
                _ => {}
            }
        }
        return found;
    }
    let end = tree.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tree.len());
    let (name, rest) = tree.split_at(end);
    if name.is_empty() {
        return Vec::new();
    }
    match rest.strip_prefix("::") {
        Some(rest) => {
            let below = leaves(rest);
            let with_name = |mut path: Vec<String>| {
                path.insert(0, name.to_owned());
                path
            };
            if below.is_empty() {
                vec![vec![name.to_owned()]]
            } else {
                below.into_iter().map(with_name).collect()
            }
        }
        None => vec![vec![name.to_owned()]],
    }
}

/// The place of a module: the longest that holds it.
fn place_of(module: &[String]) -> Option<&'static Place> {
    let path = module.join("/");
    let holds =
        |place: &&Place| path == place.name || path.starts_with(&format!("{}/", place.name));
    FLOORS.iter().filter(holds).max_by_key(|place| place.name.len())
}

/// The places that a file knows apart from its own.
fn arrows(source: &Source) -> BTreeMap<&'static str, &'static Place> {
    let own = place_of(&source.module).map(|place| place.name);
    let others = named(source);
    let places = others.iter().filter_map(|module| place_of(module));
    places.filter(|place| Some(place.name) != own).map(|place| (place.name, place)).collect()
}

#[test]
fn every_place_knows_only_places_below_it() {
    for (at, place) in FLOORS.iter().enumerate() {
        for known in place.knows.split(' ').filter(|known| !known.is_empty()) {
            let is_below = FLOORS[..at].iter().any(|below| below.name == known);
            assert!(
                is_below,
                "{} may not know {known}, which does not stand before it",
                place.name
            );
        }
    }
}

#[test]
fn every_file_has_a_place() {
    for source in sources() {
        let has_place = place_of(&source.module).is_some() || source.module.is_empty();
        assert!(has_place, "{} is in no place of the table", source.file);
    }
}

#[test]
fn nobody_knows_more_than_the_table_says() {
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for source in sources() {
        let Some(own) = place_of(&source.module) else { continue };
        for name in arrows(&source)
            .into_keys()
            .filter(|name| !own.knows.split(' ').any(|known| known == *name))
        {
            match EXCEPTIONS.iter().find(|known| **known == (source.file.as_str(), name)) {
                Some(exception) => drop(met.insert(*exception)),
                None => wrong.push(format!("{} knows {name}: {}", source.file, own.rule)),
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that the table does not have:\n{}", wrong.join("\n"));
    let gone: Vec<_> = EXCEPTIONS.iter().filter(|exception| !met.contains(*exception)).collect();
    assert!(gone.is_empty(), "exceptions that no file needs any more: {gone:?}");
}

#[test]
fn only_the_web_describes_the_api() {
    let describes = |source: &Source| source.text.contains("utoipa");
    let is_web = |source: &Source| source.module.first().is_some_and(|part| part == "web");
    let (web, others): (Vec<_>, Vec<_>) = sources().into_iter().filter(describes).partition(is_web);
    let others: Vec<String> = others.into_iter().map(|source| source.file).collect();
    assert!(others.is_empty(), "what the API answers has a body in src/web: {others:?}");
    assert!(!web.is_empty(), "nothing describes the API");
}
