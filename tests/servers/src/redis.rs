use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;

use crate::process::{Server, directory, free_port, run};

/// A Redis server with a password.
#[derive(Debug)]
pub struct Redis {
    server: Server,
    port: u16,
}

impl Redis {
    /// The password, to look for where it must not be.
    pub const PASSWORD: &'static str = "redis-test-password";

    /// Starts a server.
    #[must_use]
    pub fn start() -> Self {
        let (directory, port) = (directory(), free_port());
        run(Command::new("redis-server").arg("--version"));
        let command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--requirepass",
            Self::PASSWORD,
            "--dir",
            directory.to_str().expect("a temporary directory in UTF-8"),
            "--save",
            "",
            // What was written is there after a restart.
            "--appendonly",
            "yes",
            "--appendfsync",
            "no",
        ];
        let redis = Self {
            server: Server::new(&directory, &command),
            port,
        };
        redis.start_again();
        redis
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}", Self::PASSWORD, self.port)
    }

    /// Ends the server; connections are closed, data stay.
    pub fn stop(&self) {
        self.server.command("stop");
    }

    /// Starts it on the same port after [`stop`](Self::stop).
    pub fn start_again(&self) {
        self.server
            .start(|| self.ping().is_some_and(|reply| reply.contains("+PONG")));
    }

    /// Lets it hang: connections stay open, and nothing is answered.
    pub fn pause(&self) {
        self.server.command("pause");
    }

    /// Ends [`pause`](Self::pause).
    pub fn resume(&self) {
        self.server.command("resume");
    }

    /// An error as long as it reads its data.
    fn ping(&self) -> Option<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        write!(stream, "AUTH {}\r\nPING\r\nQUIT\r\n", Self::PASSWORD).ok()?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).ok()?;
        Some(reply)
    }
}
