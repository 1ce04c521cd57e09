//! Which names the provider answers to: a website that rebinds its own name to this machine would
//! otherwise be of the provider's origin, and could approve a sign-in.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use oidc_devidp::{DevIdp, Endpoint, TestIdp};

/// Sends a request line and headers as they are, and returns the status.
fn status(address: SocketAddr, head: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{head}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).expect("a status line");
    status.parse().unwrap()
}

fn status_for_host(address: SocketAddr, host: &str) -> u16 {
    status(address, &format!("GET /jwks HTTP/1.1\r\nHost: {host}"))
}

#[tokio::test]
async fn its_own_name_and_loopback_names_are_answered() {
    let idp = TestIdp::start_with(DevIdp::builder().issuer("https://id.example/dev")).await;
    let address = idp.address();
    for host in [
        &address.to_string(),
        "127.0.0.1",
        "127.1.2.3:80",
        "localhost",
        "LocalHost:9400",
        "[::1]",
        "[::1]:9400",
        "id.example",
        "ID.example",
        "id.example:443",
    ] {
        assert_eq!(status_for_host(address, host), 200, "{host}");
    }
}

#[tokio::test]
async fn other_names_are_misdirected() {
    let idp = TestIdp::start_with(DevIdp::builder().issuer("https://id.example")).await;
    let address = idp.address();
    for host in [
        "evil.example",
        &format!("evil.example:{}", address.port()),
        "id.example:80",
        "id.example.evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "128.0.0.1",
        "0.0.0.0",
        "[::2]",
    ] {
        assert_eq!(status_for_host(address, host), 421, "{host}");
    }
    assert_eq!(idp.hits(Endpoint::Jwks), 0, "nothing was asked");
}

/// RFC 9112 §3.2: a request names its host once.
#[tokio::test]
async fn a_request_names_one_host() {
    let idp = TestIdp::start().await;
    let address = idp.address();
    for (head, expected) in [
        ("GET /jwks HTTP/1.1", 400),
        ("GET /jwks HTTP/1.0", 400),
        ("GET /jwks HTTP/1.1\r\nHost: ", 400),
        ("GET /jwks HTTP/1.1\r\nHost: localhost@evil.example", 400),
        ("GET /jwks HTTP/1.1\r\nHost: evil.example@localhost", 400),
        (
            "GET /jwks HTTP/1.1\r\nHost: localhost\r\nHost: evil.example",
            400,
        ),
        (
            "GET http://evil.example/jwks HTTP/1.1\r\nHost: localhost",
            421,
        ),
        (
            "GET http://localhost/jwks HTTP/1.1\r\nHost: evil.example",
            421,
        ),
        ("GET http://localhost/jwks HTTP/1.1\r\nHost: localhost", 200),
    ] {
        assert_eq!(status(address, head), expected, "{head}");
    }
}
