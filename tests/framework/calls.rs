//! What becomes of each call: what is kept, what is said, and what is put off.

use pulumiservice::framework::context::{ClientCapabilities, Data, Deferral};
use pulumiservice::framework::diagnostics::Diagnostics;
use pulumiservice::framework::private::Private;
use pulumiservice::framework::resource::{
    Applied, ApplyRequest, ImportRequest, Imported, ListRequest, MoveRequest, PlanRequest,
    ReadRequest, ReadResponse, Wanted,
};
use pulumiservice::framework::value::Value;

use crate::probe::{probe, with};

/// What the engine can do if it is asked to put calls off.
const PATIENT: ClientCapabilities =
    ClientCapabilities { deferral_allowed: true, write_only_attributes_allowed: true };

fn summaries(diagnostics: &Diagnostics) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.summary.as_str()).collect()
}

fn private() -> Private {
    let mut private = Private::default();
    private.set("kept", "yes");
    private
}

async fn create(planned: &[(&str, Value)]) -> Applied {
    let config = with(planned);
    let mut all = vec![("made", Value::Unknown), ("id", Value::Unknown), ("mode", "slow".into())];
    all.extend(planned.iter().filter(|(name, _)| *name != "pass").cloned());
    let request =
        ApplyRequest { planned: with(&all), config, private: private(), ..Default::default() };
    probe().apply(Data::default(), request).await
}

async fn update(prior: &[(&str, Value)], planned: &[(&str, Value)]) -> Applied {
    let request = ApplyRequest {
        prior: with(prior),
        planned: with(planned),
        config: with(&[]),
        private: private(),
    };
    probe().apply(Data::default(), request).await
}

async fn delete(prior: Value) -> Applied {
    let request = ApplyRequest { prior, private: private(), ..Default::default() };
    probe().apply(Data::default(), request).await
}

async fn read(state: Value, client: ClientCapabilities) -> ReadResponse {
    probe().read(Data::default(), ReadRequest { state, private: private(), client }).await
}

#[tokio::test]
async fn a_creation_fills_in_id_and_identity() {
    let made = create(&[("order", "obey".into()), ("pass", "four".into())]).await;
    assert_eq!(summaries(&made.diagnostics), [""; 0]);
    assert_eq!(made.state.attribute("id").as_str(), Some("acme/x"));
    assert_eq!(made.state.attribute("made").as_str(), Some("4 letters"), "of what isn't stored");
    assert!(made.state.attribute("pass").is_null());
    let identity = Value::object([("owner", "acme".into()), ("name", "x".into())]);
    assert_eq!(made.identity, Some(identity));
    assert_eq!(made.private, private());
}

#[tokio::test]
async fn a_creation_that_fails_leaves_what_it_kept_and_nothing_else() {
    let failed = create(&[("order", "fail".into())]).await;
    assert_eq!(summaries(&failed.diagnostics), ["It was told to fail"]);
    assert!(failed.state.is_null() && failed.identity.is_none());

    // An error beside a state: the engine stores the object, and marks it as tainted.
    let failed = create(&[("order", "fail once it is made".into())]).await;
    assert_eq!(summaries(&failed.diagnostics), ["It was told to fail"]);
    assert_eq!(failed.state.attribute("made").as_str(), Some("0 letters"));
    assert_eq!(failed.state.attribute("id").as_str(), Some("acme/x"));
    assert!(failed.identity.is_some());

    // What it can't know any more is null, and nobody else's fault.
    let failed = create(&[("order", "fail while it is made".into())]).await;
    assert_eq!(summaries(&failed.diagnostics), ["It was told to fail"]);
    assert!(failed.state.attribute("made").is_null());
    assert_eq!(failed.state.attribute("id").as_str(), Some("acme/x"));
}

#[tokio::test]
async fn what_is_left_unknown_is_an_error_and_the_rest_is_kept() {
    let made = create(&[("order", "leave it unknown".into())]).await;
    assert_eq!(summaries(&made.diagnostics), ["The provider left something unknown"]);
    assert!(made.diagnostics.iter().all(|d| d.detail.starts_with("made is unknown")));
    assert!(made.state.attribute("made").is_null());
    assert_eq!(made.state.attribute("id").as_str(), Some("acme/x"));
}

#[tokio::test]
async fn what_is_read_before_it_is_known_is_an_error_and_no_default() {
    let refused = create(&[("order", "read too early".into())]).await;
    assert_eq!(summaries(&refused.diagnostics), ["A value was needed before it is known"]);
    assert!(refused.state.is_null());
}

#[tokio::test]
async fn what_was_unknown_is_checked_before_a_creation() {
    let refused = create(&[("mode", "slow".into()), ("speed", 1.into())]).await;
    assert_eq!(summaries(&refused.diagnostics), ["speed excludes another attribute"]);
    assert!(refused.state.is_null());
}

