//! Whose program is at the other end of a connection to the loopback port.

use std::env;
use std::net::SocketAddr;

use nix::unistd::{geteuid, getuid};
use procfs::net::{TcpNetEntry, tcp, tcp6};
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
        let end = spawn_blocking(move || (0..TRIES).find_map(|_| find(here, there)));
        self.have(end.await.ok().flatten())
    }

    /// Where the system does not know, as with a browser outside of a virtual machine, it is accepted.
    fn have(&self, end: Option<End>) -> bool {
        end.is_none_or(|end| end.is_held && self.0.contains(&end.user))
    }
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    user: u32,
    /// Whether a program still has it: the system gives what nobody has to root.
    is_held: bool,
}

/// The end that is `there`, if the system knows it.
fn find(here: SocketAddr, there: SocketAddr) -> Option<End> {
    let plain = |address: SocketAddr| (address.ip().to_canonical(), address.port());
    let is_it = |entry: &TcpNetEntry| {
        plain(entry.local_address) == plain(there) && plain(entry.remote_address) == plain(here)
    };
    let entries = [tcp(), tcp6()].into_iter().flatten().flatten();
    entries.into_iter().find(is_it).map(|entry| End {
        user: entry.uid,
        is_held: entry.inode != 0,
    })
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use super::*;

    #[test]
    fn only_this_user_and_root_are_accepted() {
        let held = |user| End {
            user,
            is_held: true,
        };
        let closed = End {
            user: ROOT,
            is_held: false,
        };
        let users = Users(vec![1000, ROOT]);
        let cases = [
            (Some(held(1000)), true),
            (Some(held(ROOT)), true),
            (Some(held(1001)), false),
            (Some(held(65534)), false),
            (Some(closed), false),
            (None, true),
        ];
        for (end, expected) in cases {
            assert_eq!(users.have(end), expected, "{end:?}");
        }
    }

    #[test]
    fn the_system_tells_whose_a_connection_is() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let here = listener.local_addr().expect("bound");
        let stream = TcpStream::connect(here).expect("it listens");
        let there = stream.local_addr().expect("connected");
        let (accepted, _) = listener.accept().expect("it has connected");
        let ours = End {
            user: geteuid().as_raw(),
            is_held: true,
        };
        assert_eq!(find(here, there), Some(ours));
        let other = SocketAddr::from((Ipv4Addr::LOCALHOST, there.port() ^ 1));
        assert_eq!(find(other, there), None);

        drop(stream);
        assert!(find(here, there).is_none_or(|end| !end.is_held));
        drop(accepted);
    }
}
