//! Configuration: defaults, TOML, and errors that name the field.

use oidc_devidp::{Client, Config, DevIdp, Error, Preset, RefreshRotation, User};

fn mistake(toml: &str) -> String {
    Config::from_toml(toml).unwrap_err().to_string()
}

#[test]
fn the_default_has_a_client_and_three_users() {
    let config = Config::default();
    assert_eq!(config.clients[0].client_id, "oidc-guard-dev");
    let names: Vec<_> = config
        .users
        .iter()
        .map(|user| user.username.as_str())
        .collect();
    assert_eq!(names, ["alice", "bob", "carol"]);
}

#[test]
fn an_empty_file_is_the_default() {
    let config = Config::from_toml("").unwrap();
    assert_eq!(config.port, Config::default().port);
    assert_eq!(config.users.len(), 3);
}

#[test]
fn clients_say_how_their_refresh_tokens_rotate() {
    let client = |settings: &str| {
        let toml = format!("[[clients]]\nclient_id = \"a\"\n{settings}");
        Config::from_toml(&toml).unwrap().clients.remove(0)
    };
    assert_eq!(client("").refresh_rotation, None);
    assert_eq!(client("").refresh_reuse_grace, 0);
    for (name, rotation) in [
        ("strict", RefreshRotation::Strict),
        ("lenient", RefreshRotation::Lenient),
        ("never", RefreshRotation::Never),
    ] {
        let client = client(&format!(
            "refresh_rotation = \"{name}\"\nrefresh_reuse_grace = 9"
        ));
        assert_eq!(client.refresh_rotation, Some(rotation));
        assert_eq!(client.refresh_reuse_grace, 9);
    }
}

#[test]
fn presets_have_names() {
    for (name, preset) in [
        ("keycloak", Preset::Keycloak),
        ("google", Preset::Google),
        ("entra_id", Preset::EntraId),
        ("auth0", Preset::Auth0),
    ] {
        let config = Config::from_toml(&format!("preset = \"{name}\"")).unwrap();
        assert_eq!(config.preset, Some(preset));
    }
}

#[test]
fn clients_introduce_themselves_only_if_told() {
    let config = Config::from_toml("").unwrap();
    assert!(!config.registration && !config.client_metadata_documents);
    assert!(config.scopes.is_empty() && config.resources.is_empty());

    let toml = r#"
        registration = true
        client_metadata_documents = true
        scopes = ["notes:read"]
        resources = ["https://notes.example/mcp", "urn:example:notes"]
    "#;
    let config = Config::from_toml(toml).unwrap();
    assert!(config.registration && config.client_metadata_documents);
    assert_eq!(config.scopes, ["notes:read"]);
    assert_eq!(config.resources.len(), 2);
}

#[test]
fn the_examples_of_the_readme_are_right() {
    let readme = include_str!("../README.md");
    let examples: Vec<_> = readme.split("```toml\n").skip(1).collect();
    assert_eq!(examples.len(), 7);
    for example in examples {
        Config::from_toml(example.split("```").next().unwrap()).unwrap();
    }
}

