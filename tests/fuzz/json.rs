//! JSON that nobody would send, and good JSON with one thing wrong.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, some of it deep, with the numbers and texts that break things.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    any_leaf().prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((".{0,12}", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// One value without parts.
pub(crate) fn any_leaf() -> impl Strategy<Value = Value> {
    let odd_numbers = prop::sample::select(vec![
        json!(0),
        json!(-1),
        json!(u32::MAX),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1.5),
        json!(1e300),
    ]);
    let odd_texts = prop::sample::select(vec![
        json!(""),
        json!("0"),
        json!("-1"),
        json!("4294967296"),
        json!("1-"),
        json!("1-4294967295"),
        json!("tt"),
        json!("\u{0}"),
        json!("\u{feff}1"),
        json!("९"),
    ]);
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        odd_numbers,
        odd_texts,
        ".{0,20}".prop_map(Value::from),
    ]
}

/// `good` with some part of it replaced, taken away or put there twice.
pub(crate) fn with_one_wrong(mut good: Value, path: &[usize], wrong: Option<Value>) -> Value {
    damage(&mut good, path, wrong);
    good
}

fn damage(value: &mut Value, path: &[usize], wrong: Option<Value>) {
    let len = match value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    };
    let Some((&step, rest)) = path.split_first().filter(|_| len > 0) else {
        *value = wrong.unwrap_or(Value::Null);
        return;
    };
    let index = step % len;
    match value {
        Value::Array(items) if rest.is_empty() && wrong.is_none() => {
            items.remove(index);
        }
        Value::Object(fields) if rest.is_empty() && wrong.is_none() => {
            let key = fields.keys().nth(index).cloned().unwrap_or_default();
            fields.remove(&key);
        }
        Value::Array(items) => damage(&mut items[index], rest, wrong),
        Value::Object(fields) => {
            if let Some((_, field)) = fields.iter_mut().nth(index) {
                damage(field, rest, wrong);
            }
        }
        _ => {}
    }
}
