//! The sign-in endpoints that an application serves.

mod callback;
mod device;
mod login;
mod logout;
mod redeem;
#[cfg(feature = "sessions")]
mod sessions;
mod token;
mod token_body;
mod userinfo;
mod userinfo_body;

use super::call::Call;
use super::error::FlowError;
use crate::answer::Response;
use crate::gate::OutcomeStore;
use crate::routes::Endpoint;

pub(super) async fn serve(
    call: &Call<'_>,
    request: &mut impl OutcomeStore,
) -> Result<Response, FlowError> {
    match call.route.endpoint {
        Endpoint::Login => login::login(call, &request.parts()).await,
        Endpoint::Callback => callback::callback(call, &request.parts()).await,
        Endpoint::Token => token::token(call, &request.parts()).await,
        Endpoint::Device => device::device(call).await,
        #[cfg(feature = "sessions")]
        Endpoint::Logout if request.parts().method() == "POST" => Ok(sessions::serve(call)),
        Endpoint::Logout => logout::logout(call, &request.parts()).await,
        Endpoint::Userinfo => userinfo::userinfo(call, request).await,
        #[cfg(feature = "sessions")]
        Endpoint::Session | Endpoint::BackchannelLogout | Endpoint::FrontchannelLogout => {
            Ok(sessions::serve(call))
        }
        // `oidc::routes!` does not compile with them.
        #[cfg(not(feature = "sessions"))]
        Endpoint::Session | Endpoint::BackchannelLogout | Endpoint::FrontchannelLogout => {
            Err(FlowError::MethodNotAllowed(""))
        }
    }
}
