//! The rules, one by one.

use super::*;

const NOW: i64 = 1_800_000_000;
const ADMIN: &str = "token pul-admin";
const ACME: Scope<'static> = Scope::Org("acme");
const PLATFORM: Scope<'static> = Scope::Team("acme", "platform");

fn books() -> Books {
    let admin = |value: &str, login: &str| AccessToken {
        value: value.to_owned(),
        login: login.to_owned(),
        permissions: Permissions::ALL,
    };
    let mut starter = Org::new("starter");
    starter.product = "team-starter".to_owned();
    Books::new(
        1,
        vec![Org::new("acme"), Org::new("other"), starter],
        vec![admin("pul-admin", "ann"), admin("pul-second", "bob")],
        vec!["id-token".to_owned()],
        NOW,
    )
}

fn wanted(name: &str) -> Wanted {
    Wanted {
        name: Some(name.to_owned()),
        description: Some(String::new()),
        expires: Some(0),
        admin: Some(false),
        role_id: None,
    }
}

fn act(now: i64) -> Act {
    Act { now, how: How::Request(1), reason: None }
}

/// The books with an admin user's hand on them.
struct Desk {
    books: Books,
    ann: Caller,
}

impl Desk {
    fn new() -> Self {
        let mut books = books();
        let ann = books.authenticate(Some(ADMIN), NOW).unwrap();
        Self { books, ann }
    }

    fn create(&mut self, scope: Scope<'_>, wanted: Wanted) -> Result<(String, String), Refusal> {
        self.books.create(&self.ann, scope, wanted, act(NOW))
    }

    fn delete(&mut self, scope: Scope<'_>, id: &str) -> Result<(), Refusal> {
        self.books.delete(&self.ann, scope, id, act(NOW))
    }

    fn page(&mut self, scope: Scope<'_>, query: ListQuery, now: i64) -> Result<Page, Refusal> {
        self.books.list(&self.ann, scope, &query, now)
    }

    fn names(&mut self, scope: Scope<'_>, filter: &str, now: i64) -> Vec<String> {
        let query = ListQuery { filter: Some(filter.to_owned()), ..ListQuery::default() };
        let mut names = names(&self.page(scope, query, now).unwrap());
        names.sort();
        names
    }

    fn token(&self, id: &str) -> &Token {
        self.books.shelf("acme").unwrap().get(id).unwrap()
    }
}

fn names(page: &Page) -> Vec<String> {
    let tokens: serde_json::Value = serde_json::from_str(&page.tokens).unwrap();
    let tokens = tokens.as_array().unwrap().iter();
    tokens.map(|token| token["name"].as_str().unwrap().to_owned()).collect()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Refusal>) -> (u16, String) {
    let refusal = result.unwrap_err();
    (refusal.status, refusal.message)
}

#[test]
fn a_name_is_taken_for_ever_in_the_organization_and_all_its_teams() {
    let mut desk = Desk::new();
    let (id, _) = desk.create(ACME, wanted("ci")).unwrap();
    let taken = (409, "Conflict: token name already exists".to_owned());
    assert_eq!(refusal(desk.create(ACME, wanted("ci"))), taken);
    assert_eq!(refusal(desk.create(PLATFORM, wanted("ci"))), taken);
    desk.delete(ACME, &id).unwrap();
    assert_eq!(refusal(desk.create(ACME, wanted("ci"))), taken);
    let (id, _) = desk.create(PLATFORM, wanted("team's")).unwrap();
    desk.delete(PLATFORM, &id).unwrap();
    assert_eq!(refusal(desk.create(ACME, wanted("team's"))), taken);
    desk.create(Scope::Org("other"), wanted("ci")).unwrap();
    desk.create(ACME, wanted("CI")).unwrap();
}

#[test]
fn a_refused_creation_takes_no_name() {
    let mut desk = Desk::new();
    let role_id = Some("no-such-role".to_owned());
    let refused = desk.create(ACME, Wanted { role_id, ..wanted("ci") });
    assert_eq!(refusal(refused), (404, "Not Found: Role 'no-such-role' not found".to_owned()));
    desk.create(ACME, wanted("ci")).unwrap();
}

