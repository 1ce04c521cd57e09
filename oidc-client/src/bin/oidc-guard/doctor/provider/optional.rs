//! What a provider may offer, and what is missing without it.

use super::Seen;
use crate::doctor::finding::Finding;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    vec![
        device(seen),
        introspection(seen),
        sign_out(seen),
        backchannel(seen),
        issuer_parameter(seen),
    ]
}

fn has(seen: &Seen<'_>, name: &str) -> bool {
    seen.document.text(name).is_some()
}

fn device(seen: &Seen<'_>) -> Finding {
    const CHECK: &str = "device_flow";
    if has(seen, "device_authorization_endpoint") {
        return Finding::ok(CHECK, "offered");
    }
    Finding::note(CHECK, "`device_authorization_endpoint` is missing")
        .why("nobody can sign in from a terminal without a browser (RFC 8628)")
        .fix("switch the device flow on at the provider, if there are such users")
}

fn introspection(seen: &Seen<'_>) -> Finding {
    const CHECK: &str = "introspection";
    let wanted = seen
        .settings
        .and_then(|settings| settings.get("OIDC_INTROSPECTION"));
    match (has(seen, "introspection_endpoint"), wanted) {
        (true, _) => Finding::ok(CHECK, "offered"),
        (false, Some("opaque" | "always")) => Finding::problem(
            CHECK,
            "OIDC_INTROSPECTION is set, and `introspection_endpoint` is missing",
        )
        .why("the provider cannot be asked about tokens (503 `introspection_failed`)")
        .fix("have the provider issue JWTs and remove OIDC_INTROSPECTION"),
        (false, _) => Finding::note(CHECK, "`introspection_endpoint` is missing").why(
            "access tokens have to be JWTs: nobody could be asked about opaque ones (RFC 7662)",
        ),
    }
}

fn sign_out(seen: &Seen<'_>) -> Finding {
    const CHECK: &str = "sign_out";
    if has(seen, "end_session_endpoint") {
        return Finding::ok(CHECK, "`end_session_endpoint` offered");
    }
    Finding::note(CHECK, "`end_session_endpoint` is missing")
        .why("signing out ends the session here, and that at the provider goes on")
        .fix("switch RP-initiated logout on at the provider, if it has it")
}

fn backchannel(seen: &Seen<'_>) -> Finding {
    const CHECK: &str = "backchannel_logout";
    if seen.document.is_true("backchannel_logout_supported") {
        return Finding::ok(CHECK, "supported");
    }
    Finding::note(CHECK, "not announced")
        .why("a browser session here goes on when the user signs out at the provider")
        .fix("keep sessions short, or register `…/auth/v2/backchannel-logout` if the provider takes it")
}

fn issuer_parameter(seen: &Seen<'_>) -> Finding {
    const CHECK: &str = "iss_parameter";
    if seen
        .document
        .is_true("authorization_response_iss_parameter_supported")
    {
        return Finding::ok(CHECK, "sent");
    }
    Finding::note(CHECK, "not announced").why(
        "a client of several providers cannot see by `iss` which one answered (RFC 9207); \
             `state` is sealed for one, so nothing has to be done",
    )
}
