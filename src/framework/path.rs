//! Where in a value something is, and the errors that say so.
//!
//! A path starts at the whole value (the root) and takes one step for each
//! level below it. What a path is good for, a diagnostic or a replacement,
//! is for others to decide.

use std::fmt;

/// How many levels deep a type or a value may be. Real ones have fewer than
/// ten; the limit keeps hostile ones from using up the stack.
pub(super) const MAX_DEPTH: usize = 100;

/// One level down, into a part of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An object's attribute, by name.
    Attribute(String),
    /// A map's element, by key.
    Key(String),
    /// An element of a list, set or tuple, counted from zero.
    Index(i64),
}

/// The way from a whole value to one of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

impl Path {
    /// The path of the whole value: no steps.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of an attribute of the root.
    pub fn attribute(name: impl Into<String>) -> Self {
        Self(vec![Step::Attribute(name.into())])
    }

    /// Goes one step further down.
    pub fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// This path and one more step.
    #[must_use]
    pub fn join(mut self, step: Step) -> Self {
        self.push(step);
        self
    }

    /// The steps from the root down.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the whole value.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a step before all others. Errors gather their path on the way
    /// up, so that a value without error costs nothing for it.
    pub(super) fn prepend(&mut self, step: Step) {
        self.0.insert(0, step);
    }
}

/// As it is written in HCL: `tags["a"][0].name`; the root is empty.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Bytes that are no value of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", located(path, problem))]
pub struct DecodeError {
    /// The part that is wrong.
    pub path: Path,
    /// What is wrong with it, without anything that a string contained.
    pub problem: String,
}

impl DecodeError {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { path: Path::root(), problem: problem.into() }
    }

    /// The same error as seen from the value that `step` leads out of.
    pub(super) fn within(mut self, step: Step) -> Self {
        self.path.prepend(step);
        self
    }
}

/// A value that doesn't fit the type, or the encoding, that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", located(path, problem))]
pub struct EncodeError {
    /// The part that doesn't fit.
    pub path: Path,
    /// Why it doesn't, without anything that a string contains.
    pub problem: String,
}

impl EncodeError {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { path: Path::root(), problem: problem.into() }
    }

    /// The same error as seen from the value that `step` leads out of.
    pub(super) fn within(mut self, step: Step) -> Self {
        self.path.prepend(step);
        self
    }
}

fn located(path: &Path, problem: &str) -> String {
    if path.is_root() { problem.to_owned() } else { format!("at {path}: {problem}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_in_hcl() {
        let path = Path::attribute("tags")
            .join(Step::Key("a \"b\"".into()))
            .join(Step::Index(0))
            .join(Step::Attribute("name".into()));
        assert_eq!(path.to_string(), r#"tags["a \"b\""][0].name"#);
        assert_eq!(path.steps().len(), 4);
        assert_eq!(Path::root().to_string(), "");
    }

    #[test]
    fn an_error_gathers_its_path_on_the_way_up() {
        let error = DecodeError::new("a string is required")
            .within(Step::Index(2))
            .within(Step::Attribute("tags".into()));
        assert_eq!(error.to_string(), "at tags[2]: a string is required");
        assert_eq!(EncodeError::new("too deep").to_string(), "too deep", "the root has no name");
    }
}
