//! The provider's documents over HTTP.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use super::signer::{ISSUER, JWKS};

/// Serves them from a thread, as long as the process runs; returns where.
pub(super) fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let url = format!("http://{address}");
    let discovery = json!({
        "issuer": ISSUER,
        "jwks_uri": format!("{url}/jwks"),
        "id_token_signing_alg_values_supported": ["EdDSA"],
    });
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up asks again.
            let _ = serve(&stream, &discovery);
        }
    });
    url
}

fn serve(mut stream: &TcpStream, discovery: &Value) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let document = if request.starts_with("GET /jwks ") {
        &*JWKS
    } else {
        discovery
    };
    let body = document.to_string();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}
