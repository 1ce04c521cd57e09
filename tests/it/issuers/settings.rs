//! Mistakes in the settings of issuers name the issuer and the variable, and show no secret.

#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use oidc::{ClientAuth, ConfigError, Introspect, Issuer, Oidc, OidcBuilder};

const URL: &str = "https://login.example.org";
const PARTNER: &str = "https://id.partner.example";
const TENANT: &str = "9122040d-6c67-4c5b-b112-36a304b66dad";
const SECRET: &str = "a secret that nobody may see";

fn sound() -> OidcBuilder {
    Oidc::builder().client_id("shop").discovery_url(URL)
}

fn partner() -> Issuer {
    Issuer::at(PARTNER).audience("shop-api")
}

fn staff() -> Issuer {
    Issuer::template("https://many.example", "tid").audience("shop-api")
}

#[track_caller]
fn assert_mistake(case: &str, built: Result<Oidc, ConfigError>, field: &str, parts: &[&str]) {
    let error = built.expect_err(case);
    let fields: Vec<_> = error.fields().collect();
    assert!(
        fields.iter().all(|found| *found == field),
        "{case}: {error}"
    );
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "{case}: {part}: {message}");
    }
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SECRET), "{case}: {shown}");
}

type Mistake = (&'static str, fn() -> OidcBuilder, &'static [&'static str]);

#[test]
fn in_code() {
    let mistakes: [Mistake; 38] = [
        (
            "the own name",
            || sound().trust("own", partner()),
            &["`own`"],
        ),
        ("no name", || sound().trust("", partner()), &["``"]),
        (
            "capitals",
            || sound().trust("Partner", partner()),
            &["`Partner`"],
        ),
        (
            "a digit first",
            || sound().trust("1a", partner()),
            &["`1a`"],
        ),
        (
            "an underscore first",
            || sound().trust("_a", partner()),
            &["`_a`"],
        ),
        ("a dash", || sound().trust("a-b", partner()), &["`a-b`"]),
        ("a space", || sound().trust("a b", partner()), &["`a b`"]),
        (
            "an umlaut",
            || sound().trust("\u{e4}", partner()),
            &["`\u{e4}`"],
        ),
        (
            "a name twice",
            || {
                sound()
                    .trust("partner", partner())
                    .trust("partner", staff().tenants([TENANT]))
            },
            &["`partner`", "twice"],
        ),
        (
            "an issuer twice",
            || {
                sound()
                    .trust("partner", partner())
                    .trust("other", partner())
            },
            &["`other`", "OIDC_TRUST_OTHER_DISCOVERY_URL", "`partner`"],
        ),
        (
            "an issuer twice, by its document",
            || {
                let document = format!("{PARTNER}/.well-known/openid-configuration");
                let again = Issuer::at(document).audience("shop-api");
                sound().trust("partner", partner()).trust("other", again)
            },
            &["`other`", "OIDC_TRUST_OTHER_DISCOVERY_URL", "`partner`"],
        ),
        (
            "the own provider again",
            || sound().trust("again", Issuer::at(URL).audience("shop-api")),
            &["OIDC_TRUST_AGAIN_DISCOVERY_URL", "`own`"],
        ),
        (
            "no address",
            || sound().trust("partner", Issuer::at("").audience("a")),
            &["OIDC_TRUST_PARTNER_DISCOVERY_URL"],
        ),
        (
            "no URL",
            || sound().trust("partner", Issuer::at("id.partner.example").audience("a")),
            &["OIDC_TRUST_PARTNER_DISCOVERY_URL"],
        ),
        (
            "plain HTTP",
            || {
                sound().trust(
                    "partner",
                    Issuer::at("http://id.partner.example").audience("a"),
                )
            },
            &["OIDC_TRUST_PARTNER_DISCOVERY_URL"],
        ),
        (
            "a key set by plain HTTP",
            || sound().trust("partner", partner().jwks_uri("http://a.example/keys")),
            &["OIDC_TRUST_PARTNER_JWKS_URI"],
        ),
        (
            "an empty issuer",
            || sound().trust("partner", partner().issuer("")),
            &["OIDC_TRUST_PARTNER_ISSUER"],
        ),
        (
            "no audience",
            || {
                sound()
                    .audience("shop-api")
                    .trust("partner", Issuer::at(PARTNER))
            },
            &["OIDC_TRUST_PARTNER_AUDIENCE"],
        ),
        (
            "an empty audience",
            || sound().trust("partner", Issuer::at(PARTNER).audience("")),
            &["OIDC_TRUST_PARTNER_AUDIENCE"],
        ),
        (
            "no algorithm",
            || sound().trust("partner", partner().algorithms([])),
            &["OIDC_TRUST_PARTNER_ALGORITHMS"],
        ),
        (
            "an empty place of scopes",
            || sound().trust("partner", partner().scopes_from("")),
            &["OIDC_TRUST_PARTNER_SCOPES_FROM"],
        ),
        (
            "a malformed place of scopes",
            || sound().trust("partner", partner().scopes_from("a..b")),
            &["OIDC_TRUST_PARTNER_SCOPES_FROM"],
        ),
        (
            "no place of roles",
            || sound().trust("partner", partner().roles_from([""; 0])),
            &["OIDC_TRUST_PARTNER_ROLES_FROM"],
        ),
        (
            "a malformed place of roles",
            || sound().trust("partner", partner().roles_from(["roles", ".a"])),
            &["OIDC_TRUST_PARTNER_ROLES_FROM"],
        ),
        (
            "a template without tenants",
            || sound().trust("staff", staff()),
            &["OIDC_TRUST_STAFF_TENANTS"],
        ),
        (
            "a tenant that is no UUID",
            || sound().trust("staff", staff().tenants([TENANT, "contoso"])),
            &["OIDC_TRUST_STAFF_TENANTS", "`contoso`"],
        ),
        (
            "a template without a claim",
            || {
                let staff = Issuer::template("https://many.example", "");
                sound().trust("staff", staff.audience("a").tenants([TENANT]))
            },
            &["OIDC_TRUST_STAFF_TEMPLATE"],
        ),
        (
            "tenants without a template",
            || sound().trust("partner", partner().tenants([TENANT])),
            &["OIDC_TRUST_PARTNER_TENANTS"],
        ),
        (
            "any tenant without a template",
            || sound().trust("partner", partner().insecure_accept_any_tenant()),
            &["OIDC_TRUST_PARTNER_TENANTS"],
        ),
        (
            "introspection of a template",
            || {
                let staff = staff().tenants([TENANT]).introspect(Introspect::Opaque);
                sound().trust("staff", staff.client_secret(SECRET))
            },
            &["OIDC_TRUST_STAFF_INTROSPECTION"],
        ),
        (
            "introspection without credentials",
            || {
                let partner = partner().introspect(Introspect::Opaque);
                sound().client_secret(SECRET).trust("partner", partner)
            },
            &["OIDC_TRUST_PARTNER_CLIENT_SECRET"],
        ),
        (
            "an empty prefix",
            || sound().trust("partner", partner().token_prefix("")),
            &["OIDC_TRUST_PARTNER_TOKEN_PREFIX"],
        ),
        (
            "a prefix that no token has",
            || sound().trust("partner", partner().token_prefix("p:")),
            &["OIDC_TRUST_PARTNER_TOKEN_PREFIX"],
        ),
        (
            "a prefix twice",
            || {
                let other = Issuer::at("https://other.example").audience("shop-api");
                sound()
                    .trust("partner", partner().token_prefix("p_"))
                    .trust("other", other.token_prefix("p_"))
            },
            &["`other`", "OIDC_TRUST_OTHER_TOKEN_PREFIX", "`partner`"],
        ),
        (
            "the own provider's prefix",
            || {
                let partner = partner().token_prefix("p_");
                sound().token_prefix("p_").trust("partner", partner)
            },
            &["OIDC_TRUST_PARTNER_TOKEN_PREFIX", "`own`"],
        ),
        (
            "a client id that no request may hold",
            || sound().trust("partner", partner().client_id("shop\n")),
            &["OIDC_TRUST_PARTNER_CLIENT_ID"],
        ),
        (
            "an empty client id",
            || sound().trust("partner", partner().client_id("")),
            &["OIDC_TRUST_PARTNER_CLIENT_ID"],
        ),
        (
            "introspection by plain HTTP",
            || {
                let partner = partner()
                    .introspect(Introspect::Opaque)
                    .client_secret(SECRET);
                let partner = partner.introspection_endpoint("http://a.example/introspect");
                sound().trust("partner", partner)
            },
            &["OIDC_TRUST_PARTNER_INTROSPECTION_ENDPOINT"],
        ),
    ];
    for (case, builder, parts) in mistakes {
        assert_mistake(case, builder().build(), "trust", parts);
    }
}

#[test]
fn of_the_own_provider() {
    for (case, builder, field, variable) in [
        (
            "an empty prefix",
            sound().token_prefix(""),
            "token_prefix",
            "OIDC_TOKEN_PREFIX",
        ),
        (
            "a prefix that no token has",
            sound().token_prefix("a b"),
            "token_prefix",
            "OIDC_TOKEN_PREFIX",
        ),
        (
            "introspection by plain HTTP",
            sound().introspection_endpoint("http://a.example/introspect"),
            "introspection_endpoint",
            "introspection_endpoint",
        ),
    ] {
        assert_mistake(case, builder.build(), field, &[variable]);
    }
}

/// A secret and a key of one issuer exclude each other, as those of the own provider do.
#[test]
fn several_credentials() {
    let file = ClientAuth::assertion_file("/nowhere");
    let partner = partner()
        .introspect(Introspect::Opaque)
        .client_secret(SECRET);
    let built = sound().trust("partner", partner.client_auth(file)).build();
    let error = built.expect_err("two credentials");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.contains("client_secret"), "{shown}");
}

fn of_variables(variables: &[(&str, &str)]) -> Result<Oidc, ConfigError> {
    let builder = OidcBuilder::from_variables(|name| {
        let given = variables.iter().find(|(variable, _)| *variable == name);
        given.map(|(_, value)| (*value).to_owned())
    });
    builder.client_id("shop").discovery_url(URL).build()
}

const SOUND: [(&str, &str); 3] = [
    ("OIDC_TRUST", "partner"),
    ("OIDC_TRUST_PARTNER_DISCOVERY_URL", PARTNER),
    ("OIDC_TRUST_PARTNER_AUDIENCE", "shop-api"),
];

#[test]
fn in_variables() {
    assert!(of_variables(&SOUND).is_ok());
    assert!(of_variables(&[]).is_ok());
    assert!(of_variables(&[("OIDC_TRUST", "")]).is_ok());
    let with = |name: &'static str, value: &'static str| {
        let others = SOUND.into_iter().filter(|(known, _)| *known != name);
        others.chain([(name, value)]).collect::<Vec<_>>()
    };
    let full = |setting: &str| format!("OIDC_TRUST_PARTNER_{setting}");
    for (name, value, parts) in [
        ("OIDC_TRUST", "own partner", &["OIDC_TRUST", "`own`"][..]),
        (
            "OIDC_TRUST",
            "partner partner",
            &["OIDC_TRUST", "`partner`"],
        ),
        ("OIDC_TRUST", "Partner", &["OIDC_TRUST", "`Partner`"]),
        ("OIDC_TRUST", "partner,staff", &["OIDC_TRUST"]),
        (
            "OIDC_TRUST",
            "partner other",
            &["OIDC_TRUST_OTHER_DISCOVERY_URL"],
        ),
        ("OIDC_TRUST_PARTNER_DISCOVERY_URL", "", &["is missing"]),
        ("OIDC_TRUST_PARTNER_DISCOVERY_URL", URL, &["`own`"]),
        ("OIDC_TRUST_PARTNER_DISCOVERY_URL", "ftp://a.example", &[]),
        ("OIDC_TRUST_PARTNER_AUDIENCE", "", &["is missing"]),
        ("OIDC_TRUST_PARTNER_ALGORITHMS", "none", &[]),
        ("OIDC_TRUST_PARTNER_ALGORITHMS", "HS256", &[]),
        ("OIDC_TRUST_PARTNER_EVERYWHERE", "sometimes", &[]),
        ("OIDC_TRUST_PARTNER_INTROSPECTION", "Opaque", &[]),
        ("OIDC_TRUST_PARTNER_TOKEN_PREFIX", "\u{e4}", &[]),
        (
            "OIDC_TRUST_PARTNER_TEMPLATE",
            "tid",
            &["OIDC_TRUST_PARTNER_TENANTS"],
        ),
        ("OIDC_TRUST_PARTNER_TENANTS", TENANT, &[]),
        (
            "OIDC_TRUST_PARTNER_INSECURE_ANY_TENANT",
            "true",
            &["OIDC_TRUST_PARTNER_TENANTS"],
        ),
        ("OIDC_TRUST_PARTNER_SCOPES_FROM", "a b", &[]),
        ("OIDC_TRUST_PARTNER_ROLES_FROM", "roles a..b", &[]),
    ] {
        let case = format!("{name}={value}");
        let names_itself = parts.iter().any(|part| part.contains("OIDC_TRUST"));
        let variable = if names_itself { "OIDC_TRUST" } else { name };
        let parts = [parts, &[variable]].concat();
        assert_mistake(&case, of_variables(&with(name, value)), "trust", &parts);
    }
    for (setting, value) in [
        ("ALGORITHMS", "RS256 ES256"),
        ("SCOPES_FROM", "ext.permissions"),
        ("ROLES_FROM", "roles ext.roles"),
        ("ROLES_PREFIX", "partner:"),
        ("EVERYWHERE", "true"),
        ("EVERYWHERE", "false"),
        ("INTROSPECTION", "never"),
        ("TOKEN_PREFIX", "ptn_"),
        ("ISSUER", "https://id.partner.example/"),
        ("JWKS_URI", "https://id.partner.example/keys"),
    ] {
        let name = full(setting);
        let variables = [&SOUND[..], &[(name.as_str(), value)]].concat();
        of_variables(&variables).unwrap_or_else(|error| panic!("{name}={value}: {error}"));
    }
}

#[test]
fn own_settings_in_variables() {
    for (name, value, field) in [
        ("OIDC_INTROSPECTION", "sometimes", "introspect"),
        ("OIDC_TOKEN_PREFIX", "a b", "token_prefix"),
        ("OIDC_INTROSPECTION_CACHE", "soon", "introspection_cache"),
        ("OIDC_INTROSPECTION_CACHE", "-1", "introspection_cache"),
    ] {
        assert_mistake(name, of_variables(&[(name, value)]), field, &[name]);
    }
    for (name, value) in [
        ("OIDC_INTROSPECTION", "always"),
        ("OIDC_TOKEN_PREFIX", "own_"),
        ("OIDC_INTROSPECTION_CACHE", "0"),
    ] {
        of_variables(&[(name, value)]).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// All mistakes at once.
#[test]
fn several_mistakes() {
    let built = of_variables(&[
        ("OIDC_TRUST", "a b"),
        ("OIDC_TRUST_A_DISCOVERY_URL", "nowhere"),
        ("OIDC_TRUST_B_ALGORITHMS", "none"),
        ("OIDC_INTROSPECTION", "sometimes"),
    ]);
    let message = built.expect_err("mistakes").to_string();
    for part in [
        "OIDC_TRUST_A_DISCOVERY_URL",
        "OIDC_TRUST_A_AUDIENCE",
        "OIDC_TRUST_B_DISCOVERY_URL",
        "OIDC_TRUST_B_ALGORITHMS",
        "OIDC_INTROSPECTION",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

/// No secret is in what the configuration prints.
#[test]
fn nothing_secret_is_printed() {
    let partner = partner()
        .introspect(Introspect::Opaque)
        .client_secret(SECRET);
    let printed = format!("{partner:?} {partner:#?}");
    assert!(!printed.contains(SECRET), "{printed}");
    let builder = sound().trust("partner", partner);
    let printed = format!("{builder:?}");
    assert!(!printed.contains(SECRET), "{printed}");
    let oidc = builder.build().expect("the configuration is sound");
    let printed = format!("{oidc:?}");
    assert!(!printed.contains(SECRET), "{printed}");
}
