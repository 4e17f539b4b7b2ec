//! What the query of a request says: filters, what to include, and the page.

use serde_json::{Map, Value, json};

use super::{Asked, problem};
use crate::http::Reply;

/// Rows of a page unless it is said.
const DEFAULT: usize = 10;

/// A page of rows, with what JSON:API says of it.
pub(super) struct Page<T> {
    pub(super) rows: Vec<T>,
    count: usize,
    links: Map<String, Value>,
}

impl Asked<'_> {
    /// A filter's text. Every filter of the request must be one of these.
    pub(super) fn filters(&self, allowed: &[&str]) -> Result<Filters<'_>, Reply> {
        let filters = self.request.query.iter().filter_map(|(name, value)| {
            Some((name.strip_prefix("filter[")?.strip_suffix(']')?, value.as_str()))
        });
        let filters: Vec<(&str, &str)> = filters.collect();
        match filters.iter().find(|(name, _)| !allowed.contains(name)) {
            Some((name, _)) => {
                Err(problem(400, "102", "Filter not allowed", &format!("{name} is not allowed.")))
            }
            None => Ok(Filters(filters)),
        }
    }

    /// Whether a relation is to stand beside the rows.
    pub(super) fn includes(&self, relation: &str) -> bool {
        let included = self.request.param("include").unwrap_or_default();
        included.split(',').any(|named| named.trim() == relation)
    }

    /// The page of the rows that is asked for, of `most` at most.
    pub(super) fn page<T>(&self, rows: Vec<T>, most: usize) -> Result<Page<T>, Reply> {
        let limit = self.number("limit", DEFAULT)?;
        if limit == 0 || limit > most {
            let detail = format!("Limit exceeds maximum page size of {most}.");
            return Err(problem(400, "118", "Invalid Page Value", &detail));
        }
        let (offset, count) = (self.number("offset", 0)?, rows.len());
        let mut links = Map::new();
        links.insert("first".into(), json!(self.address(limit, 0)));
        if offset + limit < count {
            links.insert("next".into(), json!(self.address(limit, offset + limit)));
        }
        links.insert("last".into(), json!(self.address(limit, count.saturating_sub(limit))));
        let rows = rows.into_iter().skip(offset).take(limit).collect();
        Ok(Page { rows, count, links })
    }

    fn number(&self, name: &str, default: usize) -> Result<usize, Reply> {
        let Some(text) = self.request.param(&format!("page[{name}]")) else { return Ok(default) };
        let detail = format!("{text} is not a valid value for {name} page parameter.");
        text.parse().map_err(|_| problem(400, "118", "Invalid Page Value", &detail))
    }

    fn address(&self, limit: usize, offset: usize) -> String {
        let path = self.request.segments().split_off(2).join("/");
        format!("{}/{path}?page%5Blimit%5D={limit}&page%5Boffset%5D={offset}", self.base)
    }
}

/// The filters of a request.
pub(super) struct Filters<'a>(Vec<(&'a str, &'a str)>);

impl Filters<'_> {
    /// What a filter says.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Whether a filter lets a value through; one that is not there does.
    pub(super) fn lets(&self, name: &str, value: &str) -> bool {
        self.get(name).is_none_or(|list| list.split(',').any(|one| one.trim() == value))
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Page<T> {
    /// The document of these rows, and of what stands beside them.
    pub(super) fn document(&self, data: &[Value], included: &[Value]) -> Value {
        let mut body = json!({"data": data, "meta": {"count": self.count}, "links": self.links});
        if !included.is_empty() {
            body["included"] = json!(included);
        }
        body
    }
}
