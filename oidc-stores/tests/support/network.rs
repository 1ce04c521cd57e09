//! A network that can go silent, as after a cable is cut.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What is between a store and its server.
pub(crate) struct Network {
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    /// How many of them are silent, the oldest ones.
    silent: AtomicUsize,
}

impl Network {
    /// A network in front of the server with this URL, and the URL to use instead.
    pub(crate) fn of(url: &str) -> (Self, String) {
        let (before, authority) = url.split_once('@').expect("a URL with a password");
        let (server, after) = authority.split_once('/').unwrap_or((authority, ""));
        let server: SocketAddr = server.parse().expect("an address");

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        thread::spawn(move || {
            for client in listener.incoming() {
                let server = TcpStream::connect(server).expect("the server listens");
                connect(&client.expect("a connection"), &server, &shared);
            }
        });
        (Self { counts }, format!("{before}@{address}/{after}"))
    }

    /// From now on nothing passes over the connections that there are, and nobody is told. New
    /// ones work.
    pub(crate) fn silence(&self) {
        let connections = self.connections();
        self.counts.silent.store(connections, Ordering::SeqCst);
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }
}

fn connect(client: &TcpStream, server: &TcpStream, counts: &Arc<Counts>) {
    let number = counts.connections.fetch_add(1, Ordering::SeqCst);
    for (from, to) in [(client, server), (server, client)] {
        let (mut from, mut to) = (clone(from), clone(to));
        let counts = Arc::clone(counts);
        thread::spawn(move || {
            let mut bytes = [0; 8_192];
            while let Ok(read @ 1..) = from.read(&mut bytes) {
                let is_silent = number < counts.silent.load(Ordering::SeqCst);
                if !is_silent && to.write_all(&bytes[..read]).is_err() {
                    return;
                }
            }
            // The other side learns of the end, unless the network is silent.
            if number >= counts.silent.load(Ordering::SeqCst) {
                drop(to.shutdown(std::net::Shutdown::Both));
            }
        });
    }
}

fn clone(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a second handle")
}
