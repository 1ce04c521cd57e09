//! Mistakes in the settings, which name the setting and the file, and show nothing of its content.

use oidc::{ClientAuth, ClientKey, ConfigError, Oidc, OidcBuilder};

use super::{SECRET, key_path, key_pem};

fn sound() -> OidcBuilder {
    let builder = Oidc::builder().client_id("app");
    builder.discovery_url("https://login.example.org")
}

fn of_variables(variables: &[(&str, &str)]) -> Result<Oidc, ConfigError> {
    let builder = OidcBuilder::from_variables(|name| {
        let given = variables.iter().find(|(variable, _)| *variable == name);
        given.map(|(_, value)| (*value).to_owned())
    });
    let builder = builder.client_id("app");
    builder.discovery_url("https://login.example.org").build()
}

#[track_caller]
fn assert_mistake(case: &str, built: Result<Oidc, ConfigError>, field: &str, parts: &[&str]) {
    let error = built.expect_err(case);
    assert_eq!(
        error.fields().collect::<Vec<_>>(),
        [field],
        "{case}: {error}"
    );
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "{case}: {part}: {message}");
    }
}

const UNUSABLE: [(&str, &str); 8] = [
    ("rsa_1024", "fewer than 2048 bits"),
    ("encrypted", "encrypted"),
    ("public", "only a public one"),
    ("p384", "supported kind"),
    ("rsa_pkcs1", "PKCS#8"),
    ("p256_sec1", "PKCS#8"),
    ("garbage", "cannot be read"),
    ("missing", "cannot be read"),
];

#[test]
fn unusable_keys() {
    for (name, problem) in UNUSABLE {
        let path = key_path(name);
        let built = of_variables(&[("OIDC_CLIENT_KEY_FILE", &path)]);
        let parts = ["OIDC_CLIENT_KEY_FILE", &path, problem];
        assert_mistake(name, built, "client_auth.key", &parts);
        let Ok(pem) = std::fs::read_to_string(&path) else {
            continue;
        };
        let key = ClientAuth::key(ClientKey::pem(&*pem));
        let error = sound().client_auth(key).build().expect_err(name);
        for line in pem.lines().filter(|line| !line.starts_with("-----")) {
            let message = format!("{error} {error:?}");
            assert!(!message.contains(line), "{name}: {message}");
        }
        assert_mistake(name, Err(error), "client_auth.key", &[problem]);
    }
}

/// Texts that are not a key at all.
#[test]
fn texts_that_are_no_key() {
    let key = key_pem("p256");
    let body: Vec<_> = key.lines().collect();
    for (case, text) in [
        ("empty", String::new()),
        ("white space", " \n".to_owned()),
        ("garbage", "a secret that is not a key".to_owned()),
        ("no label", body[1..body.len() - 1].join("\n")),
        ("cut off", body[..body.len() - 1].join("\n")),
        (
            "no content",
            format!("{}\n{}\n", body[0], body[body.len() - 1]),
        ),
        ("another content", key.replace(body[1], "AAAA")),
        ("two keys", format!("{key}{key}")),
    ] {
        let auth = ClientAuth::key(ClientKey::pem(text));
        let built = sound().client_auth(auth).build();
        assert_mistake(case, built, "client_auth.key", &[]);
    }
}

/// A secret, a key and an assertion exclude each other.
#[test]
fn several_credentials() {
    let key = key_path("p256");
    let of_secret = ("OIDC_CLIENT_SECRET", SECRET);
    let of_key = ("OIDC_CLIENT_KEY_FILE", key.as_str());
    let of_file = ("OIDC_CLIENT_ASSERTION_FILE", "/nowhere");
    for (set, field) in [
        (&[of_secret, of_key][..], "client_secret"),
        (&[of_secret, of_file], "client_secret"),
        (&[of_key, of_file], "client_auth.key"),
        (&[of_secret, of_key, of_file], "client_secret"),
    ] {
        let names: Vec<_> = set.iter().map(|(name, _)| *name).collect();
        for auth in [None, Some("basic"), Some("none")] {
            let auth = auth.map(|auth| ("OIDC_CLIENT_AUTH", auth));
            let variables: Vec<_> = set.iter().copied().chain(auth).collect();
            let built = of_variables(&variables);
            assert_mistake(&format!("{names:?}"), built, field, &names);
        }
    }
    let file = ClientAuth::assertion_file("/nowhere");
    let built = sound().client_secret(SECRET).client_auth(file).build();
    assert_mistake("by the builder", built, "client_secret", &[]);
}

#[test]
fn malformed_settings() {
    let key = key_path("p256");
    let of_key = ("OIDC_CLIENT_KEY_FILE", key.as_str());
    for (set, field, part) in [
        (
            &[("OIDC_CLIENT_AUTH", "Basic")][..],
            "client_auth",
            "`basic`, `post` or `none`",
        ),
        (
            &[("OIDC_CLIENT_AUTH", "private_key_jwt")],
            "client_auth",
            "OIDC_CLIENT_AUTH",
        ),
        (
            &[("OIDC_CLIENT_KEY_ID", "k1")],
            "client_auth.key_id",
            "OIDC_CLIENT_KEY_FILE",
        ),
    ] {
        assert_mistake(&format!("{set:?}"), of_variables(set), field, &[part]);
    }
    let key = ClientAuth::key(ClientKey::file(of_key.1).id(""));
    let built = sound().client_auth(key).build();
    assert_mistake("empty id", built, "client_auth.key", &["empty id"]);
    let built = sound().assertion_audience("").build();
    assert_mistake("empty audience", built, "assertion_audience", &["is empty"]);
    // Empty variables count as not set.
    let empty = ["AUTH", "KEY_FILE", "KEY_ID", "ASSERTION_FILE"];
    let empty = empty.map(|name| format!("OIDC_CLIENT_{name}"));
    let empty: Vec<_> = empty.iter().map(|name| (name.as_str(), "")).collect();
    assert!(of_variables(&empty).is_ok());
}