#[tokio::test]
async fn an_update_that_fails_leaves_the_prior_state() {
    let prior = [("made", "made".into()), ("id", "acme/x".into())];
    let failed = update(&prior, &[("order", "fail".into()), ("id", "acme/x".into())]).await;
    assert_eq!(summaries(&failed.diagnostics), ["It was told to fail"]);
    assert_eq!(failed.state, with(&prior));
    assert_eq!(failed.private, private());
    let planned = [("order", "obey".into()), ("id", "acme/x".into())];
    assert_eq!(update(&prior, &planned).await.state, with(&planned));
}

#[tokio::test]
async fn a_deletion_that_fails_leaves_the_prior_state() {
    let stays = with(&[("order", "stay".into()), ("id", "acme/x".into())]);
    let failed = delete(stays.clone()).await;
    assert_eq!(summaries(&failed.diagnostics), ["It was told to fail"]);
    assert_eq!(failed.state, stays);
    let gone = delete(with(&[])).await;
    assert!(gone.state.is_null() && !gone.diagnostics.has_error());
}

#[tokio::test]
async fn a_refresh_finds_it_gone_or_fails_or_reads() {
    let patience = ClientCapabilities::default();
    let gone = read(with(&[("order", "be gone".into())]), patience).await;
    assert!(gone.state.is_null() && gone.identity.is_none() && !gone.diagnostics.has_error());
    let state = with(&[("order", "fail to read".into()), ("id", "acme/x".into())]);
    let failed = read(state.clone(), patience).await;
    assert_eq!((failed.state, failed.diagnostics.has_error()), (state, true));
    let found = read(with(&[]), patience).await;
    assert_eq!(found.state.attribute("made").as_str(), Some("read"));
    assert!(found.identity.is_some());
    assert_eq!(found.private, private());
}

/// Other tools write states with an id alone.
#[tokio::test]
async fn a_state_with_only_its_id_says_which_object_it_is() {
    let with_id = |id: Value| {
        with(&[("owner", Value::Null), ("name", "".into()), ("id", id), ("order", "stay".into())])
    };
    let read_again = read(with_id("acme/x".into()), PATIENT).await;
    assert!(!read_again.diagnostics.has_error());
    assert_eq!(read_again.state.attribute("owner").as_str(), Some("acme"));
    assert_eq!(read_again.state.attribute("name").as_str(), Some("x"));

    for nothing in [Value::Null, "".into(), "acme".into(), "acme/".into(), "a/b/c".into()] {
        let state = with_id(nothing.clone());
        let kept = read(state.clone(), PATIENT).await;
        assert_eq!(summaries(&kept.diagnostics), ["The stored state can't be read"]);
        assert_eq!(kept.state, state, "{nothing:?}");
        let kept = delete(state.clone()).await;
        assert_eq!(summaries(&kept.diagnostics), ["The stored state can't be read"]);
        assert_eq!(kept.state, state, "{nothing:?}");
        let request =
            ApplyRequest { prior: state.clone(), planned: with(&[]), ..Default::default() };
        let kept = probe().apply(Data::default(), request).await;
        assert_eq!(summaries(&kept.diagnostics), ["The stored state can't be read"]);
        assert_eq!(kept.state, state, "{nothing:?}");
    }
}

#[tokio::test]
async fn what_must_wait_is_put_off_if_the_engine_takes_that() {
    let plan = async |client| {
        let config = with(&[("order", "wait".into())]);
        let request =
            PlanRequest { proposed: config.clone(), config, client, ..Default::default() };
        probe().plan(Data::default(), request).await
    };
    let patient = plan(PATIENT).await;
    assert_eq!(patient.deferral, Some(Deferral::Prerequisite));
    assert_eq!(summaries(&patient.diagnostics), [""; 0]);
    assert_eq!(patient.planned.attribute("mode").as_str(), Some("slow"), "there is a plan");
    let refused = plan(ClientCapabilities::default()).await;
    assert_eq!(refused.deferral, None);
    assert_eq!(summaries(&refused.diagnostics), ["It was told to wait"]);

    let state = with(&[("order", "wait to be read".into()), ("id", "acme/x".into())]);
    let patient = read(state.clone(), PATIENT).await;
    assert_eq!(patient.deferral, Some(Deferral::Provider));
    assert_eq!((patient.state, patient.diagnostics.has_error()), (state.clone(), false));
    let refused = read(state.clone(), ClientCapabilities::default()).await;
    assert_eq!((refused.state, refused.diagnostics.has_error()), (state, true));
}

