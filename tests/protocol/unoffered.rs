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
            )*
        };
    }
    not_offered! {
        validate_state_store_config(validate_state_store);
        configure_state_store(configure_state_store);
        read_state_bytes(read_state_bytes);
        lock_state(lock_state);
        unlock_state(unlock_state);
        get_states(get_states);
        delete_state(delete_state);
    }
    let chunks = tokio_stream::once(wire::write_state_bytes::RequestChunk::default());
    let status = lab.client.clone().write_state_bytes(chunks).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}
