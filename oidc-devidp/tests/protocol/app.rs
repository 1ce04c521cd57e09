//! What the tests of the protocol share: an application that does everything right.

use oidc_devidp::{Builder, Client, DevIdp, TestIdp};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Response, redirect};
use serde_json::Value;
use url::Url;

pub(crate) const REDIRECT: &str = "https://app.example/callback";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
// The hash of the verifier, from RFC 7636 appendix B.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A relying party with the confidential client `shop:s3cret/+`.
pub(crate) struct App {
    pub(crate) idp: TestIdp,
    pub(crate) http: reqwest::Client,
}

impl App {
    pub(crate) async fn new() -> Self {
        Self::of(DevIdp::builder()).await
    }

    pub(crate) async fn of(builder: Builder) -> Self {
        Self::with(builder, |shop| shop).await
    }

    /// With another registration of the client.
    pub(crate) async fn with(builder: Builder, change: impl FnOnce(Client) -> Client) -> Self {
        let shop = Client::new("shop")
            .secret("s3cret/+")
            .redirect_uri(REDIRECT)
            .post_logout_redirect_uri("https://app.example/bye");
        let idp = TestIdp::start_with(builder.client(change(shop))).await;
        let http = reqwest::Client::builder().redirect(redirect::Policy::none());
        Self {
            idp,
            http: http.build().unwrap(),
        }
    }

    /// A valid authorization URL, with parameters changed; an empty value removes one.
    pub(crate) fn authorization_url(&self, changes: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", "shop"),
            ("redirect_uri", REDIRECT),
            ("scope", "openid profile email offline_access"),
            ("state", "a state&more"),
            ("nonce", "a nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for change in changes {
            parameters.retain(|(name, _)| name != &change.0);
            parameters.push(*change);
        }
        parameters.retain(|(_, value)| !value.is_empty());
        let url = self.url("/authorize");
        Url::parse_with_params(&url, parameters).unwrap().into()
    }

    pub(crate) async fn get(&self, url: &str) -> Response {
        self.http.get(url).send().await.unwrap()
    }

    pub(crate) async fn get_with_cookie(&self, url: &str, cookie: &str) -> Response {
        self.http
            .get(url)
            .header("cookie", cookie)
            .send()
            .await
            .unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.idp.address())
    }

    /// A code for alice.
    pub(crate) fn code(&self) -> String {
        let location = self.idp.sign_in(&self.authorization_url(&[]), "alice");
        query(&location, "code").unwrap()
    }

    /// Sends a page's form as a browser would, with one of its buttons.
    pub(crate) async fn press(
        &self,
        page: Response,
        button: (&str, &str),
        cookie: &str,
    ) -> Response {
        let html = page.text().await.unwrap();
        let rest = html.split_once("name=\"interaction\" value=\"").unwrap().1;
        let form = [("interaction", rest.split('"').next().unwrap()), button];
        let request = self.http.post(self.url("/authorize/decision")).form(&form);
        request.header("cookie", cookie).send().await.unwrap()
    }

    /// The cookie of a browser whose user signed in at the provider.
    pub(crate) async fn browser(&self, username: &str) -> String {
        let page = self.get(&self.authorization_url(&[])).await;
        let response = self.press(page, ("user", username), "").await;
        cookie(response.headers())
    }

    /// Redeems a code, with parameters changed; an empty value removes one.
    pub(crate) async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Response {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", "shop"),
            ("client_secret", "s3cret/+"),
        ];
        for change in changes {
            form.retain(|(name, _)| name != &change.0);
            form.push(*change);
        }
        form.retain(|(_, value)| !value.is_empty());
        self.token(&form).await
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Response {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("client_id", "shop"),
            ("client_secret", "s3cret/+"),
        ])
        .await
    }

    /// Sends a form as the client, with parameters changed; an empty value removes one.
    pub(crate) async fn send_as_shop(
        &self,
        path: &str,
        form: &[(&str, &str)],
        changes: &[(&str, &str)],
    ) -> Response {
        let mut form = form.to_vec();
        form.extend([("client_id", "shop"), ("client_secret", "s3cret/+")]);
        for change in changes {
            form.retain(|(name, _)| name != &change.0);
            form.push(*change);
        }
        form.retain(|(_, value)| !value.is_empty());
        let request = self.http.post(self.url(path)).form(&form);
        request.send().await.unwrap()
    }

    pub(crate) async fn metadata(&self) -> Value {
        let response = self.get(&self.idp.discovery_url()).await;
        response.json().await.unwrap()
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Response {
        self.http
            .post(self.url("/token"))
            .form(form)
            .send()
            .await
            .unwrap()
    }

    /// Signs alice in and returns the token response.
    pub(crate) async fn tokens(&self) -> Value {
        let response = self.redeem(&self.code(), &[]).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    pub(crate) async fn userinfo(&self, token: &str) -> Response {
        self.http
            .get(self.url("/userinfo"))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
    }
}

/// A member of a token response.
pub(crate) fn text<'a>(tokens: &'a Value, member: &str) -> &'a str {
    tokens[member].as_str().unwrap()
}

/// A parameter of a redirect's query.
pub(crate) fn query(location: &str, name: &str) -> Option<String> {
    let url = Url::parse(location).unwrap();
    url.query_pairs()
        .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

pub(crate) fn location(response: &Response) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

pub(crate) fn cookie(headers: &HeaderMap) -> String {
    let line = headers["set-cookie"].to_str().unwrap();
    line.split(';').next().unwrap().to_owned()
}

/// The status and the OAuth error code of a response.
pub(crate) async fn error(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["error"].as_str().unwrap_or("none").to_owned())
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &Value) -> Value {
    let token = token.as_str().unwrap();
    jsonwebtoken::dangerous::insecure_decode(token)
        .unwrap()
        .claims
}
