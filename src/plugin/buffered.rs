//! A connection that writes the frames of an answer together.
//!
//! Each write is a record of TLS and a system call of its own, which takes longer than most answers.
//! h2 writes an answer's last frame by itself if the frame before it has more than 256 bytes, and
//! more than 1,024 if the connection doesn't take several buffers at a time; this one doesn't, and
//! joins what h2 then writes piece by piece.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, BufWriter, ReadBuf};

/// A connection that takes one buffer at a time, and sends them when it is flushed.
pub struct Buffered<S>(BufWriter<S>);

impl<S: AsyncWrite> Buffered<S> {
    /// Writes to this connection.
    pub fn new(stream: S) -> Self {
        Self(BufWriter::new(stream))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Buffered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, to)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Buffered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn pieces_go_out_together_when_flushed() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let mut ours = Buffered::new(ours);
        assert!(!ours.is_write_vectored(), "h2 joins small frames by itself then");
        ours.write_all(b"head").await.unwrap();
        ours.write_all(b"data").await.unwrap();
        let mut arrived = [0; 16];
        let early = std::future::poll_fn(|cx| {
            let mut to = ReadBuf::new(&mut arrived);
            Poll::Ready(Pin::new(&mut theirs).poll_read(cx, &mut to).is_ready())
        });
        assert!(!early.await, "written before it was flushed");
        ours.flush().await.unwrap();
        assert_eq!(theirs.read(&mut arrived).await.unwrap(), 8);
        assert_eq!(&arrived[..8], b"headdata");
    }
}
