//! An answer that goes on after it has begun: its request is in flight until the last of it is out.

use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Bytes, Frame};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::HeaderMap;

/// When nobody waits for an answer any more.
pub type Abandoned = Pin<Box<WaitForCancellationFutureOwned>>;

/// The body of an answer.
pub struct InFlight {
    /// What is still to come, with the work that it comes from.
    rest: Option<Body>,
    abandoned: Abandoned,
    // Dropped after the rest is, so that who waits for the one has the other.
    _request: TaskTrackerToken,
}

impl InFlight {
    /// The body of an answer to this request. It ends early when it is abandoned.
    pub fn new(body: Body, abandoned: Abandoned, request: TaskTrackerToken) -> Self {
        Self { rest: Some(body), abandoned, _request: request }
    }
}

impl hyper::body::Body for InFlight {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        // What is there is sent even then: it may be a token that counts as handed over.
        let frame = Pin::new(rest).poll_frame(cx);
        if frame.is_ready() || self.abandoned.as_mut().poll(cx).is_pending() {
            return frame;
        }
        self.rest = None;
        let mut trailers = HeaderMap::new();
        let status = ending().add_header(&mut trailers);
        Poll::Ready(Some(status.map(|()| Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.as_ref().is_none_or(Body::is_end_stream)
    }
}

/// How a request is answered that the server doesn't wait for.
pub fn ending() -> Status {
    Status::unavailable("the provider is ending, because it was asked to")
}
