//! Redirect targets.

use url::form_urlencoded;

/// Adds parameters to a URI and leaves the rest of it exactly as it was registered.
pub(super) fn with_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{query}")
}
