//! Mappings and overrides made by hand, one by one and as a file to share.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anilist_trakt_sync::domain::{self, AnilistId, Slot, TraktShowId};
use anilist_trakt_sync::hub::corrections::{self, Trial};
use anilist_trakt_sync::placing::share::{Policy, Share};
use anilist_trakt_sync::plain::plain;
use anilist_trakt_sync::web::ImportSummary;
use clap::{Args, Subcommand, ValueEnum};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{items, named, word};
use super::input::opened;
use super::output::print;
use super::{Desk, Outcome, anilist_id, told};

#[derive(Subcommand)]
pub(super) enum Mapping {
    /// Says which show or film a title is, and where in it.
    Add(NewMapping),
    /// Lists the mappings made by hand.
    List,
    /// Takes a mapping back.
    Remove {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
    },
}

#[derive(Args)]
pub(super) struct NewMapping {
    /// The AniList id, or the address of the title.
    #[arg(value_parser = anilist_id)]
    title: AnilistId,
    /// Trakt's number of the show or film.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    trakt: u64,
    /// Whether that is a show or a film; it follows the title when left out.
    #[arg(long)]
    r#type: Option<Kind>,
    /// The season to begin in; 0 is the specials.
    #[arg(long)]
    season: Option<u16>,
    /// How many episodes of that season come before the first.
    #[arg(long)]
    offset: Option<u32>,
    /// The title's name, for the list.
    #[arg(long)]
    name: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Show,
    Movie,
}

#[derive(Subcommand)]
pub(super) enum Override {
    /// Says which episode an episode is.
    Add {
        #[command(flatten)]
        which: Which,
        /// Its place on Trakt, such as S2E7.
        #[arg(long, value_parser = slot)]
        to: Slot,
    },
    /// Lists the overrides.
    List,
    /// Takes an override back.
    Remove {
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Args)]
pub(super) struct Which {
    /// Trakt's number of the show; it follows the title where one is given.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..), required_unless_present = "title")]
    show: Option<u64>,
    /// The title's own number of the episode, counted from 1.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    episode: u32,
    /// The title that it is for: its AniList id or address. Without it, it holds for every title of
    /// the show.
    #[arg(long, value_parser = anilist_id)]
    title: Option<AnilistId>,
}

#[derive(Subcommand)]
pub(super) enum File {
    /// Writes the file, or prints it.
    Export {
        /// Where to; the standard output when it is left out, or -.
        file: Option<PathBuf>,
    },
    /// Takes over what a file says. Your own corrections stay unless you say otherwise.
    Import {
        /// Which file; - reads the standard input.
        file: PathBuf,
        /// Lets the file win over your own corrections.
        #[arg(long)]
        replace: bool,
        /// Says what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn mapping(desk: &Desk, what: Mapping) -> Outcome {
    let Desk { api, printer, .. } = desk;
    match what {
        Mapping::Add(new) => {
            let text = format!("AniList {} is Trakt {} now", new.title, new.trakt);
            let answer = api.send("/api/manual-map", &new.body()).await?;
            printer.show(&answer, |_| text)
        }
        Mapping::List => {
            let all = api.get("/api/mappings").await?;
            let nothing =
                "nothing was mapped by hand yet\n  hint: `anilist-trakt-sync mapping add` does";
            printer.list(&all, nothing, |all| items(&all["manual"]).map(line).collect())
        }
        Mapping::Remove { title } => {
            let answer = api.delete(&format!("/api/manual-map?anilistId={title}")).await?;
            printer.show(&answer, |_| format!("AniList {title} is placed by the sources again"))
        }
    }
}

/// A row as the store has it.
fn read<T: DeserializeOwned>(row: &Value) -> Option<T> {
    serde_json::from_value(row.clone()).ok()
}

impl NewMapping {
    /// What the route takes.
    fn body(&self) -> Value {
        let kind = self.r#type.map(|kind| match kind {
            Kind::Show => "show",
            Kind::Movie => "movie",
        });
        json!({
            "anilistId": self.title, "traktId": self.trakt, "type": kind,
            "season": self.season, "offset": self.offset, "title": self.name,
        })
    }
}

fn line(mapping: &Value) -> String {
    let place = match word(mapping, "mediaType") {
        "show" => named(mapping, "show", &mapping["traktId"]),
        "movie" => named(mapping, "film", &mapping["traktId"]),
        _ => mapping["traktId"].to_string(),
    };
    let number = |field: &str| mapping[field].as_u64();
    let season = number("season").map_or_else(String::new, |season| format!(", season {season}"));
    let after = number("offset").filter(|&offset| offset > 0);
    let after = after.map_or_else(String::new, |offset| format!(" after episode {offset}"));
    let name = Some(word(mapping, "title")).filter(|name| !name.is_empty());
    let name = name.map_or_else(String::new, |name| format!("  {name}"));
    format!("{} → {place}{season}{after}{name}\n", mapping["anilistId"])
}

