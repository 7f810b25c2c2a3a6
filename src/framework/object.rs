//! Parts by name: the attributes of an object, and those of an object's type.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Parts by name, in the order of their names.
///
/// An object and its type, and all that is made from them, share one list of names: each of the
/// values that come and go in a call costs its parts alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object<V> {
    /// In order, and without duplicates.
    names: Arc<[String]>,
    /// One for each name.
    parts: Vec<V>,
}

impl<V> Object<V> {
    /// Other parts with the same names: what `change` makes of each.
    pub fn map<W>(&self, change: impl FnMut(&V) -> W) -> Object<W> {
        Object { names: Arc::clone(&self.names), parts: self.parts.iter().map(change).collect() }
    }

    /// Other parts with the same names: what `change` makes of each.
    ///
    /// # Errors
    /// The first of `change`.
    pub fn try_map<W, E>(
        &self,
        mut change: impl FnMut(&str, &V) -> Result<W, E>,
    ) -> Result<Object<W>, E> {
        let mut parts = Vec::with_capacity(self.parts.len());
        for (name, part) in self.iter() {
            parts.push(change(name, part)?);
        }
        Ok(Object { names: Arc::clone(&self.names), parts })
    }

    /// Whether another has the same names.
    pub fn has_names_of<W>(&self, other: &Object<W>) -> bool {
        Arc::ptr_eq(&self.names, &other.names) || self.names == other.names
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The place of a name in their order.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|own| own.as_str().cmp(name)).ok()
    }

    /// The place of a name that is likely to be at this one: looking there is faster than
    /// searching.
    pub(super) fn place_near(&self, likely: usize, name: &str) -> Option<usize> {
        match self.names.get(likely) {
            Some(own) if own == name => Some(likely),
            _ => self.place(name),
        }
    }

    /// The part of a name that is likely to be at this place.
    pub(super) fn get_near(&self, likely: usize, name: &str) -> Option<&V> {
        self.parts.get(self.place_near(likely, name)?)
    }

    /// The part of a name that is likely to be at this place, to be changed.
    pub(super) fn get_mut_near(&mut self, likely: usize, name: &str) -> Option<&mut V> {
        let place = self.place_near(likely, name)?;
        self.parts.get_mut(place)
    }

    /// The part of this name.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.parts.get(self.place(name)?)
    }

    /// The part of this name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let place = self.place(name)?;
        self.parts.get_mut(place)
    }

    /// Puts a part in the place of the one of this name. If there is none, nothing happens.
    pub fn replace(&mut self, name: &str, part: V) {
        if let Some(old) = self.get_mut(name) {
            *old = part;
        }
    }

    /// The names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The parts, in the order of their names.
    pub fn parts(&self) -> &[V] {
        &self.parts
    }

    /// The parts, to be changed.
    pub fn parts_mut(&mut self) -> &mut [V] {
        &mut self.parts
    }

    /// The parts with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.names.iter().map(String::as_str).zip(&self.parts)
    }
}

impl<V> Default for Object<V> {
    fn default() -> Self {
        Self { names: Arc::default(), parts: Vec::new() }
    }
}

impl<V> From<BTreeMap<String, V>> for Object<V> {
    fn from(parts: BTreeMap<String, V>) -> Self {
        let (names, parts): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        Self { names: names.into(), parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(parts: &[(&str, i64)]) -> Object<i64> {
        parts
            .iter()
            .map(|(name, part)| ((*name).to_owned(), *part))
            .collect::<BTreeMap<_, _>>()
            .into()
    }

    #[test]
    fn a_part_is_found_wherever_it_is_thought_to_be() {
        let mut object = object(&[("c", 3), ("a", 1), ("b", 2)]);
        for (name, part) in [("a", 1), ("b", 2), ("c", 3)] {
            for likely in 0..5 {
                assert_eq!(object.get_near(likely, name), Some(&part));
                assert_eq!(object.get_mut_near(likely, name), Some(&mut { part }));
            }
        }
        assert_eq!(object.get_near(1, "d"), None);
        object.replace("b", 5);
        object.replace("d", 6);
        assert_eq!(object.iter().collect::<Vec<_>>(), [("a", &1), ("b", &5), ("c", &3)]);
    }

    #[test]
    fn what_is_made_of_an_object_has_its_names() {
        let numbers = object(&[("a", 1), ("b", 2)]);
        let texts = numbers.try_map(|name, part| Ok::<_, ()>(format!("{name}{part}"))).unwrap();
        assert!(numbers.has_names_of(&texts) && texts.has_names_of(&object(&[("a", 0), ("b", 0)])));
        assert!(!numbers.has_names_of(&object(&[("a", 1)])));
        assert_eq!(texts.parts(), ["a1", "b2"]);
        assert_eq!(
            numbers.try_map(|name, _| if name == "b" { Err("b") } else { Ok(()) }),
            Err("b")
        );
        assert!(Object::<i64>::default().is_empty());
    }
}
