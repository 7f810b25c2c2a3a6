//! What a go-plugin host expects of any plugin.

use pulumiservice::plugin::wire::ConnInfo;
use pulumiservice::plugin::wire::grpc_broker_client::GrpcBrokerClient;
use pulumiservice::plugin::wire::grpc_stdio_client::GrpcStdioClient;
use pulumiservice::plugin::wire::health::HealthCheckRequest;
use pulumiservice::plugin::wire::health::health_check_response::ServingStatus;
use pulumiservice::plugin::wire::health::health_client::HealthClient;
use tonic::Code;

use crate::harness::{Plugin, health, shutdown, soon};

#[tokio::test]
async fn health_is_told_for_the_plugin_and_the_server_only() {
    let plugin = Plugin::start(&[]).await;
    let channel = plugin.client().await;
    for service in ["plugin", ""] {
        let answer = health(channel.clone(), service).await.unwrap();
        assert_eq!(answer.status(), ServingStatus::Serving);
    }
    let error = health(channel, "other").await.unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
}

#[tokio::test]
async fn health_can_be_watched() {
    let plugin = Plugin::start(&[]).await;
    let mut client = HealthClient::new(plugin.client().await);
    for (service, status) in
        [("plugin", ServingStatus::Serving), ("other", ServingStatus::ServiceUnknown)]
    {
        let request = HealthCheckRequest { service: service.to_owned() };
        let mut answers = soon(client.watch(request)).await.unwrap().into_inner();
        let answer = soon(answers.message()).await.unwrap().unwrap();
        assert_eq!(answer.status(), status);
    }
}

#[tokio::test]
async fn the_hosts_streams_stay_open_and_silent_until_the_end() {
    let mut plugin = Plugin::start(&[]).await;
    let channel = plugin.client().await;
    let mut stdio = GrpcStdioClient::new(channel.clone());
    let mut stdio = soon(stdio.stream_stdio(())).await.unwrap().into_inner();
    let mut broker = GrpcBrokerClient::new(channel.clone());
    let requests = tokio_stream::pending::<ConnInfo>();
    let mut broker = soon(broker.start_stream(requests)).await.unwrap().into_inner();

    shutdown(channel).await.unwrap();
    assert_eq!(soon(stdio.message()).await.unwrap(), None);
    assert_eq!(soon(broker.message()).await.unwrap(), None);
    assert!(plugin.end().await.0.success());
}

#[tokio::test]
async fn what_is_not_there_is_unimplemented() {
    let plugin = Plugin::start(&[]).await;
    let mut client = tonic::client::Grpc::new(plugin.client().await);
    client.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let path = tonic::codegen::http::uri::PathAndQuery::from_static("/other.Service/Call");
    let error = soon(client.unary(tonic::Request::new(()), path, codec)).await.unwrap_err();
    assert_eq!(error.code(), Code::Unimplemented);
}
