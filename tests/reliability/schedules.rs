//! Random schedules of what hosts do and of what goes wrong. After each step every token is in the
//! state with its value, or doesn't exist, or was named to the user.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use emulator::{
    ACCESS_TOKEN, Config, Emulator, Fault, LOGIN, Lag, ORG, On, Random, RateLimit, Token, When,
};
use pulumiservice::framework::value::Value;
use tokio::task::JoinSet;

use crate::chance::{self, Dice};
use crate::host::{Answer, Host, InProcess, object};
use crate::journal;

/// How many of each hundred requests meet with a fault.
const USUAL: f64 = 0.05;
const ROUGH: f64 = 0.25;

/// What the state has for one address.
#[derive(Clone)]
struct Entry {
    state: Value,
    /// What the provider keeps beside it.
    private: Vec<u8>,
    config: Value,
    /// It may be gone already: a deletion failed that may have acted.
    doubtful: bool,
}

impl Entry {
    fn text(&self, attribute: &str) -> &str {
        self.state.attribute(attribute).as_str().unwrap_or_default()
    }
}

/// What a schedule came to.
#[derive(Default)]
struct Tally {
    steps: usize,
    tokens: usize,
    faults: usize,
    /// Live tokens that were left to the user, by name, with what the user was told.
    left: Vec<String>,
}

struct World {
    seed: u64,
    dice: Dice,
    cloud: Emulator,
    provider: InProcess,
    host: Host,
    /// Another service, with an organization of the same name.
    elsewhere: Emulator,
    entries: BTreeMap<usize, Entry>,
    next: usize,
    rate: f64,
    /// All diagnostics, each as one text.
    said: Vec<String>,
    /// The ids of tokens that were taken out of the state by hand.
    forgotten: HashSet<String>,
    /// What was done, for whoever has to find out what went wrong.
    diary: String,
}

