//! Which names the provider serves: a website that rebinds its own name to this machine would
//! otherwise be of the provider's origin, and could approve a sign-in.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use oidc_devidp::{DevIdp, Endpoint, TestIdp};

/// Sends a request line and headers as they are, and returns the status and the body.
fn send(address: SocketAddr, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{head}\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let status = response.split(' ').nth(1).expect("a status line");
    let (_, body) = response.split_once("\r\n\r\n").expect("a body");
    (status.parse().unwrap(), body.to_owned())
}

fn status_for_host(address: SocketAddr, host: &str) -> u16 {
    send(address, &format!("GET /jwks HTTP/1.1\r\nHost: {host}")).0
}

#[tokio::test]
async fn its_own_name_and_loopback_names_are_served() {
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
    assert_eq!(idp.hits(Endpoint::Jwks), 0, "no endpoint was reached");
}

/// A request line with headers, the status and what the body contains.
const HEADS: &[(&str, u16, &str)] = &[
    ("GET /jwks HTTP/1.1", 400, "no `Host` header"),
    ("GET /jwks HTTP/1.0", 400, "no `Host` header"),
    ("GET /jwks HTTP/1.1\r\nHost: ", 400, "malformed"),
    (
        "GET /jwks HTTP/1.1\r\nHost: localhost@evil.example",
        400,
        "malformed",
    ),
    (
        "GET /jwks HTTP/1.1\r\nHost: evil.example@localhost",
        400,
        "malformed",
    ),
    (
        "GET /jwks HTTP/1.1\r\nHost: localhost\r\nHost: evil.example",
        400,
        "repeated",
    ),
    (
        "GET /jwks HTTP/1.1\r\nHost: localhost\r\nHost: localhost",
        400,
        "repeated",
    ),
    (
        "GET http://evil.example/jwks HTTP/1.1\r\nHost: localhost",
        421,
        "loopback names only",
    ),
    (
        "GET http://localhost/jwks HTTP/1.1\r\nHost: evil.example",
        421,
        "loopback names only",
    ),
    (
        "GET http://localhost/jwks HTTP/1.1\r\nHost: localhost",
        200,
        "keys",
    ),
];

/// RFC 9112 §3.2: a request names its host once.
#[tokio::test]
async fn a_request_names_one_host() {
    let idp = TestIdp::start().await;
    for &(head, expected, text) in HEADS {
        let (status, body) = send(idp.address(), head);
        assert_eq!(status, expected, "{head}");
        assert!(body.contains(text), "{head}: {body}");
    }
}
