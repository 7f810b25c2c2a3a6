//! The ways in which the service can misbehave, and the choice of which request meets with which.
//! How a fault is done to an answer is `misbehave`'s and the server's.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::books::seed;
use crate::clock::{Clock, http_date};
use crate::misbehave::ENDLESS;
use crate::operation::Operation;
use crate::pick::{On, Picker, Traits};

/// What a fault does.
///
/// Those that have `after` come either before the service has acted, which then never happens, or
/// after it has, so that only the answer is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Another answer.
    Status {
        /// Its status.
        status: u16,
        /// Its body.
        #[serde(default)]
        body: ErrorBody,
        /// Its `Retry-After`, if any.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
        /// After the service has acted.
        #[serde(default)]
        after: bool,
    },
    /// The true answer, so many milliseconds late.
    Delay {
        /// Milliseconds.
        ms: u64,
        /// After the service has acted.
        #[serde(default)]
        after: bool,
    },
    /// No answer: the connection ends.
    Drop {
        /// With a reset, rather than being closed in order.
        #[serde(default)]
        reset: bool,
        /// After the service has acted.
        #[serde(default)]
        after: bool,
    },
    /// The first half of the true answer, though its length is announced; then the connection
    /// ends.
    Truncate,
    /// The true status with a body that is no JSON. A 204 becomes a 200, as it has to.
    Garbage,
    /// The true status without a body. A 204 becomes a 200 with an empty body.
    Empty,
    /// The true answer with the value at this JSON pointer replaced or, if its parent is there,
    /// added. An answer that has no place for it stays as it is.
    Rewrite {
        /// Such as `/tokens/0/expires`.
        pointer: String,
        /// The new value.
        value: Value,
    },
    /// The true answer without the value at this JSON pointer. An answer that doesn't have it stays
    /// as it is.
    Remove {
        /// Such as `/defaultRoleId`.
        pointer: String,
    },
    /// The true answer, so many bytes at a time with a pause in between.
    Trickle {
        /// The most bytes at a time.
        bytes: usize,
        /// The pause in milliseconds.
        ms: u64,
    },
    /// A list whose pages never end; with `repeat`, they all carry the same continuation token.
    EndlessPages {
        /// Whether each page leads to itself.
        #[serde(default)]
        repeat: bool,
    },
    /// A list whose pages never end, each with so many tokens that were in none before.
    EndlessNewPages {
        /// How many tokens a page has.
        tokens: u64,
    },
    /// One page of so many made-up tokens, whatever was asked for; the last one, as there is no
    /// continuation token.
    HugePage {
        /// How many tokens; each takes about 250 bytes.
        tokens: u64,
    },
    /// The true status with a JSON body of this many bytes.
    Huge {
        /// More than 25.
        bytes: usize,
    },
    /// A redirect: to this origin with the request's own path, or to an address with a path.
    Redirect {
        /// Such as `https://127.0.0.1:1` or `/elsewhere`.
        to: String,
        /// Such as 307.
        status: u16,
    },
}

/// The body of an answer that a fault puts in the place of the true one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorBody {
    /// The service's own form.
    #[default]
    Service,
    /// A page as a proxy in front of the service writes it.
    Html,
    /// This text, as `text/plain`.
    Text(String),
    /// This JSON.
    Json(Value),
    /// The service's own form with secrets in its message: the request's `Authorization` header
    /// and body, the body of the true answer, and the values of live tokens.
    Echo,
    /// Nothing.
    Nothing,
}

/// When to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// In so many seconds.
    Seconds(i64),
    /// In so many seconds, given as an HTTP date.
    Date(i64),
}

impl RetryAfter {
    /// As the header has it.
    pub(crate) fn header(self, clock: &Clock) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Date(seconds) => http_date(clock.now() + seconds),
        }
    }
}