impl World {
    async fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let cloud = Emulator::start(Config { seed: Some(seed), ..Config::default() });
        // The two clocks need not agree.
        cloud.clock().advance(dice.pick(&[0, 0, -3600, 3600, -86_400, 86_400]));
        let provider = InProcess::start(&cloud, seed);
        let host = provider.host().await;
        let rate = dice.pick(&[USUAL, USUAL, ROUGH]);
        let mut world = Self {
            seed,
            dice,
            cloud,
            provider,
            host,
            elsewhere: Emulator::start(Config::default()),
            entries: BTreeMap::new(),
            next: 0,
            rate,
            said: Vec::new(),
            forgotten: HashSet::new(),
            diary: String::new(),
        };
        world.weather();
        world
    }

    /// Faults for the requests to come.
    fn weather(&mut self) {
        let probability = self.dice.pick(&[0.0, self.rate, self.rate, self.rate]);
        let seed = self.seed + self.dice.below(1_000) as u64;
        let mut kinds = [Fault::every_kind(), Fault::foreign_kinds()].concat();
        // Lists without bounds take seconds each.
        kinds.retain(|fault| {
            !matches!(fault, Fault::EndlessNewPages { .. } | Fault::HugePage { .. })
        });
        self.cloud.set_random(Some(Random { seed, probability, kinds }));
        let lists = self.dice.pick(&[0, 0, 1, 3]);
        self.cloud.set_lag(Lag { lists, seconds: 0 });
        let limited = RateLimit { burst: 20.0, per_second: 500.0, retry_after: false };
        self.cloud.set_rate_limit(self.dice.pick(&[None, None, Some(limited)]));
    }

    async fn step(&mut self) {
        let what = self.dice.below(16);
        let _ = writeln!(self.diary, "step {what}");
        match what {
            0 | 1 => self.create(1).await,
            2 => self.create(5).await,
            3 => self.interrupt().await,
            4 => self.walk_away().await,
            5 => self.restart().await,
            6 => self.weather(),
            7 | 8 => self.refresh().await,
            9 => self.update().await,
            10 => self.replace().await,
            11 => self.delete().await,
            12 => self.import().await,
            13 => self.interrupt_twice().await,
            14 => self.ask_elsewhere().await,
            _ => self.taint_fixed().await,
        }
        self.check();
    }

    /// The configuration of another token, with a name of its own or with a prefix.
    fn another(&mut self) -> (usize, Value) {
        let address = self.next;
        self.next += 1;
        let name = format!("s{}-{address:03}", self.seed);
        let name = match self.dice.below(2) {
            0 => ("name", Value::from(name)),
            _ => ("name_prefix", Value::from(format!("{name}-"))),
        };
        let reason = ("reason", Value::from("a schedule"));
        (address, object(&[name, ("org_name", ORG.into()), reason]))
    }

    async fn create(&mut self, count: usize) {
        let mut creations = JoinSet::new();
        for _ in 0..count {
            let (address, config) = self.another();
            let host = self.host.clone();
            creations.spawn(async move { (address, host.create(&config).await.unwrap(), config) });
        }
        for (address, answer, config) in creations.join_all().await {
            self.take(address, config, answer);
        }
    }

    /// What a host does with what creating left behind.
    fn take(&mut self, address: usize, config: Value, answer: Answer) {
        self.hear(&answer);
        if !answer.value.is_null() {
            assert!(!answer.failed(), "a token with errors: {}", answer.text());
            self.keep(address, config, answer);
        }
    }

    fn keep(&mut self, address: usize, config: Value, answer: Answer) {
        let Answer { value: state, private, .. } = answer;
        self.entries.insert(address, Entry { state, private, config, doubtful: false });
    }

    fn hear(&mut self, answer: &Answer) {
        for said in &answer.said {
            let text = format!("{}: {}", said.summary, said.detail);
            let _ = writeln!(self.diary, "  said: {text}");
            self.said.push(text);
        }
    }

    /// A creation that the service holds up, and what comes of it once it is let go.
    async fn held(&mut self, meanwhile: Meanwhile) {
        let (address, config) = self.another();
        let when = self.dice.pick(&[When::BeforeActing, When::AfterActing]);
        let hold = self.cloud.hold(On::creations(), when);
        let host = self.host.clone();
        let creation = {
            let config = config.clone();
            async move { host.create(&config).await }
        };
        let mut creation = Box::pin(creation);
        let early = tokio::select! {
            answer = &mut creation => Some(answer),
            () = hold.has_arrived() => None,
        };
        match (early, meanwhile) {
            (Some(answer), _) => self.take(address, config, answer.unwrap()),
            (None, Meanwhile::Stop) => {
                self.host.stop().await;
                hold.release();
                let answer = creation.await.unwrap();
                self.take(address, config, answer);
            }
            (None, Meanwhile::Leave) => {
                drop(creation);
                // Once these are answered, the provider has seen that the caller is gone.
                self.host.ping().await;
                self.host.ping().await;
                hold.release();
                self.provider.settle().await;
            }
            (None, Meanwhile::StopTwice) => {
                self.host.stop().await;
                drop(creation);
                self.host.ping().await;
                self.host.ping().await;
                // The answer comes while the provider finishes.
                let end = async {
                    self.host.ping().await;
                    hold.release();
                };
                tokio::join!(self.provider.finish(), end);
            }
        }
    }

    /// The second interrupt makes the engine leave at once.
    async fn interrupt_twice(&mut self) {
        self.held(Meanwhile::StopTwice).await;
        self.restart().await;
    }

    /// Another service than the one that has the tokens is asked about them.
    async fn ask_elsewhere(&mut self) {
        let provider = InProcess::start(&self.elsewhere, self.seed);
        let host = provider.host().await;
        for entry in self.entries.values() {
            let host = host.keeping(&entry.private);
            let answers = [host.read(&entry.state).await, host.delete(&entry.state).await];
            for answer in answers.map(Result::unwrap) {
                assert!(answer.failed(), "another service's word was taken: {}", answer.text());
                assert!(answer.value == entry.state, "another service changed the state");
            }
        }
        let changes = self.elsewhere.requests();
        assert!(changes.iter().all(|request| request.method == "GET"), "{changes:?}");
    }

    async fn interrupt(&mut self) {
        self.held(Meanwhile::Stop).await;
        self.host.stop().await;
        let before = self.creations();
        let (address, config) = self.another();
        let answer = self.host.create(&config).await.unwrap();
        self.take(address, config, answer);
        assert_eq!(self.creations(), before, "a creation was sent after the stop");
        self.restart().await;
    }

    fn creations(&self) -> usize {
        self.cloud.requests().iter().filter(|r| r.method == "POST").count()
    }

    async fn walk_away(&mut self) {
        self.held(Meanwhile::Leave).await;
    }

    /// Another run, with what the state has. Between runs lists catch up.
    async fn restart(&mut self) {
        self.provider.settle().await;
        self.catch_up().await;
        // The same seed again would draw the same names again.
        self.provider = InProcess::start(&self.cloud, self.seed + ((self.next as u64) << 32));
        self.host = self.provider.host().await;
    }

    async fn catch_up(&mut self) {
        self.cloud.set_random(None);
        self.cloud.set_lag(Lag::default());
        self.cloud.set_rate_limit(None);
        let url = format!("{}/api/orgs/{ORG}/tokens", self.cloud.url());
        for _ in 0..4 {
            let list = reqwest::Client::new().get(&url);
            let list = list.header("Authorization", format!("token {ACCESS_TOKEN}"));
            assert!(list.send().await.unwrap().status().is_success());
        }
        self.weather();
    }

    fn any(&mut self) -> Option<(usize, Entry)> {
        let at = self.dice.below(self.entries.len().max(1));
        self.entries.iter().nth(at).map(|(address, entry)| (*address, entry.clone()))
    }

    async fn refresh(&mut self) {
        for (address, entry) in self.entries.clone() {
            let answer = self.host.keeping(&entry.private).read(&entry.state).await.unwrap();
            self.hear(&answer);
            if answer.failed() {
                assert!(answer.value == entry.state, "a failed read changed the state");
                continue;
            }
            if answer.value.is_null() {
                assert!(entry.doubtful, "{} was taken for gone", entry.text("name"));
                self.entries.remove(&address);
                continue;
            }
            assert_eq!(answer.value, entry.state, "a refresh found a drift");
            let entry = Entry { private: answer.private, ..entry };
            self.entries.insert(address, entry.clone());
            let plan =
                self.host.keeping(&entry.private).plan(&entry.state, &entry.config).await.unwrap();
            self.hear(&plan);
            assert!(plan.failed() || !plan.replaces, "a plan without changes replaces");
        }
    }

    async fn update(&mut self) {
        let Some((address, entry)) = self.any() else { return };
        let reason = format!("another reason, {}", self.dice.below(1_000));
        let config = with(&entry.config, "reason", reason.into());
        let host = self.host.keeping(&entry.private);
        let plan = host.plan(&entry.state, &config).await.unwrap();
        self.hear(&plan);
        if plan.failed() {
            return;
        }
        assert!(!plan.replaces);
        let host = self.host.keeping(&plan.private);
        let answer = host.apply(&entry.state, &plan.value, &config).await.unwrap();
        self.hear(&answer);
        let Answer { value: state, private, .. } = answer;
        self.entries.insert(address, Entry { state, private, config, ..entry });
    }

    /// A change that takes another token: the old one is deleted first, or afterwards.
    async fn replace(&mut self) {
        let Some((address, entry)) = self.any() else { return };
        let described = format!("number {}", self.dice.below(1_000));
        let config = with(&entry.config, "description", described.into());
        let host = self.host.keeping(&entry.private);
        let plan = host.plan(&entry.state, &config).await.unwrap();
        self.hear(&plan);
        if plan.failed() {
            return;
        }
        assert!(plan.replaces);
        if self.dice.below(2) == 0 {
            if self.remove(address).await {
                let answer = self.host.create(&config).await.unwrap();
                self.take(address, config, answer);
            }
        } else {
            let new = self.next;
            self.next += 1;
            let answer = self.host.create(&config).await.unwrap();
            self.take(new, config, answer);
            if self.entries.contains_key(&new) {
                self.remove(address).await;
            }
        }
    }

    async fn delete(&mut self) {
        if let Some((address, _)) = self.any() {
            self.remove(address).await;
        }
    }

    /// Deletes what an address has; false if that failed.
    async fn remove(&mut self, address: usize) -> bool {
        let entry = self.entries[&address].clone();
        let answer = self.host.keeping(&entry.private).delete(&entry.state).await.unwrap();
        self.hear(&answer);
        if !answer.failed() {
            self.entries.remove(&address);
            return true;
        }
        assert!(answer.value == entry.state, "a failed deletion changed the state");
        self.entries.insert(address, Entry { doubtful: true, ..entry });
        false
    }

    /// Someone else's token comes into the state; or one leaves it and comes back, without value.
    async fn import(&mut self) {
        let id = match (self.dice.below(2), self.any()) {
            (0, Some((address, entry))) if !entry.doubtful => {
                self.entries.remove(&address);
                let id = entry.text("token_id").to_owned();
                let _ = writeln!(self.diary, "  forgot {id}");
                self.forgotten.insert(id.clone());
                id
            }
            _ => {
                let name = format!("s{}-{:03}-other", self.seed, self.next);
                self.cloud.add_token(self.cloud.new_token(ORG, &name)).id
            }
        };
        let address = self.next;
        self.next += 1;
        let answer = self.host.import(&format!("{ORG}/{id}")).await.unwrap();
        self.hear(&answer);
        if !answer.value.is_null() {
            let name = ("name", answer.value.attribute("name").clone());
            let config = object(&[name, ("org_name", ORG.into())]);
            self.keep(address, config, answer);
        }
    }

    /// A host that was told to make a token again under its fixed name is refused.
    async fn taint_fixed(&mut self) {
        let Some((_, entry)) = self.any() else { return };
        if entry.doubtful || !entry.config.attribute("name_prefix").is_null() {
            return;
        }
        let plan = self.host.plan(&Value::Null, &entry.config).await.unwrap();
        assert!(plan.failed(), "a name was offered twice");
    }

    /// The live tokens that this provider made.
    fn ours(&self) -> Vec<Token> {
        self.cloud.live(ORG).into_iter().filter(|token| token.created_by == LOGIN).collect()
    }

    fn check(&self) {
        for token in self.ours() {
            let entry =
                self.entries.values().find(|entry| entry.text("token_id") == token.id.as_str());
            match entry {
                // What was imported has no value.
                Some(entry) if entry.state.attribute("token_value").is_null() => {
                    assert!(self.was_forgotten(&token), "{token:?} lost its value");
                }
                Some(entry) => assert_eq!(entry.text("token_value"), token.value),
                None => assert!(
                    self.was_forgotten(&token) || self.named(&token).is_some(),
                    "nobody holds {token:?}, and nobody was told: {:#?}",
                    journal::lines_with(&token.name)
                ),
            }
        }
        for entry in self.entries.values().filter(|entry| !entry.doubtful) {
            let id = entry.text("token_id");
            let exists = self.cloud.existing(ORG).iter().any(|token| token.id == id);
            assert!(exists, "{} is in the state and doesn't exist", entry.text("name"));
        }
    }

    fn was_forgotten(&self, token: &Token) -> bool {
        self.forgotten.contains(&token.id)
    }

    /// What the user was told about a token that lives and that nobody holds. That it was revoked,
    /// or never made, does not count.
    fn named(&self, token: &Token) -> Option<String> {
        let Token { id, name, .. } = token;
        let unknown = |said: &&String| {
            said.starts_with("Whether the token was created is not known")
                && (said.contains(id.as_str()) || said.contains(&format!("{name:?}")))
        };
        let taken = |said: &&String| {
            said.starts_with("The token's name is taken") && said.contains(id.as_str())
        };
        let said = self.said.iter().find(|said| unknown(said) || taken(said)).cloned();
        said.or_else(|| {
            let logged = journal::lines_with(name);
            logged.into_iter().find(|line| {
                line.contains("by hand")
                    || line.contains("is not known")
                    || line.contains(": delete ")
            })
        })
    }

    /// The end: the weather clears, and what the state has is refreshed and destroyed.
    async fn finish(mut self) -> Tally {
        self.rate = 0.0;
        self.restart().await;
        // What is no longer young can be seen to be gone.
        self.cloud.clock().advance(600);
        self.refresh().await;
        self.entries.values_mut().for_each(|entry| entry.doubtful = false);
        self.check();
        for address in self.entries.keys().copied().collect::<Vec<_>>() {
            assert!(self.remove(address).await, "a deletion failed without a fault");
        }
        self.check();
        let left = self.ours();
        let left = left.iter().filter(|token| !self.was_forgotten(token));
        let requests = self.cloud.requests();
        Tally {
            steps: 0,
            tokens: self.cloud.tokens(ORG).iter().filter(|t| t.created_by == LOGIN).count(),
            faults: requests.iter().filter(|request| request.fault.is_some()).count(),
            left: left
                .map(|t| format!("{}: {}", t.name, self.named(t).unwrap_or_default()))
                .collect(),
        }
    }
}

