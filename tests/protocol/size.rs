//! Messages larger than the 4 MiB that gRPC libraries stop at by themselves.

use emulator::ORG;
use pulumiservice::protocol::MAX_MESSAGE_BYTES;
use serde_json::json;

use crate::harness::{Lab, in_json};

#[tokio::test]
async fn a_large_message_goes_both_ways() {
    let mut lab = Lab::configured().await;
    let description = "d".repeat(9 << 20);
    let attributes = json!({"org_name": ORG, "name": "ci", "description": description});
    for config in [lab.msgpack(attributes.clone()), in_json(attributes, &lab.token)] {
        let plan = lab.plan_new(config).await;
        assert_eq!(plan.diagnostics, []);
        assert_eq!(lab.read(&plan.planned_state)["description"], description.as_str());
    }
    assert_eq!(MAX_MESSAGE_BYTES, 256 << 20, "what hosts take and send");
}