impl Fault {
    /// An error in the service's own form, before the service has acted.
    pub fn status(status: u16) -> Self {
        Self::Status { status, body: ErrorBody::Service, retry_after: None, after: false }
    }

    /// An error with another body.
    pub fn answer(status: u16, body: ErrorBody) -> Self {
        Self::Status { status, body, retry_after: None, after: false }
    }

    /// 429, before the service has acted.
    pub fn too_many(retry_after: Option<RetryAfter>) -> Self {
        Self::Status { status: 429, body: ErrorBody::Service, retry_after, after: false }
    }

    /// The connection closed before the service has acted.
    pub fn drop() -> Self {
        Self::Drop { reset: false, after: false }
    }

    /// The connection reset before the service has acted.
    pub fn reset() -> Self {
        Self::Drop { reset: true, after: false }
    }

    /// The answer delayed by so many milliseconds, before the service has acted.
    pub fn delay(ms: u64) -> Self {
        Self::Delay { ms, after: false }
    }

    /// The value at a JSON pointer of the answer replaced.
    pub fn rewrite(pointer: &str, value: Value) -> Self {
        Self::Rewrite { pointer: pointer.to_owned(), value }
    }

    /// The answer without the value at a JSON pointer.
    pub fn remove(pointer: &str) -> Self {
        Self::Remove { pointer: pointer.to_owned() }
    }

    /// 404 as an API gateway that has lost its way to the service writes it: JSON, but not in the
    /// service's own form.
    pub fn no_route() -> Self {
        let body = json!({"message": "no Route matched with those values"});
        Self::answer(404, ErrorBody::Json(body))
    }

    /// 200 with a page in HTML, as a proxy writes it that wants its user to sign in first.
    pub fn sign_in_page() -> Self {
        Self::answer(200, ErrorBody::Html)
    }

    /// 202 with a word that the request has been queued, which it has not.
    pub fn queued() -> Self {
        Self::answer(202, ErrorBody::Json(json!({"queued": true})))
    }

    /// 200 with nothing but this id, which may be that of anybody's token. With
    /// [`after`](Self::after) the service has made the token that was asked for.
    pub fn only_id(id: &str) -> Self {
        Self::answer(200, ErrorBody::Json(json!({"id": id})))
    }

    /// No answer for as long as any client can wait: an hour.
    pub fn hang() -> Self {
        Self::delay(60 * 60 * 1000)
    }

    /// The same fault, after the service has acted, for those that can come before.
    pub fn after(mut self) -> Self {
        if let Self::Status { after, .. } | Self::Delay { after, .. } | Self::Drop { after, .. } =
            &mut self
        {
            *after = true;
        }
        self
    }

    /// One of every kind, and both before and after the service has acted if that differs;
    /// none of them waits for longer than 20 milliseconds or asks a client to.
    pub fn every_kind() -> Vec<Self> {
        vec![
            Self::status(500),
            Self::status(503).after(),
            Self::answer(502, ErrorBody::Html),
            Self::answer(504, ErrorBody::Text("upstream timed out".to_owned())).after(),
            Self::answer(500, ErrorBody::Echo).after(),
            Self::too_many(None),
            Self::too_many(Some(RetryAfter::Seconds(0))),
            Self::too_many(Some(RetryAfter::Date(0))),
            Self::delay(20),
            Self::delay(20).after(),
            Self::drop(),
            Self::drop().after(),
            Self::reset(),
            Self::reset().after(),
            Self::Truncate,
            Self::Garbage,
            Self::Empty,
            Self::rewrite("/tokens", json!(7)),
            Self::rewrite("/tokens/0/expires", json!("soon")),
            Self::rewrite("/tokenValue", json!(7)),
            Self::rewrite("/id", Value::Null),
            Self::Trickle { bytes: 1024, ms: 1 },
            Self::EndlessPages { repeat: false },
            Self::EndlessPages { repeat: true },
            Self::Huge { bytes: (16 << 20) + 1 },
            Self::Redirect { to: "http://127.0.0.1:9".to_owned(), status: 307 },
        ]
    }