/// What happens to a run while the service holds a creation up.
#[derive(Clone, Copy)]
enum Meanwhile {
    Stop,
    Leave,
    StopTwice,
}

/// The object with another attribute.
fn with(object: &Value, attribute: &str, value: Value) -> Value {
    let Value::Object(mut attributes) = object.clone() else { panic!("no object") };
    attributes.replace(attribute, value);
    Value::Object(attributes)
}

const STEPS: usize = 20;

async fn run(seed: u64) -> (f64, Tally) {
    let mut world = World::new(seed).await;
    let rate = world.rate;
    for _ in 0..STEPS {
        world.step().await;
    }
    let tally = world.finish().await;
    (rate, Tally { steps: STEPS, ..tally })
}

/// A failure tells what was done, and how to do it again.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let (seed, diary) = (self.seed, &self.diary);
            crate::tell(&format!("{diary}repeat with PULUMISERVICE_SCHEDULE_SEED={seed}"));
        }
    }
}

/// Runs the schedules with these seeds, a few at a time, and tells what they came to.
fn run_all(first: u64, count: u64) {
    journal::begin();
    let seeds = match chance::asked_for("PULUMISERVICE_SCHEDULE_SEED") {
        Some(seed) => seed..seed + 1,
        None => first..first + count,
    };
    let began = std::time::Instant::now();
    let next = std::sync::Mutex::new(seeds.clone());
    let tallies = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.unwrap();
                loop {
                    let Some(seed) = next.lock().unwrap().next() else { return };
                    let tally = runtime.block_on(run(seed));
                    tallies.lock().unwrap().push(tally);
                }
            });
        }
    });
    let tallies = tallies.into_inner().unwrap();
    let sum =
        |what: fn(&Tally) -> usize| tallies.iter().map(|(_, tally)| what(tally)).sum::<usize>();
    let left = |rate: f64| {
        let of_rate = tallies.iter().filter(|(of, _)| *of == rate);
        of_rate.flat_map(|(_, tally)| tally.left.clone()).collect::<Vec<_>>()
    };
    let (usual, rough) = (left(USUAL), left(ROUGH));
    crate::tell(&format!(
        "{} schedules (seeds {seeds:?}) of {} steps, {} tokens, {} faults, in {:.0} s; left to the \
         user: {} at {USUAL}, {} at {ROUGH}",
        tallies.len(),
        sum(|tally| tally.steps),
        sum(|tally| tally.tokens),
        sum(|tally| tally.faults),
        began.elapsed().as_secs_f64(),
        usual.len(),
        rough.len(),
    ));
    for told in usual.iter().chain(&rough) {
        crate::tell(told);
    }
    assert!(usual.len() * 50 <= tallies.len(), "too much is left to the user");
}

#[test]
fn some_schedules_keep_every_token() {
    run_all(1, 60);
}

#[test]
#[ignore = "a minute or more: cargo soak"]
fn a_thousand_schedules_keep_every_token() {
    run_all(1, 1_000);
}
