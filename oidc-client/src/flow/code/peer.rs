//! Whose program is at the other end of a connection to the loopback port.

use std::env;
use std::net::{IpAddr, SocketAddr};

use nix::unistd::{geteuid, getuid};
use procfs::net::{TcpNetEntry, TcpState, tcp, tcp6};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;

const ROOT: u32 = 0;
/// A table that changes while it is read may lack an entry.
const TRIES: usize = 3;

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

    /// Whether one of them connected, as far as the system tells.
    pub(super) async fn include(&self, stream: &TcpStream) -> bool {
        let (Ok(here), Ok(there)) = (stream.local_addr(), stream.peer_addr()) else {
            return false;
        };
        let peer = spawn_blocking(move || {
            let mut seen = (0..TRIES).map(|_| Peer::of(here, there));
            seen.find(|peer| *peer != Peer::Unknown)
        });
        let peer = peer.await.unwrap_or(Some(Peer::Closed));
        self.have(peer.unwrap_or(Peer::Unknown))
    }

    fn have(&self, peer: Peer) -> bool {
        match peer {
            Peer::Of(user) => self.0.contains(&user),
            Peer::Closed => false,
            Peer::Unknown => true,
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
        let entries: Vec<_> = [tcp(), tcp6()].into_iter().flatten().flatten().collect();
        let between = |one, other| {
            let is_it = move |entry: &&TcpNetEntry| {
                plain(entry.local_address) == plain(one)
                    && plain(entry.remote_address) == plain(other)
            };
            entries.iter().find(is_it)
        };
        match (between(there, here), between(here, there)) {
            (Some(theirs), _) if theirs.inode == 0 => Self::Closed,
            (Some(theirs), _) => Self::Of(theirs.uid),
            (None, Some(ours)) if ours.state != TcpState::Established => Self::Closed,
            // Neither is listed if the connection was reset, unless nothing is.
            (None, None) if !entries.is_empty() => Self::Closed,
            (None, _) => Self::Unknown,
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
            (Peer::Of(1000), true),
            (Peer::Of(ROOT), true),
            (Peer::Of(1001), false),
            (Peer::Of(65534), false),
            (Peer::Closed, false),
            (Peer::Unknown, true),
        ];
        for (peer, expected) in cases {
            assert_eq!(users.have(peer), expected, "{peer:?}");
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