    /// One of every kind of answer that isn't the service's at all, though a hasty client may take
    /// it for one: what stands in between gives it, or it has no bounds.
    pub fn foreign_kinds() -> Vec<Self> {
        vec![
            Self::no_route(),
            Self::sign_in_page(),
            Self::sign_in_page().after(),
            Self::queued(),
            Self::queued().after(),
            Self::only_id("no-such-id"),
            Self::only_id("no-such-id").after(),
            Self::remove("/tokenValue"),
            Self::EndlessNewPages { tokens: 100 },
            Self::HugePage { tokens: 2_000 },
        ]
    }

    /// Whether the answer is one that the client can rely on: the true one, if late.
    pub(crate) fn is_harmless(&self) -> bool {
        matches!(self, Self::Delay { .. } | Self::Trickle { .. })
    }

    /// Whether there is something in the answer for this fault to be done to.
    fn suits(&self, operation: Option<Operation>) -> bool {
        match self {
            Self::EndlessPages { .. } | Self::EndlessNewPages { .. } | Self::HugePage { .. } => {
                operation.is_some_and(Operation::is_list)
            }
            Self::Rewrite { pointer, .. } if pointer.starts_with("/tokens") => {
                operation.is_some_and(Operation::is_list)
            }
            Self::Rewrite { pointer, .. } | Self::Remove { pointer }
                if pointer == "/tokenValue" || pointer == "/id" =>
            {
                operation.is_some_and(Operation::is_creation)
            }
            _ => true,
        }
    }
}

/// Faults that strike at random: each request meets with one with this probability, and every
/// kind is as likely as any other. What a request meets with depends only on the seed, on its
/// method, path, query and body, and on how often the same request has come before; so a run can
/// be repeated, whatever runs at the same time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Random {
    /// Another seed strikes elsewhere.
    pub seed: u64,
    /// Between 0 and 1.
    pub probability: f64,
    /// The kinds to choose from.
    #[serde(default = "Fault::every_kind")]
    pub kinds: Vec<Fault>,
}

/// All the faults that are in store.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(Picker, Fault)>,
    random: Option<Random>,
    /// How often each request has come, by a hash of it.
    came: HashMap<u64, u64>,
}

impl Faults {
    pub fn add(&mut self, on: On, fault: Fault) {
        self.rules.push((Picker::new(on), fault));
    }

