//! The provider ends a session through the browser (OpenID Connect Front-Channel Logout 1.0 §2).
//! Nothing is signed, so this ends sessions here and revokes nothing.

use crate::answer::Response;
use crate::client::session::SessionsOf;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::request::RequestParts;
use crate::token::SKEW;

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
    // Sign-ins are dated by the provider, whose clock may be ahead.
    if let Some(sid) = sid.filter(|_| is_ours) {
        sessions
            .end_for_provider(Some(sid), None, call.now().saturating_add(SKEW))
            .await?;
    }
    let mut response = Response::html(200, String::new());
    let origin = provider.metadata.origin();
    response.set(
        "content-security-policy",
        format!("frame-ancestors {origin}"),
    );
    Ok(response)
}