#[test]
fn a_name_has_one_to_forty_characters_whichever_they_are() {
    let mut desk = Desk::new();
    assert_eq!(refusal(desk.create(ACME, wanted(""))).0, 400);
    assert_eq!(refusal(desk.create(ACME, wanted(&"x".repeat(41)))).0, 400);
    desk.create(ACME, wanted(&"é".repeat(40))).unwrap();
    desk.create(ACME, wanted("GitLab CI/CD")).unwrap();
}

#[test]
fn every_field_but_the_role_is_required() {
    let mut desk = Desk::new();
    let without = [
        Wanted { name: None, ..wanted("a") },
        Wanted { description: None, ..wanted("a") },
        Wanted { expires: None, ..wanted("a") },
        Wanted { admin: None, ..wanted("a") },
    ];
    for wanted in without {
        assert_eq!(refusal(desk.create(ACME, wanted)).0, 400);
    }
}

#[test]
fn an_expiry_is_never_or_within_two_years() {
    let mut desk = Desk::new();
    let mut with = |expires| {
        let wanted = Wanted { expires: Some(expires), ..wanted(&expires.to_string()) };
        desk.create(ACME, wanted).map_err(|refusal| refusal.status)
    };
    for bad in [-1, 1, NOW - 1, NOW, NOW + EXPIRY_LIMIT + 1] {
        assert_eq!(with(bad).unwrap_err(), 400, "{bad}");
    }
    for good in [0, NOW + 1, NOW + EXPIRY_LIMIT] {
        with(good).unwrap();
    }
}

#[test]
fn a_policy_wants_an_expiry_within_its_days() {
    let mut desk = Desk::new();
    desk.books.org_mut("acme").unwrap().max_expiry_days = Some(30);
    let mut with = |scope, expires| {
        let wanted = Wanted { expires: Some(expires), ..wanted("a") };
        desk.create(scope, wanted).map_err(|refusal| refusal.status)
    };
    assert_eq!(with(ACME, 0).unwrap_err(), 400);
    assert_eq!(with(PLATFORM, NOW + 30 * DAY + 1).unwrap_err(), 400);
    with(ACME, NOW + 30 * DAY).unwrap();
}

#[test]
fn a_token_that_asks_for_no_role_gets_one() {
    let mut desk = Desk::new();
    let role_of = |desk: &Desk, id: &str| {
        let token = desk.token(id);
        (token.role.as_ref().unwrap().id.clone(), token.admin)
    };
    let (plain, _) = desk.create(ACME, wanted("plain")).unwrap();
    assert_eq!(role_of(&desk, &plain), (MEMBER_ROLE.to_owned(), false));
    let admin = Wanted { admin: Some(true), ..wanted("admin") };
    let (admin, _) = desk.create(ACME, admin).unwrap();
    assert_eq!(role_of(&desk, &admin), (ADMIN_ROLE.to_owned(), true));
    let by_role = |id: &str, name| Wanted { role_id: Some(id.to_owned()), ..wanted(name) };
    let (given, _) = desk.create(ACME, by_role(ADMIN_ROLE, "given")).unwrap();
    assert_eq!(role_of(&desk, &given), (ADMIN_ROLE.to_owned(), true));
    desk.books.admin_follows_role = false;
    let (given, _) = desk.create(ACME, by_role(ADMIN_ROLE, "given again")).unwrap();
    assert_eq!(role_of(&desk, &given), (ADMIN_ROLE.to_owned(), false));
    let (custom, _) = desk.create(ACME, by_role(DEPLOYER_ROLE, "custom")).unwrap();
    assert_eq!(role_of(&desk, &custom), (DEPLOYER_ROLE.to_owned(), false));
    assert_eq!(desk.token(&custom).listed()["role"]["defaultIdentifier"], "");
    let with_role = desk.books.list_with_role(&desk.ann, "acme", DEPLOYER_ROLE, NOW).unwrap();
    assert_eq!(names(&with_role), ["custom"]);
}

