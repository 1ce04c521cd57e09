//! The device authorization request (RFC 8628 §3.1).

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::error::ProtocolError;
use super::rejected::device_error;
use super::relying_party::RelyingParty;
use crate::provider::Snapshot;

/// RFC 8628 §3.2.
const DEFAULT_INTERVAL: u64 = 5;

/// The device authorization response (RFC 8628 §3.2).
#[derive(Deserialize, Serialize)]
pub(crate) struct DeviceAuthorization {
    device_code: String,
    user_code: String,
    /// Some providers use the name of an early draft of RFC 8628.
    #[serde(alias = "verification_url")]
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: u64,
    #[serde(default = "default_interval", deserialize_with = "interval")]
    interval: u64,
}

fn default_interval() -> u64 {
    DEFAULT_INTERVAL
}

/// An interval of 0 would make clients poll without a pause.
fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = Option::<u64>::deserialize(deserializer)?;
    Ok(seconds
        .filter(|seconds| *seconds > 0)
        .unwrap_or(DEFAULT_INTERVAL))
}

/// Requests device and user codes.
pub(crate) async fn authorize_device(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    scope: &str,
) -> Result<DeviceAuthorization, ProtocolError> {
    let endpoint = provider.metadata.device_authorization_endpoint.as_ref();
    let endpoint = endpoint.ok_or(ProtocolError::NoDeviceFlow)?;
    let response = party
        .post(&provider.metadata, endpoint, &[("scope", scope)])
        .await?;
    match response.status {
        200 => read(&response.body),
        _ => Err(device_error(&response, party, &provider.metadata)),
    }
}

fn read(response: &[u8]) -> Result<DeviceAuthorization, ProtocolError> {
    let start: DeviceAuthorization = serde_json::from_slice(response)
        .map_err(|_| ProtocolError::UnusableResponse("device_response_malformed"))?;
    let complete = start.verification_uri_complete.as_deref();
    if start.device_code.is_empty()
        || start.user_code.is_empty()
        || !is_page(&start.verification_uri)
        || !complete.is_none_or(is_page)
    {
        return Err(ProtocolError::UnusableResponse("device_response_unusable"));
    }
    Ok(start)
}

/// Clients open this address in a browser.
fn is_page(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(name: &str, value: Value) -> Result<DeviceAuthorization, ProtocolError> {
        let mut response = json!({
            "device_code": "d",
            "user_code": "u",
            "verification_uri": "https://login.example/device",
            "expires_in": 600,
        });
        response[name] = value;
        read(response.to_string().as_bytes())
    }

    #[test]
    fn optional_members_may_be_missing() {
        let start = with("more", json!(1)).ok().unwrap();
        assert_eq!(start.interval, 5);
        assert!(start.verification_uri_complete.is_none());
    }

    #[test]
    fn an_interval_is_never_0() {
        for (value, interval) in [
            (json!(0), 5),
            (json!(null), 5),
            (json!(1), 1),
            (json!(30), 30),
        ] {
            let start = with("interval", value).ok().unwrap();
            assert_eq!(start.interval, interval);
        }
    }

    #[test]
    fn unusable_responses_are_rejected() {
        for (name, value) in [
            ("device_code", json!("")),
            ("user_code", json!(null)),
            ("verification_uri", json!("javascript:alert(1)")),
            ("verification_uri", json!("/device")),
            ("verification_uri_complete", json!("data:text/html,x")),
            ("expires_in", json!(-1)),
            ("interval", json!(-1)),
        ] {
            assert!(with(name, value.clone()).is_err(), "{name}: {value}");
        }
        assert!(read(b"<html>").is_err());
    }
}
