//! Why a value is none of a declared type.

use super::diagnostics::{Message, messages};
use super::path::{Path, Step};

messages! {
    /// What a declared type says of a value that it can't take.
    pub mod said {
        INVALID = "{attribute} can't be used";
        NOT_A_DURATION = "{attribute} is not a length of time";
        NOT_WHOLE = "{attribute} is not a whole number";
    }
}

/// Why a value is none of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The part that is wrong, seen from the attribute.
    pub at: Path,
    /// What is wrong, in one line.
    pub summary: Message,
    /// What was given and what may be, in sentences.
    pub detail: String,
}

impl Invalid {
    /// About the whole value.
    pub fn new(summary: Message, detail: impl Into<String>) -> Self {
        Self { at: Path::root(), summary, detail: detail.into() }
    }

    pub(super) fn within(mut self, step: Step) -> Self {
        self.at.prepend(step);
        self
    }
}
