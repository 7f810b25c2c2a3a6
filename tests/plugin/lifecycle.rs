//! How the plugin ends, and what becomes of requests in flight.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pulumiservice::plugin::wire::grpc_stdio_client::GrpcStdioClient;
use pulumiservice::plugin::{self, End, Place, Reason, Termination};
use tokio::io::AsyncReadExt;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_stream::StreamExt;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response, uri::PathAndQuery};
use tonic::codegen::{BoxFuture, BoxStream, Service};
use tonic::server::{NamedService, ServerStreamingService};
use tonic::service::Routes;
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::harness::{BINARY, Plugin, health, list, plain, shutdown, soon};

#[tokio::test]
async fn shutdown_is_answered_and_ends_the_process_in_the_time_a_host_grants() {
    let mut plugin = Plugin::start(&[]).await;
    // A connection that stays open, as a host's would if it hung.
    let channel = plugin.client().await;
    shutdown(channel.clone()).await.unwrap();
    let (status, _) = tokio::time::timeout(Duration::from_secs(2), plugin.end()).await.unwrap();
    assert!(status.success());
    assert!(plugin.left().is_empty());
}

#[tokio::test]
async fn a_killed_host_takes_the_plugin_with_it() {
    // The shell is the host; what it starts inherits its output, which so ends with both.
    let mut host = Plugin::start_by("\"$0\" & wait").await;
    let channel = host.client().await;
    health(channel, "plugin").await.unwrap();
    host.signal("KILL").await;
    let mut rest = Vec::new();
    soon(host.output.read_to_end(&mut rest)).await.unwrap();
    assert!(rest.is_empty());
    assert!(host.left().is_empty());
}

#[tokio::test]
async fn a_host_that_closes_its_connection_can_come_back() {
    let plugin = Plugin::start(&[]).await;
    for _ in 0..3 {
        health(plugin.client().await, "plugin").await.unwrap();
    }
}

#[tokio::test]
async fn interrupts_are_ignored() {
    let plugin = Plugin::start(&[]).await;
    plugin.signal("INT").await;
    plugin.signal("INT").await;
    health(plugin.client().await, "plugin").await.unwrap();
}

