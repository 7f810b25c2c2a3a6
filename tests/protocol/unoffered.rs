//! RPCs of parts of the protocol that this provider takes no part in.

use pulumiservice::protocol::wire;
use tonic::Code;

use crate::harness::Lab;

#[tokio::test]
async fn what_is_not_offered_says_so() {
    let lab = Lab::new().await;
    macro_rules! not_offered {
        ($($rpc:ident($messages:ident);)*) => {
            $(
                let request = wire::$messages::Request::default();
                let status = lab.client.clone().$rpc(request).await.unwrap_err();
                assert_eq!(status.code(), Code::Unimplemented, "{}", stringify!($rpc));
                assert!(status.message().contains(stringify!($rpc)), "{status}");
            )*
        };
    }
    not_offered! {
        validate_data_resource_config(validate_data_resource_config);
        upgrade_resource_identity(upgrade_resource_identity);
        move_resource_state(move_resource_state);
        read_data_source(read_data_source);
        generate_resource_config(generate_resource_config);
        validate_ephemeral_resource_config(validate_ephemeral_resource_config);
        open_ephemeral_resource(open_ephemeral_resource);
        renew_ephemeral_resource(renew_ephemeral_resource);
        close_ephemeral_resource(close_ephemeral_resource);
        list_resource(list_resource);
        validate_list_resource_config(validate_list_resource_config);
        call_function(call_function);
        validate_state_store_config(validate_state_store);
        configure_state_store(configure_state_store);
        read_state_bytes(read_state_bytes);
        lock_state(lock_state);
        unlock_state(unlock_state);
        get_states(get_states);
        delete_state(delete_state);
        plan_action(plan_action);
        invoke_action(invoke_action);
        validate_action_config(validate_action_config);
    }
    let chunks = tokio_stream::once(wire::write_state_bytes::RequestChunk::default());
    let status = lab.client.clone().write_state_bytes(chunks).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}
