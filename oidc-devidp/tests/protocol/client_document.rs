//! Clients whose identifier is the address of their metadata.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::app::{App, REDIRECT, claims, error, location, query};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use oidc_devidp::{Builder, DevIdp};
use reqwest::Response as Reply;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

const API: &str = "https://notes.example/mcp";

/// A website that answers every request alike.
struct Site {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    answer: Mutex<(u16, &'static str, String)>,
    requests: AtomicUsize,
}

impl Site {
    async fn new() -> Self {
        // `0.0.0.0` is also an address to connect to, and none of the loopback ones.
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            answer: Mutex::new((404, "text/plain", String::new())),
            requests: AtomicUsize::new(0),
        });
        let app = Router::new().fallback(answer);
        let app = app.with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port, shared }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn client_id(&self) -> String {
        self.url("/client.json")
    }

    fn answers(&self, status: u16, media_type: &'static str, body: impl Into<String>) {
        *self.shared.answer.lock().unwrap() = (status, media_type, body.into());
    }

    fn serves(&self, document: &Value) {
        self.answers(200, "application/json", document.to_string());
    }

    /// How many requests came since the last call.
    fn requests(&self) -> usize {
        self.shared.requests.swap(0, Ordering::Relaxed)
    }
}

async fn answer(State(shared): State<Arc<Shared>>) -> Response {
    shared.requests.fetch_add(1, Ordering::Relaxed);
    let (status, media_type, body) = shared.answer.lock().unwrap().clone();
    let status = StatusCode::from_u16(status).unwrap();
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::LOCATION, "/elsewhere.json"),
    ];
    (status, headers, body).into_response()
}

fn document(client_id: &str) -> Value {
    json!({
        "client_id": client_id,
        "client_name": "A client of MCP servers",
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
        "scope": "notes:read",
    })
}

fn builder() -> Builder {
    DevIdp::builder().client_metadata_documents()
}

async fn authorize(app: &App, client_id: &str) -> Reply {
    let url = app.authorization_url(&[("client_id", client_id), ("resource", API)]);
    app.get(&url).await
}

/// What is wrong with a client, as the page says it that stays at the provider.
async fn refusal(app: &App, client_id: &str) -> String {
    let page = authorize(app, client_id).await;
    assert_eq!(page.status(), 400, "{client_id}");
    assert!(!page.headers().contains_key("location"), "{client_id}");
    page.text().await.unwrap()
}

