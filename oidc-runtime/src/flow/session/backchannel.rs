//! The provider ends sessions (OpenID Connect Back-Channel Logout 1.0 §2.5).

use crate::answer::Response;
use crate::client::session::SessionsOf;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::protocol::logout_token;
use crate::request::RequestParts;

pub(super) async fn logout(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> Result<Response, FlowError> {
    let body = call.body.ok_or(FlowError::BodyTooLarge)?;
    let content_type = request.header("content-type").unwrap_or_default();
    let form = Parameters::of_urlencoded_form(content_type, body)?;
    let token = form.required("logout_token")?;
    let ended = logout_token::validate(&call.oidc.relying_party(), token).await?;
    sessions
        .end_for_provider(
            ended.sid.as_deref(),
            ended.subject.as_deref(),
            ended.issued_at,
        )
        .await?;
    Ok(Response::empty(200))
}
