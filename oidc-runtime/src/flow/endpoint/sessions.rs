//! The endpoints of browser sessions.

use serde_json::json;

use crate::answer::Response;
use crate::flow::call::Call;

/// 501 for what is not served yet.
pub(super) fn serve(call: &Call<'_>) -> Response {
    let detail = format!("`{}` is not implemented", call.route.endpoint.name());
    Response::json(501, &json!({"detail": detail}))
}
