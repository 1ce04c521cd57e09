//! npm's `oidc-provider`, a certified third-party provider.

use serde::Serialize;
use serde_json::Value;
use tokio::process::Command;

use super::install;
use super::process::Server;
use super::user_agent::UserAgent;

pub(crate) const PUBLIC_CLIENT: &str = "test-public";
pub(crate) const CONFIDENTIAL_CLIENT: &str = "test-confidential";

const NONCE: &str = "n-0S6_WzA2Mj";
const REDIRECT: &str = "http://127.0.0.1/callback";
/// The pair of RFC 7636 appendix B.
const CODE_VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CODE_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What one provider does; its key set always has one key per algorithm.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Options {
    /// Signs ID and access tokens: `RS256` (default) or `ES256`.
    pub(crate) alg: &'static str,
    /// Audience of the access tokens; by default the requested resource, or else the
    /// client's id.
    pub(crate) audience: Option<&'static str>,
    /// Secret of [`CONFIDENTIAL_CLIENT`]; its default changes under form encoding.
    pub(crate) client_secret: &'static str,
    /// Whether there is a device authorization endpoint (default: yes).
    pub(crate) device_flow: bool,
    /// Leaves names, roles and groups out of access tokens, so that userinfo is needed.
    pub(crate) lean_access_tokens: bool,
    /// `jwt` (default), or `opaque`: a random text that only the introspection endpoint (RFC 7662)
    /// explains.
    pub(crate) access_token_format: &'static str,
    /// Whether a request for a token that names no resource is one for the resource that was
    /// granted (default: yes). RFC 8707 leaves it open.
    pub(crate) granted_resource_is_default: bool,
    /// Life of the access tokens (default: an hour).
    pub(crate) access_token_seconds: u32,
    /// Life of the device codes (default: ten minutes).
    pub(crate) device_code_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            alg: "RS256",
            audience: None,
            client_secret: "s3cret+/%: &=",
            device_flow: true,
            lean_access_tokens: false,
            access_token_format: "jwt",
            granted_resource_is_default: true,
            access_token_seconds: 3600,
            device_code_seconds: 600,
        }
    }
}

/// A running provider with the users `alice` (an editor, in the group `admin`) and `bob`.
#[derive(Debug)]
pub(crate) struct NpmProvider {
    server: Server,
}

impl NpmProvider {
    pub(crate) async fn start(options: &Options) -> Self {
        let options = serde_json::to_string(options).expect("options are plain data");
        let mut command = Command::new(install::node());
        command
            .arg(install::fixture("provider/server.mjs"))
            .arg(options);
        Self {
            server: Server::start(&mut command).await,
        }
    }

    pub(crate) fn issuer(&self) -> &str {
        self.server.url()
    }

    pub(crate) fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.issuer())
    }

    /// A genuine access token for [`PUBLIC_CLIENT`].
    pub(crate) async fn access_token(&self, user: &str, scope: &str) -> String {
        let tokens = self.tokens(user, scope).await;
        tokens["access_token"]
            .as_str()
            .expect("an access token")
            .to_owned()
    }

    /// The provider's whole response to a sign-in of [`PUBLIC_CLIENT`] by code flow with PKCE.
    pub(crate) async fn tokens(&self, user: &str, scope: &str) -> Value {
        let mut start = self.url("auth");
        start.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", PUBLIC_CLIENT),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("code_challenge", CODE_CHALLENGE),
            ("code_challenge_method", "S256"),
            ("prompt", "consent"),
            ("nonce", NONCE),
        ]);
        let landing = UserAgent::approving(user)
            .visit_until(start.as_str(), REDIRECT)
            .await;
        let code = landing
            .query("code")
            .unwrap_or_else(|| panic!("no code: {landing:?}"));
        self.post(
            "token",
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", CODE_VERIFIER),
            ],
        )
        .await
    }

    /// Connects the device that shows `user_code`, as `user`.
    pub(crate) async fn approve_device(&self, user_code: &str, user: &str) {
        let landing = UserAgent::approving(user)
            .visit(&self.device_page(user_code))
            .await;
        assert!(
            landing.body.contains("Device connected"),
            "not connected: {landing:?}"
        );
    }

    /// Declines to connect the device that shows `user_code`.
    pub(crate) async fn deny_device(&self, user_code: &str) {
        UserAgent::declining("alice")
            .visit(&self.device_page(user_code))
            .await;
    }

    /// Posts a form of [`PUBLIC_CLIENT`] to an endpoint, `token` or `device/auth`.
    pub(crate) async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Value {
        let request = reqwest::Client::new().post(self.url(endpoint));
        let form = [&[("client_id", PUBLIC_CLIENT)], form].concat();
        let response = request
            .form(&form)
            .send()
            .await
            .expect("the provider responds");
        response
            .json()
            .await
            .expect("the provider responds with JSON")
    }

    /// Ends the provider, so that its port refuses connections.
    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }

    fn device_page(&self, user_code: &str) -> String {
        format!("{}/device?user_code={user_code}", self.issuer())
    }

    fn url(&self, endpoint: &str) -> reqwest::Url {
        format!("{}/{endpoint}", self.issuer())
            .parse()
            .expect("the provider's URL is valid")
    }
}
