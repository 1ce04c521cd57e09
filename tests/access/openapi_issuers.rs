//! The security requirements of a document where several issuers are trusted.

use oidc::axum::{Router, get};
use oidc::openapi::{secure, secure_for_client};
use oidc::{Issuer, Oidc, OidcBuilder, Sessions, Tenants};
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

const SIGN_IN: oidc::Routes = oidc::routes!(sessions);

#[oidc::required(any(roles = "admin", all(issuer = "partner", claims(tier = "gold"))))]
async fn gold() {}
#[oidc::required(any(scopes = "all", all(issuer = "partner", scopes = "few")))]
async fn few() {}
#[oidc::required(issuer("own", "partner"), scopes = "read")]
async fn both() {}
#[oidc::required(not(issuer = "partner"))]
async fn not_partner() {}
#[oidc::required(not(issuer = "staff"))]
async fn not_staff() {}
#[oidc::required(not(all(issuer = "staff", scopes = "risky")))]
async fn not_risky() {}
#[oidc::required(issuer = "partner", any(roles = "clerk", scopes = "write"))]
async fn either() {}
#[oidc::required(issuer = "partner", scopes = "read")]
async fn partner() {}
#[oidc::required(issuer = "nobody")]
async fn nobody() {}
#[oidc::required(scopes = "read")]
async fn plain() {}
#[oidc::required(any(via = "session", all(via = "bearer", issuer = "partner")))]
async fn by_way() {}
#[oidc::required(issuer = "partner", via = "session")]
async fn partner_page() {}
#[oidc::optional(issuer = "partner")]
async fn maybe() {}
#[oidc::public(reason = "a test")]
async fn open() {}

#[oidc::policy(issuer = "partner")]
struct Partner;

#[oidc::policy(issuer("own", "partner"))]
struct Either;

fn routes() -> Router<Oidc> {
    Router::new()
        .route("/gold", get(gold))
        .route("/few", get(few))
        .route("/both", get(both))
        .route("/not-partner", get(not_partner))
        .route("/not-staff", get(not_staff))
        .route("/not-risky", get(not_risky))
        .route("/either", get(either))
        .route("/partner", get(partner))
        .route("/nobody", get(nobody))
        .route("/plain", get(plain))
        .route("/by-way", get(by_way))
        .route("/partner-page", get(partner_page))
        .route("/maybe", get(maybe))
        .route("/open", get(open))
}

/// `partner` is let in where a rule names it, `staff` everywhere.
fn builder() -> OidcBuilder {
    Oidc::builder()
        .client_id("app")
        .discovery_url("https://login.example.org")
        .public_url("https://app.example.org")
        .trust(
            "partner",
            Issuer::at("https://id.partner.example").audience("app"),
        )
        .trust(
            "staff",
            Issuer::at("https://id.staff.example")
                .audience("app")
                .everywhere(),
        )
}

fn client(builder: OidcBuilder) -> Oidc {
    builder.build().expect("the configuration is sound")
}

/// The document of the routes, as JSON.
fn described(router: &Router<Oidc>, oidc: &Oidc) -> Value {
    let matrix = router.access().for_client(oidc);
    let mut paths = json!({});
    for route in &matrix.routes {
        paths[&route.path]["get"] = json!({"responses": {}});
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "test", "version": "1"},
        "paths": paths,
    });
    let mut document: OpenApi = serde_json::from_value(document).expect("a document");
    assert_eq!(
        secure_for_client(&mut document, &matrix, oidc),
        [""; 0],
        "every operation has a route"
    );
    serde_json::to_value(&document).expect("JSON")
}

fn assert_requires(document: &Value, cases: &[(&str, Value)]) {
    for (path, security) in cases {
        assert_eq!(
            document["paths"][path]["get"]["security"], *security,
            "{path}"
        );
    }
}

#[test]
fn there_is_a_scheme_for_each_issuer() {
    let document = described(&routes(), &client(builder()));
    let scheme = |host: &str| {
        let url = format!("https://{host}/.well-known/openid-configuration");
        json!({"type": "openIdConnect", "openIdConnectUrl": url})
    };
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({
            "oidc": scheme("login.example.org"),
            "oidc_partner": scheme("id.partner.example"),
            "oidc_staff": scheme("id.staff.example"),
        })
    );
}

#[test]
fn operations_list_the_issuers_that_are_let_in() {
    let document = described(&routes(), &client(builder()));
    assert_requires(
        &document,
        &[
            (
                "/gold",
                json!([{"oidc": []}, {"oidc_partner": []}, {"oidc_staff": []}]),
            ),
            (
                "/few",
                json!([{"oidc": ["all"]}, {"oidc_partner": ["few"]}, {"oidc_staff": ["all"]}]),
            ),
            (
                "/both",
                json!([{"oidc": ["read"]}, {"oidc_partner": ["read"]}]),
            ),
            ("/not-partner", json!([{"oidc": []}, {"oidc_staff": []}])),
            ("/not-staff", json!([{"oidc": []}])),
            ("/not-risky", json!([{"oidc": []}, {"oidc_staff": []}])),
            (
                "/either",
                json!([{"oidc_partner": []}, {"oidc_partner": ["write"]}]),
            ),
            ("/partner", json!([{"oidc_partner": ["read"]}])),
            (
                "/plain",
                json!([{"oidc": ["read"]}, {"oidc_staff": ["read"]}]),
            ),
            ("/by-way", json!([{"oidc_partner": []}])),
            ("/maybe", json!([{}, {"oidc_partner": []}])),
            ("/open", json!([])),
        ],
    );
}

