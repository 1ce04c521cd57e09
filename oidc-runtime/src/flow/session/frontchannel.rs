//! The provider ends a session through the browser (OpenID Connect Front-Channel Logout 1.0 §2).
//! Nothing is signed, so this ends sessions here and revokes nothing.

use crate::answer::Response;
use crate::client::session::SessionsOf;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::request::RequestParts;
use crate::token::SKEW;

/// Anybody may send any `sid`, which is remembered.
const MAX_SID_BYTES: usize = 256;

pub(super) async fn logout(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> Result<Response, FlowError> {
    let query = Parameters::of_query(request.query());
    let (iss, sid) = (query.get("iss")?, query.get("sid")?);
    let provider = call.oidc.relying_party().provider().await?;
    let issuer = &provider.metadata.issuer;
    // Some providers leave out `iss`; there is only one here.
    let is_ours = iss.is_none_or(|iss| iss == &**issuer);
    let sid = sid.filter(|sid| is_ours && sid.len() <= MAX_SID_BYTES);
    if let Some(sid) = sid {
        // Sign-ins are dated by the provider, whose clock may be ahead.
        let up_to = call.now().saturating_add(SKEW);
        sessions.end_unsigned(sid, up_to).await?;
    }
    let mut response = Response::html(200, String::new());
    let origin = provider.metadata.origin();
    response.set(
        "content-security-policy",
        format!("frame-ancestors {origin}"),
    );
    Ok(response)
}
