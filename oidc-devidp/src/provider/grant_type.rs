//! The grant types (RFC 7591 §2).

pub(super) const CODE: &str = "authorization_code";
pub(super) const REFRESH_TOKEN: &str = "refresh_token";
pub(super) const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(super) const ALL: [&str; 3] = [CODE, REFRESH_TOKEN, DEVICE];