#[test]
fn lists_show_what_their_filter_says() {
    let mut desk = Desk::new();
    let expiring = |name| Wanted { expires: Some(NOW + 100), ..wanted(name) };
    desk.create(ACME, wanted("for ever")).unwrap();
    desk.create(ACME, expiring("short")).unwrap();
    let (id, _) = desk.create(ACME, expiring("deleted")).unwrap();
    desk.delete(ACME, &id).unwrap();
    desk.create(PLATFORM, wanted("team's")).unwrap();
    assert_eq!(desk.names(ACME, "active", NOW), ["for ever", "short"]);
    assert_eq!(desk.names(ACME, "expired", NOW), [""; 0]);
    let later = NOW + 100;
    assert_eq!(desk.names(ACME, "", later), ["for ever"]);
    assert_eq!(desk.names(ACME, "expired", later), ["short"]);
    assert_eq!(desk.names(ACME, "all", later), ["for ever", "short"]);
    assert_eq!(desk.names(PLATFORM, "all", later), ["team's"]);
    let wrong = ListQuery { filter: Some("dead".to_owned()), ..ListQuery::default() };
    assert_eq!(refusal(desk.page(ACME, wrong, NOW)).0, 400);
}

#[test]
fn pages_go_on_until_all_is_shown_even_while_tokens_go() {
    let mut desk = Desk::new();
    let ids: Vec<String> =
        (0..250).map(|n| desk.create(ACME, wanted(&n.to_string())).unwrap().0).collect();
    assert_eq!(names(&desk.page(ACME, ListQuery::default(), NOW).unwrap()).len(), 100);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let query = ListQuery {
            max_results: Some("125".to_owned()),
            continuation_token: after,
            ..ListQuery::default()
        };
        let page = desk.page(ACME, query, NOW).unwrap();
        seen.extend(names(&page));
        after = page.next.as_deref().map(continuation);
        if after.is_none() {
            break;
        }
        // Even the token that the page ended with can go: the place in the list stays.
        let last = page.next.unwrap();
        assert!(ids.contains(&last));
        desk.delete(ACME, &last).unwrap();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 250);
}

#[test]
fn a_page_has_between_one_and_a_thousand_tokens() {
    let mut desk = Desk::new();
    for wrong in ["0", "1001", "-1", "many", "1.5"] {
        let query = ListQuery { max_results: Some(wrong.to_owned()), ..ListQuery::default() };
        assert_eq!(refusal(desk.page(ACME, query, NOW)).0, 400, "{wrong}");
    }
    let query = ListQuery { continuation_token: Some("x".to_owned()), ..ListQuery::default() };
    assert_eq!(refusal(desk.page(ACME, query, NOW)).0, 400);
}

#[test]
fn lists_can_lag_behind_creations_and_deletions() {
    let mut desk = Desk::new();
    let (old, _) = desk.create(ACME, wanted("old")).unwrap();
    desk.books.set_lag(Lag { lists: 2, seconds: 0 });
    desk.create(ACME, wanted("new")).unwrap();
    desk.delete(ACME, &old).unwrap();
    assert_eq!(refusal(desk.delete(ACME, &old)).0, 404, "it is gone, whatever the list says");
    assert_eq!(refusal(desk.create(ACME, wanted("new"))).0, 409, "it is there, too");
    assert_eq!(desk.names(ACME, "all", NOW), ["old"]);
    assert_eq!(desk.names(ACME, "all", NOW), ["old"]);
    assert_eq!(desk.names(ACME, "all", NOW), ["new"]);
    desk.books.set_lag(Lag { lists: 0, seconds: 10 });
    desk.create(ACME, wanted("newer")).unwrap();
    assert_eq!(desk.names(ACME, "all", NOW + 9), ["new"]);
    assert_eq!(desk.names(ACME, "all", NOW + 10), ["new", "newer"]);
}

