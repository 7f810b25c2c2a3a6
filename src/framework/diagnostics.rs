//! Warnings and errors for the person who runs Terraform.

use super::path::Path;

/// The first line of a warning or an error: one line, without a full stop. `{attribute}` stands
/// for the attribute that it is about.
///
/// Messages are declared by [`messages!`](crate::messages), in catalogues that the troubleshooting
/// page and its test loop over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message(&'static str);

impl Message {
    /// For [`messages!`](crate::messages).
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// As it is declared.
    pub fn template(self) -> &'static str {
        self.0
    }

    fn about(self, attribute: Option<&Path>) -> String {
        let name = attribute.map(Path::to_string).filter(|name| !name.is_empty());
        self.0.replace("{attribute}", name.as_deref().unwrap_or("The value"))
    }
}

/// Declares a catalogue of messages: a module with a constant for each, and `ALL` of them.
#[macro_export]
macro_rules! messages {
    (
        $(#[$about:meta])*
        $visible:vis mod $catalogue:ident {
            $($(#[$note:meta])* $name:ident = $text:literal;)*
        }
    ) => {
        $(#[$about])*
        $visible mod $catalogue {
            use $crate::framework::diagnostics::Message;
            $(
                $(#[$note])*
                #[doc = concat!("“", $text, "”.")]
                pub const $name: Message = Message::new($text);
            )*
            /// Every message of this catalogue.
            pub const ALL: &[Message] = &[$($name),*];
        }
    };
}
pub use messages;

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
    /// The attribute that it is about, if it is about one: the engine then shows that line of HCL.
    pub attribute: Option<Path>,
}

/// All that a call has to say, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Nothing to say.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error about the whole object.
    pub fn error(&mut self, summary: Message, detail: impl Into<String>) {
        self.add(Severity::Error, None, summary, detail.into());
    }

    /// Adds an error about one attribute.
    pub fn error_at(
        &mut self,
        attribute: impl Into<Path>,
        summary: Message,
        detail: impl Into<String>,
    ) {
        self.add(Severity::Error, Some(attribute.into()), summary, detail.into());
    }

    /// Adds a warning about the whole object.
    pub fn warning(&mut self, summary: Message, detail: impl Into<String>) {
        self.add(Severity::Warning, None, summary, detail.into());
    }

    /// Adds a warning about one attribute.
    pub fn warning_at(
        &mut self,
        attribute: impl Into<Path>,
        summary: Message,
        detail: impl Into<String>,
    ) {
        self.add(Severity::Warning, Some(attribute.into()), summary, detail.into());
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
        summary: Message,
        detail: String,
    ) {
        let summary = summary.about(attribute.as_ref());
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
