//! Going through an array without keeping it.

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::library::files::Unreadable;

/// Hands over the elements of an array, one by one, until one is refused.
pub(super) fn each<'a>(
    array: &'a RawValue,
    mut take: impl FnMut(&'a RawValue) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let mut refused = None;
    let elements = Elements { take: &mut take, refused: &mut refused };
    let read = elements.deserialize(array);
    match refused {
        Some(refused) => Err(refused),
        None => read.map_err(|error| super::broken(&error)),
    }
}

struct Elements<'f, F> {
    take: &'f mut F,
    refused: &'f mut Option<Unreadable>,
}

impl<'de, F: FnMut(&'de RawValue) -> Result<(), Unreadable>> DeserializeSeed<'de>
    for Elements<'_, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&'de RawValue) -> Result<(), Unreadable>> Visitor<'de> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(element) = array.next_element::<&RawValue>()? {
            if let Err(refused) = (self.take)(element) {
                *self.refused = Some(refused);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}
