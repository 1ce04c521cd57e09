//! The table of rejections, with their default responses.

use reqwest::{Method, RequestBuilder};

use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::Server;

/// Tokens of alice. Minted before any request: minting can add a key to the provider's.
pub(super) struct Tokens {
    pub(super) good: String,
    expired: String,
    forged: String,
    nameless: String,
    /// Of a sign-in long ago.
    stale: String,
}

impl Tokens {
    pub(super) fn mint(bench: &Bench) -> Self {
        let token = || bench.idp.token();
        let good = token().mint();
        let (start, _) = good.rsplit_once('.').expect("a token has three parts");
        Self {
            expired: token().expires_in(-60).mint(),
            forged: format!("{start}.{}", "A".repeat(342)),
            nameless: token()
                .without("preferred_username")
                .without("given_name")
                .without("family_name")
                .without("name")
                .without("email")
                .mint(),
            stale: token().claim("auth_time", 1_000_000_000.into()).mint(),
            good,
        }
    }
}

/// A rejected request, and the default response.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) request: fn(&Server, &Tokens) -> RequestBuilder,
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) error: Option<&'static str>,
    pub(super) description: &'static str,
    /// The part of `WWW-Authenticate` after the realm; `None` if there is no such field.
    challenge: Option<&'static str>,
    pub(super) endpoint: Option<&'static str>,
    /// A further field that has to be there.
    field: Option<(&'static str, &'static str)>,
}