#[tokio::test]
async fn a_client_signs_in_by_its_document() {
    let (app, site) = (App::of(builder()).await, Site::new().await);
    let client_id = site.client_id();
    site.serves(&document(&client_id));
    let page = authorize(&app, &client_id).await;
    let response = app.press(page, ("user", "alice"), "").await;
    let location = location(&response);
    assert!(location.starts_with(REDIRECT), "{location}");
    assert_eq!(query(&location, "iss").as_deref(), Some(app.idp.issuer()));

    let code = query(&location, "code").unwrap();
    let public = [("client_id", &*client_id), ("client_secret", "")];
    let tokens: Value = app.redeem(&code, &public).await.json().await.unwrap();
    assert_eq!(tokens["scope"], "openid profile email offline_access");
    let access = claims(&tokens["access_token"]);
    assert_eq!(access["aud"], API);
    assert_eq!(access["client_id"], client_id);
    assert_eq!(site.requests(), 1, "the token endpoint knows the client");

    site.answers(404, "text/plain", "");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("client_id", &client_id),
    ];
    assert_eq!(app.token(&refresh).await.status(), 200);
    // A sign-in is by what the document says now.
    refusal(&app, &client_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_sign_in_with_a_document_too() {
    let (app, site) = (App::of(builder()).await, Site::new().await);
    site.serves(&document(&site.client_id()));
    let url = app.authorization_url(&[("client_id", &site.client_id())]);
    let location = app.idp.sign_in(&url, "alice");
    assert!(query(&location, "code").is_some(), "{location}");
    let sent = url.replace("redirect_uri=https", "redirect_uri=http");
    assert_eq!(app.get(&sent).await.status(), 400);
}

/// Answers one request over TLS, with a certificate that nobody vouches for.
async fn serve_over_tls(listener: TcpListener, body: String) {
    let certificate = CertificateDer::from(&include_bytes!("tls/certificate.der")[..]);
    let key = PrivatePkcs8KeyDer::from(&include_bytes!("tls/key.der")[..]);
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let config = config.with_single_cert(vec![certificate], key.into());
    let (stream, _) = listener.accept().await.unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let mut stream = acceptor.accept(stream).await.unwrap();
    let mut request = [0; 4096];
    assert!(stream.read(&mut request).await.unwrap() > 0);
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    );
    stream.write_all(response.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_document_comes_over_https_too() {
    let app = App::of(builder()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let client_id = format!("https://localhost:{port}/client.json");
    let serving = tokio::spawn(serve_over_tls(listener, document(&client_id).to_string()));
    assert_eq!(authorize(&app, &client_id).await.status(), 200);
    serving.await.unwrap();
}

/// Changes to a good document; null removes a member.
fn wrong_documents() -> Vec<Value> {
    vec![
        json!({ "client_id": null }),
        json!({ "client_id": 7 }),
        json!({ "client_id": "https://client.example/client.json" }),
        json!({ "client_secret": "s3cret" }),
        json!({ "client_secret_expires_at": 0 }),
        json!({ "token_endpoint_auth_method": "client_secret_basic" }),
        json!({ "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "redirect_uris": null }),
        json!({ "redirect_uris": [] }),
        json!({ "redirect_uris": ["https://other.example/callback"] }),
        json!({ "redirect_uris": [REDIRECT, "http://app.example/"] }),
        json!({ "grant_types": ["password"] }),
        json!({ "response_types": ["token"] }),
    ]
}

#[tokio::test]
async fn a_wrong_document_makes_no_client() {
    let (app, site) = (App::of(builder()).await, Site::new().await);
    let client_id = site.client_id();
    for changes in wrong_documents() {
        let mut wrong = document(&client_id);
        for (name, value) in changes.as_object().unwrap() {
            wrong[name] = value.clone();
        }
        let members = wrong.as_object_mut().unwrap();
        members.retain(|_, value| !value.is_null());
        site.serves(&wrong);
        refusal(&app, &client_id).await;
        assert_eq!(site.requests(), 1, "{changes}");
    }
    // Its identifier is compared as text.
    site.serves(&document(&client_id));
    for other in ["/Client.json", "/client.json?a=b", "/client%2Ejson"] {
        let page = refusal(&app, &site.url(other)).await;
        assert!(page.contains("another client_id"), "{page}");
    }
    let localhost = client_id.replace("127.0.0.1", "localhost");
    refusal(&app, &localhost).await;
    site.serves(&document(&localhost));
    assert_eq!(authorize(&app, &localhost).await.status(), 200);
}

#[tokio::test]
async fn only_a_plain_response_counts() {
    let (app, site) = (App::of(builder()).await, Site::new().await);
    let client_id = site.client_id();
    let good = document(&client_id).to_string();
    let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
    let json = "application/json";
    for (status, media_type, body) in [
        (201, json, good.clone()),
        (302, json, good.clone()),
        (307, json, good.clone()),
        (404, json, good.clone()),
        (200, "text/html", good.clone()),
        (200, "text/json", good.clone()),
        (200, "application/jsonp", good.clone()),
        (200, json, "{".to_owned()),
        (200, json, "[]".to_owned()),
        (200, json, padded(5 * 1024 + 1)),
        (200, json, padded(1024 * 1024)),
    ] {
        site.answers(status, media_type, body);
        refusal(&app, &client_id).await;
        assert_eq!(site.requests(), 1, "{status} {media_type}");
    }
    for (media_type, body) in [
        ("Application/JSON; charset=utf-8", good.clone()),
        ("application/oauth-client+json", good.clone()),
        (json, padded(5 * 1024)),
    ] {
        site.answers(200, media_type, body);
        assert_eq!(authorize(&app, &client_id).await.status(), 200);
    }
}

#[tokio::test]
async fn nothing_is_fetched_from_elsewhere() {
    let (app, site) = (App::of(builder()).await, Site::new().await);
    let port = site.port;
    for client_id in [
        "https://client.example/client.json".to_owned(),
        "http://192.0.2.1/client.json".to_owned(),
        "http://localhost.example/client.json".to_owned(),
        format!("http://0.0.0.0:{port}/client.json"),
        format!("http://[::ffff:7f00:1]:{port}/client.json"),
        format!("http://127.0.0.1:{port}@client.example/client.json"),
        format!("http://client.example@127.0.0.1:{port}/client.json"),
        format!("http://127.1:{port}/client.json"),
        format!("http://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}/a/../client.json"),
        format!("http://127.0.0.1:{port}/a/%2e%2e/client.json"),
        format!("http://127.0.0.1:{port}/client.json#a"),
        format!("HTTP://127.0.0.1:{port}/client.json"),
        format!("http:\\\\127.0.0.1:{port}\\client.json"),
        format!("ftp://127.0.0.1:{port}/client.json"),
        "file:///client.json".to_owned(),
    ] {
        site.serves(&document(&client_id));
        refusal(&app, &client_id).await;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "x"),
            ("client_id", &*client_id),
        ];
        let refused = error(app.token(&form).await).await;
        assert_eq!(refused, (401, "invalid_client".into()), "{client_id}");
        assert_eq!(site.requests(), 0, "{client_id}");
    }
}

#[tokio::test]
async fn a_site_that_does_not_answer_is_no_client() {
    let app = App::of(builder()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let page = refusal(&app, &format!("http://{address}/client.json")).await;
    assert!(page.contains("cannot be fetched"), "{page}");
}

#[tokio::test]
async fn the_metadata_says_whether_documents_count() {
    let site = Site::new().await;
    site.serves(&document(&site.client_id()));
    let on = App::of(builder()).await;
    for (app, supported) in [(&on, json!(true)), (&App::new().await, Value::Null)] {
        let metadata = app.get(&app.idp.discovery_url()).await;
        let metadata: Value = metadata.json().await.unwrap();
        let member = &metadata["client_id_metadata_document_supported"];
        assert_eq!(*member, supported);
    }
    let off = App::of(DevIdp::builder().registration()).await;
    let page = refusal(&off, &site.client_id()).await;
    assert!(page.contains("Unknown client."), "{page}");
    assert_eq!(site.requests(), 0);
}
