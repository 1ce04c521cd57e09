//! Begins a sign-in on a device without a browser (RFC 8628 §3.1).

use crate::answer::Response;
use crate::config::Config;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::flow::scope::with_offline_access;
use crate::protocol::authorize_device;

pub(super) async fn device(call: &Call<'_>) -> Result<Response, FlowError> {
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    let scope = device_scope(call.oidc.config());
    let authorization = authorize_device(&party, &provider, &scope).await?;
    Ok(Response::json(200, &authorization))
}

/// The scopes of a sign-in on a device.
pub(super) fn device_scope(config: &Config) -> String {
    with_offline_access(&config.scopes, config.offline_access.then_some(true))
}