pub(super) async fn correct(desk: &Desk, what: Override) -> Outcome {
    let Desk { api, printer, .. } = desk;
    match what {
        Override::Add { which, to } => {
            let answer = api.send("/api/overrides", &which.body(to)).await?;
            printer.show(&answer, |_| which.spelt(to))
        }
        Override::List => {
            let all = api.get("/api/overrides").await?;
            let nothing =
                "no episode was corrected yet\n  hint: `anilist-trakt-sync override add` does";
            printer.list(&all, nothing, |all| {
                items(&all["items"]).filter_map(|one| Some(spelt(one)? + "\n")).collect()
            })
        }
        Override::Remove { which } => remove(desk, &which).await,
    }
}

async fn remove(Desk { api, printer, .. }: &Desk, which: &Which) -> Outcome {
    let all = api.get("/api/overrides").await?;
    let is_it = |row: &&Value| read(row).is_some_and(|one| which.is(&one));
    let found = items(&all["items"]).find(is_it);
    let found = found.and_then(|row| Some((read::<domain::Override>(row)?, spelt(row)?)));
    let Some((found, spelt)) = found else {
        return Err(format!("there is no such override: {}", which.name()).into());
    };
    let title = found.anilist_id.map_or_else(String::new, |id| format!("&anilistId={id}"));
    let path = format!("/api/overrides?traktId={}&abs={}{title}", found.trakt_id, found.abs);
    let answer = api.delete(&path).await?;
    printer.show(&answer, |_| format!("no more: {}", plain(&spelt)))
}

impl Which {
    /// What the route takes. Where no show is given, it is the one that the title is on.
    fn body(&self, to: Slot) -> Value {
        json!({
            "traktId": self.show, "abs": self.episode, "anilistId": self.title,
            "season": to.season, "episode": to.number,
        })
    }

    fn is(&self, one: &domain::Override) -> bool {
        (one.abs, one.anilist_id) == (self.episode, self.title)
            && self.show.is_none_or(|show| one.trakt_id == TraktShowId(show))
    }

    fn name(&self) -> String {
        let show = self.show.map_or_else(String::new, |show| format!("show {show}: "));
        format!("{show}episode {}{}", self.episode, of(self.title))
    }

    fn spelt(&self, to: Slot) -> String {
        format!("{} → {to}", self.name())
    }
}

/// A row of the corrections; none where it is no correction.
fn spelt(row: &Value) -> Option<String> {
    let correction: domain::Override = read(row)?;
    let (show, title) = (named(row, "show", &row["traktId"]), row["title"].as_str());
    let of = match (correction.anilist_id, title) {
        (Some(id), Some(title)) => format!(" of {title} (AniList {id})"),
        (id, _) => of(id),
    };
    Some(format!("{show}: episode {}{of} → {}", correction.abs, correction.slot()))
}

/// Whom a correction is for.
fn of(title: Option<AnilistId>) -> String {
    title.map_or_else(|| " of every title".to_owned(), |id| format!(" of AniList {id}"))
}

pub(super) async fn file(Desk { person, printer, .. }: &Desk, what: File) -> Outcome {
    let (file, policy, trial) = match what {
        File::Export { file } => {
            let text = corrections::all(person).await.map_err(|error| told(&error))?.write()?;
            return match file.filter(|file| file != Path::new("-")) {
                Some(file) => std::fs::write(&file, text).map_err(|cause| at(&file, &cause).into()),
                None => print(&text),
            };
        }
        File::Import { file, replace, dry_run } => {
            let policy = if replace { Policy::Replace } else { Policy::Keep };
            (file, policy, if dry_run { Trial::Dry } else { Trial::Real })
        }
    };
    let text = text_of(&file).map_err(|cause| at(&file, &cause))?;
    let json = serde_json::from_str(&text).map_err(|cause| at(&file, &cause))?;
    let share = Share::read(&json)?;
    let summary =
        corrections::import(person, &share, policy, trial).await.map_err(|error| told(&error))?;
    printer.show(&serde_json::to_value(ImportSummary::from(summary))?, imported)
}

/// What a file brought, and what of the person's own it contradicts.
fn imported(summary: &Value) -> String {
    let kept = items(&summary["kept"]).filter_map(Value::as_str);
    let (added, replaced) = (&summary["added"], &summary["replaced"]);
    let unchanged = &summary["unchanged"];
    let counts = format!("{added} added, {replaced} replaced, {unchanged} as they were");
    kept.chain([counts.as_str()]).collect::<Vec<_>>().join("\n")
}

fn text_of(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    opened(file)?.read_to_string(&mut text)?;
    Ok(text)
}

fn at(file: &Path, cause: &dyn std::fmt::Display) -> String {
    format!(
        "{}: {}\n  hint: `anilist-trakt-sync corrections export` writes a file in the right form",
        plain(&cause.to_string()),
        plain(&file.display().to_string())
    )
}

fn slot(text: &str) -> Result<Slot, String> {
    let parts = text.trim().strip_prefix(['S', 's']).and_then(|rest| rest.split_once(['E', 'e']));
    let read = |(season, number): (&str, &str)| {
        Some(Slot { season: season.parse().ok()?, number: number.parse().ok()? })
    };
    parts.and_then(read).ok_or_else(|| "is not like S2E7".to_owned())
}
