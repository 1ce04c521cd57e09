//! The sign-in endpoints that an application serves.

mod callback;
mod device;
mod jwks;
mod login;
mod logout;
mod redeem;
mod token;
mod token_body;
mod userinfo;
mod userinfo_body;

#[cfg(feature = "sessions")]
pub(super) use callback::{authorization_error, check_issuer};
#[cfg(feature = "sessions")]
pub(super) use login::{read_flag, read_prompt};

use super::call::Call;
use super::error::FlowError;
use crate::answer::Response;
use crate::gate::OutcomeStore;
use crate::routes::Endpoint;

pub(super) async fn serve(
    call: &Call<'_>,
    request: &mut impl OutcomeStore,
) -> Result<Response, FlowError> {
    #[cfg(feature = "sessions")]
    if let Some(response) = crate::flow::session::serve(call, request).await {
        return response;
    }
    match call.route.endpoint {
        Endpoint::Login => login::login(call, &request.parts()).await,
        Endpoint::Callback => callback::callback(call, &request.parts()).await,
        Endpoint::Token => token::token(call, &request.parts()).await,
        Endpoint::Device => device::device(call).await,
        Endpoint::Logout => logout::logout(call, &request.parts()).await,
        Endpoint::Userinfo => userinfo::userinfo(call, request).await,
        Endpoint::Jwks => Ok(jwks::jwks(call)),
        Endpoint::Session | Endpoint::BackchannelLogout | Endpoint::FrontchannelLogout => {
            Err(FlowError::SessionsMissing)
        }
    }
}