#[test]
fn what_does_not_exist_is_not_found() {
    let mut desk = Desk::new();
    let no_org = (404, "Not Found: Organization 'nowhere' not found".to_owned());
    assert_eq!(refusal(desk.create(Scope::Org("nowhere"), wanted("a"))), no_org);
    assert_eq!(refusal(desk.page(Scope::Org("nowhere"), ListQuery::default(), NOW)), no_org);
    assert_eq!(refusal(desk.create(Scope::Team("acme", "x"), wanted("a"))).0, 404);
    assert_eq!(refusal(desk.delete(ACME, "x")).0, 404);
    let role = desk.books.list_with_role(&desk.ann, "acme", "x", NOW);
    assert_eq!(refusal(role), (404, "Not Found: Role 'x' not found".to_owned()));
    let (id, _) = desk.create(PLATFORM, wanted("team's")).unwrap();
    assert_eq!(refusal(desk.delete(ACME, &id)).0, 404, "it is the team's");
}

#[test]
fn only_some_editions_have_tokens() {
    let mut desk = Desk::new();
    assert_eq!(refusal(desk.create(Scope::Org("starter"), wanted("a"))).0, 403);
    assert_eq!(refusal(desk.page(Scope::Org("starter"), ListQuery::default(), NOW)).0, 403);
}

#[test]
fn an_unknown_or_missing_access_token_is_refused() {
    let mut books = books();
    for header in [None, Some("token"), Some("token wrong"), Some("Bearer pul-admin")] {
        let (status, message) = refusal(books.authenticate(header, NOW));
        assert_eq!((status, message.starts_with("Unauthorized: ")), (401, true), "{header:?}");
    }
}

#[test]
fn an_access_token_may_lack_permissions() {
    let mut desk = Desk::new();
    let (id, _) = desk.create(ACME, wanted("a")).unwrap();
    assert!(desk.books.set_permissions("pul-admin", Permissions::NONE));
    desk.ann = desk.books.authenticate(Some(ADMIN), NOW).unwrap();
    assert_eq!(refusal(desk.create(ACME, wanted("b"))).0, 403);
    assert_eq!(refusal(desk.create(PLATFORM, wanted("b"))).0, 403);
    assert_eq!(refusal(desk.page(ACME, ListQuery::default(), NOW)).0, 403);
    assert_eq!(refusal(desk.delete(ACME, &id)).0, 403);
}

#[test]
fn an_admin_organization_token_manages_no_organization_tokens() {
    let mut desk = Desk::new();
    let admin = Wanted { admin: Some(true), ..wanted("robot") };
    let (id, value) = desk.create(ACME, admin).unwrap();
    let header = format!("token {value}");
    let robot = desk.books.authenticate(Some(&header), NOW + 7).unwrap();
    assert_eq!(robot.login, "robot");
    assert_eq!(desk.token(&id).last_used, NOW + 7);
    let create = |desk: &mut Desk, scope| desk.books.create(&robot, scope, wanted("b"), act(NOW));
    assert_eq!(refusal(create(&mut desk, ACME)).0, 403);
    assert_eq!(refusal(desk.books.delete(&robot, ACME, &id, act(NOW))).0, 403);
    create(&mut desk, PLATFORM).unwrap();
    desk.books.list(&robot, ACME, &ListQuery::default(), NOW).unwrap();
    assert_eq!(refusal(create(&mut desk, Scope::Org("other"))).0, 404, "it sees but its own");
    // A role with that permission is another matter.
    let role = &mut desk.books.org_mut("acme").unwrap().roles[1];
    role.permissions = Permissions::ALL;
    let robot = desk.books.authenticate(Some(&header), NOW).unwrap();
    desk.books.create(&robot, ACME, wanted("c"), act(NOW)).unwrap();
}

#[test]
fn a_deleted_or_expired_token_opens_nothing() {
    let mut desk = Desk::new();
    let short = Wanted { expires: Some(NOW + 100), ..wanted("short") };
    let (_, short) = desk.create(ACME, short).unwrap();
    let (id, gone) = desk.create(ACME, wanted("gone")).unwrap();
    let mut opens =
        |value: &str, now| desk.books.authenticate(Some(&format!("token {value}")), now).is_ok();
    assert!(opens(&short, NOW + 99) && opens(&gone, NOW));
    assert!(!opens(&short, NOW + 100));
    desk.delete(ACME, &id).unwrap();
    assert!(desk.books.authenticate(Some(&format!("token {gone}")), NOW).is_err());
}