impl Case {
    /// Compares byte for byte.
    pub(super) fn assert_default(&self, name: &str, reply: &Reply, realm: &str) {
        let error = self
            .error
            .map_or("null".to_owned(), |error| format!("\"{error}\""));
        let description = self.description;
        let body = format!(
            r#"{{"detail":"{description}","error":{error},"error_description":"{description}"}}"#
        );
        assert_eq!(reply.status, self.status, "{name}: {reply:?}");
        assert_eq!(reply.body, body, "{name}");
        assert_eq!(super::content_type(reply), "application/json", "{name}");
        let challenge = self
            .challenge
            .map(|rest| format!(r#"Bearer realm="{realm}"{rest}"#));
        assert_eq!(reply.challenge(), challenge.unwrap_or_default(), "{name}");
        assert_eq!(reply.headers["cache-control"], "no-store", "{name}");
        if let Some((field, value)) = self.field {
            assert_eq!(reply.headers[field], value, "{name}: {reply:?}");
        }
        for (field, value) in [
            ("pragma", "no-cache"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            let found = reply.headers.get(field).map(|found| found == value);
            assert_eq!(found, self.endpoint.map(|_| true), "{name}: {field}");
        }
    }
}

const TOKEN_DESCRIPTION: &str = "the access token is not valid";
const RULE_DESCRIPTION: &str = "the access token does not satisfy the rule of this resource";
const RULE_CHALLENGE: &str = concat!(
    r#", error="access_denied", "#,
    r#"error_description="the access token does not satisfy the rule of this resource""#
);
const EXPIRED_CHALLENGE: &str =
    r#", error="invalid_token", error_description="the access token expired""#;

fn get(server: &Server, path: &str) -> RequestBuilder {
    server.request(Method::GET, path)
}

fn missing(name: &'static str, request: fn(&Server, &Tokens) -> RequestBuilder) -> Case {
    Case {
        name,
        request,
        status: 401,
        code: "credentials_missing",
        error: None,
        description: "not authenticated",
        challenge: Some(""),
        endpoint: None,
        field: None,
    }
}

fn expired(name: &'static str, request: fn(&Server, &Tokens) -> RequestBuilder) -> Case {
    Case {
        code: "token_expired",
        error: Some("invalid_token"),
        description: "the access token expired",
        challenge: Some(EXPIRED_CHALLENGE),
        ..missing(name, request)
    }
}

fn denied(name: &'static str, request: fn(&Server, &Tokens) -> RequestBuilder) -> Case {
    Case {
        status: 403,
        code: "policy_denied",
        error: Some("access_denied"),
        description: RULE_DESCRIPTION,
        challenge: Some(RULE_CHALLENGE),
        ..missing(name, request)
    }
}

fn sign_in(
    name: &'static str,
    endpoint: &'static str,
    request: fn(&Server, &Tokens) -> RequestBuilder,
) -> Case {
    Case {
        status: 400,
        error: Some("invalid_request"),
        challenge: None,
        endpoint: Some(endpoint),
        ..missing(name, request)
    }
}

pub(super) fn all() -> Vec<Case> {
    let mut cases = of_credentials();
    cases.extend(of_policies());
    cases.extend(of_login_and_callback());
    cases.extend(of_other_endpoints());
    cases
}

fn of_credentials() -> Vec<Case> {
    vec![
        missing("attribute", |server, _| get(server, "/required")),
        missing("layer", |server, _| get(server, "/layered")),
        missing("layer with a check", |server, _| {
            get(server, "/layered-later")
        }),
        missing("Principal", |server, _| get(server, "/user")),
        missing("Claims", |server, _| get(server, "/claims")),
        missing("BearerToken", |server, _| get(server, "/bearer")),
        missing("returned by a handler", |server, _| {
            get(server, "/returned")
        }),
        expired("attribute, expired", |server, tokens| {
            get(server, "/required").bearer_auth(&tokens.expired)
        }),
        expired("layer, expired", |server, tokens| {
            get(server, "/layered").bearer_auth(&tokens.expired)
        }),
        expired("Principal, expired", |server, tokens| {
            get(server, "/user").bearer_auth(&tokens.expired)
        }),
        expired("returned by a handler, expired", |server, tokens| {
            get(server, "/returned").bearer_auth(&tokens.expired)
        }),
        expired("optional that rejects", |server, tokens| {
            get(server, "/rejecting").bearer_auth(&tokens.expired)
        }),
        Case {
            code: "signature_invalid",
            description: TOKEN_DESCRIPTION,
            challenge: Some(
                r#", error="invalid_token", error_description="the access token is not valid""#,
            ),
            ..expired("forged", |server, tokens| {
                get(server, "/required").bearer_auth(&tokens.forged)
            })
        },
        Case {
            status: 400,
            code: "credentials_malformed",
            error: Some("invalid_request"),
            description: "the request must carry exactly one well-formed bearer token",
            challenge: Some(concat!(
                r#", error="invalid_request", "#,
                r#"error_description="the request must carry exactly one well-formed bearer token""#
            )),
            ..missing("malformed", |server, _| {
                get(server, "/required").bearer_auth("a,b")
            })
        },
    ]
}

fn of_policies() -> Vec<Case> {
    vec![
        denied("attribute, denied", |server, tokens| {
            get(server, "/denied").bearer_auth(&tokens.good)
        }),
        denied("attribute, declined", |server, tokens| {
            get(server, "/declined").bearer_auth(&tokens.good)
        }),
        denied("layer, denied", |server, tokens| {
            get(server, "/layered").bearer_auth(&tokens.good)
        }),
        denied("layer, declined", |server, tokens| {
            get(server, "/layered-later").bearer_auth(&tokens.good)
        }),
        Case {
            code: "claims_unfit",
            ..denied("Claims, unfit", |server, tokens| {
                get(server, "/claims").bearer_auth(&tokens.good)
            })
        },
        Case {
            code: "scope_missing",
            error: Some("insufficient_scope"),
            description: "missing scope: orders:read orders:write",
            challenge: Some(concat!(
                r#", error="insufficient_scope", "#,
                r#"error_description="missing scope: orders:read orders:write", "#,
                r#"scope="orders:read orders:write""#
            )),
            ..denied("scopes", |server, tokens| {
                get(server, "/scoped").bearer_auth(&tokens.good)
            })
        },
        Case {
            status: 401,
            code: "step_up_required",
            error: Some("insufficient_user_authentication"),
            description: "a different authentication level or a more recent one is required",
            challenge: Some(concat!(
                r#", error="insufficient_user_authentication", "#,
                r#"error_description="a different authentication level or a more recent one is "#,
                r#"required", acr_values="gold", max_age="900""#
            )),
            ..denied("step-up", |server, tokens| {
                get(server, "/stepped").bearer_auth(&tokens.stale)
            })
        },
    ]
}

fn of_login_and_callback() -> Vec<Case> {
    vec![
        Case {
            code: "request_malformed",
            description: "`redirect_uri` is missing",
            ..sign_in("login", "login", |server, _| {
                get(server, "/api/auth/v2/login")
            })
        },
        Case {
            code: "redirect_not_allowed",
            description: "this redirect URI is not allowed",
            ..sign_in("login, another site", "login", |server, _| {
                let elsewhere = [("redirect_uri", "https://attacker.example")];
                get(server, "/api/auth/v2/login").query(&elsewhere)
            })
        },
        Case {
            code: "state_forged",
            description: "the state does not match a sign-in in progress",
            ..sign_in("callback, state", "callback", |server, _| {
                let forged = [("code", "code"), ("state", "forged")];
                get(server, "/api/auth/v2/callback").query(&forged)
            })
        },
        Case {
            code: "sign_in_denied",
            error: Some("access_denied"),
            description: "the user said &lt;no&gt;",
            ..sign_in("callback, denied", "callback", |server, _| {
                let denied = [
                    ("error", "access_denied"),
                    ("error_description", "the user said <no>"),
                ];
                get(server, "/api/auth/v2/callback").query(&denied)
            })
        },
        Case {
            status: 405,
            code: "response_mode_unsupported",
            description: "the response arrived as form_post; configure the identity provider to \
                          respond with response_mode=query",
            field: Some(("allow", "GET")),
            ..sign_in("callback, form", "callback", |server, _| {
                server.request(Method::POST, "/api/auth/v2/callback")
            })
        },
    ]
}

fn of_other_endpoints() -> Vec<Case> {
    vec![
        Case {
            status: 405,
            code: "method_not_allowed",
            description: "this method is not allowed here",
            field: Some(("allow", "POST")),
            ..sign_in("token, method", "token", |server, _| {
                get(server, "/api/auth/v2/token")
            })
        },
        Case {
            status: 413,
            code: "body_too_large",
            description: "the request is too large",
            ..sign_in("token, large", "token", |server, _| {
                let large = "a".repeat(65 * 1024);
                server
                    .request(Method::POST, "/api/auth/v2/token")
                    .form(&[("refresh_token", large)])
            })
        },
        Case {
            code: "provider_refused",
            error: Some("invalid_grant"),
            description: "the code or token is not valid, has expired or was used before",
            ..sign_in("token, refused", "token", |server, _| {
                server
                    .request(Method::POST, "/api/auth/v2/token")
                    .form(&[("refresh_token", "unknown")])
            })
        },
        Case {
            status: 405,
            code: "method_not_allowed",
            description: "this method is not allowed here",
            field: Some(("allow", "POST")),
            ..sign_in("device, method", "device", |server, _| {
                get(server, "/api/auth/v2/device")
            })
        },
        Case {
            code: "redirect_not_allowed",
            description: "this redirect URI is not allowed",
            ..sign_in("logout", "logout", |server, _| {
                let elsewhere = [("post_logout_redirect_uri", "https://attacker.example")];
                get(server, "/api/auth/v2/logout").query(&elsewhere)
            })
        },
        Case {
            endpoint: Some("userinfo"),
            ..missing("userinfo", |server, _| get(server, "/api/auth/v2/userinfo"))
        },
        Case {
            endpoint: Some("userinfo"),
            ..expired("userinfo, expired", |server, tokens| {
                get(server, "/api/auth/v2/userinfo").bearer_auth(&tokens.expired)
            })
        },
    ]
}

/// Where neither the token nor the provider names the user.
pub(super) fn nameless() -> Case {
    Case {
        status: 404,
        code: "username_missing",
        error: Some("not_found"),
        description: "neither the token nor the identity provider names the user",
        ..sign_in("userinfo, nameless", "userinfo", |server, tokens| {
            get(server, "/api/auth/v2/userinfo").bearer_auth(&tokens.nameless)
        })
    }
}

/// Where the provider's token endpoint fails.
pub(super) fn failed() -> Case {
    Case {
        status: 502,
        code: "provider_failed",
        error: Some("upstream_error"),
        description: "the identity provider failed",
        ..sign_in("token, provider", "token", |server, _| {
            server
                .request(Method::POST, "/api/auth/v2/token")
                .form(&[("refresh_token", "unknown")])
        })
    }
}

/// Where the provider cannot be reached, for guards and endpoints.
pub(super) fn unavailable() -> Vec<Case> {
    let at = |name, request| Case {
        status: 503,
        code: "provider_unavailable",
        error: Some("temporarily_unavailable"),
        description: "the identity provider cannot be reached",
        challenge: None,
        ..missing(name, request)
    };
    vec![
        at("attribute, provider", |server, tokens| {
            get(server, "/required").bearer_auth(&tokens.good)
        }),
        at("layer, provider", |server, tokens| {
            get(server, "/layered").bearer_auth(&tokens.good)
        }),
        at("Principal, provider", |server, tokens| {
            get(server, "/user").bearer_auth(&tokens.good)
        }),
        Case {
            endpoint: Some("logout"),
            ..at("logout, provider", |server, _| {
                get(server, "/api/auth/v2/logout")
            })
        },
        Case {
            endpoint: Some("userinfo"),
            ..at("userinfo, provider", |server, tokens| {
                get(server, "/api/auth/v2/userinfo").bearer_auth(&tokens.good)
            })
        },
    ]
}
