//! The choice of requests: which are meant by a fault or a hold.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;

/// Which requests are meant. By default the next one of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct On {
    /// Only these operations; empty is any.
    pub operations: Vec<Operation>,
    /// Only requests with this text in their path, query or body.
    pub contains: Option<String>,
    /// Only requests for the second page of a list or a later one.
    pub later_page: bool,
    /// So many of them are let pass first.
    pub skip: u64,
    /// So many of them are meant; `None` is all.
    pub times: Option<u64>,
}

impl Default for On {
    fn default() -> Self {
        Self { operations: vec![], contains: None, later_page: false, skip: 0, times: Some(1) }
    }
}

impl On {
    /// The next request.
    pub fn any() -> Self {
        Self::default()
    }

    /// The next request for this operation.
    pub fn operation(operation: Operation) -> Self {
        Self::operations(&[operation])
    }

    /// The next request for any of these operations.
    pub fn operations(operations: &[Operation]) -> Self {
        Self { operations: operations.to_vec(), ..Self::default() }
    }

    /// The next creation of any kind of token.
    pub fn creations() -> Self {
        Self::operations(&Operation::CREATIONS)
    }

    /// The next deletion of any kind of token.
    pub fn deletions() -> Self {
        Self::operations(&Operation::DELETIONS)
    }

    /// The next page of a list of any kind of token.
    pub fn lists() -> Self {
        Self::operations(&Operation::LISTS)
    }

    /// The next page of a list that is not its first.
    pub fn later_pages() -> Self {
        Self { later_page: true, ..Self::lists() }
    }

    /// Only requests with this text in their path, query or body.
    pub fn containing(mut self, text: &str) -> Self {
        self.contains = Some(text.to_owned());
        self
    }

    /// Not the first `skip` of them.
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = skip;
        self
    }

    /// So many of them instead of one.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// All of them.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    fn means(&self, request: &Traits<'_>) -> bool {
        let right = self.operations.is_empty()
            || request.operation.is_some_and(|operation| self.operations.contains(&operation));
        right
            && (!self.later_page || request.continued().is_some())
            && self.contains.as_ref().is_none_or(|text| {
                [request.path, request.query, request.body].iter().any(|part| part.contains(text))
            })
    }
}

/// What of a request decides which fault it meets with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits<'a> {
    pub operation: Option<Operation>,
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub body: &'a str,
}

impl Traits<'_> {
    /// The continuation token, as it was sent.
    pub fn continued(&self) -> Option<&str> {
        let mut pairs = self.query.split('&');
        pairs.find_map(|pair| pair.strip_prefix("continuationToken=")).filter(|t| !t.is_empty())
    }
}

/// Counts the requests that an [`On`] means.
#[derive(Debug)]
pub(crate) struct Picker {
    on: On,
    seen: u64,
}

impl Picker {
    pub fn new(on: On) -> Self {
        Self { on, seen: 0 }
    }

    /// Whether it is this request's turn.
    pub fn picks(&mut self, request: &Traits<'_>) -> bool {
        if !self.on.means(request) {
            return false;
        }
        self.seen += 1;
        self.seen > self.on.skip && !self.over(1)
    }

    /// Whether no further request can be meant.
    pub fn over(&self, with: u64) -> bool {
        let last = self.on.times.map(|times| self.on.skip.saturating_add(times));
        last.is_some_and(|last| self.seen >= last.saturating_add(with))
    }
}
