//! `plan` and `apply`.

use std::time::Duration;

use crate::harness::Engine;
use crate::options::Options;
use crate::process::Ended;
use crate::subject::{Kind, Subject};
use crate::table::{self, alternate, median};

/// How many run at a time, as engines do unless told otherwise.
const PARALLELISM: u32 = 10;

fn kinds(options: &Options) -> Vec<Kind<'_>> {
    [Kind::Floor, Kind::Ours]
        .into_iter()
        .chain(options.against.as_deref().map(Kind::Other))
        .collect()
}

/// The medians of a subject's runs.
struct Medians {
    took: Duration,
    cpu: Duration,
    engine_cpu: Duration,
    peak: u64,
    listings: usize,
    requests: usize,
}

impl Medians {
    fn of(runs: &[Counted]) -> Self {
        Self {
            took: median(runs.iter().map(|run| run.ended.took)),
            cpu: median(runs.iter().map(|run| run.ended.cpu)),
            engine_cpu: median(runs.iter().map(|run| run.ended.own_cpu)),
            peak: median(runs.iter().map(|run| run.ended.peak)),
            listings: median(runs.iter().map(|run| run.listings)),
            requests: median(runs.iter().map(|run| run.requests)),
        }
    }
}

struct Counted {
    ended: Ended,
    listings: usize,
    requests: usize,
}

impl Counted {
    fn new(ended: Ended, subject: &Subject) -> Self {
        Self { ended, listings: subject.listings(), requests: subject.requests() }
    }
}

/// Runs all subjects and prints a row for each, with what it is measured against.
fn compare(
    options: &Options,
    kinds: &[Kind],
    subjects: &mut [&mut dyn FnMut() -> Counted],
    service: Duration,
) {
    let all = alternate(options.rounds, subjects);
    let medians: Vec<Medians> = all.iter().map(|runs| Medians::of(runs)).collect();
    let floor = medians[0].took + service;
    let ours = medians[1].took;
    for (kind, Medians { took, cpu, engine_cpu, peak, listings, requests }) in
        kinds.iter().zip(&medians)
    {
        table::row(&[
            kind.name(),
            table::time(*took),
            table::ratio(*took, floor),
            table::ratio(ours, *took),
            table::time(*engine_cpu),
            table::time(*cpu),
            table::memory(*peak),
            listings.to_string(),
            requests.to_string(),
        ]);
    }
}

const REST: [&str; 6] = [
    "this provider of it",
    "CPU of the engine",
    "CPU of providers",
    "peak of a provider",
    "list requests",
    "requests",
];

/// A plan over tokens that are as configured.
pub fn plan(engine: &'static Engine, options: &Options) {
    let Options { tokens, latency, rounds, .. } = options;
    table::head(
        &format!(
            "{}: `plan` over {tokens} unchanged, a service that takes {} ms, {rounds} rounds",
            engine.name,
            latency.as_millis()
        ),
        &[&["what", "took", "of the floor"], &REST[..]].concat(),
    );
    let kinds = kinds(options);
    let subjects: Vec<Subject> =
        kinds.iter().map(|kind| Subject::applied(engine, *kind, *tokens, *latency)).collect();
    let mut runs: Vec<_> =
        subjects.iter().map(|subject| || Counted::new(subject.plan(), subject)).collect();
    let mut runs: Vec<&mut dyn FnMut() -> Counted> =
        runs.iter_mut().map(|run| run as &mut dyn FnMut() -> Counted).collect();
    compare(options, &kinds, &mut runs, Duration::ZERO);
}

/// The creation of tokens. What it takes the service is taken for granted: so many times its
/// latency, so many at a time.
pub fn apply(engine: &'static Engine, options: &Options) {
    let Options { tokens, latency, rounds, .. } = options;
    let service = latency.mul_f64((*tokens as f64 / f64::from(PARALLELISM)).ceil());
    table::head(
        &format!(
            "{}: `apply` of {tokens}, {PARALLELISM} at a time, a service that takes {} ms for \
             each and so {} for all, {rounds} rounds",
            engine.name,
            latency.as_millis(),
            table::time(service)
        ),
        &[&["what", "took", "of service and floor"], &REST[..]].concat(),
    );
    let kinds = kinds(options);
    let mut runs: Vec<_> = kinds
        .iter()
        .map(|kind| {
            || {
                // A name can be used once, so that every run has a service of its own.
                let subject = Subject::new(engine, *kind, *tokens, *latency);
                Counted::new(subject.apply(), &subject)
            }
        })
        .collect();
    let mut runs: Vec<&mut dyn FnMut() -> Counted> =
        runs.iter_mut().map(|run| run as &mut dyn FnMut() -> Counted).collect();
    compare(options, &kinds, &mut runs, service);
}

/// Plans over ever more unchanged tokens.
pub fn growth(engine: &'static Engine, options: &Options) {
    table::head(
        &format!(
            "{}: growth of `plan` over unchanged tokens, a service that takes {} ms, {} rounds",
            engine.name,
            options.latency.as_millis(),
            options.rounds
        ),
        &[
            "tokens",
            "took",
            "each",
            "floor",
            "of the floor",
            "CPU of providers",
            "each",
            "peak of a provider",
            "list requests",
        ],
    );
    for times in [1, 5, 10] {
        let count = options.tokens * times;
        let subjects = [Kind::Floor, Kind::Ours]
            .map(|kind| Subject::applied(engine, kind, count, options.latency));
        let [floor, ours] = &subjects;
        let all = alternate(
            options.rounds,
            &mut [&mut || Counted::new(floor.plan(), floor), &mut || {
                Counted::new(ours.plan(), ours)
            }],
        );
        let (floor, ours) = (Medians::of(&all[0]), Medians::of(&all[1]));
        let each = |time: Duration| table::time(time.div_f64(count as f64));
        table::row(&[
            count.to_string(),
            table::time(ours.took),
            each(ours.took),
            table::time(floor.took),
            table::ratio(ours.took, floor.took),
            table::time(ours.cpu),
            each(ours.cpu),
            table::memory(ours.peak),
            ours.listings.to_string(),
        ]);
    }
}
