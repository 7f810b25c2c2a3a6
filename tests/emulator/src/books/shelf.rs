//! The tokens that share one name space, and their lists: order, filters, pages, and the lag
//! with which a list may follow what has happened.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Token;

/// Which tokens a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those that have not expired.
    Active,
    /// Those that have.
    Expired,
    /// Both.
    All,
}

impl Filter {
    fn admits(self, token: &Token, now: i64) -> bool {
        match self {
            Filter::Active => !token.expired(now),
            Filter::Expired => token.expired(now),
            Filter::All => true,
        }
    }
}

/// How far lists lag behind: a created token shows, and a deleted one goes, only when so many
/// further lists have been asked for *and* so many seconds have passed by the service's clock.
/// A list of several pages counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lag {
    /// Lists that still show what was before.
    pub lists: u64,
    /// Seconds for which lists still show what was before.
    pub seconds: i64,
}

/// The point from which lists show a change.
#[derive(Clone, Copy, Debug, Default)]
struct Due {
    list: u64,
    at: i64,
}

/// One page of a list.
#[derive(Debug)]
pub struct Page {
    /// The tokens, as a JSON array.
    pub tokens: String,
    /// The id after which the next page starts, if there is one.
    pub next: Option<String>,
}

/// Tokens that share one name space.
#[derive(Debug, Default)]
pub struct Shelf {
    tokens: Vec<Token>,
    /// Each token as a list shows it, ready to be sent: lists of many thousands stay cheap.
    listed: Vec<String>,
    by_id: HashMap<String, usize>,
    names: HashSet<String>,
    /// What lists go through, in the order of the ids, which says nothing of age or name.
    on_display: BTreeMap<String, usize>,
    /// When lists begin to show a token, or cease to; only tokens for which that is to come.
    appearing: HashMap<usize, Due>,
    vanishing: HashMap<usize, Due>,
    lag: Lag,
    lists: u64,
}

impl Shelf {
    /// Every token that was ever added, oldest first.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The token of this id, deleted or not.
    pub fn get(&self, id: &str) -> Option<&Token> {
        self.by_id.get(id).map(|&at| &self.tokens[at])
    }

    /// Whether a token was ever added under this name.
    pub fn name_taken(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// From now on, lists follow changes with this lag.
    pub fn set_lag(&mut self, lag: Lag) {
        self.lag = lag;
    }

    /// Adds a token.
    pub fn add(&mut self, token: Token, now: i64) {
        let at = self.tokens.len();
        self.by_id.insert(token.id.clone(), at);
        self.names.insert(token.name.clone());
        self.on_display.insert(token.id.clone(), at);
        if self.lag != Lag::default() {
            self.appearing.insert(at, self.due(now));
        }
        self.listed.push(token.listed().to_string());
        self.tokens.push(token);
    }

    /// Changes a token; a change that deletes it takes it out of the lists.
    pub fn change(&mut self, id: &str, now: i64, change: impl FnOnce(&mut Token)) -> bool {
        let Some(&at) = self.by_id.get(id) else { return false };
        let token = &mut self.tokens[at];
        let existed = token.exists();
        change(token);
        self.listed[at] = token.listed().to_string();
        if existed && !token.exists() {
            if self.lag == Lag::default() {
                self.on_display.remove(id);
            } else {
                self.vanishing.insert(at, self.due(now));
            }
        }
        true
    }

    /// The organization has another name from now on.
    pub fn rename(&mut self, org: &str) {
        self.tokens.iter_mut().for_each(|token| org.clone_into(&mut token.org));
    }

    /// Counts one more list, and takes out what no further list will show.
    pub fn begin_list(&mut self, now: i64) {
        self.lists += 1;
        let lists = self.lists;
        let over = |due: &Due| lists > due.list && now >= due.at;
        self.appearing.retain(|_, due| !over(due));
        let (tokens, on_display) = (&self.tokens, &mut self.on_display);
        self.vanishing.retain(|&at, due| {
            if over(due) {
                on_display.remove(&tokens[at].id);
            }
            !over(due)
        });
    }

    /// One page of at most `most` tokens after the id `after`.
    pub fn page(
        &self,
        belongs: impl Fn(&Token) -> bool,
        filter: Filter,
        after: &str,
        most: usize,
        now: i64,
    ) -> Page {
        let mut page = Page { tokens: "[".to_owned(), next: None };
        let mut last: Option<&str> = None;
        let mut count = 0;
        let rest = (std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded);
        for (id, &at) in self.on_display.range::<str, _>(rest) {
            let token = &self.tokens[at];
            if !belongs(token) || !filter.admits(token, now) || self.appearing.contains_key(&at) {
                continue;
            }
            if count == most {
                page.next = last.map(str::to_owned);
                break;
            }
            if count > 0 {
                page.tokens.push(',');
            }
            page.tokens.push_str(&self.listed[at]);
            count += 1;
            last = Some(id);
        }
        page.tokens.push(']');
        page
    }

    fn due(&self, now: i64) -> Due {
        Due { list: self.lists + self.lag.lists, at: now + self.lag.seconds }
    }
}