#[tokio::test]
async fn an_object_is_imported_by_id_and_by_identity() {
    let import =
        async |request| -> Imported { probe().import(Data::default(), PATIENT, request).await };
    let by_id = import(ImportRequest::Id("acme/a%2Fb".to_owned())).await;
    assert_eq!(summaries(&by_id.diagnostics), [""; 0]);
    assert_eq!(by_id.state.attribute("name").as_str(), Some("a/b"));
    assert_eq!(by_id.state.attribute("id").as_str(), Some("acme/a%2Fb"));
    assert_eq!(by_id.state.attribute("mode").as_str(), Some("slow"), "as the default has it");
    let identity = by_id.identity.clone().unwrap();
    let by_identity = import(ImportRequest::Identity(identity)).await;
    assert_eq!(by_identity.state, by_id.state);
    for wrong in ["", "acme", "acme/", "a/b/c"] {
        let refused = import(ImportRequest::Id(wrong.to_owned())).await;
        assert_eq!(summaries(&refused.diagnostics), ["The import id is not of the right form"]);
        assert!(refused.state.is_null());
    }
    let half = Value::object([("owner", "acme".into()), ("name", Value::Null)]);
    let refused = import(ImportRequest::Identity(half)).await;
    assert!(refused.state.is_null() && refused.diagnostics.has_error());
}

#[test]
fn a_configuration_is_made_of_an_object() {
    let state = [("made", "made".into()), ("id", "acme/x".into()), ("order", "stay".into())];
    let config = |more: &[(&str, Value)]| {
        let all: Vec<_> = state.iter().chain(more).cloned().collect();
        probe().configuration_of(&with(&all))
    };
    let stay = ("order", Value::from("stay"));
    let defaults = config(&[("mode", "slow".into())]);
    assert_eq!(
        defaults,
        with(std::slice::from_ref(&stay)),
        "neither what is so by default, nor the provider's"
    );
    let fast = ("mode", Value::from("fast"));
    assert_eq!(config(std::slice::from_ref(&fast)), with(&[stay.clone(), fast.clone()]));
    let both = config(&[fast.clone(), ("speed", 9.into())]);
    assert_eq!(both, with(&[stay.clone(), fast]), "one of those that exclude each other");
    let default_and_other = config(&[("mode", "slow".into()), ("speed", 9.into())]);
    assert_eq!(default_and_other, with(&[stay, ("speed", 9.into())]));
}

#[test]
fn a_state_moves_between_the_names_of_a_type() {
    let state = br#"{"owner":"acme","name":"x","tags":{"a":"1"},"later":[]}"#;
    let moved = |source_type| {
        let private = private();
        let request = MoveRequest { source_type, source_state: state, private };
        let mut entry = probe();
        entry.names = vec!["lab_probe".to_owned(), "lab_examination".to_owned()];
        entry.moved(request)
    };
    for name in ["lab_probe", "lab_examination"] {
        let moved = moved(name);
        assert_eq!(summaries(&moved.diagnostics), [""; 0]);
        assert_eq!(moved.state.attribute("id").as_str(), Some("acme/x"), "there was none");
        assert_eq!(moved.state.attribute("made").as_str(), Some("upgraded"));
        assert!(moved.identity.is_some());
        assert_eq!(moved.private, private());
    }
    let refused = moved("lab_other");
    assert_eq!(summaries(&refused.diagnostics), ["The object can't be moved from there"]);
    assert!(refused.state.is_null());
}

#[tokio::test]
async fn a_list_ends_at_its_limit() {
    let list = async |owner: &str, limit, whole| {
        let filter = Value::object([("owner", owner.into())]);
        let request = ListRequest { filter, wanted: Wanted { limit, whole } };
        probe().list(Data::default(), request).await
    };
    let (listed, found) = list("acme", 2, true).await;
    assert_eq!(summaries(&found), [""; 0]);
    let names: Vec<_> = listed.iter().map(|object| object.display_name.as_str()).collect();
    assert_eq!(names, ["probe a", "probe b"]);
    let object = listed[0].object.as_ref().unwrap();
    assert_eq!(object.attribute("mode").as_str(), Some("slow"));
    assert_eq!(object.attribute("id").as_str(), Some("acme/a"));
    let (listed, _) = list("acme", 9, false).await;
    assert!(listed.len() == 3 && listed.iter().all(|object| object.object.is_none()));
    let (listed, found) = list("fail", 9, false).await;
    assert!(listed.is_empty() && found.has_error());
    let long = Value::object([("owner", "much too long".into())]);
    assert_eq!(summaries(&probe().validate_list(&long)), ["owner has the wrong length"]);
    // What was unknown when it was validated is held against the rules when it is known.
    let (listed, found) = list("much too long", 9, false).await;
    assert!(listed.is_empty());
    assert_eq!(summaries(&found), ["owner has the wrong length"]);
}
