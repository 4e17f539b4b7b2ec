//! Mappings and overrides made by hand, one by one and as a file to share.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anilist_trakt_sync::app::App;
use anilist_trakt_sync::domain::{AnilistId, Slot, TraktShowId};
use anilist_trakt_sync::mapping::share::{Policy, Share, merge};
use anilist_trakt_sync::store::{self, MappingKind, MediaType, Write};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{Outcome, anilist_id, say};

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
    /// Trakt's number of the show.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    show: u64,
    /// The title's own number of the episode, counted from 1.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    episode: u32,
    /// Only for this title: its AniList id or address.
    #[arg(long, value_parser = anilist_id)]
    title: Option<AnilistId>,
}

#[derive(Subcommand)]
pub(super) enum File {
    /// Writes the file, or prints it.
    Export {
        /// Where to.
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

pub(super) async fn mapping(app: &App, what: Mapping, json: bool) -> Outcome {
    let all = app.store.mappings(&app.account).await?;
    let by_hand = |mapping: &store::Mapping| mapping.kind == MappingKind::Manual;
    match what {
        Mapping::Add(new) => {
            let text = format!("AniList {} is Trakt {} now", new.title, new.trakt);
            write(app, Write::Mapping(new.stored(app))).await?;
            say(&text)
        }
        Mapping::List if json => {
            let all: Vec<_> = all.into_iter().filter(by_hand).collect();
            say(&serde_json::to_string_pretty(&all)?)
        }
        Mapping::List => {
            all.iter().filter(|mapping| by_hand(mapping)).try_for_each(|m| say(&line(m)))
        }
        Mapping::Remove { title } => {
            if !all.iter().any(|mapping| mapping.anilist_id == title && by_hand(mapping)) {
                return Err(format!("no mapping was made by hand for AniList {title}").into());
            }
            write(app, Write::RemoveMapping(title)).await?;
            say(&format!("AniList {title} is placed by the sources again"))
        }
    }
}

impl NewMapping {
    fn stored(self, app: &App) -> store::Mapping {
        store::Mapping {
            anilist_id: self.title,
            trakt_id: self.trakt,
            tmdb_id: None,
            imdb_id: None,
            tvdb_id: None,
            kind: MappingKind::Manual,
            media_type: self.r#type.map(|kind| match kind {
                Kind::Show => MediaType::Show,
                Kind::Movie => MediaType::Movie,
            }),
            season: self.season,
            offset: self.offset,
            source: "manual".to_owned(),
            title: self.name,
            cover: None,
            updated_at: app.clock.now(),
        }
    }
}

fn line(mapping: &store::Mapping) -> String {
    let kind = match mapping.media_type {
        Some(MediaType::Show) => "show ",
        Some(MediaType::Movie) => "film ",
        None => "",
    };
    let season = mapping.season.map_or_else(String::new, |season| format!(", season {season}"));
    let after = mapping.offset.filter(|&offset| offset > 0);
    let after = after.map_or_else(String::new, |offset| format!(" after episode {offset}"));
    let name = mapping.title.as_deref().map_or_else(String::new, |name| format!("  {name}"));
    format!("{} → {kind}{}{season}{after}{name}", mapping.anilist_id, mapping.trakt_id)
}

pub(super) async fn correct(app: &App, what: Override, json: bool) -> Outcome {
    let all = app.store.overrides(&app.account).await?;
    match what {
        Override::Add { which, to } => {
            let correction = which.to(to);
            let text = spelt(&correction);
            write(app, Write::Override(correction)).await?;
            say(&text)
        }
        Override::List if json => say(&serde_json::to_string_pretty(&all)?),
        Override::List => all.iter().try_for_each(|one| say(&spelt(one))),
        Override::Remove { which } => {
            let wanted = which.to(Slot { season: 0, number: 0 });
            let same = |one: &&store::Override| {
                (one.trakt_id, one.abs, one.anilist_id)
                    == (wanted.trakt_id, wanted.abs, wanted.anilist_id)
            };
            let Some(found) = all.iter().find(same) else {
                let (show, abs) = (wanted.trakt_id, wanted.abs);
                return Err(format!("show {show} has no override of episode {abs}").into());
            };
            write(app, Write::RemoveOverride(found.clone())).await?;
            say(&format!("no more: {}", spelt(found)))
        }
    }
}

impl Which {
    fn to(&self, slot: Slot) -> store::Override {
        store::Override {
            trakt_id: TraktShowId(self.show),
            abs: self.episode,
            season: slot.season,
            episode: slot.number,
            anilist_id: self.title,
        }
    }
}

fn spelt(correction: &store::Override) -> String {
    let of = correction.anilist_id.map_or_else(String::new, |id| format!(" of AniList {id}"));
    let (show, abs) = (correction.trakt_id, correction.abs);
    format!("show {show}: episode {abs}{of} → {}", correction.slot())
}

pub(super) async fn file(app: &App, what: File) -> Outcome {
    let mappings = app.store.mappings(&app.account).await?;
    let overrides = app.store.overrides(&app.account).await?;
    let (file, policy, dry_run) = match what {
        File::Export { file } => {
            let text = Share::of(&mappings, &overrides).write()?;
            return match file {
                Some(file) => std::fs::write(&file, text).map_err(|cause| at(&file, &cause).into()),
                None => Ok(std::io::stdout().write_all(text.as_bytes())?),
            };
        }
        File::Import { file, replace: true, dry_run } => (file, Policy::Replace, dry_run),
        File::Import { file, replace: false, dry_run } => (file, Policy::Keep, dry_run),
    };
    let text = read(&file).map_err(|cause| at(&file, &cause))?;
    let json = serde_json::from_str(&text).map_err(|cause| at(&file, &cause))?;
    let share = Share::read(&json)?;
    let (writes, summary) = merge(&share, &mappings, &overrides, policy, app.clock.now());
    if !dry_run {
        app.store.write(&app.account, writes).await?;
    }
    summary.kept.iter().try_for_each(|kept| say(kept))?;
    let counts = json!({
        "added": summary.added, "replaced": summary.replaced,
        "unchanged": summary.unchanged, "kept": summary.kept.len(),
    });
    say(&counts.to_string())
}

fn read(file: &Path) -> std::io::Result<String> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn at(file: &Path, cause: &dyn std::fmt::Display) -> String {
    format!(
        "{cause}: {}\n  hint: `corrections export` writes a file in the right form",
        file.display()
    )
}

fn slot(text: &str) -> Result<Slot, String> {
    let parts = text.trim().strip_prefix(['S', 's']).and_then(|rest| rest.split_once(['E', 'e']));
    let read = |(season, number): (&str, &str)| {
        Some(Slot { season: season.parse().ok()?, number: number.parse().ok()? })
    };
    parts.and_then(read).ok_or_else(|| "is not like S2E7".to_owned())
}

async fn write(app: &App, write: Write) -> Outcome {
    Ok(app.store.write(&app.account, vec![write]).await?)
}
