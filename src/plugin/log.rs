//! The log: one line of hclog's JSON per record on standard error, which is what a host reads, sorts
//! by level and shows as this provider's.
//!
//! Only this crate's own records are written. What a dependency logs could hold a header or a body,
//! and no level is worth a secret.

use std::io::Write;
use std::panic::PanicHookInfo;

use jiff::Timestamp;
use log::kv::{self, Key, VisitSource};
use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::{Map, Value};

use super::{Lookup, set};

/// The crate whose records are written.
const TARGET: &str = env!("CARGO_CRATE_NAME");

/// Starts the log of the provider with this name (`TYPE` of its address), at the level that the
/// user asks for, and sends panics to it.
///
/// `TF_LOG_PROVIDER_TYPE` counts before `TF_LOG_PROVIDER`, and that before `TF_LOG`. Without any,
/// only errors are written: no host shows them then, but a debugger does.
pub fn start(provider: &'static str, lookup: Lookup) {
    log::set_max_level(level(provider, lookup));
    // It only fails if there is a log already, which then is the one wanted.
    let _ = log::set_boxed_logger(Box::new(StandardError { provider }));
    std::panic::set_hook(Box::new(move |panic| {
        if log::max_level() >= Level::Error {
            write_line(&panic_line(provider, panic));
        }
    }));
}

fn level(provider: &str, lookup: Lookup) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", provider.to_ascii_uppercase());
    let value = [&own, "TF_LOG_PROVIDER", "TF_LOG"].into_iter().find_map(|name| set(lookup, name));
    match value.map(|value| value.to_ascii_uppercase()).as_deref() {
        None | Some("ERROR") => LevelFilter::Error,
        Some("WARN") => LevelFilter::Warn,
        Some("INFO") => LevelFilter::Info,
        Some("DEBUG") => LevelFilter::Debug,
        Some("OFF") => LevelFilter::Off,
        // TRACE; and JSON and whatever it doesn't know, which Terraform takes for it.
        Some(_) => LevelFilter::Trace,
    }
}

struct StandardError {
    provider: &'static str,
}

impl Log for StandardError {
    fn enabled(&self, metadata: &Metadata) -> bool {
        let rest = metadata.target().strip_prefix(TARGET);
        metadata.level() <= log::max_level()
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }

    fn log(&self, record: &Record) {
        if self.enabled(record.metadata()) {
            write_line(&record_line(self.provider, record));
        }
    }

    fn flush(&self) {}
}

fn record_line(provider: &str, record: &Record) -> Map<String, Value> {
    let mut pairs = Pairs(Map::new());
    // It only fails if a value's own Display does; what was read until then is still worth it.
    let _ = record.key_values().visit(&mut pairs);
    line(provider, record.level(), &record.args().to_string(), pairs.0)
}

/// A literal in the source can't hold a secret. A formatted message could, and is withheld.
fn panic_line(provider: &str, panic: &PanicHookInfo) -> Map<String, Value> {
    let message = panic.payload().downcast_ref::<&'static str>();
    let mut pairs = Map::new();
    pairs.insert("panic".into(), (*message.unwrap_or(&"(message withheld)")).into());
    if let Some(location) = panic.location() {
        pairs.insert("location".into(), location.to_string().into());
    }
    line(provider, Level::Error, "a bug in this provider: it panicked", pairs)
}

/// A host takes the fields with an `@`, and shows the others as key-value pairs.
fn line(
    provider: &str,
    level: Level,
    message: &str,
    mut pairs: Map<String, Value>,
) -> Map<String, Value> {
    // Microseconds, always six digits: a host that can't parse this takes the line for plain text.
    let timestamp = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
    pairs.insert("@level".into(), level.as_str().to_ascii_lowercase().into());
    pairs.insert("@message".into(), message.into());
    pairs.insert("@module".into(), format!("provider.{provider}").into());
    pairs.insert("@timestamp".into(), timestamp.into());
    pairs
}

/// One write per line, so that no other's line gets in between.
fn write_line(line: &Map<String, Value>) {
    let Ok(mut text) = serde_json::to_vec(line) else { return };
    text.push(b'\n');
    // If standard error is closed, there is nobody to tell.
    let _ = std::io::stderr().lock().write_all(&text);
}

/// Collects key-values as JSON.
struct Pairs(Map<String, Value>);

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        self.0.insert(key.as_str().to_owned(), json(&value));
        Ok(())
    }
}

/// What is neither a number nor a truth value is text.
fn json(value: &kv::Value) -> Value {
    let found = value.to_bool().map(Value::from);
    let found = found.or_else(|| value.to_u64().map(Value::from));
    let found = found.or_else(|| value.to_i64().map(Value::from));
    let found = found.or_else(|| value.to_f64().map(Value::from));
    found.unwrap_or_else(|| value.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_of(variables: &[(&str, &str)]) -> LevelFilter {
        level("example", &|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn the_level_is_read_as_terraform_reads_it() {
        assert_eq!(level_of(&[]), LevelFilter::Error);
        assert_eq!(level_of(&[("TF_LOG", "")]), LevelFilter::Error);
        for (value, level) in [
            ("TRACE", LevelFilter::Trace),
            ("debug", LevelFilter::Debug),
            ("Info", LevelFilter::Info),
            ("WARN", LevelFilter::Warn),
            ("ERROR", LevelFilter::Error),
            ("off", LevelFilter::Off),
            ("JSON", LevelFilter::Trace),
            ("verbose", LevelFilter::Trace),
        ] {
            assert_eq!(level_of(&[("TF_LOG", value)]), level, "{value}");
        }
    }

    #[test]
    fn the_more_specific_variable_counts() {
        let all =
            [("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "INFO"), ("TF_LOG_PROVIDER_EXAMPLE", "OFF")];
        assert_eq!(level_of(&all[..2]), LevelFilter::Info);
        assert_eq!(level_of(&all), LevelFilter::Off);
    }

    #[test]
    fn key_values_keep_their_types_and_never_replace_hclogs_fields() {
        let pairs = [
            ("status", kv::Value::from(404_u16)),
            ("cached", true.into()),
            ("change", (-1_i64).into()),
            ("ratio", 0.5.into()),
            ("path", "/api".into()),
            ("@message", 1.into()),
        ];
        let record = Record::builder()
            .level(Level::Warn)
            .args(format_args!("a call"))
            .key_values(&pairs)
            .build();
        let mut line = record_line("example", &record);
        let timestamp = line.remove("@timestamp").unwrap();
        let timestamp = timestamp.as_str().unwrap();
        assert_eq!(timestamp.len(), "2006-01-02T15:04:05.000000Z".len());
        timestamp.parse::<Timestamp>().unwrap();
        let expected = serde_json::json!({
            "@level": "warn",
            "@message": "a call",
            "@module": "provider.example",
            "status": 404,
            "cached": true,
            "change": -1,
            "ratio": 0.5,
            "path": "/api",
        });
        assert_eq!(Value::Object(line), expected);
    }

    #[test]
    fn only_this_crates_records_are_written() {
        log::set_max_level(LevelFilter::Trace);
        let enabled = |target| {
            let metadata = Metadata::builder().level(Level::Error).target(target).build();
            StandardError { provider: "example" }.enabled(&metadata)
        };
        assert!(enabled("pulumiservice"));
        assert!(enabled("pulumiservice::plugin::server"));
        assert!(!enabled("pulumiservice_other"));
        assert!(!enabled("hyper::proto"));
    }
}