/// An empty list would mean that no credentials are needed.
#[test]
fn what_nobody_can_call_is_not_public() {
    let document = described(&routes(), &client(builder()));
    assert_requires(
        &document,
        &[
            ("/nobody", json!([{"oidc": []}])),
            ("/partner-page", json!([{"oidc": []}])),
        ],
    );
    let matrix = routes().access();
    let item = json!({"get": {"responses": {}}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "test", "version": "1"},
        "paths": {"/partner": item},
    });
    let mut document: OpenApi = serde_json::from_value(document).expect("a document");
    assert!(secure(&mut document, &matrix, "https://login.example.org").is_empty());
    let document = serde_json::to_value(&document).expect("JSON");
    assert_requires(&document, &[("/partner", json!([{"oidc": []}]))]);
}

/// Tokens of an issuer that is not let in everywhere are rejected with 403.
#[test]
fn operations_without_rules_reject_some_tokens() {
    #[oidc::required]
    async fn any_user() {}
    let router = || Router::new().route("/", get(any_user));
    let statuses = |oidc: &Oidc| {
        let document = described(&router(), oidc);
        let responses = document["paths"]["/"]["get"]["responses"].as_object();
        let statuses: Vec<_> = responses.expect("responses").keys().cloned().collect();
        statuses.join(" ")
    };
    assert_eq!(statuses(&client(builder())), "401 403");
    let alone = Oidc::builder()
        .client_id("app")
        .discovery_url("https://login.example.org");
    assert_eq!(statuses(&client(alone)), "401");
}

/// Global policies and the rule of a guard are one rule; a layer lets nobody in for the handlers
/// behind it.
#[test]
fn each_guard_lets_in_by_itself() {
    let router = || Router::new().route("/plain", get(plain));
    let document = described(&router(), &client(builder().require(Either)));
    assert_requires(
        &document,
        &[(
            "/plain",
            json!([{"oidc": ["read"]}, {"oidc_partner": ["read"]}]),
        )],
    );
    let oidc = client(builder());
    let layered = router().protect(oidc.layer(Partner));
    let document = described(&layered, &oidc);
    assert_requires(&document, &[("/plain", json!([{"oidc": []}]))]);
}

/// A session is of the own provider.
#[test]
fn the_cookie_stands_for_the_own_provider() {
    let oidc = client(builder().sessions(Sessions::new(SIGN_IN)));
    let document = described(&routes(), &oidc);
    let cookie = oidc.session_cookie().expect("sessions are switched on");
    assert_eq!(
        document["components"]["securitySchemes"]["oidc_session"],
        json!({"type": "apiKey", "in": "cookie", "name": cookie})
    );
    assert_requires(
        &document,
        &[
            (
                "/both",
                json!([{"oidc": ["read"]}, {"oidc_partner": ["read"]}, {"oidc_session": []}]),
            ),
            ("/partner", json!([{"oidc_partner": ["read"]}])),
            (
                "/by-way",
                json!([{"oidc_partner": []}, {"oidc_session": []}]),
            ),
        ],
    );
}

#[test]
fn an_issuer_called_session_does_not_stand_for_the_cookie() {
    let issuer = Issuer::at("https://id.session.example").audience("app");
    let builder = builder().trust("session", issuer.everywhere());
    let oidc = client(builder.sessions(Sessions::new(SIGN_IN)));
    let document = described(&routes(), &oidc);
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["oidc_session"]["type"], "apiKey");
    assert_eq!(schemes["oidc.session"]["type"], "openIdConnect");
    assert_requires(
        &document,
        &[(
            "/plain",
            json!([
                {"oidc": ["read"]},
                {"oidc_staff": ["read"]},
                {"oidc.session": ["read"]},
                {"oidc_session": []},
            ]),
        )],
    );
}

/// Where each request belongs to a tenant, their issuer counts as named.
#[test]
fn tenants_let_in_their_issuers() {
    let oidc = client(builder());
    let for_tenants = |tenants| oidc.for_tenants(tenants).expect("the names are known");
    let by_path = described(&routes(), &for_tenants(Tenants::by_path("tenant")));
    assert_requires(
        &by_path,
        &[(
            "/plain",
            json!([{"oidc": ["read"]}, {"oidc_partner": ["read"]}, {"oidc_staff": ["read"]}]),
        )],
    );
    let hosts = [("a.example", "own"), ("b.example", "partner")];
    let by_host = described(&routes(), &for_tenants(Tenants::by_host(hosts)));
    assert_requires(
        &by_host,
        &[
            (
                "/plain",
                json!([{"oidc": ["read"]}, {"oidc_partner": ["read"]}]),
            ),
            ("/partner", json!([{"oidc_partner": ["read"]}])),
        ],
    );
}
