//! The client of the crate `rmcp`: signs in, calls, and asks for the scopes that a 403 names.

use oidc_devidp::TestIdp;
use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::{RunningService, ServiceError};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{
    AuthClient, AuthorizationCallback, AuthorizationRequest, CredentialStore,
    InMemoryCredentialStore, OAuthState, StoredCredentials,
};
use rmcp::transport::streamable_http_client::{
    InsufficientScopeError, StreamableHttpClientTransportConfig,
};
use rmcp::{ClientLifecycleMode, ClientServiceExt, RoleClient};
use serde_json::{Value, json};

use super::clients::{notes, provider};
use super::refresh::expired;
use crate::support::contract::EXAMPLES;

const REDIRECT: &str = "http://127.0.0.1:53125/callback";

/// One that is signed in as bob, and connected.
struct Client {
    peer: RunningService<RoleClient, ()>,
    http: AuthClient<reqwest::Client>,
    credentials: InMemoryCredentialStore,
}

impl Client {
    async fn connect(resource: &str, idp: &TestIdp, lifecycle: ClientLifecycleMode) -> Self {
        let credentials = InMemoryCredentialStore::new();
        let mut oauth = OAuthState::new(resource, None).await.expect("a state");
        let OAuthState::Unauthorized(manager) = &mut oauth else {
            panic!("nobody has signed in");
        };
        manager.set_credential_store(credentials.clone());
        let request = AuthorizationRequest::new(REDIRECT);
        let started = oauth.start_authorization(request).await;
        started.expect("the metadata leads to the provider");
        let url = oauth.get_authorization_url().await.expect("an address");
        let landing = idp.sign_in(&url, "bob");
        let signed_in = oauth.handle_callback_url(&landing).await;
        signed_in.expect("the code is exchanged");
        let manager = oauth.into_authorization_manager().expect("signed in");

        let http = AuthClient::new(reqwest::Client::new(), manager);
        let config = StreamableHttpClientTransportConfig::with_uri(resource)
            .reinit_on_expired_session(false);
        let transport = StreamableHttpClientTransport::with_client(http.clone(), config);
        let peer = ().serve_with_lifecycle(transport, lifecycle).await;
        let peer = peer.expect("the server accepts the token");
        Self {
            peer,
            http,
            credentials,
        }
    }

    async fn call(&self, tool: &'static str) -> Result<String, ServiceError> {
        let result = self
            .peer
            .call_tool(CallToolRequestParams::new(tool))
            .await?;
        let text = result.content.first().and_then(|content| content.as_text());
        Ok(text.expect("a text").text.clone())
    }

    /// Signs in once more, for these scopes too.
    async fn upgrade(&self, required: &str, idp: &TestIdp) {
        let manager = self.http.auth_manager.lock().await;
        let url = manager.request_scope_upgrade(required).await;
        let landing = idp.sign_in(&url.expect("an address"), "bob");
        let landing = AuthorizationCallback::from_redirect_url(&landing).expect("a code");
        let issuer = landing.issuer.as_deref();
        let exchanged = manager
            .exchange_code_for_token_with_issuer(&landing.code, &landing.csrf_token, issuer)
            .await;
        exchanged.expect("the code is exchanged");
    }

    /// Replaces the access token, and leaves the refresh token.
    async fn replace_token(&self, token: &str) {
        let stored = self.credentials.load().await.expect("a store in memory");
        let mut stored = serde_json::to_value(stored).expect("it can be stored");
        stored["token_response"]["access_token"] = json!(token);
        let stored: StoredCredentials = serde_json::from_value(stored).expect("it was stored");
        let saved = self.credentials.save(stored).await;
        saved.expect("a store in memory");
    }
}

/// The scopes that a 403 asked for.
fn required_scope(error: &ServiceError) -> Option<&str> {
    let ServiceError::TransportSend(error) = error else {
        return None;
    };
    let first: &(dyn std::error::Error + 'static) = error.error.as_ref();
    let mut errors = std::iter::successors(Some(first), |error| error.source());
    let error = errors.find_map(|error| error.downcast_ref::<InsufficientScopeError>());
    error.and_then(InsufficientScopeError::get_required_scope)
}

fn lifecycles() -> [ClientLifecycleMode; 2] {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    [
        ClientLifecycleMode::Initialize,
        ClientLifecycleMode::Discover { preferred_versions },
    ]
}

#[tokio::test]
async fn it_signs_in_calls_and_asks_for_more() {
    let idp = provider().await;
    for example in EXAMPLES {
        let (_server, resource) = notes(example, &idp.discovery_url()).await;
        for lifecycle in lifecycles() {
            let case = format!("{example}, {lifecycle:?}");
            let client = Client::connect(&resource, &idp, lifecycle).await;
            let whoami = client.call("whoami").await.expect("the base rule is met");
            let whoami: Value = serde_json::from_str(&whoami).expect("JSON");
            assert_eq!(whoami["sub"], "bob", "{case}");
            assert_eq!(whoami["authorization"], false, "{case}");

            let refused = client.call("delete_note").await.expect_err("a scope lacks");
            let required = required_scope(&refused);
            let required = required.unwrap_or_else(|| panic!("{case}: {refused:?}"));
            assert_eq!(required, "notes:read notes:write", "{case}");
            client.upgrade(required, &idp).await;
            let deleted = client.call("delete_note").await;
            assert_eq!(deleted.expect("the scope was granted"), "deleted", "{case}");

            let refused = client.call("purge").await.expect_err("nobody is admin");
            assert_eq!(required_scope(&refused), None, "{case}");
        }
    }
}

#[tokio::test]
async fn it_refreshes_and_keeps_its_session() {
    let idp = provider().await;
    for example in EXAMPLES {
        let (_server, resource) = notes(example, &idp.discovery_url()).await;
        for lifecycle in lifecycles() {
            let case = format!("{example}, {lifecycle:?}");
            let client = Client::connect(&resource, &idp, lifecycle).await;
            let expired = expired(&idp, &resource);
            client.replace_token(&expired).await;
            let called = client.call("list_notes").await;
            assert!(called.is_ok(), "{case}: {called:?}");
            let token = client.http.get_access_token().await.expect("a token");
            assert_ne!(token, expired, "{case}");
        }
    }
}
