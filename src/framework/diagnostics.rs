//! Warnings and errors for the person who runs Terraform.

use super::path::Path;

/// How bad it is: an error stops the run, a warning doesn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Terraform goes no further with this object.
    Error,
    /// Shown, and the run goes on.
    Warning,
}

/// One warning or error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// One line, without a full stop.
    pub summary: String,
    /// What happened and what to do, in sentences.
    pub detail: String,
    /// The attribute it is about, where there is one: the engine then shows that line of HCL.
    pub attribute: Option<Path>,
}

/// All that a call has to say, in the order it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Nothing to say.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error about the whole object.
    pub fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.add(Severity::Error, None, summary.into(), detail.into());
    }

    /// Adds an error about one attribute.
    pub fn error_at(
        &mut self,
        attribute: Path,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.add(Severity::Error, Some(attribute), summary.into(), detail.into());
    }

    /// Adds a warning about the whole object.
    pub fn warning(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.add(Severity::Warning, None, summary.into(), detail.into());
    }

    /// Adds a warning about one attribute.
    pub fn warning_at(
        &mut self,
        attribute: Path,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.add(Severity::Warning, Some(attribute), summary.into(), detail.into());
    }

    /// Adds what another call had to say.
    pub fn extend(&mut self, others: Diagnostics) {
        self.0.extend(others.0);
    }

    /// Whether any of them is an error.
    pub fn has_error(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    fn add(
        &mut self,
        severity: Severity,
        attribute: Option<Path>,
        summary: String,
        detail: String,
    ) {
        self.0.push(Diagnostic { severity, summary, detail, attribute });
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
