//! A small load generator: connections that are kept alive, each with one request under way.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Sends the requests in turns for so long, and returns how many were answered.
///
/// All answers must have the status and be equally long, so that they need no parsing.
pub async fn run(
    server: SocketAddr,
    requests: &Arc<[Vec<u8>]>,
    status: &'static str,
    connections: usize,
    time: Duration,
) -> io::Result<usize> {
    let until = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let first = number * requests.len() / connections;
        let requests = Arc::clone(requests);
        tasks.spawn(connection(server, requests, first, status, until));
    }
    let mut answered = 0;
    while let Some(count) = tasks.join_next().await {
        answered += count??;
    }
    Ok(answered)
}

/// A request as it is sent, with a header field.
pub fn request(path: &str, field: Option<(&str, &str)>) -> Vec<u8> {
    let field = field.map_or_else(String::new, |(name, value)| format!("{name}: {value}\r\n"));
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{field}\r\n").into_bytes()
}

async fn connection(
    server: SocketAddr,
    requests: Arc<[Vec<u8>]>,
    first: usize,
    status: &str,
    until: Instant,
) -> io::Result<usize> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 4096];
    stream.write_all(&requests[first]).await?;
    let length = first_answer(&mut stream, &mut buffer).await?;
    assert!(
        buffer.starts_with(format!("HTTP/1.1 {status} ").as_bytes()),
        "expected {status}: {}",
        String::from_utf8_lossy(&buffer[..length])
    );
    let expected = buffer[..15].to_vec();
    let mut answered = 1;
    for request in requests.iter().cycle().skip(first + 1) {
        if Instant::now() >= until {
            break;
        }
        stream.write_all(request).await?;
        stream.read_exact(&mut buffer[..length]).await?;
        assert_eq!(buffer[..expected.len()], expected, "every answer is alike");
        answered += 1;
    }
    Ok(answered)
}

/// Reads one answer with a `content-length`, and returns its size.
async fn first_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        let text = String::from_utf8_lossy(&buffer[..filled]).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next()?.parse::<usize>().ok())
            .ok_or(io::ErrorKind::InvalidData)?;
        if body.len() >= length {
            return Ok(filled);
        }
    }
}
