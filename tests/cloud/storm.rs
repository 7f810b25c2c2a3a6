//! Many creations at once, under faults of every kind that strike at random.

use std::collections::HashMap;

use emulator::{ORG, Random};
use pulumiservice::cloud::CreateError;
use tokio::task::JoinSet;

use crate::support::*;

/// At the end a token is either in the caller's hands, with its value, or it doesn't exist; or
/// else the error names it.
#[tokio::test]
async fn a_token_is_in_someones_hands_or_does_not_exist() {
    for seed in 1..=2 {
        let cloud = start();
        let kinds = emulator::Fault::every_kind();
        cloud.set_random(Some(Random { seed, probability: 0.2, kinds }));
        let client = client(&cloud);
        let mut creations = JoinSet::new();
        for n in 0..100 {
            let client = client.clone();
            creations.spawn(async move {
                let name = format!("t{n}");
                let result = create(&client, &name).await;
                (name, result)
            });
        }
        let mut held = HashMap::new();
        let mut named = Vec::new();
        for (name, result) in creations.join_all().await {
            match result {
                Ok(token) => drop(held.insert(name, token)),
                Err(CreateError::Unresolved { .. }) => named.push(name),
                Err(CreateError::NameTaken { holder, .. }) => {
                    panic!("seed {seed}: {name} was nobody else's: {holder:?}")
                }
                Err(_) => {}
            }
        }
        for token in cloud.live(ORG) {
            match held.remove(&token.name) {
                Some(has) => assert_eq!(has.value.expose(), token.value, "seed {seed}"),
                None => assert!(named.contains(&token.name), "seed {seed}: {}", token.name),
            }
        }
        assert!(held.is_empty(), "seed {seed}: these are held but don't exist: {held:?}");
        assert!(named.len() <= 3, "seed {seed}: too much is left to the user: {named:?}");
    }
}
