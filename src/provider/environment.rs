//! The environment that the provider was started in.

/// A way to look up environment variables.
pub type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A variable of the environment, without white space around it; `None` if it is empty.
pub fn variable(lookup: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