#[test]
fn personal_tokens_are_their_users_and_listed_with_login_sessions() {
    let mut desk = Desk::new();
    let (id, value) = desk.create(Scope::Personal, wanted("ignored")).unwrap();
    let listed = desk.page(Scope::Personal, ListQuery::default(), NOW).unwrap().tokens;
    assert!(listed.contains(r#""type":"refresh""#) && listed.contains(r#""type":"personal""#));
    assert!(listed.contains(&id) && !listed.contains(&value));
    let header = format!("token {value}");
    assert_eq!(desk.books.authenticate(Some(&header), NOW).unwrap().login, "ann");
    let bob = desk.books.authenticate(Some("token pul-second"), NOW).unwrap();
    assert_eq!(refusal(desk.books.delete(&bob, Scope::Personal, &id, act(NOW))).0, 404);
    desk.delete(Scope::Personal, &id).unwrap();
    assert!(desk.books.authenticate(Some(&header), NOW).is_err());
}

#[test]
fn the_books_keep_what_lists_do_not_show() {
    let mut desk = Desk::new();
    let why = Act { reason: Some("for the audit".to_owned()), how: How::Request(9), now: NOW };
    let (id, value) = desk.books.create(&desk.ann, ACME, wanted("a"), why).unwrap();
    desk.delete(ACME, &id).unwrap();
    let token = desk.token(&id);
    assert_eq!((token.value.as_str(), token.created_how), (value.as_str(), How::Request(9)));
    assert_eq!(token.reason.as_deref(), Some("for the audit"));
    assert_eq!(token.deleted.as_ref().unwrap().by, "ann");
    assert!(!token.listed().to_string().contains("audit"));
    assert!(!token.listed().to_string().contains(&value));
}

#[test]
fn the_same_seed_makes_the_same_tokens_whatever_came_before() {
    let (mut one, mut other) = (Desk::new(), Desk::new());
    other.create(ACME, wanted("first")).unwrap();
    assert_eq!(one.create(ACME, wanted("a")).unwrap(), other.create(ACME, wanted("a")).unwrap());
}

#[test]
fn an_id_token_is_exchanged_for_an_access_token() {
    let mut books = books();
    let asked = |kind: &str, scope: &str| Exchange {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange".to_owned(),
        audience: "urn:pulumi:org:acme".to_owned(),
        subject_token: "id-token".to_owned(),
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token".to_owned(),
        requested_token_type: format!("urn:pulumi:token-type:access_token:{kind}"),
        scope: scope.to_owned(),
        expiration: Some(60),
    };
    let good = [
        ("organization", ""),
        ("organization", "admin"),
        ("team", "team:platform"),
        ("personal", "user:ann"),
        ("runner", "runner:default"),
    ];
    for (kind, scope) in good {
        let made = books.exchange(&asked(kind, scope), NOW).unwrap();
        let header = format!("token {}", made.value);
        assert!(books.authenticate(Some(&header), NOW + 59).is_ok(), "{kind}");
        assert!(books.authenticate(Some(&header), NOW + 60).is_err(), "{kind}");
    }
    let bad = [
        (Exchange { subject_token: "forged".to_owned(), ..asked("organization", "") }, 401),
        (Exchange { audience: "urn:pulumi:org:x".to_owned(), ..asked("organization", "") }, 404),
        (Exchange { audience: "acme".to_owned(), ..asked("organization", "") }, 400),
        (Exchange { grant_type: "password".to_owned(), ..asked("organization", "") }, 400),
        (asked("organization", "all"), 400),
        (asked("team", "platform"), 400),
        (asked("team", "team:x"), 404),
        (asked("personal", "user:x"), 400),
        (asked("galaxy", ""), 400),
    ];
    for (asked, status) in bad {
        assert_eq!(refusal(books.exchange(&asked, NOW)).0, status, "{asked:?}");
    }
}
