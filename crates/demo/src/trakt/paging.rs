//! Pages: 100 rows unless asked, 250 at most. A larger limit is clamped without a word.

use serde_json::Value;

use super::super::http::{Reply, Request};

/// Rows on a page that is not asked for otherwise.
pub(super) const DEFAULT: usize = 100;
/// The most rows Trakt puts on a page.
pub(super) const MAXIMUM: usize = 250;

/// The page that the request asks for, with the four paging headers. Only its rows are shaped.
pub(super) fn page<T>(
    request: &Request,
    rows: &[T],
    default: usize,
    maximum: usize,
    shape: impl Fn(&T) -> Value,
) -> Reply {
    let number = |name| request.param(name).and_then(|text| text.parse::<usize>().ok());
    let limit = number("limit").filter(|&limit| limit > 0).unwrap_or(default).min(maximum);
    let page = number("page").unwrap_or(1).max(1);
    let part: Vec<Value> = rows.iter().skip((page - 1) * limit).take(limit).map(shape).collect();
    Reply::json(200, &Value::Array(part))
        .with("x-pagination-page", page.to_string())
        .with("x-pagination-limit", limit.to_string())
        .with("x-pagination-page-count", rows.len().div_ceil(limit).to_string())
        .with("x-pagination-item-count", rows.len().to_string())
}
