//! Whose program is at the other end of a connection to the loopback port.

use std::env;
use std::net::{IpAddr, SocketAddr};
use std::thread;
use std::time::Duration;

use nix::unistd::{geteuid, getuid};
use procfs::net::{TcpNetEntry, TcpState, tcp, tcp6};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;

use super::listener::Visitor;

const ROOT: u32 = 0;
/// A table that changes while it is read may lack an entry.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_millis(5);

/// The users whose programs may connect: this one, root, and whoever became this one with sudo. Others on
/// this machine can see the arguments of the browser, and so the `state` of the sign-in.
pub(super) struct Users(Vec<u32>);

impl Users {
    pub(super) fn of_this_process() -> Self {
        let sudo = env::var("SUDO_UID").ok().and_then(|text| text.parse().ok());
        let own = [getuid().as_raw(), geteuid().as_raw(), ROOT];
        Self(own.into_iter().chain(sudo).collect())
    }

    #[cfg(test)]
    pub(super) fn nobody() -> Self {
        Self(Vec::new())
    }

    /// Who connected, as far as the system tells.
    pub(super) async fn visitor(&self, stream: &TcpStream) -> Visitor {
        let (Ok(here), Ok(there)) = (stream.local_addr(), stream.peer_addr()) else {
            return Visitor::Gone;
        };
        let peer = spawn_blocking(move || Peer::of(here, there));
        self.judge(peer.await.unwrap_or(Peer::Closed))
    }

    fn judge(&self, peer: Peer) -> Visitor {
        match peer {
            Peer::Of(user) if !self.0.contains(&user) => Visitor::Stranger,
            Peer::Of(_) | Peer::Unknown => Visitor::Allowed,
            Peer::Closed => Visitor::Gone,
        }
    }
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    Of(u32),
    /// Nobody any more, so that nobody can tell who it was. The system gives such an end to root, and
    /// forgets it after a while.
    Closed,
    /// It is elsewhere, such as a browser outside of a virtual machine, or the system does not tell.
    Unknown,
}

impl Peer {
    /// Of the connection between this end and another one.
    fn of(here: SocketAddr, there: SocketAddr) -> Self {
        let mut peer = Self::Unknown;
        for _ in 0..TRIES {
            let ends = Ends::find(here, there);
            peer = ends.peer();
            if ends.theirs.is_some() {
                break;
            }
            thread::sleep(PAUSE);
        }
        peer
    }
}

/// The ends of a connection, as far as the system lists them.
#[derive(Default)]
struct Ends {
    theirs: Option<TcpNetEntry>,
    ours: Option<TcpNetEntry>,
    lists_others: bool,
}

impl Ends {
    fn find(here: SocketAddr, there: SocketAddr) -> Self {
        let mut found = Self::default();
        // The other end of a connection of version 4 can be a socket of version 6.
        for entry in [tcp(), tcp6()].into_iter().flatten().flatten() {
            match (plain(entry.local_address), plain(entry.remote_address)) {
                ends if ends == (plain(there), plain(here)) => found.theirs = Some(entry),
                ends if ends == (plain(here), plain(there)) => found.ours = Some(entry),
                _ => found.lists_others = true,
            }
        }
        found
    }

    fn peer(&self) -> Peer {
        match (&self.theirs, &self.ours) {
            (Some(theirs), _) if theirs.inode == 0 => Peer::Closed,
            (Some(theirs), _) => Peer::Of(theirs.uid),
            (None, Some(ours)) if ours.state == TcpState::Established => Peer::Unknown,
            (None, Some(_)) => Peer::Closed,
            // It was reset, unless the system lists nothing.
            (None, None) if self.lists_others => Peer::Closed,
            (None, None) => Peer::Unknown,
        }
    }
}

/// Addresses of version 4 have two forms.
fn plain(address: SocketAddr) -> (IpAddr, u16) {
    (address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use super::*;

    #[test]
    fn only_this_user_and_root_are_accepted() {
        let users = Users(vec![1000, ROOT]);
        let cases = [
            (Peer::Of(1000), Visitor::Allowed),
            (Peer::Of(ROOT), Visitor::Allowed),
            (Peer::Of(1001), Visitor::Stranger),
            (Peer::Of(65534), Visitor::Stranger),
            (Peer::Closed, Visitor::Gone),
            (Peer::Unknown, Visitor::Allowed),
        ];
        for (peer, expected) in cases {
            assert_eq!(users.judge(peer), expected, "{peer:?}");
        }
    }

    /// Both ends of a connection, the accepted one first.
    fn connection() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let here = listener.local_addr().expect("bound");
        let theirs = TcpStream::connect(here).expect("it listens");
        let (ours, _) = listener.accept().expect("it has connected");
        (ours, theirs)
    }

    fn peer(ours: &TcpStream) -> Peer {
        let here = ours.local_addr().expect("connected");
        Peer::of(here, ours.peer_addr().expect("connected"))
    }

    #[test]
    fn the_system_tells_whose_a_connection_is() {
        let (ours, theirs) = connection();
        assert_eq!(peer(&ours), Peer::Of(geteuid().as_raw()));
        drop(theirs);
        assert_eq!(peer(&ours), Peer::Closed);
    }
}
