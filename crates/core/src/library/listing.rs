//! A part of a library, chosen and put in order.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use super::{Item, Kind, Library, Origin, StatusOf};

/// By what items are put in order. Equal ones are by number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// When they were added: their number.
    #[default]
    Added,
    /// When they last changed.
    Updated,
    /// Their title, in whatever case.
    Title,
    /// Their score; those without are last, whichever way.
    Score,
    /// How far they are.
    Progress,
}

/// Which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The smallest first.
    #[default]
    Ascending,
    /// The largest first.
    Descending,
}

/// What is asked for. What is none narrows nothing.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only with one of these; none at all is any.
    pub statuses: Vec<StatusOf>,
    /// Only those of which a name has this in it, in whatever case.
    pub text: Option<String>,
    /// Only those that have an id there.
    pub service: Option<Origin>,
    /// By what they are put in order.
    pub sort: Sort,
    /// Which way.
    pub order: Order,
    /// How many are passed over.
    pub offset: usize,
    /// How many are given at most.
    pub limit: Option<usize>,
}

/// The part that was asked for.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many there are, of those that are meant, on all pages.
    pub total: usize,
    /// Those of this page.
    pub items: Vec<Arc<Item>>,
}

impl Listing {
    /// Chooses and orders.
    pub fn of(&self, library: &Library) -> Page {
        let text = self.text.as_deref().map(str::to_lowercase);
        let wanted = |item: &&Arc<Item>| self.wants(item, text.as_deref());
        let mut items: Vec<&Arc<Item>> = library.items().filter(wanted).collect();
        self.arrange(&mut items);
        let total = items.len();
        let limit = self.limit.unwrap_or(usize::MAX);
        let items = items.into_iter().skip(self.offset).take(limit).map(Arc::clone).collect();
        Page { total, items }
    }

    fn wants(&self, item: &Item, text: Option<&str>) -> bool {
        let is = |status: &StatusOf| status.is(item.entry.status, item.kind);
        self.kind.is_none_or(|kind| item.kind == kind)
            && (self.statuses.is_empty() || self.statuses.iter().any(is))
            && self.service.is_none_or(|service| item.is_at(service))
            && text.is_none_or(|text| item.is_called(text))
    }

    /// They come by number, and a stable sort leaves equal ones so.
    fn arrange(&self, items: &mut [&Arc<Item>]) {
        let turned = |order: Ordering| match self.order {
            Order::Ascending => order,
            Order::Descending => order.reverse(),
        };
        match self.sort {
            Sort::Added => items.sort_by(|one, two| turned(one.id.cmp(&two.id))),
            Sort::Updated => items.sort_by(|one, two| turned(one.updated_at.cmp(&two.updated_at))),
            Sort::Progress => {
                items.sort_by(|one, two| turned(one.entry.progress.cmp(&two.entry.progress)));
            }
            Sort::Title if self.order == Order::Ascending => {
                items.sort_by_cached_key(|item| item.work.title.to_lowercase());
            }
            Sort::Title => {
                items.sort_by_cached_key(|item| Reverse(item.work.title.to_lowercase()));
            }
            Sort::Score => items.sort_by(|one, two| match (one.entry.score, two.entry.score) {
                (Some(one), Some(two)) => turned(one.cmp(&two)),
                (one, two) => one.is_none().cmp(&two.is_none()),
            }),
        }
    }
}

impl Item {
    /// Whether it has an id at the service; at the person's own, whether it came from there.
    pub fn is_at(&self, service: Origin) -> bool {
        let ids = &self.work.ids;
        match service {
            Origin::Anilist => ids.anilist.is_some(),
            Origin::Myanimelist => ids.mal.is_some(),
            Origin::Kitsu => ids.kitsu.is_some(),
            Origin::Mangadex => ids.mangadex.is_some(),
            Origin::Local => self.origin == Origin::Local,
        }
    }

    /// Whether one of its names has this text in it, which is in lower case.
    fn is_called(&self, text: &str) -> bool {
        let names = [self.work.title.as_str()].into_iter().chain(self.work.names.all());
        names.into_iter().any(|name| name.to_lowercase().contains(text))
    }
}
