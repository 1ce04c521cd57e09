//! A connection that sends requests byte for byte as they are written down.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than anything may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    fields: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter();
        fields.filter_map(move |(known, value)| (known == name).then_some(value.as_str()))
    }

    pub fn location(&self) -> Option<&str> {
        self.fields("location").next()
    }
}

pub struct Connection {
    server: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    pub fn new(server: SocketAddr) -> Self {
        Self {
            server,
            stream: None,
        }
    }

    /// Sends a request and reads its answer; connects anew where the server hung up before.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.server)?,
        };
        stream.get_mut().write_all(request)?;
        let answer = read(&mut stream)?;
        let closes = answer
            .fields("connection")
            .any(|value| value.eq_ignore_ascii_case("close"));
        self.stream = (!closes).then_some(stream);
        Ok(answer)
    }
}

fn connect(server: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    Ok(BufReader::new(stream))
}

fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "no HTTP/1.1 answer");
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
    let mut answer = Answer {
        status: status.ok_or_else(broken)?,
        fields: Vec::new(),
        body: String::new(),
    };
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        let field = (name.to_ascii_lowercase(), value.to_owned());
        answer.fields.push(field);
    }
    let length = answer.fields("content-length").next();
    let length = length.map_or(Ok(0), |text| text.parse().map_err(|_| broken()))?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Ok(answer)
}
