//! How strongly a sign-in proves who the user is (`acr`, OpenID Connect Core §2).

use super::state::Provider;
use crate::config::{Config, User};

/// What a sign-in of the user reaches without a wish, where no values are configured.
const ORDINARY: &str = "1";

impl Provider {
    /// What any sign-in of a user reaches.
    pub(crate) fn ordinary_acr(&self, sub: &str) -> String {
        reached(&self.config, self.config.user_by_sub(sub), &[])
    }
}

/// The `acr` of a sign-in: the first value of the request that the user can reach, or else what any
/// sign-in of the user reaches.
pub(super) fn reached(config: &Config, user: Option<&User>, requested: &[String]) -> String {
    let within_reach = config.acr_values_of(user);
    let mut requested = requested.iter();
    let reached = match within_reach {
        [] => requested.next(),
        values => requested
            .find(|value| values.contains(value))
            .or(values.first()),
    };
    reached.map_or(ORDINARY, String::as_str).to_owned()
}

/// Whether a sign-in that reached `acr` is what the request asks for, or as near as the user can get.
pub(super) fn suffices(
    config: &Config,
    user: Option<&User>,
    requested: &[String],
    acr: &str,
) -> bool {
    let within_reach = config.acr_values_of(user);
    let can_reach = |value: &&String| within_reach.is_empty() || within_reach.contains(value);
    let mut options = requested.iter().filter(can_reach);
    options.clone().next().is_none() || options.any(|value| value == acr)
}
