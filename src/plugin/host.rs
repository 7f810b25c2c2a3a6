//! Whether the host is still there. It never says goodbye when it is killed, and a provider without
//! its host holds credentials for nobody.

/// The host that started this process.
#[derive(Debug)]
pub struct Host(Option<Watch>);

impl Host {
    /// The host of a process that no host started: it is never gone.
    pub fn none() -> Self {
        Self(None)
    }

    /// The process that started this one. To be called early: a host that is gone by then is only
    /// noticed by the pipe that nobody reads the handshake from.
    pub fn current() -> Self {
        Self(Some(Watch::new()))
    }

    /// Whether the host is gone, with so many connections open.
    pub fn gone(&mut self, connections: usize) -> bool {
        self.0.as_mut().is_some_and(|watch| watch.gone(connections))
    }
}

/// An orphan gets another parent. That no connection is left says nothing, since a host may close
/// an idle one and open another when it needs it.
#[cfg(unix)]
#[derive(Debug)]
struct Watch {
    parent: u32,
}

#[cfg(unix)]
impl Watch {
    fn new() -> Self {
        Self { parent: std::os::unix::process::parent_id() }
    }

    fn gone(&mut self, _connections: usize) -> bool {
        std::os::unix::process::parent_id() != self.parent
    }
}

/// If orphans keep their parent's number, a host without a connection for longer than it takes
/// to make one is taken for gone.
#[cfg(not(unix))]
#[derive(Debug)]
struct Watch {
    last_seen: std::time::Instant,
}

#[cfg(not(unix))]
impl Watch {
    fn new() -> Self {
        Self { last_seen: std::time::Instant::now() }
    }

    fn gone(&mut self, connections: usize) -> bool {
        const LONELY: std::time::Duration = std::time::Duration::from_secs(60);
        if connections > 0 {
            self.last_seen = std::time::Instant::now();
        }
        self.last_seen.elapsed() > LONELY
    }
}
