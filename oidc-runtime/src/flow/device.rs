//! Begins a sign-in on a device without a browser (RFC 8628 §3.1).

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::Call;
use super::error::FlowError;
use super::grant::post;
use super::login::with_offline_access;
use super::refusal::of_device;
use super::reply::Reply;
use crate::config::Config;

/// RFC 8628 §3.2.
const DEFAULT_INTERVAL: u64 = 5;

/// The provider's answer (RFC 8628 §3.2), passed on in the same form.
#[derive(Deserialize, Serialize)]
struct DeviceStart {
    device_code: String,
    user_code: String,
    /// Some providers go by a draft of RFC 8628.
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

/// Clients would poll without a pause if it were 0.
fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = Option::<u64>::deserialize(deserializer)?;
    Ok(seconds
        .filter(|seconds| *seconds > 0)
        .unwrap_or(DEFAULT_INTERVAL))
}

pub(super) async fn device(call: &Call<'_>) -> Result<Reply, FlowError> {
    let provider = call.provider().await?;
    let endpoint = provider.metadata.device_authorization_endpoint.as_ref();
    let endpoint = endpoint.ok_or(FlowError::NoDeviceFlow)?;
    let config = call.oidc.config();
    let answer = post(call.oidc, endpoint, &[("scope", &scope(config))]).await?;
    match answer.status {
        200 => read(&answer.body).map(|start| Reply::json(&start)),
        _ => Err(of_device(&answer, config, &provider.metadata)),
    }
}

/// The scopes that devices ask for.
pub(super) fn scope(config: &Config) -> String {
    with_offline_access(&config.scopes, config.offline_access.then_some(true))
}

fn read(answer: &[u8]) -> Result<DeviceStart, FlowError> {
    let start: DeviceStart = serde_json::from_slice(answer)
        .map_err(|_| FlowError::UnusableResponse("device_response_malformed"))?;
    let complete = start.verification_uri_complete.as_deref();
    if start.device_code.is_empty()
        || start.user_code.is_empty()
        || !is_page(&start.verification_uri)
        || !complete.is_none_or(is_page)
    {
        return Err(FlowError::UnusableResponse("device_response_unusable"));
    }
    Ok(start)
}

/// Clients open these addresses.
fn is_page(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(name: &str, value: Value) -> Result<DeviceStart, FlowError> {
        let mut answer = json!({
            "device_code": "d",
            "user_code": "u",
            "verification_uri": "https://login.example/device",
            "expires_in": 600,
        });
        answer[name] = value;
        read(answer.to_string().as_bytes())
    }

    #[test]
    fn what_may_be_missing() {
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
    fn what_may_not() {
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
