//! How clients authenticate, against what is configured.

use super::Seen;
use crate::doctor::finding::Finding;
use crate::output::text::printable;
use crate::settings::Settings;

const CHECK: &str = "client_authentication";
const ADVERTISED: &str = "token_endpoint_auth_methods_supported";

/// What the settings lead to, and the methods that it needs one of.
struct Configured {
    what: &'static str,
    methods: &'static [&'static str],
}

pub(super) fn check(seen: &Seen<'_>) -> Finding {
    // OpenID Connect Discovery §3: the default.
    let default = vec!["client_secret_basic"];
    let offered = seen.document.list(ADVERTISED).unwrap_or(default);
    let shown = printable(&offered.join(", "));
    let Some(configured) = seen.settings.map(configured) else {
        return Finding::ok(CHECK, format!("{shown} offered"));
    };
    let what = configured.what;
    if configured
        .methods
        .iter()
        .any(|method| offered.contains(method))
    {
        return Finding::ok(CHECK, format!("{what} is configured, {shown} offered"));
    }
    let saw = format!("{what} is configured, the provider offers only {shown}");
    if what == PUBLIC {
        return Finding::note(CHECK, saw)
            .why("many providers take public clients without saying so")
            .fix("if the provider answers `invalid_client`, set OIDC_CLIENT_SECRET");
    }
    Finding::problem(CHECK, saw)
        .why("the provider refuses this application, so nobody can sign in (502 `client_refused`)")
        .fix(format!(
            "use one of {shown}: a secret in OIDC_CLIENT_SECRET, with OIDC_CLIENT_AUTH=basic or post, or a \
             key in OIDC_CLIENT_KEY_FILE"
        ))
}

const PUBLIC: &str = "a public client";

fn configured(settings: &Settings) -> Configured {
    let has = |name| settings.get(name).is_some();
    if has("OIDC_CLIENT_KEY_FILE") || has("OIDC_CLIENT_ASSERTION_FILE") {
        return Configured {
            what: "an assertion (`private_key_jwt`)",
            methods: &["private_key_jwt"],
        };
    }
    match (has("OIDC_CLIENT_SECRET"), settings.get("OIDC_CLIENT_AUTH")) {
        (true, Some("basic")) => Configured {
            what: "a secret by HTTP Basic",
            methods: &["client_secret_basic"],
        },
        (true, Some("post")) => Configured {
            what: "a secret in the form",
            methods: &["client_secret_post"],
        },
        (true, None) => Configured {
            what: "a secret",
            methods: &["client_secret_basic", "client_secret_post"],
        },
        _ => Configured {
            what: PUBLIC,
            methods: &["none"],
        },
    }
}