    pub fn set_random(&mut self, random: Option<Random>) {
        self.random = random;
        self.came.clear();
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The fault that this request meets with: the first in the order in which they were added,
    /// so that two of the same kind strike one after the other; then a random one.
    pub fn pick(&mut self, request: &Traits<'_>) -> Option<Fault> {
        // An endless list stays endless, or its end would be a made-up token that is refused.
        if let Some(made_up) = request.continued().and_then(|token| token.strip_prefix(ENDLESS)) {
            return Some(
                match made_up.strip_prefix("new-").and_then(|rest| rest.split_once('-')) {
                    Some((tokens, _)) => {
                        Fault::EndlessNewPages { tokens: tokens.parse().unwrap_or_default() }
                    }
                    None => Fault::EndlessPages { repeat: made_up == "again" },
                },
            );
        }
        self.rules.retain(|(picker, _)| !picker.over(0));
        let rule = self
            .rules
            .iter_mut()
            .find_map(|(picker, fault)| picker.picks(request).then(|| fault.clone()));
        rule.or_else(|| self.pick_at_random(request))
    }

    fn pick_at_random(&mut self, request: &Traits<'_>) -> Option<Fault> {
        let random = self.random.as_ref()?;
        let what = (request.method, request.path, request.query, request.body);
        let came = self.came.entry(seed::number(0, what)).or_default();
        *came += 1;
        if seed::fraction(random.seed, ("whether", what, *came)) >= random.probability {
            return None;
        }
        let suits = |fault: &&Fault| fault.suits(request.operation);
        let kinds: Vec<&Fault> = random.kinds.iter().filter(suits).collect();
        let which = seed::number(random.seed, ("which", what, *came)) % kinds.len().max(1) as u64;
        kinds.get(usize::try_from(which).ok()?).map(|&fault| fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(query: &'static str) -> Traits<'static> {
        Traits {
            operation: Some(Operation::ListOrgTokens),
            method: "GET",
            path: "/api/orgs/acme/tokens",
            query,
            body: "",
        }
    }

    #[test]
    fn a_rule_strikes_its_nth_request_and_then_no_more() {
        let mut faults = Faults::default();
        faults.add(On::lists().skip(1).times(2), Fault::Garbage);
        faults.add(On::creations(), Fault::Empty);
        let struck: Vec<bool> = (0..5).map(|_| faults.pick(&list("")).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }

    #[test]
    fn two_rules_strike_one_after_the_other() {
        let mut faults = Faults::default();
        faults.add(On::lists(), Fault::Garbage);
        faults.add(On::lists(), Fault::Empty);
        let struck: Vec<_> = (0..3).map(|_| faults.pick(&list(""))).collect();
        assert_eq!(struck, [Some(Fault::Garbage), Some(Fault::Empty), None]);
    }

    #[test]
    fn a_rule_can_ask_for_a_later_page_and_for_a_text() {
        let mut faults = Faults::default();
        faults.add(On::later_pages().always(), Fault::Garbage);
        assert_eq!(faults.pick(&list("filter=all")), None);
        assert!(faults.pick(&list("filter=all&continuationToken=x")).is_some());
        faults.clear();
        faults.add(On::any().containing("filter=all").always(), Fault::Garbage);
        assert_eq!(faults.pick(&list("")), None);
        assert!(faults.pick(&list("filter=all")).is_some());
    }

    #[test]
    fn chance_is_fair_and_the_same_for_the_same_seed_in_any_order() {
        let paths: Vec<String> = (0..4_000).map(|n| format!("/api/{n}")).collect();
        let run = |seed, paths: &mut dyn Iterator<Item = &String>| {
            let mut faults = Faults::default();
            let kinds = Fault::every_kind();
            faults.set_random(Some(Random { seed, probability: 0.05, kinds }));
            let strike = |path: &String| {
                let path = path.as_str();
                let request = Traits { path, operation: None, method: "GET", query: "", body: "" };
                (path.to_owned(), faults.pick(&request).map(|fault| format!("{fault:?}")))
            };
            paths.map(strike).collect::<std::collections::BTreeMap<_, _>>()
        };
        let forward = run(1, &mut paths.iter());
        assert_eq!(forward, run(1, &mut paths.iter().rev()));
        assert_ne!(forward, run(2, &mut paths.iter()));
        let struck = forward.values().flatten().count();
        assert!((150..250).contains(&struck), "{struck} of 4000");
        let kinds: std::collections::HashSet<_> = forward.values().flatten().collect();
        assert!(kinds.len() >= 15, "{kinds:?}");
    }

    #[test]
    fn faults_can_be_written_as_json() {
        let written = r#"{"status": {"status": 429, "retry_after": {"seconds": 3}}}"#;
        let fault: Fault = serde_json::from_str(written).unwrap();
        assert_eq!(fault, Fault::too_many(Some(RetryAfter::Seconds(3))));
        for fault in [Fault::every_kind(), Fault::foreign_kinds()].concat() {
            let text = serde_json::to_string(&fault).unwrap();
            assert_eq!(serde_json::from_str::<Fault>(&text).unwrap(), fault, "{text}");
        }
        let on: On = serde_json::from_str(r#"{"operations": ["CreateOrgToken"]}"#).unwrap();
        assert_eq!(on, On::operation(Operation::CreateOrgToken));
    }
}