/// A configuration, and what its error names.
const MISTAKES: &[(&str, &str)] = &[
    ("prot = 1", "`prot`"),
    ("port = \"a\"", "port"),
    ("algorithm = \"HS256\"", "`HS256`"),
    ("issuer = \"https://id.example/\"", "issuer"),
    ("[[clients]]\nclient_id = \"a\"\nsecret = \"b\"", "`secret`"),
    ("[[clients]]\nclient_id = \"\"", "clients[0].client_id"),
    (
        "[[clients]]\nclient_id = \"a\"\n[[clients]]\nclient_id = \"a\"",
        "clients[1].client_id",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nredirect_uris = [\"https://a.example\", \"/cb\"]",
        "clients[0].redirect_uris[1]",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nredirect_uris = [\"https://a.example/#f\"]",
        "clients[0].redirect_uris[0]",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nrefresh_rotation = \"on\"",
        "`on`",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nrefresh_reuse_grace = -1",
        "refresh_reuse_grace",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nbackchannel_logout_uri = \"/logout\"",
        "clients[0].backchannel_logout_uri",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nbackchannel_logout_uri = \"app:/logout\"",
        "clients[0].backchannel_logout_uri",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nbackchannel_logout_uri = \"http://a.example/#f\"",
        "clients[0].backchannel_logout_uri",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nbackchannel_logout_session_required = true",
        "clients[0].backchannel_logout_session_required",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nrefresh_tokens = \"sometimes\"",
        "`sometimes`",
    ),
    ("preset = \"okta\"", "`okta`"),
    (
        "preset = \"google\"\n[[clients]]\nclient_id = \"a\"\n\
         backchannel_logout_uri = \"https://a.example\"",
        "clients[0].backchannel_logout_uri",
    ),
    ("scopes = [\"notes:read notes:write\"]", "scopes[0]"),
    ("scopes = [\"a\", \"\"]", "scopes[1]"),
    ("scopes = [\"a\\\"b\"]", "scopes[0]"),
    (
        "resources = [\"https://a.example\", \"/mcp\"]",
        "resources[1]",
    ),
    ("resources = [\"https://a.example/#f\"]", "resources[0]"),
    ("registration = \"on\"", "registration"),
    (
        "token_endpoint_auth_methods_supported = [\"magic\"]",
        "`magic`",
    ),
    (
        "token_endpoint_auth_signing_alg_values_supported = [\"HS256\"]",
        "`HS256`",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\ntoken_endpoint_auth_method = \"tls_client_auth\"",
        "`tls_client_auth`",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\ntoken_endpoint_auth_method = \"client_secret_basic\"",
        "clients[0].token_endpoint_auth_method",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\ntoken_endpoint_auth_method = \"private_key_jwt\"",
        "clients[0].token_endpoint_auth_method",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nclient_secret = \"b\"\n\
         token_endpoint_auth_method = \"none\"",
        "clients[0].token_endpoint_auth_method",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nclient_secret = \"b\"\n\
         token_endpoint_auth_method = \"private_key_jwt\"",
        "clients[0].token_endpoint_auth_method",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\npublic_keys = [\"-----BEGIN PRIVATE KEY-----\"]",
        "public_keys",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\npublic_keys = [{ kty = \"oct\", k = \"AAAA\" }]",
        "public_keys",
    ),
    (
        "[[clients]]\nclient_id = \"a\"\nclient_secret = \"b\"\npublic_keys = [{ \
         kty = \"OKP\", crv = \"Ed25519\", x = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\" }]",
        "clients[0].public_keys",
    ),
    ("access_tokens = \"paseto\"", "`paseto`"),
    ("opaque_token_prefix = \"a b\"", "opaque_token_prefix"),
    ("jwt_introspection = \"off\"", "jwt_introspection"),
    ("acr_values = [\"gold\", \"\"]", "acr_values[1]"),
    (
        "[[users]]\nusername = \"a\"\nacr_values = [\"gold silver\"]",
        "users[0].acr_values[0]",
    ),
    ("[[users]]\nname = \"A\"", "`username`"),
    ("[[users]]\nusername = \"a\"\nsub = \"\"", "users[0].sub"),
    (
        "[[users]]\nusername = \"a\"\n[[users]]\nusername = \"a\"",
        "users[1].username",
    ),
    (
        "[issuers.partner]\nport = 1\n[[issuers.partner.clients]]\nclient_id = \"\"",
        "issuers.partner.clients[0].client_id",
    ),
    ("[issuers.partner]\nprot = 1", "`prot`"),
    ("[issuers.partner]", "issuers.partner.port"),
    (
        "[issuers.a]\nport = 1\n[issuers.b]\nport = 1",
        "issuers.b.port",
    ),
    (
        "issuer = \"https://id.example\"\n\
         [issuers.a]\nport = 1\nissuer = \"https://id.example\"",
        "issuers.a.issuer",
    ),
    ("[issuers.\"a b\"]\nport = 1", "issuers.a b"),
    (
        "[issuers.a]\nport = 1\n[issuers.a.issuers.b]\nport = 2",
        "issuers.a.issuers",
    ),
];

#[test]
fn errors_name_the_field() {
    for (toml, named) in MISTAKES {
        let message = mistake(toml);
        assert!(message.contains(named), "{toml}: {message}");
    }
}

#[test]
fn other_machines_are_kept_out_by_default() {
    let open = "0.0.0.0".parse().unwrap();
    let rejected = DevIdp::builder().host(open).port(0).start().unwrap_err();
    assert!(matches!(rejected, Error::NotLoopback(_)), "{rejected}");
    assert!(rejected.to_string().contains("insecure_allow_remote"));

    let permitted = DevIdp::builder().host(open).port(0);
    permitted
        .configure(|config| config.insecure_allow_remote = true)
        .start()
        .unwrap();
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::from_file("/nowhere/idp.toml").unwrap_err();
    assert!(error.to_string().contains("/nowhere/idp.toml"), "{error}");
}

#[test]
fn secrets_do_not_show() {
    let idp = DevIdp::builder()
        .port(0)
        .client(Client::new("shop").secret("s3cret"));
    assert!(!format!("{idp:?}").contains("s3cret"));
    assert!(format!("{:?}", User::new("dora")).contains("dora"));
}