#[tokio::test]
async fn a_signal_to_end_leaves_no_socket_behind() {
    for name in ["TERM", "HUP", "QUIT"] {
        let mut plugin = Plugin::start(&[]).await;
        let channel = plugin.client().await;
        health(channel.clone(), "plugin").await.unwrap();
        plugin.signal(name).await;
        assert!(plugin.end().await.0.success(), "{name}");
        assert!(plugin.left().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn the_end_of_standard_input_means_nothing() {
    let mut plugin = Plugin::start_by("exec \"$0\" <&-").await;
    health(plugin.client().await, "plugin").await.unwrap();
    assert!(plugin.process.try_wait().unwrap().is_none(), "{BINARY} ended");
}

#[tokio::test]
async fn a_closed_connection_drops_its_requests_and_no_others() {
    let mut server = Server::start();
    for rpc in RPCS {
        let (gone, stays) = (server.client().await, server.client().await);
        let gone = tokio::spawn(call(gone, rpc));
        server.event("began").await;
        let stays = tokio::spawn(call(stays, rpc));
        server.event("began").await;

        gone.abort();
        server.event("dropped").await;
        server.release.notify_one();
        server.event("finished").await;
        assert_eq!(soon(stays).await.unwrap(), Code::AlreadyExists);
    }
}

#[tokio::test]
async fn shutdown_drops_requests_in_flight_before_the_server_returns() {
    for rpc in RPCS {
        let mut server = Server::start();
        let (caller, host) = (server.client().await, server.client().await);
        let caller = tokio::spawn(call(caller, rpc));
        server.event("began").await;

        let answer = tokio::spawn(shutdown(host));
        let end = server.end().await;
        assert_eq!(end.reason, Reason::Shutdown);
        assert_eq!(server.events.try_recv(), Ok("dropped"), "{rpc}");
        assert_eq!(soon(caller).await.unwrap(), Code::Unavailable, "{rpc}");
        drop((answer, end));
    }
}

/// What fills the connection's window stays in the server's hands.
#[tokio::test]
async fn an_answer_that_nobody_reads_does_not_hold_up_shutdown() {
    let mut server = Server::start();
    let mut answer = soon(streaming(server.client().await, "Flood")).await.unwrap();
    assert!(soon(answer.message()).await.unwrap().is_some());
    let host = tokio::spawn(shutdown(server.client().await));
    let end = server.end().await;
    assert_eq!(end.reason, Reason::Shutdown);
    soon(end.after(async {})).await;
    soon(host).await.unwrap().unwrap();
    drop(answer);
}

/// The host kills the process two seconds after the answer, and waits for it without a limit.
#[tokio::test]
async fn the_answer_to_shutdown_waits_for_what_is_still_to_be_done() {
    let mut server = Server::start();
    let (host, other) = (server.client().await, server.client().await);
    let answer = tokio::spawn(shutdown(host));
    let end = server.end().await;
    let (finished, work) = oneshot::channel();
    let ending = tokio::spawn(end.after(async { work.await.unwrap() }));
    // Requests are refused, and an answer that doesn't wait would be here with that.
    assert!(!call_health(&other).await);
    assert!(!answer.is_finished());
    finished.send(()).unwrap();
    soon(answer).await.unwrap().unwrap();
    soon(ending).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_asked_to_end_still_answers_what_is_in_flight() {
    for rpc in RPCS {
        let mut server = Server::start();
        let (caller, other) = (server.client().await, server.client().await);
        // As a host's is, and no reason to stay.
        let mut stdio = GrpcStdioClient::new(other.clone());
        let stdio = soon(stdio.stream_stdio(())).await.unwrap();
        let caller = tokio::spawn(call(caller, rpc));
        server.event("began").await;

        server.termination.request();
        // What is new is refused.
        soon(async { while call_health(&other).await {} }).await;
        assert!(!server.ended.is_finished(), "{rpc} is in flight");
        server.release.notify_one();
        server.event("finished").await;
        assert_eq!(soon(caller).await.unwrap(), Code::AlreadyExists, "{rpc}");
        assert_eq!(server.end().await.reason, Reason::Terminated);
        assert!(plain(server.address().as_ref()).await.is_err());
        drop(stdio);
    }
}

#[tokio::test]
async fn a_server_that_is_asked_to_end_can_still_be_shut_down() {
    for rpc in RPCS {
        let mut server = Server::start();
        let (caller, host) = (server.client().await, server.client().await);
        let caller = tokio::spawn(call(caller, rpc));
        server.event("began").await;

        server.termination.request();
        let answer = tokio::spawn(shutdown(host));
        let end = server.end().await;
        assert_eq!(end.reason, Reason::Shutdown);
        end.after(async {}).await;
        soon(answer).await.unwrap().unwrap();
        assert_eq!(soon(caller).await.unwrap(), Code::Unavailable, "{rpc}");
    }
}

#[tokio::test]
async fn a_server_that_is_asked_twice_ends_at_once() {
    for rpc in RPCS {
        let mut server = Server::start();
        let caller = tokio::spawn(call(server.client().await, rpc));
        server.event("began").await;

        server.termination.request();
        server.termination.request();
        let end = server.end().await;
        assert_eq!(end.reason, Reason::Terminated);
        assert_eq!(server.events.try_recv(), Ok("dropped"), "{rpc}");
        assert_eq!(soon(caller).await.unwrap(), Code::Unavailable, "{rpc}");
        soon(end.after(std::future::pending())).await;
    }
}

#[tokio::test]
async fn each_connection_has_routes_of_its_own() {
    let (told, mut events) = mpsc::unbounded_channel();
    let release = Arc::new(Notify::new());
    let mut made = 0;
    let routes = move || {
        made += 1;
        told.send(made).unwrap();
        Routes::new(Waiting { told: mpsc::unbounded_channel().0, release: release.clone() })
    };
    let place = Place::read(&|_| None).unwrap();
    let termination = Termination::default();
    let (providers, server) =
        plugin::reattach("example/waiting", &place, &termination, routes).unwrap();
    let server = tokio::spawn(server);
    let providers: serde_json::Value = serde_json::from_str(&providers).unwrap();
    let entry = &providers["registry.opentofu.org/example/waiting"];
    let socket = std::path::Path::new(entry["Addr"]["String"].as_str().unwrap());
    for number in 1..=3 {
        health(plain(socket).await.unwrap(), "plugin").await.unwrap();
        assert_eq!(soon(events.recv()).await, Some(number));
    }
    termination.request();
    assert_eq!(soon(server).await.unwrap().reason, Reason::Terminated);
}

/// The signals by which crashes and people make a process leave its memory behind.
#[tokio::test]
async fn no_crash_leaves_the_processs_memory_in_a_file() {
    for name in ["ABRT", "TRAP", "QUIT"] {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().display();
        let script = format!("ulimit -c unlimited; cd '{path}'; exec \"$0\"");
        let mut plugin = Plugin::start_by(&script).await;
        plugin.signal(name).await;
        let (status, _) = plugin.end().await;
        assert!(!std::os::unix::process::ExitStatusExt::core_dumped(&status), "{name}");
        assert!(list(place.path()).is_empty(), "{name}");
    }
}

async fn call_health(channel: &Channel) -> bool {
    health(channel.clone(), "plugin").await.is_ok()
}

/// The RPCs that wait: one before its answer begins, as most do, and one after that.
const RPCS: [&str; 2] = ["Call", "Stream"];

/// Calls what waits, and gives back the status that it is answered with.
async fn call(channel: Channel, rpc: &str) -> Code {
    let answered = async { streaming(channel, rpc).await?.message().await };
    answered.await.unwrap_err().code()
}

async fn streaming(channel: Channel, rpc: &str) -> Result<tonic::Streaming<()>, Status> {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let path = PathAndQuery::try_from(format!("/test.Waiting/{rpc}")).unwrap();
    let answer = client.server_streaming(tonic::Request::new(()), path, codec).await?;
    Ok(answer.into_inner())
}

/// A server in this process, of one service that waits.
struct Server {
    providers: serde_json::Value,
    events: mpsc::UnboundedReceiver<&'static str>,
    release: Arc<Notify>,
    termination: Termination,
    ended: JoinHandle<End>,
}

impl Server {
    fn start() -> Self {
        let (told, events) = mpsc::unbounded_channel();
        let release = Arc::new(Notify::new());
        let routes = Routes::new(Waiting { told, release: release.clone() });
        let termination = Termination::default();
        let place = Place::read(&|_| None).unwrap();
        let routes = move || routes.clone();
        let (providers, server) =
            plugin::reattach("example/waiting", &place, &termination, routes).unwrap();
        let providers = serde_json::from_str(&providers).unwrap();
        Self { providers, events, release, termination, ended: tokio::spawn(server) }
    }

    fn address(&self) -> &str {
        let entry = &self.providers["registry.terraform.io/example/waiting"];
        entry["Addr"]["String"].as_str().unwrap()
    }

    async fn client(&self) -> Channel {
        plain(self.address().as_ref()).await.unwrap()
    }

    async fn end(&mut self) -> End {
        soon(&mut self.ended).await.unwrap()
    }

    async fn event(&mut self, expected: &str) {
        assert_eq!(soon(self.events.recv()).await, Some(expected));
    }
}

/// A service whose calls wait until they are released, and tell what becomes of them.
#[derive(Clone)]
struct Waiting {
    told: mpsc::UnboundedSender<&'static str>,
    release: Arc<Notify>,
}

impl NamedService for Waiting {
    const NAME: &'static str = "test.Waiting";
}

impl Service<Request<Body>> for Waiting {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Response<Body>, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let waiting = self.clone();
        Box::pin(async move {
            let rpc = request.uri().path().rsplit('/').next().unwrap();
            let answer: BoxStream<()> = match rpc {
                "Call" => return Ok(waiting.wait().await.into_http()),
                "Stream" => {
                    Box::pin(tokio_stream::once(waiting.wait()).then(|status| status).map(Err))
                }
                "Flood" => Box::pin(tokio_stream::iter(std::iter::repeat_with(|| Ok(())))),
                _ => panic!("{rpc}"),
            };
            let codec = tonic_prost::ProstCodec::<(), ()>::default();
            Ok(tonic::server::Grpc::new(codec).server_streaming(Begun(Some(answer)), request).await)
        })
    }
}

impl Waiting {
    /// Waits, and gives back the status to answer with.
    async fn wait(self) -> Status {
        let Self { told, release } = self;
        told.send("began").unwrap();
        let mut outcome = Outcome { told, how: "dropped" };
        release.notified().await;
        outcome.how = "finished";
        Status::already_exists("")
    }
}

/// An answer that begins at once.
struct Begun(Option<BoxStream<()>>);

impl ServerStreamingService<()> for Begun {
    type Response = ();
    type ResponseStream = BoxStream<()>;
    type Future = Ready<Result<tonic::Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, _: tonic::Request<()>) -> Self::Future {
        ready(Ok(tonic::Response::new(self.0.take().unwrap())))
    }
}

/// Tells how a call ended.
struct Outcome {
    told: mpsc::UnboundedSender<&'static str>,
    how: &'static str,
}

impl Drop for Outcome {
    fn drop(&mut self) {
        let _ = self.told.send(self.how);
    }
}
