//! Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document): the identifier of a
//! client is the address of what it says about itself.

use axum::http::StatusCode;
use reqwest::Response;
use reqwest::header::ACCEPT;
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::Url;

use super::client_metadata::ClientMetadata;
use super::form::media_type;
use super::outgoing::http_client;
use crate::config::{Client, is_loopback};

/// The draft's section on the maximum response size.
const MAX_BYTES: usize = 5 * 1024;

#[derive(Deserialize)]
struct Document {
    client_id: String,
    /// Nobody who reads the document could keep one.
    client_secret: Option<IgnoredAny>,
    client_secret_expires_at: Option<IgnoredAny>,
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// Whether a client identifier is meant as the address of a document.
pub(super) fn is_address(client_id: &str) -> bool {
    client_id.starts_with("https://") || client_id.starts_with("http://")
}

/// Fetches the document of a client, or says what is wrong with it.
pub(super) async fn fetch(client_id: &str) -> Result<Client, String> {
    let url = check_address(client_id)?;
    let response = get(url).await.map_err(|error| {
        tracing::debug!(client_id, %error, "the metadata document of a client cannot be fetched");
        "it cannot be fetched"
    })?;
    check_head(&response)?;
    let document: Document = serde_json::from_slice(&body(response).await?)
        .map_err(|_| "it is not the JSON of a client")?;
    check(&document, client_id)?;
    Ok(document.metadata.into_client(document.client_id, None))
}

/// The draft's section on client identifiers, and `http`, for a machine talks to itself. Requests to
/// other machines would let anyone send some from here.
fn check_address(client_id: &str) -> Result<Url, &'static str> {
    let url = Url::parse(client_id).map_err(|_| "its address is malformed")?;
    // What the parser changes is no identifier to compare: dot segments, for one.
    let is_canonical = url.as_str() == client_id;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if !is_canonical || has_user || url.fragment().is_some() {
        return Err("its address is not in the plainest form");
    }
    if url.path() == "/" {
        return Err("its address has no path");
    }
    if is_loopback(&url) {
        Ok(url)
    } else {
        Err("it is on another machine")
    }
}

async fn get(url: Url) -> reqwest::Result<Response> {
    // Nobody certifies loopback addresses, and `http` would do there as well.
    let http = http_client().tls_danger_accept_invalid_certs(true);
    let request = http.build()?.get(url).header(ACCEPT, "application/json");
    request.send().await
}

/// The draft's section on discovery: nothing else counts as success, redirects least of all.
fn check_head(response: &Response) -> Result<(), &'static str> {
    if response.status() != StatusCode::OK {
        return Err("the response is not 200");
    }
    let media_type = media_type(response.headers()).unwrap_or_default();
    let is_json = media_type == "application/json"
        || media_type.starts_with("application/") && media_type.ends_with("+json");
    if is_json {
        Ok(())
    } else {
        Err("the media type is not that of JSON")
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, &'static str> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| "it ends early")? {
        body.extend(chunk);
        if body.len() > MAX_BYTES {
            return Err("it has more than 5 KiB");
        }
    }
    Ok(body)
}

fn check(document: &Document, client_id: &str) -> Result<(), String> {
    if document.client_id != client_id {
        return Err("it is about another client_id".to_owned());
    }
    let has_secret =
        document.client_secret.is_some() || document.client_secret_expires_at.is_some();
    if has_secret || !document.metadata.is_public() {
        return Err("it has a secret, or asks for one".to_owned());
    }
    let checked = document.metadata.check();
    checked.map_err(|error| error.description)
}
