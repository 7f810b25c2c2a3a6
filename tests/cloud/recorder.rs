//! The log of this process, as tests read it.

use std::fmt::Write as _;
use std::sync::{Mutex, Once, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};

/// Everything that was logged in this process, at all levels, with its key-value pairs.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Recorder;

impl Log for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        struct Pairs<'a>(&'a mut String);
        impl<'kvs> log::kv::VisitSource<'kvs> for Pairs<'_> {
            fn visit_pair(
                &mut self,
                key: log::kv::Key<'kvs>,
                value: log::kv::Value<'kvs>,
            ) -> Result<(), log::kv::Error> {
                let _ = write!(self.0, " {key}={value}");
                Ok(())
            }
        }
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write!(logged, "{} {} {}", record.level(), record.target(), record.args());
        let _ = record.key_values().visit(&mut Pairs(&mut logged));
        logged.push('\n');
    }

    fn flush(&self) {}
}

/// From now on, everything is recorded.
pub fn record_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Recorder).expect("nobody else logs");
        log::set_max_level(LevelFilter::Trace);
    });
}

/// What was recorded so far, by all tests of this process.
pub fn logged() -> String {
    LOGGED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
